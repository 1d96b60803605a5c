"""The base of all values of the graph, and the ones that many records have: a span, a dose."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from ldn_graph.records.field_types import MAX_TEXT, Text
from ldn_graph.records.vocabularies import DoseBand


def _canonical(value: Decimal) -> Decimal:
    return Decimal(f"{value.normalize() + 0:f}")


#: A number as a text writes it, without trailing zeros.
Number = Annotated[Decimal, AfterValidator(_canonical)]


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Value):
    """Exact words of a source's text; offsets are 0-based characters, the end exclusive."""

    exact: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _fits(self) -> "Span":
        if (self.start is None) != (self.end is None):
            raise ValueError("`start` and `end` go together; give both or neither")
        if self.start is not None and self.end is not None:
            size = self.end - self.start
            if size != len(self.exact):
                raise ValueError(
                    f"`end` - `start` is {size}, but the quoted text has {len(self.exact)} "
                    "characters; `ldn-graph check --texts DIR` names the right offsets"
                )
        return self


class Dose(Value):
    """A dose as written, and normalised where the text allows; amounts are a day unless `unit`
    says otherwise. Decimals are canonical: no trailing zeros."""

    text: Text
    low: Annotated[Number, Field(ge=0)] | None = None
    high: Annotated[Number, Field(ge=0)] | None = None
    unit: Literal["mg", "mg/kg", "uM"] | None = None
    band: DoseBand = DoseBand.UNSPECIFIED

    @model_validator(mode="after")
    def _ordered_range(self) -> "Dose":
        if (self.low is None) != (self.high is None) or (self.low is None) != (self.unit is None):
            raise ValueError("`low`, `high` and `unit` go together; for one amount, low = high")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("`low` is above `high`; swap them")
        return self
