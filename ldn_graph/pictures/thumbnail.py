"""A scene as a small SVG for a page of the site: no heading, no foot, for light or dark.

Presentation attributes only, no style sheet and no script, so that it shows the same under the
strictest policy. The page beside it has the words: title, legend, sources and a table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from ldn_graph.pictures.edge_routing import Curve, Point, point_at
from ldn_graph.pictures.layout import FONT, LINE
from ldn_graph.pictures.lettering import SMALL, width_of
from ldn_graph.pictures.scene import Scene, SceneEdge, SceneNode, curve, xml_text
from ldn_graph.pictures.style import COLUMN_NAMES, DASHES, KIND_STYLES, LOOK_COLOURS, WIDTHS, Look

MARGIN = 10.0
#: A picture of more lines than this bears words only on those that are contested or denied.
MANY = 24
_TRIED = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
_FACE = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Palette:
    """The colours of a picture; `looks`: of its lines."""

    band: str
    card: str
    border: str
    ink: str
    soft: str
    looks: Mapping[Look, str]


LIGHT = Palette("#f1f0eb", "#ffffff", "#c9cfd8", "#1b2330", "#4d586b", LOOK_COLOURS)
DARK = Palette(
    "#1a202a",
    "#262e3b",
    "#475265",
    "#e8ebf0",
    "#aab4c3",
    {"plain": "#9fabc0", "presupposed": "#66728a", "against": "#ff8a50", "contested": "#dd8ac8"},
)


def sketch(scene: Scene, palette: Palette = LIGHT, *, marked: str | None = None) -> str:
    """`scene` as an SVG document. `marked`: the id of a claim whose line stands out."""
    at = {n.id: n for n in scene.nodes}
    left, top, right, bottom = _edges_of(scene)
    size = f"{right - left:.0f}", f"{bottom - top:.0f}"
    spoken = " ".join(f"{e.reading}." for e in scene.edges)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{size[0]}" height="{size[1]}" '
        f'viewBox="{left:.0f} {top:.0f} {size[0]} {size[1]}" font-family="{_FACE}">',
        f"<title>{_safe(scene.title)}</title>",
        f"<desc>{_safe(spoken)}</desc>",
        *_bands(scene, palette),
        *(_line(e, at, palette, e.id == marked) for e in scene.edges),
        *(_card(n, palette) for n in scene.nodes),
        *_words(scene, at, palette),
        "</svg>",
    ]
    return "\n".join(parts)


def _edges_of(scene: Scene) -> Box:
    left = min((b.x for b in scene.bands), default=0.0)
    top = min((b.y for b in scene.bands), default=0.0)
    right = max((b.x + b.width for b in scene.bands), default=1.0)
    bottom = max((b.y + b.height for b in scene.bands), default=1.0)
    return left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN


def _bands(scene: Scene, palette: Palette) -> Iterable[str]:
    for band in scene.bands:
        yield (
            f'<rect x="{band.x:.0f}" y="{band.y:.0f}" width="{band.width:.0f}" '
            f'height="{band.height:.0f}" rx="12" fill="{palette.band}"/>'
        )
        yield _text(
            band.x + 14, band.y + 21, COLUMN_NAMES[band.column], 14, palette.soft, weight=650
        )


def _line(edge: SceneEdge, at: Mapping[str, SceneNode], palette: Palette, marked: bool) -> str:
    """A claim's line, cut off by the card that it leads to, and its arrow."""
    line = curve(edge, at)
    colour, width = palette.looks[edge.look], WIDTHS[edge.level]
    path = "M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}".format(
        *(n for point in line for n in point)
    )
    dashes = DASHES[edge.certainty]
    dash = f' stroke-dasharray="{dashes[0]:g} {dashes[1]:g}"' if dashes else ""
    halo = ""
    if edge.look == "contested" or marked:
        halo = (
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width + 9:g}" '
            'stroke-opacity="0.3"/>'
        )
    return (
        f'<g id="claim-{_safe(edge.id)}">{halo}<path d="{path}" fill="none" stroke="{colour}" '
        f'stroke-width="{width:g}"{dash}/>{_arrow(line, edge, at[edge.end], colour)}</g>'
    )


