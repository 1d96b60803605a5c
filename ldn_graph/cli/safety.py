"""The verb `safety`: what is on record of a drug's safety, at any dose."""

from pathlib import Path

import click

from ldn_graph.cli.evidence import format_option, output_option
from ldn_graph.cli.output import emit, opened, pass_data, terminal_width, write
from ldn_graph.reports.evidence import WIDTH
from ldn_graph.reports.safety import safety_text


@click.command()
@click.argument("drug", metavar="SUBSTANCE")
@format_option
@output_option
@pass_data
def safety(data: str | None, drug: str, format_: str, output: Path | None) -> None:
    """Show what is on record of the safety of SUBSTANCE, a drug, at any dose.

    Contraindications, warnings, interactions, whom trials left out, and adverse events with their
    rates: each with the dose that it is said of, the kind of source, its name and date, and its
    words. + states it, − speaks against it, ? leaves it open. Of a low dose it shows what is said
    of the standard dose and of the substance too. It is no advice, and not complete.

    \b
    EXAMPLES
      ldn-graph safety low-dose-naltrexone
      ldn-graph safety naltrexone -f csv -o safety.csv
    """
    graph = opened(data)
    found = graph.safety(drug)
    if format_ == "text":
        name = graph.entity(drug).id
        write(safety_text(found.found, name, graph.corpus, width=terminal_width() or WIDTH), output)
    else:
        emit(found.table, format_, output)
