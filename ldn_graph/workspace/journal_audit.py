"""Whether a journal is as it was written: what was deleted, emptied or altered, by file.

An entry's name is the SHA-256 of its text, and each names those before it: whatever is missing
before the newest is named by one after it. The newest themselves are named in `journal/head` of
this folder, and, if that was put back too, only by a witness elsewhere: a number that somebody
kept (`expected`), a backup, or git.
"""

from collections.abc import Iterator
from pathlib import Path

from ldn_graph.records.findings import Finding, Severity
from ldn_graph.workspace import corpus_files
from ldn_graph.workspace.journal import HEAD, Journal, is_in_git

_RULE = "journal"


def audit(workspace: Path, expected: str | None = None) -> tuple[Finding, ...]:
    """What is wrong with the journal of the corpus in `workspace`; nothing where it has none.

    `expected` is the id of an entry, or how it begins, that has to be on record. No lock is taken:
    only what is found twice is told, for somebody may be writing.
    """
    first = _looked(workspace, expected)
    again = set(_looked(workspace, expected)) if first else set()
    return tuple(finding for finding in first if finding in again)


def _looked(workspace: Path, expected: str | None) -> list[Finding]:
    journal = Journal(workspace)
    found = [_told(line) for line in journal.damaged()]
    if expected is not None:
        found += _demand(journal, expected)
    if found:
        told = " ".join(f.where for f in found)
        return [
            *found,
            *(f for f in _gone(journal, certain=True) if f.message.split()[1] not in told),
        ]
    if len(journal.heads) > 1:
        return [_unmerged(journal)]
    differ = list(_differences(journal))
    return [*differ, *_gone(journal, certain=bool(differ) or not is_in_git(workspace))]


def _told(line: str) -> Finding:
    """The finding of a problem of a journal, `place: what; remedy`."""
    where, _, rest = line.partition(": ")
    message, _, remedy = rest.rpartition("; ")
    return Finding(Severity.ERROR, _RULE, f"{where}:1", message, remedy)


def _demand(journal: Journal, expected: str) -> Iterator[Finding]:
    if len(expected) < 8 or not any(name.startswith(expected) for name in journal.by_id):
        yield Finding(
            Severity.ERROR,
            _RULE,
            f"{journal.folder}:1",
            f"entry {expected} is not on record",
            "restore the journal from a copy that has it, or name at least 8 digits of an entry",
        )


def _gone(journal: Journal, *, certain: bool) -> Iterator[Finding]:
    """Entries that were the newest here once; another branch of git may have them."""
    for name in journal.gone():
        yield Finding(
            Severity.ERROR if certain else Severity.NOTE,
            "journal-end",
            f"{journal.folder / HEAD}:1",
            f"entry {name} was the newest here, and is on record no longer",
            "restore it from a copy or from git; delete this file if that is right, because an "
            "older copy was put here"
            if certain
            else "that is right on another branch of git; else restore it",
        )


def _differences(journal: Journal) -> Iterator[Finding]:
    """Files that are not as the last entry left them."""
    there = set(corpus_files.names(journal.workspace)) if journal.entries else set()
    for name in sorted(there | journal.files.keys()):
        path = journal.workspace / name
        held = journal.files.get(name, (None, ""))[0]
        if held != (corpus_files.digest(path.read_bytes()) if name in there else None):
            yield Finding(
                Severity.NOTE,
                "journal-files",
                f"{path}:1",
                "is not as the journal has it",
                "if it was edited by hand, the next change puts that on record; if not, the "
                "journal's newest entries are gone",
            )


def _unmerged(journal: Journal) -> Finding:
    return Finding(
        Severity.WARNING,
        "journal-branches",
        f"{journal.folder}:1",
        f"{len(journal.heads)} branches of the journal are not joined yet",
        f"run: ldn-graph --data {journal.workspace} merge --as AGENT",
    )
