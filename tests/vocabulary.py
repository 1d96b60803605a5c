"""What the code's vocabulary amounts to in RDF, for the tests of ontology, shapes and context."""

from enum import StrEnum
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.plugins.shared.jsonld.context import Context

from ldn_graph import rdf
from ldn_graph.grading.strength import Strength
from ldn_graph.paths.search import all_paths
from ldn_graph.rdf.iris import LDNV
from ldn_graph.records import identifiers, vocabularies
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Predicate

ONTOLOGY = Path(__file__).parent.parent / "ontology"
NS = str(LDNV._NS)

ENUMS = [
    e
    for e in vars(vocabularies).values()
    if isinstance(e, type) and issubclass(e, StrEnum) and e not in (StrEnum, Predicate)
]
CONCEPTS = {
    URIRef(identifiers.concept(identifiers.scheme(enum), member)): (enum, member)
    for enum in ENUMS
    for member in enum
}
RELATIONS = {URIRef(identifiers.relation(p)): p for p in Predicate}
PROPERTIES = {URIRef(NS + n) for n in LDNV.__annotations__ if n[0].islower() and n[0] != "_"}
CLASSES = {URIRef(NS + n) for n in LDNV.__annotations__ if n[0].isupper()}


def flat(corpus: Corpus, strengths: dict[str, Strength]) -> Graph:
    """The default graph that the writer makes of `corpus`."""
    quads = rdf.quads(corpus, strengths, all_paths(corpus, strengths))
    triples = [q.triple for q in quads if isinstance(q.graph_name, ox.DefaultGraph)]
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def context_terms() -> dict[str, str]:
    """Term → IRI of the JSON-LD context, prefixes expanded; keywords and prefixes left out."""
    loaded = Context(str(ONTOLOGY / "context.jsonld"))
    return {
        name: term.id
        for name, term in loaded.terms.items()
        if name not in identifiers.PREFIXES and not term.id.startswith("@")
    }
