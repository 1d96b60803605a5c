"""The terms that the RDF is written with, in namespaces that raise on a typo."""

from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace

from ldn_graph.records.namespaces import PREFIXES, VOCABULARY


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
