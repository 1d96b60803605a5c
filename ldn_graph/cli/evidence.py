"""The verbs that set articles beside studies: evidence, hangs-on, gaps, safety, map."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from ldn_graph import files
from ldn_graph.cli.output import emit, opened, pass_data, progress, terminal_width, write
from ldn_graph.errors import BadParameter, UsageError
from ldn_graph.grading.comparison import Question
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures import effects_plot, map_figure
from ldn_graph.pictures.forest import Forest, forest, overview
from ldn_graph.pictures.forest_figure import png, svg
from ldn_graph.pictures.forest_page import html
from ldn_graph.records.enumerations import Shows
from ldn_graph.records.vocabularies import Kind
from ldn_graph.reports.evidence import WIDTH, cited_as, evidence_text
from ldn_graph.reports.findings_table import findings_text, hanging_text
from ldn_graph.reports.map_cells import EvidenceMap, MapKind, Order, map_table, map_text, select
from ldn_graph.reports.paths import gaps_text
from ldn_graph.reports.safety import safety_first, safety_text, substance
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
    "--plot",
    metavar="FILE.svg",
    type=click.Path(path_type=Path),
    help="Draw the effects with their intervals instead (forest plots).",
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
    plot: Path | None,
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
      ldn-graph evidence fibromyalgia --plot effects.svg
      ldn-graph evidence --all --picture studies.html
    """
    if everything == (name is not None):
        raise UsageError("name one entity, or give --all for every question")
    if picture is not None and plot is not None:
        raise UsageError("--picture and --plot draw one file each; give one of them")
    if articles and (picture is not None or plot is not None):
        raise UsageError(
            "--articles chooses what the text and the tables say, and a drawing has neither; "
            "leave it out, or ask without --picture and --plot"
        )
    if plot is not None and everything:
        raise UsageError("--plot draws the effects of one ENTITY; name it instead of --all")
    alone = output is None and format_ == "text"
    _check_target(picture, _WRITERS, alone=alone)
    _check_target(plot, (".svg",), alone=alone)
    graph = _as_asked(opened(data), without, until)
    if plot is not None and name is not None:
        _plot(graph, name, plot)
        return
    found = graph.evidence(name)
    if not found:
        about = f"about {name} in" if name else "by"
        click.echo(f"no question is asked {about} this corpus", err=True)
    if picture is not None:
        _draw(graph, name, found.found, picture)
    elif format_ == "text":
        write(_text(graph, name, found.found, articles=articles), output)
    elif articles or name is None:
        emit(found.table, format_, output)
    else:
        emit(graph.summary(name).table, format_, output)


def _as_asked(graph: EvidenceGraph, without: tuple[str, ...], until: int | None) -> EvidenceGraph:
    if without:
        graph = graph.without(*without)
    return graph if until is None else graph.until(until)


def _check_target(path: Path | None, endings: Iterable[str], *, alone: bool) -> None:
    """Refuse a picture's file together with other forms of output, or with another ending."""
    if path is None:
        return
    if not alone:
        raise UsageError("--picture and --plot name their own file; leave out -f and -o")
    if path.suffix.lower() not in endings:
        raise BadParameter(f"{path}: can't draw that; end FILE with {', '.join(endings)}")


def _plot(graph: EvidenceGraph, name: str, path: Path) -> None:
    """Draw the effects on an entity; where there is no interval, say so and write nothing."""
    drawn = effects_plot.svg(graph.summary(name).found, graph.corpus, cited_as)
    if drawn is None:
        raise BadParameter(f"{name}: no result with an interval is recorded; nothing to draw")
    files.write_text(path, drawn)
    click.echo(f"wrote {path}")


def _text(
    graph: EvidenceGraph, name: str | None, asked: Sequence[Question], *, articles: bool
) -> str:
    """The answer to read: safety first, then findings, then what articles say beside studies."""
    title = graph.entity(name).label if name else "Every question"
    wide = terminal_width()
    words = evidence_text(asked, graph.corpus, graph.rule, title=title, width=wide)
    if name is None:
        return words
    findings = "" if articles else _findings(graph, name)
    return _safety(graph, name, asked) + findings + words


