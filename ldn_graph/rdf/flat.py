"""The default graph: a flat view for people, so that everyday queries need no GRAPH.

Every field of every record, and what follows from them: direct edges, strength, readings, paths.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.namespace import OWL, PROV, RDFS, SKOS

from ldn_graph.grading.body import Body, effect_in_words
from ldn_graph.grading.grade import Grade
from ldn_graph.grading.strength import Strength, wording_rank
from ldn_graph.paths.search import Path, Step
from ldn_graph.rdf.iris import (
    FABIO,
    LDNV,
    TYPE,
    Names,
    concept,
    decimal,
    iri,
    number,
    outside,
    part,
    relation,
    truth,
)
from ldn_graph.rdf.records import DESCRIPTION, SENTENCES, THINGS
from ldn_graph.rdf.slots import Term, Triple, describe
from ldn_graph.records.enumerations import CertaintyOfEvidence, GradeScale, Measured, SourceKind
from ldn_graph.records.model import Agent, Claim, Corpus, Entity, EvidenceItem, Source
from ldn_graph.records.vocabularies import (
    AgentKind,
    Agreement,
    Change,
    Direction,
    DoseBand,
    Match,
    Predicate,
)
from ldn_graph.verbalise import reading, says

_MATCH = {
    Match.EXACT: SKOS.exactMatch,
    Match.CLOSE: SKOS.closeMatch,
    Match.BROAD: SKOS.broadMatch,
    Match.NARROW: SKOS.narrowMatch,
    Match.RELATED: RDFS.seeAlso,  # a link, never an equivalence
}


_DOCUMENT = {"article-journal": FABIO.JournalArticle, "review": FABIO.ReviewArticle}
_AGENT = {AgentKind.PERSON: PROV.Person, AgentKind.SOFTWARE: PROV.SoftwareAgent}


def flat_triples(
    corpus: Corpus, strengths: Mapping[str, Strength], paths: Iterable[Path]
) -> Iterator[Triple]:
    """The default graph's triples, in no particular order."""
    names = Names(corpus.description.base)
    yield from describe(names.dataset, corpus.description, DESCRIPTION, names)
    for field in RECORDS:
        for name in getattr(corpus, field):
            yield from record_triples(field, name, corpus, strengths, names)
    for path in paths:
        yield from path_triples(path, corpus, names)


#: The fields of a corpus whose records have triples of their own.
RECORDS = (*THINGS, "gaps")


def record_triples(
    field: str, name: str, corpus: Corpus, strengths: Mapping[str, Strength], names: Names
) -> Iterator[Triple]:
    """What one record says: the triples of all records, of the description and of the paths are
    the default graph. Two claims may share their direct edge, and nothing else is shared."""
    if field == "gaps":
        yield from _sentences(name, corpus, names)
        return
    kind, record = THINGS[field]
    value = getattr(corpus, field)[name]
    yield from describe(names.of(kind, name), value, record, names)
    if field == "entities":
        yield from _entity_links(value, names)
    elif field == "sources":
        yield from _source_links(value, names)
    elif field == "agents":
        yield from _agent_links(value, names)
    else:
        yield from _claim_summary(value, corpus, strengths[name], names)


def direct_edge(claim: Claim, corpus: Corpus, strength: Strength) -> Triple | None:
    """Subject, relation and object as one triple, or None where the graph must not say so.

    It stands for accepted claims that something supports and that are not merely refuted;
    contested ones have it, and their claim says that they are. What less or another state of the
    subject does, the subject itself doesn't: such an edge says no more than `affects`.
    """
    if not claim.current or strength.agreement is Agreement.REFUTED:
        return None
    if not any(_counts(item, corpus) for item in claim.evidence):
        return None
    names = Names(corpus.description.base)
    other_state = claim.qualifiers.subject_change not in (None, Change.INCREASED)
    predicate = Predicate.AFFECTS if other_state else claim.predicate
    subject, object_ = names.of("entity", claim.subject), names.of("entity", claim.object)
    return subject, relation(predicate), object_


def _counts(item: EvidenceItem, corpus: Corpus) -> bool:
    return item.direction is Direction.SUPPORTS and not corpus.sources[item.source].retracted


def _about(node: ox.NamedNode, *pairs: tuple[URIRef, Term]) -> Iterator[Triple]:
    return ((node, iri(property_), term) for property_, term in pairs)


