"""Files that people send are read where they can be stopped, and where there is nothing to take."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ldn_graph.errors import TooLarge
from ldn_graph.exchange.sheets.files import read_rows
from ldn_graph.texts.reader import read_apart

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
READER = """
import os, sys, time
from pathlib import Path
from ldn_graph.texts.reader import answer

def work(data):
    if data == b"loop":
        time.sleep(60)
    if data == b"memory":
        return len(bytearray(3 * 2**30))
    if data == b"die":
        os.abort()
    try:
        Path(sys.argv[1]).write_text("x")
        return "written"
    except OSError:
        return dict(os.environ)

answer(work, "x")
"""


def test_who_reads_a_file_has_no_secrets_no_files_and_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reader_of_a_test.py").write_text(READER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("LDN_GRAPH_UPDATE_TOKEN", "secret")

    def read(data: bytes, seconds: float = 60) -> object:
        return read_apart("reader_of_a_test", [str(tmp_path / "made")], data, "x", seconds)

    seen = read(b"")
    assert isinstance(seen, dict) and not [n for n in seen if n.startswith("LDN_GRAPH")]
    for attack in (b"memory", b"die"):
        with pytest.raises(TooLarge, match="GiB"):
            read(attack)
    with pytest.raises(TooLarge, match=r"longer than 0.5 seconds"):
        read(b"loop", 0.5)


def test_a_row_of_a_million_cells_is_refused() -> None:
    with pytest.raises(TooLarge, match="line 1: more than 10000 cells"):
        read_rows(b"a," * 1_000_000, "x.csv")


def test_a_text_that_many_cells_share_is_not_unfolded() -> None:
    """Some two hundred kilobytes that come to more than four thousand million characters."""
    book = Workbook()
    assert book.active is not None
    for row in (["source", "direction", "certainty", "role", "basis"], ["shared"]):
        book.active.append(row)
    long = "x" * 32_000
    made, bomb = io.BytesIO(), io.BytesIO()
    book.save(made)
    cells = "".join(f'<c r="{get_column_letter(n)}#" t="s"><v>0</v></c>' for n in range(1, 200))
    rows = "".join(f'<row r="{n}">{cells.replace("#", str(n))}</row>' for n in range(3, 700))
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part).decode().replace("</sheetData>", f"{rows}</sheetData>")
            new.writestr(part, text.replace("</Types>", f"{KIND}</Types>"))
        new.writestr("xl/sharedStrings.xml", f"<sst xmlns='{MAIN}'><si><t>{long}</t></si></sst>")
    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(TooLarge, match=r"more than 67108864 characters"):
        read_rows(bomb.getvalue(), "x.xlsx")