def _arrow(line: Curve, edge: SceneEdge, end: SceneNode, colour: str) -> str:
    tip = _border(line, end)
    (x, y), (bx, by) = point_at(line, tip), point_at(line, max(0.0, tip - 0.03))
    far = max(1e-6, ((x - bx) ** 2 + (y - by) ** 2) ** 0.5)
    ux, uy = (x - bx) / far, (y - by) / far
    size = 9.0 + 1.4 * WIDTHS[edge.level]
    half = size * 0.4
    back: Point = (x - ux * size, y - uy * size)
    corners = ((x, y), (back[0] - uy * half, back[1] + ux * half),
               (back[0] + uy * half, back[1] - ux * half))  # fmt: skip
    return f'<polygon points="{_points(corners)}" fill="{colour}"/>'


def _border(line: Curve, end: SceneNode) -> float:
    """Where on a curve it meets the border of the card that it leads to."""
    low, high = 0.5, 1.0
    for _ in range(16):
        middle = (low + high) / 2
        x, y = point_at(line, middle)
        inside = abs(x - end.x) < end.width / 2 + 1 and abs(y - end.y) < end.height / 2 + 1
        low, high = (low, middle) if inside else (middle, high)
    return low


def _card(node: SceneNode, palette: Palette) -> str:
    left, top = node.x - node.width / 2, node.y - node.height / 2
    style = KIND_STYLES[node.kind]
    sign = _points((left + 17 + px * 7, node.y + py * 7) for px, py in style.points)
    widest = max(width_of(xml_text(line), FONT) for line in node.lines)
    size = FONT * min(1.0, (node.width - 40) / max(widest, 1.0))
    lines = "".join(
        _text(left + 32, node.y + (n - (len(node.lines) - 1) / 2) * LINE + 5, line, size,
              palette.ink)
        for n, line in enumerate(node.lines)
    )  # fmt: skip
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{node.width:g}" height="{node.height:g}" '
        f'rx="8" fill="{palette.card}" stroke="{palette.border}"/>'
        f'<polygon points="{sign}" fill="{style.colour}" stroke="{palette.ink}" '
        f'stroke-width="0.6"/>{lines}'
    )


def _words(scene: Scene, at: Mapping[str, SceneNode], palette: Palette) -> Iterable[str]:
    """The verb of each line, where there is room for it."""
    taken = [
        (n.x - n.width / 2, n.y - n.height / 2, n.x + n.width / 2, n.y + n.height / 2)
        for n in scene.nodes
    ]
    marked = [e for e in scene.edges if e.look in ("contested", "against")]
    others = [e for e in scene.edges if e.look not in ("contested", "against")]
    for edge in (*marked, *(others if len(scene.edges) <= MANY else ())):
        lines = ["contested:", edge.verb] if edge.look == "contested" else [edge.verb]
        if edge.look == "against":
            lines = ["✕ " + edge.verb]
        box = _room(curve(edge, at), lines, taken, _edges_of(scene))
        if box:
            taken.append(box)
            yield _worded(lines, box, palette, edge.look)


def _room(line: Curve, lines: list[str], taken: Iterable[Box], sheet: Box) -> Box | None:
    w = max(width_of(text, SMALL) for text in lines) + 8.0
    h = 16.0 * len(lines) + 2.0
    for t in _TRIED:
        x, y = point_at(line, t)
        box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        inside = box[0] > sheet[0] and box[2] < sheet[2]
        if inside and not any(_overlap(box, other) for other in taken):
            return box
    return None


def _worded(lines: list[str], box: Box, palette: Palette, look: Look) -> str:
    left, top, right, bottom = box
    plain = look in ("plain", "presupposed")
    colour = palette.soft if plain else palette.looks[look]
    words = "".join(
        _text((left + right) / 2, top + 13 + 16 * n, text, SMALL, colour, middle=True)
        for n, text in enumerate(lines)
    )
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
        f'height="{bottom - top:.1f}" rx="4" fill="{palette.band}"/>{words}'
    )


def _text(
    x: float,
    y: float,
    words: str,
    size: float,
    colour: str,
    *,
    weight: int = 400,
    middle: bool = False,
) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.3g}" font-weight="{weight}" '
        f'fill="{colour}"{anchor}>{_safe(words)}</text>'
    )


def _points(corners: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _safe(words: str) -> str:
    return escape(xml_text(words), quote=True)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
