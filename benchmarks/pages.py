"""How soon a page can be used, in a real browser: its first visit and its second.

    python -m benchmarks.pages            # or: --runs 3, --wait 5 (seconds before a first visit)

A visit is first in every way: the server has just begun to answer, nobody has asked it for a
page, and the browser has nothing of the site. The second has what the first left behind.
Times count from the click: to the first byte, to the first paint, and until the page has loaded,
what it draws is drawn and the browser has nothing left to do (interactive).
"""

import argparse
import platform
import statistics
import time
import urllib.request
from collections.abc import Iterable
from typing import Any

from benchmarks.report import _table

PAGES = (
    ("start", "/"),
    ("graph", "/graph"),
    ("entity", "/entity/low-dose-naltrexone"),
    ("claim", "/claim/ldn-for-fibromyalgia"),
    ("query", "/query"),
    ("lesson", "/lessons/why-may-matters"),
)
#: Scripts of these pages say by a class when they are ready.
_SAYS_READY = ("graph", "query", "lesson")
#: Runs before the page does, to note when the class comes, and the last long task to end.
_NOTE = """
  window.noted = { ready: 0, busy: 0, paint: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((e) => {
    noted.busy = Math.max(noted.busy, e.startTime + e.duration);
  })).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((e) => {
    if (e.name === "first-contentful-paint") noted.paint = e.startTime;
  })).observe({ type: "paint", buffered: true });
  new MutationObserver(() => {
    if (!noted.ready && document.documentElement?.classList.contains("ready"))
      noted.ready = performance.now();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ["class"] });
"""
_TIMES = """() => {
  const [visit] = performance.getEntriesByType("navigation");
  return [visit.responseStart, noted.paint,
    Math.max(visit.loadEventEnd, noted.ready, noted.busy)];
}"""

#: Milliseconds to the first byte, to the first paint, to where the page can be used.
Times = tuple[float, float, float]


def visit(context: Any, address: str, *, says_ready: bool) -> Times:
    """Visit a page and leave it, once it has been still for half a second."""
    page = context.new_page()
    page.add_init_script(_NOTE)
    page.goto(address)
    if says_ready:
        page.wait_for_selector("html.ready", state="attached")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => noted.paint && performance.now() - noted.busy > 500")
    first_byte, paint, usable = page.evaluate(_TIMES)
    page.close()
    return first_byte, paint, usable


def measured(browser: Any, name: str, path: str, wait: float) -> tuple[Times, Times]:
    """The first and the second visit to a page of a server that was just started."""
    from tests.serving import served

    with served() as site:
        urllib.request.urlopen(f"{site}/health/live").close()  # answers once the server does
        time.sleep(wait)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        first, second = (
            visit(context, site + path, says_ready=name in _SAYS_READY) for _ in range(2)
        )
        context.close()
    return first, second


def median(visits: Iterable[Times]) -> list[str]:
    """The median of each time, and of the last one the least and the most."""
    columns = list(zip(*visits, strict=True))
    middle = [f"{statistics.median(times):.0f}" for times in columns]
    return [*middle[:-1], f"{middle[-1]} ({min(columns[-1]):.0f}–{max(columns[-1]):.0f})"]


def main() -> None:
    """Print a table: a line for each page and each visit, in milliseconds."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS, chromium_path

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="how often each page is visited (5)")
    parser.add_argument(
        "--wait", type=float, default=0.0, help="seconds from the start to the visit (0)"
    )
    given = parser.parse_args()
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for name, path in PAGES:
            runs = [measured(browser, name, path, given.wait) for _ in range(given.runs)]
            for which, visits in zip(("first", "second"), zip(*runs, strict=True), strict=True):
                rows.append([name, which, *median(visits)])
        version = browser.version
        browser.close()
    print(f"Medians of {given.runs}, in ms. Python {platform.python_version()}, Chromium {version}")
    head = ["page", "visit", "first byte", "first paint", "interactive (least–most)"]
    print("\n".join(_table(head, rows)))


if __name__ == "__main__":
    main()
