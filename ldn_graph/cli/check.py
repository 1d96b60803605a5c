"""The verbs that look for what is wrong or missing: check, coverage."""

from contextlib import suppress
from pathlib import Path

import click
import pyoxigraph as ox

from ldn_graph.cli.curation_options import kept_texts
from ldn_graph.cli.output import (
    chosen,
    emit,
    opened,
    output_options,
    pass_data,
    progress,
    texts_option,
)
from ldn_graph.errors import LdnError, UsageError
from ldn_graph.graph import data_folder
from ldn_graph.table import Table, Term, text
from ldn_graph.validation import coverage as coverages
from ldn_graph.validation.quotes import Texts
from ldn_graph.workspace.journal import Journal


@click.command()
@texts_option
@click.option("--shapes", is_flag=True, help="Validate the RDF against SHACL too.")
@click.option(
    "--journal-head",
    metavar="ID",
    help="The entry that the journal ended with once: it has to be on record still.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings too.")
@output_options
@click.pass_context
def check(
    ctx: click.Context,
    texts: Path | None,
    shapes: bool,
    journal_head: str | None,
    strict: bool,
    format_: str | None,
    output: Path | None,
) -> None:
    """Check the corpus: files, quotes, shapes, rules and journal. Exit 1 when an error is found.

    Entries of the journal that were deleted, emptied or altered are errors. Its end alone can be
    taken away unseen where nobody kept it: keep the entry that `check` names, and give it to
    --journal-head later on.

    With --texts, or where texts are kept beside the corpus, the quotes are checked against the
    source texts, whose digests must match.
    """
    texts = texts or kept_texts(data_folder(ctx.obj))
    with progress("checking") as tell:
        findings = opened(ctx.obj).check(
            texts, shapes=shapes, journal_head=journal_head, progress=tell
        )
    if format_ is None and output is None:
        for finding in findings:
            click.echo(str(finding))
    else:
        emit(_table(findings), format_, output)
    counts = {s: sum(f.severity == s for f in findings) for s in ("error", "warning", "note")}
    told = ", ".join(f"{n} {s}{'' if n == 1 else 's'}" for s, n in counts.items())
    against = f"quotes against {texts}" if texts else "no texts given, quotes not compared: --texts"
    click.echo(f"{told} ({against})", err=True)
    _tell_head(data_folder(ctx.obj))
    if counts["error"] or (strict and counts["warning"]):
        ctx.exit(1)


@click.command()
@texts_option
@click.option("--source", metavar="ID", help="Only this source.")
@output_options
@pass_data
def coverage(
    data: str | None,
    texts: Path | None,
    source: str | None,
    format_: str | None,
    output: Path | None,
) -> None:
    """List every sentence of the source texts with its claims, or the reason that it has none."""
    texts = texts or kept_texts(data_folder(data))
    if texts is None:
        raise UsageError("coverage needs the texts; give --texts DIR or set LDN_GRAPH_TEXTS")
    graph = opened(data)
    found = Texts.read(texts, graph.corpus)
    names = [graph.source(source).id] if source else sorted(found.by_source)
    tables = [
        coverages.table(graph.corpus, n, found.by_source[n]) for n in names if n in found.by_source
    ]
    if not tables:
        raise UsageError(f"{texts}: holds the text of no source; check the folder")
    rows = tuple(row for t in tables for row in t.rows)
    emit(Table(tables[0].columns, rows), chosen(format_, output), output)


def _tell_head(folder: Path) -> None:
    """Name the journal's last entry, for whoever wants to keep it."""
    with suppress(LdnError):
        journal = Journal.of(folder)
        if journal.head is not None:
            click.echo(f"journal: {journal.seq} changes up to {journal.head}", err=True)


def _table(findings: object) -> Table:
    columns = ("severity", "rule", "where", "message", "remedy")
    rows: tuple[tuple[Term | None, ...], ...] = tuple(
        tuple[ox.Literal, ...](text(getattr(f, c)) for c in columns)
        for f in findings  # type: ignore[attr-defined]
    )
    return Table(columns, rows)
