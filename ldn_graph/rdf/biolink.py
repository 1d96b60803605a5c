"""A claim in Biolink 4.4.4 terms, where they say exactly what it says; else in the project's own.

Each term was read in biolink-model.yaml 4.4.4 and is listed with its proof in the grounding of the
data. `treats` is reserved by Biolink for what is approved or passed phase 3: a claim has it only
if its own relation is `treats`. ECO has no term for trials or reviews as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ldn_graph.rdf.names import iri, outside, relation, truth
from ldn_graph.rdf.slots import Term
from ldn_graph.rdf.vocabulary import BIOLINK
from ldn_graph.records.model import Claim, Corpus, EvidenceItem
from ldn_graph.records.vocabularies import (
    Basis,
    Change,
    Column,
    Design,
    Kind,
    Predicate,
    Role,
    Wording,
)


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

PREDICATES: dict[Predicate, Mapped] = {
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
    found = PREDICATES.get(claim.predicate)
    if found is None:
        return None
    subject, object_ = corpus.entities[claim.subject], corpus.entities[claim.object]
    fits_subject = not found.subjects or subject.kind in found.subjects
    fits_object = not found.objects or object_.column in found.objects
    return found if fits_subject and fits_object else None


def predicate(claim: Claim, corpus: Corpus) -> ox.NamedNode:
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
