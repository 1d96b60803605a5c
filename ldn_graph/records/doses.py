"""Units, substances and dose bands (`dosing.yaml`), and doses as texts write them.

Only what a text plainly says becomes an amount: where any figure is left unread or any word isn't
known to leave the amount alone (a bound, another interval than a day, another drug, a part of a
tablet), there is none, and the words alone remain. A band is for naltrexone by mouth; per kilogram,
in culture, by another route or of another drug it stays `unspecified`. Units, bands and other
compounds are data: `dosing.yaml`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from ldn_graph import files
from ldn_graph.errors import BadParameter
from ldn_graph.records import yaml_io
from ldn_graph.records.model import Dose, Value
from ldn_graph.records.values import Text
from ldn_graph.records.vocabularies import DoseBand


class Band(Value):
    """From which amount in mg a day a band begins, and whether that amount lies in it."""

    band: DoseBand
    least: Decimal = Field(alias="from", ge=0)
    included: bool

    def holds(self, amount: Decimal) -> bool:
        """Whether an amount in mg a day lies in the band or above it."""
        return amount > self.least or (self.included and amount == self.least)


class Substance(Value):
    """One substance by one route, with its bands, the highest first; `others`: names of compounds
    whose doses are not its own."""

    substance: Text
    route: Text
    others: tuple[Text, ...] = Field(alias="not", default=())
    bands: tuple[Band, ...]

    @model_validator(mode="after")
    def _falling(self) -> "Substance":
        starts = [band.least for band in self.bands]
        if starts != sorted(starts, reverse=True) or not starts or starts[-1] != 0:
            raise ValueError("give the bands from the highest down to one that begins at 0")
        return self

    def band_of(self, amount: Decimal) -> DoseBand:
        """The band of an amount in mg a day, 0 or more."""
        return next(band.band for band in self.bands if band.holds(amount))


class Dosing(Value):
    """The table: how many mg or µM one of each unit is, and the substances."""

    mass: Mapping[Text, Decimal]
    molar: Mapping[Text, Decimal]
    substances: tuple[Substance, ...] = Field(min_length=1)

    def substance(self, name: str) -> Substance | None:
        """The substance of that name."""
        return next((s for s in self.substances if s.substance == name), None)

    @cached_property
    def first(self) -> Substance:
        """The substance that a dose is of, where nothing says otherwise."""
        return self.substances[0]


def read_dosing(path: Path) -> Dosing:
    """The table in `path`. Raises DataError where a value is off."""
    return yaml_io.value(path, yaml_io.parse(path), Dosing)


@cache
def shipped() -> Dosing:
    """The table that comes with ldn-graph."""
    return read_dosing(files.root() / "data" / "dosing.yaml")


Unit = Literal["mg", "mg/kg", "uM"]

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_BETWEEN = (
    r"\s*(?:-|,(?=\s)|&|→|-?\s*\bto\b|\bthrough\b|\band\b|\bthen\b|\bor\b"
    r"|,\s*(?:and|then|or)\b)\s*"
)
_QUANTITY = re.compile(
    rf"(?<![\w.,])(?P<numbers>{_NUMBER}(?:{_BETWEEN}{_NUMBER})*)\s*-?"
    r"(?P<unit>(?i:ng|ug|mcg|mg|g)|[nmu]M)(?![\w^])"
    r"(?P<per_kg>\s*(?:/|\bper\b)\s*(?:kg|kilogram)\b)?"
    r"(?:\s*(?:/|\bper\b)\s*(?P<per>\w+))?"
)
#: What stands between two amounts that are read together: “1 mg 3 mg” is not known to be a range.
_JOINED = re.compile(
    r"[-,;&→/()]|\b(?:to|through|and|then|or|from|between|increas\w+)\b", re.IGNORECASE
)
_FIGURE = re.compile(r"\d\s*-?(?:(?:ng|ug|mcg|mg|g)|[nmu]M)(?!\w)", re.IGNORECASE)
_DAY = {"day", "d", "24h", "night"}
_A_DAY = r"[\s-]*(?:daily|(?:a|per|each|every)\s+day|/\s*d(?:ay)?\b)"
_TIMES = (
    (1, re.compile(r"\bonce(?:[\s-]+(?:daily|nightly)|\s+(?:a|per|each|every)\s+(?:day|night))\b")),
    (2, re.compile(rf"\b(?:twice|two times|2 times|2\s?[x×]){_A_DAY}|\bb\.?(?:i\.?)?d\b\.?")),
    (3, re.compile(rf"\b(?:thrice|three times|3 times|3\s?[x×]){_A_DAY}|\bt\.?[id]\.?[ds]\b\.?")),
    (4, re.compile(rf"\b(?:four times|4 times|4\s?[x×]){_A_DAY}|\bq\.?[id]\.?[ds]\b\.?")),
)
#: For how long, which says nothing of the amount. Only as a clause of its own: “every 4 weeks”, “in
#: 3 days” and “over 10 days” make the amount a day another one than the figure.
_DURATION = re.compile(
    rf"(?:[,;(]|\bfor\b)\s*{_NUMBER}(?:\s*(?:-|to)\s*{_NUMBER})?[\s-]*"
    r"(?:days?|nights?|weeks?|wks?|months?|years?)\b"
)
_EACH_DAY = re.compile(r"\b(?:per|each|every)\s+(?:day|night|evening)\b")
#: What else is taken along, without a figure of its own.
_BESIDE = re.compile(r"(?:\s\+\s|\b(?:plus|(?:combined )?with)\b)\D*$", re.IGNORECASE)
#: Every word that may stand beside an amount without changing it. Any other one, and any figure
#: that is not read, leaves the words alone: a list of words that do change it is never complete.
KNOWN = frozenset(
    re.findall(
        r"\w+",
        """a an the at in of by on for as is was were be given taken taking daily day nightly night
        evening bedtime dose doses dosage dosing low ultra very standard high single one session
        typical typically usual usually oral orally mouth po ldn hydrochloride hcl
        capsule tablet capsules tablets definition augmentation fixed target maintenance
        mouse mice rat rats culture vitro intrathecal subcutaneous intraperitoneal intravenous
        intramuscular injection implant depot topical infusion i p v m s c ip iv im sc
        people patients adults""",
    )
)
#: Words that join two amounts; beside one alone they are a bound, or join it to what is not read.
JOINING = frozenset(("and", "between", "from", "then", "to"))
#: What stands in brackets only to say what the dose is not.
_NOT = re.compile(r"\(\s*not\b[^)]*\)", re.IGNORECASE)
#: Figures that are raised, lowered or fractions: NFKC would turn ½ into 1/2 and 10⁶ into 106.
_SMALL_FIGURE = re.compile(r"[⁰¹²³⁴-⁹⁻⁺₀-₉¼-¾⅐-⅞↉⁄]")
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
    of = substance or shipped().first
    others = frozenset(word for name in of.others for word in _words(name))
    read = _amounts(plain, frozenset(_words(of.substance)), others)
    if read is None:
        return Dose(text=text)
    low, high = min(read.values), max(read.values)
    own = not others & set(_words(plain)) and not _NOT_ORAL.search(plain)
    found = band(read.values, of) if own and read.unit == "mg" else DoseBand.UNSPECIFIED
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
    """One way to write µ, dashes, `per` and the decimal point; without what the dose is said not
    to be."""
    per = re.sub(r"\s*[·.]?\s*\b(kg|day|d|h)\s?(?:⁻¹|\^?[-−]1\b)", r"/\1", text)
    composed = per if _SMALL_FIGURE.search(per) else unicodedata.normalize("NFKC", per)
    composed = composed.replace("µ", "u").replace("μ", "u").replace("−", "-")
    composed = re.sub(r"[‐-―]", "-", composed)
    composed = re.sub(r"(?<=\d)·(?=\d)", ".", composed)
    return _NOT.sub(" ", composed)


def _amounts(plain: str, own: frozenset[str], others: frozenset[str]) -> _Amounts | None:
    """The amounts a day, where the text is plain about them; `own` and `others`: names of the
    substance and of compounds that are not it."""
    plain = _BESIDE.sub(" ", plain)
    found = list(_QUANTITY.finditer(plain))
    units = {_unit(match) for match in found}
    if len(units) != 1 or (unit := units.pop()) is None:
        return None
    between = (plain[one.end() : two.start()] for one, two in pairwise(found))
    if not all(_JOINED.search(words) for words in between):
        return None
    values = tuple(value for match in found for value in _values(match))
    rest = _QUANTITY.sub(" ", plain).casefold()
    times = [(n, pattern) for n, pattern in _TIMES if pattern.search(rest)]
    if len(times) > 1 or (times and any(match["per"] for match in found)):
        return None
    for pattern in (*(pattern for _, pattern in times), _EACH_DAY, _DURATION):
        rest = pattern.sub(" ", rest)
    # whose is which, where a text of several amounts names another compound?
    known = KNOWN | own | (JOINING if len(values) > 1 else others)
    if not _only(known, rest):
        return None
    factor = times[0][0] if times else 1
    return _Amounts(tuple(value * factor for value in values), unit)


def _only(known: frozenset[str], rest: str) -> bool:
    """Whether nothing stands beside the amounts but words that leave them as they are."""
    return not re.search(r"[\d<>≤≥±~%=×*+]", rest) and known.issuperset(_words(rest))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


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
