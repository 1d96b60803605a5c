"""What operators see: a structured line and a measurement for each request, health, metrics.

A line never holds a query's or a search's text: people ask about their illnesses.
"""

import re
import sys
import time
from collections.abc import Mapping
from functools import lru_cache
from secrets import token_hex

import structlog
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ldn_graph import __version__
from ldn_graph.web.state import State

REGISTRY = CollectorRegistry()
#: Upper bounds in seconds: from the shortest query to the longest that is allowed.
BOUNDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_REQUESTS = Counter(
    *("ldn_graph_requests", "Requests answered", ("place", "method", "status")), registry=REGISTRY
)
_SECONDS = Histogram(
    *("ldn_graph_request_seconds", "From a request's head to its answer's last byte, in seconds"),
    labelnames=("place",),
    registry=REGISTRY,
    buckets=BOUNDS,
)
RUNNING = Gauge("ldn_graph_requests_running", "Requests being answered now", registry=REGISTRY)
DATA = Gauge("ldn_graph_data", "What is being served", ("what",), registry=REGISTRY)
INFO = Gauge("ldn_graph_info", "The release and the data's version", ("release", "data"),
             registry=REGISTRY)  # fmt: skip

#: The first parts of paths that are told apart in metrics; any other counts as `other`.
PLACES = frozenset(
    {
        *("about", "agent", "api", "claim", "compare", "curate", "dataset", "entity", "graph"),
        *("health", "lessons", "metrics", "np", "path", "proposition", "query", "report", "search"),
        *("source", "sparql", "static", "store", "update", "vocab", ".well-known"),
    }
)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_REQUEST_ID_HEADER = b"x-request-id"
#: Where a fault came to pass, without what its variables held: passwords, drafts, queries.
_TRACES = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def configure_logs(level: str) -> None:
    """JSON lines on standard error, from `level` (debug, info, warning, error) upwards."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.ExceptionRenderer(_TRACES),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


class Observed:
    """Gives each request an id, counts and times it, and writes one line about it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.log = structlog.get_logger("ldn_graph.access")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        status, sent = 500, 0
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id

        async def watched(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault("x-request-id", request_id)
            else:
                sent += len(message.get("body", b""))
            await send(message)

        RUNNING.inc()
        try:
            await self.app(scope, receive, watched)
        finally:
            RUNNING.dec()
            self._told(scope, status, sent, time.perf_counter() - begun, request_id)

    def _told(self, scope: Scope, status: int, sent: int, seconds: float, request_id: str) -> None:
        answered(scope["path"], scope["method"], status, seconds)
        self.log.info(
            "request",
            id=request_id,
            client=(scope.get("client") or ("",))[0],
            method=_method(scope["method"]),
            path=scope["path"][:200],
            status=status,
            bytes=sent,
            ms=round(seconds * 1000, 2),
        )


def answered(path: str, method: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    requests, taken = _measured(path, method, status)
    requests.inc()
    taken.observe(seconds)


@lru_cache(maxsize=64)  # a path may have 64 KiB
def _measured(path: str, method: str, status: int) -> tuple[Counter, Histogram]:
    """What counts such a request: to look it up by its labels takes longer than to count."""
    where = place(path)
    return _REQUESTS.labels(where, _method(method), str(status)), _SECONDS.labels(where)


def _method(given: str) -> str:
    return given if given in _METHODS else "other"


def busy() -> bool:
    """Whether a request is being answered now."""
    (gauge,) = RUNNING.collect()
    return gauge.samples[0].value > 0


def place(path: str) -> str:
    """The part of the site that a path belongs to.

    >>> place("/claim/x"), place("/"), place("/wp-login.php")
    ('claim', 'start', 'other')
    """
    first = path[1:].partition("/")[0].partition(".")[0] or path[1:].partition("/")[0]
    if not first:
        return "start"
    return first if first in PLACES else "other"


async def live(request: Request) -> Response:
    """Whether the process answers at all."""
    return _told_plainly({"status": "alive", "release": __version__})


async def ready(request: Request) -> Response:
    """Whether questions can be answered: the data are read and the query workers run."""
    state: State = request.app.state.ldn
    missing = [name for name, check in state.checks.items() if not await check()]
    body: dict[str, object] = {
        "status": "waiting" if missing else "ready",
        "data": state.current.version,
        "problem": state.problem,
    }
    if missing:
        return _told_plainly(body | {"missing": missing}, 503)
    return _told_plainly(body)


async def metrics(request: Request) -> Response:
    """Measurements for Prometheus."""
    state: State = request.app.state.ldn
    corpus = state.current.graph.corpus
    for what in ("claims", "entities", "sources", "agents"):
        DATA.labels(what).set(len(getattr(corpus, what)))
    INFO.clear()
    INFO.labels(__version__, state.current.version).set(1)
    answer = Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
    answer.headers["cache-control"] = "no-store"
    return answer


def _told_plainly(body: Mapping[str, object], status: int = 200) -> Response:
    return JSONResponse(body, status, headers={"cache-control": "no-store"})


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == _REQUEST_ID_HEADER:
            given = value.decode("latin-1")
            return given if _REQUEST_ID.fullmatch(given) else token_hex(8)
    return token_hex(8)


routes = [
    Route("/health/live", live),
    Route("/health/ready", ready),
    Route("/metrics", metrics),
]
