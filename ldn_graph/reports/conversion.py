"""Tables and quads as what other libraries hold: pandas frames, rdflib datasets."""

import warnings
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ldn_graph.errors import require
from ldn_graph.table import plain

if TYPE_CHECKING:
    import pandas as pd
    import rdflib


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
