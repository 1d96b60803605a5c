"""Rows of XLSX and OpenDocument sheets, each cell as the spreadsheet shows it; XLSX written.

Formats after ECMA-376, part 1, 18.8.31 (numFmts).

Elements after OpenDocument 1.3, part 3, 9.1 (tables) and 19.385 (value types). A cell holds its
value and the text that it shows; the text is what is read.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from ldn_graph.errors import BadFile
from ldn_graph.exchange.sheets.cells import Fault
from ldn_graph.exchange.sheets.columns import CLAIMS, LOOKED_AT, known_columns
from ldn_graph.texts.reader import check_package

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_UNSHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")
_CORE = re.compile(r"[#0?,]*(?:\.[#0?]*)?")
_PLAIN = "format the cell as text, and type it again"


def shown(value: int | float, form: str) -> str | Fault:
    """A number as a cell of that format shows it; a fault where it shows another number.

    >>> shown(4.5, '0.0" mg"'), shown(0.29, "0%"), shown(31.0, "General"), shown(1500, "#,##0")
    ('4.5 mg', '29%', '31', '1500')
    >>> shown(4.56, '0.0" mg"').what
    "is 4.56, but is shown as '4.6 mg'; format the cell as text, and type it again"
    """
    exact = Decimal(repr(value))
    bare = f"{exact.normalize():f}"
    if form in ("General", "@"):
        return bare
    sections = form.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    literals: list[str] = []

    def kept(match: re.Match[str]) -> str:
        literals.append(next((g for g in match.groups() if g is not None), ""))
        return "\ue000"

    pattern = _UNSHOWN.sub("", _LITERAL.sub(kept, section))
    core = max(_CORE.findall(pattern), key=len, default="")
    if not core or "General" in pattern:
        core, pattern = "General", pattern if "General" in pattern else "General"
    before, _, after = pattern.partition(core)
    if re.search(r"[#0?/Ee]", before + after) or core.rstrip("0#?.").endswith(",,"):
        return Fault(f"is a number in the format {form!r}, which is not read; {_PLAIN}")
    percent = "%" in before + after
    amount = exact * 100 if percent else exact
    text = f"{amount.normalize():f}"
    if core != "General":
        least = len(re.sub(r"[^0]", "", core.partition(".")[2]))
        most = len(re.sub(r"[^0#?]", "", core.partition(".")[2]))
        decimals = max(least, min(most, len(text.partition(".")[2])))
        text = f"{amount:.{decimals}f}"
    rest = iter(literals)
    before, after = (re.sub("\ue000", lambda _: next(rest), part) for part in (before, after))
    told = f"{before}{text.lstrip('-') if value < 0 and len(sections) > 1 else text}{after}".strip()
    if abs(Decimal(text) - amount) > abs(amount) * Decimal("1e-12"):
        return Fault(f"is {bare}, but is shown as {told!r}; {_PLAIN}")
    return told


_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ODS_REMEDY = "save it as .ods or .xlsx, without a password"
#: The most columns and empty rows that are looked at; a sheet says how often a cell is repeated.
_WIDEST = 200
_EMPTY = 1_000


def read_ods(data: bytes, name: str) -> Iterator[list[str | Fault]]:
    """The cells of each row of the sheet called `claims`, or of the one that names most columns.

    Raises BadFile where it is no such file, TooLarge where it is too large, or unpacks to too much.
    """
    check_package(data, name, "content.xml", _ODS_REMEDY)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("content.xml"), parser)
    except etree.XMLSyntaxError as error:
        raise BadFile(f"{name}: can't be read as a sheet ({error.msg}); {_ODS_REMEDY}") from error
    tables = [
        t for t in root.iter(f"{_TABLE}table") if t.getparent().tag == f"{_OFFICE}spreadsheet"
    ]
    if not tables:
        raise BadFile(f"{name}: holds no sheet; {_ODS_REMEDY}")
    named = [t for t in tables if (t.get(f"{_TABLE}name") or "").strip().casefold() == CLAIMS]
    yield from _rows(named[0] if named else max(tables, key=_ods_known))


def _ods_known(table: Any) -> int:
    rows = (row for row, _ in zip(_rows(table), range(LOOKED_AT), strict=False))
    return max(map(known_columns, rows), default=0)


def _rows(table: Any) -> Iterator[list[str | Fault]]:
    """Empty rows count only where others follow: a sheet ends with a million of them."""
    waiting = 0
    for row in table.iter(f"{_TABLE}table-row"):
        cells = _cells(row)
        times = int(row.get(f"{_TABLE}number-rows-repeated") or 1)
        if not cells:
            waiting += times
            continue
        yield from ([] for _ in range(min(waiting, _EMPTY)))
        waiting = 0
        yield from (list(cells) for _ in range(min(times, _EMPTY)))


def _cells(row: Any) -> list[str | Fault]:
    found: list[str | Fault] = []
    for cell in row.iterchildren(*_CELLS):
        times = int(cell.get(f"{_TABLE}number-columns-repeated") or 1)
        found += [_cell(cell)] * min(times, _WIDEST - len(found))
    while found and found[-1] == "":
        found.pop()
    return found


def _cell(cell: Any) -> str | Fault:
    kind = cell.get(f"{_CALC}value-type") or cell.get(f"{_OFFICE}value-type")
    shown = "\n".join(_said(p) for p in cell.iterchildren(f"{_TEXT}p"))
    if kind == "error" or (kind != "string" and shown.startswith(("#", "Err:"))):
        return Fault(f"holds the error {shown}; type in what it should be")
    if cell.get(f"{_TABLE}formula"):
        return Fault("holds a formula; paste its value instead")
    if kind in ("date", "time"):
        return Fault("was made a date by the spreadsheet; format it as text, and type it again")
    if kind == "boolean":
        return str(cell.get(f"{_OFFICE}boolean-value") or shown).lower()
    return shown


def _said(element: Any) -> str:
    """The text of a paragraph: several blanks, tabs and line ends are elements; notes are not of
    it."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * int(child.get(f"{_TEXT}c") or 1))
        elif child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            parts.append("\t" if child.tag.endswith("tab") else "\n")
        elif isinstance(child.tag, str) and not child.tag.startswith(_OFFICE):
            parts.append(_said(child))
        parts.append(child.tail or "")
    return "".join(parts)


#: Characters that a cell can hold; openpyxl cuts off the rest without a word.
MAX_CELL = 32_767
_XLSX_REMEDY = "save it as .xlsx, without a password"
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def write_xlsx(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
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


def read_xlsx(data: bytes, name: str) -> Iterator[list[str | Fault]]:
    """The cells of each row, the heading first, one row at a time.

    Macros, links to other files and charts are left alone. Raises BadFile where it is no workbook,
    TooLarge where it is too large, or unpacks to too much.
    """
    check_package(data, name, "[Content_Types].xml", _XLSX_REMEDY)
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
        raise BadFile(f"{name}: can't be read as a workbook ({told}); {_XLSX_REMEDY}") from error


def _chosen(book: Any) -> Any:
    """The sheet called `claims`, whatever its case, or the one whose first rows name most columns
    of one."""
    named = [s for s in book.worksheets if s.title.strip().casefold() == CLAIMS]
    return named[0] if named else max(book.worksheets, key=_xlsx_known)


def _xlsx_known(sheet: Any) -> int:
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
