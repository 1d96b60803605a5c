"""The wheel, installed alone into an empty environment, works in an empty folder."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.package, pytest.mark.timeout(600)]


def _run(*words: object, cwd: Path) -> str:
    done = subprocess.run([str(w) for w in words], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`ldn-graph` as `pip install` of the wheel made from the sdist leaves it, no extras."""
    folder = tmp_path_factory.mktemp("package")
    _run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    venv.create(folder / "venv", with_pip=True)
    (wheel,) = folder.glob("*.whl")
    pip = [folder / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet"]
    _run(*pip, "--disable-pip-version-check", wheel, cwd=folder)
    return folder / "venv" / "bin" / "ldn-graph"


def test_it_answers_from_the_shipped_corpus(command: Path, tmp_path: Path) -> None:
    rows = _run(command, "query", "claims-for-condition", "-f", "csv", cwd=tmp_path)
    assert "Crohn’s disease" in rows
    found = _run(command, "paths", "low-dose-naltrexone", "crohns-disease", cwd=tmp_path)
    assert "weakest" in found
    assert list(tmp_path.iterdir()) == []


def test_it_draws_checks_builds_and_exports(command: Path, tmp_path: Path) -> None:
    for suffix in ("html", "svg", "png", "graphml"):
        _run(command, "draw", "--around", "lupus", "-o", f"x.{suffix}", cwd=tmp_path)
    _run(command, "check", cwd=tmp_path)
    _run(command, "build", "store", cwd=tmp_path)
    _run(command, "export", "trig", "-o", "x.trig", cwd=tmp_path)
    assert (tmp_path / "x.trig").stat().st_size > 100_000


def test_dataframes_ask_for_their_extra(command: Path, tmp_path: Path) -> None:
    code = (
        "from ldn_graph import EvidenceGraph\n"
        "from ldn_graph.errors import MissingExtra\n"
        "try:\n    EvidenceGraph.open().to_dataframe()\n"
        "except MissingExtra as error:\n    print(error)\n"
    )
    told = _run(command.parent / "python", "-c", code, cwd=tmp_path)
    assert "pip install 'ldn-graph[notebook]'" in told
