"""The evaluators as seen from the event loop: who is free, who waits, who has to be stopped."""

import asyncio
import os
import signal
import socket
import sys
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from ldn_graph.errors import BadQuery, LdnError
from ldn_graph.web.engine import frames
from ldn_graph.web.engine.limits import Limits
from ldn_graph.web.engine.link import Link
from ldn_graph.web.engine.refusals import Busy, Cancelled, EngineLost, OutOfMemory, QueryTimeout
from ldn_graph.web.engine.work import Job, Reply, Worker

#: Seconds between two looks at the clock while anything runs.
_TICK = 0.025
#: When a query takes so long, its client is watched: it may go away.
_LONG = 0.2
#: A query that runs so long is slow: the front's other work, and quick queries, go before it.
_SLOW = 1.0
#: When others have waited so long for an evaluator, there is another.
_PATIENCE = 0.05
#: An evaluator beyond the usual number is let go after so many idle seconds.
_IDLE = 10.0
_NICE = 10
#: An evaluator that is at its job for no longer takes another one already.
_YOUNG = 0.003
#: Answers that take so many seconds are soon done.
_SOON = 0.001
#: It has so many at most; to be woken for each would take it longer than a short answer.
_AHEAD = 3
#: Processors for evaluators: the front has one to itself.
_PROCESSORS = max(1, (os.cpu_count() or 1) - 1)
#: An evaluator that ends so soon after it was given a job may not have ended because of it.
_AT_ONCE = 0.1


