"""Work that may take seconds: few at a time, an end to the waiting, and a memory of answers.

What runs here is bounded in itself (`paths.EFFORT`, a picture's greatest size), so a thread that
nobody waits for any more comes to its end too.
"""

import threading
from collections.abc import AsyncIterator, Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from anyio import CapacityLimiter
from cachetools import LRUCache
from starlette.exceptions import HTTPException

_V = TypeVar("_V")


class Slow:
    """Runs `workers` at a time, lets `waiting` more wait, and nobody longer than `seconds`."""

    def __init__(self, *, workers: int = 2, waiting: int = 8, seconds: float = 15.0) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="slow")
        self._places = threading.Semaphore(workers + waiting)
        self._seconds = seconds

    def run(self, work: Callable[[], _V]) -> _V:
        """What `work` returns or raises. Raises HTTPException 503 where it is too much."""
        if not self._places.acquire(blocking=False):
            raise HTTPException(
                503,
                "too many slow requests at once; try again in a few seconds",
                {"retry-after": "5"},
            )
        future: Future[_V] = self._pool.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        try:
            return future.result(self._seconds)
        except NotInTime as error:
            future.cancel()
            raise HTTPException(
                503,
                f"not done within {self._seconds:g} seconds; ask for less: fewer steps or claims",
                {"retry-after": "5"},
            ) from error


class Memory:
    """The last `most` answers by what they were answers to; for use from several threads."""

    def __init__(self, most: int = 32) -> None:
        self._kept: LRUCache[Hashable, Any] = LRUCache(most)
        self._lock = threading.Lock()

    def get(self, key: Hashable, work: Callable[[], _V]) -> _V:
        """The answer to `key`, from memory or by `work`. One that fails is not kept."""
        with self._lock:
            if key in self._kept:
                return cast(_V, self._kept[key])
        made = work()
        with self._lock:
            self._kept[key] = made
        return made


@asynccontextmanager
async def one_of(limiter: CapacityLimiter, waiting: int = 16) -> AsyncIterator[None]:
    """Hold a place of `limiter`. Raises HTTPException 503 where that many wait already."""
    if limiter.statistics().tasks_waiting >= waiting:
        raise HTTPException(
            503, "too many ask for earlier states; try again in a few seconds", {"retry-after": "5"}
        )
    async with limiter:
        yield


#: Files of curators that are read at a time, each in a process that may take a minute and 2 GiB.
#: Who waits holds no thread.
READING = CapacityLimiter(2)
SLOW = Slow()
MEMORY = Memory()
