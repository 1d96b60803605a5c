"""Oxigraph inside this process, in memory or on disk."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from ldn_graph.errors import BadQuery, StoreError
from ldn_graph.records import identifiers
from ldn_graph.store.protocol import Answer, answer, refuse_if_read_only
from ldn_graph.store.sparql import explained, forbid_remote, insert_data

_T = TypeVar("_T")


class _Oxigraph:
    """What memory and disk share; `name` is the store's name in messages."""

    def __init__(
        self, store: ox.Store, name: str, *, read_only: bool, prefixes: Mapping[str, str]
    ) -> None:
        self.name = name
        self.read_only = read_only
        self._opened: ox.Store | None = store
        self._prefixes = dict(prefixes)

    def query(self, text: str, *, allow_remote: bool = False) -> Answer:
        """Ask; see `Store.query`."""
        if not allow_remote:
            forbid_remote(text)
        store = self._store
        return self._run(text, lambda: answer(store.query(text, prefixes=self._prefixes)))

    def update(self, text: str, *, allow_remote: bool = False) -> None:
        """Change; see `Store.update`."""
        if not allow_remote:
            forbid_remote(text)
        store = self._writable
        self._run(text, lambda: store.update(text, prefixes=self._prefixes), update=True)
        store.flush()

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add `quads`, all or none: in bulk where there is nothing yet."""
        store = self._writable
        empty = next(iter(store), None) is None
        self._guard(lambda: store.bulk_extend(quads) if empty else store.extend(quads))
        store.flush()

    def clear(self) -> None:
        """Remove everything."""
        self._writable.clear()
        self._writable.flush()

    def export(self) -> Iterator[ox.Quad]:
        """Every quad, in no order that means anything."""
        return iter(self._store)

    def close(self) -> None:
        """Let go of the store; its lock goes with the last reference."""
        self._opened = None

    @property
    def _store(self) -> ox.Store:
        if self._opened is None:
            raise StoreError(f"{self.name}: the store was closed; open it again")
        return self._opened

    @property
    def _writable(self) -> ox.Store:
        refuse_if_read_only(self.read_only, self.name)
        return self._store

    def _run(self, text: str, work: Callable[[], _T], *, update: bool = False) -> _T:
        """`work` on `text`, with the engine's errors as ours."""
        try:
            return self._guard(work)
        except SyntaxError as error:
            raise explained(str(error), text, self._prefixes, update=update) from None
        except RuntimeError as error:
            raise BadQuery(f"the engine can't answer this: {error}; rewrite that part") from error

    def _guard(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except OSError as error:
            raise StoreError(f"{self.name}: {error}; check the disk, or build it anew") from error


class MemoryStore(_Oxigraph):
    """Oxigraph in memory: gone when closed."""

    def __init__(
        self, *, read_only: bool = False, prefixes: Mapping[str, str] = identifiers.PREFIXES
    ) -> None:
        super().__init__(ox.Store(), "memory:", read_only=read_only, prefixes=prefixes)

    def replace(self, quads: Iterable[ox.Quad]) -> None:
        """Fill a new store, then put it in the place of the old one."""
        refuse_if_read_only(self.read_only, self.name)
        fresh = ox.Store()
        fresh.bulk_extend(quads)
        self._opened = fresh


class DiskStore(_Oxigraph):
    """Oxigraph in a folder: one writer at a time, any number of read-only handles beside it.

    A read-only handle sees the state at its opening. Raises StoreError for a folder that is
    missing (read-only), locked by another writer, damaged, or holds something else.
    """

    def __init__(
        self,
        folder: Path,
        *,
        read_only: bool = False,
        prefixes: Mapping[str, str] = identifiers.PREFIXES,
    ) -> None:
        super().__init__(
            _open(folder, read_only), str(folder), read_only=read_only, prefixes=prefixes
        )

    def replace(self, quads: Iterable[ox.Quad]) -> None:
        """In one transaction, held in memory; a big corpus builds faster into a new folder."""
        store = self._writable
        if next(iter(store), None) is None:
            self.load(quads)
            return
        text = f"DROP ALL; {insert_data(quads)}"
        self._guard(lambda: store.update(text))
        store.flush()
        store.optimize()


def _open(folder: Path, read_only: bool) -> ox.Store:
    there = (folder / "CURRENT").is_file()
    if read_only and not there:
        raise StoreError(f"{folder}: no store there; `ldn-graph build {folder}` makes one")
    if not there and folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise StoreError(f"{folder}: is there already and is no store; name a new folder")
    try:
        if read_only:
            return ox.Store.read_only(str(folder))
        folder.parent.mkdir(parents=True, exist_ok=True)
        store = ox.Store(str(folder))
        for orphan in folder.glob("bulk-*.sst"):  # of a bulk load that was killed; the lock is ours
            orphan.unlink()
        return store
    except (OSError, RuntimeError) as error:
        raise StoreError(f"{folder}: {_why(str(error), folder)}") from error


def _why(message: str, folder: Path) -> str:
    if "lock" in message.lower():
        return "another program has it open for writing; close that one, or open this read-only"
    if "orruption" in message:
        return f"the store is damaged; delete it, then `ldn-graph build {folder}` makes it anew"
    reason = message.rpartition(": ")[2]
    return f"can't be opened ({reason}); choose a folder that you may read and write"
