"""The verbs that make something of a corpus: build, draw, export."""

from collections.abc import Callable
from pathlib import Path

import click

from ldn_graph import files
from ldn_graph.cli.output import (
    STANDARD,
    opened,
    pass_data,
    progress,
    store_option,
    write_bytes,
)
from ldn_graph.errors import BadParameter, UsageError
from ldn_graph.exchange.graphml import graphml
from ldn_graph.exchange.rdf_files import FORMATS as RDF_FORMATS
from ldn_graph.exchange.rdf_files import serialise
from ldn_graph.exchange.sheets.files import write_claims
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures import pyvis_network
from ldn_graph.pictures.drawing import Drawing
from ldn_graph.pictures.drawing import draw as still
from ldn_graph.pictures.legibility import faults, told
from ldn_graph.pictures.page import html
from ldn_graph.pictures.raster import png
from ldn_graph.pictures.scene import Scene
from ldn_graph.store import open_store

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
