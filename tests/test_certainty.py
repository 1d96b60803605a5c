"""Certainty of a body of evidence: what must hold for any studies, and worked examples."""

from dataclasses import replace

import pytest
from effort import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ldn_graph.grading.certainty import rate
from ldn_graph.grading.estimates import Better, Estimate, Measure, _t, pool, shown, why_not
from ldn_graph.grading.rule import Rule
from ldn_graph.grading.studies import (
    Domain,
    Rating,
    Risk,
    Synthesis,
    Trial,
)
from ldn_graph.records.enumerations import CertaintyOfEvidence, Shows
from ldn_graph.records.vocabularies import Design, Indirectness

RCT = Design.RANDOMISED_TRIAL


def difference(point: float, half: float, mid: float | None = 1.0) -> Estimate:
    return Estimate(
        Measure.MEAN_DIFFERENCE, point, point - half, point + half, Better.HIGHER, mid, "points"
    )


@st.composite
def trials(draw: st.DrawFn, name: str = "t") -> Trial:
    point = draw(st.floats(-4, 4).map(lambda x: round(x, 2)))
    half = draw(st.floats(0.05, 5).map(lambda x: round(x, 2)))
    return Trial(
        id=name,
        design=draw(st.sampled_from([RCT, RCT, RCT, Design.COHORT, Design.UNCONTROLLED_TRIAL])),
        people=draw(st.none() | st.integers(5, 900)),
        estimate=draw(st.none() | st.just(difference(point, half))),
        says=draw(st.sampled_from([-1, 0, 1])),
        risk_of_bias=draw(st.none() | st.sampled_from(list(Risk))),
        indirect=frozenset(draw(st.sets(st.sampled_from(list(Indirectness)), max_size=1))),
        independent_funding=draw(st.sampled_from([None, True, False])),
    )


@st.composite
def bodies(draw: st.DrawFn, least: int = 1) -> list[Trial]:
    number = draw(st.integers(least, 5))
    return [draw(trials(f"t{n}")) for n in range(number)]


def of_benefit(rating: Rating) -> int:
    """How certain a benefit is: 0 where none is shown."""
    return rating.certainty.step if rating.shows is Shows.BENEFIT else 0


@settings(max_examples=examples(300), deadline=None)
@given(bodies(), st.integers(5, 900), st.floats(0.05, 5), st.booleans(), st.data())
def test_a_trial_without_effect_never_raises_the_certainty_of_a_benefit(
    rule: Rule, body: list[Trial], people: int, half: float, has_interval: bool, data: st.DataObject
) -> None:
    null = Trial(
        "null",
        RCT,
        people,
        difference(0.0, half) if has_interval else None,
        0,
        data.draw(st.none() | st.sampled_from(list(Risk))),
        independent_funding=data.draw(st.sampled_from([None, True])),
    )
    body = [replace(t, indirect=frozenset(), design=RCT) for t in body]
    before = rate(body, [], rule.certainty)
    after = rate([*body, null], [], rule.certainty)
    assert of_benefit(after) <= of_benefit(before), (before.reasons, after.reasons)


@settings(max_examples=examples(300), deadline=None)
@given(
    st.floats(-3, 3),
    st.lists(st.tuples(st.floats(0.1, 5), st.integers(5, 900)), min_size=1, max_size=5),
    st.floats(0.1, 5),
    st.integers(5, 900),
    st.none() | st.sampled_from(list(Risk)),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, 1.0]),
)
def test_more_consistent_trials_never_lower_it(
    rule: Rule,
    point: float,
    sizes: list[tuple[float, int]],
    half: float,
    people: int,
    risk: Risk | None,
    funding: bool | None,
    mid: float | None,
) -> None:
    def trial(number: int, half: float, people: int) -> Trial:
        return Trial(
            f"t{number}",
            RCT,
            people,
            difference(point, half, mid),
            risk_of_bias=risk,
            independent_funding=funding,
        )

    body = [trial(n, *size) for n, size in enumerate(sizes)]
    before = rate(body, [], rule.certainty)
    after = rate([*body, trial(99, half, people)], [], rule.certainty)
    if before.shows is after.shows:
        assert after.certainty.step >= before.certainty.step, (before.reasons, after.reasons)
    else:
        # more of the same can only settle what could not be told
        assert before.shows is Shows.CANNOT_TELL


