"""What an estimate shows (benefit, little or no difference, harm), and trials pooled into one.

Read from an interval, against the minimal important difference (MID) where one is known, else
against no effect; never from a p value. Sources of the thresholds stand in `strength.yaml`.

The between-trial variance is Paule and Mandel's, the interval Wald's; from three trials on, a
prediction interval and the interval of Hartung, Knapp, Sidik and Jonkman stand beside it. The
tests hold all numbers equal to those of statsmodels (`combine_effects`); `docs/decisions` says why
that library isn't loaded to grade, and why grading reads Wald's interval.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from ldn_graph.records.enumerations import Shows
from ldn_graph.records.vocabularies import Better as Better
from ldn_graph.records.vocabularies import Measure as Measure


@dataclass(frozen=True)
class Estimate:
    """An effect with its confidence interval, as published, in the unit of its scale.

    `better` says which way is good for the patient; `mid` is the smallest difference that matters,
    a positive number in the same unit (for a ratio a factor above 1); `level` in percent.
    """

    measure: Measure
    point: float
    low: float
    high: float
    better: Better
    mid: float | None = None
    unit: str = ""
    level: float = 95.0

    @property
    def gain(self) -> float:
        """The effect with good as positive and no effect as 0; of a ratio the logarithm."""
        return self._gain(self.point)

    @property
    def gains(self) -> tuple[float, float]:
        """The interval on the same scale as `gain`, the worse end first."""
        low, high = sorted((self._gain(self.low), self._gain(self.high)))
        return low, high

    @property
    def standard_error(self) -> float:
        """Of `gain`, from the width of the interval (Cochrane Handbook 6.3.1 and 6.3.2)."""
        worse, better = self.gains
        return (better - worse) / (2 * NormalDist().inv_cdf(0.5 + self.level / 200))

    def margin(self, generic: Mapping[Measure, float] | None = None) -> float | None:
        """The MID on the scale of `gain`: its own, else one that holds for every outcome of its
        measure (`generic`), else None."""
        mid = self.mid if self.mid is not None else (generic or {}).get(self.measure)
        if mid is None:
            return None
        return math.log(mid) if self.measure.is_ratio else mid

    def _gain(self, value: float) -> float:
        if self.measure.is_ratio:
            value = math.log(value) if value > 0 else -math.inf
        return value if self.better is Better.HIGHER else -value


def shown(estimate: Estimate | None, generic: Mapping[Measure, float] | None = None) -> Shows:
    """What an estimate shows; without one, nothing can be told.

    With a MID: benefit (or harm) where the interval excludes no effect and the estimate reaches
    the MID; little or no difference where the whole interval lies within the MID. Without one:
    benefit or harm where the interval excludes no effect; a lack of difference can't be shown.

    >>> pain = Estimate(Measure.MEAN_DIFFERENCE, -0.34, -0.95, 0.27, Better.LOWER, mid=1)
    >>> str(shown(pain))
    'little-or-no-difference'
    """
    if estimate is None:
        return Shows.CANNOT_TELL
    worse, better = estimate.gains
    margin = estimate.margin(generic)
    if margin is not None and -margin < worse and better < margin:
        return Shows.LITTLE_OR_NO_DIFFERENCE
    if worse > 0 and (margin is None or estimate.gain >= margin):
        return Shows.BENEFIT
    if better < 0 and (margin is None or -estimate.gain >= margin):
        return Shows.HARM
    return Shows.CANNOT_TELL


def why(estimate: Estimate | None, generic: Mapping[Measure, float] | None = None) -> str:
    """The reason for what `shown` returns, with its numbers."""
    if estimate is None:
        return "no interval recorded for any of the results"
    interval = in_words(estimate)
    margin = estimate.margin(generic)
    if margin is None:
        reads = "excludes no effect" if _excludes_none(estimate) else "includes no effect"
        return f"{interval} {reads}; no minimal important difference is known"
    threshold = _number(math.exp(margin) if estimate.measure.is_ratio else margin)
    found = shown(estimate, generic)
    if found is Shows.LITTLE_OR_NO_DIFFERENCE:
        return f"{interval} lies within the minimal important difference of {threshold}"
    if found in (Shows.BENEFIT, Shows.HARM):
        return (
            f"{interval} excludes no effect, and the estimate reaches the minimal important "
            f"difference of {threshold}"
        )
    if _excludes_none(estimate):
        return (
            f"{interval} excludes no effect, but leaves open whether it is as much as matters "
            f"({threshold})"
        )
    return f"{interval} includes no effect and a difference that matters ({threshold})"


def in_words(estimate: Estimate) -> str:
    """An estimate with its interval as a reader writes it.

    >>> in_words(Estimate(Measure.RISK_RATIO, 2.22, 1.14, 4.32, Better.HIGHER))
    'risk ratio 2.22 (95 % CI 1.14 to 4.32)'
    """
    low, high = (_number(v) for v in (estimate.low, estimate.high))
    name = estimate.measure.replace("-", " ")
    return f"{name} {_number(estimate.point)} ({_number(estimate.level)} % CI {low} to {high})"


def _excludes_none(estimate: Estimate) -> bool:
    worse, better = estimate.gains
    return worse > 0 or better < 0


def _number(value: float) -> str:
    return f"{round(value, 3):g}".replace("-", "−")


#: From so many trials on there is a prediction interval.
PREDICTION_FROM = 3
#: Enough to find τ² to the last digit of a float.
_HALVINGS = 100
#: Student's t for one to thirty degrees of freedom, 0.975 quantile.
_T = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
)  # fmt: skip


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
    """The random-effects estimate of two or more. Raises ValueError if `why_not` has a reason."""
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
    freedom = len(numbers) - 1
    q = _spread(numbers, 0.0)
    i2 = max(0.0, 1 - freedom / q) * 100 if q > 0 else 0.0
    tau2 = _between(numbers)
    mean, weights = _mean(numbers, tau2)
    total = sum(weights)
    error = 1 / math.sqrt(total)
    knapp = error * math.sqrt(_spread(numbers, tau2) / freedom)
    shares = tuple(weight / total for weight in weights)
    # never narrower than Wald's: trials that agree by chance would make it so
    return mean, error, shares, i2, tau2, q, max(error, knapp)


def _mean(numbers: tuple[tuple[float, float], ...], tau2: float) -> tuple[float, list[float]]:
    """The mean with inverse-variance weights, and the weights."""
    weights = [1 / (error**2 + tau2) for _, error in numbers]
    return sum(w * p for w, (p, _) in zip(weights, numbers, strict=True)) / sum(weights), weights


def _spread(numbers: tuple[tuple[float, float], ...], tau2: float) -> float:
    """Cochran's Q with the between-trial variance `tau2` in the weights."""
    mean, weights = _mean(numbers, tau2)
    return sum(w * (p - mean) ** 2 for w, (p, _) in zip(weights, numbers, strict=True))


def _between(numbers: tuple[tuple[float, float], ...]) -> float:
    """τ² after Paule and Mandel: where the generalised Q, which falls with it, is its expectation,
    found by halving; 0 where Q is no more than expected."""
    expected = len(numbers) - 1
    if _spread(numbers, 0.0) <= expected:
        return 0.0
    low, high = 0.0, (max(p for p, _ in numbers) - min(p for p, _ in numbers)) ** 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _spread(numbers, middle) > expected else (low, middle)
    return (low + high) / 2


def _t(freedom: int) -> float:
    """The 0.975 quantile of Student's t; beyond the table the normal one, 2 % lower at most."""
    return _T[freedom - 1] if freedom <= len(_T) else NormalDist().inv_cdf(0.975)


def _linear(estimate: Estimate, value: float) -> float:
    return math.log(value) if estimate.measure.is_ratio else value


def _back(estimate: Estimate, value: float) -> float:
    return math.exp(value) if estimate.measure.is_ratio else value


def _ends(estimate: Estimate, mean: float, half: float) -> tuple[float, float]:
    return _back(estimate, mean - half), _back(estimate, mean + half)
