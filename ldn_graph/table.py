"""A table of terms: what a query, a path search or a report gives back."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True)
class Table:
    """`columns`: names; `rows`: one tuple a row, as wide as `columns`, None where unbound."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Term | None]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


def text(value: object) -> ox.Literal:
    """A plain string literal of anything."""
    return ox.Literal(str(value))


def optional(value: str | None) -> ox.Literal | None:
    """A string literal; unbound where there is no text."""
    return text(value) if value else None


def plain(term: Term | None) -> str:
    """A term as bare text: the IRI, or the literal's value; empty where unbound.

    >>> plain(ox.NamedNode("https://example.org/x")), plain(ox.Literal(2)), plain(None)
    ('https://example.org/x', '2', '')
    """
    if term is None:
        return ""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else str(term)
