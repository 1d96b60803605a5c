"""Bibliographic records as sources of a corpus: read, compared with those there, written.

What a record does not say stays empty in the source.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from ldn_graph import files
from ldn_graph.errors import BadParameter, DataError, FileError, UsageError
from ldn_graph.exchange.record_files import Record, read_records, record_kind, records_in
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Author, Source
from ldn_graph.records.vocabularies import Design

#: PubMed publication types that name a design; the most telling first.
_DESIGNS = {
    "clinical trial protocol": Design.PROTOCOL,
    "meta-analysis": Design.META_ANALYSIS,
    "systematic review": Design.SYSTEMATIC_REVIEW,
    "randomized controlled trial": Design.RANDOMISED_TRIAL,
    "case reports": Design.CASE_SERIES,
    "letter": Design.LETTER,
    "review": Design.NARRATIVE_REVIEW,
}
_REVIEWS = {Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW, Design.NARRATIVE_REVIEW}
#: Letters that no decomposition turns into ASCII.
_SPELT = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})


def read_sources(path: Path, seen_in: str | None = None) -> tuple[Source, ...]:
    """The records in a .nbib, .ris, .bib or .json file as sources, in their order.

    `seen_in` goes into `verified_in`; by default the file's name. Raises FileError where the file
    can't be read, BadParameter for another ending, DataError where a record is no source.
    """
    return _sources(read_records(path), str(path), seen_in or path.name)


def sources_in(text: str, name: str, seen_in: str | None = None) -> tuple[Source, ...] | None:
    """The records in a text of PubMed, RIS, BibTeX or CSL-JSON, which its beginning tells; None
    for any other text. `name` is what messages call it.

    Raises TooLarge, and DataError where it can't be parsed, or where a record is no source.
    """
    kind = record_kind(text)
    if kind is None:
        return None
    begun = text.lstrip("\ufeff \t\r\n")
    return _sources(records_in(begun, kind, name), name, seen_in or name)


def new_sources(
    found: Sequence[Source], known: Iterable[Source], name: str | None = None
) -> tuple[Source, ...]:
    """`found` under ids that are free beside the `known` sources; `name` is the id of a single one.

    A derived id that is taken gets the next free number; a `name` that is taken is refused. Raises
    UsageError with a line for each source that is known already, BadParameter for a bad `name`.
    """
    there = {source.id: source for source in known}
    if name is not None:
        found = (_named(found, name, there),)
    problems = []
    added: dict[str, Source] = {}
    for source in found:
        same = duplicate(source, (*there.values(), *added.values()))
        if same is not None:
            problems.append(f"“{source.title}”: {same}")
            continue
        free = _free_id(source.id, {*there, *added})
        added[free] = source.model_copy(update={"id": free})
    if problems:
        raise UsageError("\n".join(problems))
    return tuple(added.values())


def duplicate(source: Source, known: Iterable[Source]) -> str | None:
    """Which of the `known` sources has the same PMID, DOI or title, with the remedy, if one has.

    Titles are compared without case, accents, spaces and punctuation. One title is one work, even
    under two DOIs: a preprint and its article must not count twice.
    """
    for other in known:
        if source.pmid is not None and source.pmid == other.pmid:
            shared = f"PMID {other.pmid}"
        elif source.doi is not None and source.doi.lower() == (other.doi or "").lower():
            shared = f"DOI {other.doi}"
        elif _bare(source.title) and _bare(source.title) == _bare(other.title):
            shared = "title"
        else:
            continue
        return f"source {other.id} has the same {shared}; cite that one, and leave the record out"
    return None


def write_sources(sources: Iterable[Source], folder: Path) -> tuple[Path, ...]:
    """Write each source to its file in the corpus `folder`, all or none; returns the paths.

    Raises FileError where a file is there already or can't be written.
    """
    texts = {folder / "sources" / f"{s.id}.yaml": corpora.dump(s) for s in sources}
    for path in texts:
        if path.exists():
            raise FileError(f"{path}: is there already; give another id")
    written: list[Path] = []
    try:
        for path, text in texts.items():
            files.write_text(path, text)
            written.append(path)
    except BaseException:
        for path in written:
            path.unlink()
        raise
    return tuple(written)


def source_id(authors: Sequence[Author], year: str | None, title: str) -> str:
    """A slug of first author and year; where one is missing, of the title's first words.

    >>> source_id([Author(family="Rodríguez-Freire")], "2026", "Efficacy of a drug")
    'rodriguez-freire-2026'
    >>> source_id([], "2015", "Low dose naltrexone treatment of a mouse model of disease")
    'low-dose-naltrexone-treatment-of-2015'
    """
    name = "" if not authors else authors[0].family or authors[0].literal or ""
    words = [name] if name and year else [name, *title.split()[:5]]
    return _slug(" ".join((*words, year or ""))) or "source"


def _sources(records: Iterable[Record], name: str, seen_in: str) -> tuple[Source, ...]:
    """Raises DataError with a line for each record that is no source."""
    found = []
    problems: list[str] = []
    for number, record in enumerate(records, 1):
        try:
            found.append(_source(record, seen_in))
        except DataError as error:
            problems += (f"{name}: record {number}: {p}" for p in error.problems)
    if problems:
        raise DataError(problems)
    return tuple(found)


def _source(record: Record, seen_in: str) -> Source:
    if not record.title:
        raise DataError(["it has no title; add one to the file"])
    types = {t.lower() for t in record.types}
    design = next((design for name, design in _DESIGNS.items() if name in types), None)
    kind = record.kind or ("article-journal" if record.journal else "webpage")
    fields = {
        "id": source_id(record.authors, record.year, record.title),
        "type": "review" if design in _REVIEWS else kind,
        "title": record.title,
        "author": record.authors,
        "issued": record.year,
        "container_title": record.journal,
        "doi": record.doi,
        "pmid": record.pmid,
        "registry_id": record.registry_id,
        "design": design,
        "retracted": "retracted publication" in types or _says_retracted(record.title),
        "verified_in": seen_in,
    }
    try:
        return Source.model_validate(fields)
    except ValidationError as error:
        raise DataError(
            f"{'.'.join(map(str, e['loc']))}: {e['input']!r} has the wrong form; "
            "correct it in the file"
            for e in error.errors()
        ) from error


def _says_retracted(title: str) -> bool:
    """Publishers put it before the title: `RETRACTED:`, `[Retracted]`, `Retracted article:`."""
    return re.match(r"\W*retracted( article)?\W*(:|\])", title, re.IGNORECASE) is not None


def _named(found: Sequence[Source], name: str, there: Iterable[str]) -> Source:
    if len(found) != 1:
        raise BadParameter(f"one id for {len(found)} records; leave it out, or split the file")
    if name in there:
        raise BadParameter(f"{name!r} is another source's id; give another, or leave it out")
    try:
        return Source.model_validate({**found[0].model_dump(), "id": name})
    except ValidationError as error:
        raise BadParameter(
            f"{name!r} is no id; use lower-case letters, digits and single hyphens"
        ) from error


def _free_id(name: str, taken: set[str]) -> str:
    """`name`, or the first of `name-2`, `name-3`, … that is free."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _bare(title: str) -> str:
    """A title without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    return "".join(c for c in plain if c.isalnum())


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPELT))
    slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode())
    return slug[:110].strip("-")
