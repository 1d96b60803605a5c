"""What the façade answers with: sequences that convert to tables, pandas frames and graphs."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, overload

import pyoxigraph as ox

from ldn_graph.errors import require
from ldn_graph.grading.strength import Strength
from ldn_graph.records.model import Corpus
from ldn_graph.table import Table, plain

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib

    from ldn_graph.paths import search


def to_rdflib(quads: Iterable[ox.Quad]) -> "rdflib.Dataset":
    """Quads as an rdflib Dataset whose default graph is no union."""
    from rdflib import Dataset

    dataset = Dataset(default_union=False)
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    with warnings.catch_warnings():
        # rdflib's own reader uses a name that rdflib deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset.parse(data=text, format="nquads")
    return dataset


def frame(rows: Sequence[Any], columns: Sequence[str] | None = None) -> "pd.DataFrame":
    """Rows as a DataFrame. Raises MissingExtra without pandas."""
    require("pandas", "a DataFrame")
    return import_module("pandas").DataFrame(rows, columns=columns)


def native(term: Any) -> Any:
    """A term as a Python value: numbers and booleans as such, IRIs and words as text."""
    if isinstance(term, ox.Literal):
        kind = term.datatype.value.rpartition("#")[2]
        if kind == "integer":
            return int(term.value)
        if kind == "decimal":
            return float(term.value)
        if kind == "boolean":
            return term.value == "true"
    return None if term is None else plain(term)


_V = TypeVar("_V")


@dataclass(frozen=True)
class Rows:
    """The rows of a query; iterates as dicts of plain values, None where unbound."""

    table: Table

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[dict[str, str | None]]:
        for row in self.table:
            yield {name: None if term is None else plain(term) for name, term in row.items()}

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a result; numbers and booleans as such. Raises MissingExtra without pandas."""
        rows = [[native(t) for t in row] for row in self.table.rows]
        return frame(rows, columns=list(self.table.columns))


@dataclass(frozen=True)
class Found(Sequence[_V]):
    """What was found, in order; a sequence that converts, as its `table` has it."""

    found: tuple[_V, ...]
    table: Table = field(repr=False)

    @overload
    def __getitem__(self, index: int) -> _V: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_V]: ...
    def __getitem__(self, index: int | slice) -> _V | Sequence[_V]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)

    def to_dataframe(self) -> "pd.DataFrame":
        """The table. Raises MissingExtra without pandas."""
        return Rows(self.table).to_dataframe()


@dataclass(frozen=True)
class PathSet(Sequence["search.Path"]):
    """Ranked paths, best first; a sequence that converts."""

    found: "tuple[search.Path, ...]"
    corpus: Corpus = field(repr=False)
    strengths: Mapping[str, Strength] = field(repr=False)

    @overload
    def __getitem__(self, index: int) -> "search.Path": ...
    @overload
    def __getitem__(self, index: slice) -> "Sequence[search.Path]": ...
    def __getitem__(self, index: int | slice) -> "search.Path | Sequence[search.Path]":
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of all claims on the paths, sorted."""
        return tuple(sorted({step.claim.id for path in self.found for step in path.steps}))

    @cached_property
    def table(self) -> Table:
        """One row a step, with its quote."""
        from ldn_graph.reports.paths import paths_table

        return paths_table(self.found, self.corpus)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a step. Raises MissingExtra without pandas."""
        return Rows(self.table).to_dataframe()

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """The claims on the paths, one edge a claim (key = claim id)."""
        from ldn_graph.paths import search

        whole = search.multigraph(self.corpus, self.strengths)
        wanted = set(self.claims)
        chosen = [e for e in whole.edges(keys=True) if e[2] in wanted]
        return whole.edge_subgraph(chosen).copy()

    def to_rdflib(self) -> "rdflib.Dataset":
        """The paths and their claims, both levels, as an rdflib Dataset."""
        from ldn_graph import rdf

        wanted = set(self.claims)
        part = self.corpus.model_copy(
            update={"claims": {i: c for i, c in self.corpus.claims.items() if i in wanted}}
        )
        return to_rdflib(rdf.quads(part, self.strengths, self.found))
