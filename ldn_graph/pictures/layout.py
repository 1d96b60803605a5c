"""Where the cards of a picture stand; no engine of the browser decides.

Columns are cut into lanes. In a lane, cards are ordered by the barycentre of their neighbours,
which keeps crossings few, and drawn towards them as far as the cards beside them allow.
Everything is a pure function of ids and sizes, so that a picture is the same in every run.
"""

import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ldn_graph.records.vocabularies import COLUMN_OF, Column, Kind

FONT = 15.0
LINE = 18.0
CARD_WIDTH = 160.0
TEXT_WIDTH = 120.0
MAX_LINES = 4
ROW_GAP = 13.0
#: Space between two lanes: as much as a picture of `WIDTH` leaves, within these bounds.
NARROW, WIDE = 64.0, 150.0
WIDTH = 1240.0
MOST_LANES = 6
#: A picture of so many lines or more is ordered without counting its crossings.
UNCOUNTED = 400


@dataclass(frozen=True)
class Card:
    """A node to be placed; `lines` is its label, broken to fit `width`."""

    id: str
    kind: Kind
    lines: tuple[str, ...]

    @property
    def width(self) -> float:
        return CARD_WIDTH

    @property
    def height(self) -> float:
        return LINE * len(self.lines) + 15.0


@dataclass(frozen=True)
class Place:
    """The centre of a card and its lane, counted from the left; -1 in the band below."""

    x: float
    y: float
    lane: int


@dataclass(frozen=True)
class Band:
    """The area of a column, with its heading above the cards."""

    column: Column
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    places: dict[str, Place]
    bands: tuple[Band, ...]


def broken(label: str) -> tuple[str, ...]:
    """A label in lines that fit a card; what doesn't fit ends in an ellipsis.

    >>> broken("opioid receptor"), broken("standard-dose naltrexone")
    (('opioid receptor',), ('standard-dose', 'naltrexone'))
    """
    clean = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in label)
    per_line = max(4, int(TEXT_WIDTH / (FONT * _mean_width(clean))))
    longest = max((len(word) for word in clean.split()), default=0)
    if longest <= 1.25 * per_line:  # set a little smaller rather than cut
        per_line = max(per_line, longest)
    lines = textwrap.wrap(clean, per_line, max_lines=MAX_LINES, placeholder="…")
    return tuple(lines) or ("…",)


