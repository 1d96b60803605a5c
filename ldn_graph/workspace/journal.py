"""The journal of a workspace: one JSON line for each change, appended and never rewritten.

    journal/2026-11.jsonl   the changes of a month, in the order of `seq`
    journal/done            the last change whose files are known to be in place

A line holds who did what, when and why, and every file as it is after the change, so that any
past state can be rebuilt from the lines up to it.
"""

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ldn_graph.errors import DataError, FileError, Unwritable

FOLDER = "journal"


@dataclass(frozen=True)
class FileChange:
    """One file of a change: digests before and after, None where there is no file, and the text
    after (left out of entries that are kept in memory)."""

    path: str
    before: str | None
    after: str | None
    text: str | None = None


@dataclass(frozen=True)
class Entry:
    """One change. `by` is None for what somebody did to the files by hand; `kept` is the text of a
    next version that did not come into force; `before` and `after` are digests of the record."""

    seq: int
    at: dt.datetime
    by: str | None
    action: str
    record: str
    files: tuple[FileChange, ...]
    before: str | None = None
    after: str | None = None
    why: str | None = None
    reasons: tuple[str, ...] = ()
    kept: str | None = None

    def line(self) -> str:
        """The entry as its line in the journal."""
        plain = {k: v for k, v in asdict(self).items() if v not in (None, ())}
        plain["at"] = self.at.isoformat().replace("+00:00", "Z")
        plain["files"] = [{k: v for k, v in asdict(f).items() if v is not None} for f in self.files]
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n"

    @classmethod
    def parse(cls, line: bytes) -> "Entry":
        """The entry of a line. Raises ValueError where it is none."""
        try:
            plain: dict[str, Any] = json.loads(line)
            changes = tuple(
                FileChange(f["path"], f.get("before"), f.get("after"), f.get("text"))
                for f in plain.pop("files")
            )
            at = dt.datetime.fromisoformat(plain.pop("at"))
            known = {"by": None, **plain, "reasons": tuple(plain.get("reasons", ()))}
            return cls(at=at, files=changes, **known)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no entry: {error}") from error

    def light(self) -> "Entry":
        """The entry without texts: what is kept in memory."""
        return replace(self, kept=None, files=tuple(replace(f, text=None) for f in self.files))


