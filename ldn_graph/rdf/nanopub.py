"""One claim as a nanopublication: head, assertion, provenance and publication info.

Each term was read in biolink-model.yaml 4.4.4 and is listed with its proof in the grounding of the
data. `treats` is reserved by Biolink for what is approved or passed phase 3: a claim has it only
if its own relation is `treats`. ECO has no term for trials or reviews as such.

Well-formed by the nanopublication guidelines: every triple stands in one of the four graphs, the
provenance speaks of the assertion, the publication info of the nanopublication. Unsigned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, PROV, RDFS

from ldn_graph.grading.strength import Strength
from ldn_graph.rdf.flat import direct_edge, grade_triples
from ldn_graph.rdf.iris import (
    BIOLINK,
    LDNV,
    NP,
    NPX,
    OA,
    SEPIO,
    TYPE,
    XSD,
    Names,
    concept,
    iri,
    number,
    outside,
    part,
    relation,
    truth,
    web,
)
from ldn_graph.rdf.records import ITEM, QUALIFIERS, SOURCE
from ldn_graph.rdf.slots import Term, Triple
from ldn_graph.records.model import Claim, Corpus, CurationEvent, EvidenceItem, Source
from ldn_graph.records.vocabularies import (
    Action,
    Basis,
    Change,
    Column,
    Design,
    Direction,
    Kind,
    Predicate,
    Role,
    Wording,
)
from ldn_graph.verbalise import is_denied, reading


@dataclass(frozen=True)
class Mapped:
    """A Biolink predicate with the qualifiers that complete it; `subjects` and `objects` are the
    kinds that its definition allows, empty for any."""

    predicate: str
    mechanism: str | None = None
    direction: str | None = None
    subjects: frozenset[Kind] = frozenset()
    objects: frozenset[Column] = frozenset()


_MATTER = frozenset({Kind.DRUG, Kind.TARGET, Kind.MOLECULE, Kind.CELL, Kind.ANATOMY})
_CHEMICAL = frozenset({Kind.DRUG, Kind.MOLECULE})

BIOLINK_PREDICATES: dict[Predicate, Mapped] = {
    Predicate.ANTAGONISES: Mapped("affects", mechanism="antagonism"),
    Predicate.INHIBITS: Mapped("affects", direction="decreased"),
    Predicate.DECREASES: Mapped("affects", direction="decreased"),
    Predicate.INCREASES: Mapped("affects", direction="increased"),
    Predicate.AFFECTS: Mapped("affects"),
    Predicate.BINDS: Mapped("directly_physically_interacts_with"),
    Predicate.CONTRIBUTES_TO: Mapped("contributes_to"),
    Predicate.INVOLVED_IN: Mapped(
        "participates_in", subjects=_MATTER, objects=frozenset({Column.PATHWAY})
    ),
    Predicate.TREATS: Mapped("treats"),
    Predicate.TREATS_OR_APPLIED_OR_STUDIED: Mapped("treats_or_applied_or_studied_to_treat"),
    Predicate.APPLIED_TO_TREAT: Mapped("applied_to_treat"),
    Predicate.STUDIED_TO_TREAT: Mapped("studied_to_treat"),
    Predicate.IN_CLINICAL_TRIALS_FOR: Mapped("in_clinical_trials_for"),
    Predicate.HAS_SIDE_EFFECT: Mapped("has_side_effect"),
    Predicate.CONTRAINDICATED_IN: Mapped("contraindicated_in"),
    Predicate.SUBCLASS_OF: Mapped("subclass_of"),
    Predicate.HAS_ROLE: Mapped("has_chemical_role", subjects=_CHEMICAL),
    Predicate.LOCATED_IN: Mapped("located_in", subjects=_MATTER),
}

#: What kind of knowledge a rung of the wording ladder is; the mapping is this project's own.
KNOWLEDGE_LEVEL: dict[Wording, str] = {
    Wording.ASSERTION: "knowledge_assertion",
    Wording.CAPABILITY: "knowledge_assertion",
    Wording.REPORTED: "observation",
    Wording.IMPLIED: "not_provided",
    Wording.SPECULATIVE: "prediction",
    Wording.PROSPECTIVE: "not_provided",
    Wording.NONE: "not_provided",
}

#: All but a cited study are statements without a traceable reference, whatever they name.
_UNTRACEABLE = ("ECO:0000303",)
ECO_OF_BASIS: dict[Basis, tuple[str, ...]] = {
    Basis.NONE_STATED: _UNTRACEABLE,
    Basis.MECHANISTIC_REASONING: _UNTRACEABLE,
    Basis.PATIENT_REPORTS: (*_UNTRACEABLE, "ECO:0006154"),
    Basis.EMERGING_RESEARCH: _UNTRACEABLE,
    Basis.CLINICAL_STUDIES_UNSPECIFIED: _UNTRACEABLE,
    Basis.ONGOING_TRIALS: _UNTRACEABLE,
    Basis.CITED_STUDY: ("ECO:0000304",),
    Basis.OWN_RESULT: (),
}

#: ECO's clinical study has controls; a human study without is experimental at most.
_CLINICAL = ("ECO:0000180",)
_UNCONTROLLED = ("ECO:0000006",)
ECO_OF_DESIGN: dict[Design, tuple[str, ...]] = {
    Design.SYSTEMATIC_REVIEW: ("ECO:0007674",),
    Design.META_ANALYSIS: ("ECO:0007674",),
    Design.NARRATIVE_REVIEW: ("ECO:0000302",),
    Design.RANDOMISED_TRIAL: _CLINICAL,
    Design.NON_RANDOMISED_TRIAL: _CLINICAL,
    Design.UNCONTROLLED_TRIAL: _UNCONTROLLED,
    Design.COHORT: _UNCONTROLLED,
    Design.SURVEY: (),
    Design.CASE_SERIES: (),
    Design.ANIMAL: ("ECO:0000179",),
    Design.IN_VITRO: ("ECO:0000181",),
    Design.PROTOCOL: (),
    Design.REGISTRY_RECORD: (),
    Design.LETTER: ("ECO:0000302",),
    Design.REGULATORY_LABEL: ("ECO:0000302",),
    Design.GUIDELINE: ("ECO:0000302",),
}


def mapped(claim: Claim, corpus: Corpus) -> Mapped | None:
    """The Biolink terms that say what `claim` says, or None where none do."""
    found = BIOLINK_PREDICATES.get(claim.predicate)
    if found is None:
        return None
    subject, object_ = corpus.entities[claim.subject], corpus.entities[claim.object]
    fits_subject = not found.subjects or subject.kind in found.subjects
    fits_object = not found.objects or object_.column in found.objects
    return found if fits_subject and fits_object else None


def biolink_predicate(claim: Claim, corpus: Corpus) -> ox.NamedNode:
    """The association's predicate: Biolink's, or the project's own relation."""
    found = mapped(claim, corpus)
    return iri(BIOLINK[found.predicate]) if found else relation(claim.predicate)


