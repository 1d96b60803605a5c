"""A real headless Chromium for the tests that look at a written page.

LDN_GRAPH_CHROMIUM names one; else it is looked for by its usual names, then among playwright's
own. Without one a test skips, with one line that says what to do; in CI it fails.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--no-first-run",
    # loopback alone is reached; to look at each request from here instead takes as long as to
    # answer it, and turns the browser's cache off
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
REMEDY = "no Chromium found; run scripts/install_browser.sh, or set LDN_GRAPH_CHROMIUM to one"


def chromium_path() -> str | None:
    """Where a Chromium lies; None where there is none outside playwright's own folder."""
    named = os.environ.get("LDN_GRAPH_CHROMIUM")
    if named:
        return named
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser, launched once a module.

    For the session it would never end: each module that imports this by name has one of its own,
    and playwright's event loop bears no other beside it.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        found = chromium_path()
        own = playwright.chromium.executable_path
        if found is None and not Path(own).exists():
            if os.environ.get("CI"):
                pytest.fail(REMEDY)
            pytest.skip(REMEDY)
        browser = playwright.chromium.launch(executable_path=found or own, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Write a page to a file and open it, off line.

    At the end of the test there must have been no request but for its own file, no error in the
    console and no dialogue.
    """
    faults: list[str] = []
    contexts = []

    def only_its_own_file(request: Any) -> None:
        if not request.url.startswith(tmp_path.as_uri()):
            faults.append(f"asked for {request.url[:200]}")

    def heard(message: Any) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"{message.type}: {message.text}")

    def spoken(dialogue: Any) -> None:
        faults.append(f"dialogue: {dialogue.message}")
        dialogue.dismiss()

    def open_page(html: str, hash: str = "", **options: Any) -> Any:
        path = tmp_path / f"page-{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        settings = {"viewport": {"width": 1400, "height": 900}} | options
        context = chromium.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("request", only_its_own_file)
        page.on("console", heard)
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on("dialog", spoken)
        page.goto(path.as_uri() + hash)
        page.wait_for_selector("html.ready", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults
