"""Files that are edited while the server runs: picked up when they are good, reported when not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
from starlette.concurrency import run_in_threadpool
from watchfiles import DefaultFilter, awatch

from ldn_graph.errors import LdnError
from ldn_graph.web.state import State

log = structlog.get_logger("ldn_graph.data")
#: Editors and git write in bursts; a state in the middle of one is wrong for a moment.
QUIET_MS = 300
#: How often it is looked whether the folder is still the one that is watched.
LOOK_MS = 2000
#: What anybody is told; the log says which files, and what is in them.
_TOLD = "files of the corpus are wrong; the last good state is served, the log says what to mend"


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
            log.info("data changed", version=now.version, claims=len(now.graph.corpus.claims))
        found = "\n".join(state.problems())
        state.problem = _TOLD if found else None
        if found:
            log.error("data not taken up", problem=found, serving=now.version)
    except LdnError as error:
        state.problem = _TOLD
        log.error("data not taken up", problem=str(error), serving=state.current.version)


async def _read(state: State) -> None:
    fresh = await run_in_threadpool(state.read)
    if fresh.version != state.current.version:
        await state.serve(fresh)


@contextlib.asynccontextmanager
async def watching(state: State) -> AsyncIterator[None]:
    """Watch while the server runs."""
    task = asyncio.create_task(watch(state))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
