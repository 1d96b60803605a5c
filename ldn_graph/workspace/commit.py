"""What makes a change last: the lock, the journal and the files, in an order that survives a kill.

    new contents beside their files, fsynced → journal entry fsynced and named → files replaced,
    folders fsynced → acknowledged

What was stopped before the journal's entry has its name never happened; what was stopped after it
is finished by whoever holds the lock next.
"""

import contextlib
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ldn_graph.errors import Conflict, DataError, FileError, Unwritable
from ldn_graph.files import sync_folder, write_all
from ldn_graph.workspace import corpus_files
from ldn_graph.workspace.entry import Entry, FileChange
from ldn_graph.workspace.journal import FOLDER as JOURNAL
from ldn_graph.workspace.journal import Journal

#: Seconds to wait for another writer.
PATIENCE = 30.0
#: A file that changed so lately may change again without another time stamp.
_RACY = 2_000_000_000

#: Size, time and inode: equal, and a file is taken to be the same.
_Stamp = tuple[int, int, int]
#: Changes whose files were in place before they were put on record.
_NOTED = ("begin", "edit-by-hand")


@dataclass(frozen=True)
class Followed:
    """What others have changed: entries without texts, the names of the files that differ now, and
    what to tell."""

    entries: tuple[Entry, ...] = ()
    files: frozenset[str] = frozenset()
    told: tuple[str, ...] = ()


