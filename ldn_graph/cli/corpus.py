"""The verbs for a corpus as a whole: init, check, merge, backup, upgrade, schema, …."""

import json
import re
import shutil
from contextlib import suppress
from pathlib import Path

import click
import pyoxigraph as ox

from ldn_graph import files
from ldn_graph.cli.curation_options import agent_option, kept_texts, named, why_option
from ldn_graph.cli.entities import value_of
from ldn_graph.cli.output import (
    chosen,
    emit,
    opened,
    output_options,
    pass_data,
    progress,
    texts_option,
)
from ldn_graph.cli.output import write as write_out
from ldn_graph.errors import BadParameter, FileError, LdnError, UnknownName, UsageError
from ldn_graph.exchange import schemas
from ldn_graph.graph import data_folder
from ldn_graph.records import corpus as corpora
from ldn_graph.records.file_format import FORMAT
from ldn_graph.records.identifiers import slug_of
from ldn_graph.records.model import Agent, Corpus, Description
from ldn_graph.records.vocabularies import AgentKind, AgentRole
from ldn_graph.table import Table, Term, text
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation import coverage as coverages
from ldn_graph.workspace import backup as backups
from ldn_graph.workspace.backup import Backup
from ldn_graph.workspace.journal import Journal
from ldn_graph.workspace.merge import form_name
from ldn_graph.workspace.merge import merge as carry_out_merge
from ldn_graph.workspace.upgrade import planned
from ldn_graph.workspace.upgrade import upgrade as carry_out

