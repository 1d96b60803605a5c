"""A workspace that 0.1 made becomes one of today, once, whole, and with its past."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ldn_graph.cli import main
from ldn_graph.errors import DataError, UnknownName
from ldn_graph.exchange import schemas
from ldn_graph.records import corpus as corpora
from ldn_graph.records import file_format, yaml_io
from ldn_graph.records.file_format import FORMAT, numbered, upgraded
from ldn_graph.workspace import Workspace, history, journal
from ldn_graph.workspace.upgrade import planned, upgrade
from tests.conftest import MINI

#: What `init --empty` and eleven changes of 0.1 left, one of them by hand; of 0.2, three more.
OLD = Path(__file__).parent / "data" / "workspace-0.1"
CLAIM = "ldn-decreases-inflammation"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OLD, tmp_path / "old"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("lock", ".gitignore")
    }


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_an_old_workspace_is_refused_with_the_remedy_that_works(old: Path) -> None:
    before = contents(old)
    with pytest.raises(DataError) as caught:
        corpora.read(old)
    (told,) = caught.value.problems
    assert told.startswith(f"{old}/corpus.yaml:1: its files have format 1")
    told = run("--data", old, "show", CLAIM).stderr
    assert told.count("\n") == 1 and f"ldn-graph --data {old} upgrade --as AGENT" in told
    with pytest.raises(DataError):
        Workspace.open(old)
    assert contents(old) == before
    result = run("--data", old, "upgrade", "--as", "ada")
    assert result.exit_code == 0 and result.stdout == "corpus.yaml\nreview.yaml\nstrength.yaml\n"
    assert run("--data", old, "check").exit_code == 0
    assert (
        "A second look"
        in run("--data", old, "review").stdout
        + run("--data", old, "claim", "submit", CLAIM, "--as", "ben").stdout
        + run("--data", old, "review", CLAIM).stdout
    )


@pytest.mark.parametrize("name", ["workspace-0.1", "workspace-0.2"])
def test_all_that_was_there_is_there_afterwards(tmp_path: Path, name: str) -> None:
    old = Path(shutil.copytree(OLD.parent / name, tmp_path / "old"))
    files = {n for n in contents(old) if not n.startswith("journal")}
    before = {n: contents(old)[n] for n in files}
    held = (old / "journal" / "2026-11.jsonl").read_bytes()
    lines = [json.loads(line) for line in held.splitlines()]
    done = upgrade(old, "ada")
    rules = {"review.yaml", "strength.yaml"} if name == "workspace-0.1" else set()
    assert (done.since, set(done.changes)) == (int(name[-1]), {"corpus.yaml", *rules})
    after = {n: c for n, c in contents(old).items() if n in files}
    assert {n for n in files if after[n] != before[n]} == set(done.changes)
    assert not list((old / "journal").glob("*.jsonl")) and not (old / "journal" / "done").exists()
    entries = list(journal.read(old))
    for line, entry in zip(lines, entries, strict=False):
        plain = json.loads(entry.text())
        parents = plain.pop("parents", [])
        assert {"seq": entry.seq, **plain} == line
        assert parents == [e.id for e in entries[: entry.seq - 1][-1:]]
    last = entries[len(lines) :]
    assert [(e.by, e.action, e.why) for e in last] == [("ada", "upgrade", f"format {name[-1]} → 3")]
    desk = Workspace.open(old)
    assert desk.problems == () and desk.notices == ()
    assert desk.corpus.claims[CLAIM].current and CLAIM in desk.corpus.proposals
    desk.comment(CLAIM, by="ben", why="still here")


def test_two_upgrades_of_one_journal_have_the_same_entries(tmp_path: Path) -> None:
    """So that two branches that were upgraded apart are one journal when they are merged."""
    ids = []
    for name in ("one", "other"):
        folder = Path(shutil.copytree(OLD, tmp_path / name))
        upgrade(folder, "ada")
        ids.append([e.id for e in journal.read(folder)])
    assert ids[0][:-1] == ids[1][:-1] and ids[0][-1] != ids[1][-1]


def test_an_upgrade_that_was_stopped_goes_on(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "sync", stop)
    with pytest.raises(KeyboardInterrupt):
        upgrade(old, "ada")
    monkeypatch.undo()
    (found,) = (old / "journal").glob("*.jsonl")
    with pytest.raises(DataError, match="format 1, and this"):
        Workspace.open(old)
    assert upgrade(old, "ada").journal and not found.exists()
    assert Workspace.open(old).seq == 12


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("first", r"jsonl:1: is not change 1, which is damaged or missing; restore"),
        ("middle", r"jsonl:5: is not change 5"),
        ("byte", r"jsonl:3: is not change 3"),
        ("end", r"jsonl:11: is not change 11"),
    ],
)
def test_a_damaged_old_journal_is_not_brought_along(old: Path, fault: str, told: str) -> None:
    path = old / "journal" / "2026-11.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    if fault == "byte":
        lines[2] = b"x" + lines[2]
    elif fault == "end":
        lines[-1] = lines[-1][:-20]
    else:
        del lines[0 if fault == "first" else 4]
    path.write_bytes(b"".join(lines))
    before = contents(old)
    with pytest.raises(DataError, match=told):
        upgrade(old, "ada")
    assert contents(old) == before


def test_an_old_line_that_nobody_was_told_of_is_left_out(old: Path) -> None:
    path = old / "journal" / "2026-11.jsonl"
    path.write_bytes(path.read_bytes() + b'{"seq":12,"at":"2026')
    result = run("--data", old, "upgrade", "--as", "ada")
    assert result.exit_code == 0 and "before it could acknowledge the change" in result.stderr
    assert Workspace.open(old).seq == 12


def test_a_journal_of_before_beside_files_of_today_is_told(old: Path) -> None:
    upgrade(old, "ada")
    shutil.copy(OLD / "journal" / "2026-11.jsonl", old / "journal")
    with pytest.raises(DataError, match="a journal of an earlier ldn-graph; run: ldn-graph --data"):
        Workspace.open(old)
    assert run("--data", old, "upgrade", "--as", "ada").exit_code == 0
    assert Workspace.open(old).seq == 12


def test_the_past_of_before_can_be_read(old: Path) -> None:
    upgrade(old, "ada")
    then = history.state(old, 7)
    assert not then.corpus.claims[CLAIM].current
    assert history.state(old, 1).corpus.claims == {}
    assert history.versions(old, CLAIM)[2].note == "A second look at it."
    assert history.state(old, Workspace.open(old).seq).corpus.claims[CLAIM].current


def test_twice_is_once(old: Path) -> None:
    upgrade(old, "ada")
    before = contents(old)
    assert upgrade(old, "ada").changes == {}
    result = run("--data", old, "upgrade", "--as", "ada")
    assert result.exit_code == 0 and "already" in result.stderr
    assert contents(old) == before


def test_edits_by_hand_are_put_on_record_first(old: Path) -> None:
    path = old / "entities" / "pathway.yaml"
    path.write_text(path.read_text().replace("label: inflammation", "label: inflaming"))
    upgrade(old, "ada")
    desk = Workspace.open(old)
    assert desk.corpus.entities["inflammation"].label == "inflaming"
    assert [e.action for e in desk.entries][-2:] == ["edit-by-hand", "upgrade"]


def test_a_corpus_without_a_journal_gets_one(old: Path) -> None:
    shutil.rmtree(old / "journal")
    upgrade(old, "ada")
    assert [e.action for e in Workspace.open(old).entries] == ["begin", "upgrade"]
    assert history.state(old, 1).corpus.claims.keys() == {CLAIM}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["upgrade", "--as", "adda"], 2, "unknown agent 'adda'; did you mean 'ada'"),
        (["upgrade"], 2, "who does it? Give --as with one of: ldn-graph-first-reading, ldn"),
    ],
)
def test_nobody_and_strangers_change_nothing(
    old: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, told: str
) -> None:
    monkeypatch.delenv("LDN_GRAPH_AGENT", raising=False)
    before = contents(old)
    result = run("--data", old, *words)
    assert result.exit_code == code and told in result.stderr, result.output
    assert contents(old) == before


def test_a_dry_run_changes_nothing(old: Path) -> None:
    before = contents(old)
    result = run("--data", old, "upgrade", "--dry-run")
    assert result.exit_code == 0 and result.stdout == "corpus.yaml\nreview.yaml\nstrength.yaml\n"
    assert contents(old) == before


def test_a_corpus_that_is_wrong_is_left_as_it_is(old: Path) -> None:
    (old / "claims" / f"{CLAIM}.yaml").write_text("id: x\n")
    before = contents(old)
    with pytest.raises(DataError):
        upgrade(old, "ada")
    with pytest.raises(UnknownName):
        upgrade(Path(shutil.copytree(OLD, old.parent / "other")), "nobody")
    assert contents(old) == before


def test_a_newer_one_is_refused_by_every_verb_with_the_remedy(old: Path) -> None:
    path = old / "corpus.yaml"
    path.write_text(numbered(path.read_text(), FORMAT + 1) + "unheard_of: true\n")
    (old / "claims" / f"{CLAIM}.yaml").write_text("in: another form\n")
    before = contents(old)
    for words in (["show", CLAIM], ["check"], ["upgrade", "--as", "ada"], ["review"]):
        result = run("--data", old, *words)
        assert result.exit_code == 3, result.output
        assert result.stderr.count("\n") == 1 and "pip install --upgrade ldn-graph" in result.stderr
    assert contents(old) == before


@pytest.mark.parametrize("text", ["0", "-1", "two", "2.0", "", "[2]", "{a: 2}"])
def test_a_format_that_is_no_number_is_told(old: Path, text: str) -> None:
    path = old / "corpus.yaml"
    path.write_text(path.read_text() + f"format: {text}\n")
    for asked in (lambda: corpora.read(old), lambda: planned(old)):
        with pytest.raises(
            DataError, match=rf"corpus\.yaml:\d+: format is .*write format: {FORMAT}"
        ):
            asked()


@pytest.mark.parametrize(
    "text",
    [
        "title: T\n",
        "---\ntitle: T\n",
        "title: T",
        "{title: T}\n",
        "title: |\n  T\n",
        "title: T\n...\n",
    ],
)
def test_a_number_fits_into_any_description(text: str) -> None:
    plain = yaml_io.plain(Path("corpus.yaml"), numbered(text, 7))
    assert plain["format"] == "7" and plain["title"].strip() == "T"


def test_rules_of_ones_own_stay() -> None:
    texts = {"corpus.yaml": "title: T\n", "strength.yaml": "version: mine\n"}
    assert upgraded(texts, 1)["strength.yaml"] == "version: mine\n"
    assert upgraded({"claims/a.yaml": "x"}, 1) == {"claims/a.yaml": "x"}
    assert upgraded(texts, FORMAT) == texts


def test_rules_that_0_1_shipped_become_todays() -> None:
    for name in ("strength.yaml", "review.yaml"):
        shipped = (Path(__file__).parent.parent / "data" / name).read_text(encoding="utf-8")
        assert upgraded({name: (OLD / name).read_text(encoding="utf-8")}, 1)[name] == shipped


def test_what_is_saved_has_todays_format_and_the_schema_knows_it(tmp_path: Path) -> None:
    corpora.save(corpora.read(MINI)[0], tmp_path / "new")
    text = (tmp_path / "new" / "corpus.yaml").read_text(encoding="utf-8")
    assert file_format.format_of(Path("corpus.yaml"), text) == FORMAT
    schema = json.loads(schemas.texts()["corpus.schema.json"])
    assert schema["properties"]["format"]["const"] == FORMAT and "format" in schema["required"]
