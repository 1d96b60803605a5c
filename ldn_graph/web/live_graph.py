"""A store that follows a corpus: claims at once, in milliseconds; paths a while later, and said so.

>>> from ldn_graph.graph import EvidenceGraph  # doctest: +SKIP
>>> index = Index.build(open_store("memory:"), graph.corpus, graph.rule)  # doctest: +SKIP
>>> index.follow(workspace.corpus)  # doctest: +SKIP
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import pyoxigraph as ox

from ldn_graph import rdf
from ldn_graph.grading.rule import Rule
from ldn_graph.grading.strength import Strength, grade_all
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths.search import AllPaths, all_paths
from ldn_graph.records.corpus import Places
from ldn_graph.records.model import Corpus
from ldn_graph.store import Store
from ldn_graph.store.sparql import change_data


@dataclass(frozen=True, kw_only=True)
class Followed(EvidenceGraph):
    """A graph whose quads are those of an `earlier` one but for a few, and written when asked."""

    earlier: EvidenceGraph
    removed: frozenset[ox.Quad]
    added: frozenset[ox.Quad]

    @cached_property
    def quads(self) -> list[ox.Quad]:
        """Both levels and the paths that the index has, sorted."""
        return rdf.in_order((set(self.earlier.quads) - self.removed) | self.added)


class Index:
    """What is derived from a corpus and kept in a store: never the truth, always to be rebuilt.

    `paths_of` is the corpus whose paths the store holds; where it is not `corpus`, they are stale.
    Without a `store`, whoever calls carries out what is returned.
    """

    def __init__(
        self,
        store: Store | None,
        corpus: Corpus,
        rule: Rule,
        strengths: Mapping[str, Strength],
        paths: AllPaths,
    ) -> None:
        self.store = store
        self.corpus = corpus
        self.rule = rule
        self.paths = paths
        self.paths_of = corpus
        self._strengths = dict(strengths)
        self._begin: EvidenceGraph | None = None
        self._removed: set[ox.Quad] = set()
        self._added: set[ox.Quad] = set()

    @classmethod
    def of(cls, graph: EvidenceGraph) -> "Index":
        """An index without a store that goes on from `graph`."""
        found = cls(None, graph.corpus, graph.rule, graph.strengths, graph.all_paths)
        found._begin = graph
        return found

    @classmethod
    def build(cls, store: Store, corpus: Corpus, rule: Rule) -> "Index":
        """Fill `store` with all of `corpus`, in the place of what it held."""
        strengths = grade_all(corpus, rule)
        paths = all_paths(corpus, strengths)
        store.replace(rdf.stream(corpus, strengths, paths))
        return cls(store, corpus, rule, strengths, paths)

    @property
    def strengths(self) -> Mapping[str, Strength]:
        """Claim id → strength, as it is now."""
        return MappingProxyType(self._strengths)

    @property
    def stale(self) -> bool:
        """Whether the paths in the store are those of an earlier corpus."""
        return self.paths_of is not self.corpus

    def follow(self, corpus: Corpus, changed: Iterable[rdf.Change] | None = None) -> rdf.Delta:
        """Bring the store from the corpus that it has to `corpus`, in one update; paths aside.

        `changed` spares looking for the records that differ.
        """
        found = rdf.delta(self.corpus, corpus, self._strengths, self.rule, changed)
        self._carry_out(found.removed, found.added)
        for name in found.claims - corpus.claims.keys():
            self._strengths.pop(name, None)
        self._strengths |= found.strengths
        if not (self.stale or found.removed or found.added):
            self.paths_of = corpus  # a draft or a remark: no path can have changed
        self.corpus = corpus
        return found

    def search_paths(self) -> tuple[Corpus, AllPaths]:
        """The paths of the corpus as it is now, for `put_paths`: what takes long, and touches
        nothing, so that it can go on in the background."""
        return self.corpus, all_paths(self.corpus, dict(self._strengths))

    def put_paths(
        self, of: Corpus, paths: AllPaths
    ) -> tuple[frozenset[ox.Quad], frozenset[ox.Quad]]:
        """Put the paths of the corpus `of` in the place of those in the store, in one update; the
        quads that this removes, and adds."""
        old = frozenset(rdf.path_quads(self.paths, self.paths_of))
        new = frozenset(rdf.path_quads(paths, of))
        self._carry_out(old - new, new - old)
        self.paths, self.paths_of = paths, of
        return old - new, new - old

    def graph(self, places: Places) -> EvidenceGraph:
        """What `of` was given, as it is now: strengths and paths are known already."""
        assert self._begin is not None
        begin = self._begin
        known = {"strengths": dict(self._strengths), "all_paths": self.paths}
        if self.stale:
            made: EvidenceGraph = Followed(
                *(self.corpus, places, self.rule, begin.folder, begin.where),
                earlier=begin,
                removed=frozenset(self._removed),
                added=frozenset(self._added),
            )
        else:  # everything follows from the corpus again
            made = EvidenceGraph(self.corpus, places, self.rule, begin.folder, begin.where)
            self._begin, self._removed, self._added = made, set(), set()
        vars(made).update(known)
        return made

    def _carry_out(self, removed: frozenset[ox.Quad], added: frozenset[ox.Quad]) -> None:
        if self.store is not None and (removed or added):
            self.store.update(change_data(removed, added))
        if self._begin is not None:
            self._removed = (self._removed | removed) - added
            self._added = (self._added - removed) | added
