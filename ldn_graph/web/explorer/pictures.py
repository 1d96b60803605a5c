"""The pictures of the pages, each at an address of its own, for light and dark."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ldn_graph.errors import UnknownName
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures import effects_plot, forest_figure
from ldn_graph.pictures import forest as forests
from ldn_graph.pictures.drawing import DARK, LIGHT, draw
from ldn_graph.records.model import Entity
from ldn_graph.reports.evidence import cited_as
from ldn_graph.web.explorer.caches import kept
from ldn_graph.web.explorer.neighbourhood import round_claim, round_entity, studied, whole
from ldn_graph.web.http.etag import conditional, etag
from ldn_graph.web.state import snapshot

#: matplotlib writes style attributes, which the pages' own policy would refuse when a picture is
#: opened by itself; a picture may have no script, so styles can do no harm in it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"

#: Lines of the picture of the whole: more are bundled by column.
_AT_A_GLANCE = 12
#: Width and height in pixels that a page has for a picture.
_COLUMN = (1060.0, 900.0)

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


Drawing = Callable[[EvidenceGraph, str, bool], str]


@dataclass(frozen=True)
class Size:
    """Of a picture, in pixels: a page keeps room for it before it is there."""

    width: int
    height: int


def claim(graph: EvidenceGraph, id: str, dark: bool) -> str:
    """A claim among its neighbours. Raises UnknownName."""
    found = graph.claim(id)
    chosen = round_claim(graph, found).claims
    scene = graph.scene(chosen, title="The claim and what it is next to")
    ends = (found.subject, found.object)
    return draw(scene, DARK if dark else LIGHT, marked=found.id, keep=ends, room=_COLUMN).svg


def entity(graph: EvidenceGraph, id: str, dark: bool) -> str:
    """An entity among the claims about it. Raises UnknownName."""
    found = _entity(graph, id)
    scene = graph.scene(round_entity(graph, id).claims, title=f"Claims about {found.label}")
    return draw(scene, DARK if dark else LIGHT, keep=(found.id,), room=_COLUMN).svg


def entity_studies(graph: EvidenceGraph, id: str, dark: bool) -> str:
    """What studies found on an entity, question by question. Raises UnknownName."""
    title = f"What studies found: {_entity(graph, id).label}"
    asked = studied(graph, id)
    return _studies(forests.forest(asked, graph.corpus, graph.rule, title=title), dark)


def entity_effects(graph: EvidenceGraph, id: str, dark: bool) -> str:
    """The effects on an entity with their intervals. Raises UnknownName."""
    name = _entity(graph, id).id
    drawn = effects_plot.svg(graph.summary(name).found, graph.corpus, cited_as) or _EMPTY
    return drawn.replace("currentColor", "#E8ECF3") if dark else drawn


#: Nothing to draw: no result with an interval.
_EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'


def studies(graph: EvidenceGraph, _: str, dark: bool) -> str:
    """What studies found, beside what the article says."""
    return _studies(forests.overview(graph.corpus, graph.rule), dark)


def whole_graph(graph: EvidenceGraph, _: str, dark: bool) -> str:
    """Every claim but those on practice, bundled by columns."""
    scene = graph.scene(whole(graph), title=graph.corpus.description.title)
    return draw(scene, DARK if dark else LIGHT, room=_COLUMN, most=_AT_A_GLANCE).svg


def size(request: Request, draw: Drawing, id: str = "") -> Size:
    """How large the small picture of a claim or entity is. Raises UnknownName."""

    def measured() -> Size:
        # it is drawn as fast as it is measured
        root = _drawn(request, draw, id, dark=False).partition("<svg ")[2].partition(">")[0]
        found = dict(re.findall(r'\b(width|height)="(\d+)"', root))
        return Size(int(found["width"]), int(found["height"]))

    return kept(request, ("size", draw, id), measured)


def size_of_studies(forest: forests.Forest) -> Size:
    """How large an overview of studies is, which takes a while to draw."""
    return Size(*forest_figure.size(forest, bare=True))


def _drawn(request: Request, draw: Drawing, id: str, *, dark: bool) -> str:
    graph = snapshot(request).graph
    return kept(request, ("picture", draw, id, dark), lambda: draw(graph, id, dark))


def _entity(graph: EvidenceGraph, id: str) -> Entity:
    if id not in graph.corpus.entities:
        raise UnknownName.among("entity", id, graph.corpus.entities)
    return graph.corpus.entities[id]


def _studies(forest: forests.Forest, dark: bool) -> str:
    drawn = forest_figure.svg(forest, bare=True)
    return _COLOUR.sub(lambda found: _ON_DARK.get(found[0], found[0]), drawn) if dark else drawn


def _served(draw: Drawing) -> Callable[[Request], Response]:
    """The endpoint of a picture, drawn once for each version of the data; 304 where a browser
    has it."""

    def endpoint(request: Request) -> Response:
        version = snapshot(request).version
        dark = request.query_params.get("theme") == "dark"
        # an address that names the version never changes its picture
        fixed = request.query_params.get("v") == version
        headers = {
            "cache-control": "public, max-age=31536000, immutable" if fixed else "no-cache",
            "content-security-policy": POLICY,
        }

        def drawn() -> Response:
            text = _drawn(request, draw, request.path_params.get("id", ""), dark=dark)
            return Response(text, media_type="image/svg+xml")

        return conditional(request, etag(version, "dark" if dark else "light"), drawn, headers)

    return endpoint


routes = [
    Route("/picture.svg", _served(whole_graph)),
    Route("/compare/studies.svg", _served(studies)),
    Route("/claim/{id}/picture.svg", _served(claim)),
    Route("/entity/{id}/picture.svg", _served(entity)),
    Route("/entity/{id}/studies.svg", _served(entity_studies)),
    Route("/entity/{id}/effects.svg", _served(entity_effects)),
]
