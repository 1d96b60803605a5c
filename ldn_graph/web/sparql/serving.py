"""The endpoint put in front of the site."""

from collections.abc import Iterable

import pyoxigraph as ox
from starlette.applications import Starlette
from starlette.routing import Mount

from ldn_graph.rdf import Names
from ldn_graph.web.engine.engine import Engine
from ldn_graph.web.settings import Settings
from ldn_graph.web.sparql import gauges
from ldn_graph.web.sparql.app import SparqlApp
from ldn_graph.web.sparql.descriptions import Descriptions
from ldn_graph.web.state import Quads, Snapshot, State


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
    gauges.watch(engine)
    descriptions = Descriptions(
        engine, lambda: state.current, public=settings.public_url, base_path=settings.base_path
    )
    return SparqlApp(site, engine, descriptions, settings)
