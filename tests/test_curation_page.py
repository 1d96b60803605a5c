"""Every command of docs/curation.md does what the page says, in its order."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ldn_graph.cli import main
from ldn_graph.records.vocabularies import AgentRole, ReviewReason
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "curation.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [
    re.split(r"\s{3,}", line)[0]
    for kind, block in BLOCKS
    if not kind
    for line in block.splitlines()
    if line.startswith(("ldn-graph ", "export "))
]


def test_there_is_something_to_try() -> None:
    assert len(COMMANDS) > 20


def test_every_verb_and_option_is_there() -> None:
    """The words of each command are known to the program, whatever it would answer."""
    for command in COMMANDS:
        if command.startswith("export"):
            continue
        words = shlex.split(command.partition(" > ")[0])[1:]
        if words[0].startswith("--"):
            words = words[2:]
        found: click.Command = main
        context = click.Context(main)
        while isinstance(found, click.Group) and words:
            inner = found.get_command(context, words[0])
            if inner is None:
                break
            found, words = inner, words[1:]
        assert found is not main, command
        context = found.make_context(str(found.name), words, resilient_parsing=True)
        assert context is not None
        options = {o for p in found.params for o in p.opts}
        assert {w for w in words if w.startswith("-")} <= options, command


def test_the_beginning_works_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS[:6]:
        words = shlex.split(command)
        if words[0] == "export":
            monkeypatch.setenv(*words[1].split("="))
            continue
        result = CliRunner().invoke(main, words[1:])
        assert result.exit_code == 0, (command, result.output)
    listed = CliRunner().invoke(main, ["agent", "list"]).stdout
    assert {"ada", "ann", "ben"} <= set(listed.split())


def test_all_roles_and_reasons_are_named() -> None:
    assert all(f"{role}s" in PAGE for role in AgentRole)
    assert ", ".join(ReviewReason) in PAGE
