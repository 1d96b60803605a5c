"""The verb that serves: an endpoint and a site on loopback."""

from pathlib import Path

import click

from ldn_graph.cli.output import pass_data
from ldn_graph.web.settings import Settings


@click.command(short_help="Serve the SPARQL endpoint and the site.")
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
    help="info writes a line for each request.",
)
@pass_data
def serve(
    data: str | None, host: str, port: int, base_path: str, texts: Path | None, log_level: str
) -> None:
    """Serve the SPARQL endpoint and the site at http://127.0.0.1:7860/ until Ctrl-C.

    \b
    PLACES
      /  the site          /sparql  SPARQL 1.1 Protocol       /api  JSON
      /health/live  /health/ready  for a supervisor           /metrics  for Prometheus
      The log is JSON lines on standard error; it never holds what people ask.

    \b
    BEHIND A PROXY
      The server speaks plain HTTP and is meant to listen on loopback; a proxy such as nginx or
      Caddy gives it TLS and a name. It must pass Host, X-Forwarded-For and X-Forwarded-Proto:
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

    run(
        Settings(
            data=None if data is None else Path(data),
            texts=texts,
            host=host,
            port=port,
            base_path=base_path.rstrip("/"),
            log_level=log_level,
        ),
        click.echo,
    )
