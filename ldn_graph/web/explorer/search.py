"""The search page; the suggestions while typing come from the API."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.errors import BadParameter, nearest
from ldn_graph.search import KINDS
from ldn_graph.search.documents import Kind
from ldn_graph.web.explorer.template_context import page
from ldn_graph.web.state import snapshot

#: Results a page, characters of a question.
PAGE, LONGEST = 20, 200
NAMES: dict[Kind, str] = {"entity": "Things", "claim": "Claims", "source": "Sources"}


@dataclass(frozen=True)
class Facet:
    """A kind that results may be narrowed to; None for all."""

    kind: Kind | None
    name: str
    count: int
    path: str
    chosen: bool


def search(request: Request) -> Response:
    """What is found for `q`, of one `kind` or of all. Raises BadParameter."""
    words = _words(request)
    kind = request.query_params.get("kind") or None
    if kind is not None and kind not in KINDS:
        raise BadParameter(f"unknown kind {kind!r}{nearest(kind, KINDS)}; leave it out for all")
    chosen = kind
    number = _page(request)
    only = None if chosen is None else (chosen,)
    found = (
        snapshot(request).index.search(words, only, PAGE, (number - 1) * PAGE) if words else None
    )
    facets = []
    if found:
        facets = [Facet(None, "All", sum(found.counts.values()), _path(words, None), kind is None)]
        facets += [
            Facet(k, NAMES[k], found.counts[k], _path(words, k), kind == k)
            for k in KINDS
            if found.counts[k] or kind == k
        ]
    return page(
        request,
        "search.html",
        words_asked=words,
        found=found,
        facets=facets,
        number=number,
        before=_path(words, chosen, number - 1) if number > 1 else None,
        after=_path(words, chosen, number + 1) if found and found.total > number * PAGE else None,
    )


def _words(request: Request) -> str:
    return " ".join(request.query_params.get("q", "").split())[:LONGEST]


def _page(request: Request) -> int:
    given = request.query_params.get("page", "1")
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:6]) <= 1000:
        raise BadParameter(f"page is {given[:20]!r}; give a number from 1 to 1000")
    return int(given[:6])


def _path(words: str, kind: Kind | None, number: int = 1) -> str:
    given: dict[str, str | int] = {"q": words}
    if kind:
        given["kind"] = kind
    if number > 1:
        given["page"] = number
    return f"/search?{urlencode(given)}"
