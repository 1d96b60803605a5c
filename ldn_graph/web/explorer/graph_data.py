"""What the Graph page draws from, as JSON: every claim in force in short, and each in full.

The short form (names, level, certainty, what filters need) is loaded with the page, so that
focus, filters and layout need no further request; quotes and reasons follow.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from ldn_graph.errors import UnknownName
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures.drawing import edge, encodings, full, node, source
from ldn_graph.pictures.scene import Scene, SceneEdge
from ldn_graph.records.model import Claim, Corpus, EvidenceItem
from ldn_graph.records.vocabularies import Agreement, Column, Kind
from ldn_graph.web.state import Snapshot

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


@dataclass(frozen=True)
class Drawing:
    """The claims in force, ready to be sent. Made once for each version of the data."""

    graph: EvidenceGraph
    scene: Scene
    version: str

    @cached_property
    def summary(self) -> bytes:
        """Everything but quotes and reasons, as JSON."""
        corpus = self.graph.corpus
        places = {s.id: n for n, s in enumerate(self.scene.sources)}
        return encoded(
            {
                "version": self.version,
                "title": self.scene.title,
                "disclaimer": self.scene.disclaimer,
                "nodes": [node(n) for n in self.scene.nodes],
                "edges": [_edge(e, corpus.claims[e.id], corpus, places) for e in self.scene.edges],
                "sources": [source(s) for s in self.scene.sources],
                "questions": [asdict(q) for q in questions(self.graph)],
                **encodings(self.scene),
            }
        )

    def in_full(self, names: Iterable[str]) -> bytes:
        """Quotes, reasons and notes of the claims `names`, as JSON by id. Raises UnknownName."""
        chosen = [self._edge(name) for name in names]
        sources = {s.id: s for s in self.scene.sources}
        cited = {name: asdict(sources[name]) for edge in chosen for name in edge.sources}
        return encoded({"claims": {e.id: full(e) for e in chosen}, "sources": cited})

    @cached_property
    def everything(self) -> bytes:
        """All claims in full, as JSON."""
        return self.in_full(self._edges)

    @cached_property
    def _edges(self) -> Mapping[str, SceneEdge]:
        return {e.id: e for e in self.scene.edges}

    def _edge(self, name: str) -> SceneEdge:
        if name not in self._edges:
            raise UnknownName.among("claim", name, self._edges)
        return self._edges[name]


_made: dict[str, Drawing] = {}
_making = Lock()


def drawn_graph(shown: Snapshot) -> Drawing:
    """The drawing of the data as they are now; the one before is kept for who is reading it."""
    with _making:
        if shown.version not in _made:
            while len(_made) > 1:
                del _made[next(iter(_made))]
            _made[shown.version] = Drawing(shown.graph, shown.graph.scene(), shown.version)
        return _made[shown.version]


def encoded(value: object) -> bytes:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _edge(
    drawn: SceneEdge, claim: Claim, corpus: Corpus, places: Mapping[str, int]
) -> dict[str, Any]:
    return {
        **edge(drawn),
        "about": claim.qualifiers.condition,
        "items": [_fact(i, claim, corpus, places) for i in claim.evidence],
    }


def _fact(
    item: EvidenceItem, claim: Claim, corpus: Corpus, places: Mapping[str, int]
) -> tuple[int, str, str | None, int | None]:
    """What filters ask of an item: place of its source, direction, dose band, year.

    An item without a dose has the band of the claim's subject, as in the filter of paths.
    """
    band = item.dose.band if item.dose else corpus.entities[claim.subject].dose_band
    year = (corpus.sources[item.source].issued or "")[:4]
    return places[item.source], item.direction, band, int(year) if year.isdigit() else None
