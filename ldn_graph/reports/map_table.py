"""The evidence map as rows, and as text for a terminal."""

from collections.abc import Iterator

import pyoxigraph as ox

from ldn_graph.reports.map_cells import Cell, EvidenceMap, Row, State
from ldn_graph.reports.paragraphs import paragraph
from ldn_graph.table import Table, Term, optional, text

COLUMNS = (
    "row",
    "row_label",
    "column",
    "column_label",
    "drug",
    "state",
    "shows",
    "grade",
    "step",
    "trials",
    "people",
    "comparator",
    "dose_band",
    "contested",
    "chains",
    "claims",
    "sources",
)
#: What a line of text begins with.
SIGNS = {
    "benefit": "+",
    "harm": "−",
    "little-or-no-difference": "=",
    "cannot-tell": "?",
    State.CLAIMED: "“",
}


def map_table(found: EvidenceMap) -> Table:
    """One row a cell, gaps included, in the order of the map."""
    cells = (cell for row in found.rows for cell in (*row.cells, *row.own))
    return Table(COLUMNS, tuple(_row(cell) for cell in cells))


def map_text(found: EvidenceMap, *, width: int = 96) -> str:
    """The map as paragraphs: each row with what was studied, what is claimed only, and the gaps."""
    lines = [found.title, "=" * min(width, len(found.title))]
    told = f"{len(found.rows)} of {found.total} rows, {len(found.columns)} columns."
    lines += paragraph(f"{told} {KEY}", width, "")
    for row in found.rows:
        lines += ["", row.heading.label, *_told(row, width)]
    lines += ["", *paragraph(f"Not medical advice. {found.disclaimer}", width, "")]
    return "\n".join(lines) + "\n"


KEY = (
    "+ benefit, − harm, = little or no difference, ? can't tell, “ claimed only. An empty cell is "
    "a gap of this corpus: a study that it lacks may exist elsewhere."
)


def _told(row: Row, width: int) -> Iterator[str]:
    for cell in row.every:
        sign = SIGNS.get(cell.state) or SIGNS.get(str(cell.shows), "·")
        yield from paragraph(f"{sign} {cell.column.label}: {cell.words}", width, "  ", "      ")
    gaps = [cell.column.label for cell in row.cells if cell.state is State.GAP]
    if gaps:
        yield from paragraph(f"gaps: {', '.join(gaps)}", width, "  ", "      ")


def _row(cell: Cell) -> tuple[Term | None, ...]:
    body = cell.body
    return (
        text(cell.row.id),
        text(cell.row.label),
        text(cell.column.id),
        text(cell.column.label),
        optional(body.key.intervention if body else cell.row.drug),
        text(cell.state),
        optional(cell.shows),
        optional(cell.grade),
        ox.Literal(cell.step),
        None if cell.trials is None else ox.Literal(cell.trials),
        None if cell.people is None else ox.Literal(cell.people),
        optional(body.key.comparator if body else None),
        optional(body.key.band if body else None),
        ox.Literal(cell.contested),
        ox.Literal(cell.chains) if cell.chains else None,
        optional(" ".join(cell.claims)),
        optional(" ".join(body.sources) if body else None),
    )
