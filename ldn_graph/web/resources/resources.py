"""The address of each thing: a page for people, RDF for programs, by Accept or by suffix.

`docs/decisions/` says why the answer is 200 with a Content-Location, and not 303.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyoxigraph as ox
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ldn_graph.errors import UnknownName
from ldn_graph.rdf import Names
from ldn_graph.rdf.iris import LDNV
from ldn_graph.records.identifiers import contract
from ldn_graph.table import Term, plain
from ldn_graph.web.api.response_models import Answers
from ldn_graph.web.api.search import path_record
from ldn_graph.web.auth.guard import person
from ldn_graph.web.explorer.page import render
from ldn_graph.web.explorer.routes import agent_page, claim_page, entity_page, source_page
from ldn_graph.web.http.etag import etag, has, has_any, not_modified
from ldn_graph.web.resources import representations
from ldn_graph.web.resources.representations import FORMS, HTML, JSON, Form, chosen, parted, written
from ldn_graph.web.state import Snapshot, settings, snapshot


def statements(kind: str, name: str, here: Snapshot) -> list[ox.Quad]:
    """What the data say of a thing: of a claim, its nanopublication besides; of an entity, a
    source, an agent or a proposition, who names it."""
    names = Names(here.graph.corpus.description.base)
    iri = names.of(kind, name).value
    found = here.described.own(iri)
    if kind == "claim":
        found += here.described.graphs(names.of("np", name).value)
    elif kind == "np":
        found = here.described.graphs(iri)
    elif kind != "path":
        # only assertions, in their named graphs, speak of propositions
        found += here.described.naming(iri, anywhere=kind == "proposition")
    return found


def known(kind: str, name: str, here: Snapshot) -> None:
    """Raises UnknownName where there is no such thing."""
    corpus = here.graph.corpus
    there: Mapping[str, Any] = {
        "claim": corpus.claims,
        "entity": corpus.entities,
        "source": corpus.sources,
        "agent": corpus.agents,
        "np": {i: c for i, c in corpus.claims.items() if c.current} if kind == "np" else {},
    }
    if kind in there:
        if name not in there[kind]:
            raise UnknownName.among(kind, name, there[kind])
    elif not _exists(kind, name, here):
        raise UnknownName(f"unknown {kind} {name!r}; the page of a claim leads to those there are")


def _exists(kind: str, name: str, here: Snapshot) -> bool:
    try:
        return bool(statements(kind, name, here))
    except ValueError:  # no IRI can be made of it
        return False


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


Page = Callable[[Request, str], Response]
Answer = Callable[[Request], Response]
#: Each kind's page; what has none of its own has a table of its statements.
PAGES: Mapping[str, Page] = {
    "claim": claim_page,
    "entity": entity_page,
    "source": source_page,
    "agent": agent_page,
    "path": page_of("path"),
    "np": page_of("np"),
    "proposition": page_of("proposition"),
}
_WITH_JSON = ("claim", "entity", "source", "agent", "path")
_OPEN = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "HEAD", "OPTIONS"],
    allow_headers=["*"],
    expose_headers=["ETag", "Link", "Content-Location", "Accept-Ranges", "Content-Range"],
)


def thing(kind: str) -> Answer:
    """The handler of a kind's addresses."""

    def answer(request: Request) -> Response:
        name, form = parted(request.path_params["name"])
        there = tuple(f for f in FORMS if f is not JSON or kind in _WITH_JSON)
        here = snapshot(request)
        try:
            known(kind, name, here)
        except UnknownName:
            now = here.graph.known["entity"].get(name) if kind == "entity" else None
            if now is not None:  # it was merged into another one
                suffix = "" if form is None else form.suffix
                return RedirectResponse(f"{settings(request).base_path}/entity/{now}{suffix}", 301)
            if kind != "claim" or person(request) is None:
                raise
            # a draft is on the desk of those who curate
            return RedirectResponse(f"{settings(request).base_path}/curate/claim/{name}", 303)
        if form not in (None, *there):
            raise UnknownName(f"{kind} {name!r}: not to be had as {request.path_params['name']}")
        form = form or negotiated(request, there)
        address = f"{settings(request).base_path}/{kind}/{name}"
        headers = {
            "vary": "Accept",
            "link": representations.links(kind, name, form, here.graph, address),
            "content-location": address + form.suffix,
        }
        if form is HTML:
            request.state.linked = representations.head(kind, name, here.graph, address)
            answered = PAGES[kind](request, name)
            answered.headers.update(headers)
            return answered
        return description(request, form, headers, lambda: _body(kind, name, form, here, request))

    return answer


def negotiated(request: Request, there: tuple[Form, ...]) -> Form:
    """What the client would rather have. Raises HTTPException 406 where it takes nothing."""
    form = chosen(",".join(request.headers.getlist("accept")), there)
    if form is None:
        types = ", ".join(f"{f.media_type} ({f.suffix})" for f in there)
        raise HTTPException(
            406,
            f"{request.url.path}: not in any form that is accepted; there are {types}",
            {"vary": "Accept"},
        )
    return form


def description(
    request: Request, form: Form, headers: Mapping[str, str], body: Callable[[], bytes]
) -> Response:
    """A description in a form for programs, or 304."""
    tag = etag(snapshot(request).version, request.url.path, form.media_type)
    if has(request.headers, tag) or has_any(request.headers):
        return not_modified(tag, headers.items())
    kept = {"etag": tag, "cache-control": "no-cache", **headers}
    return Response(body(), media_type=form.sent_as, headers=kept)


def _body(kind: str, name: str, form: Form, here: Snapshot, request: Request) -> bytes:
    if form is JSON:
        return _json(kind, name, here, request).model_dump_json(by_alias=True).encode()
    found = statements(kind, name, here)
    return written(found, form, here.graph.corpus.description.base)


def _json(kind: str, name: str, here: Snapshot, request: Request) -> BaseModel:
    """The record as the API has it."""
    say = Answers(here, settings(request).base_path)
    made: Mapping[str, Callable[[str], BaseModel]] = {
        "claim": say.claim,
        "entity": say.entity,
        "source": say.source,
        "agent": say.agent,
        "path": lambda i: path_record(next(p for p in here.graph.all_paths if p.id == i), say),
    }
    return made[kind](name)


def opened(path: str, answer: Answer, name: str) -> Route:
    """A route that any page may read from, and that says what it takes."""

    def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": "GET, HEAD, OPTIONS"})
        return answer(request)

    return Route(path, endpoint, name=name, methods=["GET", "OPTIONS"], middleware=[_OPEN])


routes: list[BaseRoute] = [
    opened(f"/{kind}/{{name}}", thing(kind), f"linked-{kind}") for kind in PAGES
]
