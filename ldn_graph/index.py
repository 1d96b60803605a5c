"""A store that follows a corpus: claims at once, in milliseconds; paths a while later, and said so.

>>> from ldn_graph.graph import EvidenceGraph  # doctest: +SKIP
>>> index = Index.build(open_store("memory:"), graph.corpus, graph.rule)  # doctest: +SKIP
>>> index.follow(workspace.corpus)  # doctest: +SKIP
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ldn_graph import rdf
from ldn_graph.model import Corpus
from ldn_graph.paths import AllPaths, all_paths
from ldn_graph.rule import Rule
from ldn_graph.store import Store
from ldn_graph.store.sparql import change_data
from ldn_graph.strength import Strength, grade_all


class Index:
    """What is derived from a corpus and kept in a store: never the truth, always to be rebuilt.

    `paths_of` is the corpus whose paths the store holds; where it is not `corpus`, they are stale.
    """

    def __init__(
        self,
        store: Store,
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
        if found.removed or found.added:
            self.store.update(change_data(found.removed, found.added))
        for name in found.claims - corpus.claims.keys():
            self._strengths.pop(name, None)
        self._strengths |= found.strengths
        self.corpus = corpus
        return found

    def search_paths(self) -> tuple[Corpus, AllPaths]:
        """The paths of the corpus as it is now, for `put_paths`: what takes long, and touches
        nothing, so that it can go on in the background."""
        return self.corpus, all_paths(self.corpus, dict(self._strengths))

    def put_paths(self, of: Corpus, paths: AllPaths) -> None:
        """Put the paths of the corpus `of` in the place of those in the store, in one update."""
        old = set(rdf.path_quads(self.paths, self.paths_of))
        new = set(rdf.path_quads(paths, of))
        if old != new:
            self.store.update(change_data(old - new, new - old))
        self.paths, self.paths_of = paths, of
