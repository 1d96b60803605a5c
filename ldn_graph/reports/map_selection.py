"""Rows of an evidence map in another order, and those alone that have what is asked for."""

from dataclasses import replace
from enum import StrEnum

from ldn_graph.records.grades import Shows
from ldn_graph.reports.map_cells import ANYBODY, Cell, EvidenceMap, Row


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
