"""The verb that proposes draft claims: suggest."""

import datetime as dt
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ldn_graph import files
from ldn_graph.cli.output import emit, opened, pass_data, write
from ldn_graph.errors import DataError, FileError, UsageError
from ldn_graph.graph import data_folder
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus, Source
from ldn_graph.suggest import AGENT, Suggestion, drafts, new_entities
from ldn_graph.suggest import suggest as suggested
from ldn_graph.suggest.suggestion import UNNAMED
from ldn_graph.table import Table, text
from ldn_graph.workspace.rejected_suggestions import RejectedSuggestions, key_of

_COLUMNS = ("score", "subject", "relation", "object", "direction", "certainty", "start", "quote")
_FORMATS = ("text", "table", "tsv", "csv", "json", "yaml")


@click.command()
@click.argument("source_text", metavar="TEXT")
@click.option("--source", metavar="ID", help="Id of the text's source record.")
@click.option(
    "--new",
    type=click.Choice(["none", "one", "both"]),
    default="one",
    show_default=True,
    help="At how many ends of a claim an entity may stand that the corpus does not have.",
)
@click.option(
    "--min-score",
    metavar="N",
    type=click.IntRange(0, 100),
    default=0,
    help="Leave out what scores less.",
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="Form of the output.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the drafts as YAML files to DIR, new or empty.",
)
@pass_data
def suggest(
    data: str | None,
    source_text: str,
    source: str | None,
    new: str,
    min_score: int,
    format_: str,
    output: Path | None,
) -> None:
    """Propose draft claims from TEXT, a file in UTF-8 or - for standard input.

    Rules over the corpus's dictionary: offline, and the same for the same text. What it prints are
    drafts by an automated agent for a person to read against the text; it misses claims and gets
    some wrong (docs/suggest.md). Needs the extra `suggest`: pip install 'ldn-graph[suggest]'.

    \b
    EXAMPLES
      ldn-graph suggest article.txt
      ldn-graph suggest article.txt -f json | jq '.[].quote.exact'
      ldn-graph suggest - < abstract.txt
      ldn-graph --data my-corpus suggest article.txt --source smith-2024 -o drafts
    """
    whole = _read(source_text)
    graph = opened(data)
    found = suggested(whole, graph.corpus, rule=graph.rule, source=source or UNNAMED, new=new)  # type: ignore[arg-type]
    found = tuple(s for s in found if s.score >= min_score)
    if data is not None and source is not None:
        found = _not_rejected(found, data, source)
    if output is not None:
        if source is None:
            source = _source_id(source_text)
            found = tuple(s.from_source(source) for s in found)
        _save(found, graph.corpus, source, whole, output)
        return
    if format_ == "text":
        write(_told(found, whole), None)
    elif format_ == "json":
        write(json.dumps([s.as_dict() for s in found], ensure_ascii=False, indent=2), None)
    elif format_ == "yaml":
        write(corpora.dump(drafts(found, _today())) if found else "[]", None)
    else:
        emit(_table(found), format_, None)
    click.echo(f"{len(found)} suggestions, all drafts: read each against the text", err=True)


def _not_rejected(found: tuple[Suggestion, ...], data: str, source: str) -> tuple[Suggestion, ...]:
    """Those that no curator of the corpus has rejected."""
    keys = {r.key for r in RejectedSuggestions(data_folder(data)).of(source)}
    left = tuple(s for s in found if key_of(s, source) not in keys)
    if len(left) < len(found):
        click.echo(f"{len(found) - len(left)} left out that were rejected", err=True)
    return left


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).date()


