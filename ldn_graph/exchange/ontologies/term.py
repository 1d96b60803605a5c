"""A term of an outside vocabulary as its file has it, and the CURIE that its id stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ldn_graph.records.namespaces import EXTERNAL

_SPELLING = {prefix.casefold(): prefix for prefix in EXTERNAL}
#: Other beginnings of IRIs that ontologies name terms of these vocabularies by.
_ALSO = {
    "http://id.nlm.nih.gov/mesh/": "MESH",
    "http://identifiers.org/mesh/": "MESH",
    "http://identifiers.org/hgnc/": "HGNC",
}
_STARTS = {start: prefix for prefix, start in EXTERNAL.items()} | _ALSO


@dataclass(frozen=True)
class Term:
    """A term. `synonyms` are exact ones, `other_names` those that mean something near."""

    curie: str
    label: str
    definition: str | None = None
    synonyms: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ontology:
    """What a file holds. `left_out` counts what is no term to choose, by why not."""

    name: str
    version: str | None
    terms: tuple[Term, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Described:
    """What a file says of something, before it is known whether it is a term that can be chosen."""

    id: str
    label: str | None
    definition: str | None = None
    synonyms: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    obsolete: bool = False


@lru_cache(maxsize=4096)
def _prefix_of(start: str) -> str | None:
    return _STARTS.get(start)


def curie_of(name: str) -> str | None:
    """The CURIE of an id or IRI, in the spelling of `EXTERNAL`; None for another vocabulary's.

    >>> curie_of("http://purl.obolibrary.org/obo/MONDO_0005011"), curie_of("mesh:D009271")
    ('MONDO:0005011', 'MESH:D009271')
    >>> curie_of("http://example.org/x") is None
    True
    """
    if name.startswith(("http://", "https://")):
        for mark in ("_", "/", "=", ":"):
            start, found, local = name.rpartition(mark)
            prefix = _prefix_of(start + found)
            if prefix and local:
                return f"{prefix}:{local}"
        return None
    start, _, local = name.partition(":")
    prefix = _SPELLING.get(start.casefold())
    return f"{prefix}:{local}" if prefix and local and not any(map(str.isspace, local)) else None
