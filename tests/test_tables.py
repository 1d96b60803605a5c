"""Tables as text: each format read back by something that knows it."""

import csv
import io
import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ldn_graph.errors import BadParameter
from ldn_graph.reports.tables import FORMATS, guarded, render, unguarded
from ldn_graph.table import Table, Term

XSD = "http://www.w3.org/2001/XMLSchema#"


def number(text: str, kind: str = "integer") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


CLAIM = ox.NamedNode("https://w3id.org/ldn-graph/claim/a-b")
QUOTE = ox.Literal('LDN [red]may[/red] | "reduce", x\t<b>\nsecond line', language="en")
TABLE = Table(
    ("claim", "level", "quote"),
    (
        (CLAIM, number("3"), QUOTE),
        (ox.BlankNode("b1"), number("4.50", "decimal"), ox.Literal("=1+1")),
        (None, number("true", "boolean"), ox.Literal("\x1b[31m\u202e")),
    ),
)

terms: st.SearchStrategy[Term | None] = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(ox.Literal),
    st.integers().map(ox.Literal),
    st.booleans().map(ox.Literal),
    st.sampled_from([CLAIM, QUOTE, ox.BlankNode("b")]),
)
tables = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.tuples(*[terms] * n), max_size=6).map(
        lambda rows: Table(tuple(f"c{i}" for i in range(n)), tuple(rows))
    )
)


def test_the_formats_are_those_promised() -> None:
    assert FORMATS == ("table", "plain", "csv", "tsv", "json", "sparql-json", "markdown")


def test_an_unknown_format_names_the_nearest() -> None:
    with pytest.raises(BadParameter, match="did you mean 'markdown'"):
        render(TABLE, "markdwn")
    with pytest.raises(BadParameter, match="there are table, plain, csv"):
        render(TABLE, "xyzzy")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_ends_its_last_line(format: str) -> None:
    assert render(TABLE, format).endswith("\n")
    assert render(Table(("a",), ()), format).endswith("\n")


@given(tables)
def test_sparql_json_reads_back_as_the_same_terms(table: Table) -> None:
    text = render(table, "sparql-json")
    solutions = ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    rows = [tuple(row[name] for name in table.columns) for row in solutions]
    assert rows == [tuple(row) for row in table.rows]


@given(tables)
def test_csv_reads_back_as_the_same_values(table: Table) -> None:
    """But for the apostrophe before what a spreadsheet would take for a formula."""
    rows = list(csv.reader(io.StringIO(render(table, "csv"), newline="")))
    assert rows[0] == list(table.columns)
    for cells, row in zip(rows[1:], table.rows, strict=True):
        for cell, term in zip(cells, row, strict=True):
            value = "" if term is None else term.value  # type: ignore[union-attr]
            assert cell == value or (unguarded(cell) == value and guarded(value) == cell)


def test_csv_ends_lines_as_rfc_4180_does_and_guards_formulas() -> None:
    text = render(TABLE, "csv")
    assert text.startswith("claim,level,quote\r\n")
    assert ",'=1+1\r\n" in text


def test_tsv_has_one_line_a_row() -> None:
    lines = render(TABLE, "tsv").splitlines()
    assert len(lines) == 1 + len(TABLE)
    assert lines[1].split("\t")[2] == 'LDN [red]may[/red] | "reduce", x\\t<b>\\nsecond line'
    assert lines[1].startswith(CLAIM.value)


def test_plain_has_one_line_a_row_with_short_names() -> None:
    lines = render(TABLE, "plain").split("\n")
    assert len(lines) == 2 + len(TABLE)
    assert lines[1].startswith("ldnc:a-b\t3\tLDN")
    assert "\x1b" not in lines[3]


def test_json_keeps_numbers_and_loses_no_digit() -> None:
    rows = json.loads(render(TABLE, "json"))
    assert rows[0] == {"claim": CLAIM.value, "level": 3, "quote": QUOTE.value}
    assert rows[1]["level"] == "4.50"
    assert rows[2] == {"claim": None, "level": True, "quote": "\x1b[31m\u202e"}


def test_table_shortens_wraps_and_takes_no_markup() -> None:
    text = render(TABLE, "table", width=60)
    assert "ldnc:a-b" in text
    assert "[red]may[/red]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@given(tables, st.integers(30, 120))
def test_table_is_never_wider_than_asked(table: Table, width: int) -> None:
    assert all(cell_len(line) <= width for line in render(table, "table", width=width).split("\n"))


def test_table_sets_numbers_to_the_right() -> None:
    table = Table(("n",), ((number("7"),), (number("1234"),)))
    assert render(table, "table").splitlines()[-2].rstrip().endswith("   7")


def test_markdown_escapes_what_would_be_read_as_its_own() -> None:
    lines = render(TABLE, "markdown").splitlines()
    assert len(lines) == 2 + len(TABLE)
    assert "\\[red\\]may" in lines[2]
    assert "\\|" in lines[2]
    assert "&lt;b&gt;<br>second line" in lines[2]
    assert all(line.replace("\\|", "").count("|") == 4 for line in lines)
