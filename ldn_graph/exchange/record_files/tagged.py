"""Files whose lines begin with tags: RIS in its dialects, and PubMed's format (.nbib, .txt).

A line without a tag goes on with the field before it. Where a record starts, the one before it has
ended, whether its end is marked or not: no two records ever become one.

Tags after the RIS specification of Research Information Systems (2001 and 2011), and what exports
of Embase, Scopus, EBSCO, Ovid, Cochrane, ProQuest, PubMed through EndNote and Zotero put into them.

Tags after the MEDLINE/PubMed data element descriptions of the National Library of Medicine.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ldn_graph.exchange.record_files import record
from ldn_graph.exchange.record_files.record import Bad, Placed, Record, Remarks
from ldn_graph.records.model import Author


@dataclass
class Field:
    """A field: its tag, its lines without the tag, and the number of the first one."""

    tag: str
    lines: list[str]
    line: int

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(" ".join(self.lines).split())


@dataclass
class Entry:
    """What stands between two starts. A `headless` entry has fields, but no start of its own."""

    line: int
    headless: bool = False
    fields: list[Field] = field(default_factory=list)

    def all(self, *tags: str) -> list[Field]:
        """The fields with those tags, in the order of the tags; empty ones are left out."""
        return [f for tag in tags for f in self.fields if f.tag == tag and f.text]

    def first(self, *tags: str) -> str | None:
        """The text of the first of them."""
        return next((f.text for f in self.all(*tags)), None)

    def joined(self, *tags: str) -> str | None:
        """The texts of all of the first tag that is there, as one."""
        found = next(filter(None, (self.all(tag) for tag in tags)), [])
        return " ".join(f.text for f in found) or None

    def placed(self, *tags: str) -> list[Placed]:
        """The texts of the fields with those tags, each with its line."""
        return [(f.text, f.line) for f in self.all(*tags)]


@dataclass(frozen=True)
class Form:
    """How a format writes its lines. `tag` has two groups, tag and text; `starts` tells the field
    that starts a record, `ends` the tags that end one. `joined` finds a start in the middle of a
    line. `outside`: tags that stand between records. `blank_ends`: an empty line ends a record,
    and any tag starts the next."""

    tag: re.Pattern[str]
    starts: Callable[[str, str], bool]
    ends: frozenset[str] = frozenset()
    joined: re.Pattern[str] | None = None
    outside: frozenset[str] = frozenset()
    blank_ends: bool = False


def entries(text: str, form: Form) -> list[Entry]:
    """The entries of a file, in their order."""
    found: list[Entry] = []
    entry: Entry | None = None
    for number, line in _lines(text, form):
        match = form.tag.match(line)
        if match is None:
            if line.strip():
                if entry is not None and entry.fields:
                    entry.fields[-1].lines.append(line.strip())
            elif form.blank_ends:
                entry = None
            continue
        tag, value = match.group(1), (match.group(2) or "").strip()
        if form.starts(tag, value):
            entry = Entry(number)
            found.append(entry)
        elif tag in form.ends:
            entry = None
            continue
        elif entry is None:
            if tag in form.outside:
                continue
            entry = Entry(number, headless=not form.blank_ends)
            found.append(entry)
        entry.fields.append(Field(tag, [value], number))
    return found


def _lines(text: str, form: Form) -> Iterator[tuple[int, str]]:
    """The lines with their numbers; a start in the middle of a line begins a line of its own."""
    for number, line in enumerate(text.split("\n"), 1):
        place = form.joined.search(line) if form.joined and line.strip() else None
        if place is None:
            yield number, line
        else:
            yield number, line[: place.start()]
            yield number, line[place.start() :]


_KINDS = {
    **dict.fromkeys(("JOUR", "EJOUR", "MGZN", "ABST", "INPR", "JFULL"), "article-journal"),
    **dict.fromkeys(("BOOK", "CHAP", "EBOOK", "ECHAP", "EDBOOK", "SER"), "book"),
    **dict.fromkeys(("DATA", "DBASE", "AGGR"), "dataset"),
    **dict.fromkeys(("ELEC", "ICOMM", "WEB"), "webpage"),
    **dict.fromkeys(("STAT", "LEGAL", "BILL", "GOVDOC"), "regulation"),
    "BLOG": "post-weblog",
}
_START = re.compile(r"^[ \t]{0,3}TY( *)-", re.MULTILINE)
_JOINED = re.compile(r"(?<=\S)[ \t]*(?:TY  - ?[A-Z]{3,6}|ER  - ?)[ \t]*$")
#: Fields in which databases put identifiers under a name of their own.
#: Where a book's title stands, if not in TI.
_BOOK = {**dict.fromkeys(("BOOK", "EBOOK", "EDBOOK"), ("BT", "T2")), "SER": ("T2",)}
_NOTES = ("N1", "AN", "ID", "M1", "M2", *(f"C{n}" for n in range(1, 9)))
_OWN = tuple(f"U{n}" for n in range(1, 6))
_LINKS = ("UR", "L1", "L2", "LK", "L3", "L4")


def ris_starts(text: str) -> int:
    """How many records start."""
    joined = re.findall(r"\S[ \t]*TY  - ?[A-Z]{3,6}[ \t]*$", text, re.MULTILINE)
    return len(_START.findall(text)) + len(joined)


def read_ris(text: str) -> list[Record | Bad]:
    """The records of a file, or what is wrong with each."""
    gaps = sorted({len(gap) for gap in _START.findall(text)} or {2})
    blanks = "|".join(" " * gap for gap in gaps)
    form = Form(
        re.compile(rf"^[ \t]{{0,3}}([A-Z][A-Z0-9])(?:{blanks})-(?: ?(.*))?$"),
        lambda tag, _: tag == "TY",
        frozenset({"ER"}),
        _JOINED,
        frozenset({"NL"}),
    )
    closed = re.sub(r"^[ \t]*ER *-?[ \t]*$", f"ER{' ' * gaps[0]}-", text, flags=re.MULTILINE)
    found = entries(closed, form)
    return [_ris_record(e) for e in found if not e.headless or e.all("TI", "T1")]


def _ris_record(entry: Entry) -> Record | Bad:
    if entry.headless:
        return Bad(entry.line, "a record without its first line, TY; add it")
    remarks = Remarks()
    kind = (entry.first("TY") or "").partition(" ")[0].upper()
    authors, et_al = record.people(f.text for f in _unrepeated(entry.all("AU", "A1")))
    return Record(
        line=entry.line,
        title=record.title(entry.first("TI", "T1", "CT", *_BOOK.get(kind, ()), "TT")),
        pmid=remarks.first("PMID", _pmids(entry)),
        pmcid=remarks.first("PMCID", _pmcids(entry)),
        doi=remarks.first("DOI", _ris_dois(entry)),
        registry_ids=_registry_ids(entry),
        year=next(filter(None, (record.year(f.text) for f in entry.all("PY", "Y1", "DA"))), None),
        journal=record.title(entry.first("JF", "T2", "JO", "JA", "J2", "J1", "T3")),
        authors=authors,
        et_al=et_al,
        kind=_KINDS.get(kind),
        types=tuple(f.text for f in entry.all("M3") if "retract" in f.text.lower()),
        abstract=_abstract(entry),
        remarks=tuple(remarks.lines),
    )


def _unrepeated(fields: list[Field]) -> list[Field]:
    """The authors in the order of the file; some programs write each as AU and as A1."""
    return sorted(fields, key=lambda f: f.line)


def _abstract(entry: Entry) -> str | None:
    return record.on_one_line(entry.joined("AB", "N2")) or None


def _ris_dois(entry: Entry) -> list[Placed]:
    """DO says that it is one; elsewhere a DOI is what has its form and nothing else."""
    elsewhere = entry.placed("L3", "M3", "N1", "ID", "AN", "L2", "UR", "LK")
    certain = [(v, n) for v, n in elsewhere if record.doi(v) is not None]
    return entry.placed("DO", "DI") or certain[:1]


def _pmids(entry: Entry) -> list[Placed]:
    """Where the file says that it is one: by name, by address, or by the database of the number."""
    database = " ".join(f.text for f in entry.all("DB", "DP"))
    found: list[Placed] = []
    if re.search(r"pubmed|medline|\bnlm\b", database, re.IGNORECASE):
        found += [(v, n) for v, n in entry.placed("AN", "C5") if record.pmid(v)]
    if re.search(r"\bscopus\b", database, re.IGNORECASE):
        found += [(v, n) for v, n in entry.placed("C2") if record.pmid(v)]
    if re.search(r"\bembase\b", database, re.IGNORECASE):
        found += [(v, n) for v, n in entry.placed("C5") if record.pmid(v)]
    for value, line in entry.placed(*_NOTES, *_OWN):
        told = _named_pmid(str(value))
        if told is not None:
            found.append((told, line))
    found += [(v, n) for v, n in entry.placed(*_LINKS) if _is_address(v) and record.pmid(v)]
    return found


def _named_pmid(text: str) -> str | None:
    """`PMID: 1`, `1 [pmid]` (EndNote, Mendeley) or `PUBMED 1,EMBASE 2` (Cochrane)."""
    if re.fullmatch(r"\d+\s*\[pmid\]", text, re.IGNORECASE):
        return record.pmid(text)
    return record.noted("PMID", text) or record.noted("PMID", text, "PUBMED")


def _pmcids(entry: Entry) -> list[Placed]:
    marked = re.compile(r"PMC\d+(\.\d+)?|\d+\s*\[pmcid\]", re.IGNORECASE)
    found = [(v, n) for v, n in entry.placed(*_NOTES, *_OWN) if marked.fullmatch(str(v))]
    for value, line in entry.placed("N1"):
        told = record.noted("PMCID", value)
        if told is not None:
            found.append((told, line))
    return found + [(v, n) for v, n in entry.placed(*_LINKS) if _is_address(v) and record.pmcid(v)]


def _registry_ids(entry: Entry) -> tuple[str, ...]:
    """Numbers that are the record's own, not those that its abstract speaks of."""
    texts = (f.text for f in entry.all("AN", "C3", "CN", "M1", "ID") if len(f.text) < 200)
    return tuple(dict.fromkeys(n for text in texts for n in record.registry_ids(text)))


