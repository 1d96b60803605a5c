"""The verb `claim history`: who did what to a claim, and every version of it."""

import click

from ldn_graph.cli.curation_options import desk
from ldn_graph.cli.output import pass_data
from ldn_graph.records import corpus as corpora
from ldn_graph.workspace import past


@click.command()
@click.argument("name", metavar="CLAIM")
@click.option("--yaml", "whole", is_flag=True, help="Print every version in full.")
@pass_data
def history(data: str | None, name: str, whole: bool) -> None:
    """Who did what to a claim, and when; every version is kept."""
    opened = desk(data)
    found = opened.claim(name)
    done = [e for e in opened.history(f"claim/{name}") if e.action != "begin"]
    earlier = found.history[
        : len(found.history) - sum(e.by is not None and e.action != "join" for e in done)
    ]
    for event in earlier:
        click.echo(f"{event.on}  {event.action:<9} {event.by}{_said(event.why, event.reasons)}")
    for entry in done:
        when = f"{entry.at:%Y-%m-%d %H:%M}"
        who = entry.by or "by hand"
        words = _said(entry.why, entry.reasons)
        click.echo(f"{when}  {entry.action:<9} {who}{words}  [change {entry.seq}]")
    for number, version in past.versions(opened.folder, name).items():
        click.echo(f"version {number}: {version.status}")
        if whole:
            click.echo(corpora.dump(version))


def _said(why: str | None, reasons: tuple[str, ...]) -> str:
    listed = f" ({', '.join(reasons)})" if reasons else ""
    return f"{listed}: {why}" if why else listed
