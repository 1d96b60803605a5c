"""What people do to a workspace: who may, what is on record, what stays in force meanwhile."""

from pathlib import Path

import pytest

from ldn_graph.curation import transitions
from ldn_graph.errors import Conflict, DataError, NotAllowed, UnknownName, UsageError
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Agent, Claim, Entity, Source
from ldn_graph.records.vocabularies import AgentKind, AgentRole, Kind, ReviewReason, Status
from ldn_graph.workspace import Workspace, journal
from tests.curators import (
    ADA,
    ANN,
    BEN,
    BOT,
    CAS,
    CONTESTED,
    EVE,
    INFLAMMATION,
    fields,
    measured,
    staffed,
)
from tests.curators import copied as copied_to

NEW = "endorphin-decreases-inflammation-again"


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    return staffed(copied_to(tmp_path))


def plain_claim(desk: Workspace) -> dict[str, object]:
    """A claim that needs no second reviewer."""
    return fields(desk.corpus.claims["endorphin-decreases-inflammation"], NEW, note="again")


def on_disk(desk: Workspace, name: str) -> Claim:
    """What somebody who reads the files sees in force."""
    return corpora.read(desk.folder)[0].claims[name]


def test_a_claim_goes_its_way_and_everything_is_on_record(desk: Workspace) -> None:
    desk.create(plain_claim(desk), by=ANN, why="from the text")
    assert on_disk(desk, NEW).status is Status.DRAFT
    desk.submit(NEW, by=ANN)
    desk.return_(NEW, by=BEN, why="whose?", reasons=[ReviewReason.ENTITY])
    desk.edit(NEW, {"note": "the body's own"}, by=ANN)
    desk.submit(NEW, by=ANN)
    done = desk.accept(NEW, by=BEN)
    assert done.claim == on_disk(desk, NEW) == desk.corpus.claims[NEW]
    assert done.claim is not None and done.claim.current and not done.told
    acts = ["create", "submit", "return", "edit", "submit", "accept"]
    assert [e.action for e in desk.history(f"claim/{NEW}")] == acts
    assert [e.action for e in done.claim.history] == acts
    returned = desk.history(f"claim/{NEW}")[2]
    assert (returned.by, returned.why, returned.reasons) == (BEN, "whose?", ("entity",))
    with pytest.raises(UsageError, match="is there already, or was once; give another id"):
        desk.create(plain_claim(desk), by=ANN)


def test_the_next_version_waits_beside_the_one_in_force(desk: Workspace) -> None:
    before = on_disk(desk, INFLAMMATION)
    desk.edit(INFLAMMATION, {"note": "second"}, by=ANN, why="clearer")
    assert on_disk(desk, INFLAMMATION) == before == desk.corpus.claims[INFLAMMATION]
    assert desk.claim(INFLAMMATION).status is Status.DRAFT
    assert transitions.version(desk.claim(INFLAMMATION).history) == 2
    desk.submit(INFLAMMATION, by=ANN)
    assert on_disk(desk, INFLAMMATION) == before
    done = desk.accept(INFLAMMATION, by=BEN)
    assert on_disk(desk, INFLAMMATION).note == "second" and done.claim is not None
    assert done.claim.history[: len(before.history)] == before.history
    assert not desk.corpus.proposals and not list((desk.folder / "proposals").iterdir())


def test_a_next_version_that_is_rejected_changes_nothing_and_is_kept(desk: Workspace) -> None:
    before = on_disk(desk, INFLAMMATION)
    desk.edit(INFLAMMATION, {"note": "worse"}, by=ANN, why="shorter")
    desk.submit(INFLAMMATION, by=ANN)
    desk.reject(INFLAMMATION, by=BEN, why="no", reasons=[ReviewReason.OTHER])
    assert desk.claim(INFLAMMATION) == on_disk(desk, INFLAMMATION) == before
    assert "note: worse" in str(list(journal.read(desk.folder))[-1].kept)
    desk.edit(INFLAMMATION, {"note": "better"}, by=ANN, why="clearer")


