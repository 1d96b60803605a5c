"""The Graph page in a real browser: what it draws, filters, finds, says and gives away."""

import csv
import io
import json
import struct
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from benchmarks.drawing import summary, visited
from ldn_graph.graph import EvidenceGraph
from ldn_graph.web.explorer.graph_data import questions
from tests.axe import no_axe_findings
from tests.browser import chromium  # noqa: F401
from tests.effort import examples
from tests.serving import browse, look, used_pages  # noqa: F401

Browse = Callable[..., Any]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

#: The ids of the elements of the picture.
IDS = "all => all.map(e => e.dataset.id)"

#: A screen of 1280 × 900 at 200 %.
ZOOMED = {"color_scheme": "dark", "viewport": {"width": 640, "height": 450}}


@pytest.fixture(scope="module")
def graph() -> EvidenceGraph:
    return EvidenceGraph.open()


@pytest.fixture
def opened(look: Browse) -> Browse:  # noqa: F811
    """Open the page at a state and wait until it is drawn."""
    return drawing(look)


@pytest.fixture
def opened_apart(browse: Browse) -> Browse:  # noqa: F811
    """`opened` for a test that leaves more behind than an address."""
    return drawing(browse)


def drawing(visit: Browse) -> Browse:
    """`visit` of the graph page at a state, that waits until it is drawn."""

    def open_page(query: str = "", **options: Any) -> Any:
        page = visit("/graph" + (f"?{query}" if query else ""), **options)
        page.wait_for_selector("html.ready", state="attached")
        return page

    return open_page


def lines(page: Any) -> list[list[str]]:
    """Id, start and end of every line that is drawn for one claim."""
    found = page.evaluate(
        "() => ldnGraph.picture.geometry.links.filter(l => !l.bundle).map(l => [l.id, l.s, l.t])"
    )
    drawn = page.locator("#canvas .line:not(.bundle)").evaluate_all(IDS)
    assert sorted(drawn) == sorted(line[0] for line in found)
    return sorted(found)


def claims(page: Any) -> list[str]:
    """The claims that are drawn: singly, in bundles and inside groups."""
    found: list[str] = page.evaluate(
        "() => [ldnGraph.shown.lines, ...ldnGraph.shown.bundles.map(b => b.claims),"
        " ...ldnGraph.shown.groups.map(g => g.inside)].flat().map(e => e.id).sort()"
    )
    return found


