"""The verb that shows one record: show."""

import click

from ldn_graph.cli.output import opened, pass_data
from ldn_graph.reports.records import record, record_text


@click.command()
@click.argument("name", metavar="ID")
@click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "json", "yaml"]), default="text"
)
@pass_data
def show(data: str | None, name: str, format_: str) -> None:
    """Show one claim, entity or source: quotes, level, reasons, history, links."""
    graph = opened(data)
    if format_ == "text":
        click.echo(record_text(graph.corpus, graph.strengths, name, graph.rule))
    else:
        click.echo(record(graph.corpus, graph.strengths, name, format_))
