"""IRIs: the terms that the RDF is written with, and what each thing of a corpus is called."""

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from urllib.parse import quote

import pyoxigraph as ox
from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace

from ldn_graph.errors import DataError
from ldn_graph.records import identifiers
from ldn_graph.records.identifiers import PREFIXES, VOCABULARY
from ldn_graph.records.model import Agent, Claim


class LDNV(DefinedNamespace):
    """The vocabulary of `ontology/ldn.ttl`; its enum concepts are reached through `concept()`."""

    _fail = True
    _NS = Namespace(VOCABULARY)

    # classes
    Agent: URIRef
    BiasJudgement: URIRef
    BodyOfEvidence: URIRef
    Claim: URIRef
    CurationEvent: URIRef
    Dependence: URIRef
    Dose: URIRef
    Entity: URIRef
    EvidenceItem: URIRef
    Mapping: URIRef
    Measurement: URIRef
    Path: URIRef
    PathStep: URIRef
    Predicate: URIRef
    Result: URIRef
    Source: URIRef
    TextSpan: URIRef

    # claim
    subject: URIRef
    predicate: URIRef
    object: URIRef
    subjectChange: URIRef
    inCondition: URIRef
    inPopulation: URIRef
    atLocation: URIRef
    timing: URIRef
    frequency: URIRef
    severity: URIRef
    approvalStatus: URIRef
    doseBand: URIRef
    evidence: URIRef
    leansOn: URIRef
    dependence: URIRef
    dependsOnClaim: URIRef
    dependenceKind: URIRef
    status: URIRef
    event: URIRef
    note: URIRef
    reading: URIRef

    # strength
    wording: URIRef
    wordingRank: URIRef
    evidenceLevel: URIRef
    gradeScale: URIRef
    certaintyOfEvidence: URIRef
    evidenceShows: URIRef
    measured: URIRef
    sourceKind: URIRef
    gradeStep: URIRef
    gradeLabel: URIRef
    gradeSummary: URIRef
    earnedBy: URIRef
    agreement: URIRef
    agreementRank: URIRef
    reason: URIRef
    supportingSources: URIRef
    refutingSources: URIRef
    inconclusiveSources: URIRef

    # evidence item
    source: URIRef
    direction: URIRef
    certainty: URIRef
    basis: URIRef
    design: URIRef
    role: URIRef
    stated: URIRef
    indirectness: URIRef
    quote: URIRef
    start: URIRef
    end: URIRef
    section: URIRef
    cue: URIRef
    unhedgedCue: URIRef
    context: URIRef
    exact: URIRef
    sampleSize: URIRef
    sampleText: URIRef
    dose: URIRef
    doseText: URIRef
    doseLow: URIRef
    doseHigh: URIRef
    doseUnit: URIRef
    duration: URIRef
    finding: URIRef
    outcome: URIRef
    populationText: URIRef
    order: URIRef

    # body of evidence
    body: URIRef
    intervention: URIRef
    conditionStudied: URIRef
    outcomeStudied: URIRef
    comparedWith: URIRef
    studiesCounted: URIRef
    peopleCounted: URIRef
    effectSummary: URIRef
    restsOn: URIRef

    # result, measurement, judgement of bias
    result: URIRef
    outcomeEntity: URIRef
    outcomeText: URIRef
    outcomeRole: URIRef
    comparator: URIRef
    comparatorText: URIRef
    crossover: URIRef
    peopleIntervention: URIRef
    peopleComparator: URIRef
    timePoint: URIRef
    effectMeasure: URIRef
    outcomeScale: URIRef
    betterDirection: URIRef
    estimate: URIRef
    intervalLow: URIRef
    intervalHigh: URIRef
    intervalLevel: URIRef
    pSign: URIRef
    pValue: URIRef
    pText: URIRef
    valueIntervention: URIRef
    valueComparator: URIRef
    importantDifference: URIRef
    importantDifferenceValue: URIRef
    iSquared: URIRef
    trialsPooled: URIRef
    certaintyStated: URIRef
    shownBy: URIRef
    reportedBy: URIRef
    recordedFrom: URIRef
    measurement: URIRef
    testedIn: URIRef
    testedText: URIRef
    compound: URIRef
    compoundText: URIRef
    givenAmount: URIRef
    whatWasMeasured: URIRef
    whatWasFound: URIRef
    controlled: URIRef
    reachedByDose: URIRef
    pooledDesign: URIRef
    poolsMore: URIRef
    searchedUntil: URIRef
    reportOf: URIRef
    funding: URIRef
    independentFunding: URIRef
    biasJudgement: URIRef
    judgedBy: URIRef
    judgementText: URIRef
    riskOfBias: URIRef

    # entity, source, agent
    kind: URIRef
    column: URIRef
    mapping: URIRef
    curie: URIRef
    match: URIRef
    mappedLabel: URIRef
    verifiedIn: URIRef
    doi: URIRef
    pmid: URIRef
    pmcid: URIRef
    moreAuthors: URIRef
    registryId: URIRef
    issued: URIRef
    textDigest: URIRef
    textLength: URIRef
    textPart: URIRef
    retracted: URIRef
    credit: URIRef
    sourceType: URIRef
    containerTitle: URIRef
    code: URIRef
    pools: URIRef
    commentsOn: URIRef
    unusedBecause: URIRef
    authorGroup: URIRef
    sentenceWithoutClaim: URIRef
    sentencesWithoutClaim: URIRef
    disclaimer: URIRef
    agentKind: URIRef
    orcid: URIRef
    agentRole: URIRef
    reads: URIRef
    sign: URIRef
    causal: URIRef

    # sentences that carry no claim
    SentenceWithoutClaim: URIRef
    opening: URIRef
    gapReason: URIRef

    # curation event
    action: URIRef
    by: URIRef
    givenTo: URIRef
    on: URIRef
    why: URIRef
    reviewReason: URIRef

    # paths
    pathFrom: URIRef
    pathTo: URIRef
    step: URIRef
    stepNumber: URIRef
    stepClaim: URIRef
    stepReversed: URIRef
    weakestStep: URIRef
    length: URIRef
    netSign: URIRef
    coherence: URIRef
    joined: URIRef
    weakestGradeStep: URIRef
    pathBlock: URIRef


