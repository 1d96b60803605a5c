"""Bibliographic records from PubMed (.nbib), RIS, BibTeX and CSL-JSON files as sources.

Kept libraries parse: nbib, rispy, bibtexparser; CSL-JSON is JSON. What a file does not say stays
empty; nothing is looked up or guessed.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import nbib
import rispy
from bibtexparser.entrypoint import parse_string
from pydantic import ValidationError

from ldn_graph.errors import BadParameter, DataError, FileError
from ldn_graph.model import Author, Corpus, Source
from ldn_graph.terms import Design

#: PubMed publication types that name a design; the most telling first.
_DESIGNS = {
    "meta-analysis": Design.META_ANALYSIS,
    "systematic review": Design.SYSTEMATIC_REVIEW,
    "randomized controlled trial": Design.RANDOMISED_TRIAL,
    "case reports": Design.CASE_SERIES,
    "clinical trial protocol": Design.PROTOCOL,
    "letter": Design.LETTER,
    "review": Design.NARRATIVE_REVIEW,
}
_REVIEWS = {Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW, Design.NARRATIVE_REVIEW}

Record = Mapping[str, Any]


def read_sources(path: Path, seen_in: str | None = None) -> tuple[Source, ...]:
    """The records in a .nbib, .ris, .bib or .json file as sources, in their order.

    `seen_in` goes into `verified_in`; by default the file's name. Raises FileError where the file
    can't be read, BadParameter for another ending, DataError where a record is no source.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise BadParameter(f"{path}: unknown kind of record; end it with {', '.join(_READERS)}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(f"{path}: can't be read ({error.strerror}); name a record file") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: not UTF-8; export it anew as UTF-8") from error
    try:
        records = reader(text)
    except DataError:
        raise
    except Exception as error:  # each library raises its own kinds
        raise DataError([f"{path}: can't be parsed ({error}); export it anew"]) from error
    if not records:
        raise DataError([f"{path}: holds no record; export it anew"])
    return tuple(_source(r, path, n, seen_in or path.name) for n, r in enumerate(records, 1))


def duplicate(source: Source, corpus: Corpus) -> str | None:
    """The id of the corpus's source with the same PMID, DOI or title, if there is one."""
    for known in corpus.sources.values():
        same = (
            (source.pmid is not None and source.pmid == known.pmid)
            or (source.doi is not None and source.doi.lower() == (known.doi or "").lower())
            or _bare(source.title) == _bare(known.title)
        )
        if same:
            return known.id
    return None


