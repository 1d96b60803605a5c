"""The evaluators as seen from the event loop: who is free, who waits, who has to be stopped."""

import asyncio
import os
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from ldn_graph.errors import BadQuery, LdnError
from ldn_graph.web.engine import evaluator
from ldn_graph.web.engine.job import Busy, Cancelled, EngineLost, Limits, OutOfMemory, QueryTimeout
from ldn_graph.web.engine.link import Link

#: Seconds between two looks at the clock while anything runs.
_TICK = 0.025
#: When a query takes so long, its client is watched: it may go away.
_LONG = 0.2
#: A query that runs so long is slow: the front's other work, and quick queries, go before it.
_SLOW = 1.0
_NICE = 10
#: When others have waited so long for an evaluator, there is another.
_PATIENCE = 0.05
#: An evaluator beyond the usual number is let go after so many idle seconds.
_IDLE = 10.0
#: An evaluator that ends so soon after it was given a job may not have ended because of it.
_AT_ONCE = 0.1


class Job:
    """One question; `on_slow` is called once if it isn't answered at once."""

    __slots__ = ("again", "asked", "body", "client", "future", "on_slow", "seconds", "worker")

    def __init__(
        self, body: bytes, client: str, seconds: float, on_slow: Callable[["Job"], None] | None
    ) -> None:
        loop = asyncio.get_running_loop()
        self.body, self.client, self.seconds, self.on_slow = body, client, seconds, on_slow
        self.asked, self.future = loop.time(), loop.create_future()
        self.worker: Worker | None = None
        self.again = False

    def fail(self, error: LdnError) -> None:
        """End it with an error, unless it has ended."""
        if not self.future.done():
            self.future.set_exception(error)
            if isinstance(error, Cancelled):
                self.future.exception()  # nobody may be there to look at it

    def told_slow(self) -> None:
        """Tell whoever wants to know that this takes a while."""
        call, self.on_slow = self.on_slow, None
        if call:
            call(self)


class Worker:
    """One evaluator: its process, the generation of its store, and the job that it has or had
    `since`; one that is `leaving` gets no other."""

    __slots__ = ("channel", "generation", "job", "leaving", "pid", "since")

    def __init__(self, pid: int, generation: int, channel: Connection, now: float) -> None:
        self.pid, self.generation, self.channel, self.since = pid, generation, channel, now
        self.job: Job | None = None
        self.leaving = False


