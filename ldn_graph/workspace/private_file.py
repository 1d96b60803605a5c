"""What a workspace keeps that is no part of the corpus: SQLite files in a folder that git ignores.

A corpus goes into git, in the open; what strangers send, and what was looked up, does not.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ldn_graph.errors import FileError, Unwritable

FOLDER = ".ldn-graph"
#: SQLite's errors (SQLITE_FULL, SQLITE_IOERR_WRITE …) that are of the disk, or of who else writes.
_OF_THE_DISK = {"FULL", "READONLY", "IOERR", "CANTOPEN", "BUSY", "LOCKED"}
_IGNORE = "# nothing in this folder belongs into git\n*\n"


class PrivateFile:
    """An SQLite file `<workspace>/.ldn-graph/<name>.sqlite`, made with its tables when it is first
    written to. Any number of processes may use it."""

    def __init__(self, workspace: Path, name: str, schema: str) -> None:
        self.path = workspace / FOLDER / f"{name}.sqlite"
        self._schema = schema
        self._made = False

    def exists(self) -> bool:
        """Whether anything was ever kept."""
        return self.path.is_file()

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A transaction. Raises FileError where the file can't be read or written."""
        try:
            if not self._made:
                self._make()
            with closing(sqlite3.connect(self.path, timeout=10)) as db, db:
                yield db
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.partition("_")[2].partition("_")[0] not in _OF_THE_DISK:
                raise
            full = errno.ENOSPC if "FULL" in error.sqlite_errorname else errno.EROFS
            raise Unwritable.of(self.path.name, OSError(full, str(error))) from error
        except sqlite3.DatabaseError as error:
            raise FileError(
                f"{self.path}: can't be read ({error}); move it away, and a new one is made"
            ) from error

    def _make(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            ignore = self.path.parent / ".gitignore"
            if not ignore.exists():
                ignore.write_text(_IGNORE, encoding="utf-8")
            self.path.touch(mode=0o600)
        except OSError as error:
            raise Unwritable.of(self.path, error) from error
        with closing(sqlite3.connect(self.path, timeout=10)) as db:
            db.executescript("PRAGMA journal_mode=WAL;" + self._schema)
        self._made = True
