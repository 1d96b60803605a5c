"""Journals of 0.1 and 0.2, which had a line for each change in one file a month, made into today's.

What comes out depends on the lines alone: two branches with the same lines get the same entries,
and can be merged afterwards.
"""

import json
from pathlib import Path

from ldn_graph.errors import DataError, FileError, Unwritable
from ldn_graph.workspace.entry import Entry
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
