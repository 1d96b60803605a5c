"""A source for curators: changed with a reason, retracted after a look at what that does."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import no_axe_findings
from browser import chromium as chromium
from curating import as_person as as_person
from curating import curated
from curating import look_as as look_as
from curating import sessions as sessions
from curating import signed_in as signed_in
from serving import browse as browse
from serving import look as look
from serving import served
from serving import used_pages as used_pages

from ldn_graph.records.model import Author, Source
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.web.curation.sources import form_of, resting
from ldn_graph.workspace import Workspace

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return curated(tmp_path_factory.mktemp("sources") / "corpus")


@pytest.fixture(scope="module")
def site(workspace: Path) -> Iterator[str]:
    with served("--curate", data=workspace) as address:
        yield address


@pytest.fixture(scope="module")
def trial(workspace: Path) -> str:
    """The source that alone carries most claims in force, of those with an evidence level."""
    state = Workspace.open(workspace).state
    alone = {s: [r for r in resting(state, s) if r.alone] for s in state.corpus.sources}
    fallen = {s: sum(r.without != r.now for r in rs) for s, rs in alone.items()}
    return max(fallen, key=lambda s: (fallen[s], s))


def open_form(page: Any) -> None:
    page.locator("summary", has_text="Change it").click()


def test_an_editor_changes_a_record_with_a_reason(
    as_person: Callable[..., Any], workspace: Path, trial: str, browse: Any
) -> None:
    browse.expected += ["400", "409"]
    page = as_person("ada", f"/curate/source/{trial}")
    open_form(page)
    no_axe_findings(page)
    other = as_person("ada", f"/curate/source/{trial}")
    page.fill("#f-doi", "nonsense")
    page.fill("#f-note", "<b>kept</b>")
    page.fill("#why", "looked it up")
    page.click("text=Change the record")
    page.locator("[role=alert]", has_text="doi").wait_for()
    assert page.locator("#f-note").input_value() == "<b>kept</b>"
    page.fill("#f-doi", "10.1000/made-for-a-test")
    page.fill("#f-author", "Doe, Jane\nThe Made-up Group")
    page.click("text=Change the record")
    page.locator("[role=status]", has_text="on record").wait_for()
    record = Workspace.open(workspace).corpus.sources[trial]
    assert record.doi == "10.1000/made-for-a-test" and record.note == "<b>kept</b>"
    assert record.author == (
        Author(family="Doe", given="Jane"), Author(literal="The Made-up Group"),
    )  # fmt: skip
    assert "looked it up" in page.locator(".history").inner_text()
    open_form(other)
    other.fill("#f-note", "mine")
    other.fill("#why", "slower")
    other.click("text=Change the record")
    other.locator("[role=alert]", has_text="no longer as you saw it").wait_for()
    assert other.locator("#f-note").input_value() == "mine"


def test_retracting_shows_first_what_it_does(
    as_person: Callable[..., Any], workspace: Path, trial: str, site: str
) -> None:
    page = as_person("ada", f"/curate/source/{trial}")
    page.click("text=Retract it")
    flagged = [r for r in resting(Workspace.open(workspace).state, trial) if r.claim.current]
    assert page.locator("#flagged").inner_text().startswith(f"{len(flagged)} claim")
    assert page.locator("#flagged ~ ul > li").count() == len(flagged) > 0
    assert page.locator("#flagged ~ ul", has_text="on it alone").count()
    no_axe_findings(page)
    page.click("text=Retract this source")
    assert page.url.endswith("/retract")  # the browser asks for the reason
    assert not Workspace.open(workspace).corpus.sources[trial].retracted
    page.fill("#why", "withdrawn by the journal")
    page.click("text=Retract this source")
    page.locator("[role=status]", has_text=f"{len(flagged)} claim").wait_for()
    assert Workspace.open(workspace).corpus.sources[trial].retracted
    assert page.locator("text=Retract it …").count() == 0
    no_axe_findings(page)
    for _ in range(50):  # visitors see it a moment later
        page.goto(f"{site}/source/{trial}")
        if page.locator(".retracted").count():
            break
        page.wait_for_timeout(100)
    page.click("text=Curate this source")
    page.wait_for_url(f"**/curate/source/{trial}")


def test_a_text_is_given_later(as_person: Callable[..., Any], workspace: Path) -> None:
    source = Source(id="without-a-text", type="webpage", title="No text", unused_because="new")
    Workspace.open(workspace).add([source], by="ada")
    page = as_person("ada", "/curate/source/without-a-text")
    page.locator("summary", has_text="Give it its text").click()
    no_axe_findings(page)
    page.fill("#text", "Naltrexone might help. It is not known.")
    page.click("text=Keep this text")
    page.wait_for_url("**/curate/read/without-a-text")
    assert Workspace.open(workspace).corpus.sources["without-a-text"].text_length == 39


def test_roles_are_as_in_the_table(workspace: Path, site: str, trial: str) -> None:
    """A curator sees no button, and is refused where a program presses it all the same."""
    token = Accounts(beside(workspace)).make_token("cleo", "test")
    for path, fields in (
        ("retract", {"why": "so"}), ("", {"title": "x", "type": "book", "why": "so"}),
    ):  # fmt: skip
        address = f"{site}/curate/source/{trial}/{path}".rstrip("/")
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(address, body, {"Authorization": f"Bearer {token}"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 403 and b"cleo may not" in refused.value.read()
    request = urllib.request.Request(
        f"{site}/curate/source/{trial}", headers={"Authorization": f"Bearer {token}"}
    )
    page = urllib.request.urlopen(request).read().decode()
    assert "Change it" not in page and "Retract it" not in page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone(look_as: Callable[..., Any], site: str, scheme: str) -> None:
    page = look_as(
        "ada", "/curate/sources", color_scheme=scheme, viewport={"width": 360, "height": 740}
    )
    for path in ("", "younger-2013", "younger-2013/retract"):
        if path:
            page.goto(f"{site}/curate/source/{path}")
        no_axe_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_every_record_comes_back_from_its_form(workspace: Path) -> None:
    """What nobody touched stays as it is, whatever a name looks like."""
    from starlette.datastructures import FormData

    from ldn_graph.web.curation.sources import _changed

    for source in Workspace.open(workspace).corpus.sources.values():
        assert _changed(source, FormData(form_of(source))) == source
