"""How much somebody may leave lying on a server, and that what is acknowledged is on the disk."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from ldn_graph import files
from ldn_graph.cli import main
from ldn_graph.errors import Conflict, NotAllowed, TooLarge
from ldn_graph.texts.text import plain
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.web.auth.signin import FOR_A_NAME, Tries
from ldn_graph.web.curation import sheets
from ldn_graph.workspace import Workspace, corpus_files
from ldn_graph.workspace.source_texts import keep
from tests.curators import ADA, ANN, CAS, copied, fields, staffed

NAME = "endorphin-decreases-inflammation"


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    return staffed(copied(tmp_path))


def test_unfinished_forms_have_an_end(desk: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_files, "MOST_FORMS", 3)
    for n in range(3):
        desk.unfinished.save(ANN, f"form-{n}", {"note": "x"})
    with pytest.raises(NotAllowed, match="ann has 3 unfinished forms, the most that are kept"):
        desk.unfinished.save(ANN, "form-3", {"note": "x"})
    desk.unfinished.save(ANN, "form-1", {"note": "still mine to change"})
    desk.unfinished.save(CAS, "form-3", {"note": "x"})
    with pytest.raises(TooLarge, match="form-1: an unfinished form has up to 256 KiB"):
        desk.unfinished.save(ANN, "form-1", {"note": "x" * corpus_files.MOST_BYTES})
    assert desk.unfinished.load(ANN, "form-1") == {"note": "still mine to change"}
    desk.unfinished.drop(ANN, "form-0")
    desk.unfinished.save(ANN, "form-3", {"note": "x"})


def test_who_is_overtaken_is_told_where_no_form_more_is_kept(
    desk: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.create(fields(desk.corpus.claims[NAME], "new"), by=ANN)
    seen = Workspace.digest(desk.claim("new"))
    desk.edit("new", {"note": "hers"}, by=ANN)
    monkeypatch.setattr(corpus_files, "MOST_FORMS", 0)
    with pytest.raises(Conflict, match="your version is not kept: ann has 0 unfinished forms"):
        desk.edit("new", {"note": "his"}, by=ANN, expected=seen)


def test_many_sheets_at_once_are_kept_and_old_ones_go(tmp_path: Path) -> None:
    """Another request is writing beside, and its file is gone at the next look."""
    folder = tmp_path / "sheets" / "ann"
    folder.mkdir(parents=True)
    (folder / ".being-written.xlsx.q1").symlink_to("gone by now")
    names = [f"n{n}.csv" for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: sheets._keep(folder, n, n.encode()), names))
    there = {p.name for p in folder.glob("[!.]*")}
    assert there <= set(kept) and 1 <= len(there) <= 2 * sheets._KEPT + 1
    assert sheets._keep(folder, "last.csv", b"last") in {p.name for p in folder.iterdir()}
    assert (folder / ".being-written.xlsx.q1").is_symlink()


@pytest.mark.parametrize("what", ["form", "text"])
def test_a_form_or_text_is_in_its_folder_on_the_disk(
    desk: Workspace, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A rename is on the disk only once its folder is; the folder, once the one above is."""
    steps: list[str] = []
    replace, sync = Path.replace, os.fsync

    def replaced(self: Path, target: Path) -> Path:
        steps.append(f"rename {Path(target).name}")
        return replace(self, target)

    def synced(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            steps.append(f"sync {Path(f'/proc/self/fd/{handle}').readlink().name}")
        sync(handle)

    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(os, "fsync", synced)
    if what == "form":
        desk.unfinished.save(ANN, "form", {"note": "x"})
        made, folder = "form.yaml", ANN
        assert steps[:2] == [f"sync {desk.folder.name}", "sync unfinished"]
    else:
        keep(desk.folder / "texts", "source", plain("A text."))
        made, folder = "source.txt", "texts"
        assert steps[0] == f"sync {desk.folder.name}"
    assert steps[-2:] == [f"rename {made}", f"sync {folder}"]


def test_a_folder_system_that_syncs_no_folders_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "fsync", refuse)
    files.write_text(tmp_path / "a" / "b", "x")
    assert (tmp_path / "a" / "b").read_text() == "x"


def test_one_subscriber_of_ipv6_counts_as_one_address() -> None:
    tries = Tries()
    guesses = [tries.may("ada", f"2001:db8:1:2::{n:x}") for n in range(40)]
    assert sum(guesses) == FOR_A_NAME.amount
    assert tries.may("ada", "2001:db8:1:3::1"), "another subscriber"
    assert sum(tries.may("ben", f"::ffff:192.0.2.{n}") for n in range(1, 4)) == 3, "IPv4, mapped"


def test_an_account_is_deleted_with_all_that_lies_about(desk: Workspace) -> None:
    kept = Accounts(beside(desk.folder))
    for name in (ADA, ANN):
        kept.set_password(name, "quiet walnut harbour stove")
        desk.unfinished.save(name, "half", {"note": "x"})
        files.write_text(kept.path.parent / "sheets" / name / "sheet.csv", "x")
    words = ["--data", str(desk.folder), "account", "delete", ANN]
    refused = CliRunner().invoke(main, words, input="n\n")
    assert refused.exit_code == 1 and len(kept.known()) == 2
    done = CliRunner().invoke(main, [*words, "--yes"])
    assert done.exit_code == 0 and "the corpus still names ann in its history" in done.output
    assert [name for name, _ in kept.known()] == [ADA]
    left = {p.parent.name for p in desk.folder.rglob("*") if p.is_file()} | {""}
    assert ANN not in left and ADA in left
    assert ANN in Workspace.open(desk.folder).corpus.agents
