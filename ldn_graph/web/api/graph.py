"""`/graph`: claims ready to be drawn, as placed nodes and edges; what a picture on a page needs.

Every claim is one edge; nothing is merged, averaged or left out. More claims than `MOST` are an
error that says so, never a silent cut.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from ldn_graph.errors import BadParameter
from ldn_graph.paths.search import Path
from ldn_graph.pictures.scene import SceneEdge, SceneNode
from ldn_graph.pictures.style import Look
from ldn_graph.records.vocabularies import (
    Agreement,
    Certainty,
    Column,
    Direction,
    Kind,
    Status,
    Wording,
)
from ldn_graph.search.facets import facets_of
from ldn_graph.web.api.parameters import ClaimFilters, Id, PathFilters, Several, ids, known
from ldn_graph.web.bounded_work import MEMORY, SLOW
from ldn_graph.web.state import Snapshot, snapshot

router = APIRouter()
#: Claims in one picture at most; a browser gets slow long before.
MOST = 5000


#: Of places in the answer: pictures are laid out where they are drawn.
_GONE = "places are plain columns now, and gone in 0.4: lay the picture out where it is drawn"
#: Width and height of a card, and the room from one to the next, in pixels.
_CARD = (160.0, 33.0)
_PITCH = (310.0, 46.0)


class Mirror(BaseModel):
    """Read from a value of `pictures.scene` with the same fields."""

    model_config = ConfigDict(from_attributes=True)


class Node(Mirror):
    """An entity as a card."""

    id: str = Field(description="The entity’s id")
    label: str
    kind: Kind
    column: Column = Field(description="drug, mechanism, pathway, condition or practice")
    x: float = Field(description="Centre of the card in its column", deprecated=_GONE)
    y: float = Field(description="Centre of the card, pixels downwards", deprecated=_GONE)
    width: float = Field(default=_CARD[0], description="Pixels", deprecated=_GONE)
    height: float = Field(default=_CARD[1], description="Pixels", deprecated=_GONE)
    lines: tuple[str, ...] = Field(description="The label", deprecated=_GONE)
    definition: str | None
    synonyms: tuple[str, ...]
    note: str | None


class Handle(Mirror):
    """A control point of an edge’s cubic Bézier curve: its end moved by (sx·dx + ox, sy·dy + oy),
    where dx and dy lead from the start’s centre to the end’s."""

    sx: float
    ox: float = Field(description="Pixels")
    sy: float
    oy: float = Field(description="Pixels")


class Part(Mirror):
    """A piece of a quote."""

    text: str
    cue: bool = Field(description="Whether it is a word that shows how sure the source sounds")


class DrawnItem(Mirror):
    """An evidence item, in words ready to be shown."""

    id: str = Field(description="Id within the claim: e1, e2, …")
    source: str = Field(description="Id of the source")
    says: str = Field(description="Who says what and how sure, as a sentence")
    quote: tuple[Part, ...] = Field(description="The exact words, cut at the cues")
    section: str | None = Field(description="Where in the source")
    direction: Direction
    certainty: Certainty
    facts: tuple[tuple[str, str], ...] = Field(description="Name and value of what else is known")
    finding: str | None
    note: str | None


class DrawnReason(Mirror):
    """Why a claim’s strength is what it is."""

    axis: str = Field(description="wording, evidence or agreement")
    text: str


class Edge(Mirror):
    """A claim, from its subject to its object."""

    id: str = Field(description="The claim’s id")
    start: str = Field(description="Id of the subject")
    end: str = Field(description="Id of the object")
    verb: str = Field(description="The relation in words, denied where all speak against it")
    reading: str = Field(description="The whole claim in words")
    level: int = Field(ge=0, le=4, description="Evidence level")
    level_name: str
    wording: Wording
    certainty: Certainty = Field(description="What the wording comes to: how an edge is dashed")
    agreement: Agreement
    look: Look = Field(description="plain, presupposed, against or contested")
    status: Status
    sources: tuple[str, ...] = Field(description="Ids of the sources, sorted")
    first: Handle = Field(default=Handle(sx=0.5, ox=0, sy=0, oy=0), deprecated=_GONE)
    second: Handle = Field(default=Handle(sx=-0.5, ox=0, sy=0, oy=0), deprecated=_GONE)
    facets: dict[str, tuple[str, ...]] = Field(
        description="Facet → the claim’s values, as `/claims` filters by them"
    )
    items: tuple[DrawnItem, ...] | None = Field(description="Only with `details`")
    reasons: tuple[DrawnReason, ...] | None = Field(description="Only with `details`")
    note: str | None


class DrawnSource(Mirror):
    """A source as a reader cites it."""

    id: str
    title: str
    author: str
    date: str = Field(description="In words; says so where the year is not given")
    link: str | None = Field(description="DOI or PubMed page")
    retracted: bool
    credit: str | None
    citation: str
    short: str


class Area(Mirror):
    """A column of the picture."""

    column: Column
    x: float = Field(description="Left, pixels")
    y: float = Field(description="Top, pixels")
    width: float = Field(description="Pixels")
    height: float = Field(description="Pixels")


class DrawnPath(BaseModel):
    """A path that was asked for, with where it leads."""

    id: str
    nodes: tuple[str, ...] = Field(description="Entity ids from start to end")
    claims: tuple[str, ...] = Field(description="Claim ids, one a step")
    weakest: str = Field(description="Id of the claim that it is no stronger than")
    level: int = Field(ge=0, le=4, description="Evidence level of the weakest step")
    sign: int = Field(ge=-1, le=1, description="+1 more of the end, -1 less, 0 not stated")


class Drawing(Mirror):
    """A picture, ready to be drawn; coordinates are pixels, y downwards."""

    version: str = Field(description="Version of the data")
    title: str
    subtitle: str
    disclaimer: str
    levels: tuple[str, ...] = Field(description="Names of the evidence levels 0 to 4")
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    sources: tuple[DrawnSource, ...]
    bands: tuple[Area, ...]
    paths: tuple[DrawnPath, ...] = Field(description="Best first; only with `paths`")


class GraphQuery(ClaimFilters, PathFilters):
    """What to draw: claims by id, around entities, on the paths between two, or all; then those
    of them that fit the filters."""

    claims: Several[Id] = Field(
        default=[],
        max_length=MOST,
        description="Ids of claims, parted by commas",
        examples=[["ldn-antagonises-opioid-receptor"]],
    )
    around: Several[Id] = ids("Id of an entity whose claims to draw", "crohns-disease")
    paths: Several[Id] = Field(
        default=[],
        max_length=2,
        description="Ids of two entities, parted by a comma: draw the ranked paths between them",
        examples=[["low-dose-naltrexone", "crohns-disease"]],
    )
    details: bool = Field(False, description="Whether edges come with their items and reasons")


@router.get(
    "/graph",
    response_model=Drawing,
    summary="Claims as placed nodes and edges",
    tags=["pictures"],
)
def graph(request: Request, asked: Annotated[GraphQuery, Query()]) -> Drawing:
    """The picture of the claims asked for; 400 where they are more than 5,000."""
    here = snapshot(request)
    found = _paths(here, asked)
    chosen = here.facets.choose(asked.wanted(here.graph.corpus, _named(here, asked, found))).claims
    if len(chosen) > MOST:
        raise BadParameter(
            f"{len(chosen)} claims are too many for one picture (at most {MOST}); "
            "narrow them down, by `around` or by a filter"
        )
    return draw(here, chosen, found, details=asked.details)


def draw(
    here: Snapshot, claims: tuple[str, ...], found: tuple[Path, ...] = (), *, details: bool = False
) -> Drawing:
    """The picture of `claims`, with the paths that were `found` on them. Raises UnknownName."""
    placed = MEMORY.get(
        (here.version, "scene", claims), lambda: SLOW.run(lambda: here.graph.scene(claims))
    )
    kept = set(claims)
    nodes = _in_columns(placed.nodes)
    edges = tuple(_edge(edge, here, details) for edge in placed.edges)
    return Drawing(
        version=here.version,
        title=placed.title,
        subtitle=placed.subtitle,
        disclaimer=placed.disclaimer,
        levels=placed.levels,
        nodes=nodes,
        edges=edges,
        sources=tuple(DrawnSource.model_validate(source) for source in placed.sources),
        bands=_areas(nodes),
        paths=tuple(_path(p) for p in found if kept.issuperset(s.claim.id for s in p.steps)),
    )


def _in_columns(nodes: Sequence[SceneNode]) -> tuple[Node, ...]:
    """The entities under one another in their columns."""
    count: dict[Column, int] = {}
    found = []
    for node in nodes:
        row = count[node.column] = count.get(node.column, -1) + 1
        x = list(Column).index(node.column) * _PITCH[0]
        own = {name: getattr(node, name) for name in Node.model_fields if hasattr(node, name)}
        found.append(Node(**own, x=x, y=row * _PITCH[1], lines=(node.label,)))
    return tuple(found)


def _areas(nodes: Sequence[Node]) -> tuple[Area, ...]:
    columns = [(c, sum(n.column is c for n in nodes)) for c in Column]
    width, height = _CARD
    return tuple(
        Area(
            column=column,
            x=list(Column).index(column) * _PITCH[0] - width / 2 - 16,
            y=-height,
            width=width + 32,
            height=rows * _PITCH[1] + height,
        )
        for column, rows in columns
        if rows
    )


def find(here: Snapshot, ends: Sequence[str], asked: PathFilters) -> tuple[Path, ...]:
    """The ranked paths between two entities. Raises UnknownName, BadParameter."""
    known(here.graph.corpus.entities, "entity", ends)
    filters = asked.steps()
    key = (here.version, "paths", *ends, asked.max_steps, asked.through_groups, filters)
    return MEMORY.get(
        key,
        lambda: SLOW.run(
            lambda: (
                here.graph.paths(
                    *ends,
                    max_steps=asked.max_steps,
                    filters=filters,
                    through_groups=asked.through_groups,
                ).found
            )
        ),
    )


def _paths(here: Snapshot, asked: GraphQuery) -> tuple[Path, ...]:
    if not asked.paths:
        return ()
    if len(asked.paths) != 2:
        raise BadParameter("`paths` names one entity; give two, start and end, parted by a comma")
    return find(here, asked.paths, asked)


def _named(here: Snapshot, asked: GraphQuery, found: tuple[Path, ...]) -> set[str] | None:
    """The claims that are asked for by name, place or path; None where none are."""
    if not (asked.claims or asked.around or asked.paths):
        return None
    corpus = here.graph.corpus
    known(corpus.claims, "claim", asked.claims)
    known(corpus.entities, "entity", asked.around)
    around = (name for entity in asked.around for name in here.graph.neighbourhood(entity))
    return {*asked.claims, *around, *(s.claim.id for p in found for s in p.steps)}


def _edge(edge: SceneEdge, here: Snapshot, details: bool) -> Edge:
    corpus, strengths = here.graph.corpus, here.graph.strengths
    shown = {name: getattr(edge, name) for name in Edge.model_fields if hasattr(edge, name)}
    if not details:
        shown |= {"items": None, "reasons": None}
    facets = facets_of(corpus.claims[edge.id], corpus, strengths[edge.id])
    return Edge.model_validate({**shown, "facets": facets})


def _path(path: Path) -> DrawnPath:
    return DrawnPath(
        id=path.id,
        nodes=path.nodes,
        claims=tuple(step.claim.id for step in path.steps),
        weakest=path.weakest.claim.id,
        level=path.rank[0],
        sign=path.sign,
    )
