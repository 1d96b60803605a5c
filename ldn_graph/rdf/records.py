"""Which property carries which field of the model: the one table that writer and reader share."""

from rdflib.namespace import DCTERMS, FOAF, OWL, RDFS, SKOS, VOID

from ldn_graph.rdf.iris import LDNV, iri
from ldn_graph.rdf.slots import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    RELATION,
    WEB,
    Inline,
    Record,
    field,
    member,
    parts,
    reference,
)
from ldn_graph.records import model, vocabularies

_ENTITY, _CLAIM = reference("entity"), reference("claim")
_SOURCE, _AGENT = reference("source"), reference("agent")
_NOTE = field("note", LDNV.note)

# Settings of whoever serves the corpus (`look_up`, `report_errors_to`) are no part of the graph.
DESCRIPTION = Record(
    model.Description,
    iri(VOID.Dataset),
    (
        field("title", DCTERMS.title),
        field("description", DCTERMS.description),
        field("base", VOID.uriSpace),
        field("version", OWL.versionInfo),
        field("license", DCTERMS.license, WEB),
        field("disclaimer", LDNV.disclaimer),
    ),
)

MAPPING = Record(
    model.TermMapping,
    iri(LDNV.Mapping),
    (
        field("curie", LDNV.curie),
        field("match", LDNV.match, member(vocabularies.Match)),
        field("label", LDNV.mappedLabel),
        field("verified_in", LDNV.verifiedIn),
    ),
)

ENTITY = Record(
    model.Entity,
    iri(LDNV.Entity),
    (
        field("label", RDFS.label),
        field("kind", LDNV.kind, member(vocabularies.Kind)),
        field("definition", SKOS.definition),
        field("synonyms", SKOS.altLabel, many=True),
        field("hidden_labels", SKOS.hiddenLabel, many=True),
        field("broader", SKOS.broader, _ENTITY, many=True),
        field("dose_band", LDNV.doseBand, member(vocabularies.DoseBand)),
        field("former_ids", DCTERMS.replaces, _ENTITY, many=True),
        parts("mappings", LDNV.mapping, MAPPING, "mapping"),
        _NOTE,
    ),
    has_id=True,
)

AUTHOR = Record(
    model.Author,
    None,
    (
        field("literal", FOAF.name),
        field("family", FOAF.familyName),
        field("given", FOAF.givenName),
    ),
)

BIAS = Record(
    model.BiasJudgement,
    iri(LDNV.BiasJudgement),
    (
        field("by", LDNV.judgedBy),
        field("text", LDNV.judgementText),
        field("judgement", LDNV.riskOfBias, member(vocabularies.Risk)),
    ),
)

SOURCE = Record(
    model.Source,
    iri(LDNV.Source),
    (
        field("type", LDNV.sourceType),
        field("title", DCTERMS.title),
        parts("author", DCTERMS.creator, AUTHOR, "author"),
        field("more_authors", LDNV.moreAuthors, BOOLEAN),
        field("issued", LDNV.issued),
        field("container_title", LDNV.containerTitle),
        field("doi", LDNV.doi),
        field("pmid", LDNV.pmid),
        field("pmcid", LDNV.pmcid),
        field("registry_id", LDNV.registryId),
        field("design", LDNV.design, member(vocabularies.Design)),
        field("codes", LDNV.code, many=True),
        field("language", DCTERMS.language),
        field("license", DCTERMS.license, WEB),
        field("text_sha256", LDNV.textDigest),
        field("text_length", LDNV.textLength, INTEGER),
        field("text_part", LDNV.textPart),
        field("retracted", LDNV.retracted, BOOLEAN),
        field("credit", LDNV.credit),
        field("pools", LDNV.pools, _SOURCE, many=True),
        field("comments_on", LDNV.commentsOn, _SOURCE, many=True),
        field("unused_because", LDNV.unusedBecause),
        field("author_group", LDNV.authorGroup),
        field("pooled_designs", LDNV.pooledDesign, member(vocabularies.Design), many=True),
        field("pools_more", LDNV.poolsMore, BOOLEAN),
        field("searched_until", LDNV.searchedUntil),
        field("report_of", LDNV.reportOf, _SOURCE),
        field("funding", LDNV.funding),
        field("independent_funding", LDNV.independentFunding, BOOLEAN),
        parts("bias", LDNV.biasJudgement, BIAS, "bias"),
        field("verified_in", LDNV.verifiedIn),
        _NOTE,
    ),
    has_id=True,
)

