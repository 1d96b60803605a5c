"""Pictures that stand still: one drawing for pages, files, lessons, notebooks and print.

`draw` asks the drawing scripts of the site (layout by ELK, SVG by `js/drawing/`), so that a file
shows what the graph page shows. Besides the SVG it gives the geometry that was drawn, which
`pictures.legibility` checks.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from ldn_graph.errors import require
from ldn_graph.pictures import engine
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


#: Pixels of an inch in CSS.
_CSS_DPI = 96


def png(svg: str, *, dpi: int = 192) -> bytes:
    """An SVG document as a PNG image of `dpi` pixels an inch.

    Raises MissingExtra where the extra `figures` is not installed.
    """
    require("resvg_py", "a PNG")
    require("matplotlib", "a PNG")
    resvg = import_module("resvg_py")
    scale = dpi / _CSS_DPI
    return bytes(resvg.svg_to_bytes(svg_string=svg, zoom=scale, font_dirs=[_letters()]))


@cache
def _letters() -> str:
    """The folder of DejaVu Sans, so that a machine without fonts has it."""
    return str(Path(import_module("matplotlib").get_data_path()) / "fonts" / "ttf")


Point = tuple[float, float]

_FONT_SIZE = re.compile(r'font-size="([\d.]+)"')
#: Lines that a picture may have before it is bundled (`js/drawing/fold.js`).
MOST = 26
#: Sources that a sheet names before it counts the rest.
_CITED = 16
#: The size in pixels of a line's words in `js/drawing/layout.js`.
LINE_TEXT = 13.0


class Box(NamedTuple):
    """A rectangle in pixels, y downwards."""

    x: float
    y: float
    w: float
    h: float

    def meets(self, other: "Box", *, by: float = 0.5) -> bool:
        """Whether the two overlap by more than `by` pixels in both directions."""
        return (
            min(self.x + self.w, other.x + other.w) - max(self.x, other.x) > by
            and min(self.y + self.h, other.y + other.h) - max(self.y, other.y) > by
        )


@dataclass(frozen=True)
class DrawnCard:
    """`group`: whether it stands for several things."""

    id: str
    box: Box
    group: bool = False


@dataclass(frozen=True)
class DrawnLine:
    """A claim or a bundle of `claims`: its `points` from the subject's border to the tip of the
    arrow, where its words stand, and where the sign of a changed subject does, if it has one."""

    id: str
    claims: tuple[str, ...]
    start: str
    end: str
    points: tuple[Point, ...]
    width: float
    look: str
    level: int
    bundle: bool
    words: tuple[str, ...]
    words_at: Box | None
    sign: str | None = None
    sign_at: Box | None = None


@dataclass(frozen=True)
class Group:
    """A card that stands for so many `members`; `inside`: ids of claims from one to another."""

    name: str
    members: int
    inside: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """`svg` is a document of `box`'s size."""

    svg: str
    box: Box
    cards: tuple[DrawnCard, ...]
    lines: tuple[DrawnLine, ...]
    groups: tuple[Group, ...]
    smallest_text: float = LINE_TEXT


@dataclass(frozen=True)
class Paint:
    """The colours of a picture; `looks` of its lines, `words` of what is said on disputed ones."""

    ground: str
    band: str
    card: str
    border: str
    ink: str
    soft: str
    accent: str
    looks: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]

    def plain(self) -> dict[str, Any]:
        """As the scripts take it."""
        return {**self.__dict__, "looks": dict(self.looks), "words": dict(self.words)}


LIGHT = Paint(
    ground="#ffffff",
    band="#f1f0eb",
    card="#ffffff",
    border="#9aa3b1",
    ink="#1b2330",
    soft="#4d586b",
    accent="#0069a8",
    looks=(*LOOK_COLOURS.items(), ("bundle", "#7d8797")),
    words=(("contested", "#8a2f73"), ("against", "#a83a06")),
)
DARK = Paint(
    ground="#1a202a",
    band="#12161d",
    card="#262e3b",
    border="#77839a",
    ink="#e8ebf0",
    soft="#aab4c3",
    accent="#4aa7e3",
    looks=(
        ("plain", "#9fabc0"),
        ("presupposed", "#66728a"),
        ("against", "#ff8a50"),
        ("contested", "#dd8ac8"),
        ("bundle", "#77839a"),
    ),
    words=(("contested", "#e8a5d6"), ("against", "#ffa172")),
)


def draw(
    scene: Scene,
    paint: Paint = LIGHT,
    *,
    keep: Iterable[str] = (),
    marked: str | None = None,
    room: tuple[float, float] | None = None,
    fold: bool = False,
    most: int = MOST,
    framed: bool = False,
) -> Drawing:
    """`scene` as a drawing.

    `keep`: ids of things that stay themselves where a large picture is bundled; `marked`: id of the
    claim whose words have a frame; `room`: the width and height in pixels that it should fit, by
    narrower cards or columns under one another, with `fold` by coarser groups too, never by smaller
    letters; `most`: lines that it may have before it is bundled; `framed`: with title, key and
    sources round it, as a sheet to keep.
    """
    main = tuple(keep)
    drawn = engine.still(
        {
            "data": plain(scene),
            "paint": paint.plain(),
            "keep": main,
            "main": main,
            "marked": marked,
            "most": most,
            "room": {"width": room[0], "height": room[1], "fold": fold} if room else None,
            "frame": _frame(scene) if framed else None,
            "title": scene.title,
            "spoken": " ".join([f"{scene.subtitle}.", *(f"{e.reading}." for e in scene.edges)]),
        }
    )
    return Drawing(
        svg=drawn["svg"],
        box=_box(drawn["box"]),
        cards=tuple(DrawnCard(c["id"], _box(c), c["group"]) for c in drawn["cards"]),
        lines=tuple(_line(value) for value in drawn["lines"]),
        groups=tuple(Group(g["name"], g["members"], tuple(g["inside"])) for g in drawn["folded"]),
        smallest_text=min(map(float, _FONT_SIZE.findall(drawn["svg"])), default=LINE_TEXT),
    )


def svg(scene: Scene) -> str:
    """`scene` as an SVG sheet: title, drawing, key and sources; each claim that is drawn singly is
    a group whose id is `claim-` and the claim's id."""
    return draw(scene, framed=True).svg


def _frame(scene: Scene) -> dict[str, Any]:
    names = [s.short for s in scene.sources]
    more = f"; and {len(names) - _CITED} more" if len(names) > _CITED else ""
    cited = "; ".join(names[:_CITED]) + more
    source = f"Source{'s' if len(scene.sources) > 1 else ''}: {cited}."
    foot = [f"Not medical advice. {scene.disclaimer}", *([source] if cited else [])]
    return {"title": scene.title, "subtitle": f"{scene.subtitle}.", "foot": foot}


def _box(value: dict[str, float]) -> Box:
    return Box(value["x"], value["y"], value["w"], value["h"])


def _line(value: dict[str, Any]) -> DrawnLine:
    return DrawnLine(
        id=value["id"],
        claims=tuple(value["claims"]),
        start=value["s"],
        end=value["t"],
        points=tuple((x, y) for x, y in value["points"]),
        width=value["width"],
        look=value["look"],
        level=value["level"],
        bundle=value["bundle"],
        words=tuple(value["words"]),
        words_at=_box(value["wordsAt"]) if value["wordsAt"] else None,
        sign=value["sign"],
        sign_at=_box(value["signAt"]) if value["signAt"] else None,
    )
