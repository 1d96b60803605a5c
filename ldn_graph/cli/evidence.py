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
from ldn_graph.reports.findings_table import findings_text, hanging_text
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
@click.option(
    "--without",
    metavar="SOURCE",
    multiple=True,
    help="Leave a source out (its id; may be given again): what would be known without it.",
)
@click.option(
    "--until",
    metavar="YEAR",
    type=click.IntRange(1900, 2200),
    help="Only what had come out by the end of YEAR; studies without a year are left out.",
)
@click.option("--articles", is_flag=True, help="Only what articles say beside what studies found.")
@format_option
@output_option
@pass_data
def evidence(
    data: str | None,
    name: str | None,
    everything: bool,
    picture: Path | None,
    without: tuple[str, ...],
    until: int | None,
    articles: bool,
    format_: str,
    output: Path | None,
) -> None:
    """Summarise the findings on ENTITY, and set what articles say beside what studies found.

    ENTITY is a condition, an outcome or a mechanism. First the summary of findings: each outcome
    with trials and people, the effect with its interval, what it shows, how certain that is and
    why. Then each question with the article's words, each study that bears on it, and one
    sentence: overstated, in line, understated or untested, by the rule in docs/evidence.md. The
    other formats have one row for each body of evidence; with --articles or --all, one for each
    source item.

    \b
    EXAMPLES
      ldn-graph evidence fibromyalgia
      ldn-graph evidence "Crohn's disease" -f csv -o crohns.csv
      ldn-graph evidence fibromyalgia --until 2014
      ldn-graph evidence fibromyalgia --without younger-2013
      ldn-graph evidence --all --picture studies.html
    """
    if everything == (name is not None):
        raise UsageError("name one entity, or give --all for every question")
    if picture is not None and (output is not None or format_ != "text"):
        raise UsageError("--picture names its own file; leave out -f and -o")
    if picture is not None and picture.suffix.lower() not in _WRITERS:
        raise BadParameter(f"{picture}: can't draw that; end FILE with {', '.join(_WRITERS)}")
    graph = opened(data)
    if without:
        graph = graph.without(*without)
    if until is not None:
        graph = graph.until(until)
    found = graph.evidence(name)
    if not found:
        about = f"about {name} in" if name else "by"
        click.echo(f"no question is asked {about} this corpus", err=True)
    if picture is not None:
        _draw(graph, name, found.found, picture)
    elif format_ == "text":
        title = graph.entity(name).label if name else "Every question"
        words = evidence_text(found.found, graph.corpus, graph.rule, title=title, width=_width())
        write(words if articles or name is None else _findings(graph, name) + words, output)
    elif articles or name is None:
        emit(found.table, format_, output)
    else:
        emit(graph.summary(name).table, format_, output)


def _findings(graph: EvidenceGraph, name: str) -> str:
    """The summary of findings with its heading; empty where no study bears on it."""
    found = graph.summary(name)
    if not found:
        return ""
    heading = "Summary of findings"
    told = findings_text(found.found, graph.corpus, width=_width() or 96)
    return f"{heading}\n{'=' * len(heading)}\n{told}\n"


@click.command("hangs-on")
@click.argument("source")
@format_option
@output_option
@pass_data
def hangs_on(data: str | None, source: str, format_: str, output: Path | None) -> None:
    """List what would change without SOURCE: each claim whose grade or agreement hangs on it.

    \b
    EXAMPLE
      ldn-graph hangs-on smith-2011
    """
    graph = opened(data)
    found = graph.hanging_on(source)
    if format_ == "text":
        write(hanging_text(found.found, source, graph.corpus) + "\n", output)
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
        what = name or "any question of this corpus"
        raise UsageError(f"nothing to draw: no study bears on {what}; ask without --picture")
    with progress("drawing"):
        made = _WRITERS[picture.suffix.lower()](drawn)
    files.write_bytes(picture, made.encode("utf-8") if isinstance(made, str) else made)
    click.echo(f"wrote {picture}")


def _width() -> int | None:
    """The width of lines of text: that of a terminal, within what reads well."""
    console = Console()
    return min(console.width, 100) if console.is_terminal else None
