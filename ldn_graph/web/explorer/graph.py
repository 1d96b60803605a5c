"""The Graph page, what it draws from, and its small version for other sites.

The state of the page is its address, which the scripts read. A download names its claims, so
that it holds exactly what was shown.
"""

from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ldn_graph.errors import BadParameter
from ldn_graph.web.explorer.caches import kept
from ldn_graph.web.explorer.downloads import format_named, written
from ldn_graph.web.explorer.graph_data import drawing, encoded
from ldn_graph.web.explorer.page import render
from ldn_graph.web.explorer.paths import ways
from ldn_graph.web.explorer.questions import questions
from ldn_graph.web.http.etag import conditional, etag
from ldn_graph.web.http.security_headers import CONTENT_POLICY
from ldn_graph.web.state import snapshot

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
    return _json(request, drawing(shown).summary, shown.version)


def in_full(request: Request) -> Response:
    """Quotes and reasons of the claims in `ids`, or of all. Raises UnknownName."""
    shown = snapshot(request)
    asked = request.query_params.get("ids")
    made = drawing(shown)
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
