"""What every engine offers."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import pyoxigraph as ox

from ldn_graph.errors import StoreError
from ldn_graph.store.answers import Answer


class Store(Protocol):
    """A place that quads are put into and SPARQL is asked of.

    The default graph is never the union of the named ones. The prefixes of `vocab.PREFIXES` need
    no declaration. Embedded engines refuse SERVICE and LOAD unless `allow_remote`, and read no
    file or address for FROM. Everything raises StoreError where the store can't be reached, can't
    be written or was closed.
    """

    @property
    def read_only(self) -> bool: ...

    def query(self, text: str, *, allow_remote: bool = False) -> Answer:
        """SELECT → Table, ASK → bool, CONSTRUCT and DESCRIBE → sorted triples. Raises BadQuery."""
        ...

    def update(self, text: str, *, allow_remote: bool = False) -> None:
        """Carry out a SPARQL update, whole or not at all. Raises BadQuery."""
        ...

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add `quads`."""
        ...

    def replace(self, quads: Iterable[ox.Quad]) -> None:
        """Put `quads` in the place of everything, or, if anything fails, change nothing."""
        ...

    def clear(self) -> None:
        """Remove everything."""
        ...

    def export(self) -> Iterator[ox.Quad]:
        """Every quad, in the engine's order."""
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice does no harm."""
        ...


def refuse_if_read_only(read_only: bool, name: str) -> None:
    """Raises StoreError where the store `name` was opened for reading only."""
    if read_only:
        raise StoreError(f"{name}: opened read-only; open it for writing to change it")
