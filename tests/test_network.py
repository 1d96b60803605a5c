"""The written page, looked at in a real browser."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from browser import chromium as chromium
from browser import visit as visit
from drawings import HOSTILE, drawn, hostile, like, tangled, with_claims

from ldn_graph.grading.strength import Rule
from ldn_graph.pictures.interactive import CROWDED, html
from ldn_graph.pictures.scene import curve
from ldn_graph.records.model import Corpus

Visit = Callable[..., Any]
CONTESTED = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"

EDGES = "() => window.ldnGraph.edges.get().map((e) => [e.id, e.from, e.to])"
SHOWN = "() => window.ldnGraph.edges.get().filter((e) => !e.hidden).map((e) => e.id).sort()"
#: Where the middle of a claim's line is on the screen.
MIDDLE = """(id) => {
  const { network, controls } = window.ldnGraph;
  const [p, q, r, s] = controls(id);
  const mix = (k) => (p[k] + 3 * q[k] + 3 * r[k] + s[k]) / 8;
  const at = network.canvasToDOM({ x: mix("x"), y: mix("y") });
  const frame = document.getElementById("stage").getBoundingClientRect();
  return [frame.left + at.x, frame.top + at.y];
}"""
#: The boxes of the cards as vis-network has them, for clicks and for the ends of lines.
BOXES = """() => window.ldnGraph.nodes.getIds().map((id) => {
  const { left, top, width, height } = window.ldnGraph.network.body.nodes[id].shape;
  return [left, top, left + width, top + height];
})"""
CARD = """(id) => {
  const { network } = window.ldnGraph;
  const at = network.canvasToDOM(network.getPosition(id));
  const frame = document.getElementById("stage").getBoundingClientRect();
  return [frame.left + at.x, frame.top + at.y];
}"""


def triples(corpus: Corpus) -> list[list[str]]:
    return sorted([c.id, c.subject, c.object] for c in corpus.claims.values())


def count(page: Any) -> str:
    return str(page.text_content("#count"))


@pytest.mark.browser
@pytest.mark.parametrize("which", ["mini", "tangled", "shipped"])
def test_each_claim_is_drawn_once_in_its_direction(
    which: str, mini: Corpus, shipped: Corpus, rule: Rule, visit: Visit
) -> None:
    corpus = {"mini": mini, "tangled": tangled(mini), "shipped": shipped}[which]
    page = visit(html(drawn(corpus, rule)))
    assert sorted(page.evaluate(EDGES)) == triples(corpus)
    assert page.evaluate(SHOWN) == sorted(corpus.claims)
    assert page.evaluate("() => window.ldnGraph.network.body.edgeIndices.length") == len(
        corpus.claims
    )
    heads = page.evaluate("() => window.ldnGraph.edges.get().map((e) => Object.keys(e.arrows))")
    assert heads == [["to"]] * len(corpus.claims)


@pytest.mark.browser
def test_vis_network_draws_the_lines_where_the_scene_says(
    mini: Corpus, rule: Rule, visit: Visit
) -> None:
    made = drawn(mini, rule)
    page = visit(html(made))
    via = "(id) => window.ldnGraph.network.body.edges[id].edgeType.getViaNode()"
    at = {n.id: n for n in made.nodes}
    for edge in made.edges:
        _, first, second, _ = curve(edge, at)
        drawn_as = [(p["x"], p["y"]) for p in page.evaluate(via, edge.id)]
        assert drawn_as == [pytest.approx(first), pytest.approx(second)]


@pytest.mark.browser
def test_no_card_covers_another_on_the_screen(shipped: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(shipped, rule)))
    for a, b in combinations(page.evaluate(BOXES), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.browser
def test_words_cover_neither_cards_nor_each_other(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(tangled(mini), rule)))
    boxes = page.evaluate(BOXES)
    words = page.evaluate("() => window.ldnGraph.words().map((w) => [w.claim.id, w.lines, w.box])")
    assert {CONTESTED, "denied"} <= {claim for claim, _, _ in words}
    for claim, lines, box in words:
        a = (box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"])
        for b in boxes:
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, f"{claim}: {lines}"
        boxes.append(a)


@pytest.mark.browser
def test_a_click_on_a_line_opens_its_quote(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini, rule)))
    for name, claim in mini.claims.items():
        page.mouse.click(*page.evaluate(MIDDLE, name))
        page.wait_for_function("(id) => window.ldnGraph.state.claim === id", arg=name)
        quoted = page.locator("#panel blockquote").all_text_contents()
        assert quoted == [f"“{i.quote.exact}”" for i in claim.evidence if i.quote]
        marks = page.locator("#panel blockquote mark").all_text_contents()
        assert marks == [cue.exact for item in claim.evidence for cue in item.cues]
    assert "claim=" in page.url


@pytest.mark.browser
def test_the_panel_says_what_stands_behind_a_claim(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini, rule)), hash=f"#claim={CONTESTED}")
    said = page.text_content("#panel")
    for words in (
        "helping with Crohn's disease",
        "Contested",
        "very low certainty: can't tell",
        "A synthetic trial",
        "Another synthetic trial",
        "randomised trial",
        "Speaks against it",
        "10 November, year not given",
    ):
        assert words in said, words


@pytest.mark.browser
def test_the_hint_is_that_of_the_line_under_the_pointer(
    shipped: Corpus, rule: Rule, visit: Visit
) -> None:
    made = drawn(shipped, rule)
    page = visit(html(made), viewport={"width": 1600, "height": 1600})
    hinted = 0
    for edge in made.edges[::6]:
        page.mouse.move(1, 1)
        page.mouse.move(*page.evaluate(MIDDLE, edge.id))
        if page.is_visible("#hint"):  # a card may lie above the middle of a line
            lit = page.evaluate(
                "() => Object.keys(window.ldnGraph.network.selectionHandler.hoverObj.edges)"
            )
            said = page.text_content("#hint").splitlines()[0]
            assert said in {e.reading for e in made.edges if e.id in lit}
            hinted += 1
    assert hinted > 10


@pytest.mark.browser
def test_a_click_on_a_card_opens_its_claims(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini, rule)))
    page.mouse.click(*page.evaluate(CARD, "inflammation"))
    page.wait_for_selector("#panel h2:text-is('inflammation')")
    ids = page.locator("#panel [data-open-claim]").evaluate_all(
        "(list) => list.map((e) => e.dataset.openClaim)"
    )
    own = [c.id for c in mini.claims.values() if "inflammation" in (c.subject, c.object)]
    assert sorted(ids) == sorted(own)
    page.click("text=Show only the claims about it")
    assert page.evaluate(SHOWN) == sorted(own)
    page.click("#reset")
    assert page.evaluate(SHOWN) == sorted(mini.claims)


@pytest.mark.browser
def test_the_keyboard_alone_opens_and_closes_the_panel(
    mini: Corpus, rule: Rule, visit: Visit
) -> None:
    page = visit(html(drawn(mini, rule)))
    row = page.locator("tr[data-claim='endorphin-decreases-inflammation'] button")
    row.focus()
    page.keyboard.press("Enter")
    assert page.text_content("#panel h2") == "Endorphins reduce inflammation"
    assert "Endorphins reduce inflammation" in page.text_content("#panel blockquote")
    assert page.evaluate("() => document.activeElement.id") == "panel-title"
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")
    assert row.evaluate("(e) => e === document.activeElement")


@pytest.mark.browser
def test_the_picture_moves_by_keyboard(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini, rule)))
    view = "() => [window.ldnGraph.network.getViewPosition().x, window.ldnGraph.network.getScale()]"
    before = page.evaluate(view)
    page.focus("#stage")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    after = page.evaluate(view)
    assert after[0] > before[0]
    assert after[1] > before[1]
    page.keyboard.press("0")
    assert page.evaluate(view)[1] == pytest.approx(before[1])


@pytest.mark.browser
def test_filters_hide_and_bring_back(mini: Corpus, rule: Rule, visit: Visit) -> None:
    made = drawn(mini, rule)
    page = visit(html(made))
    assert count(page) == "Showing 6 of 6 claims"
    for facet, value, keeps in (
        ("level", "0", [e.id for e in made.edges if e.level != 0]),
        ("certainty", "speculative", [e.id for e in made.edges if e.certainty != "speculative"]),
        ("agreement", "contested", [e.id for e in made.edges if e.agreement != "contested"]),
        (
            "kind",
            "molecule",
            [e.id for e in made.edges if "endorphin" not in (e.start, e.end)],
        ),
        ("source", "synthetic-text", [CONTESTED]),
    ):
        box = page.locator(f"input[data-facet='{facet}'][value='{value}']")
        box.uncheck()
        assert page.evaluate(SHOWN) == sorted(keeps), facet
        assert count(page) == f"Showing {len(keeps)} of 6 claims"
        assert page.locator("tr[data-claim]:visible").count() == len(keeps)
        assert f"{6 - len(keeps)} claim" in page.text_content("#hidden-note")
        box.check()
    assert count(page) == "Showing 6 of 6 claims"
    assert page.text_content("#hidden-note") == ""


@pytest.mark.browser
def test_only_picks_one_value(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini, rule)))
    page.locator("[data-only='hedged']").dispatch_event("click")
    assert page.evaluate(SHOWN) == ["drugamine-decreases-inflammation"]
    page.click("#reset")
    assert count(page) == "Showing 6 of 6 claims"


@pytest.mark.browser
def test_search_finds_names_synonyms_quotes_and_sources(
    mini: Corpus, rule: Rule, visit: Visit
) -> None:
    page = visit(html(drawn(mini, rule)))
    for words, found in (
        ("CROHN’S part", ["inflammation-feature-of-crohns-disease"]),
        ("dgm", [c.id for c in mini.claims.values() if c.subject == "drugamine"]),
        ("another synthetic", [CONTESTED]),
        ("no such words", []),
    ):
        page.fill("#search", words)
        assert page.evaluate(SHOWN) == sorted(found), words
        assert count(page) == f"Showing {len(found)} of 6 claims"
        assert page.is_visible("#nothing") == (not found)


@pytest.mark.browser
def test_the_address_brings_a_view_back(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini, rule)))
    page.locator("input[data-facet='level'][value='1']").uncheck()
    page.fill("#search", "inflammation")
    page.click("tr[data-claim='drugamine-decreases-inflammation'] button")
    state = "#" + page.url.partition("#")[2]
    shown = page.evaluate(SHOWN)
    again = visit(html(drawn(mini, rule)), hash=state)
    assert again.evaluate(SHOWN) == shown
    assert again.text_content("#panel h2") == "Drugamine reduces inflammation"
    assert again.input_value("#search") == "inflammation"


@pytest.mark.browser
def test_an_address_with_nonsense_shows_everything(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(
        html(drawn(mini, rule)), hash="#claim=<script>&thing=__proto__&about=x&hide-level=9"
    )
    assert count(page) == "Showing 6 of 6 claims"
    assert page.is_hidden("#panel")


@pytest.mark.browser
def test_the_table_sorts(mini: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(mini, rule)))
    first = "() => document.querySelector('tbody tr').dataset.claim"
    button = page.get_by_role("button", name="Evidence level", exact=True)
    button.click()
    button.click()
    assert page.evaluate(first) == CONTESTED
    assert page.get_attribute("th[aria-sort]", "aria-sort") == "descending"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_words_are_only_words(scheme: str, mini: Corpus, rule: Rule, visit: Visit) -> None:
    corpus = hostile(mini)
    page = visit(html(drawn(corpus, rule, title=HOSTILE[1])), color_scheme=scheme)
    assert sorted(page.evaluate(EDGES)) == triples(corpus)
    assert page.title() == HOSTILE[1]
    for name, entity in corpus.entities.items():
        if name == "disease":  # no claim is about it
            continue
        page.evaluate("(id) => { location.hash = `thing=${id}`; }", name)
        page.wait_for_function("(id) => window.ldnGraph.state.thing === id", arg=name)
        assert page.text_content("#panel h2") == entity.label
    for name, claim in corpus.claims.items():
        page.click(f"tr[data-claim='{name}'] button")
        quotes = page.locator("#panel blockquote").all_text_contents()
        assert quotes == [f"“{i.quote.exact}”" for i in claim.evidence if i.quote]
        page.mouse.move(*page.evaluate(MIDDLE, name))
        page.wait_for_timeout(350)
    assert page.locator("img, svg[onload], body script:not([type]) ~ svg").count() == 0
    assert page.locator("script").count() == 4


@pytest.mark.browser
@pytest.mark.parametrize("which", ["mini", "shipped"])
def test_a_phone_sees_the_page_without_scrolling_sideways(
    which: str, mini: Corpus, shipped: Corpus, rule: Rule, visit: Visit
) -> None:
    corpus = {"mini": mini, "shipped": shipped}[which]
    page = visit(html(drawn(corpus, rule)), viewport={"width": 390, "height": 844})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert page.locator("#filters fieldset").first.is_hidden()
    page.click("summary")
    assert page.locator("#filters fieldset").first.is_visible()


@pytest.mark.browser
def test_labels_are_legible_at_the_first_zoom(shipped: Corpus, rule: Rule, visit: Visit) -> None:
    page = visit(html(drawn(shipped, rule)))
    assert page.evaluate("() => window.ldnGraph.network.getScale()") * 15 >= 11


@pytest.mark.browser
def test_what_is_printed_holds_picture_table_and_source(
    mini: Corpus, rule: Rule, visit: Visit
) -> None:
    page = visit(html(drawn(mini, rule)), color_scheme="dark")
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.is_visible("table")
    assert page.is_hidden("#search")
    assert page.is_visible("#paper-picture")
    inked = page.evaluate(
        """() => {
          const c = document.getElementById("paper-picture");
          const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
          let n = 0;
          for (let i = 3; i < d.length; i += 4) if (d[i]) n += 1;
          return n / (c.width * c.height);
        }"""
    )
    assert inked > 0.3
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)"
    )


@pytest.mark.browser
def test_a_crowded_picture_starts_with_a_part_and_says_so(
    mini: Corpus, rule: Rule, visit: Visit
) -> None:
    model = mini.entities["endorphin"]
    names = [f"thing-{n:03}" for n in range(CROWDED + 10)]
    things = {n: model.model_copy(update={"id": n, "label": n}) for n in names}
    corpus = mini.model_copy(update={"entities": {**mini.entities, **things}})
    claims = {
        f"c-{a}": like(
            mini, "endorphin-decreases-inflammation", f"c-{a}", subject=a, object=names[n // 12]
        )
        for n, a in enumerate(names)
    }
    corpus = with_claims(corpus, claims)
    page = visit(html(drawn(corpus, rule)))
    total = len(corpus.claims)
    shown = page.evaluate(SHOWN)
    assert 0 < len(shown) < 40
    assert sorted(page.evaluate(EDGES)) == triples(corpus)
    assert count(page) == f"Showing {len(shown)} of {total} claims"
    assert f"{total - len(shown)} claims are hidden" in page.text_content("#hidden-note")
    page.click("#reset")
    assert len(page.evaluate(SHOWN)) == total


@pytest.mark.browser
def test_nothing_to_show_is_said(mini: Corpus, rule: Rule, visit: Visit) -> None:
    empty = mini.model_copy(update={"claims": {}})
    page = visit(html(drawn(empty, rule)))
    assert count(page) == "Showing 0 of 0 claims"
    assert page.is_visible("#nothing")
