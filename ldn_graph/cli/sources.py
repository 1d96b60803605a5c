"""The verbs about what a corpus cites: source add, edit, retract."""

from pathlib import Path

import click

from ldn_graph import corpus as corpora
from ldn_graph.cli.desks import agent_option, desk, fields_in, named, tell, why_option
from ldn_graph.cli.output import opened, pass_data
from ldn_graph.cli.people import value_of
from ldn_graph.errors import UsageError
from ldn_graph.exchange.bibliography import new_sources, read_sources
from ldn_graph.model import Source


@click.group()
def source() -> None:
    """Add to what a corpus of your own cites, or mark a source as retracted."""


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
@agent_option
@pass_data
def add(
    data: str | None, records: Path, name: str | None, dry_run: bool, agent: str | None
) -> None:
    """Add the publications in FILE to the corpus, one file each, or none of them.

    PubMed, Zotero, EndNote and publishers' pages export such files. A publication that the corpus
    has already, by PMID, DOI or title, is refused. What FILE does not say stays empty.

    \b
    EXAMPLES
      ldn-graph --data my-corpus source add --from pubmed.nbib --dry-run
      ldn-graph --data my-corpus source add --from trial.ris --id younger-2013 --as ann
    """
    if data is None and not dry_run:
        raise UsageError(
            "the shipped corpus is read-only; make your own with `ldn-graph init DIR`, "
            "then: ldn-graph --data DIR source add --from FILE"
        )
    if dry_run:
        known = opened(data).corpus.sources
        added = new_sources(read_sources(records), known.values(), name)
        for one in added:
            click.echo(f"# sources/{one.id}.yaml\n{corpora.dump(one)}")
        click.echo("nothing written; leave --dry-run out to write", err=True)
        return
    open_ = desk(data)
    by = named(agent)
    added = new_sources(read_sources(records), open_.corpus.sources.values(), name)
    open_.add(added, by=by, why=f"from {records.name}")
    for one in added:
        click.echo(f"wrote {open_.folder / 'sources' / one.id}.yaml{_remark(one)}")
    click.echo(
        "next: cite each by its id in a claim's evidence, or say why not in `unused_because`; "
        f"then: ldn-graph --data {open_.folder} check"
    )


@source.command()
@click.argument("name", metavar="SOURCE")
@click.option("--from", "file", metavar="FILE", required=True, help="The changed fields, or - .")
@why_option(required=True)
@agent_option
@pass_data
def edit(data: str | None, name: str, file: str, why: str, agent: str | None) -> None:
    """Change fields of a source, with the reason; its id stays."""
    open_ = desk(data)
    by = named(agent)
    old = opened(data).source(name)
    fields = {**old.model_dump(mode="json"), **fields_in(file)[0], "id": old.id}
    done = open_.change(value_of(Source, fields), by=by, why=why, expected=open_.digest(old))
    tell(done, f"changed {old.id}")


@source.command()
@click.argument("name", metavar="SOURCE")
@why_option(required=True)
@agent_option
@pass_data
def retract(data: str | None, name: str, why: str, agent: str | None) -> None:
    """Mark a source as retracted: what rests on it counts nothing any more, and nothing new may.

    The claims that rest on it are listed; look whether any should be retracted too.
    """
    done = desk(data).retract_source(name, by=named(agent), why=why)
    tell(done, f"marked {name} as retracted")


def _remark(added: Source) -> str:
    """What the curator has to know about the file, or to fill in."""
    if added.retracted:
        return " (retracted: it will count nothing)"
    if added.design is None:
        return " (the record names no design: fill in `design`)"
    return ""
