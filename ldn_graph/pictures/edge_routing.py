"""How the lines of a picture run: cubic curves that go round cards where they can.

A line leaves and enters its cards sideways. It is bowed up or down when cards would hide it, as
little as will do; lines of one pair keep apart, lines within a lane run round its right side, and
lines to the band below run down the gap between two lanes.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ldn_graph.pictures.layout import CARD_WIDTH, HEADING, PAD, Band, Card, Place

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]
Route = tuple["Handle", "Handle"]

#: Distance between two lines of one pair, at their handles.
APART = 46.0
SIDE = CARD_WIDTH / 2 + 62.0
#: Bows that are tried, and shares of the way at which a line turns.
BOWS = (0.0, 70.0, -70.0, 130.0, -130.0, 190.0, -190.0, 260.0, -260.0)
TURNS = (0.5, 0.34, 0.66)
SAMPLES = tuple(n / 24 for n in range(1, 24))
#: What each end and handle of a curve weighs at each of the samples.
_WEIGHTS = tuple(((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in SAMPLES)
#: Least height of a column's area.
LOWEST = 250.0
#: A picture of so many lines or more is drawn without trying.
UNTRIED = 1500


@dataclass(frozen=True)
class Handle:
    """A control point of a line: its end moved by (sx·dx + ox, sy·dy + oy), where dx and dy
    lead from the line's start to its end."""

    sx: float = 0.0
    ox: float = 0.0
    sy: float = 0.0
    oy: float = 0.0


def bent(start: Point, end: Point, first: Handle, second: Handle) -> Curve:
    """The curve from `start` to `end` with these handles."""
    dx, dy = end[0] - start[0], end[1] - start[1]

    def moved(point: Point, by: Handle) -> Point:
        return point[0] + by.sx * dx + by.ox, point[1] + by.sy * dy + by.oy

    return start, moved(start, first), moved(end, second), end


def point_at(curve: Curve, t: float) -> Point:
    """The point of a curve at `t`, from 0 at its start to 1 at its end.

    >>> point_at(((0, 0), (0, 0), (8, 8), (8, 8)), 0.5)
    (4.0, 4.0)
    """
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    xs, ys = zip(*curve, strict=True)
    return (
        a * xs[0] + b * xs[1] + c * xs[2] + d * xs[3],
        a * ys[0] + b * ys[1] + c * ys[2] + d * ys[3],
    )


def routes(
    links: Mapping[str, tuple[str, str]], places: Mapping[str, Place], cards: Iterable[Card]
) -> dict[str, Route]:
    """The two handles of each line, by its id."""
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(links):
        first, second = sorted(links[name])
        pairs[first, second].append(name)
    hidden = _Cards(cards, places) if len(links) < UNTRIED else None
    found: dict[str, Route] = {}
    for names in pairs.values():
        for n, name in enumerate(names):
            ends = links[name]
            start, end = places[ends[0]], places[ends[1]]
            route = _route(ends[0] == ends[1], start, end, n, len(names))
            across = start.lane != end.lane and -1 not in (start.lane, end.lane)
            if across and hidden:
                route = _bowed(route, start, end, ends, hidden)
                hidden.taken.update((at, route[0].oy) for at in ends if route[0].oy)
            found[name] = route
    return found


def with_room(
    bands: tuple[Band, ...],
    links: Mapping[str, tuple[str, str]],
    places: Mapping[str, Place],
    found: Mapping[str, Route],
) -> tuple[Band, ...]:
    """The bands, stretched to hold the lines that run out of them, and never very low."""
    if not bands:
        return bands
    ends = ((name, places[a], places[b]) for name, (a, b) in links.items())
    lines = [bent((a.x, a.y), (b.x, b.y), *found[name]) for name, a, b in ends]
    points = [point_at(line, t) for line in lines for t in SAMPLES]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    upper = [b for b in bands if b.y == bands[0].y]
    lower = [b for b in bands if b.y != bands[0].y]
    top, bottom = upper[0].y, upper[0].y + upper[0].height
    top = min(top, *(y - HEADING for y in ys))
    if not lower:
        bottom = max(bottom, *(y + PAD for y in ys))
        lack = max(0.0, LOWEST - (bottom - top))
        top, bottom = top - lack / 2, bottom + lack / 2
    left = min(upper[0].x, *(x - PAD for x in xs))
    right = max(upper[-1].x + upper[-1].width, *(x + PAD for x in xs))
    stretched = [replace(b, y=round(top, 1), height=round(bottom - top, 1)) for b in upper]
    stretched[0] = _between(stretched[0], left, stretched[0].x + stretched[0].width)
    stretched[-1] = _between(stretched[-1], stretched[-1].x, right)
    return (*stretched, *(_between(b, left, right) for b in lower))


