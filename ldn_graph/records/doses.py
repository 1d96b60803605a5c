"""Doses as texts write them → amounts a day and the band they lie in.

Only what a text plainly says becomes an amount: with two units, two drugs, a bound ("up to"),
another interval than a day or no unit there is none, and the words alone remain. A band is for
naltrexone by mouth; per kilogram, in culture, by another route or of another drug it stays
`unspecified`. Units, bands and other compounds are data: `dosing.yaml`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ldn_graph.errors import BadParameter
from ldn_graph.records.dosing import Substance, shipped
from ldn_graph.records.model import Dose
from ldn_graph.records.vocabularies import DoseBand

Unit = Literal["mg", "mg/kg", "uM"]

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_BETWEEN = r"\s*(?:-|,(?=\s)|\bto\b|\band\b|\bthen\b|\bor\b|,\s*(?:and|then|or)\b)\s*"
_QUANTITY = re.compile(
    rf"(?<![\w.,])(?P<numbers>{_NUMBER}(?:{_BETWEEN}{_NUMBER})*)\s*-?"
    r"(?P<unit>(?i:ng|ug|mcg|mg|g)|[nmu]M)(?![\w^])"
    r"(?P<per_kg>\s*(?:/|\bper\b)\s*(?:kg|kilogram)\b)?"
    r"(?:\s*(?:/|\bper\b)\s*(?P<per>\w+))?"
)
_FIGURE = re.compile(r"\d\s*-?(?:(?:ng|ug|mcg|mg|g)|[nmu]M)(?!\w)", re.IGNORECASE)
_DAY = {"day", "d", "24h", "night"}
#: Words that make the amount a day another one than the text's figure, in a way not read here.
_OTHER_INTERVAL = re.compile(
    r"\bweekly\b|\bmonthly\b|\bhourly\b|\bper (?:week|month|dose)\b|\ba (?:week|month)\b"
    r"|\b(?:every|each|alternate|alternating)\s+(?!day\b|night\b|evening\b|morning\b)\w+",
    re.IGNORECASE,
)
_A_DAY = r"[\s-]*(?:daily|(?:a|per|each|every)\s+day|/\s*d(?:ay)?\b)"
_TIMES = (
    (2, re.compile(rf"\b(?:twice|two times|2 times|2x){_A_DAY}|\bb\.?i\.?d\b", re.IGNORECASE)),
    (3, re.compile(rf"\b(?:thrice|three times|3 times|3x){_A_DAY}|\bt\.?i\.?d\b", re.IGNORECASE)),
    (4, re.compile(rf"\b(?:four times|4 times|4x){_A_DAY}|\bq\.?i\.?d\b", re.IGNORECASE)),
)
_REPEATED = re.compile(r"\b(?:twice|thrice|(?:\w+) times)\b", re.IGNORECASE)
_BOUND = re.compile(
    r"(?:up to|less than|more than|at least|at most|below|under|above|over|[<>≤≥]=?|\d\s*[x×*])"
    r"\s*$",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\s\+\s|\bplus\b|\bwith\b|\bcombined\b|\bversus\b|\bvs\b", re.IGNORECASE)
#: What stands in brackets only to say what the dose is not.
_NOT = re.compile(r"\(\s*not\b[^)]*\)", re.IGNORECASE)
#: Not naltrexone by mouth in a person: the bands don't apply.
_NOT_ORAL = re.compile(
    r"\bi\.?\s?[pvm]\.?(?!\w)|\bs\.?c\.?(?!\w)|\bin(?:tra|fus|ject)\w+|\bsubcutaneous\w*|\bimplant\w*"
    r"|\bdepot\b|\btopical\w*|\bin (?:culture|vitro)\b|\b(?:mouse|mice|rats?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Amounts:
    """All figures of one text, in one unit."""

    values: tuple[Decimal, ...]
    unit: Unit


def parse(text: str, substance: Substance | None = None) -> Dose:
    """The dose that `text` writes; without a plain amount, the words alone. Its band is that of
    `substance`, of the first in `dosing.yaml` without one.

    Raises BadParameter where `text` is blank.

    >>> dose = parse("1 mg twice daily, 3 weeks")
    >>> print(dose.low, dose.high, dose.unit, dose.band)
    2 2 mg low
    >>> print(parse("NALOXONE infusion (rat)").low)
    None
    """
    if not text.strip():
        raise BadParameter("a dose without text; write it as the study does, or leave it out")
    plain = _plain(text)
    read = _amounts(plain)
    if read is None:
        return Dose(text=text)
    low, high = min(read.values), max(read.values)
    of = substance or shipped().first
    other = any(re.search(rf"\b{re.escape(name)}\b", plain, re.IGNORECASE) for name in of.others)
    oral = read.unit == "mg" and not other and not _NOT_ORAL.search(plain)
    found = band(read.values, of) if oral else DoseBand.UNSPECIFIED
    return Dose(text=text, low=low, high=high, unit=read.unit, band=found)


def band(amounts: Iterable[Decimal], substance: Substance | None = None) -> DoseBand:
    """The band of amounts in mg a day: `mixed` where they or the range between them lie in more
    than one. Zero is no dose (a placebo arm) and doesn't count.

    >>> [str(band([Decimal(a)])) for a in ("0.0005", "0.5", "1", "6", "6.5", "25")]
    ['ultra-low', 'very-low', 'low', 'low', 'intermediate', 'standard']
    """
    doses = sorted(a for a in amounts if a > 0)
    if not doses:
        return DoseBand.UNSPECIFIED
    of = substance or shipped().first
    lowest, highest = of.band_of(doses[0]), of.band_of(doses[-1])
    return lowest if lowest is highest else DoseBand.MIXED


def disagreement(dose: Dose) -> str | None:
    """What in a stored dose is not what its text says, with the remedy; None where nothing is.

    Silent where the text gives no plain amount, unless no figure in it has a unit at all: then
    an amount must come from elsewhere.
    """
    said = parse(dose.text)
    if said.low is None:
        if dose.low is not None and not _FIGURE.search(_plain(dose.text)):
            return f"{dose.text!r} names no amount; leave out low, high and unit"
        return None
    if (said.low, said.high, said.unit) != (dose.low, dose.high, dose.unit):
        return f"{dose.text!r} says {_in_words(said)}, not {_in_words(dose)}; correct one of them"
    if said.band is not dose.band:
        return f"{dose.text!r} lies in band {said.band}, not {dose.band}; correct the band"
    return None


def _plain(text: str) -> str:
    """One way to write µ, dashes and the decimal point; without what the dose is said not to be."""
    composed = unicodedata.normalize("NFKC", text).replace("μ", "u").replace("−", "-")
    composed = re.sub(r"[‐-―]", "-", composed)
    composed = re.sub(r"(?<=\d)·(?=\d)", ".", composed)
    return _NOT.sub(" ", composed)


def _amounts(plain: str) -> _Amounts | None:
    """The amounts a day, where the text is plain about them."""
    found = list(_QUANTITY.finditer(plain))
    if not found or _unclear(plain, found):
        return None
    times = _times(plain)
    units = {_unit(match) for match in found}
    if times is None or len(units) != 1:
        return None
    unit = units.pop()
    values = tuple(v * times for match in found for v in _values(match))
    return None if unit is None else _Amounts(values, unit)


def _unclear(plain: str, found: list[re.Match[str]]) -> bool:
    """Whether bounds, another interval than a day or a second drug leave the amounts open."""
    joined = _BESIDE.search(plain, found[0].end())
    return (
        any(_BOUND.search(plain[: match.start()]) for match in found)
        or _OTHER_INTERVAL.search(plain) is not None
        or (joined is not None and joined.end() <= found[-1].start())
    )


def _times(plain: str) -> int | None:
    """How often a day; None where it is repeated in a way that isn't read."""
    for times, pattern in _TIMES:
        if pattern.search(plain):
            return times
    return None if _REPEATED.search(plain) else 1


def _unit(match: re.Match[str]) -> Unit | None:
    """The unit that the amounts are normalised to; None for a concentration or another rate."""
    per = (match["per"] or "day").lower()
    if per not in _DAY:
        return None
    if match["unit"] in shipped().molar:
        return None if match["per_kg"] else "uM"
    return "mg/kg" if match["per_kg"] else "mg"


def _values(match: re.Match[str]) -> Iterator[Decimal]:
    written = match["unit"]
    units = shipped()
    factor = units.molar.get(written) or units.mass[written.lower()]
    for number in re.findall(_NUMBER, match["numbers"]):
        yield Decimal(number.replace(",", "")) * factor


def _in_words(dose: Dose) -> str:
    if dose.low is None:
        return "no amount"
    amount = f"{dose.low}" if dose.low == dose.high else f"{dose.low} to {dose.high}"
    return f"{amount} {dose.unit}"
