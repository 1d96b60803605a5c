"""A scene as the plain values that the drawing scripts take: things, claims, how values look."""

from typing import Any

from ldn_graph.pictures.scene import Scene, SceneEdge, SceneNode
from ldn_graph.pictures.style import COLUMN_NAMES, DASHES, LOOK_COLOURS, WIDTHS, kinds_shown
from ldn_graph.records.vocabularies import COLUMN_OF, Certainty, Column

#: Left to right; practice stands at the left of the drug, so that nothing runs across the rest.
COLUMNS = (Column.PRACTICE, Column.DRUG, Column.MECHANISM, Column.PATHWAY, Column.CONDITION)


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
    }


def plain(scene: Scene) -> dict[str, Any]:
    """The whole scene for a picture that stands still."""
    return {
        "nodes": [node(n) for n in scene.nodes],
        "edges": [{**edge(e), "items": []} for e in scene.edges],
        "sources": [],
        "questions": [],
        **encodings(scene),
    }
