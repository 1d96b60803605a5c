"""What the verbs that write share: who acts, on which workspace, and what it answered."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ldn_graph.cli.output import past_moment
from ldn_graph.errors import BadParameter, FileError, UsageError
from ldn_graph.records import yaml_io
from ldn_graph.records.vocabularies import ReviewReason
from ldn_graph.texts.source_texts import Texts
from ldn_graph.workspace import Done, Workspace
from ldn_graph.workspace.source_texts import shelf_of

agent_option = click.option(
    "--as",
    "--by",
    "agent",
    metavar="AGENT",
    envvar="LDN_GRAPH_AGENT",
    help="Who does it: an agent of the corpus (environment: LDN_GRAPH_AGENT).",
)
expect_option = click.option(
    "--expect",
    "expected",
    metavar="DIGEST",
    help="Only if the claim is still as `review` showed it: the digest that it printed.",
)
reason_option = click.option(
    "--reason",
    "reasons",
    multiple=True,
    type=click.Choice([str(m) for m in ReviewReason]),
    help="What is wrong, from the list; give it as often as needed.",
)


def why_option(*, required: bool) -> Callable[[Any], Any]:
    """`-m TEXT`: the reason in words."""
    return click.option(
        "-m", "--why", metavar="TEXT", required=required, help="The reason, in words."
    )


def desk(data: str | None, texts: Path | None = None) -> Workspace:
    """The workspace of `--data`; `texts`: the folder of source texts that was named, if any.

    Raises UsageError without a workspace, FileError, DataError.
    """
    if data is None:
        raise UsageError(
            "the shipped corpus is read-only; make your own with `ldn-graph init DIR`, "
            "then name it: ldn-graph --data DIR … (or set LDN_GRAPH_DATA)"
        )
    if past_moment() is not None:
        raise UsageError("the past can't be changed; leave --as-of out")
    opened = Workspace.open(data, texts=texts)
    for line in (*opened.notices, *opened.problems):
        click.echo(f"ldn-graph: {line}", err=True)
    if opened.problems:
        click.echo("ldn-graph: these files are left as they are, and not in force", err=True)
    return opened


def named(agent: str | None) -> str:
    """The agent that was given. Raises UsageError without one."""
    if not agent:
        raise UsageError(
            "who does it? Give --as AGENT, or set LDN_GRAPH_AGENT; `ldn-graph agent list` names "
            "the agents, `ldn-graph agent add` adds one"
        )
    return agent


def tell(done: Done, what: str) -> None:
    """Say that a change is on disk, and what follows from it."""
    number = f"change {done.seq}" + (f", digest {done.digest}" if done.digest else "")
    click.echo(f"{what} ({number})")
    for line in done.told:
        click.echo(f"  {line}")


def fields_in(path: str) -> list[dict[str, Any]]:
    """The records in a YAML or JSON file, or on standard input (-): one, or a list of them.

    Raises FileError, DataError, BadParameter.
    """
    text = sys.stdin.read() if path == "-" else _text(Path(path))
    found = yaml_io.plain(Path("standard input" if path == "-" else path), text)
    rows = found if isinstance(found, list) else [found]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise BadParameter(f"{path}: holds no record; write one as `field: value` lines")
    return rows


def texts_of(folder: Path | None, opened: Workspace) -> Texts | None:
    """The source texts: of the folder that was named, or those that are kept beside the corpus.

    Raises FileError.
    """
    where = folder or kept_texts(opened.folder)
    return None if where is None else Texts.read(where, opened.corpus)


def kept_texts(corpus: Path) -> Path | None:
    """Where `source add --text` and the server keep texts of a corpus; None without any."""
    shelf = shelf_of(corpus)
    return shelf if any(shelf.glob("*.txt")) else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(f"{path}: can't be read ({error.strerror}); name a record file") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: not UTF-8; save the file as UTF-8") from error
