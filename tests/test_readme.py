"""What the README shows works: its Python, its commands, its links."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from ldn_graph.cli import main
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [str(p.relative_to(ROOT)) for p in sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.S)
COMMANDS = [
    re.split(r" {3,}", line)[0]
    for _, block in BLOCKS
    for line in block.splitlines()
    if line.startswith("ldn-graph ")
]


def test_there_are_commands_and_python_to_try() -> None:
    assert len(COMMANDS) > 8 and [kind for kind, _ in BLOCKS].count("python") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(
    command: str, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record = "PMID- 1\nTI  - A synthetic title of a study.\nDP  - 2020\nFAU - Nobody, Ann\n"
    (tmp_path / "study.nbib").write_text(record, encoding="utf-8")
    (tmp_path / "paper.txt").write_text("Naltrexone may reduce pain.", encoding="utf-8")
    words = [str(texts) if w == "DIR" else w for w in shlex.split(command)[1:]]
    if words[0] == "source":
        words.append("--dry-run")
    if words[0] == "serve":  # tests/serving.py runs it for real
        words.append("--help")
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0 and result.output.strip(), result.output


def test_the_python_runs() -> None:
    code = next(block for kind, block in BLOCKS if kind == "python")
    names: dict[str, object] = {}
    exec(code, names)
    assert names["best"]
    g = names["g"]
    rows = g.sparql("SELECT ?c ?q { ?c ldnv:evidence/ldnv:quote ?q } LIMIT 5")  # type: ignore[attr-defined]
    assert len(rows) == 5


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *PAGES])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http", "entity:", "claim:")):  # a lesson's own links
            assert (path.parent / target).exists(), f"{page}: {target}"


def test_no_page_names_a_machine() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        assert not re.search(r"/(work|tmp|home|root)/", path.read_text(encoding="utf-8")), path
