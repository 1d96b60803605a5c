"""CSL-JSON as Zotero, Mendeley, PubMed and pandoc write it, and Crossref's answers.

Fields after the CSL 1.0.2 schema and Crossref's REST API.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ldn_graph.exchange.record_files import record
from ldn_graph.exchange.record_files.record import Bad, Placed, Record, Remarks
from ldn_graph.records.model import Author

_KINDS = {
    **dict.fromkeys(
        ("article-journal", "article-magazine", "journal-article", "article"), "article-journal"
    ),
    **dict.fromkeys(("review", "review-book"), "review"),
    **dict.fromkeys(("book", "chapter", "book-chapter", "monograph", "edited-book"), "book"),
    **dict.fromkeys(("regulation", "legislation", "bill"), "regulation"),
    **{kind: kind for kind in ("dataset", "post-weblog", "webpage")},
}


def starts(text: str) -> int:
    """How many items the file holds at its top."""
    return sum(1 for _ in _items(text))


def read(text: str) -> list[Record | Bad]:
    """The records of a file, or what is wrong with each. Raises Bad where it is no JSON."""
    return [_record(item, line) for item, line in _items(text)]


def _items(text: str) -> Iterator[tuple[object, int]]:
    """Each item with its line; a list of them, one alone, or what a service wraps round them."""
    decoder = json.JSONDecoder()
    place = _past(text, 0)
    if text[place : place + 1] != "[":
        loaded = _decode(decoder, text, place)[0]
        if isinstance(loaded, dict) and isinstance(loaded.get("message"), dict):
            loaded = loaded["message"]
        wrapped = loaded.get("items") if isinstance(loaded, dict) else None
        for item in wrapped if isinstance(wrapped, list) else [loaded]:
            yield item, 1
        return
    place = _past(text, place + 1)
    line, counted = 1, 0
    while text[place : place + 1] != "]":
        line, counted = line + text.count("\n", counted, place), place
        item, place = _decode(decoder, text, place)
        yield item, line
        place = _past(text, place)
        if text[place : place + 1] == ",":
            place = _past(text, place + 1)
        elif text[place : place + 1] != "]":
            at = text.count("\n", 0, place) + 1
            raise Bad(at, "broken JSON: a comma or the closing bracket is missing; export it anew")


def _decode(decoder: json.JSONDecoder, text: str, place: int) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, place)
    except json.JSONDecodeError as error:
        told = f"broken JSON ({error.msg.lower()}); export it anew"
        raise Bad(error.lineno, told) from error
    except RecursionError as error:
        line = text.count("\n", 0, place) + 1
        raise Bad(line, "nested too deeply for a record; export it anew") from error


def _past(text: str, place: int) -> int:
    """The place of the next character that is no blank."""
    found = re.compile(r"\s*").match(text, place)
    return place if found is None else found.end()


def _record(item: object, line: int) -> Record | Bad:
    if not isinstance(item, dict):
        return Bad(line, "is no CSL item; export it anew as CSL-JSON")
    remarks = Remarks()
    note = "\n".join(str(item[k]) for k in ("note", "extra") if isinstance(item.get(k), str))
    authors, et_al = record.people(_authors(item, line, remarks))
    return Record(
        line=line,
        title=record.title(_one(item.get("title"))),
        pmid=remarks.first("PMID", _ids(item, "PMID", note, line)),
        pmcid=remarks.first("PMCID", _ids(item, "PMCID", note, line)),
        doi=remarks.first("DOI", _ids(item, "DOI", note, line)),
        registry_ids=_registry_ids(item),
        year=_year(item.get("issued") or item.get("published")),
        journal=record.title(_one(item.get("container-title"))),
        authors=authors,
        et_al=et_al,
        kind=_KINDS.get(str(item.get("type", ""))),
        abstract=record.on_one_line(_one(item.get("abstract"))) or None,
        remarks=tuple(remarks.lines),
    )


def _one(value: object) -> object:
    """Crossref writes lists; the first is the one in the work's language."""
    return next(iter(value), None) if isinstance(value, list) else value


def _ids(item: Mapping[str, Any], name: str, note: str, line: int) -> list[Placed]:
    """What is under that name, or else in a note or an address that says so."""
    for key in (name, name.lower()):
        if item.get(key) not in (None, "", []):
            return [(_one(item[key]), line)]
    told = record.noted(name, note)
    address = str(_one(item.get("URL")) or "")
    if told is None and "/" in address:
        told = record.READERS[name](address)
    return [] if told is None else [(told, line)]


def _registry_ids(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Crossref's clinical-trial-number, and a number field that is one."""
    trials = item.get("clinical-trial-number") or []
    numbers = [t.get("clinical-trial-number", "") for t in trials if isinstance(t, dict)]
    texts = (*numbers, item.get("number") or "")
    return tuple(dict.fromkeys(n for text in texts for n in record.registry_ids(text)))


def _authors(item: Mapping[str, Any], line: int, remarks: Remarks) -> Iterator[Author | str | None]:
    people = item.get("author") or []
    for name in people if isinstance(people, list) else [people]:
        if isinstance(name, dict):
            yield _author(name)
        elif isinstance(name, str):
            yield name
        else:
            remarks.left_out("author", name, line)


def _author(name: Mapping[str, Any]) -> Author | None:
    particles = (name.get("dropping-particle"), name.get("non-dropping-particle"))
    family = " ".join(str(part) for part in (*particles, name.get("family")) if part)
    given = ", ".join(str(part) for part in (name.get("given"), name.get("suffix")) if part)
    if name.get("family"):
        return record.person(family, given)
    return record.literal(name.get("literal") or name.get("name") or given)


def _year(issued: object) -> str | None:
    """A year of CSL's date parts, of a flat list, or of words."""
    if not isinstance(issued, dict):
        return record.year(_one(issued))
    parts = issued.get("date-parts")
    while isinstance(parts, list):
        parts = parts[0] if parts else None
    told = (parts, issued.get("raw"), issued.get("literal"))
    return next(filter(None, map(record.year, told)), None)
