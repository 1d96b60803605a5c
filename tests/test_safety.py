"""Safety of a drug at any dose: whose each caution is, what its source is, and that labels differ.

Checked by eye against the sentences of the tables on safety: numbers, labels, dates and doses.
"""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings

from ldn_graph.errors import UsageError
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.enumerations import GradeScale, SourceKind
from ldn_graph.records.model import Corpus, Result
from ldn_graph.records.vocabularies import Comparator, Direction, Kind, Measure, Predicate
from ldn_graph.reports.safety import (
    COLUMNS,
    Caution,
    Section,
    rate_in_words,
    safety,
    safety_first,
    safety_text,
    substance,
)
from ldn_graph.verbalise import reading, says
from tests.strategies import results

LDN, STANDARD = "low-dose-naltrexone", "standard-dose-naltrexone"


@pytest.fixture(scope="module")
def graph() -> EvidenceGraph:
    return EvidenceGraph.open()


@pytest.fixture(scope="module")
def found(graph: EvidenceGraph) -> tuple[Caution, ...]:
    return graph.safety(LDN).found


def of(found: tuple[Caution, ...], section: Section, what: str) -> list[Caution]:
    return [c for c in found if c.section is section and c.what == what]


def test_a_substance_is_every_dose_of_it_and_no_other_drug(shipped: Corpus) -> None:
    every = {LDN, STANDARD, "naltrexone"}
    assert {n: set(substance(n, shipped)) for n in sorted(every)} == dict.fromkeys(
        sorted(every), every
    )
    assert substance("acamprosate", shipped) == ("acamprosate",)
    assert substance(LDN, shipped)[0] == LDN


def test_what_is_no_drug_is_refused_with_the_names_of_drugs(graph: EvidenceGraph) -> None:
    with pytest.raises(UsageError, match=r"fibromyalgia: is no drug .*low-dose-naltrexone"):
        graph.safety("fibromyalgia")


def test_a_low_dose_shows_the_label_s_contraindications_as_the_standard_dose_s(
    found: tuple[Caution, ...],
) -> None:
    inside = [c for c in found if c.section is Section.CONTRAINDICATIONS]
    assert {c.what for c in inside} == {
        "use of opioid analgesics",
        "opioid dependence",
        "acute opioid withdrawal",
        "failed naloxone challenge test or positive urine screen for opioids",
        "history of sensitivity to naltrexone",
        "acute hepatitis",
        "liver failure",
    }
    assert {c.of for c in inside} == {"standard-dose naltrexone"}
    assert not any(c.own for c in inside)
    assert found[0].section is Section.CONTRAINDICATIONS


def test_precipitated_withdrawal_at_one_milligram_stands_under_the_low_dose_itself(
    found: tuple[Caution, ...],
) -> None:
    own = of(found, Section.WARNINGS, "precipitated opioid withdrawal")[0]
    assert own.own and own.of == "low-dose naltrexone"
    (case,) = own.mentions
    assert case.source.id == "naumann-2023"
    assert "initiated on 1 mg of LDN" in case.words
    assert case.kind is SourceKind.STUDY


def test_labels_differ_on_acute_hepatitis_and_each_says_so_with_its_date(
    found: tuple[Caution, ...],
) -> None:
    (hepatitis,) = of(found, Section.CONTRAINDICATIONS, "acute hepatitis")
    assert hepatitis.differ
    sides = {m.source.id: m.item.direction for m in hepatitis.mentions}
    assert sides["vivitrol-label"] is Direction.REFUTES
    assert sides["mallinckrodt-naltrexone-label"] is Direction.SUPPORTS
    removed = next(m for m in hepatitis.mentions if m.source.id == "vivitrol-label")
    assert "Acute Hepatitis or Liver Failure Removed 7/2013" in removed.words
    assert all("no date read" in m.cited or m.source.issued for m in hepatitis.mentions
               if m.kind is SourceKind.LABEL)  # fmt: skip
    (opioids,) = of(found, Section.CONTRAINDICATIONS, "use of opioid analgesics")
    assert not opioids.differ and opioids.labels == 3


def test_a_label_that_was_read_in_a_copy_says_so_and_no_source_names_an_address(
    found: tuple[Caution, ...],
) -> None:
    cited = {m.source.id: m for c in found for m in c.mentions if m.kind is SourceKind.LABEL}
    copies = [m for m in cited.values() if "a copy of the label" in (m.source.verified_in or "")]
    assert len(copies) == 6
    assert all("copy" in m.cited for m in copies)
    every = {m.source for c in found for m in c.mentions}
    assert not [s.id for s in every for f in (s.title, s.verified_in, s.note) if f and "://" in f]


