"""The files of pages: kept for ever by their digest, asked for at once, never of two releases."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from browser import chromium
from serving import browse

from ldn_graph.web import assets

__all__ = ["browse", "chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.server]


def kept(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return str(answer.headers["cache-control"])


def test_only_a_file_of_this_release_is_kept_for_ever(site: str) -> None:
    name = "js/graph/state.js"
    assert kept(site + assets.place(name)) == "public, max-age=31536000, immutable"
    assert kept(f"{site}/static/~000000000000/{name}") == "no-cache"
    assert kept(f"{site}/static/{name}") == "no-cache"


@pytest.mark.parametrize(
    "path", ["~x", "~x/", "~x/../app.py", "~x/%2e%2e/app.py", "~x/~x/icon.svg", "~x//etc/passwd"]
)
def test_the_digest_opens_no_other_folder(site: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        kept(f"{site}/static/{path}")
    caught.value.close()
    assert caught.value.code in (404, 405)


@pytest.mark.parametrize("path", ["/graph", "/query", "/graph/embed"])
def test_a_page_announces_each_module_that_it_loads(browse: Callable[..., Any], path: str) -> None:
    page = browse(path)
    page.wait_for_selector("html.ready", state="attached")
    announced = page.evaluate(
        "() => [...document.querySelectorAll('link[rel=modulepreload]')].map((l) => l.href)"
    )
    loaded = page.evaluate("() => performance.getEntriesByType('resource').map((e) => e.name)")
    entry = page.evaluate("() => [...document.querySelectorAll('script[src]')].map((s) => s.src)")
    modules = {u for u in loaded if re.search(r"\.m?js$", u)} - set(entry)
    own = {u for u in modules if not u.endswith("/suggest.js")}  # of every page, and small
    assert own == set(announced)
    assert all(f"/static/{assets.version()}/" in url for url in modules)


@pytest.mark.parametrize("path", ["/graph", "/query", "/lessons/why-may-matters"])
def test_a_second_visit_asks_for_no_file_again(browse: Callable[..., Any], path: str) -> None:
    page = browse("/about")
    page.unroute_all()  # a browser keeps nothing of what is routed
    address = page.url.replace("/about", path)
    for _ in range(2):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    again = page.evaluate(
        "() => performance.getEntriesByType('resource')"
        ".filter((e) => e.name.includes('/static/') && e.transferSize).map((e) => e.name)"
    )
    assert again == []
