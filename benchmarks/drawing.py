"""How fast the Graph page draws: first picture, and frames while it is moved and zoomed.

    python -m benchmarks.drawing            # 100, 1,000 and 5,000 things, twice as many claims

A real headless Chromium visits a real server; only the data of the picture are replaced by
synthetic ones. Software rendering: the ratios matter, not the absolute figures.
"""

import sys
from pathlib import Path
from typing import Any

from benchmarks.generate import corpus
from ldn_graph import files
from ldn_graph.grading.strength import read_rule
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.corpus import Places
from ldn_graph.web.explorer.graph_data import Drawing

#: Moves the picture for 60 frames and zooms it for 60, and gives the milliseconds of each.
_MOVE = """async () => {
  const { picture } = window.ldnGraph;
  const times = [];
  let last = performance.now();
  for (let n = 0; n < 120; n += 1) {
    if (n < 60) picture.pan(n % 20 < 10 ? 12 : -12, 3);
    else picture.zoom(n % 20 < 10 ? 1.05 : 1 / 1.05, [500, 300]);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times.sort((a, b) => a - b);
}"""


def summary(things: int, *, claims: int | None = None) -> bytes:
    """What the page would be sent for a synthetic corpus of so many things."""
    made = corpus(claims or 2 * things, things=things)
    rule = read_rule(files.root() / "data" / "strength.yaml")
    graph = EvidenceGraph(made, Places(), rule, Path())
    return Drawing(graph, graph.scene(), f"synthetic-{things}").summary


def visited(page: Any, site: str, data: bytes, query: str) -> None:
    """Open the page with `data`, and wait until they are drawn."""
    page.route(
        "**/graph/data.json", lambda r: r.fulfill(body=data, content_type="application/json")
    )
    page.route("**/graph/claims.json*", lambda r: r.fulfill(json={"claims": {}, "sources": {}}))
    page.goto(f"{site}/graph?{query}")
    page.wait_for_selector("html.ready[data-drawn]", state="attached", timeout=120_000)


def main(sizes: list[int]) -> None:
    """Print a line for each size and each picture."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS, chromium_path
    from tests.serving import served

    print("things claims picture   drawn/claims  ready ms  layout+draw ms  frame ms p50 / p95")
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for size in sizes:
            data = summary(size)
            for name, query in (("overview", "panel=none"), ("all", "all=1&panel=none")):
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                visited(page, site, data, query)
                ready = page.evaluate("performance.getEntriesByName('drawn')[0].startTime")
                drawn = page.evaluate("performance.getEntriesByName('drawing')[0].duration")
                frames = page.evaluate(_MOVE)
                shown = page.evaluate("window.ldnGraph.shown.lines.length")
                p50, p95 = frames[len(frames) // 2], frames[int(len(frames) * 0.95)]
                print(
                    f"{size:6} {2 * size:6} {name:9} {shown:12}  {ready:8.0f}  {drawn:14.0f}"
                    f"  {p50:8.0f} / {p95:.0f}"
                )
                page.close()
        browser.close()


if __name__ == "__main__":
    main([int(n) for n in sys.argv[1:]] or [100, 1000, 5000])
