"""`ontology/context.jsonld` covers the vocabulary, mints nothing, and expands without network."""

import json
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import SKOS, XSD
from vocabulary import (
    CLASSES,
    CONCEPTS,
    NS,
    ONTOLOGY,
    PROPERTIES,
    RELATIONS,
    context_terms,
    flat,
)

from ldn_graph.grading.strength import Strength
from ldn_graph.rdf.iris import LDNV
from ldn_graph.records import identifiers
from ldn_graph.records.model import Corpus

#: rdflib's JSON-LD parser makes a ConjunctiveGraph, which rdflib itself deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

CONTEXT: dict[str, Any] = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))

CLAIM = {
    "id": "ldnc:x",
    "type": "Claim",
    "label": "Drugamine reduces inflammation",
    "subject": "ldn:drugamine",
    "predicate": "decreases",
    "object": "ldn:inflammation",
    "status": "status-accepted",
    "evidenceLevel": 1,
    "evidence": [
        {
            "id": "ldnc:x#e1",
            "type": "EvidenceItem",
            "order": 1,
            "source": "ldns:text",
            "direction": "direction-supports",
            "basis": ["basis-patient-reports", "basis-emerging-research"],
            "quote": "Patients have reported that Drugamine can reduce inflammation",
            "start": 173,
            "cue": [{"id": "ldnc:x#e1-cue-1", "type": "TextSpan", "exact": "can"}],
            "dose": {"id": "ldnc:x#e1-dose", "doseLow": "1.5", "doseBand": "dose-band-low"},
        }
    ],
    "event": [{"id": "ldnc:x#event-1", "on": "2026-01-02", "by": "ldna:curator-one"}],
}


def with_rdflib(document: dict[str, Any]) -> Graph:
    return Graph().parse(data=json.dumps(document), format="json-ld")


def with_oxigraph(document: dict[str, Any]) -> Graph:
    triples = [q.triple for q in ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD)]
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def test_it_covers_the_vocabulary_and_nothing_else() -> None:
    own = {n: i for n, i in context_terms().items() if i.startswith(NS)}
    every = CLASSES | PROPERTIES | set(RELATIONS) | set(CONCEPTS)
    assert own == {str(t).removeprefix(NS): str(t) for t in every}


def test_it_has_the_usual_prefixes() -> None:
    context = CONTEXT["@context"]
    assert context["@version"] == 1.1
    assert {p: context.get(p) for p in identifiers.PREFIXES} == identifiers.PREFIXES


def test_it_mints_nothing_from_a_typo() -> None:
    """Without `@vocab`, a key that is no term is dropped."""
    assert "@vocab" not in CONTEXT["@context"]
    assert not with_rdflib(CONTEXT | {"id": "ldnc:x", "evidnce": "typo"})


@pytest.mark.parametrize("expand", [with_rdflib, with_oxigraph])
def test_a_document_expands(expand: Any) -> None:
    graph = expand(CONTEXT | CLAIM)
    claim, item = (URIRef(identifiers.BASE + f"claim/{name}") for name in ("x", "x#e1"))
    assert (claim, RDF.type, LDNV.Claim) in graph
    assert (claim, LDNV.predicate, URIRef(identifiers.relation("decreases"))) in graph
    assert (claim, LDNV.object, URIRef(identifiers.BASE + "entity/inflammation")) in graph
    assert (claim, LDNV.evidence, item) in graph
    assert (item, LDNV.direction, URIRef(identifiers.concept("direction", "supports"))) in graph
    assert (item, LDNV.start, Literal("173", datatype=XSD.integer)) in graph
    assert len(list(graph.objects(item, LDNV.basis))) == 2
    dose = graph.value(item, LDNV.dose)
    assert graph.value(dose, LDNV.doseLow) == Literal("1.5", datatype=XSD.decimal)
    event = graph.value(claim, LDNV.event)
    assert graph.value(event, LDNV.on) == Literal("2026-01-02", datatype=XSD.date)


def test_two_processors_agree() -> None:
    assert isomorphic(with_rdflib(CONTEXT | CLAIM), with_oxigraph(CONTEXT | CLAIM))


def test_everything_that_the_flat_view_says_has_a_term(
    mini: Corpus, mini_strengths: dict[str, Strength]
) -> None:
    graph = flat(mini, mini_strengths)
    terms = set(context_terms().values())
    assert {str(p) for p in graph.predicates()} - terms == {str(RDF.type)}


def test_values_are_coerced_as_the_ontology_declares() -> None:
    """An object property's value is an IRI; a number or date has its datatype."""
    ontology = Graph().parse(ONTOLOGY / "ldn.ttl")
    for node in sorted(PROPERTIES | set(RELATIONS)):
        written = CONTEXT["@context"][node.removeprefix(NS)]
        coerced = written.get("@type") if isinstance(written, dict) else None
        range_ = ontology.value(node, RDFS.range, default=XSD.date)
        if (node, RDF.type, OWL.ObjectProperty) in ontology:
            by_name = range_ in (SKOS.Concept, LDNV.Predicate)
            assert coerced == ("@vocab" if by_name else "@id"), node
        else:
            wanted = None if range_ == XSD.string else range_.replace(str(XSD), "xsd:")
            assert coerced == wanted, node
