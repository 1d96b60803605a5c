"""Ids made of names; prefixes, and CURIE ⇄ IRI. Terms of vocabularies are in `rdf.iris`.

Prefix expansions are those of Bioregistry 0.15.6, as recorded in the reference notes that the
data was grounded with; `dailymed` and the like are absent because no identifier of them is used.
"""

import re
import unicodedata
from enum import StrEnum

from ldn_graph.errors import BadParameter, nearest

#: Longest id that is made of a name; a field of an id holds a little more, for what is added.
LONGEST = 110
#: Signs that tell one thing from another (CD4+, CD4−), as they are spelt.
_SIGNS = {"+": "plus", "⁺": "plus", "−": "minus", "%": "percent", "&": "and"}
#: Letters of Unicode's Greek and Latin blocks by their names: GREEK SMALL LETTER BETA, LATIN SMALL
#: LETTER O WITH STROKE.
_LETTER = re.compile(r"(GREEK|LATIN) (?:SMALL|CAPITAL) (?:LETTER|LIGATURE) ([A-Z ]+?)(?: WITH .+)?")
_SPELT = {
    "SHARP S": "ss",
    "LAMDA": "lambda",
    "FINAL SIGMA": "sigma",
    "DOTLESS I": "i",
    "ETH": "d",
    "THORN": "th",
}


def slug_of(name: str, longest: int = LONGEST) -> str:
    """The id that a name makes: ASCII as it is, accents off, Greek letters spelt out.

    Empty where the name has a letter that can't be spelt (another alphabet): an id that leaves out
    what tells two things apart would be that of another one.

    >>> [slug_of(n) for n in ("µ-opioid receptor", "IL-1β", "Sjögren’s", "CD4+ T cell", "боль")]
    ['mu-opioid-receptor', 'il-1-beta', 'sjogren-s', 'cd4-plus-t-cell', '']
    """
    spelt = []
    for character in unicodedata.normalize("NFKD", _with_signs(name)):
        if character.isascii() or unicodedata.combining(character):
            spelt.append(character if character.isascii() else "")
            continue
        word = _spelt(character)
        if word is None:
            if character.isalnum():
                return ""
            word = " "
        spelt.append(word)
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(spelt).lower())
    return slug[:longest].strip("-")


def greek_spelt(text: str) -> str:
    """The text with its Greek letters as words.

    >>> greek_spelt("IL-1β and µ")
    'IL-1-beta- and -mu-'
    """
    whole = unicodedata.normalize("NFKC", text)
    return "".join(
        _spelt(c) or c if unicodedata.name(c, "").startswith("GREEK") else c for c in whole
    )


def _with_signs(name: str) -> str:
    return "".join(f" {_SIGNS[c]} " if c in _SIGNS else c for c in name)


def _spelt(character: str) -> str | None:
    """A letter as it is spelt: a Latin one joins its neighbours, a Greek one is a word."""
    match = _LETTER.fullmatch(unicodedata.name(character, ""))
    if match is None:
        return None
    word = _SPELT.get(match[2], match[2].lower().replace(" ", ""))
    return f"-{word}-" if match[1] == "GREEK" else word


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
