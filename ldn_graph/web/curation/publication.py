"""Visitors see what curators change: claims at once, the paths through them a moment later.

>>> from ldn_graph.graph import EvidenceGraph  # doctest: +SKIP
>>> index = Index.build(open_store("memory:"), graph.corpus, graph.rule)  # doctest: +SKIP
>>> index.follow(workspace.corpus)  # doctest: +SKIP

A changed claim costs milliseconds however many there are (`index.Index`): its quads go to the query
workers, and the pages have the new corpus. Paths are searched in the background, and follow. Where
no small change leads from what is served to what is in force (another rule, another description),
everything is derived anew.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType

import pyoxigraph as ox
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph import rdf
from ldn_graph.curation.policy import unpublished
from ldn_graph.errors import LdnError
from ldn_graph.grading.rule import Rule
from ldn_graph.grading.strength import Strength, grade_all
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths.search import AllPaths, all_paths
from ldn_graph.records.corpus import Places
from ldn_graph.records.model import Corpus
from ldn_graph.store import Store
from ldn_graph.store.sparql import change_data
from ldn_graph.web.auth.guard import signed_in
from ldn_graph.web.background_tasks import running
from ldn_graph.web.curation.workspace_access import Office, office
from ldn_graph.web.state import Quads, Snapshot, State, changed_version
from ldn_graph.workspace import Workspace

#: The graph's name, after the corpus's base.
GRAPH = "drafts"


async def described(request: Request) -> Response:
    """Drafts, next versions, and what waits for review or was rejected, as TriG."""
    await signed_in(request)
    corpus, rule = await office(request).ask(lambda w: (w.corpus, w.rule))
    body = await run_in_threadpool(_written, corpus, rule)
    return Response(body, media_type="application/trig", headers={"cache-control": "no-store"})


def _written(corpus: Corpus, rule: Rule) -> bytes:
    graph = ox.NamedNode(corpus.description.base + GRAPH)
    claims = unpublished(corpus)
    without = claims.model_copy(update={"claims": {}})
    found = set(rdf.quads(claims, grade_all(claims, rule), ()))
    of_claims = found - set(rdf.quads(without, {}, ()))
    quads = rdf.in_order(ox.Quad(q.subject, q.predicate, q.object, graph) for q in of_claims)
    return ox.serialize(quads, format=ox.RdfFormat.TRIG) or b""


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


log = structlog.get_logger("ldn_graph.curate")
#: Seconds until what could not be shown is tried again.
_AGAIN = 2.0

#: What is in force: its records, where they stand, and the rule of strength.
Found = tuple[Corpus, Places, Rule]


class Showing:
    """Brings what an office has put on record to a server's visitors."""

    def __init__(self, office: Office, state: State) -> None:
        self.office, self.state = office, state
        self._one_at_a_time = asyncio.Lock()
        self._searching: asyncio.Task[None] | None = None
        self._shown: Snapshot | None = state.current
        self._index = Index.of(state.current.graph)

    async def run(self) -> None:
        """Follow until cancelled; several changes in a row are shown together."""
        try:
            while True:
                await self.office.changed.wait()
                self.office.changed.clear()
                await self._try(self._follow(_as_it_is))
        finally:
            if self._searching:
                self._searching.cancel()

    async def take_up(self) -> None:
        """Look at the files too, which may have been edited by hand."""
        await self._try(self._follow(_looked_at))

    async def _try(self, step: Coroutine[None, None, None]) -> None:
        try:
            await step
        except Exception as error:
            self._shown = None  # what the query workers have is not known: derive all of it anew
            fault = None if isinstance(error, LdnError) else error
            log.error("change not shown yet", problem=str(error), again_in_s=_AGAIN, exc_info=fault)
            asyncio.get_running_loop().call_later(_AGAIN, self.office.changed.set)

    async def _follow(self, look: Callable[[Workspace], Found]) -> None:
        async with self._one_at_a_time:
            whole, places, rule = await self.office.ask(look)
            corpus = self.office.public(whole)
            index = self._index
            same = rule == index.rule and corpus.description == index.corpus.description
            if self._shown is not self.state.current or not same:
                await self._anew()
            elif corpus is not index.corpus:
                found = await run_in_threadpool(index.follow, corpus)
                await self._show(found.removed, found.added, places)
        if self._index.stale and (self._searching is None or self._searching.done()):
            self._searching = asyncio.create_task(self._try(self._search()))

    async def _search(self) -> None:
        """Find the paths of what is in force, until they are those that are shown."""
        while self._index.stale:
            index = self._index
            found = await run_in_threadpool(index.search_paths)
            async with self._one_at_a_time:
                if index is self._index:
                    removed, added = await run_in_threadpool(index.put_paths, *found)
                    await self._show(removed, added, self.state.current.graph.places)

    async def _show(self, removed: Quads, added: Quads, places: Places) -> None:
        before = self.state.current.version
        graph = self._index.graph(places)
        changed = removed or added
        version = changed_version(before, removed, added) if changed else before
        await self.state.change(Snapshot(graph, datetime.now(UTC), version), removed, added)
        self._shown = self.state.current

    async def _anew(self) -> None:
        await self.state.serve(await run_in_threadpool(self.office.snapshot))
        self._shown = self.state.current
        self._index = Index.of(self.state.current.graph)


def _as_it_is(workspace: Workspace) -> Found:
    return workspace.corpus, workspace.places, workspace.rule


def _looked_at(workspace: Workspace) -> Found:
    workspace.refresh()
    return _as_it_is(workspace)


@contextlib.asynccontextmanager
async def showing(office: Office | None, state: State) -> AsyncIterator[None]:
    """Show changes while the server runs, edits by hand included."""
    if office is None:
        yield
        return
    shown = Showing(office, state)
    state.follow = shown.take_up
    async with running(shown.run()):
        yield