BIOLINK = Namespace(PREFIXES["biolink"])
SEPIO = Namespace(PREFIXES["obo"] + "SEPIO_")
OA = Namespace(PREFIXES["oa"])
NP = Namespace(PREFIXES["np"])
NPX = Namespace(PREFIXES["npx"])
FABIO = Namespace(PREFIXES["fabio"])


_WEB = re.compile(r"^https?://[^\s<>\"{}|\\^`]+$")

XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True)
class Names:
    """The names of a corpus whose IRIs begin with `base`. Nothing is a blank node.

    Parts of a thing are its fragments: `claim/<id>#e1`, `claim/<id>#e1-cue-2`.
    """

    base: str = identifiers.BASE

    def __post_init__(self) -> None:
        try:
            ox.NamedNode(self.base)
        except ValueError as error:
            raise DataError(
                [f"corpus.yaml: base {self.base!r} is no IRI; name one like {identifiers.BASE}"]
            ) from error

    def of(self, kind: str, name: str) -> ox.NamedNode:
        """The IRI of the thing of a `kind`: entity, claim, source, agent, path or np.

        >>> Names().of("entity", "brain").value
        'https://w3id.org/ldn-graph/entity/brain'
        """
        return ox.NamedNode(f"{self.base}{kind}/{name}")

    def local(self, kind: str, iri: ox.NamedNode) -> str:
        """The inverse of `of`. Raises ValueError for an IRI of another kind or base."""
        start = f"{self.base}{kind}/"
        name = iri.value.removeprefix(start)
        if name == iri.value or "#" in name:
            raise ValueError(f"{iri} is no {kind} of {self.base}")
        return name

    @property
    def dataset(self) -> ox.NamedNode:
        return ox.NamedNode(self.base + "dataset")

    def proposition(self, claim: Claim) -> ox.NamedNode:
        """What claims for and against the same thing share: a digest of `claim.proposition`."""
        text = json.dumps(claim.proposition, ensure_ascii=False)
        return self.of("proposition", hashlib.sha256(text.encode()).hexdigest()[:32])

    def person(self, agent: Agent) -> ox.NamedNode:
        """Who an agent is to the outside: the ORCID where there is one."""
        return outside(f"orcid:{agent.orcid}") if agent.orcid else self.of("agent", agent.id)

    @property
    def prefixes(self) -> dict[str, str]:
        """`vocab.PREFIXES` with this base."""
        own = {
            prefix: self.base + iri.removeprefix(identifiers.BASE)
            for prefix, iri in identifiers.PREFIXES.items()
            if iri.startswith(identifiers.BASE) and prefix != "ldnv"
        }
        return identifiers.PREFIXES | own


def part(node: ox.NamedNode, fragment: str) -> ox.NamedNode:
    """The IRI of a part of `node`.

    >>> part(part(Names().of("claim", "c"), "e1"), "cue-2").value
    'https://w3id.org/ldn-graph/claim/c#e1-cue-2'
    """
    return ox.NamedNode(f"{node.value}{'-' if '#' in node.value else '#'}{fragment}")


def outside(curie: str) -> ox.NamedNode:
    """The IRI of an outside CURIE; characters that no IRI may hold are percent-encoded.

    >>> outside("doi:10.1/a<b").value
    'https://doi.org/10.1%2Fa%3Cb'
    """
    iri = identifiers.expand(curie)
    try:
        return ox.NamedNode(iri)
    except ValueError:
        local = curie.partition(":")[2]
        return ox.NamedNode(iri.removesuffix(local) + quote(local, safe=""))


def web(text: str) -> ox.NamedNode | ox.Literal:
    """A web address as an IRI, any other text as a literal: licences come as both."""
    if _WEB.match(text):
        try:
            return ox.NamedNode(text)
        except ValueError:
            pass
    return ox.Literal(text)


@lru_cache(maxsize=None, typed=True)  # typed: `Kind.MECHANISM` equals `Column.MECHANISM`
def concept(member: StrEnum) -> ox.NamedNode:
    """The SKOS concept of an enum's member."""
    return ox.NamedNode(identifiers.concept(identifiers.scheme(type(member)), member))


@cache
def relation(predicate: str) -> ox.NamedNode:
    """The property of a relation's direct edge."""
    return ox.NamedNode(identifiers.relation(predicate))


@cache
def iri(term: str) -> ox.NamedNode:
    """An IRI of a namespace of `vocab` as the store's term."""
    return ox.NamedNode(str(term))


def decimal(value: float) -> ox.Literal:
    """A number with a fraction as an exact decimal of at most six places.

    >>> decimal(-0.5).value, decimal(2).value
    ('-0.5', '2')
    """
    return ox.Literal(
        f"{value:.6f}".rstrip("0").rstrip("."), datatype=ox.NamedNode(XSD + "decimal")
    )


def number(value: int) -> ox.Literal:
    """An xsd:integer in canonical form."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


def truth(value: bool) -> ox.Literal:
    """An xsd:boolean in canonical form."""
    return ox.Literal("true" if value else "false", datatype=ox.NamedNode(XSD + "boolean"))
