"""The forest-like overview as SVG or PNG by matplotlib; the same overview gives the same bytes."""

import threading
import warnings
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from io import BytesIO
from typing import Any

from ldn_graph.errors import require
from ldn_graph.pictures.forest import (
    COLOURS,
    LANES,
    Forest,
    Group,
    Mark,
    Row,
    keys,
    outline,
    radius,
)
from ldn_graph.pictures.lettering import width_of, wrapped
from ldn_graph.pictures.scene import xml_text
from ldn_graph.pictures.style import LOOK_COLOURS
from ldn_graph.records.vocabularies import Direction

INK, MUTED, RULE, BAND = "#1B2330", "#556072", "#C9CFD8", "#F0EFEA"
WIDTH, MARGIN = 1350.0, 28.0
_LEFT, _LANE, _GAP = 334.0, 268.0, 14.0
_LANES_AT = {d: MARGIN + _LEFT + n * _LANE for n, d in enumerate(LANES)}
_VERDICT_AT = MARGIN + _LEFT + 3 * _LANE + _GAP
_TITLE, _TEXT, _SMALL = 14.5, 12.5, 11.5
_LINE, _PAD = 17.0, 9.0
_GROUP_HEIGHT = 34.0
#: matplotlib keeps its settings in one place for the whole process.
LOCK = threading.Lock()
#: So many characters of a size or a name always stay.
_SHORT = 12


def svg(forest: Forest, *, bare: bool = False) -> str:
    """The overview as an SVG document; each mark is a group whose id begins with `mark-`.

    `bare`: without title, disclaimer and source, for a page that has them itself.
    """
    text = _drawn(forest, "svg", 96, bare).decode("utf-8")
    rest = text.partition("<svg ")[2]
    named = f'<svg role="img" aria-labelledby="forest-title forest-description" {rest}'
    head, end, body = named.partition(">")
    about = (
        f'\n <title id="forest-title">{escape(xml_text(forest.title))}</title>'
        f'\n <desc id="forest-description">{escape(xml_text(_description(forest)))}</desc>'
    )
    return text.partition("<svg ")[0] + head + end + about + body


def size(forest: Forest, *, bare: bool = False) -> tuple[int, int]:
    """Width and height of the overview in pixels, without drawing it."""
    return round(WIDTH), round(_Sheet(forest, bare).height())


def png(forest: Forest, *, dpi: int = 144) -> bytes:
    """The overview as a PNG image."""
    return _drawn(forest, "png", dpi, False)


def _description(forest: Forest) -> str:
    rows = (
        f"{row.title}{f', {row.detail}' if row.detail else ''}: {row.sentence}"
        for row in forest.rows
    )
    return " ".join([forest.subtitle, *rows])


def _drawn(forest: Forest, kind: str, dpi: int, bare: bool) -> bytes:
    require("matplotlib", "a picture of studies")
    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": "ldn-graph-forest",
        "font.family": "DejaVu Sans",
        "hatch.linewidth": 0.9,
    }
    metadata: dict[str, str | None] = {"Date": None, "Title": xml_text(forest.title)}
    if kind == "png":
        metadata = {"Title": xml_text(forest.title), "Software": None}
    matplotlib = import_module("matplotlib")
    with LOCK, matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        sheet = _Sheet(forest, bare)
        sheet.draw()
        out = BytesIO()
        sheet.figure.savefig(out, format=kind, dpi=dpi, metadata=metadata)
    return out.getvalue()


