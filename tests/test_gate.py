"""What can't come into force, whoever asks: and what can be done about everything else."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from ldn_graph.errors import FailedChecks, NotAllowed, UsageError
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import Entity
from ldn_graph.records.vocabularies import Kind, Status
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.sheet_import import take
from tests.curators import ADA, ANN, BEN, CAS, CONTESTED, EVE, INFLAMMATION, copied, staffed

OTHER = "endorphin-decreases-inflammation"
TEXT = "Endorphin does not regulate inflammation. Endorphin regulates inflammation. "


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    return staffed(copied(tmp_path))


def item(**changes: Any) -> dict[str, Any]:
    return {
        "source": "synthetic-trial-a", "direction": "supports", "certainty": "asserted",
        "role": "background", "basis": ["none-stated"], "finding": "made for a test",
    } | changes  # fmt: skip


def draft(desk: Workspace, name: str, **changes: Any) -> None:
    desk.create(
        {"id": name, "subject": "endorphin", "predicate": "regulates", "object": "inflammation",
         "evidence": [item(**changes)]}, by=ANN,
    )  # fmt: skip


def refused(act: Any) -> str:
    with pytest.raises(FailedChecks) as caught:
        act()
    assert caught.value.status == 422 and caught.value.exit_code == 2
    return str(caught.value)


# ---- the gate


def test_an_error_stops_the_handing_in_and_leaves_a_draft(desk: Workspace) -> None:
    dose = {"text": "4.5 mg daily", "low": "45", "high": "45", "unit": "mg"}
    draft(desk, "wrong", dose=dose)
    seq = desk.seq
    told = refused(lambda: desk.submit("wrong", by=ANN, why="it is right"))
    assert "evidence.0.dose" in told and "says 4.5 mg" in told
    assert desk.seq == seq and desk.claim("wrong").status is Status.DRAFT


def test_an_error_that_came_later_stops_the_accepting(desk: Workspace) -> None:
    draft(desk, "first")
    draft(desk, "second")
    for name in ("first", "second"):
        desk.submit(name, by=ANN)
    desk.accept("first", by=BEN)
    told = refused(lambda: desk.accept("second", by=BEN, why="all the same"))
    assert "says the same as first, which is in force" in told
    desk.return_("second", by=BEN, why="put it under the first")
    desk.discard("second", by=ANN)
    assert desk.claim("second").status is Status.REJECTED


def test_a_next_version_must_not_become_a_twin(desk: Workspace) -> None:
    draft(desk, "new")
    desk.submit("new", by=ANN)
    desk.accept("new", by=BEN)
    desk.edit("new", {"predicate": "decreases"}, by=ANN, why="more exact")
    assert f"says the same as {OTHER}" in refused(lambda: desk.submit("new", by=ANN))
    desk.discard("new", by=ANN)
    assert desk.claim("new").current and "new" not in desk.corpus.proposals


def test_a_warning_takes_a_reason_once(desk: Workspace) -> None:
    quote = {"exact": "Endorphin does not regulate inflammation", "start": 0, "end": 40}
    source = desk.corpus.sources["synthetic-trial-a"]
    known = {"text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(), "text_length": len(TEXT)}
    desk.change(source.model_copy(update=known), by=ADA, why="its text")
    assert desk.shelf is not None
    desk.shelf.mkdir(parents=True)
    (desk.shelf / "a.txt").write_text(TEXT, encoding="utf-8")
    draft(desk, "denied", quote=quote)
    told = refused(lambda: desk.submit("denied", by=ANN))
    assert "denies something" in told and "say why it is right all the same" in told
    desk.submit("denied", by=ANN, why="“not” is about another group")
    desk.accept("denied", by=BEN)
    assert desk.claim("denied").current


def test_a_quote_is_held_against_the_text_that_is_kept(desk: Workspace) -> None:
    source = desk.corpus.sources["synthetic-trial-a"]
    known = {"text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(), "text_length": len(TEXT)}
    desk.change(source.model_copy(update=known), by=ADA, why="its text")
    quote = {"exact": "Endorphin regulates inflammation", "start": 0, "end": 32}
    draft(desk, "misplaced", quote=quote)
    assert desk.shelf is not None
    desk.shelf.mkdir(parents=True)
    (desk.shelf / "a.txt").write_text(TEXT, encoding="utf-8")
    told = refused(lambda: desk.submit("misplaced", by=ANN, why="sure"))
    assert "it stands at" in told
    right = {"exact": quote["exact"], "start": 42, "end": 74}
    desk.edit("misplaced", {"evidence": [item(quote=right) | {"id": "e1"}]}, by=ANN)
    desk.submit("misplaced", by=ANN)


def test_a_sheet_brings_drafts_and_these_pass_the_gate_too(desk: Workspace) -> None:
    from ldn_graph.exchange.sheets.drafts import Drafts

    seen = desk.corpus
    twin = seen.claims[INFLAMMATION].model_copy(update={"id": "of-a-sheet"})
    take(desk, Drafts(new=(twin,)), seen, by=ANN)
    assert desk.claim("of-a-sheet").status is Status.DRAFT
    assert "says the same" in refused(lambda: desk.submit("of-a-sheet", by=ANN, why="x"))


# ---- ends


def test_only_its_authors_and_editors_discard_a_draft(desk: Workspace) -> None:
    draft(desk, "hers")
    with pytest.raises(NotAllowed, match="is not cas's"):
        desk.discard("hers", by=CAS, why="a twin")
    with pytest.raises(UsageError, match="say why"):
        desk.discard("hers", by=EVE)
    desk.discard("hers", by=EVE, why="a twin")
    with pytest.raises(UsageError, match="is there already, or was once"):
        draft(desk, "hers")


def test_what_somebody_who_left_had_open_goes_to_somebody_else(desk: Workspace) -> None:
    draft(desk, "hers")
    desk.edit(OTHER, {"note": "more"}, by=ANN, why="clearer")
    desk.unfinished.save(ANN, "half", {"note": "half"})
    assert set(desk.open_of(ANN)) == {"hers", OTHER}
    with pytest.raises(NotAllowed):
        desk.reassign("hers", to=CAS, by=BEN, why="she left")
    with pytest.raises(NotAllowed, match="may not go on with claims"):
        desk.reassign("hers", to=BEN, by=EVE, why="she left")
    for name in desk.open_of(ANN):
        desk.reassign(name, to=CAS, by=EVE, why="she left")
    desk.unfinished.give(ANN, CAS)
    assert set(desk.open_of(CAS)) == {"hers", OTHER} and desk.open_of(ANN) == ()
    assert desk.unfinished.names(CAS) == ("half",) and desk.unfinished.names(ANN) == ()
    desk.submit("hers", by=CAS)
    with pytest.raises(UsageError, match="wrote or submitted it"):
        desk.accept("hers", by=CAS)


def test_an_obsolete_claim_names_what_takes_its_place(desk: Workspace) -> None:
    with pytest.raises(UsageError, match="is no other claim in force"):
        desk.obsolete(OTHER, by=EVE, why="said better", replaced_by="nowhere")
    desk.obsolete(OTHER, by=EVE, why="said better", replaced_by=INFLAMMATION)
    gone = Workspace.open(desk.folder).claim(OTHER)
    assert gone.status is Status.RETRACTED and gone.history[-1].replaced_by == INFLAMMATION


def test_a_source_that_was_retracted_by_mistake_counts_again(desk: Workspace) -> None:
    graph = EvidenceGraph.open(desk.folder)
    before = graph.strengths[CONTESTED]
    desk.retract_source("synthetic-trial-a", by=EVE, why="retracted")
    assert EvidenceGraph.open(desk.folder).strengths[CONTESTED] != before
    with pytest.raises(UsageError, match="say why"):
        desk.reinstate_source("synthetic-trial-a", by=EVE, why=" ")
    desk.reinstate_source("synthetic-trial-a", by=EVE, why="it was another paper")
    assert EvidenceGraph.open(desk.folder).strengths[CONTESTED] == before
    with pytest.raises(UsageError, match="is not retracted"):
        desk.reinstate_source("synthetic-trial-a", by=EVE, why="again")


# ---- two things that are one


def test_all_claims_follow_and_the_old_id_answers(desk: Workspace) -> None:
    draft(desk, "a-draft")
    desk.edit(OTHER, {"note": "more"}, by=ANN, why="clearer")
    kept = desk.corpus.entities["drugamine"]
    old = desk.corpus.entities["endorphin"]
    with pytest.raises(NotAllowed):
        desk.merge("endorphin", "drugamine", by=ANN, why="one")
    # two claims in force would say the same, and one be about a thing and itself
    with pytest.raises(UsageError, match=f"claims '{INFLAMMATION}' and '{OTHER}' would say the"):
        desk.merge("endorphin", "drugamine", by=EVE, why="one thing")
    desk.obsolete(OTHER, by=EVE, why="one thing", replaced_by=INFLAMMATION)
    done = desk.merge("endorphin", "drugamine", by=EVE, why="one thing")
    assert "endorphin answers as drugamine now" in done.told[0]
    again = Workspace.open(desk.folder)
    for corpus in (desk.corpus, again.corpus):
        assert "endorphin" not in corpus.entities
        merged = corpus.entity_called("endorphin")
        assert merged is not None and merged.id == kept.id and old.label in merged.names
        ends = [
            (c.subject, c.object) for c in (*corpus.claims.values(), *corpus.proposals.values())
        ]
        assert all("endorphin" not in pair for pair in ends)
        assert corpus.claims["a-draft"].subject == "drugamine"
    graph = EvidenceGraph.open(desk.folder)
    assert graph.entity("endorphin").id == "drugamine"


def test_results_follow_the_thing_that_they_are_an_outcome_of(desk: Workspace) -> None:
    name = "drugamine-antagonises-opioid-receptor"
    assert desk.corpus.claims[name].evidence[0].results[0].outcome == "inflammation"
    swelling = Entity(id="swelling", label="swelling", kind=Kind.PATHWAY)
    desk.add([swelling], by=ADA)
    desk.merge("inflammation", "swelling", by=EVE, why="one thing")
    for corpus in (desk.corpus, Workspace.open(desk.folder).corpus):
        assert corpus.claims[name].evidence[0].results[0].outcome == "swelling"


def test_a_thing_is_not_merged_into_what_it_is_a_kind_of(desk: Workspace) -> None:
    narrow = desk.corpus.entities["drugamine"].model_copy(
        update={"id": "sub", "label": "sub", "synonyms": (), "broader": ("drugamine",),
                "hidden_labels": (), "mappings": ()}
    )  # fmt: skip
    desk.add([narrow], by=ADA)
    for pair in (("sub", "drugamine"), ("drugamine", "sub")):
        with pytest.raises(UsageError, match="one is the broader thing of the other"):
            desk.merge(*pair, by=EVE, why="one")
    with pytest.raises(UsageError, match="into itself"):
        desk.merge("sub", "sub", by=EVE, why="one")


def test_a_name_is_added_only_as_a_text_has_it(desk: Workspace) -> None:
    said = ["It eased the swelling in each group."]
    for words, told in (
        ("", "type the words"),
        ("endorphin", "means endorphin"),
        ("the moon", "stands neither in the quote"),
    ):
        with pytest.raises(UsageError, match=told):
            desk.name_also("inflammation", words, said, by=ANN)
    desk.name_also("inflammation", "swelling", said, by=ANN)
    assert "swelling" in Workspace.open(desk.folder).corpus.entities["inflammation"].synonyms
    with pytest.raises(UsageError, match="is a name of it already"):
        desk.name_also("inflammation", "Swelling", said, by=ANN)
