"""Which estimate is read of a body of evidence, so that no trial counts twice.

Trials with an interval are pooled where they share measure and scale. A published synthesis takes
the place of the trials that it names, where none of them has an interval of its own; one that
names no trial is taken to overlap all, and is read only where it has far more people, or where no
trial has an interval.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ldn_graph.grading.certainty_rule import CertaintyRule
from ldn_graph.grading.finding import Better, Estimate
from ldn_graph.grading.pooling import Pooled, pool, why_not
from ldn_graph.grading.studies import Synthesis, Trial, people


@dataclass(frozen=True)
class BestEstimate:
    """The estimate that is read; `basis`: the ids of what it rests on; `synthesis`: the published
    one, where it is that; `not_pooled`: why nothing was pooled here."""

    estimate: Estimate | None
    basis: tuple[str, ...]
    pooled: Pooled | None = None
    synthesis: Synthesis | None = None
    not_pooled: str | None = None


def best_estimate(
    trials: Iterable[Trial], syntheses: Iterable[Synthesis], rule: CertaintyRule
) -> BestEstimate:
    """The estimate of distinct trials and published syntheses of one body."""
    known = list(trials)
    group = _poolable(known)
    review = _widest(syntheses)
    if review is not None and (not group or _holds_more(review, group, rule)):
        reason = (
            "no trial that was read gives an interval; a published pooled estimate is read"
            if not group
            else "a published synthesis has far more people than the trials that were read"
        )
        return BestEstimate(review.estimate, (review.id,), synthesis=review, not_pooled=reason)
    if not group:
        return BestEstimate(None, (), not_pooled=why_not([t.estimate for t in known]))
    ids = tuple(t.id for t in group)
    estimates = [t.estimate for t in group if t.estimate]
    if len(group) > 1:
        pooled = pool(estimates)
        return BestEstimate(pooled.estimate, ids, pooled)
    alone = "one trial only" if len(known) == 1 else why_not([t.estimate for t in known])
    return BestEstimate(estimates[0], ids, not_pooled=alone)


def _poolable(trials: list[Trial]) -> list[Trial]:
    """The trials with an interval that share measure and scale: the set with most people."""
    groups: dict[tuple[str, str, Better], list[Trial]] = {}
    for trial in trials:
        estimate = trial.estimate
        if estimate and why_not([estimate, estimate]) is None:
            key = (str(estimate.measure), estimate.unit, estimate.better)
            groups.setdefault(key, []).append(trial)
    ranked = sorted(groups.items(), key=lambda g: (-people(g[1]), -len(g[1]), g[0]))
    return ranked[0][1] if ranked else []


def _widest(syntheses: Iterable[Synthesis]) -> Synthesis | None:
    """The synthesis over most trials, then most people, then the latest."""
    ranked = sorted(
        syntheses, key=lambda s: (-(s.trials or 0), -(s.people or 0), -(s.year or 0), s.id)
    )
    return ranked[0] if ranked else None


def _holds_more(review: Synthesis, group: list[Trial], rule: CertaintyRule) -> bool:
    return (review.people or 0) >= rule.synthesis_over_trials * people(group) > 0
