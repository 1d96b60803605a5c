"""Two states of the explorer compared, in words, by a reader who signs in nowhere."""

import re
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace where a claim came into force, and its source was retracted."""
    desk = staffed(copied_to(tmp_path_factory.mktemp("difference")))
    desk.create(fields(desk.corpus.claims[INFLAMMATION], "new", note="<b>bold</b>"), by=ANN)
    desk.submit("new", by=ANN)
    desk.accept("new", by=BEN)
    desk.retract_source("synthetic-trial-a", by=EVE, why="withdrawn")
    return desk.folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with (
        served("--rate", "0", data=folder) as address,
        httpx.Client(base_url=address, headers={"accept": "text/html"}) as opened,
    ):
        yield opened


def words(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_list_says_who_did_what(client: httpx.Client) -> None:
    told = words(client, "/as-of")
    assert "Accepted: claim new , by Ben" in told
    assert "Retracted: source synthetic-trial-a , by Eve" in told
    assert "The record of changes begins · as it stood after change 1" in told


def test_two_states_are_compared_in_words_by_record(client: httpx.Client, folder: Path) -> None:
    told = words(client, "/difference?from=1&to=9999-12-31")
    assert "Claim new New, accepted: Drugamine reduces inflammation" in told
    assert "Source synthetic-trial-a It is retracted." in told
    assert "Agent ann New." in told
    same = words(client, "/difference?from=3&to=3")
    assert "Nothing: no record and no rule is different." in same


def test_the_order_of_the_two_does_not_matter(client: httpx.Client) -> None:
    assert words(client, "/difference?from=9&to=7") == words(client, "/difference?from=7&to=9")


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("", 400, "name two states"),
        ("from=1", 400, "name two states"),
        ("from=never&to=1", 400, "is no moment; give a day like"),
        ("from=1&to=999", 404, "the last one on record is"),
        ("from=1066-10-14&to=1", 400, "its journal begins at"),
    ],
)
def test_wrong_states_are_told(client: httpx.Client, query: str, status: int, told: str) -> None:
    answer = client.get(f"/difference?{query}")
    assert answer.status_code == status and told in answer.text
    assert "Traceback" not in answer.text and "/tmp/" not in answer.text


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_are_chosen_and_compared_on_a_phone(
    client: httpx.Client, chromium: Any, scheme: str
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{str(client.base_url).rstrip('/')}/as-of")
    no_axe_findings(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("from change 1", exact=True).check()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(lambda url: "/difference" in url and "from=1" in url)
    no_axe_findings(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("h2 a", has_text="new").click()
    page.locator("aside.then", has_text="An earlier state").wait_for()
    context.close()
