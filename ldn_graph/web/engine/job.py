"""What an evaluator is asked, how much it may take, and why there may be no answer."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ldn_graph.errors import BadQuery, LdnError, UnknownName


@dataclass(frozen=True)
class Limits:
    """`seconds`: a query's time, waiting included. `workers` evaluators are kept, up to
    `most_workers` where others wait; a client has at most `a_client` of them at a time, and
    `queue` queries wait in all. `rows` (of a SELECT) and `bytes` are an answer's, `memory` the
    bytes that one evaluation may add, `cache` the bytes of answers kept, `text` a query's bytes.
    `load`: the bytes of an update, and of any other body or form; deploy/ has the same number.
    `rate` requests a minute from one address; 0 is no limit. `spool`: where large answers wait.
    `services` are the endpoints that SERVICE may ask.
    """

    seconds: float = 10.0
    workers: int = max(4, 2 * (os.cpu_count() or 2))
    most_workers: int = 16
    a_client: int = 8
    queue: int = 256
    rows: int = 1_000_000
    bytes: int = 512 << 20
    memory: int = 1 << 30
    cache: int = 64 << 20
    text: int = 1 << 20
    load: int = 64 << 20
    rate: int = 6000
    spool: Path | None = None
    services: tuple[str, ...] = ()


class QueryTimeout(LdnError):
    """The query was stopped at its deadline."""

    status = 504


class Busy(LdnError):
    """No evaluator is free, and none will be soon; `after` seconds are worth waiting."""

    status = 503

    def __init__(self, message: str, after: int = 1) -> None:
        super().__init__(message)
        self.after = after


class OutOfMemory(LdnError):
    """The query needed more memory than it may have."""

    status = 503


class EngineLost(LdnError):
    """The engine's process ended under the query; a new one is started."""

    status = 503


class AnswerTooLarge(LdnError):
    """The answer is larger than the limits allow; none of it was sent."""

    status = 413


class NotAcceptable(LdnError):
    """The answer has no form that the client takes."""

    status = 406


class Cancelled(LdnError):
    """The client went away; nobody reads this."""

    status = 499


class NoGraph(UnknownName):
    """The graph store has no graph of that name."""


_BY_NAME: dict[str, type[LdnError]] = {
    kind.__name__: kind for kind in (BadQuery, AnswerTooLarge, NotAcceptable, NoGraph, LdnError)
}


def refused(body: bytes) -> LdnError:
    """The error that another process gave: its name, and on the next lines its words."""
    name, _, message = body.decode().partition("\n")
    return _BY_NAME.get(name, LdnError)(message)


#: Short name → format, the first being what a client gets that doesn't mind.
RESULTS: dict[str, ox.QueryResultsFormat] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPHS: dict[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "n3": ox.RdfFormat.N3,
}

#: The first byte of what an evaluator is asked: a query, or a whole graph.
QUERY, DUMP = b"q", b"d"


class Question(NamedTuple):
    """A query; rows are wanted as `results` and triples as `graph` (names of `RESULTS` and
    `GRAPHS`, empty where the client takes none). Graphs given here replace those of FROM.
    """

    text: str
    results: str = "json"
    graph: str = "turtle"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None

    def to_bytes(self) -> bytes:
        """For the evaluator: one line of what is wanted, then the text."""
        graphs = ""
        if self.default_graphs is not None or self.named_graphs is not None:
            graphs = json.dumps((self.default_graphs, self.named_graphs))
        return f"{self.results},{self.graph},{graphs}\n{self.text}".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Question":
        """The inverse of `to_bytes`."""
        line, _, text = data.decode().partition("\n")
        results, graph, graphs = line.split(",", 2)
        if graphs:
            default, named = json.loads(graphs)
            return cls(text, results, graph, default, named)
        return cls(text, results, graph)


class Change(NamedTuple):
    """A change of the whole store: SPARQL `update`, or `put`, `post`, `delete` of one graph
    (empty: the default graph; None: all of them), whose content comes as one or more documents
    in formats of `GRAPHS`."""

    kind: str
    text: str = ""
    graph: str | None = ""
    using: tuple[str, ...] | None = None
    using_named: tuple[str, ...] | None = None
    documents: tuple[tuple[str, str], ...] = ()
    base: str | None = None
