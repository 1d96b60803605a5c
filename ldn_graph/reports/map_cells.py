"""What an evidence map is made of: cells and rows, chosen and ordered; as a table and as text."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import pyoxigraph as ox

from ldn_graph.grading.body import Body
from ldn_graph.grading.summary import count
from ldn_graph.records.enumerations import Shows
from ldn_graph.reports.evidence import paragraph
from ldn_graph.table import Table, Term, optional, text

#: The row of results that are not said to be of people with one condition.
ANYBODY = "no-condition-named"
#: The column of results that are not said to be of one outcome.
OVERALL = "overall"


class MapKind(StrEnum):
    """What a map sets against what."""

    OUTCOMES = "outcomes"
    HARMS = "harms"
    MECHANISMS = "mechanisms"


class State(StrEnum):
    """What is known of a cell: a result, an author's statement only, or nothing."""

    STUDIED = "studied"
    CLAIMED = "claimed"
    GAP = "gap"


@dataclass(frozen=True)
class Heading:
    """Of a row or column: an id (an entity's, or a name of this module) and what it is called.
    `entity`: whether the id is an entity's; `drug`: of which drug the row is (an id)."""

    id: str
    label: str
    entity: bool = True
    drug: str | None = None


@dataclass(frozen=True)
class Cell:
    """Where a row meets a column.

    `shows` is None for mechanisms, whose grade is what was measured; `step`, 0 to 4, is that of the
    certainty, or of the measurement; `grade` the same in words. `trials`, `people`: of the body
    that is shown, None where not stated; `controlled`: whether it compares with other people;
    `chains`: how many chains of claims run through a mechanism. `body`: what is shown; `beside`:
    further bodies of the same cell. `claims` (ids): those that say it first.
    """

    row: Heading
    column: Heading
    state: State
    shows: Shows | None = None
    step: int = 0
    grade: str = ""
    trials: int | None = None
    people: int | None = None
    controlled: bool = True
    contested: bool = False
    chains: int = 0
    claims: tuple[str, ...] = ()
    body: Body | None = None
    beside: tuple[Body, ...] = ()

    @property
    def numbers(self) -> str:
        """How many trials and people, or chains, in words."""
        if self.chains:
            return count(self.chains, "chain", "chains")
        if self.state is not State.STUDIED:
            return ""
        trials = "number of studies not stated" if self.trials is None else _studies(self.trials)
        people = "people not stated" if self.people is None else _people(self.people)
        return f"{trials}, {people}"

    @property
    def words(self) -> str:
        """All that the cell says, as a clause."""
        if self.state is State.GAP:
            return "gap: nothing on record"
        if self.chains:
            return f"weakest link: {self.grade}; {self.numbers}{self._contested}"
        if self.state is State.CLAIMED:
            return "named in a claim, and no study with a result on record" + self._contested
        more = f"; {count(len(self.beside), 'more comparison', 'more comparisons')}"
        return f"{self.grade}; {self.numbers}, {self.against}{self._contested}" + (
            more if self.beside else ""
        )

    @property
    def against(self) -> str:
        """What it is compared with, as a phrase."""
        return self.body.key.against if self.body else ""

    @property
    def _contested(self) -> str:
        return "; contested" if self.contested else ""


@dataclass(frozen=True)
class Row:
    """One row: `cells` under the shared columns, `own` those of outcomes that no other row has."""

    heading: Heading
    cells: tuple[Cell, ...]
    own: tuple[Cell, ...] = ()

    @property
    def every(self) -> tuple[Cell, ...]:
        """Its cells that hold anything."""
        return tuple(c for c in (*self.cells, *self.own) if c.state is not State.GAP)

    @property
    def studied(self) -> tuple[Cell, ...]:
        """Its cells with a result."""
        return tuple(c for c in self.every if c.state is State.STUDIED)

    @property
    def gaps(self) -> int:
        """How many of its cells no study looked at."""
        return len(self.cells) + len(self.own) - len(self.studied)


@dataclass(frozen=True)
class EvidenceMap:
    """A map; `drug`: which drug it is about, None for every one; `total`: rows before a filter."""

    kind: MapKind
    title: str
    rows: tuple[Row, ...]
    columns: tuple[Heading, ...]
    drug: str | None
    total: int
    disclaimer: str

    @property
    def own(self) -> bool:
        """Whether any row has outcomes of its own."""
        return any(row.own for row in self.rows)


def _studies(number: int) -> str:
    return count(number, "study", "studies")


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


class Order(StrEnum):
    """How the rows of a map are ordered."""

    EVIDENCE = "evidence"
    NAME = "name"
    PEOPLE = "people"
    STUDIED = "studied"
    GAPS = "gaps"


def select(
    found: EvidenceMap,
    *,
    order: Order = Order.EVIDENCE,
    shows: Shows | None = None,
    least: int = 0,
    contested: bool = False,
    name: str = "",
) -> EvidenceMap:
    """The rows that have a cell which shows `shows`, with a step of at least `least`, contested
    where asked, and `name` in the heading of its row or column; in another order."""
    words = name.casefold()

    def fits(cell: Cell) -> bool:
        return (
            (shows is None or cell.shows is shows)
            and cell.step >= least
            and (cell.contested or not contested)
            and (words in f"{cell.row.label} {cell.column.label}".casefold())
        )

    kept = [row for row in found.rows if any(fits(c) for c in row.every)]
    return replace(found, rows=tuple(sorted(kept, key=_ORDERS[order])))


def by_evidence(row: Row) -> tuple[object, ...]:
    """Sorts rows: those with the best evidence first, by certainty, then people."""
    best = min((weight(c) for c in row.every), default=(0, 0, ""))
    return row.heading.id == ANYBODY, best[:2], -len(row.studied), row.heading.label


def weight(cell: Cell) -> tuple[int, int, str]:
    """Sorts cells: the most certain first, then those of most people."""
    return -cell.step, -(cell.people or cell.chains), cell.column.label


_ORDERS = {
    Order.EVIDENCE: by_evidence,
    Order.NAME: lambda row: (row.heading.label.casefold(),),
    Order.PEOPLE: lambda row: (-max((c.people or 0 for c in row.every), default=0), *_label(row)),
    Order.STUDIED: lambda row: (-len(row.studied), *_label(row)),
    Order.GAPS: lambda row: (-row.gaps, *_label(row)),
}


def _label(row: Row) -> tuple[str, ...]:
    return (row.heading.label.casefold(),)


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
