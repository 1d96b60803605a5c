"""A question on its way, and the evaluator that has it."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from ldn_graph.errors import LdnError
from ldn_graph.web.engine import frames
from ldn_graph.web.engine.link import Link
from ldn_graph.web.engine.refusals import Cancelled

Reply = tuple[int, bytes, int | None]


class Job:
    """One question; `on_slow` is called once if it isn't answered at once."""

    __slots__ = (
        "again",
        "asked",
        "body",
        "client",
        "future",
        "kind",
        "on_slow",
        "seconds",
        "worker",
    )

    def __init__(
        self,
        kind: int,
        body: bytes,
        client: str,
        seconds: float,
        now: float,
        future: "asyncio.Future[Reply]",
        on_slow: Callable[["Job"], None] | None,
    ) -> None:
        self.kind, self.body = kind, body
        self.client, self.seconds = client, seconds
        self.asked, self.future, self.on_slow = now, future, on_slow
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
    """One evaluator: its process, its socket, and its jobs.

    The first job is being answered, since `since`; the next ones lie in the socket, so that the
    evaluator need not sleep and be woken. None stands for one that was given to another: its
    answer will come, and isn't wanted.
    """

    __slots__ = ("channel", "fd", "jobs", "leaving", "link", "pid", "reader", "since")

    def __init__(self, link: Link, pid: int, channel: socket.socket, now: float) -> None:
        self.link, self.pid, self.channel, self.since = link, pid, channel, now
        self.fd = channel.fileno()
        self.reader = frames.Reader(channel)
        self.jobs: deque[Job | None] = deque()
        self.leaving = False

    def send(self, frame: bytes) -> None:
        """Hand over a question; that the evaluator has ended is seen when it is read from."""
        try:
            sent = self.channel.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return
        if sent < len(frame):
            self.channel.settimeout(1)
            with suppress(OSError):
                self.channel.sendall(frame[sent:])
            self.channel.setblocking(False)
