"""A scene as the plain values that the drawing scripts take: things, claims, how values look."""

from dataclasses import asdict
from typing import Any

from ldn_graph.pictures.scene import Scene, SceneEdge, SceneNode, SceneSource
from ldn_graph.pictures.style import COLUMN_NAMES, DASHES, LOOK_COLOURS, WIDTHS, kinds_shown
from ldn_graph.records.vocabularies import (
    COLUMN_OF,
    Agreement,
    Certainty,
    Column,
    Direction,
    DoseBand,
)

#: Left to right; practice stands at the left of the drug, so that nothing runs across the rest.
COLUMNS = (Column.PRACTICE, Column.DRUG, Column.MECHANISM, Column.PATHWAY, Column.CONDITION)

_AGREEMENT = {Agreement.NONE: "no direct source"}
_DIRECTION = {
    Direction.SUPPORTS: "a source speaks for it",
    Direction.REFUTES: "a source speaks against it",
    Direction.INCONCLUSIVE: "a source leaves it open",
}


def node(of: SceneNode) -> dict[str, Any]:
    """A thing, with what is empty left out."""
    extra = {"definition": of.definition, "note": of.note, "synonyms": of.synonyms}
    return {
        "id": of.id,
        "label": of.label,
        "kind": of.kind,
        **{k: v for k, v in extra.items() if v},
    }


def edge(of: SceneEdge) -> dict[str, Any]:
    """A claim in short; `change` is "less" or "more" where that of the subject is meant."""
    return {
        "id": of.id,
        "s": of.start,
        "t": of.end,
        "verb": of.verb,
        "reading": of.reading,
        "level": of.level,
        "grade": of.level_name,
        "certainty": of.certainty,
        "wording": of.wording,
        "agreement": of.agreement,
        "look": of.look,
        "denied": of.denied,
        **({"change": of.change} if of.change else {}),
    }


def encodings(scene: Scene) -> dict[str, Any]:
    """How values look and are called: the tables of `pictures.style`."""
    return {
        "kinds": [
            {
                "id": k.kind,
                "name": k.name,
                "colour": k.colour,
                "points": k.points,
                "column": COLUMN_OF[k.kind],
            }
            for k in kinds_shown(n.kind for n in scene.nodes)
        ],
        "columns": [{"id": c, "name": COLUMN_NAMES[c]} for c in COLUMNS],
        "levels": scene.levels,
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


def plain(scene: Scene) -> dict[str, Any]:
    """The whole scene, for a picture or a page that stands by itself."""
    places = {s.id: n for n, s in enumerate(scene.sources)}
    year = {s.id: _year(s.date) for s in scene.sources}
    return {
        "title": scene.title,
        "nodes": [node(n) for n in scene.nodes],
        "edges": [
            {
                **edge(e),
                "items": [(places[i.source], i.direction, None, year[i.source]) for i in e.items],
            }
            for e in scene.edges
        ],
        "sources": [source(s) for s in scene.sources],
        "questions": [],
        **encodings(scene),
    }


def source(of: SceneSource) -> dict[str, Any]:
    """A source in short."""
    return {"id": of.id, "short": of.short, "cite": of.citation, "retracted": of.retracted}


def full(of: SceneEdge) -> dict[str, Any]:
    """What a claim has besides its short form: quotes, reasons, notes."""
    return {
        "level_name": of.level_name,
        "note": of.note,
        "status": of.status,
        "reasons": [asdict(r) for r in of.reasons],
        "items": [asdict(i) for i in of.items],
    }


def _year(date: str) -> int | None:
    last = date.rpartition(" ")[2]
    return int(last) if last.isdigit() else None
