"""Curation as its users type it: who, what, why; refusals in one line; the past and the present."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from ldn_graph.cli import main
from ldn_graph.records import corpus as corpora
from ldn_graph.records.vocabularies import ReviewReason
from ldn_graph.workspace.journal import Journal
from tests.conftest import MINI
from tests.curators import ANN, BEN, CAS, CONTESTED, EVE, INFLAMMATION, fields, measured, staffed
from tests.curators import copied as copied_to

NEW = "endorphin-decreases-inflammation-again"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return staffed(copied_to(tmp_path)).folder


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `ldn-graph …` on the workspace; `as_` is who does it."""
    monkeypatch.chdir(folder.parent)
    monkeypatch.delenv("LDN_GRAPH_TEXTS", raising=False)
    monkeypatch.delenv("LDN_GRAPH_AGENT", raising=False)
    monkeypatch.setenv("LDN_GRAPH_DATA", str(folder))

    def call(*words: object, as_: str | None = None, input: str | None = None) -> Result:
        last = [] if as_ is None else ["--as", as_]
        return CliRunner().invoke(main, [*map(str, words), *last], input=input)

    return call


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def draft(folder: Path, **changes: Any) -> str:
    """A claim as JSON, as somebody would pipe it in."""
    claim = corpora.read(folder)[0].claims["endorphin-decreases-inflammation"]
    return json.dumps(fields(claim, NEW, **changes))


def test_a_claim_is_added_returned_and_accepted(run, folder: Path) -> None:
    told = ok(run("claim", "add", "--from", "-", as_=ANN, input=draft(folder)))
    assert "it reads   Endorphin" in told and f"drafted {NEW} (change " in told
    assert "like it    endorphin-decreases-inflammation: says the same" in told
    ok(run("claim", "submit", NEW, as_=ANN))
    assert NEW in ok(run("review"))
    shown = ok(run("review", NEW, "--texts", MINI))
    digest = shown.partition("[digest ")[2].partition("]")[0]
    assert f"claim {NEW}, version 1, submitted" in shown and "»" in shown and "«" in shown
    ok(run("claim", "return", NEW, "-m", "who?", "--reason", "entity", as_=BEN))
    ok(run("claim", "edit", NEW, "--from", "-", as_=ANN, input="note: the body's own"))
    ok(run("claim", "submit", NEW, as_=ANN))
    late = run("claim", "accept", NEW, "--expect", digest, as_=BEN)
    assert late.exit_code == 7 and "is no longer as you saw it: ann did submit" in late.stderr
    ok(run("claim", "accept", NEW, as_=BEN))
    assert corpora.read(folder)[0].claims[NEW].current
    history = ok(run("claim", "history", NEW))
    assert "return    ben (entity): who?" in history and "version 1: accepted" in history


def test_the_next_version_and_the_past(run, folder: Path) -> None:
    changed = "note: second\n"
    told = ok(run("claim", "edit", INFLAMMATION, "--from", "-", "-m", "x", as_=ANN, input=changed))
    assert f"version 2 of {INFLAMMATION} is a draft" in told
    assert "note added: second" in ok(run("diff", f"{INFLAMMATION}@1"))
    assert "second" not in ok(run("show", INFLAMMATION))
    ok(run("claim", "submit", INFLAMMATION, as_=ANN))
    assert "note added: second" in ok(run("review", INFLAMMATION))
    ok(run("claim", "accept", INFLAMMATION, as_=BEN))
    seq = Journal.of(folder).seq
    assert "second" in ok(run("show", INFLAMMATION))
    assert "second" not in ok(run("--as-of", seq - 1, "show", INFLAMMATION))
    assert f"claim {INFLAMMATION}: note added: second" in ok(run("diff", seq - 1, seq))
    assert "version 1 became version 2" in ok(run("diff", f"{INFLAMMATION}@1", f"{INFLAMMATION}@2"))
    assert "no difference" in run("diff", seq).stderr
    for words in (
        ["paths", "drugamine", "crohns-disease"],
        ["query", "overview"],
        ["evidence", "--all"],
    ):
        ok(run("--as-of", 1, *words))
    refused = run("--as-of", seq, "claim", "submit", INFLAMMATION, as_=ANN)
    assert refused.exit_code == 2 and "the past can't be changed" in refused.stderr


