"""A picture for slides and print: SVG or PNG by matplotlib, with the encodings of the page.

The same scene gives the same bytes. Text stays text in the SVG, so that it can be searched, read
aloud and edited; it is set for DejaVu Sans, which is wider than what usually stands in for it.
"""

import threading
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from io import BytesIO
from typing import Any

from ldn_graph.pictures.edge_routing import Curve, Point, point_at
from ldn_graph.pictures.layout import FONT, LINE
from ldn_graph.pictures.lettering import SMALL, Key, legend_rows, width_of, wrapped
from ldn_graph.pictures.scene import Scene, SceneEdge, SceneNode, curve, xml_text
from ldn_graph.pictures.style import (
    COLUMN_NAMES,
    DASHES,
    LOOK_COLOURS,
    WIDTHS,
    KindStyle,
    Look,
    kinds_shown,
)
from ldn_graph.records.vocabularies import Certainty

INK, MUTED, RULE, BAND = "#1B2330", "#556072", "#C9CFD8", "#F0EFEA"
#: A picture of more lines than this bears words only on those that are contested or denied.
MANY = 40
MARGIN = 28.0
LEAST_WIDTH = 900.0
TRIED = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8)
#: matplotlib keeps its settings in one place for the whole process.
LOCK = threading.Lock()

Box = tuple[float, float, float, float]


def svg(scene: Scene) -> str:
    """`scene` as an SVG document; each line is a group whose id is `claim-` and the claim's id."""
    text = _drawn(scene, "svg", 96).decode("utf-8")
    named = (
        '<svg role="img" aria-labelledby="figure-title figure-description" '
        f"{text.partition('<svg ')[2]}"
    )
    head, end, rest = named.partition(">")
    about = (
        f'\n <title id="figure-title">{escape(xml_text(scene.title))}</title>'
        f'\n <desc id="figure-description">{escape(xml_text(_description(scene)))}</desc>'
    )
    return text.partition("<svg ")[0] + head + end + about + rest


def png(scene: Scene, *, dpi: int = 144) -> bytes:
    """`scene` as a PNG image."""
    return _drawn(scene, "png", dpi)


def _description(scene: Scene) -> str:
    return " ".join([f"{scene.subtitle}.", *(f"{e.reading}." for e in scene.edges)])


def _drawn(scene: Scene, kind: str, dpi: int) -> bytes:
    settings = {"svg.fonttype": "none", "svg.hashsalt": "ldn-graph", "font.family": "DejaVu Sans"}
    metadata: dict[str, str | None] = {"Date": None, "Title": xml_text(scene.title)}
    if kind == "png":
        metadata = {"Title": xml_text(scene.title), "Software": None}
    matplotlib = import_module("matplotlib")
    with LOCK, matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        paper = _Paper(scene)
        paper.draw()
        out = BytesIO()
        paper.figure.savefig(out, format=kind, dpi=dpi, metadata=metadata)
    return out.getvalue()


