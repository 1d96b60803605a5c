"""The explorer at earlier states, over a real socket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe import no_axe_findings
from browser import chromium

from tests.curators import ANN, BEN, EVE, INFLAMMATION, fields, staffed
from tests.curators import copied as copied_to
from tests.serving import served

__all__ = ["chromium"]
MARK = "Earlier note, as it was."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace where a claim came into force, and was retracted."""
    desk = staffed(copied_to(tmp_path_factory.mktemp("past")))
    desk.create(fields(desk.corpus.claims[INFLAMMATION], "new", note=MARK), by=ANN)
    desk.submit("new", by=ANN)
    desk.accept("new", by=BEN)
    desk.retract("new", by=EVE, why="said too much")
    return desk.folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with (
        served("--rate", "0", data=folder) as address,
        httpx.Client(base_url=address, headers={"accept": "text/html"}) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def accepted(folder: Path) -> int:
    from ldn_graph.workspace import journal

    return next(e.seq for e in journal.read(folder) if e.action == "accept")


def test_a_page_shows_the_state_of_then_and_says_so(client: httpx.Client, accepted: int) -> None:
    now = client.get("/claim/new").text
    then = client.get(f"/as-of/{accepted}/claim/new").text
    assert "retracted" in now.lower() and "An earlier state" not in now
    assert "An earlier state" in then and "said too much" not in then
    assert f'href="/as-of/{accepted}/entity/' in then, "links stay in the past"
    assert 'href="/claim/new">The same page now</a>' in then
    before = client.get(f"/as-of/{accepted - 3}/claim/new")
    assert before.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("", "graph", "gaps", "compare", "about", "search?q=inflammation", "api/claims"),
        *(f"claim/{INFLAMMATION}", "entity/inflammation", "source/synthetic-trial-a"),
        "dataset.ttl",
    ],
)
def test_every_kind_of_page_is_there(client: httpx.Client, accepted: int, path: str) -> None:
    accept = {"accept": "*/*"} if path.startswith(("api", "dataset")) else {}
    answer = client.get(f"/as-of/{accepted}/{path}".rstrip("/"), headers=accept)
    assert answer.status_code == 200
    assert answer.headers["x-robots-tag"] == "noindex"
    if "html" in answer.headers["content-type"]:
        assert "An earlier state" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_programs_get_the_data_of_then(client: httpx.Client, accepted: int) -> None:
    turtle = {"accept": "text/turtle"}
    then = client.get(f"/as-of/{accepted}/claim/new", headers=turtle, follow_redirects=True)
    now = client.get("/claim/new", headers=turtle, follow_redirects=True)
    assert then.status_code == now.status_code == 200
    assert then.text != now.text and MARK in then.text


def test_a_day_leads_to_the_last_change_until_then(client: httpx.Client) -> None:
    answer = client.get("/as-of/2099-01-01/claim/new?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/claim/new?x=1")
    assert client.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize("path", ["query", "lessons", "sparql?query=ASK%7B%7D", "sign-in"])
def test_what_is_of_the_present_leads_there(client: httpx.Client, accepted: int, path: str) -> None:
    answer = client.get(f"/as-of/{accepted}/{path}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{path}")


@pytest.mark.parametrize(
    ("when", "status", "told"),
    [
        ("yesterday", 400, "give a day like"),
        ("999999", 404, "the last one on record is"),
        ("2001-01-01", 400, "its journal begins at"),
    ],
)
def test_a_wrong_moment_is_told(client: httpx.Client, when: str, status: int, told: str) -> None:
    answer = client.get(f"/as-of/{when}")
    assert answer.status_code == status
    assert told in answer.text


def test_the_changes_are_listed_without_what_curators_said(
    client: httpx.Client, accepted: int
) -> None:
    page = client.get("/as-of").text
    assert f'href="/as-of/{accepted}"' in page and "claim/new" in page
    assert "said too much" not in page
    assert client.get(f"/as-of?when={accepted}").headers["location"] == f"/as-of/{accepted}"
    assert client.get("/as-of?when=never").status_code == 400
    assert "2026" not in client.get("/as-of?before=1").text.partition("<main")[2]


def test_without_a_journal_it_is_said() -> None:
    with served("--rate", "0") as address:
        page = httpx.get(f"{address}/as-of", headers={"accept": "text/html"})
        assert page.status_code == 200 and "no journal yet" in page.text
        past = httpx.get(f"{address}/as-of/1", headers={"accept": "text/html"})
        assert past.status_code == 400 and "has no journal" in past.text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/as-of", "/as-of/{}", "/as-of/{}/claim/new"])
def test_an_audit_finds_no_barrier_and_the_band_leads_back(
    client: httpx.Client, accepted: int, chromium: Any, path: str, theme: str
) -> None:
    context = chromium.new_context(color_scheme=theme, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(f"{client.base_url}".rstrip("/") + path.format(accepted))
    no_axe_findings(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if accepted and "{}" in path:
        page.keyboard.press("Tab")
        page.get_by_role("link", name="The same page now").press("Enter")
        page.wait_for_url(lambda url: "/as-of/" not in url)
    context.close()
