"""Corpora with one thing changed, and look-ups in what was written from them."""

from typing import Any

import pyoxigraph as ox

from ldn_graph.records import identifiers
from ldn_graph.records.identifiers import PREFIXES
from ldn_graph.records.model import Claim, Corpus


def term(curie: str) -> ox.NamedNode:
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def objects(found: list[ox.Quad], subject: str, property_: str) -> list[str]:
    """The values of a property in the default graph, IRIs as CURIEs."""
    return [
        identifiers.contract(q.object.value)
        if isinstance(q.object, ox.NamedNode)
        else q.object.value
        for q in found
        if q.subject == term(subject)
        and q.predicate == term(property_)
        and isinstance(q.graph_name, ox.DefaultGraph)
    ]


def with_claim(corpus: Corpus, name: str, **changes: Any) -> Corpus:
    claim = Claim.model_validate(corpus.claims[name].model_dump() | changes)
    return corpus.model_copy(update={"claims": {**corpus.claims, name: claim}})


def with_record(corpus: Corpus, field: str, name: str, **changes: Any) -> Corpus:
    things = getattr(corpus, field)
    record = type(things[name]).model_validate(things[name].model_dump() | changes)
    return corpus.model_copy(update={field: {**things, name: record}})
