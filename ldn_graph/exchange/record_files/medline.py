"""PubMed's format (.nbib, and "PubMed" saved as .txt), which Ovid and ERIC write too.

Tags after the MEDLINE/PubMed data element descriptions of the National Library of Medicine.
"""

import re

from ldn_graph.exchange.record_files import identifiers, markup, names
from ldn_graph.exchange.record_files.record import Bad, Placed, Record, Remarks
from ldn_graph.exchange.record_files.tagged import Entry, Form, entries
from ldn_graph.records.model import Author

_FORM = Form(
    re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$"),
    lambda tag, _: tag == "PMID",
    joined=re.compile(r"(?<=\S)PMID *- *\d{1,9}[ \t]*$"),
    blank_ends=True,
)


def starts(text: str) -> int:
    """How many records have a PMID that starts them."""
    return len(re.findall(r"^PMID *-|\SPMID *- *\d{1,9}[ \t]*$", text, re.MULTILINE))


def read(text: str) -> list[Record | Bad]:
    """The records of a file, or what is wrong with each."""
    return [_record(e) for e in entries(text, _FORM)]


def _record(entry: Entry) -> Record | Bad:
    titles = entry.all("TI")
    if len(titles) > 1:
        return Bad(titles[1].line, "a second title in one record; part the records")
    remarks = Remarks()
    authors, et_al = names.people(_authors(entry))
    types = tuple(f.text for f in entry.all("PT"))
    book = not titles and bool(entry.all("BTI"))
    return Record(
        line=entry.line,
        title=markup.title(entry.first("TI", "BTI", "TT")),
        pmid=remarks.first("PMID", entry.placed("PMID")),
        pmcid=remarks.first("PMCID", entry.placed("PMC")),
        doi=remarks.first("DOI", _dois(entry)),
        registry_ids=tuple(
            dict.fromkeys(n for f in entry.all("SI") for n in identifiers.registry_ids(f.text))
        ),
        year=next(filter(None, (markup.year(f.text) for f in entry.all("DP", "YR"))), None),
        journal=None if book else markup.title(entry.first("JT", "TA", "BTI")),
        authors=authors,
        et_al=et_al,
        kind="book" if book or "Book Chapter" in types else "article-journal",
        types=types,
        abstract=markup.on_one_line(entry.joined("AB")) or None,
        remarks=tuple(remarks.lines),
    )


def _authors(entry: Entry) -> list[Author | str | None]:
    """Full names where the record has them, else those with initials; groups where they stand."""
    wanted = ("FAU", "CN") if entry.all("FAU") else ("AU", "CN")
    return [
        names.literal(f.text) if f.tag == "CN" else f.text
        for f in entry.fields
        if f.tag in wanted and f.text
    ]


def _dois(entry: Entry) -> list[Placed]:
    """What is marked `[doi]`; of an address only one that leads to a DOI."""
    found = entry.placed("LID", "AID", "DO")
    return [
        (value, line)
        for value, line in found
        if re.search(r"\[doi\]\s*$", str(value), re.IGNORECASE) or identifiers.doi(value)
    ]
