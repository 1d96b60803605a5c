"""A corpus of one's own in one command, and the first account where nobody can sign in yet."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ldn_graph.records import corpus as corpora
from ldn_graph.records.vocabularies import AgentRole
from ldn_graph.web.auth.accounts import Accounts, beside
from tests.conftest import ROOT

ORCID = "0000-0002-1825-0097"
PASSWORD = "quiet walnut harbour stove"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ldn_graph", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_an_empty_corpus_has_nothing_of_ours(tmp_path: Path) -> None:
    folder = tmp_path / "sleep"
    made = run("init", str(folder), "--empty", "--title", "Vitamin D", "--me", f"Ann K. <{ORCID}>")
    assert made.returncode == 0, made.stderr
    corpus = corpora.read(folder)[0]
    assert not (corpus.claims or corpus.entities or corpus.sources or corpus.gaps)
    assert list(corpus.agents) == ["ann-k"]
    ann = corpus.agents["ann-k"]
    assert (ann.name, ann.orcid, ann.roles) == ("Ann K.", ORCID, (AgentRole.ADMIN,))
    assert corpus.description.title == "Vitamin D"
    written = "".join(p.read_text() for p in sorted(folder.rglob("*.yaml")) if p.stem != "strength")
    for ours in ("w3id.org", "naltrexone", "LDN evidence", "founding", "creativecommons"):
        assert ours not in written, ours
    assert run("--data", str(folder), "check").returncode == 0
    for words in (["evidence", "--all"], ["gaps"], ["queries"]):
        told = run("--data", str(folder), *words)
        assert told.returncode == 0 and "None" not in told.stderr + told.stdout, words


def test_a_copy_gets_a_title_and_its_first_admin(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert run("init", str(folder), "--title", "Mine", "--me", "Bo").returncode == 0
    corpus = corpora.read(folder)[0]
    assert corpus.description.title == "Mine" and corpus.claims
    assert corpus.agents["bo"].roles == (AgentRole.ADMIN,) and len(corpus.agents) > 1


@pytest.mark.parametrize(
    ("me", "said"),
    [
        ("Ann <0000-0002-1825-0098>", "fails its checksum"),
        ("Ann <nobody>", "orcid is 'nobody'; write it like 0000-0002-1825-0097"),
        ("Анна", "for a name in other letters use `agent add`"),
        ("<>", "write your name"),
    ],
)
def test_a_wrong_name_makes_nothing(tmp_path: Path, me: str, said: str) -> None:
    made = run("init", str(tmp_path / "mine"), "--empty", "--me", me)
    assert made.returncode in (2, 3) and said in made.stderr and "Traceback" not in made.stderr
    assert not list(tmp_path.iterdir())


def test_changing_a_role_keeps_the_rest(tmp_path: Path) -> None:
    folder = str(tmp_path / "mine")
    run("init", folder, "--empty", "--me", "Ann")
    other = ("--data", folder, "agent", "add", "bo", "--as", "ann")
    assert run(*other, "--name", "Bo M.", "--orcid", ORCID).returncode == 0
    assert run(*other, "--role", "editor").returncode == 0
    found = corpora.read(tmp_path / "mine")[0].agents["bo"]
    assert (found.name, found.orcid, found.roles) == ("Bo M.", ORCID, (AgentRole.EDITOR,))
    nameless = run("--data", folder, "agent", "add", "cy", "--as", "ann")
    assert nameless.returncode == 3 and "name is missing" in nameless.stderr


def test_serving_asks_for_the_first_account(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("init", str(folder), "--empty")
    heard = on_a_terminal(
        ["--data", str(folder), "serve", "--curate", "--port", "0"],
        [("Your name", f"Ann K. <{ORCID}>"), ("Password of ann-k", "short"), ("Repeat", "short"),
         ("Password of ann-k", PASSWORD), ("Repeat", PASSWORD), ("serving http", "")],
    )  # fmt: skip
    assert "a password has 12 to 1024 characters" in heard and "ann-k can sign in" in heard
    assert Accounts(beside(folder)).password_is("ann-k", PASSWORD)
    assert corpora.read(folder)[0].agents["ann-k"].orcid == ORCID


def on_a_terminal(words: list[str], talk: list[tuple[str, str]]) -> str:
    """Run a command on a terminal of its own and answer what it asks; what it said."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "ldn_graph", *words])
    heard, seen, until = "", 0, time.monotonic() + 120
    try:
        for asked, answer in talk:
            while not re.search(re.escape(asked), heard[seen:]):
                assert time.monotonic() < until, heard
                if select.select([terminal], [], [], 1)[0]:
                    heard += os.read(terminal, 4096).decode(errors="replace")
            seen = heard.index(asked, seen) + len(asked)
            os.write(terminal, f"{answer}\n".encode())
    finally:
        os.kill(child, 15)
        os.waitpid(child, 0)
        os.close(terminal)
    return heard
