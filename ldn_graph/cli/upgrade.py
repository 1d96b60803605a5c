"""The verb that brings a corpus of an earlier release along: upgrade."""

from pathlib import Path

import click

from ldn_graph.cli.curation_options import agent_option
from ldn_graph.cli.output import pass_data
from ldn_graph.errors import UsageError
from ldn_graph.records.file_format import FORMAT
from ldn_graph.workspace.upgrade import planned
from ldn_graph.workspace.upgrade import upgrade as carry_out


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@agent_option
@pass_data
def upgrade(data: str | None, dry_run: bool, agent: str | None) -> None:
    """Bring the files of a corpus, made by an earlier ldn-graph, to the format of this one.

    Its files change as one change of its journal; what was there before can still be read with
    --as-of.
    A corpus of a newer ldn-graph is left alone.

    \b
    EXAMPLE
      ldn-graph --data my-corpus upgrade --as ann
    """
    if data is None:
        raise UsageError("the shipped corpus needs no upgrade; name yours: ldn-graph --data DIR")
    folder = Path(data)
    plan = planned(folder)
    if not plan.needed:
        click.echo(f"{folder}: has format {FORMAT} already", err=True)
        return
    if not dry_run:
        if not agent:
            raise UsageError(f"who does it? Give --as with one of: {', '.join(plan.agents)}")
        plan = carry_out(folder, agent)
    told = "would be changed" if dry_run else "changed"
    click.echo(f"{folder}: format {plan.since} → {FORMAT}; {told}:", err=True)
    for line in plan.told:
        click.echo(line, err=True)
    if plan.journal:
        click.echo("its journal gets a file for each change", err=True)
    for name in sorted(plan.changes):
        click.echo(name)
