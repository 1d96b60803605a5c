"""What every face says of a body of evidence: its comparison, its designs, its last search."""

from pathlib import Path

import pytest
from rdflib import RDF, Graph
from rdflib.namespace import SKOS

from ldn_graph.grading.body import Body, BodyKey, bodies
from ldn_graph.grading.grade import scale_of
from ldn_graph.grading.rule import Rule
from ldn_graph.grading.strength import independent
from ldn_graph.records.enumerations import GradeScale
from ldn_graph.records.model import Corpus, Result, Source
from ldn_graph.records.vocabularies import Comparator, Design
from ldn_graph.reports.findings_table import findings_table, findings_text
from ldn_graph.verbalise import compared

ONTOLOGY = Path(__file__).parent.parent / "ontology" / "ldn.ttl"


@pytest.fixture(scope="module")
def found(shipped: Corpus, rule: Rule) -> tuple[Body, ...]:
    effects = [c for c in shipped.current() if scale_of(c, shipped) is GradeScale.CERTAINTY]
    return bodies(effects, shipped, rule.certainty)


def result(comparator: str, text: str | None = None) -> Result:
    given = {"outcome_text": "pain", "measure": "percent", "comparator": comparator}
    return Result.model_validate({**given, "comparator_text": text} if text else given)


@pytest.mark.parametrize(
    ("comparator", "text", "words"),
    [
        ("none", None, "without a comparison group"),
        ("none", "none (up-and-down dose finding)", "without a comparison group"),
        ("baseline", "before treatment", "against the same people before"),
        ("active", "any", "against any active comparator"),
        ("other", "any", "against any comparator"),
        ("other", "any control", "against any control"),
        ("active", None, "against an active comparator"),
        ("placebo", None, "against placebo"),
    ],
)
def test_a_comparison_says_what_it_was_with(comparator: str, text: str | None, words: str) -> None:
    assert compared(result(comparator, text)) == words


def test_the_key_of_a_body_words_every_comparator() -> None:
    names = [*map(str, Comparator), "control"]
    worded = {BodyKey("d", "c", "o", name, "low").against for name in names}
    assert len(worded) == len(names)
    assert not any("nothing" in w or "any" in w or "none" in w for w in worded)


def test_a_design_has_one_label() -> None:
    ontology = Graph().parse(ONTOLOGY)
    labels = {
        str(ontology.value(c, SKOS.notation)): str(ontology.value(c, SKOS.prefLabel))
        for c in ontology.subjects(RDF.type, SKOS.Concept)
        if "#design-" in str(c)
    }
    assert labels == {str(d): d.in_words for d in Design}


def test_every_body_says_until_when_it_was_searched_for(
    found: tuple[Body, ...], shipped: Corpus
) -> None:
    known = [b for b in found if b.searched_until]
    assert {b.searched_until for b in known} == {"2025-05-01"}
    table = findings_table(found, shipped)
    column = [row[table.columns.index("searched_until")] for row in table.rows]
    stated = [b.searched_until or "not recorded" for b in found]
    assert [t.value for t in column if t] == stated
    told = findings_text(found, shipped, width=10_000)
    assert told.count("last searched for: not recorded") == len(found) - len(known)
    assert told.count("searched for until 2025-05-01") == len(known)


def test_a_review_that_names_some_of_its_trials_may_hold_any(shipped: Corpus) -> None:
    sources = shipped.sources
    assert sources["hegde-2025"].pools == ("srinivasan-2021",)
    assert independent(["hegde-2025", "bruun-2024"], sources) == 1
    whole = sources["hegde-2025"].model_copy(update={"pools_more": None})
    known: dict[str, Source] = {**sources, "hegde-2025": whole}
    assert independent(["hegde-2025", "bruun-2024"], known) == 2
