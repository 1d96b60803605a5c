"""Everybody: pages that no other audit visits, without scripts, without a mouse, without motion."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe import no_axe_findings
from browser import chromium
from effort import crossed
from serving import browse, look, used_pages

__all__ = ["browse", "chromium", "look", "used_pages"]
pytestmark = [pytest.mark.browser, pytest.mark.server]
Browse = Callable[..., Any]

#: Kinds of pages, each with the status that it is answered with.
PAGES = {
    "/api/": 200,
    "/dataset": 200,
    "/vocab": 200,
    "/agent/ldn-graph-first-reading": 200,
    "/no-such-page": 404,
    "/search?q=a&page=0": 400,
    "/np/ldn-for-fibromyalgia": 200,
    "/lessons": 200,
    "/glossary": 200,
    "/answer/contested-claims": 200,
}
#: A phone, and a desk of 1280 × 900 at 200 %.
SCREENS = {"phone": {"width": 360, "height": 740}, "zoomed": {"width": 640, "height": 450}}
#: One of each kind, for what holds on all of them.
KINDS = (
    "/",
    "/graph",
    "/query?name=contested-claims",
    "/lessons",
    "/lessons/why-may-matters",
    "/claim/ldn-for-fibromyalgia",
    "/entity/low-dose-naltrexone",
    "/source/younger-2013",
    "/search?q=pain",
    "/about",
    "/compare",
    "/map",
    "/gaps",
    "/api/",
    "/dataset",
    "/vocab",
)
_WIDER = "() => document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize(("path", "screen", "theme"), crossed(PAGES, SCREENS, ("light", "dark")))
def test_an_audit_of_the_rarer_pages(look: Browse, path: str, screen: str, theme: str) -> None:
    if PAGES[path] != 200:
        look.expected.append("Failed to load resource")  # type: ignore[attr-defined]
    page = look(path, viewport=SCREENS[screen], color_scheme=theme, has_touch=True)
    status = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
    assert status == PAGES[path]
    assert "Not medical advice" in page.locator("footer").inner_text()
    no_axe_findings(page)
    assert page.evaluate(_WIDER) <= 0


@pytest.mark.parametrize("path", KINDS)
def test_no_page_is_wider_than_its_screen(look: Browse, path: str) -> None:
    page = look(path)
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true })")
    for width in (360, 640, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(_WIDER) <= 0, width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_audit_of_a_lesson_that_is_presented(browse: Browse, theme: str) -> None:
    page = browse("/lessons/when-studies-disagree", color_scheme=theme)
    page.keyboard.press("p")
    page.wait_for_selector("html.presenting")
    no_axe_findings(page)
    page.keyboard.press("ArrowRight")
    no_axe_findings(page)


# --- without scripts


#: Page → words that must be there, and what must not: a promise that only a script can keep.
WITHOUT = {
    "/": "Questions to begin with",
    "/search?q=fibromyalgia": "Fibromyalgia",
    "/claim/ldn-for-fibromyalgia": "low certainty: little or no difference",
    "/entity/fibromyalgia": "What articles say beside what studies found",
    "/source/younger-2013": "Younger",
    "/lessons": "Why “may” matters",
    "/compare": "studies",
    "/map": "little or no difference",
    "/gaps": "missing",
    "/query?name=contested-claims": "Scripts are off",
    "/graph": "Scripts are off",
}


@pytest.mark.parametrize("path", WITHOUT)
def test_words_are_there_without_scripts(look: Browse, path: str) -> None:
    page = look(path, java_script_enabled=False)
    shown = page.locator("main").inner_text()
    assert WITHOUT[path] in shown
    assert "Loading" not in shown
    assert page.locator("button[data-copy]:visible, #theme:visible").count() == 0


def test_a_lesson_is_read_whole_without_scripts(browse: Browse) -> None:
    page = browse("/lessons/why-may-matters", java_script_enabled=False)
    assert page.locator(".step:visible").count() == page.locator(".step").count() >= 5
    page.locator(".reveal summary").first.click()
    assert page.locator(".reveal").first.get_attribute("open") is not None
    assert page.locator(".walk:visible").count() == 0


def test_a_query_is_asked_without_scripts(browse: Browse) -> None:
    page = browse("/query", java_script_enabled=False)
    page.get_by_role("link", name="How strong are the claims").click()
    assert "name=strength-overview" in page.url
    assert "SELECT" in page.locator("textarea").input_value()
    assert not page.locator("#run").is_visible()  # would only load the page again
    with page.expect_download() as answered:
        page.get_by_role("button", name="Answer as CSV").click()
    assert "level" in Path(answered.value.path()).read_text(encoding="utf-8").partition("\n")[0]


def test_a_form_of_a_canned_query_works_without_scripts(browse: Browse) -> None:
    page = browse("/query?name=claims-for-condition", java_script_enabled=False)
    field = page.locator("#chosen input[type=text], #chosen select").first
    assert field.is_visible()
    field.fill("fibromyalgia")
    page.locator("#chosen button[type=submit], #chosen button").first.click()
    assert "fibromyalgia" in page.locator("textarea").input_value()


def test_the_graph_is_a_still_picture_without_scripts(browse: Browse) -> None:
    page = browse("/graph?around=fibromyalgia", java_script_enabled=False)
    picture = page.get_by_role("img", name="about fibromyalgia")
    assert picture.is_visible()
    assert not page.locator("#explorer").is_visible()
    box = picture.bounding_box()
    assert box and box["y"] < 400 and box["width"] > 1000 and box["height"] > 200
    page.get_by_role("link", name="Search").click()
    assert page.url.endswith("/search")


# --- without a mouse


def tab_to(page: Any, selector: str, most: int = 200) -> None:
    """Press Tab until what fits the selector has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{page.url}: no way by Tab to {selector}")


