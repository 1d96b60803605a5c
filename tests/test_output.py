"""What is written reaches where it was sent, or one line says why not: devices, pipes, links,
modes, closed, narrow and full outputs; and no cell that a spreadsheet would evaluate."""

import csv
import io
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

from ldn_graph import files
from ldn_graph.errors import DiskFull, Unwritable
from ldn_graph.reports.tables import FORMATS, render
from ldn_graph.table import Table
from tests.conftest import ROOT

full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


def run(*words: str, **how: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ldn_graph", *words]
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT} | how
    return subprocess.run(command, check=False, **how)  # type: ignore[call-overload, no-any-return]


# ---- files


def test_a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.touch(mode=0o600)
    for path in (private, tmp_path / "new"):
        files.write_text(path, "x")
    usual = tmp_path / "usual"
    usual.touch()
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (private, tmp_path / "new", usual)]
    assert modes[0] == 0o600 and modes[1] == modes[2]


def test_links_stay_links(tmp_path: Path) -> None:
    real, soft, hard, loose = (tmp_path / n for n in ("real", "soft", "hard", "loose"))
    real.write_text("before")
    soft.symlink_to(real)
    hard.hardlink_to(real)
    loose.symlink_to(tmp_path / "later")
    for path, words in ((soft, "by soft"), (hard, "by hard")):
        files.write_text(path, words)
        assert real.read_text() == hard.read_text() == words and soft.is_symlink()
    files.write_text(loose, "there now")
    assert loose.is_symlink() and (tmp_path / "later").read_text() == "there now"


def test_a_pipe_is_written_through(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()))
    reader.start()
    files.write_text(pipe, "through")
    reader.join(timeout=20)
    assert heard == ["through"] and stat.S_ISFIFO(pipe.stat().st_mode)


@full
def test_a_device_is_written_and_stays_one() -> None:
    files.write_text(Path("/dev/null"), "x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(DiskFull, match="/dev/full: can't be written"):
        files.write_text(Path("/dev/full"), "x")


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for path in (tmp_path / "folder", tmp_path / "file" / "below"):
        with pytest.raises(Unwritable, match="can't be written"):
            files.write_text(path, "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_a_file_that_is_there_stays_whole_where_its_folder_takes_no_other(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write into any folder")
    path = tmp_path / "closed" / "file"
    path.parent.mkdir()
    path.write_text("before")
    path.parent.chmod(0o500)
    files.write_text(path, "after")
    path.parent.chmod(0o700)
    assert path.read_text() == "after"


# ---- standard output


@full
@pytest.mark.parametrize(
    "words", [("queries",), ("export", "trig"), ("evidence", "fibromyalgia"), ("--help",)]
)
def test_a_full_disk_ends_in_one_line(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as out:
        ended = run(*words, stdout=out)
    assert (ended.returncode, ended.stderr.count("\n")) == (5, 1), ended.stderr
    assert ended.stderr.startswith("ldn-graph: standard output: can't be written (No space left")


@pytest.mark.parametrize("words", ["queries", "gaps", "check"])
def test_a_closed_output_ends_in_one_line(words: str) -> None:
    ended = run(words, preexec_fn=lambda: os.close(1))
    assert ended.returncode == 5
    assert ended.stderr.splitlines()[-1].startswith("ldn-graph: standard output: is closed; open")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("coding", ["cp1252", "latin-1", "koi8-r"])
def test_a_narrow_output_ends_in_one_line(coding: str) -> None:
    environment = os.environ | {"PYTHONIOENCODING": coding, "PYTHONUTF8": "0"}
    ended = run("gaps", env=environment)
    assert ended.returncode == 5 and "Traceback" not in ended.stderr
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("ldn-graph: standard output: is ") and "which has no '" in last
    assert "set PYTHONUTF8=1" in last


def test_a_reader_that_goes_away_is_no_fault() -> None:
    command = [sys.executable, "-m", "ldn_graph", "export", "trig"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert "Traceback" not in said and "Exception ignored" not in said


def test_a_hyphen_is_standard_output(tmp_path: Path) -> None:
    plain = run("queries", cwd=tmp_path)
    named = run("queries", "-o", "-", cwd=tmp_path)
    assert plain.returncode == named.returncode == 0 and plain.stdout == named.stdout
    assert not list(tmp_path.iterdir())


# ---- formulas


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "＝"])
@pytest.mark.parametrize("form", ["csv", "tsv", "plain"])
def test_no_cell_is_a_formula(sign: str, form: str) -> None:
    assert form in FORMATS
    table = Table(("a", "b"), ((ox.Literal(f"{sign}1+1"), ox.Literal(-1)),))
    text = render(table, form)
    if form == "csv":
        (_, (cell, number)) = csv.reader(io.StringIO(text, newline=""))
    else:
        cell, number = text.splitlines()[1].split("\t")[-2:]
    assert cell[:1] == "'" and number == "-1"
    assert f'"{sign}1+1"'.replace("\t", "\\t") in render(table, "json")
