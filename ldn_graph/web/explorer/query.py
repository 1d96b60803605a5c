"""The query page: an editor, the canned queries with their forms, and what a query found.

The page works as forms and links; its scripts put the editor and the pictures on top.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ldn_graph import queries, rdf
from ldn_graph.errors import LdnError, UnknownName, UsageError
from ldn_graph.graph import EvidenceGraph
from ldn_graph.queries import CannedQuery
from ldn_graph.web.explorer import completion
from ldn_graph.web.explorer.columns import meanings
from ldn_graph.web.explorer.page import render
from ldn_graph.web.explorer.query_forms import Field, fields, given, resolved
from ldn_graph.web.http.etag import conditional, etag
from ldn_graph.web.http.messages import message_of
from ldn_graph.web.state import snapshot

#: What a beginner may start from, each a whole query.
EXAMPLES = (
    (
        "How often is each relation claimed?",
        """SELECT ?relation (COUNT(?claim) AS ?claims)
WHERE {
  ?claim a ldnv:Claim ;
         ldnv:predicate ?relation .
}
GROUP BY ?relation
ORDER BY DESC(?claims) ?relation""",
    ),
    (
        "What is low-dose naltrexone directly said to do?",
        """SELECT ?relation ?thing
WHERE {
  ldn:low-dose-naltrexone ?relation ?thing .
  ?thing a ldnv:Entity .
}
ORDER BY ?relation ?thing""",
    ),
    (
        "A picture of the claims at grade step 3 and above",
        """CONSTRUCT { ?subject ?relation ?object }
WHERE {
  ?claim ldnv:subject ?subject ;
         ldnv:predicate ?relation ;
         ldnv:object ?object ;
         ldnv:gradeStep ?level .
  FILTER(?level >= 3)
}""",
    ),
)
_MOST_NAMES = 50
_MOST_IRIS = 5000
_MOST_BYTES = 1_000_000


async def query_page(request: Request) -> Response:
    """The page, with the query that the address names."""
    graph = snapshot(request).graph
    form = request.query_params
    chosen, problem, text, status = None, None, form.get("query", ""), 200
    name = form.get("name", "")
    if name:
        try:
            chosen = _canned(graph, name)
            text = text or _filled(chosen, form, graph)
        except LdnError as error:
            problem, status = message_of(request, error), error.status
            text = text or (bare(chosen.text) if chosen else "")
    return render(
        request,
        "query.html",
        status=status,
        tags=_tags(graph),
        canned=sorted(graph.canned.values(), key=lambda q: q.summary),
        chosen=chosen,
        fields=_fields(chosen, form, graph),
        meanings=meanings(chosen.columns) if chosen else [],
        problem=problem,
        query=text,
        examples=[(title, _with_prefixes(graph, example)) for title, example in EXAMPLES],
        base_iri=graph.corpus.description.base,
    )


async def terms(request: Request) -> Response:
    """Prefixes and terms for completion."""
    shown = snapshot(request)
    graph = shown.graph

    def known() -> Response:
        found = [vars(term) for term in completion.terms(graph)]
        prefixes = rdf.Names(graph.corpus.description.base).prefixes
        return JSONResponse({"prefixes": prefixes, "terms": found})

    return conditional(request, etag("terms", shown.version), known)


async def names(request: Request) -> Response:
    """Things of a kind whose names hold some words."""
    kind, words = request.query_params.get("type", "entity"), request.query_params.get("q", "")
    if kind not in completion.NAMED:
        raise UnknownName.among("type", kind, completion.NAMED)
    shown = snapshot(request)

    def known() -> JSONResponse:
        found = completion.called(shown.graph.corpus, kind, words[:100], most=_MOST_NAMES)
        return JSONResponse([{"id": t.id, "label": t.label, "detail": t.detail} for t in found])

    return conditional(request, etag("names", shown.version, kind, words[:100]), known)


async def labels(request: Request) -> Response:
    """What the things behind IRIs are called: a list of IRIs in, an object out."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise UsageError(f"more than {_MOST_BYTES} bytes of IRIs; ask in several requests")
    try:
        iris = json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise UsageError("the body is no JSON; send a list of IRIs") from error
    if not isinstance(iris, list) or not all(isinstance(iri, str) for iri in iris):
        raise UsageError('the body is no list of IRIs; send one like ["https://…"]')
    found = completion.labels(snapshot(request).graph, iris[:_MOST_IRIS])
    return JSONResponse(found)


def _canned(graph: EvidenceGraph, name: str) -> CannedQuery:
    if name not in graph.canned:
        raise UnknownName.among("query", name, graph.canned)
    return graph.canned[name]


def _filled(query: CannedQuery, form: Mapping[str, str], graph: EvidenceGraph) -> str:
    values = resolved(query, given(query, form), graph)
    base = graph.corpus.description.base
    return bare(queries.fill(query, values, known=graph.known, base=base))


def _fields(
    query: CannedQuery | None, form: Mapping[str, str], graph: EvidenceGraph
) -> list[Field]:
    if query is None:
        return []
    return fields(query, resolved(query, given(query, form), graph), graph)


def bare(text: str) -> str:
    """A query without its header, which the page shows beside it."""
    return re.sub(r"^#\+.*\n", "", text, flags=re.MULTILINE)


def _with_prefixes(graph: EvidenceGraph, text: str) -> str:
    prefixes = rdf.Names(graph.corpus.description.base).prefixes
    used = [p for p in prefixes if re.search(rf"\b{p}:", text)]
    return "".join(f"PREFIX {p}: <{prefixes[p]}>\n" for p in used) + "\n" + text


def _tags(graph: EvidenceGraph) -> list[tuple[str, int]]:
    counts = Counter(tag for query in graph.canned.values() for tag in query.tags)
    several = {tag: count for tag, count in counts.items() if count > 1}
    return sorted(several.items(), key=lambda pair: (-pair[1], pair[0]))


routes: list[BaseRoute] = [
    Route("/query", query_page),
    Route("/query/terms.json", terms),
    Route("/query/names.json", names),
    Route("/query/labels.json", labels, methods=["POST"]),
]