def state(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


# --- what is drawn


def test_every_claim_is_one_line_in_its_direction(opened: Browse, graph: EvidenceGraph) -> None:
    kinds = "drug,pathway,all-mechanism,target,molecule,cell,anatomy"
    page = opened(f"all=1&column=drug,mechanism,pathway&open={kinds}")
    columns = {"drug", "mechanism", "pathway"}
    entities = graph.corpus.entities
    assert lines(page) == sorted(
        [c.id, c.subject, c.object]
        for c in graph.corpus.current()
        if {entities[c.subject].column, entities[c.object].column} <= columns
    )


@pytest.mark.parametrize("query", ["", "all=1", "around=low-dose-naltrexone"])
def test_what_is_too_much_is_bundled_and_every_claim_is_accounted_for(
    opened: Browse, graph: EvidenceGraph, query: str
) -> None:
    page = opened(query)
    shown = claims(page)
    around = "low-dose-naltrexone" if "around" in query else None
    expected = graph.neighbourhood(around) if around else [c.id for c in graph.corpus.current()]
    assert shown == sorted(expected)
    assert page.locator("#canvas .card").count() < 20
    assert f"{len(shown)} of " in page.inner_text("#shown-count")
    bundles = page.evaluate("() => ldnGraph.shown.bundles.map(b => `${b.claims.length} claim`)")
    words = page.locator("#canvas .words.bundle").all_text_contents()
    assert all(any(w.startswith(b) for w in words) for b in bundles)


def test_a_group_opens_by_a_click(opened: Browse) -> None:
    page = opened("panel=none")
    page.locator("#canvas .card[data-id='group:pathway']").click()
    page.locator("#canvas .card[data-id='inflammation']").wait_for(state="attached")
    assert state(page)["open"] == ["pathway"]


def test_focus_shows_the_claims_about_a_thing_and_counts_the_rest(
    opened: Browse, graph: EvidenceGraph
) -> None:
    page = opened("around=crohns-disease")
    about = graph.neighbourhood("crohns-disease")
    assert [line[0] for line in lines(page)] == sorted(about)
    rest = len(graph.corpus.current()) - len(about)
    assert f"{rest} not shown" in page.inner_text("#shown-count")


def test_parallel_claims_have_lines_of_their_own(opened: Browse) -> None:
    page = opened("around=crohns-disease")
    ends = page.evaluate(
        "() => ldnGraph.picture.geometry.links.filter(l => l.s === 'low-dose-naltrexone'"
        " && l.t === 'crohns-disease').map(l => l.points.at(-1).join())"
    )
    assert len(ends) > 2
    assert len(set(ends)) == len(ends)


SIZES = {"phone": PHONE, "laptop": {"viewport": {"width": 1366, "height": 768}}}


@pytest.mark.parametrize("screen", SIZES)
@pytest.mark.parametrize("query", ["around=crohns-disease", "around=inflammation", ""])
def test_words_fit_their_places_on_the_screen(opened: Browse, query: str, screen: str) -> None:
    """As the browser sets them: no letter under 12 px, none outside its card or its box."""
    page = opened(query, **SIZES[screen])
    found = page.evaluate(
        """() => {
          const within = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1
            && a.top >= b.top - 3 && a.bottom <= b.bottom + 3;
          const bad = [];
          let smallest = Infinity;
          for (const t of document.querySelectorAll("#canvas text")) {
            const size = parseFloat(getComputedStyle(t).fontSize) * ldnGraph.picture.view.zoom;
            smallest = Math.min(smallest, size);
            const one = t.closest("[data-id]");
            if (!one) continue;
            const rects = [...one.querySelectorAll("rect")].map(r => r.getBoundingClientRect());
            const box = t.getBoundingClientRect();
            if (!rects.some(r => within(box, r))) bad.push(t.textContent);
          }
          return [smallest, bad];
        }"""
    )
    assert found[0] >= 11.99
    assert found[1] == []


def test_a_choice_makes_no_line_thicker_or_darker(opened: Browse) -> None:
    seen = """(id) => {
      const p = document.querySelector(`#claim-${id} path:not(.hit)`), s = getComputedStyle(p);
      return [s.strokeWidth, s.stroke, s.opacity, getComputedStyle(p.parentElement).opacity];
    }"""
    page = opened("around=inflammation")
    before = page.evaluate(seen, "ldn-decreases-inflammation")
    page.evaluate("() => ldnGraph.go({ select: 'ldn-decreases-inflammation' })")
    assert page.evaluate(seen, "ldn-decreases-inflammation") == before
    framed = page.locator("#canvas .words.chosen")
    assert framed.get_attribute("data-id") == "ldn-decreases-inflammation"


@pytest.mark.parametrize(("agreement", "mark"), [("contested", "≠ contested"), ("refuted", "✕ ")])
def test_what_is_disputed_has_colour_mark_and_word(
    opened: Browse, agreement: str, mark: str
) -> None:
    page = opened(f"all=1&agreement={agreement}")
    drawn = page.evaluate(
        "() => ldnGraph.picture.geometry.links.map(l => [document.querySelector("
        "`#claim-${l.id} path:not(.hit)`).getAttribute('stroke'), l.words.join(' ')])"
    )
    plain = opened("around=lupus").evaluate(
        "() => [...document.querySelectorAll('#canvas .plain path:not(.hit)')]"
        ".map(p => p.getAttribute('stroke'))"
    )
    assert drawn
    assert {colour for colour, _ in drawn}.isdisjoint(plain)
    assert all(words.startswith(mark) for _, words in drawn)


def test_width_follows_the_level_and_dash_the_certainty(opened: Browse) -> None:
    page = opened("around=multiple-sclerosis,crohns-disease,inflammation")
    drawn = page.evaluate(
        """() => ldnGraph.shown.lines.map(e => {
          const p = document.querySelector(`#claim-${e.id} path:not(.hit)`);
          const dashed = p.hasAttribute('stroke-dasharray');
          return [e.level, +p.getAttribute('stroke-width'), e.certainty, dashed];
        })"""
    )
    widths = {level: width for level, width, _, _ in drawn}
    assert len(widths) > 2
    assert [widths[k] for k in sorted(widths)] == sorted(set(widths.values()))
    assert {(c, dashed) for *_, c, dashed in drawn} <= {
        ("asserted", False),
        ("hedged", True),
        ("speculative", True),
    }


# --- the state in the address


def test_state_survives_writing_and_reading(opened: Browse) -> None:
    page = opened()
    broken = page.evaluate(
        """async () => {
          const module = location.origin + "/static/js/graph/state.js";
          const { LISTS, START, read, write } = await import(module);
          let seed = 7;
          const pick = (n) => { seed = (seed * 48271) % 2147483647; return seed % n; };
          const words = ["a", "b-c", "x,y", "ä &=?#+%", "“q” 1", "<b>"];
          for (let n = 0; n < 400; n += 1) {
            const state = { ...START };
            for (const k of LISTS) {
              const some = [...new Set([words[pick(2)], words[pick(2)]])].sort();
              if (pick(3) === 0) state[k] = k === "paths" ? ["a", "b-c"] : some;
            }
            for (const k of ["select", "sort", "caption"]) if (pick(2)) state[k] = words[pick(6)];
            for (const k of ["all", "between"]) state[k] = Boolean(pick(2));
            for (const k of ["from", "to"]) if (pick(2)) state[k] = 1900 + pick(150);
            if (pick(2)) state.path = 1 + pick(30);
            state.view = ["picture", "both", "table"][pick(3)];
            state.panel = ["auto", "filters", "none"][pick(3)];
            const again = read(write(state));
            const same = JSON.stringify(again.state) === JSON.stringify(state);
            if (again.problems.length || !same) return write(state);
          }
          return null;
        }"""
    )
    assert broken is None


def test_back_forward_and_reload_restore(opened: Browse) -> None:
    page = opened()
    page.get_by_role("link", name="What is said about Crohn’s disease?").click()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("checkbox", name="0 none").check()
    filtered = lines(page)
    assert state(page)["level"] == ["0"]
    page.go_back()
    page.wait_for_function("() => !location.search.includes('level')")
    assert len(lines(page)) > len(filtered)
    page.go_forward()
    page.wait_for_function("() => location.search.includes('level')")
    assert lines(page) == filtered
    page.reload()
    page.wait_for_selector("html.ready", state="attached")
    assert lines(page) == filtered
    assert page.get_by_role("checkbox", name="0 none").is_checked()


def test_what_is_not_understood_is_said_and_the_rest_is_shown(opened: Browse) -> None:
    page = opened("around=crohns-disease,nonsense&level=9&view=upside-down&from=soon")
    told = page.inner_text("#problems")
    assert all(word in told for word in ("nonsense", "“9”", "upside-down", "soon"))


def test_questions_show_as_many_claims_as_they_say(opened: Browse, graph: EvidenceGraph) -> None:
    page = opened()
    for question in questions(graph):
        page.evaluate("(query) => ldnGraph.go({ query })", question.query)
        assert len(claims(page)) == question.claims, question
        assert page.inner_text("#shown-title") == question.text


def test_lessons_highlight_and_caption(opened: Browse) -> None:
    page = opened("around=inflammation&highlight=ldn-decreases-inflammation&caption=Look+here")
    lit = sorted(set(page.locator("#canvas .lit").evaluate_all(IDS)))
    assert lit == ["inflammation", "ldn-decreases-inflammation", "low-dose-naltrexone"]
    assert page.inner_text("#caption") == "Look here"


# --- filters


def test_filters_leave_what_fits_together(opened: Browse, graph: EvidenceGraph) -> None:
    page = opened("all=1&direction=refutes&from=2018")
    year = {n: (s.issued or "")[:4] for n, s in graph.corpus.sources.items()}
    fitting = sorted(
        c.id
        for c in graph.corpus.current()
        if any(
            i.direction == "refutes" and year[i.source].isdigit() and int(year[i.source]) >= 2018
            for i in c.evidence
        )
    )
    assert fitting
    assert [line[0] for line in lines(page)] == fitting
    page.get_by_role("button", name="from 2018").click()
    assert len(claims(page)) > len(fitting)


def test_filters_that_nothing_fits_say_so_and_can_be_cleared(opened: Browse) -> None:
    page = opened("around=lupus&level=4")
    page.get_by_role("button", name="Clear the filters").click()
    assert lines(page)


# --- choosing


def test_card_has_quotes_with_cues_reasons_and_a_link(opened: Browse) -> None:
    page = opened("around=inflammation&select=ldn-decreases-inflammation")
    card = page.locator("#card")
    card.get_by_text("Why it is graded so").wait_for()
    assert card.locator(".item.refutes").count() == 4
    assert "Contested" in card.inner_text()
    assert (
        card.get_by_role("link", name="The claim’s page")
        .get_attribute("href")
        .endswith("/claim/ldn-decreases-inflammation")
    )
    page = opened("around=lupus&select=ldn-for-lupus")
    assert page.locator("#card mark").first.inner_text() == "has shown potential"


def test_claims_are_added_and_taken_away(opened: Browse) -> None:
    page = opened("around=lupus&select=autoimmunity")
    before = lines(page)
    page.get_by_role("button", name="Add its").click()
    assert len(lines(page)) > len(before)
    page.get_by_role("button", name="Take its other claims away").click()
    assert lines(page) == before


def test_a_tap_on_a_line_opens_its_claim(opened: Browse) -> None:
    page = opened("around=lupus")
    claim = lines(page)[0][0]
    page.locator(f"#canvas .words[data-id='{claim}']").click()
    page.locator("#card h2").wait_for()
    assert state(page)["select"] == [claim]


def test_paths_are_listed_with_their_weakest_link(opened: Browse, graph: EvidenceGraph) -> None:
    page = opened()
    page.get_by_role("button", name="Paths", exact=True).click()
    page.get_by_label("From").fill("LDN")
    page.get_by_label("To", exact=True).fill("Crohn’s disease")
    page.get_by_role("button", name="Find paths").click()
    page.locator(".paths .chain").first.wait_for()
    found = graph.paths("low-dose-naltrexone", "crohns-disease", max_steps=4)
    assert f"{len(found)} paths" in page.inner_text("#panel")
    page.locator("[data-path='2']").click()
    weakest = page.locator("#canvas .words.weakest").evaluate_all(IDS)
    assert weakest == [found[1].weakest.claim.id]
    assert "weakest link" in page.inner_text(".paths .chosen")
    page.get_by_label("the shortest").check()
    steps = page.evaluate("() => ldnGraph.paths.map(p => p.claims.length)")
    assert steps == sorted(steps)
    assert state(page)["rank"] == ["shortest"]


def test_a_path_of_an_unknown_end_is_refused_in_words(opened: Browse) -> None:
    page = opened("panel=paths")
    page.get_by_label("From").fill("nothing like this")
    page.get_by_label("To", exact=True).fill("lupus")
    page.get_by_role("button", name="Find paths").click()
    assert "nothing like this" in page.inner_text("#panel [role=alert]")


def test_table_has_exactly_what_is_shown_and_sorts(opened: Browse) -> None:
    page = opened("around=crohns-disease&view=both")
    rows = page.locator("#table tbody tr")
    assert rows.count() == len(lines(page))
    page.get_by_role("button", name="Evidence").click()
    page.get_by_role("button", name="Evidence").click()
    grades = page.locator("#table tbody td:nth-child(4)").all_inner_texts()
    level_of = page.evaluate(
        "() => Object.fromEntries(ldnGraph.shown.lines.map(e => [e.grade, e.level]))"
    )
    levels = [level_of[grade] for grade in grades]
    assert levels == sorted(levels, reverse=True)
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Evidence")
    page.locator("#table tbody button").first.click()
    page.locator("#card h2").wait_for()
    assert page.locator("#table tr.chosen").count() == 1
    chosen = page.locator("#canvas .words.chosen").evaluate_all(IDS)
    assert chosen == state(page)["select"]


# --- the keyboard


def test_everything_by_keyboard(opened: Browse) -> None:
    page = opened("around=crohns-disease")
    page.focus("#canvas")
    page.keyboard.press("ArrowRight")
    assert "low-dose naltrexone" in page.inner_text("#live")
    page.keyboard.press("ArrowRight")
    second = page.evaluate("() => ldnGraph.cursor")
    assert second != "low-dose-naltrexone"
    page.keyboard.press("c")
    assert page.inner_text("#live").startswith("1 of ")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'card'")
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.id") == "canvas"
    zoom = page.evaluate("() => ldnGraph.picture.view.zoom")
    page.keyboard.press("+")
    assert page.evaluate("() => ldnGraph.picture.view.zoom") > zoom
    page.keyboard.press("0")
    assert page.evaluate("() => ldnGraph.picture.view.zoom") == pytest.approx(zoom)
    page.keyboard.press("t")
    assert state(page)["view"] == ["both"]
    page.keyboard.press("f")
    assert page.evaluate("() => document.activeElement.name") == "level"
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("fibro")
    page.keyboard.press("Enter")
    assert state(page)["around"] == ["fibromyalgia"]


def test_a_group_opens_by_keyboard(opened: Browse) -> None:
    page = opened("panel=none")
    page.evaluate("() => ldnGraph.at('group:pathway')")
    page.focus("#canvas")
    page.keyboard.press("Enter")
    assert state(page)["open"] == ["pathway"]
    assert page.locator("#canvas .card[data-id='inflammation']").count() == 1


# --- accessible, small, still, off line


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", {}),
        ("around=crohns-disease&view=both&panel=filters&select=ldn-decreases-inflammation", {}),
        ("all=1&panel=share", {"color_scheme": "dark"}),
        ("paths=low-dose-naltrexone,crohns-disease&path=2", {}),
        ("around=fibromyalgia&select=fibromyalgia", PHONE),
        ("around=lupus&view=table", ZOOMED),
    ],
    ids=["start", "all-open", "share-dark", "paths", "phone", "table-zoomed"],
)  # fmt: skip
def test_audit_finds_nothing(opened: Browse, query: str, options: dict[str, Any]) -> None:
    page = opened(query, **options)
    page.wait_for_load_state("networkidle")
    no_axe_findings(page)


