"""Where the pages of the curation are."""

from starlette.routing import Route

from ldn_graph.web.curate import (
    claims,
    guide,
    home,
    reading,
    sheets,
    sources,
    things,
    uploads,
    writing,
)

routes = [
    Route("/curate", home.home),
    Route("/curate/changes", home.changes),
    Route("/curate/guide", guide.guide),
    Route("/curate/texts", reading.held),
    Route("/curate/read/{id}", reading.read),
    Route("/curate/new", writing.new, methods=["GET"]),
    Route("/curate/new", writing.save, methods=["POST"]),
    Route("/curate/preview", writing.look, methods=["POST"]),
    Route("/curate/unfinished", writing.keep, methods=["POST"]),
    Route("/curate/entity", things.entity_form, methods=["GET"]),
    Route("/curate/entity", things.add_entity, methods=["POST"]),
    Route("/curate/source", uploads.form, methods=["GET"]),
    Route("/curate/source", uploads.add, methods=["POST"]),
    Route("/curate/sources", sources.listed),
    Route("/curate/source/{id}", sources.show, methods=["GET"]),
    Route("/curate/source/{id}", sources.edit, methods=["POST"]),
    Route("/curate/source/{id}/text", sources.give_text, methods=["POST"]),
    Route("/curate/source/{id}/retract", sources.confirm, methods=["GET"]),
    Route("/curate/source/{id}/retract", sources.retract, methods=["POST"]),
    Route("/curate/import", sheets.form, methods=["GET"]),
    Route("/curate/import", sheets.look, methods=["POST"]),
    Route("/curate/import/take", sheets.import_, methods=["POST"]),
    Route("/curate/import/done", sheets.done),
    Route("/curate/import/left/{kept}", sheets.left),
    Route("/curate/template.{form}", sheets.template),
    Route("/curate/claims.{form}", sheets.export),
    Route("/curate/claim/{id}", claims.show, methods=["GET"]),
    Route("/curate/claim/{id}", claims.act, methods=["POST"]),
    Route("/curate/claim/{id}/edit", writing.edit, methods=["GET"]),
    Route("/curate/claim/{id}/edit", writing.save, methods=["POST"]),
    Route("/curate/claim/{id}/versions", claims.differences),
]