def _safety(graph: EvidenceGraph, name: str, asked: Sequence[Question]) -> str:
    """What must be known first of the drugs that the answer is about, once for each substance."""
    entities = graph.corpus.entities
    about = (graph.entity(name).id, *(q.subject for q in asked))
    drugs = dict.fromkeys(n for n in about if entities[n].kind is Kind.DRUG)
    wide = terminal_width() or WIDTH
    seen: set[str] = set()
    told = []
    for drug in drugs:
        doses = substance(drug, graph.corpus)
        if seen.isdisjoint(doses):
            seen.update(doses)
            first = safety_first(graph.safety(drug).found, width=wide)
            told.append(first and f"{first}More: ldn-graph safety {drug}\n\n")
    return "".join(told)


def _findings(graph: EvidenceGraph, name: str) -> str:
    """The summary of findings with its heading; empty where no study bears on it."""
    found = graph.summary(name)
    if not found:
        return ""
    heading = "Summary of findings"
    told = findings_text(found.found, graph.corpus, width=terminal_width() or 96)
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
        write(gaps_text(found.found, graph.corpus, width=terminal_width()), output)
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


@click.command()
@click.argument("drug", metavar="SUBSTANCE")
@format_option
@output_option
@pass_data
def safety(data: str | None, drug: str, format_: str, output: Path | None) -> None:
    """Show what is on record of the safety of SUBSTANCE, a drug, at any dose.

    Contraindications, warnings, interactions, whom trials left out, and adverse events with their
    rates: each with the dose that it is said of, the kind of source, its name and date, and its
    words. + states it, − speaks against it, ? leaves it open. Of a low dose it shows what is said
    of the standard dose and of the substance too. It is no advice, and not complete.

    \b
    EXAMPLES
      ldn-graph safety low-dose-naltrexone
      ldn-graph safety naltrexone -f csv -o safety.csv
    """
    graph = opened(data)
    found = graph.safety(drug)
    if format_ == "text":
        name = graph.entity(drug).id
        write(safety_text(found.found, name, graph.corpus, width=terminal_width() or WIDTH), output)
    else:
        emit(found.table, format_, output)


_PICTURES: dict[str, Callable[[EvidenceMap], str]] = {
    "svg": map_figure.svg,
    "html": map_figure.html,
}


@click.command("map")
@click.argument("kind", type=click.Choice([str(k) for k in MapKind]), default="outcomes")
@click.option("--drug", metavar="NAME", help="Of this drug, or `all`; else the most studied one.")
@click.option(
    "--sort", type=click.Choice([str(o) for o in Order]), default="evidence", show_default=True
)
@click.option(
    "--shows", type=click.Choice([str(s) for s in Shows]), help="Only rows that show it somewhere."
)
@click.option(
    "--least",
    type=click.IntRange(0, 4),
    default=0,
    help="Only rows with a certainty of at least: 1 very low, 2 low, 3 moderate, 4 high.",
)
@click.option("--contested", is_flag=True, help="Only rows with something contested.")
@click.option("--name", default="", help="Only rows with NAME in a heading of theirs.")
@click.option(
    "--until",
    metavar="YEAR",
    type=click.IntRange(1900, 2200),
    help="Only what had come out by the end of YEAR; studies without a year are left out.",
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", *_PICTURES, *FORMATS]),
    default="text",
    show_default=True,
    help="text to read, svg or html to look at; the others have one row a cell, gaps included.",
)
@output_option
@pass_data
def map_(
    data: str | None,
    kind: str,
    drug: str | None,
    sort: str,
    shows: str | None,
    least: int,
    contested: bool,
    name: str,
    until: int | None,
    format_: str,
    output: Path | None,
) -> None:
    """Show what was studied, with which result and how surely, and what was not.

    KIND is outcomes (conditions × outcomes), harms (adverse effects by drug and dose) or mechanisms
    (mechanisms × conditions: the weakest link of the best chain of claims that runs there). Each
    cell says what the evidence shows and how certain that is, with trials and people; what is
    contested says so, and what nobody studied is a gap.

    \b
    EXAMPLES
      ldn-graph map
      ldn-graph map harms -f csv -o harms.csv
      ldn-graph map --until 2014 --sort gaps
      ldn-graph map mechanisms -f svg -o mechanisms.svg
    """
    graph = opened(data)
    known = graph if until is None else graph.until(until)
    found = select(
        known.map(kind, drug=drug),
        order=Order(sort),
        shows=Shows(shows) if shows else None,
        least=least,
        contested=contested,
        name=name,
    )
    if format_ == "text":
        write(map_text(found, width=terminal_width() or WIDTH), output)
    elif format_ in _PICTURES:
        write(_PICTURES[format_](found), output)
    else:
        emit(map_table(found), format_, output)
