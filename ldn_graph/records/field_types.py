"""The forms of text that the model's fields take: slugs, identifiers, dates, sorted lists."""

import datetime as dt
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints


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
SortedTexts = Annotated[tuple[Text, ...], IN_ORDER]
SortedLabels = Annotated[tuple[Label, ...], IN_ORDER]
SortedSlugs = Annotated[tuple[Slug, ...], IN_ORDER]
SortedCuries = Annotated[tuple[Curie, ...], IN_ORDER]