@dataclass
class _Sheet:
    """One figure in the making. Lengths are pixels of 1/96 inch, y downwards."""

    forest: Forest
    bare: bool
    figure: Any = None
    axes: Any = None
    names: dict[str, int] = field(default_factory=dict)

    def height(self) -> float:
        """Of the whole sheet."""
        inner = WIDTH - 2 * MARGIN
        legend = 22.0 + 26.0 * len(self._legend_rows(inner)) + 12.0
        foot = [] if self.bare else self._footing(inner)
        return self._head() + self._body() + legend + 17.0 * len(foot) + MARGIN

    def _subtitle(self) -> list[str]:
        return [] if self.bare else wrapped(self.forest.subtitle, WIDTH - 2 * MARGIN, 14.0)

    def _head(self) -> float:
        return MARGIN + 20.0 + (0.0 if self.bare else 60.0 + 20.0 * len(self._subtitle()))

    def _body(self) -> float:
        return sum(
            _GROUP_HEIGHT + sum(_height(row, first) for row, first in _titled(group))
            for group in self.forest.groups
        )

    def draw(self) -> None:
        inner = WIDTH - 2 * MARGIN
        subtitle = self._subtitle()
        foot = [] if self.bare else self._footing(inner)
        head, body = self._head(), self._body()
        self._canvas(self.height())
        if not self.bare:
            self._text(MARGIN, MARGIN + 8.0, self.forest.title, 24.0, INK, weight="bold")
        for n, line in enumerate(subtitle):
            self._text(MARGIN, MARGIN + 40.0 + 20.0 * n, line, 14.0, MUTED)
        self._lanes(head, body)
        y = head
        for group in self.forest.groups:
            y = self._group(group, y)
        y = self._legend(y + 26.0, inner)
        for n, line in enumerate(foot):
            self._text(MARGIN, y + 17.0 * n, line, _SMALL, MUTED)

    def _canvas(self, height: float) -> None:
        figures = import_module("matplotlib.figure")
        agg = import_module("matplotlib.backends.backend_agg")
        self.figure = figures.Figure((WIDTH / 96, height / 96), facecolor="white")
        agg.FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(height, 0)
        self.axes.set_axis_off()

    def _footing(self, room: float) -> list[str]:
        advice = wrapped(f"Not medical advice. {self.forest.disclaimer}", room, _SMALL)
        named = f"Article: {self.forest.sources}." if self.forest.sources else ""
        return advice + (wrapped(named, room, _SMALL) if named else [])

    def _lanes(self, top: float, height: float) -> None:
        """The three lanes with their headings, behind the rows."""
        y = top - 16.0
        self._text(MARGIN + 8.0, y, "Asked of the low dose, unless it says so", _TEXT, MUTED)
        for direction, name in LANES.items():
            x = _LANES_AT[direction]
            self._text(
                x + (_LANE - _GAP) / 2,
                y,
                name,
                _TITLE,
                COLOURS[direction],
                align="center",
                weight="bold",
            )
            self._box(x, top - 2.0, _LANE - _GAP, height + 4.0, "#F7F7F4")
        self._text(_VERDICT_AT, y, "What this amounts to", _TEXT, MUTED)

    def _group(self, group: Group, y: float) -> float:
        self._box(MARGIN, y + 4.0, WIDTH - 2 * MARGIN, _GROUP_HEIGHT - 8.0, BAND)
        self._text(MARGIN + 8.0, y + _GROUP_HEIGHT / 2, group.heading, _TITLE, INK, weight="bold")
        y += _GROUP_HEIGHT
        for n, (row, first) in enumerate(_titled(group)):
            if n:
                left = MARGIN if first else MARGIN + 8.0
                self.axes.plot(
                    [left, WIDTH - MARGIN],
                    [y, y],
                    color=RULE,
                    linewidth=0.9 if first else 0.7,
                    linestyle="solid" if first else (0, (1, 3)),
                )
            self._row(row, first, y)
            y += _height(row, first)
        return y

    def _row(self, row: Row, first: bool, top: float) -> None:
        y = top + _PAD + _LINE / 2
        for line, size, colour, weight in _lettering(row, first):
            self._text(MARGIN + 8.0, y, line, size, colour, weight=weight)
            y += _LINE
        for direction in LANES:
            y = top + _PAD
            for mark in row.marks:
                if mark.direction is direction:
                    y = self._labelled(mark, _LANES_AT[direction], y)
        if not row.marks:
            x = _LANES_AT[Direction.INCONCLUSIVE] + (_LANE - _GAP) / 2
            self._text(
                x, top + _PAD + _LINE / 2, "no study in this corpus", _TEXT, MUTED, align="center"
            )
        self._verdict(row, top + _PAD + _LINE / 2)

    def _verdict(self, row: Row, y: float) -> None:
        if row.contested:
            colour = LOOK_COLOURS["contested"]
            wide = width_of("CONTESTED", _SMALL, "bold") + 16.0
            self._box(_VERDICT_AT, y - 9.5, wide, 19.0, colour, round_=9.0)
            self._text(
                _VERDICT_AT + wide / 2,
                y,
                "CONTESTED",
                _SMALL,
                "white",
                align="center",
                weight="bold",
            )
            y += _LINE + 5.0
        for line, colour, weight in _amounts(row):
            self._text(_VERDICT_AT, y, line, _TEXT, colour, weight=weight)
            y += _LINE

    def _labelled(self, mark: Mark, x: float, y: float) -> float:
        """A mark with its label, from `y` downwards; returns where the next one begins."""
        high = _mark_height(mark)
        middle = y + high / 2
        self._mark(mark, x + 25.0, middle, self._gid(mark))
        lines = _label(mark)
        first = middle - (len(lines) - 1) * 14.0 / 2
        for n, (line, colour) in enumerate(lines):
            self._text(x + 52.0, first + 14.0 * n, line, _TEXT if n == 0 else _SMALL, colour)
        return y + high

    def _gid(self, mark: Mark) -> str:
        self.names[mark.source] = number = self.names.get(mark.source, 0) + 1
        return f"mark-{mark.source}-{number}"

    def _mark(self, mark: Mark, x: float, y: float, gid: str | None = None) -> None:
        patches = import_module("matplotlib.patches")
        r = radius(mark.size)
        colour = MUTED if mark.retracted else COLOURS[mark.direction]
        hollow = mark.retracted or mark.indirect or mark.size is None
        shape = patches.Polygon(
            [(x + px * r, y + py * r) for px, py in outline(mark.design)],
            facecolor="white" if hollow else colour,
            edgecolor=colour,
            linewidth=1.3,
            hatch="//////" if mark.indirect else None,
            joinstyle="miter",
        )
        if gid:
            shape.set_gid(xml_text(gid))
        self.axes.add_patch(shape)
        if mark.retracted:
            for slope in (1, -1):
                self.axes.plot([x - 9, x + 9], [y - 9 * slope, y + 9 * slope], color=INK, lw=1.6)

    # --- the legend

    def _legend_rows(self, room: float) -> list[list[tuple[Mark, str]]]:
        rows: list[list[tuple[Mark, str]]] = []
        for group in keys(self.forest):
            rows.append([])
            used = 0.0
            for key in group:
                wide = _key_width(key[1])
                if rows[-1] and used + wide > room:
                    rows.append([])
                    used = 0.0
                rows[-1].append(key)
                used += wide
        return rows

    def _legend(self, y: float, room: float) -> float:
        for row in self._legend_rows(room):
            x = MARGIN
            for mark, name in row:
                self._mark(mark, x + 18.0, y)
                self._text(x + 40.0, y, name, _SMALL, INK)
                x += _key_width(name)
            y += 26.0
        return y + 4.0

    # --- strokes

    def _box(
        self, x: float, y: float, w: float, h: float, fill: str, *, round_: float = 5.0
    ) -> None:
        patches = import_module("matplotlib.patches")
        style = f"round,pad=0,rounding_size={round_}"
        self.axes.add_patch(
            patches.FancyBboxPatch(
                (x, y), w, h, boxstyle=style, facecolor=fill, edgecolor="none", linewidth=0
            )
        )

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str,
        *,
        align: str = "left",
        weight: str = "normal",
    ) -> None:
        """One line of text, its middle at height `y`; `$` is a dollar sign."""
        self.axes.text(
            x,
            y,
            xml_text(text),
            fontsize=size * 0.75,
            color=colour,
            ha=align,
            va="center_baseline",
            fontweight=weight,
            parse_math=False,
        )


