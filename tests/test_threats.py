"""What docs/ tells of threats and of privacy is so: the tests are there, and so are the figures."""

import re
from pathlib import Path

import pytest

from ldn_graph.cli.serve import account
from ldn_graph.web.auth import accounts
from ldn_graph.workspace.corpus_files import MOST_FORMS
from tests.conftest import ROOT

MODEL = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
PRIVACY = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", MODEL)))


@pytest.mark.parametrize(("module", "name"), NAMED)
def test_each_test_that_the_model_names_is_there(module: str, name: str) -> None:
    path = Path(__file__).parent / module
    assert path.is_file()
    assert not name or re.search(rf"^def {name}\(", path.read_text(encoding="utf-8"), re.M)


def test_every_threat_has_a_defence_and_a_test() -> None:
    rows = [line.split(" | ") for line in MODEL.splitlines() if line.startswith("| a")]
    assert len(rows) > 12
    for row in rows:
        assert len(row) == 4 and all(cell.strip(" |") for cell in row), row
        assert re.search(r"`test_\w+\.py", row[3]), row


def test_the_figures_of_the_privacy_page_are_those_of_the_program() -> None:
    told = PRIVACY.replace(",", "")
    assert f"the address {accounts.ADDRESS_DAYS} days; failures up to {accounts.FAILURES}" in told
    assert f"after {accounts.IDLE_HOURS} h idle or {accounts.SESSION_DAYS} days" in told
    assert f"({MOST_FORMS} forms)" in told
    verbs = set(re.findall(r"(?:`|ldn-graph |--data \S+ )account ([a-z]+)", PRIVACY))
    assert {"delete", "disable", "audit"} <= verbs <= set(account.commands)
