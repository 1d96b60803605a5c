"""Publications looked up by PMID and DOI, and saved searches: off until turned on, and bounded."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from pydantic import ValidationError
from starlette.testclient import TestClient

from ldn_graph.cli import main
from ldn_graph.errors import BadParameter, NotAllowed, StoreError, UnknownName, UsageError
from ldn_graph.exchange import publication_services
from ldn_graph.exchange.publication_services import identifier_of
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import LookUp
from ldn_graph.workspace import Workspace
from ldn_graph.workspace import publications as watches
from ldn_graph.workspace.publications import Publications, Watches, look_up_of
from tests.curators import ADA, ANN, EVE, Clock
from tests.desk_client import peopled, send, serving, sign_in
from tests.publication_server import CONTACT, publications, turn_on
from tests.publication_server import Publications as Server

DOI = "10.1000/made-up"
WORK = {"DOI": DOI.upper(), "type": "article-journal", "title": "Made-up <i>work</i>",
        "author": [{"family": "Nobody", "given": "Ben"}], "container-title": "Made-up Journal",
        "issued": {"date-parts": [[2031, 2]]}}  # fmt: skip


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between two requests to a server of our own."""
    monkeypatch.setattr(publication_services, "BETWEEN", 0.0)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with publications() as found:
        yield found


@pytest.fixture
def server(running: Server) -> Server:
    running.pmids, running.articles, running.works = ["900000001"], {}, {DOI: dict(WORK)}
    running.asked, running.instead = [], None
    return running


@pytest.fixture
def chosen(server: Server) -> LookUp:
    return LookUp(contact=CONTACT, ncbi=f"{server.address}/entrez/eutils", crossref=server.address)


def test_a_pmid_fills_a_source_once_and_is_kept(
    server: Server, chosen: LookUp, tmp_path: Path
) -> None:
    clock = Clock()
    kept = Publications(tmp_path, clock)
    found = kept.find("PMID: 900000001", chosen)
    (one,) = found.cited
    assert (one.source.pmid, one.source.title) == ("900000001", "Made-up article 900000001 <b>")
    assert one.abstract == "Nothing was found in 900000001."
    assert one.source.verified_in == "PubMed, 2026-12-01"
    ((path, agent),) = server.asked
    assert f"email={CONTACT.replace('@', '%40')}" in path and "tool=ldn-graph" in path
    assert agent == f"ldn-graph (mailto:{CONTACT})"
    server.instead = (500, b"", {})
    assert kept.find("900000001", chosen) == found and len(server.asked) == 1
    clock.now += dt.timedelta(days=31)
    with pytest.raises(StoreError, match="status 500"):
        kept.find("900000001", chosen)


def test_a_doi_is_asked_of_crossref(server: Server, chosen: LookUp, tmp_path: Path) -> None:
    (one,) = Publications(tmp_path, Clock()).find(f"https://doi.org/{DOI}", chosen).cited
    assert (one.source.doi or "").lower() == DOI and one.source.issued == "2031"
    assert one.source.verified_in == "Crossref, 2026-12-01"
    assert server.asked[0][0] == (
        "/works/10.1000%2Fmade-up/transform/application/vnd.citationstyles.csl+json"
    )


@pytest.mark.parametrize(
    "text", ["", "abc", "0123", "10.5/x", "1234567890", "PMC123", "10.1000/a b"]
)
def test_what_is_no_identifier_asks_nobody(text: str) -> None:
    with pytest.raises(BadParameter, match="no PMID and no DOI"):
        identifier_of(text)


