"""The real server as a process on a free port of loopback; and a browser that visits it."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
DESK = {"width": 1400, "height": 900}


@contextlib.contextmanager
def served(*options: str, data: Path | None = None, **environment: str) -> Iterator[str]:
    """Run `ldn-graph serve --port 0` with `options`; gives the site's address, with no slash."""
    chosen = ["--data", str(data)] if data else []
    command = [sys.executable, "-m", "ldn_graph", *chosen, "serve", "--port", "0", *options]
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115 (a pipe that nobody reads would fill)
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("serving "):
            log.seek(0)
            raise AssertionError(f"the server did not start: {line}{log.read()}")
        yield line.split()[1].rstrip("/")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        log.close()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a server of the shipped corpus."""
    with served() as address:
        yield address


def listeners(site: str, faults: list[str]) -> dict[str, Callable[[Any], None]]:
    """What is told of a page → who writes down what should not be."""

    def only_here(request: Any) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            faults.append(f"asked for {request.url[:200]}")

    def heard(message: Any) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"{message.type}: {message.text}")

    def broken(error: Any) -> None:
        faults.append(f"page error: {error}")

    return {"request": only_here, "console": heard, "pageerror": broken}


def unmeant(faults: list[str], meant: list[str]) -> list[str]:
    """The faults that a test did not announce."""
    return [f for f in faults if not any(m in f for m in meant)]


@pytest.fixture
def browse(chromium: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Open a path of the site in a browser that can reach nothing else.

    At the end there must have been no other request, no console error and no dialogue; a test
    that means one appends its text to `browse.expected`.
    """
    faults: list[str] = []
    contexts: list[Any] = []

    def open_page(path: str = "/", **options: Any) -> Any:
        context = chromium.new_context(**({"viewport": DESK} | options))
        contexts.append(context)
        page = context.new_page()
        for event, heard in listeners(site, faults).items():
            page.on(event, heard)
        page.goto(site + path)
        return page

    open_page.expected = []  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()
    left = unmeant(faults, open_page.expected)  # type: ignore[attr-defined]
    assert not left, left


@pytest.fixture(scope="module")
def used_pages(chromium: Any) -> Iterator[dict[str, Any]]:
    """The pages that `look` opens again and again, by what can't be changed in an open one."""
    pages: dict[str, Any] = {}
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture
def look(chromium: Any, site: str, used_pages: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """`browse` for a test that only looks: it goes on in a page that others have looked at.

    That takes less than half the time, as scripts are at hand and compiled. A test that leaves
    something behind, in storage or in cookies, or that is about a first visit, takes `browse`.
    """
    faults: list[str] = []
    heard = listeners(site, faults)
    seen: list[Any] = []

    def open_page(
        path: str = "/",
        viewport: dict[str, int] = DESK,
        color_scheme: str = "light",
        reduced_motion: str = "no-preference",
        **options: Any,
    ) -> Any:
        page = used_pages.get(repr(options))
        if page is None:
            page = used_pages[repr(options)] = chromium.new_context(**options).new_page()
        if page not in seen:
            seen.append(page)
            for event, hearer in heard.items():
                page.on(event, hearer)
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        page.goto(site + path)
        return page

    open_page.expected = []  # type: ignore[attr-defined]
    yield open_page
    for page in seen:
        for event, hearer in heard.items():
            page.remove_listener(event, hearer)
    left = unmeant(faults, open_page.expected)  # type: ignore[attr-defined]
    assert not left, left