def _between(band: Band, left: float, right: float) -> Band:
    return replace(band, x=round(left, 1), width=round(right - left, 1))


class _Cards:
    """The cards of each lane by height, to ask quickly which one lies at a point."""

    def __init__(self, cards: Iterable[Card], places: Mapping[str, Place]) -> None:
        #: Ends of lines with the bow that a line there has already.
        self.taken: set[tuple[str, float]] = set()
        self.lanes: dict[float, list[tuple[float, float, str]]] = defaultdict(list)
        for card in cards:
            place = places[card.id]
            self.lanes[place.x].append((place.y, card.height / 2 + 4, card.id))
        for lane in self.lanes.values():
            lane.sort()
        self._xs = sorted(self.lanes)
        self._spans = {
            x: (min(y - half for y, half, _ in lane), max(y + half for y, half, _ in lane))
            for x, lane in self.lanes.items()
        }

    def hidden(self, line: Curve, but: tuple[str, str], most: float) -> int:
        """At how many samples of a line a card lies, other than the two in `but`; counts no
        further than `most`."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = line
        hits = 0
        for a, b, c, d in _WEIGHTS:
            if hits >= most:
                break
            x, y = a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy
            hits += self._at(x, y, but)
        return hits

    def _at(self, x: float, y: float, but: tuple[str, str]) -> bool:
        xs, reach = self._xs, CARD_WIDTH / 2 + 4
        for lane_x in xs[bisect_left(xs, x - reach) : bisect_right(xs, x + reach)]:
            top, bottom = self._spans[lane_x]
            if not top < y < bottom:
                continue
            lane = self.lanes[lane_x]
            n = bisect_left(lane, (y, 0.0, ""))
            for card_y, half, name in lane[max(0, n - 1) : n + 1]:
                if abs(y - card_y) < half and name not in but:
                    return True
        return False


def _bowed(route: Route, start: Place, end: Place, ends: tuple[str, str], cards: _Cards) -> Route:
    """The variant of `route` that cards hide least; of equals the one that bows least."""
    best, least = route, float("inf")
    for bow in BOWS:
        for turn in TURNS:
            tried = (
                replace(route[0], sx=turn, oy=route[0].oy + bow),
                replace(route[1], sx=turn - 1.0, oy=route[1].oy + bow),
            )
            line = bent((start.x, start.y), (end.x, end.y), *tried)
            beside = sum((at, tried[0].oy) in cards.taken for at in ends)
            bare = abs(bow) + abs(turn - 0.5) * 40.0 + beside * 25.0
            # so many hits that it can't be the least any more need no counting
            cost = bare + 60.0 * cards.hidden(line, ends, (least - bare) / 60.0)
            if cost < least:
                best, least = tried, cost
        if least <= abs(bow):
            break
    return best


def _route(loop: bool, start: Place, end: Place, n: int, count: int) -> Route:
    """The `n`-th of `count` lines between two places."""
    offset = APART * (n - (count - 1) / 2)
    if loop:
        reach = SIDE + 30.0 * n
        return Handle(ox=reach, oy=-50.0), Handle(ox=reach, oy=50.0)
    if -1 in (start.lane, end.lane):
        return _route_down(start, end, offset)
    if start.lane == end.lane:
        reach = SIDE + 34.0 * n + min(60.0, abs(start.y - end.y) / 9)
        return Handle(ox=reach), Handle(ox=reach)
    return Handle(sx=0.5, oy=offset), Handle(sx=-0.5, oy=offset)


def _route_down(start: Place, end: Place, offset: float) -> Route:
    """Between a lane and the band below: out at the side, along the gap, in from above."""
    if start.lane == end.lane:
        return Handle(oy=-70.0 - abs(offset)), Handle(oy=-70.0 - abs(offset))
    column = end if start.lane == -1 else start
    side = -SIDE - offset if column.lane == 0 else SIDE + offset
    if start.lane == -1:
        return Handle(ox=offset, oy=-84.0), Handle(ox=side, sy=-0.35)
    return Handle(ox=side, sy=0.35), Handle(ox=offset, oy=-84.0)
