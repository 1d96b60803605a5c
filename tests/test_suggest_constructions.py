"""Each way to say a claim that `suggest` knows: what it reads there, and nothing beside it."""

from pathlib import Path

import pytest
import yaml

from ldn_graph.grading.strength import Rule
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Stated
from ldn_graph.suggest import Suggestion, suggest

pytest.importorskip("spacy")
TABLE = Path(__file__).parent / "data" / "suggest_constructions.yaml"
CASES = yaml.safe_load(TABLE.read_text(encoding="utf-8"))


def row(one: Suggestion) -> list[str]:
    ends = [f"new:{e.id}" if e.new else e.id for e in (one.subject, one.object)]
    return [ends[0], str(one.predicate), ends[1], str(one.certainty), str(one.direction)]


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:60] for c in CASES])
def test_a_construction_is_read(case: dict[str, object], shipped: Corpus, rule: Rule) -> None:
    found = suggest(str(case["text"]), shipped, rule=rule)
    assert sorted(row(s) for s in found if s.stated is not Stated.PRESUPPOSED) == sorted(
        case["says"]  # type: ignore[call-overload]
    )