def qualifiers(claim: Claim, corpus: Corpus) -> Iterator[tuple[ox.NamedNode, Term]]:
    """What completes the predicate, as Biolink's slots and enum values."""
    found = mapped(claim, corpus)
    if found and found.mechanism:
        yield iri(BIOLINK.causal_mechanism_qualifier), ox.Literal(found.mechanism)
    if found and found.direction:
        yield iri(BIOLINK.qualified_predicate), iri(BIOLINK.causes)
        yield iri(BIOLINK.object_direction_qualifier), ox.Literal(found.direction)
    change = claim.qualifiers.subject_change
    if change in (Change.INCREASED, Change.DECREASED):
        yield iri(BIOLINK.subject_direction_qualifier), ox.Literal(change.value)
    if claim.qualifiers.approval:
        yield iri(BIOLINK.clinical_approval_status), ox.Literal(claim.qualifiers.approval)


def negated() -> tuple[ox.NamedNode, Term]:
    """Predicate and object that say an association is denied."""
    return iri(BIOLINK.negated), truth(True)


def evidence_types(item: EvidenceItem) -> tuple[ox.NamedNode, ...]:
    """ECO classes of an item: by design for a study's result, else by what its author names."""
    if item.role is not Role.BACKGROUND and item.design is not None:
        curies = ECO_OF_DESIGN[item.design]
    else:
        curies = tuple(c for basis in item.basis for c in ECO_OF_BASIS[basis])
    return tuple(outside(c) for c in dict.fromkeys(curies))


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
    predicate = biolink_predicate(claim, corpus)
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
        (node, iri(BIOLINK.knowledge_level), ox.Literal(KNOWLEDGE_LEVEL[wording])),
        (node, iri(BIOLINK.agent_type), ox.Literal("manual_agent")),
        (node, iri(SEPIO["0000030"]), names.proposition(claim)),
    )
    yield from ((node, *pair) for pair in qualifiers(claim, corpus))
    if denied:
        yield node, *negated()
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
    for eco in evidence_types(item):
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
