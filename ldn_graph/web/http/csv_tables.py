"""Tables that anybody may download and open in a spreadsheet: no cell of one is a formula."""

import pyoxigraph as ox

from ldn_graph.exchange.sheets.cells import guarded
from ldn_graph.reports import tables
from ldn_graph.table import Table, Term

CSV_TYPE = "text/csv; charset=utf-8"
_STRINGS = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema#string",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    }
)


def csv_of(table: Table) -> str:
    """The table as CSV; an apostrophe stands before what a spreadsheet would take for a formula.

    >>> csv_of(Table(("a", "b"), ((ox.Literal("=1+1"), ox.Literal(-1)),)))
    "a,b\\r\\n'=1+1,-1\\r\\n"
    """
    rows = tuple(tuple(_harmless(term) for term in row) for row in table.rows)
    return tables.render(Table(table.columns, rows), "csv")


def _harmless(term: Term | None) -> Term | None:
    if isinstance(term, ox.Literal) and term.datatype.value in _STRINGS:
        return ox.Literal(guarded(term.value))
    return term