@settings(max_examples=examples(300), deadline=None)
@given(bodies(), st.data())
def test_a_missing_judgement_never_helps(
    rule: Rule, body: list[Trial], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(body) - 1))
    field = data.draw(st.sampled_from(["risk_of_bias", "independent_funding"]))
    less = [replace(t, **{field: None}) if n == number else t for n, t in enumerate(body)]
    before, after = rate(body, [], rule.certainty), rate(less, [], rule.certainty)
    assert after.certainty.step <= before.certainty.step
    assert after.shows is before.shows


@settings(max_examples=examples(200), deadline=None)
@given(bodies(), st.randoms())
def test_neither_order_nor_a_second_report_of_a_trial_changes_anything(
    rule: Rule, body: list[Trial], random: object
) -> None:
    plain = rate(body, [], rule.certainty)
    shuffled = [*body, *body[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rate(shuffled, [], rule.certainty) == plain


@settings(max_examples=examples(200), deadline=None)
@given(bodies(least=0))
def test_empty_is_not_certainty_and_high_needs_every_domain(rule: Rule, body: list[Trial]) -> None:
    rating = rate(body, [], rule.certainty)
    if not body:
        assert rating.certainty is CertaintyOfEvidence.NONE
        assert rating.shows is Shows.CANNOT_TELL
    if rating.certainty is CertaintyOfEvidence.HIGH:
        assert all(j.assessed for j in rating.judgements)
    if rating.shows is not Shows.CANNOT_TELL:
        assert rating.estimate is not None


def test_high_can_be_reached(rule: Rule) -> None:
    large = Trial("a", RCT, 900, difference(2, 0.5), risk_of_bias=Risk.LOW)
    assert rate([large], [], rule.certainty).certainty is CertaintyOfEvidence.HIGH


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (difference(1.5, 1.0), Shows.BENEFIT),
        (difference(0.4, 0.3), Shows.LITTLE_OR_NO_DIFFERENCE),
        (difference(0.8, 0.7), Shows.CANNOT_TELL),
        (difference(0.8, 0.7, None), Shows.BENEFIT),
        (difference(0.1, 0.3, None), Shows.CANNOT_TELL),
        (difference(-1.5, 0.2), Shows.HARM),
        (None, Shows.CANNOT_TELL),
    ],
)
def test_what_is_shown_is_read_from_the_interval(
    estimate: Estimate | None, expected: Shows
) -> None:
    assert shown(estimate) is expected


def test_the_fibromyalgia_trials(rule: Rule) -> None:
    """Bruun 2024, Rodríguez-Freire 2026, Younger 2013 as read: the two largest found nothing."""

    def pain(point: float, low: float, high: float) -> Estimate:
        return Estimate(Measure.MEAN_DIFFERENCE, point, low, high, Better.LOWER, 1.0, "0-10 NRS")

    found = rate(
        [
            Trial("bruun", RCT, 99, pain(-0.34, -0.95, 0.27), independent_funding=True),
            Trial("rodriguez-freire", RCT, 98, pain(0.49, -0.32, 1.31)),
            Trial("younger", RCT, 31, None, 1),
        ],
        [],
        rule.certainty,
    )
    assert found.shows is Shows.LITTLE_OR_NO_DIFFERENCE
    assert found.certainty is CertaintyOfEvidence.LOW
    assert found.pooled is not None and found.basis == ("bruun", "rodriguez-freire")


