"""What happens to a workspace's files: edits by hand, killed writers, full and read-only disks."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ldn_graph.errors import Conflict, DataError, FileError
from ldn_graph.records import corpus as corpora
from ldn_graph.workspace import Workspace, commit, corpus_files, journal
from ldn_graph.workspace.entry import Entry
from tests.conftest import ROOT
from tests.curators import ADA, ANN, BEN, CAS, INFLAMMATION, fields, staffed
from tests.curators import copied as copied_to


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    return staffed(copied_to(tmp_path))


def claim_file(desk: Workspace, name: str = INFLAMMATION) -> Path:
    return desk.folder / "claims" / f"{name}.yaml"


def write(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def entries(desk: Workspace) -> list[Path]:
    """The files of a journal's entries."""
    return sorted((desk.folder / "journal").glob("*/*.json"))


def newest(desk: Workspace) -> Path:
    return desk._ledger.journal.path(desk.entries[-1])


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but the lock and the note of what is finished."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name not in ("lock", "head")
    }


# ---- minimal, canonical, complete


def test_a_change_touches_the_files_of_its_record_only(desk: Workspace) -> None:
    before = snapshot(desk.folder)
    desk.edit(INFLAMMATION, {"note": "n"}, by=ANN, why="clearer")
    after = snapshot(desk.folder)
    changed = {name for name in after if after[name] != before.get(name)}
    entry = str(newest(desk).relative_to(desk.folder))
    assert changed == {f"proposals/{INFLAMMATION}.yaml", entry}
    assert before.keys() <= after.keys()
    text = after[f"proposals/{INFLAMMATION}.yaml"].decode()
    assert text == corpora.dump(desk.corpus.proposals[INFLAMMATION])


def test_the_journal_only_grows_and_rebuilds_every_file(desk: Workspace) -> None:
    before = {path: path.read_bytes() for path in entries(desk)}
    desk.edit(INFLAMMATION, {"note": "n"}, by=ANN, why="clearer")
    assert before.items() <= {path: path.read_bytes() for path in entries(desk)}.items()
    rebuilt = journal.Journal.of(desk.folder).texts()
    assert rebuilt == {
        n: (desk.folder / n).read_text(encoding="utf-8") for n in corpus_files.names(desk.folder)
    }
    for path in entries(desk):
        assert {"at", "action", "record", "files"} <= json.loads(path.read_bytes()).keys()


def test_an_entry_reads_back_as_it_was_written(desk: Workspace) -> None:
    for entry in journal.read(desk.folder):
        assert replace(Entry.parse(entry.text()), seq=entry.seq) == entry


def test_what_was_typed_stands_in_the_journal_whatever_it_is(desk: Workspace) -> None:
    hostile = 'a"b\\ \u2028 <script>\r\nnew line: {} 😀'
    desk.comment(INFLAMMATION, by=BEN, why=hostile)
    again = Workspace.open(desk.folder)
    assert again.corpus.claims[INFLAMMATION].history[-1].why == hostile
    assert again.history(f"claim/{INFLAMMATION}")[-1].why == hostile


# ---- edits by hand


def test_a_good_edit_by_hand_is_picked_up_and_journalled(desk: Workspace) -> None:
    write(claim_file(desk), "status: accepted", "status: accepted\nnote: by hand")
    assert desk.corpus.claims[INFLAMMATION].note is None
    found = desk.refresh()
    assert found.picked_up == (f"claims/{INFLAMMATION}.yaml",) and not found.problems
    assert desk.corpus.claims[INFLAMMATION].note == "by hand"
    last = desk.history(f"claim/{INFLAMMATION}")[-1]
    assert (last.action, last.by) == ("edit-by-hand", None)
    assert desk.refresh().picked_up == ()


def test_a_bad_edit_by_hand_is_reported_and_left_alone(desk: Workspace) -> None:
    before = desk.corpus
    write(claim_file(desk), "predicate: decreases", "predicate: heals")
    bad = claim_file(desk).read_bytes()
    for seen in (desk, Workspace.open(desk.folder)):
        found = seen.refresh()
        assert not found.picked_up and "predicate is 'heals', which is unknown" in found.problems[0]
        assert found.problems[0].startswith(f"{claim_file(desk)}:")
        assert seen.corpus == before, "the last good state stays in force"
        with pytest.raises(Conflict, match="was changed by hand, and that has not been picked up"):
            seen.retract(INFLAMMATION, by="eve", why="x")
        assert claim_file(desk).read_bytes() == bad, "never overwritten"
    desk.comment("endorphin-decreases-inflammation", by=BEN, why="others go on")
    write(claim_file(desk), "predicate: heals", "predicate: decreases")
    assert desk.refresh().problems == () == desk.problems