def _entity_links(entity: Entity, names: Names) -> Iterator[Triple]:
    node = names.of("entity", entity.id)
    yield from _about(node, (LDNV.column, concept(entity.column)))
    for mapping in entity.mappings:
        yield from _about(node, (_MATCH[mapping.match], outside(mapping.curie)))


def _source_links(source: Source, names: Names) -> Iterator[Triple]:
    node = names.of("source", source.id)
    yield from _about(node, (RDFS.label, ox.Literal(source.title)))
    if source.type in _DOCUMENT:
        yield node, TYPE, iri(_DOCUMENT[source.type])
    for prefix, value in (("doi", source.doi), ("pubmed", source.pmid)):
        if value:
            yield from _about(node, (RDFS.seeAlso, outside(f"{prefix}:{value}")))
    for position, author in enumerate(source.author, 1):
        creator = part(node, f"author-{position}")
        yield from _about(creator, (RDFS.label, ox.Literal(author.name)))


def _agent_links(agent: Agent, names: Names) -> Iterator[Triple]:
    node = names.of("agent", agent.id)
    yield from _about(node, (RDFS.label, ox.Literal(agent.name)))
    yield node, TYPE, iri(_AGENT.get(agent.kind, PROV.Agent))
    if agent.orcid:
        yield from _about(node, (OWL.sameAs, names.person(agent)))


def _sentences(name: str, corpus: Corpus, names: Names) -> Iterator[Triple]:
    gaps = corpus.gaps[name]
    node = names.of("source", name)
    yield from SENTENCES.write(node, gaps, names)
    yield from _about(node, (LDNV.sentencesWithoutClaim, number(len(gaps))))
    for position in range(1, len(gaps) + 1):
        yield from _about(part(node, f"{SENTENCES.fragment}-{position}"), (LDNV.source, node))


def _claim_summary(
    claim: Claim, corpus: Corpus, strength: Strength, names: Names
) -> Iterator[Triple]:
    node = names.of("claim", claim.id)
    edge = direct_edge(claim, corpus, strength)
    if edge is not None:
        yield edge
    yield from _about(node, (RDFS.label, ox.Literal(reading(claim, corpus))))
    yield from strength_triples(node, strength)
    yield from grade_triples(node, strength.grade, names)
    for position, body in enumerate(strength.grade.bodies, 1):
        yield from body_triples(node, body, position, names)
    yield from _about(
        node,
        *((LDNV.reason, ox.Literal(f"{r.axis}: {r.text}")) for r in strength.reasons),
        (LDNV.supportingSources, number(len(strength.supporting))),
        (LDNV.refutingSources, number(len(strength.refuting))),
        (LDNV.inconclusiveSources, number(len(strength.inconclusive))),
        *((LDNV.leansOn, names.of("claim", link.claim)) for link in claim.leans_on),
    )
    for item in claim.evidence:
        sentence = ox.Literal(says(item, claim, corpus))
        yield from _about(part(node, item.id), (LDNV.reading, sentence))


def strength_triples(node: ox.NamedNode, strength: Strength) -> Iterator[Triple]:
    """The three axes, each as a concept or level, with the ranks that queries order by."""
    agreement_rank = list(Agreement).index(strength.agreement)
    return _about(
        node,
        (LDNV.wording, concept(strength.wording)),
        (LDNV.wordingRank, number(wording_rank(strength.wording))),
        (LDNV.evidenceLevel, number(strength.version_1_level)),
        (LDNV.agreement, concept(strength.agreement)),
        (LDNV.agreementRank, number(agreement_rank)),
    )


def grade_triples(node: ox.NamedNode, grade: Grade, names: Names) -> Iterator[Triple]:
    """The grade on its own scale, and the items that earned it."""
    yield from _about(
        node,
        (LDNV.gradeScale, concept(grade.scale)),
        (LDNV.gradeStep, number(grade.step)),
        (LDNV.gradeLabel, ox.Literal(grade.words)),
        (LDNV.gradeSummary, ox.Literal(grade.short)),
        *(
            (LDNV.earnedBy, part(names.of("claim", claim), item))
            for claim, item in dict.fromkeys(grade.shown)
        ),
    )
    on_scale = {
        GradeScale.CERTAINTY: (LDNV.certaintyOfEvidence, CertaintyOfEvidence),
        GradeScale.MEASURED: (LDNV.measured, Measured),
        GradeScale.SOURCE: (LDNV.sourceKind, SourceKind),
    }
    if grade.scale in on_scale:
        property_, levels = on_scale[grade.scale]
        yield from _about(node, (property_, concept(levels(grade.name))))
    if grade.shows is not None:
        yield from _about(node, (LDNV.evidenceShows, concept(grade.shows)))


