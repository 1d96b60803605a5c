"""What a study found: results of an outcome with their interval, and measurements of a mechanism.

Numbers are as printed, their sign not turned. A field that the text read doesn't give stays empty.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from ldn_graph.records.field_types import Slug, Text
from ldn_graph.records.values import Number, Value
from ldn_graph.records.vocabularies import (
    Better,
    Comparator,
    Compound,
    Measure,
    OutcomeRole,
    PValueSign,
    Risk,
    Tested,
)

#: What is said of a concentration above all that people reach at the dose of the claim.
UNREACHED = "at a concentration that the dose does not reach"

_Count = Annotated[int, Field(ge=0)]


class BiasJudgement(Value):
    """Who judged a study's risk of bias, in which words; `judgement` where they fit a class."""

    by: Text
    text: Text
    judgement: Risk | None = None


class Result(Value):
    """One outcome of a study, against what it was compared with.

    `outcome`: the entity it is about, where that is not the claim's object; `outcome_text`: the
    study's words. `better`: which way of the number in `estimate` is good for the patient.
    `n_intervention`, `n_comparator`: people analysed; in a crossover both are the same people.
    `value_intervention`, `value_comparator`: what the arms had, as written. `ci_level`, `i2` in
    percent. `important_difference`: the smallest difference that matters to patients, with its
    source; `mid`: the same as a number in the unit of `estimate`. `trials`: how many were pooled.
    `quote`: the sentence that shows the numbers; `reported_by`: where another text than the study's
    own gives it.
    """

    outcome: Slug | None = None
    outcome_text: Text
    role: OutcomeRole = OutcomeRole.UNCLEAR
    comparator: Comparator
    comparator_text: Text | None = None
    crossover: bool = False
    n_intervention: _Count | None = None
    n_comparator: _Count | None = None
    time_point: Text | None = None
    measure: Measure
    scale: Text | None = None
    better: Better | None = None
    estimate: Number | None = None
    ci_low: Number | None = None
    ci_high: Number | None = None
    ci_level: Annotated[Number, Field(gt=0, lt=100)] | None = None
    p_sign: PValueSign | None = None
    p_value: Annotated[Number, Field(ge=0, le=1)] | None = None
    p_text: Text | None = None
    value_intervention: Text | None = None
    value_comparator: Text | None = None
    important_difference: Text | None = None
    mid: Annotated[Number, Field(gt=0)] | None = None
    i2: Annotated[Number, Field(ge=0, le=100)] | None = None
    trials: _Count | None = None
    certainty_stated: Text | None = None
    quote: Text | None = None
    reported_by: Text | None = None
    recorded_from: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Result":
        if (self.ci_low is None) != (self.ci_high is None):
            raise ValueError("`ci_low` and `ci_high` go together; give both or neither")
        if self.ci_low is not None and self.ci_high is not None and self.ci_low > self.ci_high:
            raise ValueError("`ci_low` is above `ci_high`; swap them")
        if self.ci_low is None and self.ci_level is not None:
            raise ValueError("`ci_level` without an interval; add `ci_low` and `ci_high`")
        if (self.p_sign is None) != (self.p_value is None):
            raise ValueError("`p_sign` and `p_value` go together; give both or neither")
        return self

    @property
    def people(self) -> int | None:
        """How many people were analysed, each once; None where an arm's number is missing."""
        if self.n_intervention is None or self.n_comparator is None:
            return None
        if self.crossover:
            return max(self.n_intervention, self.n_comparator)
        return self.n_intervention + self.n_comparator

    @property
    def p_at_most(self) -> Decimal | None:
        """The largest p value that the text allows; None where it gives no bound from above."""
        above = (PValueSign.ABOVE, PValueSign.AT_LEAST)
        return None if self.p_sign in above else self.p_value


class Measurement(Value):
    """What a study measured of a step of a mechanism: in what, with which compound and dose.

    `reached_by_dose`: whether people reach that concentration at the dose that the claim is about;
    None where nobody says.
    """

    tested: Tested
    tested_text: Text
    compound: Compound
    compound_text: Text
    dose_text: Text | None = None
    measured: Text
    result: Text
    controlled: bool | None = None
    reached_by_dose: bool | None = None
    quote: Text | None = None
    reported_by: Text | None = None
    recorded_from: Text | None = None
    note: Text | None = None

    @property
    def in_words(self) -> str:
        """In what, with what and at which dose it was measured, what, and what was found."""
        setting = [self.tested_text, self.compound_text]
        if self.dose_text:
            setting.append(self.dose_text)
        if self.reached_by_dose is False:
            setting.append(UNREACHED)
        return f"measured in {', '.join(setting)} ({self.measured}): {self.result}"