def test_phone_has_a_sheet_and_no_sideways_scrolling(opened: Browse) -> None:
    page = opened("around=fibromyalgia&select=fibromyalgia", **PHONE)
    box = page.locator("#card").bounding_box()
    assert box["width"] == 360
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_works_without_a_network_once_loaded(
    opened_apart: Browse,
    browse: Browse,  # noqa: F811
) -> None:
    page = opened_apart("around=lupus")
    page.wait_for_selector("html[data-full]", state="attached")
    page.context.set_offline(True)
    # for a new address the browser asks for the site's icon anew, by itself
    browse.expected.append("ERR_INTERNET_DISCONNECTED")  # type: ignore[attr-defined]
    page.evaluate("() => ldnGraph.go({ query: 'all=1&level=3' })")
    page.evaluate("() => ldnGraph.go({ select: ldnGraph.shown.lines[0].id })")
    page.locator("#card blockquote, #card .items").first.wait_for()


@pytest.mark.parametrize("query", ["around=fibromyalgia", "all=1", "around=low-dose-naltrexone"])
def test_paper_holds_the_whole_picture_with_letters_that_can_be_read(
    opened_apart: Browse, query: str
) -> None:
    page = opened_apart(query)
    before = page.evaluate("() => ldnGraph.picture.geometry.links.length")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    wide, high = page.evaluate(
        "() => ldnGraph.picture.svg.getAttribute('viewBox').split(' ').slice(2).map(Number)"
    )
    assert 13 * min(1032 / wide, 612 / high, 1) >= 11.99
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("() => ldnGraph.picture.geometry.links.length") == before