class Pool:
    """Evaluators forked by one keeper after the other."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.link: Link | None = None
        self.workers: set[Worker] = set()
        self.idle: list[Worker] = []
        self.waiting: deque[Job] = deque()
        self.killed: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self._starting = 0
        self._ticking = False
        self._usual = 0.0  # the seconds that answers took lately
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    # ── asking

    def ask(
        self,
        kind: int,
        body: bytes,
        client: str,
        seconds: float,
        on_slow: Callable[[Job], None] | None = None,
    ) -> Job:
        """Put a question; its future has the reply. Raises Busy."""
        loop = self._loop
        job = Job(kind, body, client, seconds, loop.time(), loop.create_future(), on_slow)
        worker = self._free_place(job) if self._may_run(job) else None
        if worker:
            self._give(worker, job)
        elif len(self.waiting) >= self.limits.queue:
            raise Busy(
                f"{len(self.waiting)} queries wait already; ask again in a second, and not all "
                "at once"
            )
        else:
            self.waiting.append(job)
        if not self._ticking:
            self._ticking = True
            loop.call_later(_TICK, self._tick)
        return job

    def cancel(self, job: Job) -> None:
        """Nobody wants the answer any more: free the processor."""
        self._fail(job, Cancelled("the client went away"))

    def _may_run(self, job: Job) -> bool:
        return not job.client or self._running[job.client] < self.limits.a_client

    def _free_place(self, job: Job) -> Worker | None:
        """An evaluator that is free, or will be at once by all appearance.

        While all processors have work that is soon done, one more at work would not be quicker:
        it would have to be woken, and would take a processor from the others.
        """
        shortest, length, young = None, _AHEAD, 0
        for worker in self.workers:
            if worker.jobs and job.asked - worker.since < _YOUNG and not worker.leaving:
                young += 1
                if len(worker.jobs) < length:
                    shortest, length = worker, len(worker.jobs)
        if self.idle and (shortest is None or young < _PROCESSORS or self._usual > _SOON):
            return self.idle.pop()
        return shortest

    def _give(self, worker: Worker, job: Job) -> None:
        if not worker.jobs:
            worker.since = self._loop.time()
        worker.jobs.append(job)
        job.worker = worker
        if job.client:
            self._running[job.client] += 1
        alone = len(worker.jobs) == 1 and len(self.idle) == len(self.workers) - 1
        kind = job.kind | frames.ALONE if alone else job.kind
        worker.send(frames.HEAD.pack(kind, len(job.body)) + job.body)

    def _read(self, worker: Worker) -> None:
        try:
            reply = worker.reader.read()
        except frames.Closed:
            self._ended(worker)
            return
        while reply is not None:
            self._replied(worker, reply)
            reply = worker.reader.take()

    def _replied(self, worker: Worker, reply: Reply) -> None:
        job = worker.jobs.popleft()
        now = self._loop.time()
        self._usual += (min(now - worker.since, _YOUNG) - self._usual) / 16
        worker.since = now
        if job:
            self._release_place(job)
        if reply[0] & frames.LEAVING or (worker.leaving and not any(worker.jobs)):
            self._take_back(worker)
            self._stop(worker)
            self._restock()
        elif not worker.leaving:
            self._next(worker)
        if job and not job.future.done():
            job.future.set_result(reply)
        elif reply[2] is not None:
            os.close(reply[2])

    def _release_place(self, job: Job) -> None:
        job.worker = None
        if job.client:
            self._running[job.client] -= 1
            if not self._running[job.client]:
                del self._running[job.client]

    def _take_back(self, worker: Worker) -> None:
        """Let others do what an evaluator has not begun."""
        for place in range(len(worker.jobs) - 1, -1, -1):
            job = worker.jobs[place]
            if job:
                worker.jobs[place] = None
                self._release_place(job)
                self.waiting.appendleft(job)

    def _next(self, worker: Worker) -> None:
        """Give an evaluator the first job that may run."""
        for job in self.waiting:
            if self._may_run(job):
                self.waiting.remove(job)
                self._give(worker, job)
                return
        if not worker.jobs:
            self.idle.append(worker)

    def _feed(self) -> None:
        """Give free evaluators what may run by now."""
        for job in list(self.waiting):
            if not self.idle:
                return
            if self._may_run(job):
                self.waiting.remove(job)
                self._give(self.idle.pop(), job)

    def _fail(self, job: Job, error: LdnError) -> None:
        """End a job with an error, and the evaluator that has it."""
        worker = job.worker
        if worker is None:
            with suppress(ValueError):
                self.waiting.remove(job)
        elif worker.jobs[0] is job:
            worker.jobs.popleft()
            self._release_place(job)
            self._take_back(worker)
            self._stop(worker)
            self._restock()
        else:
            worker.jobs[worker.jobs.index(job)] = None
            self._release_place(job)
        job.fail(error)

    # ── the clock

    def _tick(self) -> None:
        now = self._loop.time()
        for worker in list(self.workers):
            if worker.jobs:
                self._look_at(worker, now)
        for job in list(self.waiting):
            if now - job.asked >= job.seconds:
                self.killed["queue"] += 1
                self._fail(job, Busy("the server is busy with other queries; ask again later", 5))
            elif job.on_slow and now - job.asked >= _LONG:
                job.told_slow()
        self._feed()
        self._grow(now)
        surplus = len(self.workers) > self.limits.workers
        self._ticking = bool(self.waiting or surplus or len(self.idle) < len(self.workers))
        if self._ticking:
            self._loop.call_later(_TICK, self._tick)

    def _look_at(self, worker: Worker, now: float) -> None:
        job = worker.jobs[0]
        if job and now - job.asked >= job.seconds:
            self.killed["deadline"] += 1
            self._fail(
                job,
                QueryTimeout(
                    f"the query was stopped after {job.seconds:g} s, the most it may take; ask "
                    "for less: add LIMIT, name more of what you look for, or leave out a pattern"
                ),
            )
            return
        if job and job.on_slow and now - job.asked >= _LONG:
            job.told_slow()
        if now - worker.since >= _TICK and len(worker.jobs) > 1:
            first = worker.jobs.popleft()
            self._take_back(worker)
            worker.jobs.appendleft(first)
        if now - worker.since >= _LONG and not any(worker.jobs):
            self._stop(worker)  # it works for nobody
            self._restock()
            return
        if now - worker.since >= _SLOW and not worker.leaving:
            worker.leaving = True
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, worker.pid, _NICE)

    def _grow(self, now: float) -> None:
        """More evaluators where jobs have waited, fewer where there is nothing to do."""
        waited = [j for j in self.waiting if now - j.asked > _PATIENCE and self._may_run(j)]
        room = self.limits.most_workers - len(self.workers) - self._starting
        for _ in range(min(len(waited) - self._starting, room)):
            self._start()
        while len(self.workers) > self.limits.workers and self.idle:
            if now - self.idle[0].since < _IDLE:
                break
            self._stop(self.idle.pop(0))

    # ── evaluators

    def use(self, link: Link) -> None:
        """Have evaluators of this keeper; those of another end with the job that they have."""
        old, self.link = self.link, link
        for worker in self.workers:
            worker.leaving = True
        while self.idle:
            self._stop(self.idle.pop())
        self._restock()
        if old and old is not link:
            self._release(old)

    async def settled(self) -> None:
        """Return when the evaluators that are being started are there."""
        while self._starting:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def lose(self) -> None:
        """The keeper has ended, and all evaluators with it."""
        self.link = None
        for worker in list(self.workers):
            job = self._first(worker)
            self._forget(worker)
            if sys.platform != "linux":
                with suppress(OSError):
                    os.kill(worker.pid, signal.SIGKILL)
            if job:
                again = "the engine ended under this query and is started again; ask again"
                job.fail(EngineLost(again))
        self.idle.clear()

    def _restock(self) -> None:
        """As many evaluators as there should always be."""
        current = sum(not w.leaving for w in self.workers)
        for _ in range(self.limits.workers - current - self._starting):
            self._start()

    def _start(self) -> None:
        if self.link:
            self._starting += 1
            self._do(self._fork(self.link))

    async def _fork(self, link: Link) -> None:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                pid = int(await link.call(frames.FORK, fd=theirs.fileno()))
        except LdnError:
            ours.close()
            return
        finally:
            self._starting -= 1
        ours.setblocking(False)
        worker = Worker(link, pid, ours, self._loop.time())
        self.workers.add(worker)
        self._loop.add_reader(worker.fd, self._read, worker)
        if link is not self.link:
            self._stop(worker)
            self._restock()
        else:
            self._next(worker)

    def _stop(self, worker: Worker) -> None:
        """Kill an evaluator that has no job any more."""
        self._forget(worker)
        self._do(self._reap(worker, None))

    def _first(self, worker: Worker) -> Job | None:
        """The job that an evaluator was at when it ended; what it had not begun goes to others."""
        job = worker.jobs.popleft() if worker.jobs else None
        if job:
            self._release_place(job)
        self._take_back(worker)
        return job

    def _forget(self, worker: Worker) -> None:
        self.workers.discard(worker)
        self._loop.remove_reader(worker.fd)
        worker.reader.drop()
        worker.channel.close()

    def _ended(self, worker: Worker) -> None:
        """An evaluator ended by itself."""
        job = self._first(worker)
        with suppress(ValueError):
            self.idle.remove(worker)
        self._forget(worker)
        if job and not job.again and self._loop.time() - worker.since < _AT_ONCE:
            # it had ended before it was given the job, most probably: another may try, once
            job.again = True
            self.waiting.appendleft(job)
            job = None
            self._feed()
        self._do(self._reap(worker, job))
        self._restock()

    async def _reap(self, worker: Worker, job: Job | None) -> None:
        """Kill a process and have its end taken note of; tell `job`, which it had, why. A keeper
        that doesn't say so in the job's time leaves it without a reason, but never waiting."""
        error: LdnError = EngineLost("the engine ended under this query; ask again")
        overdue = self._loop.call_at(job.asked + job.seconds, job.fail, error) if job else None
        with suppress(LdnError):
            code = int(await worker.link.call(frames.REAP, str(worker.pid).encode()))
            if job:
                error = self.why(code)
        if worker.link is not self.link:
            self._release(worker.link)
        if job and overdue:
            overdue.cancel()
            job.fail(error)

    def _release(self, link: Link) -> None:
        """Let a former keeper go when none of its evaluators is left."""
        if all(w.link is not link for w in self.workers):
            link.close()

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
