"""The evidence map as SVG: a grid of marks with its key, on paper's white.

Plain SVG without styles or scripts; every cell has its words as a title.

It runs no script and fetches nothing.
"""

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ldn_graph.pictures.scene import xml_text
from ldn_graph.pictures.style import Points
from ldn_graph.records.enumerations import Shows
from ldn_graph.reports.map_cells import Cell, EvidenceMap, MapKind, Row, State


@dataclass(frozen=True)
class Mark:
    """`points`: outlines in the square from -1 to 1, y downwards; `colour` on a light ground."""

    name: str
    words: str
    colour: str
    points: tuple[Points, ...]
    letter: str = ""


_ROUND: Points = (
    (0, -1), (0.5, -0.87), (0.87, -0.5), (1, 0), (0.87, 0.5), (0.5, 0.87),
    (0, 1), (-0.5, 0.87), (-0.87, 0.5), (-1, 0), (-0.87, -0.5), (-0.5, -0.87),
)  # fmt: skip
_UPPER: Points = ((-1, -0.62), (1, -0.62), (1, -0.14), (-1, -0.14))
_LOWER: Points = ((-1, 0.14), (1, 0.14), (1, 0.62), (-1, 0.62))
_SQUARE: Points = ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85))

#: One mark for each thing that a cell can say, by name; in the order of the key.
MARKS = {
    mark.name: mark
    for mark in (
        Mark("benefit", "benefit", "#00684c", (((0, -0.95), (1, 0.8), (-1, 0.8)),)),
        Mark("little-or-no-difference", "little or no difference", "#8a5a00", (_UPPER, _LOWER)),
        Mark("harm", "harm", "#b3003c", (((0, 0.95), (1, -0.8), (-1, -0.8)),)),
        Mark("cannot-tell", "can’t tell", "#4d586b", (_ROUND,), "?"),
        Mark("measured", "measured", "#0069a8", (_SQUARE,)),
        Mark("claimed", "claimed, no study", "#4d586b", (), "“ ”"),
    )
}

#: Half the height of a mark in pixels, by the step of its certainty (0 to 4).
SIZES = (6.0, 6.5, 8.5, 10.5, 12.5)

CONTESTED = "#8d2f76"


def mark_of(cell: Cell) -> Mark | None:
    """The mark of a cell; None for a gap."""
    if cell.state is State.GAP:
        return None
    if cell.state is State.CLAIMED:
        return MARKS["claimed"]
    return MARKS[cell.shows] if isinstance(cell.shows, Shows) else MARKS["measured"]


#: Of a cell, the room for a row's name, and the margin round all, in pixels.
_CELL, _TALL, _NAME, _MARGIN = 96, 56, 216, 16
_INK, _SOFT, _RULE = "#1c2330", "#4d586b", "#d5d8dc"
_LETTERS, _SMALL, _LINE = 13, 12, 16
#: Characters that fit a cell and a row's name, at the widths above.
_IN_CELL, _IN_NAME = 12, 27
_ADVICE, _KEY = 104, 182

Link = Callable[[Cell], str | None]


def svg(found: EvidenceMap, link: Link | None = None) -> str:
    """The map as an SVG document; `link`: the address that a cell leads to."""
    columns = [textwrap.wrap(c.label, _IN_CELL) for c in found.columns]
    head = 92 + _LINE * max((len(lines) for lines in columns), default=1)
    width = max(2 * _MARGIN + _NAME + _CELL * len(columns), 900)
    heights = [_height(row, width) for row in found.rows]
    bottom = head + sum(heights)
    height = bottom + _KEY
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="DejaVu Sans, Verdana, sans-serif" '
        f'font-size="{_LETTERS}" fill="{_INK}" role="img">',
        f"<title>{_plain(found.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _words(_MARGIN, 30, found.title, size=20, weight="bold"),
        _words(_MARGIN, 54, _subtitle(found), colour=_SOFT),
        *_heads(columns, head),
    ]
    y = head
    for row, tall in zip(found.rows, heights, strict=True):
        parts += _row(row, y, width, link)
        y += tall
    parts += [_rule(y, width), *_key(found, bottom + 26), "</svg>"]
    return "\n".join(parts) + "\n"


