"""Every link of the site leads somewhere: at its own address, behind a proxy, empty and hostile."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus
from tests.conftest import MINI
from tests.crawling import ACCEPT, Crawl, proxied
from tests.drawings import hostile
from tests.serving import served

pytestmark = [pytest.mark.server]
OPTIONS = ("--rate", "0", "--log-level", "error")
START = ("./", "sitemap.xml", "robots.txt", "opensearch.xml", "favicon.ico", ".well-known/void")


@pytest.fixture(scope="module")
def behind() -> Iterator[tuple[str, str]]:
    """The shipped corpus behind a proxy that takes /ldn off: the site's and the server's own."""
    with served("--base-path", "/ldn", *OPTIONS) as address:
        server = address.removesuffix("/ldn")
        with proxied(server, "/ldn") as site:
            yield site, server


def test_behind_a_proxy_every_link_leads_on_within_the_site(
    behind: tuple[str, str], shipped: Corpus
) -> None:
    crawl = Crawl(behind[0]).run(*START)
    assert crawl.faults == []
    there = {urlsplit(a).path.removeprefix("/ldn") for a, status in crawl.met.items() if status}
    for kind in ("claim", "entity", "source", "agent"):
        records = {"claim": "claims", "entity": "entities"}.get(kind, f"{kind}s")
        assert {f"/{kind}/{name}" for name in getattr(shipped, records)} <= there
    places = {"/", "/graph", "/query", "/lessons", "/about", "/map", "/compare", "/gaps", "/search"}
    assert places | {"/dataset", "/vocab", "/api/", "/api/openapi.json", "/dataset.nq"} <= there
    assert {s for s in crawl.met.values() if s != 200} <= {303, 307, 308}
    assert len(crawl.met) > 600


@pytest.mark.parametrize("words", ["mini", "hostile", "empty"])
def test_small_empty_and_hostile_corpora_have_no_dead_end(
    words: str, mini: Corpus, tmp_path: Path
) -> None:
    nothing = mini.model_copy(update={"claims": {}, "entities": {}, "sources": {}, "gaps": {}})
    if words != "mini":
        corpora.save({"hostile": hostile(mini), "empty": nothing}[words], tmp_path)
    with served(*OPTIONS, data=MINI if words == "mini" else tmp_path) as site:
        crawl = Crawl(site).run(*START)
    assert crawl.faults == []
    assert len(crawl.met) > (60 if words == "empty" else 100)


def asked(address: str, path: str, accept: str = ACCEPT) -> tuple[int, str | None, bytes]:
    """Status, where it leads and the body; the path goes out as it is."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request("GET", path, headers={"accept": accept})
    answer = connection.getresponse()
    found = answer.status, answer.getheader("location"), answer.read()
    connection.close()
    return found


@pytest.mark.parametrize("accept", ["text/html", ACCEPT], ids=["page only", "browser"])
@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/.well-known/void", "/ldn/dataset"),
        ("/.well-known/sparql-examples", "/ldn/query"),
        ("/sparql", "/ldn/query"),
    ],
)
def test_who_asks_for_a_page_is_led_to_one(
    behind: tuple[str, str], path: str, page: str, accept: str
) -> None:
    status, where, _ = asked(behind[0], f"/ldn{path}", accept)
    assert (status, where) == (303, page)
    assert asked(behind[0], page, accept)[0] == 200


@pytest.mark.parametrize("path", ["/.well-known/void", "/.well-known/sparql-examples", "/sparql"])
def test_programs_still_get_the_description(behind: tuple[str, str], path: str) -> None:
    for accept in ("text/turtle", "*/*"):
        status, _, body = asked(behind[0], f"/ldn{path}", accept)
        assert status == 200
        assert body.startswith(b"@prefix")


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/graph/", "/ldn/graph"),
        ("/claim/ldn-for-fibromyalgia/", "/ldn/claim/ldn-for-fibromyalgia"),
        ("/search/?q=a%26b&page=1", "/ldn/search?q=a%26b&page=1"),
        ("/api", "/ldn/api/"),
        ("/api?x=1", "/ldn/api/?x=1"),
        ("/lessons///", "/ldn/lessons"),
        ("/entity/caf%C3%A9/", "/ldn/entity/caf%C3%A9"),
        ("/entity/a%3Fb%23c/", "/ldn/entity/a%3Fb%23c"),
    ],
)
def test_one_slash_too_many_or_too_few_leads_to_the_page(
    behind: tuple[str, str], path: str, where: str
) -> None:
    status, location, _ = asked(behind[0], f"/ldn{path}")
    assert (status, location) == (308, where)


@pytest.mark.parametrize(
    "path", ["//evil.example/", "///evil.example//", "/%2F/evil.example/", "/\\evil.example/"]
)
def test_slashes_lead_to_no_other_server(behind: tuple[str, str], path: str) -> None:
    for address, start in ((behind[0], "/ldn"), (behind[1], "")):
        status, location, _ = asked(address, start + path)
        assert status in (308, 404), path
        assert location is None or location.startswith("/ldn/")
        assert location is None or not location.startswith("/ldn//")


@pytest.mark.parametrize("path", ["/", "/api/", "/graph", "/api/claims"])
def test_an_address_as_it_should_be_is_left_alone(behind: tuple[str, str], path: str) -> None:
    assert asked(behind[0], f"/ldn{path}")[0] == 200


def test_a_crawl_tells_what_is_wrong(tmp_path: Path) -> None:
    """The crawler itself: a server with one fault of each sort."""
    from tests.servers import answering

    page = (
        b'<!doctype html><p id="here"><a href="#nowhere">a</a><a href="http://{}/out">b</a>'
        b'<a href="javascript:alert(1)">c</a><a href="/ldn/x.ttl">d</a><form action="/f"></form>'
    )
    with answering(200, "text/html", page) as address:
        site = address.removesuffix("/query") + "/ldn"
        faults = "\n".join(Crawl(site).run("./").faults)
    assert "no #nowhere" in faults
    assert "a link to javascript:" in faults
    assert "x.ttl is sent as text/html" in faults
    assert "/f leads out of /ldn" in faults
    assert "has no policy" in faults
    with answering(404, "text/html", b"gone") as address:
        site = address.removesuffix("/query")
        assert "is answered 404" in "\n".join(Crawl(site).run("./").faults)
