"""Canned queries: plain `.rq` files with a `#+` header, typed parameters and slots to fill.

A parameter is a one-row `VALUES ?x { example }` slot. The file runs anywhere as it stands, its
example is the default, and `UNDEF` means any. Filling the slot with a term's N-Triples text is
right on every engine; appended VALUES and initial bindings are not.

    #+ summary: What is claimed for a condition?
    #+ description: Every claim …
    #+ tags: [researcher]
    #+ params:
    #+   condition: {type: entity, doc: "the condition"}
    #+ columns: [claim, quote]

A check (`queries/checks/`) has `severity` and `remedy` too, and each of its rows is a violation.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from ldn_graph import terms, vocab
from ldn_graph.errors import BadParameter, BadQuery, DataError, UnknownName, UsageError, nearest
from ldn_graph.rdf import Names
from ldn_graph.store import MemoryStore, Store
from ldn_graph.table import Table

#: How a caller says “any”; the slot then holds UNDEF.
ANY = ("any", "*")

_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPED = r"\^\^(?:<[^<>\s]*>|[\w-]+:[\w-]+)|@[\w-]+"
_TERM = (
    r'UNDEF|<[^<>"{}|^`\\\s]*>|[\w-]*:[\w-]+'
    rf'|"(?:[^"\\\r\n]|\\.)*"(?:{_TYPED})?|[-+]?\d+(?:\.\d+)?'
)
_SCHEMES: dict[str, type[StrEnum]] = {
    "action": terms.Action,
    "agreement": terms.Agreement,
    "basis": terms.Basis,
    "certainty": terms.Certainty,
    "coherence": terms.Coherence,
    "column": terms.Column,
    "design": terms.Design,
    "direction": terms.Direction,
    "dose-band": terms.DoseBand,
    "gap-reason": terms.GapReason,
    "joined": terms.Joined,
    "kind": terms.Kind,
    "role": terms.Role,
    "stated": terms.Stated,
    "status": terms.Status,
    "wording": terms.Wording,
}
_NAMED = ("entity", "claim", "source", "agent")
_TYPES = (*_NAMED, "predicate", "concept", "integer", "date", "string")
_BASED = (*_NAMED, "path", "np")


@dataclass(frozen=True)
class Param:
    """A parameter: `default` is the slot's text as the file has it; `scheme` for concepts."""

    name: str
    type: str
    doc: str
    default: str
    scheme: str | None = None


