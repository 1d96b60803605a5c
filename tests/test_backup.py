"""Backups: of a folder in use, verified; restored whole or not at all."""

import json
import shutil
import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ldn_graph.cli import main
from ldn_graph.errors import BadFile, FileError
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.workspace import Workspace, backup
from ldn_graph.workspace.journal import Journal
from ldn_graph.workspace.journal_audit import audit
from tests.curators import ANN, BEN, INFLAMMATION, staffed
from tests.curators import copied as copied_to


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    return staffed(copied_to(tmp_path))


@pytest.fixture
def file(desk: Workspace, tmp_path: Path) -> Path:
    backup.backup(desk.folder, tmp_path / "a.zip")
    return tmp_path / "a.zip"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and p.name != "lock"
    }


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_what_is_restored_is_what_was_there(desk: Workspace, tmp_path: Path) -> None:
    desk.unfinished.save(ANN, "half", {"note": "half"})
    Accounts(beside(desk.folder)).set_password(ANN, "a long enough password of hers")
    (desk.folder / ".git").mkdir()
    (desk.folder / ".git" / "config").write_text("x")
    file, back = tmp_path / "a.zip", tmp_path / "back"
    done = run("--data", desk.folder, "backup", file)
    assert done.exit_code == 0 and f"{desk.seq} changes up to {Journal.of(desk.folder).head}" in (
        done.stdout
    )
    assert file.stat().st_mode & 0o777 == 0o600
    assert run("backup", "--verify", file).exit_code == 0
    back.mkdir()  # empty, as one that a disk is mounted on
    assert run("restore", file, back).exit_code == 0
    mine = {
        n: c for n, c in contents(desk.folder).items() if n[:5] != ".git/" and "sqlite" not in n
    }
    assert {n: c for n, c in contents(back).items() if "sqlite" not in n} == mine
    assert Accounts(beside(back)).password_is(ANN, "a long enough password of hers")
    with sqlite3.connect(beside(back)) as held:
        assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    held.close()
    again = Workspace.open(back)
    assert again.corpus == desk.corpus and again.notices == () and audit(back) == ()
    again.comment(INFLAMMATION, by=BEN, why="on we go")


def test_a_backup_while_others_write_is_one_state(desk: Workspace, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        other = Workspace.open(desk.folder)
        while not stop.is_set():
            other.comment(INFLAMMATION, by=BEN, why="busy")
            stop.wait(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup.backup(desk.folder, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        back = tmp_path / f"back-{number}"
        found = backup.restore(tmp_path / f"{number}.zip", back)
        assert audit(back) == () and Journal.of(back).head == found.head
        assert len(Workspace.open(back).entries) == found.changes


def test_a_full_folder_and_a_file_that_is_there_are_left_alone(
    desk: Workspace, file: Path, tmp_path: Path
) -> None:
    before = contents(tmp_path)
    for words in (
        ("restore", file, desk.folder),
        ("restore", file, file),
        ("--data", desk.folder, "backup", file),
        ("--data", desk.folder, "backup", desk.folder / "in-itself.zip"),
        ("--data", tmp_path, "backup", tmp_path / "b.zip"),
        ("restore", tmp_path / "none.zip", tmp_path / "new"),
    ):
        result = run(*words)
        assert result.exit_code == 5 and result.stderr.count("\n") == 1, result.output
    assert contents(tmp_path) == before


def test_every_byte_that_changed_is_refused(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    step = max(1, len(whole) // 60)
    for place in (*range(0, len(whole), step), len(whole) - 1):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        try:
            backup.restore(file, tmp_path / "back")
        except BadFile:
            assert not (tmp_path / "back").exists() and not list(tmp_path.glob(".back*"))
        else:  # a time or a flag of the zip file, and none of what is in it
            shutil.rmtree(tmp_path / "back")


@pytest.mark.parametrize("size", [0, 10, 1000, -10, -1])
def test_a_file_that_was_cut_is_refused(file: Path, tmp_path: Path, size: int) -> None:
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(BadFile, match="damaged"):
        backup.restore(file, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def rewritten(file: Path, change: dict[str, bytes | None]) -> None:
    """The backup with files changed, added or gone, and a manifest that agrees."""
    with zipfile.ZipFile(file) as held:
        texts = {name: held.read(name) for name in held.namelist()}
    manifest = json.loads(texts.pop(backup.MANIFEST))
    for name, content in change.items():
        texts.pop(name, None)
        if content is not None:
            texts[name] = content
    manifest["files"] = {
        n: (len(c), backup.hashlib.sha256(c).hexdigest()) for n, c in texts.items()
    }
    with zipfile.ZipFile(file, "w") as made:
        for name, content in texts.items():
            made.writestr(name, content)
        made.writestr(backup.MANIFEST, json.dumps(manifest))


def test_a_forged_backup_is_told_by_its_journal(
    desk: Workspace, file: Path, tmp_path: Path
) -> None:
    entry = desk._ledger.journal.path(desk.entries[2]).relative_to(desk.folder).as_posix()
    rewritten(file, {entry: b"{}"})
    assert backup.verify(file).files
    with pytest.raises(BadFile, match="was altered"):
        backup.restore(file, tmp_path / "back")
    rewritten(file, {entry: None})
    with pytest.raises(BadFile, match="is missing"):
        backup.restore(file, tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "a/../../out.txt", "c:out", "a\\..\\b"])
def test_a_path_that_leads_elsewhere_is_refused(file: Path, tmp_path: Path, name: str) -> None:
    rewritten(file, {name: b"x"})
    with pytest.raises(BadFile, match="is no backup of ldn-graph, or a damaged one"):
        backup.restore(file, tmp_path / "back")
    assert not list(tmp_path.rglob("out*"))


def test_a_disk_that_cannot_be_written_leaves_nothing(desk: Workspace, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="can't be written"):
        backup.backup(desk.folder, tmp_path / "none" / "a.zip")
    assert not (tmp_path / "none").exists()
