"""What PubMed (.nbib), RIS, BibTeX and CSL-JSON files say of a publication, in one form.

Kept libraries parse: nbib, rispy, bibtexparser; CSL-JSON is JSON. A field that a file does not
give is empty, and nothing is looked up or guessed.
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbib
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware, NormalizeFieldKeys, SeparateCoAuthors
from bibtexparser.middlewares.names import parse_single_name_into_parts
from bibtexparser.model import Entry, Field

from ldn_graph.errors import BadParameter, DataError, FileError, TooLarge
from ldn_graph.records.model import Author


@dataclass(frozen=True)
class Record:
    """One publication; `kind` is a type of Source or None, `types` PubMed's publication types."""

    title: str | None
    pmid: str | None = None
    doi: str | None = None
    registry_id: str | None = None
    year: str | None = None
    journal: str | None = None
    authors: tuple[Author, ...] = ()
    kind: str | None = None
    types: tuple[str, ...] = ()


#: The types of sources by what RIS, BibTeX and CSL call them.
_KINDS = {
    **dict.fromkeys(("JOUR", "EJOUR", "MGZN", "article", "article-journal"), "article-journal"),
    **dict.fromkeys(("review", "review-book"), "review"),
    **dict.fromkeys(("BOOK", "CHAP", "EBOOK", "book", "incollection", "inbook", "chapter"), "book"),
    **dict.fromkeys(("DATA", "DBASE", "dataset"), "dataset"),
    **dict.fromkeys(("BLOG", "post-weblog"), "post-weblog"),
    **dict.fromkeys(("ELEC", "ICOMM", "online", "webpage"), "webpage"),
    **dict.fromkeys(("STAT", "LEGAL", "regulation", "legislation"), "regulation"),
}


#: Characters of a file of records.
MAX_LENGTH = 20_000_000
_BEGINS = {
    ".nbib": re.compile(r"PMID *- *\d"),
    ".ris": re.compile(r"TY {1,2}- ?\w"),
    ".bib": re.compile(r"(%[^\n]*\n\s*)*@\w+\s*[{(]"),
    ".json": re.compile(r'\[?\s*\{\s*"'),
}


