"""The verb for saved searches of PubMed, whose new records wait on the desk."""

from typing import Any

import click

from ldn_graph.cli.curation_options import agent_option, desk, named, why_option
from ldn_graph.cli.output import emit, output_options, pass_data
from ldn_graph.curation.policy import Permission
from ldn_graph.errors import UsageError
from ldn_graph.table import Table, text
from ldn_graph.workspace.publications import look_up_of
from ldn_graph.workspace.watches import Watches


@click.group()
def watch() -> None:
    """Saved searches of PubMed. Nothing runs by itself: a timer of yours starts `watch run`, and
    corpus.yaml turns looking up on (`look_up: {contact: name@example.org}`)."""


@watch.command("save")
@click.argument("name")
@click.argument("query")
@agent_option
@pass_data
def save(data: str | None, name: str, query: str, agent: str | None) -> None:
    """Save QUERY, in PubMed's words, under NAME; of a name that is there, change its query.

    \b
    EXAMPLE
      ldn-graph watch save ldn '"low dose naltrexone"[tiab]' --as ann
    """
    desk_, by = desk(data), named(agent)
    desk_.permitted(by, Permission.RECORDS, "save searches")
    Watches(desk_.folder).save(name, query, by=by)
    click.echo(f"saved {name}")


@watch.command("drop")
@click.argument("name")
@agent_option
@pass_data
def drop(data: str | None, name: str, agent: str | None) -> None:
    """Forget a search; what it found stays on the desk."""
    desk_ = desk(data)
    desk_.permitted(named(agent), Permission.RECORDS, "drop searches")
    Watches(desk_.folder).drop(name)
    click.echo(f"dropped {name}")


@watch.command("list")
@output_options
@pass_data
def list_(data: str | None, format_: str | None, output: Any) -> None:
    """The saved searches, and when each ran last."""
    rows = tuple(
        tuple(map(text, (s.name, s.query, s.by, s.ran or "")))
        for s in Watches(desk(data).folder).saved()
    )
    emit(Table(("search", "query", "saved_by", "ran"), rows), format_, output)


@watch.command("run")
@click.argument("names", metavar="[NAME]…", nargs=-1)
@pass_data
def run(data: str | None, names: tuple[str, ...]) -> None:
    """Ask PubMed every saved search, or those that are named; what is new waits on the desk."""
    desk_ = desk(data)
    allowed = look_up_of(desk_.corpus)
    watches = Watches(desk_.folder)
    chosen = names or tuple(s.name for s in watches.saved())
    if not chosen:
        raise UsageError("no search is saved; `ldn-graph watch save NAME QUERY` saves one")
    for name in chosen:
        done = watches.run(name, desk_.corpus, allowed)
        click.echo(f"{name}: {done.new} new{f'; {done.told}' if done.told else ''}")


@watch.command("new")
@output_options
@pass_data
def new(data: str | None, format_: str | None, output: Any) -> None:
    """What was found and waits: by which search, and what it is."""
    desk_ = desk(data)
    rows = tuple(
        tuple(map(text, (w.pmid, w.search, w.at, w.words)))
        for w in Watches(desk_.folder).waiting(desk_.corpus)
    )
    emit(Table(("pmid", "search", "found", "publication"), rows), format_, output)


@watch.command("set-aside")
@click.argument("pmid")
@why_option(required=True)
@agent_option
@pass_data
def set_aside(data: str | None, pmid: str, why: str, agent: str | None) -> None:
    """Have a publication off the desk for good, with the reason."""
    desk_, by = desk(data), named(agent)
    desk_.permitted(by, Permission.DRAFT, "set publications aside")
    Watches(desk_.folder).set_aside(pmid, by=by, why=why)
    click.echo(f"{pmid} is set aside")
