"""Where the pages of the site are; those of things are where their IRIs lead (`web.resources`)."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ldn_graph.web.explorer import (
    about,
    answers,
    differences,
    evidence_map,
    graph,
    pictures,
    search,
)
from ldn_graph.web.explorer.claims import claim_citation
from ldn_graph.web.explorer.glossary import glossary
from ldn_graph.web.explorer.sources import source_citation
from ldn_graph.web.explorer.start import start


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
