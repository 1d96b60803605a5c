"""The verb `map`: what was studied, with which result and how surely, and what was not."""

from collections.abc import Callable
from pathlib import Path

import click

from ldn_graph.cli.evidence import output_option
from ldn_graph.cli.output import emit, opened, pass_data, terminal_width, write
from ldn_graph.pictures import map_figure, map_page
from ldn_graph.records.grades import Shows
from ldn_graph.reports.evidence import WIDTH
from ldn_graph.reports.map_cells import EvidenceMap, MapKind
from ldn_graph.reports.map_selection import Order, select
from ldn_graph.reports.map_table import map_table, map_text
from ldn_graph.reports.tables import FORMATS

_PICTURES: dict[str, Callable[[EvidenceMap], str]] = {"svg": map_figure.svg, "html": map_page.html}


@click.command("map")
@click.argument("kind", type=click.Choice([str(k) for k in MapKind]), default="outcomes")
@click.option("--drug", metavar="NAME", help="Of this drug, or `all`; else the most studied one.")
@click.option(
    "--sort", type=click.Choice([str(o) for o in Order]), default="evidence", show_default=True
)
@click.option(
    "--shows", type=click.Choice([str(s) for s in Shows]), help="Only rows that show it somewhere."
)
@click.option(
    "--least",
    type=click.IntRange(0, 4),
    default=0,
    help="Only rows with a certainty of at least: 1 very low, 2 low, 3 moderate, 4 high.",
)
@click.option("--contested", is_flag=True, help="Only rows with something contested.")
@click.option("--name", default="", help="Only rows with NAME in a heading of theirs.")
@click.option(
    "--until",
    metavar="YEAR",
    type=click.IntRange(1900, 2200),
    help="Only what had come out by the end of YEAR; studies without a year are left out.",
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", *_PICTURES, *FORMATS]),
    default="text",
    show_default=True,
    help="text to read, svg or html to look at; the others have one row a cell, gaps included.",
)
@output_option
@pass_data
def map_(
    data: str | None,
    kind: str,
    drug: str | None,
    sort: str,
    shows: str | None,
    least: int,
    contested: bool,
    name: str,
    until: int | None,
    format_: str,
    output: Path | None,
) -> None:
    """Show what was studied, with which result and how surely, and what was not.

    KIND is outcomes (conditions × outcomes), harms (adverse effects by drug and dose) or mechanisms
    (mechanisms × conditions: the weakest link of the best chain of claims that runs there). Each
    cell says what the evidence shows and how certain that is, with trials and people; what is
    contested says so, and what nobody studied is a gap.

    \b
    EXAMPLES
      ldn-graph map
      ldn-graph map harms -f csv -o harms.csv
      ldn-graph map --until 2014 --sort gaps
      ldn-graph map mechanisms -f svg -o mechanisms.svg
    """
    graph = opened(data)
    known = graph if until is None else graph.until(until)
    found = select(
        known.map(kind, drug=drug),
        order=Order(sort),
        shows=Shows(shows) if shows else None,
        least=least,
        contested=contested,
        name=name,
    )
    if format_ == "text":
        write(map_text(found, width=terminal_width() or WIDTH), output)
    elif format_ in _PICTURES:
        write(_PICTURES[format_](found), output)
    else:
        emit(map_table(found), format_, output)
