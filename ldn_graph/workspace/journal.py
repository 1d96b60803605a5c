"""The journal of a workspace: one file for each change, written whole or not at all, never again.

    journal/2026-11/23T093012-<id>.json   a change, by day and time; its id is the SHA-256 of it
    journal/head                          the newest that is known here; out of git, as the lock is

Two branches of a repository, or two copies of a folder, therefore hold different files, and any
program that merges folders merges journals. Each entry names those that it follows.
"""

import contextlib
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ldn_graph.errors import DataError, FileError, Unwritable
from ldn_graph.files import sync_folder, write_all
from ldn_graph.workspace.entry import Entry, Missing, files_at, in_order, name_of, newest, put

FOLDER = "journal"
HEAD = "head"
_NAME = re.compile(r"\d\dT\d{6}-([0-9a-f]{64})\.json")
#: What no copy of the folder needs.
_IGNORED = (
    b"# of this folder alone: the lock, and what was last known to be on record\n"
    b"lock\nhead\n.*\n!.gitignore\n"
)
#: A folder that changed so lately (ns) may change again without another time stamp.
RACY = 2_000_000_000


class Journal:
    """Reads and appends entries. Whoever appends holds the workspace's lock; to read takes none."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.folder = workspace / FOLDER
        #: Every entry in order, without texts.
        self.entries: list[Entry] = []
        #: The entries that no other follows: one, or several where branches are to be joined.
        self.heads: tuple[str, ...] = ()
        #: File → its digest and the entry that holds its text, as the first head leaves it.
        self.files: dict[str, tuple[str, str]] = {}
        #: Id → entry, as in `entries`.
        self.by_id: dict[str, Entry] = {}
        self._stamps: dict[Path, int] = {}
        self._known = ""

    @property
    def seq(self) -> int:
        """The number of the last change; 0 where there is none."""
        return len(self.entries)

    @property
    def head(self) -> str | None:
        """The id of the change that left the state in force."""
        return self.heads[0] if self.heads else None

    @classmethod
    def of(cls, workspace: Path) -> "Journal":
        """The journal as it is now. Raises DataError as `catch_up`."""
        found = cls(workspace)
        try:
            found.catch_up()
        except DataError:  # a change may have come while months were listed one after another
            found = cls(workspace)
            found.catch_up()
        return found

    def catch_up(self) -> list[Entry]:
        """Read what was added since; returns the new entries in order, without texts.

        Raises DataError where an entry was altered, or one is missing that another names.
        """
        self._refuse_old()
        if any(not self.path(self.by_id[name]).exists() for name in self.heads):
            self._forget()  # another branch was checked out, or another copy put here
        noted = self.noted()
        new = self._new(noted)
        self._known = noted
        if noted and not new and not self.entries and not is_in_git(self.workspace):
            raise DataError(
                [
                    f"{self.folder}: its entries are gone, and `{HEAD}` names some; restore them "
                    "from a copy, or delete the folder to begin a journal anew"
                ]
            )
        if new and self._continue(new):
            return self.entries[-len(new) :]
        if new:
            self._arrange(new)
        names = {entry.id for entry in new}
        return [entry for entry in self.entries if entry.id in names] if new else []

    def damaged(self) -> list[str]:
        """Read all of the journal; what is wrong with it, a line each, `place: what; remedy`."""
        found: list[str] = []
        try:
            self._refuse_old()
        except DataError as error:
            found += error.problems
        known: dict[str, Entry] = {}
        altered: set[str] = set()
        for path in _files(self.folder):
            try:
                entry = _entry(path).light()
                known[entry.id] = entry
            except (DataError, FileError) as error:
                found += str(error).split("\n")
                altered.add(path.stem.rpartition("-")[2])
        for entry in known.values():
            gone = [p for p in entry.parents if p not in known and p not in altered]
            found += [_missing(self, Missing(name, entry)) for name in gone]
        if found:
            self.by_id = known
        else:
            self._arrange(list(known.values()))
        return found

    def gone(self) -> list[str]:
        """Entries that are noted as the newest of once, and are on record no longer."""
        return [name for name in self.noted().split() if name not in self.by_id]

    def full(self, entry: Entry) -> Entry:
        """An entry with its texts. Raises DataError where it was altered."""
        return replace(_entry(self.path(entry)), seq=entry.seq)

    def texts(self, files: Mapping[str, str] | None = None) -> dict[str, str]:
        """File → text, of `files` (file → the entry that holds it), or of the state in force."""
        held = files if files is not None else {f: name for f, (_, name) in self.files.items()}
        found: dict[str, str] = {}
        for name in dict.fromkeys(held.values()):
            for change in self.full(self.by_id[name]).files:
                if held.get(change.path) == name and change.text is not None:
                    found[change.path] = change.text
        return found

    def texts_at(self, entry: Entry) -> dict[str, str]:
        """File → text, as they were after a change."""
        files = files_at(self.by_id, entry.id)
        return self.texts({file: name for file, (_, name) in files.items()})

    def is_last(self) -> bool:
        """Whether nothing was added that is not known here: no lock needed."""
        if self.noted() != self._known:
            return False
        return {path: _stamp(path) for path in _months(self.folder)} == self._stamps

    def sealed(self, entry: Entry) -> Entry:
        """The entry as the next one, after the head."""
        return entry.sealed(self.heads[:1], self.seq + 1)

    def append(self, entry: Entry) -> None:
        """Have a sealed entry on disk, or leave the journal as it was. Raises FileError."""
        path = self.path(entry)
        try:
            self._prepare(path.parent)
            write_whole(path, entry.text())
        except OSError as error:
            raise Unwritable.of(path, error, undone=", so nothing was changed") from error
        self._stamps[path.parent] = _stamp(path.parent)
        if not self._continue([entry.light()]):
            self._arrange([entry.light()])

    def adopt(self, entries: Iterable[Entry]) -> None:
        """Have sealed entries of another journal on disk, each after its parents. Raises
        FileError."""
        found = []
        try:
            for entry in entries:
                path = self.path(entry)
                self._prepare(path.parent)
                part = path.with_name(f".{path.name}.part")
                part.write_bytes(entry.text())
                part.replace(path)
                found.append(entry.light())
            os.sync()  # one for all of them
        except OSError as error:
            raise Unwritable.of(self.folder, error) from error
        self._arrange(found)

    def take_back(self) -> None:
        """Undo the last `append`, whose files could not be put in place. Raises OSError."""
        entry = self.entries[-1]
        path = self.path(entry)
        path.unlink()
        sync_folder(path.parent)
        self._stamps[path.parent] = _stamp(path.parent)
        del self.by_id[entry.id]
        self._arrange([])

    def finish(self) -> None:
        """Note that the files of the head are in place; lost, it is only looked at again.

        What was noted and is not in this journal stays noted: it tells what is missing, or, in git,
        what another branch has.
        """
        text = "".join(f"{name}\n" for name in (*self.gone()[-99:], *self.heads[:1]))
        neighbour = self.folder / f".{HEAD}.{os.getpid()}.part"
        with contextlib.suppress(OSError):  # a full disk must not undo what is on it
            neighbour.write_text(text, encoding="ascii")
            neighbour.replace(self.folder / HEAD)
            self._known = text

    def noted(self) -> str:
        """The file `head`: ids, one a line, the last of them in force here; empty without it."""
        try:
            return (self.folder / HEAD).read_text(encoding="ascii")
        except (OSError, ValueError):
            return ""

    def path(self, entry: Entry) -> Path:
        """The file of an entry."""
        return self.folder / f"{entry.at:%Y-%m}" / f"{entry.at:%dT%H%M%S}-{entry.id}.json"

    def sweep(self) -> None:
        """Remove what killed writers left: no entry, for an entry has its name from the first."""
        for left in ("????-??/.*.part", ".*.part"):
            for path in self.folder.glob(left):
                path.unlink(missing_ok=True)

    def _prepare(self, month: Path) -> None:
        ignore = self.folder / ".gitignore"
        if not ignore.exists():
            write_whole(ignore, _IGNORED)
        if not month.is_dir():
            month.mkdir()
            sync_folder(self.folder)

    def _refuse_old(self) -> None:
        old = sorted(self.folder.glob("????-??.jsonl"))
        if old:
            raise DataError(
                [
                    f"{old[0]}: a journal of an earlier ldn-graph; "
                    f"run: ldn-graph --data {self.workspace} upgrade --as AGENT"
                ]
            )

    def _new(self, noted: str) -> list[Entry]:
        """The entries that are not known yet, by time, without texts."""
        found: list[Entry] = []
        for month in _months(self.folder):
            stamp = _stamp(month)
            racy = time.time_ns() - stamp < RACY
            if self._stamps.get(month) == stamp and noted == self._known and not racy:
                continue
            for path in _files(month, ""):
                if path.stem.rpartition("-")[2] not in self.by_id:
                    found.append(_entry(path).light())
            self._stamps[month] = stamp
        return found

    def _forget(self) -> None:
        self.entries, self.heads, self.files, self.by_id, self._stamps = [], (), {}, {}, {}

    def _continue(self, new: list[Entry]) -> bool:
        """Add entries that follow the only head one by one; False where they don't."""
        following = {entry.parents: entry for entry in new}
        last = self.heads
        found: list[Entry] = []
        while last in following:
            entry = replace(following.pop(last), seq=self.seq + len(found) + 1)
            found.append(entry)
            last = (entry.id,)
        if len(self.heads) > 1 or len(found) < len(new):
            return False
        self.entries += found
        self.heads = last
        for entry in found:
            self.by_id[entry.id] = entry
            put(self.files, entry)
        return True

    def _arrange(self, new: list[Entry]) -> None:
        """Put all entries in order anew. Raises DataError where one is missing."""
        known = self.by_id | {entry.id: entry for entry in new}
        heads = newest(known, self.heads or reversed(self.noted().split()))
        try:
            order = in_order(known, heads)
        except Missing as error:
            raise DataError([_missing(self, error)]) from error
        self.heads = heads
        self.entries = [replace(known[name], seq=seq) for seq, name in enumerate(order, 1)]
        self.by_id = {entry.id: entry for entry in self.entries}
        self.files = files_at(self.by_id, self.head)


