"""The JSON API over a real socket: lists, facets, paging, records, paths, pictures, errors."""

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from ldn_graph.graph import EvidenceGraph
from ldn_graph.records import corpus as corpora
from ldn_graph.records.enumerations import Status
from ldn_graph.reports.tables import unguarded
from ldn_graph.web.app import create_app
from ldn_graph.web.settings import Settings
from ldn_graph.web.state import published
from tests.browser import chromium as chromium
from tests.conftest import MINI
from tests.serving import browse as browse

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def opened() -> EvidenceGraph:
    return published(EvidenceGraph.open())


@pytest.fixture(scope="module")
def api(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{site}/api", timeout=30) as client:
        yield client


def got(api: httpx.Client, path: str, **asked: Any) -> Any:
    answer = api.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_claim_entity_source_and_agent_has_its_record(
    api: httpx.Client, opened: EvidenceGraph
) -> None:
    corpus = opened.corpus
    for path, there in (
        ("claims", {c.id for c in corpus.claims.values() if c.status is Status.ACCEPTED}),
        ("entities", corpus.entities),
        ("sources", corpus.sources),
        ("agents", corpus.agents),
    ):
        listed = got(api, f"/{path}", limit=1000)
        assert {item["id"] for item in listed["items"]} == set(there)
        for name in itertools.islice(sorted(there), 0, None, 9):
            assert got(api, f"/{path}/{name}")["id"] == name


def test_an_obsolete_claim_is_not_listed_and_says_what_takes_its_place(
    api: httpx.Client, opened: EvidenceGraph
) -> None:
    gone = [c for c in opened.corpus.claims.values() if c.status is Status.RETRACTED]
    assert len(gone) > 9
    for claim in gone:
        record = got(api, f"/claims/{claim.id}")
        assert record["status"] == "retracted"
        assert record["history"][-1]["replaced_by"] == claim.history[-1].replaced_by


def test_a_claim_is_whole(api: httpx.Client, opened: EvidenceGraph) -> None:
    claim = opened.claim("ldn-for-fibromyalgia")
    record = got(api, f"/claims/{claim.id}")
    strength = opened.strengths[claim.id]
    assert [item["id"] for item in record["evidence"]] == [item.id for item in claim.evidence]
    quotes = [item["quote"] and item["quote"]["exact"] for item in record["evidence"]]
    assert quotes == [item.quote and item.quote.exact for item in claim.evidence]
    assert record["strength"]["level"] == record["level"] == strength.level
    assert [r["text"] for r in record["strength"]["reasons"]] == [r.text for r in strength.reasons]
    for path in record["links"].values():
        assert api.get(str(api.base_url).removesuffix("/api/") + path).status_code == 200


def test_an_entity_is_found_by_its_name(api: httpx.Client) -> None:
    assert got(api, "/entities/LDN")["id"] == "low-dose-naltrexone"


def test_pages_follow_their_links_to_the_whole(api: httpx.Client, opened: EvidenceGraph) -> None:
    found, address = [], "/claims?limit=50"
    while address:
        answer = api.get(address)
        found += [item["id"] for item in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url", "").removeprefix("/api")
    assert sorted(found) == sorted(c.id for c in opened.corpus.current())
    assert answer.headers["x-total-count"] == str(len(found))
    assert "prev" in answer.links


def test_the_strongest_claims_come_first(api: httpx.Client, opened: EvidenceGraph) -> None:
    ranks = [opened.strengths[c["id"]].rank for c in got(api, "/claims", limit=1000)["items"]]
    assert ranks == sorted(ranks, reverse=True)
    by_id = [c["id"] for c in got(api, "/claims", sort="id", limit=1000)["items"]]
    assert by_id == sorted(by_id)


@pytest.mark.parametrize("facet", ["object", "level", "agreement", "design", "direction", "year"])
def test_a_facet_leaves_as_many_as_it_says(api: httpx.Client, facet: str) -> None:
    page = got(api, "/claims", source="younger-2013", limit=1)
    for count in page["facets"][facet]:
        narrowed = got(api, "/claims", **{"source": "younger-2013", facet: count["value"]})
        assert narrowed["total"] == count["count"], count


def test_filters_may_be_repeated_or_parted_by_commas(api: httpx.Client) -> None:
    commas = got(api, "/claims", level="1,2", limit=1000)
    repeated = api.get("/claims?level=1&level=2&limit=1000").json()
    assert commas == repeated
    assert {claim["level"] for claim in commas["items"]} == {1, 2}
    between = got(api, "/claims", min_level=1, max_level=2, limit=1000)
    assert between["total"] == commas["total"]


def test_contested_claims_are_found_by_their_agreement(api: httpx.Client) -> None:
    found = got(api, "/claims", agreement="contested", limit=1000)["items"]
    assert "ldn-for-fibromyalgia" in [claim["id"] for claim in found]
    assert {claim["agreement"] for claim in found} == {"contested"}


def test_csv_has_the_rows_of_the_json(api: httpx.Client) -> None:
    answer = api.get("/claims", params={"format": "csv", "limit": 1000})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    wanted = got(api, "/claims", limit=1000)["items"]
    assert [row["id"] for row in rows] == [claim["id"] for claim in wanted]
    quotes = [unguarded(row["quote"]) or None for row in rows]
    assert quotes == [claim["quote"] for claim in wanted]
    for path in ("entities", "sources", "agents", "queries", "evidence", "gaps"):
        assert api.get(f"/{path}", params={"format": "csv"}).text.count("\n") > 1


def test_safety_is_that_of_the_library_with_its_disclaimer(
    api: httpx.Client, opened: EvidenceGraph
) -> None:
    found = got(api, "/safety", drug="low-dose naltrexone", limit=1000)
    wanted = [(c.claim.id, m.item.id) for c in opened.safety("low-dose-naltrexone")
              for m in c.mentions]  # fmt: skip
    assert [(i["claim"], i["item"]) for i in found["items"]] == wanted
    assert "not medical advice" in found["disclaimer"]
    first = found["items"][0]
    assert (first["section"], first["of"]) == ("contraindications", "standard-dose-naltrexone")
    assert first["own"] is False and first["source_kind"] == "product-label"
    csv_of = api.get("/safety", params={"drug": "naltrexone", "format": "csv", "limit": 1000})
    assert len(list(csv.DictReader(io.StringIO(csv_of.text)))) == len(wanted)
    refused = api.get("/safety", params={"drug": "fibromyalgia"})
    assert refused.status_code == 400 and "is no drug" in refused.text


def test_search_and_q_find_the_same_claims(api: httpx.Client) -> None:
    hits = got(api, "/search", q="fibromialgia", kind="claim", limit=1000)["items"]
    claims = got(api, "/claims", q="fibromialgia", limit=1000)["items"]
    assert [hit["id"] for hit in hits] == [claim["id"] for claim in claims]
    assert got(api, "/search", q="LDN")["items"][0]["path"] == "/entity/low-dose-naltrexone"


def test_paths_are_those_of_the_library(api: httpx.Client, opened: EvidenceGraph) -> None:
    ends = ("low-dose-naltrexone", "crohns-disease")
    found = got(api, "/paths", start=ends[0], end=ends[1])["items"]
    wanted = opened.paths(*ends)
    assert [path["id"] for path in found] == [path.id for path in wanted]
    assert [path["weakest"] for path in found] == [path.weakest.claim.id for path in wanted]
    via = got(api, "/paths", start=ends[0], end=ends[1], via="inflammation")["items"]
    assert via
    assert all("inflammation" in [n["id"] for n in path["nodes"]] for path in via)


def test_a_picture_has_every_claim_as_one_edge(api: httpx.Client, opened: EvidenceGraph) -> None:
    drawn = got(api, "/graph")
    claims = {c.id: (c.subject, c.object) for c in opened.corpus.current()}
    assert {e["id"]: (e["start"], e["end"]) for e in drawn["edges"]} == claims
    assert {n["id"] for n in drawn["nodes"]} == {end for ends in claims.values() for end in ends}
    assert drawn["edges"][0]["items"] is None
    around = got(api, "/graph", around="crohns-disease", details=True)
    assert {e["id"] for e in around["edges"]} == set(opened.neighbourhood("crohns-disease"))
    assert all(edge["items"] and edge["reasons"] for edge in around["edges"])


def test_a_picture_of_paths_names_them(api: httpx.Client, opened: EvidenceGraph) -> None:
    drawn = got(api, "/graph", paths="low-dose-naltrexone,crohns-disease")
    wanted = opened.paths("low-dose-naltrexone", "crohns-disease")
    assert [path["id"] for path in drawn["paths"]] == [path.id for path in wanted]
    assert {e["id"] for e in drawn["edges"]} == set(wanted.claims)
    strong = got(api, "/graph", claims=",".join(wanted.claims), min_level=1)
    assert {e["id"] for e in strong["edges"]} == {
        i for i in wanted.claims if opened.strengths[i].level >= 1
    }


def test_a_canned_query_is_asked_by_name(api: httpx.Client, opened: EvidenceGraph) -> None:
    listed = got(api, "/queries", limit=1000)["items"]
    assert {query["name"] for query in listed} == set(opened.canned)
    answer = got(api, "/queries/claims-for-condition", condition="lupus")
    assert len(answer["rows"]) == len(opened.query("claims-for-condition", condition="lupus"))
    assert "grade" in answer["rows"][0]
    table = api.get("/queries/claims-for-condition?condition=lupus&format=csv").text
    assert table.splitlines()[0].split(",") == answer["columns"]


def test_evidence_gaps_and_statistics_are_those_of_the_library(
    api: httpx.Client, opened: EvidenceGraph
) -> None:
    asked = got(api, "/evidence", entity="fibromyalgia")["items"]
    assert [q["sentence"] for q in asked] == [q.sentence for q in opened.evidence("fibromyalgia")]
    assert got(api, "/gaps", limit=1)["total"] == len(opened.gaps())
    counts = got(api, "/statistics")["counts"]
    assert counts["claims"] == len(opened.corpus.claims)
    assert counts["statements"] == len(opened.quads)


@pytest.mark.parametrize(
    ("path", "status", "remedy"),
    [
        ("/claims/ldn-for-cance", 404, "ldn-for-cancer"),
        ("/claims?subjct=x", 400, "'subject'"),
        ("/claims?level=9", 400, "'level' is '9'"),
        ("/claims?subject=naltrexon", 404, "naltrexone"),
        ("/paths?start=endorphin", 400, "add ?end="),
        ("/paths?start=endorphin&end=endorphin", 400, "name two"),
        ("/graph?paths=endorphin", 400, "give two"),
        ("/queries/claims-for-conditio", 404, "claims-for-condition"),
        ("/queries/claims-for-condition?conditoin=x", 400, "'condition'"),
        ("/nothing", 404, "openapi.json"),
    ],
)
def test_an_error_names_thing_and_remedy(
    api: httpx.Client, path: str, status: int, remedy: str
) -> None:
    answer = api.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert remedy in answer.json()["detail"]


def test_the_same_request_is_304_and_head_has_no_body(api: httpx.Client) -> None:
    first = api.get("/claims?limit=1")
    tag = {"If-None-Match": first.headers["etag"]}
    again = api.get("/claims?limit=1", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert api.get("/claims?limit=2", headers=tag).status_code == 200
    assert "etag" not in api.get("/claims/nothing").headers
    head = api.head("/claims?limit=1")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]


def test_any_page_may_read_and_none_may_write(api: httpx.Client) -> None:
    answer = api.get("/claims?limit=1", headers={"Origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert api.post("/claims").status_code == 405


def test_every_field_and_parameter_is_described(api: httpx.Client) -> None:
    described = got(api, "/openapi.json")
    silent = [
        f"{name}.{field}"
        for name, schema in described["components"]["schemas"].items()
        for field, about in schema.get("properties", {}).items()
        if "description" not in about
    ]
    silent += [
        f"{path}?{parameter['name']}"
        for path, methods in described["paths"].items()
        for parameter in methods["get"].get("parameters", [])
        if "description" not in parameter
    ]
    assert silent == []


@pytest.mark.browser
def test_the_manual_reads_well(browse: Any) -> None:
    page = browse("/api/")
    assert page.locator("h1").inner_text() == "The JSON API"
    page.locator("section#claims_claims_get summary").first.click()
    assert page.get_by_text("min_level").first.is_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
def test_the_policy_lets_the_data_in_a_head_be(browse: Any) -> None:
    """JSON-LD is data, not script: Chromium reports no violation (`browse` would fail)."""
    page = browse("/claim/ldn-for-cancer")
    data = page.locator('script[type="application/ld+json"]').inner_text()
    assert '"@type": "Claim"' in data


FORMULA = '=HYPERLINK("http://evil.example";"click")'


@pytest.mark.parametrize(
    "path", ["/claims?format=csv", "/entities?format=csv", "/sources?format=csv"]
)
def test_no_cell_of_a_list_is_a_formula(tmp_path: Path, path: str) -> None:
    corpus = corpora.read(MINI)[0]
    entities = {
        n: e.model_copy(update={"definition": FORMULA, "synonyms": ("@SUM(1)",)})
        for n, e in corpus.entities.items()
    }
    sources = {n: s.model_copy(update={"title": FORMULA}) for n, s in corpus.sources.items()}
    update = {"entities": entities, "sources": sources}
    corpora.save(corpus.model_copy(update=update), tmp_path / "corpus")
    app = create_app(Settings(data=tmp_path / "corpus"))
    text = TestClient(app, base_url="http://localhost").get(f"/api{path}").text
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 1
    assert [c for row in rows for c in row if c[:1] in set("=+-@\t\r")] == []
