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
@pass_data
def serve(data: str | None, host: str, port: int, base_path: str, texts: Path | None) -> None:
    """Serve the SPARQL endpoint and the site at http://127.0.0.1:7860/ until Ctrl-C."""
    # imported here: no other verb pays for the server
    from ldn_graph.web.server import run

    run(
        Settings(
            data=None if data is None else Path(data),
            texts=texts,
            host=host,
            port=port,
            base_path=base_path.rstrip("/"),
        )
    )
