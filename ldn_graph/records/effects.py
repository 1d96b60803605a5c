"""The closed vocabularies of results: measures, comparators, roles of outcomes, what was tested."""

from enum import StrEnum


class OutcomeRole(StrEnum):
    """What an outcome was in its study."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SAFETY = "safety"
    EXPLORATORY = "exploratory"
    UNCLEAR = "unclear"


class Comparator(StrEnum):
    """What an intervention was compared with; `baseline` is the same people before."""

    PLACEBO = "placebo"
    ACTIVE = "active"
    USUAL_CARE = "usual-care"
    BASELINE = "baseline"
    NONE = "none"
    OTHER = "other"

    @property
    def against(self) -> str:
        """What it says of a comparison, as a phrase: "against placebo"."""
        return _AGAINST[self]


_AGAINST = {
    Comparator.PLACEBO: "against placebo",
    Comparator.ACTIVE: "against an active comparator",
    Comparator.USUAL_CARE: "against usual care",
    Comparator.BASELINE: "against the same people before",
    Comparator.NONE: "without a comparison group",
    Comparator.OTHER: "against another comparison group",
}


class Measure(StrEnum):
    """Kind of number; the first seven are effect measures of the Cochrane Handbook, chapter 6."""

    MEAN_DIFFERENCE = "mean-difference"
    STANDARDISED_MEAN_DIFFERENCE = "standardised-mean-difference"
    RISK_DIFFERENCE = "risk-difference"
    RISK_RATIO = "risk-ratio"
    ODDS_RATIO = "odds-ratio"
    RATE_RATIO = "rate-ratio"
    HAZARD_RATIO = "hazard-ratio"
    MEAN_CHANGE = "mean-change"
    PERCENT = "percent"
    OTHER = "other-measure"

    @property
    def is_ratio(self) -> bool:
        """Whether no effect is 1, and the scale logarithmic."""
        return self.name.endswith("RATIO")

    @property
    def is_effect(self) -> bool:
        """Whether the number compares with something, so that no effect is a known point."""
        return self.is_ratio or self.name.endswith("DIFFERENCE")


class Better(StrEnum):
    """Which end of a scale is the better one for the patient."""

    LOWER = "lower"
    HIGHER = "higher"


class Risk(StrEnum):
    """A judgement of a study's risk of bias (the classes of RoB 2)."""

    LOW = "low"
    SOME_CONCERNS = "some-concerns"
    HIGH = "high"


class PValueSign(StrEnum):
    """How a p value is bounded."""

    EQUAL = "equal"
    BELOW = "below"
    AT_MOST = "at-most"
    ABOVE = "above"
    AT_LEAST = "at-least"

    @property
    def symbol(self) -> str:
        """As a reader writes it."""
        return {"equal": "=", "below": "<", "at-most": "≤", "above": ">", "at-least": "≥"}[self]


class Compound(StrEnum):
    """Which molecule was given: the mirror-image isomer and naloxone are not naltrexone."""

    NALTREXONE = "naltrexone"
    NALTREXONE_ISOMER = "naltrexone-isomer"
    NALOXONE = "naloxone"
    NALOXONE_ISOMER = "naloxone-isomer"
    OTHER = "other-compound"


class Tested(StrEnum):
    """In what a mechanism was measured."""

    PEOPLE = "people"
    ANIMALS = "animals"
    CELLS = "cells"
    MOLECULES = "molecules"
