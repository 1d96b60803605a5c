"""What is rated: the studies of a body of evidence, as they report, and which estimate is read.

The numbers are read as printed: an interval becomes an estimate only where the measure says what no
effect is and `better` which way is good. A p value never shows anything by itself; with the
direction that the numbers have, it tells whether a report without an interval contradicts others.
What a curator, or a table that was read, says of a study is no input.

Trials with an interval are pooled where they share measure and scale. A published synthesis takes
the place of the trials that it names, where none of them has an interval of its own; one that
names no trial is taken to overlap all, and is read only where it has far more people, or where no
trial has an interval.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from ldn_graph.grading.estimates import Estimate, Pooled, pool, why_not
from ldn_graph.grading.rule import CertaintyRule
from ldn_graph.records.enumerations import CertaintyOfEvidence, Shows
from ldn_graph.records.model import EvidenceItem, Result, Source
from ldn_graph.records.vocabularies import (
    Better,
    Comparator,
    Design,
    Indirectness,
    Measure,
    OutcomeRole,
    Role,
)
from ldn_graph.records.vocabularies import Risk as Risk


class Domain(StrEnum):
    """GRADE's reasons to rate down, and to rate up."""

    RISK_OF_BIAS = "risk-of-bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    PUBLICATION_BIAS = "publication-bias"
    LARGE_EFFECT = "large-effect"


@dataclass(frozen=True)
class Trial:
    """One study of a body, all its reports together. `people`: those analysed, each once.

    `says` is what its numbers say (+1 better, 0 no difference, −1 worse, None where they don't); it
    is used only where the study has no interval. `independent_funding`: None where not stated.
    `role`: what the outcome was in the study; of several results, that of the primary outcome is
    read. `name`: the main report (a source's id).
    """

    id: str
    design: Design
    people: int | None = None
    estimate: Estimate | None = None
    says: Literal[-1, 0, 1] | None = None
    risk_of_bias: Risk | None = None
    indirect: frozenset[Indirectness] = frozenset()
    independent_funding: bool | None = None
    role: OutcomeRole | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """What a reader knows it by: its main report, not its number in a registry."""
        return self.name or self.id


@dataclass(frozen=True)
class Synthesis:
    """A published pooled estimate. `pools`: the ids of its trials, as far as it names them;
    `pools_more`: it pools others too, as one that names none does."""

    id: str
    estimate: Estimate
    start: Design
    trials: int | None = None
    people: int | None = None
    i2: float | None = None
    year: int | None = None
    risk_of_bias: Risk | None = None
    pools: frozenset[str] = frozenset()
    pools_more: bool = False
    indirect: frozenset[Indirectness] = frozenset()


@dataclass(frozen=True)
class Judgement:
    """What one domain does to the certainty: `change` in steps, 0 or less (more: rating up)."""

    domain: Domain
    change: int
    reason: str
    assessed: bool = True


