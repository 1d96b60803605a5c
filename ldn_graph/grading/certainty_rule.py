"""The part of `strength.yaml` that holds the thresholds of certainty, and their sources."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from ldn_graph.grading.finding import Measure
from ldn_graph.records.field_types import Text
from ldn_graph.records.model import Value
from ldn_graph.records.vocabularies import Design, Indirectness


class RiskOfBiasRule(Value):
    """Steps down, and the share of people in low-risk studies that spares them."""

    down: int = Field(ge=0, le=2)
    low_share: float = Field(ge=0, le=1)


class InconsistencyRule(Value):
    """Shares of people in contrary trials that cost a step each; I² in percent for a synthesis, and
    for an effect that was pooled here (`i2_pooled`)."""

    contrary_share: tuple[float, ...]
    i2: float = Field(ge=0, le=100)
    i2_pooled: float = Field(75, ge=0, le=100)
    down: int = Field(ge=0, le=2)


class ImprecisionRule(Value):
    """`appreciable`: ratios; `people` and `far_too_few`: numbers of people."""

    appreciable: tuple[float, float]
    wide_ratio: float = Field(gt=1)
    people: int = Field(gt=0)
    far_too_few: int = Field(gt=0)


class PublicationBiasRule(Value):
    small: int = Field(gt=0)


Start = Literal["none", "very-low", "low", "moderate", "high"]


class CertaintyRule(Value):
    """The part `certainty` of `strength.yaml`; `sources`: what each comment's key stands for."""

    sources: Mapping[Text, Text]
    start: Mapping[Design, Start]
    risk_of_bias: RiskOfBiasRule
    inconsistency: InconsistencyRule
    indirectness: Mapping[Indirectness, int]
    imprecision: ImprecisionRule
    publication_bias: PublicationBiasRule
    large_effect: tuple[float, ...]
    generic_mid: Mapping[Measure, float]
    synthesis_over_trials: float = Field(gt=0)

    @field_validator("start")
    @classmethod
    def _with_guidelines(cls, given: Mapping[Design, Start]) -> Mapping[Design, Start]:
        # a table of an earlier release has no line for them
        return {Design.GUIDELINE: "none", **given}
