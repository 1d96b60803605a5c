"""Bibliographic records as sources of a corpus: read, compared with those there, written.

What a record does not say stays empty in the source. Each record of a file is taken, refused with
its line, or known already; none is passed over in silence.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ldn_graph import files
from ldn_graph.errors import BadParameter, DataError, FileError, UsageError, require
from ldn_graph.records import corpus as corpora
from ldn_graph.records.identifiers import greek_spelt
from ldn_graph.records.model import Author, Source
from ldn_graph.records.vocabularies import Design

if TYPE_CHECKING:
    from ldn_graph.exchange.record_files import Reading, Record

_READS = ("pybtex", "reading records of sources")
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
_RETRACTED = re.compile(r"retracted(?: (?:publication|article))?")
#: Letters that no decomposition turns into ASCII.
_SPELT = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})


@dataclass(frozen=True)
class Cited:
    """A record as a source, where it stands in its file, and its abstract where it has one."""

    source: Source
    place: str
    abstract: str | None = None


@dataclass(frozen=True)
class Found:
    """What a file of records comes to. `refused` has a line for each record that is no source;
    `remarks` one for each value that was left out, or that should be looked at."""

    cited: tuple[Cited, ...]
    refused: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def read_found(path: Path, seen_in: str | None = None) -> Found:
    """The records of a file: PubMed, RIS, BibTeX, CSL-JSON, Web of Science or EndNote, told by
    what is in it.

    `seen_in` goes into `verified_in`; by default the file's name. Raises FileError where the file
    can't be read, BadFile where it is of no known format, DataError where it can't be parsed.
    """
    require(*_READS)
    from ldn_graph.exchange.record_files import read_records

    return _found(read_records(path), str(path), seen_in or path.name)


def found_in(data: bytes, name: str, seen_in: str | None = None) -> Found:
    """The records of a file's bytes, as `read_found`; messages call it `name`."""
    require(*_READS)
    from ldn_graph.exchange.record_files import records_in

    return _found(records_in(data, name), name, seen_in or name)


def read_sources(path: Path, seen_in: str | None = None) -> tuple[Source, ...]:
    """The sources of a file all of whose records are some, in their order.

    Raises DataError with a line for each record that is no source; see `read_found`.
    """
    return _whole(read_found(path, seen_in))


def sources_in(text: str, name: str, seen_in: str | None = None) -> tuple[Source, ...] | None:
    """The sources in a text that begins as records do; None for any other text.

    Raises TooLarge, and DataError where it can't be parsed, or where a record is no source.
    """
    require(*_READS)
    from ldn_graph.exchange.record_files import record_format

    if record_format(text) is None:
        return None
    return _whole(found_in(text.encode("utf-8", "replace"), name, seen_in))


def new_sources(
    found: Sequence[Source], known: Iterable[Source], name: str | None = None
) -> tuple[Source, ...]:
    """`found` under ids that are free beside the `known` sources; `name` is the id of a single one.

    A derived id that is taken gets the next free number; a `name` that is taken is refused. Raises
    UsageError with a line for each source that is known already, BadParameter for a bad `name`.
    """
    added, left = unknown([Cited(s, f"“{s.title}”") for s in found], known, name)
    if left:
        raise UsageError("\n".join(left))
    return tuple(one.source for one in added)


def unknown(
    found: Sequence[Cited], known: Iterable[Source], name: str | None = None
) -> tuple[tuple[Cited, ...], tuple[str, ...]]:
    """Those of `found` that the `known` sources, or those before them, do not have, under free ids;
    and a line for each of the others. Raises BadParameter for a bad `name`."""
    there = {source.id: source for source in known}
    if name is not None:
        source = _named([one.source for one in found], name, there)
        found = [replace(found[0], source=source)]
    index = _Index(there.values())
    taken, added, left = set(there), [], []
    for one in found:
        same = index.same(one.source)
        if same is not None:
            left.append(f"{one.place}: {same}")
            continue
        source = one.source.model_copy(update={"id": _free_id(one.source.id, taken)})
        taken.add(source.id)
        index.add(source)
        added.append(replace(one, source=source))
    return tuple(added), tuple(left)


