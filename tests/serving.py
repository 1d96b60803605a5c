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


@pytest.fixture
def browse(chromium: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Open a path of the site in a browser that can reach nothing else.

    At the end there must have been no other request, no console error and no dialogue; a test
    that means one appends its text to `browse.expected`.
    """
    faults: list[str] = []
    contexts: list[Any] = []

    def only_here(request: Any) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            faults.append(f"asked for {request.url[:200]}")

    def open_page(path: str = "/", **options: Any) -> Any:
        context = chromium.new_context(**({"viewport": {"width": 1400, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("request", only_here)
        page.on(
            "console",
            lambda m: faults.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else 0,
        )
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.goto(site + path)
        return page

    open_page.expected = []  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()
    meant = open_page.expected  # type: ignore[attr-defined]
    assert not [f for f in faults if not any(m in f for m in meant)]
