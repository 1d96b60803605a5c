"""The evidence map as SVG: a grid of marks with its key, on paper's white.

Plain SVG without styles or scripts; every cell has its words as a title.
"""

import textwrap
from collections.abc import Callable, Iterator
from html import escape

from ldn_graph.pictures.map_marks import CONTESTED, MARKS, SIZES, Mark, mark_of
from ldn_graph.pictures.scene import xml_text
from ldn_graph.reports.map_cells import Cell, EvidenceMap, MapKind, Row

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
