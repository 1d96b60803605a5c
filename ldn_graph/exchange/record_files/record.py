"""One publication as a file of records tells it, the forms of its parts, and what was read.

Nothing is guessed: a number is a PMID only where the file says so.
"""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from ldn_graph.records.model import Author

#: The elements that databases write into titles and abstracts; `<b` of “p <b and c> d” is none.
_ELEMENT = re.compile(
    r"</?(?:(?:jats|mml|m|ns\d+):[\w.-]+|i|b|u|em|strong|italic|bold|sub|sup|inf|span|p|br|div|font"
    r"|sc|scp|title|sec|h\d|ul|ol|li|math|mi|mn|mo|mrow|msub|msup|semantics|ce:\w+)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_RAISED = re.compile(r"<(?:jats:)?sup(?:\s[^<>]*)?>([^<>]*)</(?:jats:)?sup>", re.IGNORECASE)
_LOWERED = re.compile(
    r"<(?:jats:)?(sub|inf)(?:\s[^<>]*)?>([^<>]*)</(?:jats:)?(?:sub|inf)>", re.IGNORECASE
)
_SUPER = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUB = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def raised(text: str) -> str:
    """A superscript as characters: 10⁶ must not become 106.

    >>> raised("6"), raised("-1"), raised("th"), raised("®")
    ('⁶', '⁻¹', '^th', '®')
    """
    found = text.strip().translate(_SUPER)
    plain = any(c.isascii() and c.isalnum() for c in found)
    return f"^{text.strip()}" if plain else found


def lowered(text: str) -> str:
    """A subscript as characters.

    >>> lowered("2"), lowered("max")
    ('₂', '_max')
    """
    found = text.strip().translate(_SUB)
    plain = any(c.isascii() and c.isalnum() for c in found)
    return f"_{text.strip()}" if plain else found


def plain(text: object) -> str:
    """A text without markup and entities.

    >>> plain("10<sup>6</sup> H<sub>2</sub>O, <i>p</i> &lt; 0.05 &amp; 3<b"), plain(None)
    ('10⁶ H₂O, p < 0.05 & 3<b', '')
    """
    told = "" if text is None else str(text)
    told = _RAISED.sub(lambda m: raised(m.group(1)), told)
    told = _LOWERED.sub(lambda m: lowered(m.group(2)), told)
    told = _ELEMENT.sub(lambda m: " " if re.match(r"</?(p|br|div|jats:p)\b", m[0]) else "", told)
    return html.unescape(told)


def on_one_line(text: object) -> str:
    """A text without markup, its blanks as single ones.

    >>> on_one_line(" A <i>trial</i>\\n of  β ")
    'A trial of β'
    """
    return " ".join(plain(text).split())


def title(text: object) -> str | None:
    """A title or name of a journal: without markup and the full stop that databases add."""
    return on_one_line(text).removesuffix(".").rstrip() or None


def year(value: object) -> str | None:
    """The first year in a date, from 1500 on.

    >>> year("2023 Jul-Aug"), year("12/2019"), year("in press"), year("S0000-2019X")
    ('2023', '2019', None, None)
    """
    found = re.search(r"(?<![\w])(1[5-9]|20)\d{2}(?![\w])", str(value or "").replace("_", " "))
    return found.group() if found else None


_MORE = re.compile(r"(?:and\s+|&\s*)?(?:others|et\.?\s*al(?:ii|ia)?\.?)", re.IGNORECASE)
_NOBODY = re.compile(r"\[?(?:no authors? listed|anonymous|anon)\.?\]?\.?", re.IGNORECASE)
#: `Muster A.B.`, as Embase writes it: with full stops no word is meant.
_STOPPED = re.compile(r"(\S.*?)\s+((?:[^\W\d_]{1,2}\.[-\s]?)+)")
#: `Muster AB`, as MEDLINE writes it, with what may follow.
_INITIALS = re.compile(
    r"((?:[^\W\d_][\w'’.-]*\s){0,3}?[^\W\d_][\w'’-]+)\s+([A-ZÄÖÜØÉÁ]{1,4})"
    r"(?:\s+(Jr|Sr|2nd|3rd|4th|II|III|IV)\.?)?"
)
_GROUP = re.compile(
    r"\b(?:group|grp|consortium|collaborat\w+|committee|investigators?|team|network|society"
    r"|association|organi[sz]ation|institut\w*|foundation|study|trial|panel|unit|department"
    r"|university|centre|center|council|agency|initiative|alliance|programme?|vitamin|hepatitis"
    r"|type|class|phase|part|arm)\b",
    re.IGNORECASE,
)


def people(names: Iterable[Author | str | None]) -> tuple[tuple[Author, ...], bool]:
    """The authors, without empty names, and whether the file says that there are more."""
    authors: list[Author] = []
    more = False
    for name in names:
        if isinstance(name, str) and _MORE.fullmatch(name.strip(" ,")):
            more = True
            continue
        found = name if isinstance(name, Author) else comma_name(name or "")
        if found is None:
            continue
        if _MORE.fullmatch(found.name.strip(" ,")):
            more = True
        elif not _NOBODY.fullmatch(found.name):
            authors.append(found)
    return tuple(dict.fromkeys(authors)), more


def comma_name(text: str) -> Author | None:
    """`Family, Given` as its parts; one word is a family name; anything else is as it stands. A
    comma at the end says that the name is whole.

    >>> comma_name("Muster, A."), comma_name("Muster A.B."), comma_name("Study Group,")
    (Author(literal=None, family='Muster', given='A.'), \
Author(literal=None, family='Muster', given='A.B.'), \
Author(literal='Study Group', family=None, given=None))
    """
    name = on_one_line(text).strip(";")
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and not given:
        return literal(family)
    if comma and not family:
        return literal(given)
    if not comma and " " in family:
        return initials_name(family) or literal(family)
    return person(family, given)


def initials_name(text: str) -> Author | None:
    """`Muster A.B.` or `Muster AB` as its parts; None for what may be a group.

    >>> initials_name("De Beispiel B.C."), initials_name("Hepatitis B Study Group")
    (Author(literal=None, family='De Beispiel', given='B.C.'), None)
    """
    if _GROUP.search(text):
        return None
    stopped = _STOPPED.fullmatch(text)
    if stopped:
        return person(stopped.group(1), stopped.group(2).strip())
    bare = _INITIALS.fullmatch(text)
    if bare and not bare.group(1).isupper():
        return person(bare.group(1), " ".join(filter(None, bare.group(2, 3))))
    return None


def person(family: object, given: object = None) -> Author | None:
    """A person, or None for an empty name."""
    last, first = on_one_line(family).strip(" ,"), on_one_line(given).strip(" ,")
    if last:
        return Author(family=last, given=first or None)
    return literal(first)


def literal(name: object) -> Author | None:
    """A name that has no parts, or None for an empty one."""
    whole = on_one_line(name).strip(" ,")
    return Author(literal=whole) if whole else None


#: What may stand before a DOI (DOI Handbook, 2.6 and 3.9: resolvers, and the info and doi schemes).
_DOI = re.compile(
    r"(?:(?:https?:?/*)?(?:(?:dx\.|www\.)?doi[.-]org|doi\.\w+\.\w+)\S*?/|(?:info:|urn:)?doi\s*[:/]*\s*)?"
    r"(10\.\d{4,9}(?:\.\d+)*/\S+)(?:\s*\[doi\])?",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_PAIRS = {")": "(", "]": "[", ">": "<", "}": "{"}
_PMID = re.compile(
    r"(?:https?://)?(?:www\.|pubmed\.)?ncbi\.nlm\.nih\.gov/(?:pubmed/)?(\d+)/?(?:\?\S*)?"
    r"|(?:pubmed|medline|pmid)?\s*:?\s*(\d+)(?:\s*\[pmid\])?",
    re.IGNORECASE,
)
_PMCID = re.compile(
    r"(?:https?://(?:www\.|pmc\.)?ncbi\.nlm\.nih\.gov/(?:pmc/)?articles/|pmcid\s*:?\s*)?"
    r"(PMC)?\s*(\d+)(?:\.\d+)?/?(?:\s*\[pmcid\])?",
    re.IGNORECASE,
)
#: The forms of numbers in the registries of the WHO's platform (ICTRP), ClinicalTrials.gov,
#: EudraCT, CTIS and PROSPERO; upper case and without blanks, they are as the registry writes them.
_REGISTRIES = re.compile(
    r"\b(?:NCT\s?\d{8}|ISRCTN\s?\d{8}|ACTRN\s?\d{14}|ChiCTR[A-Z-]*\d{8,10}|DRKS\s?\d{8}|NTR\s?\d{1,5}"
    r"|UMIN\s?\d{9}|JPRN-\w+|jRCTs?\d{9,10}|CTRI/\d{4}/\d{2,3}/\d{6}|IRCT\d{8,20}N\d+|KCT\d{7}"
    r"|PACTR\d{15,16}|RBR-\w{5,8}|TCTR\d{11}|SLCTR/\d{4}/\d{3}|RPCEC\d{8}|PER-\d{3}-\d{2}"
    r"|CRD\s?\d{11,15}|(?:19|20)\d{2}-\d{6}-\d{2}(?:-\d{2})?)(?!\w)",
    re.IGNORECASE,
)
_CASED = {"CHICTR": "ChiCTR", "JRCT": "jRCT"}


def doi(value: object) -> str | None:
    """A DOI without its resolver or scheme, decoded however often it was percent-encoded.

    >>> doi("https://doi.org/10.1000/a%253Cb%253E."), doi("doi: 10.1000/a--b"), doi("10.1000")
    ('10.1000/a<b>', '10.1000/a--b', None)
    """
    text = re.sub(r"<br ?/?>\s*$", "", _INVISIBLE.sub("", html.unescape(str(value)))).strip()
    for _ in range(4):
        if not re.search("%[0-9A-Fa-f]{2}", text):
            break
        text = unquote(text).strip()
    found = _DOI.fullmatch(text)
    return None if found is None else _trimmed(found.group(1))


def pmid(value: object) -> str | None:
    """A PMID without what stands round it.

    >>> pmid("PMID: 00123"), pmid("https://pubmed.ncbi.nlm.nih.gov/123/"), pmid("L123")
    ('123', '123', None)
    """
    found = _PMID.fullmatch(unquote(str(value)).strip().rstrip(".,;"))
    digits = "" if found is None else (found.group(1) or found.group(2)).lstrip("0")
    return digits if 0 < len(digits) <= 9 else None


def pmcid(value: object) -> str | None:
    """A PMCID, with its `PMC`.

    >>> pmcid("pmc123.1"), pmcid("123"), pmcid("PMCX")
    ('PMC123', 'PMC123', None)
    """
    found = _PMCID.fullmatch(unquote(str(value)).strip().rstrip(".,;"))
    return None if found is None else f"PMC{found.group(2)}"


def registry_ids(value: object) -> tuple[str, ...]:
    """The numbers of trials in a text that holds them, in its order.

    >>> registry_ids("ClinicalTrials.gov/NCT00000000; isrctn 12345678")
    ('NCT00000000', 'ISRCTN12345678')
    """
    found = _REGISTRIES.findall(unquote(str(value)))
    return tuple(dict.fromkeys(map(_registered, found)))


def noted(name: str, note: object, called: str | None = None) -> str | None:
    """The identifier that a note gives under its name, or as it is `called` there, at the beginning
    of one of its parts.

    >>> noted("PMID", "Free article. PMID: 12"), noted("PMID", "Comment on (PMID: 12)")
    ('12', None)
    """
    value = r"\S+?" if name == "DOI" else r"[^\s,;|]+?"
    form = rf"(?:^|[;,|\n.])\s*{called or name}\s*[:=]?\s*({value})[.,;|]*(?:[\s,;|]|$)"
    found = re.search(form, str(note), re.IGNORECASE)
    return None if found is None else READERS[name](found.group(1))


def _trimmed(text: str) -> str:
    """Without punctuation that closes a sentence or a bracket which was opened outside."""
    while text:
        last = text[-1]
        if last not in ".,;:'\"”’" and not (
            last in _PAIRS and text.count(last) > text.count(_PAIRS[last])
        ):
            break
        text = text[:-1]
    return text


def _registered(number: str) -> str:
    plain = re.sub(r"\s", "", number).upper()
    for upper, cased in _CASED.items():
        plain = plain.replace(upper, cased, 1) if plain.startswith(upper) else plain
    return plain


READERS: dict[str, Callable[[object], str | None]] = {"DOI": doi, "PMID": pmid, "PMCID": pmcid}


#: A value and the line that it stands on, from 1.
Placed = tuple[object, int]


@dataclass(frozen=True)
class Record:
    """One publication, which begins at `line`. `kind` is a type of Source or None; `types` are
    PubMed's publication types. `et_al`: there are more authors than the file names. `remarks`:
    what was left out of the record, each with its line."""

    line: int
    title: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    doi: str | None = None
    registry_ids: tuple[str, ...] = ()
    year: str | None = None
    journal: str | None = None
    authors: tuple[Author, ...] = ()
    et_al: bool = False
    kind: str | None = None
    types: tuple[str, ...] = ()
    abstract: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A record that can't be taken: its number in the file, its line, what is wrong with it and
    what to do."""

    number: int
    line: int
    what: str


@dataclass(frozen=True)
class Reading:
    """What a file comes to: each record that starts in it is in `records` or in `refused`.
    `remarks` are about the file as a whole."""

    records: tuple[tuple[int, Record], ...] = ()
    refused: tuple[Refused, ...] = ()
    remarks: tuple[str, ...] = ()


class Bad(Exception):
    """A record that can't be read: its line, and the problem with its remedy."""

    def __init__(self, line: int, what: str) -> None:
        self.line = line
        self.what = what
        super().__init__(what)


@dataclass
class Remarks:
    """What is left out of a record while it is read."""

    lines: list[str] = field(default_factory=list)

    def left_out(self, what: str, value: object, line: int) -> None:
        """Remember that the `value` on that line is no `what`."""
        shown = " ".join(str(value).split())
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        self.lines.append(f"line {line}: {shown!r} is no {what}; left out")

    def first(self, what: str, values: Iterable[Placed]) -> str | None:
        """The first identifier of that kind; remarks tell of values that are none, and of others
        that say otherwise."""
        found: str | None = None
        for value, line in values:
            if not on_one_line(value):
                continue
            read = READERS[what](value)
            if read is None:
                self.left_out(what, value, line)
            elif found is None:
                found = read
            elif read.lower() != found.lower():
                self.lines.append(f"line {line}: a second {what}, {read}; left out")
        return found
