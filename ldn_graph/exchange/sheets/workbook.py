"""Rows ⇄ XLSX. Every cell is text, so that no spreadsheet evaluates, dates or rounds it."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from ldn_graph.errors import BadFile
from ldn_graph.exchange.sheets.cells import Fault
from ldn_graph.exchange.sheets.columns import CLAIMS, LOOKED_AT, known_columns
from ldn_graph.exchange.sheets.numbers import shown
from ldn_graph.texts.office_zip import check_package

#: Characters that a cell can hold; openpyxl cuts off the rest without a word.
MAX_CELL = 32_767
#: The most columns that are looked at.
_WIDEST = 200
_REMEDY = "save it as .xlsx, without a password"
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def write(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows as a workbook with one sheet; the same rows give the same bytes.

    Raises BadFile where a text is longer than a cell can hold.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(CLAIMS)
    sheet.freeze_panes = "A2"
    heading = [text_cell(sheet, name) for name in columns]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    try:
        for row in rows:
            cells = (row.get(name, "") for name in columns)
            sheet.append([text_cell(sheet, text) if text else None for text in cells])
    except BaseException:
        sheet.close()  # or openpyxl complains of the unfinished file
        raise
    return saved(book)


def text_cell(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    """A cell that is text whatever it looks like: `=1+1` is three characters and stays so."""
    if len(text) > MAX_CELL:
        raise BadFile(
            f"“{text[:40]}…” is longer than {MAX_CELL} characters, which no spreadsheet holds; "
            "export CSV instead"
        )
    cell = WriteOnlyCell(sheet)
    as_text(cell, text)
    return cell


def as_text(cell: Any, text: str) -> None:
    """Put `text` into an openpyxl cell as text, marked so that editing the cell keeps it text."""
    cell.value = escaped(text)
    cell.data_type = "s"
    cell.number_format = "@"
    if not text[:1].isalnum():
        cell.quotePrefix = True


def escaped(text: str) -> str:
    """A text as XML can hold it: OOXML writes a control character as `_x0001_`."""
    return _UNWRITABLE.sub(lambda m: f"_x{ord(m.group()):04X}_", text)


def saved(book: Workbook) -> bytes:
    """The workbook's file, without the time at which it was made."""
    out, settled = io.BytesIO(), io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as made, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as kept:
        for part in made.infolist():
            content = made.read(part)
            if part.filename == "docProps/core.xml":
                content = _STAMP.sub(b"2000-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(part.filename, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, content)
    return settled.getvalue()


def read(data: bytes, name: str) -> Iterator[list[str | Fault]]:
    """The cells of each row, the heading first, one row at a time.

    Macros, links to other files and charts are left alone. Raises BadFile where it is no workbook,
    TooLarge where it is too large, or unpacks to too much.
    """
    check_package(data, name, "[Content_Types].xml", _REMEDY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of what it leaves out
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # a sheet may claim to be larger than it is
            for row in _chosen(book).iter_rows(max_col=_WIDEST):
                yield [_text(cell) for cell in _trimmed(row)]
    except BadFile:
        raise
    except Exception as error:  # the library raises whatever a damaged part makes it stumble over
        told = " ".join(str(error).split())[:200] or type(error).__name__
        raise BadFile(f"{name}: can't be read as a workbook ({told}); {_REMEDY}") from error


def _chosen(book: Any) -> Any:
    """The sheet called `claims`, whatever its case, or the one whose first rows name most columns
    of one."""
    named = [s for s in book.worksheets if s.title.strip().casefold() == CLAIMS]
    return named[0] if named else max(book.worksheets, key=_known)


def _known(sheet: Any) -> int:
    rows = sheet.iter_rows(max_row=LOOKED_AT, max_col=_WIDEST, values_only=True)
    return max((known_columns(row) for row in rows), default=0)


def _trimmed(row: Sequence[Any]) -> Sequence[Any]:
    end = len(row)
    while end and row[end - 1].value is None:
        end -= 1
    return row[:end]


def _text(cell: Any) -> str | Fault:
    """What is in a cell, as text."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Fault("holds a formula; paste its value instead")
    if isinstance(value, date | datetime | time | timedelta):
        return Fault("was made a date by the spreadsheet; format it as text, and type it again")
    if cell.data_type == "e":
        return Fault(f"holds the error {value}; type in what it should be")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return shown(value, cell.number_format or "General")
    return _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), str(value))
