"""Certainty of a body of evidence in the steps of GRADE, from its studies and `strength.yaml`.

What nobody assessed is `assessed=False`, and counts as the worst that the domain's judgements can
do, so that a missing judgement never helps. Every threshold stands in `strength.yaml` with its
source.

Pure: the same studies in any order give the same rating, each domain with its reason and numbers.
`docs/strength.md` explains the rule, and what holds for any input.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from ldn_graph.grading.estimates import Estimate, Pooled, in_words, shown, why
from ldn_graph.grading.rule import CertaintyRule
from ldn_graph.grading.studies import (
    Domain,
    Judgement,
    Rating,
    Risk,
    Synthesis,
    Trial,
    best_estimate,
    people,
    share,
)
from ldn_graph.records.enumerations import CertaintyOfEvidence, Shows
from ldn_graph.records.vocabularies import OutcomeRole


def risk_of_bias(trials: list[Trial], review: Synthesis | None, rule: CertaintyRule) -> Judgement:
    """One step down, unless studies judged to be at low risk hold most of the people."""
    down = -rule.risk_of_bias.down
    domain = Domain.RISK_OF_BIAS
    if review is not None:
        if review.risk_of_bias is None:
            return Judgement(domain, down, f"not assessed in {review.id}", assessed=False)
        change = 0 if review.risk_of_bias is Risk.LOW else down
        return Judgement(domain, change, f"{review.risk_of_bias} according to {review.id}")
    low = [t for t in trials if t.risk_of_bias is Risk.LOW]
    missing = [t.label for t in trials if t.risk_of_bias is None]
    counts = ", ".join(
        f"{sum(t.risk_of_bias is r for t in trials)} {r.replace('-', ' ')}"
        for r in Risk
        if any(t.risk_of_bias is r for t in trials)
    )
    told = "; ".join(filter(None, (counts, f"not assessed: {', '.join(missing)}" * bool(missing))))
    if low and share(low, trials) > rule.risk_of_bias.low_share:
        return Judgement(domain, 0, told, assessed=not missing)
    return Judgement(domain, down, told, assessed=not missing)


def inconsistency(
    trials: list[Trial],
    review: Synthesis | None,
    shows: Shows,
    rule: CertaintyRule,
    pooled: Pooled | None = None,
) -> Judgement:
    """Down where trials that found otherwise hold too many of the people, by a stated I², or by
    that of an effect that was pooled here."""
    domain, table = Domain.INCONSISTENCY, rule.inconsistency
    if review is not None:
        if review.trials == 1:
            return Judgement(domain, 0, "one trial, nothing to compare it with")
        if review.i2 is None:
            reason = f"no I² is given in {review.id}"
            return Judgement(domain, -table.down, reason, assessed=False)
        serious = review.i2 >= table.i2
        return Judgement(domain, -table.down * serious, f"I² {review.i2:g} % in {review.id}")
    if len(trials) == 1:
        return Judgement(domain, 0, "one trial, nothing to compare it with")
    spread = _spread(pooled, shows, rule)
    against = contrary(trials, shows, rule)
    if not against:
        told = f"none of {len(trials)} trials contradicts the others"
        return Judgement(domain, spread, f"{told}{_i2(pooled)}")
    unknown = any(t.people is None for t in against) or not people(trials)
    part = 1.0 if unknown else people(against) / people(trials)
    change = min(spread, -sum(part >= s for s in table.contrary_share))
    told = "an unknown share" if unknown else f"{part:.0%}"
    silent = [t for t in against if t.estimate is None and t.says is None]
    names = ", ".join(t.label for t in against if t not in silent)
    unsaid = ", ".join(t.label for t in silent)
    parts = (f"{names} found otherwise" * bool(names), f"direction not known of {unsaid}")
    who = " and ".join(filter(None, parts[: 2 if silent else 1]))
    reason = f"{who}, {told} of the people{_i2(pooled)}"
    return Judgement(domain, change, reason, assessed=not silent)


def _spread(pooled: Pooled | None, shows: Shows, rule: CertaintyRule) -> int:
    """What the spread of trials about a pooled effect costs; of no difference, and where nothing
    can be told, the interval already has it."""
    effect = shows in (Shows.BENEFIT, Shows.HARM)
    wide = pooled is not None and pooled.i2 >= rule.inconsistency.i2_pooled
    return -rule.inconsistency.down if effect and wide else 0


def _i2(pooled: Pooled | None) -> str:
    return f"; I² {pooled.i2:.0f} % where pooled" if pooled else ""


def contrary(trials: list[Trial], shows: Shows, rule: CertaintyRule) -> list[Trial]:
    """The trials whose own result lies elsewhere than what the body shows, or isn't known: what
    nobody read is no agreement."""
    sides = {t.id: _side(t, shows, rule) for t in trials}
    if shows is Shows.CANNOT_TELL:
        better = [t for t in trials if sides[t.id] == 1]
        others = [t for t in trials if sides[t.id] in (0, -1)]
        fewer = min(better, others, key=people) if better and others else []
        return [t for t in trials if t in fewer or sides[t.id] is None]
    wanted = {Shows.BENEFIT: 1, Shows.HARM: -1}.get(shows, 0)
    return [t for t in trials if sides[t.id] != wanted]


def _side(trial: Trial, shows: Shows, rule: CertaintyRule) -> int | None:
    """+1 better, 0 no difference, −1 worse: by where the estimate lies, or without an interval by
    what the numbers say; None where nothing does. Differences too small to matter are none for
    `shows`'s sake."""
    if trial.estimate is None:
        return trial.says
    gain = trial.estimate.gain
    margin = trial.estimate.margin(rule.generic_mid) or 0.0
    bound = margin if shows is Shows.LITTLE_OR_NO_DIFFERENCE else 0.0
    return 1 if gain > bound else -1 if gain < -bound else 0


