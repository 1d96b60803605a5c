"""What is not in force, as RDF for those who curate: in a graph of its own, which no query sees."""

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph import rdf
from ldn_graph.curation.publication import unpublished
from ldn_graph.grading.rule import Rule
from ldn_graph.grading.strength import grade_all
from ldn_graph.records.model import Corpus
from ldn_graph.web.auth.guard import signed_in
from ldn_graph.web.curation.workspace_access import office

#: The graph's name, after the corpus's base.
GRAPH = "drafts"


async def described(request: Request) -> Response:
    """Drafts, next versions, and what waits for review or was rejected, as TriG."""
    await signed_in(request)
    corpus, rule = await office(request).ask(lambda w: (w.corpus, w.rule))
    body = await run_in_threadpool(_written, corpus, rule)
    return Response(body, media_type="application/trig", headers={"cache-control": "no-store"})


def _written(corpus: Corpus, rule: Rule) -> bytes:
    graph = ox.NamedNode(corpus.description.base + GRAPH)
    claims = unpublished(corpus)
    without = claims.model_copy(update={"claims": {}})
    found = set(rdf.quads(claims, grade_all(claims, rule), ()))
    of_claims = found - set(rdf.quads(without, {}, ()))
    quads = rdf.in_order(ox.Quad(q.subject, q.predicate, q.object, graph) for q in of_claims)
    return ox.serialize(quads, format=ox.RdfFormat.TRIG) or b""
