"""The verbs about what a corpus cites: source add."""

from pathlib import Path

import click

from ldn_graph import corpus as corpora
from ldn_graph.cli.output import opened, pass_data
from ldn_graph.errors import UsageError
from ldn_graph.exchange.bibliography import new_sources, read_sources, write_sources
from ldn_graph.model import Source


@click.group()
def source() -> None:
    """Add to what a corpus of your own cites."""


@source.command()
@click.option(
    "--from",
    "records",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="FILE.nbib (PubMed), .ris, .bib (BibTeX) or .json (CSL-JSON).",
)
@click.option("--id", "name", metavar="ID", help="Id of a single record; by default author-year.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@pass_data
def add(data: str | None, records: Path, name: str | None, dry_run: bool) -> None:
    """Add the publications in FILE to the corpus, one file each, or none of them.

    PubMed, Zotero, EndNote and publishers' pages export such files. A publication that the corpus
    has already, by PMID, DOI or title, is refused. What FILE does not say stays empty.

    \b
    EXAMPLES
      ldn-graph --data my-corpus source add --from pubmed.nbib --dry-run
      ldn-graph --data my-corpus source add --from trial.ris --id younger-2013
    """
    if data is None and not dry_run:
        raise UsageError(
            "the shipped corpus is read-only; make your own with `ldn-graph init DIR`, "
            "then: ldn-graph --data DIR source add --from FILE"
        )
    graph = opened(data)
    added = new_sources(read_sources(records), graph.corpus.sources.values(), name)
    if dry_run:
        for one in added:
            click.echo(f"# sources/{one.id}.yaml\n{corpora.dump(one)}")
        click.echo("nothing written; leave --dry-run out to write", err=True)
        return
    for path, one in zip(write_sources(added, graph.folder), added, strict=True):
        click.echo(f"wrote {path}{_remark(one)}")
    click.echo(
        "next: cite each by its id in a claim's evidence, or say why not in `unused_because`; "
        f"then: ldn-graph --data {graph.folder} check"
    )


def _remark(added: Source) -> str:
    """What the curator has to know about the file, or to fill in."""
    if added.retracted:
        return " (retracted: it will count nothing)"
    if added.design is None:
        return " (the record names no design: fill in `design`)"
    return ""
