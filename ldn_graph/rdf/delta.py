"""What a changed record removes from the RDF and adds to it, without writing all of it anew.

Paths are apart: one claim may open or close thousands of them, so they are searched as a whole
(`paths.all_paths`), and `path_quads` writes them. `docs/decisions/` says why.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from ldn_graph.grading.rule import Rule
from ldn_graph.grading.strength import Strength, grade_some, kinship
from ldn_graph.paths.search import Path
from ldn_graph.rdf.flat import RECORDS, direct_edge, path_triples, record_triples
from ldn_graph.rdf.iris import Names
from ldn_graph.rdf.nanopub import nanopub_quads
from ldn_graph.rdf.slots import Triple
from ldn_graph.records.model import Claim, Corpus

#: A record: the field of Corpus that holds it, and its id.
Change = tuple[str, str]


@dataclass(frozen=True)
class Delta:
    """`strengths` are those that changed or were added, `claims` all that were written anew, the
    gone ones included."""

    removed: frozenset[ox.Quad]
    added: frozenset[ox.Quad]
    strengths: Mapping[str, Strength] = field(default_factory=dict)
    claims: frozenset[str] = frozenset()


def changed_records(before: Corpus, after: Corpus) -> frozenset[Change]:
    """The records that are new, gone or not the same; a look at each record, and at no file."""
    found = set()
    for name in RECORDS:
        old: Mapping[str, Any] = getattr(before, name)
        new: Mapping[str, Any] = getattr(after, name)
        if old is not new:
            found |= {(name, key) for key, value in new.items() if old.get(key) is not value}
            found |= {(name, key) for key in old if key not in new}
    return frozenset(found)


def delta(
    before: Corpus,
    after: Corpus,
    strengths: Mapping[str, Strength],
    rule: Rule,
    changed: Iterable[Change] | None = None,
) -> Delta:
    """What turns the quads of `before` (whose claims have `strengths`) into those of `after`,
    paths aside: remove first, then add.

    `changed` spares looking for the records that differ. Raises ValueError where the description
    differs: another base is another dataset.
    """
    if before.description != after.description:
        raise ValueError("the description changed: write the graph anew")
    records = frozenset(changed_records(before, after) if changed is None else changed)
    claims = affected_claims(records, before, after)
    touched = records | {("claims", name) for name in claims}
    graded = grade_some(claims, after, rule)
    old = set(_quads_of(touched, before, strengths))
    new = set(_quads_of(touched, after, graded))
    kept = frozenset(_edges_of_others(old - new, claims, before, strengths))
    fresh = {n: s for n, s in graded.items() if strengths.get(n) != s}
    return Delta(frozenset(old - new - kept), frozenset(new - old), fresh, claims)


def affected_claims(changed: Iterable[Change], before: Corpus, after: Corpus) -> frozenset[str]:
    """The claims whose quads follow from the changed records: they themselves, those that cite a
    changed source, name a changed entity, or were made by a changed agent, and those that share a
    body of evidence with one of them."""
    by_field: dict[str, set[str]] = {}
    for name, key in changed:
        by_field.setdefault(name, set()).add(key)
    found = set(by_field.get("claims", ()))
    others = {k: v for k, v in by_field.items() if k in ("sources", "entities", "agents")}
    if others:
        for corpus in (before, after):
            found |= {c.id for c in corpus.claims.values() if _rests_on(c, others)}
    return frozenset(found | _kin(found, before, after))


def _kin(found: set[str], *corpora: Corpus) -> set[str]:
    """The claims whose results belong to one body of evidence with those of a claim in `found`."""
    shared = {kinship(c.claims[n]) for c in corpora for n in found if n in c.claims}
    return {x.id for c in corpora for x in c.claims.values() if kinship(x) in shared}


def path_quads(paths: Iterable[Path], corpus: Corpus) -> Iterator[ox.Quad]:
    """The paths alone, as `quads` writes them with everything else."""
    names = Names(corpus.description.base)
    for path in paths:
        yield from (ox.Quad(*triple) for triple in path_triples(path, corpus, names))


def _rests_on(claim: Claim, changed: Mapping[str, set[str]]) -> bool:
    qualifiers = claim.qualifiers
    named = {
        "sources": (i.source for i in claim.evidence),
        "entities": (
            claim.subject,
            claim.object,
            qualifiers.condition,
            qualifiers.population,
            qualifiers.location,
        ),
        "agents": (event.by for event in claim.history),
    }
    return any(name in keys for key, keys in changed.items() for name in named[key])


def _quads_of(
    records: Iterable[Change], corpus: Corpus, strengths: Mapping[str, Strength]
) -> Iterator[ox.Quad]:
    names = Names(corpus.description.base)
    for name, key in records:
        value = getattr(corpus, name).get(key)
        if value is None:
            continue
        triples: Iterator[Triple] = record_triples(name, key, corpus, strengths, names)
        yield from (ox.Quad(*triple) for triple in triples)
        if name == "claims" and value.current:
            yield from nanopub_quads(value, corpus, strengths[key])


def _edges_of_others(
    quads: set[ox.Quad], claims: frozenset[str], corpus: Corpus, strengths: Mapping[str, Strength]
) -> Iterator[ox.Quad]:
    """Direct edges among `quads` that claims besides `claims` stand for too.

    Looks at all claims only where an edge goes, which few changes do.
    """
    ends = set()
    for claim in (corpus.claims[n] for n in claims if n in corpus.claims):
        edge = direct_edge(claim, corpus, strengths[claim.id])
        if edge is not None and ox.Quad(*edge) in quads:
            ends.add((claim.subject, claim.object))
    if not ends:
        return
    for other in corpus.claims.values():
        if (other.subject, other.object) in ends and other.id not in claims:
            edge = direct_edge(other, corpus, strengths[other.id])
            if edge is not None and ox.Quad(*edge) in quads:
                yield ox.Quad(*edge)
