"""Curation in a real browser: from a passage to a claim in force, by two people."""

import hashlib
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
from effort import crossed
from serving import browse as browse
from serving import look as look
from serving import served
from serving import used_pages as used_pages

from ldn_graph.records.model import Source
from ldn_graph.workspace import Workspace

WORDS = "Low-dose naltrexone may reduce fatigue in people with lupus."
TEXT = (
    "A text made for a test 🧪\n"
    "It begins with signs 🧠🧪 that take two places in a browser. "
    f"{WORDS} It is <b>not</b> known why.\n"
)
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped corpus as a workspace of three people, with a text beside it."""
    folder = curated(tmp_path_factory.mktemp("curated") / "corpus")
    desk = Workspace.open(folder)
    source = Source(
        id="made-for-a-test", type="webpage", title="A text <i>made</i> for a test",
        text_sha256=DIGEST, text_length=len(TEXT), unused_because="it is new",
    )  # fmt: skip
    desk.add([source], by="ada")
    texts = folder.parent / "texts"
    texts.mkdir()
    (texts / "made.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(workspace: Path) -> Iterator[str]:
    texts = str(workspace.parent / "texts")
    with served("--curate", "--texts", texts, data=workspace) as address:
        yield address


def select(page: Any, words: str) -> None:
    """Select words of the text, as a mouse would leave them selected."""
    page.evaluate(
        """(words) => {
          const walk = document.createTreeWalker(document.getElementById("text"), 4);
          const nodes = []; let whole = "";
          while (walk.nextNode()) { nodes.push([whole.length, walk.currentNode]);
                                    whole += walk.currentNode.data; }
          const at = whole.indexOf(words), end = at + words.length;
          const place = (n) => { const [from, node] = nodes.findLast(([f]) => f <= n);
                                 return [node, n - from]; };
          const range = document.createRange();
          range.setStart(...place(at)); range.setEnd(...place(end));
          const selection = getSelection(); selection.removeAllRanges(); selection.addRange(range);
        }""",
        words,
    )


def test_from_a_passage_to_a_claim_in_force(
    as_person: Callable[..., Any], workspace: Path, site: str
) -> None:
    page = as_person("cleo", "/curate/read/made-for-a-test")
    assert page.locator("#text mark").all_inner_texts() == ["may"]
    assert page.locator("#text b").count() == 0  # the text's own signs are text
    select(page, WORDS.rstrip("."))
    page.click("#taken a")

    start = TEXT.index(WORDS)  # characters, not a browser's units
    value = page.locator("[name='evidence.0.quote.exact']").input_value
    assert value() == WORDS.rstrip(".")
    assert page.locator("[name='evidence.0.quote.start']").input_value() == str(start)
    assert page.locator("[name='evidence.0.certainty']").input_value() == "speculative"
    assert page.locator("[name='subject']").input_value() == "low-dose naltrexone"
    page.select_option("[name=predicate]", "decreases")
    page.fill("[name=object]", "MS")  # a synonym will do
    page.locator("#preview .reads", has_text="reduces multiple sclerosis").wait_for()
    page.fill("[name=object]", "fatigue")
    page.locator("#preview .reads", has_text="reduces fatigue").wait_for()
    page.fill("[name=id]", "made-for-a-test-claim")
    page.locator("#preview .badges", has_text="no study bears on it").wait_for()
    page.locator("#preview .picture img.day").wait_for()
    no_axe_findings(page)
    page.click("button[value=submit]")
    page.locator("[role=status]", has_text="handed in").wait_for()
    assert page.locator("button[value=accept]").count() == 0  # nobody reviews their own
    no_axe_findings(page)

    reviewer = as_person("grace")
    no_axe_findings(reviewer)
    reviewer.click("#queue ~ ul a >> nth=0")
    assert WORDS.rstrip(".") in reviewer.locator(".beside .exact").inner_text()
    reviewer.fill("#why", "Says so, in these words <script>alert(1)</script>")
    reviewer.click("button[value=accept]")
    reviewer.locator("[role=status]", has_text="accept").wait_for()
    assert "status: accepted" in (workspace / "claims" / "made-for-a-test-claim.yaml").read_text()

    for _ in range(50):  # visitors see it a moment later
        reviewer.goto(f"{site}/claim/made-for-a-test-claim")
        if reviewer.locator("h1.sentence").count():
            break
        reviewer.wait_for_timeout(100)
    assert "reduces fatigue" in reviewer.locator("h1.sentence").inner_text()


def test_what_is_typed_survives_a_closed_browser(as_person: Callable[..., Any]) -> None:
    page = as_person("cleo", "/curate/new")
    page.fill("[name=subject]", "LDN")
    page.fill("[name=note]", "half a thought")
    page.locator("#kept", has_text="Kept").wait_for()
    page.context.close()
    again = as_person("cleo")
    again.click("#unfinished ~ ul a >> nth=0")
    assert again.locator("[name=note]").input_value() == "half a thought"
    assert again.locator("[name=subject]").input_value() == "low-dose naltrexone"


def test_an_incomplete_claim_is_told_by_field_and_keeps_its_words(
    as_person: Callable[..., Any], browse: Any
) -> None:
    browse.expected.append("422")
    page = as_person("cleo", "/curate/new")
    page.fill("[name=subject]", "crohn-disease")
    page.fill("[name=note]", "kept here")
    page.click("button[value=save]")
    page.locator("[role=alert]", has_text="Not saved").wait_for()
    assert page.locator("[name=note]").input_value() == "kept here"
    assert "Nothing here is called" in page.locator("[id='w-subject']").inner_text()
    near = page.locator("#preview li.missing button", has_text="Take “Crohn’s disease”")
    near.click()
    near.wait_for(state="detached")
    assert page.locator("[name=subject]").input_value() == "Crohn’s disease"
    no_axe_findings(page)


def test_the_second_of_two_editors_is_told_and_loses_nothing(
    as_person: Callable[..., Any], workspace: Path, browse: Any
) -> None:
    browse.expected.append("409")
    desk = Workspace.open(workspace)
    item = {
        "id": "e1", "source": "made-for-a-test", "direction": "supports", "certainty": "asserted",
        "role": "background", "basis": ["none-stated"], "finding": "made for a test",
    }  # fmt: skip
    desk.create(
        {"id": "two-editors", "subject": "low-dose-naltrexone", "predicate": "affects",
         "object": "lupus", "evidence": [item]}, by="cleo",
    )  # fmt: skip
    pages = [as_person(name, "/curate/claim/two-editors/edit") for name in ("cleo", "ada")]
    for page, words in zip(pages, ("from Cleo", "from Ada"), strict=True):
        page.fill("[name=note]", words)
        page.click("button[value=save]")
        page.wait_for_load_state()
    assert "saved as a draft" in pages[0].locator(".notice[role=status]").inner_text()
    assert "no longer as you saw it" in pages[1].locator("[role=alert]").inner_text()
    assert pages[1].locator("[name=note]").input_value() == "from Ada"
    assert "from Cleo" in (workspace / "claims" / "two-editors.yaml").read_text()
    assert any("overtaken" in p.name for p in (workspace / "unfinished" / "ada").iterdir())


def test_a_new_entity_is_at_hand_at_once_and_hostile_words_are_words(
    as_person: Callable[..., Any], site: str
) -> None:
    page = as_person("cleo", "/curate/entity")
    page.fill("#label", "<img src=x onerror=alert(1)> fatigue")
    page.select_option("#kind", "symptom")
    page.click("main form.card button")
    page.locator("[role=status]", has_text="is there now").wait_for()
    page.goto(f"{site}/curate/new")
    page.fill("[name=subject]", "LDN")
    page.select_option("[name=predicate]", "decreases")
    page.fill("[name=object]", "<img src=x onerror=alert(1)> fatigue")
    page.locator("#preview .reads", has_text="<img src=x").wait_for()


def test_a_record_becomes_a_source(as_person: Callable[..., Any]) -> None:
    page = as_person("cleo", "/curate/source")
    page.fill("#record", "TY  - JOUR\nTI  - Made for a test\nAU  - Doe, Jane\nPY  - 2020\nER  - \n")
    page.click("main form.claim-form button.main")
    page.locator("[role=status] a", has_text="doe-2020").wait_for()
    no_axe_findings(page)


@pytest.mark.parametrize(
    ("path", "scheme"),
    crossed(["/curate", "/curate/texts", "/curate/read/made-for-a-test", "/curate/new",
     "/curate/guide", "/curate/guide/curation",
     "/curate/entity", "/curate/source", "/curate/changes",
     "/curate/people", "/curate/entity/merge",
     "/curate/claim/ldn-for-crohns-disease", "/curate/claim/ldn-for-crohns-disease/edit",
     "/curate/claim/ldn-for-crohns-disease/versions"], ["light", "dark"]),
)  # fmt: skip
def test_every_page_is_accessible_and_fits_a_phone(
    look_as: Callable[..., Any], path: str, scheme: str
) -> None:
    page = look_as("ada", path, color_scheme=scheme, viewport={"width": 360, "height": 740})
    no_axe_findings(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_pasted_text_is_read_at_once_and_kept_out_of_the_corpus(
    as_person: Callable[..., Any], workspace: Path, browse: Any
) -> None:
    browse.expected.append("400")
    page = as_person("cleo", "/curate/source")
    page.click("main form.claim-form button.main")
    page.locator("[role=alert]", has_text="there is neither").wait_for()
    page.fill("#text", "Low-dose naltrexone might help with sleep.\n<script>alert(1)</script>")
    page.locator("summary", has_text="no record").click()
    page.fill("#title", "Pasted for a test")
    page.click("main form.claim-form button.main")
    page.wait_for_url("**/curate/read/pasted-for-a-test")
    page.locator("#text mark", has_text="might").wait_for()
    held = (workspace.parent / "texts" / "pasted-for-a-test.txt").read_text()
    assert held.startswith("Low-dose naltrexone might")
    record = (workspace / "sources" / "pasted-for-a-test.yaml").read_text()
    assert hashlib.sha256(held.encode()).hexdigest() in record and "might help" not in record


def test_a_quote_can_be_added_to_the_claim_that_says_the_same(
    as_person: Callable[..., Any], workspace: Path
) -> None:
    start = TEXT.index(WORDS)
    query = f"source=made-for-a-test&start={start}&end={start + len(WORDS) - 1}"
    page = as_person("cleo", f"/curate/new?{query}")
    page.fill("[name=subject]", "LDN")
    page.select_option("[name=predicate]", "decreases")
    page.fill("[name=object]", "inflammation")
    near = page.locator("#preview li", has_text="says the same; add the evidence")
    near.locator("button", has_text="add the evidence to it").click()
    page.locator("h1", has_text="The next version of ldn-decreases-inflammation").wait_for()
    last = page.locator("textarea[name$='quote.exact']").last
    assert last.input_value() == WORDS.rstrip(".")
    page.fill("#f-why", "the same in another text")
    page.click("button[value=save]")
    page.locator(".notice[role=status]", has_text="saved as a draft").wait_for()
    assert "one statement added" in page.locator(".differences").inner_text()
    next_version = (workspace / "proposals" / "ldn-decreases-inflammation.yaml").read_text()
    in_force = (workspace / "claims" / "ldn-decreases-inflammation.yaml").read_text()
    assert "made-for-a-test" in next_version and "made-for-a-test" not in in_force
