"""What a result becomes in a body of evidence: an estimate where nothing is missing, else words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.grading.studies import Risk, Synthesis, Trial, estimate_of, study_of, trial_id
from ldn_graph.records.model import EvidenceItem, Result, Source
from ldn_graph.records.vocabularies import Better, Comparator, Design, Measure

RESULT: dict[str, Any] = {
    "outcome_text": "pain",
    "comparator": "placebo",
    "measure": "mean-difference",
    "scale": "0-10 NRS",
    "better": "lower",
    "estimate": "-0.34",
    "ci_low": "-0.95",
    "ci_high": "0.27",
    "n_intervention": 49,
    "n_comparator": 50,
}


def result(**changes: Any) -> Result:
    return Result.model_validate(RESULT | changes)


def item(**changes: Any) -> EvidenceItem:
    known = {
        "id": "e1", "source": "s", "direction": "supports", "certainty": "asserted",
        "role": "primary-result", "basis": ["own-result"], "design": "randomised-trial",
        "finding": "synthetic", "sample_size": 120,
    }  # fmt: skip
    return EvidenceItem.model_validate(known | changes)


def source(**changes: Any) -> Source:
    return Source.model_validate(
        {"id": "s", "type": "article-journal", "title": "synthetic"} | changes
    )


def read(one: EvidenceItem, found: Result, of: Source | None = None) -> Trial | Synthesis:
    """The study that a result of the source `s` is."""
    return study_of(one, found, {"s": of or source()}, harmful=False)


def test_an_interval_is_read_as_printed() -> None:
    found = estimate_of(result(mid="1"))
    assert found is not None
    assert (found.point, found.low, found.high, found.mid) == (-0.34, -0.95, 0.27, 1)
    assert (found.better, found.unit, found.level) == (Better.LOWER, "0-10 NRS", 95)
    assert found.gain == 0.34


@pytest.mark.parametrize(
    "changes",
    [
        {"better": None},
        {"estimate": None},
        {"ci_low": None, "ci_high": None},
        {"measure": "percent"},
        {"measure": "other-measure"},
        {"measure": "mean-change"},
        {"measure": "risk-ratio", "ci_low": "0", "ci_high": "2"},
    ],
)
def test_what_is_missing_or_no_effect_is_no_estimate(changes: dict[str, Any]) -> None:
    assert estimate_of(result(**changes)) is None


def test_a_change_from_baseline_is_a_difference_without_a_control() -> None:
    before = result(measure="mean-change", comparator="baseline")
    found = estimate_of(before)
    assert found is not None and found.measure is Measure.MEAN_DIFFERENCE
    for design in ("randomised-trial", "non-randomised-trial", "cohort"):
        trial = read(item(design=design), before)
        assert isinstance(trial, Trial) and trial.design is Design.UNCONTROLLED_TRIAL
    controlled = read(item(), result())
    assert isinstance(controlled, Trial) and controlled.design is Design.RANDOMISED_TRIAL


def test_more_of_a_harm_is_worse_where_the_result_does_not_say() -> None:
    ratio = result(measure="risk-ratio", better=None, estimate="2", ci_low="1.5", ci_high="3")
    assert estimate_of(ratio) is None
    found = estimate_of(ratio, harmful=True)
    assert found is not None and found.gain < 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"p_sign": "equal", "p_value": "0.04"}, 1),
        ({"p_sign": "equal", "p_value": "0.04", "better": "higher"}, -1),
        ({"p_sign": "equal", "p_value": "0.27"}, 0),
        ({"p_sign": "above", "p_value": "0.04"}, 0),
        ({}, None),
        (
            {
                "estimate": None,
                "p_sign": "equal",
                "p_value": "0.016",
                "better": "higher",
                "value_intervention": "28.8 %",
                "value_comparator": "18.0 %",
            },
            1,
        ),
        (
            {
                "estimate": None,
                "p_sign": "equal",
                "p_value": "0.016",
                "better": "lower",
                "value_intervention": "28.8 %",
                "value_comparator": "18.0 %",
            },
            -1,
        ),
        (
            {
                "estimate": None,
                "p_sign": "equal",
                "p_value": "0.016",
                "value_intervention": "better than placebo",
            },
            None,
        ),
    ],
)
def test_a_report_without_an_interval_concludes_by_its_p_and_numbers(
    changes: dict[str, Any], says: int | None
) -> None:
    bare = result(ci_low=None, ci_high=None, **changes)
    trial = read(item(), bare)
    assert isinstance(trial, Trial) and (trial.estimate, trial.says) == (None, says)


def test_the_people_are_those_analysed_each_once() -> None:
    assert read(item(), result()).people == 99
    assert read(item(), result(crossover=True)).people == 50
    assert read(item(), result(n_comparator=None)).people == 120


def test_a_synthesis_starts_where_the_weakest_design_that_it_pools_does() -> None:
    review = item(role="synthesis", design="meta-analysis")
    pooled = source(pooled_designs=["randomised-trial", "uncontrolled-trial"], pools=["t"])
    found = read(review, result(i2="91", trials=5), pooled)
    assert isinstance(found, Synthesis)
    assert (found.start, found.i2, found.trials) == (Design.UNCONTROLLED_TRIAL, 91, 5)
    assert found.pools == {"t"}
    unnamed = read(review, result())
    assert isinstance(unnamed, Synthesis) and unnamed.start is Design.META_ANALYSIS
    without = read(review, result(better=None))
    assert isinstance(without, Trial), "no estimate, no pooled estimate"


def test_the_worst_judgement_of_bias_counts() -> None:
    judged = source(
        bias=[
            {"by": "a", "text": "low", "judgement": "low"},
            {"by": "b", "text": "doubt", "judgement": "some-concerns"},
            {"by": "c", "text": "no class"},
        ]
    )
    assert read(item(), result(), judged).risk_of_bias is Risk.SOME_CONCERNS
    assert read(item(), result()).risk_of_bias is None


def test_reports_of_one_trial_share_its_registration_or_its_main_report() -> None:
    main = source(registry_id="NCT1")
    other = source(id="x", report_of="s")
    known = {"s": main, "x": other}
    assert trial_id(main, known) == trial_id(other, known) == "NCT1"
    assert trial_id(source(id="y", registry_id="NCT1"), known) == "NCT1"
    plain = {"s": source(), "x": other}
    assert trial_id(plain["s"], plain) == trial_id(other, plain) == "s"


@given(
    st.sampled_from(Measure),
    st.sampled_from(Comparator),
    st.sampled_from([None, *Better]),
    st.booleans(),
)
def test_a_result_without_an_interval_is_never_an_estimate(
    measure: Measure, comparator: Comparator, better: Better | None, harmful: bool
) -> None:
    bare = result(measure=measure, comparator=comparator, better=better, ci_low=None, ci_high=None)
    assert estimate_of(bare, harmful=harmful) is None
