"""The pictures of the pages, each at an address of its own, for light and dark."""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ldn_graph.errors import UnknownName
from ldn_graph.evidence import about
from ldn_graph.graph import EvidenceGraph
from ldn_graph.views import forest as forests
from ldn_graph.views import forest_figure
from ldn_graph.views.sketch import DARK, LIGHT, Palette, sketch
from ldn_graph.web.site.kept import kept
from ldn_graph.web.site.nearby import round_claim, round_entity, whole
from ldn_graph.web.state import snapshot

#: matplotlib writes style attributes, which the pages' own policy would refuse when a picture is
#: opened by itself; a picture may have no script, so styles can do no harm in it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"

#: The colours of the overview of studies on a dark ground.
_ON_DARK = {
    "#1b2330": "#e8ebf0",
    "#556072": "#aab4c3",
    "#c9cfd8": "#475265",
    "#f0efea": "#1f2631",
    "#ffffff": "#12161d",
    "#f7f7f4": "#171c25",
    "#c8470b": "#ff8a50",
    "#5b6678": "#a9b4c6",
    "#0069a8": "#5bb0ee",
    "#a23b87": "#dd8ac8",
}
_COLOUR = re.compile(r"(?<=(?:fill|roke): )#[0-9a-f]{6}(?=[;\"])")


def claim_picture(request: Request) -> Response:
    """A claim among its neighbours."""
    graph = snapshot(request).graph
    claim = graph.claim(request.path_params["id"])

    def draw() -> str:
        chosen = round_claim(graph, claim).claims
        scene = graph.scene(chosen, title="The claim and what it is next to")
        return sketch(scene, _palette(request), marked=claim.id)

    return _picture(request, draw)


def entity_picture(request: Request) -> Response:
    """An entity among the claims about it."""
    graph = snapshot(request).graph
    entity = _entity(graph, request)

    def draw() -> str:
        chosen = round_entity(graph, entity).claims
        title = f"Claims about {graph.corpus.entities[entity].label}"
        return sketch(graph.scene(chosen, title=title), _palette(request))

    return _picture(request, draw)


def entity_studies(request: Request) -> Response:
    """What studies found on an entity, question by question."""
    graph = snapshot(request).graph
    entity = _entity(graph, request)
    title = f"What studies found: {graph.corpus.entities[entity].label}"

    def draw() -> str:
        asked = about(entity, graph.corpus, graph.rule)
        return _studies(forests.forest(asked, graph.corpus, graph.rule, title=title), request)

    return _picture(request, draw)


def studies(request: Request) -> Response:
    """What studies found, beside what the article says."""
    graph = snapshot(request).graph
    return _picture(request, lambda: _studies(forests.overview(graph.corpus, graph.rule), request))


def whole_graph(request: Request) -> Response:
    """Every claim but those on practice."""
    graph = snapshot(request).graph
    title = graph.corpus.description.title
    return _picture(
        request, lambda: sketch(graph.scene(whole(graph), title=title), _palette(request))
    )


def _entity(graph: EvidenceGraph, request: Request) -> str:
    name = request.path_params["id"]
    if name not in graph.corpus.entities:
        raise UnknownName.among("entity", name, graph.corpus.entities)
    return str(name)


def _dark(request: Request) -> bool:
    return request.query_params.get("theme") == "dark"


def _palette(request: Request) -> Palette:
    return DARK if _dark(request) else LIGHT


def _studies(forest: forests.Forest, request: Request) -> str:
    drawn = forest_figure.svg(forest, bare=True)
    if not _dark(request):
        return drawn
    return _COLOUR.sub(lambda found: _ON_DARK.get(found[0], found[0]), drawn)


def _picture(request: Request, draw: Callable[[], str]) -> Response:
    """The picture, drawn once for each version of the data; 304 where a browser has it."""
    version = snapshot(request).version
    etag = f'"{version}-{"dark" if _dark(request) else "light"}"'
    # an address that names the version never changes its picture
    fixed = request.query_params.get("v") == version
    headers = {
        "etag": etag,
        "cache-control": "public, max-age=31536000, immutable" if fixed else "no-cache",
        "content-security-policy": POLICY,
    }
    if etag in (tag.strip() for tag in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    text = kept(request, ("picture", request.url.path, _dark(request)), draw)
    return Response(text, media_type="image/svg+xml", headers=headers)


routes = [
    Route("/picture.svg", whole_graph),
    Route("/compare/studies.svg", studies),
    Route("/claim/{id}/picture.svg", claim_picture),
    Route("/entity/{id}/picture.svg", entity_picture),
    Route("/entity/{id}/studies.svg", entity_studies),
]
