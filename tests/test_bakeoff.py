"""The bake-off: published examples of the formulas, complete readings, a fresh page."""

from pathlib import Path

import pytest

from benchmarks import bakeoff
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import EvidenceItem

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def graph() -> EvidenceGraph:
    return EvidenceGraph.open(ROOT / "data")


def item(direction: str = "supports", design: str = "randomised-trial", **more: object):
    return EvidenceItem.model_validate(
        {
            "id": "e1",
            "source": "synthetic",
            "direction": direction,
            "certainty": "asserted",
            "role": "primary-result",
            "basis": ["own-result"],
            "design": design,
            "finding": "Synthetic.",
            **more,
        }
    )


@pytest.mark.parametrize(
    ("pro", "con", "expected"),
    [(0, 0, 0), (1, 0, 0.65), (2, 0, 0.86), (3, 0, 0.923), (2, 1, 0.301), (0, 2, 0)],
)
def test_belief_is_what_indras_priors_give(pro: int, con: int, expected: float) -> None:
    items = [item()] * pro + [item("refutes")] * con + [item("inconclusive")]
    assert bakeoff.belief(items, bakeoff.READER) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({"design": "regulatory-label"}, "A"),
        ({"design": "meta-analysis"}, "B"),
        ({"design": "cohort", "sample_size": 6}, "B"),
        ({"design": "cohort", "sample_size": 5}, "C"),
        ({"design": "case-series"}, "C"),
        ({"design": "animal", "indirectness": ["species"]}, "D"),
        ({"design": "in-vitro", "indirectness": ["compound", "species"]}, "E"),
        ({"design": "randomised-trial", "indirectness": ["dose"]}, "E"),
        ({"design": "letter"}, "E"),
        ({"design": "protocol"}, None),
    ],
)
def test_civic_levels(given: dict[str, object], level: str | None) -> None:
    assert bakeoff.civic_level(item(**given)) == level  # type: ignore[arg-type]


def test_civics_score_counts_both_sides_and_its_best_level_one() -> None:
    items = [item("refutes"), item(design="letter"), item("inconclusive"), item(design="protocol")]
    assert bakeoff.civic(items) == ("E", (5 + 0.5) * 3, (5 + 0.25) * 3)
    assert bakeoff.civic([item("inconclusive")]) == (None, 0, 0)


def test_every_claim_with_three_studies_was_read_by_hand(graph: EvidenceGraph) -> None:
    assert sorted(bakeoff.readings()) == sorted(bakeoff.studied(graph))


def test_the_readings_hang_together() -> None:
    steps = {"high": 0, "moderate": 1, "low": 2, "very-low": 3}
    for reading in bakeoff.readings().values():
        assert (reading.ocebm is None) == (reading.lowered_to is None)
        assert (reading.lowered_to == reading.ocebm) == (not reading.lowered_for), reading.claim
        assert (reading.lowered_to or 0) >= (reading.ocebm or 0)
        observed = reading.ocebm is not None and reading.ocebm > 2
        start = 2 if observed else 0
        if reading.grade is not None:
            assert steps[reading.grade] == start + len(reading.grade_lowered_for), reading.claim


def test_statements_are_not_compared(graph: EvidenceGraph) -> None:
    for row in bakeoff.rows(graph):
        claim = graph.corpus.claims[row.claim]
        studies = {i.source for i in claim.evidence if i.role != "background" and i.design}
        found = row.found
        told = {*found.supporting, *found.refuting, *found.inconclusive, *found.indirect}
        assert told <= studies
        assert sum(row.counts) == len(bakeoff.studied(graph)[row.claim])


def test_the_page_is_up_to_date(graph: EvidenceGraph) -> None:
    found = bakeoff.PAGE.read_text(encoding="utf-8")
    assert found == bakeoff.page(graph, found), "run: python -m benchmarks.bakeoff --write"
    assert bakeoff.page(graph, found.replace("| 0.", "| 1.")) == found


def test_the_page_discusses_every_disagreement(graph: EvidenceGraph) -> None:
    discussed = bakeoff.PAGE.read_text(encoding="utf-8").partition("## Where they disagree")[2]
    names = {
        "ldn-for-multiple-sclerosis": "multiple sclerosis",
        "ldn-inhibits-microglial-cell": "Microglia",
        "ldn-side-effect-vivid-dreams": "Vivid dreams",
        "naltrexone-for-autism-spectrum-disorder": "Autism",
    }
    apart = {r.claim for r in bakeoff.rows(graph) if r.higher or not r.same_finding}
    assert apart <= set(names)
    assert all(names[claim] in discussed for claim in apart)
