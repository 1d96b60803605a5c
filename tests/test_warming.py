"""The server makes what pages need before anybody asks, once, and stays out of visitors' way."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus
from ldn_graph.web import background_tasks, observability
from ldn_graph.web.app import create_app
from ldn_graph.web.explorer import page
from ldn_graph.web.settings import Settings
from tests.conftest import MINI


@pytest.fixture
def app() -> Iterator[Starlette]:
    page._things.clear()
    yield create_app(Settings(data=MINI))
    page._things.clear()


def request(app: Starlette) -> Request:
    return Request({"type": "http", "app": app, "headers": []})


@pytest.mark.parametrize("folder", ["shipped", "mini", "empty"])
def test_every_visit_is_to_a_page_that_is_there(folder: str, mini: Corpus, tmp_path: Path) -> None:
    bare = mini.model_copy(update={"claims": {}, "entities": {}, "sources": {}, "gaps": {}})
    corpora.save(bare, tmp_path)
    data = {"shipped": None, "mini": MINI, "empty": tmp_path}[folder]
    app = create_app(Settings(data=data))

    async def visited() -> dict[str, int]:
        paths = list(background_tasks.visits(app.state.ldn.current))
        return {path: await background_tasks.visit(app, path) for path in paths}

    statuses = asyncio.run(visited())
    assert len(statuses) >= 10
    assert {path: status for path, status in statuses.items() if status != 200} == {}


def test_a_visitor_after_it_finds_everything_made(app: Starlette) -> None:
    asyncio.run(background_tasks.warm(app, app.state.ldn))
    for name in ("figures", "examples", "questions", "gaps", "overview"):
        assert page.kept(request(app), name, lambda: pytest.fail("made again")) is not None


def test_one_visit_that_fails_leaves_the_others(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited: list[str] = []

    async def visit(_: Starlette, path: str) -> int:
        visited.append(path)
        if path == "/graph":
            raise ValueError("broken")
        return 200

    monkeypatch.setattr(background_tasks, "visit", visit)
    asyncio.run(background_tasks.warm(app, app.state.ldn))
    assert visited == list(background_tasks.visits(app.state.ldn.current))


def test_it_is_made_again_for_changed_data_but_not_where_that_takes_long(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    took: list[float] = []
    monkeypatch.setattr(background_tasks, "QUIET", 0.0)

    async def warm(*_: Any) -> float:
        took.append(0.0 if len(took) < 2 else background_tasks.LONGEST)
        return took[-1]

    async def change() -> None:
        state = app.state.ldn
        task = asyncio.create_task(background_tasks.keep_warm(app, state))
        for _ in range(2):
            await asyncio.sleep(0.02)
            await state.change(state.current, [], [])
        await asyncio.wait_for(task, 10)  # the third round took long: it ends there

    monkeypatch.setattr(background_tasks, "warm", warm)
    asyncio.run(change())
    assert len(took) == 3


def test_the_end_of_the_server_is_the_end_of_it(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited: list[str] = []

    async def visit(_: Starlette, path: str) -> int:
        visited.append(path)
        await asyncio.sleep(60)
        return 200

    async def run() -> None:
        async with background_tasks.warming(app, app.state.ldn):
            while not visited:
                await asyncio.sleep(0.01)

    monkeypatch.setattr(background_tasks, "visit", visit)
    asyncio.run(asyncio.wait_for(run(), 10))
    assert len(visited) == 1


def test_visitors_go_first(app: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    visited: list[tuple[str, bool]] = []

    async def visit(_: Starlette, path: str) -> int:
        visited.append((path, observability.busy()))
        return 200

    async def run() -> None:
        observability.RUNNING.inc()
        task = asyncio.create_task(background_tasks.warm(app, app.state.ldn))
        await asyncio.sleep(0.2)
        assert visited == []
        observability.RUNNING.dec()
        await asyncio.wait_for(task, 20)

    monkeypatch.setattr(background_tasks, "visit", visit)
    asyncio.run(run())
    assert visited
    assert not any(busy for _, busy in visited)


def test_what_several_ask_for_at_once_is_made_once(app: Starlette) -> None:
    made: list[int] = []
    all_there = threading.Barrier(4)

    def make() -> str:
        made.append(1)
        threading.Event().wait(0.1)
        return "it"

    def ask(_: int) -> str:
        all_there.wait()
        return page.kept(request(app), "thing", make)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == ["it"] * 4
    assert made == [1]


def test_what_could_not_be_made_is_tried_again(app: Starlette) -> None:
    def broken() -> str:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            page.kept(request(app), "thing", broken)
    assert page.kept(request(app), "thing", lambda: "it") == "it"
    assert page._making == {}
