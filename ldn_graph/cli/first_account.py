"""The first account of a server that curators write with, asked for where there is none."""

import sys
from pathlib import Path

import click

from ldn_graph.cli.new_corpus import agent_of
from ldn_graph.errors import UsageError
from ldn_graph.records.model import Agent
from ldn_graph.records.vocabularies import AgentKind, AgentRole
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.workspace import Workspace


def offer(folder: Path, *, openid: bool) -> None:
    """Where nobody can sign in to the corpus in `folder`, ask for a name and a password; where
    nobody can be asked, say how an account is made. Raises FileError, DataError."""
    kept = Accounts(beside(folder))
    if kept.known() or openid:
        return
    how = f"ldn-graph --data {folder} account add NAME"
    if not sys.stdin.isatty():
        click.echo(f"ldn-graph: nobody can sign in yet; give somebody a password: {how}", err=True)
        return
    click.echo(f"Nobody can sign in yet. Make the first account (or later: {how}).", err=True)
    agent = _admin(Workspace.open(folder))
    while True:
        password = click.prompt(
            f"Password of {agent.id}", hide_input=True, confirmation_prompt=True, err=True
        )
        try:
            kept.set_password(agent.id, password)
        except UsageError as error:
            click.echo(str(error), err=True)
        else:
            break
    click.echo(f"{agent.id} can sign in", err=True)


def _admin(desk: Workspace) -> Agent:
    """The corpus's admin; a new one, who is asked, where it has none."""
    people = [a for a in desk.corpus.agents.values() if a.kind is AgentKind.PERSON]
    admins = [a for a in people if AgentRole.ADMIN in a.roles]
    if admins:
        return admins[0]
    me = click.prompt("Your name, with your ORCID if you have one: Name <orcid>", err=True)
    agent = agent_of(me)
    desk.put_agent(agent, by=agent.id)
    return agent
