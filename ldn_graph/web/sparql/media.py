"""Which form an answer gets: what a client takes, by its Accept header or by a short name."""

from functools import lru_cache
from typing import NamedTuple

from ldn_graph.errors import UsageError, nearest
from ldn_graph.web.engine.job import GRAPHS, RESULTS
from ldn_graph.web.http.accept import best, wants_page, wants_problem

_SHORT = {
    **dict.fromkeys(("json", "srj", "sparql-results+json"), "json"),
    **dict.fromkeys(("xml", "srx", "sparql-results+xml"), "xml"),
    **{"csv": "csv", "tsv": "tsv"},
    **dict.fromkeys(("turtle", "ttl"), "turtle"),
    **dict.fromkeys(("jsonld", "json-ld"), "jsonld"),
    **dict.fromkeys(("ntriples", "nt", "n-triples"), "ntriples"),
    **{"trig": "trig", "n3": "n3"},
    **dict.fromkeys(("nquads", "nq", "n-quads"), "nquads"),
    **dict.fromkeys(("rdfxml", "rdf", "rdf+xml"), "rdfxml"),
}
#: Media type → format; of equals the first is preferred. Some older names are understood too.
RESULT_TYPES = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/xml": "xml",
}
GRAPH_TYPES = {
    "text/turtle": "turtle",
    "application/ld+json": "jsonld",
    "application/n-triples": "ntriples",
    "application/trig": "trig",
    "application/n-quads": "nquads",
    "application/rdf+xml": "rdfxml",
    "text/n3": "n3",
    "application/x-turtle": "turtle",
    "application/json": "jsonld",
    "application/xml": "rdfxml",
    "text/plain": "ntriples",
}
#: What the service description says that there is.
OFFICIAL_RESULTS = {f: next(t for t, g in RESULT_TYPES.items() if g == f) for f in RESULTS}
OFFICIAL_GRAPHS = {f: next(t for t, g in GRAPH_TYPES.items() if g == f) for f in GRAPHS}


class Wanted(NamedTuple):
    """Formats (empty where none is taken) and the media types they are sent as; whether the
    client would rather have a page, and whether it reads problem details."""

    results: str
    results_type: str
    graph: str
    graph_type: str
    page: bool = False
    problem: bool = False


@lru_cache(maxsize=64)  # a header may have 64 KiB
def wanted(accept: str) -> Wanted:
    """What an Accept header asks for, empty being anything.

    >>> wanted("text/csv;q=0.5, application/sparql-results+xml, text/*;q=0.1").results
    'xml'
    """
    results, graph = best(RESULT_TYPES, accept)[0], best(GRAPH_TYPES, accept)[0]
    return Wanted(
        RESULT_TYPES.get(results, ""),
        _sent_as(results),
        GRAPH_TYPES.get(graph, ""),
        _sent_as(graph),
        page=wants_page(accept, [*RESULT_TYPES, *GRAPH_TYPES]),
        problem=wants_problem(accept),
    )


@lru_cache(maxsize=64)
def named(short: str, accept: str) -> Wanted:
    """What `format=` asks for; the other kind of answer is as the Accept header has it.

    Raises UsageError for a name that is not known.
    """
    taken = wanted(accept)
    format_ = _SHORT.get(short.lower()) or RESULT_TYPES.get(short) or GRAPH_TYPES.get(short)
    if not format_:
        known = ", ".join((*RESULTS, *GRAPHS))
        raise UsageError(
            f"format {short!r} is not known{nearest(short, _SHORT)} (there is {known})"
        )
    if format_ in RESULTS:
        sent = _sent_as(OFFICIAL_RESULTS[format_])
        return Wanted(format_, sent, taken.graph or "turtle", taken.graph_type or "text/turtle")
    sent = _sent_as(OFFICIAL_GRAPHS[format_])
    json = _sent_as(OFFICIAL_RESULTS["json"])
    return Wanted(taken.results or "json", taken.results_type or json, format_, sent)


def _sent_as(name: str) -> str:
    return f"{name}; charset=utf-8" if name.startswith("text/") else name
