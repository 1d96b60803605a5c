"""The pictures of the pages, each at an address of its own, for light and dark."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ldn_graph.errors import UnknownName
from ldn_graph.grading.comparison import Question, about
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths.search import Path
from ldn_graph.pictures import effects_plot, forest_figure
from ldn_graph.pictures import forest as forests
from ldn_graph.pictures.drawing import DARK, LIGHT, draw
from ldn_graph.records.model import Claim, Entity
from ldn_graph.records.vocabularies import Column, Kind
from ldn_graph.reports.evidence import cited_as
from ldn_graph.reports.safety import SECTION_OF
from ldn_graph.web.explorer.page import kept
from ldn_graph.web.http.etag import conditional, etag
from ldn_graph.web.state import snapshot

#: Claims that a small picture holds before it can no longer be read.
MOST = 24
#: Claims in the picture of one claim.
CLOSE = 10
#: With fewer claims on its paths, a claim's picture shows other claims about its ends, too.
FEW = 4
#: Paths that a page lists.
PATHS = 6


@dataclass(frozen=True)
class Nearby:
    """`claims`: ids, the best supported first; `left_out`: how many the picture has no room for."""

    claims: tuple[str, ...]
    left_out: int


def through(graph: EvidenceGraph, claim: str) -> tuple[Path, ...]:
    """The paths that a claim is a step of, best first."""
    found = (p for p in graph.all_paths if any(s.claim.id == claim for s in p.steps))
    return tuple(sorted(found, key=lambda p: p.order))


def to_and_from(graph: EvidenceGraph, entity: str) -> tuple[Path, ...]:
    """The paths that begin or end at an entity, or else run through it, best first."""
    met = [p for p in graph.all_paths if entity in p.nodes]
    ends = [p for p in met if entity in (p.start, p.end)]
    return tuple(sorted(ends or met, key=lambda p: p.order))


def round_claim(graph: EvidenceGraph, claim: Claim) -> Nearby:
    """The claim with those on the paths through it; where those are few, also those that share
    its object, or its subject."""
    others: dict[str, None] = {}
    for path in through(graph, claim.id)[:PATHS]:
        others.update(dict.fromkeys(step.claim.id for step in path.steps))
    for end in (claim.object, claim.subject):
        if len(others) < FEW:
            beside = (c for c in graph.corpus.current() if end in (c.subject, c.object))
            others.update(dict.fromkeys(_ranked(graph, beside)))
    others.pop(claim.id, None)
    return _limited([claim.id, *others], most=CLOSE)


def round_entity(graph: EvidenceGraph, entity: str) -> Nearby:
    """The current claims about an entity, best supported first."""
    claims = [graph.corpus.claims[i] for i in graph.neighbourhood(entity)]
    return _limited(_ranked(graph, claims))


def whole(graph: EvidenceGraph) -> tuple[str, ...]:
    """Every current claim but those on practice: how it is given, by whom, with what."""
    kinds = graph.corpus.entities
    return tuple(
        c.id
        for c in graph.corpus.current()
        if Column.PRACTICE not in (kinds[c.subject].column, kinds[c.object].column)
    )


def _ranked(graph: EvidenceGraph, claims: Iterable[Claim]) -> list[str]:
    ordered = sorted(claims, key=lambda c: (tuple(-n for n in graph.strengths[c.id].rank), c.id))
    return [c.id for c in ordered]


def _limited(claims: list[str], *, most: int = MOST) -> Nearby:
    return Nearby(tuple(claims[:most]), max(0, len(claims) - most))


def studied(graph: EvidenceGraph, entity: str) -> tuple[Question, ...]:
    """The questions about an entity that its page sets beside studies: all, but of a drug not those
    of safety, which stand at the top of its page."""
    asked = tuple(about(entity, graph.corpus, graph.rule))
    if graph.corpus.entities[entity].kind is not Kind.DRUG:
        return asked
    return tuple(q for q in asked if q.claims[0].predicate not in SECTION_OF)


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
