"""One claim as a nanopublication: head, assertion, provenance and publication info.

Well-formed by the nanopublication guidelines: every triple stands in one of the four graphs, the
provenance speaks of the assertion, the publication info of the nanopublication. Unsigned.
"""

from collections.abc import Iterator
from datetime import date

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, PROV, RDFS

from ldn_graph.grading.strength import Strength
from ldn_graph.rdf import biolink
from ldn_graph.rdf.flat import direct_edge, grade_triples
from ldn_graph.rdf.names import TYPE, XSD, Names, concept, iri, number, part, relation, truth, web
from ldn_graph.rdf.records import ITEM, QUALIFIERS, SOURCE
from ldn_graph.rdf.slots import Triple
from ldn_graph.rdf.vocabulary import BIOLINK, LDNV, NP, NPX, OA, SEPIO
from ldn_graph.records.model import Claim, Corpus, CurationEvent, EvidenceItem, Source
from ldn_graph.records.vocabularies import Action, Direction
from ldn_graph.verbalise import is_denied, reading

_DIRECTION = {
    Direction.SUPPORTS: SEPIO["0000403"],
    Direction.REFUTES: SEPIO["0000404"],
    Direction.INCONCLUSIVE: SEPIO["0000405"],
}

#: Fields of an item that no outside vocabulary of the provenance carries.
_OWN_FIELDS = ("basis", "design", "role", "indirectness", "finding", "sample_size")


def nanopub_quads(claim: Claim, corpus: Corpus, strength: Strength) -> list[ox.Quad]:
    """The nanopublication of `claim`, in order. Its strength goes into the provenance."""
    names = Names(corpus.description.base)
    this = names.of("np", claim.id)
    graphs = {
        "head": _head(this),
        "assertion": _assertion(claim, corpus, strength, names),
        "provenance": _provenance(this, claim, corpus, strength, names),
        "pubinfo": _pubinfo(this, claim, corpus, names),
    }
    return [
        ox.Quad(*triple, part(this, name))
        for name, triples in graphs.items()
        for triple in sorted(set(triples), key=lambda t: tuple(map(str, t)))
    ]


def _head(this: ox.NamedNode) -> Iterator[Triple]:
    yield this, TYPE, iri(NP.Nanopublication)
    yield this, iri(NP.hasAssertion), part(this, "assertion")
    yield this, iri(NP.hasProvenance), part(this, "provenance")
    yield this, iri(NP.hasPublicationInfo), part(this, "pubinfo")


def _assertion(claim: Claim, corpus: Corpus, strength: Strength, names: Names) -> Iterator[Triple]:
    """The Biolink association; the plain shortcut only where nothing in it would mislead."""
    node = names.of("claim", claim.id)
    subject, object_ = names.of("entity", claim.subject), names.of("entity", claim.object)
    predicate = biolink.predicate(claim, corpus)
    denied = is_denied(claim, corpus)
    wording = strength.wording_against if denied else strength.wording
    affects = iri(BIOLINK.affects)
    changed = claim.qualifiers.subject_change is not None
    if direct_edge(claim, corpus, strength) and (predicate == affects or not changed):
        yield subject, predicate, object_
    yield from (
        (node, TYPE, iri(BIOLINK.Association)),
        (node, iri(BIOLINK.subject), subject),
        (node, iri(BIOLINK.predicate), predicate),
        (node, iri(BIOLINK.object), object_),
        (node, iri(BIOLINK.knowledge_level), ox.Literal(biolink.KNOWLEDGE_LEVEL[wording])),
        (node, iri(BIOLINK.agent_type), ox.Literal("manual_agent")),
        (node, iri(SEPIO["0000030"]), names.proposition(claim)),
    )
    yield from ((node, *pair) for pair in biolink.qualifiers(claim, corpus))
    if denied:
        yield node, *biolink.negated()
    yield node, iri(LDNV.predicate), relation(claim.predicate)
    for slot in QUALIFIERS.slots:
        yield from slot.write(node, getattr(claim.qualifiers, slot.name), names)