@dataclass(frozen=True)
class CannedQuery:
    """A query with what its header says; `severity` and `remedy` only on checks."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    params: tuple[Param, ...]
    columns: tuple[str, ...]
    text: str
    severity: str | None = None
    remedy: str | None = None


def canned(folder: Path) -> dict[str, CannedQuery]:
    """The queries in `folder`, by name. Raises DataError, one line for each that is wrong."""
    found, problems = {}, []
    for path in sorted(folder.glob("*.rq")):
        try:
            found[path.stem] = parse(path.stem, path.read_text(encoding="utf-8"))
        except (UsageError, UnicodeDecodeError) as error:
            problems.append(f"{path}: {error}")
    if problems:
        raise DataError(problems)
    return found


def parse(name: str, text: str) -> CannedQuery:
    """Read one query. Raises BadQuery for a header or slots that are off, or bad SPARQL."""
    header = _header(text)
    params = tuple(_param(text, key, value) for key, value in (header.get("params") or {}).items())
    query = CannedQuery(
        name=name,
        summary=str(header["summary"]),
        description=str(header["description"]).strip(),
        tags=tuple(map(str, header.get("tags", ()))),
        params=params,
        columns=tuple(map(str, header["columns"])),
        text=text,
        severity=header.get("severity"),
        remedy=header.get("remedy"),
    )
    _must_run(query)
    return query


def fill(
    query: CannedQuery,
    params: Mapping[str, str],
    *,
    known: Mapping[str, frozenset[str]] | None = None,
    base: str = vocab.BASE,
) -> str:
    """The query's SPARQL with its slots filled; parameters left out keep their example.

    `known`: names by parameter type, against which values are checked. Raises BadParameter for an
    unknown parameter or a value of the wrong type, UnknownName for a name that is not known.
    """
    text = query.text
    by_name = {p.name: p for p in query.params}
    for name, value in params.items():
        if name not in by_name:
            there = ", ".join(by_name) or "none"
            raise BadParameter(
                f"query {query.name!r} has no parameter {name!r}{nearest(name, by_name)} "
                f"(parameters: {there})"
            )
        filled = _term(query, by_name[name], value, known or {}, Names(base))
        text = _slot(name).sub(lambda m, f=filled: f"{m[1]}{f}{m[3]}", text, count=1)  # type: ignore[misc]
    if base != vocab.BASE:
        for kind in _BASED:
            text = text.replace(f"<{vocab.BASE}{kind}/>", f"<{base}{kind}/>")
    return text


def run(
    store: Store,
    query: CannedQuery,
    params: Mapping[str, str] | None = None,
    *,
    known: Mapping[str, frozenset[str]] | None = None,
    base: str = vocab.BASE,
) -> Table:
    """Ask `store`; the columns in the order of the header."""
    answer = store.query(fill(query, params or {}, known=known, base=base))
    if not isinstance(answer, Table):
        raise BadQuery(f"query {query.name!r} is no SELECT; canned queries return rows")
    order = [answer.columns.index(c) for c in query.columns]
    return Table(query.columns, tuple(tuple(row[n] for n in order) for row in answer.rows))


def describe(query: CannedQuery) -> str:
    """The query for a reader: question, parameters with their examples, SPARQL."""
    lines = [query.summary, "", query.description, ""]
    for p in query.params:
        kind = f"{p.scheme}" if p.scheme else p.type
        lines.append(f"  -p {p.name}=…  ({kind}; as it stands: {p.default})  {p.doc}")
    lines += ["", f"columns: {', '.join(query.columns)}", "", query.text]
    return "\n".join(lines)


def _header(text: str) -> dict[str, Any]:
    lines = [line[2:].removeprefix(" ") for line in text.split("\n") if line.startswith("#+")]
    try:
        header = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        raise BadQuery(f"its #+ header is no YAML ({error}); quote text that holds ': '") from error
    if not isinstance(header, dict):
        raise BadQuery("it has no #+ header; begin it with `#+ summary: …`")
    missing = [k for k in ("summary", "description", "columns") if not header.get(k)]
    if missing:
        raise BadQuery(f"its header lacks {', '.join(missing)}; add `#+ {missing[0]}: …`")
    return header


def _param(text: str, name: str, value: Any) -> Param:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in _TYPES:
        raise BadQuery(f"parameter {name!r} has type {kind!r}; give one of {', '.join(_TYPES)}")
    scheme = value.get("scheme")
    if kind == "concept" and scheme not in _SCHEMES:
        raise BadQuery(
            f"parameter {name!r} names scheme {scheme!r}; give one of {', '.join(_SCHEMES)}"
        )
    slots = _slot(name).findall(text)
    if len(slots) != 1:
        raise BadQuery(
            f"parameter {name!r} has {len(slots)} slots; write VALUES ?{name} {{ example }} once"
        )
    return Param(name, kind, str(value.get("doc", "")), slots[0][1], scheme)


def _slot(name: str) -> re.Pattern[str]:
    return re.compile(rf"(VALUES\s+\?{re.escape(name)}\s*\{{\s*)({_TERM})(\s*\}})")


def _must_run(query: CannedQuery) -> None:
    """The file must be valid SPARQL as it stands, and project its columns."""
    answer = MemoryStore().query(query.text)
    if not isinstance(answer, Table):
        raise BadQuery("it is no SELECT; canned queries return rows")
    absent = [c for c in query.columns if c not in answer.columns]
    if absent:
        raise BadQuery(f"its SELECT does not give {', '.join(absent)}; mend `columns` or SELECT")


def _term(
    query: CannedQuery,
    param: Param,
    value: str,
    known: Mapping[str, frozenset[str]],
    names: Names,
) -> str:
    """The N-Triples text of a value of a parameter's type."""
    if value in ANY:
        return "UNDEF"
    if param.type in _NAMED:
        names_there = known.get(param.type)
        if names_there is not None and value not in names_there:
            raise UnknownName.among(param.type, value, names_there)
        return _iri(query, param, value, lambda v: names.of(param.type, v))
    if param.type in ("predicate", "concept"):
        return _member(query, param, value)
    return str(_literal(query, param, value))


def _member(query: CannedQuery, param: Param, value: str) -> str:
    scheme: type[StrEnum] = (
        terms.Predicate if param.type == "predicate" else _SCHEMES[param.scheme or ""]
    )
    members = [str(member) for member in scheme]
    if value not in members:
        raise UnknownName.among(param.scheme or "predicate", value, members)
    ldnv = vocab.PREFIXES["ldnv"]
    iri = ldnv + value if param.type == "predicate" else vocab.concept(param.scheme or "", value)
    return str(ox.NamedNode(iri))


def _iri(query: CannedQuery, param: Param, value: str, name: Callable[[str], ox.NamedNode]) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise _wrong(query, param, value, f"the id of a {param.type}, such as {param.default}")
    return str(name(value))


def _literal(query: CannedQuery, param: Param, value: str) -> ox.Literal:
    if param.type == "integer":
        if not re.fullmatch(r"[+-]?\d{1,18}", value):
            raise _wrong(query, param, value, f"a whole number, such as {param.default}")
        return ox.Literal(str(int(value)), datatype=ox.NamedNode(_XSD + "integer"))
    if param.type == "date":
        try:
            day = dt.date.fromisoformat(value)
        except ValueError as error:
            raise _wrong(query, param, value, "a date, such as 2026-11-23") from error
        return ox.Literal(day.isoformat(), datatype=ox.NamedNode(_XSD + "date"))
    return ox.Literal(value)


def _wrong(query: CannedQuery, param: Param, value: str, wanted: str) -> BadParameter:
    return BadParameter(
        f"query {query.name!r}: parameter {param.name!r} is {value!r}; give {wanted}, or any"
    )
