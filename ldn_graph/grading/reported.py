"""What a study reports, as a trial or a synthesis that a body of evidence can hold.

The numbers are read as printed: an interval becomes an estimate only where the measure says what no
effect is and `better` which way is good. A p value never shows anything by itself; with the
direction that the numbers have, it tells whether a report without an interval contradicts others.
What a curator, or a table that was read, says of a study is no input.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from ldn_graph.grading.finding import Estimate
from ldn_graph.grading.studies import Risk, Synthesis, Trial
from ldn_graph.records.model import EvidenceItem, Result, Source
from ldn_graph.records.vocabularies import (
    Better,
    Comparator,
    Design,
    Measure,
    Role,
)

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
