"""The verbs of the server: serve, an endpoint and a site on loopback; account, who may sign in."""

import os
import shutil
import sys
from ipaddress import ip_network
from pathlib import Path

import click

from ldn_graph.cli.corpus import agent_of
from ldn_graph.cli.output import opened, pass_data
from ldn_graph.errors import UnknownName, UsageError
from ldn_graph.records.model import Agent
from ldn_graph.records.vocabularies import AgentKind, AgentRole
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.web.engine.job import Limits
from ldn_graph.web.settings import OpenId, Settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.corpus_files import DRAFTS_FOLDER as UNFINISHED


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


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=7860, show_default=True, help="The port; 0 takes a free one.")
@click.option(
    "--base-path", default="", metavar="/PATH", help="Where a proxy puts the site, such as /ldn."
)
@click.option(
    "--texts",
    type=click.Path(path_type=Path),
    envvar="LDN_GRAPH_TEXTS",
    help="The folder of source texts (environment: LDN_GRAPH_TEXTS).",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="info writes a line for each page; for a SPARQL request only if slow or failing.",
)
@click.option(
    "--curate", is_flag=True, help="Let named curators write to the corpus that --data names."
)
@click.option(
    "--open-drafts",
    is_flag=True,
    help="Let visitors see drafts, comments and the reasons of reviews, too.",
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    envvar="FORWARDED_ALLOW_IPS",
    help="A proxy, or its network, whose X-Forwarded-For and -Proto are believed, nobody else's "
    "(environment: FORWARDED_ALLOW_IPS).",
)
@click.option("--public-url", metavar="URL", help="What people type, where a proxy hides it.")
@click.option(
    "--openid-issuer",
    metavar="URL",
    envvar="LDN_GRAPH_OPENID_ISSUER",
    help="Let curators sign in there, such as https://orcid.org. Its client's id and secret come "
    "from LDN_GRAPH_OPENID_CLIENT_ID and LDN_GRAPH_OPENID_CLIENT_SECRET.",
)
@click.option(
    "--timeout", default=10.0, show_default=True, metavar="S", help="A query's most seconds."
)
@click.option(
    "--memory", default=1024, show_default=True, metavar="MB", help="A query's most memory."
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Processes that answer queries; as many as processors if not said.",
)
@click.option(
    "--rate",
    default=6000,
    show_default=True,
    metavar="N",
    help="Requests a minute from one address; 0 is no limit.",
)
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="URL",
    help="An endpoint that SERVICE may ask; without any, queries have no network.",
)
@click.option(
    "--scratch",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the store is kept after updates, which need LDN_GRAPH_UPDATE_TOKEN to be set.",
)
@pass_data
def serve(
    data: str | None,
    host: str,
    port: int,
    base_path: str,
    texts: Path | None,
    log_level: str,
    curate: bool,
    open_drafts: bool,
    proxies: tuple[str, ...],
    public_url: str | None,
    openid_issuer: str | None,
    timeout: float,
    memory: int,
    workers: int | None,
    rate: int,
    services: tuple[str, ...],
    scratch: Path | None,
) -> None:
    """Serve the SPARQL endpoint and the site at http://127.0.0.1:7860/ until Ctrl-C.

    \b
    PLACES
      /  the site          /sparql  SPARQL 1.1 Protocol       /api  JSON
      /health/live  /health/ready  for a supervisor           /metrics  for Prometheus
      The log is JSON lines on standard error; it never holds what people ask.

    \b
    UPDATES
      LDN_GRAPH_UPDATE_TOKEN=… ldn-graph serve --scratch DIR
      /update and /store then change the store for whoever sends `Authorization: Bearer …`. The
      corpus's files stay as they are; DIR keeps the changed store, or else memory does.

    \b
    CURATING
      ldn-graph --data DIR serve --curate               asks for the first account if there is none
      ldn-graph --data DIR account add ada-lovelace     a password for another agent of the corpus

    \b
    BEHIND A PROXY
      The server speaks plain HTTP and is meant to listen on loopback; a proxy such as nginx or
      Caddy gives it TLS and a name. It must pass Host, X-Forwarded-For and X-Forwarded-Proto, and
      is believed where it is named (--proxy 127.0.0.1):
        location /ldn/ {                       # with --base-path /ldn
          proxy_pass http://127.0.0.1:7860/;   # the slash takes the prefix off
          proxy_set_header Host $host;
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
          proxy_set_header X-Forwarded-Proto $scheme;
        }
      deploy/ has a container file, a systemd unit and whole configurations for both.
    """
    # imported here: no other verb pays for the server
    from ldn_graph.web.app import run

    if curate and data is not None:
        offer(Path(data), openid=openid_issuer is not None)
    run(
        Settings(
            data=None if data is None else Path(data).absolute(),
            texts=texts or _texts_beside(data, curate),
            host=host,
            port=port,
            base_path=base_path.rstrip("/"),
            log_level=log_level,
            curate=curate,
            open_drafts=open_drafts,
            openid=_openid(openid_issuer),
            proxies=_networks(proxies),
            public_url=public_url.rstrip("/") if public_url else None,
            limits=Limits(
                seconds=timeout,
                memory=memory << 20,
                rate=rate,
                services=services,
                workers=workers or Limits.workers,
                most_workers=max(workers or 0, Limits.most_workers),
            ),
            update_token=os.environ.get("LDN_GRAPH_UPDATE_TOKEN") or None,
            scratch=_scratch(scratch),
        ),
        click.echo,
    )


def _networks(given: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses and networks of proxies, as they are named. Raises UsageError."""
    named = [part for entry in given for part in entry.split(",") if part.strip()]
    for name in named:
        try:
            ip_network(name.strip(), strict=False)
        except ValueError as error:
            raise UsageError(
                f"--proxy {name}: no address and no network; give one like 127.0.0.1 or 10.0.0.0/8"
            ) from error
    return tuple(name.strip() for name in named)


def _scratch(folder: Path | None) -> Path | None:
    """The folder for the store after updates, made if it isn't there."""
    if folder is None:
        return None
    if not os.environ.get("LDN_GRAPH_UPDATE_TOKEN"):
        raise UsageError(
            f"--scratch {folder}: there are no updates without LDN_GRAPH_UPDATE_TOKEN in the "
            "environment; set it to a secret of your choice"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--scratch {folder}: can't be made ({error.strerror})") from error
    return folder


def _openid(issuer: str | None) -> OpenId | None:
    """The provider; its secret comes from the environment, where no process list shows it."""
    if issuer is None:
        return None
    names = ("LDN_GRAPH_OPENID_CLIENT_ID", "LDN_GRAPH_OPENID_CLIENT_SECRET")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise UsageError(
            f"--openid-issuer {issuer}: {' and '.join(missing)} not set in the environment; "
            "register this server with the provider and set them"
        )
    return OpenId(issuer, os.environ[names[0]], os.environ[names[1]])


def _texts_beside(data: str | None, curate: bool) -> Path | None:
    """Where curators' texts are held if no folder is named: beside the corpus, out of git."""
    if not curate or data is None:
        return None
    folder = beside(Path(data)).parent / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
