"""A picture as a file: exactly the claims that were shown, in a format to keep."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ldn_graph.errors import BadParameter, UnknownName, nearest
from ldn_graph.exchange import graphml
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures import drawing, page, raster
from ldn_graph.pictures.scene import Scene
from ldn_graph.reports import tables
from ldn_graph.table import Table, text
from ldn_graph.web.http.csv_tables import csv_of

#: More claims than this make no picture that anybody could read, and take minutes to draw.
MOST_DRAWN = 1500
_COLUMNS = (
    "claim", "reading", "subject", "relation", "object", "grade", "grade_step", "wording",
    "agreement", "sources",
)  # fmt: skip


@dataclass(frozen=True)
class Format:
    """A format that a scene is written in, of `most` claims at once."""

    media_type: str
    made: Callable[[Scene], str | bytes]
    most: int = 100_000


def table(scene: Scene) -> Table:
    """One row a claim."""
    label = {n.id: n.label for n in scene.nodes}
    cited = {s.id: s.citation for s in scene.sources}
    rows = (
        (
            e.id,
            e.reading,
            label[e.start],
            e.verb,
            label[e.end],
            e.level_name,
            e.level,
            e.wording,
            e.agreement,
            "; ".join(cited[s] for s in e.sources),
        )
        for e in scene.edges
    )
    return Table(_COLUMNS, tuple(tuple(text(v) for v in row) for row in rows))


FORMATS: Mapping[str, Format] = {
    "svg": Format("image/svg+xml", drawing.svg, MOST_DRAWN),
    "png": Format("image/png", lambda scene: raster.png(drawing.svg(scene)), MOST_DRAWN),
    "graphml": Format("application/graphml+xml", graphml.graphml),
    "html": Format("text/html", page.html, 5000),
    "csv": Format("text/csv", lambda scene: csv_of(table(scene))),
    "json": Format("application/json", lambda scene: tables.render(table(scene), "json")),
}


def written(graph: EvidenceGraph, name: str, claims: Iterable[str] | None, title: str) -> bytes:
    """`claims` (None: every current one) in the format `name`, as bytes.

    Raises UnknownName for a claim that isn't current, BadParameter for too many, or none.
    """
    chosen = FORMATS[name]
    current = [c.id for c in graph.corpus.current()]
    wanted = current if claims is None else list(claims)
    known = set(current)
    for claim in wanted:
        if claim not in known:
            raise UnknownName.among("claim", claim, current)
    if not wanted:
        raise BadParameter("no claims are shown, so there is nothing to write; ask for some")
    if len(wanted) > chosen.most:
        raise BadParameter(
            f"{len(wanted):,} claims are more than the {chosen.most:,} that {name} holds; filter "
            "the picture, or take GraphML or CSV"
        )
    made = chosen.made(graph.scene(wanted, title=title or None))
    return made.encode() if isinstance(made, str) else made


def format_named(name: str) -> Format:
    """Raises UnknownName."""
    if name not in FORMATS:
        remedy = nearest(name, FORMATS) or f"; there are {', '.join(FORMATS)}"
        raise UnknownName(f"unknown format {name!r}{remedy}")
    return FORMATS[name]
