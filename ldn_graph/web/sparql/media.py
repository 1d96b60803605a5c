"""Which form an answer gets: what a client takes, by its Accept header or by a short name."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ldn_graph.errors import UsageError, nearest
from ldn_graph.web.engine.job import GRAPHS, RESULTS

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
_HTML = ("text/html", "application/xhtml+xml")


class Wanted(NamedTuple):
    """Formats (empty where none is taken) and the media types they are sent as; whether the
    client would rather have a page, and whether it reads problem details."""

    results: str
    results_type: str
    graph: str
    graph_type: str
    page: bool = False
    problem: bool = False


class Range(NamedTuple):
    """One entry of an Accept header."""

    kind: str
    subtype: str
    q: float


@lru_cache(maxsize=512)
def wanted(accept: str) -> Wanted:
    """What an Accept header asks for, empty being anything.

    >>> wanted("text/csv;q=0.5, application/sparql-results+xml, text/*;q=0.1").results
    'xml'
    """
    ranges = parse_accept(accept)
    results, results_q = best(RESULT_TYPES, ranges)
    graph, graph_q = best(GRAPH_TYPES, ranges)
    html_q = max(_quality(t, ranges, wildcards=False) for t in _HTML)
    problem_q = _quality("application/problem+json", ranges, wildcards=False)
    return Wanted(
        RESULT_TYPES.get(results, ""),
        _sent_as(results),
        GRAPH_TYPES.get(graph, ""),
        _sent_as(graph),
        page=html_q > 0 and html_q >= max(results_q, graph_q),
        problem=problem_q > 0 or _quality("application/json", ranges, wildcards=False) > 0,
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


def parse_accept(accept: str) -> tuple[Range, ...]:
    """The entries of an Accept header; what can't be read is left out.

    >>> parse_accept("text/html;level=1;q=0.3, */*")
    (Range(kind='text', subtype='html', q=0.3), Range(kind='*', subtype='*', q=1.0))
    """
    found = []
    for entry in accept.split(",") if accept.strip() else ["*/*"]:
        name, *parameters = entry.split(";")
        kind, slash, subtype = name.strip().lower().partition("/")
        if not slash:
            continue
        q = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                q = _number(value)
        found.append(Range(kind, subtype, q))
    return tuple(found)


def best(types: Iterable[str], ranges: tuple[Range, ...]) -> tuple[str, float]:
    """The media type with the highest quality, and that; empty and 0 where none is taken."""
    found, most = "", 0.0
    for name in types:
        q = _quality(name, ranges)
        if q > most:
            found, most = name, q
    return found, most


def _quality(name: str, ranges: tuple[Range, ...], *, wildcards: bool = True) -> float:
    """The q-value of the entry that says most about a media type."""
    kind, _, subtype = name.partition("/")
    by_closeness: Mapping[tuple[str, str], int] = {(kind, subtype): 3}
    if wildcards:
        by_closeness = {(kind, subtype): 3, (kind, "*"): 2, ("*", "*"): 1}
    found = [(by_closeness.get((r.kind, r.subtype), 0), r.q) for r in ranges]
    close = max((c for c, _ in found), default=0)
    return max((q for c, q in found if c == close), default=0.0) if close else 0.0


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _sent_as(name: str) -> str:
    return f"{name}; charset=utf-8" if name.startswith("text/") else name
