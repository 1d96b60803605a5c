"""Whether a drawing can be read: what is wrong with it, from its geometry.

The limits: no text under 12 CSS pixels (9 points on paper) at the first sight; the rest is a
question of what covers what. A picture that doesn't fit a screen is scrolled or bundled, so a
screen asks for a scale, never for smaller letters.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from ldn_graph.pictures.drawing import Box, Drawing, DrawnLine, Point

#: Least size of a letter in CSS pixels.
LEAST_TEXT = 12.0
#: The disputed looks: a line of these always says so in words.
DISPUTED = frozenset({"contested", "against"})

Rule = Literal[
    "small text",
    "words over a card",
    "words over words",
    "line behind a card",
    "line under words",
    "no words on a line that needs them",
    "words nearer to another line",
    "sign of a change not at the source",
    "arrow head hidden",
]


@dataclass(frozen=True)
class Fault:
    """What is wrong, and of which card or line; `text` is a whole sentence."""

    rule: Rule
    text: str


def faults(drawing: Drawing, *, scale: float = 1.0) -> tuple[Fault, ...]:
    """Everything that keeps `drawing` from being read, shown at `scale` (1: its own size)."""
    found = [
        *_small(drawing, scale),
        *_covered(drawing),
        *_behind(drawing),
        *_unworded(drawing),
        *_strayed(drawing),
        *_signs(drawing),
        *_arrows(drawing),
    ]
    return tuple(dict.fromkeys(found))


def crossings(drawing: Drawing) -> int:
    """How often two lines cross."""
    lines = [list(pairwise(line.points)) for line in drawing.lines]
    return sum(
        _cross(a, b, c, d) for one, two in combinations(lines, 2) for a, b in one for c, d in two
    )


def _small(drawing: Drawing, scale: float) -> Iterator[Fault]:
    size = drawing.smallest_text * scale
    if size < LEAST_TEXT - 0.01:
        yield Fault("small text", f"The smallest letters are {size:.1f} px; 12 are the least.")


def _boxes(line: DrawnLine) -> Iterator[tuple[str, Box]]:
    if line.words_at:
        yield f"the words of {line.id}", line.words_at
    if line.sign_at:
        yield f"the sign of {line.id}", line.sign_at


def _covered(drawing: Drawing) -> Iterator[Fault]:
    labels = [named for line in drawing.lines for named in _boxes(line)]
    for name, box in labels:
        for card in drawing.cards:
            if box.meets(card.box):
                yield Fault("words over a card", f"{name} stand over the card {card.id}.")
    for (name, box), (other, there) in combinations(labels, 2):
        if box.meets(there):
            yield Fault("words over words", f"{name} and {other} overlap.")


def _behind(drawing: Drawing) -> Iterator[Fault]:
    for line in drawing.lines:
        for card in drawing.cards:
            inner = _shrunk(card.box, 1.0)
            if any(_enters(a, b, inner) for a, b in pairwise(line.points)):
                yield Fault("line behind a card", f"{line.id} runs behind {card.id}.")
        for other in drawing.lines:
            for name, box in _boxes(other):
                if other.id != line.id and any(
                    _enters(a, b, _shrunk(box, 1.0)) for a, b in pairwise(line.points)
                ):
                    yield Fault("line under words", f"{line.id} runs under {name}.")


def _unworded(drawing: Drawing) -> Iterator[Fault]:
    strongest = max((line.level for line in drawing.lines if not line.bundle), default=0)
    for line in drawing.lines:
        needed = line.bundle or line.look in DISPUTED or line.level == strongest
        if needed and not (line.words_at and line.words):
            yield Fault("no words on a line that needs them", f"{line.id} has no words.")


def _strayed(drawing: Drawing) -> Iterator[Fault]:
    for line in drawing.lines:
        if not line.words_at:
            continue
        middle = (line.words_at.x + line.words_at.w / 2, line.words_at.y + line.words_at.h / 2)
        own = _distance(middle, line)
        for other in drawing.lines:
            if other.id != line.id and _distance(middle, other) <= own:
                yield Fault(
                    "words nearer to another line",
                    f"The words of {line.id} lie nearer to {other.id}.",
                )


def _signs(drawing: Drawing) -> Iterator[Fault]:
    for line in drawing.lines:
        if line.sign and not (line.sign_at and _leads(line, line.sign_at)):
            yield Fault(
                "sign of a change not at the source",
                f"{line.id} means {line.sign} of its subject, and says so not where it begins.",
            )


def _leads(line: DrawnLine, sign: Box) -> bool:
    """Whether a sign stands on its line, before the words."""
    middle = _middle(sign)
    on_line = _distance(middle, line) <= max(sign.w, sign.h) / 2 + 1
    words = _middle(line.words_at) if line.words_at else line.points[-1]
    return on_line and _way(line, middle) < _way(line, words)


def _way(line: DrawnLine, point: Point) -> tuple[int, float]:
    """How far along a line a point lies: the nearest piece, and how far from its beginning."""
    pieces = list(enumerate(pairwise(line.points)))
    n, (start, _) = min(pieces, key=lambda piece: (_to_segment(point, *piece[1]), piece[0]))
    return n, _gap(point, start)


def _arrows(drawing: Drawing) -> Iterator[Fault]:
    for line in drawing.lines:
        (ax, ay), (bx, by) = line.points[-2:]
        if _gap((ax, ay), (bx, by)) < arrow_length(line.width):
            yield Fault("arrow head hidden", f"{line.id} turns within its arrow head.")
        tip = Box(min(ax, bx) if ax == bx else bx - 2, min(ay, by) if ay == by else by - 2, 4, 4)
        if any(box.meets(tip) for other in drawing.lines for _, box in _boxes(other)):
            yield Fault("arrow head hidden", f"Words cover the arrow head of {line.id}.")


def arrow_length(width: float) -> float:
    """The length of the arrow head of a line, as `js/drawing/draw.js` draws it."""
    return 9.0 + 0.8 * width


# --- geometry


def _middle(box: Box) -> Point:
    return box.x + box.w / 2, box.y + box.h / 2


def _shrunk(box: Box, by: float) -> Box:
    return Box(box.x + by, box.y + by, box.w - 2 * by, box.h - 2 * by)


def _gap(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _distance(point: Point, line: DrawnLine) -> float:
    return min(_to_segment(point, a, b) for a, b in pairwise(line.points))


def _to_segment(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square if square else 0.0
    t = min(1.0, max(0.0, t))
    return _gap(p, (a[0] + t * dx, a[1] + t * dy))


def _enters(a: Point, b: Point, box: Box) -> bool:
    """Whether a piece of a line has a point inside a box (Liang and Barsky's clipping)."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    low, high = 0.0, 1.0
    for p, q in (
        (-dx, a[0] - box.x),
        (dx, box.x + box.w - a[0]),
        (-dy, a[1] - box.y),
        (dy, box.y + box.h - a[1]),
    ):
        if p == 0:
            if q <= 0:
                return False
        elif p < 0:
            low = max(low, q / p)
        else:
            high = min(high, q / p)
    return low < high


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def told(found: Iterable[Fault]) -> str:
    """The faults in one line, the most frequent kind first, with how many there are of each."""
    count: dict[str, int] = {}
    for fault in found:
        count[fault.rule] = count.get(fault.rule, 0) + 1
    ordered = sorted(count.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{rule} ({n})" for rule, n in ordered)
