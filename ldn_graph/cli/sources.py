"""The verbs for what a corpus cites: source; watch, saved searches whose finds wait."""

from pathlib import Path
from typing import Any, get_args

import click

from ldn_graph.cli.curation_options import agent_option, desk, fields_in, named, tell, why_option
from ldn_graph.cli.entities import value_of
from ldn_graph.cli.output import emit, opened, output_options, pass_data, texts_option
from ldn_graph.curation.policy import Permission
from ldn_graph.errors import BadFile, FileError, UnknownName, UsageError
from ldn_graph.exchange.bibliography import Cited, Found, read_found, unknown
from ldn_graph.graph import data_folder
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus, Source
from ldn_graph.table import Table, text
from ldn_graph.texts import KINDS, SourceText, read_text
from ldn_graph.texts.text import plain
from ldn_graph.web.auth.accounts import beside
from ldn_graph.workspace.publications import Publications, Watches, look_up_of
from ldn_graph.workspace.source_texts import demand_unquoted, held, keep, source_of, with_text


@click.group()
def watch() -> None:
    """Saved searches of PubMed. Nothing runs by itself: a timer of yours starts `watch run`, and
    corpus.yaml turns looking up on (`look_up: {contact: name@example.org}`)."""


@watch.command("save")
@click.argument("name")
@click.argument("query")
@agent_option
@pass_data
def save(data: str | None, name: str, query: str, agent: str | None) -> None:
    """Save QUERY, in PubMed's words, under NAME; of a name that is there, change its query.

    \b
    EXAMPLE
      ldn-graph watch save ldn '"low dose naltrexone"[tiab]' --as ann
    """
    desk_, by = desk(data), named(agent)
    desk_.permitted(by, Permission.RECORDS, "save searches")
    Watches(desk_.folder).save(name, query, by=by)
    click.echo(f"saved {name}")


@watch.command("drop")
@click.argument("name")
@agent_option
@pass_data
def drop(data: str | None, name: str, agent: str | None) -> None:
    """Forget a search; what it found stays on the desk."""
    desk_ = desk(data)
    desk_.permitted(named(agent), Permission.RECORDS, "drop searches")
    Watches(desk_.folder).drop(name)
    click.echo(f"dropped {name}")


@watch.command("list")
@output_options
@pass_data
def list_(data: str | None, format_: str | None, output: Any) -> None:
    """The saved searches, and when each ran last."""
    rows = tuple(
        tuple(map(text, (s.name, s.query, s.by, s.ran or "")))
        for s in Watches(desk(data).folder).saved()
    )
    emit(Table(("search", "query", "saved_by", "ran"), rows), format_, output)


@watch.command("run")
@click.argument("names", metavar="[NAME]…", nargs=-1)
@pass_data
def run(data: str | None, names: tuple[str, ...]) -> None:
    """Ask PubMed every saved search, or those that are named; what is new waits on the desk."""
    desk_ = desk(data)
    allowed = look_up_of(desk_.corpus)
    watches = Watches(desk_.folder)
    chosen = names or tuple(s.name for s in watches.saved())
    if not chosen:
        raise UsageError("no search is saved; `ldn-graph watch save NAME QUERY` saves one")
    for name in chosen:
        done = watches.run(name, desk_.corpus, allowed)
        click.echo(f"{name}: {done.new} new{f'; {done.told}' if done.told else ''}")


@watch.command("new")
@output_options
@pass_data
def new(data: str | None, format_: str | None, output: Any) -> None:
    """What was found and waits: by which search, and what it is."""
    desk_ = desk(data)
    rows = tuple(
        tuple(map(text, (w.pmid, w.search, w.at, w.words)))
        for w in Watches(desk_.folder).waiting(desk_.corpus)
    )
    emit(Table(("pmid", "search", "found", "publication"), rows), format_, output)


@watch.command("set-aside")
@click.argument("pmid")
@why_option(required=True)
@agent_option
@pass_data
def set_aside(data: str | None, pmid: str, why: str, agent: str | None) -> None:
    """Have a publication off the desk for good, with the reason."""
    desk_, by = desk(data), named(agent)
    desk_.permitted(by, Permission.DRAFT, "set publications aside")
    Watches(desk_.folder).set_aside(pmid, by=by, why=why)
    click.echo(f"{pmid} is set aside")


