"""What every engine offers: asking, changing, and answers with every literal spelt in one way."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from functools import lru_cache
from typing import Protocol

import pyoxigraph as ox

from ldn_graph.errors import StoreError
from ldn_graph.table import Table, Term

#: SELECT → Table, ASK → bool, CONSTRUCT and DESCRIBE → triples in order.
Answer = Table | bool | list[ox.Triple]

_DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
#: How many digits after the point Oxigraph computes with.
_DIGITS = Decimal(10) ** -18
_ANY = ox.NamedNode("urn:any")


def answer(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
    """What pyoxigraph computed or parsed, read to its end."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        return in_order(found)
    columns = tuple(v.value for v in found.variables)
    return Table(columns, tuple(tuple(row) for row in found))


def in_order(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Distinct triples, sorted by their N-Triples text."""
    return sorted(set(triples), key=str)


def canonical(term: Term | None) -> Term | None:
    """A term as Oxigraph would give it back: `4.50` as `4.5`, `+00:00` as `Z`.

    >>> canonical(ox.Literal("4.50", datatype=ox.NamedNode(_DECIMAL))).value
    '4.5'
    """
    return _canonical(term) if isinstance(term, ox.Literal) else term


def canonical_table(table: Table) -> Table:
    """`table` with canonical terms."""
    return Table(table.columns, tuple(tuple(map(canonical, row)) for row in table.rows))


@lru_cache(maxsize=4096)
def _canonical(literal: ox.Literal) -> ox.Literal:
    if literal.datatype.value == _DECIMAL:
        literal = _cut(literal)
    store = ox.Store()
    store.add(ox.Quad(_ANY, _ANY, literal))
    stored = next(iter(store)).object
    assert isinstance(stored, ox.Literal)
    return stored


def _cut(literal: ox.Literal) -> ox.Literal:
    """A decimal with no more digits than Oxigraph computes; others compute with more."""
    try:
        number = Decimal(literal.value)
        if number == number.quantize(_DIGITS, rounding=ROUND_DOWN):
            return literal
        number = number.quantize(_DIGITS, rounding=ROUND_DOWN)
    except InvalidOperation:  # no number, or too large a one to be cut
        return literal
    return ox.Literal(f"{number:f}", datatype=literal.datatype)


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
