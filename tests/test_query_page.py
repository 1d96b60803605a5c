"""The query page in a real browser: editor, questions, answers, history, keyboard."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe import no_axe_findings
from browser import chromium
from serving import browse

from ldn_graph import queries
from ldn_graph.graph import EvidenceGraph
from ldn_graph.web.explorer import completion, query

__all__ = ["browse", "chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.server]
Browse = Callable[..., Any]
ANSWER = "#answer:not([hidden])"


@pytest.fixture(scope="module")
def graph() -> EvidenceGraph:
    return EvidenceGraph.open()


def write(page: Any, text: str) -> None:
    """Type a query over what stands in the editor; brackets close themselves while typing."""
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def shown(page: Any) -> str:
    return str(page.locator("#editor .cm-content").inner_text())


def refused(browse: Any) -> None:
    """A refused query is an error in the console of every browser."""
    browse.expected.append("Failed to load resource")


def test_a_question_is_found_filled_in_and_answered(browse: Browse) -> None:
    page = browse("/query")
    page.get_by_label("Find a question").fill("hedging words")
    assert page.locator("#canned li:visible").count() == 1
    page.locator("#canned li:visible a").click()
    page.wait_for_selector(ANSWER)
    assert page.locator(".question h2").inner_text().startswith("Which hedging words")
    assert "name=hedging-words" in page.url
    assert page.locator("#view-table tbody tr").count() > 5
    no_axe_findings(page)


def test_a_tag_narrows_the_questions_down(browse: Browse) -> None:
    page = browse("/query")
    chip = page.locator(".chip", has_text="safety")
    chip.click()
    assert chip.get_attribute("aria-pressed") == "true"
    number = int(chip.locator(".count").inner_text())
    assert page.locator("#canned li:visible").count() == number


def test_a_parameter_goes_into_the_query_the_address_and_the_answer(browse: Browse) -> None:
    page = browse("/query?name=claims-for-condition")
    page.wait_for_selector(ANSWER)
    page.get_by_label("Condition", exact=True).fill("Fibromyalgia")
    page.get_by_label("Min level").fill("1")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_function("document.querySelector('#counted').textContent.includes('row')")
    page.wait_for_url("**p.condition=Fibromyalgia**")
    page.locator("#view-table", has_text="fibromyalgia").wait_for()
    assert "VALUES ?condition { <https://w3id.org/ldn-graph/entity/fibromyalgia> }" in shown(page)
    again = browse(page.url.partition("/query")[1] + page.url.partition("/query")[2])
    again.locator("#view-table", has_text="fibromyalgia").wait_for()


def test_a_wrong_parameter_says_what_is_meant(browse: Browse) -> None:
    refused(browse)
    page = browse("/query?name=claims-for-condition&p.condition=fibromialgia")
    assert "did you mean 'fibromyalgia'" in page.locator("#chosen [role=alert]").inner_text()


def test_what_is_typed_is_completed_and_its_prefix_declared(browse: Browse) -> None:
    page = browse("/query")
    write(page, "SELECT * WHERE { ")
    page.keyboard.type("ldn:cro", delay=20)
    page.get_by_role("option", name="ldn:crohns-disease").wait_for()
    page.wait_for_timeout(500)  # a list that has just come takes no key, lest one be meant for text
    page.keyboard.press("Enter")
    page.keyboard.type(" ldnv:evidenceLe", delay=20)
    page.get_by_role("option", name="ldnv:evidenceLevel").wait_for()
    text = shown(page)
    assert "PREFIX ldn: <https://w3id.org/ldn-graph/entity/>" in text
    assert "ldn:crohns-disease" in text


def test_an_error_is_marked_while_typing(browse: Browse) -> None:
    page = browse("/query")
    write(page, "SELECT * WHERE {\n  ?s ?p\n}")
    mark = page.locator("#editor .cm-lint-marker-error")
    mark.wait_for()
    mark.hover()
    assert "line 3, column 1: syntax error" in page.locator(".cm-tooltip-lint").inner_text()


def test_the_servers_message_points_at_its_line(browse: Browse) -> None:
    refused(browse)
    page = browse("/query")
    write(page, "SELECT ?s WHERE {\n  ?s ?p ?o\n}\nGROUP BY ?p")
    page.keyboard.press("Control+Enter")
    trouble = page.locator("#trouble:not([hidden])")
    trouble.wait_for()
    assert "line 4" in trouble.inner_text()
    write(page, "SELECT * WHERE {\n  ?s ldnx:p ?o\n}")
    page.keyboard.press("Control+Enter")
    button = page.get_by_role("button", name="Go to line 2")
    button.click()
    page.locator("#editor .cm-lintRange-error").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "editor"
    no_axe_findings(page)


def test_rows_are_sorted_and_link_to_their_things(browse: Browse) -> None:
    page = browse("/query?name=contested-claims")
    page.wait_for_selector(ANSWER)
    number = page.locator("#view-table th", has_text="for").first
    number.locator("button").click()
    assert number.get_attribute("aria-sort") == "ascending"
    rows = page.locator("#view-table tbody tr").all()
    numbers = [row.locator("td.number").first.inner_text() for row in rows]
    assert [int(n) for n in numbers] == sorted(int(n) for n in numbers)
    link = page.locator("#view-table td a[href*='/claim/']").first
    assert "http" not in link.inner_text(), "a claim is shown by what it says"


def test_many_rows_come_a_page_at_a_time(browse: Browse) -> None:
    page = browse("/query")
    write(page, "SELECT ?s ?o WHERE { ?s a ?o } LIMIT 250")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(ANSWER)
    assert page.locator("#view-table tbody tr").count() == 100
    page.get_by_role("button", name="Next").click()
    assert "101 to 200 of 250" in page.locator(".pager").inner_text()


def test_a_construct_is_drawn_and_downloaded(browse: Browse) -> None:
    page = browse("/query")
    page.locator("summary", has_text="Start from an example").click()
    page.get_by_role("link", name="A picture of the claims").click()
    page.locator("#view-graph canvas").first.wait_for()
    assert "things and" in (page.locator("#view-graph .picture").get_attribute("aria-label") or "")
    with page.expect_download() as got:
        page.get_by_role("button", name="Turtle").click()
    assert "low-dose-naltrexone" in Path(got.value.path()).read_text()
    page.get_by_role("tab", name="Table").click()
    assert page.locator("#view-table tbody tr").count() > 5


def test_numbers_are_drawn_as_bars(browse: Browse) -> None:
    page = browse("/query")
    write(page, "SELECT ?r (COUNT(?c) AS ?n) WHERE { ?c ldnv:predicate ?r } GROUP BY ?r")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(ANSWER)
    page.get_by_role("tab", name="Table").focus()
    page.keyboard.press("ArrowRight")  # the picture has nothing to draw and is passed over
    assert page.locator("#tab-chart").get_attribute("aria-selected") == "true"
    assert page.locator("#view-chart rect").count() > 5
    no_axe_findings(page)


def test_raw_is_what_the_endpoint_writes(browse: Browse) -> None:
    page = browse("/query?name=contested-claims")
    page.wait_for_selector(ANSWER)
    page.get_by_role("tab", name="Raw").click()
    page.get_by_label("Format").select_option("xml")
    page.locator("#view-raw pre", has_text="<sparql").wait_for()


def test_a_raw_answer_that_comes_late_is_not_shown(browse: Browse) -> None:
    page = browse("/query?name=contested-claims")
    page.wait_for_selector(ANSWER)
    page.evaluate(
        """() => {
          const fetched = window.fetch;
          window.fetch = async (...asked) => {
            const late = asked[1].headers.accept === "text/csv";
            if (late) await new Promise((done) => setTimeout(done, 700));
            return fetched(...asked);
          };
        }"""
    )
    page.get_by_role("tab", name="Raw").click()
    page.get_by_label("Format").select_option("xml")
    page.locator("#view-raw pre", has_text="<sparql").wait_for()
    page.wait_for_timeout(1200)  # the first answer has come by now
    assert page.locator("#view-raw pre").inner_text().startswith("<")


def test_yes_or_no(browse: Browse) -> None:
    page = browse("/query?query=ASK%20%7B%20%3Fs%20a%20ldnv%3AClaim%20%7D")
    page.locator(".boolean", has_text="Yes").wait_for()


def test_hostile_results_are_text(browse: Browse) -> None:
    page = browse("/query")
    write(
        page,
        'SELECT ?a ?b WHERE { BIND("<img src=x onerror=alert(1)>" AS ?a) '
        "BIND(<javascript:alert(1)> AS ?b) }",
    )
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(ANSWER)
    assert page.locator("#view-table td").first.inner_text() == "<img src=x onerror=alert(1)>"
    assert page.locator("#view-table td img, #view-table td a").count() == 0


def test_a_slow_query_is_cancelled(browse: Browse) -> None:
    page = browse("/query")
    slow = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    write(page, slow)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Cancel").click()
    page.locator("#state", has_text="Cancelled").wait_for()
    write(page, "ASK { ?s ?p ?o }")
    page.keyboard.press("Control+Enter")
    page.locator(".boolean", has_text="Yes").wait_for()


def test_queries_are_kept_named_and_deleted(browse: Browse) -> None:
    page = browse("/query")
    write(page, "ASK { ?kept ?this ?one }")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(ANSWER)
    page.reload()
    page.locator("#kept summary").click()
    page.get_by_role("button", name="Name: ").click()
    page.get_by_label("Name of the query").fill("My question")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="My question", exact=True).click()
    assert "?kept ?this ?one" in shown(page)
    page.get_by_role("button", name="Delete: My question").click()
    assert page.locator("#kept").is_hidden()


def test_a_link_holds_the_query(browse: Browse) -> None:
    page = browse("/query")
    write(page, "ASK { ?linked ?to ?this }")
    page.get_by_role("button", name="Copy link").click()
    assert "linked" in page.url
    page.reload()
    page.wait_for_selector(ANSWER)
    assert "?linked ?to ?this" in shown(page)


def test_the_keyboard_leaves_the_editor(browse: Browse) -> None:
    page = browse("/query")
    page.locator("#editor .cm-content").focus()
    page.keyboard.type("SELECT")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"


def test_letters_typed_in_the_editor_are_no_keys_of_the_site(browse: Browse) -> None:
    page = browse("/query")
    before = page.evaluate("document.documentElement.dataset.theme ?? 'system'")
    page.locator("#editor .cm-content").focus()
    page.keyboard.type("t?gq/")
    assert page.evaluate("document.documentElement.dataset.theme ?? 'system'") == before
    assert page.locator("dialog[open]").count() == 0
    assert page.url.endswith("/query")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_for_the_audit_on_a_phone(browse: Browse, scheme: str) -> None:
    page = browse(
        "/query?name=claims-for-condition",
        viewport={"width": 360, "height": 740},
        color_scheme=scheme,
    )
    page.wait_for_selector(ANSWER)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    no_axe_findings(page)


def test_without_scripts_there_are_forms(browse: Browse) -> None:
    page = browse("/query?name=claims-for-condition", java_script_enabled=False)
    page.get_by_label("Condition", exact=True).fill("fibromyalgia")
    page.get_by_role("button", name="Ask", exact=True).click()
    assert "entity/fibromyalgia" in page.locator("#query-text").input_value()
    assert page.get_by_role("button", name="Answer as CSV").is_visible()


def test_every_example_and_column_is_known(graph: EvidenceGraph) -> None:
    for _, text in query.EXAMPLES:
        assert graph.sparql(text)
    named = {column for canned in graph.canned.values() for column in canned.columns}
    assert [c for c in sorted(named) if not query.meanings([c])] == []


def test_every_question_fills_its_own_form(graph: EvidenceGraph, site: str) -> None:
    base = graph.corpus.description.base
    with httpx.Client(base_url=site) as client:
        for canned in graph.canned.values():
            answer = client.get("/query", params={"name": canned.name})
            assert answer.status_code == 200, canned.name
            fields = query.fields(canned, {}, graph)
            form = {f.name: f.value for f in fields}
            text = query.given(canned, form)
            queries.fill(canned, text, known=graph.known, base=base)


def test_terms_have_names_labels_and_what_they_mean(graph: EvidenceGraph) -> None:
    found = {term.name: term for term in completion.terms(graph)}
    assert found["ldnv:evidenceLevel"].about
    assert found["ldnv:Claim"].kind == "class"
    assert found["prov:wasDerivedFrom"].kind == "property"


def test_names_are_found_by_label_synonym_and_id(graph: EvidenceGraph) -> None:
    def ids(words: str) -> list[str]:
        return [t.id for t in completion.called(graph.corpus, "entity", words, most=5)]

    assert ids("crohn's")[0] == "crohns-disease"
    assert ids("LDN")[0] == "low-dose-naltrexone"
    assert ids("zzzz") == []


def test_labels_are_given_for_the_datas_own_only(site: str) -> None:
    own = "https://w3id.org/ldn-graph/entity/crohns-disease"
    answer = httpx.post(f"{site}/query/labels.json", json=[own, "http://elsewhere/x"])
    assert answer.json() == {own: "Crohn’s disease"}
    assert httpx.post(f"{site}/query/labels.json", content=b"{").status_code == 400
    assert httpx.post(f"{site}/query/labels.json", json={"a": 1}).status_code == 400
    assert httpx.get(f"{site}/query/names.json", params={"type": "x"}).status_code == 404
