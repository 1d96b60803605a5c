"""Past states, versions, and what changed between them, in words."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from ldn_graph.errors import BadParameter, DataError, UnknownName, UsageError
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import Claim
from ldn_graph.workspace import Workspace, difference
from ldn_graph.workspace import history as past
from ldn_graph.workspace.history import History
from tests.curators import ANN, BEN, CAS, CONTESTED, EVE, INFLAMMATION, Clock, staffed
from tests.curators import copied as copied_to


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    return staffed(copied_to(tmp_path))


def accepted(desk: Workspace, name: str, **changes: object) -> Claim:
    """A next version of a claim, through review."""
    desk.edit(name, changes, by=ANN, why="clearer")
    desk.submit(name, by=ANN)
    desk.accept(name, by=BEN)
    if desk.corpus.claims[name] != desk.claim(name):
        desk.accept(name, by=CAS)
    return desk.corpus.claims[name]


def test_every_state_can_be_opened_again(desk: Workspace) -> None:
    states = {desk.seq: desk.corpus}
    desk.edit(INFLAMMATION, {"note": "n"}, by=ANN, why="clearer")
    states[desk.seq] = desk.corpus
    desk.submit(INFLAMMATION, by=ANN)
    states[desk.seq] = desk.corpus
    desk.accept(INFLAMMATION, by=BEN)
    states[desk.seq] = desk.corpus
    desk.retract_source("synthetic-trial-a", by=EVE, why="withdrawn")
    states[desk.seq] = desk.corpus
    assert len(states) == 5
    for seq, corpus in states.items():
        assert EvidenceGraph.open(desk.folder, as_of=seq).corpus == corpus
    assert EvidenceGraph.open(desk.folder).corpus == corpus


def test_a_history_makes_each_state_of_another_one(desk: Workspace) -> None:
    """Forwards, backwards, and over changes of the rules."""
    accepted(desk, INFLAMMATION, note="n")
    shipped = Path(__file__).parent.parent / "data" / "strength.yaml"
    text = shipped.read_text(encoding="utf-8").replace('version: "1.0"', 'version: "2.0"')
    (desk.folder / "strength.yaml").write_text(text, encoding="utf-8")
    desk.refresh()
    (desk.folder / "strength.yaml").unlink()
    desk.refresh()
    desk.retract(INFLAMMATION, by=EVE, why="withdrawn")
    history = History(desk.folder)
    entries = list(history.entries)
    for entry in (*entries, *reversed(entries), entries[0], entries[-1]):
        made, anew = history.state(entry), past.state(desk.folder, entry.seq)
        assert (made.corpus, made.rule, made.review) == (anew.corpus, anew.rule, anew.review)
    desk.comment(CONTESTED, by=BEN, why="later")
    assert history.entries[-1].why == "later" and history.state(history.entries[-1])


def test_a_history_follows_a_folder_that_was_replaced(desk: Workspace, tmp_path: Path) -> None:
    history = History(desk.folder)
    before = len(history.entries)
    copy = shutil.copytree(desk.folder, tmp_path / "copy")
    desk.comment(CONTESTED, by=BEN, why="later")
    assert len(history.entries) == before + 1
    shutil.rmtree(desk.folder)
    shutil.copytree(copy, desk.folder)
    (desk.folder / "journal" / "head").write_text("")
    assert len(history.entries) == before
    assert history.state(history.entries[-1]).corpus == past.state(desk.folder, before).corpus


def test_a_time_means_what_was_in_force_then(desk: Workspace) -> None:
    before, seq = desk.corpus, desk.seq
    last = desk._ledger.journal.entries[-1].at
    accepted(desk, INFLAMMATION, note="n")
    found = past.state(desk.folder, last + dt.timedelta(seconds=1))
    assert found.corpus == before == past.state(desk.folder, seq).corpus
    assert EvidenceGraph.open(desk.folder, as_of="2026-12-01").corpus == desk.corpus
    people = EvidenceGraph.open(desk.folder, as_of="2026-12-01T09:01:30").corpus.agents
    assert people.keys() == {"curator-one", "reviewer-two"}


def test_queries_see_the_past_and_the_present(desk: Workspace) -> None:
    seq = desk.seq
    desk.retract(INFLAMMATION, by=EVE, why="withdrawn")
    asked = "SELECT ?s { ldnc:drugamine-decreases-inflammation ldnv:status ?s }"
    for as_of, status in ((None, "retracted"), (str(seq), "accepted")):
        (row,) = EvidenceGraph.open(desk.folder, as_of=as_of).sparql(asked)
        assert str(row["s"]).endswith(f"status-{status}")
    with pytest.raises(UsageError, match="holds no past"):
        EvidenceGraph.open(desk.folder, store="somewhere", as_of=1)


def test_the_rule_of_that_time_is_used(desk: Workspace) -> None:
    rule = EvidenceGraph.open(desk.folder).rule
    seq = desk.seq
    shipped = Path(__file__).parent.parent / "data" / "strength.yaml"
    text = shipped.read_text(encoding="utf-8").replace('version: "1.0"', 'version: "2.0"')
    (desk.folder / "strength.yaml").write_text(text, encoding="utf-8")
    assert desk.refresh().picked_up == ("strength.yaml",) and desk.rule.version == "2.0"
    assert EvidenceGraph.open(desk.folder, as_of=seq).rule == rule


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("yesterday", "'yesterday' is no moment; give a day like 2026-11-23"),
        ("2026-13-01", "is no moment"),
        ("0", "its journal begins at 2026-12-01 09:01 UTC with change 1"),
        ("2025-01-01", "nothing on record of 2025-01-01 23:59 UTC; name a later moment"),
    ],
)
def test_moments_that_are_none_are_told(desk: Workspace, text: str, told: str) -> None:
    with pytest.raises((BadParameter, UsageError)) as caught:
        EvidenceGraph.open(desk.folder, as_of=text)
    assert told in str(caught.value)


def test_without_a_journal_there_is_no_past(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no journal, so no past"):
        EvidenceGraph.open(copied_to(tmp_path), as_of=1)


def test_looking_back_changes_nothing(desk: Workspace) -> None:
    paths = sorted((desk.folder / "journal").glob("*/*.json"))
    part = paths[-1].with_name(".of-a-writer.part")
    part.write_bytes(b"{")
    EvidenceGraph.open(desk.folder, as_of=1)
    assert part.read_bytes() == b"{"
    paths[-1].write_bytes(b"")
    with pytest.raises(DataError, match=r"\.json: was emptied; restore it"):
        EvidenceGraph.open(desk.folder, as_of=1)


# ---- versions and differences


def test_versions_are_numbered_and_readable(desk: Workspace) -> None:
    first = desk.corpus.claims[INFLAMMATION]
    second = accepted(desk, INFLAMMATION, note="n")
    desk.edit(INFLAMMATION, {"note": "third"}, by=ANN, why="clearer")
    found = past.versions(desk.folder, INFLAMMATION)
    assert found == {1: first, 2: second, 3: desk.claim(INFLAMMATION)}
    with pytest.raises(UnknownName):
        past.versions(desk.folder, "nothing")


def test_a_version_that_was_in_force_is_not_hidden_by_a_later_draft(desk: Workspace) -> None:
    second = accepted(desk, INFLAMMATION, note="n")
    desk.edit(INFLAMMATION, {"note": "no"}, by=ANN, why="clearer")
    desk.submit(INFLAMMATION, by=ANN)
    desk.reject(INFLAMMATION, by=BEN, why="no")
    found = past.versions(desk.folder, INFLAMMATION)
    assert found[2] == second and found[3].note == "no"


def test_a_difference_is_told_in_words(desk: Workspace) -> None:
    was, old = desk.state, desk.corpus.claims[CONTESTED]
    without = [i.model_dump(mode="json") for i in old.evidence if i.direction != "refutes"]
    aside = {"cues": [], "unhedged_cues": without[0]["cues"], "note": "it is about something else"}
    changed = [{**without[0], "certainty": "asserted", **aside}, *without[1:]]
    new = accepted(desk, CONTESTED, evidence=changed)
    told = difference.claims(old, new, was, desk.state)
    assert told[0] == "version 1 became version 2, because: clearer"
    assert "one study removed (synthetic-trial-b refutes, n=99)" in told
    assert any("certainty changed from" in line and "to asserted" in line for line in told), told
    assert any(
        line.startswith("the agreement of the sources changes from contested") for line in told
    )
    back = difference.claims(new, old, desk.state, was)
    assert any(line.startswith("one study added (synthetic-trial-b") for line in back)


def test_a_level_that_rises_is_told_with_its_reason(desk: Workspace) -> None:
    claim = desk.corpus.claims[CONTESTED]
    weak = claim.model_copy(update={"evidence": claim.evidence[:1]})
    told = difference.claims(weak, claim, desk.state, desk.state)
    (rise,) = [line for line in told if "grade changes" in line]
    assert rise.startswith("the grade changes from no study bears on it to very low certainty")


def test_two_states_differ_in_what_was_done_between_them(desk: Workspace) -> None:
    was = desk.state
    accepted(desk, INFLAMMATION, note="n")
    desk.retract_source("synthetic-trial-a", by=EVE, why="withdrawn")
    desk.comment("endorphin-decreases-inflammation", by=CAS, why="how sure?")
    told = difference.states(was, desk.state)
    assert f"claim {INFLAMMATION}: note added: n" in told
    assert "source synthetic-trial-a: it is retracted" in told
    assert "claim endorphin-decreases-inflammation: cas said: how sure?" in told
    assert any(line.startswith(f"claim {CONTESTED}: ") for line in told), "its strength changed"
    assert difference.states(was, was) == ()


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    clock = Clock()
    desk = staffed(copied_to(tmp_path))
    desk._clock = clock
    clock.now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    desk.comment(INFLAMMATION, by=BEN, why="hm")
    times = [e.at for e in desk._ledger.journal.entries]
    assert times == sorted(times)
