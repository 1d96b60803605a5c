"""RIS, in the dialects of reference managers and databases.

Tags after the RIS specification of Research Information Systems (2001 and 2011), and what exports
of Embase, Scopus, EBSCO, Ovid, Cochrane, ProQuest, PubMed through EndNote and Zotero put into them.
"""

import re

from ldn_graph.exchange.record_files import identifiers, markup, names
from ldn_graph.exchange.record_files.record import Bad, Placed, Record, Remarks
from ldn_graph.exchange.record_files.tagged import Entry, Field, Form, entries

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


def starts(text: str) -> int:
    """How many records start."""
    joined = re.findall(r"\S[ \t]*TY  - ?[A-Z]{3,6}[ \t]*$", text, re.MULTILINE)
    return len(_START.findall(text)) + len(joined)


def read(text: str) -> list[Record | Bad]:
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
    return [_record(e) for e in found if not e.headless or e.all("TI", "T1")]


def _record(entry: Entry) -> Record | Bad:
    if entry.headless:
        return Bad(entry.line, "a record without its first line, TY; add it")
    remarks = Remarks()
    kind = (entry.first("TY") or "").partition(" ")[0].upper()
    authors, et_al = names.people(f.text for f in _unrepeated(entry.all("AU", "A1")))
    return Record(
        line=entry.line,
        title=markup.title(entry.first("TI", "T1", "CT", *_BOOK.get(kind, ()), "TT")),
        pmid=remarks.first("PMID", _pmids(entry)),
        pmcid=remarks.first("PMCID", _pmcids(entry)),
        doi=remarks.first("DOI", _dois(entry)),
        registry_ids=_registry_ids(entry),
        year=next(filter(None, (markup.year(f.text) for f in entry.all("PY", "Y1", "DA"))), None),
        journal=markup.title(entry.first("JF", "T2", "JO", "JA", "J2", "J1", "T3")),
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
    return markup.on_one_line(entry.joined("AB", "N2")) or None


def _dois(entry: Entry) -> list[Placed]:
    """DO says that it is one; elsewhere a DOI is what has its form and nothing else."""
    elsewhere = entry.placed("L3", "M3", "N1", "ID", "AN", "L2", "UR", "LK")
    certain = [(v, n) for v, n in elsewhere if identifiers.doi(v) is not None]
    return entry.placed("DO", "DI") or certain[:1]


def _pmids(entry: Entry) -> list[Placed]:
    """Where the file says that it is one: by name, by address, or by the database of the number."""
    database = " ".join(f.text for f in entry.all("DB", "DP"))
    found: list[Placed] = []
    if re.search(r"pubmed|medline|\bnlm\b", database, re.IGNORECASE):
        found += [(v, n) for v, n in entry.placed("AN", "C5") if identifiers.pmid(v)]
    if re.search(r"\bscopus\b", database, re.IGNORECASE):
        found += [(v, n) for v, n in entry.placed("C2") if identifiers.pmid(v)]
    if re.search(r"\bembase\b", database, re.IGNORECASE):
        found += [(v, n) for v, n in entry.placed("C5") if identifiers.pmid(v)]
    for value, line in entry.placed(*_NOTES, *_OWN):
        told = _named_pmid(str(value))
        if told is not None:
            found.append((told, line))
    found += [(v, n) for v, n in entry.placed(*_LINKS) if _is_address(v) and identifiers.pmid(v)]
    return found


def _named_pmid(text: str) -> str | None:
    """`PMID: 1`, `1 [pmid]` (EndNote, Mendeley) or `PUBMED 1,EMBASE 2` (Cochrane)."""
    if re.fullmatch(r"\d+\s*\[pmid\]", text, re.IGNORECASE):
        return identifiers.pmid(text)
    return identifiers.noted("PMID", text) or identifiers.noted("PMID", text, "PUBMED")


def _pmcids(entry: Entry) -> list[Placed]:
    marked = re.compile(r"PMC\d+(\.\d+)?|\d+\s*\[pmcid\]", re.IGNORECASE)
    found = [(v, n) for v, n in entry.placed(*_NOTES, *_OWN) if marked.fullmatch(str(v))]
    for value, line in entry.placed("N1"):
        told = identifiers.noted("PMCID", value)
        if told is not None:
            found.append((told, line))
    return found + [
        (v, n) for v, n in entry.placed(*_LINKS) if _is_address(v) and identifiers.pmcid(v)
    ]


def _registry_ids(entry: Entry) -> tuple[str, ...]:
    """Numbers that are the record's own, not those that its abstract speaks of."""
    texts = (f.text for f in entry.all("AN", "C3", "CN", "M1", "ID") if len(f.text) < 200)
    return tuple(dict.fromkeys(n for text in texts for n in identifiers.registry_ids(text)))


def _is_address(value: object) -> bool:
    return "/" in str(value)