def read_records(path: Path) -> tuple[Record, ...]:
    """The records of a .nbib, .ris, .bib or .json file, in their order.

    Raises FileError where the file can't be read, BadParameter for another ending, DataError where
    it can't be parsed or holds no record.
    """
    kind = path.suffix.lower()
    if kind not in _READERS:
        raise BadParameter(f"{path}: unknown kind of record; end it with {', '.join(_READERS)}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(f"{path}: can't be read ({error.strerror}); name a record file") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: not UTF-8; export it anew as UTF-8") from error
    return records_in(text, kind, str(path))


def records_in(text: str, kind: str, name: str) -> tuple[Record, ...]:
    """The records of a text of that `kind` (`.nbib`, …); messages call it `name`.

    Raises TooLarge, and DataError where it can't be parsed or holds no record.
    """
    if len(text) > MAX_LENGTH:
        raise TooLarge(f"{name}: more than {MAX_LENGTH} characters; split it")
    try:
        records = tuple(_READERS[kind](text))
    except DataError as error:
        raise DataError(f"{name}: {problem}" for problem in error.problems) from error
    except Exception as error:  # each library raises its own kinds
        told = " ".join(str(error).split())[:200] or type(error).__name__
        raise DataError([f"{name}: can't be parsed ({told}); export it anew"]) from error
    if not records:
        raise DataError([f"{name}: holds no whole record; export it anew"])
    return records


def record_kind(text: str) -> str | None:
    """`.nbib`, `.ris`, `.bib` or `.json` for a text that begins as such records do, else None.

    >>> record_kind("PMID- 123"), record_kind("TY  - JOUR"), record_kind("@article{a,")
    ('.nbib', '.ris', '.bib')
    >>> record_kind('[{"type": "book"}]'), record_kind("[1] A text"), record_kind("Types of pain")
    ('.json', None, None)
    """
    begins = text[:2000].lstrip("\ufeff \t\r\n")
    return next((kind for kind, form in _BEGINS.items() if form.match(begins)), None)


def _nbib(text: str) -> Iterable[Record]:
    # The library closes a record at an empty line only. It reads DOIs in AID, but not in LID,
    # where PubMed puts them for articles that have no page numbers.
    lines = re.sub(r"^LID -", "AID -", text.strip("\r\n"), flags=re.MULTILINE)
    for r in nbib.read(lines + "\n\n"):
        people = [_comma_name(a.get("author") or "") for a in r.get("authors", [])]
        groups = [Author(literal=r["corporate_author"])] if r.get("corporate_author") else []
        yield Record(
            title=_clean(r.get("title")),
            pmid=_pmid(r.get("pubmed_id")),
            doi=_doi(r.get("doi")),
            registry_id=_trial(r.get("secondary_source")),
            year=_year(r.get("publication_date")),
            journal=_clean(r.get("journal")),
            authors=(*people, *groups),
            kind="article-journal",
            types=tuple(r.get("publication_types", [])),
        )


def _ris(text: str) -> Iterable[Record]:
    for r in rispy.loads(text.replace("\r\n", "\n")):
        journals = ("journal_name", "secondary_title", "alternate_title3", "alternate_title1")
        dates = ("year", "publication_year", "date")
        yield Record(
            title=_clean(r.get("title") or r.get("primary_title")),
            pmid=_ris_pmid(r),
            doi=_doi(r.get("doi")),
            year=next(filter(None, (_year(r.get(k)) for k in dates)), None),
            journal=next(filter(None, (_clean(r.get(k)) for k in journals)), None),
            authors=tuple(_comma_name(a) for a in r.get("authors") or r.get("first_authors") or []),
            kind=_KINDS.get(r.get("type_of_reference", "")),
        )


def _ris_pmid(r: Mapping[str, Any]) -> str | None:
    """A PMID in the notes, or an accession number of PubMed; other databases number otherwise."""
    database = f"{r.get('name_of_database', '')} {r.get('database_provider', '')}"
    if re.search(r"pubmed|medline|\bnlm\b", database, re.IGNORECASE):
        return _pmid(r.get("accession_number"))
    return _noted_pmid(" ".join(map(str, r.get("notes", []))))


def _bibtex(text: str) -> Iterable[Record]:
    unescaped_percent = re.compile(r"(?<!\\)%")  # would begin a comment in LaTeX
    library = parse_string(
        unescaped_percent.sub(r"\\%", text),
        append_middleware=[NormalizeFieldKeys(), SeparateCoAuthors()],
    )
    for block in library.failed_blocks:
        problem = " ".join(str(block.error).split()).rstrip(".")
        raise DataError([f"line {(block.start_line or 0) + 1}: {problem}; mend the entry"])
    for entry in library.entries:
        fields = {f.key: f.value for f in entry.fields if isinstance(f.value, str)}
        fields = dict(zip(fields, _decoded(fields.values()), strict=True))
        written: list[str] = next((f.value for f in entry.fields if f.key == "author"), [])
        yield Record(
            title=_clean(fields.get("title")),
            pmid=_pmid(fields.get("pmid")) or _noted_pmid(fields.get("note", "")),
            doi=_doi(fields.get("doi")),
            year=_year(fields.get("year")) or _year(fields.get("date")),
            journal=_clean(fields.get("journal") or fields.get("journaltitle")),
            authors=tuple(map(_bibtex_author, written, _decoded(written))),
            kind=_KINDS.get(entry.entry_type.lower()),
        )


def _decoded(values: Iterable[str]) -> list[str]:
    """LaTeX as plain characters."""
    fields = [Field(str(n), value) for n, value in enumerate(values)]
    LatexDecodingMiddleware().transform_entry(Entry("entry", "decoded", fields), Library())
    return [f.value for f in fields]


def _bibtex_author(written: str, decoded: str) -> Author:
    """Braces round the whole name keep it whole: a group."""
    if written.startswith("{") and written.endswith("}"):
        return Author(literal=decoded.strip())
    name = parse_single_name_into_parts(decoded)
    family = " ".join((*name.von, *name.last, *name.jr))
    return Author(family=family, given=" ".join(name.first) or None)


def _csl(text: str) -> Iterable[Record]:
    loaded = json.loads(text)
    for n, r in enumerate(loaded if isinstance(loaded, list) else [loaded], 1):
        if not isinstance(r, dict):
            raise DataError([f"record {n} is no CSL item; export it anew as CSL-JSON"])
        yield Record(
            title=_clean(r.get("title")),
            pmid=_pmid(r.get("PMID")) or _noted_pmid(str(r.get("note", ""))),
            doi=_doi(r.get("DOI")),
            year=_csl_year(r.get("issued")),
            journal=_clean(r.get("container-title")),
            authors=tuple(_csl_author(a) for a in r.get("author", [])),
            kind=_KINDS.get(r.get("type", "")),
        )


def _csl_author(name: Mapping[str, Any]) -> Author:
    family = " ".join(filter(None, (name.get("non-dropping-particle"), name.get("family"))))
    if family:
        return Author(family=family, given=name.get("given"))
    return Author(literal=name.get("literal") or name.get("given") or "unnamed")


def _csl_year(issued: object) -> str | None:
    if isinstance(issued, dict):
        parts = issued.get("date-parts") or [[]]
        return _year(parts[0][0] if parts[0] else issued.get("raw") or issued.get("literal"))
    return _year(issued)


_READERS: dict[str, Callable[[str], Iterable[Record]]] = {
    ".nbib": _nbib,
    ".ris": _ris,
    ".bib": _bibtex,
    ".json": _csl,
}


def _comma_name(name: str) -> Author:
    """`Family, Given` as its parts; one word is a family name, anything else as it stands."""
    family, _, given = (part.strip() for part in name.partition(","))
    if family and (given or " " not in family):
        return Author(family=family, given=given or None)
    return Author(literal=name.strip() or "unnamed")


def _clean(value: object) -> str | None:
    """Text on one line, without markup, entities and a closing full stop."""
    plain = html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", str(value or "")))
    return " ".join(plain.split()).removesuffix(".") or None


def _year(value: object) -> str | None:
    found = re.search(r"\b(1[89]|20)\d{2}\b", str(value or ""))
    return found.group() if found else None


def _pmid(value: object) -> str | None:
    text = str(value or "").strip()
    return text if re.fullmatch(r"[1-9]\d{0,8}", text) else None


def _noted_pmid(note: str) -> str | None:
    found = re.search(r"\bPMID:?\s*([1-9]\d{0,8})\b", note)
    return found.group(1) if found else None


def _doi(value: object) -> str | None:
    text = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", str(value or "").strip(), flags=re.I)
    return text or None


def _trial(value: object) -> str | None:
    """The number of a trial's registration, where PubMed links the paper to one."""
    found = re.search(r"\bNCT\d{8}\b", str(value or ""))
    return found.group() if found else None