def test_an_edit_by_hand_between_look_and_write_is_not_overwritten(desk: Workspace) -> None:
    write(claim_file(desk), "status: accepted", "status: accepted\nnote: by hand")
    mine = claim_file(desk).read_bytes()
    with pytest.raises(Conflict):
        desk.comment(INFLAMMATION, by=BEN, why="hm")
    assert claim_file(desk).read_bytes() == mine


def test_good_and_bad_edits_by_hand_are_kept_apart(desk: Workspace) -> None:
    other = "endorphin-decreases-inflammation"
    write(claim_file(desk, other), "status: accepted", "status: accepted\nnote: by hand")
    write(claim_file(desk), "object: inflammation", "object: nowhere")
    (desk.folder / "claims" / "new.yaml").write_bytes(b"\xff\xfe")
    found = desk.refresh()
    assert found.picked_up == (f"claims/{other}.yaml",)
    assert len(found.problems) == 2 and any("not UTF-8" in p for p in found.problems)
    assert any("unknown entity 'nowhere'" in p for p in found.problems)


def test_records_that_belong_together_are_picked_up_together(desk: Workspace) -> None:
    write(claim_file(desk), "object: inflammation", "object: swelling")
    entities = desk.folder / "entities" / "all.yaml"
    text = "- id: swelling\n  label: swelling\n  kind: symptom\n"
    entities.write_text(entities.read_text(encoding="utf-8") + text, encoding="utf-8")
    assert len(desk.refresh().picked_up) == 2
    assert desk.corpus.claims[INFLAMMATION].object == "swelling"


def test_what_others_lean_on_is_not_removed_by_hand(desk: Workspace) -> None:
    (desk.folder / "sources" / "synthetic-text.yaml").unlink()
    before = desk.corpus
    found = desk.refresh()
    assert not found.picked_up and "unknown source 'synthetic-text'" in "\n".join(found.problems)
    assert desk.corpus == before == Workspace.open(desk.folder).corpus


def test_a_file_removed_by_hand_leaves_its_text_in_the_journal(desk: Workspace) -> None:
    name = "new-claim"
    made = fields(desk.corpus.claims[INFLAMMATION], name)
    desk.create(made, by=ANN)
    claim_file(desk, name).unlink()
    assert desk.refresh().picked_up == (f"claims/{name}.yaml",)
    assert name not in desk.corpus.claims
    texts = [f.text for e in journal.read(desk.folder) for f in e.files if name in f.path]
    assert texts[0] is not None and texts[-1] is None
    with pytest.raises(Exception, match="or was once"):
        desk.create(made, by=ANN)


def test_a_history_that_cannot_be_is_not_picked_up(desk: Workspace) -> None:
    write(claim_file(desk), "status: accepted", "status: retracted")
    assert "its history leads to accepted" in desk.refresh().problems[0]


def test_changes_of_other_processes_are_followed(desk: Workspace) -> None:
    other = Workspace.open(desk.folder)
    desk.edit(INFLAMMATION, {"note": "one"}, by=ANN, why="a")
    other.submit(INFLAMMATION, by=CAS)
    assert desk.refresh().by_others == 1
    assert desk.corpus == other.corpus and desk.seq == other.seq


# ---- stopped half-way


def test_what_a_killed_writer_left_of_an_entry_is_none(desk: Workspace) -> None:
    part = newest(desk).with_name(".05T090000-abc.json.part")
    part.write_bytes(b'{"action":"com')
    head = desk.folder / "journal" / ".head.4711.part"
    head.write_text("abc\n", encoding="ascii")
    again = Workspace.open(desk.folder)
    assert again.seq == desk.seq and again.notices == ()
    assert not part.exists() and not head.exists()


class Killed(BaseException):
    """Stands for a kill: nothing that handles errors may handle it."""


