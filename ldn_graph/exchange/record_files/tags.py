"""Web of Science's field tags (.ciw, savedrecs.txt) and EndNote's (.enw, "Refer").

Tags after Clarivate's lists of Web of Science field tags and of EndNote's import format.
"""

import re

from ldn_graph.exchange.record_files import record
from ldn_graph.exchange.record_files.record import Bad, Placed, Record, Remarks
from ldn_graph.exchange.record_files.tagged import Entry, Form, entries
from ldn_graph.records.model import Author

_WOS = Form(
    re.compile(r"([A-Z][A-Z0-9])(?: (.*))?$"),
    lambda tag, value: tag == "PT",
    frozenset({"ER", "EF"}),
    outside=frozenset({"FN", "VR", "EF"}),
)
_ENDNOTE = Form(
    re.compile(r"[ \t]*%([0-9A-Z!#$&()*+<=>?@^~\[\]|])(?:[ \t]+(.*))?$"),
    lambda tag, _: tag == "0",
    blank_ends=True,
)
_WOS_KINDS = {"J": "article-journal", "B": "book", "S": "book"}
#: What EndNote calls its types, in small letters.
ENDNOTE_KINDS = {
    "journal article": "article-journal",
    "electronic article": "article-journal",
    "magazine article": "article-journal",
    **dict.fromkeys(("book", "book section", "edited book", "electronic book"), "book"),
    **dict.fromkeys(("web page", "online database", "online multimedia"), "webpage"),
    **dict.fromkeys(("dataset", "aggregated database"), "dataset"),
    **dict.fromkeys(("statute", "bill", "legal rule or regulation"), "regulation"),
    "blog": "post-weblog",
}


def wos_starts(text: str) -> int:
    """How many records start in a file of Web of Science."""
    return len(re.findall(r"^PT [A-Z]", text, re.MULTILINE))


def read_wos(text: str) -> list[Record | Bad]:
    """The records of a file of Web of Science, or what is wrong with each."""
    return [_of_wos(e) for e in entries(text, _WOS)]


def endnote_starts(text: str) -> int:
    """How many records say their type, as EndNote's do."""
    return len(re.findall(r"^[ \t]*%0[ \t]", text, re.MULTILINE))


def read_endnote(text: str) -> list[Record | Bad]:
    """The records of a file of EndNote, or what is wrong with each."""
    return [_of_endnote(e) for e in entries(text, _ENDNOTE)]


def _of_wos(entry: Entry) -> Record | Bad:
    if entry.headless:
        return Bad(entry.line, "a record without its first line, PT; add it")
    remarks = Remarks()
    types = tuple(part.strip() for f in entry.all("DT") for part in f.text.split(";"))
    authors, et_al = record.people(_wos_authors(entry))
    unique = entry.first("UT") or ""
    medline = re.fullmatch(r"MEDLINE:(\d+)", unique)
    pmids = entry.placed("PM") or ([(medline.group(1), entry.line)] if medline else [])
    return Record(
        line=entry.line,
        title=record.title(entry.first("TI")),
        pmid=remarks.first("PMID", pmids),
        doi=remarks.first("DOI", entry.placed("DI") or entry.placed("D2")),
        year=next(filter(None, (record.year(f.text) for f in entry.all("PY", "PD", "EA"))), None),
        journal=record.title(entry.first("SO", "JI", "J9")),
        authors=authors,
        et_al=et_al,
        kind=_WOS_KINDS.get(entry.first("PT") or ""),
        types=tuple(t for t in types if t in ("Letter", "Retracted Publication")),
        abstract=record.on_one_line(entry.joined("AB")) or None,
        remarks=tuple(remarks.lines),
    )


def _wos_authors(entry: Entry) -> list[Author | str | None]:
    """Full names before short ones; each line is a name. Groups follow."""
    tag = next((t for t in ("AF", "AU", "BF", "BA") if entry.all(t)), None)
    people = [n for f in entry.all(tag or "AU") for line in f.lines for n in line.split(";")]
    groups = [n for f in entry.all("CA", "GP") for line in f.lines for n in line.split(";")]
    return [*people, *map(record.literal, groups)]


def _of_endnote(entry: Entry) -> Record | Bad:
    remarks = Remarks()
    kind = ENDNOTE_KINDS.get((entry.first("0") or "").lower())
    if kind is None and not entry.all("0") and entry.all("J"):
        kind = "article-journal"
    authors, et_al = record.people(n for f in entry.all("A") for n in f.text.split(" ; "))
    return Record(
        line=entry.line,
        title=record.title(entry.first("T", "Q")),
        pmid=remarks.first("PMID", _endnote_pmids(entry)),
        pmcid=remarks.first("PMCID", _marked(entry, "PMC", "2", "7", "1")),
        doi=remarks.first("DOI", entry.placed("R") or _addresses(entry)),
        year=next(filter(None, (record.year(f.text) for f in entry.all("D", "8"))), None),
        journal=record.title(entry.first("J", "B")),
        authors=authors,
        et_al=et_al,
        kind=kind,
        abstract=record.on_one_line(entry.joined("X")) or None,
        remarks=tuple(remarks.lines),
    )


def _addresses(entry: Entry) -> list[Placed]:
    return [(v, n) for v, n in entry.placed("U") if record.doi(v)][:1]


def _endnote_pmids(entry: Entry) -> list[Placed]:
    """An accession number is a PMID where the record names PubMed as its database."""
    database = " ".join(f.text for f in entry.all("~", "W"))
    named = re.search(r"pubmed|medline|\bnlm\b", database, re.IGNORECASE) is not None
    found = entry.placed("M") if named else _marked(entry, "PMID", "M", "Z")
    return found + [(v, n) for v, n in entry.placed("U") if "/" in str(v) and record.pmid(v)]


def _marked(entry: Entry, name: str, *tags: str) -> list[Placed]:
    """Values that say themselves which kind of number they are."""
    form = r"PMC\d+" if name == "PMC" else r"PMID:?\s*\d+|\d+\s*\[pmid\]"
    return [(v, n) for v, n in entry.placed(*tags) if re.fullmatch(form, str(v), re.IGNORECASE)]
