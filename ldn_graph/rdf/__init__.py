"""Corpus ⇄ RDF, in two levels from one writer: the only place that builds quads.

The default graph is a flat view for people: direct edges, claim summaries, entities, sources,
agents and paths, so that everyday queries need no GRAPH. Each accepted claim is a
nanopublication in four named graphs besides. `docs/rdf.md` shows both.
"""

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from ldn_graph.grading.strength import Strength
from ldn_graph.paths.search import Path
from ldn_graph.rdf.delta import Change, Delta, changed_records, delta, path_quads
from ldn_graph.rdf.flat import direct_edge, flat_triples
from ldn_graph.rdf.iris import Names
from ldn_graph.rdf.nanopub import nanopub_quads
from ldn_graph.rdf.reader import read_quads
from ldn_graph.records.model import Corpus

__all__ = [
    "Change",
    "Delta",
    "Names",
    "changed_records",
    "delta",
    "direct_edge",
    "in_order",
    "nanopub_quads",
    "path_quads",
    "quads",
    "read_quads",
    "stream",
]


def quads(
    corpus: Corpus, strengths: Mapping[str, Strength], paths: Iterable[Path] = ()
) -> list[ox.Quad]:
    """Everything as quads, in order and without duplicates: same corpus, same list.

    `strengths` holds every claim's strength by id; `paths` are written as they are given.
    """
    return in_order(stream(corpus, strengths, paths))


def stream(
    corpus: Corpus, strengths: Mapping[str, Strength], paths: Iterable[Path] = ()
) -> Iterator[ox.Quad]:
    """As `quads`, one record after the other: for loading what wouldn't fit into a list.

    A direct edge comes once for each claim that stands behind it.
    """
    for triple in flat_triples(corpus, strengths, paths):
        yield ox.Quad(*triple)
    for claim in corpus.current():
        yield from nanopub_quads(claim, corpus, strengths[claim.id])


def in_order(found: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Distinct quads by graph (default first), subject, predicate and object."""
    return sorted(set(found), key=_key)


def _key(quad: ox.Quad) -> tuple[str, str, str, str]:
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
    # without the ">", a thing stands before its parts
    return graph, str(quad.subject)[:-1], quad.predicate.value, str(quad.object)
