"""Where the pages of the site are."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ldn_graph.web.site import about, found, graph, pictures
from ldn_graph.web.site.agents import agent_page
from ldn_graph.web.site.claims import claim_citation, claim_page
from ldn_graph.web.site.entities import entity_page
from ldn_graph.web.site.sources import source_citation, source_page
from ldn_graph.web.site.start import start


def _by_id(page: Callable[[Request, str], Response]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        return page(request, request.path_params["id"])

    return endpoint


def _by_form(file: Callable[[Request, str, str], Response]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        return file(request, request.path_params["id"], request.path_params["form"])

    return endpoint


routes: list[BaseRoute] = [
    Route("/", start),
    Route("/about", about.about),
    Route("/compare", about.compare),
    Route("/gaps", about.gaps),
    Route("/search", found.search),
    Route("/suggest", found.suggestions),
    *pictures.routes,
    *graph.routes,
    Route("/claim/{id}/cite.{form}", _by_form(claim_citation)),
    Route("/source/{id}/cite.{form}", _by_form(source_citation)),
    Route("/claim/{id}", _by_id(claim_page)),
    Route("/entity/{id}", _by_id(entity_page)),
    Route("/source/{id}", _by_id(source_page)),
    Route("/agent/{id}", _by_id(agent_page)),
]
