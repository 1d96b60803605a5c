"""Where the pages of the site are; those of things are where their IRIs lead (`web.resources`)."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ldn_graph.web.explorer import (
    answers,
    evidence_map,
    graph,
    pictures,
)
from ldn_graph.web.explorer import (
    start as about,
)
from ldn_graph.web.explorer import (
    start as differences,
)
from ldn_graph.web.explorer import (
    start as search,
)
from ldn_graph.web.explorer.claims import claim_citation, claim_page
from ldn_graph.web.explorer.glossary import glossary
from ldn_graph.web.explorer.record_pages import (
    agent_page,
    entity_page,
    source_citation,
    source_page,
)
from ldn_graph.web.explorer.start import start

__all__ = ["agent_page", "claim_page", "entity_page", "source_page"]


def _by_form(file: Callable[[Request, str, str], Response]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        return file(request, request.path_params["id"], request.path_params["form"])

    return endpoint


routes: list[BaseRoute] = [
    Route("/", start),
    Route("/about", about.about),
    Route("/compare", about.compare),
    Route("/gaps", about.gaps),
    Route("/glossary", glossary),
    Route("/answer/{name}", answers.answer),
    Route("/search", search.search),
    Route("/difference", differences.differences),
    *evidence_map.routes,
    *pictures.routes,
    *graph.routes,
    Route("/claim/{id}/cite.{form}", _by_form(claim_citation)),
    Route("/source/{id}/cite.{form}", _by_form(source_citation)),
]