def test_nobody_reviews_their_own(desk: Workspace) -> None:
    desk.create(plain_claim(desk), by=CAS)
    desk.submit(NEW, by=CAS)
    seq = desk.seq
    with pytest.raises(UsageError, match="cas wrote or submitted it, so can't accept it"):
        desk.accept(NEW, by=CAS)
    with pytest.raises(UsageError, match="so can't reject it"):
        desk.reject(NEW, by=CAS, why="mine")
    assert desk.seq == seq and desk.claim(NEW).status is Status.SUBMITTED


def test_two_reviewers_where_much_hangs_on_it(desk: Workspace) -> None:
    desk.create(measured("new"), by=ANN)
    desk.submit("new", by=ANN)
    first = desk.accept("new", by=BEN)
    assert first.action == "endorse" and not on_disk(desk, "new").current
    assert first.told[0].startswith("another reviewer has to accept it too: its evidence level is")
    with pytest.raises(UsageError, match="ben has endorsed it already"):
        desk.accept("new", by=BEN)
    assert desk.accept("new", by=CAS).claim == on_disk(desk, "new")
    assert on_disk(desk, "new").current


def test_roles_are_held(desk: Workspace) -> None:
    desk.create(plain_claim(desk), by=BOT)
    with pytest.raises(NotAllowed, match="bot is a program, so may not submit"):
        desk.submit(NEW, by=BOT)
    desk.submit(NEW, by=ANN)
    with pytest.raises(NotAllowed, match=r"ann may not accept claim .*ask an admin for that role"):
        desk.accept(NEW, by=ANN)
    with pytest.raises(NotAllowed, match="may not retract"):
        desk.retract(INFLAMMATION, by=BEN, why="gone")
    with pytest.raises(NotAllowed, match="may not add or change agents"):
        desk.put_agent(desk.agent(BOT), by=EVE)
    with pytest.raises(UnknownName, match="unknown agent 'an'"):
        desk.comment(NEW, by="an", why="hm")


def test_a_claim_is_retracted_with_its_next_version(desk: Workspace) -> None:
    desk.edit(INFLAMMATION, {"note": "x"}, by=ANN, why="y")
    desk.retract(INFLAMMATION, by=EVE, why="the text was withdrawn")
    assert on_disk(desk, INFLAMMATION).status is Status.RETRACTED
    assert desk.claim(INFLAMMATION).status is Status.RETRACTED
    assert corpora.read(desk.folder)[0].proposals == {}


def test_several_drafts_are_made_together_or_not_at_all(desk: Workspace) -> None:
    good, seq = plain_claim(desk), desk.seq
    with pytest.raises(DataError, match="nowhere"):
        desk.create_all([good, {**good, "id": "other", "subject": "nowhere"}], by=ANN)
    assert desk.seq == seq and NEW not in desk.corpus.claims
    done = desk.create_all([good, {**good, "id": "other"}], by=ANN, why="imported")
    assert done.record == "several" and {NEW, "other"} <= set(corpora.read(desk.folder)[0].claims)
    assert len(desk.history("claim/other")) == 1


# ---- two editors


def test_the_second_editor_is_told_and_keeps_what_he_wrote(desk: Workspace) -> None:
    desk.create(plain_claim(desk), by=ANN)
    seen = desk.digest(desk.claim(NEW))
    desk.edit(NEW, {"note": "hers"}, by=ANN, why="clearer", expected=seen)
    with pytest.raises(Conflict) as caught:
        desk.edit(NEW, {"note": "his"}, by=CAS, expected=seen)
    told = str(caught.value)
    assert told.startswith(f"claim/{NEW} is no longer as you saw it: ann did edit at 2026-12-01")
    assert "(clearer), change" in told
    (form,) = desk.unfinished.names(CAS)
    assert desk.unfinished.load(CAS, form) == {"id": NEW, "note": "his"}
    assert caught.value.kept in told and Path(str(caught.value.kept)).is_file()
    assert desk.claim(NEW).note == "hers" and caught.value.status == 409


