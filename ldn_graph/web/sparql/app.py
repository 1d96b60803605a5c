"""The endpoint as an ASGI application before the site's: what isn't for it, it passes on.

It stands outside Starlette, whose routing and middleware cost more than a query does.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterable

import pyoxigraph as ox
import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from prometheus_client import Gauge
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ldn_graph.errors import LdnError
from ldn_graph.rdf import Names
from ldn_graph.web import observability
from ldn_graph.web.engine.engine import Engine
from ldn_graph.web.engine.job import Cancelled
from ldn_graph.web.http.messages import without_paths
from ldn_graph.web.http.middleware import Hosts
from ldn_graph.web.observability import REGISTRY
from ldn_graph.web.settings import Settings
from ldn_graph.web.sparql import endpoint
from ldn_graph.web.sparql.endpoint import Endpoint, Writer
from ldn_graph.web.sparql.http_exchange import OPEN, Exchange, Gone
from ldn_graph.web.sparql.service_description import Descriptions
from ldn_graph.web.state import Quads, Snapshot, State

_EVALUATORS = Gauge(
    "ldn_graph_evaluators", "Processes that answer queries", ("state",), registry=REGISTRY
)
_WAITING = Gauge("ldn_graph_queries_waiting", "Queries that wait for one", registry=REGISTRY)
_STOPPED = Gauge(
    "ldn_graph_queries_stopped", "Queries that were stopped so far", ("why",), registry=REGISTRY
)
_CACHE = Gauge("ldn_graph_cache", "The cache of answers", ("what",), registry=REGISTRY)
_RESTARTS = Gauge("ldn_graph_keeper_restarts", "Restarts of the keeper", registry=REGISTRY)


def watch(engine: Engine) -> None:
    """Have the metrics tell of this engine from now on."""

    def load(what: str) -> Callable[[], float]:
        return lambda: engine.load.get(what, 0)

    for state, what in (("all", "evaluators"), ("busy", "busy")):
        _EVALUATORS.labels(state).set_function(load(what))
    _WAITING.set_function(load("waiting"))
    for why in ("deadline", "queue", "crash"):
        _STOPPED.labels(why).set_function(load(f"stopped_{why}"))
    _CACHE.labels("bytes").set_function(lambda: engine.cache.size)
    _CACHE.labels("hits").set_function(lambda: engine.cache.hits)
    _CACHE.labels("misses").set_function(lambda: engine.cache.misses)
    _RESTARTS.set_function(lambda: engine.restarts)


#: A query that takes so many seconds has a line in the log, without its text.
_SLOW = 1.0
#: New objects between two looks for garbage: a request makes hundreds, and hardly any in circles.
_GARBAGE = 20_000
_PREFLIGHT = [
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
]
_DESCRIBED = "GET, HEAD, OPTIONS"

Handler = Callable[[Exchange], Awaitable[None]]
log = structlog.get_logger("ldn_graph.sparql")


class SparqlApp:
    """Answers /sparql, /update, /store and the descriptions; `site` answers everything else.

    Starts the engine with the server, and ends it.
    """

    def __init__(
        self, site: ASGIApp, engine: Engine, descriptions: Descriptions, settings: Settings
    ) -> None:
        self.site, self.engine, self.descriptions = site, engine, descriptions
        self.endpoint, self.writer = Endpoint(engine), Writer(engine, settings.update_token)
        self._settings, self._hosts = settings, Hosts(site, settings)
        self._rate = FixedWindowRateLimiter(MemoryStorage())
        rate = engine.limits.rate
        self._allowed = RateLimitItemPerMinute(rate) if rate else None
        self._handlers: dict[str, tuple[str, Handler]] = {
            "/sparql": (endpoint.METHODS, self._sparql),
            "/update": (endpoint.UPDATE_METHODS, self.writer.update),
            "/store": (endpoint.STORE_METHODS, self._store),
            "/.well-known/void": (_DESCRIBED, self._void),
            "/.well-known/sparql-examples": (_DESCRIBED, self._examples),
            "/dataset": (_DESCRIBED, self._void),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        path = scope["path"]
        if self._allowed and not path.startswith("/health/"):
            client = (scope.get("client") or ("unknown",))[0]
            if not self._rate.hit(self._allowed, client):
                await self._too_many(Exchange(scope, receive, send), client)
                return
        found = self._handlers.get(path)
        if found is None and path.startswith("/store/"):
            found = self._handlers["/store"]
        if found is None:
            await self.site(scope, receive, send)
        else:
            http = Exchange(scope, receive, send)
            if path == "/dataset" and self.descriptions.page_wanted(http):
                await self.site(scope, receive, send)
            else:
                await self._handle(http, *found)

    async def _handle(self, http: Exchange, methods: str, handler: Handler) -> None:
        begun = time.perf_counter()
        try:
            if refused := self._hosts.refusal(http.scope):
                await http.refuse(refused[1], refused[0])
            elif http.method == "OPTIONS":
                await self._preflight(http, methods)
            elif http.method not in methods.split(", "):
                told = f"{http.method} is not understood here; there is {methods}"
                await http.refuse(405, told, {"allow": methods})
            else:
                await handler(http)
        except (Gone, Cancelled):
            http.status = 499
        except endpoint.NoToken as error:
            wanted = {"www-authenticate": 'Bearer realm="ldn-graph"'}
            await http.refuse(401, str(error), wanted)
        except LdnError as error:
            await http.refuse_as(error, without_paths(str(error), self._settings))
        except Exception as error:
            log.error("fault", path=http.path, exc_info=error)
            if not http.status:
                await http.refuse(500, "a fault of the program; it is in the log, please report it")
        finally:
            self._note(http, time.perf_counter() - begun)

    def _note(self, http: Exchange, seconds: float) -> None:
        """Count every request; write a line about slow ones and failures only."""
        observability.answered(http.path, http.method, http.status, seconds)
        if http.status >= 500 or seconds >= _SLOW:
            log.info(
                "request",
                client=http.client,
                method=http.method[:8],
                place=observability.place(http.path),
                status=http.status,
                ms=round(seconds * 1000, 2),
            )

    async def _preflight(self, http: Exchange, methods: str) -> None:
        allowed = [(b"allow", methods.encode()), (b"cache-control", b"no-store")]
        readable = ", ".join(m for m in methods.split(", ") if m not in ("PUT", "DELETE"))
        if http.path != "/update":
            cors = (b"access-control-allow-methods", readable.encode())
            await http.reply(204, [*OPEN, *allowed, cors, *_PREFLIGHT])
        else:
            await http.reply(204, allowed)

    async def _too_many(self, http: Exchange, client: str) -> None:
        assert self._allowed
        reset = self._rate.get_window_stats(self._allowed, client).reset_time
        after = max(1, int(reset - time.time()) + 1)
        told = f"more than {self.engine.limits.rate} requests a minute; ask again in {after} s"
        await http.refuse(429, told, {"retry-after": str(after)})
        self._note(http, 0.0)

    async def _sparql(self, http: Exchange) -> None:
        if http.method != "POST" and not http.scope["query_string"]:
            await self.descriptions.service(http)
        elif http.method == "GET" and self.descriptions.page_wanted(http):
            query = http.scope["query_string"].decode("latin-1")
            await self.descriptions.to_page(http, f"/query?{query}")
        else:
            await self.endpoint(http)

    async def _store(self, http: Exchange) -> None:
        if http.method in ("GET", "HEAD"):
            await self.descriptions.graph(http)
        else:
            await self.writer.store(http)

    async def _void(self, http: Exchange) -> None:
        if self.descriptions.page_wanted(http):
            await self.descriptions.to_page(http, "/dataset")
        else:
            await self.descriptions.dataset(http)

    async def _examples(self, http: Exchange) -> None:
        if self.descriptions.page_wanted(http):
            await self.descriptions.to_page(http, "/query")
        else:
            await self.descriptions.examples(http)

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The server's beginning and end: the engine's are theirs."""
        if scope["type"] != "lifespan":
            await self.site(scope, receive, send)
            return

        async def started() -> Message:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.engine.start()
                # what was made until now stays: no need to look through it for garbage
                await asyncio.to_thread(gc.collect)
                gc.freeze()
                gc.set_threshold(_GARBAGE)
            return message

        try:
            await self.site(scope, started, send)
        finally:
            await self.engine.close()


def with_endpoint(site: Starlette, settings: Settings) -> SparqlApp:
    """`site` with the endpoint before it; its data's changes reach the engine, which its handlers
    find as `app.state.engine`."""
    state: State = site.state.ldn
    names = Names(state.current.graph.corpus.description.base)

    def source() -> tuple[str, Iterable[ox.Quad]]:
        return state.current.version, state.current.graph.quads

    engine = Engine(
        source,
        settings.limits,
        prefixes=names.prefixes,
        base=names.base,
        scratch=settings.scratch,
    )

    async def renew(fresh: Snapshot, removed: Quads, added: Quads) -> None:
        await engine.apply(removed, added, fresh.version)

    state.renewals.append(renew)
    state.checks["query workers"] = engine.answers
    site.state.engine = engine
    for route in site.routes:  # a mounted application's handlers have it as their `app`
        if isinstance(route, Mount) and isinstance(route.app, Starlette):
            route.app.state.engine = engine
    watch(engine)
    descriptions = Descriptions(
        engine, lambda: state.current, public=settings.public_url, base_path=settings.base_path
    )
    return SparqlApp(site, engine, descriptions, settings)
