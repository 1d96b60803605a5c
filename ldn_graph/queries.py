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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from ldn_graph.errors import BadParameter, BadQuery, DataError, FileError, UnknownName, nearest
from ldn_graph.rdf import Names
from ldn_graph.records import identifiers
from ldn_graph.records import vocabularies as terms
from ldn_graph.store import MemoryStore, Store
from ldn_graph.store.sparql import declared_prefixes, tokens
from ldn_graph.table import Table, Term

ANY = ("any", "*")  #: How a caller says “any”; the slot then holds UNDEF.

_XSD = "http://www.w3.org/2001/XMLSchema#"
_SCHEMES: dict[str, type[StrEnum]] = {
    identifiers.scheme(enum): enum
    for enum in (
        *(terms.Action, terms.Agreement, terms.Basis, terms.Certainty, terms.Coherence),
        *(terms.Column, terms.Design, terms.Direction, terms.DoseBand, terms.GapReason),
        *(terms.Joined, terms.Kind, terms.Role, terms.Stated, terms.Status, terms.Wording),
    )
}
_NAMED = ("entity", "claim", "source", "agent")
_TYPES = (*_NAMED, "predicate", "concept", "integer", "date", "string")
_BASED = (*_NAMED, "path", "np")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KEYS = ("summary", "description", "tags", "params", "columns", "severity", "remedy")
_PARAM_KEYS = ("type", "doc", "scheme")


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


class NotCanned(BadQuery):
    """A file that is no canned query; `line` is where in it."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


@dataclass(frozen=True)
class _Slot:
    """The place of an example in a query's text, white space round it not counted."""

    start: int
    end: int
    text: str


def canned(folder: Path) -> dict[str, CannedQuery]:
    """The queries in `folder`, by name.

    Raises FileError where there is no such folder, and DataError with `file:line: what; remedy`
    for each file that is wrong.
    """
    if not folder.is_dir():
        raise FileError(f"{folder}: no such folder; name one that holds .rq files")
    found, problems = {}, []
    for path in sorted(folder.glob("*.rq")):
        try:
            found[path.stem] = parse(path.stem, path.read_text(encoding="utf-8"))
        except NotCanned as error:
            problems.append(f"{path}:{error.line}: {error}")
        except UnicodeDecodeError:
            problems.append(f"{path}:1: not UTF-8; save it as UTF-8")
        except OSError as error:
            problems.append(f"{path}:1: can't be read ({error.strerror}); see to its permissions")
    if problems:
        raise DataError(problems)
    return found


def parse(name: str, text: str) -> CannedQuery:
    """Read one query. Raises NotCanned for a header or slots that are off, or bad SPARQL."""
    header = _header(text)
    params = tuple(_param(text, key, value) for key, value in (header.get("params") or {}).items())
    query = CannedQuery(
        name=name,
        summary=str(header["summary"]),
        description=str(header["description"]).strip(),
        tags=tuple(map(str, header.get("tags") or ())),
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
    params: Mapping[str, object],
    *,
    known: Mapping[str, Mapping[str, str]] | None = None,
    base: str = identifiers.BASE,
) -> str:
    """The query's SPARQL with its slots filled; parameters left out keep their example.

    `known`: by type, the names that there are and what each stands for. Raises BadParameter for an
    unknown parameter or a value of the wrong type, UnknownName for a name that is not known.
    """
    text = query.text
    if base != identifiers.BASE:
        for kind in _BASED:
            text = text.replace(f"<{identifiers.BASE}{kind}/>", f"<{base}{kind}/>")
    slots = _slots(text)
    by_name = {p.name: p for p in query.params}
    filled = []
    for name, value in params.items():
        if name not in by_name:
            there = ", ".join(by_name) or "none"
            raise BadParameter(
                f"query {query.name!r} has no parameter {name!r}{nearest(name, by_name)} "
                f"(parameters: {there})"
            )
        term = _term(query, by_name[name], str(value), known or {}, Names(base))
        filled.append((slots[name][0], term))
    # from the end, so that no slot is looked for in what a caller gave
    for slot, term in sorted(filled, key=lambda pair: pair[0].start, reverse=True):
        text = text[: slot.start] + term + text[slot.end :]
    return text