_PERSON = re.compile(r"\s*([^<>]+?)\s*(?:<([^<>]*)>)?\s*")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--empty", is_flag=True, help="Begin with nothing: no claims, people or words of ours."
)
@click.option("--title", metavar="TEXT", help="What the corpus is called.")
@click.option("--me", metavar="NAME <ORCID>", help="Who you are: its first admin.")
@click.option(
    "--base", metavar="URL", help="What its addresses begin with, if it is to be published."
)
@pass_data
def init(
    data: str | None, folder: Path, empty: bool, title: str | None, me: str | None, base: str | None
) -> None:
    """Make a corpus of your own in DIR: a copy of the shipped one, or an empty one.

    \b
    EXAMPLE
      ldn-graph init my-corpus --empty --title "Vitamin D and sleep" \\
          --me "Ann K. <0000-0002-1825-0097>"
      ldn-graph --data my-corpus serve --curate
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileError(f"{folder}: is there already and not empty; name a new folder")
    person = None if me is None else agent_of(me)
    corpus = _empty(folder, title, base) if empty else _copy(opened(data).corpus, title, base)
    if person is not None:
        corpus = corpus.model_copy(update={"agents": {**corpus.agents, person.id: person}})
    files.fill_folder(folder, lambda draft: _save(corpus, draft))
    click.echo(f"made {folder}; next: ldn-graph --data {folder} check")
    if person is not None:
        click.echo(f"you are {person.id} there; to write in a browser: ldn-graph --data {folder} "
                   "serve --curate")  # fmt: skip


def agent_of(me: str) -> Agent:
    """The admin that `Name <orcid>` names. Raises BadParameter, DataError for a wrong ORCID."""
    match = _PERSON.fullmatch(me)
    name = slug_of(match[1]) if match else ""
    if match is None or not name:
        raise BadParameter(
            f"{me!r}: write your name, and your ORCID in angle brackets if you have one: "
            '"Ann K. <0000-0002-1825-0097>"; for a name in other letters use `agent add`'
        )
    orcid = (match[2] or "").strip().removeprefix("https://orcid.org/") or None
    fields = {"id": name, "name": match[1], "kind": AgentKind.PERSON, "orcid": orcid,
              "roles": (AgentRole.ADMIN,)}  # fmt: skip
    agent: Agent = value_of(Agent, fields)
    return agent


def _empty(folder: Path, title: str | None, base: str | None) -> Corpus:
    """A corpus without anything of ours; a base that nobody owns stands in for one of its own."""
    name = slug_of(folder.resolve().name) or "corpus"
    base = base or f"https://example.org/{name}/"
    called = title or folder.resolve().name
    fields = {
        "title": called,
        "description": f"What texts claim: {called}.",
        "base": base,
        "version": "0.1.0",
        "license": f"{base}no-licence-chosen-yet",
        "disclaimer": "This graph records what texts claim. It is not medical advice.",
    }
    return Corpus(description=value_of(Description, fields))


def _copy(corpus: Corpus, title: str | None, base: str | None) -> Corpus:
    given = {k: v for k, v in (("title", title), ("base", base)) if v is not None}
    fields = corpus.description.model_dump(mode="json") | given
    return corpus.model_copy(update={"description": value_of(Description, fields)})


def _save(corpus: Corpus, folder: Path) -> None:
    corpora.save(corpus, folder)
    for name in ("strength.yaml", "review.yaml"):
        shutil.copyfile(files.root() / "data" / name, folder / name)


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


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@agent_option
@pass_data
def upgrade(data: str | None, dry_run: bool, agent: str | None) -> None:
    """Bring the files of a corpus, made by an earlier ldn-graph, to the format of this one.

    Its files change as one change of its journal; what was there before can still be read with
    --as-of.
    A corpus of a newer ldn-graph is left alone.

    \b
    EXAMPLE
      ldn-graph --data my-corpus upgrade --as ann
    """
    if data is None:
        raise UsageError("the shipped corpus needs no upgrade; name yours: ldn-graph --data DIR")
    folder = Path(data)
    plan = planned(folder)
    if not plan.needed:
        click.echo(f"{folder}: has format {FORMAT} already", err=True)
        return
    if not dry_run:
        if not agent:
            raise UsageError(f"who does it? Give --as with one of: {', '.join(plan.agents)}")
        plan = carry_out(folder, agent)
    told = "would be changed" if dry_run else "changed"
    click.echo(f"{folder}: format {plan.since} → {FORMAT}; {told}:", err=True)
    for line in plan.told:
        click.echo(line, err=True)
    if plan.journal:
        click.echo("its journal gets a file for each change", err=True)
    for name in sorted(plan.changes):
        click.echo(name)


@click.command()
@click.argument("name", metavar="[NAME]", required=False)
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write all of them into DIR, and print what to tell the editor.",
)
def schema(name: str | None, folder: Path | None) -> None:
    """Print the schema NAME, or list what there is; with --write, write all of them.

    An editor with the YAML language server (VS Code's YAML extension, neovim, Emacs) then completes
    fields, relations and other closed words while you type, and marks what is wrong.

    \b
    EXAMPLE
      ldn-graph schema --write my-corpus/.schema > my-corpus/.vscode/settings.json
    """
    known = schemas.texts()
    if folder is not None:
        schemas.write(folder)
        click.echo(json.dumps(schemas.editor_settings(f"./{folder.name}"), indent=2))
    elif name is None:
        for file in known:
            click.echo(file.removesuffix(".schema.json"))
    else:
        if f"{name}.schema.json" not in known:
            names = [file.removesuffix(".schema.json") for file in known]
            raise UnknownName.among("schema", name, names, see="ldn-graph schema")
        write_out(known[f"{name}.schema.json"], None)


@click.command()
@click.argument("other", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@why_option(required=False)
@agent_option
@pass_data
@click.pass_context
def merge(
    ctx: click.Context,
    data: str | None,
    other: Path | None,
    dry_run: bool,
    why: str | None,
    agent: str | None,
) -> None:
    """Join two branches of a corpus after `git merge`, or take in the corpus in DIR.

    Who did what, when and why stays on record of both sides. What both changed stays as it is
    here and is listed: a claim of the other side lies among your unfinished forms then. Exit 7
    where there is such a clash.

    \b
    EXAMPLES
      git merge other-branch ; ldn-graph --data . merge --as ada
      ldn-graph --data my-corpus merge their-corpus --as ada -m "one corpus from now on"
    """
    if data is None:
        raise UsageError("the shipped corpus is read-only; name yours: ldn-graph --data DIR merge")
    by = named(agent)
    done = carry_out_merge(Path(data), by, other, why=why, dry_run=dry_run)
    changes = f"{done.new} change{'' if done.new == 1 else 's'} of the other side"
    if done.entry is None:
        click.echo(f"{changes} would be joined; these files would differ:")
    else:
        click.echo(f"joined {changes} (change {done.entry.seq}); these files differ:")
    for name in done.files:
        click.echo(f"  {name}")
    for clash in done.clashes:
        kept = "" if clash.theirs is None else f"; theirs is in your form {form_name(clash.theirs)}"
        click.echo(f"{clash.record}: both sides had changed it; it stays as here{kept}", err=True)
    for line in done.told:
        click.echo(line, err=True)
    if done.clashes:
        ctx.exit(7)


_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", metavar="FILE.zip", type=_FILE)
@click.option("--verify", is_flag=True, help="Read a backup that is there, and write nothing.")
@pass_data
def backup(data: str | None, file: Path, verify: bool) -> None:
    """Write a corpus to one file, and read it again; others may go on writing.

    It holds everything in the folder: records, journal, unfinished forms, texts, and the accounts
    of curators with the hashes of their passwords, so keep it as you keep the server.

    \b
    EXAMPLES
      ldn-graph --data my-corpus backup my-corpus-2026-12-01.zip
      ldn-graph backup --verify my-corpus-2026-12-01.zip
    """
    if verify:
        _tell(file, backups.verify(file), "is whole")
        return
    if data is None:
        raise UsageError("the shipped corpus needs no backup; name yours: ldn-graph --data DIR")
    _tell(file, backups.backup(Path(data), file), "written and read again")


@click.command()
@click.argument("file", metavar="FILE.zip", type=_FILE)
@click.argument("folder", metavar="DIR", type=_FILE)
def restore(file: Path, folder: Path) -> None:
    """Make the folder DIR, which must be empty or not be there, of a backup.

    Nothing is made where anything in the backup is not as it was written.
    """
    _tell(folder, backups.restore(file, folder), f"restored from {file}")


def _tell(path: Path, found: Backup, what: str) -> None:
    journal = f", {found.changes} changes up to {found.head}" if found.head else ""
    click.echo(f"{path}: {what}: {found.files} files, {found.size} bytes{journal}")