def _mean_width(text: str) -> float:
    """The mean width of a character in ems, on the wide side of usual sans-serif fonts."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    capital = sum(c.isupper() for c in text)
    return 0.5 + (0.5 * wide + 0.15 * capital) / max(1, len(text))


def lay_out(cards: Sequence[Card], links: Sequence[tuple[str, str]]) -> Layout:
    """Places for `cards`, which `links` (start, end) join."""
    lanes = _lanes(cards)
    aside = [] if _practice_has_a_lane(cards) else _practice(cards)
    gap = _gap(len(lanes))
    neighbours: dict[str, list[str]] = defaultdict(list)
    for start, end in links:
        neighbours[start].append(end)
        neighbours[end].append(start)
    order = _order(lanes, neighbours, links)
    size = {c.id: c.height for c in cards}
    ys = _heights(order, neighbours, size)
    xs = [n * (CARD_WIDTH + gap) for n in range(len(order))]
    places = {i: Place(xs[n], ys[i], n) for n, lane in enumerate(order) for i in lane}
    kind = {c.id: c.kind for c in cards}
    bands = _bands(order, kind, places, size, gap)
    if aside:
        places, band = _below(aside, neighbours, places, bands, size)
        bands = (*bands, band)
    return Layout({i: places[i] for i in sorted(places)}, bands)


def _gap(lanes: int) -> float:
    room = (WIDTH - lanes * CARD_WIDTH) / max(1, lanes - 1)
    return round(min(max(room, NARROW), WIDE), 1)


# --- lanes ---------------------------------------------------------------------------------

_FINE: dict[Kind, int] = {
    Kind.TARGET: 0,
    Kind.MOLECULE: 1,
    Kind.CELL: 2,
    Kind.ANATOMY: 2,
    Kind.MECHANISM: 3,
}
#: From the finest cut of the mechanisms into lanes to the coarsest: fine lane → lane.
_CUTS = ((0, 1, 2, 3), (0, 1, 2, 2), (0, 0, 1, 1), (0, 0, 0, 0))


def _lane(kind: Kind, cut: Sequence[int]) -> tuple[int, int]:
    """Column and lane within it; what a condition does to a patient stands before conditions."""
    column = COLUMN_OF[kind]
    within = cut[_FINE.get(kind, 0)] if column is Column.MECHANISM else int(kind is Kind.CONDITION)
    return list(Column).index(column), within


def _practice(cards: Iterable[Card]) -> list[Card]:
    return [c for c in cards if COLUMN_OF[c.kind] is Column.PRACTICE]


def _practice_has_a_lane(cards: Sequence[Card]) -> bool:
    """Whether practice stands beside the other columns, not below them: where these are few."""
    others = {COLUMN_OF[c.kind] for c in cards} - {Column.PRACTICE}
    return len(others) <= 2


def _lanes(cards: Sequence[Card]) -> list[list[str]]:
    """The ids of each lane, left to right; as many lanes as `MOST_LANES` allows."""
    beside = _practice_has_a_lane(cards)
    shown = [c for c in cards if beside or COLUMN_OF[c.kind] is not Column.PRACTICE]
    lanes: dict[tuple[int, int], list[str]] = {}
    for cut in _CUTS:
        lanes = defaultdict(list)
        for card in sorted(shown, key=lambda c: (list(Kind).index(c.kind), c.id)):
            lanes[_lane(card.kind, cut)].append(card.id)
        if len(lanes) <= MOST_LANES:
            break
    return [lanes[key] for key in sorted(lanes)]


# --- order ---------------------------------------------------------------------------------


def _order(
    lanes: list[list[str]], neighbours: Mapping[str, list[str]], links: Sequence[tuple[str, str]]
) -> list[list[str]]:
    """The lanes, each in an order with few crossings: barycentre sweeps, the best one kept."""
    best = [list(lane) for lane in lanes]
    current, fewest = [list(lane) for lane in lanes], None
    for sweep in range(12):
        sequence = range(len(current)) if sweep % 2 == 0 else reversed(range(len(current)))
        for n in sequence:
            at = _ranks(current)
            current[n].sort(
                key=lambda i: (_mean([at[m] for m in neighbours[i] if m in at], at[i]), i)
            )
        crossings = _crossings(current, links) if len(links) < UNCOUNTED else -sweep
        if fewest is None or crossings < fewest:
            best, fewest = [list(lane) for lane in current], crossings
    return best


def _ranks(lanes: list[list[str]]) -> dict[str, float]:
    return {i: (n + 0.5) / len(lane) for lane in lanes for n, i in enumerate(lane)}


def _mean(values: Sequence[float], otherwise: float) -> float:
    return round(sum(values) / len(values), 9) if values else otherwise


def _crossings(lanes: list[list[str]], links: Sequence[tuple[str, str]]) -> int:
    lane_of = {i: n for n, lane in enumerate(lanes) for i in lane}
    at = _ranks(lanes)
    spans: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for start, end in links:
        if start in lane_of and end in lane_of and lane_of[start] != lane_of[end]:
            left, right = sorted((start, end), key=lane_of.__getitem__)
            spans[lane_of[left], lane_of[right]].append((at[left], at[right]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for span in spans.values()
        for n, a in enumerate(span)
        for b in span[:n]
    )


# --- heights -------------------------------------------------------------------------------


def _heights(
    lanes: list[list[str]], neighbours: Mapping[str, list[str]], size: Mapping[str, float]
) -> dict[str, float]:
    """The y of each card: near its neighbours, never nearer to another card than the gap."""
    least = ROW_GAP + 4.0 * max(0, 12 - max((len(lane) for lane in lanes), default=0))
    tallest = max((sum(size[i] + least for i in lane) for lane in lanes), default=0.0)
    gaps, ys = [], {}
    for lane in lanes:
        filled = sum(size[i] for i in lane)
        room = (tallest - filled) / max(1, len(lane))
        gaps.append(min(max(least, room * 0.6), max(least, 46.0)))
        top = -(filled + gaps[-1] * (len(lane) - 1)) / 2
        for i in lane:
            ys[i] = top + size[i] / 2
            top += size[i] + gaps[-1]
    for _ in range(6):
        for lane, gap in zip(lanes, gaps, strict=True):
            wanted = [_mean([ys[m] for m in neighbours[i] if m in ys], ys[i]) for i in lane]
            apart = [(size[a] + size[b]) / 2 + gap for a, b in pairwise(lane)]
            ys.update(zip(lane, spread(wanted, apart), strict=True))
    return {i: round(y, 1) for i, y in ys.items()}


def spread(wanted: Sequence[float], apart: Sequence[float]) -> list[float]:
    """The positions nearest to `wanted` (least squares) in the given order and so far `apart`.

    Pool adjacent violators: whoever would come too near shares a block with its neighbour.

    >>> spread([0, 0, 90], [10, 10])
    [-5.0, 5.0, 90.0]
    """
    offsets = [0.0]
    for distance in apart:
        offsets.append(offsets[-1] + distance)
    blocks: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=False):
        total, count = float(value - offset), 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            more, members = blocks.pop()
            total, count = total + more, count + members
        blocks.append((total, count))
    levels = [total / count for total, count in blocks for _ in range(count)]
    return [level + offset for level, offset in zip(levels, offsets, strict=False)]


# --- bands ---------------------------------------------------------------------------------

HEADING = 40.0
PAD = 16.0


def _bands(
    lanes: list[list[str]],
    kind: Mapping[str, Kind],
    places: Mapping[str, Place],
    size: Mapping[str, float],
    gap: float,
) -> tuple[Band, ...]:
    columns: dict[Column, list[int]] = defaultdict(list)
    for n, lane in enumerate(lanes):
        columns[COLUMN_OF[kind[lane[0]]]].append(n)
    ids = [i for lane in lanes for i in lane]
    top = min((places[i].y - size[i] / 2 for i in ids), default=0.0) - HEADING
    bottom = max((places[i].y + size[i] / 2 for i in ids), default=0.0) + PAD
    pitch = CARD_WIDTH + gap
    side = min(PAD, gap / 4)
    return tuple(
        Band(
            column,
            round(numbers[0] * pitch - CARD_WIDTH / 2 - side, 1),
            round(top, 1),
            round((numbers[-1] - numbers[0]) * pitch + CARD_WIDTH + 2 * side, 1),
            round(bottom - top, 1),
        )
        for column, numbers in columns.items()
    )


def _below(
    aside: Sequence[Card],
    neighbours: Mapping[str, list[str]],
    places: dict[str, Place],
    bands: tuple[Band, ...],
    size: Mapping[str, float],
) -> tuple[dict[str, Place], Band]:
    """Staggered rows of cards under the columns, in the order of their neighbours."""
    left = min(b.x for b in bands)
    right = max(b.x + b.width for b in bands)
    first, pitch = left + PAD + CARD_WIDTH / 2, CARD_WIDTH + 36.0
    room = max(1.0, right - left - 2 * PAD - CARD_WIDTH)
    rows = max(1, -int(-(len(aside) - 1) * pitch // room))
    step = min(room / max(1, len(aside) - 1), pitch)
    top = max(b.y + b.height for b in bands) + 34.0

    def beside(card: Card) -> tuple[float, str]:
        return _mean([places[m].x for m in neighbours[card.id] if m in places], 0.0), card.id

    order = sorted(aside, key=beside)
    y, found = top + HEADING, dict(places)
    for row in range(rows):
        cards = list(enumerate(order))[row::rows]
        height = max(size[card.id] for _, card in cards)
        for n, card in cards:
            x = first + n * step
            found[card.id] = Place(round(x, 1), round(y + height / 2, 1), -1)
        y += height + 26.0
    band = Band(Column.PRACTICE, left, round(top, 1), right - left, round(y - 26.0 + PAD - top, 1))
    return found, band
