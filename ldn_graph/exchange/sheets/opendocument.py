"""Rows of an OpenDocument sheet (.ods), each cell as the spreadsheet shows it.

Elements after OpenDocument 1.3, part 3, 9.1 (tables) and 19.385 (value types). A cell holds its
value and the text that it shows; the text is what is read.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ldn_graph.errors import BadFile
from ldn_graph.exchange.sheets.cells import Fault
from ldn_graph.exchange.sheets.columns import CLAIMS, LOOKED_AT, known_columns
from ldn_graph.texts.office_zip import check_package

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_REMEDY = "save it as .ods or .xlsx, without a password"
#: The most columns and empty rows that are looked at; a sheet says how often a cell is repeated.
_WIDEST = 200
_EMPTY = 1_000


def read(data: bytes, name: str) -> Iterator[list[str | Fault]]:
    """The cells of each row of the sheet called `claims`, or of the one that names most columns.

    Raises BadFile where it is no such file, TooLarge where it is too large, or unpacks to too much.
    """
    check_package(data, name, "content.xml", _REMEDY)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("content.xml"), parser)
    except etree.XMLSyntaxError as error:
        raise BadFile(f"{name}: can't be read as a sheet ({error.msg}); {_REMEDY}") from error
    tables = [
        t for t in root.iter(f"{_TABLE}table") if t.getparent().tag == f"{_OFFICE}spreadsheet"
    ]
    if not tables:
        raise BadFile(f"{name}: holds no sheet; {_REMEDY}")
    named = [t for t in tables if (t.get(f"{_TABLE}name") or "").strip().casefold() == CLAIMS]
    yield from _rows(named[0] if named else max(tables, key=_known))


def _known(table: Any) -> int:
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
