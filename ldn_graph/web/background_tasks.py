"""What the server does beside answering: files that are edited are followed, and pages warmed up.

Pages, pictures, questions, the index and the templates are made once for each version of the
data. The one page of each kind that needs most of them is asked for right after the start, and
again once the data have changed; meanwhile everybody else is answered.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Scope
from watchfiles import DefaultFilter, awatch

from ldn_graph.errors import LdnError
from ldn_graph.web.explorer.lessons import folder_of
from ldn_graph.web.observability import busy
from ldn_graph.web.state import Snapshot, State

data_log = structlog.get_logger("ldn_graph.data")
#: Editors and git write in bursts; a state in the middle of one is wrong for a moment.
QUIET_MS = 300
#: How often it is looked whether the folder is still the one that is watched.
LOOK_MS = 2000
#: What anybody is told; the log says which files, and what is in them.
_TOLD = "files of the corpus are wrong; the last good state is served, the log says what to mend"


@contextlib.asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do `work` beside what is within, and cancel it at the end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Records(DefaultFilter):
    """The files that a corpus is made of; not the neighbours that are written before a rename."""

    def __call__(self, change: object, path: str) -> bool:
        name = Path(path).name
        return name.endswith((".yaml", ".yml")) and not name.startswith(".")


async def watch(state: State) -> None:
    """Follow the corpus's folder until cancelled; the last good state is served meanwhile."""
    folder = state.settings.data
    if folder is None:
        return
    while True:
        watched = _identity(folder)
        if watched is None:  # a disk that is not there just now
            await asyncio.sleep(LOOK_MS / 1000)
            continue
        changes = awatch(
            folder, watch_filter=Records(), step=QUIET_MS, rust_timeout=LOOK_MS,
            yield_on_timeout=True,
        )  # fmt: skip
        async with contextlib.aclosing(changes):
            async for found in changes:
                if found:
                    await take_up(state)
                if _identity(folder) != watched:
                    break
        await take_up(state)


async def is_there(state: State) -> bool:
    """Whether the corpus's folder can be read: a disk may be taken away below a server."""
    folder = state.settings.data
    return folder is None or await run_in_threadpool((folder / "corpus.yaml").is_file)


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another one that takes its place; None where there is none."""
    try:
        found = (folder / "corpus.yaml").parent.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


async def take_up(state: State) -> None:
    """Read the corpus anew; what is wrong with it is logged, and shown by `/health/ready`."""
    try:
        before = state.current.version
        await (state.follow() if state.follow else _read(state))
        now = state.current
        if now.version != before:
            data_log.info("data changed", version=now.version, claims=len(now.graph.corpus.claims))
        found = "\n".join(state.problems())
        state.problem = _TOLD if found else None
        if found:
            data_log.error("data not taken up", problem=found, serving=now.version)
    except LdnError as error:
        state.problem = _TOLD
        data_log.error("data not taken up", problem=str(error), serving=state.current.version)


async def _read(state: State) -> None:
    fresh = await run_in_threadpool(state.read)
    if fresh.version != state.current.version:
        await state.serve(fresh)


@contextlib.asynccontextmanager
async def watching(state: State) -> AsyncIterator[None]:
    """Watch while the server runs."""
    async with running(watch(state)):
        yield


warmup_log = structlog.get_logger("ldn_graph.warming")
#: Seconds without a further change before data are looked at again: curators write in bursts.
QUIET = 2.0
#: A round that takes longer is not made again for each change: a visitor waits for one page, and
#: not everybody for all of them.
LONGEST = 5.0
#: Between two of its own visits the server looks so often, so many seconds apart, whether others
#: are being answered, and lets them go first.
LOOKS, APART = 50, 0.02


def visits(shown: Snapshot) -> Iterator[str]:
    """The paths to be asked for, first those that most visitors begin with."""
    corpus = shown.graph.corpus
    yield from ("/", "/map", "/graph", "/graph/data.json", "/query", "/lessons")
    for lesson in sorted(folder_of(shown.graph).glob("*.md"))[:1]:
        yield f"/lessons/{lesson.stem}"
    most = max(shown.about, key=lambda name: len(shown.about[name]), default=None)
    if most is not None:
        yield f"/entity/{most}"
    yield from (f"/claim/{claim.id}" for claim in corpus.current()[:1])
    yield from (f"/source/{name}" for name in list(corpus.sources)[:1])
    yield from ("/api/search?q=a", "/search?q=a", "/graph/claims.json")
    yield from ("/about", "/compare", "/gaps", "/dataset", "/compare/studies.svg")
    if most is not None:
        yield from (f"/entity/{most}/picture.svg", f"/entity/{most}/studies.svg")


async def visit(app: Starlette, path: str) -> int:
    """Ask the site for a path, past what counts and logs requests; gives the status."""
    bare, _, query = path.partition("?")
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": bare,
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"accept", b"text/html, */*;q=0.5"), (b"host", b"localhost")],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
        "app": app,
        "state": {},
        "session": {},
    }
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app.router(scope, receive, send)
    return statuses[0]


async def warm(app: Starlette, state: State) -> float:
    """Make every visit; gives how long it took, in seconds. A fault is logged, and no more."""
    begun = time.perf_counter()
    for path in await asyncio.to_thread(lambda: list(visits(state.current))):
        await _others_first()
        try:
            await visit(app, path)
        except Exception as error:
            warmup_log.warning("not made beforehand", path=path, problem=str(error))
    took = time.perf_counter() - begun
    warmup_log.debug("pages made beforehand", seconds=round(took, 2), version=state.current.version)
    return took


async def _others_first() -> None:
    for _ in range(LOOKS):
        await asyncio.sleep(APART)
        if not busy():
            return


async def keep_warm(app: Starlette, state: State) -> None:
    """Warm now, and after each change, until cancelled."""
    took = await warm(app, state)
    while took < LONGEST:
        await state.changed.wait()
        while state.changed.is_set():
            state.changed.clear()
            await asyncio.sleep(QUIET)
        took = await warm(app, state)


@contextlib.asynccontextmanager
async def warming(app: Starlette, state: State) -> AsyncIterator[None]:
    """Keep the pages ready while the server runs; nobody's request waits for it."""
    async with running(keep_warm(app, state)):
        yield
