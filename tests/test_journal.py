"""A journal that somebody tampered with: every kind of it is told, by `check` and by opening."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.cli import main
from ldn_graph.errors import DataError
from ldn_graph.records.findings import Severity
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.entry import (
    Entry,
    FileChange,
    files_at,
    in_order,
    newest,
    trunk,
)
from ldn_graph.workspace.journal import Journal
from ldn_graph.workspace.journal_audit import audit
from tests.curators import ANN, BEN, INFLAMMATION, Clock, staffed
from tests.curators import copied as copied_to


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = staffed(copied_to(tmp_path_factory.mktemp("journal")))
    desk.edit(INFLAMMATION, {"note": "n"}, by=ANN, why="clearer")
    desk.comment(INFLAMMATION, by=BEN, why="how sure?")
    return desk.folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "corpus"))


def entries(folder: Path) -> list[Path]:
    journal = Journal.of(folder)
    return [journal.path(entry) for entry in journal.entries]


def check(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(folder), "check", *words])


def errors(folder: Path) -> list[str]:
    return [str(f) for f in audit(folder) if f.severity is Severity.ERROR]


def byte(path: Path) -> None:
    """One letter of a reason becomes another."""
    path.write_bytes(path.read_bytes().replace(b"how sure?", b"how sore?"))


def blank(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def forged(path: Path) -> None:
    """Altered, and named anew so that name and text agree."""
    text = path.read_bytes().replace(b'"by":"', b'"by":"x')
    path.with_name(f"{path.name[:11]}{hashlib.sha256(text).hexdigest()}.json").write_bytes(text)
    path.unlink()


ONE: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink, "a blank more": blank, "cut": cut, "emptied": empty, "forged": forged
}  # fmt: skip


@pytest.mark.parametrize("which", [0, 3, -1], ids=["first", "middle", "last"])
@pytest.mark.parametrize("fault", ONE)
def test_an_entry_that_was_tampered_with_is_told(folder: Path, fault: str, which: int) -> None:
    path = entries(folder)[which]
    if fault == "forged" and which == 0:
        pytest.skip("nobody made the first one")
    ONE[fault](path)
    result = check(folder)
    assert result.exit_code == 1, result.output
    told = [line for line in result.stdout.splitlines() if "[journal" in line]
    assert any(path.stem.rpartition("-")[2] in line for line in told)
    if which != -1:
        with pytest.raises(DataError):
            Workspace.open(folder)


def test_a_letter_that_changed_is_told(folder: Path) -> None:
    byte(entries(folder)[-1])
    (told,) = errors(folder)
    assert told.startswith(
        f"{entries_of(folder)[-1]}:1: error: was altered; restore it from a copy"
    )


def entries_of(folder: Path) -> list[Path]:
    return sorted((folder / "journal").glob("*/*.json"))


def test_two_that_were_swapped_are_told(folder: Path) -> None:
    one, other = entries(folder)[2:4]
    texts = one.read_bytes(), other.read_bytes()
    one.write_bytes(texts[1])
    other.write_bytes(texts[0])
    assert len([told for told in errors(folder) if "was altered" in told]) == 2


def test_a_month_that_is_gone_is_told(folder: Path) -> None:
    desk = Workspace.open(folder, clock=Clock())
    desk._clock.now = desk._clock.now.replace(year=2027)  # type: ignore[attr-defined]
    desk.comment(INFLAMMATION, by=BEN, why="a year later")
    assert errors(folder) == []
    shutil.rmtree(folder / "journal" / "2026-12")
    (told,) = errors(folder)
    assert "is missing, which 01T" in told


def test_all_that_is_gone_is_told_and_no_journal_begins_anew(folder: Path) -> None:
    shutil.rmtree(folder / "journal" / "2026-12")
    assert any("was the newest here" in told for told in errors(folder))
    with pytest.raises(DataError, match="its entries are gone, and `head` names some"):
        Workspace.open(folder)


def test_a_stranger_among_the_entries_is_told(folder: Path) -> None:
    (folder / "journal" / "2026-12" / "notes.txt").write_text("hm")
    (folder / "journal" / "2026-12" / ".DS_Store").write_text("hm")
    (told,) = errors(folder)
    assert "notes.txt:1: error: is no entry of a journal; move it away" in told


def test_the_newest_that_was_deleted_stays_told_after_later_changes(folder: Path) -> None:
    gone = entries(folder)[-1]
    gone.unlink()
    desk = Workspace.open(folder, clock=Clock())
    assert any("was the newest here, and is on record no longer" in n for n in desk.notices)
    desk.comment("endorphin-decreases-inflammation", by=BEN, why="later")
    assert any(gone.stem[-64:] in told for told in errors(folder))


def test_a_kept_head_tells_what_nothing_here_can(folder: Path) -> None:
    """Journal, files and head are put back to an earlier state: a rollback."""
    earlier = Path(shutil.copytree(folder, folder.parent / "earlier"))
    Workspace.open(folder, clock=Clock()).comment(INFLAMMATION, by=BEN, why="more")
    head = Journal.of(folder).head
    assert head is not None and head in check(folder).stderr
    assert check(folder, "--journal-head", head[:12]).exit_code == 0
    assert check(earlier).exit_code == 0, "it can't be told from within"
    result = check(earlier, "--journal-head", head)
    assert result.exit_code == 1 and f"entry {head} is not on record" in result.stdout


def test_files_that_are_not_as_the_journal_has_them_are_noted(folder: Path) -> None:
    path = folder / "claims" / f"{INFLAMMATION}.yaml"
    path.write_text(path.read_text() + "note: by hand\n")
    (found,) = audit(folder)
    assert found.severity is Severity.NOTE and found.where == f"{path}:1"


def test_another_branch_of_git_is_no_fault(folder: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "begin")
    git("checkout", "-qb", "other")
    Workspace.open(folder, clock=Clock()).comment(INFLAMMATION, by=BEN, why="more")
    git("add", "-A")
    git("commit", "-qm", "more")
    git("checkout", "-q", "main")
    (found,) = audit(folder)
    assert found.severity is Severity.NOTE and "another branch of git" in found.remedy
    assert Workspace.open(folder).notices == ()
    entries(folder)[-1].unlink()
    assert errors(folder), "files that are of a later state than the journal"


def test_no_journal_is_no_fault(tmp_path: Path) -> None:
    assert audit(copied_to(tmp_path)) == ()
    (found,) = audit(copied_to(tmp_path / "x"), "12345678")
    assert "is not on record" in found.message


# ---- the text of an entry


def test_the_text_is_canonical_json(folder: Path) -> None:
    for path in entries(folder):
        text = path.read_bytes()
        again = json.dumps(
            json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        assert text == again.encode() and b"\n" not in text
        assert path.stem.rpartition("-")[2] == hashlib.sha256(text).hexdigest()


#: Examples in the manner of RFC 8785, section 3.2.2.2: what is escaped, and how.
@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ('€$\x0f\nA\'B"\\\\"/', r"""€$\u000f\nA'B\"\\\\\"/"""),
        ("\x7f\u2028\b\t\f\r", "\x7f\u2028\\b\\t\\f\\r"),
    ],
)
def test_strings_are_written_as_the_standard_says(typed: str, written: str) -> None:
    entry = Entry(Clock()(), None, "x", "y", (), why=typed)
    assert f'"why":"{written}"' in entry.text().decode()


@given(st.data())
def test_any_order_of_branches_and_joins_is_a_history(data: st.DataObject) -> None:
    """Parents come first, the first branch keeps its numbers, and files follow the first parent."""
    clock, made = Clock(), {}
    heads: list[str] = []
    for number in range(data.draw(st.integers(1, 12))):
        parents = data.draw(
            st.lists(st.sampled_from(sorted(made)), unique=True, max_size=2)
            if made
            else st.just([])
        )
        change = FileChange(f"claims/{number % 3}.yaml", None, str(number))
        entry = Entry(clock(), "ann", "edit", "x", (change,)).sealed(tuple(parents), 0)
        made[entry.id] = entry
        heads = list(newest(made))
    order = in_order(made, heads)
    assert sorted(order) == sorted(made)
    place = {name: number for number, name in enumerate(order)}
    for entry in made.values():
        assert all(place[parent] < place[entry.id] for parent in entry.parents)
    line = trunk(made, heads[0])
    assert [e.id for e in line] == sorted((e.id for e in line), key=place.__getitem__)
    files = files_at(made, heads[0])
    assert files == {c.path: (c.after, e.id) for e in line for c in e.files}