@pytest.mark.parametrize("step", ["staged", "journalled", "first of two", "in place"])
def test_a_change_stopped_at_any_step_is_whole_or_none(
    desk: Workspace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    desk.edit(INFLAMMATION, {"note": "n"}, by=ANN, why="clearer")
    desk.submit(INFLAMMATION, by=ANN)
    seq = desk.seq

    def stop(*_: object, **__: object) -> None:
        raise Killed

    if step == "staged":
        monkeypatch.setattr(commit, "_discard", lambda _: None)
        monkeypatch.setattr(journal.Journal, "append", stop)
    elif step == "journalled":
        monkeypatch.setattr(commit.Ledger, "_put_in_place", stop)
    elif step == "first of two":
        monkeypatch.setattr(Path, "unlink", stop)
    else:
        monkeypatch.setattr(journal.Journal, "finish", stop)
    with pytest.raises(Killed):
        desk.accept(INFLAMMATION, by=BEN)
    monkeypatch.undo()
    again = Workspace.open(desk.folder)
    accepted = step != "staged"
    assert again.seq == seq + accepted and not again.problems
    assert (again.corpus.claims[INFLAMMATION].note == "n") is accepted
    assert (INFLAMMATION in again.corpus.proposals) is not accepted
    assert again.corpus == corpora.read(desk.folder)[0]
    assert not list(desk.folder.rglob("*.part")), "nothing is left behind"


def test_what_was_changed_by_hand_since_is_not_redone(desk: Workspace) -> None:
    """Somebody puts the old text back: that is an edit, not a change stopped half-way."""
    before = claim_file(desk).read_bytes()
    desk.comment(INFLAMMATION, by=BEN, why="hm")
    claim_file(desk).write_bytes(before)
    again = Workspace.open(desk.folder)
    assert claim_file(desk).read_bytes() == before
    assert again.history(f"claim/{INFLAMMATION}")[-1].action == "edit-by-hand"


# ---- disks


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes, as on a disk that is full.

    Around the change alone: pytest's own output may be a file too.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_everything_as_it_was(desk: Workspace) -> None:
    before, corpus = snapshot(desk.folder), desk.corpus
    wrong = r"can't be written \(File too large\), so nothing was ch"
    with pytest.raises(FileError, match=wrong), files_of_at_most(500):
        desk.comment(INFLAMMATION, by=BEN, why="hm")
    assert snapshot(desk.folder) == before and desk.corpus == corpus


def test_a_journal_that_cannot_grow_leaves_everything_as_it_was(desk: Workspace) -> None:
    """The record fits, its entry in the journal does not: the part that was written is removed."""
    desk.comment(INFLAMMATION, by=BEN, why="so that there is an entry of that size")
    size = claim_file(desk).stat().st_size + 200
    before = snapshot(desk.folder)
    with (
        pytest.raises(FileError, match=r"2026-12/.*so nothing was changed"),
        files_of_at_most(size),
    ):
        desk.comment(INFLAMMATION, by=BEN, why="hm")
    assert snapshot(desk.folder) == before
    assert Workspace.open(desk.folder).seq == desk.seq


def test_a_file_that_cannot_be_replaced_leaves_everything_as_it_was(
    desk: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, seq = snapshot(desk.folder), desk.seq

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileError, match="Read-only file system"):
        desk.comment(INFLAMMATION, by=BEN, why="hm")
    monkeypatch.undo()
    assert snapshot(desk.folder) == before and desk.seq == seq
    desk.comment(INFLAMMATION, by=BEN, why="hm")
    assert Workspace.open(desk.folder).corpus == desk.corpus


def test_a_change_that_stuck_half_way_is_finished_by_the_next(
    desk: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.edit(INFLAMMATION, {"note": "n"}, by=ANN, why="clearer")
    desk.submit(INFLAMMATION, by=ANN)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(FileError, match="is in the journal, but not all its files"):
        desk.accept(INFLAMMATION, by=BEN)
    monkeypatch.undo()
    desk.comment("endorphin-decreases-inflammation", by=BEN, why="next")
    assert not desk.corpus.proposals and desk.corpus.claims[INFLAMMATION].note == "n"
    assert corpora.read(desk.folder)[0] == desk.corpus


READ_ONLY = """
import sys
from ldn_graph.errors import FileError
from ldn_graph.workspace import Workspace
try:
    Workspace.open(sys.argv[1])
except FileError as error:
    print(error)
"""


def test_a_read_only_folder_is_a_clear_error(tmp_path: Path) -> None:
    """In a mount namespace of its own, because root may write to what is merely protected."""
    folder = copied_to(tmp_path)
    before = snapshot(folder)
    script = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && exec"
    call = ["unshare", "--mount", "sh", "-c", f'{script} "$@"', "sh", sys.executable, "-c"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(
            [*call, READ_ONLY, str(folder)], env=env, capture_output=True, text=True, timeout=60
        )
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no mount may be made here: {done.stderr.strip()}")
    assert "can't be written (Read-only file system), so nothing was changed" in done.stdout
    assert done.stderr == "" and snapshot(folder) == before


def test_a_stuck_writer_is_named(desk: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "PATIENCE", 0.1)
    other = Workspace.open(desk.folder)
    with other._ledger.locked(), pytest.raises(FileError, match="another program has been writing"):
        desk.comment(INFLAMMATION, by=BEN, why="hm")


def test_ids_cannot_lead_elsewhere(desk: Workspace) -> None:
    before = snapshot(desk.folder.parent)
    for name in ("../x", "a/b", ".hidden", "x\x00y", "Ä", "con "):
        made = fields(desk.corpus.claims[INFLAMMATION], name)
        with pytest.raises(DataError, match=r"id is .*; write it like low-dose-naltrexone"):
            desk.create(made, by=ANN)
        with pytest.raises(Exception, match="is no id"):
            desk.unfinished.save(name, "x", {})
    assert snapshot(desk.folder.parent) == before and ADA in desk.corpus.agents
