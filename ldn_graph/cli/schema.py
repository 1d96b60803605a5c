"""The verb for editors: the JSON schemas of a corpus's files."""

import json
from pathlib import Path

import click

from ldn_graph.cli.output import write as write_out
from ldn_graph.errors import UnknownName
from ldn_graph.exchange import schemas


@click.command()
@click.argument("name", metavar="[NAME]", required=False)
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write all of them into DIR, and print what to tell the editor.",
)
def schema(name: str | None, folder: Path | None) -> None:
    """Print the schema NAME, or list what there is; with --write, write all of them.

    An editor with the YAML language server (VS Code's YAML extension, neovim, Emacs) then completes
    fields, relations and other closed words while you type, and marks what is wrong.

    \b
    EXAMPLE
      ldn-graph schema --write my-corpus/.schema > my-corpus/.vscode/settings.json
    """
    known = schemas.texts()
    if folder is not None:
        schemas.write(folder)
        click.echo(json.dumps(schemas.editor_settings(f"./{folder.name}"), indent=2))
    elif name is None:
        for file in known:
            click.echo(file.removesuffix(".schema.json"))
    else:
        if f"{name}.schema.json" not in known:
            names = [file.removesuffix(".schema.json") for file in known]
            raise UnknownName.among("schema", name, names, see="ldn-graph schema")
        write_out(known[f"{name}.schema.json"], None)