@pytest.mark.parametrize(
    ("words", "as_", "code", "told"),
    [
        (["claim", "submit", NEW], None, 2, "who does it? Give --as AGENT, or set LDN_GRAPH_AGENT"),
        (["claim", "submit", NEW], ANN, 2, f"unknown claim '{NEW}'"),
        (["claim", "submit", INFLAMMATION], "anne", 2, "unknown agent 'anne'; did you mean 'ann'"),
        (["claim", "submit", INFLAMMATION], ANN, 2, "is accepted, so it can't be submitted"),
        (["claim", "edit", INFLAMMATION, "--from", "-"], ANN, 2, "needs a reason; say why"),
        (["claim", "accept", INFLAMMATION], ANN, 2, "ann may not accept"),
        (["claim", "add", "--from", "nowhere.yaml"], ANN, 5, "nowhere.yaml: can't be read"),
        (["claim", "add", "--from", "-"], ANN, 3, "subject: subject is missing; add it"),
        (["claim", "retract", INFLAMMATION, "-m", "x"], BEN, 2, "it takes editor or admin"),
        (["source", "retract", "nothing", "-m", "x"], EVE, 2, "unknown source 'nothing'"),
        (["entity", "add", "Ä", "--label", "x", "--kind", "drug"], ANN, 3, "write it like low-do"),
        (["agent", "add", "mal", "--name", "Mal"], ANN, 2, "may not add or change agents"),
        (["diff", f"{INFLAMMATION}@9"], None, 2, "has no version 9 on record; there are 1"),
        (["diff", f"{INFLAMMATION}@x"], None, 2, "names no version; write"),
        (["diff", "99999-01"], None, 2, "'99999-01' is no moment"),
        (["--as-of", "soon", "show", INFLAMMATION], None, 2, "'soon' is no moment"),
    ],
    ids=lambda v: " ".join(map(str, v))[:40] if isinstance(v, list) else None,
)
def test_mistakes_are_told_with_a_remedy_and_change_nothing(
    run, folder: Path, words: list[str], as_: str | None, code: int, told: str
) -> None:
    before = corpora.read(folder)[0]
    result = run(*words, as_=as_, input="note: n\n")
    assert result.exit_code == code, result.output
    assert told in result.stderr and result.stderr.startswith("ldn-graph: ")
    assert corpora.read(folder)[0] == before


def test_the_first_write_says_how_to_get_a_workspace(run, monkeypatch) -> None:
    monkeypatch.delenv("LDN_GRAPH_DATA")
    for words in ("claim add --as ann", "review", "claim retract x -m y --as ann", "diff 1"):
        result = run(*words.split())
        assert result.exit_code == 2
        assert "read-only; make your own with `ldn-graph init DIR`" in result.stderr


def test_texts_that_are_kept_need_not_be_named(run, folder: Path) -> None:
    ok(run("claim", "add", "--from", "-", as_=ANN, input=draft(folder)))
    ok(run("claim", "submit", NEW, as_=ANN))
    assert "»" not in ok(run("review", NEW))
    assert "no texts given" in run("check").stderr and run("coverage").exit_code == 2
    shelf = folder / ".ldn-graph" / "texts"
    shelf.mkdir(parents=True)
    for text in MINI.glob("*.txt"):
        shutil.copy(text, shelf)
    assert "»" in ok(run("review", NEW))
    assert f"quotes against {shelf}" in run("check").stderr
    assert NEW in ok(run("coverage", "-f", "tsv"))


def test_a_dry_run_writes_nothing(run, folder: Path) -> None:
    before = Journal.of(folder).entries
    ok(run("claim", "add", "--from", "-", "--dry-run", as_=ANN, input=draft(folder)))
    assert Journal.of(folder).entries == before


def test_several_claims_in_one_file_are_added_together(run, folder: Path) -> None:
    one = json.loads(draft(folder))
    both = json.dumps([one, {**one, "id": "other"}])
    assert f"drafted {NEW}, other" in ok(run("claim", "add", "--from", "-", as_=ANN, input=both))
    bad = json.dumps([{**one, "id": "third"}, {**one, "id": "fourth", "object": "nowhere"}])
    assert run("claim", "add", "--from", "-", as_=ANN, input=bad).exit_code == 3
    assert not {"third", "fourth"} & set(corpora.read(folder)[0].claims)