def run(
    store: Store,
    query: CannedQuery,
    params: Mapping[str, object] | None = None,
    *,
    known: Mapping[str, Mapping[str, str]] | None = None,
    base: str = identifiers.BASE,
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
    marked = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.startswith("#+")]
    try:
        lines = (line[2:].removeprefix(" ") for _, line in marked)
        header = yaml.load("\n".join(lines), _LOADER)  # noqa: S506 - a safe one
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line if error.problem_mark else 0
        raise NotCanned(
            marked[min(row, len(marked) - 1)][0],
            f"its #+ header is no YAML ({error.problem}); quote text that holds ': '",
        ) from error
    if not isinstance(header, dict):
        raise NotCanned(1, "it has no #+ header; begin it with `#+ summary: …`")
    for key in header:
        if key not in _KEYS:
            raise NotCanned(
                _line(text, key), f"unknown header key {key!r}{nearest(str(key), _KEYS)}"
            )
    missing = [k for k in ("summary", "description", "columns") if not header.get(k)]
    if missing:
        raise NotCanned(1, f"its header lacks {', '.join(missing)}; add `#+ {missing[0]}: …`")
    for key, kind, like in (
        ("columns", list, "[claim, quote]"),
        ("tags", list, "[researcher]"),
        ("params", dict, '{condition: {type: entity, doc: "the condition"}}'),
    ):
        if header.get(key) is not None and not isinstance(header[key], kind):
            raise NotCanned(_line(text, key), f"{key!r} has the wrong form; write it like {like}")
    if ("severity" in header) != ("remedy" in header):
        raise NotCanned(1, "a check has both `severity` and `remedy`; add the one that is missing")
    if header.get("severity", "error") not in ("error", "warning"):
        raise NotCanned(_line(text, "severity"), "`severity` is unknown; give error or warning")
    return header


def _line(text: str, key: object) -> int:
    """The line of the header that begins with `key`."""
    lines = enumerate(text.split("\n"), 1)
    return next((n for n, line in lines if re.match(rf"#\+\s*{re.escape(str(key))}\s*:", line)), 1)


def _param(text: str, name: str, value: Any) -> Param:
    line = _line(text, name)
    given = value if isinstance(value, dict) else {}
    kind, scheme = given.get("type"), given.get("scheme")
    unknown = next((k for k in given if k not in _PARAM_KEYS), None)
    if unknown is not None:
        close = nearest(str(unknown), _PARAM_KEYS)
        raise NotCanned(line, f"parameter {name!r} has an unknown key {unknown!r}{close}")
    if kind not in _TYPES:
        raise NotCanned(
            line, f"parameter {name!r} has type {kind!r}; give one of {', '.join(_TYPES)}"
        )
    if kind == "concept" and scheme not in _SCHEMES:
        raise NotCanned(
            line, f"parameter {name!r} names scheme {scheme!r}; give one of {', '.join(_SCHEMES)}"
        )
    slots = _slots(text).get(name, [])
    if len(slots) != 1:
        raise NotCanned(
            line,
            f"parameter {name!r} has {len(slots)} slots; write VALUES ?{name} {{ example }} once",
        )
    param = Param(name, kind, str(given.get("doc", "")), slots[0].text, scheme)
    _must_fit(text, param, slots[0])
    return param


def _slots(text: str) -> dict[str, list[_Slot]]:
    """Where each variable has a `VALUES ?x { … }` of its own; not in comments or strings."""
    found = list(tokens(text))
    slots: dict[str, list[_Slot]] = {}
    for n, (values, variable, opened) in enumerate(zip(found, found[1:], found[2:], strict=False)):
        if values.text.upper() == "VALUES" and variable.kind == "variable" and opened.text == "{":
            closed = next((t.start for t in found[n + 3 :] if t.text == "}"), len(text))
            inside = text[opened.end : closed]
            start = opened.end + len(inside) - len(inside.lstrip())
            slot = _Slot(start, start + len(inside.strip()), inside.strip())
            slots.setdefault(variable.text[1:], []).append(slot)
    return slots


