"""The desk in a real browser: nothing is a dead end, and no error loses what was typed."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import no_axe_findings
from browser import chromium as chromium
from curating import PASSWORD, curated
from curating import as_person as as_person
from curating import sessions as sessions
from curating import signed_in as signed_in
from serving import browse as browse
from serving import served

from ldn_graph.records.model import Dose, Entity, Source
from ldn_graph.records.vocabularies import Kind, Status
from ldn_graph.workspace import Workspace

pytestmark = pytest.mark.browser
ITEM = {
    "id": "e1", "source": "smith-2011", "direction": "supports", "certainty": "asserted",
    "role": "background", "basis": ["none-stated"], "finding": "made for a test",
}  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = curated(tmp_path_factory.mktemp("desk") / "corpus")
    desk = Workspace.open(folder)
    desk.add([Entity(id="dull-ache", label="dull ache", kind=Kind.SYMPTOM)], by="ada")
    return folder


@pytest.fixture(scope="module")
def site(workspace: Path) -> Iterator[str]:
    with served("--curate", data=workspace) as address:
        yield address


def drafted(workspace: Path, name: str, timing: str, by: str = "cleo", **item: Any) -> None:
    """A draft that no other claim says."""
    Workspace.open(workspace).create(
        {"id": name, "subject": "low-dose-naltrexone", "predicate": "affects",
         "object": "lupus", "qualifiers": {"timing": timing}, "evidence": [ITEM | item]}, by=by,
    )  # fmt: skip


def test_returning_without_a_reason_keeps_what_was_ticked(
    as_person: Callable[..., Any], workspace: Path, browse: Any
) -> None:
    browse.expected.append("400")
    drafted(workspace, "to-return", "at once")
    Workspace.open(workspace).submit("to-return", by="cleo")
    page = as_person("grace", "/curate/claim/to-return")
    page.check("input[name=reasons][value=direction]")
    page.click("button[value=return]")
    page.locator("[role=alert]", has_text="needs a reason").wait_for()
    assert page.locator("input[name=reasons][value=direction]").is_checked()
    page.fill("#why", "the other way round")
    page.click("button[value=return]")
    page.locator("[data-done]", has_text="return is on record").wait_for()
    no_axe_findings(page)


def test_a_review_shows_everything_that_will_be_in_force(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    dose = Dose(text="4.5 mg daily", low=4.5, high=4.5, unit="mg", band="low")  # type: ignore[arg-type]
    more = {"dose": dose.model_dump(mode="json"), "sample_size": 31, "duration": "12 weeks"}
    quote = {"exact": "LDN may help"}
    cues = {"quote": quote, "cues": [{"exact": "may"}], "context": [{"exact": "In lupus"}]}
    drafted(workspace, "to-read", "in a week", **more, **cues, certainty="speculative")
    page = as_person("grace", "/curate/claim/to-read")
    said = page.locator("main").inner_text()
    for words in ("“4.5 mg daily” = 4.5 mg, band Low", "31", "12 weeks", "“may”", "“In lupus”"):
        assert words in said, words
    assert "in a week" in page.locator("main").inner_text().casefold()


def test_a_draft_is_discarded_and_an_unfinished_form_forgotten(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    drafted(workspace, "to-discard", "never")
    page = as_person("cleo", "/curate/claim/to-discard")
    page.click("button[value=discard]")
    page.locator("[data-done]", has_text="discard is on record").wait_for()
    assert Workspace.open(workspace).claim("to-discard").status is Status.REJECTED
    page.goto(page.url.partition("/curate")[0] + "/curate/new")
    page.fill("[name=subject]", "half a thought")
    page.locator("#kept", has_text="Kept").wait_for()
    desk = as_person("cleo")
    desk.locator("#unfinished ~ ul li", has_text="half-a-thought").wait_for()
    desk.click("button[aria-label='Discard half-a-thought']")
    desk.wait_for_load_state()
    assert desk.locator("li", has_text="half-a-thought").count() == 0


def test_what_somebody_who_left_had_open_goes_to_somebody_else(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    desk = Workspace.open(workspace)
    drafted(workspace, "left-behind", "later", by="cleo")
    page = as_person("ada", "/curate/people")
    page.select_option("#of", "cleo")
    page.select_option("#to", "ada")
    page.fill("#why", "left the group")
    page.click("form.card >> text=Give them")
    page.locator("[data-done]", has_text="of cleo's are ada's now").wait_for()
    no_axe_findings(page)
    desk.refresh()
    assert "left-behind" in desk.open_of("ada") and not desk.open_of("cleo")
    page.goto(page.url.partition("/curate")[0] + "/curate")
    assert page.locator("#drafts ~ ul a[href$='left-behind']").count() == 1


def test_a_claim_in_force_becomes_obsolete(
    as_person: Callable[..., Any], workspace: Path, site: str
) -> None:
    page = as_person("ada", "/curate/claim/ldn-for-anxiety")
    page.fill("#replaced_by", "ldn-decreases-inflammation")
    page.fill("#why", "said better there")
    page.click("button[value=obsolete]")
    page.locator("[data-done]", has_text="obsolete is on record").wait_for()
    assert Workspace.open(workspace).claim("ldn-for-anxiety").status is Status.RETRACTED
    visitor = as_person("ada", "/claim/ldn-for-anxiety")
    for _ in range(50):
        if visitor.locator(".eyebrow", has_text="obsolete").count():
            break
        visitor.wait_for_timeout(100)
        visitor.reload()
    visitor.locator(".notice a", has_text="another claim").wait_for()


def test_two_things_become_one_and_the_old_name_answers(
    as_person: Callable[..., Any], workspace: Path, site: str, browse: Any
) -> None:
    browse.expected.append("404")  # a picture of what is gone meanwhile
    page = as_person("ada", "/curate/entity/merge")
    page.fill("#old", "dull ache")
    page.fill("#kept", "chronic pain")
    page.fill("#why", "one thing")
    page.click("form.card button")
    page.locator("[data-done]", has_text="dull-ache answers as chronic-pain now").wait_for()
    no_axe_findings(page)
    for _ in range(50):
        page.goto(f"{site}/entity/dull-ache")
        if page.url.endswith("/entity/chronic-pain"):
            break
        page.wait_for_timeout(100)
    assert page.url.endswith("/entity/chronic-pain")


def test_a_source_is_retracted_and_counts_again(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    page = as_person("ada", "/curate/source/younger-2013/retract")
    page.fill("#why", "retracted by the journal")
    page.click("button.main")
    page.locator("[data-done]", has_text="it is retracted").wait_for()
    page.fill("#again", "it was another paper")
    page.click("text=Let it count again")
    page.locator("[data-done]", has_text="it counts again").wait_for()
    assert not Workspace.open(workspace).corpus.sources["younger-2013"].retracted


def test_a_password_is_changed_in_the_browser(
    as_person: Callable[..., Any], browse: Any, sessions: dict[str, Any]
) -> None:
    browse.expected.append("400")
    page = as_person("grace", "/curate/people")
    page.fill("#old", "wrong wrong wrong")
    for field in ("#new", "#again"):
        page.fill(field, "quiet walnut harbour stove")
    page.click("text=Change it")
    page.locator("[role=alert]", has_text="the old password is wrong").wait_for()
    page.fill("#old", PASSWORD)
    for field in ("#new", "#again"):
        page.fill(field, "quiet walnut harbour stove")
    page.click("text=Change it")
    page.wait_for_url("**/sign-in**")
    page.fill("#name", "grace")
    page.fill("#password", "quiet walnut harbour stove")
    page.click("main button[type=submit]")
    page.wait_for_url("**/curate/people")
    del sessions["grace"]


def test_a_lost_session_loses_nothing(
    as_person: Callable[..., Any], workspace: Path, site: str, browse: Any
) -> None:
    browse.expected += ["401", "403"]
    page = as_person("cleo", "/curate/new")
    page.fill("[name=subject]", "LDN")
    page.context.clear_cookies()
    page.fill("[name=note]", "a long thought that took an hour")
    page.click("button[value=save]")
    page.locator("h1").wait_for()  # whatever it says: the form is gone
    page.goto(f"{site}/sign-in?next=/curate/new")
    page.fill("#name", "cleo")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/curate/new")
    page.locator(".kept-here button", has_text="Put it back").click()
    assert page.locator("[name=note]").input_value() == "a long thought that took an hour"
    assert page.locator("[name=subject]").input_value() == "LDN"
    page.locator("#kept", has_text="Kept").wait_for()


def test_a_reader_reports_an_error_and_a_curator_settles_it(
    as_person: Callable[..., Any], browse: Any
) -> None:
    reader = browse("/claim/ldn-for-anxiety")
    reader.click("footer >> text=Report an error")
    no_axe_findings(reader)
    reader.fill("#text", "The quote is another’s.\nSee <i>page 3</i>")
    reader.click("text=Send it")
    reader.locator("[data-done]", has_text="A curator will look at it").wait_for()
    page = as_person("cleo")
    page.click("text=that readers report")
    assert "See <i>page 3</i>" in page.locator("article blockquote").inner_text()
    no_axe_findings(page)
    page.select_option("article select", "no-error")
    page.click("text=Settle it")
    page.locator("text=Nothing waits.").wait_for()


def test_suggestions_are_gone_through_by_keyboard(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    pytest.importorskip("spacy")
    text = "LDN may reduce migraine pain. LDN may increase dizziness. LDN may cause nausea."
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = Source(id="to-read", type="webpage", title="To read", unused_because="new",
                    text_sha256=digest, text_length=len(text))  # fmt: skip
    shelf = workspace / ".ldn-graph" / "texts"
    shelf.mkdir(parents=True, exist_ok=True)
    (shelf / "to-read.txt").write_text(text, encoding="utf-8")
    Workspace.open(workspace).add([source], by="ada")
    page = as_person("cleo", "/curate/read/to-read?suggest=1")
    offered = page.locator(".suggested > ol > li")
    number = offered.count()
    assert number >= 2
    said = offered.nth(1).locator("a").first.inner_text()
    first = offered.nth(0).locator("a").first
    page.keyboard.press("n")
    assert first.evaluate("e => e === document.activeElement")
    page.keyboard.press("n")
    page.keyboard.press("x")
    page.keyboard.type("direction")  # the reason is in focus
    no_axe_findings(page)
    page.keyboard.press("Tab")
    page.keyboard.type("not in it: n, p, x")
    page.keyboard.press("Enter")
    page.locator("summary", has_text="1 rejected").wait_for()
    assert offered.count() == number - 1
    assert said not in offered.locator("a").all_inner_texts()
    page.keyboard.press("p")
    page.keyboard.press("p")
    assert first.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/curate/new?source=to-read**")
