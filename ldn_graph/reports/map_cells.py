"""What an evidence map is made of: headings, cells, rows, and the map itself."""

from dataclasses import dataclass
from enum import StrEnum

from ldn_graph.grading.body import Body
from ldn_graph.grading.counts import count
from ldn_graph.records.grades import Shows

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