#: The types that a source may have.
TYPES = get_args(Source.model_fields["type"].annotation)


@click.group()
def source() -> None:
    """Add to what a corpus of your own cites, or mark a source as retracted."""


@source.command()
@click.option(
    "--from",
    "records",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Records of PubMed, RIS, BibTeX, CSL-JSON, Web of Science or EndNote.",
)
@click.option(
    "--look-up",
    "identifier",
    metavar="PMID|DOI",
    help="Ask PubMed or Crossref, where corpus.yaml has look_up.",
)
@click.option(
    "--text",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"The text itself: FILE with the ending {', '.join(KINDS)}.",
)
@click.option("--id", "name", metavar="ID", help="Id of a single record; by default author-year.")
@click.option("--title", metavar="TEXT", help="Of a text without a record; by default its own.")
@click.option(
    "--type",
    "kind",
    type=click.Choice(TYPES),
    default="webpage",
    help="Of a text without a record.",
)
@click.option("--partial", is_flag=True, help="Add the records that are right, leave the others.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@texts_option
@agent_option
@pass_data
def add(
    data: str | None,
    records: Path | None,
    identifier: str | None,
    file: Path | None,
    name: str | None,
    title: str | None,
    kind: str,
    partial: bool,
    dry_run: bool,
    texts: Path | None,
    agent: str | None,
) -> None:
    """Add the publications in a record FILE to the corpus, one file each, or none of them; or one
    publication with its text.

    PubMed, Embase, Scopus, Web of Science, Cochrane, Zotero, EndNote, Mendeley, JabRef and others
    export records; which format a file has is told by what is in it. A record that can't be read,
    or that the corpus has already by PMID, DOI or title, is named with its line; --partial adds
    the others. What a record does not say stays empty.

    Of a text, the corpus gets the digest and the length. The text itself goes to the folder of
    source texts (--texts), or else into `.ldn-graph/texts` of the corpus, which git ignores. The
    abstract of a record is such a text, until its full text is given.

    \b
    EXAMPLES
      ldn-graph --data my-corpus source add --from pubmed.nbib --dry-run
      ldn-graph --data my-corpus source add --from trial.ris --id younger-2013 --as ann
      ldn-graph --data my-corpus source add --from trial.ris --text trial.pdf --as ann
      ldn-graph --data my-corpus source add --text page.html --type webpage --as ann
      ldn-graph --data my-corpus source add --look-up 23188075 --as ann
    """
    if (records is None and identifier is None and file is None) or (records and identifier):
        raise UsageError(
            "give --from FILE (a record) or --look-up PMID, --text FILE (the text), or both"
        )
    open_ = None if dry_run else desk(data)
    by = None if open_ is None else named(agent)
    corpus = (opened(data) if open_ is None else open_).corpus
    known = corpus.sources.values()
    text = None if file is None else _text(file)
    looked_up = None if identifier is None else _looked_up(data, identifier, corpus)
    found = looked_up or (
        Found((Cited(source_of(text, kind, file.name, title), file.name),))
        if records is None and file is not None and text is not None
        else read_found(records or Path())
    )
    cited, known_already = unknown(found.cited, known, name)
    if text is not None and len(cited) > 1:
        raise UsageError(f"one text, but {len(cited)} records; add them apart")
    left = _left((*found.refused, *known_already), len(cited), partial=partial)
    added = [_with_text(one, text) for one in cited]
    for line in (*found.remarks, *left):
        click.echo(f"ldn-graph: {line}", err=True)
    if open_ is None or by is None:
        for one, _ in added:
            click.echo(f"# sources/{one.id}.yaml\n{corpora.dump(one)}")
        click.echo("nothing written; leave --dry-run out to write", err=True)
        return
    held_texts = {one.id: its_text for one, its_text in added if its_text is not None}
    why = f"from {identifier or (records or file or Path()).name}"
    with held(_shelf(texts, open_.folder), held_texts) as written:
        open_.add([one for one, _ in added], by=by, why=why)
    for path in written:
        click.echo(f"wrote {path}")
    for one, _ in added:
        click.echo(f"wrote {open_.folder / 'sources' / one.id}.yaml{_remark(one)}")
    click.echo(
        "next: cite each by its id in a claim's evidence, or say why not in `unused_because`; "
        f"then: ldn-graph --data {open_.folder} check"
    )


def _looked_up(data: str | None, identifier: str, corpus: Corpus) -> Found:
    """The publication of a PMID or DOI. Raises NotAllowed where nothing may be looked up."""
    allowed = look_up_of(corpus)
    return Publications(data_folder(None if data is None else Path(data))).find(identifier, allowed)


@source.command("text")
@click.argument("name", metavar="SOURCE")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@why_option(required=False)
@texts_option
@agent_option
@pass_data
def text_(
    data: str | None,
    name: str,
    file: Path,
    why: str | None,
    texts: Path | None,
    agent: str | None,
) -> None:
    """Give a source that has no text yet its text, out of a FILE: plain text, Markdown, HTML, PDF
    or Word. Quotes are then compared with it.

    \b
    EXAMPLE
      ldn-graph --data my-corpus source text younger-2013 trial.pdf --as ann
    """
    open_ = desk(data)
    by = named(agent)
    old = open_.corpus.sources.get(name)
    if old is None:
        raise UnknownName.among("source", name, open_.corpus.sources)
    found = _text(file)
    new = with_text(old, found)
    demand_unquoted(old, found, open_.corpus)
    replaced = old.text_sha256 if old.text_part else None
    shelf = _shelf(texts, open_.folder)
    if new == old:
        click.echo(f"wrote {keep(shelf, old.id, found)}")
        return
    reason = why or f"its text, from {file.name}"
    with held(shelf, {old.id: found}, instead_of=replaced) as written:
        done = open_.change(new, by=by, why=reason, expected=open_.digest(old))
    click.echo(f"wrote {written[0]}")
    tell(done, f"recorded {found.length} characters of {old.id}")


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


@source.command()
@click.argument("name", metavar="SOURCE")
@why_option(required=True)
@agent_option
@pass_data
def reinstate(data: str | None, name: str, why: str, agent: str | None) -> None:
    """Let a retracted source count again, with the reason."""
    done = desk(data).reinstate_source(name, by=named(agent), why=why)
    tell(done, f"{name} counts again")


def _left(lines: tuple[str, ...], right: int, *, partial: bool) -> tuple[str, ...]:
    """The lines about records that are not added. Raises BadFile unless `partial` lets the others
    in."""
    if not lines or (partial and right):
        return lines
    told = f"nothing was added; {right} records are right, --partial adds them"
    raise BadFile(*lines, told if right else "nothing was added")


def _with_text(cited: Cited, text: SourceText | None) -> tuple[Source, SourceText | None]:
    """The source with its text: the one that was given, else its abstract."""
    if text is not None:
        return with_text(cited.source, text), text
    if cited.abstract is None:
        return cited.source, None
    abstract = plain(cited.abstract)
    return with_text(cited.source, abstract, "abstract"), abstract


def _text(path: Path) -> SourceText:
    try:
        return read_text(path.read_bytes(), path.name)
    except OSError as error:
        raise FileError(f"{path}: can't be read ({error.strerror}); name a text") from error


def _shelf(texts: Path | None, folder: Path) -> Path:
    """Where texts are kept. Raises UsageError for a place among the corpus's records."""
    own = beside(folder).parent
    if texts is None:
        return own / "texts"
    inside = texts.resolve().is_relative_to(folder.resolve())
    if inside and not texts.resolve().is_relative_to(own.resolve()):
        raise UsageError(
            f"{texts}: lies in the corpus, where no full text belongs; name a folder outside, or "
            "leave --texts out"
        )
    return texts


def _remark(added: Source) -> str:
    """What the curator has to know about the file, or to fill in."""
    if added.retracted:
        return " (retracted: it will count nothing)"
    if added.design is None:
        return " (the record names no design: fill in `design`)"
    return ""