def test_a_review_of_one_small_trial(rule: Rule) -> None:
    """Parker 2018 on the 70-point response: the review itself says low, for imprecision."""
    ratio = Estimate(Measure.RISK_RATIO, 2.22, 1.14, 4.32, Better.HIGHER)
    review = Synthesis("parker", ratio, RCT, 1, 34, risk_of_bias=Risk.LOW, pools=frozenset("s"))
    trial = Trial("s", RCT, 40, None, 1, Risk.LOW, independent_funding=True)
    found = rate([trial], [review], rule.certainty)
    assert (found.certainty, found.shows) == (CertaintyOfEvidence.LOW, Shows.BENEFIT)
    changes = {j.domain: j.change for j in found.judgements}
    assert changes[Domain.IMPRECISION] == -2 and sum(changes.values()) == -2


def test_a_review_and_its_trials_never_count_twice(rule: Rule) -> None:
    trial = Trial("s", RCT, 100, difference(2, 0.8))
    review = Synthesis("r", difference(2, 0.8), RCT, 1, 100, pools=frozenset("s"))
    alone = rate([trial], [], rule.certainty)
    assert rate([trial], [review], rule.certainty) == alone
    unnamed = replace(review, pools=frozenset())
    assert rate([trial], [unnamed], rule.certainty) == alone


@settings(max_examples=examples(100), deadline=None)
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0.2, 3)), min_size=2, max_size=6),
)
def test_pooling_weighs_every_trial_and_stays_within_them(
    numbers: list[tuple[float, float]],
) -> None:
    estimates = [difference(point, half) for point, half in numbers]
    assume(why_not(estimates) is None)
    pooled = pool(estimates)
    assert sum(pooled.weights) == pytest.approx(1)
    points = [point for point, _ in numbers]
    assert min(points) - 1e-9 <= pooled.estimate.point <= max(points) + 1e-9
    assert (pooled.prediction is None) == (len(numbers) < 3)
    if pooled.prediction:
        low, high = pooled.prediction
        assert low <= pooled.estimate.low + 1e-9 and high >= pooled.estimate.high - 1e-9


@settings(max_examples=examples(100), deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-3, 3).map(lambda x: round(x, 2)), st.floats(0.2, 3)),
        min_size=2,
        max_size=6,
    )
)
def test_pooling_gives_the_numbers_of_statsmodels(numbers: list[tuple[float, float]]) -> None:
    np = pytest.importorskip("numpy")
    combine = pytest.importorskip("statsmodels.stats.meta_analysis").combine_effects
    estimates = [difference(point, half) for point, half in numbers]
    points = np.array([e.point for e in estimates])
    errors = np.array([e.standard_error for e in estimates])
    with np.errstate(all="ignore"):
        theirs = combine(points, errors**2, method_re="iterated")
    ours = pool(estimates)
    assert ours.estimate.point == pytest.approx(theirs.mean_effect_re, abs=1e-4)
    assert ours.q == pytest.approx(theirs.q, abs=1e-6)
    assert ours.tau2 == pytest.approx(max(0, theirs.tau2), abs=1e-3)
    assert ours.weights == pytest.approx(tuple(theirs.weights_rel_re), abs=1e-3)
    half = (ours.estimate.high - ours.estimate.low) / 2 / 1.959964
    assert half == pytest.approx(theirs.sd_eff_w_re, abs=1e-3)


def test_the_table_of_t_is_that_of_scipy() -> None:
    quantile = pytest.importorskip("scipy.special").stdtrit
    assert [_t(n) for n in range(1, 31)] == pytest.approx(
        [quantile(n, 0.975) for n in range(1, 31)], abs=1e-4
    )


def test_why_results_are_not_pooled() -> None:
    other = replace(difference(1, 1), unit="other scale")
    assert why_not([difference(1, 1), other]) == "different scales: other scale; points"
    assert why_not([None, difference(1, 1)]) == "only one result has an interval"
    with pytest.raises(ValueError, match="different scales"):
        pool([difference(1, 1), other])