#: Cues and context spans; the quote's own fields stand on the evidence item.
SPAN = Record(
    model.Span,
    iri(LDNV.TextSpan),
    (
        field("exact", LDNV.exact),
        field("start", LDNV.start, INTEGER),
        field("end", LDNV.end, INTEGER),
    ),
)
QUOTE = Record(model.Span, None, (field("exact", LDNV.quote), *SPAN.slots[1:]))

DOSE = Record(
    model.Dose,
    iri(LDNV.Dose),
    (
        field("text", LDNV.doseText),
        field("low", LDNV.doseLow, DECIMAL),
        field("high", LDNV.doseHigh, DECIMAL),
        field("unit", LDNV.doseUnit),
        field("band", LDNV.doseBand, member(vocabularies.DoseBand)),
    ),
)

_SHOWN = (
    field("quote", LDNV.shownBy),
    field("reported_by", LDNV.reportedBy),
    field("recorded_from", LDNV.recordedFrom),
    _NOTE,
)

RESULT = Record(
    model.Result,
    iri(LDNV.Result),
    (
        field("outcome", LDNV.outcomeEntity, _ENTITY),
        field("outcome_text", LDNV.outcomeText),
        field("role", LDNV.outcomeRole, member(vocabularies.OutcomeRole)),
        field("comparator", LDNV.comparator, member(vocabularies.Comparator)),
        field("comparator_text", LDNV.comparatorText),
        field("crossover", LDNV.crossover, BOOLEAN),
        field("n_intervention", LDNV.peopleIntervention, INTEGER),
        field("n_comparator", LDNV.peopleComparator, INTEGER),
        field("time_point", LDNV.timePoint),
        field("measure", LDNV.effectMeasure, member(vocabularies.Measure)),
        field("scale", LDNV.outcomeScale),
        field("better", LDNV.betterDirection, member(vocabularies.Better)),
        field("estimate", LDNV.estimate, DECIMAL),
        field("ci_low", LDNV.intervalLow, DECIMAL),
        field("ci_high", LDNV.intervalHigh, DECIMAL),
        field("ci_level", LDNV.intervalLevel, DECIMAL),
        field("p_sign", LDNV.pSign, member(vocabularies.PValueSign)),
        field("p_value", LDNV.pValue, DECIMAL),
        field("p_text", LDNV.pText),
        field("value_intervention", LDNV.valueIntervention),
        field("value_comparator", LDNV.valueComparator),
        field("important_difference", LDNV.importantDifference),
        field("mid", LDNV.importantDifferenceValue, DECIMAL),
        field("i2", LDNV.iSquared, DECIMAL),
        field("trials", LDNV.trialsPooled, INTEGER),
        field("certainty_stated", LDNV.certaintyStated),
        *_SHOWN,
    ),
)

MEASUREMENT = Record(
    model.Measurement,
    iri(LDNV.Measurement),
    (
        field("tested", LDNV.testedIn, member(vocabularies.Tested)),
        field("tested_text", LDNV.testedText),
        field("compound", LDNV.compound, member(vocabularies.Compound)),
        field("compound_text", LDNV.compoundText),
        field("dose_text", LDNV.givenAmount),
        field("measured", LDNV.whatWasMeasured),
        field("result", LDNV.whatWasFound),
        field("controlled", LDNV.controlled, BOOLEAN),
        field("reached_by_dose", LDNV.reachedByDose, BOOLEAN),
        *_SHOWN,
    ),
)