def _provenance(
    this: ox.NamedNode, claim: Claim, corpus: Corpus, strength: Strength, names: Names
) -> Iterator[Triple]:
    node, assertion = names.of("claim", claim.id), part(this, "assertion")
    yield assertion, iri(PROV.wasAttributedTo), _creator(claim, corpus, names)
    yield node, iri(LDNV.wording), concept(strength.wording)
    yield node, iri(LDNV.agreement), concept(strength.agreement)
    yield node, iri(LDNV.evidenceLevel), number(strength.version_1_level)  # deprecated
    yield from grade_triples(node, strength.grade, names)
    for name in sorted({item.source for item in claim.evidence}):
        source = names.of("source", name)
        yield assertion, iri(PROV.wasDerivedFrom), source
        yield node, iri(SEPIO["0000145"]), source
        yield source, iri(DCTERMS.title), ox.Literal(corpus.sources[name].title)
        yield from _text_version(source, corpus.sources[name], names)
    for item in claim.evidence:
        yield from _line(this, node, item, names)


def _text_version(node: ox.NamedNode, source: Source, names: Names) -> Iterator[Triple]:
    """Which text the offsets count in, and a warning where it was retracted."""
    yield from SOURCE.slot("text_sha256").write(node, source.text_sha256, names)
    if source.retracted:
        yield node, iri(LDNV.retracted), truth(True)


def _line(
    this: ox.NamedNode, claim: ox.NamedNode, item: EvidenceItem, names: Names
) -> Iterator[Triple]:
    """One SEPIO evidence line and its item: what a source says, where, and how sure it sounds."""
    line, node = part(this, f"line-{item.id}"), part(claim, item.id)
    yield claim, iri(SEPIO["0000006"]), line
    yield line, TYPE, iri(SEPIO["0000002"])
    yield line, iri(SEPIO["0000183"]), iri(_DIRECTION[item.direction])
    yield line, iri(SEPIO["0000084"]), node
    yield node, TYPE, iri(SEPIO["0000174"])
    yield node, iri(SEPIO["0000167"]), concept(item.certainty)
    for eco in biolink.evidence_types(item):
        yield node, TYPE, eco
        yield claim, iri(SEPIO["0000398"]), eco
    for slot in (s for s in ITEM.slots if s.name in _OWN_FIELDS):
        yield from slot.write(node, getattr(item, slot.name), names)
    yield from _quotation(this, node, item, names)


def _quotation(
    this: ox.NamedNode, node: ox.NamedNode, item: EvidenceItem, names: Names
) -> Iterator[Triple]:
    source = names.of("source", item.source)
    yield node, iri(OA.hasSource), source
    if item.quote is None:
        yield node, iri(PROV.wasDerivedFrom), source
        return
    yield node, iri(PROV.wasQuotedFrom), source
    words = part(this, f"{item.id}-quote")
    yield node, iri(OA.hasSelector), words
    yield words, TYPE, iri(OA.TextQuoteSelector)
    yield words, iri(OA.exact), ox.Literal(item.quote.exact)
    if item.quote.start is not None and item.quote.end is not None:
        place = part(this, f"{item.id}-position")
        yield node, iri(OA.hasSelector), place
        yield place, TYPE, iri(OA.TextPositionSelector)
        yield place, iri(OA.start), number(item.quote.start)
        yield place, iri(OA.end), number(item.quote.end)


def _pubinfo(this: ox.NamedNode, claim: Claim, corpus: Corpus, names: Names) -> Iterator[Triple]:
    day = _creation(claim).on
    yield this, iri(DCTERMS.creator), _creator(claim, corpus, names)
    yield this, iri(DCTERMS.created), _midnight(day)
    yield this, iri(DCTERMS.license), web(corpus.description.license)
    yield this, iri(RDFS.label), ox.Literal(reading(claim, corpus))
    yield this, iri(NPX.introduces), names.of("claim", claim.id)


def _creation(claim: Claim) -> CurationEvent:
    """The event that created the claim; its first one where none says so."""
    return next((e for e in claim.history if e.action is Action.CREATE), claim.history[0])


def _creator(claim: Claim, corpus: Corpus, names: Names) -> ox.NamedNode:
    return names.person(corpus.agents[_creation(claim).by])


def _midnight(day: date) -> ox.Literal:
    """A day as the canonical xsd:dateTime of its beginning: stores keep it as it is."""
    return ox.Literal(f"{day.isoformat()}T00:00:00Z", datatype=ox.NamedNode(XSD + "dateTime"))
