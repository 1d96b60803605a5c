"""Texts that are given with a source: kept with it, or not at all."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from ldn_graph.cli import main
from ldn_graph.errors import FileError
from ldn_graph.texts.text import plain
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.source_texts import held, keep, shelf_of
from tests.curators import ANN, staffed
from tests.curators import copied as copied_to

TEXT = plain("Drugamine was given to mice. They ate more.")
RECORD = "TY  - JOUR\nTI  - Of mice\nPY  - 2020\nER  - \n"


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.exists() else {}


@pytest.mark.parametrize("shelf", ["none", "empty", "with a text"])
def test_a_change_that_fails_leaves_the_texts_as_they_were(tmp_path: Path, shelf: str) -> None:
    folder = tmp_path / "texts"
    if shelf != "none":
        folder.mkdir()
    if shelf == "with a text":
        keep(folder, "old", plain("An abstract."))
    before, sha = files_of(folder), plain("An abstract.").sha256
    with pytest.raises(KeyError), held(folder, {"new": TEXT, "old": TEXT}, instead_of=sha):
        raise KeyError
    assert files_of(folder) == before and folder.exists() is (shelf != "none")
    with held(folder, {"new": TEXT}) as written:
        assert written == [folder / "new.txt"]
    assert files_of(folder)["new.txt"].decode() == TEXT.text


def test_a_second_text_that_cannot_be_kept_takes_the_first_back(tmp_path: Path) -> None:
    keep(tmp_path, "old", plain("Another text."))
    before = files_of(tmp_path)
    with pytest.raises(FileError), held(tmp_path, {"new": TEXT, "old": TEXT}):
        raise AssertionError
    assert files_of(tmp_path) == before


def test_a_source_that_is_refused_leaves_no_text(tmp_path: Path) -> None:
    desk: Workspace = staffed(copied_to(tmp_path))
    (tmp_path / "text.txt").write_text(TEXT.text)
    (tmp_path / "record.ris").write_text(RECORD)
    before, seq = files_of(shelf_of(desk.folder)), desk.seq
    words = ["--data", str(desk.folder), "source", "add", "--from", str(tmp_path / "record.ris"),
             "--text", str(tmp_path / "text.txt"), "--as"]  # fmt: skip
    refused = CliRunner().invoke(main, [*words, "nobody"])
    assert refused.exit_code == 2, refused.output
    assert (
        files_of(shelf_of(desk.folder)) == before == {} and Workspace.open(desk.folder).seq == seq
    )
    done = CliRunner().invoke(main, [*words, ANN])
    assert done.exit_code == 0, done.output
    assert any(name.endswith(".txt") for name in files_of(shelf_of(desk.folder)))