def _subtitle(found: EvidenceMap) -> str:
    shown = f"{len(found.rows)} of {found.total} rows"
    if found.kind is MapKind.MECHANISMS:
        return f"{shown}. Each mark is the weakest link of the best chain of claims that runs here."
    return f"{shown}. A grey cell is a gap: no study and no claim on record here."


def _heads(columns: list[list[str]], head: int) -> Iterator[str]:
    for number, lines in enumerate(columns):
        x = _MARGIN + _NAME + _CELL * number + _CELL / 2
        for line, words in enumerate(reversed(lines)):
            yield _words(x, head - 10 - _LINE * line, words, anchor="middle", weight="bold")


def _height(row: Row, width: int) -> int:
    own = len(_own(row, width)) * _LINE
    name = _LINE * len(textwrap.wrap(row.heading.label, _IN_NAME)) + 14
    return max(_TALL, name) + (own + 10 if own else 0)


def _own(row: Row, width: int) -> list[str]:
    """The lines that tell of the outcomes that this row alone has."""
    told = "; ".join(f"{c.column.label}: {_short(c)}" for c in row.own)
    room = int((width - 2 * _MARGIN - _NAME) / (_SMALL * 0.62))
    return textwrap.wrap(f"Only here: {told}", room) if told else []


def _short(cell: Cell) -> str:
    mark = mark_of(cell)
    sure = f", {cell.grade.rpartition(', ')[2]}" if cell.shows else ""
    control = "" if cell.controlled else ", no control"
    return f"{mark.words if mark else ''}{sure}{control}".replace(" certainty", "")


def _row(row: Row, y: int, width: int, link: Link | None) -> Iterator[str]:
    yield _rule(y, width)
    for line, words in enumerate(textwrap.wrap(row.heading.label, _IN_NAME)):
        yield _words(_MARGIN, y + 22 + _LINE * line, words, weight="bold")
    for number, cell in enumerate(row.cells):
        yield from _linked(cell, _MARGIN + _NAME + _CELL * number, y, link)
    own = _own(row, width)
    top = y + _height(row, width) - _LINE * len(own)
    for line, words in enumerate(own):
        yield _words(_MARGIN + _NAME, top + _LINE * line, words, size=_SMALL, colour=_SOFT)


def _linked(cell: Cell, x: float, y: float, link: Link | None) -> Iterator[str]:
    address = link(cell) if link else None
    title = _plain(f"{cell.row.label}, {cell.column.label}: {cell.words}")
    yield f'<a href="{_plain(address)}">' if address else "<g>"
    yield f"<title>{title}</title>"
    mark = mark_of(cell)
    ground = "#f1f0eb" if mark is None else "#ffffff"
    yield (
        f'<rect x="{x + 3}" y="{y + 3}" width="{_CELL - 6}" height="{_TALL - 6}" rx="6" '
        f'fill="{ground}"/>'
    )
    if mark is not None:
        if cell.contested:
            yield (
                f'<rect x="{x + 3}" y="{y + 3}" width="{_CELL - 6}" height="{_TALL - 6}" rx="6" '
                f'fill="none" stroke="{CONTESTED}" stroke-width="2" stroke-dasharray="5 3"/>'
            )
        metered = cell.shows is not None
        middle = x + _CELL / 2 - (14 if metered else 0)
        yield from _mark(mark, middle, y + 20, cell.step, filled=cell.controlled)
        if metered:
            yield from _meter(x + _CELL / 2 + 8, y + 27, cell.step)
        told = _count(cell)
        yield _words(x + _CELL / 2, y + 48, told, size=_SMALL, anchor="middle", colour=_SOFT)
    yield "</a>" if address else "</g>"


def _count(cell: Cell) -> str:
    """Trials · people, a question mark for what nobody states; or how many chains."""
    if cell.chains:
        return cell.numbers
    if cell.shows is None:
        return "claimed"
    trials, people = ("?" if n is None else f"{n:,}" for n in (cell.trials, cell.people))
    return f"{trials} · {people}"


