"""The pages in a real browser: flows, keys, themes, narrow and wide, off line, on paper."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import no_axe_findings
from browser import chromium
from drawings import hostile
from effort import crossed
from serving import browse, look, served, used_pages

from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus

__all__ = ["browse", "chromium", "look", "used_pages"]
pytestmark = [pytest.mark.browser, pytest.mark.server]

PAGES = (
    "/",
    "/about",
    "/compare",
    "/gaps",
    "/as-of",
    "/search",
    "/search?q=pain",
    "/search?q=zzzzzzzz",
    "/claim/ldn-for-fibromyalgia",
    "/claim/fibromyalgia-responds-poorly-to-conventional-painkiller",
    "/entity/fibromyalgia",
    "/entity/low-dose-naltrexone",
    "/source/hartmann-uses-of-ldn",
    "/source/younger-2013",
    "/agent/ldn-graph-first-reading",
)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
DESK = {"viewport": {"width": 1400, "height": 900}}
SCREENS: dict[str, dict[str, Any]] = {"phone": PHONE, "desk": DESK}
_TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


@pytest.mark.parametrize(
    ("path", "screen", "theme"), crossed(PAGES, ("phone", "desk"), ("light", "dark"))
)
def test_an_audit_finds_no_barrier(
    look: Callable[..., Any], path: str, screen: str, theme: str
) -> None:
    page = look(path, color_scheme=theme, **SCREENS[screen])
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true })")
    no_axe_findings(page)
    assert not page.evaluate(_TOO_WIDE)


@pytest.mark.parametrize("width", [320, 768, 2560])
@pytest.mark.parametrize("path", ["/", "/claim/ldn-for-fibromyalgia", "/entity/fibromyalgia"])
def test_it_fits_from_an_enlarged_phone_to_a_projector(
    look: Callable[..., Any], path: str, width: int
) -> None:
    # 320 pixels is what is left of a phone's 640 at 200 %, and of a desk's 1280 at 400 %
    page = look(path, viewport={"width": width, "height": 900})
    assert not page.evaluate(_TOO_WIDE)


def test_the_audit_of_the_open_list_and_of_the_keys(browse: Callable[..., Any]) -> None:
    page = browse("/")
    page.locator("#ask").press_sequentially("fibro")
    page.wait_for_selector("[role=option]")
    no_axe_findings(page)
    page.keyboard.press("Escape")
    page.locator("#keys-open").click()
    no_axe_findings(page)


def test_from_start_by_search_to_a_claim_by_keyboard_alone(browse: Callable[..., Any]) -> None:
    page = browse("/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") == "ask"
    page.keyboard.type("fibromialgia")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("#ask", "aria-activedescendant")
    assert page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/entity/fibromyalgia")
    page.get_by_role("link", name="Low-dose naltrexone is described as helping").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/claim/ldn-for-fibromyalgia")
    assert page.locator("h1").inner_text().endswith("helping with fibromyalgia.")


def test_the_list_of_suggestions_closes_and_leaves_the_words(browse: Callable[..., Any]) -> None:
    page = browse("/about")
    field = page.locator("#find")
    field.press_sequentially("endor")
    page.wait_for_selector("[role=option]")
    assert field.get_attribute("aria-expanded") == "true"
    for _ in range(20):  # past the end, round by the field itself
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "endor"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=endor")


def test_search_works_without_scripts(browse: Callable[..., Any]) -> None:
    page = browse("/", java_script_enabled=False)
    page.fill("#ask", "microglia")
    page.press("#ask", "Enter")
    page.wait_for_url("**/search?q=microglia")
    page.locator(".hits a").first.click()
    assert "/entity/" in page.url


def test_a_chosen_theme_stays_and_does_not_flash(browse: Callable[..., Any]) -> None:
    page = browse("/", color_scheme="light")
    ground = "() => getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.locator("#theme").click()
    dark = page.evaluate(ground)
    assert dark != light
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"
    # before anything else of the next page ran, the theme must be there
    page.add_init_script(
        "new MutationObserver((_, seen) => { if (document.body) { "
        "window.first = document.documentElement.dataset.theme; seen.disconnect(); } })"
        ".observe(document, { childList: true, subtree: true })"
    )
    page.get_by_role("link", name="About", exact=True).click()
    page.wait_for_url("**/about")
    assert page.evaluate("() => window.first") == "dark"
    assert page.evaluate(ground) == dark
    page.keyboard.press("t")
    assert page.evaluate(ground) == light
    assert page.evaluate("() => localStorage.length") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_of_two_pictures_one_is_shown_and_fetched(browse: Callable[..., Any], theme: str) -> None:
    page = browse("/entity/fibromyalgia", color_scheme=theme)
    page.locator(".picture").last.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.picture img')].some((i) => i.naturalWidth > 0)"
    )
    shown = page.evaluate(
        "() => [...document.querySelectorAll('.picture img')]"
        ".filter((i) => getComputedStyle(i).display !== 'none').length"
    )
    assert shown == 2
    fetched = page.evaluate(
        "() => performance.getEntriesByType('resource').map((r) => r.name)"
        ".filter((n) => n.includes('.svg?'))"
    )
    pictures = [name for name in fetched if "/entity/" in name]
    assert pictures
    assert all(("theme=dark" in name) == (theme == "dark") for name in pictures)


def test_a_picture_by_itself_shows_the_same(browse: Callable[..., Any]) -> None:
    for path in ("/picture.svg", "/entity/fibromyalgia/studies.svg?theme=dark"):
        page = browse(path)
        assert page.evaluate("() => document.documentElement.tagName") == "svg"


def test_the_keys_are_listed_and_lead_on(browse: Callable[..., Any]) -> None:
    page = browse("/about")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("g")  # not while the dialogue is open
    page.keyboard.press("s")
    page.keyboard.press("Escape")
    page.wait_for_selector("#keys", state="hidden")
    with page.expect_navigation(url=re.compile(r":\d+/$")):
        page.keyboard.press("g")
        page.keyboard.press("s")


def test_a_key_without_its_leader_leads_nowhere(browse: Callable[..., Any]) -> None:
    page = browse("/about")  # at once: the times of keys count from the opening of a page
    left: list[str] = []
    page.on("framenavigated", lambda frame: left.append(frame.url))
    for key in "sqlg":
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert left == []
    assert page.url.endswith("/about")


def test_keys_leave_a_field_alone(browse: Callable[..., Any]) -> None:
    page = browse("/")
    page.fill("#ask", "")
    page.locator("#ask").press_sequentially("t?gs/")
    assert page.locator("#ask").input_value() == "t?gs/"
    assert not page.locator("#keys").is_visible()


def test_a_query_can_be_copied_and_opened(browse: Callable[..., Any]) -> None:
    page = browse("/claim/ldn-for-fibromyalgia", permissions=["clipboard-read", "clipboard-write"])
    page.locator("summary", has_text="Who says it").click()
    page.locator("button[data-copy=query-1]").click()
    page.wait_for_function("() => document.body.innerText.includes('Copied')")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("PREFIX")
    link = page.locator(".query a.button").first.get_attribute("href")
    assert link and link.startswith("/query?query=PREFIX")


def test_what_a_badge_leads_to_is_marked_in_the_glossary(browse: Callable[..., Any]) -> None:
    page = browse("/claim/ldn-for-fibromyalgia")
    page.locator(".badges.big .level").click()
    page.wait_for_url("**/glossary#certainty-low")
    assert page.locator("div:target").inner_text().startswith("low")


def test_a_read_page_needs_no_network(browse: Callable[..., Any]) -> None:
    page = browse("/claim/ldn-for-fibromyalgia")
    page.context.set_offline(True)
    page.locator("summary").first.click()
    page.locator("#theme").click()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    browse.expected.append("ERR_INTERNET_DISCONNECTED")  # type: ignore[attr-defined]
    page.locator("#find").press_sequentially("pain")
    page.wait_for_timeout(300)
    assert page.locator("#find").input_value() == "pain"


def test_movement_is_off_where_it_is_not_wanted(browse: Callable[..., Any]) -> None:
    page = browse("/", reduced_motion="reduce")
    moving = page.evaluate(
        "() => [...document.querySelectorAll('*')].filter((e) => {"
        " const s = getComputedStyle(e); return s.transitionDuration !== '0s' || "
        "s.animationName !== 'none' || s.scrollBehavior === 'smooth' }).length"
    )
    assert moving == 0


def test_focus_is_visible_on_everything_that_takes_it(browse: Callable[..., Any]) -> None:
    page = browse("/claim/ldn-for-fibromyalgia")
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
        )
        assert seen, page.evaluate("() => document.activeElement.outerHTML")


def test_on_paper_there_is_no_menu_and_ink_is_black(browse: Callable[..., Any]) -> None:
    page = browse("/claim/ldn-for-fibromyalgia", color_scheme="dark")
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert page.evaluate("() => getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.locator("footer").is_visible()


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory, mini: Corpus) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    corpora.save(hostile(mini), folder)
    with served(data=folder) as address:
        yield address


@pytest.mark.parametrize("screen", SCREENS)
def test_hostile_words_run_nothing_and_break_nothing(
    chromium: Any, hostile_site: str, mini: Corpus, screen: str
) -> None:
    context = chromium.new_context(**SCREENS[screen])
    page = context.new_page()
    faults: list[str] = []
    page.on("dialog", lambda d: (faults.append(d.message), d.dismiss()))
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else 0)
    page.on("pageerror", lambda e: faults.append(str(e)))
    paths = ["/", "/about", "/compare", "/gaps", "/search?q=alert"]
    paths += [f"/claim/{name}" for name in mini.claims]
    paths += [f"/entity/{name}" for name in mini.entities]
    paths += [f"/source/{name}" for name in mini.sources]
    for path in paths:
        page.goto(hostile_site + path)
        assert not page.evaluate(_TOO_WIDE), path
        assert page.locator("footer").inner_text().startswith("Not medical advice.")
        assert not page.locator("main script, main iframe, main svg[onload], img[onerror]").count()
    page.goto(hostile_site)
    page.locator("#ask").press_sequentially("alert")
    page.wait_for_selector("[role=option]")
    assert not page.locator("[role=option] img, [role=option] script").count()
    context.close()
    assert faults == []
