"""`docs/decisions/`: numbers without gaps, one form, an index, and no dead reference to any."""

import re

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "decisions"
#: From 60 on are those of work under way, which take their numbers when it is done.
DECISIONS = [path for path in sorted(FOLDER.glob("[0-9]*.md")) if int(path.name[:4]) < 60]
SECTIONS = ["Context", "Decision", "Alternatives", "Measurements", "Consequences"]
WHERE = ("ldn_graph", "tests", "docs", "benchmarks", "scripts", "ontology", "notebooks")


def test_numbers_have_no_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name[:4])
def test_each_has_the_one_form(path) -> None:
    text = path.read_text(encoding="utf-8")
    head = re.match(
        r"# (\d+)\. \S.*\n\*\d{4}-\d\d-\d\d, (accepted|superseded by .+)\.\*\n\n## ", text
    )
    assert head and int(head[1]) == int(path.name[:4])
    sections = re.findall(r"^## (.+)$", text, re.M)
    assert sections[:2] == SECTIONS[:2] and len(set(sections)) == len(sections)
    assert set(sections) <= set(SECTIONS)


def test_the_index_lists_each() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", index, re.M)
    listed = [row for row in found if int(row[0]) < 60]
    titles = [path.read_text(encoding="utf-8").splitlines()[0] for path in DECISIONS]
    assert [f"# {n}. {title}" for n, title, _ in listed] == titles
    assert [name for _, _, name in listed] == [path.name for path in DECISIONS]


def test_every_reference_leads_to_one() -> None:
    known = {path.name for path in FOLDER.glob("[0-9]*.md")}
    files = [
        path
        for folder in WHERE
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".ttl", ".js", ".ipynb", ".yaml"}
    ]
    assert len(files) > 300
    for path in files:
        named = re.findall(r"decisions/(\d{4}[\w.-]*\.md)", path.read_text("utf-8", "replace"))
        assert set(named) <= known, path
