"""What a client asks: the parts of a request, checked, and the form that its answer gets."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes
from zlib import adler32, crc32

from ldn_graph.errors import UsageError, nearest
from ldn_graph.web.engine.job import GRAPHS, RESULTS, Question
from ldn_graph.web.http.negotiation import best, wants_page, wants_problem

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
def wanted_media(accept: str) -> Wanted:
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
def named_media(short: str, accept: str) -> Wanted:
    """What `format=` asks for; the other kind of answer is as the Accept header has it.

    Raises UsageError for a name that is not known.
    """
    taken = wanted_media(accept)
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


Pairs = list[tuple[str, str]]

#: Requests up to so many bytes are remembered as they were understood.
_REMEMBERED = 4096
#: Parameters of a query that stand once at most.
_ONCE = ("query", "timeout", "format", "output")
_GRAPHS = ("default-graph-uri", "named-graph-uri")
_USING = ("using-graph-uri", "using-named-graph-uri")


class Asked(NamedTuple):
    """A query, the forms that its answer may have, and the seconds that the client gives it;
    `digest` is of all that the answer depends on but the data."""

    question: Question
    wanted: Wanted
    seconds: float | None
    digest: str


def pairs(encoded: bytes) -> Pairs:
    """The names and values of a form or a URL's query, each decoded once.

    Raises UsageError for what isn't UTF-8.

    >>> pairs(b"query=ASK+%7B%7D&default")
    [('query', 'ASK {}'), ('default', '')]
    """
    found = []
    for part in encoded.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            found.append((_decoded(name), _decoded(value)))
    return found


def query(parameters: Pairs, text: str | None, accept: str) -> Asked:
    """A query as the parameters have it, or in `text`. Raises UsageError."""
    values: dict[str, str] = {} if text is None else {"query": text}
    for name, value in parameters:
        if name in _ONCE:
            if name in values:
                raise UsageError(f"{name!r} is given twice; give it once")
            values[name] = value
        elif name in ("update", *_USING):
            raise UsageError(
                f"{name!r} belongs to updates, which go to /update by POST; queries have 'query'"
            )
    if "query" not in values:
        raise UsageError("there is no query; give one as 'query', or in the body of a POST")
    short = values.get("format") or values.get("output")
    wanted = named_media(short, accept) if short else wanted_media(accept)
    question = Question(
        checked(values["query"]), wanted.results, wanted.graph, *_named(parameters, *_GRAPHS)
    )
    return Asked(question, wanted, seconds(values.get("timeout")), _digest(question, wanted))


def _digest(question: Question, wanted: Wanted) -> str:
    """What tells apart the answers to two requests about the same data.

    A tag is of one address, which has the question in it; only those who POST may mistake one
    question for another, and two checksums for that are enough.
    """
    asked = question.to_bytes()
    how = f"{wanted.results_type},{wanted.graph_type}".encode()
    return f"{crc32(asked):08x}{adler32(how + asked):08x}"


@lru_cache(maxsize=256)
def _remembered(encoded: bytes, accept: str) -> Asked:
    if encoded.startswith(b"query=") and b"&" not in encoded:  # nearly all are so
        text = checked(_decoded(encoded[6:]))
        wanted = wanted_media(accept)
        question = Question(text, wanted.results, wanted.graph)
        return Asked(question, wanted, None, _digest(question, wanted))
    return query(pairs(encoded), None, accept)


def form(encoded: bytes, accept: str) -> Asked:
    """A query whose parameters are all in a URL or a form. Raises UsageError."""
    if len(encoded) + len(accept) <= _REMEMBERED:
        return _remembered(encoded, accept)
    return query(pairs(encoded), None, accept)


def using(parameters: Pairs) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The graphs that an update looks into, where it is told."""
    for name, _ in parameters:
        if name in _GRAPHS:
            raise UsageError(f"{name!r} belongs to queries; updates have {' and '.join(_USING)}")
    return _named(parameters, *_USING)


def checked(text: str) -> str:
    """`text`, if an engine may see it. Raises UsageError."""
    if "\0" in text:
        raise UsageError("the text holds a NUL character, which SPARQL does not know; remove it")
    return text


def decoded(body: bytes) -> str:
    """A body as text. Raises UsageError for what isn't UTF-8."""
    try:
        return checked(body.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the text is not UTF-8 (byte {error.start}); SPARQL is sent as UTF-8"
        ) from error


def one(values: Iterable[tuple[str, str]], name: str) -> str | None:
    """The only value of a parameter, if it is there. Raises UsageError where it is twice."""
    found = [v for n, v in values if n == name]
    if len(found) > 1:
        raise UsageError(f"{name!r} is given {len(found)} times; give it once")
    return found[0] if found else None


def seconds(given: str | None) -> float | None:
    """A time-out in seconds. Raises UsageError for what is no positive number."""
    if given is None:
        return None
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise UsageError(f"timeout {given!r} is no number of seconds above 0, like 2.5")
    return number


def _named(
    parameters: Pairs, default: str, named: str
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    graphs: Iterator[tuple[str, ...]] = (
        tuple(v for n, v in parameters if n == name) for name in (default, named)
    )
    first, second = graphs
    return first or None, second or None


def _decoded(part: bytes) -> str:
    plain = part.replace(b"+", b" ")
    try:
        try:
            # the same as unquote_to_bytes(), ten times as fast: %41 is read as \x41
            escaped = plain.replace(b"\\", b"\\\\").replace(b"%", b"\\x")
            return escaped.decode("unicode_escape").encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return unquote_to_bytes(plain).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            "a parameter is not UTF-8 behind its percent signs; SPARQL is sent as UTF-8"
        ) from error
