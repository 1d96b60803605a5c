"""Shared fixtures: the synthetic mini corpus, the shipped one, and where the texts lie."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from ldn_graph.grading.strength import Rule, Strength, grade_all, read_rule
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus
from ldn_graph.texts import reader
from ldn_graph.texts.worker import read_here
from tests.effort import EFFORT
from tests.serving import site as site  # one server for all modules that import no other

ROOT = Path(__file__).parent.parent
MINI = ROOT / "tests" / "data" / "mini"

# The same examples at every run of `make test`, whichever machine; `make soak` looks for new ones.
settings.register_profile("commit", derandomize=True, deadline=None, print_blob=True)
if EFFORT == 1:
    settings.load_profile("commit")


@pytest.fixture(scope="session")
def rule() -> Rule:
    return read_rule(ROOT / "data" / "strength.yaml")


@pytest.fixture(scope="session")
def mini() -> Corpus:
    """Six synthetic claims, one of them contested by two synthetic trials."""
    return corpora.read(MINI)[0]


@pytest.fixture(scope="session")
def mini_strengths(mini: Corpus, rule: Rule) -> dict[str, Strength]:
    return grade_all(mini, rule)


@pytest.fixture(scope="session")
def shipped() -> Corpus:
    """The corpus that the project ships."""
    return corpora.read(ROOT / "data")[0]


@pytest.fixture(scope="session")
def shipped_strengths(shipped: Corpus, rule: Rule) -> dict[str, Strength]:
    return grade_all(shipped, rule)


@pytest.fixture(scope="session")
def texts() -> Path:
    """The folder with the article's text; absent, a test skips, but never in CI."""
    folder = Path(os.environ.get("LDN_GRAPH_TEXTS", ROOT.parent / "shared" / "article"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{folder}: no texts there; set LDN_GRAPH_TEXTS")
        pytest.skip(f"{folder}: no texts there; set LDN_GRAPH_TEXTS to the article's folder")
    return folder


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder with the reference tables; absent, a test skips, but never in CI."""
    folder = Path(os.environ.get("LDN_GRAPH_REFERENCE", ROOT.parent / "shared" / "reference"))
    if not folder.is_dir():
        told = f"{folder}: no tables there; set LDN_GRAPH_REFERENCE to their folder"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return folder


@pytest.fixture
def readers_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers of documents run in this process; that they run apart is tested in test_texts."""
    monkeypatch.setattr(
        reader, "read_apart", lambda _module, words, data, _name, _seconds: read_here(*words, data)
    )