def test_theme_changes_repaint(opened_apart: Browse) -> None:
    page = opened_apart("around=lupus")
    colour = "() => document.querySelector('#canvas .card .box').getAttribute('fill')"
    light = page.evaluate(colour)
    page.click("#theme")
    assert page.evaluate(colour) != light


# --- hostile and large data


def test_hostile_labels_stay_text(opened_apart: Browse, site: str) -> None:
    data = json.loads(httpx.get(f"{site}/graph/data.json").content)
    evil = '"><img src=x onerror=alert(1)><script>alert(2)</script> \u202e&lt;'
    for node in data["nodes"]:
        node["label"] = f"{evil} {node['id']}"
    for edge in data["edges"]:
        edge["reading"] = edge["verb"] = evil
    for source in data["sources"]:
        source["short"] = evil
    page = opened_apart()
    visited(page, site, json.dumps(data).encode(), "around=lupus&view=both&panel=filters")
    page.evaluate("() => ldnGraph.go({ select: 'lupus' })")
    assert evil.split()[0] in page.inner_text("#card")
    assert page.locator("#explorer img, #explorer script").count() == 0


def test_a_large_corpus_opens(opened_apart: Browse, site: str) -> None:
    things = examples(1000)
    page = opened_apart()
    visited(page, site, summary(things), "panel=none")
    for query in ("panel=none", "all=1&panel=none"):
        page.evaluate("(query) => ldnGraph.go({ query })", query)
        assert page.locator("#canvas .card").count() < 40
        assert len(claims(page)) > things
    page.evaluate("() => ldnGraph.go({ query: 'all=1&view=both&panel=filters' })")
    assert page.locator("#table tbody tr").count() == 200