@pytest.mark.parametrize(
    ("status", "body", "headers", "told"),
    [
        (302, b"", {"Location": "http://127.0.0.1:1/"}, "status 302"),
        (503, b"x", {}, "status 503"),
        (200, b"<html><body>busy</body></html>", {}, "no record"),
        (200, b"", {}, "no record"),
        (200, b"x" * 5000, {}, "more than 4,000 bytes"),
        (
            200,
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><PubmedArticleSet>&b;",
            {},
            "no record",
        ),
    ],
)
def test_a_bad_answer_is_not_taken(
    server: Server, chosen: LookUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    status: int, body: bytes, headers: dict[str, str], told: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(publication_services, "MOST_BYTES", 4000)
    server.instead = (status, body, headers)
    kept = Publications(tmp_path)
    with pytest.raises((StoreError, UnknownName), match=told):
        kept.find("900000001", chosen)
    server.instead = None
    kept.find("900000001", chosen)  # nothing of it was kept


def test_another_publication_is_not_taken_for_the_one_that_was_asked(
    server: Server, chosen: LookUp, tmp_path: Path
) -> None:
    kept = Publications(tmp_path)
    server.works[DOI] = WORK | {"DOI": "10.1000/another"}
    with pytest.raises(StoreError, match=r"told of 10\.1000/another"):
        kept.find(DOI, chosen)
    server.pmids = ["900000002"]
    body = server.answer("/efetch.fcgi?id=900000002")[1]
    server.instead = (200, body, {})
    with pytest.raises(StoreError, match="told of"):
        kept.find("900000001", chosen)
    server.instead = None
    with pytest.raises(UnknownName):
        kept.find("900000009", chosen)
    with pytest.raises(UnknownName, match="no record of it"):
        kept.find("10.1000/unknown", chosen)


def test_nobody_there_is_told(tmp_path: Path) -> None:
    nowhere = LookUp(contact=CONTACT, ncbi="http://127.0.0.1:1/x", crossref="http://127.0.0.1:1")
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1: can't be reached"):
        Publications(tmp_path).find("1", nowhere)


@pytest.mark.parametrize("fields", [{}, {"contact": "nobody"}, {"contact": "a@b.c\nX: y"},
                                    {"contact": CONTACT, "ncbi": "file:///etc/passwd"},
                                    {"contact": CONTACT, "crossref": "https://x/?q="}])  # fmt: skip
def test_the_setting_names_a_mailbox_and_web_addresses(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        LookUp.model_validate(fields)


def test_it_is_off_until_a_corpus_says_so(tmp_path: Path, server: Server) -> None:
    corpus = peopled(tmp_path)
    with pytest.raises(NotAllowed, match=r"look_up: \{contact"):
        look_up_of(corpora.read(corpus)[0])
    for words in (["source", "add", "--look-up", "1", "--as", ANN], ["watch", "run"]):
        found = CliRunner().invoke(main, ["--data", str(corpus), *words])
        assert found.exit_code == 2 and "look_up: {contact" in found.output, found.output
    assert not server.asked


# ---- saved searches


def test_what_was_seen_does_not_come_back(server: Server, chosen: LookUp, tmp_path: Path) -> None:
    mini = corpora.read(Path(__file__).parent / "data" / "mini")[0]
    saved = Watches(tmp_path, Clock())
    assert saved.waiting(mini) == () and saved.saved() == ()
    saved.save("ldn", "low dose  naltrexone", by=EVE)
    assert [s.query for s in saved.saved()] == ["low dose naltrexone"]
    server.pmids = ["900000002", "900000001"]
    untitled = "<MedlineCitation><PMID>900000002</PMID></MedlineCitation>"
    server.articles = {"900000002": f"<PubmedArticle>{untitled}</PubmedArticle>"}
    assert saved.run("ldn", mini, chosen).new == 2
    assert [(w.pmid, w.search) for w in saved.waiting(mini)] == [
        ("900000002", "ldn"), ("900000001", "ldn")]  # fmt: skip
    unread, read = saved.waiting(mini)
    assert "could not be read" in unread.words
    assert read.words == "Nobody. 2031. Made-up article 900000001 <b>. Made-up Journal"
    with pytest.raises(UsageError, match="say why"):
        saved.set_aside("900000001", by=ANN, why=" ")
    saved.set_aside("900000001", by=ANN, why="of mice")
    with pytest.raises(UnknownName):
        saved.set_aside("900000001", by=ANN, why="again")
    asked = len(server.asked)
    assert saved.run("ldn", mini, chosen).new == 0 and len(server.asked) == asked + 1
    assert [w.pmid for w in saved.waiting(mini)] == ["900000002"]
    source = next(iter(mini.sources.values())).model_copy(update={"pmid": "900000002"})
    taken = mini.model_copy(update={"sources": {source.id: source}})
    assert saved.waiting(taken) == ()
    with pytest.raises(UnknownName, match="search 'other'"):
        saved.run("other", mini, chosen)


def test_a_search_that_finds_much_says_what_it_left(
    server: Server, chosen: LookUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mini = corpora.read(Path(__file__).parent / "data" / "mini")[0]
    saved = Watches(tmp_path, Clock())
    saved.save("all", "x", by=EVE)
    server.pmids = [str(900000000 + n) for n in range(120)]
    assert "finds 120, of which the newest 100" in saved.run("all", mini, chosen).told
    monkeypatch.setattr(watches, "MOST_WAITING", 101)
    server.pmids = ["900009001", "900009002"]
    done = saved.run("all", mini, chosen)
    assert done.new == 1 and "1 were left" in done.told
    assert len(saved.waiting(mini)) == 101
    server.instead = (200, b'{"esearchresult": {"ERROR": "bad <query>"}}', {})
    with pytest.raises(StoreError, match="bad <query>"):
        saved.run("all", mini, chosen)


# ---- the desk and the command line


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, running: Server) -> Path:
    found = peopled(tmp_path_factory.mktemp("look-up"))
    turn_on(found, running.address)
    return found


@pytest.fixture(scope="module")
def client(corpus: Path) -> Iterator[TestClient]:
    with serving(corpus, texts=corpus.parent / "texts") as made:
        yield sign_in(made, ADA)


def cli(corpus: Path, *words: str) -> str:
    found = CliRunner().invoke(main, ["--data", str(corpus), *words])
    assert found.exit_code == 0, found.output
    return found.output


def test_a_curator_looks_first_and_adds_then(
    client: TestClient, corpus: Path, server: Server
) -> None:
    server.pmids = ["900000011", "900000012"]
    cli(corpus, "watch", "save", "ldn", "naltrexone", "--as", EVE)
    assert "ldn: 2 new" in cli(corpus, "watch", "run")
    assert "Nobody. 2031." in cli(corpus, "watch", "new")
    assert "2 new publications" in client.get("/curate").text
    page = BeautifulSoup(client.get("/curate/publications").text, "html.parser")
    assert not page.select("article h2 b") and "<b>" in page.select("article h2")[0].get_text()
    form = client.get(str(page.select("article a.button")[-1]["href"])).text
    assert 'value="900000011"' in form
    shown = send(client, "/curate/source", identifier="900000011", look="yes")
    assert "Made-up article 900000011 &lt;b&gt;" in shown.text and "data-shown" in shown.text
    assert "900000011" not in {s.pmid for s in Workspace.open(corpus).corpus.sources.values()}
    added = send(client, "/curate/source", identifier="900000011")
    assert added.status_code == 200 and added.url.query
    made = next(s for s in Workspace.open(corpus).corpus.sources.values() if s.pmid == "900000011")
    assert made.verified_in is not None and made.verified_in.startswith("PubMed, ")
    assert made.text_part == "abstract"
    again = send(client, "/curate/source", identifier="900000011")
    assert again.status_code == 422 and made.id in again.text
    send(client, "/curate/publications", pmid="900000012", why="of <i>mice</i>")
    assert "Nothing waits" in client.get("/curate/publications").text
    assert "ldn: 0 new" in cli(corpus, "watch", "run", "ldn")
    refused = send(client, "/curate/publications", "/curate", pmid="900000012", why="twice")
    assert refused.status_code == 404
    wrong = send(client, "/curate/source", identifier="<script>", look="yes")
    assert wrong.status_code == 400 and "&lt;script&gt;" in wrong.text
    cli(corpus, "watch", "drop", "ldn", "--as", EVE)
    may_not = CliRunner().invoke(
        main, ["--data", str(corpus), "watch", "save", "a", "b", "--as", ANN]
    )
    assert may_not.exit_code == 2 and "may not save searches" in may_not.output


def test_the_command_line_adds_by_doi(corpus: Path, server: Server) -> None:
    cli(corpus, "source", "add", "--look-up", DOI, "--id", "made-up", "--as", ADA)
    assert Workspace.open(corpus).corpus.sources["made-up"].doi == DOI.upper()
