"""Certainty of a body of evidence in the steps of GRADE, from its studies and `strength.yaml`.

Pure: the same studies in any order give the same rating, each domain with its reason and numbers.
`docs/strength.md` explains the rule, and what holds for any input.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from ldn_graph.grading import domains
from ldn_graph.grading.best_estimate import best_estimate
from ldn_graph.grading.certainty_rule import CertaintyRule
from ldn_graph.grading.finding import shown, why
from ldn_graph.grading.studies import Rating, Synthesis, Trial
from ldn_graph.records.grades import CertaintyOfEvidence, Shows
from ldn_graph.records.vocabularies import OutcomeRole

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
    against = [t.id for t in domains.contrary(trials, rating.shows, rule) if t.id in pooled]
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
        domains.risk_of_bias(counted, review, rule),
        domains.inconsistency(counted, review, shows, rule, best.pooled),
        domains.indirectness(counted, review, rule),
        domains.imprecision(counted, review, estimate, shows, rule),
        domains.publication_bias(counted, review, shows, rule),
    ]
    if raised := domains.large_effect(start, judgements, estimate, shows, rule):
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
