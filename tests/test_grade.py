"""Grades of claims: the scale that fits, the quote that earned it, and what hangs on a study."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import measurements
from synthetic import claim, corpus_of

from ldn_graph.errors import UnknownName
from ldn_graph.grading import summary
from ldn_graph.grading.grade import quoted, scale_of
from ldn_graph.grading.mechanism import grade_mechanism, measured
from ldn_graph.grading.strength import Rule, Strength, grade, grade_all
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.enumerations import CertaintyOfEvidence, GradeScale, Measured, Shows
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Measurement
from ldn_graph.records.vocabularies import Design, Predicate

quick = settings(deadline=None, max_examples=100)
RESULT = {"role": "primary-result", "basis": ["own-result"], "sample_size": 40}


def items(*of: dict[str, Any]) -> tuple[EvidenceItem, ...]:
    """Items with the ids e1, e2, …, by source s1 unless said."""
    plain = claim("c", "a", "decreases", "d").evidence[0].model_dump()
    return tuple(
        EvidenceItem.model_validate({**plain, "id": f"e{n}", **more})
        for n, more in enumerate(of, 1)
    )


def with_items(of: Claim, *more: dict[str, Any]) -> Claim:
    return of.model_copy(update={"evidence": items(*more)})


# Scales ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("predicate", "ends", "scale"),
    [
        ("treats-or-applied-or-studied-to-treat", "af", GradeScale.CERTAINTY),
        ("decreases", "af", GradeScale.CERTAINTY),
        ("has-side-effect", "af", GradeScale.CERTAINTY),
        ("decreases", "ad", GradeScale.MEASURED),
        ("decreases", "df", GradeScale.MEASURED),
        ("applied-to-treat", "af", GradeScale.SOURCE),
        ("in-clinical-trials-for", "af", GradeScale.SOURCE),
        ("contraindicated-in", "af", GradeScale.SOURCE),
        ("feature-of", "df", GradeScale.BACKGROUND),
        ("subclass-of", "fe", GradeScale.BACKGROUND),
    ],
)
def test_a_claim_is_graded_on_the_scale_that_fits(
    predicate: str, ends: str, scale: GradeScale
) -> None:
    found = claim("c", ends[0], predicate, ends[1])
    assert scale_of(found, corpus_of([found])) is scale


def test_what_a_sentence_takes_for_granted_is_background() -> None:
    taken = claim("c", "d", "contributes-to", "f", stated="presupposed")
    said = claim("c", "d", "contributes-to", "f")
    assert scale_of(taken, corpus_of([taken])) is GradeScale.BACKGROUND
    assert scale_of(said, corpus_of([said])) is GradeScale.MEASURED


@quick
@given(st.sampled_from(Predicate), st.sampled_from("bcdef"), st.lists(st.sampled_from(
    ["patient-reports", "clinical-studies-unspecified", "mechanistic-reasoning"]), min_size=1,
    max_size=3, unique=True))  # fmt: skip
def test_an_author_s_statement_is_evidence_of_nothing(
    rule: Rule, predicate: Predicate, end: str, basis: list[str]
) -> None:
    said = claim("c", "a", predicate, end, basis=basis)
    found = grade(said, corpus_of([said]), rule).grade
    assert found.step == 0 and found.bodies == ()
    assert found.name in ("none", "not-measured", "author", "background")


# Mechanisms ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "rung"),
    [
        ({"design": "randomised-trial"}, Measured.PEOPLE_CONTROLLED),
        ({"design": "uncontrolled-trial"}, Measured.PEOPLE),
        ({"design": "animal"}, Measured.ANIMALS),
        ({"design": "in-vitro"}, Measured.INDIRECT),
        ({"design": "animal", "indirectness": ["compound"]}, Measured.INDIRECT),
        ({"design": "randomised-trial", "indirectness": ["dose"]}, Measured.INDIRECT),
        ({"design": "narrative-review"}, Measured.NOT_MEASURED),
        ({"design": "protocol"}, Measured.NOT_MEASURED),
        ({"design": "animal", "role": "background"}, Measured.NOT_MEASURED),
    ],
)
def test_a_mechanism_is_graded_by_what_was_measured(how: dict[str, Any], rung: Measured) -> None:
    corpus = corpus_of([])
    found = grade_mechanism(items({**RESULT, **how}), corpus.sources)
    assert found.rung is rung


def measurement(**more: Any) -> dict[str, Any]:
    """A measurement in people under the drug."""
    return {
        "tested": "people",
        "tested_text": "10 people",
        "compound": "naltrexone",
        "compound_text": "drug",
        "measured": "a level",
        "result": "rose",
        **more,
    }


@pytest.mark.parametrize(
    ("design", "how", "rung", "words"),
    [
        ("randomised-trial", {}, Measured.PEOPLE_CONTROLLED, "measured in people, against a"),
        ("randomised-trial", {"controlled": False}, Measured.PEOPLE, "without a control"),
        ("uncontrolled-trial", {"controlled": True}, Measured.PEOPLE, "without a control"),
        ("uncontrolled-trial", {"compound": "naloxone"}, Measured.INDIRECT,
         "measured only in people, with naloxone"),
        ("animal", {"tested": "animals"}, Measured.ANIMALS, "measured in animals"),
        ("animal", {"tested": "animals", "compound": "naltrexone-isomer"}, Measured.INDIRECT,
         "measured only in animals, with the mirror-image isomer"),
        ("in-vitro", {"tested": "cells", "reached_by_dose": False}, Measured.INDIRECT,
         "measured only in cells, at a concentration that the dose does not reach"),
        ("uncontrolled-trial", {"tested": "cells"}, Measured.INDIRECT, "measured only in cells"),
        ("narrative-review", {}, Measured.NOT_MEASURED, "not measured; stated only"),
    ],
)  # fmt: skip
def test_a_measurement_lowers_what_its_design_allows(
    design: str, how: dict[str, Any], rung: Measured, words: str
) -> None:
    sources = corpus_of([]).sources
    study = {**RESULT, "design": design, "measurements": [measurement(**how)]}
    found = grade_mechanism(items(study), sources)
    assert found.rung is rung
    assert words in found.words


def test_another_outcome_is_said_to_be_one_and_not_called_cells() -> None:
    study = {**RESULT, "design": "uncontrolled-trial", "indirectness": ["outcome"],
             "measurements": [measurement()]}  # fmt: skip
    found = grade_mechanism(items(study), corpus_of([]).sources)
    assert found.words == "measured only in people, of another outcome"
    assert found.reasons == ("measured in 10 people, drug (a level): rose; another outcome [s1]",)


def test_another_compound_tests_a_step_that_is_not_the_drug_s() -> None:
    study = {**RESULT, "design": "animal",
             "measurements": [measurement(tested="animals", compound="naloxone")]}  # fmt: skip
    sources = corpus_of([]).sources
    assert grade_mechanism(items(study), sources).rung is Measured.INDIRECT
    assert grade_mechanism(items(study), sources, of_drug=False).rung is Measured.ANIMALS


@quick
@given(measurements, st.sampled_from(Design))
def test_a_measurement_never_raises_what_the_design_allows(
    made: Measurement, design: Design
) -> None:
    bare = items({**RESULT, "design": design})[0]
    with_it = bare.model_copy(update={"measurements": (made,)})
    assert measured(with_it).step <= measured(bare).step


def test_what_speaks_against_a_mechanism_is_told_and_never_raises_it() -> None:
    sources = corpus_of([]).sources
    pro = {**RESULT, "design": "animal"}
    con = {**RESULT, "design": "randomised-trial", "direction": "refutes", "source": "s2"}
    alone, both = (grade_mechanism(items(*i), sources) for i in ((pro,), (pro, con)))
    assert both.rung is alone.rung is Measured.ANIMALS
    assert both.against == ("s2",) and alone.against == ()
    assert any("found otherwise" in reason for reason in both.reasons)


# The quote -------------------------------------------------------------------------------------


def test_the_quote_is_of_the_evidence_that_earned_the_grade(rule: Rule) -> None:
    """A statement and an uncontrolled pilot stand first; the trial earned the grade."""
    of = with_items(
        claim("c", "a", "treats-or-applied-or-studied-to-treat", "f"),
        {"quote": {"exact": "the article says so"}},
        {**RESULT, "design": "uncontrolled-trial", "quote": {"exact": "the pilot"}},
        {**RESULT, "design": "randomised-trial", "source": "s2", "quote": {"exact": "the trial"}},
    )
    corpus = corpus_of([of])
    found = grade_all(corpus, rule)["c"].grade
    shown = quoted(of, found, corpus)
    assert shown is not None
    assert (shown.words, shown.source, shown.states_only) == ("the trial", "s2", False)


@quick
@given(st.data())
def test_what_is_shown_of_a_shipped_claim_earned_its_grade(
    shipped: Corpus, shipped_strengths: dict[str, Strength], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(shipped.claims)))
    strength = shipped_strengths[name]
    shown = quoted(shipped.claims[name], strength.grade, shipped)
    assert shown is not None
    assert (shown.claim, shown.item) in strength.grade.shown
    studied = strength.grade.scale is GradeScale.CERTAINTY and strength.grade.body is not None
    if studied or (strength.grade.scale is GradeScale.MEASURED and strength.grade.step):
        assert not shown.states_only


# Bodies ----------------------------------------------------------------------------------------


def test_claims_of_one_intervention_and_condition_share_their_bodies(rule: Rule) -> None:
    helps = claim("helps", "a", "treats-or-applied-or-studied-to-treat", "f")
    studied = with_items(
        claim("studied", "a", "treats", "f"), {**RESULT, "design": "randomised-trial"}
    )
    strengths = grade_all(corpus_of([helps, studied]), rule)
    assert strengths["helps"].grade.body == strengths["studied"].grade.body is not None
    assert strengths["helps"].grade.shown == (("studied", "e1"),)


def test_a_step_is_never_better_than_its_evidence(
    shipped: Corpus, shipped_strengths: dict[str, Strength]
) -> None:
    for name, strength in shipped_strengths.items():
        grade_ = strength.grade
        if grade_.body is not None:
            assert grade_.step <= grade_.body.rating.certainty.step, name
            assert set(grade_.body.sources) <= set(shipped.sources)


def test_retracted_sources_are_in_no_body(rule: Rule) -> None:
    of = with_items(claim("c", "a", "treats", "f"), {**RESULT, "design": "randomised-trial"})
    corpus = corpus_of([of])
    gone = corpus.sources["s1"].model_copy(update={"retracted": True})
    corpus = corpus.model_copy(update={"sources": {**corpus.sources, "s1": gone}})
    found = grade_all(corpus, rule)["c"].grade
    assert (found.name, found.shows) == (CertaintyOfEvidence.NONE, Shows.CANNOT_TELL)


# Leaving out -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graph() -> EvidenceGraph:
    return EvidenceGraph.open()


def test_without_a_source_nothing_of_it_is_left(graph: EvidenceGraph) -> None:
    rest = graph.without("smith-2011")
    assert "smith-2011" not in rest.corpus.sources
    assert all(i.source != "smith-2011" for c in rest.corpus.claims.values() for i in c.evidence)
    assert "smith-2011" in graph.corpus.sources, "the graph that was asked is as it was"
    with pytest.raises(UnknownName):
        graph.without("no-such-source")


def test_until_a_year_only_what_had_come_out_counts(graph: EvidenceGraph) -> None:
    then = graph.until(2014)
    years = {
        int((s.issued or "0").partition("-")[0])
        for s in then.corpus.sources.values()
        if s.design is not None
    }
    assert years and max(years) <= 2014
    assert any(s.design is None for s in then.corpus.sources.values()), "the article stays"
    assert then.query("claims-for-condition", condition="fibromyalgia"), "SPARQL knows it too"


def test_what_hangs_on_a_study_is_what_grading_without_it_changes(graph: EvidenceGraph) -> None:
    again = graph.without("ldn-ppms-pilot-2008")
    changed = {h.claim for h in graph.hanging_on("ldn-ppms-pilot-2008")}
    for name, before in graph.strengths.items():
        if not graph.corpus.claims[name].current:
            continue
        after = again.strengths.get(name)
        same = after is not None and (
            (before.grade.words, before.agreement) == (after.grade.words, after.agreement)
        )
        assert same == (name not in changed), name
    assert changed


def test_the_summary_of_findings_rates_every_body_once(graph: EvidenceGraph) -> None:
    found = graph.summary("fibromyalgia")
    assert len({b.key for b in found}) == len(found) > 0
    assert len(found.table) == len(found)
    for body in found:
        assert body.rating.certainty is not CertaintyOfEvidence.NONE
        assert "fibromyalgia" in (body.key.condition, body.key.outcome)
    assert summary.summary("no-study-of-it", graph.corpus, graph.rule) == ()


def test_measurements_that_disagree_carry_no_further_than_cells(
    shipped_strengths: dict[str, Strength],
) -> None:
    grade = shipped_strengths["ldn-decreases-inflammation"].grade
    assert grade.name == Measured.PEOPLE and grade.step == Measured.INDIRECT.step
    assert grade.words == "measured in people, without a control; measurements disagree"
    assert {"lie-2018", "moloney-2026"} <= set(grade.against)
