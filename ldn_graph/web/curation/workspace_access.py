"""The workspace behind a server: one change at a time, off the event loop, and then to be seen.

A change is acknowledged when it is on disk. What visitors see follows it in the background (see
`showing`), so that no curator waits for the whole graph.
"""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.curation.policy import Publication
from ldn_graph.errors import NotAllowed
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import Corpus
from ldn_graph.reports.evidence import in_words
from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.auth.guard import Person
from ldn_graph.web.explorer.page import Shown, render
from ldn_graph.web.settings import Settings
from ldn_graph.web.state import Snapshot, settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.commit import is_writable
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.error_reports import ErrorReports
from ldn_graph.workspace.publications import Publications, Watches
from ldn_graph.workspace.rejected_suggestions import RejectedSuggestions
from ldn_graph.workspace.source_texts import held_texts
from ldn_graph.workspace.term_index import TermIndex

_V = TypeVar("_V")


class Office:
    """A workspace that many curators change through one server."""

    def __init__(self, workspace: Workspace, *, open_drafts: bool = False) -> None:
        self.workspace = workspace
        self.publications = Publications(workspace.folder)
        self.watches = Watches(workspace.folder)
        self.rejected = RejectedSuggestions(workspace.folder)
        self.terms = TermIndex(workspace.folder)
        self.reports = ErrorReports(workspace.folder)
        self._publication = None if open_drafts else Publication()
        self._lock = threading.Lock()
        self.changed = asyncio.Event()

    @classmethod
    def open(cls, settings: Settings) -> "Office | None":
        """The workspace of a server that lets curators write. Raises FileError, DataError."""
        if not settings.curate or settings.data is None:
            return None
        opened = Workspace.open(settings.data, texts=settings.texts)
        return cls(opened, open_drafts=settings.open_drafts)

    async def ask(self, question: Callable[[Workspace], _V]) -> _V:
        """What `question` finds in the workspace as it is now."""
        return await run_in_threadpool(self._held, question)

    async def do(self, change: Callable[[Workspace], _V]) -> _V:
        """Make a change; when this returns it is on disk. Raises what the change raises."""
        done = await self.ask(change)
        self.changed.set()
        return done

    def public(self, corpus: Corpus) -> Corpus:
        """The part of `corpus` that visitors are to see."""
        return corpus if self._publication is None else self._publication.of(corpus)

    def snapshot(self) -> Snapshot:
        """What visitors are to see: the state in force, edits by hand included.

        Raises DataError for files that are wrong, while the last good state stays in force.
        """
        found = self._held(self._looked_at)
        _ = found.version
        return found

    async def has_room(self) -> bool:
        """Whether anything can be written: the disk has room, and is no read-only one."""
        return await run_in_threadpool(is_writable, self.workspace.folder)

    def problems(self) -> tuple[str, ...]:
        """What is wrong with files that were edited by hand."""
        return self.workspace.problems

    def _held(self, question: Callable[[Workspace], _V]) -> _V:
        with self._lock:
            self.workspace.follow()  # the command line may have written meanwhile
            return question(self.workspace)

    def _looked_at(self, workspace: Workspace) -> Snapshot:
        workspace.refresh()
        shown = self.public(workspace.corpus)
        graph = EvidenceGraph(shown, workspace.places, workspace.rule, Path(workspace.folder))
        return Snapshot(graph, datetime.now(UTC))


def office(request: Request) -> Office:
    """The office of this server. Raises NotAllowed where nobody can write."""
    found: Office | None = request.app.state.office
    if found is None:
        raise NotAllowed(
            "this server is for reading only; start it with `ldn-graph --data DIR serve --curate` "
            "to let named curators write"
        )
    return found


async def texts_of(request: Request, state: State) -> Texts:
    """The texts whose digest is on record in `state`; none where no folder is set."""
    return await run_in_threadpool(held_texts, settings(request).texts, state.corpus)


def graph_of(state: State) -> EvidenceGraph:
    """A state as the graph that it is: what visitors see a moment later."""
    return EvidenceGraph(state.corpus, state.places, state.rule, Path(state.folder))


def sheet(
    request: Request, template: str, person: Person, state: State, **context: Any
) -> Response:
    """A page for `person`; nobody keeps a copy of it."""
    answer = render(
        request,
        template,
        person=person,
        show=Shown(graph_of(state)),
        words=in_words,
        **context,
    )
    answer.headers["cache-control"] = "no-store"
    return answer
