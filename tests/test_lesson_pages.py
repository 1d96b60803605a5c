"""The lessons in a real browser: steps, questions, presenting, print, and the file for offline."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe import no_axe_findings
from browser import chromium, visit
from conftest import ROOT
from effort import crossed
from serving import browse, look, served, used_pages
from test_lessons import LESSON

from ldn_graph.graph import EvidenceGraph
from ldn_graph.records import lessons
from ldn_graph.web.explorer.lessons import folder_of, standalone

__all__ = ["browse", "chromium", "look", "used_pages", "visit"]
pytestmark = [pytest.mark.browser, pytest.mark.server]
Browse = Callable[..., Any]
IDS = ("how-ldn-is-said-to-work", "why-may-matters", "when-studies-disagree")


@pytest.fixture(scope="module")
def graph() -> EvidenceGraph:
    return EvidenceGraph.open()


def here(page: Any) -> str:
    return str(page.locator(".step:visible").first.get_attribute("id"))


def test_the_list_leads_to_each_lesson(browse: Browse) -> None:
    page = browse("/lessons")
    no_axe_findings(page)
    page.get_by_role("link", name="Why “may” matters", exact=True).click()
    page.wait_for_selector("html.ready")
    assert page.get_by_role("heading", level=1).inner_text() == "Why “may” matters"


@pytest.mark.parametrize(("name", "scheme"), crossed(IDS, ("light", "dark")))
def test_every_step_passes_the_audit(look: Browse, name: str, scheme: str) -> None:
    page = look(f"/lessons/{name}", color_scheme=scheme)
    for number in range(1, page.locator(".step").count() + 1):
        page.goto(page.url.partition("#")[0] + f"#step-{number}")
        page.locator(f"#step-{number}:visible").wait_for()
        assert page.locator(".step:visible").count() == 1
        no_axe_findings(page)


def test_steps_by_keyboard_and_by_address(browse: Browse) -> None:
    page = browse("/lessons/why-may-matters")
    assert here(page) == "step-1"
    page.keyboard.press("ArrowRight")
    assert here(page) == "step-2"
    assert page.url.endswith("#step-2")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    assert "Step 3 of 6" in page.locator(".walk .progress").inner_text()
    page.go_back()
    page.locator("#step-2:visible").wait_for()
    again = browse("/lessons/why-may-matters#step-5")
    assert here(again) == "step-5"


def test_a_question_is_answered_by_keyboard(browse: Browse) -> None:
    page = browse("/lessons/why-may-matters")
    asked = page.locator("#step-1 .asked")
    asked.locator("input").first.focus()
    page.keyboard.press("ArrowDown")  # arrows choose an answer here, and leave the step alone
    assert here(page) == "step-1"
    page.keyboard.press("Enter")
    assert "Not quite" in asked.locator(".verdict").inner_text()
    assert asked.locator(".reveal").get_attribute("open") is not None
    asked.locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert "right" in asked.locator(".verdict").inner_text()


def test_presenting_and_back(browse: Browse) -> None:
    page = browse("/lessons/when-studies-disagree", viewport={"width": 1600, "height": 900})
    size = "parseFloat(getComputedStyle(document.querySelector('.told p')).fontSize)"
    before = page.evaluate(size)
    page.keyboard.press("p")
    page.wait_for_selector("html.presenting")
    assert "present=1" in page.url
    assert page.locator(".top").is_hidden()
    assert page.evaluate(size) > before * 1.2
    page.keyboard.press("PageDown")
    page.keyboard.press(" ")
    assert here(page) == "step-3"
    page.keyboard.press("End")
    assert here(page) == "step-6"
    no_axe_findings(page)
    page.keyboard.press("Escape")
    page.wait_for_selector("html:not(.presenting)")
    assert here(page) == "step-6"


def test_the_picture_is_explored_in_place(browse: Browse) -> None:
    page = browse("/lessons/how-ldn-is-said-to-work")
    page.locator("#step-1").get_by_role("button", name="Explore here").click()
    frame = page.frame_locator("#step-1 iframe")
    frame.locator("#canvas .card").first.wait_for()


@pytest.mark.parametrize("name", IDS)
def test_every_picture_is_there(site: str, name: str, graph: EvidenceGraph) -> None:
    found, _ = lessons.read(ROOT / "lessons", graph.corpus)
    for step in found[name].steps:
        answer = httpx.get(f"{site}/lessons/{name}/{step.number}.svg")
        shows = step.shows
        drawn = bool(shows.claims or shows.paths or shows.around or shows.studies)
        assert answer.status_code == (200 if drawn else 404)
        assert ("<svg" in answer.text) == drawn


def test_print_has_all_steps_and_the_answers(browse: Browse) -> None:
    page = browse("/lessons/why-may-matters")
    assert page.locator(".answers").is_hidden()
    page.emulate_media(media="print")
    assert page.locator(".step:visible").count() == 6
    assert page.locator(".answers").is_visible()
    assert page.locator(".walk").is_hidden()
    assert page.locator(".reveal:visible").count() == 0


def test_a_phone_shows_it_without_scrolling_sideways(browse: Browse) -> None:
    page = browse("/lessons/when-studies-disagree#step-5", viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    no_axe_findings(page)


def test_without_scripts_everything_is_there(browse: Browse) -> None:
    page = browse("/lessons/why-may-matters", java_script_enabled=False)
    assert page.locator(".step:visible").count() == 6
    page.locator("#step-1 .reveal summary").click()
    assert "The first says that it happens" in page.locator("#step-1 .reveal").inner_text()


@pytest.mark.parametrize("name", IDS)
def test_the_file_works_without_a_network(
    visit: Callable[..., Any],
    graph: EvidenceGraph,
    name: str,
) -> None:
    found, _ = lessons.read(ROOT / "lessons", graph.corpus)
    text = standalone(found[name], graph)
    page = visit(text)
    assert page.get_by_role("heading", level=1).inner_text() == found[name].front.title
    page.keyboard.press("ArrowRight")
    assert here(page) == "step-2"
    pictures = page.evaluate(
        "Promise.all([...document.images].map(i => i.decode().then(() => i.naturalWidth)))"
    )
    assert pictures and min(pictures) > 100
    no_axe_findings(page)
    assert text == standalone(found[name], graph)


def test_the_download_is_that_file(site: str) -> None:
    answer = httpx.get(f"{site}/lessons/why-may-matters.html")
    assert answer.headers["content-disposition"] == 'attachment; filename="why-may-matters.html"'
    assert "Why “may” matters" in answer.text


def test_an_unknown_lesson_names_the_nearest(site: str) -> None:
    answer = httpx.get(f"{site}/lessons/why-may-mater")
    assert answer.status_code == 404
    assert "did you mean 'why-may-matters'" in answer.text


def test_a_data_folder_brings_its_own_lessons_and_hostile_ones_are_text(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "lessons").mkdir(parents=True)
    for part in (ROOT / "data").iterdir():
        (data / part.name).symlink_to(part)
    hostile = LESSON.replace(
        "More.", "<script>alert(1)</script> [x](javascript:alert(1)) ![p](//e/p)"
    )
    hostile = hostile.replace("title: A title", "title: <b>bold</b>")
    (data / "lessons" / "own.md").write_text(hostile, encoding="utf-8")
    (data / "lessons" / "broken.md").write_text("no lesson", encoding="utf-8")
    assert folder_of(EvidenceGraph.open(data)) == data / "lessons"
    with served(data=data) as address:
        listed = httpx.get(f"{address}/lessons").text
        shown = httpx.get(f"{address}/lessons/own").text
    assert "&lt;b&gt;bold" in listed
    assert "broken.md:1: no front matter" in listed
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert not re.search(r"<script>|javascript:alert\(1\)\"|<img[^>]*//e/p", shown)