def test_a_comment_disturbs_no_editor(desk: Workspace) -> None:
    seen = desk.digest(desk.claim(INFLAMMATION))
    desk.comment(INFLAMMATION, by=BEN, why="how sure?")
    desk.comment(INFLAMMATION, by=CAS, why="not very")
    done = desk.edit(INFLAMMATION, {"note": "n"}, by=ANN, why="clearer", expected=seen)
    assert done.claim is not None
    assert [e.action for e in done.claim.history[-3:]] == ["comment", "comment", "revise"]
    assert desk.corpus.claims[INFLAMMATION].current


def test_an_accepted_claim_was_the_one_that_was_seen(desk: Workspace) -> None:
    desk.create(plain_claim(desk), by=ANN)
    desk.submit(NEW, by=ANN)
    seen = desk.digest(desk.claim(NEW))
    desk.withdraw(NEW, by=ANN)
    desk.edit(NEW, {"note": "changed"}, by=ANN)
    desk.submit(NEW, by=ANN)
    with pytest.raises(Conflict):
        desk.accept(NEW, by=BEN, expected=seen)
    assert desk.accept(NEW, by=BEN, expected=desk.digest(desk.claim(NEW))).action == "accept"


# ---- sources, entities, agents


def test_a_retracted_source_flags_its_claims_and_takes_nothing_new(desk: Workspace) -> None:
    done = desk.retract_source("synthetic-trial-a", by=EVE, why="withdrawn by the journal")
    assert f"{CONTESTED} rests on it" in done.told
    assert corpora.read(desk.folder)[0].sources["synthetic-trial-a"].retracted
    citing = fields(desk.corpus.claims[CONTESTED], "new")
    with pytest.raises(UsageError, match="rests on synthetic-trial-a, which was retracted; take"):
        desk.create(citing, by=ANN)
    desk.edit(CONTESTED, {"note": "what rests on it already may stay"}, by=ANN, why="note")
    with pytest.raises(UsageError, match="is retracted already"):
        desk.retract_source("synthetic-trial-a", by=EVE, why="again")


def test_entities_and_sources_are_added_together_or_not_at_all(desk: Workspace) -> None:
    heart = Entity(id="heart", label="heart", kind=Kind.ANATOMY)
    lung = Entity(id="lung", label="lung", kind=Kind.ANATOMY)
    book = Source(id="a-book", type="book", title="A book")
    desk.add([heart, lung, book], by=ANN)
    found = corpora.read(desk.folder)[0]
    assert found == desk.corpus and {"heart", "lung"} <= set(found.entities)
    assert found.sources["a-book"] == book
    with pytest.raises(UsageError, match="entity 'lung' is there already"):
        desk.add([Entity(id="liver", label="liver", kind=Kind.ANATOMY), lung], by=ANN)
    assert "liver" not in corpora.read(desk.folder)[0].entities


def test_an_entity_is_changed_where_it_stands(desk: Workspace) -> None:
    old = desk.corpus.entities["inflammation"]
    new = old.model_copy(update={"definition": "A synthetic process."})
    with pytest.raises(NotAllowed):
        desk.change(new, by=ANN, why="defined")
    desk.change(new, by=EVE, why="defined", expected=desk.digest(old))
    assert corpora.read(desk.folder)[0].entities["inflammation"] == new
    assert [p.name for p in (desk.folder / "entities").iterdir()] == ["all.yaml"]
    with pytest.raises(Conflict):
        desk.change(old, by=EVE, why="back", expected=desk.digest(old))


def test_the_first_admin_names_himself_and_nobody_else_can(tmp_path: Path) -> None:
    desk = Workspace.open(copied_to(tmp_path))
    mal = Agent(id="mal", name="Mal", kind=AgentKind.PERSON, roles=(AgentRole.EDITOR,))
    with pytest.raises(UnknownName):
        desk.put_agent(mal, by="mal")
    ada = Agent(id=ADA, name="Ada", kind=AgentKind.PERSON, roles=(AgentRole.ADMIN,))
    desk.put_agent(ada, by=ADA)
    with pytest.raises(UnknownName):
        desk.put_agent(mal.model_copy(update={"roles": (AgentRole.ADMIN,)}), by="mal")
    with pytest.raises(UsageError, match="is the only admin"):
        desk.put_agent(ada.model_copy(update={"roles": ()}), by=ADA)
