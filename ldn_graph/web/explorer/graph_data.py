"""What the Graph page draws from, as JSON: every claim in force in short, and each in full.

The short form (names, level, certainty, what filters need) is loaded with the page, so that
focus, filters and layout need no further request; quotes and reasons follow.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from ldn_graph.errors import UnknownName
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures.scene import Scene, SceneEdge, SceneNode
from ldn_graph.pictures.style import COLUMN_NAMES, DASHES, LOOK_COLOURS, WIDTHS, kinds_shown
from ldn_graph.records.model import Claim, Corpus, EvidenceItem
from ldn_graph.records.vocabularies import (
    COLUMN_OF,
    Agreement,
    Certainty,
    Column,
    Direction,
    DoseBand,
    Kind,
)
from ldn_graph.web.explorer.questions import questions
from ldn_graph.web.state import Snapshot

#: Left to right; practice stands at the left of the drug, so that nothing runs across the rest.
COLUMNS = (Column.PRACTICE, Column.DRUG, Column.MECHANISM, Column.PATHWAY, Column.CONDITION)
_WITHIN = {
    Kind.MOLECULE: 1,
    Kind.CELL: 2,
    Kind.ANATOMY: 2,
    Kind.MECHANISM: 3,
    Kind.CONDITION: 1,
}
_AGREEMENT = {Agreement.NONE: "no direct source"}
_DIRECTION = {
    Direction.SUPPORTS: "a source speaks for it",
    Direction.REFUTES: "a source speaks against it",
    Direction.INCONCLUSIVE: "a source leaves it open",
}


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
                "nodes": [_node(n) for n in self.scene.nodes],
                "edges": [_edge(e, corpus.claims[e.id], corpus, places) for e in self.scene.edges],
                "sources": [
                    {"id": s.id, "short": s.short, "cite": s.citation, "retracted": s.retracted}
                    for s in self.scene.sources
                ],
                "questions": [asdict(q) for q in questions(self.graph)],
                **self._encodings,
            }
        )

    @property
    def _encodings(self) -> dict[str, Any]:
        """How values look and are called: the tables of `pictures.style`, for the scripts."""
        return {
            "kinds": [
                {
                    "id": k.kind,
                    "name": k.name,
                    "colour": k.colour,
                    "points": k.points,
                    "column": COLUMN_OF[k.kind],
                    "within": _WITHIN.get(k.kind, 0),
                }
                for k in kinds_shown(n.kind for n in self.scene.nodes)
            ],
            "columns": [{"id": c, "name": COLUMN_NAMES[c]} for c in COLUMNS],
            "levels": self.scene.levels,
            "widths": WIDTHS,
            "dashes": DASHES,
            "looks": LOOK_COLOURS,
            "certainties": list(Certainty),
            "agreements": [
                {"id": a, "name": _AGREEMENT.get(a, a.replace("-", " "))} for a in Agreement
            ],
            "directions": [{"id": d, "name": name} for d, name in _DIRECTION.items()],
            "bands": [{"id": b, "name": b.replace("-", " ")} for b in DoseBand],
        }

    def in_full(self, names: Iterable[str]) -> bytes:
        """Quotes, reasons and notes of the claims `names`, as JSON by id. Raises UnknownName."""
        chosen = [self._edge(name) for name in names]
        sources = {s.id: s for s in self.scene.sources}
        cited = {name: asdict(sources[name]) for edge in chosen for name in edge.sources}
        return encoded({"claims": {e.id: _full(e) for e in chosen}, "sources": cited})

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


def drawing(shown: Snapshot) -> Drawing:
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


def _node(node: SceneNode) -> dict[str, Any]:
    extra = {"definition": node.definition, "note": node.note, "synonyms": node.synonyms}
    return {
        "id": node.id,
        "label": node.label,
        "kind": node.kind,
        **{k: v for k, v in extra.items() if v},
    }


def _edge(
    edge: SceneEdge, claim: Claim, corpus: Corpus, places: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "id": edge.id,
        "s": edge.start,
        "t": edge.end,
        "verb": edge.verb,
        "reading": edge.reading,
        "level": edge.level,
        "grade": edge.level_name,
        "certainty": edge.certainty,
        "wording": edge.wording,
        "agreement": edge.agreement,
        "look": edge.look,
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


def _full(edge: SceneEdge) -> dict[str, Any]:
    return {
        "level_name": edge.level_name,
        "note": edge.note,
        "status": edge.status,
        "reasons": [asdict(r) for r in edge.reasons],
        "items": [asdict(i) for i in edge.items],
    }
