"""The verbs that set articles beside studies: evidence, gaps."""

from collections.abc import Callable, Sequence
from pathlib import Path

import click
from rich.console import Console

from ldn_graph import files
from ldn_graph.cli.output import emit, opened, pass_data, progress, write
from ldn_graph.errors import BadParameter, UsageError
from ldn_graph.grading.comparison import Question
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures.forest import Forest, forest, overview
from ldn_graph.pictures.forest_figure import png, svg
from ldn_graph.pictures.forest_page import html
from ldn_graph.reports.evidence import evidence_text
from ldn_graph.reports.gaps import gaps_text
from ldn_graph.reports.tables import FORMATS

_WRITERS: dict[str, Callable[[Forest], str | bytes]] = {".html": html, ".svg": svg, ".png": png}

format_option = click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", *FORMATS]),
    default="text",
    show_default=True,
    help="text to read; the others have one row an item.",
)
output_option = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to FILE instead of standard output.",
)


@click.command()
@click.argument("name", metavar="[ENTITY]", required=False)
@click.option("--all", "everything", is_flag=True, help="Every question of the corpus.")
@click.option(
    "--picture",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Draw the studies instead: FILE.html (with a table), .svg or .png.",
)
@format_option
@output_option
@pass_data
def evidence(
    data: str | None,
    name: str | None,
    everything: bool,
    picture: Path | None,
    format_: str,
    output: Path | None,
) -> None:
    """Show what articles say about ENTITY beside what studies found, and how the two compare.

    ENTITY is a condition, an outcome or a mechanism. Each question has the article's words, each
    study that bears on it, the evidence level with its reasons, and one sentence: overstated, in
    line, understated or untested, by the rule in docs/evidence.md. The other formats have one row
    for each source item.

    \b
    EXAMPLES
      ldn-graph evidence fibromyalgia
      ldn-graph evidence "Crohn's disease" -f csv -o crohns.csv
      ldn-graph evidence --all --picture studies.html
    """
    if everything == (name is not None):
        raise UsageError("name one entity, or give --all for every question")
    if picture is not None and (output is not None or format_ != "text"):
        raise UsageError("--picture names its own file; leave out -f and -o")
    if picture is not None and picture.suffix.lower() not in _WRITERS:
        raise BadParameter(f"{picture}: can't draw that; end FILE with {', '.join(_WRITERS)}")
    graph = opened(data)
    found = graph.evidence(name)
    if not found:
        click.echo(f"no question is asked about {name} in this corpus", err=True)
    if picture is not None:
        _draw(graph, name, found.found, picture)
    elif format_ == "text":
        title = graph.entity(name).label if name else "Every question"
        words = evidence_text(found.found, graph.corpus, graph.rule, title=title, width=_width())
        write(words, output)
    else:
        emit(found.table, format_, output)


@click.command()
@format_option
@output_option
@pass_data
def gaps(data: str | None, format_: str, output: Path | None) -> None:
    """List where evidence is missing: claims without a study, weak chains, missing controls, doses.

    \b
    The column `gap` of the other formats names the list:
      no-study      the article says it, and no study of the corpus bears on it
      weak-chain    a chain whose weakest step rests on animals or cells, or on nothing
      uncontrolled  a condition with uncontrolled or observational studies only
      other-dose    a claim that rests on a dose that is not low
    """
    graph = opened(data)
    found = graph.gaps()
    if format_ == "text":
        write(gaps_text(found.found, graph.corpus, width=_width()), output)
    else:
        emit(found.table, format_, output)


def _draw(graph: EvidenceGraph, name: str | None, found: Sequence[Question], picture: Path) -> None:
    drawn: Forest
    if name is None:
        drawn = overview(graph.corpus, graph.rule)
    else:
        drawn = forest(found, graph.corpus, graph.rule, title=graph.entity(name).label)
    if not drawn.rows:
        raise UsageError(f"nothing to draw: no study bears on {name}; ask without --picture")
    with progress("drawing"):
        made = _WRITERS[picture.suffix.lower()](drawn)
    files.write_bytes(picture, made.encode("utf-8") if isinstance(made, str) else made)
    click.echo(f"wrote {picture}")


def _width() -> int | None:
    """The width of lines of text: that of a terminal, within what reads well."""
    console = Console()
    return min(console.width, 100) if console.is_terminal else None