def duplicate(source: Source, known: Iterable[Source]) -> str | None:
    """Which of the `known` sources has the same PMID, PMCID, DOI or title, with the remedy, if one
    has.

    Titles are compared without case, accents, spaces and punctuation. One title is one work, even
    under two DOIs: a preprint and its article must not count twice.
    """
    return _Index(known).same(source)


class _Index:
    """Sources by what tells them apart."""

    def __init__(self, known: Iterable[Source]) -> None:
        self._by: dict[tuple[str, str], Source] = {}
        for source in known:
            self.add(source)

    def add(self, source: Source) -> None:
        for shared, key in self._keys(source):
            self._by.setdefault((shared.partition(" ")[0], key), source)

    def same(self, source: Source) -> str | None:
        for shared, key in self._keys(source):
            other = self._by.get((shared.partition(" ")[0], key))
            if other is not None:
                what = {"DOI": f"DOI {other.doi}"}.get(shared.partition(" ")[0], shared)
                told = f"source {other.id} has the same {what}"
                return f"{told}; cite that one, and leave the record out"
        return None

    @staticmethod
    def _keys(source: Source) -> list[tuple[str, str]]:
        """What of a source another may share, and the form in which it is compared."""
        return [
            (shared, key)
            for shared, key in (
                (f"PMID {source.pmid}", source.pmid),
                (f"DOI {source.doi}", source.doi and source.doi.lower()),
                (f"PMCID {source.pmcid}", source.pmcid),
                ("title", _bare(source.title)),
            )
            if key
        ]


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


def _whole(found: Found) -> tuple[Source, ...]:
    if found.refused:
        raise DataError(found.refused)
    return tuple(one.source for one in found.cited)


def _found(reading: "Reading", name: str, seen_in: str) -> Found:
    refused: dict[int, tuple[int, tuple[str, ...]]] = {
        r.number: (r.line, (r.what,)) for r in reading.refused
    }
    cited, remarks = [], [f"{name}, {remark}" for remark in reading.remarks]
    for number, record in reading.records:
        try:
            source = _source(record, seen_in)
        except DataError as error:
            refused[number] = (record.line, error.problems)
            continue
        place = f"{name}: record {number}, line {record.line}"
        cited.append(Cited(source, f"{place}: “{source.title}”", record.abstract))
        remarks += (f"{name}: record {number}, {remark}" for remark in record.remarks)
    told = (
        f"{name}: record {number}, line {line}: {problem}"
        for number, (line, problems) in sorted(refused.items())
        for problem in problems
    )
    return Found(tuple(cited), tuple(told), tuple(remarks))


def _source(record: "Record", seen_in: str) -> Source:
    title = record.title or ""
    types = {t.lower() for t in record.types}
    design = next((design for name, design in _DESIGNS.items() if name in types), None)
    further = ", ".join(record.registry_ids[1:])
    fields = {
        "id": source_id(record.authors, record.year, title),
        "type": "review" if design in _REVIEWS else record.kind or "document",
        "title": title,
        "author": record.authors,
        "more_authors": record.et_al or None,
        "issued": record.year,
        "container_title": record.journal,
        "doi": record.doi,
        "pmid": record.pmid,
        "pmcid": record.pmcid,
        "registry_id": next(iter(record.registry_ids), None),
        "design": design,
        "retracted": any(_RETRACTED.fullmatch(t) for t in types) or _says_retracted(title),
        "verified_in": seen_in,
        "note": f"Further registry numbers: {further}" if further else None,
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
    plain = unicodedata.normalize("NFKD", greek_spelt(text).casefold().translate(_SPELT))
    slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode())
    return slug[:110].strip("-")
