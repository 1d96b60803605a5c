"""Namespaces that raise on a typo, and CURIE ⇄ IRI.

Prefix expansions are those of Bioregistry 0.15.6, as recorded in the reference notes that the
data was grounded with; `dailymed` and the like are absent because no identifier of them is used.
"""

import re
from enum import StrEnum

from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace

from ldn_graph.errors import BadParameter, nearest

#: The default home of everything that this project mints; `corpus.yaml` may name another one.
BASE = "https://w3id.org/ldn-graph/"


class LDNV(DefinedNamespace):
    """The vocabulary of `ontology/ldn.ttl`; its enum concepts are reached through `concept()`."""

    _fail = True
    _NS = Namespace(BASE + "vocab#")

    # classes
    Agent: URIRef
    Claim: URIRef
    CurationEvent: URIRef
    Dependence: URIRef
    Dose: URIRef
    Entity: URIRef
    EvidenceItem: URIRef
    Mapping: URIRef
    Path: URIRef
    PathStep: URIRef
    Predicate: URIRef
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


BIOLINK = Namespace("https://w3id.org/biolink/vocab/")
SEPIO = Namespace("http://purl.obolibrary.org/obo/SEPIO_")
OBO = Namespace("http://purl.obolibrary.org/obo/")
OA = Namespace("http://www.w3.org/ns/oa#")
NP = Namespace("http://www.nanopub.org/nschema#")
NPX = Namespace("http://purl.org/nanopub/x/")
FABIO = Namespace("http://purl.org/spar/fabio/")
CITO = Namespace("http://purl.org/spar/cito/")

_OBO = (
    "MONDO",
    "DOID",
    "HP",
    "GO",
    "CL",
    "UBERON",
    "PR",
    "CHEBI",
    "ECO",
    "RO",
    "BFO",
    "CIO",
    "NCIT",
)

#: CURIE prefix → IRI beginning.
EXTERNAL: dict[str, str] = {p: f"http://purl.obolibrary.org/obo/{p}_" for p in _OBO} | {
    "MESH": "https://meshb.nlm.nih.gov/record/ui?ui=",
    "DRUGBANK": "https://go.drugbank.com/drugs/",
    "HGNC": "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/",
    "UniProtKB": "http://purl.uniprot.org/uniprot/",
    "NCBIGene": "https://www.ncbi.nlm.nih.gov/gene/",
    "REACT": "https://reactome.org/content/detail/",
    "WIKIPATHWAYS": "http://identifiers.org/wikipathways/",
    "MEDDRA": "http://purl.bioontology.org/ontology/MEDDRA/",
    "UMLS": "https://uts.nlm.nih.gov/uts/umls/concept/",
    "ATC": "http://www.whocc.no/atc_ddd_index/?code=",
    "UNII": "https://precision.fda.gov/uniisearch/srs/unii/",
    "pubmed": "https://pubmed.ncbi.nlm.nih.gov/",
    "doi": "https://doi.org/",
    "orcid": "https://orcid.org/",
    "biolink": str(BIOLINK),
}

#: Prefixes bound in every file that is written and offered to every query.
PREFIXES: dict[str, str] = {
    "ldn": BASE + "entity/",
    "ldnc": BASE + "claim/",
    "ldns": BASE + "source/",
    "ldna": BASE + "agent/",
    "ldnp": BASE + "path/",
    "ldnn": BASE + "np/",
    "ldnv": str(LDNV._NS),
    "np": str(NP),
    "npx": str(NPX),
    "biolink": str(BIOLINK),
    "obo": str(OBO),
    "oa": str(OA),
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "fabio": str(FABIO),
    "cito": str(CITO),
    "foaf": "http://xmlns.com/foaf/0.1/",
    "void": "http://rdfs.org/ns/void#",
}


def expand(curie: str) -> str:
    """The IRI of an outside CURIE.

    Raises BadParameter for a prefix that `EXTERNAL` does not list.

    >>> expand("MONDO:0005011")
    'http://purl.obolibrary.org/obo/MONDO_0005011'
    """
    prefix, _, local = curie.partition(":")
    if prefix not in EXTERNAL or not local:
        raise BadParameter(f"unknown CURIE prefix in {curie!r}{nearest(prefix, EXTERNAL)}")
    return EXTERNAL[prefix] + local


def contract(iri: str) -> str:
    """The shortest reading of an IRI: a CURIE where a prefix fits, else the IRI itself.

    >>> contract("https://w3id.org/ldn-graph/entity/inflammation")
    'ldn:inflammation'
    >>> contract("https://example.org/x")
    'https://example.org/x'
    """
    table = [*EXTERNAL.items(), *PREFIXES.items()]
    fits = [(len(start), prefix) for prefix, start in table if iri.startswith(start)]
    if not fits:
        return iri
    size, prefix = max(fits)
    return f"{prefix}:{iri[size:]}"


def scheme(enum: type[StrEnum]) -> str:
    """The name of an enum's SKOS scheme: its class name as a slug.

    >>> from ldn_graph.terms import DoseBand
    >>> scheme(DoseBand)
    'dose-band'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", enum.__name__).lower()


def concept(scheme: str, member: str) -> str:
    """The IRI of an enum member's SKOS concept.

    >>> concept("direction", "supports")
    'https://w3id.org/ldn-graph/vocab#direction-supports'
    """
    return f"{LDNV._NS}{scheme}-{member}"


def relation(predicate: str) -> str:
    """The IRI of a relation: the property of the direct edge between two entities.

    >>> relation("is-a-test")
    'https://w3id.org/ldn-graph/vocab#is-a-test'
    """
    return f"{LDNV._NS}{predicate}"