class Journal:
    """Reads and appends entries. Whoever appends holds the workspace's lock."""

    def __init__(self, workspace: Path) -> None:
        self.folder = workspace / FOLDER
        self.entries: list[Entry] = []
        self._read: dict[Path, int] = {}

    @property
    def seq(self) -> int:
        """The number of the last change; 0 where there is none."""
        return self.entries[-1].seq if self.entries else 0

    @property
    def sizes(self) -> dict[Path, int]:
        """File → how far it has been read."""
        return dict(self._read)

    def catch_up(self) -> tuple[list[Entry], list[str]]:
        """Read what was appended since; returns the new entries, with texts, and what to tell.

        A last line that was not written whole is moved aside: its change was never acknowledged.
        Raises DataError where an earlier line is damaged.
        """
        found: list[Entry] = []
        told: list[str] = []
        paths = _paths(self.folder)
        for path in paths:
            start = self._read.get(path, 0)
            if path.stat().st_size == start:
                continue
            content = _bytes(path, start)
            whole, torn = _split(content, last=path == paths[-1])
            found += _entries(path, whole, start)
            if torn:
                told.append(_set_aside(path, start + len(whole), torn))
            self._read[path] = start + len(whole)
        self._check_order(found)
        self.entries += (entry.light() for entry in found)
        return found, told

    def append(self, entry: Entry) -> None:
        """Add an entry and have it on disk, or leave the journal as it was. Raises FileError."""
        path = self._path(entry)
        content = entry.line().encode("utf-8")
        start = self._read.get(path, 0)
        try:
            new = not path.exists()
            with path.open("ab", buffering=0) as file:  # no buffer that a close would write again
                try:
                    write_all(file.fileno(), content)
                    os.fsync(file.fileno())
                except OSError:
                    os.truncate(path, start)
                    raise
            if new:
                sync_folder(self.folder)
        except OSError as error:
            raise Unwritable.of(path, error, undone=", so nothing was changed") from error
        self._read[path] = start + len(content)
        self.entries.append(entry.light())

    def take_back(self) -> None:
        """Undo the last `append`, whose files could not be put in place. Raises OSError."""
        entry = self.entries[-1]
        path = self._path(entry)
        kept = _bytes(path, 0)[: self._read[path]].rstrip(b"\n")
        size = kept.rfind(b"\n") + 1
        with path.open("r+b") as file:
            file.truncate(size)
            os.fsync(file.fileno())
        self._read[path] = size
        self.entries.pop()

    def finish(self) -> None:
        """Note that the files of the last entry are in place; lost, it is only looked at again."""
        with contextlib.suppress(OSError):  # a full disk must not undo what is on it
            (self.folder / "done").write_text(f"{self.seq}\n", encoding="ascii")

    def finished(self) -> int:
        """The last entry that was noted as finished; 0 where none is on record."""
        try:
            return int((self.folder / "done").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    def head(self) -> dict[str, str]:
        """File → digest, as the last entry left them."""
        return head(self.entries)

    def _path(self, entry: Entry) -> Path:
        """The month's file; never one before the last, even if the clock goes back."""
        path = self.folder / f"{entry.at:%Y-%m}.jsonl"
        return max([path, *_paths(self.folder)[-1:]])

    def _check_order(self, found: list[Entry]) -> None:
        for expected, entry in enumerate(found, self.seq + 1):
            if entry.seq != expected:
                raise DataError(
                    [
                        f"{self.folder}: change {expected} is missing, {entry.seq} follows; "
                        "restore the journal from a copy"
                    ]
                )


def read(workspace: Path) -> Iterator[Entry]:
    """Every entry with its texts, without a lock and without a change to anything.

    A last line that is not whole is left out. Raises DataError where another one is damaged.
    """
    paths = _paths(workspace / FOLDER)
    for path in paths:
        whole, _ = _split(_bytes(path, 0), last=path == paths[-1])
        yield from _entries(path, whole, 0)


def head(entries: list[Entry]) -> dict[str, str]:
    """File → digest, after `entries`."""
    found: dict[str, str] = {}
    for entry in entries:
        for change in entry.files:
            if change.after is None:
                found.pop(change.path, None)
            else:
                found[change.path] = change.after
    return found


def contents(entries: Iterator[Entry]) -> Mapping[str, str]:
    """File → text, after `entries`."""
    found: dict[str, str] = {}
    for entry in entries:
        for change in entry.files:
            if change.text is None:
                found.pop(change.path, None)
            else:
                found[change.path] = change.text
    return found


def write_all(handle: int, content: bytes) -> None:
    """Write all of `content`. Raises OSError, perhaps after a part."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def sync_folder(folder: Path) -> None:
    """Have a folder's names on disk. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("????-??.jsonl"))


def _bytes(path: Path, start: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read()
    except OSError as error:
        raise FileError(
            f"{path}: can't be read ({error.strerror}); mend its permissions"
        ) from error


def _split(content: bytes, *, last: bool) -> tuple[bytes, bytes]:
    """What is written whole, and a torn end. Only the last file can have one."""
    end = content.rfind(b"\n") + 1
    whole, torn = content[:end], content[end:]
    if not torn and last and whole:
        start = whole.rfind(b"\n", 0, -1) + 1
        try:
            Entry.parse(whole[start:])
        except ValueError:
            return whole[:start], whole[start:]
    return whole, torn


def _entries(path: Path, content: bytes, start: int) -> list[Entry]:
    found = []
    at = start
    for line in content.splitlines(keepends=True):
        try:
            found.append(Entry.parse(line))
        except ValueError as error:
            raise DataError(
                [f"{path}: damaged at byte {at}; restore the journal from a copy"]
            ) from error
        at += len(line)
    return found


def _set_aside(path: Path, size: int, torn: bytes) -> str:
    aside = path.with_name(f"torn-{path.stem}-{size}.txt")
    try:
        aside.write_bytes(torn)
        with path.open("r+b") as file:
            file.truncate(size)
            os.fsync(file.fileno())
    except OSError as error:
        raise Unwritable.of(path, error) from error
    return (
        "the journal's last line was not written whole, because a writer was stopped; it was "
        f"never acknowledged, and lies in {aside} now"
    )
