"""Random-effects pooling of trials that share outcome and measure.

The between-trial variance is Paule and Mandel's, by statsmodels (`combine_effects`); the interval
is Wald's. From three trials on a prediction interval (Higgins, Thompson & Spiegelhalter 2009,
doi:10.1111/j.1467-985X.2008.00552.x) and the interval of Hartung, Knapp, Sidik and Jonkman stand
beside it. `docs/decisions` says why this library, and why grading reads Wald's interval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from ldn_graph.grading.finding import Estimate

#: From so many trials on there is a prediction interval.
PREDICTION_FROM = 3


@dataclass(frozen=True)
class Pooled:
    """A pooled estimate. `weights` are shares of 1 in the order of the trials; `i2` in percent;
    `tau2` on the scale that was pooled (of ratios the logarithm)."""

    estimate: Estimate
    weights: tuple[float, ...]
    i2: float
    tau2: float
    q: float
    prediction: tuple[float, float] | None
    hksj: tuple[float, float] | None


def why_not(estimates: Sequence[Estimate | None]) -> str | None:
    """Why these results can't be pooled, in words; None where they can.

    >>> why_not([None, None])
    'no result has an interval'
    """
    known = [e for e in estimates if e is not None]
    if not known:
        return "no result has an interval"
    if len(known) == 1:
        return "only one result has an interval"
    measures = sorted({e.measure for e in known})
    if len(measures) > 1:
        return f"different measures: {', '.join(m.replace('-', ' ') for m in measures)}"
    if len({(e.unit, e.better) for e in known}) > 1:
        return f"different scales: {'; '.join(sorted({e.unit or 'not stated' for e in known}))}"
    if any(not math.isfinite(e.standard_error) or e.standard_error <= 0 for e in known):
        return "an interval without width, or without end"
    return None


def pool(estimates: Sequence[Estimate]) -> Pooled:
    """The random-effects estimate of two or more. Raises ValueError where `why_not` has a reason."""
    reason = why_not(list(estimates))
    if reason:
        raise ValueError(reason)
    first = estimates[0]
    numbers = tuple((_linear(e, e.point), e.standard_error) for e in estimates)
    mean, error, weights, i2, tau2, q, knapp = _combined(numbers)
    z = NormalDist().inv_cdf(0.975)
    mids = {e.mid for e in estimates}
    estimate = Estimate(
        first.measure,
        _back(first, mean),
        *_ends(first, mean, z * error),
        first.better,
        mid=max(m for m in mids if m is not None) if None not in mids else None,
        unit=first.unit,
    )
    prediction = hksj = None
    if len(estimates) >= PREDICTION_FROM:
        wide = _t(len(estimates) - 2) * math.sqrt(tau2 + error**2)
        prediction = _ends(first, mean, wide)
        hksj = _ends(first, mean, _t(len(estimates) - 1) * knapp)
    return Pooled(estimate, weights, i2, tau2, q, prediction, hksj)


@lru_cache(maxsize=4096)
def _combined(
    numbers: tuple[tuple[float, float], ...],
) -> tuple[float, float, tuple[float, ...], float, float, float, float]:
    """Mean, its error, weights, I² in percent, τ², Q, the error after Knapp and Hartung."""
    # loading it takes seconds, and most corpora ask for it only here
    import numpy as np
    from statsmodels.stats.meta_analysis import combine_effects

    points = np.array([point for point, _ in numbers])
    errors = np.array([error for _, error in numbers])
    # of trials that agree to the last digit Q is 0, and statsmodels divides by it
    with np.errstate(all="ignore"):
        found = combine_effects(points, errors**2, method_re="iterated")
    q, error = float(found.q), float(found.sd_eff_w_re)
    i2 = max(0.0, 1 - (len(numbers) - 1) / q) * 100 if q > 0 else 0.0
    return (
        float(found.mean_effect_re),
        error,
        tuple(float(w) for w in found.weights_rel_re),
        i2,
        max(0.0, float(found.tau2)),
        q,
        # never narrower than Wald's: trials that agree by chance would make it so
        max(error, float(found.sd_eff_w_re_hksj)),
    )


@lru_cache(maxsize=256)
def _t(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


def _linear(estimate: Estimate, value: float) -> float:
    return math.log(value) if estimate.measure.is_ratio else value


def _back(estimate: Estimate, value: float) -> float:
    return math.exp(value) if estimate.measure.is_ratio else value


def _ends(estimate: Estimate, mean: float, half: float) -> tuple[float, float]:
    return _back(estimate, mean - half), _back(estimate, mean + half)
