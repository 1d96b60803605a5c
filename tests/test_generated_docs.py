"""Generated pages are what their generator gives, and say what the rule and the queries say."""

from pathlib import Path

import pytest

from ldn_graph import queries
from ldn_graph.grading.strength import Rule
from ldn_graph.records.vocabularies import Design
from ldn_graph.reports import reference_pages, strength_examples

ROOT = Path(__file__).parent.parent
PAGES = reference_pages.pages()
VERY_LOW = "**very low certainty: can't tell**"


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
    for design in Design:
        start = rule.certainty.start[design].replace("-", " ")
        assert f"| {design} | {start} |" in page
    assert all(source in page for source in rule.certainty.sources.values())
    assert all(f"“{cue}”" in page for rung in rule.wording for cue in rung.cues)
    spared = rule.certainty.risk_of_bias.model_copy(update={"down": 0})
    certainty = rule.certainty.model_copy(update={"risk_of_bias": spared})
    changed = reference_pages.strength_page(rule.model_copy(update={"certainty": certainty}))
    assert "**moderate certainty: little or no difference**" in changed
    assert "**low certainty: little or no difference**" in page, "the example is graded anew"


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("“It reduces inflammation”", "**assertion**, **no study bears on it**, **stated-only**"),
        (
            "“LDN can alleviate chronic pain by modulating pain pathways”",
            "**capability**, **no study bears on it**, **stated-only**",
        ),
        (
            "One randomised trial supports it",
            f"**assertion**, {VERY_LOW}, **single-study**",
        ),
        (
            "Two independent randomised trials agree",
            f"**assertion**, {VERY_LOW}, **concordant**",
        ),
        (
            "One supports it, two larger ones refute it",
            f"**assertion**, {VERY_LOW}, **contested**",
        ),
        (
            "Two agree, a third finds otherwise",
            f"**assertion**, {VERY_LOW}, **contested**",
        ),
        (
            "The only trial used another dose",
            f"**assertion**, {VERY_LOW}, **none**",
        ),
        ("The only trial was retracted", "**none**, **no study bears on it**, **none**"),
        ("Nothing is known", "**none**, **no study bears on it**, **none**"),
    ],
)
def test_worked_examples_come_out_as_expected(title: str, verdict: str) -> None:
    assert f"### {title}\n{verdict}\n" in PAGES["strength.md"]


def test_quoted_examples_are_the_articles_words(texts: Path) -> None:
    words = "".join(p.read_text(encoding="utf-8") for p in texts.glob("*.txt"))
    quoted = [
        i.quote.exact
        for e in strength_examples.examples()
        for i in e.items
        if i.quote and i.source == "article"
    ]
    assert len(quoted) == 5
    assert [q for q in quoted if q not in words] == []