def indirectness(trials: list[Trial], review: Synthesis | None, rule: CertaintyRule) -> Judgement:
    """Down by what the evidence is about instead of what was asked."""
    kinds = review.indirect if review else frozenset(k for t in trials for k in t.indirect)
    if not kinds:
        return Judgement(Domain.INDIRECTNESS, 0, "people, dose and outcome are those asked about")
    change = -min(2, sum(rule.indirectness[k] for k in kinds))
    told = ", ".join(sorted(k.in_words for k in kinds))
    return Judgement(Domain.INDIRECTNESS, change, f"another {told}")


def imprecision(
    trials: list[Trial],
    review: Synthesis | None,
    estimate: Estimate | None,
    shows: Shows,
    rule: CertaintyRule,
) -> Judgement:
    """Down by how many thresholds the interval crosses, and by how few people were studied."""
    domain = Domain.IMPRECISION
    if estimate is None:
        return Judgement(domain, -2, "no interval recorded", assessed=False)
    studied = review.people if review else _agreeing(trials, shows, rule)
    crossed = _crossed(estimate, shows, rule)
    few, size = _too_few(estimate, studied, rule)
    return Judgement(domain, -max(crossed, few), f"{in_words(estimate)}; {size}")


def _agreeing(trials: list[Trial], shows: Shows, rule: CertaintyRule) -> int | None:
    """The people of the trials with an interval that agree with the shows."""
    against = {t.id for t in contrary(trials, shows, rule)}
    counted = [t for t in trials if t.estimate]
    if shows is not Shows.CANNOT_TELL:
        counted = [t for t in counted if t.id not in against]
    known = [t.people for t in counted if t.people is not None]
    return sum(known) if known else None


def _crossed(estimate: Estimate, shows: Shows, rule: CertaintyRule) -> int:
    """How many thresholds that would change the conclusion lie within the interval."""
    worse, better = estimate.gains
    margin = estimate.margin(rule.generic_mid)
    if margin is None:
        if shows is not Shows.CANNOT_TELL:
            return 0
        appreciable = estimate.measure.is_ratio and (
            min(estimate.low, estimate.high) < rule.imprecision.appreciable[0]
            and max(estimate.low, estimate.high) > rule.imprecision.appreciable[1]
        )
        return 2 if appreciable else 1
    return sum(worse < threshold < better for threshold in (-margin, margin))


