"""The engine as the rest of the server sees it: ask, change, and always an answer in time."""

import asyncio
import os
import secrets
import socket
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyoxigraph as ox
import structlog

from ldn_graph.errors import BadQuery, LdnError
from ldn_graph.store.answers import answer as in_full
from ldn_graph.table import Table
from ldn_graph.web.engine import frames
from ldn_graph.web.engine.answer import Answer, Cache
from ldn_graph.web.engine.job import Change, Question
from ldn_graph.web.engine.limits import Limits
from ldn_graph.web.engine.link import Link
from ldn_graph.web.engine.pool import Pool
from ldn_graph.web.engine.refusals import Busy, EngineLost, QueryTimeout, refused
from ldn_graph.web.engine.work import Job

#: The data's version and its quads, as they are now.
Source = Callable[[], tuple[str, Iterable[ox.Quad]]]

log = structlog.get_logger("ldn_graph.engine")
_STATE = "state.nq"
#: What is asked to see whether queries are answered.
_PROBE = Question("ASK {}")
#: How often in a row the keeper is started again before the engine gives up.
_TRIES = 5


@dataclass(frozen=True)
class Changed:
    """What came of a change: whether it made a graph, and whether it outlives the server."""

    new: bool
    durable: bool


class Engine:
    """Answers SPARQL over the quads of `source` in processes that can be stopped.

    `prefixes` need no declaration. In the folder `scratch` the state after an update is kept, and
    found again at the next start; without it updates are gone when the server ends.
    """

    def __init__(
        self,
        source: Source,
        limits: Limits,
        *,
        prefixes: Mapping[str, str],
        base: str,
        scratch: Path | None = None,
    ) -> None:
        self.limits, self.prefixes, self.base = limits, dict(prefixes), base
        self.cache = Cache(limits.cache)
        self.version = ""
        self.restarts = 0
        self._source, self._scratch = source, scratch
        self._pool: Pool | None = None
        self._changing = asyncio.Lock()
        self._changed = False
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def ready(self) -> bool:
        """Whether there is a store to ask."""
        return self._pool is not None and self._pool.link is not None

    async def answers(self, seconds: float = 2.0) -> bool:
        """Whether a query is answered within `seconds`; one that is only busy counts as answering,
        since its queries end at their deadlines."""
        if not self.ready:
            return False
        try:
            await self._ask(frames.QUERY, _PROBE, "", seconds, None)
        except Busy:
            return self.load["busy"] > 0
        except LdnError:
            return False
        return True

    @property
    def load(self) -> dict[str, int]:
        """How many evaluators there are and are busy, how many queries wait and were stopped."""
        pool = self._pool
        if not pool:
            return {"evaluators": 0, "busy": 0, "waiting": 0}
        return {
            "evaluators": len(pool.workers),
            "busy": sum(bool(w.jobs) for w in pool.workers),
            "waiting": len(pool.waiting),
            **{f"stopped_{why}": n for why, n in sorted(pool.killed.items())},
        }

    async def start(self) -> None:
        """Start the keeper and fill its store. Raises EngineLost, FileError."""
        async with self._changing:
            if self._pool is None:
                self._pool = Pool(self.limits)
                await self._begin(self._pool)
                await self._pool.settled()

    async def close(self) -> None:
        """End every process of the engine."""
        self._closed = True
        if self._pool and self._pool.link:
            link = self._pool.link
            self._pool.lose()
            link.close()

    async def ask(
        self,
        question: Question,
        *,
        client: str = "",
        seconds: float | None = None,
        on_slow: Callable[[Job], None] | None = None,
    ) -> Answer:
        """The answer to a query. Raises BadQuery and the errors of `refusals`.

        `client` is who is charged for it; `on_slow` is called with the job if it takes a while,
        and may `cancel` it.
        """
        kept = self.cache.get(question)
        if kept:
            return kept
        return await self._ask(frames.QUERY, question, client, seconds, on_slow)

    async def graph(self, name: str | None, format_: str, *, client: str = "") -> Answer:
        """All of a graph (None: the default graph). Raises NoGraph."""
        question = Question("", graph=format_, default_graphs=(name,) if name else ())
        return await self._ask(frames.DUMP, question, client, None, None)

    async def table(self, text: str, *, client: str = "", seconds: float | None = None) -> Table:
        """The rows of a SELECT, literals in canonical form. Raises BadQuery for other forms."""
        got = await self.ask(Question(text), client=client, seconds=seconds)
        if got.graph:
            raise BadQuery("this query returns no rows; ask with SELECT")
        data = got.piece(0, got.size) if got.filed else got.body
        found = in_full(ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON))
        if not isinstance(found, Table):
            raise BadQuery("this query returns no rows; ask with SELECT")
        return found

    def cancel(self, job: Job) -> None:
        """Stop a query that nobody waits for any more."""
        if self._pool:
            self._pool.cancel(job)

    async def _ask(
        self,
        kind: int,
        question: Question,
        client: str,
        seconds: float | None,
        on_slow: Callable[[Job], None] | None,
    ) -> Answer:
        pool = self._pool
        if pool is None:
            raise EngineLost("the engine has not been started yet; ask again in a second")
        most = self.limits.seconds
        allowed = most if seconds is None else min(seconds, most)
        version = self.version
        reply, body, fd = await pool.ask(kind, question.to_bytes(), client, allowed, on_slow).future
        got = _answer(reply, body, fd, version)
        if kind == frames.QUERY and version == self.version:
            self.cache.put(question, got)
        return got

    # ── changing

    async def apply(
        self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad], version: str
    ) -> None:
        """Change the store by a few quads, in milliseconds; for changes that are known good."""
        gone, come = list(removed), list(added)
        async with self._changing:
            with await _file([*gone, *come]) as file:
                await self._told(frames.APPLY, str(len(gone)).encode(), file.fileno())
            self._renew(version)

    async def replace(self, quads: Iterable[ox.Quad], version: str) -> None:
        """Have these quads instead of all others, what updates made included."""
        async with self._changing:
            with await _file(quads) as file:
                await self._told(frames.REPLACE, b"", file.fileno())
            self._changed = False
            self._forget_state()
            self._renew(version)

    async def change(self, change: Change, *, seconds: float | None = None) -> Changed:
        """Carry out an update, whole or not at all. Raises BadQuery, NoGraph, QueryTimeout."""
        pool = self._pool
        if pool is None or pool.link is None:
            raise EngineLost("the engine is being started; ask again in a second")
        async with self._changing:
            allowed = min(seconds or self.limits.seconds, self.limits.seconds)
            return await self._candidate(pool, pool.link, change, allowed)

    async def _candidate(self, pool: Pool, link: Link, change: Change, allowed: float) -> Changed:
        ours, theirs = socket.socketpair()
        state = self._scratch / _STATE if self._scratch else None
        fresh = state.with_suffix(".new") if state else None
        task = f"{fresh or ''}\n".encode() + change.to_bytes()
        candidate = Link(ours, lambda _: None)
        done = candidate.expect()
        try:
            with theirs:
                candidate.pid = int(await link.call(frames.CHANGE, task, theirs.fileno()))
            new = await asyncio.wait_for(done, allowed)
        except BaseException as error:
            candidate.pid, pid = 0, candidate.pid
            candidate.close()
            code = await link.call(frames.REAP, str(pid).encode()) if pid and link.open else b"0"
            if isinstance(error, TimeoutError):
                raise QueryTimeout(
                    f"the update was stopped after {allowed:g} s, the most it may take, and "
                    "nothing was changed; do it in smaller steps"
                ) from None
            if isinstance(error, EngineLost):
                raise pool.why(int(code)) from None
            raise
        if state and fresh:
            await asyncio.to_thread(_put, fresh, state)
        await link.call(frames.RELEASE, str(candidate.pid).encode())
        candidate.on_lost = self._lost
        self._changed = True
        self.version = secrets.token_hex(8)
        self.cache.clear()
        pool.use(candidate)
        return Changed(new == b"new", state is not None)

    async def _told(self, kind: int, body: bytes, fd: int) -> None:
        if not self._pool or not self._pool.link:
            raise EngineLost("the engine is being started; ask again in a second")
        await self._pool.link.call(kind, body, fd)

    def _renew(self, version: str) -> None:
        # after updates the data are none that the version was made of
        self.version = f"{version}-{secrets.token_hex(4)}" if self._changed else version
        self.cache.clear()
        if self._pool and self._pool.link:
            self._pool.use(self._pool.link)

    # ── the keeper

    async def _begin(self, pool: Pool) -> None:
        """A new keeper with the data as they are, in the place of the one before."""
        rules: dict[str, object] = {
            "rows": self.limits.rows,
            "bytes": self.limits.bytes,
            "spool": str(self.limits.spool) if self.limits.spool else None,
            "services": list(self.limits.services),
            "prefixes": self.prefixes,
            "base": self.base,
            "memory": self.limits.memory,
        }
        link = Link.start(rules, self._lost)
        state = self._scratch / _STATE if self._scratch else None
        if state and state.is_file():
            self._changed = True
            version = f"{state.stat().st_mtime_ns:x}"
            with state.open("rb") as kept:
                await link.call(frames.REPLACE, b"", kept.fileno())
        else:
            self._changed = False
            version, quads = self._source()
            with await _file(quads) as file:
                await link.call(frames.REPLACE, b"", file.fileno())
        self.version = version
        self.cache.clear()
        pool.use(link)

    def _lost(self, _: Link) -> None:
        """The keeper has ended unasked."""
        if self._closed or not self._pool:
            return
        log.error("keeper lost", remedy="it is started again")
        self._pool.lose()
        task = asyncio.get_running_loop().create_task(self._recover(self._pool))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _recover(self, pool: Pool) -> None:
        async with self._changing:
            for attempt in range(_TRIES):
                await asyncio.sleep(attempt)
                if self._closed or pool.link:
                    return
                with suppress(LdnError, OSError, ValueError):
                    lost = self._changed and self._scratch is None
                    await self._begin(pool)
                    self.restarts += 1
                    log.warning("keeper started again", lost_updates=lost)
                    return
        log.critical("keeper can't be started", remedy="restart the server, see to its memory")

    def _forget_state(self) -> None:
        if self._scratch:
            (self._scratch / _STATE).unlink(missing_ok=True)


def _answer(reply: int, body: bytes, fd: int | None, version: str) -> Answer:
    """Raises what an evaluator refused with."""
    kind = reply & ~frames.FLAGS
    if kind == frames.REFUSED:
        raise refused(body)
    return Answer(
        body,
        fd if kind == frames.FILED else None,
        graph=bool(reply & frames.GRAPH),
        volatile=bool(reply & frames.VOLATILE),
        version=version,
    )


async def _file(quads: Iterable[ox.Quad]) -> IO[bytes]:
    """An unnamed file of quads that a keeper can read."""

    def write() -> IO[bytes]:
        file = tempfile.TemporaryFile()  # noqa: SIM115
        ox.serialize(quads, file, format=ox.RdfFormat.N_QUADS)
        file.flush()
        return file

    return await asyncio.to_thread(write)


def _put(fresh: Path, state: Path) -> None:
    """Put a written file in its place, on the disk before this returns."""
    fresh.replace(state)
    folder = os.open(state.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
