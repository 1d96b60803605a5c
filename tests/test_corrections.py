"""The page on corrections names what is there, and misses no point."""

import re
from pathlib import Path

import pytest

from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import GradeScale, Stated

PAGE = (Path(__file__).parent.parent / "docs" / "corrections.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!point|---)(.+?) \| (.+?) \| (.+?) \|$", PAGE, re.M)


def test_there_is_a_row_for_each_point() -> None:
    parts = [part.count("\n| ") - 1 for part in PAGE.split("\n## ")[1:]]
    assert parts == [21, 11, 3]
    assert len(ROWS) == sum(parts)


@pytest.mark.parametrize("row", ROWS, ids=[r[0][:40] for r in ROWS])
def test_a_row_names_what_is_there(row: tuple[str, str, str], shipped: Corpus) -> None:
    names = re.findall(r"`([^`]+)`", row[2])
    assert names
    for name in names:
        claim, _, item = name.partition("/")
        if item:
            assert item in {i.id for i in shipped.claims[claim].evidence}, name
        else:
            assert claim in shipped.claims or claim in shipped.sources, name


def test_what_is_called_obsolete_is_and_the_rest_is_in_force(shipped: Corpus) -> None:
    for point, done, where in ROWS:
        names = [n.partition("/")[0] for n in re.findall(r"`([^`]+)`", where)]
        gone = [n for n in names if n in shipped.claims and not shipped.claims[n].current]
        assert bool(gone) == ("obsolete" in done), point
        assert all(shipped.claims[n].history[-1].replaced_by for n in gone), point


def test_what_sentences_take_for_granted_is_background(shipped: Corpus) -> None:
    [where] = [where for point, _, where in ROWS if point == "What sentences take for granted"]
    strengths = EvidenceGraph.open().strengths
    names = re.findall(r"`([^`]+)`", where)
    assert len(names) == 12
    for name in names:
        assert strengths[name].grade.scale is GradeScale.BACKGROUND, name
        assert {i.stated for i in shipped.claims[name].evidence} == {Stated.PRESUPPOSED}, name
