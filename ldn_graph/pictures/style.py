"""How a picture encodes what it shows: one table for the page, the figure and their legends.

Kind is colour *and* shape (the colours of Okabe & Ito, told apart by colour-blind readers);
evidence level is width; certainty is dash; what speaks against a claim is colour, mark and word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Literal

from ldn_graph.records.vocabularies import COLUMN_OF, Certainty, Column, Kind, Wording

Look = Literal["plain", "presupposed", "against", "contested"]
Points = tuple[tuple[float, float], ...]

#: Heading of each column.
COLUMN_NAMES: dict[Column, str] = {
    Column.DRUG: "Drug",
    Column.MECHANISM: "Mechanism",
    Column.PATHWAY: "Pathway",
    Column.CONDITION: "Condition",
    Column.PRACTICE: "In practice",
}

COLOURS: dict[Column, str] = {
    Column.DRUG: "#0072B2",
    Column.MECHANISM: "#E69F00",
    Column.PATHWAY: "#009E73",
    Column.CONDITION: "#56B4E9",
    Column.PRACTICE: "#8C8C8C",
}

#: Line colours on paper; the page's style sheet has its own for dark screens.
LOOK_COLOURS: dict[Look, str] = {
    "plain": "#46536A",
    "presupposed": "#9AA5B5",
    "against": "#C8470B",
    "contested": "#A23B87",
}

#: Line width in pixels by evidence level 0 to 4.
WIDTHS: tuple[float, ...] = (1.3, 2.5, 4.0, 5.8, 8.0)

#: Dashes in pixels (on, off); none is a solid line.
DASHES: dict[Certainty, tuple[float, float] | None] = {
    Certainty.ASSERTED: None,
    Certainty.HEDGED: (9.0, 5.0),
    Certainty.SPECULATIVE: (2.0, 5.0),
}

#: The certainty of each rung; `strength.yaml` says the same, and a test holds the two together.
CERTAINTY_OF: dict[Wording, Certainty] = {
    Wording.ASSERTION: Certainty.ASSERTED,
    Wording.CAPABILITY: Certainty.HEDGED,
    Wording.REPORTED: Certainty.HEDGED,
    Wording.IMPLIED: Certainty.ASSERTED,
    Wording.SPECULATIVE: Certainty.SPECULATIVE,
    Wording.PROSPECTIVE: Certainty.SPECULATIVE,
}


@dataclass(frozen=True)
class KindStyle:
    """`points`: the outline of the kind's sign, in the square from -1 to 1, y downwards."""

    kind: Kind
    name: str
    colour: str
    points: Points


def ring(corners: int, turn: float = 0.0, inner: float = 1.0) -> Points:
    """A regular polygon, or with `inner` < 1 a star, its first corner up, turned by `turn`."""
    steps = corners if inner == 1.0 else 2 * corners
    angles = (turn + 2 * pi * n / steps - pi / 2 for n in range(steps))
    radii = (1.0 if n % 2 == 0 else inner for n in range(steps))
    return tuple(
        (round(r * cos(a), 3), round(r * sin(a), 3)) for a, r in zip(angles, radii, strict=True)
    )


_PLUS: Points = (
    (-0.38, -1), (0.38, -1), (0.38, -0.38), (1, -0.38), (1, 0.38), (0.38, 0.38),
    (0.38, 1), (-0.38, 1), (-0.38, 0.38), (-1, 0.38), (-1, -0.38), (-0.38, -0.38),
)  # fmt: skip
_CROSS: Points = tuple((round((x - y) * 0.74, 3), round((x + y) * 0.74, 3)) for x, y in _PLUS)

_SHAPES: dict[Kind, Points] = {
    Kind.DRUG: ring(24),
    Kind.TARGET: ring(4),
    Kind.MOLECULE: ring(6),
    Kind.CELL: ring(9, inner=0.68),
    Kind.ANATOMY: ring(5),
    Kind.MECHANISM: _PLUS,
    Kind.PATHWAY: ((-1, -0.8), (0.2, -0.8), (1, 0), (0.2, 0.8), (-1, 0.8), (-0.3, 0)),
    Kind.CONDITION: ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    Kind.SYMPTOM: ((-1, -0.8), (1, -0.8), (0, 0.9)),
    Kind.OUTCOME: ((0, -0.9), (1, 0.8), (-1, 0.8)),
    Kind.ADVERSE_EFFECT: _CROSS,
    Kind.REGIMEN: ((-0.8, -1), (0.8, -1), (0.15, 0), (0.8, 1), (-0.8, 1), (-0.15, 0)),
    Kind.POPULATION: ((-1, 0.6), (-0.75, -0.3), (0, -0.7), (0.75, -0.3), (1, 0.6)),
    Kind.STAKEHOLDER: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.1), (0, 1), (-0.9, 0.1)),
    Kind.ROLE: ring(5, inner=0.45),
    Kind.ATTRIBUTE: ((-0.5, -0.7), (1, -0.7), (0.5, 0.7), (-1, 0.7)),
}

KIND_STYLES: dict[Kind, KindStyle] = {
    kind: KindStyle(
        kind, kind.replace("-", " ").capitalize(), COLOURS[COLUMN_OF[kind]], _SHAPES[kind]
    )
    for kind in Kind
}


def kinds_shown(kinds: Iterable[Kind]) -> tuple[KindStyle, ...]:
    """The styles of the kinds that a picture has, in the order of the legend."""
    present = set(kinds)
    return tuple(KIND_STYLES[k] for k in Kind if k in present)