def test_questions_lead_to_a_claim(run, folder: Path) -> None:
    answers = [
        "Drugamin", "drugamine", "increase", "increases", "Crohn's disease", "",
        "synthetic-text", "Drugamine can reduce inflammation", "supports", "", "", "", "", "", "y",
    ]  # fmt: skip
    result = run("claim", "add", "--texts", MINI, as_=ANN, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "it hedges with: can" in result.stderr
    made = corpora.read(folder)[0].claims["drugamine-increases-crohns-disease"]
    (item,) = made.evidence
    assert item.quote is not None and item.quote.start == 201 and item.cues[0].start == 211
    assert item.certainty == "hedged" and made.history[0].by == ANN


def test_an_editor_edits(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(text: str, extension: str) -> str:
        found = yaml.safe_load(text)
        assert "status" not in found and extension == ".yaml"
        return text + "note: typed\n"

    monkeypatch.setattr("click.edit", typed)
    ok(run("claim", "edit", INFLAMMATION, "-m", "clearer", as_=ANN))
    (proposal,) = corpora.read(folder)[0].proposals.values()
    assert proposal.note == "typed" and proposal.evidence == (
        corpora.read(folder)[0].claims[INFLAMMATION].evidence
    )
    monkeypatch.setattr("click.edit", lambda *_, **__: None)
    assert "nothing was changed" in run("claim", "edit", INFLAMMATION, as_=ANN).stderr


def test_entities_sources_and_agents(run, folder: Path) -> None:
    ok(run("entity", "add", "heart", "--label", "heart", "--kind", "anatomy", as_=ANN))
    edited = "definition: A synthetic organ."
    ok(run("entity", "edit", "heart", "--from", "-", "-m", "defined", as_=EVE, input=edited))
    assert corpora.read(folder)[0].entities["heart"].definition == "A synthetic organ."
    ok(run("source", "edit", "synthetic-text", "--from", "-", "-m", "y", as_=EVE, input="note: n"))
    told = ok(run("source", "retract", "synthetic-trial-a", "-m", "withdrawn", as_=EVE))
    assert f"{CONTESTED} rests on it" in told
    ok(run("agent", "add", "dan", "--name", "Dan", "--role", "reviewer", as_="ada"))
    wrong = run("agent", "add", "x", "--name", "X", "--orcid", "0000-0002-1825-0098", as_="ada")
    assert wrong.exit_code == 3 and "fails its checksum" in wrong.stderr
    assert "dan\tDan\tperson\treviewer" in ok(run("agent", "list", "-f", "tsv"))


def test_edits_by_hand_are_told_and_bad_ones_left_alone(run, folder: Path) -> None:
    path = folder / "claims" / f"{INFLAMMATION}.yaml"
    text = path.read_text(encoding="utf-8").replace("predicate: decreases", "predicate: heals")
    path.write_text(text, encoding="utf-8")
    result = run("review")
    assert result.exit_code == 0 and f"{path}:" in result.stderr
    assert "these files are left as they are, and not in force" in result.stderr
    refused = run("claim", "retract", INFLAMMATION, "-m", "x", as_=EVE)
    assert refused.exit_code == 7 and path.read_text(encoding="utf-8") == text


def test_two_reviewers_and_a_comment(run) -> None:
    ok(run("claim", "add", "--from", "-", as_=ANN, input=json.dumps(measured("new"))))
    ok(run("claim", "submit", "new", as_=ANN))
    assert "needs two reviewers" in ok(run("review"))
    assert "another reviewer has to accept it too" in ok(run("claim", "accept", "new", as_=BEN))
    ok(run("claim", "comment", "new", "looks right", as_=CAS))
    assert "endorsed by ben" in ok(run("review")) and "looks right" in ok(run("review", "new"))
    assert "accepted new" in ok(run("claim", "accept", "new", as_=CAS))


def test_names_of_vocabularies_are_typed_as_in_the_files(run) -> None:
    """click spells an enum's members by their Python names, unless it is given text."""
    text = ok(run("claim", "reject", "--help"))
    assert all(str(reason) in " ".join(text.split()).replace("| ", "|") for reason in ReviewReason)
    ok(run("paths", "drugamine", "crohns-disease", "--certainty", "hedged", "--kind", "symptom"))
