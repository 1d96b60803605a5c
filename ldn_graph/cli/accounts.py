"""The verb for accounts: who may sign in to a server that curators write with."""

import shutil
import sys
from pathlib import Path

import click

from ldn_graph.cli.output import opened, pass_data
from ldn_graph.errors import UnknownName, UsageError
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.workspace.drafts import FOLDER as UNFINISHED


@click.group()
def account() -> None:
    """Who may sign in to `ldn-graph serve --curate`. Accounts are kept beside the corpus, in a
    folder that git ignores; what somebody may do is in the corpus (the agent's roles)."""


@account.command("add")
@click.argument("agent", metavar="AGENT")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, one line."
)
@pass_data
def add(data: str | None, agent: str, password_stdin: bool) -> None:
    """Give AGENT, who is in the corpus, a password; or a new one, which ends their sessions."""
    kept = _accounts(data, agent)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    kept.set_password(agent, password)
    click.echo(f"{agent} can sign in")


@account.command("disable")
@click.argument("agent", metavar="AGENT")
@pass_data
def disable(data: str | None, agent: str) -> None:
    """Shut AGENT out at once: sessions end, tokens go. A new password lets them in again."""
    _accounts(data, agent).disable(agent)
    click.echo(f"{agent} is shut out")


@account.command("delete")
@click.argument("agent", metavar="AGENT")
@click.option("--yes", is_flag=True, help="Don't ask.")
@pass_data
def delete(data: str | None, agent: str, yes: bool) -> None:
    """Take away what is kept of AGENT beside the corpus: password, tokens, sessions, lines of the
    audit, unfinished forms, sheets that were sent. What AGENT did to claims stays on record."""
    kept = _accounts(data, agent)
    if not yes:
        click.confirm(f"Delete the account of {agent}, and all that {agent} has begun?", abort=True)
    kept.delete(agent)
    corpus = Path(opened(data).folder)
    for folder in (corpus / UNFINISHED / agent, kept.path.parent / "sheets" / agent):
        shutil.rmtree(folder, ignore_errors=True)
    click.echo(f"{agent}'s account is gone; the corpus still names {agent} in its history")


@account.command("token")
@click.argument("agent", metavar="AGENT")
@click.argument("name", metavar="NAME")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 366))
@click.option("--drop", is_flag=True, help="Make the token of that name worthless.")
@pass_data
def token(data: str | None, agent: str, name: str, days: int, drop: bool) -> None:
    """Make a token called NAME, for a program that writes as AGENT. It is shown once."""
    kept = _accounts(data, agent)
    if drop:
        kept.drop_token(agent, name)
        click.echo(f"{agent}'s token {name} is worthless now")
        return
    click.echo(kept.make_token(agent, name, days))


@account.command("link")
@click.argument("agent", metavar="AGENT")
@click.argument("issuer", metavar="ISSUER")
@click.argument("subject", metavar="SUBJECT")
@pass_data
def link(data: str | None, agent: str, issuer: str, subject: str) -> None:
    """Let the one whom an OpenID provider calls SUBJECT sign in as AGENT. With ORCID as the
    provider there is no need: the agent's ORCID is enough."""
    _accounts(data, agent).link(issuer, subject, agent)
    click.echo(f"{subject} of {issuer} can sign in as {agent}")


@account.command("list")
@pass_data
def list_(data: str | None) -> None:
    """Every account and its ways in, tab-separated."""
    for agent, ways in _accounts(data).known():
        click.echo(f"{agent}\t{ways}")


@account.command("audit")
@click.option("-n", "limit", default=50, show_default=True, help="How many lines, newest first.")
@pass_data
def audit(data: str | None, limit: int) -> None:
    """Who signed in, failed to, or was changed: when, who, what, from where."""
    for deed in _accounts(data).audit(limit):
        click.echo(f"{deed.at.isoformat()}\t{deed.agent}\t{deed.what}\t{deed.address}")


def _accounts(data: str | None, agent: str | None = None) -> Accounts:
    graph = opened(data)
    if data is None:
        raise UsageError(
            "the shipped corpus has no accounts; make your own with `ldn-graph init DIR`, then "
            "name it: `ldn-graph --data DIR account …`"
        )
    if agent is not None and agent not in graph.corpus.agents:
        raise UnknownName.among("agent", agent, graph.corpus.agents)
    return Accounts(beside(Path(graph.folder)))
