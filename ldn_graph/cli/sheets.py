"""The verbs about sheets that people fill in a spreadsheet program: import, template."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import click

from ldn_graph import files
from ldn_graph.cli.curation_options import agent_option, desk, named, why_option
from ldn_graph.cli.output import opened, pass_data
from ldn_graph.errors import FileError, UnknownName, UsageError, require
from ldn_graph.exchange.sheets import comma
from ldn_graph.exchange.sheets.drafts import Drafts, drafts
from ldn_graph.exchange.sheets.files import ENDINGS, read_rows, write_refused
from ldn_graph.exchange.sheets.values import changes
from ldn_graph.records.model import Corpus
from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.auth.accounts import beside
from ldn_graph.workspace.sheet_import import TOLD, demand_right, take


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
    if sheet.suffix.lower() == ".csv" and (remark := comma.remark(content, sheet.name)):
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
