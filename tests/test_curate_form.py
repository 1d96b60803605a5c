"""The form for claims in a real browser: whatever the check calls an error is cleared where it is
shown, and what was typed is never lost."""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import no_axe_findings
from browser import chromium as chromium
from curating import as_person as as_person
from curating import curated
from curating import sessions as sessions
from curating import signed_in as signed_in
from serving import browse as browse
from serving import served

from ldn_graph.records.model import Claim, Entity, Source
from ldn_graph.records.vocabularies import Certainty, Direction, DoseBand, Kind, Status
from ldn_graph.workspace import Workspace

TEXT = (
    "A text made for a test\n"
    "Naltrexone binds to the µ-opioid receptor. In cells, β-endorphin lowers IL-1β release. "
    "Low-dose naltrexone is tentatively said to relieve tiredness. "
    "LDN reduces stiffness. In another group LDN reduces stiffness. "
    "LDN did not reduce tiredness. LDN may ease cramps. "
    "Participants took naltrexone 4.5 mg daily. It reduced cramps. "
    "LDN reduces weariness. LDN lowers inflammation in every group.\n"
)
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped corpus as a workspace, with a text and a few symptoms beside it."""
    folder = curated(tmp_path_factory.mktemp("curated") / "corpus")
    desk = Workspace.open(folder)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    source = Source(
        id="made-for-a-test", type="webpage", title="A text made for a test",
        text_sha256=digest, text_length=len(TEXT), unused_because="it is new",
    )  # fmt: skip
    symptoms = [
        Entity(id=name, label=name, kind=Kind.SYMPTOM)
        for name in ("tiredness", "stiffness", "cramps", "weakness")
    ]
    desk.add([source, *symptoms], by="ada")
    texts = folder.parent / "texts"
    texts.mkdir()
    (texts / "made.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(workspace: Path) -> Iterator[str]:
    texts = str(workspace.parent / "texts")
    with served("--curate", "--texts", texts, data=workspace) as address:
        yield address


def field(page: Any, name: str) -> Any:
    """A field of the first evidence item, its fold opened."""
    found = page.locator(f"[name='evidence.0.{name}']").first
    found.evaluate("e => e.closest('details')?.setAttribute('open', '')")
    return found


def begin(page: Any, subject: str, relation: str, object_: str, quote: str, **more: str) -> None:
    """Type a claim as a curator would."""
    page.fill("[name=subject]", subject)
    page.select_option("[name=predicate]", relation)
    page.fill("[name=object]", object_)
    field(page, "source").fill("made-for-a-test")
    field(page, "quote.exact").fill(quote)
    chosen = {"direction": "supports", "certainty": "asserted", "role": "background"} | more
    for name, value in chosen.items():
        if name in ("direction", "certainty", "role"):
            field(page, name).select_option(value)
        else:
            field(page, name).fill(value)
    field(page, "basis").check()
    page.locator("#preview[aria-busy]").wait_for(state="detached")


def doubts(page: Any, kind: str = "error") -> Any:
    return page.locator(f"#preview .doubts li.{kind}")


def hand_in(page: Any) -> str:
    """Hand it in; the id of the claim."""
    page.click("button[value=submit]")
    page.locator("[data-done]", has_text="handed in").wait_for()
    match = re.search(r"/curate/claim/([a-z0-9-]+)", page.url)
    assert match
    return match[1]


def kept(workspace: Path, name: str) -> Claim:
    return Workspace.open(workspace).claim(name)


def test_a_name_that_is_new_is_added_with_its_greek_and_comes_back(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    page = as_person("cleo", "/curate/new")
    begin(page, "naltrexone", "binds", "µ-opioid receptor", "Naltrexone binds to the µ-opioid")
    told = doubts(page, "missing").first
    assert "Nothing here is called “µ-opioid receptor” yet" in told.inner_text()
    with page.expect_popup() as opened:
        told.locator("a", has_text="Add “µ-opioid receptor”").click()
    beside = opened.value
    assert beside.locator("#label").input_value() == "µ-opioid receptor"
    beside.select_option("#kind", "target")
    beside.click("main form.card button")
    beside.locator("[data-done]", has_text="mu-opioid-receptor is there now").wait_for()
    beside.close()
    assert page.locator("[name=object]").input_value() == "µ-opioid receptor"
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.locator("#preview .reads", has_text="binds to µ-opioid receptor").wait_for()
    cut = doubts(page, "error")  # the quote stops before “receptor”
    cut.locator("text=is not named in the quote").wait_for()
    field(page, "quote.exact").fill("Naltrexone binds to the µ-opioid receptor")
    cut.first.wait_for(state="detached")
    claim = kept(workspace, hand_in(page))
    assert claim.object == "mu-opioid-receptor" and claim.id.endswith("mu-opioid-receptor")


@pytest.mark.parametrize(
    ("label", "name"), [("β-endorphin", "beta-endorphin"), ("IL-1β", "il-1-beta")]
)
def test_greek_letters_are_spelt_out_in_ids(
    as_person: Callable[..., Any], workspace: Path, label: str, name: str
) -> None:
    page = as_person("cleo", "/curate/entity")
    page.fill("#label", label)
    page.select_option("#kind", "molecule")
    page.click("main form.card button")
    page.locator("[data-done]", has_text=f"{name} is there now").wait_for()
    assert Workspace.open(workspace).corpus.entities[name].label == label


def test_an_id_that_two_names_would_have_is_asked_for(
    as_person: Callable[..., Any], workspace: Path, browse: Any
) -> None:
    browse.expected.append("400")
    page = as_person("cleo", "/curate/entity")
    page.fill("#label", "Cramps!")
    page.select_option("#kind", "symptom")
    page.click("main form.card button")
    page.locator("[role=alert]", has_text="cramps is that of “cramps” already").wait_for()
    assert page.locator("#label").input_value() == "Cramps!"
    page.fill("#id", "cramps-at-night")
    page.click("main form.card button")
    page.locator("[data-done]", has_text="cramps-at-night is there now").wait_for()


def test_a_cue_of_ones_own_is_marked_in_the_quote(
    as_person: Callable[..., Any], workspace: Path, browse: Any
) -> None:
    browse.expected.append("422")
    quote = "Low-dose naltrexone is tentatively said to relieve tiredness"
    page = as_person("cleo", "/curate/new")
    begin(page, "LDN", "decreases", "tiredness", quote, certainty="speculative")
    doubts(page).locator("text=no word is marked that says so").wait_for()
    field(page, "quote.exact").evaluate(
        "(e) => { const at = e.value.indexOf('tentatively said');"
        " e.focus(); e.setSelectionRange(at, at + 'tentatively said'.length); }"
    )
    page.locator("[data-mark]").click()
    doubts(page).first.wait_for(state="detached")
    doubts(page, "warning").locator("text=not on the list of softening words").wait_for()
    no_axe_findings(page)
    page.click("button[value=submit]")
    page.locator("[role=alert]", has_text="Say in “Reason”").wait_for()
    page.fill("#f-why", "“tentatively” is doubt, whatever the list holds")
    claim = kept(workspace, hand_in(page))
    (item,) = claim.evidence
    assert [c.exact for c in item.cues] == ["tentatively said"]
    assert item.cues[0].start == TEXT.index("tentatively said")
    assert item.certainty is Certainty.SPECULATIVE and claim.status is Status.SUBMITTED
    assert claim.history[-1].why == "“tentatively” is doubt, whatever the list holds"


def test_a_quote_that_stands_twice_gets_its_place(
    as_person: Callable[..., Any], workspace: Path, browse: Any
) -> None:
    browse.expected.append("422")
    page = as_person("cleo", "/curate/new")
    begin(page, "LDN", "decreases", "stiffness", "LDN reduces stiffness")
    doubts(page).locator("text=stand 2 times in the text").wait_for()
    page.click("button[value=submit]")  # with an error it does not go in
    page.locator("[role=alert]", has_text="1 error to clear first").wait_for()
    assert page.locator("[name=object]").input_value() == "stiffness"
    doubts(page).locator("button", has_text="In another group").last.click()
    doubts(page).first.wait_for(state="detached")
    claim = kept(workspace, hand_in(page))
    assert claim.evidence[0].quote is not None
    assert claim.evidence[0].quote.start == TEXT.rindex("LDN reduces stiffness")


def test_what_denies_never_starts_as_supporting(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    quote = "LDN did not reduce tiredness"
    at = TEXT.index(quote)
    query = f"source=made-for-a-test&start={at}&end={at + len(quote)}&direction=supports"
    page = as_person("cleo", f"/curate/new?{query}")
    assert field(page, "direction").input_value() == ""
    page.select_option("[name=predicate]", "decreases")
    field(page, "direction").select_option("supports")
    field(page, "basis").check()
    warned = doubts(page, "warning").filter(has_text="denies something (“not”)")
    warned.locator("button", has_text="It speaks against it").click()
    warned.wait_for(state="detached")
    page.fill("#f-why", "it is the other side")
    claim = kept(workspace, hand_in(page))
    assert claim.evidence[0].direction is Direction.REFUTES


def test_a_hedge_that_was_typed_is_marked_by_a_button(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    page = as_person("cleo", "/curate/new")
    begin(page, "LDN", "decreases", "cramps", "LDN may ease cramps")
    doubts(page).locator("button", has_text="“may” softens it: it sounds speculative").click()
    doubts(page).first.wait_for(state="detached")
    assert field(page, "certainty").input_value() == "speculative"
    assert page.locator("#cues-0 input[value=cue]").is_checked()
    (item,) = kept(workspace, hand_in(page)).evidence
    assert [c.exact for c in item.cues] == ["may"]


def test_a_drug_with_its_dose_and_words_from_before_are_taken(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    page = as_person("cleo", "/curate/new")
    begin(page, "LDN", "affects", "cramps", "It reduced cramps", **{"dose.text": "4.5 mg daily"})
    absent = doubts(page).filter(has_text="“low-dose naltrexone” is not named in the quote")
    absent.wait_for()
    # the text calls it naltrexone, and the dose says the rest
    field(page, "context.0.exact").fill("naltrexone 4.5 mg daily")
    absent.wait_for(state="detached")
    (item,) = kept(workspace, hand_in(page)).evidence
    assert item.context[0].start == TEXT.index("naltrexone 4.5 mg daily")
    assert item.dose is not None and str(item.dose.low) == "4.5"
    assert item.dose.band is DoseBand.LOW


def test_the_texts_word_for_a_thing_becomes_a_name_of_it(
    as_person: Callable[..., Any], workspace: Path, browse: Any
) -> None:
    browse.expected.append("400")
    page = as_person("cleo", "/curate/new")
    begin(page, "LDN", "decreases", "weakness", "LDN reduces weariness")
    absent = doubts(page).filter(has_text="“weakness” is not named in the quote")
    absent.locator("input").fill("exhaustion")
    absent.locator("button", has_text="Add this name").click()
    page.locator("[role=alert]", has_text="stands neither in the quote").wait_for()
    absent.locator("input").fill("weariness")
    absent.locator("button", has_text="Add this name").click()
    absent.wait_for(state="detached")
    assert page.locator("[name=object]").input_value() == "weakness"
    assert "weariness" in Workspace.open(workspace).corpus.entities["weakness"].synonyms
    hand_in(page)


def test_a_twin_becomes_further_evidence_with_all_that_was_typed(
    as_person: Callable[..., Any], workspace: Path, browse: Any
) -> None:
    browse.expected.append("422")
    page = as_person("cleo", "/curate/new")
    quote = "LDN lowers inflammation in every group"
    study = {"sample_size": "31", "dose.text": "4.5 mg daily", "finding": "Lower in each."}
    begin(page, "LDN", "decreases", "inflammation", quote, direction="refutes", **study)
    twin = doubts(page).filter(has_text="A claim in force says the same")
    twin.wait_for()
    assert "shown as contested" in twin.inner_text()
    page.click("button[value=submit]")
    page.locator("[role=alert]", has_text="to clear first").wait_for()
    doubts(page).locator("button", has_text="Add this evidence to it").click()
    page.locator("h1", has_text="The next version of ldn-decreases-inflammation").wait_for()
    last = page.locator("fieldset.card", has=page.locator("[name$='quote.exact']")).last
    assert last.locator("[name$='quote.exact']").input_value() == quote
    for name, value in {"direction": "refutes", **study}.items():
        assert last.locator(f"[name$='.{name}']").first.input_value() == value
    page.fill("#f-why", "another text says it too")
    page.click("button[value=save]")
    page.locator("[data-done]", has_text="saved as a draft").wait_for()
    item = kept(workspace, "ldn-decreases-inflammation").evidence[-1]
    assert (item.direction, item.sample_size) == (Direction.REFUTES, 31)
    assert not list((workspace / "claims").glob("low-dose-naltrexone-decreases-inflammation*"))


def test_messages_are_in_the_words_of_the_form(as_person: Callable[..., Any], browse: Any) -> None:
    browse.expected.append("422")
    page = as_person("cleo", "/curate/new")
    begin(page, "LDN", "decreases", "nausea-like feeling", "LDN cures all", sample_size="many")
    page.click("button[value=save]")
    page.locator("[role=alert]", has_text="Not saved").wait_for()
    said = page.locator("main").inner_text()
    assert "“many” is no whole number" in said
    assert "Nothing here is called “nausea-like feeling” yet" in said
    for words in ("exact:", "evidence.0", "_", "`", "strength.yaml", "--texts"):
        assert words not in said, words


def test_evidence_is_not_offered_to_a_claim_that_waits(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    item = {
        "source": "smith-2011", "direction": "supports", "certainty": "asserted",
        "role": "background", "basis": ["none-stated"], "finding": "made for a test",
    }  # fmt: skip
    ends = {"subject": "low-dose-naltrexone", "predicate": "affects", "object": "weakness"}
    desk = Workspace.open(workspace)
    desk.create({"id": "it-waits", **ends, "evidence": [item]}, by="ada")
    desk.submit("it-waits", by="ada")
    page = as_person("cleo", "/curate/new")
    begin(page, "LDN", "affects", "weakness", "LDN reduces weariness")
    near = page.locator("#preview .doubts li", has_text="says the same").last
    near.locator("text=waits for review").wait_for()
    assert near.locator("button").count() == 0
