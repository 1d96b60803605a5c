"""The base of all values of the graph, the forms of text that fields take, and results of studies.

Numbers are as printed, their sign not turned. A field that the text read doesn't give stays empty.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from ldn_graph.records.vocabularies import (
    Better,
    Comparator,
    Compound,
    DoseBand,
    Measure,
    OutcomeRole,
    PValueSign,
    Risk,
    Tested,
)


def like(example: str, pattern: str, max_length: int | None = None) -> Any:
    """A form of text; messages show the example."""
    return Field(pattern=pattern, examples=[example], max_length=max_length)


#: Characters of a label or name, and of any other text: a chapter is no quote, and a cell of a
#: spreadsheet holds 32,767.
MAX_LABEL = 300
MAX_TEXT = 20_000
#: Names that Windows keeps for devices: nobody there could check out a file called so.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
)


def _no_device(slug: str) -> str:
    if slug in _DEVICES:
        raise ValueError(f"{slug!r} is no file's name on Windows; write it longer")
    return slug


Slug = Annotated[
    str,
    like("low-dose-naltrexone", r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120),
    AfterValidator(_no_device),
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LABEL)]
Curie = Annotated[str, like("MESH:D009271", r"^[A-Za-z][A-Za-z0-9.]*:\S+$", max_length=MAX_LABEL)]
Pmid = Annotated[str, like("23188075", r"^[1-9][0-9]{0,8}$")]
Pmcid = Annotated[str, like("PMC3786404", r"^PMC[1-9][0-9]{0,8}$")]
Doi = Annotated[str, like("10.3390/medsci6040082", r"^10\.[0-9]{4,9}/\S+$", max_length=MAX_LABEL)]
#: What a source is, in CSL's words; a regulatory text has none there.
SourceType = Literal[
    "post-weblog", "article-journal", "review", "dataset", "regulation", "webpage", "book",
    "document",
]  # fmt: skip
#: Where people write to: a mailbox, or a page such as a list of issues.
Address = Annotated[
    str,
    like("mailto:curators@example.org", r"^(mailto:[^\s?@]+@[^\s?@]+|https://\S+)$", MAX_LABEL),
]
Sha256 = Annotated[str, like("64 hexadecimal digits", r"^[0-9a-f]{64}$")]


def _checksum(orcid: str) -> str:
    """ISO 7064 MOD 11-2, as ORCID's structure documentation gives it."""
    digits = orcid.replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):
        raise ValueError(f"ORCID {orcid} fails its checksum; copy it anew from orcid.org")
    return orcid


Orcid = Annotated[
    str,
    like("0000-0002-1825-0097", r"^([0-9]{4}-){3}[0-9]{3}[0-9X]$"),
    AfterValidator(_checksum),
]
Edtf = Annotated[str, like("2024-05", r"^([0-9]{4}|XXXX)(-[0-9]{2}(-[0-9]{2})?)?$")]


def _iso_day(value: object) -> object:
    """Only `2026-01-31`: Pydantic would read a bare number as seconds since 1970."""
    if isinstance(value, dt.date):
        return value
    try:
        day = dt.date.fromisoformat(str(value))
    except ValueError:
        day = None
    if day is None or str(day) != value:
        raise ValueError(f"{value!r} is no date; write it like 2026-01-31")
    return day


Day = Annotated[dt.date, BeforeValidator(_iso_day)]


_S = TypeVar("_S", bound=str)


def _ordered(values: tuple[_S, ...]) -> tuple[_S, ...]:
    return tuple(sorted(set(values)))


#: Goes into `Annotated`: values of a closed vocabulary as a set, always written in one order.
IN_ORDER = AfterValidator(_ordered)
SortedLabels = Annotated[tuple[Label, ...], IN_ORDER]
SortedSlugs = Annotated[tuple[Slug, ...], IN_ORDER]
SortedCuries = Annotated[tuple[Curie, ...], IN_ORDER]


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
