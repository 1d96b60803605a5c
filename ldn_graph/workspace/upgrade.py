"""Bringing a workspace of an earlier release to today's format: its journal, entry by entry, and
its files, as one change.

What comes out depends on the lines alone: two branches with the same lines get the same entries,
and can be merged afterwards.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ldn_graph.errors import DataError, FileError, UnknownName, Unwritable
from ldn_graph.records import corpus as corpora
from ldn_graph.records.file_format import FORMAT, format_of, upgraded
from ldn_graph.records.model import Agent
from ldn_graph.workspace import corpus_files
from ldn_graph.workspace.commit import Ledger, changes_of
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.entry import Clock, Entry, utc_now
from ldn_graph.workspace.journal import FOLDER, Journal

#: What noted the last change whose files were in place.
_DONE = "done"


def lines(workspace: Path) -> tuple[list[Entry], list[str]]:
    """The changes of an old journal as entries of today, oldest first, and what to tell.

    Raises DataError where a line is damaged or missing. The end of the last line alone may be: its
    writer was stopped, unless it is on record that the change was finished.
    """
    found: list[Entry] = []
    told: list[str] = []
    paths = _paths(workspace)
    for path in paths:
        held = _lines(path)
        for number, line in enumerate(held, 1):
            entry = _entry(line, found)
            if entry is not None:
                found.append(entry)
            elif path == paths[-1] and number == len(held) and _torn(workspace, found):
                told.append(
                    f"{path}:{number}: was not written whole, because a writer was stopped before "
                    "it could acknowledge the change; it is left out"
                )
            else:
                raise DataError(
                    [
                        f"{path}:{number}: is not change {len(found) + 1}, which is damaged or "
                        "missing; restore the journal from a copy"
                    ]
                )
    return found, told


def convert(workspace: Path) -> list[str]:
    """Make an old journal one of today, under the workspace's lock; returns what to tell.

    Stopped at any point, it is done again from the lines. Raises DataError, FileError.
    """
    entries, told = lines(workspace)
    Journal(workspace).adopt(entries)
    try:
        for path in (*_paths(workspace), workspace / FOLDER / _DONE):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise Unwritable.of(workspace / FOLDER, error) from error
    return told


def is_there(workspace: Path) -> bool:
    """Whether a workspace has a journal of 0.1 or 0.2."""
    return bool(_paths(workspace))


def _entry(line: bytes, before: list[Entry]) -> Entry | None:
    """The change of a line as the entry after those before; None where it is not that."""
    try:
        plain = json.loads(line)
        if plain.pop("seq") != len(before) + 1:
            return None
        parents = tuple(entry.id for entry in before[-1:])
        return Entry.of(plain).sealed(parents, len(before) + 1)
    except (ValueError, KeyError, AttributeError):
        return None


def _torn(workspace: Path, before: list[Entry]) -> bool:
    """Whether the change after those before was never noted as finished."""
    try:
        done = int((workspace / FOLDER / _DONE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return True
    return done <= len(before)


def _paths(workspace: Path) -> list[Path]:
    return sorted((workspace / FOLDER).glob("????-??.jsonl"))


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise FileError(
            f"{path}: can't be read ({error.strerror}); mend its permissions"
        ) from error


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade changes: from which format, which files, as they are afterwards, who may be
    named as its author, whether the journal gets another form, and what to tell."""

    since: int
    changes: Mapping[str, str | None] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    journal: bool = False
    told: tuple[str, ...] = ()

    @property
    def needed(self) -> bool:
        """Whether there is anything to do."""
        return self.journal or bool(self.changes)


def planned(folder: Path) -> Upgrade:
    """What `upgrade` would change; nothing where the files have today's format.

    Raises FileError where `folder` is no corpus, DataError where its files are of a newer release,
    or would be wrong in today's format.
    """
    path = folder / "corpus.yaml"
    if not path.is_file():
        corpora.read(folder)  # says what is missing
    texts = {name: corpus_files.text_of(folder / name) for name in corpus_files.names(folder)}
    since = format_of(path, texts["corpus.yaml"])
    _, told = lines(folder)
    old = is_there(folder)
    if since == FORMAT and not old:
        return Upgrade(since)
    new = upgraded(texts, since)
    gone = dict.fromkeys(texts.keys() - new.keys())
    changes = gone | {name: text for name, text in new.items() if texts.get(name) != text}
    return Upgrade(since, changes, State.of(folder, new).corpus.agents, old, tuple(told))


def upgrade(folder: Path, by: str, clock: Clock = utc_now) -> Upgrade:
    """Bring the workspace in `folder` to today's format, as a change by the agent `by`.

    What was edited by hand before is put on record first. Raises as `planned` does, UnknownName
    for an agent that the corpus does not have, Conflict or FileError; nothing has changed then.
    """
    plan = planned(folder)
    if plan.needed and by not in plan.agents:
        raise UnknownName.among("agent", by, plan.agents)
    if plan.needed:
        ledger = Ledger(folder)
        with ledger.locked():
            plan = planned(folder)
            convert(folder)
            ledger.catch_up()
            ledger.sweep()
            if plan.changes:
                _commit(ledger, plan, by, clock)
    return plan


def _commit(ledger: Ledger, plan: Upgrade, by: str, clock: Clock) -> None:
    changed, problems = ledger.changed_by_hand()
    if problems:
        raise DataError(problems)
    now = clock()
    if changed:
        action = "edit-by-hand" if ledger.journal.seq else "begin"
        ledger.note(Entry(now, None, action, "corpus", changes_of(changed, ledger.head)))
    files = changes_of(plan.changes, ledger.head)
    why = f"format {plan.since} → {FORMAT}"
    ledger.commit(Entry(now, by, "upgrade", "corpus", files, why=why))
