"""Branches of a corpus, made and merged by git itself, and corpora that are taken in."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ldn_graph.cli import main
from ldn_graph.errors import Conflict, DataError, NotAllowed, UsageError
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Agent, Entity
from ldn_graph.records.vocabularies import AgentKind, Kind
from ldn_graph.workspace import Workspace, commit, history
from ldn_graph.workspace.journal import read
from ldn_graph.workspace.journal_audit import audit
from ldn_graph.workspace.merge import merge
from tests.curators import ADA, ANN, BEN, CAS, EVE, INFLAMMATION, Clock, fields, staffed
from tests.curators import copied as copied_to

OTHER = "endorphin-decreases-inflammation"


class Repository:
    """A corpus in git, with the branches `main` and `other`; who works on which."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.git("init", "-q", "-b", "main")
        self.commit("begin")
        self.git("branch", "other")

    def git(self, *words: str, fails: bool = False) -> str:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        done = subprocess.run(
            ["git", "-C", self.folder, *who, *words], capture_output=True, text=True, timeout=60
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout

    def commit(self, words: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", words)

    def open(self) -> Workspace:
        return Workspace.open(self.folder, clock=self.clock)

    def on(self, branch: str) -> Workspace:
        self.git("checkout", "-q", branch)
        return self.open()

    def merged(self, *, conflict: bool) -> None:
        """Both branches have a commit of their own now; git merges `other` into `main`."""
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--no-edit", "other", fails=conflict)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(staffed(copied_to(tmp_path)).folder)
    made.clock.now = made.clock.now.replace(hour=12)
    return made


def run(folder: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["--data", str(folder), *map(str, words)])


def did(folder: Path) -> list[tuple[str | None, str, str | None]]:
    """Who did what and why, in order."""
    return [(e.by, e.action, e.why) for e in read(folder)]


def talk(desk: Workspace, name: str = INFLAMMATION) -> list[str | None]:
    return [e.why for e in desk.claim(name).history if e.action == "comment"]


def test_git_merges_two_branches_by_itself(repository: Repository) -> None:
    begun = len(did(repository.folder))
    repository.on("main").comment(INFLAMMATION, by=BEN, why="on main")
    repository.commit("main")
    desk = repository.on("other")
    desk.create(fields(desk.corpus.claims[OTHER], "new"), by=ANN, why="found it")
    desk.submit("new", by=ANN)
    repository.commit("other")
    theirs = repository.open().seq
    repository.merged(conflict=False)
    assert repository.git("status", "--porcelain") == ""
    (warning,) = audit(repository.folder)
    assert "2 branches of the journal are not joined yet" in warning.message
    desk = repository.open()
    assert desk.problems == () == desk.notices
    assert did(repository.folder)[begun:] == [
        (BEN, "comment", "on main"),
        (ANN, "create", "found it"),
        (ANN, "submit", None),
        (None, "join", None),
    ]
    assert "new" in desk.corpus.claims and talk(desk) == ["on main"]
    assert audit(repository.folder) == () and run(repository.folder, "check").exit_code == 0
    # a state is what it was where it was made: the other branch had no comment
    then = history.state(repository.folder, begun + 3).corpus
    assert theirs == begun + 2 and "new" in then.claims
    assert not any(e.why == "on main" for e in then.claims[INFLAMMATION].history)
    desk.accept("new", by=BEN)
    repository.commit("merged")
    assert Workspace.open(repository.folder).seq == begun + 5


def test_a_conflict_of_git_in_comments_is_settled_by_merge(repository: Repository) -> None:
    repository.on("main").comment(INFLAMMATION, by=BEN, why="on main")
    repository.commit("main")
    repository.on("other").comment(INFLAMMATION, by=CAS, why="on other")
    repository.commit("other")
    repository.merged(conflict=True)
    assert "<<<<<<< HEAD" in (repository.folder / f"claims/{INFLAMMATION}.yaml").read_text()
    with pytest.raises(DataError, match="two branches of its journal are to be joined; run: ldn-g"):
        repository.open()
    result = run(repository.folder, "merge", "--as", EVE, "-m", "both were right")
    assert result.exit_code == 0, result.output
    assert f"claims/{INFLAMMATION}.yaml" in result.stdout
    desk = repository.open()
    assert sorted(map(str, talk(desk))) == ["on main", "on other"]
    assert did(repository.folder)[-1] == (EVE, "join", "both were right")
    assert run(repository.folder, "check").exit_code == 0
    repository.commit("merged")


def test_two_next_versions_of_one_claim_are_both_kept_and_told(repository: Repository) -> None:
    for branch, by in (("main", ANN), ("other", CAS)):
        repository.on(branch).edit(INFLAMMATION, {"note": f"on {branch}"}, by=by, why=branch)
        repository.commit(branch)
    repository.merged(conflict=True)
    result = run(repository.folder, "merge", "--as", EVE)
    assert result.exit_code == 7
    form = f"{INFLAMMATION}-of-the-other-branch"
    assert f"claim/{INFLAMMATION}: both sides had changed it; it stays as here" in result.stderr
    desk = repository.open()
    assert desk.claim(INFLAMMATION).note == "on main"
    assert desk.unfinished.load(EVE, form)["note"] == "on other"
    texts = [f.text for e in read(repository.folder) for f in e.files if f.path[:3] == "pro"]
    assert {n for n in ("on main", "on other") if any(n in (t or "") for t in texts)} == {
        "on main",
        "on other",
    }
    desk.submit(INFLAMMATION, by=ANN)


def test_two_entities_that_were_added_to_one_file_are_both_there(repository: Repository) -> None:
    for branch, by in (("main", ANN), ("other", CAS)):
        made = Entity(id=f"pain-{branch}", label=f"pain {branch}", kind=Kind.SYMPTOM)
        repository.on(branch).add([made], by=by)
        repository.commit(branch)
    repository.merged(conflict=True)
    assert run(repository.folder, "merge", "--as", EVE).exit_code == 0
    assert {"pain-main", "pain-other"} <= repository.open().corpus.entities.keys()


def test_an_entity_that_both_changed_stays_and_is_told(repository: Repository) -> None:
    for branch in ("main", "other"):
        desk = repository.on(branch)
        old = desk.corpus.entities["inflammation"]
        new = old.model_copy(update={"definition": f"of {branch}"})
        desk.change(new, by=EVE, why=branch)
        repository.commit(branch)
    repository.merged(conflict=True)
    result = run(repository.folder, "merge", "--as", EVE)
    assert result.exit_code == 7 and "entity/inflammation: both sides" in result.stderr
    assert repository.open().corpus.entities["inflammation"].definition == "of main"


def test_what_somebody_merged_by_hand_stays_as_it_is(repository: Repository) -> None:
    for branch, by in (("main", ANN), ("other", CAS)):
        repository.on(branch).edit(INFLAMMATION, {"note": f"on {branch}"}, by=by, why=branch)
        repository.commit(branch)
    repository.merged(conflict=True)
    repository.git("checkout", "--theirs", "proposals")
    path = repository.folder / "proposals" / f"{INFLAMMATION}.yaml"
    path.write_text(path.read_text().replace("on other", "of both"))
    desk = repository.open()
    assert desk.claim(INFLAMMATION).note == "of both"
    assert any(
        "both branches had changed it; it is as the files have it" in n for n in desk.notices
    )
    assert audit(repository.folder) == ()


def test_a_journal_without_its_files_is_not_taken_for_a_merge(repository: Repository) -> None:
    """Else what the other branch did would be undone, and nobody would be told."""
    repository.on("main").comment(OTHER, by=BEN, why="on main")
    repository.commit("main")
    repository.on("other").comment(INFLAMMATION, by=CAS, why="on other")
    repository.commit("other")
    repository.git("checkout", "-q", "main")
    repository.git("checkout", "other", "--", "journal")
    with pytest.raises(DataError, match="is as it was before the other branch was merged"):
        repository.open()
    assert run(repository.folder, "merge", "--as", EVE).exit_code == 0
    assert talk(repository.open()) == ["on other"]


def test_an_edit_by_hand_is_not_overwritten_by_a_merge(repository: Repository) -> None:
    for branch, by in (("main", ANN), ("other", CAS)):
        repository.on(branch).edit(INFLAMMATION, {"note": f"on {branch}"}, by=by, why=branch)
        repository.commit(branch)
    repository.merged(conflict=True)
    path = repository.folder / "claims" / f"{OTHER}.yaml"
    path.write_text(path.read_text() + "note: by hand\n")
    before = path.read_bytes()
    with pytest.raises(Conflict, match="was edited by hand, and is as in neither branch"):
        merge(repository.folder, EVE)
    assert path.read_bytes() == before


def test_three_branches_become_one(repository: Repository) -> None:
    repository.git("branch", "third")
    for branch, name in (("main", OTHER), ("other", INFLAMMATION)):
        repository.on(branch).comment(name, by=BEN, why=f"on {branch}")
        repository.commit(branch)
    made = Entity(id="pain", label="pain", kind=Kind.SYMPTOM)
    repository.on("third").add([made], by=ANN)
    repository.commit("third")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-edit", "other", "third")
    desk = repository.open()
    assert talk(desk) == ["on other"] and "pain" in desk.corpus.entities
    assert [by for by, action, _ in did(repository.folder) if action == "join"] == [None, None]
    assert audit(repository.folder) == ()


def test_a_running_desk_follows_what_git_merged(repository: Repository) -> None:
    repository.on("other").comment(INFLAMMATION, by=CAS, why="on other")
    repository.commit("other")
    desk = repository.on("main")
    desk.comment(OTHER, by=BEN, why="on main")
    repository.commit("main")
    repository.git("merge", "-q", "--no-edit", "other")
    desk.refresh()
    assert talk(desk) == ["on other"] and desk.corpus == corpora.read(repository.folder)[0]


def test_a_running_desk_follows_another_branch(repository: Repository) -> None:
    """Else it would go on from an entry that is not there."""
    repository.on("other").comment(INFLAMMATION, by=CAS, why="on other")
    repository.commit("other")
    desk = repository.open()
    repository.git("checkout", "-q", "main")
    assert talk(desk) == ["on other"]
    desk.comment(OTHER, by=BEN, why="on main")
    assert talk(desk) == [] and audit(repository.folder)[0].rule == "journal-end"
    repository.commit("main")
    repository.git("merge", "-q", "--no-edit", "other")
    desk.refresh()
    assert talk(desk) == ["on other"] and audit(repository.folder) == ()


def test_a_merge_that_was_stopped_is_finished(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for branch, by in (("main", BEN), ("other", CAS)):
        repository.on(branch).comment(INFLAMMATION, by=by, why=f"on {branch}")
        repository.commit(branch)
    repository.merged(conflict=True)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commit.Ledger, "_put_in_place", stop)
    with pytest.raises(KeyboardInterrupt):
        merge(repository.folder, EVE)
    monkeypatch.undo()
    desk = repository.open()
    assert sorted(map(str, talk(desk))) == ["on main", "on other"]
    assert any("stopped half-way" in notice for notice in desk.notices)


# ---- another folder


@pytest.fixture
def two(tmp_path: Path) -> tuple[Workspace, Workspace]:
    """A corpus and a copy of it, which go their own ways."""
    one = staffed(copied_to(tmp_path))
    other = Workspace.open(shutil.copytree(one.folder, tmp_path / "other"), clock=Clock())
    other._clock.now = one._clock.now  # type: ignore[attr-defined]
    return one, other


def test_a_copy_is_merged_into_a_corpus(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    one.comment(INFLAMMATION, by=BEN, why="here")
    other.create(fields(other.corpus.claims[OTHER], "new"), by=ANN, why="there")
    before = {p: p.read_bytes() for p in other.folder.rglob("*") if p.is_file()}
    words = ("merge", other.folder, "--as", EVE, "-m", "one corpus")
    assert "would be joined" in run(one.folder, *words, "--dry-run").stdout
    assert len(did(one.folder)) == one.seq
    result = run(one.folder, *words)
    assert result.exit_code == 0 and "joined 1 change of the other side" in result.stdout
    assert {p: p.read_bytes() for p in other.folder.rglob("*") if p.is_file()} == before
    one.refresh()
    assert "new" in one.corpus.claims and talk(one) == ["here"]
    assert (ANN, "create", "there") in did(one.folder)
    with pytest.raises(UsageError, match="there is nothing to join"):
        merge(one.folder, EVE, other.folder)
    # and back again: what follows both has nothing that clashes
    assert run(other.folder, "merge", one.folder, "--as", EVE).exit_code == 0
    assert Workspace.open(other.folder).corpus == one.corpus
    assert audit(one.folder) == () == audit(other.folder)


def test_a_corpus_of_its_own_without_a_journal_is_taken_in(
    two: tuple[Workspace, Workspace], tmp_path: Path
) -> None:
    one, _ = two
    strange = tmp_path / "strange"
    assert CliRunner().invoke(main, ["init", str(strange), "--empty"]).exit_code == 0
    text = "- id: sleep\n  label: sleep\n  kind: symptom\n"
    (strange / "entities").mkdir(exist_ok=True)
    (strange / "entities" / "sleep.yaml").write_text(text)
    result = run(one.folder, "merge", strange, "--as", EVE)
    assert result.exit_code == 7, result.output
    assert "corpus: both sides had changed it; it stays as here" in result.stderr
    one.refresh()
    assert "sleep" in one.corpus.entities and one.corpus.description.title != "strange"
    assert not (strange / "journal").exists() and audit(one.folder) == ()


def test_one_id_of_two_people_is_refused(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    for desk, orcid in ((one, "0000-0002-1825-0097"), (other, "0000-0001-5109-3700")):
        made = Agent(id="dan", name="Dan", kind=AgentKind.PERSON, orcid=orcid)
        desk.put_agent(made, by=ADA)
    seq = one.seq
    with pytest.raises(UsageError, match=r"agent 'dan' is Dan \(0000-0002-1825-0097\) here and"):
        merge(one.folder, EVE, other.folder)
    assert Workspace.open(one.folder).seq == seq


def test_what_would_not_be_valid_is_not_joined(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    one.add([Entity(id="pain", label="pain", kind=Kind.SYMPTOM)], by=ANN)
    path = other.folder / "entities" / "more.yaml"
    path.write_text("- id: pain\n  label: ache\n  kind: symptom\n")
    other.refresh()
    before = did(one.folder)
    with pytest.raises(DataError, match=r"(?s)'pain' occurs twice.*can't be joined as they are"):
        merge(one.folder, EVE, other.folder)
    assert did(one.folder) == before and Workspace.open(one.folder).problems == ()


def test_twins_are_told(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    for desk, name in ((one, "here"), (other, "there")):
        made = fields(desk.corpus.claims[OTHER], "new")
        desk.create({**made, "id": name}, by=ANN)
        desk.submit(name, by=ANN, why="sure")
        desk.accept(name, by=BEN)
    result = run(one.folder, "merge", other.folder, "--as", EVE)
    assert "claims here and there say the same" in result.stderr


def test_not_everybody_may_join(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    other.comment(INFLAMMATION, by=BEN, why="there")
    with pytest.raises(NotAllowed, match="ann may not join branches"):
        merge(one.folder, ANN, other.folder)
    assert run(one.folder, "merge", other.folder, "--as", "nobody").exit_code == 2
    path = other.folder / "claims" / f"{OTHER}.yaml"
    path.write_text(path.read_text() + "note: by hand\n")
    with pytest.raises(
        UsageError, match="its files are not as its journal has them; open it first"
    ):
        merge(one.folder, EVE, other.folder)
