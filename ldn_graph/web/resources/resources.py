"""The address of each thing: a page for people, RDF for programs, by Accept or by suffix.

`docs/decisions/` says why the answer is 200 with a Content-Location, and not 303.
"""

from collections.abc import Callable, Mapping

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ldn_graph.errors import UnknownName
from ldn_graph.web.api.answers import Answers
from ldn_graph.web.api.search import path_record
from ldn_graph.web.auth.guard import person
from ldn_graph.web.explorer.records import agent_page, claim_page, entity_page, source_page
from ldn_graph.web.http.etag import etag, has, has_any, not_modified
from ldn_graph.web.resources import generic_page, signposting
from ldn_graph.web.resources.representations import FORMS, HTML, JSON, Form, chosen, parted, written
from ldn_graph.web.resources.statements import known, statements
from ldn_graph.web.state import Snapshot, settings, snapshot

Page = Callable[[Request, str], Response]
Answer = Callable[[Request], Response]
#: Each kind's page; what has none of its own has a table of its statements.
PAGES: Mapping[str, Page] = {
    "claim": claim_page,
    "entity": entity_page,
    "source": source_page,
    "agent": agent_page,
    "path": generic_page.page_of("path"),
    "np": generic_page.page_of("np"),
    "proposition": generic_page.page_of("proposition"),
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
            "link": signposting.links(kind, name, form, here.graph, address),
            "content-location": address + form.suffix,
        }
        if form is HTML:
            request.state.linked = signposting.head(kind, name, here.graph, address)
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