@dataclass(frozen=True)
class Rating:
    """The certainty of a body, what it shows, and why.

    `estimate` is what was read: a pooled estimate of ours (`pooled`), one trial's, or that of the
    synthesis `basis`; None where no result has an interval. `counted`: the ids of the studies of
    the best design, which alone count.
    """

    certainty: CertaintyOfEvidence
    shows: Shows
    start: CertaintyOfEvidence
    judgements: tuple[Judgement, ...]
    estimate: Estimate | None
    pooled: Pooled | None
    basis: tuple[str, ...]
    not_pooled: str | None
    why: str
    counted: tuple[str, ...] = ()

    @property
    def lowered(self) -> tuple[str, ...]:
        """The names of the domains that lowered it, those that nobody assessed marked so."""
        return tuple(
            judgement.domain.replace("-", " ") + ("" if judgement.assessed else " (not assessed)")
            for judgement in self.judgements
            if judgement.change < 0
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """One sentence a domain, in the order of GRADE, after the start."""
        lines = [f"starts at {self.start.replace('-', ' ')}"]
        for judgement in self.judgements:
            change = (
                f"{judgement.change:+d}".replace("-", "−") if judgement.change else "not lowered"
            )
            name = judgement.domain.replace("-", " ")
            lines.append(f"{name}: {change} ({judgement.reason})")
        return tuple(lines)


def people(trials: Iterable[Trial]) -> int:
    """How many people these trials had, as far as it is stated."""
    return sum(t.people or 0 for t in trials)


def share(part: Iterable[Trial], whole: Iterable[Trial]) -> float:
    """Which share of the people `part` has at least: a trial of unknown size outside it could be
    any size, and then the share is 0, unless `part` is all there is."""
    inside = list(part)
    every = list(whole)
    rest = [t for t in every if t not in inside]
    if not rest:
        return 1.0
    if any(t.people is None for t in rest) or not people(every):
        return 0.0
    return people(inside) / people(every)


#: A report without an interval is read as finding a difference up to this p value.
_SIGNIFICANT = Decimal("0.05")
#: The number that a value of an arm begins with, as written: "28.8 %", "−0.5 (1.2)".
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")
_SYNTHESES = {Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW}
#: Comparators without a group that had anything else: such a trial or cohort has no control.
_NO_CONTROL = {Comparator.BASELINE, Comparator.NONE}
_CONTROLLED = {Design.RANDOMISED_TRIAL, Design.NON_RANDOMISED_TRIAL, Design.COHORT}
#: The weakest first: a synthesis starts where the weakest design that it pools does.
_WEAKEST_FIRST = (
    Design.CASE_SERIES,
    Design.SURVEY,
    Design.UNCONTROLLED_TRIAL,
    Design.COHORT,
    Design.NON_RANDOMISED_TRIAL,
    Design.RANDOMISED_TRIAL,
)


def study_of(
    item: EvidenceItem, result: Result | None, sources: Mapping[str, Source], *, harmful: bool
) -> Trial | Synthesis:
    """One result of an item as a study; `harmful`: the claim is that the drug does harm, so that
    more of the outcome is worse where the result doesn't say which way is better."""
    source = sources[item.source]
    assert item.design is not None  # what has none is no study, and its callers leave it out
    design = item.design
    estimate = estimate_of(result, harmful=harmful) if result else None
    uncontrolled = result is not None and result.comparator in _NO_CONTROL
    if result is not None and estimate and item.role is Role.SYNTHESIS and design in _SYNTHESES:
        return Synthesis(
            id=source.id,
            estimate=estimate,
            start=Design.UNCONTROLLED_TRIAL if uncontrolled else _pooled(source) or design,
            trials=result.trials,
            people=result.people or item.sample_size,
            i2=float(result.i2) if result.i2 is not None else None,
            year=source.year,
            risk_of_bias=_risk(source),
            pools=frozenset(source.pools),
            pools_more=bool(source.pools_more),
            indirect=frozenset(item.indirectness),
        )
    return Trial(
        id=trial_id(source, sources),
        design=Design.UNCONTROLLED_TRIAL if uncontrolled and design in _CONTROLLED else design,
        people=(result.people if result else None) or item.sample_size,
        estimate=estimate,
        says=_says(result, harmful=harmful),
        risk_of_bias=_risk(source),
        indirect=frozenset(item.indirectness),
        independent_funding=source.independent_funding,
        role=result.role if result else None,
        name=source.id,
    )


def trial_id(source: Source, sources: Mapping[str, Source]) -> str:
    """What reports of one trial share: the registration of its main report, else that report."""
    main = sources.get(source.report_of or source.id, source)
    return main.registry_id or source.registry_id or main.id


def estimate_of(result: Result, *, harmful: bool = False) -> Estimate | None:
    """The result as an effect with its interval; None where it has none, or where nothing says
    which way is better.

    A mean change against the same people before is a mean difference, with no control group.
    """
    measure = result.measure
    if measure is Measure.MEAN_CHANGE and result.comparator is Comparator.BASELINE:
        measure = Measure.MEAN_DIFFERENCE
    better = result.better or (Better.LOWER if harmful else None)
    known = (result.estimate, result.ci_low, result.ci_high)
    point, low, high = known
    if not measure.is_effect or better is None or point is None or low is None or high is None:
        return None
    if measure.is_ratio and low <= 0:
        return None
    # ratios and standardised differences have no unit that two of them could differ in
    mean = measure is Measure.MEAN_DIFFERENCE
    return Estimate(
        measure,
        float(point),
        float(low),
        float(high),
        better,
        mid=float(result.mid) if result.mid is not None else None,
        unit=(result.scale or "") if mean else "",
        level=float(result.ci_level or 95),
    )


def _says(result: Result | None, *, harmful: bool) -> Literal[-1, 0, 1] | None:
    """What printed numbers without an interval say: +1 better, −1 worse, 0 no difference; None
    where they don't say. A curator's reading of a report is no number, and is not asked."""
    if result is None or result.p_sign is None:
        return None
    if result.p_at_most is None or result.p_at_most > _SIGNIFICANT:
        return 0
    better = result.better or (Better.LOWER if harmful else None)
    more = _difference(result)
    if better is None or not more:
        return None
    return 1 if (more > 0) is (better is Better.HIGHER) else -1


def _difference(result: Result) -> Decimal | None:
    """By how much the number lies above no difference: the estimate's, else that of the arms."""
    if result.estimate is not None:
        return result.estimate - (1 if result.measure.is_ratio else 0)
    arms = [_NUMBER.match(v or "") for v in (result.value_intervention, result.value_comparator)]
    given, other = ((Decimal(a[0].replace("−", "-")) if a else None) for a in arms)
    return None if given is None or other is None else given - other


def _pooled(source: Source) -> Design | None:
    known = [d for d in _WEAKEST_FIRST if d in source.pooled_designs]
    return known[0] if known else None


def _risk(source: Source) -> Risk | None:
    """The worst class that anybody judged it to be in."""
    judged = {j.judgement for j in source.bias}
    return next((r for r in reversed(Risk) if r in judged), None)


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
