"""The engine's measurements for Prometheus, read when they are asked for."""

from collections.abc import Callable

from prometheus_client import Gauge

from ldn_graph.web.engine.engine import Engine
from ldn_graph.web.observability import REGISTRY

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
