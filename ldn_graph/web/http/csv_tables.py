"""Tables that anybody may download and open in a spreadsheet: no cell of one is a formula."""

from ldn_graph.reports import tables
from ldn_graph.table import Table

CSV_TYPE = "text/csv; charset=utf-8"


def csv_of(table: Table) -> str:
    """The table as CSV; an apostrophe stands before what a spreadsheet would take for a formula.

    >>> import pyoxigraph as ox
    >>> csv_of(Table(("a", "b"), ((ox.Literal("=1+1"), ox.Literal(-1)),)))
    "a,b\\r\\n'=1+1,-1\\r\\n"
    """
    return tables.render(table, "csv")
