"""The verb that joins branches and corpora: merge."""

from pathlib import Path

import click

from ldn_graph.cli.curation_options import agent_option, named, why_option
from ldn_graph.cli.output import pass_data
from ldn_graph.errors import UsageError
from ldn_graph.workspace.merge import form_name
from ldn_graph.workspace.merge import merge as carry_out


@click.command()
@click.argument("other", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@why_option(required=False)
@agent_option
@pass_data
@click.pass_context
def merge(
    ctx: click.Context,
    data: str | None,
    other: Path | None,
    dry_run: bool,
    why: str | None,
    agent: str | None,
) -> None:
    """Join two branches of a corpus after `git merge`, or take in the corpus in DIR.

    Who did what, when and why stays on record of both sides. What both changed stays as it is
    here and is listed: a claim of the other side lies among your unfinished forms then. Exit 7
    where there is such a clash.

    \b
    EXAMPLES
      git merge other-branch ; ldn-graph --data . merge --as ada
      ldn-graph --data my-corpus merge their-corpus --as ada -m "one corpus from now on"
    """
    if data is None:
        raise UsageError("the shipped corpus is read-only; name yours: ldn-graph --data DIR merge")
    by = named(agent)
    done = carry_out(Path(data), by, other, why=why, dry_run=dry_run)
    changes = f"{done.new} change{'' if done.new == 1 else 's'} of the other side"
    if done.entry is None:
        click.echo(f"{changes} would be joined; these files would differ:")
    else:
        click.echo(f"joined {changes} (change {done.entry.seq}); these files differ:")
    for name in done.files:
        click.echo(f"  {name}")
    for clash in done.clashes:
        kept = "" if clash.theirs is None else f"; theirs is in your form {form_name(clash.theirs)}"
        click.echo(f"{clash.record}: both sides had changed it; it stays as here{kept}", err=True)
    for line in done.told:
        click.echo(line, err=True)
    if done.clashes:
        ctx.exit(7)
