"""The engine as the rest of the server sees it: ask, change, and always an answer in time."""

import asyncio
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pyoxigraph as ox
import structlog

from ldn_graph.errors import BadQuery, LdnError
from ldn_graph.files import sync_folder
from ldn_graph.store.protocol import answer as in_full
from ldn_graph.table import Table
from ldn_graph.web.engine import evaluator
from ldn_graph.web.engine.answer import Answer, Cache
from ldn_graph.web.engine.job import (
    DUMP,
    QUERY,
    Busy,
    Change,
    EngineLost,
    Limits,
    QueryTimeout,
    Question,
    refused,
)
from ldn_graph.web.engine.link import Link
from ldn_graph.web.engine.pool import Job, Pool

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
        self._source = source
        self._state = scratch / _STATE if scratch else None
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
            await self._ask(QUERY, _PROBE, "", seconds, None)
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
            "busy": sum(bool(w.job) for w in pool.workers),
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
            await link.close()

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
        return await self._ask(QUERY, question, client, seconds, on_slow)

    async def graph(self, name: str | None, format_: str, *, client: str = "") -> Answer:
        """All of a graph (None: the default graph). Raises NoGraph."""
        question = Question("", graph=format_, default_graphs=(name,) if name else ())
        return await self._ask(DUMP, question, client, None, None)

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
        kind: bytes,
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
        job = pool.ask(kind + question.to_bytes(), client, allowed, on_slow)
        got = _answer(await job.future, version)
        if kind == QUERY and version == self.version:
            self.cache.put(question, got)
        return got

    # ── changing

    async def apply(
        self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad], version: str
    ) -> None:
        """Change the store by a few quads, in milliseconds; for changes that are known good."""
        gone, come = list(removed), list(added)
        async with self._changing:
            pool, link = self._engaged()
            with await _file([*gone, *come]) as file:
                generation = await link.call("apply", file.name, len(gone))
            self._renew(version)
            pool.use(link, generation)

    async def replace(self, quads: Iterable[ox.Quad], version: str) -> None:
        """Have these quads instead of all others, what updates made included."""
        async with self._changing:
            pool, link = self._engaged()
            with await _file(quads) as file:
                generation = await link.call("load", file.name)
            self._changed = False
            if self._state:
                self._state.unlink(missing_ok=True)
            self._renew(version)
            pool.use(link, generation)

    async def change(self, change: Change, *, seconds: float | None = None) -> Changed:
        """Carry out an update, whole or not at all. Raises BadQuery, NoGraph, QueryTimeout.

        It is tried in a process of its own first, and repeated in the keeper.
        """
        async with self._changing:
            pool, link = self._engaged()
            allowed = min(seconds or self.limits.seconds, self.limits.seconds)
            new = await self._attempt(pool, link, change, allowed)
            fresh = self._state.with_suffix(".new") if self._state else None
            generation = await link.call("commit", change, str(fresh) if fresh else None)
            if fresh and self._state:
                await asyncio.to_thread(_put, fresh, self._state)
            self._changed = True
            self._renew(secrets.token_hex(4))
            pool.use(link, generation)
            return Changed(new, fresh is not None)

    async def _attempt(self, pool: Pool, link: Link, change: Change, allowed: float) -> bool:
        """Whether the change makes a graph that was not there. Raises what it would end with."""
        ours, theirs = Pipe()
        with ours:
            with theirs:
                pid = await link.call("attempt", change, fd=theirs.fileno())
            try:
                await asyncio.wait_for(_readable(ours), allowed)
                reply = evaluator.receive(ours)
            except TimeoutError:
                raise QueryTimeout(
                    f"the update was stopped after {allowed:g} s, the most it may take, and "
                    "nothing was changed; do it in smaller steps"
                ) from None
            except (EOFError, OSError):
                raise pool.why(await link.call("end", pid)) from None
            finally:
                await link.call("end", pid)
        return _granted(reply).body == b"new"

    def _engaged(self) -> tuple[Pool, Link]:
        """Who has a store to be changed. Raises EngineLost."""
        if not self._pool or not self._pool.link:
            raise EngineLost("the engine is being started; ask again in a second")
        return self._pool, self._pool.link

    def _renew(self, version: str) -> None:
        # after updates the data are none that the version was made of
        self.version = f"{version}-{secrets.token_hex(4)}" if self._changed else version
        self.cache.clear()

    # ── the keeper

    async def _begin(self, pool: Pool) -> None:
        """A new keeper with the data as they are, in the place of the one before."""
        limits = self.limits
        rules = evaluator.Rules(
            *(limits.rows, limits.bytes, str(limits.spool) if limits.spool else None),
            *(limits.services, self.prefixes, self.base),
        )
        link = await Link.start(rules, limits.memory, self._lost)
        try:
            generation = await self._fill(link)
        except BaseException:
            await link.close()
            raise
        self.cache.clear()
        pool.use(link, generation)

    async def _fill(self, link: Link) -> int:
        """Have a keeper hold the data as they are; the generation of its store."""
        kept = self._state is not None and self._state.is_file()
        if self._state and kept:
            version = f"{self._state.stat().st_mtime_ns:x}"
            generation = await link.call("load", str(self._state))
        else:
            version, quads = self._source()
            with await _file(quads) as file:
                generation = await link.call("load", file.name)
        self._changed, self.version = kept, version
        return int(generation)

    def _lost(self) -> None:
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
                    lost = self._changed and self._state is None
                    await self._begin(pool)
                    self.restarts += 1
                    log.warning("keeper started again", lost_updates=lost)
                    return
        log.critical("keeper can't be started", remedy="restart the server, see to its memory")


def _granted(reply: evaluator.Reply) -> evaluator.Reply:
    """A reply that is no refusal. Raises what it refuses with."""
    if reply.flags & evaluator.REFUSED:
        raise refused(reply.body)
    return reply


def _answer(reply: evaluator.Reply, version: str) -> Answer:
    """Raises what an evaluator refused with."""
    flags, body, fd = _granted(reply)
    return Answer(
        *(body, fd),
        graph=bool(flags & evaluator.GRAPH),
        volatile=bool(flags & evaluator.VOLATILE),
        version=version,
    )


async def _readable(channel: Connection) -> None:
    """Return when there is something to read, or nobody left to write."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(channel.fileno(), ready.set)
    os.set_blocking(channel.fileno(), True)  # uvloop's readers make it otherwise
    try:
        await ready.wait()
    finally:
        loop.remove_reader(channel.fileno())


async def _file(quads: Iterable[ox.Quad]) -> "tempfile._TemporaryFileWrapper[bytes]":
    """A file of quads that a keeper can read; it goes when it is closed."""

    def write() -> "tempfile._TemporaryFileWrapper[bytes]":
        file = tempfile.NamedTemporaryFile(suffix=".nq")  # noqa: SIM115
        ox.serialize(quads, file, format=ox.RdfFormat.N_QUADS)
        file.flush()
        return file

    return await asyncio.to_thread(write)


def _put(fresh: Path, state: Path) -> None:
    """Put a written file in its place, on the disk before this returns."""
    fresh.replace(state)
    sync_folder(state.parent)
