"""How the forest-like overview draws a study, and the legend that says so.

Direction is lane and colour, design is shape, size is area, and what is about something else is
hatched: nothing is told by colour alone, so it reads in grey and for the colour-blind.
"""

from math import pi, sqrt

from ldn_graph.pictures.forest import Forest, Mark
from ldn_graph.pictures.style import Points, ring
from ldn_graph.records.vocabularies import Design, Direction

COLOURS: dict[Direction, str] = {
    Direction.REFUTES: "#C8470B",
    Direction.INCONCLUSIVE: "#5B6678",
    Direction.SUPPORTS: "#0069A8",
}

_SQUARE: Points = ((-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86))
_DIAMOND: Points = ((0, -1.0), (1.25, 0), (0, 1.0), (-1.25, 0))
#: Design → name in the legend and outline; designs of one shape share a name.
SHAPES: dict[Design, tuple[str, Points]] = {
    Design.META_ANALYSIS: ("review or meta-analysis", _DIAMOND),
    Design.SYSTEMATIC_REVIEW: ("review or meta-analysis", _DIAMOND),
    Design.RANDOMISED_TRIAL: ("randomised trial", _SQUARE),
    Design.NON_RANDOMISED_TRIAL: ("controlled, not randomised", ring(3)),
    Design.UNCONTROLLED_TRIAL: ("uncontrolled trial", ring(32)),
    Design.COHORT: ("cohort, survey or case series", ring(6)),
    Design.SURVEY: ("cohort, survey or case series", ring(6)),
    Design.CASE_SERIES: ("cohort, survey or case series", ring(6)),
    Design.ANIMAL: ("animals", ring(5, inner=0.5)),
    Design.IN_VITRO: ("cells in culture", ring(4, inner=0.42)),
    Design.REGULATORY_LABEL: ("regulatory label", ring(3, turn=pi)),
    Design.LETTER: ("letter", ((-1.2, -0.8), (1.2, -0.8), (1.2, 0.8), (0, 0), (-1.2, 0.8))),
}
_OTHER = ("other", ring(8))

#: A mark's area goes with the number of participants between these.
LEAST, MOST = 20, 200


def radius(size: int | None) -> float:
    """A mark's radius in pixels: its area goes with the participants, within limits."""
    return 1.12 * sqrt(min(max(size or 40, LEAST), MOST))


def outline(design: Design) -> Points:
    """The shape of a design, in the square from -1 to 1, y downwards."""
    return SHAPES.get(design, _OTHER)[1]


def keys(forest: Forest) -> list[list[tuple[Mark, str]]]:
    """The entries of the legend: shapes that occur, then sizes and fills."""
    seen: dict[str, Design] = {}
    for design in Design:
        if any(m.design is design for m in forest.marks):
            seen.setdefault(SHAPES.get(design, _OTHER)[0], design)
    shapes = [(_sample(design, 60), name) for name, design in seen.items()]
    trial = Design.RANDOMISED_TRIAL
    sizes = [
        (_sample(trial, LEAST), f"{LEAST} participants or fewer"),
        (_sample(trial, 80), "80"),
        (_sample(trial, MOST), f"{MOST} or more"),
        (_sample(trial, None), "number not given"),
        (_sample(trial, 80, indirect=("dose",)), "indirect: about another dose, compound, …"),
    ]
    return [shapes, sizes]


def _sample(design: Design, size: int | None, indirect: tuple[str, ...] = ()) -> Mark:
    return Mark(
        source="",
        label="",
        direction=Direction.INCONCLUSIVE,
        design=design,
        size=size,
        size_text="",
        dose="",
        indirect=indirect,
        retracted=False,
        outcome="",
        finding="",
        reference="",
        link=None,
    )