def test_from_start_to_the_graph_and_a_claim_by_keyboard_alone(browse: Browse) -> None:
    page = browse("/")
    tab_to(page, "#ask")
    page.keyboard.type("fibromyalgia")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=fibromyalgia")
    tab_to(page, ".hits a[href*='/claim/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claim/*")
    claim = page.url.rpartition("/")[2]
    tab_to(page, "main a[href*='/graph?']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/graph?*")
    page.wait_for_selector("html.ready", state="attached")
    assert f"select={claim}" in page.url
    tab_to(page, "#canvas")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    tab_to(page, "button[data-view=table]")
    page.keyboard.press("Enter")
    assert page.locator("#table table").is_visible()
    tab_to(page, "#table a[href*='/claim/'], #table button")
    assert page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement);"
        " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
    )


@pytest.mark.parametrize("path", ["/", "/graph", "/query", "/lessons/why-may-matters", "/about"])
def test_each_key_is_listed_once(browse: Browse, path: str) -> None:
    page = browse(path)
    page.locator("body").press("?")
    page.wait_for_selector("dialog[open]")
    listed = page.evaluate(
        "() => [...document.querySelectorAll('dialog[open] dt, dialog[open] tbody th')]"
        ".map((e) => e.textContent.trim().replace(/\\s+/g, ' '))"
    )
    assert len(listed) >= 4
    assert sorted(listed) == sorted(set(listed))
    no_axe_findings(page)


# --- without motion


@pytest.mark.parametrize("path", KINDS)
def test_nothing_moves_where_motion_is_not_wanted(look: Browse, path: str) -> None:
    page = look(path, reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((e) => ["", "::before", "::after"]
          .map((part) => getComputedStyle(e, part || null))
          .filter((s) => parseFloat(s.transitionDuration) > 0.01
            || (s.animationName !== "none" && parseFloat(s.animationDuration) > 0.01)
            || s.scrollBehavior === "smooth").map(() => e.tagName + "." + e.className))"""
    )
    assert moving == []
