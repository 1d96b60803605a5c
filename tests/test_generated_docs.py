"""Generated pages are what their generator gives, and say what the rule and the queries say."""

from pathlib import Path

import pytest

from ldn_graph import queries
from ldn_graph.grading.strength import Rule
from ldn_graph.records.vocabularies import Basis, Design
from ldn_graph.reports import reference_pages

ROOT = Path(__file__).parent.parent
PAGES = reference_pages.pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_up_to_date(name: str) -> None:
    found = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert found == PAGES[name], "run: python -m ldn_graph.reports.reference_pages"


def test_writing_them_changes_nothing_but_stale_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "queries").symlink_to(ROOT / "queries")
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "strength.md").write_text("stale", encoding="utf-8")
    monkeypatch.setattr(reference_pages.files, "root", lambda: tmp_path)
    reference_pages.main()
    written = {p.name: p.read_text(encoding="utf-8") for p in (tmp_path / "docs").iterdir()}
    assert written == PAGES


def test_every_query_parameter_and_check_is_explained() -> None:
    page = PAGES["queries.md"]
    for query in queries.canned(ROOT / "queries").values():
        assert f"### {query.name}\n**{query.summary}** {query.description}" in page
        assert all(p.doc.replace("|", "\\|") in page for p in query.params)
    for check in queries.canned(ROOT / "queries" / "checks").values():
        assert f"| {check.summary} |" in page
        assert check.remedy is not None
        assert check.remedy in page


def test_examples_are_shown_as_a_user_types_them() -> None:
    page = PAGES["queries.md"]
    for cell in ("`low-dose-naltrexone`", "`patient-reports`", "`2026-01-01`", "`any`", "`4`"):
        assert f"| {cell} |" in page
    assert "`ldn:" not in page


def test_the_strength_page_follows_the_table(rule: Rule) -> None:
    page = reference_pages.strength_page(rule)
    for basis in Basis:
        if basis in rule.basis:
            assert f"| {basis} | {rule.basis[basis]} |" in page
    for design in Design:
        row = rule.design[design]
        assert f"| {design} | {row.clinical} | {row.mechanism} |" in page
    assert all(f"“{cue}”" in page for rung in rule.wording for cue in rung.cues)
    changed = rule.model_copy(update={"basis": {**rule.basis, Basis.MECHANISTIC_REASONING: 2}})
    assert "| mechanistic-reasoning | 2 |" in reference_pages.strength_page(changed)
    assert reference_pages.strength_page(changed).count("level 2 (preliminary)") > page.count(
        "level 2 (preliminary)"
    )


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("“It reduces inflammation”", "**assertion**, **level 0**, **stated-only**"),
        (
            "“LDN can alleviate chronic pain by modulating pain pathways”",
            "**capability**, **level 1**, **stated-only**",
        ),
        ("One randomised trial supports it", "**assertion**, **level 3**, **single-study**"),
        (
            "Two independent randomised trials agree",
            "**assertion**, **level 4**, **concordant**",
        ),
        (
            "One supports it, two larger ones refute it",
            "**assertion**, **level 3**, **contested**",
        ),
        ("Two agree, a third finds otherwise", "**assertion**, **level 3**, **contested**"),
        ("The only trial used another dose", "**assertion**, **level 1**, **none**"),
        ("The only trial was retracted", "**none**, **level 0**, **none**"),
        ("Nothing is known", "**none**, **level 0**, **none**"),
    ],
)
def test_worked_examples_come_out_as_expected(title: str, verdict: str) -> None:
    assert f"### {title}\n{verdict}\n" in PAGES["strength.md"]


def test_quoted_examples_are_the_articles_words(texts: Path) -> None:
    words = "".join(p.read_text(encoding="utf-8") for p in texts.glob("*.txt"))
    quoted = [
        i.quote.exact
        for e in reference_pages._examples()
        for i in e.items
        if i.quote and i.source == "article"
    ]
    assert len(quoted) == 5
    assert [q for q in quoted if q not in words] == []
