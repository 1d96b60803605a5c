"""What the evidence shows: benefit, little or no difference, harm, or nothing that can be told.

Read from an interval, against the minimal important difference (MID) where one is known, else
against no effect; never from a p value. Sources of the thresholds stand in `strength.yaml`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from ldn_graph.records.grades import Shows
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
