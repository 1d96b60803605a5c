"""The SPARQL that asks for what a page shows."""

from dataclasses import dataclass

from ldn_graph import queries
from ldn_graph.graph import EvidenceGraph


@dataclass(frozen=True)
class Asked:
    """A query: the question that it answers, and its text."""

    question: str
    text: str


_ITEMS = """PREFIX ldnc: <{base}claim/>
PREFIX ldnv: <https://w3id.org/ldn-graph/vocab#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?says ?speaks ?certainty ?quote ?start ?end ?section ?finding ?source
WHERE {{
  ldnc:{id} ldnv:evidence ?item .
  ?item ldnv:reading ?says ;
        ldnv:source/rdfs:label ?source ;
        ldnv:direction ?direction ;
        ldnv:certainty ?sure .
  OPTIONAL {{ ?item ldnv:quote ?quote }}
  OPTIONAL {{ ?item ldnv:start ?start ; ldnv:end ?end }}
  OPTIONAL {{ ?item ldnv:section ?section }}
  OPTIONAL {{ ?item ldnv:finding ?finding }}
  BIND(STRAFTER(STR(?direction), "#direction-") AS ?speaks)
  BIND(STRAFTER(STR(?sure), "#certainty-") AS ?certainty)
}}
ORDER BY ?item"""

_SAID = """PREFIX ldns: <{base}source/>
PREFIX ldnv: <https://w3id.org/ldn-graph/vocab#>

SELECT ?start ?section ?says ?quote ?claim
WHERE {{
  ?claim ldnv:evidence ?item .
  ?item ldnv:source ldns:{id} ;
        ldnv:reading ?says .
  OPTIONAL {{ ?item ldnv:quote ?quote }}
  OPTIONAL {{ ?item ldnv:section ?section }}
  OPTIONAL {{ ?item ldnv:start ?start }}
}}
ORDER BY ?start ?claim"""


def behind_claim(graph: EvidenceGraph, claim: str) -> tuple[Asked, ...]:
    """Its evidence, the reasons for its strength, where it comes from."""
    base = graph.corpus.description.base
    return (
        Asked("Who says it, in which words?", _ITEMS.format(base=base, id=claim)),
        _canned(graph, "why-that-strong", claim=claim),
        _canned(graph, "provenance-of-claim", claim=claim),
    )


def behind_entity(graph: EvidenceGraph, entity: str) -> tuple[Asked, ...]:
    """What is said about it, and what it is called elsewhere."""
    return (
        _canned(graph, "about-entity", entity=entity),
        _canned(graph, "identifiers-of-entity", entity=entity),
    )


def behind_source(graph: EvidenceGraph, source: str) -> tuple[Asked, ...]:
    """What it says, in the order of its text."""
    base = graph.corpus.description.base
    return (
        Asked("What does it say, in the order of its text?", _SAID.format(base=base, id=source)),
    )


def behind_agent(graph: EvidenceGraph, agent: str) -> tuple[Asked, ...]:
    """What the agent did."""
    return (_canned(graph, "claims-by-curator", curator=agent, action="any", since="any"),)


def _canned(graph: EvidenceGraph, name: str, **values: str) -> Asked:
    """A canned query with its parameters filled in, without its header."""
    query = graph.canned[name]
    text = queries.fill(query, values, known=graph.known, base=graph.corpus.description.base)
    lines = [line for line in text.split("\n") if not line.startswith("#+")]
    return Asked(query.summary, "\n".join(lines).strip())