class Pool:
    """Evaluators forked by one keeper after the other."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.link: Link | None = None
        self.workers: set[Worker] = set()
        self.idle: list[Worker] = []
        self.waiting: deque[Job] = deque()
        self.killed: Counter[str] = Counter()
        self._generation = 0
        self._running: Counter[str] = Counter()
        self._starting = 0
        self._ticking = False
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    # ── asking

    def ask(
        self, body: bytes, client: str, seconds: float, on_slow: Callable[[Job], None] | None = None
    ) -> Job:
        """Put a question; its future has the reply. Raises Busy."""
        job = Job(body, client, seconds, on_slow)
        if self.idle and self._may_run(job):
            self._give(self.idle.pop(), job)
        elif len(self.waiting) >= self.limits.queue:
            raise Busy(
                f"{len(self.waiting)} queries wait already; ask again in a second, and not all "
                "at once"
            )
        else:
            self.waiting.append(job)
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(_TICK, self._tick)
        return job

    def cancel(self, job: Job) -> None:
        """Nobody wants the answer any more: free the processor."""
        self._fail(job, Cancelled("the client went away"))

    def _may_run(self, job: Job) -> bool:
        return not job.client or self._running[job.client] < self.limits.a_client

    def _give(self, worker: Worker, job: Job) -> None:
        worker.since, worker.job, job.worker = self._loop.time(), job, worker
        if job.client:
            self._running[job.client] += 1
        with suppress(OSError):  # that the evaluator has ended is seen when it is read from
            worker.channel.send_bytes(job.body)

    def _taken(self, worker: Worker) -> Job | None:
        """The job of an evaluator, which has none from here on."""
        job, worker.job = worker.job, None
        if job:
            job.worker = None
            if job.client:
                self._running[job.client] -= 1
                if not self._running[job.client]:
                    del self._running[job.client]
        return job

    def _read(self, worker: Worker) -> None:
        try:
            reply = evaluator.receive(worker.channel)
        except (EOFError, OSError):
            self._ended(worker)
            return
        job = self._taken(worker)
        if worker.leaving or reply.leaving or worker.generation != self._generation:
            self._stop(worker)
        else:
            self.idle.append(worker)
            self._feed()
        if job and not job.future.done():
            job.future.set_result(reply)
        else:
            reply.drop()

    def _feed(self) -> None:
        """Give idle evaluators what may run by now, in the order in which it was asked."""
        for job in list(self.waiting) if self.idle and self.waiting else ():
            if self.idle and self._may_run(job):
                self.waiting.remove(job)
                self._give(self.idle.pop(), job)

    def _fail(self, job: Job, error: LdnError) -> None:
        """End a job with an error, and the evaluator that has it."""
        if job.worker:
            self._stop(job.worker)
        else:
            with suppress(ValueError):
                self.waiting.remove(job)
        job.fail(error)

    # ── the clock

    def _tick(self) -> None:
        now = self._loop.time()
        for worker in list(self.workers):
            if worker.job:
                self._look_at(worker, worker.job, now)
        for job in list(self.waiting):
            if now - job.asked >= job.seconds:
                self.killed["queue"] += 1
                self._fail(job, Busy("the server is busy with other queries; ask again later", 5))
            elif now - job.asked >= _LONG:
                job.told_slow()
        self._grow(now)
        self._ticking = bool(self.waiting) or len(self.workers) > min(
            self.limits.workers, len(self.idle)
        )
        if self._ticking:
            self._loop.call_later(_TICK, self._tick)

    def _look_at(self, worker: Worker, job: Job, now: float) -> None:
        if now - job.asked >= job.seconds:
            self.killed["deadline"] += 1
            told = (
                f"the query was stopped after {job.seconds:g} s, the most it may take; ask "
                "for less: add LIMIT, name more of what you look for, or leave out a pattern"
            )
            self._fail(job, QueryTimeout(told))
        elif job.future.done():
            self._stop(worker)  # it works for nobody
        elif now - worker.since >= _SLOW and not worker.leaving:
            worker.leaving = True
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, worker.pid, _NICE)
        elif now - job.asked >= _LONG:
            job.told_slow()

    def _grow(self, now: float) -> None:
        """More evaluators where jobs have waited, fewer where there is nothing to do."""
        waited = [j for j in self.waiting if now - j.asked > _PATIENCE and self._may_run(j)]
        room = self.limits.most_workers - len(self.workers) - self._starting
        for _ in range(min(len(waited) - self._starting, room)):
            self._start()
        while len(self.workers) > self.limits.workers and self.idle:
            if now - self.idle[0].since < _IDLE:
                break
            self._stop(self.idle[0])

    # ── evaluators

    def use(self, link: Link, generation: int) -> None:
        """Have evaluators of this store; those of another end with the job that they have."""
        self.link, self._generation = link, generation
        while self.idle:
            self._stop(self.idle[0])
        self._restock()

    async def settled(self) -> None:
        """Return when the evaluators that are being started are there."""
        while self._starting:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def lose(self) -> None:
        """The keeper has ended, and all evaluators with it."""
        self.link = None
        for worker in list(self.workers):
            job = self._forget(worker)
            if sys.platform != "linux":
                with suppress(OSError):
                    os.kill(worker.pid, signal.SIGKILL)
            if job:
                again = "the engine ended under this query and is started again; ask again"
                job.fail(EngineLost(again))

    def _restock(self) -> None:
        """As many evaluators of the store as it is now as there should always be."""
        current = sum(w.generation == self._generation for w in self.workers)
        for _ in range(self.limits.workers - current - self._starting):
            self._start()

    def _start(self) -> None:
        if self.link:
            self._starting += 1
            self._do(self._fork(self.link))

    async def _fork(self, link: Link) -> None:
        ours, theirs = Pipe()
        try:
            with theirs:
                pid, generation = await link.call("fork", fd=theirs.fileno())
        except LdnError:
            ours.close()
            return
        finally:
            self._starting -= 1
        if link is not self.link:  # which has ended, and the evaluator with it
            ours.close()
            return
        worker = Worker(pid, generation, ours, self._loop.time())
        self.workers.add(worker)
        self._loop.add_reader(ours.fileno(), self._read, worker)
        os.set_blocking(ours.fileno(), True)  # uvloop's readers make it otherwise
        if generation != self._generation:
            self._stop(worker)
        else:
            self.idle.append(worker)
            self._feed()

    def _stop(self, worker: Worker) -> None:
        """Kill an evaluator, whatever it and the keeper do."""
        self._forget(worker)
        with suppress(OSError):  # its number is not given away before the keeper takes note
            os.kill(worker.pid, signal.SIGKILL)
        self._do(self._reap(worker, None))
        self._restock()

    def _forget(self, worker: Worker) -> Job | None:
        """Have nothing to do with an evaluator any more; the job that it had."""
        self.workers.discard(worker)
        with suppress(ValueError):
            self.idle.remove(worker)
        self._loop.remove_reader(worker.channel.fileno())
        worker.channel.close()
        return self._taken(worker)

    def _ended(self, worker: Worker) -> None:
        """An evaluator ended by itself."""
        job = self._forget(worker)
        if job and not job.again and self._loop.time() - worker.since < _AT_ONCE:
            # it had ended before it was given the job, most probably: another may try, once
            job.again = True
            self.waiting.appendleft(job)
            job = None
            self._feed()
        self._do(self._reap(worker, job))
        self._restock()

    async def _reap(self, worker: Worker, job: Job | None) -> None:
        """Have a process's end taken note of; tell `job`, which it had, why. A keeper
        that doesn't say so in the job's time leaves it without a reason, but never waiting."""
        error: LdnError = EngineLost("the engine ended under this query; ask again")
        overdue = self._loop.call_at(job.asked + job.seconds, job.fail, error) if job else None
        if self.link:
            with suppress(LdnError):
                code = await self.link.call("end", worker.pid)
                if job:
                    error = self.why(code)
        if job and overdue:
            overdue.cancel()
            job.fail(error)

    def why(self, code: int) -> LdnError:
        """What a process's exit code says about the query or update that it had."""
        self.killed["crash"] += 1
        if code == -signal.SIGABRT:
            return OutOfMemory(
                f"the query needed more than {self.limits.memory >> 20:,} MB of memory, the most "
                "it may have; ask for less: ORDER BY, DISTINCT and GROUP BY hold all their rows"
            )
        if code in (-signal.SIGSEGV, -signal.SIGBUS):
            return BadQuery(
                "the engine broke down over this query, which is probably nested too deeply; "
                "write it flatter"
            )
        return EngineLost(f"the engine ended under this query (code {code}); ask again")

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
