"""The verbs that bring claims out and in: build, draw, export, import, template."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from ldn_graph import files
from ldn_graph.cli.curation_options import agent_option, desk, named, why_option
from ldn_graph.cli.output import (
    STANDARD,
    opened,
    pass_data,
    progress,
    store_option,
    write_bytes,
)
from ldn_graph.errors import BadParameter, FileError, UnknownName, UsageError, require
from ldn_graph.exchange.graph_files import FORMATS as RDF_FORMATS
from ldn_graph.exchange.graph_files import graphml, serialise
from ldn_graph.exchange.sheets.cells import changes
from ldn_graph.exchange.sheets.drafts import Drafts, drafts
from ldn_graph.exchange.sheets.files import (
    ENDINGS,
    encoding_remark,
    read_rows,
    write_claims,
    write_refused,
)
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures import pyvis_network
from ldn_graph.pictures.drawing import Drawing, png
from ldn_graph.pictures.drawing import draw as still
from ldn_graph.pictures.legibility import faults, told
from ldn_graph.pictures.page import html
from ldn_graph.pictures.scene import Scene
from ldn_graph.records.model import Corpus
from ldn_graph.store import open_store
from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.auth.accounts import beside
from ldn_graph.workspace.sheet_import import TOLD, demand_right, take

_WRITERS: dict[str, Callable[[Scene], str | bytes]] = {
    ".graphml": graphml,
    "pyvis": pyvis_network.html,
}
#: What stands still, made of one SVG.
_STILL: dict[str, Callable[[str], str | bytes]] = {".svg": str, ".png": png}
_ENDINGS = (".html", *_STILL, ".graphml")
_FORMATS = (*(ending[1:] for ending in _ENDINGS), "pyvis")


@click.command()
@click.argument("store", metavar="DIR|URL", default="ldn-graph-store")
@pass_data
def build(data: str | None, store: str) -> None:
    """Build the graph into a store on disk, or into a SPARQL endpoint that takes updates.

    What the store held before is replaced whole, or, if anything fails, not at all.
    """
    with progress("building") as tell:
        graph = opened(data)
        tell("grading and joining paths")
        quads = graph.quads
        tell(f"writing {len(quads)} quads")
        target = open_store(store)
        target.replace(quads)
        target.close()
    if graph.all_paths.shortened:
        click.echo(
            f"{len(graph.all_paths.shortened)} pairs of drug and condition have too many paths to "
            "keep: the longest are left out; `ldn-graph paths` finds them",
            err=True,
        )
    click.echo(
        f"{store}: {len(graph.corpus.claims)} claims, {len(graph.corpus.entities)} entities, "
        f"{len(quads)} quads; ask it with: ldn-graph query NAME --store {store}"
    )


@click.command()
@click.option("--around", metavar="ENTITY", help="The claims about one entity.")
@click.option("--paths", "ends", nargs=2, metavar="START END", help="The claims on all paths.")
@click.option("--query", "name", metavar="NAME", help="The claims that a canned query returns.")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE")
@click.option("--max-steps", default=5, show_default=True, type=click.IntRange(1, 8))
@click.option("--title", help="The picture's title.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default="ldn-graph.html",
    show_default=True,
    help="FILE.html (interactive, works offline), .svg, .png or .graphml.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    help="What to write, where FILE's ending does not say it; pyvis writes a page of that library.",
)
@store_option
@pass_data
def draw(
    data: str | None,
    around: str | None,
    ends: tuple[str, str] | None,
    name: str | None,
    params: tuple[str, ...],
    max_steps: int,
    title: str | None,
    output: Path,
    format_: str | None,
    store: str,
) -> None:
    """Draw the whole graph, or what one entity, a path search or a query picks out."""
    ending = output.suffix.lower()
    if format_:
        ending = format_ if format_ == "pyvis" else f".{format_}"
    elif ending not in _ENDINGS:
        raise BadParameter(f"{output}: can't draw that; end FILE with {', '.join(_ENDINGS)}")
    if sum(x is not None for x in (around, ends, name)) > 1:
        raise UsageError("--around, --paths and --query exclude each other; give one")
    graph = opened(data, store)
    chosen, about = _chosen(graph, around, ends, name, params, max_steps)
    if chosen is not None and not chosen:
        raise UsageError("nothing to draw: no claim was found; widen the question")
    scene = graph.scene(chosen, title=title or about)
    keep = tuple(graph.entity(name).id for name in ends or filter(None, [around]))
    with progress("drawing"):
        if ending == ".html":
            drawn: str | bytes = html(scene, about=keep)
        elif ending in _STILL:
            picture = still(scene, keep=keep, framed=True)
            _warn(picture)
            drawn = _STILL[ending](picture.svg)
        else:
            drawn = _WRITERS[ending](scene)
    files.write_bytes(output, drawn.encode("utf-8") if isinstance(drawn, str) else drawn)
    click.echo(f"wrote {output}")


def _warn(picture: Drawing) -> None:
    """Say what is bundled, and what keeps the picture from being read."""
    bundled = sum(len(line.claims) for line in picture.lines if line.bundle)
    inside = sum(len(group.inside) for group in picture.groups)
    if bundled + inside:
        click.echo(
            f"{bundled + inside} claims are too many to be read as lines of their own, and "
            f"stand in {len(picture.groups)} groups; draw less (--around, --paths, "
            "--query), or FILE.html, where groups open",
            err=True,
        )
    if found := faults(picture):
        click.echo(f"hard to read: {told(found)}; draw less", err=True)


@click.command()
@click.argument("format_", metavar="[FORMAT]", type=click.Choice(list(RDF_FORMATS)), required=False)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--sheet",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the claims to FILE.csv or .xlsx, to look through or to change and `import`.",
)
@pass_data
def export(data: str | None, format_: str | None, output: Path | None, sheet: Path | None) -> None:
    """Write the graph as RDF: trig, nquads, turtle, ntriples or jsonld; or its claims as a sheet.

    Turtle and N-Triples hold the flat view; the others hold the nanopublications too.
    """
    if (format_ is None) == (sheet is None):
        raise UsageError(f"give a FORMAT ({', '.join(RDF_FORMATS)}) or --sheet FILE")
    with progress("exporting"):
        graph = opened(data)
        if sheet is not None:
            claims = [graph.corpus.claims[name] for name in sorted(graph.corpus.claims)]
            content = write_claims(claims, graph.corpus, sheet.name)
            output = sheet
        else:
            content = serialise(graph.quads, str(format_), base=graph.corpus.description.base)
    write_bytes(content, output or STANDARD)


def _chosen(
    graph: EvidenceGraph,
    around: str | None,
    ends: tuple[str, str] | None,
    name: str | None,
    params: tuple[str, ...],
    max_steps: int,
) -> tuple[tuple[str, ...] | None, str | None]:
    """The claims to draw (None for all) and the title that they suggest."""
    if around is not None:
        entity = graph.entity(around)
        return graph.neighbourhood(around), f"What is claimed about {entity.label}"
    if ends is not None:
        labels = [graph.entity(e).label for e in ends]
        return graph.paths(*ends, max_steps=max_steps).claims, " → ".join(labels)
    if name is not None:
        pairs = dict(p.partition("=")[::2] for p in params)
        return graph.claims_of(graph.query(name, **pairs)), graph.canned[name].summary
    return None, None


@click.command("import", short_help="Take in claims from a sheet: .csv, .xlsx or .ods.")
@click.argument("sheet", metavar="FILE", type=click.Path(path_type=Path))
@agent_option
@why_option(required=False)
@click.option("--partial", is_flag=True, help="Take the claims that are right, leave the others.")
@click.option(
    "--errors",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where --partial writes the rows it left, with what is wrong. [default: FILE-errors]",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@pass_data
def import_(
    data: str | None,
    sheet: Path,
    agent: str | None,
    why: str | None,
    partial: bool,
    errors: Path | None,
    dry_run: bool,
) -> None:
    """Take in the claims of a sheet, as drafts: all of them or none.

    `ldn-graph template` makes a sheet to fill in, `ldn-graph export --sheet` one of what is there.
    One row is one evidence item. A row with the id of a claim adds evidence to it, or changes it.

    \b
    EXAMPLES
      ldn-graph template -o claims.xlsx
      ldn-graph --data my-corpus import claims.xlsx --as ann --dry-run
      ldn-graph --data my-corpus import claims.xlsx --as ann --partial
    """
    content = _content(sheet)
    by = named(agent)
    open_ = None if dry_run else desk(data)
    corpus = opened(data).corpus if open_ is None else open_.corpus
    if by not in corpus.agents:
        raise UnknownName.among("agent", by, corpus.agents, see="ldn-graph agent list")
    texts = _texts(data, corpus)
    found = drafts(read_rows(content, sheet.name), corpus, by, dt.date.today(), texts)
    if sheet.suffix.lower() == ".csv" and (remark := encoding_remark(content, sheet.name)):
        click.echo(f"ldn-graph: {remark}", err=True)
    demand_right(found, sheet.name, partial=partial)
    if open_ is not None:
        take(open_, found, corpus, by=by, why=why)
    _tell(found, corpus, dry_run)
    if found.problems:
        ending = sheet.suffix if sheet.suffix.lower() in ENDINGS else ".xlsx"
        kept = errors or sheet.with_name(f"{sheet.stem}-errors{ending}")
        told = [p.told(sheet.name) for p in found.problems[:TOLD]]
        click.echo("\n".join(f"ldn-graph: {line}" for line in told), err=True)
        rows = ", ".join(str(row.number) for row in found.refused)
        click.echo(f"ldn-graph: {sheet.name}: left out: rows {rows}", err=True)
        if not dry_run:
            files.write_bytes(kept, write_refused(found, kept.name))
            click.echo(f"{len(found.refused)} rows were left; they are in {kept}", err=True)


@click.command()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default="claims.xlsx",
    show_default=True,
    help="FILE.xlsx; a file that is there is left alone.",
)
@pass_data
def template(data: str | None, output: Path) -> None:
    """Make a sheet to fill in: lists to choose from, what each column holds, worked examples.

    The names in its lists are those of the corpus, so make it anew when entities are added.
    """
    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output}: a template is a workbook; end FILE with .xlsx")
    if output.exists():
        raise FileError(f"{output}: is there already, and may be filled in; name another file")
    require("openpyxl", "template")
    from ldn_graph.exchange.sheets.template import template as make_template

    files.write_bytes(output, make_template(opened(data).corpus))
    click.echo(f"wrote {output}; fill it in, then: ldn-graph --data DIR import {output} --as YOU")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: can't be read ({error.strerror}); name a sheet") from error


def _texts(data: str | None, corpus: Corpus) -> Mapping[str, str]:
    """The texts that are kept beside the corpus, by source."""
    folder = beside(Path(data)).parent / "texts" if data else None
    return Texts.read(folder, corpus).by_source if folder and folder.is_dir() else {}


def _tell(found: Drafts, corpus: Corpus, dry_run: bool) -> None:
    for claim in found.new:
        click.echo(f"new draft {claim.id} ({len(claim.evidence)} evidence items)")
    for claim in found.changed:
        told = "; ".join(changes(corpus.claims[claim.id], claim))
        click.echo(f"changed {claim.id}: {told}")
    if found.unchanged:
        click.echo(f"{len(found.unchanged)} claims are as they were")
    if dry_run:
        click.echo("nothing written; leave --dry-run out to write", err=True)
    elif found.new:
        click.echo("next: look at them, then hand them in: ldn-graph claim submit ID --as YOU")
