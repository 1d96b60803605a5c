"""The wheel, installed with its lock and nothing else, works in an empty folder."""

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


def _made(folder: Path, *, by_uv: bool) -> Path:
    """Install the lock `base` and the wheel alone into a new environment; its Python."""
    python = folder / "venv" / "bin" / "python"
    lock = ROOT / "requirements" / "base.txt"
    if by_uv:
        uv = [sys.executable, "-m", "uv"]
        _run(*uv, "venv", "--python", sys.executable, folder / "venv", cwd=folder)
        install: list[object] = [*uv, "pip", "install", "--python", python, "--no-deps"]
    else:
        venv.create(folder / "venv", with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--no-deps"]
    _run(*install, "--require-hashes", "-r", lock, cwd=folder)
    _run(*install, _wheel(folder), cwd=folder)
    return python


def _wheel(folder: Path) -> Path:
    """The wheel that is built from the sdist, by the build backend of the lock."""
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`ldn-graph` as an install of the wheel made from the sdist leaves it, no extras.

    By uv, which takes seconds where pip takes half a minute; by pip where uv, which does not read
    pip's settings, reaches no packages.
    """
    try:
        python = _made(tmp_path_factory.mktemp("uv"), by_uv=True)
    except AssertionError:
        python = _made(tmp_path_factory.mktemp("pip"), by_uv=False)
    return python.with_name("ldn-graph")


def test_it_answers_from_the_shipped_corpus(command: Path, tmp_path: Path) -> None:
    rows = _run(command, "query", "claims-for-condition", "-f", "csv", cwd=tmp_path)
    assert "Crohn’s disease" in rows
    found = _run(command, "paths", "low-dose-naltrexone", "crohns-disease", cwd=tmp_path)
    assert "weakest" in found
    assert list(tmp_path.iterdir()) == []


def test_it_draws_checks_builds_and_exports(command: Path, tmp_path: Path) -> None:
    """All in one process: to start takes longer than to draw."""
    verbs = [f"draw --around lupus -o x.{suffix}" for suffix in ("html", "svg", "png", "graphml")]
    verbs += ["check", "build store", "export trig -o x.trig"]
    code = (
        "from ldn_graph.cli import main\n"
        f"for verb in {verbs}:\n"
        "    try:\n        main(verb.split())\n"
        "    except SystemExit as end:\n        assert not end.code, (verb, end.code)\n"
    )
    _run(command.parent / "python", "-c", code, cwd=tmp_path)
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"x.html", "x.svg", "x.png", "x.graphml", "x.trig", "store"}
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
