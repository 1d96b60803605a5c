"""Entities and sources by whatever a person calls them: id, label, synonym, code."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ldn_graph.errors import UnknownName, nearest
from ldn_graph.records.model import Corpus

_ALIKE = str.maketrans(
    {**dict.fromkeys("‘’ʼ′`´", "'"), **dict.fromkeys("‐‑–—−", "-"), "\u00a0": " "}
)


class Names:
    """What a corpus calls its entities and sources; asked once for each cell of a sheet."""

    def __init__(self, corpus: Corpus) -> None:
        self._entities = _entity_tiers(corpus)
        self._sources = _source_tiers(corpus)
        self._known = {n for e in corpus.entities.values() for n in (e.id, *e.names)}
        self._unknown: dict[tuple[str, str], UnknownName] = {}

    def entity(self, name: str) -> str:
        """The id of the entity called `name`. Raises UnknownName: none is, or several are."""
        return self._found("entity", name, self._entities, self._known)

    def source(self, name: str) -> str:
        """The id of the source with that id, DOI, PMID or title. Raises UnknownName."""
        bare = re.sub(r"^(https?://(dx\.)?doi\.org/|(doi|pmid):?\s*)", "", name, flags=re.I)
        return self._found("source", bare, self._sources, self._sources[0])

    def _found(
        self, what: str, name: str, tiers: list[Mapping[str, set[str]]], known: Iterable[str]
    ) -> str:
        folded = fold(name)
        for tier in tiers:
            ids = sorted(tier.get(folded, ()))
            if len(ids) == 1:
                return ids[0]
            if ids:
                raise UnknownName(f"{name!r} is {' and '.join(ids)}; write the id of one")
        if (what, name) not in self._unknown:  # looking for the nearest costs milliseconds
            remedy = nearest(name, known) or f"; `ldn-graph {what} add` makes a new one"
            self._unknown[what, name] = UnknownName(f"unknown {what} {name!r}{remedy}")
        raise self._unknown[what, name]


def fold(name: str) -> str:
    """A name without case, and without the forms of apostrophes, dashes and blanks.

    >>> fold("Crohn’s  Disease") == fold("crohn's disease")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name.translate(_ALIKE)).casefold().split())


def _tier(pairs: Iterable[tuple[str | None, str]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, record in pairs:
        if name:
            found[fold(name)].add(record)
    return found


def _entity_tiers(corpus: Corpus) -> list[Mapping[str, set[str]]]:
    """Ids come before labels, labels before synonyms, synonyms before codes."""
    all_of = corpus.entities.values()
    return [
        _tier((e.id, e.id) for e in all_of),
        _tier((e.label, e.id) for e in all_of),
        _tier((name, e.id) for e in all_of for name in e.synonyms),
        _tier((name, e.id) for e in all_of for name in e.hidden_labels),
        _tier((m.curie, e.id) for e in all_of for m in e.mappings if m.match == "exact"),
        _tier((m.curie, e.id) for e in all_of for m in e.mappings if m.match == "close"),
    ]


def _source_tiers(corpus: Corpus) -> list[Mapping[str, set[str]]]:
    all_of = corpus.sources.values()
    return [
        _tier((s.id, s.id) for s in all_of),
        _tier((s.doi, s.id) for s in all_of),
        _tier((s.pmid, s.id) for s in all_of),
        _tier((s.registry_id, s.id) for s in all_of),
        _tier((s.title, s.id) for s in all_of),
    ]
