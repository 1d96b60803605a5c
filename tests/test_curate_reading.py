"""What a text suggests to its reader: what no claim says yet, and claims that lack these words."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from starlette.testclient import TestClient

from ldn_graph.cli import main
from ldn_graph.errors import TooLarge
from ldn_graph.records.model import Source
from ldn_graph.web.app import create_app
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.web.curation.reading import MOST_SUGGESTED, suggestions
from ldn_graph.web.settings import Settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.rejected_suggestions import RejectedSuggestions
from tests.conftest import ROOT
from tests.curators import ANN, INFLAMMATION, copied, staffed

pytest.importorskip("spacy")
TEXT = "Drugamine reduces inflammation. Drugamine may increase endorphins."
TOLD = (
    "Drugamine is old. It does not reduce inflammation.\n\n"
    "Drugamine blocks alpha receptors. The body may respond by making more endorphins."
)
LONG = TEXT + " x" * (MOST_SUGGESTED // 2)


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    found = staffed(copied(tmp_path))
    for name, text in (("short-text", TEXT), ("long-text", LONG), ("told-text", TOLD)):
        known = {"text_sha256": hashlib.sha256(text.encode()).hexdigest(), "text_length": len(text)}
        source = Source(id=name, type="webpage", title=name, unused_because="new", **known)
        found.add([source], by=ANN)
        (tmp_path / "texts").mkdir(exist_ok=True)
        (tmp_path / "texts" / f"{name}.txt").write_text(text, encoding="utf-8")
    return found


@pytest.fixture
def client(desk: Workspace) -> Iterator[TestClient]:
    token = Accounts(beside(desk.folder)).make_token(ANN, "test")
    chosen = Settings(data=desk.folder, curate=True, texts=desk.folder.parent / "texts")
    with TestClient(create_app(chosen), base_url="http://localhost") as found:
        found.headers |= {"authorization": f"Bearer {token}", "accept": "text/html"}
        yield found


def test_what_claims_say_already_is_told_apart(desk: Workspace) -> None:
    found = suggestions(TEXT, "short-text", desk.state)
    assert [s.known for s, _ in found.known] == [INFLAMMATION]
    assert found.known[0][1].startswith("source=short-text&start=0&end=30&direction=supports")
    assert {s.object.id for s, _ in found.new} == {"endorphin"}
    assert all(s.source == "short-text" and s.known is None for s, _ in found.new)


def test_words_that_a_claim_quotes_already_are_not_suggested_again(desk: Workspace) -> None:
    claim = desk.claim(INFLAMMATION).model_dump(mode="json", exclude_none=True)
    item = {
        "id": "e9", "source": "short-text", "direction": "supports", "certainty": "asserted",
        "role": "background", "basis": ["none-stated"],
        "quote": {"exact": TEXT[:30], "start": 0, "end": 30},
    }  # fmt: skip
    desk.edit(INFLAMMATION, {"evidence": [*claim["evidence"], item]}, by=ANN, why="one more")
    assert INFLAMMATION in desk.corpus.proposals  # the next version counts
    assert suggestions(TEXT, "short-text", desk.state).known == ()


def test_a_form_begins_with_all_that_is_suggested(desk: Workspace, client: TestClient) -> None:
    """What is denied is not handed to a curator as if it were said."""
    found = suggestions(TOLD, "told-text", desk.state)
    page = BeautifulSoup(client.get("/curate/read/told-text?suggest=1").text, "html.parser")
    beside = page.find("aside")
    assert [t.get_text() for t in beside.find_all(class_="tone")] == ["speculative", "denied"]
    for link in beside.find_all("a", class_="quiet"):
        assert page.find(id=link["href"].removeprefix("#")) is not None
    for one, query in (*found.new, *found.known):
        way = f"claim/{one.known}/edit" if one.known else "new"
        form = BeautifulSoup(client.get(f"/curate/{way}?{query}").text, "html.parser")
        values = {s["name"]: v["value"] for s in form.find_all("select")
                  if (v := s.find("option", selected=True)) is not None}  # fmt: skip
        item = max(n for n in values if n.endswith(".direction")).removesuffix("direction")
        assert values[f"{item}direction"] == one.direction
        assert values[f"{item}certainty"] == one.certainty
        if not one.known:
            assert values.get("qualifiers.subject_change", "") == (
                one.qualifiers.subject_change or ""
            )
    assert {s.direction for s, _ in (*found.new, *found.known)} == {"supports", "refutes"}
    assert "decreased" in {s.qualifiers.subject_change for s, _ in found.new}


@pytest.mark.parametrize("wrong", ["direction=up", "certainty=<b>", "context=9-1", "context=0-999"])
def test_what_no_suggestion_says_fills_in_nothing(client: TestClient, wrong: str) -> None:
    asked = f"/curate/new?source=told-text&start=18&end=50&{wrong}"
    assert client.get(asked).text == client.get(asked.rpartition("&")[0]).text


def test_a_long_text_is_read_but_not_gone_through(desk: Workspace, client: TestClient) -> None:
    with pytest.raises(TooLarge, match="up to 1 MB"):
        suggestions(LONG, "long-text", desk.state)
    page = client.get("/curate/read/long-text?suggest=1")
    assert page.status_code == 200 and "claims are suggested from up to 1 MB" in page.text
    assert "Nothing that no claim says yet" not in page.text
    page = client.get("/curate/read/short-text?suggest=1")
    assert f"/curate/claim/{INFLAMMATION}/edit?source=short-text&amp;start=0" in page.text


@pytest.mark.parametrize("name", ["guidelines", "curation"])
def test_the_guide_is_that_of_the_docs(client: TestClient, name: str) -> None:
    """With every link leading somewhere: to the other page, outside, or nowhere at all."""
    first = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8").split("\n")[0]
    page = client.get(f"/curate/guide/{name}").text
    assert first.removeprefix("# ") in page
    for address in set(re.findall(r'<a href="([^"]+)"', page.partition('class="prose"')[2])):
        if not address.startswith(("https:", "#")):
            assert client.get(address).status_code == 200, address
    assert ".md" not in re.sub(r"<code>.*?</code>", "", page)
    assert client.get("/curate/guide/nothing").status_code == 404


def rejecting(page: BeautifulSoup, words: str) -> dict[str, str]:
    """The fields of the form that rejects the suggestion with these words."""
    item = next(i for i in page.select(".suggested > ol > li") if words in i.get_text())
    return {str(f["name"]): str(f.get("value", "")) for f in item.select("form [name]")}


def test_a_rejected_suggestion_does_not_come_back(client: TestClient, desk: Workspace) -> None:
    def read() -> BeautifulSoup:
        return BeautifulSoup(client.get("/curate/read/short-text?suggest=1").text, "html.parser")

    place = "/curate/read/short-text"
    fields = rejecting(read(), "endorphin")
    bad = client.post(place, data=fields | {"reason": ""})
    assert bad.status_code == 400 and "choose one of entity" in bad.text
    assert client.post(place, data=fields | {"reason": "other"}).status_code == 400
    assert client.post(place, data=fields | {"reason": "direction", "key": "x"}).status_code == 400
    assert rejecting(read(), "endorphin") == fields
    told = {"reason": "direction", "note": "<b>the other way</b>"}
    answer = client.post(place, data=fields | told)
    assert answer.status_code == 200 and answer.url.path == place
    page = read()
    assert "endorphin" not in "".join(i.get_text() for i in page.select(".suggested > ol > li"))
    assert "1 rejected" in page.get_text() and not page.select(".suggested b")
    assert "<b>the other way</b>" in page.get_text()
    known = rejecting(page, "inflammation")  # what a claim says already is rejected alike
    client.post(place, data=known | {"reason": "not-in-text"})
    assert not read().select(".suggested > ol > li")
    told_text = client.get("/curate/read/told-text?suggest=1").text
    assert "rejected, not offered" not in told_text  # of another text it is another one
    text = desk.folder.parent / "texts" / "short-text.txt"
    words = ["--data", str(desk.folder), "suggest", str(text), "--source", "short-text"]
    assert "2 left out that were rejected" in CliRunner().invoke(main, words).output
    again = client.post(place, data={"again": fields["key"]})
    assert again.status_code == 200 and rejecting(read(), "endorphin") == fields
    assert client.post(place, data={"again": fields["key"]}).status_code == 404
    client.headers.pop("authorization")
    client.post(place, data=fields | told)
    assert len(RejectedSuggestions(desk.folder).of("short-text")) == 1
