"""The explorer at an earlier state: `/as-of/NUMBER/…` has every page as it stood after that change.

Each state is a small application of its own with the same routes, so no page needs to know of time.
A day or a time leads to the number of the last change until then. What belongs to the present
alone (queries, lessons, curating) leads there.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from cachetools import LRUCache
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ldn_graph.errors import LdnError, UnknownName
from ldn_graph.graph import EvidenceGraph, data_folder
from ldn_graph.records.enumerations import Action
from ldn_graph.records.model import Corpus
from ldn_graph.web.bounded_work import one_of
from ldn_graph.web.explorer.page import render
from ldn_graph.web.http import errors
from ldn_graph.web.settings import Settings, Then
from ldn_graph.web.state import Snapshot, State, published, settings, snapshot
from ldn_graph.workspace import history
from ldn_graph.workspace.entry import Entry
from ldn_graph.workspace.history import history_of

PREFIX = "/as-of"
#: The first step of the paths that there are in the past.
_KNOWN = (
    *("", "about", "agent", "api", "claim", "compare", "dataset", "entity", "gaps", "graph"),
    *("path", "search", "source", "static", "vocab"),
)
#: States that are kept opened, and changes on a page.
_KEPT, PAGE = 4, 100

Make = Callable[[Settings, State], ASGIApp]


@dataclass(frozen=True)
class Moment:
    """A change, without what was said of it among curators."""

    seq: int
    at: dt.datetime
    by: str | None
    action: str
    record: str

    @classmethod
    def of(cls, entry: Entry, corpus: Corpus) -> "Moment":
        """The change as its list tells it, with the name of whoever made it."""
        agent = corpus.agents.get(entry.by or "")
        who = entry.by if agent is None else agent.name
        return cls(entry.seq, entry.at, who, entry.action, entry.record)


class Past:
    """Answers paths below `/as-of/`; `make` builds the application of a state."""

    def __init__(self, app: ASGIApp, settings: Settings, make: Make) -> None:
        self.app, self.settings, self._make = app, settings, make
        self._kept: LRUCache[int, ASGIApp] = LRUCache(_KEPT)
        # strangers may ask for all of them: one is opened at a time, and few are answered from
        self._one = CapacityLimiter(1)
        self._few = CapacityLimiter(_KEPT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX + "/"):
            await self.app(scope, receive, send)
            return
        when, _, rest = scope["path"].removeprefix(PREFIX + "/").partition("/")
        try:
            async with one_of(self._few):
                await self._answer(when, rest, scope, receive, send)
        except HTTPException as error:
            answer = await errors.http_error(Request(scope, receive), error)
            await answer(scope, receive, send)

    async def _answer(
        self, when: str, rest: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        try:
            number = await to_thread.run_sync(self._number, when, limiter=self._one)
            inner = await to_thread.run_sync(self._opened, number, limiter=self._one)
        except LdnError as error:
            answer = await errors.ldn_error(Request(scope, receive), error)
            await answer(scope, receive, send)
            return
        first = rest.partition("/")[0].partition(".")[0]
        if when != str(number) or first not in _KNOWN:
            start = f"{PREFIX}/{number}" if first in _KNOWN else ""
            query = scope["query_string"].decode("latin-1")
            where = f"{self.settings.base_path}{start}/{quote(rest)}" + (
                f"?{query}" if query else ""
            )
            await RedirectResponse(where, 303)(scope, receive, send)
            return

        async def unlisted(message: Message) -> None:
            """Search engines need the present alone."""
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-robots-tag", b"noindex")]
            await send(message)

        there = {**scope, "path": f"/{rest}", "raw_path": quote(f"/{rest}").encode(), "state": {}}
        await inner(there, receive, unlisted)

    def _number(self, when: str) -> int:
        """The number of the last change up to `when`. Raises BadParameter, UsageError."""
        if when in map(str, self._kept):  # a page asks for a dozen files of one state
            return int(when)
        return last_change(data_folder(self.settings.data), when).seq

    def _opened(self, number: int) -> ASGIApp:
        if number not in self._kept:
            folder = data_folder(self.settings.data)
            entry = last_change(folder, str(number))
            found = history_of(folder).state(entry)
            graph = EvidenceGraph(found.corpus, found.places, found.rule, folder)
            if not self.settings.open_drafts:
                graph = published(graph)
            then = Then(number, entry.at, self.settings.base_path, self.settings.curate)
            base = f"{self.settings.base_path}{PREFIX}/{number}"
            then_settings = replace(self.settings, base_path=base, curate=False, then=then)
            shown = Snapshot(graph, entry.at, self._version(entry))
            self._kept[number] = self._make(then_settings, State(then_settings, shown))
        return self._kept[number]

    def _version(self, entry: Entry) -> str:
        """What ETags are made of: the change says all of the data, so no quad need be made."""
        seen = b"all" if self.settings.open_drafts else b"public"
        return hashlib.sha256(entry.id.encode() + seen).hexdigest()[:16]


def last_change(folder: Path, when: str) -> Entry:
    """The last change up to a moment as it was typed, without its texts.

    Raises BadParameter for what is no moment, UsageError where there is nothing on record of it,
    UnknownName for the number of a change that is yet to come.
    """
    moment = history.moment(when)
    found = history_of(folder).last_change(moment)
    if isinstance(moment, int) and found.seq != moment:
        raise UnknownName(f"change {moment}: the last one on record is {found.seq}; name that one")
    return found


def _is_public(entry: Entry, corpus: Corpus) -> bool:
    """Whether a change is one of what is in force; what is done to drafts is among curators."""
    kind, _, name = entry.record.partition("/")
    if entry.action in set(Action) - {Action.ACCEPT, Action.RETRACT}:
        return False
    return kind != "claim" or name in corpus.claims


def page(request: Request) -> Response:
    """The changes, newest first, and a form for a day. Leads to a state where one is asked for."""
    folder = data_folder(settings(request).data)
    when = request.query_params.get("when", "").strip()
    if when:
        number = last_change(folder, when).seq
        return RedirectResponse(f"{settings(request).base_path}{PREFIX}/{number}", 303)
    asked = request.query_params.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else None
    corpus = snapshot(request).graph.corpus
    every = settings(request).open_drafts
    found = [
        Moment.of(e, corpus)
        for e in history_of(folder).entries
        if (before is None or e.seq < before) and (every or _is_public(e, corpus))
    ][::-1]
    more = found[PAGE - 1].seq if len(found) > PAGE else None
    return render(request, "as-of.html", moments=found[:PAGE], more=more)
