"""The front's end of its line to a keeper: calls that are answered in their order."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from ldn_graph.web.engine import frames
from ldn_graph.web.engine.refusals import EngineLost, refused

#: Evaluators spend a third of their time in malloc; longer lists of free pieces make it a tenth
#: quicker (glibc; others do not read it).
_ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=1000"}
_KEEPER = (sys.executable, "-m", "ldn_graph.web.engine.keeper")


class Link:
    """A keeper as seen from the event loop; `on_lost` is called when it has gone unasked."""

    def __init__(self, channel: socket.socket, on_lost: Callable[["Link"], None]) -> None:
        self.pid = 0
        self._channel, self.on_lost = channel, on_lost
        self._loop = asyncio.get_running_loop()
        self._reader = frames.Reader(channel)
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._sending = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.open = True
        channel.setblocking(False)
        self._loop.add_reader(channel.fileno(), self._read)

    @classmethod
    def start(cls, rules: dict[str, object], on_lost: Callable[["Link"], None]) -> "Link":
        """A new keeper, empty."""
        ours, theirs = socket.socketpair()
        # what can be imported here can be there, however this process was started
        path = os.pathsep.join(p for p in sys.path if p)
        with theirs:
            process = subprocess.Popen(  # noqa: S603
                [*_KEEPER, str(theirs.fileno()), json.dumps(rules)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": path} | _ALLOCATOR,
            )
        link = cls(ours, on_lost)
        link._process, link.pid = process, process.pid
        return link

    async def call(self, kind: int, body: bytes = b"", fd: int | None = None) -> bytes:
        """Ask the keeper for something. Raises EngineLost, or what it refuses with."""
        future: asyncio.Future[bytes] = self._loop.create_future()
        async with self._sending:
            if not self.open:
                raise _lost()
            self._waiting.append(future)
            await self._send(kind, body, fd)
        return await future

    def expect(self) -> asyncio.Future[bytes]:
        """The next reply, where this side asks nothing."""
        future: asyncio.Future[bytes] = self._loop.create_future()
        self._waiting.append(future)
        return future

    def close(self) -> None:
        """Let the keeper end; its evaluators end with it."""
        if self.open:
            self.open = False
            self._loop.remove_reader(self._channel.fileno())
            self._reader.drop()
            self._channel.close()
            for future in self._waiting:
                if not future.done():
                    future.set_exception(_lost())
            self._waiting.clear()
        self.forget()

    def forget(self) -> None:
        """Leave no zombie, whether the keeper is our child or was handed to us as process 1."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
        elif self.pid:
            with suppress(ChildProcessError):
                os.waitpid(self.pid, os.WNOHANG)

    async def _send(self, kind: int, body: bytes, fd: int | None) -> None:
        head = frames.HEAD.pack(kind, len(body))
        try:
            if fd is None:
                await self._loop.sock_sendall(self._channel, head + body)
            else:
                socket.send_fds(self._channel, [head], [fd])
                if body:
                    await self._loop.sock_sendall(self._channel, body)
        except OSError:
            self._gone()

    def _read(self) -> None:
        try:
            frame = self._reader.read()
            while frame is not None:
                self._answered(frame[0], frame[1])
                frame = self._reader.take()
        except frames.Closed:
            self._gone()

    def _answered(self, kind: int, body: bytes) -> None:
        future = self._waiting.popleft()
        if future.done():
            return
        if kind == frames.DONE:
            future.set_result(body)
        elif kind == frames.REFUSED:
            future.set_exception(refused(body))
        else:
            future.set_exception(ValueError(body.decode()))

    def _gone(self) -> None:
        if self.open:
            self.close()
            self.on_lost(self)


def _lost() -> EngineLost:
    return EngineLost("the engine ended unexpectedly and is started again; ask again")
