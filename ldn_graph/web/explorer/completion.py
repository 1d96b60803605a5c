"""What the editor completes and labels: prefixes, terms in use, and the names of things."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ldn_graph import files, rdf
from ldn_graph.graph import EvidenceGraph
from ldn_graph.rdf.iris import TYPE
from ldn_graph.records.model import Corpus
from ldn_graph.verbalise import reading

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SPOKEN = {f"{_RDFS}label": "label", f"{_SKOS}prefLabel": "label", f"{_SKOS}definition": "about"}
#: In the order of preference, where a term is several.
_KINDS = {
    f"{_OWL}Class": "class",
    f"{_OWL}ObjectProperty": "property",
    f"{_OWL}DatatypeProperty": "property",
    f"{_SKOS}Concept": "concept",
    f"{_OWL}AnnotationProperty": "property",
}
NAMED = ("entity", "claim", "source", "agent")


@dataclass(frozen=True)
class Term:
    """A term that a query may use: `name` as it is written with its prefix; `about` defines it."""

    name: str
    kind: str
    label: str
    about: str


@dataclass(frozen=True)
class Thing:
    """Something of the corpus by its names; `id` is what its IRI ends with."""

    id: str
    label: str
    detail: str
    names: tuple[str, ...]


def terms(graph: EvidenceGraph) -> list[Term]:
    """The vocabulary's terms and the outside ones that the data use, by name."""
    prefixes = rdf.Names(graph.corpus.description.base).prefixes
    spoken = _ontology()
    kinds = {iri: told["kind"] for iri, told in spoken.items() if "kind" in told}
    for quad in graph.quads:
        kinds.setdefault(quad.predicate.value, "property")
        if quad.predicate == TYPE and isinstance(quad.object, ox.NamedNode):
            kinds.setdefault(quad.object.value, "class")
    found = []
    for iri, kind in kinds.items():
        name = _short(iri, prefixes)
        if name:
            told = spoken.get(iri, {})
            label = told.get("label") or name.partition(":")[2]
            found.append(Term(name, kind, label, told.get("about", "")))
    return sorted(found, key=lambda term: term.name)


def things(corpus: Corpus, kind: str) -> Iterator[Thing]:
    """The entities, claims, sources or agents, as a reader knows them."""
    if kind == "entity":
        for e in corpus.entities.values():
            yield Thing(e.id, e.label, str(e.kind).replace("-", " "), e.names)
    elif kind == "claim":
        for c in corpus.claims.values():
            yield Thing(c.id, reading(c, corpus), "claim", ())
    elif kind == "source":
        for s in corpus.sources.values():
            by = s.author[0].name if s.author else ""
            yield Thing(s.id, s.title, by or "source", ())
    else:
        for a in corpus.agents.values():
            yield Thing(a.id, a.name, "agent", ())


def called(corpus: Corpus, kind: str, words: str, *, most: int) -> list[Thing]:
    """Those whose names or id hold `words`: names that begin with them first, then by label."""
    wanted = words.casefold().replace("'", "’").strip()
    found = []
    for thing in things(corpus, kind):
        names = [n.casefold() for n in (thing.label, *thing.names, thing.id)]
        ranks = [_rank(name, wanted) for name in names if wanted in name]
        if ranks:
            found.append((min(ranks), thing.label.casefold(), thing.id, thing))
    return [thing for *_, thing in sorted(found)[:most]]


def labels(graph: EvidenceGraph, iris: Iterable[str]) -> dict[str, str]:
    """What things of the data are called, by IRI; parts of a claim by the claim. Strangers' IRIs
    have none."""
    corpus, base = graph.corpus, graph.corpus.description.base
    named: dict[str, dict[str, str]] = defaultdict(dict)
    found = {}
    for iri in iris:
        kind, _, rest = iri.removeprefix(base).partition("/")
        if not iri.startswith(base) or kind not in NAMED:
            continue
        name, _, part = rest.partition("#")
        if not named[kind]:
            named[kind] = {thing.id: thing.label for thing in things(corpus, kind)}
        if name in named[kind]:
            found[iri] = named[kind][name] + (f" ({part})" if part else "")
    return found


def _rank(name: str, wanted: str) -> int:
    if name.startswith(wanted):
        return 0
    return 1 if f" {wanted}" in name or f"-{wanted}" in name else 2


def _short(iri: str, prefixes: dict[str, str]) -> str:
    """An IRI with its prefix; empty where none fits or the rest would need an escape."""
    for prefix, start in prefixes.items():
        local = iri.removeprefix(start)
        if local != iri and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return ""


def _ontology() -> dict[str, dict[str, str]]:
    """IRI → label, about and kind, of the vocabulary's own terms and of those that it describes."""
    told: dict[str, dict[str, str]] = defaultdict(dict)
    ranks = list(_KINDS)
    for quad in ox.parse(path=files.root() / "ontology" / "ldn.ttl"):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        here = told[quad.subject.value]
        if quad.predicate.value in _SPOKEN and isinstance(quad.object, ox.Literal):
            here.setdefault(_SPOKEN[quad.predicate.value], quad.object.value)
        elif quad.predicate == TYPE and isinstance(quad.object, ox.NamedNode):
            rank = ranks.index(quad.object.value) if quad.object.value in _KINDS else len(ranks)
            if rank < int(here.get("rank", len(ranks))):
                here |= {"rank": str(rank), "kind": _KINDS[quad.object.value]}
    return told
