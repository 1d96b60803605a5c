"""Questions to start from, made of the data: each is a state of the Graph page."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import Claim
from ldn_graph.records.vocabularies import Agreement, Column, Kind

#: So many conditions are asked about by name.
_NAMED = 3


@dataclass(frozen=True)
class Question:
    """`query` is the state of the page that answers it, as the page writes it (lists sorted);
    `claims`: how many that shows."""

    text: str
    query: str
    claims: int


def questions(graph: EvidenceGraph) -> tuple[Question, ...]:
    """What a newcomer asks first, as far as the data has an answer."""
    return tuple(q for q in _questions(graph) if q.claims)


def _questions(graph: EvidenceGraph) -> Iterator[Question]:
    corpus, strengths = graph.corpus, graph.strengths
    claims = corpus.current()
    column = {name: entity.column for name, entity in corpus.entities.items()}
    if not claims:
        return
    main = _main_drug(graph, claims)
    inner = {Column.DRUG, Column.MECHANISM, Column.PATHWAY}
    if main:
        works = [c for c in claims if {column[c.subject], column[c.object]} <= inner]
        yield Question(
            f"How is {corpus.entities[main].label} said to work?",
            "all=1&column=drug,mechanism,pathway",
            len(works),
        )
    for name in _conditions(graph, claims):
        about = [c for c in claims if name in (c.subject, c.object, c.qualifiers.condition)]
        yield Question(
            f"What is said about {corpus.entities[name].label}?", f"around={name}", len(about)
        )
    disputed = (Agreement.CONTESTED, Agreement.REFUTED)
    yield Question(
        "Where do sources disagree, or speak against it?",
        "all=1&agreement=contested,refuted",
        sum(strengths[c.id].agreement in disputed for c in claims),
    )
    yield Question(
        "What has a controlled trial behind it?",
        "all=1&level=3,4",
        sum(strengths[c.id].level >= 3 for c in claims),
    )
    kinds = {name: entity.kind for name, entity in corpus.entities.items()}
    yield Question(
        "Which side effects are reported?",
        "all=1&kind=adverse-effect",
        sum(Kind.ADVERSE_EFFECT in (kinds[c.subject], kinds[c.object]) for c in claims),
    )


def _main_drug(graph: EvidenceGraph, claims: tuple[Claim, ...]) -> str | None:
    """The drug of the most claims."""
    drugs = {n for n, e in graph.corpus.entities.items() if e.kind is Kind.DRUG}
    counted = Counter(c.subject for c in claims if c.subject in drugs)
    return min(counted, key=lambda n: (-counted[n], n)) if counted else None


def _conditions(graph: EvidenceGraph, claims: tuple[Claim, ...]) -> list[str]:
    """The conditions that most is claimed about by name; a group is no condition of its own."""
    groups = {b for e in graph.corpus.entities.values() for b in e.broader}
    groups |= {c.object for c in claims if c.predicate == "subclass-of"}
    counted = Counter(
        name
        for c in claims
        for name in {c.subject, c.object, c.qualifiers.condition}
        if name and graph.corpus.entities[name].kind is Kind.CONDITION and name not in groups
    )
    return sorted(counted, key=lambda n: (-counted[n], n))[:_NAMED]