def _titled(group: Group) -> list[tuple[Row, bool]]:
    """The rows, each with whether it is the first of its condition, which bears the title."""
    before = [None, *(row.title for row in group.rows)]
    return [(row, row.title != last) for row, last in zip(group.rows, before, strict=False)]


def _lettering(row: Row, first: bool) -> list[tuple[str, float, str, str]]:
    """The lines at the left of a row: text, size, colour, weight."""
    room = _LEFT - 24.0
    titles = wrapped(row.title, room, _TITLE) if first or not row.detail else []
    return [
        *((line, _TITLE, INK, "bold") for line in titles),
        *((line, _TEXT, INK, "normal") for line in wrapped(row.detail, room, _TEXT)),
        *((line, _TEXT, MUTED, "normal") for line in wrapped(row.wording, room, _TEXT)),
    ]


def _amounts(row: Row) -> list[tuple[str, str, str]]:
    """The lines at the right of a row: text, colour, weight."""
    over = row.standing in ("article overstates", "article surer than studies")
    compared = (row.standing, INK if over else MUTED, "bold" if over else "normal")
    found = [(row.verdict, INK, "normal")] if row.marks else []
    room = WIDTH - MARGIN - _VERDICT_AT
    lines = [(line, *compared[1:]) for line in wrapped(row.standing, room, _TEXT)]
    return [*found, *lines]


def _label(mark: Mark) -> list[tuple[str, str]]:
    """The lines beside a mark: who and how many, then what it is indirect in."""
    room = _LANE - _GAP - 56.0
    size = f", {mark.size_text}" if len(mark.size_text) < _SHORT else ""
    size = size if mark.size is None else f", n={mark.size}"
    name = mark.label
    while width_of(f"{name}{size}", _TEXT) > room and len(name) > _SHORT:
        name = name.removesuffix("…")[:-1].rstrip() + "…"
    lines = [(f"{name}{size}", MUTED if mark.retracted else INK)]
    if mark.retracted:
        lines.append(("RETRACTED, counts nothing", INK))
    elif mark.indirect:
        lines.append((f"indirect: {', '.join(mark.indirect)}", MUTED))
    return lines


def _mark_height(mark: Mark) -> float:
    return max(2 * radius(mark.size) + 3.0, 14.0 * len(_label(mark)) + 6.0)


def _height(row: Row, first: bool) -> float:
    lanes = [sum(_mark_height(m) for m in row.marks if m.direction is d) for d in LANES]
    right = _LINE * len(_amounts(row)) + (22.0 if row.contested else 0.0)
    return max(_LINE * len(_lettering(row, first)), right, *lanes) + 2 * _PAD


def _key_width(name: str) -> float:
    return 40.0 + width_of(name, _SMALL) + 22.0
