"""The front's line to a keeper: one call after the other, each made in a thread."""

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from typing import Any

from ldn_graph.web.engine.evaluator import Rules
from ldn_graph.web.engine.job import EngineLost


class Link:
    """A keeper as seen from the event loop; `on_lost` is called when it has gone unasked."""

    def __init__(
        self, channel: Connection, process: asyncio.subprocess.Process, on_lost: Callable[[], None]
    ) -> None:
        self._channel, self._process, self._on_lost = channel, process, on_lost
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keeper")
        self._open = True
        self._watch = asyncio.create_task(self._watched())

    @classmethod
    async def start(cls, rules: Rules, memory: int, on_lost: Callable[[], None]) -> "Link":
        """A new keeper, empty. `memory`: the bytes that an evaluation may add."""
        ours, theirs = Pipe()
        # what can be imported here can be there, however this process was started
        path = os.pathsep.join(p for p in sys.path if p)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "ldn_graph.web.engine.keeper", str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": path},
            )
        ours.send((rules, memory))
        return cls(ours, process, on_lost)

    @property
    def pid(self) -> int:
        """The keeper's process."""
        return self._process.pid

    async def call(self, method: str, *given: Any, fd: int | None = None) -> Any:
        """What a method of `keeper.Keeper` returns, given a descriptor besides where it takes one.

        Raises EngineLost, or what the method raises.
        """
        if not self._open:
            raise _lost()
        loop = asyncio.get_running_loop()
        value = await loop.run_in_executor(self._thread, self._called, method, given, fd)
        if isinstance(value, Exception):
            raise value
        return value

    def _called(self, method: str, given: tuple[Any, ...], fd: int | None) -> Any:
        try:
            self._channel.send((method, given))
            if fd is not None:
                send_handle(self._channel, fd, self.pid)
            return self._channel.recv()
        except (EOFError, OSError):
            return _lost()

    async def close(self) -> None:
        """End the keeper; its evaluators end with it."""
        self._open = False
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._watch

    async def _watched(self) -> None:
        await self._process.wait()
        self._thread.submit(self._channel.close)  # after a call that may be reading from it
        self._thread.shutdown(wait=False)
        if self._open:
            self._open = False
            self._on_lost()


def _lost() -> EngineLost:
    return EngineLost("the engine ended unexpectedly and is started again; ask again")
