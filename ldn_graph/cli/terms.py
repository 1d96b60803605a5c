"""The verb for terms of outside vocabularies: loaded once, searched without a network."""

import hashlib
from pathlib import Path
from typing import Any

import click

from ldn_graph.cli.curation_options import desk
from ldn_graph.cli.output import emit, output_options, pass_data
from ldn_graph.exchange.ontologies import read
from ldn_graph.table import Table, text
from ldn_graph.workspace.entry import utc_now
from ldn_graph.workspace.term_index import MOST, TermIndex


@click.group()
def terms() -> None:
    """Terms of MONDO, ChEBI, MeSH, GO, HP, HGNC …, from files that you load once.

    They are kept beside the corpus, in a folder that git ignores. A new entity takes its mapping,
    definition and synonyms from a term: in the browser, or by `ldn-graph entity add --term CURIE`.
    """


@terms.command("load")
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@pass_data
def load(data: str | None, paths: tuple[Path, ...]) -> None:
    """Load FILE: OBO, OWL in RDF/XML or Turtle, or OBO Graphs JSON, told by its content.

    An ontology that was loaded before is replaced. Obsolete terms and those of vocabularies that
    are not known here are left out, and counted.

    \b
    EXAMPLE
      ldn-graph --data my-corpus terms load hp.obo mondo.json
    """
    index = TermIndex(desk(data).folder)
    for path in paths:
        ontology = read(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        at = utc_now().isoformat(timespec="seconds")
        index.load(ontology, file=path.name, sha256=digest, at=at)
        left = "".join(f"; {n:,} {why} left out" for why, n in ontology.left_out.items())
        version = f" {ontology.version}" if ontology.version else ""
        click.echo(f"{ontology.name}{version}: {len(ontology.terms):,} terms{left}")


@terms.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--most", default=MOST, show_default=True, type=click.IntRange(1, 200))
@output_options
@pass_data
def search(
    data: str | None, words: tuple[str, ...], most: int, format_: str | None, output: Any
) -> None:
    """Find terms by a name, the beginning of one, or a CURIE; the best first."""
    found = TermIndex(desk(data).folder).search(" ".join(words), most)
    rows = tuple(
        tuple(map(text, (f.term.curie, f.term.label, "; ".join(f.term.synonyms),
                         f.term.definition or "", f.shown_in)))
        for f in found
    )  # fmt: skip
    emit(Table(("term", "label", "synonyms", "definition", "shown_in"), rows), format_, output)


@terms.command("list")
@output_options
@pass_data
def list_(data: str | None, format_: str | None, output: Any) -> None:
    """What was loaded: the ontology, its version, from which file, when, and how many terms."""
    rows = tuple(
        tuple(map(text, (o.name, o.version or "", o.file, o.loaded, str(o.terms))))
        for o in TermIndex(desk(data).folder).loaded()
    )
    emit(Table(("ontology", "version", "file", "loaded", "terms"), rows), format_, output)


@terms.command("drop")
@click.argument("name", metavar="ONTOLOGY")
@pass_data
def drop(data: str | None, name: str) -> None:
    """Forget an ontology. Mappings that were taken over from it stay."""
    TermIndex(desk(data).folder).drop(name)
    click.echo(f"{name} is dropped")
