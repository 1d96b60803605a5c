"""Pictures that stand still: one drawing for pages, files, lessons, notebooks and print.

`draw` asks the drawing scripts of the site (layout by ELK, SVG by `js/drawing/`), so that a file
shows what the graph page shows. Besides the SVG it gives the geometry that was drawn, which
`pictures.legibility` checks.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ldn_graph.pictures import engine
from ldn_graph.pictures.encoding import plain
from ldn_graph.pictures.scene import Scene
from ldn_graph.pictures.style import LOOK_COLOURS

Point = tuple[float, float]

_FONT_SIZE = re.compile(r'font-size="([\d.]+)"')
#: Lines that a picture may have before it is bundled (`js/drawing/fold.js`).
MOST = 26
#: Sources that a sheet names before it counts the rest.
_CITED = 16
#: Letter sizes in pixels of `js/drawing/layout.js`: the words of a card, of a line, of a heading.
CARD_TEXT, LINE_TEXT = 14.0, 13.0


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