# --- downloads and the small version


def shown_as(page: Any, kind: str, folder: Path) -> bytes:
    with page.expect_download() as event:
        page.click(f"[data-format={kind}]")
    path = folder / f"saved.{kind}"
    event.value.save_as(path)
    return path.read_bytes()


def test_downloads_hold_what_is_shown(opened_apart: Browse, tmp_path: Path) -> None:
    page = opened_apart("around=crohns-disease&panel=share")
    expected = {line[0] for line in lines(page)}
    png = shown_as(page, "png", tmp_path)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert min(struct.unpack(">II", png[16:24])) > 300
    svg = ET.fromstring(shown_as(page, "svg", tmp_path))
    ids = {
        e.get("id", "").removeprefix("claim-") for e in svg.iter() if "claim-" in e.get("id", "")
    }
    assert ids == expected
    graphml = ET.fromstring(shown_as(page, "graphml", tmp_path))
    named = {e.get("id") for e in graphml.iter("{http://graphml.graphdrawing.org/xmlns}edge")}
    assert named == expected
    table = csv.DictReader(io.StringIO(shown_as(page, "csv", tmp_path).decode()))
    assert {row["claim"] for row in table} == expected
    assert len(json.loads(shown_as(page, "json", tmp_path))) == len(expected)
    shown_as(page, "html", tmp_path)
    alone = page.context.new_page()
    alone.goto((tmp_path / "saved.html").as_uri())
    alone.wait_for_selector("html.ready", state="attached")
    assert "Crohn" in alone.inner_text("body")


