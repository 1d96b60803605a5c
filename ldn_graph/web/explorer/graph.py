"""The Graph page, what it draws from, and its small version for other sites.

The state of the page is its address, which the scripts read. A download names its claims, so
that it holds exactly what was shown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ldn_graph.errors import BadParameter, UnknownName, nearest
from ldn_graph.exchange import graph_files
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths import search
from ldn_graph.pictures import drawing, page
from ldn_graph.pictures.scene import Scene
from ldn_graph.reports import tables
from ldn_graph.reports.tables import csv_of
from ldn_graph.table import Table, text
from ldn_graph.web.explorer.graph_data import drawn_graph, encoded, questions
from ldn_graph.web.explorer.page import kept, render
from ldn_graph.web.http.etag import conditional, etag
from ldn_graph.web.http.middleware import CONTENT_POLICY
from ldn_graph.web.state import snapshot

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
    "png": Format("image/png", lambda scene: drawing.png(drawing.svg(scene)), MOST_DRAWN),
    "graphml": Format("application/graphml+xml", graph_files.graphml),
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


#: More paths than this are an error that says what to narrow, never a silent cut.
MOST = 3000
LONGEST = 6


def ways(graph: EvidenceGraph, start: str, end: str, steps: int) -> dict[str, Any]:
    """Every path, strongest first, each with its place among the shortest.

    Raises UnknownName, BadParameter.
    """
    if not 1 <= steps <= LONGEST:
        raise BadParameter(f"steps is {steps}; give 1 to {LONGEST}")
    ends = graph.entity(start).id, graph.entity(end).id
    found = search.find_paths(graph.corpus, graph.strengths, *ends, max_steps=steps, limit=MOST)
    short = sorted(range(len(found)), key=lambda n: (len(found[n].steps), n))
    place = {n: at for at, n in enumerate(short)}
    return {
        "start": ends[0],
        "end": ends[1],
        "steps": steps,
        "paths": [_way(path, place[n], graph) for n, path in enumerate(found)],
    }


def _way(path: search.Path, among_shortest: int, graph: EvidenceGraph) -> dict[str, Any]:
    return {
        "id": path.id,
        "nodes": path.nodes,
        "claims": [step.claim.id for step in path.steps],
        "weakest": path.weakest.claim.id,
        "level": path.weakest.strength.level,
        "grade": path.weakest.strength.grade.words,
        "block": path.block,
        "explained": search.explain(path, graph.corpus),
        "shortest": among_shortest,
    }


#: Bytes of a form that names claims.
_MOST_ASKED = 2_000_000
#: What takes seconds (pictures, paths) has few threads, so that other requests find theirs free.
_slow = CapacityLimiter(2)
#: Other sites may show the small version in a frame, and nothing else of this one.
_FRAMED = CONTENT_POLICY.replace("frame-ancestors 'self'", "frame-ancestors *")


def graph_page(request: Request) -> Response:
    """The explorer; without scripts a picture, around a thing where the address names one."""
    shown = snapshot(request)
    around = request.query_params.get("around", "")
    if around not in shown.graph.corpus.entities or not shown.graph.neighbourhood(around):
        around = ""
    return render(request, "graph.html", questions=questions(shown.graph), around=around)


def embedded(request: Request) -> Response:
    """The picture alone, for an iframe, with who made it and what it is not."""
    response = render(request, "graph_embed.html", query=request.url.query)
    response.headers["content-security-policy"] = _FRAMED
    return response


def summary(request: Request) -> Response:
    """Every claim in force in short, and how values look."""
    shown = snapshot(request)
    return _json(request, drawn_graph(shown).summary, shown.version)


def in_full(request: Request) -> Response:
    """Quotes and reasons of the claims in `ids`, or of all. Raises UnknownName."""
    shown = snapshot(request)
    asked = request.query_params.get("ids")
    made = drawn_graph(shown)
    content = made.everything if asked is None else made.in_full(filter(None, asked.split(",")))
    return _json(request, content, shown.version)


async def paths_between(request: Request) -> Response:
    """The ranked paths from `start` to `end`. Raises UnknownName, BadParameter."""
    shown = snapshot(request)
    given = request.query_params
    steps = given.get("steps", "4")
    if not steps.isdecimal() or not given.get("start") or not given.get("end"):
        raise BadParameter("give start, end, and steps as a number from 1 to 6")
    arguments = (shown.graph, given["start"], given["end"], int(steps))
    found = await to_thread.run_sync(ways, *arguments, limiter=_slow)
    return _json(request, encoded(found), shown.version)


async def download(request: Request) -> Response:
    """The claims named in `claims`, about `around`, or all, as a file.

    Raises UnknownName, BadParameter.
    """
    name = request.path_params["format"]
    media_type = format_named(name).media_type
    graph = snapshot(request).graph
    given = await _given(request)
    claims = [c for c in given["claims"].split(",") if c] if "claims" in given else None
    if claims is None and "around" in given:
        claims = list(graph.neighbourhood(given["around"]))
    title = given.get("title", "")[:200]

    def made() -> bytes:
        if claims is None and not title:  # the whole graph takes longest, and is always the same
            return kept(request, ("download", name), lambda: written(graph, name, None, ""))
        return written(graph, name, claims, title)

    content = await to_thread.run_sync(made, limiter=_slow)
    shown_or_kept = "inline" if request.method == "GET" and name != "html" else "attachment"
    headers = {
        "content-disposition": f'{shown_or_kept}; filename="ldn-graph.{name}"',
        "cache-control": "no-cache",
    }
    return Response(content, media_type=media_type, headers=headers)


async def _given(request: Request) -> dict[str, str]:
    """Parameters of the address and of a form."""
    given = dict(request.query_params)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_ASKED:
            raise BadParameter(f"the form is over {_MOST_ASKED:,} bytes; filter the picture")
    try:
        return given | dict(parse_qsl(body.decode("ascii"), max_num_fields=50))
    except ValueError as error:
        raise BadParameter("the form is no application/x-www-form-urlencoded") from error


def _json(request: Request, content: bytes, version: str) -> Response:
    answer = Response(content, media_type="application/json")
    return conditional(request, etag(version), lambda: answer)


routes = [
    Route("/graph", graph_page),
    Route("/graph/embed", embedded),
    Route("/graph/data.json", summary),
    Route("/graph/claims.json", in_full),
    Route("/graph/paths.json", paths_between),
    Route("/graph/download.{format}", download, methods=["GET", "POST"]),
]