def _too_few(estimate: Estimate, studied: int | None, rule: CertaintyRule) -> tuple[int, str]:
    """Whether fewer people were studied than a trial of adequate size needs, and how far."""
    table = rule.imprecision
    size = "number of people not stated" if studied is None else f"{studied} people"
    if estimate.measure.is_ratio:
        low, high = sorted((estimate.low, estimate.high))
        if low <= 0 or high / low > table.wide_ratio:
            return 2, f"{size}; the upper end is more than {table.wide_ratio:g} times the lower"
    if studied is None:
        return 2, size
    if studied < table.far_too_few:
        return 2, f"{size}, far fewer than {table.people}"
    if studied < table.people:
        return 1, f"{size}, fewer than {table.people}"
    return 0, size


def publication_bias(
    trials: list[Trial], review: Synthesis | None, shows: Shows, rule: CertaintyRule
) -> Judgement:
    """Suspected where a benefit rests on small trials only, none stated to be paid independently
    (the criterion of Core GRADE 4; that nobody states who paid counts as the worst)."""
    domain, small = Domain.PUBLICATION_BIAS, rule.publication_bias.small
    if review is not None:
        return Judgement(domain, 0, f"not assessed in {review.id}", assessed=False)
    if shows is not Shows.BENEFIT:
        return Judgement(domain, 0, "no benefit is shown that missing trials could have made")
    against = contrary(trials, shows, rule)
    agreeing = [t for t in trials if t not in against]
    if all((t.people or 0) < small and not t.independent_funding for t in agreeing):
        stated = all(t.independent_funding is False for t in agreeing)
        paid = "none paid independently" if stated else "none stated to be paid independently"
        reason = f"suspected: only trials of fewer than {small} people, {paid}"
        return Judgement(domain, -1, reason, assessed=stated)
    return Judgement(domain, 0, f"not suspected: a trial of {small} or more, or paid independently")


def large_effect(
    start: CertaintyOfEvidence,
    judgements: Iterable[Judgement],
    estimate: Estimate | None,
    shows: Shows,
    rule: CertaintyRule,
) -> Judgement | None:
    """Rating up for a large effect, of studies that start at low and were not rated down."""
    effect = shows in (Shows.BENEFIT, Shows.HARM)
    whole = start is CertaintyOfEvidence.LOW and not any(j.change for j in judgements)
    if not (estimate and estimate.measure.is_ratio and effect and whole):
        return None
    size = max(estimate.point, 1 / estimate.point)
    steps = sum(size >= factor for factor in rule.large_effect)
    return Judgement(Domain.LARGE_EFFECT, steps, in_words(estimate)) if steps else None


_STEPS = list(CertaintyOfEvidence)
#: Up to so many contrary trials every set of them is left out in turn; of more, each and all.
_EVERY_SUBSET = 5


def rate(trials: Iterable[Trial], syntheses: Iterable[Synthesis], rule: CertaintyRule) -> Rating:
    """The certainty of one body of evidence: distinct trials, and published pooled estimates.

    Only the studies of the best design count, and indirect ones only where none is direct. A
    benefit or harm must hold with and without the trials that found none: between-trial variance
    is such that one more of them can narrow the interval.
    """
    # before reports of one trial become one: what is no study takes the place of none
    known = _distinct(t for t in trials if rule.start[t.design] != "none")
    start, counted, reviews = _best(known, sorted(syntheses, key=lambda s: s.id), rule)
    if not counted and not reviews:
        return _nothing()
    rating = _rating(start, counted, reviews, rule)
    if rating.shows not in (Shows.BENEFIT, Shows.HARM):
        return rating
    return min((rating, *_without(rating, start, counted, reviews, rule)), key=_support)


def _support(rating: Rating) -> int:
    return rating.certainty.step if rating.shows is not Shows.CANNOT_TELL else 0


