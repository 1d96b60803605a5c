"""The page that is one file, looked at in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from browser import chromium as chromium
from browser import visit as visit
from drawings import HOSTILE, drawn, hostile, tangled

from ldn_graph.grading.strength import Rule
from ldn_graph.pictures.page import html
from ldn_graph.records.model import Corpus

Visit = Callable[..., Any]
CLAIM = "endorphin-decreases-inflammation"
LINES = """() => ldnGraph.picture.geometry.links.filter(l => !l.bundle)
  .map(l => [l.id, l.s, l.t]).sort()"""


@pytest.mark.browser
@pytest.mark.parametrize("which", ["mini", "tangled"])
def test_each_claim_is_drawn_once_in_its_direction(
    which: str, mini: Corpus, rule: Rule, visit: Visit
) -> None:
    corpus = {"mini": mini, "tangled": tangled(mini)}[which]
    page = visit(html(drawn(corpus, rule)))
    triples = sorted([c.id, c.subject, c.object] for c in corpus.claims.values())
    assert sorted(page.evaluate(LINES)) == triples
    assert page.locator("#canvas .line").count() == len(triples)


@pytest.mark.browser
def test_a_large_picture_is_bundled_and_opens_by_a_click(
    shipped: Corpus, rule: Rule, visit: Visit
) -> None:
    page = visit(html(drawn(shipped, rule), about=["low-dose-naltrexone"]))
    assert page.locator("#canvas .card").count() < 20
    assert page.locator("#canvas .card[data-id='low-dose-naltrexone']").count() == 1
    group = page.locator("#canvas .card.group").first
    name = group.get_attribute("data-id")
    group.click()
    page.wait_for_function("(n) => !document.querySelector(`#canvas [data-id='${n}']`)", arg=name)


@pytest.mark.browser
def test_words_open_the_claim_with_its_quote(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini, rule)))
    page.locator(f"#canvas .words[data-id='{CLAIM}']").click()
    page.locator("#card blockquote").first.wait_for()
    quote = next(i.quote for i in mini.claims[CLAIM].evidence if i.quote)
    assert quote.exact in page.inner_text("#card")
    assert page.locator("#card a[href*='/claim/']").count() == 0
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()


@pytest.mark.browser
def test_filters_and_the_keyboard_work(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini, rule)))
    before = len(page.evaluate(LINES))
    page.click("button[data-panel=filters]")
    page.locator("#panel input[name=level]:not([disabled])").first.check()
    assert 0 < len(page.evaluate(LINES)) < before
    page.focus("#canvas")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#live")
    page.keyboard.press("t")
    assert page.locator("#table tbody tr").count() > 0


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_words_are_only_words(scheme: str, mini: Corpus, rule: Rule, visit: Visit) -> None:
    corpus = hostile(mini)
    page = visit(html(drawn(corpus, rule, title=HOSTILE[0])), color_scheme=scheme)
    assert page.text_content("h1") == HOSTILE[0]
    page.evaluate("(id) => ldnGraph.go({ select: id })", next(iter(corpus.claims)))
    page.locator("#card h2").wait_for()
    assert page.locator("#explorer img, #explorer script").count() == 0


@pytest.mark.browser
def test_a_phone_sees_the_page_without_scrolling_sideways(
    mini: Corpus, rule: Rule, visit: Visit
) -> None:
    page = visit(html(drawn(mini, rule)), viewport={"width": 360, "height": 740})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    assert page.evaluate("() => 13 * ldnGraph.picture.view.zoom") >= 11.99


@pytest.mark.browser
def test_nothing_to_show_is_said(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini.model_copy(update={"claims": {}}), rule)))
    assert page.inner_text("#empty").startswith("No claim is there")