ITEM = Record(
    model.EvidenceItem,
    iri(LDNV.EvidenceItem),
    (
        field("source", LDNV.source, _SOURCE),
        field("direction", LDNV.direction, member(vocabularies.Direction)),
        field("certainty", LDNV.certainty, member(vocabularies.Certainty)),
        field("role", LDNV.role, member(vocabularies.Role)),
        field("stated", LDNV.stated, member(vocabularies.Stated)),
        field("basis", LDNV.basis, member(vocabularies.Basis), many=True),
        field("design", LDNV.design, member(vocabularies.Design)),
        field("indirectness", LDNV.indirectness, member(vocabularies.Indirectness), many=True),
        Inline("quote", QUOTE),
        field("section", LDNV.section),
        parts("cues", LDNV.cue, SPAN, "cue"),
        parts("unhedged_cues", LDNV.unhedgedCue, SPAN, "unhedged-cue"),
        parts("context", LDNV.context, SPAN, "context"),
        field("finding", LDNV.finding),
        field("outcome", LDNV.outcome),
        field("population", LDNV.populationText),
        field("sample_size", LDNV.sampleSize, INTEGER),
        field("sample_text", LDNV.sampleText),
        parts("dose", LDNV.dose, DOSE, "dose", many=False),
        field("duration", LDNV.duration),
        parts("results", LDNV.result, RESULT, "result"),
        parts("measurements", LDNV.measurement, MEASUREMENT, "measurement"),
        _NOTE,
    ),
    has_id=True,
)

QUALIFIERS = Record(
    model.Qualifiers,
    None,
    (
        field("subject_change", LDNV.subjectChange, member(vocabularies.Change)),
        field("condition", LDNV.inCondition, _ENTITY),
        field("population", LDNV.inPopulation, _ENTITY),
        field("location", LDNV.atLocation, _ENTITY),
        field("timing", LDNV.timing),
        field("frequency", LDNV.frequency),
        field("severity", LDNV.severity),
        field("approval", LDNV.approvalStatus),
    ),
)

DEPENDENCE = Record(
    model.Dependence,
    iri(LDNV.Dependence),
    (
        field("claim", LDNV.dependsOnClaim, _CLAIM),
        field("kind", LDNV.dependenceKind, member(vocabularies.DependenceKind)),
    ),
)

EVENT = Record(
    model.CurationEvent,
    iri(LDNV.CurationEvent),
    (
        field("action", LDNV.action, member(vocabularies.Action)),
        field("by", LDNV.by, _AGENT),
        field("on", LDNV.on, DATE),
        field("to", LDNV.givenTo, _AGENT),
        field("replaced_by", DCTERMS.isReplacedBy, _CLAIM),
        field("why", LDNV.why),
        field("reasons", LDNV.reviewReason, member(vocabularies.ReviewReason), many=True),
    ),
)

CLAIM = Record(
    model.Claim,
    iri(LDNV.Claim),
    (
        field("subject", LDNV.subject, _ENTITY),
        field("predicate", LDNV.predicate, RELATION),
        field("object", LDNV.object, _ENTITY),
        Inline("qualifiers", QUALIFIERS),
        parts("evidence", LDNV.evidence, ITEM),
        parts("leans_on", LDNV.dependence, DEPENDENCE, "dependence"),
        field("status", LDNV.status, member(vocabularies.Status)),
        parts("history", LDNV.event, EVENT, "event"),
        _NOTE,
    ),
    has_id=True,
)

AGENT = Record(
    model.Agent,
    iri(LDNV.Agent),
    (
        field("name", FOAF.name),
        field("kind", LDNV.agentKind, member(vocabularies.AgentKind)),
        field("orcid", LDNV.orcid),
        field("roles", LDNV.agentRole, member(vocabularies.AgentRole), many=True),
        _NOTE,
    ),
    has_id=True,
)

SENTENCE = Record(
    model.SentenceWithoutClaim,
    iri(LDNV.SentenceWithoutClaim),
    (
        field("start", LDNV.start, INTEGER),
        field("end", LDNV.end, INTEGER),
        field("opening", LDNV.opening),
        field("reason", LDNV.gapReason, member(vocabularies.GapReason)),
        _NOTE,
    ),
)

#: A source's sentences without a claim, as parts of the source.
SENTENCES = parts("gaps", LDNV.sentenceWithoutClaim, SENTENCE, "sentence")

#: The corpus's mappings by id: field → kind of thing, and its record.
THINGS = {
    "entities": ("entity", ENTITY),
    "sources": ("source", SOURCE),
    "claims": ("claim", CLAIM),
    "agents": ("agent", AGENT),
}