@dataclass
class _Paper:
    """One figure in the making. Lengths are pixels of 1/96 inch, y downwards."""

    scene: Scene
    figure: Any = None
    axes: Any = None
    at: dict[str, SceneNode] = field(default_factory=dict)
    box: Box = (0.0, 0.0, 0.0, 0.0)

    def draw(self) -> None:
        bands = self.scene.bands
        left = min((b.x for b in bands), default=0.0)
        right = max((b.x + b.width for b in bands), default=0.0)
        right = max(right, left + LEAST_WIDTH)
        top = min((b.y for b in bands), default=0.0)
        bottom = max((b.y + b.height for b in bands), default=0.0)
        self.at = {n.id: n for n in self.scene.nodes}
        self.box = (left, top, right, bottom)
        head = self._heading_lines(right - left)
        foot = self._footing_lines(right - left)
        rows = legend_rows(self.scene, right - left)
        above = 40.0 + 20.0 * len(head)
        below = 24.0 + 24.0 * len(rows) + 18.0 * len(foot)
        self._sheet(left - MARGIN, top - above - MARGIN, right + MARGIN, bottom + below + MARGIN)
        self._title(left, top - above, head)
        for band in bands:
            self._rounded(band.x, band.y, band.width, band.height, 12, BAND, "none")
        self._lines()
        for node in self.scene.nodes:
            self._card(node)
        self._words()
        self._headings()
        self._legend(left, bottom + 30.0, rows)
        for n, line in enumerate(foot):
            y = bottom + 30.0 + 24.0 * len(rows) + 18.0 * n
            self._text(left, y + 6.0, line, SMALL, MUTED)

    # --- what surrounds the picture

    def _heading_lines(self, room: float) -> list[str]:
        return wrapped(f"{self.scene.subtitle}.", room, 15.0)

    def _footing_lines(self, room: float) -> list[str]:
        sources = "; ".join(s.citation for s in self.scene.sources)
        advice = f"Not medical advice. {self.scene.disclaimer}"
        source = f"Source{'s' if len(self.scene.sources) > 1 else ''}: {sources}."
        return wrapped(advice, room, SMALL) + (wrapped(source, room, SMALL) if sources else [])

    def _sheet(self, left: float, top: float, right: float, bottom: float) -> None:
        figures, agg = (
            import_module("matplotlib.figure"),
            import_module("matplotlib.backends.backend_agg"),
        )
        self.figure = figures.Figure(((right - left) / 96, (bottom - top) / 96), facecolor="white")
        agg.FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(left, right)
        self.axes.set_ylim(bottom, top)
        self.axes.set_axis_off()

    def _title(self, left: float, top: float, lines: Sequence[str]) -> None:
        self._text(left, top + 12.0, xml_text(self.scene.title), 24.0, INK, weight="bold")
        for n, line in enumerate(lines):
            self._text(left, top + 40.0 + 20.0 * n, line, 15.0, MUTED)

    def _headings(self) -> None:
        for band in self.scene.bands:
            name = COLUMN_NAMES[band.column]
            self._text(band.x + 14.0, band.y + 19.0, name, 14.0, MUTED, weight="bold")

    def _legend(self, left: float, top: float, rows: Sequence[Sequence[Key]]) -> None:
        for n, row in enumerate(rows):
            x, y = left, top + 24.0 * n
            for key in row:
                if key.kind:
                    self._sign(key.kind, x + 8.0, y)
                elif key.is_line:
                    line: Curve = ((x, y), (x + 12, y), (x + 24, y), (x + 36, y))
                    self._stroke(line, key.look, key.width_of_line, key.dash)
                    if key.look == "against":
                        self._cross((x + 18.0, y), 5.0)
                self._text(x + key.lead, y, key.name, SMALL, INK if key.lead else MUTED)
                x += key.width

    # --- lines

    def _lines(self) -> None:
        for edge in self.scene.edges:
            line = self._visible(edge)
            group = f"claim-{edge.id}"
            self._stroke(line, edge.look, WIDTHS[edge.level], edge.certainty, gid=group)
            self._arrow(line, edge)

    def _visible(self, edge: SceneEdge) -> Curve:
        """An edge's curve up to the border of the card that it leads to."""
        line, end = curve(edge, self.at), self.at[edge.end]
        low, high = 0.5, 1.0
        for _ in range(24):
            middle = (low + high) / 2
            x, y = point_at(line, middle)
            inside = abs(x - end.x) < end.width / 2 + 1 and abs(y - end.y) < end.height / 2 + 1
            low, high = (low, middle) if inside else (middle, high)
        return _cut(line, low)

    def _stroke(
        self,
        line: Curve,
        look: Look,
        width: float,
        certainty: Certainty,
        gid: str | None = None,
    ) -> None:
        paths, patches = import_module("matplotlib.path"), import_module("matplotlib.patches")
        path = paths.Path(line, [paths.Path.MOVETO, *[paths.Path.CURVE4] * 3])
        common = {"facecolor": "none", "edgecolor": LOOK_COLOURS[look], "capstyle": "butt"}
        if look == "contested":
            halo = patches.PathPatch(path, linewidth=(width + 9) * 0.75, alpha=0.33, **common)
            self.axes.add_patch(halo)
        dashes = DASHES[certainty]
        style = (0, tuple(d / width for d in dashes)) if dashes else "solid"
        patch = patches.PathPatch(path, linewidth=width * 0.75, linestyle=style, **common)
        if gid:
            patch.set_gid(xml_text(gid))
        self.axes.add_patch(patch)

    def _arrow(self, line: Curve, edge: SceneEdge) -> None:
        patches = import_module("matplotlib.patches")
        (x, y), (bx, by) = line[3], point_at(line, 0.97)
        length = max(1e-6, ((x - bx) ** 2 + (y - by) ** 2) ** 0.5)
        ux, uy = (x - bx) / length, (y - by) / length
        size = 9.0 + 1.6 * WIDTHS[edge.level]
        half = size * 0.38
        back = (x - ux * size, y - uy * size)
        corners = [(x, y), (back[0] - uy * half, back[1] + ux * half)]
        corners.append((back[0] + uy * half, back[1] - ux * half))
        colour = LOOK_COLOURS[edge.look]
        self.axes.add_patch(patches.Polygon(corners, facecolor=colour, edgecolor="none"))

    def _cross(self, middle: Point, r: float) -> None:
        x, y = middle
        for slope in (1, -1):
            self.axes.plot(
                [x - r, x + r],
                [y - r * slope, y + r * slope],
                color=LOOK_COLOURS["against"],
                linewidth=2.0,
            )

    # --- words on lines

    def _words(self) -> None:
        boxes = [
            (n.x - n.width / 2, n.y - n.height / 2, n.x + n.width / 2, n.y + n.height / 2)
            for n in self.scene.nodes
        ]
        marked = [e for e in self.scene.edges if e.look in ("contested", "against")]
        others = [e for e in self.scene.edges if e.look not in ("contested", "against")]
        for edge in [*marked, *(others if len(self.scene.edges) <= MANY else [])]:
            lines = ["contested:", edge.verb] if edge.look == "contested" else [edge.verb]
            room = self._room(edge, lines, boxes)
            if room:
                boxes.append(room)
                self._worded(edge, lines, room)
            elif edge.look == "against":
                self._cross(point_at(curve(edge, self.at), 0.5), 7.0)

    def _room(self, edge: SceneEdge, lines: Sequence[str], taken: Iterable[Box]) -> Box | None:
        """Where the words of `edge` stand on its line without covering anything."""
        line = curve(edge, self.at)
        cross = 18.0 if edge.look == "against" else 0.0
        w = max(width_of(text, SMALL) for text in lines) + 8.0 + cross
        h = 16.0 * len(lines) + 2.0
        for t in TRIED:
            x, y = point_at(line, t)
            box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
            inside = box[0] > self.box[0] and box[2] < self.box[2]
            if inside and not any(_overlap(box, other) for other in taken):
                return box
        return None

    def _worded(self, edge: SceneEdge, lines: Sequence[str], box: Box) -> None:
        left, top, right, bottom = box
        self._rounded(left, top, right - left, bottom - top, 4, BAND, "none")
        cross = 18.0 if edge.look == "against" else 0.0
        colour = MUTED if edge.look in ("plain", "presupposed") else LOOK_COLOURS[edge.look]
        for n, text in enumerate(lines):
            x, y = (left + right + cross) / 2, top + 9.0 + 16.0 * n
            self._text(x, y, text, SMALL, colour, align="center")
        if cross:
            self._cross((left + 12.0, (top + bottom) / 2), 4.5)

    # --- cards

    def _card(self, node: SceneNode) -> None:
        left, top = node.x - node.width / 2, node.y - node.height / 2
        self._rounded(left, top, node.width, node.height, 8, "white", RULE)
        style = next(iter(kinds_shown([node.kind])))
        self._sign(style, left + 17.0, node.y)
        room = node.width - 40.0
        widest = max(width_of(xml_text(line), FONT) for line in node.lines)
        size = FONT * min(1.0, room / max(widest, 1.0))
        for n, line in enumerate(node.lines):
            y = node.y + (n - (len(node.lines) - 1) / 2) * LINE
            self._text(left + 32.0, y, xml_text(line), size, INK)

    def _sign(self, style: KindStyle, x: float, y: float) -> None:
        patches = import_module("matplotlib.patches")
        corners = [(x + px * 7.0, y + py * 7.0) for px, py in style.points]
        self.axes.add_patch(
            patches.Polygon(corners, facecolor=style.colour, edgecolor=INK, linewidth=0.6)
        )

    def _rounded(
        self, x: float, y: float, w: float, h: float, r: float, fill: str, edge: str
    ) -> None:
        patches = import_module("matplotlib.patches")
        style = f"round,pad=0,rounding_size={r}"
        self.axes.add_patch(
            patches.FancyBboxPatch(
                (x, y), w, h, boxstyle=style, facecolor=fill, edgecolor=edge, linewidth=0.9
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
            text,
            fontsize=size * 0.75,
            color=colour,
            ha=align,
            va="center_baseline",
            fontweight=weight,
            parse_math=False,
        )


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _cut(line: Curve, t: float) -> Curve:
    """The part of a curve up to `t` (de Casteljau)."""

    def between(a: Point, b: Point) -> Point:
        return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t

    p, q, r, s = line
    pq, qr, rs = between(p, q), between(q, r), between(r, s)
    pqr, qrs = between(pq, qr), between(qr, rs)
    return p, pq, pqr, between(pqr, qrs)
