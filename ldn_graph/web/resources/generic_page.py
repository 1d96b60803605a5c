"""The page of a thing that has none of its own: what the data say of it, as a table."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.rdf import Names
from ldn_graph.rdf.vocabulary import LDNV
from ldn_graph.records.namespaces import contract
from ldn_graph.table import Term, plain
from ldn_graph.web.explorer.page import render
from ldn_graph.web.resources.statements import statements
from ldn_graph.web.state import Snapshot, snapshot

_LABEL = str(LDNV._NS)
_TITLES = {
    "path": "Path",
    "np": "Nanopublication",
    "proposition": "Proposition",
}
_ABOUT = {
    "path": "A chain of claims from a drug to what it is said to help or harm. It is no stronger "
    "than its weakest step.",
    "np": "One claim as a nanopublication: its assertion, where that comes from, and who "
    "published it, in four named graphs.",
    "proposition": "What claims for and against the same thing share.",
}


@dataclass(frozen=True)
class Value:
    """An object as a page shows it; `link` is where it leads, on this server or outside."""

    text: str
    link: str | None
    outside: bool = False


@dataclass(frozen=True)
class Row:
    """A property with its values."""

    property: str
    link: str | None
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Section:
    """The statements about one subject, in one graph; `anchor` is its fragment."""

    title: str
    anchor: str
    rows: tuple[Row, ...]


def page_of(kind: str) -> Callable[[Request, str], Response]:
    """The page of a kind."""

    def page(request: Request, name: str) -> Response:
        here = snapshot(request)
        found = statements(kind, name, here)
        iri = Names(here.graph.corpus.description.base).of(kind, name).value
        return render(
            request,
            "record.html",
            kind=_TITLES[kind],
            about=_ABOUT[kind],
            iri=iri,
            title=_title(found, iri) or name,
            path=f"/{kind}/{name}",
            sections=_sections(found, iri, here),
        )

    return page


def _title(found: Iterable[ox.Quad], iri: str) -> str | None:
    labels = (
        plain(q.object)
        for q in found
        if _iri(q.subject) == iri and q.predicate.value.endswith("rdf-schema#label")
    )
    return next(labels, None)


def _sections(found: list[ox.Quad], iri: str, here: Snapshot) -> tuple[Section, ...]:
    base = here.graph.corpus.description.base
    sections, seen = [], set()
    for (graph, subject), about in groupby(found, key=lambda q: (q.graph_name, q.subject)):
        where = "" if isinstance(graph, ox.DefaultGraph) else graph.value
        anchors = [where.partition("#")[2], _iri(subject).partition("#")[2]]
        anchor = next((a for a in anchors if a and a not in seen), "")
        seen.add(anchor)
        name = "This" if _iri(subject) == iri else _short(_iri(subject), iri, base)
        inside = f", in the graph “{where.partition('#')[2]}”" if where else ""
        sections.append(Section(name + inside, anchor, _rows(about, iri, base)))
    return tuple(sections)


def _rows(about: Iterable[ox.Quad], iri: str, base: str) -> tuple[Row, ...]:
    return tuple(
        Row(
            _short(predicate.value, iri, base),
            _link(predicate.value, base),
            tuple(_value(q.object, iri, base) for q in some),
        )
        for predicate, some in groupby(about, key=lambda q: q.predicate)
    )


def _iri(node: object) -> str:
    return str(getattr(node, "value", node))


def _value(term: Term, iri: str, base: str) -> Value:
    if isinstance(term, ox.NamedNode):
        link = _link(term.value, base)
        return Value(_short(term.value, iri, base), link, link == term.value)
    return Value(plain(term), None)


def _short(iri: str, here: str, base: str) -> str:
    if iri.startswith(f"{here}#"):
        return iri.removeprefix(here)
    return iri.removeprefix(base) if iri.startswith(base) else contract(iri)


def _link(iri: str, base: str) -> str | None:
    """Where an IRI leads: ours to this server, others as they are, where they are web addresses."""
    for start in (base, _LABEL.removesuffix("vocab#")):
        if iri.startswith(start):
            return "/" + iri.removeprefix(start)
    return iri if iri.startswith(("http://", "https://")) else None