def _mark(mark: Mark, x: float, y: float, step: int, *, filled: bool = True) -> Iterator[str]:
    size = SIZES[step]
    fill = mark.colour if filled else "#ffffff"
    for outline in mark.points:
        points = " ".join(f"{x + a * size:.1f},{y + b * size:.1f}" for a, b in outline)
        line = f'stroke="{mark.colour}" stroke-width="1.8"'
        yield f'<polygon points="{points}" fill="{fill}" {line}/>'
    if mark.letter:
        colour = "#ffffff" if filled and mark.points else mark.colour
        yield _words(x, y + 4.5, mark.letter, size=_LETTERS, anchor="middle", weight="bold",
                     colour=colour)  # fmt: skip


def _meter(x: float, y: float, step: int) -> Iterator[str]:
    """Four bars, of which as many are dark as the certainty has steps."""
    for number in range(4):
        tall = 4 + 3 * number
        fill = "#0069a8" if number < step else "#c9cfd8"
        yield f'<rect x="{x + 6 * number}" y="{y - tall}" width="4" height="{tall}" fill="{fill}"/>'


def _key(found: EvidenceMap, y: float) -> Iterator[str]:
    """What the marks mean, and what must be said beside them."""
    mechanisms = found.kind is MapKind.MECHANISMS
    names = ("measured", "claimed") if mechanisms else tuple(n for n in MARKS if n != "measured")
    x: float = _MARGIN + 10
    for name in names:
        yield from _mark(MARKS[name], x, y, 2)
        yield _words(x + 16, y + 4, MARKS[name].words)
        x += 44 + 8 * len(MARKS[name].words)
    bars = "Bars and size: certainty, from very low (1) to high (4)"
    if mechanisms:
        bars = "Size: how well the weakest link was measured, from cells (1) to controlled (4)"
    yield _words(_MARGIN, y + 30, bars)
    hollow = "Hollow: without a control group. " if not mechanisms else ""
    numbers = "chains of claims" if mechanisms else "studies · people, ? where not stated"
    yield _words(_MARGIN, y + 52, f"{hollow}Numbers: {numbers}.")
    yield (
        f'<rect x="{_MARGIN}" y="{y + 64}" width="22" height="16" rx="4" fill="none" '
        f'stroke="{CONTESTED}" stroke-width="2" stroke-dasharray="5 3"/>'
    )
    yield _words(_MARGIN + 30, y + 77, "contested: sources speak for it and against it")
    advice = textwrap.wrap(f"Not medical advice. {found.disclaimer}", _ADVICE)
    for line, words in enumerate(advice):
        yield _words(_MARGIN, y + 102 + _LINE * line, words, colour=_SOFT)


def _words(
    x: float,
    y: float,
    words: str,
    *,
    size: int = _LETTERS,
    anchor: str = "start",
    weight: str = "normal",
    colour: str = _INK,
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" '
        f'font-weight="{weight}" fill="{colour}">{_plain(words)}</text>'
    )


def _plain(words: str) -> str:
    return escape(xml_text(words))


def _rule(y: float, width: float) -> str:
    return f'<path d="M{_MARGIN} {y}H{width - _MARGIN}" stroke="{_RULE}"/>'


def html(found: EvidenceMap) -> str:
    """The page of a map, whole; a cell of the picture leads to its row of the table."""
    cells = [c for row in found.rows for c in (*row.cells, *row.own) if c.state is not State.GAP]
    names = {(c.row.id, c.row.drug, c.column.id): f"cell-{n}" for n, c in enumerate(cells, 1)}

    def link(cell: Cell) -> str | None:
        name = names.get((cell.row.id, cell.row.drug, cell.column.id))
        return f"#{name}" if name else None

    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("map.html.j2").render(
        map=found,
        cells=list(zip(names.values(), cells, strict=True)),
        picture=Markup(svg(found, link)),  # noqa: S704 - the figure escapes its texts
        style=Markup(_text("forest.css")),  # noqa: S704 - our own file
    )


def _text(name: str) -> str:
    return (files("ldn_graph.pictures") / "templates" / name).read_text(encoding="utf-8")
