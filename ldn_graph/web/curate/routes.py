"""Where the pages of the curation are."""

from starlette.routing import Route

from ldn_graph.web.curate import claims, home

routes = [
    Route("/curate", home.home),
    Route("/curate/changes", home.changes),
    Route("/curate/claim/{id}", claims.show, methods=["GET"]),
    Route("/curate/claim/{id}", claims.act, methods=["POST"]),
    Route("/curate/claim/{id}/versions", claims.differences),
]
