"""What every verb shares: the options of output, and where text goes."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from ldn_graph import files
from ldn_graph.cli.app import AS_OF
from ldn_graph.graph import EvidenceGraph
from ldn_graph.reports.tables import FORMATS, render
from ldn_graph.table import Table

#: The FILE that means standard output.
STANDARD = Path("-")
_F = TypeVar("_F", bound=Callable[..., Any])

pass_data = click.pass_obj

texts_option = click.option(
    "--texts",
    metavar="DIR",
    envvar="LDN_GRAPH_TEXTS",
    type=click.Path(path_type=Path),
    help="The folder of source texts (environment: LDN_GRAPH_TEXTS).",
)
store_option = click.option(
    "--store",
    metavar="DIR|URL",
    default="memory:",
    show_default=True,
    help="Ask a store that `build` filled, or a SPARQL endpoint.",
)


def output_options(function: _F) -> _F:
    """`-f FORMAT` and `-o FILE`."""
    function = click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Write to FILE instead of standard output (-).",
    )(function)
    return click.option(
        "-f",
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        help="Form of the output; by default a table on a terminal, tsv elsewhere.",
    )(function)


def chosen(format_: str | None, output: Path | None) -> str:
    """The format: as asked, else by where it goes."""
    return format_ or ("table" if output in (None, STANDARD) and sys.stdout.isatty() else "tsv")


def emit(table: Table, format_: str | None, output: Path | None) -> None:
    """Write a table where it was asked to go."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    write(render(table, chosen(format_, output), width=width), output)


def write(text: str, output: Path | None) -> None:
    """Write text to a file, whole or not at all, or to standard output."""
    if output is None or output == STANDARD:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        files.write_text(output, text if text.endswith("\n") else text + "\n")
        click.echo(f"wrote {output}", err=True)


def terminal_width() -> int | None:
    """The width of lines of text: that of a terminal, within what reads well; None elsewhere."""
    # imported here: it takes as long to load as a record takes to show
    from rich.console import Console

    console = Console()
    return min(console.width, 100) if console.is_terminal else None


def write_bytes(content: bytes, output: Path) -> None:
    """Write a file, whole or not at all, or standard output (-), and say so."""
    if output == STANDARD:
        sys.stdout.buffer.write(content)
        return
    files.write_bytes(output, content)
    click.echo(f"wrote {output}", err=True)


def past_moment() -> str | None:
    """What `--as-of` names, if it was given."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(AS_OF)


def opened(data: str | None, store: str = "memory:") -> EvidenceGraph:
    """The graph of `--data`, or of the environment's corpus, or of the shipped one; as it was,
    where `--as-of` says so."""
    return EvidenceGraph.open(data, store=store, as_of=past_moment())


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """A spinner with the running step on standard error; silent where that is no terminal."""
    # imported here: it takes as long to load as a record takes to show
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    quiet = not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task(what, total=None)
        yield lambda step: bar.update(task, description=f"{what}: {step}")
