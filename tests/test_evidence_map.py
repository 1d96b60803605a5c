"""The evidence map: what its cells say, what is a gap, and that every face of it says the same."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe import no_axe_findings
from browser import chromium
from bs4 import BeautifulSoup
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from serving import look, used_pages
from starlette.testclient import TestClient

from ldn_graph.cli.app import main
from ldn_graph.errors import BadParameter, UnknownName
from ldn_graph.grading.strength import Rule, grade_all
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures.map_figure import html, svg
from ldn_graph.records.enumerations import Shows
from ldn_graph.records.model import Corpus
from ldn_graph.reports.evidence_map import evidence_map
from ldn_graph.reports.map_cells import (
    Cell,
    EvidenceMap,
    MapKind,
    Order,
    State,
    map_table,
    map_text,
    select,
)
from ldn_graph.web.app import create_app
from ldn_graph.web.settings import Settings
from tests.strategies import corpora

__all__ = ["chromium", "look", "used_pages"]


@pytest.fixture(scope="module")
def graph() -> EvidenceGraph:
    return EvidenceGraph.open()


@pytest.fixture(scope="module")
def outcomes(graph: EvidenceGraph) -> EvidenceMap:
    return graph.map()


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url="http://localhost") as found:
        yield found


def cell(found: EvidenceMap, row: str, column: str) -> Cell:
    [only] = [
        c
        for r in found.rows
        for c in (*r.cells, *r.own)
        if (c.row.id, c.column.id) == (row, column)
    ]
    return only


def test_a_cell_says_what_the_body_behind_it_says(outcomes: EvidenceMap) -> None:
    pain = cell(outcomes, "fibromyalgia", "pain-intensity")
    assert pain.words == (
        "little or no difference, low certainty; 4 studies, 286 people, against placebo; "
        "contested; 2 more comparisons"
    )
    assert pain.claims[0] == "ldn-decreases-pain-intensity-in-fibromyalgia"
    response = cell(outcomes, "crohns-disease", "clinical-response")
    assert (response.shows, response.step, response.people) == (Shows.BENEFIT, 2, 34)
    before = cell(outcomes, "long-covid", "fatigue")
    assert not before.controlled
    assert "against the same people before" in before.words


def test_the_cell_of_a_claim_has_the_grade_of_that_claim(
    graph: EvidenceGraph, outcomes: EvidenceMap
) -> None:
    looked_at = 0
    for row in (*outcomes.rows, *graph.map("harms").rows):
        for found in row.studied:
            claim = graph.corpus.claims[found.claims[0]]
            graded = graph.strengths[claim.id].grade.body
            if graded and graded.key.outcome == claim.object == found.column.id:
                assert found.body == graded, claim.id
                looked_at += 1
    assert looked_at > 5


def test_what_is_only_claimed_and_what_nobody_looked_at_stay_in_sight(
    outcomes: EvidenceMap,
) -> None:
    assert cell(outcomes, "rheumatoid-arthritis", "overall").state is State.CLAIMED
    lupus = cell(outcomes, "lupus", "overall")
    assert (lupus.state, lupus.shows) == (State.CLAIMED, None)
    assert cell(outcomes, "crohns-disease", "fatigue").state is State.GAP
    assert all(len(row.cells) == len(outcomes.columns) for row in outcomes.rows)


def test_adverse_effects_set_the_doses_side_by_side(graph: EvidenceGraph) -> None:
    harms = graph.map("harms")
    assert {c.id for c in harms.columns} == {
        "low-dose-naltrexone",
        "standard-dose-naltrexone",
        "naltrexone",
    }
    assert cell(harms, "nausea", "standard-dose-naltrexone").shows is Shows.HARM
    assert cell(harms, "vomiting", "low-dose-naltrexone").state is State.GAP


def test_a_mechanism_has_the_weakest_link_of_its_best_chain(graph: EvidenceGraph) -> None:
    found = graph.map("mechanisms")
    shown = cell(found, "inflammation", "crohns-disease")
    paths = [
        p
        for p in graph.paths("low-dose-naltrexone", "crohns-disease")
        if "inflammation" in p.nodes[1:-1] and p.block == "mechanism"
    ]
    assert shown.chains == len(paths)
    assert shown.step == max(p.weakest.strength.grade.step for p in paths)
    assert shown.claims[0] == paths[0].weakest.claim.id


def test_a_filter_and_an_order_keep_whole_rows(outcomes: EvidenceMap) -> None:
    some = select(outcomes, shows=Shows.BENEFIT, least=2)
    assert [r.heading.id for r in some.rows] == ["fibromyalgia", "crohns-disease"]
    assert set(some.rows) < set(outcomes.rows)
    assert some.total == outcomes.total
    assert all(any(c.contested for c in r.every) for r in select(outcomes, contested=True).rows)
    by_name = select(outcomes, order=Order.NAME).rows
    assert [r.heading.label.casefold() for r in by_name] == sorted(
        r.heading.label.casefold() for r in by_name
    )
    assert [r.heading.id for r in select(outcomes, name="CROHN").rows] == ["crohns-disease"]


def test_what_is_unknown_is_refused_with_the_names_there_are(graph: EvidenceGraph) -> None:
    with pytest.raises(BadParameter, match="outcomes, harms, mechanisms"):
        graph.map("xyz")
    with pytest.raises(UnknownName, match="fibromyalgia"):
        graph.map(drug="fibromyalgia")


def test_a_drug_may_be_named_and_every_drug_keeps_its_own_rows(graph: EvidenceGraph) -> None:
    standard = graph.map(drug="standard-dose naltrexone")
    assert {r.heading.drug for r in standard.rows} == {"standard-dose-naltrexone"}
    every = graph.map(drug="all")
    labels = [r.heading.label for r in every.rows]
    assert "alcohol dependence (standard-dose naltrexone)" in labels
    assert len(labels) == len(set(labels))
    assert len(labels) >= len(graph.map().rows) + len(standard.rows)


@settings(max_examples=6, phases=[Phase.explicit, Phase.generate])
@given(corpora())
def test_any_corpus_has_its_map_and_no_cell_is_lost(corpus: Corpus) -> None:
    rule = EvidenceGraph.open().rule
    strengths = grade_all(corpus, rule)
    for kind in (MapKind.OUTCOMES, MapKind.HARMS):
        found = evidence_map(corpus, strengths, rule, kind=kind, drug="all")
        places = [(c.row, c.column) for r in found.rows for c in r.every]
        assert len(places) == len(set(places))
        ElementTree.fromstring(svg(found))
        html(found)
        map_text(found)


def test_leaving_studies_out_never_makes_a_cell_studied(shipped: Corpus, rule: Rule) -> None:
    graph = EvidenceGraph.open()
    now = {(c.row.id, c.column.id) for r in graph.map().rows for c in r.studied}
    then = {(c.row.id, c.column.id) for r in graph.until(2014).map().rows for c in r.studied}
    assert ("crohns-disease", "clinical-response") in then
    assert then < now


# --- its faces


def test_the_table_has_a_row_a_cell_and_the_gaps(outcomes: EvidenceMap) -> None:
    table = map_table(outcomes)
    cells = [c for r in outcomes.rows for c in (*r.cells, *r.own)]
    assert len(table) == len(cells)
    states = [row["state"].value for row in table]  # type: ignore[union-attr]
    assert states.count("gap") == sum(c.state is State.GAP for c in cells) > 100


def test_the_command_the_api_and_the_site_say_the_same(
    client: TestClient, outcomes: EvidenceMap
) -> None:
    told = CliRunner().invoke(main, ["map", "-f", "csv"])
    assert told.exit_code == 0, told.output
    rows = list(csv.DictReader(io.StringIO(told.output)))
    site = list(csv.DictReader(io.StringIO(client.get("/map.csv").text)))
    assert rows == site
    items = client.get("/api/map", params={"limit": 1000}).json()
    assert items["total"] == len(rows)
    for row, item in zip(rows, items["items"], strict=True):
        assert (row["row"], row["column"], row["state"]) == (
            item["row"],
            item["column"],
            item["state"],
        )
        assert row["people"] == ("" if item["people"] is None else str(item["people"]))
    asked = client.get("/map.json", params={"shows": "benefit", "least": 2}).json()
    assert {r["row"] for r in asked} == {"fibromyalgia", "crohns-disease"}
    text = CliRunner().invoke(main, ["map", "--name", "crohn"]).output
    assert "+ clinical response: benefit, low certainty; one study, 34 people" in text
    assert "Not medical advice." in text


def test_every_mark_of_the_page_leads_to_what_is_behind_it(client: TestClient) -> None:
    for path in ("/map", "/map?kind=harms", "/map?kind=mechanisms", "/"):
        page = BeautifulSoup(client.get(path, headers={"accept": "text/html"}).text, "html.parser")
        links = {a["href"] for a in page.select("table.map td a")}
        assert len(links) > 5, path
        for link in sorted(links)[::25]:
            place, _, anchor = str(link).partition("#")
            found = client.get(place, headers={"accept": "text/html"})
            assert found.status_code == 200, link
            assert not anchor or f'id="{anchor}"' in found.text, link


def test_gaps_and_contested_cells_are_said_in_words(client: TestClient) -> None:
    page = BeautifulSoup(client.get("/map", headers={"accept": "text/html"}).text, "html.parser")
    gaps = page.select("table.map td.gap")
    assert len(gaps) > 100
    assert {g.get_text(strip=True) for g in gaps} == {"gap"}
    for link in page.select("table.map a.contested"):
        assert "contested" in link.select_one(".unseen").get_text()  # type: ignore[union-attr]


def test_the_map_of_a_year_is_one_click_away_and_keeps_what_was_asked(client: TestClient) -> None:
    headers = {"accept": "text/html"}
    page = BeautifulSoup(
        client.get("/map?kind=harms&until=2014", headers=headers).text, "html.parser"
    )
    links = {a.get_text(): str(a["href"]) for a in page.select(".over-time a")}
    assert "2014" in links
    assert links["now"] == "/map?kind=harms"
    assert all(client.get(link, headers=headers).status_code == 200 for link in links.values())
    assert "as known at the end of 2014" in page.h1.get_text()  # type: ignore[union-attr]


def test_a_wrong_question_is_told_as_such(client: TestClient) -> None:
    headers = {"accept": "text/html"}
    assert client.get("/map?shows=cure", headers=headers).status_code == 400
    assert client.get("/map?until=14", headers=headers).status_code == 400
    assert client.get("/map?drug=aspirin", headers=headers).status_code == 404
    assert client.get("/map.pdf").status_code == 404
    assert client.get("/map?drug=&until=&shows=", headers=headers).status_code == 200


def test_the_picture_and_the_file_stand_by_themselves(
    outcomes: EvidenceMap, tmp_path: Path
) -> None:
    drawn = ElementTree.fromstring(svg(outcomes))
    texts = [t.text or "" for t in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert any("Not medical advice" in t for t in texts)
    sizes = {float(t.get("font-size", 0)) for t in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert min(sizes) >= 12
    page = html(outcomes)
    assert "<script" not in page
    shown = BeautifulSoup(page, "html.parser")
    names = {str(a["href"]) for a in shown.select("svg a")}
    assert names
    assert all(shown.select_one(name) for name in names)
    target = tmp_path / "map.html"
    told = CliRunner().invoke(main, ["map", "-f", "html", "-o", str(target)])
    assert told.exit_code == 0, told.output
    assert target.read_text(encoding="utf-8").strip() == page.strip()
    told = CliRunner().invoke(main, ["map", "harms", "-f", "json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)


@pytest.mark.browser
@pytest.mark.server
@pytest.mark.parametrize(
    ("width", "theme", "path"),
    [(390, "light", "/map"), (1366, "dark", "/map"), (390, "dark", "/map?kind=mechanisms")],
)
def test_the_map_in_a_browser(look, width: int, theme: str, path: str) -> None:  # type: ignore[no-untyped-def]
    page = look(path, viewport={"width": width, "height": 800}, color_scheme=theme)
    no_axe_findings(page)
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    first = page.locator("table.map td a").first
    first.focus()
    assert first.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    small = page.evaluate(
        "() => [...document.querySelectorAll('table.map *')].filter((e) => e.checkVisibility() &&"
        " [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) &&"
        " parseFloat(getComputedStyle(e).fontSize) < 12).length"
    )
    assert small == 0