def _must_fit(text: str, param: Param, slot: _Slot) -> None:
    """The example must be one term of the parameter's type, or UNDEF."""
    prologue = "".join(f"PREFIX {p}: {iri.text} " for p, iri in declared_prefixes(text).items())
    line = text.count("\n", 0, slot.start) + 1
    try:
        rows = MemoryStore(prefixes={}).query(
            f"{prologue} SELECT ?x {{ VALUES ?x {{ {slot.text}\n}} }}"
        )
    except BadQuery as error:
        raise NotCanned(line, f"the slot of {param.name!r} can't be read; give a term") from error
    if not isinstance(rows, Table) or len(rows) != 1:
        raise NotCanned(line, f"the slot of {param.name!r} must hold one example, or UNDEF")
    (term,) = rows.rows[0]
    if term is not None and not _is_of(param, term):
        raise NotCanned(
            line,
            f"{slot.text} in the slot of {param.name!r} is no {param.scheme or param.type}; "
            "give an example of that type, or change the type",
        )


def _is_of(param: Param, term: Term) -> bool:
    if isinstance(term, ox.Literal):
        return term.datatype.value == f"{_XSD}{param.type}"
    if not isinstance(term, ox.NamedNode):
        return False
    if param.type in _NAMED:
        return term.value.startswith(f"{identifiers.BASE}{param.type}/")
    return term.value in members(param).values()


def _must_run(query: CannedQuery) -> None:
    """The file must be valid SPARQL as it stands, and project its columns."""
    try:
        answer = MemoryStore(prefixes={}).query(query.text)
    except BadQuery as error:
        found = re.match(r"line (\d+), ", str(error))
        line = int(found[1]) if found else 1
        raise NotCanned(line, str(error).removeprefix(f"line {line}, ")) from error
    if not isinstance(answer, Table):
        raise NotCanned(1, "it is no SELECT; canned queries return rows")
    absent = [c for c in query.columns if c not in answer.columns]
    if absent:
        raise NotCanned(
            _line(query.text, "columns"),
            f"its SELECT does not give {', '.join(absent)}; mend `columns` or SELECT",
        )


def _term(
    query: CannedQuery,
    param: Param,
    value: str,
    known: Mapping[str, Mapping[str, str]],
    names: Names,
) -> str:
    """The N-Triples text of a value of a parameter's type."""
    if value in ANY:
        return "UNDEF"
    if param.type in _NAMED:
        there = known.get(param.type, {value: value})
        if value not in there:
            raise _unknown(query, param, value, there)
        return _iri(query, param, there[value], lambda v: names.of(param.type, v))
    if param.type in ("predicate", "concept"):
        return _member(query, param, value)
    return str(_literal(query, param, value))


def _member(query: CannedQuery, param: Param, value: str) -> str:
    known = members(param)
    if value not in known:
        raise _unknown(query, param, value, known)
    return str(ox.NamedNode(known[value]))


def members(param: Param) -> dict[str, str]:
    """Slug → IRI of what a predicate or concept may be."""
    if param.type == "predicate":
        return {str(p): identifiers.relation(p) for p in terms.Predicate}
    if param.scheme is None:
        return {}
    return {str(m): identifiers.concept(param.scheme, m) for m in _SCHEMES[param.scheme]}


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
    try:
        return ox.Literal(value)
    except ValueError as error:  # half of a surrogate pair, which no RDF text can hold
        raise _wrong(query, param, value, "text that can be written as UTF-8") from error


def _unknown(query: CannedQuery, param: Param, value: str, known: Iterable[str]) -> UnknownName:
    return UnknownName(
        f"query {query.name!r}, parameter {param.name!r}: unknown {param.scheme or param.type} "
        f"{value!r}{nearest(value, known)}"
    )


def _wrong(query: CannedQuery, param: Param, value: str, wanted: str) -> BadParameter:
    return BadParameter(
        f"query {query.name!r}: parameter {param.name!r} is {value!r}; give {wanted}, or any"
    )