def read(workspace: Path) -> Iterator[Entry]:
    """Every entry with its texts, in order, without a lock and without a change to anything.

    Raises DataError where the journal is damaged.
    """
    journal = Journal.of(workspace)
    yield from map(journal.full, journal.entries)


def write_whole(path: Path, content: bytes) -> None:
    """Have a new file on disk under its name, or nothing. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb", buffering=0) as file:
            write_all(file.fileno(), content)
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        raise


def is_in_git(folder: Path) -> bool:
    """Whether a folder lies in a work tree of git."""
    here = folder.resolve()
    return any((parent / ".git").exists() for parent in (here, *here.parents))


def _files(folder: Path, months: str = "????-??/") -> list[Path]:
    """The files of entries, by time; what begins with a dot is none."""
    return sorted(path for path in folder.glob(f"{months}*") if path.name[0] != ".")


def _months(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("????-??") if path.is_dir())


def _stamp(folder: Path) -> int:
    return folder.stat().st_mtime_ns


def _entry(path: Path) -> Entry:
    """The entry in a file. Raises FileError, DataError."""
    match = _NAME.fullmatch(path.name)
    try:
        text = path.read_bytes()
        if match is None:
            raise DataError([f"{path}: is no entry of a journal; move it away"])
        if name_of(text) != match[1]:
            what = "was altered" if text else "was emptied"
            raise DataError([f"{path}: {what}; restore it from a copy or from git"])
        return Entry.parse(text)
    except OSError as error:
        raise FileError(
            f"{path}: can't be read ({error.strerror}); mend it, or restore it from a copy"
        ) from error
    except ValueError as error:
        raise DataError([f"{path}: is no entry of a journal ({error}); move it away"]) from error


def _missing(journal: Journal, error: Missing) -> str:
    named = journal.path(error.named_by)
    return (
        f"{journal.folder}: entry {error.id} is missing, which {named.name} follows; "
        "restore it from a copy or from git"
    )
