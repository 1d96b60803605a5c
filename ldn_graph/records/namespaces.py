"""Prefixes, and CURIE ⇄ IRI. The terms of vocabularies are in `rdf.vocabulary`.

Prefix expansions are those of Bioregistry 0.15.6, as recorded in the reference notes that the
data was grounded with; `dailymed` and the like are absent because no identifier of them is used.
"""

import re
from enum import StrEnum

from ldn_graph.errors import BadParameter, nearest

#: The default home of everything that this project mints; `corpus.yaml` may name another one.
BASE = "https://w3id.org/ldn-graph/"
#: The namespace of `ontology/ldn.ttl`.
VOCABULARY = BASE + "vocab#"

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
    "biolink": "https://w3id.org/biolink/vocab/",
}

#: Prefixes bound in every file that is written and offered to every query.
PREFIXES: dict[str, str] = {
    "ldn": BASE + "entity/",
    "ldnc": BASE + "claim/",
    "ldns": BASE + "source/",
    "ldna": BASE + "agent/",
    "ldnp": BASE + "path/",
    "ldnn": BASE + "np/",
    "ldnv": VOCABULARY,
    "np": "http://www.nanopub.org/nschema#",
    "npx": "http://purl.org/nanopub/x/",
    "biolink": "https://w3id.org/biolink/vocab/",
    "obo": "http://purl.obolibrary.org/obo/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "fabio": "http://purl.org/spar/fabio/",
    "cito": "http://purl.org/spar/cito/",
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

    >>> from ldn_graph.records.vocabularies import DoseBand
    >>> scheme(DoseBand)
    'dose-band'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", enum.__name__).lower()


def concept(scheme: str, member: str) -> str:
    """The IRI of an enum member's SKOS concept.

    >>> concept("direction", "supports")
    'https://w3id.org/ldn-graph/vocab#direction-supports'
    """
    return f"{VOCABULARY}{scheme}-{member}"


def relation(predicate: str) -> str:
    """The IRI of a relation: the property of the direct edge between two entities.

    >>> relation("is-a-test")
    'https://w3id.org/ldn-graph/vocab#is-a-test'
    """
    return f"{VOCABULARY}{predicate}"