class Ledger:
    """The disk of one workspace, as one process sees it. Its methods are called under `locked`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = Journal(folder)
        self._stamps: dict[str, _Stamp] = {}
        self._threads = threading.RLock()
        self._lock: FileLock | None = None
        self._open: Entry | None = None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace against other processes and threads. Raises FileError."""
        with self._threads:
            lock = self._lock or self._made_lock()
            try:
                lock.acquire(timeout=PATIENCE, poll_interval=0.01)
            except Timeout as error:
                raise Unwritable(
                    f"{self.folder}: another program has been writing there for {PATIENCE:.0f} "
                    "seconds; try again, or stop that program"
                ) from error
            except OSError as error:
                raise _unwritable(self.folder, error) from error
            try:
                yield
            finally:
                lock.release()

    def _made_lock(self) -> FileLock:
        try:
            (self.folder / JOURNAL).mkdir(exist_ok=True)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        # the ledger's own lock keeps threads apart
        self._lock = FileLock(self.folder / JOURNAL / "lock", thread_local=False)
        return self._lock

    @property
    def head(self) -> dict[str, str]:
        """File → digest, as the journal leaves them."""
        return {name: digest for name, (digest, _) in self.journal.files.items()}

    def catch_up(self) -> Followed:
        """What others have changed since; finishes what a killed writer left open."""
        before = self.head
        found = self.journal.catch_up()
        after = self.head
        differ = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
        if self._open is not None:
            found = [self._open, *found]
            differ |= {change.path for change in self._open.files}
        self._open = None
        if not found and not differ:
            return Followed()
        for name in differ:
            self._stamps.pop(name, None)
        return Followed(tuple(found), frozenset(differ), self._finished())

    def texts(self, names: Iterable[str]) -> dict[str, str | None]:
        """File → its text as the journal leaves it, None where there is none."""
        files = self.journal.files
        found = self.journal.texts({n: files[n][1] for n in names if n in files})
        return {name: found.get(name) for name in names}

    def _finished(self) -> tuple[str, ...]:
        """Put the files of the last entry in place if a killed writer did not, and say so."""
        last = self.journal.by_id[self.journal.heads[0]]
        if last.id in self.journal.noted():
            return ()
        redone = last.action not in _NOTED and self._redone(last)
        self.journal.finish()
        told = f"change {last.seq} had been stopped half-way; it is finished now"
        return (told,) if redone else ()

    def sweep(self) -> None:
        """Remove what killed writers left beside the files."""
        for parent in (self.folder, *(self.folder / sub for sub in corpus_files.FOLDERS)):
            for path in parent.glob(".*.part"):
                path.unlink(missing_ok=True)
        self.journal.sweep()

    def commit(self, entry: Entry) -> Entry:
        """Have an entry and its files on disk; returns it with its id and number. Raises Conflict
        or FileError, and leaves no trace then."""
        sealed = self.journal.sealed(entry)
        for change in sealed.files:
            self._demand_unchanged(change.path)
        return self.put(sealed)

    def put(self, entry: Entry) -> Entry:
        """As `commit`, for a sealed entry, whatever the files are now."""
        staged: list[Path] = []
        try:
            for change in entry.files:
                if change.text is not None:
                    staged.append(self._stage(change, entry.id))
            self.journal.append(entry)
        except BaseException:
            _discard(staged)
            raise
        self._put_in_place(entry, staged)
        self._forget(entry)
        self.journal.finish()
        return entry

    def note(self, entry: Entry) -> Entry:
        """Add an entry for files that are as it says already. Raises FileError."""
        return self.note_sealed(self.journal.sealed(entry))

    def note_sealed(self, entry: Entry) -> Entry:
        """As `note`, for a sealed entry."""
        self.journal.append(entry)
        self._forget(entry)
        self.journal.finish()
        return entry

    def changed_by_hand(self) -> tuple[dict[str, str | None], list[str]]:
        """Files that differ from the journal, as they are now, and those that can't be read."""
        found: dict[str, str | None] = {}
        problems: list[str] = []
        there = set()
        head = self.head
        for name in corpus_files.names(self.folder):
            there.add(name)
            stamp = _stamp(self.folder / name)
            if stamp is not None and self._stamps.get(name) == stamp:
                continue
            try:
                content = (self.folder / name).read_bytes()
                if corpus_files.digest(content) == head.get(name):
                    self._trust(name, stamp)
                else:
                    found[name] = content.decode("utf-8")
            except OSError as error:
                problems.append(f"{self.folder / name}:1: can't be read ({error.strerror})")
            except UnicodeDecodeError:
                problems.append(f"{self.folder / name}:1: not UTF-8; save the file as UTF-8")
        found |= dict.fromkeys(head.keys() - there)
        return found, problems

    def untouched(self) -> bool:
        """Whether no file and no journal seems to have changed, by their stamps: no lock needed."""
        seen = {name: _stamp(self.folder / name) for name in corpus_files.names(self.folder)}
        return seen == self._stamps and self.is_last()

    def is_last(self) -> bool:
        """Whether nobody has put a change on record that is not known here: no lock needed."""
        return self.journal.is_last()

    def _demand_unchanged(self, name: str) -> None:
        path = self.folder / name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            content = None
        except OSError as error:
            raise _unwritable(path, error) from error
        held = self.journal.files.get(name, (None, ""))[0]
        if (None if content is None else corpus_files.digest(content)) != held:
            raise Conflict(
                f"{path}: was changed by hand, and that has not been picked up yet; "
                "mend it if `ldn-graph check` finds it wrong, then try again"
            )

    def _stage(self, change: FileChange, entry: str) -> Path:
        """Write a file's new contents beside it."""
        path = self.folder / change.path
        staged = _beside(path, entry)
        try:
            if not path.parent.is_dir():
                path.parent.mkdir()
                sync_folder(self.folder)
            handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            try:
                write_all(handle, (change.text or "").encode("utf-8"))
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            _discard([staged])
            raise _unwritable(path, error) from error
        return staged

    def _put_in_place(self, entry: Entry, staged: list[Path]) -> None:
        done = 0
        try:
            for change in entry.files:
                self._replace(change, entry.id)
                done += 1
            for parent in {(self.folder / f.path).parent for f in entry.files}:
                sync_folder(parent)
        except OSError as error:
            if done == 0:
                self.journal.take_back()
                _discard(staged)
                raise _unwritable(self.folder / entry.files[0].path, error) from error
            self._open = entry
            raise FileError(
                f"{self.folder}: change {entry.seq} is in the journal, but not all its files could "
                f"be put in place ({error.strerror}); the next change finishes it"
            ) from error

    def _replace(self, change: FileChange, entry: str) -> None:
        path = self.folder / change.path
        if change.after is None:
            path.unlink(missing_ok=True)
        else:
            _beside(path, entry).replace(path)

    def _redone(self, entry: Entry) -> bool:
        """Whether files had to be put in place that a killed writer did not; what somebody changed
        since, stays."""
        open_ = [change for change in entry.files if self._is_open(change)]
        if open_:
            held = {change.path: change for change in self.journal.full(entry).files}
            for change in open_:
                self._redo(held[change.path], entry.id)
        return bool(open_)

    def _is_open(self, change: FileChange) -> bool:
        if not corpus_files.is_own(change.path):
            raise DataError([f"{self.journal.folder}: {change.path!r} is no file of a corpus"])
        path = self.folder / change.path
        found = corpus_files.digest(path.read_bytes()) if path.exists() else None
        return found != change.after and found == change.before

    def _redo(self, change: FileChange, entry: str) -> None:
        path = self.folder / change.path
        if change.text is None:
            path.unlink()
        else:
            self._stage(change, entry).replace(path)
        sync_folder(path.parent)

    def _forget(self, entry: Entry) -> None:
        for change in entry.files:
            self._stamps.pop(change.path, None)

    def _trust(self, name: str, stamp: _Stamp | None) -> None:
        """Take a file's stamp for its digest, once it is old enough to be telling."""
        if stamp is not None and abs(time.time_ns() - stamp[1]) > _RACY:
            self._stamps[name] = stamp


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _beside(path: Path, entry: str) -> Path:
    """Where a file's contents lie until an entry is on record."""
    return path.with_name(f".{path.name}.{entry[:12]}.part")


def _discard(staged: list[Path]) -> None:
    for path in staged:
        path.unlink(missing_ok=True)


#: Bytes that are written to see whether there is room: more than most changes take.
_PROBE = 2**16


def is_writable(folder: Path) -> bool:
    """Whether a change of the workspace in `folder` could be written now: tried, and taken away."""
    probe = folder / JOURNAL / f".room-{os.getpid()}-{threading.get_ident()}.part"
    try:
        with probe.open("wb", buffering=0) as file:
            write_all(file.fileno(), bytes(_PROBE))
            os.fsync(file.fileno())
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return True


def _unwritable(path: Path, error: OSError) -> FileError:
    return Unwritable.of(path, error, undone=", so nothing was changed")


def changes_of(texts: Mapping[str, str | None], head: Mapping[str, str]) -> tuple[FileChange, ...]:
    """Files and their new texts as the journal has them, in the order in which they are put in
    place: what comes first, what goes last."""
    found = (
        FileChange(name, head.get(name), None if text is None else corpus_files.digest(text), text)
        for name, text in texts.items()
    )
    return tuple(sorted(found, key=lambda change: (change.after is None, change.path)))