def _is_address(value: object) -> bool:
    return "/" in str(value)


_FORM = Form(
    re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$"),
    lambda tag, _: tag == "PMID",
    joined=re.compile(r"(?<=\S)PMID *- *\d{1,9}[ \t]*$"),
    blank_ends=True,
)


def medline_starts(text: str) -> int:
    """How many records have a PMID that starts them."""
    return len(re.findall(r"^PMID *-|\SPMID *- *\d{1,9}[ \t]*$", text, re.MULTILINE))


def read_medline(text: str) -> list[Record | Bad]:
    """The records of a file, or what is wrong with each."""
    return [_medline_record(e) for e in entries(text, _FORM)]


def _medline_record(entry: Entry) -> Record | Bad:
    titles = entry.all("TI")
    if len(titles) > 1:
        return Bad(titles[1].line, "a second title in one record; part the records")
    remarks = Remarks()
    authors, et_al = record.people(_authors(entry))
    types = tuple(f.text for f in entry.all("PT"))
    book = not titles and bool(entry.all("BTI"))
    return Record(
        line=entry.line,
        title=record.title(entry.first("TI", "BTI", "TT")),
        pmid=remarks.first("PMID", entry.placed("PMID")),
        pmcid=remarks.first("PMCID", entry.placed("PMC")),
        doi=remarks.first("DOI", _medline_dois(entry)),
        registry_ids=tuple(
            dict.fromkeys(n for f in entry.all("SI") for n in record.registry_ids(f.text))
        ),
        year=next(filter(None, (record.year(f.text) for f in entry.all("DP", "YR"))), None),
        journal=None if book else record.title(entry.first("JT", "TA", "BTI")),
        authors=authors,
        et_al=et_al,
        kind="book" if book or "Book Chapter" in types else "article-journal",
        types=types,
        abstract=record.on_one_line(entry.joined("AB")) or None,
        remarks=tuple(remarks.lines),
    )


def _authors(entry: Entry) -> list[Author | str | None]:
    """Full names where the record has them, else those with initials; groups where they stand."""
    wanted = ("FAU", "CN") if entry.all("FAU") else ("AU", "CN")
    return [
        record.literal(f.text) if f.tag == "CN" else f.text
        for f in entry.fields
        if f.tag in wanted and f.text
    ]


def _medline_dois(entry: Entry) -> list[Placed]:
    """What is marked `[doi]`; of an address only one that leads to a DOI."""
    found = entry.placed("LID", "AID", "DO")
    return [
        (value, line)
        for value, line in found
        if re.search(r"\[doi\]\s*$", str(value), re.IGNORECASE) or record.doi(value)
    ]