def test_contraindications_and_warnings_have_a_kind_of_source_and_no_grade(
    graph: EvidenceGraph, found: tuple[Caution, ...]
) -> None:
    for caution in found:
        scale = graph.strengths[caution.claim.id].grade.scale
        harm = caution.section is Section.ADVERSE_EVENTS
        assert scale is (GradeScale.CERTAINTY if harm else GradeScale.SOURCE), caution.claim.id


def test_no_item_says_that_a_side_effect_is_absent(shipped: Corpus) -> None:
    claims = [c for c in shipped.current() if c.predicate is Predicate.HAS_SIDE_EFFECT]
    told = [reading(c, shipped) for c in claims]
    told += [says(i, c, shipped) for c in claims for i in c.evidence]
    assert not [t for t in told if "does not have" in t]


def test_serious_adverse_events_are_told_with_their_interval(found: tuple[Caution, ...]) -> None:
    caution = next(c for c in found if c.claim.id == "naltrexone-side-effect-serious-adverse-event")
    (bolton,) = caution.mentions
    assert bolton.item.direction is Direction.INCONCLUSIVE
    assert bolton.item.finding == (
        "No clear difference in serious adverse events against placebo "
        "(risk ratio 0.84, 0.66 to 1.06)."
    )
    assert bolton.rates[0] == (
        "serious adverse events, against placebo: risk ratio 0.84 (95 % CI 0.66 to 1.06)"
    )


def test_the_text_has_every_section_whose_dose_it_is_and_the_disclaimer(
    graph: EvidenceGraph, found: tuple[Caution, ...]
) -> None:
    text = safety_text(found, LDN, graph.corpus)
    assert all(f"\n{s.heading}\n" in text for s in Section)
    assert "use of opioid analgesics  [standard-dose naltrexone]" in text
    assert "vivid dreams, against placebo: risk ratio 2.41 (95 % CI 1.77 to 3.28)" in text
    assert "Not medical advice." in text
    empty = safety_text(graph.safety("acamprosate").found, "acamprosate", graph.corpus)
    assert empty.count("None in this corpus; that is no proof that there is none.") == 5


def test_the_first_lines_of_other_answers_name_what_must_be_known(
    found: tuple[Caution, ...],
) -> None:
    first = safety_first(found)
    assert first.startswith("Safety first\nContraindications on record: standard-dose naltrexone:")
    assert "acute hepatitis (labels differ)" in first.replace("\n  ", " ")
    assert "precipitated opioid withdrawal; standard-dose" in first.replace("\n  ", " ")
    assert safety_first(()) == ""


def test_a_retracted_source_is_in_no_caution(graph: EvidenceGraph) -> None:
    case = graph.corpus.sources["naumann-2023"].model_copy(update={"retracted": True})
    corpus = graph.corpus.model_copy(
        update={"sources": {**graph.corpus.sources, "naumann-2023": case}}
    )
    left = safety(LDN, corpus, graph.strengths)
    assert not [m for c in left for m in c.mentions if m.source.id == "naumann-2023"]
    assert not [c for c in left if not c.mentions]


def test_the_table_has_a_row_a_mention_or_result_and_no_word_for_what_is_missing(
    graph: EvidenceGraph,
) -> None:
    answer = graph.safety(LDN)
    assert answer.table.columns == COLUMNS
    assert len(answer.table) == sum(max(1, len(m.rates)) for c in answer for m in c.mentions)
    frame = answer.to_dataframe()
    assert not (frame == "None").to_numpy().any()
    assert frame["date"].isna().any()


@settings(deadline=None, max_examples=200)
@given(results([LDN]))
def test_a_rate_has_only_numbers_that_the_result_has(result: Result) -> None:
    told = rate_in_words(result)
    assert (told is None) == (result.estimate is None and result.value_intervention is None)
    written = " ".join(str(v) for v in result.model_dump().values())
    written += " 95"  # the level of an interval that names none
    assert all(n in written for n in re.findall(r"\d+(?:\.\d+)?", told or ""))


def test_a_rate_without_a_comparison_says_so() -> None:
    alone = Result(outcome_text="nausea", comparator=Comparator.NONE, measure=Measure.PERCENT,
                   n_intervention=570, estimate=Decimal("9.8"))  # fmt: skip
    assert rate_in_words(alone) == "nausea, without a comparison group: 9.8 %; 570 people"


def test_only_drugs_have_cautions(shipped: Corpus) -> None:
    for claim in shipped.current():
        if claim.predicate in (Predicate.CONTRAINDICATED_IN, Predicate.HAS_WARNING):
            assert shipped.entities[claim.subject].kind is Kind.DRUG