def test_downloads_refuse_in_words(site: str) -> None:
    unknown = httpx.post(f"{site}/graph/download.svg", data={"claims": "ldn-decreases-inflamation"})
    assert unknown.status_code == 404
    assert "ldn-decreases-inflammation" in unknown.json()["detail"]
    assert httpx.get(f"{site}/graph/download.gif").status_code == 404
    assert httpx.get(f"{site}/graph/download.svg?claims=").status_code == 400
    assert httpx.get(f"{site}/graph/paths.json?start=lupus&end=lupus").status_code == 400
    assert httpx.get(f"{site}/graph/claims.json?ids=nonsense").status_code == 404


def test_embed_may_be_framed_anywhere_and_the_page_may_not(opened: Browse, site: str) -> None:
    page = opened("around=lupus&panel=share")
    snippet = page.input_value("#share-embed")
    assert snippet.startswith("<iframe ")
    assert f"{site}/graph/embed?" in snippet
    embed = httpx.get(f"{site}/graph/embed?around=lupus")
    assert "frame-ancestors *" in embed.headers["content-security-policy"]
    whole = httpx.get(f"{site}/graph")
    assert "frame-ancestors 'self'" in whole.headers["content-security-policy"]
    assert "unsafe" not in embed.headers["content-security-policy"]
    expected = lines(page)
    page.goto(f"{site}/graph/embed?around=lupus")
    page.wait_for_selector("html.ready", state="attached")
    assert page.evaluate("() => document.documentElement.dataset.drawn") == str(len(expected))
    assert "Not medical advice" in page.inner_text("body")
    no_axe_findings(page)


def test_link_field_has_the_address(opened: Browse) -> None:
    page = opened("around=lupus&panel=share")
    assert page.input_value("#share-link") == page.url


def test_unchanged_data_are_not_sent_again(site: str) -> None:
    first = httpx.get(f"{site}/graph/data.json")
    again = httpx.get(f"{site}/graph/data.json", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