def _read(name: str) -> str:
    """The text, its characters as they are: offsets count them."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return raw.decode("utf-8")
    except OSError as error:
        raise FileError(f"{name}: can't be read ({error.strerror}); name a text file") from error
    except UnicodeDecodeError as error:
        raise DataError([f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8"]) from error


def _source_id(name: str) -> str:
    stem = "" if name == "-" else Path(name).stem
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:80].strip("-") or UNNAMED


def _told(found: Iterable[Suggestion], whole: str) -> str:
    """The suggestions to read: each with its quote, in which the parts are marked."""
    lines: list[str] = []
    section: str | None = ""
    for one in found:
        if one.section != section:
            section = one.section
            lines += [f"── {_clean(section or 'before the first heading')}", ""]
        known = f" · the corpus has it: {one.known}" if one.known else ""
        doubt = "" if one.direction == "supports" else f" · {one.direction}"
        lines += [
            f"{one.subject.label}{_new(one.subject.new)} → {one.predicate} → "
            f"{one.object.label}{_new(one.object.new)}",
            f"    {one.certainty}{doubt} · {', '.join(one.basis)}{_narrowed(one)} · "
            f"score {one.score}{known}",
            f"    {one.quote.start}–{one.quote.end} “{_marked(one, whole)}”",
            f"    because {'; '.join(map(_clean, one.reasons))}",
            "",
        ]
    legend = "[subject] {relation} [object] ~hedge~ !negation!"
    return "\n".join(
        [*lines, f"Drafts by {AGENT.id}. In the quotes: {legend}. Not medical advice."]
    )


def _new(is_new: bool) -> str:
    return " (NEW entity)" if is_new else ""


def _narrowed(one: Suggestion) -> str:
    told = [
        f"{k.replace('_', ' ')}: {v}"
        for k, v in one.qualifiers.model_dump(mode="json", exclude_none=True).items()
    ]
    told += [f"dose: {one.dose.text}"] if one.dose else []
    return f" · {', '.join(told)}" if told else ""


def _marked(one: Suggestion, whole: str) -> str:
    """The quote with its parts in marks; a part inside another is left unmarked."""
    start, end = one.quote.start or 0, one.quote.end or 0
    parts = [
        *((e.pointing or e.span, "[]") for e in (one.subject, one.object)),
        (one.trigger, "{}"),
        *((c, "~~") for c in one.cues),
        *((c, "!!") for c in one.negations),
    ]
    told, at = "", start
    for span, marks in sorted(parts, key=lambda p: (p[0].start or 0, -(p[0].end or 0))):
        first, last = span.start or 0, span.end or 0
        if first < at or last > end:
            continue
        told += f"{whole[at:first]}{marks[0]}{whole[first:last]}{marks[1]}"
        at = last
    return _clean(told + whole[at:end])


def _clean(words: str) -> str:
    """One line, without what would move a terminal's cursor or turn its direction."""
    return "".join(c if c.isprintable() else " " for c in words)


def _table(found: Iterable[Suggestion]) -> Table:
    rows = tuple(
        tuple(
            text(_clean(str(v)))
            for v in (
                s.score, s.subject.id, s.predicate, s.object.id, s.direction, s.certainty,
                s.quote.start, s.quote.exact,
            )
        )
        for s in found
    )  # fmt: skip
    return Table(_COLUMNS, rows)


def _save(
    found: tuple[Suggestion, ...], corpus: Corpus, source: str, whole: str, folder: Path
) -> None:
    """The drafts with what they name and the corpus lacks, below a new or empty folder."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: not empty; name a new folder, so that nothing is overwritten")
    claims = drafts(found, _today())
    entities = new_entities(found, corpus)
    targets = {folder / "claims" / f"{c.id}.yaml": corpora.dump(c) for c in claims}
    if entities:
        targets[folder / "entities" / "suggested.yaml"] = corpora.dump(entities)
    if source not in corpus.sources:
        targets[folder / "sources" / f"{source}.yaml"] = corpora.dump(_record(source, whole))
    if AGENT.id not in corpus.agents:
        targets[folder / "agents.yaml"] = corpora.dump((AGENT,))
    for path, content in targets.items():
        files.write_text(path, content)
    click.echo(
        f"wrote {len(claims)} drafts and {len(entities)} new entities to {folder}; "
        "read them against the text before you take any into a corpus",
        err=True,
    )


def _record(source: str, whole: str) -> Source:
    """What is known of a text that no record describes: its words, and nothing else."""
    return Source(
        id=source,
        type="webpage",
        title=f"Text {source}",
        text_sha256=hashlib.sha256(whole.encode("utf-8")).hexdigest(),
        text_length=len(whole) or None,
        note="A stub by ldn-graph suggest: fill in type, title, author and date from the text.",
    )