def _without(
    rating: Rating,
    start: CertaintyOfEvidence,
    trials: list[Trial],
    reviews: list[Synthesis],
    rule: CertaintyRule,
) -> Iterator[Rating]:
    """The rating as it would be if contrary trials of the pool were not there: what was read and
    the reasons stay those of all, the shows and certainty are those without."""
    pooled = set(rating.basis) if rating.pooled else set()
    against = [t.id for t in contrary(trials, rating.shows, rule) if t.id in pooled]
    sizes = range(1, len(against) + 1) if len(against) <= _EVERY_SUBSET else (1, len(against))
    for left_out in (set(c) for n in sizes for c in combinations(against, n)):
        other = _rating(start, [t for t in trials if t.id not in left_out], reviews, rule)
        if other.shows is not rating.shows:
            names = ", ".join(sorted(t.label for t in trials if t.id in left_out))
            told = f"{rating.why}, but not without {names}: {other.why}"
            yield replace(rating, shows=Shows.CANNOT_TELL, why=told)
        elif other.certainty.step < rating.certainty.step:
            yield replace(rating, certainty=other.certainty, judgements=other.judgements)


def _rating(
    start: CertaintyOfEvidence,
    counted: list[Trial],
    reviews: list[Synthesis],
    rule: CertaintyRule,
) -> Rating:
    best = best_estimate(counted, reviews, rule)
    estimate = best.estimate
    shows = shown(estimate, rule.generic_mid)
    review = best.synthesis
    judgements = [
        risk_of_bias(counted, review, rule),
        inconsistency(counted, review, shows, rule, best.pooled),
        indirectness(counted, review, rule),
        imprecision(counted, review, estimate, shows, rule),
        publication_bias(counted, review, shows, rule),
    ]
    if raised := large_effect(start, judgements, estimate, shows, rule):
        judgements.append(raised)
    step = start.step + sum(j.change for j in judgements)
    step = max(1, min(4, step))
    if step == 4 and not all(j.assessed for j in judgements):
        step = 3
    return Rating(
        _STEPS[step],
        shows,
        start,
        tuple(judgements),
        estimate,
        best.pooled,
        best.basis,
        best.not_pooled,
        why(estimate, rule.generic_mid),
        (review.id,) if review else tuple(t.id for t in counted),
    )


def _nothing() -> Rating:
    none = CertaintyOfEvidence.NONE
    reason = "no study bears on it"
    return Rating(none, Shows.CANNOT_TELL, none, (), None, None, (), reason, reason)


def _distinct(trials: Iterable[Trial]) -> list[Trial]:
    """Each trial once, whatever the order of its reports: the report with an interval, of those the
    one on a primary outcome, then the larger one."""
    by_id: dict[str, Trial] = {}
    for trial in sorted(trials, key=_report_order):
        by_id.setdefault(trial.id, trial)
    return [by_id[i] for i in sorted(by_id)]


def _report_order(trial: Trial) -> tuple[object, ...]:
    return (
        trial.estimate is None,
        trial.role is not OutcomeRole.PRIMARY,
        -(trial.people or 0),
        repr(trial),
    )


def _best(
    trials: list[Trial], reviews: list[Synthesis], rule: CertaintyRule
) -> tuple[CertaintyOfEvidence, list[Trial], list[Synthesis]]:
    """Where the body starts, with the studies that start there: direct ones if there are any."""
    starts = {d: CertaintyOfEvidence(s) for d, s in rule.start.items()}
    pooled = [r for r in reviews if starts[r.start] is not CertaintyOfEvidence.NONE]
    direct = [t for t in trials if not t.indirect], [r for r in pooled if not r.indirect]
    if direct[0] or direct[1]:
        trials, pooled = direct
    steps = [starts[t.design] for t in trials] + [starts[r.start] for r in pooled]
    start = max(steps, key=lambda s: s.step, default=CertaintyOfEvidence.NONE)
    return (
        start,
        [t for t in trials if starts[t.design] is start],
        [r for r in pooled if starts[r.start] is start],
    )
