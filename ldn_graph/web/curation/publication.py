"""Visitors see what curators change: claims at once, the paths through them a moment later.

A changed claim costs milliseconds however many there are (`index.Index`): its quads go to the query
workers, and the pages have the new corpus. Paths are searched in the background, and follow. Where
no small change leads from what is served to what is in force (another rule, another description),
everything is derived anew.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime

import structlog
from starlette.concurrency import run_in_threadpool

from ldn_graph.errors import LdnError
from ldn_graph.grading.rule import Rule
from ldn_graph.records.corpus import Places
from ldn_graph.records.model import Corpus
from ldn_graph.web.curation.workspace_access import Office
from ldn_graph.web.live_graph import Index
from ldn_graph.web.state import Quads, Snapshot, State, changed_version
from ldn_graph.workspace import Workspace

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
    task = asyncio.create_task(shown.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
