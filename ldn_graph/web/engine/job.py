"""What an evaluator is asked, and the forms that answers have."""

import json
from typing import NamedTuple

import pyoxigraph as ox

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
