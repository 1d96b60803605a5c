"""The wheel, installed with its lock and nothing else, works in an empty folder."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.package, pytest.mark.timeout(600)]


def _run(*words: object, cwd: Path, both: bool = False) -> str:
    done = subprocess.run([str(w) for w in words], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr if both else done.stdout


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
    verbs = [f"draw --around lupus -o x.{suffix}" for suffix in ("html", "svg", "graphml")]
    verbs += ["check", "build store", "export trig -o x.trig"]
    code = (
        "from ldn_graph.cli import main\n"
        f"for verb in {verbs}:\n"
        "    try:\n        main(verb.split())\n"
        "    except SystemExit as end:\n        assert not end.code, (verb, end.code)\n"
    )
    _run(command.parent / "python", "-c", code, cwd=tmp_path)
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"x.html", "x.svg", "x.graphml", "x.trig", "store"}
    assert (tmp_path / "x.trig").stat().st_size > 100_000


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        ("serve", "serve"),
        ("--data own account add ldn-graph-first-reading --password-stdin", "serve"),
        ("suggest text.txt", "suggest"),
        ("draw --around lupus -o x.png", "figures"),
        ("evidence lupus --picture x.svg", "figures"),
        ("template -o new.xlsx", "curate"),
        ("export --sheet claims.xlsx", "curate"),
        ("--data own import sheet.xlsx --as ldn-graph-first-reading", "curate"),
        ("--data own source add --from study.ris --as ldn-graph-first-reading", "curate"),
        ("--data own source add --text text.pdf --as ldn-graph-first-reading", "curate"),
        ("--data own source add --text text.html --as ldn-graph-first-reading", "curate"),
        ("--data own claim add --as ldn-graph-first-reading", "curate"),
    ],
)
def test_what_needs_an_extra_says_so_in_one_line(
    command: Path, tmp_path: Path, words: str, extra: str
) -> None:
    for name in ("text.txt", "text.html", "text.pdf", "study.ris", "sheet.xlsx"):
        (tmp_path / name).write_bytes(b"%PDF-1.4" if name == "text.pdf" else b"Some words.\n")
    if "own" in words:
        _run(command, "init", "own", cwd=tmp_path)
    before = sorted(p for p in tmp_path.rglob("*") if "journal" not in p.parts and p.is_file())
    done = subprocess.run(
        [command, *words.split()], cwd=tmp_path, capture_output=True, text=True, input="a" * 20
    )
    assert done.returncode == 6, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1 and f"pip install 'ldn-graph[{extra}]'" in done.stderr
    after = sorted(p for p in tmp_path.rglob("*") if "journal" not in p.parts and p.is_file())
    assert [p for p in after if ".ldn-graph" not in p.parts] == before


def test_a_base_install_curates_what_needs_no_document(command: Path, tmp_path: Path) -> None:
    _run(command, "init", "own", cwd=tmp_path)
    own = (command, "--data", "own")
    _run(
        *own, "agent", "add", "ada", "--name", "Ada", "--role", "admin", "--as", "ada", cwd=tmp_path
    )
    _run(*own, "entity", "add", "sleep-depth", "--label", "sleep depth", "--kind", "outcome",
         "--as", "ada", cwd=tmp_path)  # fmt: skip
    _run(*own, "export", "--sheet", "claims.csv", cwd=tmp_path)
    assert "0 waiting" in _run(*own, "review", cwd=tmp_path, both=True)
    _run(*own, "check", cwd=tmp_path)


def test_dataframes_ask_for_their_extra(command: Path, tmp_path: Path) -> None:
    code = (
        "from ldn_graph import EvidenceGraph\n"
        "from ldn_graph.errors import MissingExtra\n"
        "try:\n    EvidenceGraph.open().to_dataframe()\n"
        "except MissingExtra as error:\n    print(error)\n"
    )
    told = _run(command.parent / "python", "-c", code, cwd=tmp_path)
    assert "pip install 'ldn-graph[notebook]'" in told