def _bare(title: str) -> str:
    """A title without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    return "".join(c for c in plain if c.isalnum())


def _nbib(text: str) -> list[Record]:
    return [
        {
            "title": r.get("title"),
            "pmid": str(r["pubmed_id"]) if "pubmed_id" in r else None,
            "doi": r.get("doi"),
            "year": _year(r.get("publication_date")),
            "journal": r.get("journal"),
            "authors": [_author(a.get("author") or "") for a in r.get("authors", [])],
            "types": r.get("publication_types", []),
        }
        for r in nbib.read(text)
    ]


def _ris(text: str) -> list[Record]:
    return [
        {
            "title": r.get("title") or r.get("primary_title"),
            "pmid": _digits(r.get("accession_number")),
            "doi": r.get("doi"),
            "year": _year(r.get("year") or r.get("publication_year") or r.get("date")),
            "journal": r.get("journal_name")
            or r.get("secondary_title")
            or r.get("alternate_title3"),
            "authors": [_author(a) for a in r.get("authors") or r.get("first_authors") or []],
            "types": [],
        }
        for r in rispy.loads(text)
    ]


def _bibtex(text: str) -> list[Record]:
    library = parse_string(text)
    if library.failed_blocks:
        line = library.failed_blocks[0].start_line
        raise DataError([f"BibTeX line {(line or 0) + 1}: broken entry; close its braces"])
    return [
        _bibtex_record({f.key.lower(): _unbraced(str(f.value)) for f in e.fields})
        for e in library.entries
    ]


def _bibtex_record(fields: Mapping[str, str]) -> Record:
    return {
        "title": fields.get("title"),
        "pmid": _digits(fields.get("pmid")),
        "doi": fields.get("doi"),
        "year": _year(fields.get("year") or fields.get("date")),
        "journal": fields.get("journal") or fields.get("journaltitle"),
        "authors": [
            _author(a) for a in re.split(r"\s+and\s+", fields.get("author", "")) if a.strip()
        ],
        "types": [],
    }


def _csl(text: str) -> list[Record]:
    loaded = json.loads(text)
    records = loaded if isinstance(loaded, list) else [loaded]
    return [
        {
            "title": r.get("title"),
            "pmid": str(r["PMID"]) if r.get("PMID") else None,
            "doi": r.get("DOI"),
            "year": _csl_year(r.get("issued")),
            "journal": r.get("container-title"),
            "authors": [
                Author(literal=a["literal"])
                if a.get("literal")
                else Author(family=a.get("family"), given=a.get("given"))
                for a in r.get("author", [])
            ],
            "types": [],
        }
        for r in records
    ]


_READERS: dict[str, Callable[[str], list[Record]]] = {
    ".nbib": _nbib,
    ".ris": _ris,
    ".bib": _bibtex,
    ".json": _csl,
}


def _source(record: Record, path: Path, number: int, seen_in: str) -> Source:
    place = f"{path}: record {number}"
    if not record["title"]:
        raise DataError([f"{place} has no title; add one to the file"])
    design = _design(record["types"])
    fields = {
        "id": source_id(record["authors"], record["year"], record["title"]),
        "type": "review" if design in _REVIEWS else "article-journal",
        "title": " ".join(str(record["title"]).split()).rstrip("."),
        "author": tuple(record["authors"]),
        "issued": record["year"],
        "container_title": record["journal"],
        "doi": _doi(record["doi"]),
        "pmid": record["pmid"],
        "design": design,
        "verified_in": seen_in,
    }
    try:
        return Source.model_validate(fields)
    except ValidationError as error:
        problems = [f"{place}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise DataError(problems) from error


def source_id(authors: Iterable[Author], year: str | None, title: str) -> str:
    """A slug of first author, year and the title's first long word.

    >>> source_id([Author(family="Rodríguez-Freire")], "2026", "Efficacy of a drug")
    'rodriguez-freire-2026-efficacy'
    """
    first = next(iter(authors), None)
    name = "" if first is None else (first.family or first.literal or "")
    word = next((w for w in title.split() if len(_bare(w)) > 3), title)
    parts = (name, (year or "")[:4], word)
    plain = unicodedata.normalize("NFKD", " ".join(parts)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "source"


def _design(types: Iterable[str]) -> Design | None:
    given = {t.lower() for t in types}
    return next((design for name, design in _DESIGNS.items() if name in given), None)


def _author(name: str) -> Author:
    """`Family, Given` as its parts; anything else as it stands."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and family:
        return Author(family=family, given=given or None)
    return Author(literal=name.strip() or "unnamed")


def _year(value: object) -> str | None:
    found = re.search(r"\b(1[89]|20)\d{2}\b", str(value or ""))
    return found.group() if found else None


def _csl_year(issued: object) -> str | None:
    if isinstance(issued, dict):
        parts = issued.get("date-parts") or [[issued.get("raw") or issued.get("literal")]]
        return _year(parts[0][0]) if parts and parts[0] else None
    return _year(issued)


def _digits(value: object) -> str | None:
    text = str(value or "").strip()
    return text if re.fullmatch(r"[1-9]\d{0,8}", text) else None


def _doi(value: object) -> str | None:
    text = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", str(value or "").strip(), flags=re.I)
    return text.removesuffix(" [doi]") or None


def _unbraced(value: str) -> str:
    return re.sub(r"[{}]", "", value).strip()