def body_triples(claim: ox.NamedNode, body: Body, position: int, names: Names) -> Iterator[Triple]:
    """A body of evidence as a part of a claim that it bears on."""
    node = part(claim, f"body-{position}")
    key, rating = body.key, body.rating
    yield from _about(claim, (LDNV.body, node))
    yield node, TYPE, iri(LDNV.BodyOfEvidence)
    yield from _about(
        node,
        (LDNV.order, number(position)),
        (LDNV.intervention, names.of("entity", key.intervention)),
        (LDNV.conditionStudied, names.of("entity", key.condition)),
        (LDNV.outcomeStudied, names.of("entity", key.outcome)),
        (LDNV.comparedWith, ox.Literal(key.comparator)),
        (LDNV.doseBand, concept(DoseBand(key.band))),
        (LDNV.certaintyOfEvidence, concept(rating.certainty)),
        (LDNV.evidenceShows, concept(rating.shows)),
        (LDNV.effectSummary, ox.Literal(effect_in_words(body))),
        *((LDNV.reason, ox.Literal(reason)) for reason in rating.reasons),
        *(
            (LDNV.restsOn, part(names.of("claim", name), item))
            for name, item in dict.fromkeys((p.claim, p.item.id) for p in body.counted)
        ),
    )
    sentence = next((p.result.quote for p in body.earned if p.result and p.result.quote), None)
    if sentence is not None:
        yield from _about(node, (LDNV.shownBy, ox.Literal(sentence)))
    for property_, count in (
        (LDNV.studiesCounted, body.trials),
        (LDNV.peopleCounted, body.people),
    ):
        if count is not None:
            yield from _about(node, (property_, number(count)))
    if body.searched_until is not None:
        yield from _about(node, (LDNV.searchedUntil, ox.Literal(body.searched_until)))
    if rating.estimate is not None:
        estimate = rating.estimate
        yield from _about(
            node,
            (LDNV.effectMeasure, concept(estimate.measure)),
            (LDNV.estimate, decimal(estimate.point)),
            (LDNV.intervalLow, decimal(estimate.low)),
            (LDNV.intervalHigh, decimal(estimate.high)),
        )


def path_triples(path: Path, corpus: Corpus, names: Names) -> Iterator[Triple]:
    """A path with its steps, its weakest link and what follows from them."""
    node = names.of("path", path.id)
    label = " → ".join(corpus.entities[name].label for name in path.nodes)
    weakest = path.steps.index(path.weakest) + 1
    yield node, TYPE, iri(LDNV.Path)
    yield from _about(
        node,
        (RDFS.label, ox.Literal(label)),
        (LDNV.pathFrom, names.of("entity", path.start)),
        (LDNV.pathTo, names.of("entity", path.end)),
        (LDNV.length, number(len(path.steps))),
        (LDNV.netSign, number(path.sign)),
        (LDNV.coherence, concept(path.coherence)),
        (LDNV.joined, concept(path.joined)),
        (LDNV.weakestStep, part(node, f"step-{weakest}")),
        (LDNV.weakestGradeStep, number(path.weakest.strength.grade.step)),
        (LDNV.pathBlock, concept(path.block)),
        *((LDNV.note, ox.Literal(note)) for note in path.notes),
    )
    # deprecated, and still the least of all steps, background among them
    level = min(step.strength.version_1_level for step in path.steps)
    yield from strength_triples(node, replace(path.weakest.strength, version_1_level=level))
    for position, step in enumerate(path.steps, 1):
        yield from _step(node, step, position, names)


def _step(path: ox.NamedNode, step: Step, position: int, names: Names) -> Iterator[Triple]:
    node = part(path, f"step-{position}")
    yield from _about(path, (LDNV.step, node))
    yield node, TYPE, iri(LDNV.PathStep)
    yield from _about(
        node,
        (LDNV.stepNumber, number(position)),
        (LDNV.stepClaim, names.of("claim", step.claim.id)),
        (LDNV.stepReversed, truth(step.reversed)),
        (LDNV.pathFrom, names.of("entity", step.start)),
        (LDNV.pathTo, names.of("entity", step.end)),
    )
