"""Visitors see what is on record: after any changes, what is served is what anew would be."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import pyoxigraph as ox
import pytest

from ldn_graph.web.curation.publication import Showing
from ldn_graph.web.curation.workspace_access import Office
from ldn_graph.web.engine.job import EngineLost
from ldn_graph.web.settings import Settings
from ldn_graph.web.state import Quads, Snapshot, State
from tests.curators import ANN, BEN, EVE, INFLAMMATION, fields, staffed
from tests.curators import copied as copied_to


class Site:
    """A server without sockets: what its query workers hold, and what it shows."""

    def __init__(self, folder: Path) -> None:
        self.desk = staffed(copied_to(folder))
        self.office = Office(self.desk)
        self.state = State(Settings(data=self.desk.folder), self.office.snapshot())
        self.held = set(self.state.current.graph.quads)
        self.renewed: list[tuple[int, int]] = []
        self.broken = False
        self.state.renewals.append(self._renew)
        self.showing = Showing(self.office, self.state)

    async def _renew(self, _: Snapshot, removed: Quads, added: Quads) -> None:
        if self.broken:
            raise EngineLost("the engine ended; ask again")
        assert set(removed) <= self.held
        self.held = (self.held - set(removed)) | set(added)
        self.renewed.append((len(removed), len(added)))

    async def settle(self) -> None:
        """Wait until paths are up to date too."""
        until = time.monotonic() + 20
        self.office.changed.set()
        while self.office.changed.is_set() or self.behind():
            assert time.monotonic() < until, "it is never shown"
            await asyncio.sleep(0.01)

    def behind(self) -> bool:
        shown = self.office.public(self.desk.corpus)
        return self.showing._index.stale or self.state.current.graph.corpus is not shown

    def anew(self) -> list[ox.Quad]:
        return self.office.snapshot().graph.quads


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def running(site: Site, steps: Callable[[], Coroutine[None, None, None]]) -> None:
    async def both() -> None:
        task = asyncio.create_task(site.showing.run())
        stepping = asyncio.create_task(steps())
        await asyncio.wait({task, stepping}, return_when=asyncio.FIRST_COMPLETED)
        assert not task.done(), task.exception()
        task.cancel()
        await stepping

    asyncio.run(both())


def test_what_is_shown_is_what_anew_would_be(site: Site) -> None:
    async def steps() -> None:
        versions = [site.state.current.version]
        for change in (
            lambda desk: desk.create(fields(desk.corpus.claims[INFLAMMATION], "new"), by=ANN),
            lambda desk: desk.submit("new", by=ANN),
            lambda desk: desk.accept("new", by=BEN),
            lambda desk: desk.retract_source("synthetic-trial-a", by=EVE, why="withdrawn"),
            lambda desk: desk.retract(INFLAMMATION, by=EVE, why="withdrawn"),
        ):
            await site.office.do(change)
            await site.settle()
            graph = site.state.current.graph
            assert set(graph.quads) == site.held
            assert site.held == set(site.anew())
            assert graph.strengths == site.office.snapshot().graph.strengths
            versions.append(site.state.current.version)
        assert len(set(versions[:3])) == 1, "visitors see nothing of a draft"
        assert len(set(versions[2:])) == 4, "each state in force has its version"

    running(site, steps)


def test_a_claim_is_shown_before_its_paths_are_found(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(site.showing, "_search", never)

    async def steps() -> None:
        await site.office.do(lambda desk: desk.retract(INFLAMMATION, by=EVE, why="withdrawn"))
        while site.state.current.graph.corpus is not site.office.public(site.desk.corpus):
            await asyncio.sleep(0.01)
        graph = site.state.current.graph
        assert site.showing._index.stale
        assert not graph.corpus.claims[INFLAMMATION].current
        assert set(graph.quads) == site.held, "pages and queries have the same, old paths included"
        assert sum(site.renewed[-1]) < len(site.held) // 4, "a change costs what it changes"

    running(site, steps)


def test_a_draft_costs_no_search_and_no_new_version(site: Site) -> None:
    async def steps() -> None:
        before = site.state.current.version
        await site.office.do(lambda desk: desk.edit(INFLAMMATION, {"note": "n"}, by=ANN, why="w"))
        await site.settle()
        assert (site.state.current.version, site.renewed) == (before, [])
        assert INFLAMMATION in site.desk.corpus.proposals
        assert not site.state.current.graph.corpus.proposals

    running(site, steps)


def test_an_edit_by_hand_is_shown(site: Site) -> None:
    path = site.desk.folder / "claims" / f"{INFLAMMATION}.yaml"
    text = path.read_text(encoding="utf-8")

    async def steps() -> None:
        path.write_text(text + "# a remark\n", encoding="utf-8")
        await site.showing.take_up()
        await site.settle()
        assert site.held == set(site.anew())

    running(site, steps)


def test_what_could_not_be_shown_is_tried_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ldn_graph.web.curation.publication._AGAIN", 0.05)

    async def steps() -> None:
        site.broken = True
        await site.office.do(lambda desk: desk.retract(INFLAMMATION, by=EVE, why="withdrawn"))
        await asyncio.sleep(0.2)
        assert site.state.current.graph.corpus.claims[INFLAMMATION].current, (
            "as the workers have it"
        )
        site.broken = False
        await site.settle()
        assert site.held == set(site.anew()) == set(site.state.current.graph.quads)

    running(site, steps)
