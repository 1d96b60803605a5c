"""The pages as a client without a browser gets them: whole, valid, linked, cacheable."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import html5lib
import pytest
from bs4 import BeautifulSoup
from drawings import hostile
from starlette.testclient import TestClient

from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus
from ldn_graph.web.app import create_app
from ldn_graph.web.settings import Settings

#: One page of each kind, and those with most on them.
PAGES = (
    "/",
    "/about",
    "/compare",
    "/map",
    "/map?kind=mechanisms&order=gaps",
    "/gaps",
    "/glossary",
    "/answer/contested-claims",
    "/search",
    "/search?q=fibromyalgia",
    "/search?q=zzzzzz",
    "/claim/ldn-for-fibromyalgia",
    "/claim/ldn-protects-nerve-cell",
    "/claim/fibromyalgia-responds-poorly-to-conventional-painkiller",
    "/claim/conventional-painkiller-decreases-fibromyalgia",
    "/entity/fibromyalgia",
    "/entity/low-dose-naltrexone",
    "/source/hartmann-uses-of-ldn",
    "/source/younger-2013",
    "/agent/ldn-graph-first-reading",
)
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url="http://localhost") as found:
        yield found


@pytest.fixture(scope="module")
def with_texts(texts: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(texts=texts)), base_url="http://localhost") as found:
        yield found


def get(client: TestClient, path: str) -> BeautifulSoup:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return BeautifulSoup(answer.text, "html.parser")


def words(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_valid_html(client: TestClient, path: str) -> None:
    text = client.get(path, headers=HTML).text
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(text)
    assert [(place, what) for place, what, _ in parser.errors] == []
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_headings_are_in_order_and_tables_are_named(client: TestClient, path: str) -> None:
    soup = get(client, path)
    levels = [int(h.name[1]) for h in soup.find("main").find_all(re.compile(r"^h[1-6]$"))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in soup.find_all("table"):
        assert table.find("caption") is not None
        assert all(th.get("scope") for th in table.find_all("th"))


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client: TestClient, path: str) -> None:
    soup = get(client, path)
    for element in soup.find_all(True):
        assert not element.get("style")
        assert not [name for name in element.attrs if name.startswith("on")]
    # what is no script but data is not run: schema.org's description of the page
    scripts = [s for s in soup.find_all("script") if s.get("type") != "application/ld+json"]
    assert all(script.get("src") for script in scripts)
    for element in soup.find_all(src=True) + soup.find_all("link"):
        address = element.get("src") or element["href"]
        assert address.startswith("/") and not address.startswith("//")
    for link in soup.find_all("a", href=re.compile("^https?:")):
        assert "noreferrer" in link["rel"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_what_it_is_not_and_in_which_language(client: TestClient, path: str) -> None:
    soup = get(client, path)
    assert soup.html["lang"] == "en"
    assert "Not medical advice." in words(soup)
    assert soup.title.get_text().strip()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=HTML | {"accept-encoding": "gzip"})
    assert int(answer.headers["content-length"]) < 40_000


def test_a_page_that_a_browser_has_is_not_sent_again(client: TestClient) -> None:
    for path in ("/", "/claim/ldn-for-fibromyalgia", "/picture.svg", "/entity/cancer/picture.svg"):
        first = client.get(path, headers=HTML)
        again = client.get(path, headers=HTML | {"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def links(soup: BeautifulSoup, here: str) -> Iterator[str]:
    for element in soup.find_all(["a", "img", "link", "script", "form"]):
        for name in ("href", "src", "action"):
            address = element.get(name)
            if address and not address.startswith(("http:", "https:")):
                yield here.partition("#")[0] + address if address.startswith("#") else address


@pytest.mark.parametrize("kind", ["claim", "entity", "source", "agent"])
def test_an_unknown_name_is_told_with_the_nearest(client: TestClient, kind: str) -> None:
    answer = client.get(f"/{kind}/no-such-thing-<b>", headers=HTML)
    assert answer.status_code == 404
    assert f"unknown {kind}" in unescape(answer.text)
    assert "<b>" not in answer.text


def test_a_drug_s_page_begins_with_its_safety_at_any_dose(client: TestClient) -> None:
    soup = get(client, "/entity/low-dose-naltrexone")
    assert soup.h2["id"] == "safety"
    section = soup.find("section", {"aria-labelledby": "safety"})
    text = words(section)
    assert "use of opioid analgesics standard-dose naltrexone; product label" in text
    assert "acute hepatitis standard-dose naltrexone; product label sources differ" in text
    assert "initiated on 1 mg of LDN" in text and "no medical advice" in text
    assert get(client, "/entity/fibromyalgia").find(id="safety") is None


def test_a_claim_tells_its_words_its_level_and_why(client: TestClient) -> None:
    soup = get(client, "/claim/ldn-for-fibromyalgia")
    text = words(soup)
    assert soup.h1.get_text() == "Low-dose naltrexone is described as helping with fibromyalgia."
    assert "low certainty: little or no difference" in text
    assert "lies within the minimal important difference of 1" in text
    assert "imprecision: −1" in text
    assert "contested" in words(soup.select_one(".badges.big"))
    assert "Pain did not fall more than on placebo" in text
    assert len(soup.select("article.item")) == 16
    assert soup.select_one("article#e4 .tag.against").get_text(strip=True) == "−speaks against"
    assert [m.get_text() for m in soup.select("article#e9 mark")] == ["suggests"]
    sides = {s.h3.get_text().split(" (")[0]: len(s.select("li")) for s in soup.select(".side")}
    assert sides["For it"] >= 5
    assert sides["Against it"] == 2
    rows = soup.select("#why ~ details ol table tbody tr")
    assert len(rows) == 16
    assert "return" in words(soup.select_one(".history"))


def test_the_words_stand_in_their_sentence_where_the_text_is_at_hand(
    client: TestClient, with_texts: TestClient
) -> None:
    path = "/claim/ldn-protects-nerve-cell"
    assert get(client, path).select(".round") == []
    before, after = get(with_texts, path).select("article#e1 .round")
    assert before.get_text().endswith("Neuroprotective properties: ")
    assert after.get_text().startswith(" and support brain health")


def test_a_text_that_is_not_the_one_quoted_is_not_shown(shipped: Corpus, tmp_path: Path) -> None:
    (tmp_path / "hartmann-uses-of-ldn.txt").write_text("Neuroprotective properties: another text")
    with TestClient(create_app(Settings(texts=tmp_path)), base_url="http://localhost") as client:
        assert get(client, "/claim/ldn-protects-nerve-cell").select(".round") == []


def test_a_refuted_claim_reads_as_denied(client: TestClient) -> None:
    soup = get(client, "/claim/naltrexone-for-alzheimers-disease")
    assert "as not helping with" in soup.h1.get_text()
    assert soup.select_one(".badges .tag.against").get_text(strip=True) == "refuted"


def test_a_replaced_claim_answers_and_is_not_listed(client: TestClient) -> None:
    old = "/claim/conventional-painkiller-decreases-fibromyalgia"
    new = "/claim/fibromyalgia-responds-poorly-to-conventional-painkiller"
    soup = get(client, old)
    assert soup.select_one(f'a[href="{new}"]')
    listed = get(client, "/entity/fibromyalgia")
    assert listed.select_one(f'a[href="{new}"]')
    assert not listed.select_one(f'a[href="{old}"]')


def test_an_entity_has_its_claims_studies_paths_and_gaps(client: TestClient) -> None:
    soup = get(client, "/entity/fibromyalgia")
    for part in ("studies", "claims", "paths", "gaps", "next", "elsewhere", "sparql", "data"):
        assert soup.find(id=part), part
    assert "MONDO:0005546" in words(soup)
    assert "Younger 2013" in words(soup.select_one("table.studies:not(.findings)"))
    assert "very low" in words(soup.select_one("table.findings"))
    assert soup.select_one('a[href="/graph?around=fibromyalgia"]')


def test_a_source_says_what_it_says_in_its_order(client: TestClient, shipped: Corpus) -> None:
    soup = get(client, "/source/hartmann-uses-of-ldn")
    starts = []
    for quoted in soup.select(".said blockquote"):
        exact = quoted.get_text().strip().strip("“”")
        starts.append(
            min(
                item.quote.start
                for claim in shipped.claims.values()
                for item in claim.evidence
                if item.quote and item.quote.exact == exact and item.quote.start is not None
            )
        )
    assert len(starts) > 50
    assert starts == sorted(starts)
    assert "10 November, year not given" in words(soup)


def test_coverage_is_counted_where_the_text_is_at_hand(with_texts: TestClient) -> None:
    text = words(get(with_texts, "/source/hartmann-uses-of-ldn"))
    assert re.search(r"\d+ of its \d+ sentences and headings are quoted", text)


def test_a_retracted_source_says_so_first(mini: Corpus, tmp_path: Path) -> None:
    source = mini.sources["synthetic-trial-a"].model_copy(update={"retracted": True})
    gone = mini.model_copy(update={"sources": {**mini.sources, source.id: source}})
    corpora.save(gone, tmp_path)
    client = TestClient(create_app(Settings(data=tmp_path)), base_url="http://localhost")
    soup = get(client, f"/source/{source.id}")
    assert "Retracted." in soup.select_one(".retracted").get_text()
    claims = soup.select(".rests a")
    assert "nothing: retracted" in words(get(client, claims[0]["href"].partition("#")[0]))


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("json", "application/vnd.citationstyles.csl+json"),
        ("txt", "text/plain; charset=utf-8"),
    ],
)
def test_citations_come_as_files(client: TestClient, form: str, kind: str) -> None:
    for path in ("/claim/ldn-for-fibromyalgia", "/source/younger-2013"):
        answer = client.get(f"{path}/cite.{form}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert "10.1002/art.37734" in answer.text
    assert client.get("/claim/ldn-for-fibromyalgia/cite.doc").status_code == 404


def test_search_narrows_pages_and_forgives(client: TestClient) -> None:
    soup = get(client, "/search?q=fibromialgia")
    assert soup.select_one(".hits a")["href"] == "/entity/fibromyalgia"
    only = get(client, "/search?q=naltrexone&kind=source")
    assert {a["href"].split("/")[1] for a in only.select(".hit > a")} == {"source"}
    first = get(client, "/search?q=naltrexone")
    second = get(client, first.select_one("a[rel=next]")["href"])
    shown = [{a["href"] for a in s.select(".hit > a")} for s in (first, second)]
    assert not shown[0] & shown[1]
    assert second.select_one("a[rel=prev]")["href"] == "/search?q=naltrexone"
    assert first.select(".hits mark")


@pytest.mark.parametrize(
    "path", ["/search?q=a&kind=nonsense", "/search?q=a&page=0", "/search?page=x"]
)
def test_a_search_that_makes_no_sense_is_told(client: TestClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 400


@pytest.mark.parametrize(
    "asked", ["", "%", '"', "a" * 5000, "\x00", "<script>", "' OR 1=1 --", "🦠"]
)
def test_any_question_is_answered(client: TestClient, asked: str) -> None:
    answer = client.get(f"/search?q={quote(asked)}", headers=HTML)
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace("<script src", "")


def test_the_start_page_counts_what_there_is(client: TestClient, shipped: Corpus) -> None:
    soup = get(client, "/")
    numbers = [int(td.get_text()) for td in soup.select(".bars .number")]
    assert sum(numbers) == len(shipped.current())
    assert numbers[0] > sum(numbers) / 2
    assert len(soup.select(".questions a")) >= 6


def test_about_has_the_rule_line_by_line(client: TestClient) -> None:
    ids = {e["id"] for e in get(client, "/about").find_all(id=True)}
    wanted = {"level-4", "design-in-vitro", "basis-none-stated", "indirect-dose"}
    assert wanted | {"agreement-contested", "wording-speculative", "strength"} <= ids


def test_behind_a_proxy_links_have_its_path() -> None:
    with TestClient(create_app(Settings(base_path="/ldn")), base_url="http://localhost") as client:
        for path in ("/", "/claim/ldn-for-fibromyalgia", "/entity/cancer", "/search?q=pain"):
            for address in links(get(client, path), path):
                assert address.startswith(("/ldn", path)), (path, address)


def test_hostile_words_stay_words(mini: Corpus, tmp_path: Path) -> None:
    corpus = hostile(mini)
    corpora.save(corpus, tmp_path)
    client = TestClient(create_app(Settings(data=tmp_path)), base_url="http://localhost")
    paths = ["/", "/about", "/compare", "/gaps", "/search?q=script"]
    paths += [f"/claim/{i}" for i in corpus.claims] + [f"/entity/{i}" for i in corpus.entities]
    paths += [f"/source/{i}" for i in corpus.sources]
    for path in paths:
        soup = get(client, path)
        assert not soup.find_all(src=re.compile("^x$"))
        assert not [e for e in soup.find_all(True) if any(a.startswith("on") for a in e.attrs)]
        for script in soup.find_all("script"):
            data = script.get("type") == "application/ld+json"
            assert data or script["src"].startswith("/static/")


def test_a_page_keeps_room_for_its_pictures(client: TestClient) -> None:
    for path in ("/compare", "/claim/ldn-for-fibromyalgia", "/entity/fibromyalgia"):
        for image in get(client, path).select("img.day, img.night"):
            svg = client.get(image["src"]).text
            box = re.search(r'viewBox="([^"]+)"', svg)[1].split()
            ratio = float(box[2]) / float(box[3])
            assert int(image["width"]) / int(image["height"]) == pytest.approx(ratio, rel=0.01)


def test_a_question_card_opens_an_answer_and_no_code(client: TestClient) -> None:
    links = [str(a["href"]) for a in get(client, "/").select(".questions a")]
    assert len(links) >= 7
    assert not [link for link in links if link.startswith("/query")]
    answer = get(client, "/answer/contested-claims")
    claims = [str(a["href"]) for a in answer.select("table.answer th a")]
    figures = [dd.get_text() for dd in get(client, "/").select(".figures dd")]
    assert len(claims) == len(set(claims))
    told = answer.select_one(".lead").get_text()  # type: ignore[union-attr]
    assert told.strip().startswith(f"{len(claims)} claims: ")
    number = re.search(r"(\d+) contested", told)
    assert number is not None
    assert number[1] in figures
    assert answer.select_one("details pre") is not None
    assert client.get("/answer/no-such-question", headers=HTML).status_code == 404


def test_a_verdict_is_said_plainly_and_each_badge_in_the_glossary(client: TestClient) -> None:
    claim = get(client, "/claim/ldn-for-fibromyalgia")
    verdict = claim.select_one(".verdict").get_text()  # type: ignore[union-attr]
    assert verdict.startswith("The article is surer than the studies: they disagree")
    glossary = get(client, "/glossary")
    for link in claim.select(".badges.big a"):
        _, _, anchor = str(link["href"]).partition("#")
        assert glossary.find(id=anchor) is not None, link
