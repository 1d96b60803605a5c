"""The verb that serves: an endpoint and a site on loopback."""

import os
from ipaddress import ip_network
from pathlib import Path

import click

from ldn_graph.cli import first_account
from ldn_graph.cli.output import pass_data
from ldn_graph.errors import UsageError
from ldn_graph.web.auth.accounts import beside
from ldn_graph.web.engine.limits import Limits
from ldn_graph.web.settings import OpenId, Settings


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
    from ldn_graph.web.server import run

    if curate and data is not None:
        first_account.offer(Path(data), openid=openid_issuer is not None)
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
