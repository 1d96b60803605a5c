"""The marks of the evidence map: what is shown has a colour, a shape and a word each."""

from dataclasses import dataclass

from ldn_graph.pictures.style import Points
from ldn_graph.records.grades import Shows
from ldn_graph.reports.map_cells import Cell, State


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
