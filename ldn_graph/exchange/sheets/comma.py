"""Rows ⇄ CSV. No spreadsheet evaluates what is written, and reading gives back what was meant."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ldn_graph.errors import BadFile, TooLarge
from ldn_graph.exchange.sheets.cells import Fault, guarded, unguarded
from ldn_graph.exchange.sheets.columns import LOOKED_AT, known_columns
from ldn_graph.texts.office_zip import MAX_BYTES

#: Cells of a row.
_WIDEST = 10_000
#: What to do about a file that is in another encoding.
_SAVE = "in the spreadsheet, save it as “CSV UTF-8”"
#: What Excel writes before the heading to say what parts the cells.
_SEP = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
#: Errors of Excel in several languages, and of LibreOffice.
_ERROR = re.compile(
    r"#(?:N/A|NV|N/D|NA|REF|BEZUG|RIF|VALUE|WERT|VALEUR|VALORE|VALOR|DIV/0|NAME|NOM|NUM|ZAHL|NULL"
    r"|NUL|SPILL|CALC|GETTING_DATA)[!?]?|Err:\d+",
)


def write(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows as CSV, with a byte-order mark: without it, Excel misreads all but ASCII."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([guarded(row.get(name, "")) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def read(data: bytes, name: str) -> Iterator[list[str | Fault]]:
    """The cells of each row; commas, semicolons, tabs or what a line `sep=` says part them. Rows
    are counted as the spreadsheet does: it does not show that line.

    Raises BadFile where the file is no CSV, or in no encoding that is read, TooLarge where it is
    too large.
    """
    text = _text(data, name)
    told = _SEP.match(text)
    parted_by = told.group(1) if told else _separator(text)
    lines = io.StringIO(text[told.end() :] if told else text, newline="")
    reader = csv.reader(lines, delimiter=parted_by, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile(
                f"{name}, line {reader.line_num}: broken CSV ({error}); write quotes inside a cell "
                "twice, or save it anew from a spreadsheet"
            ) from error
        if len(row) > _WIDEST:
            at = f"{name}, line {reader.line_num}"
            raise TooLarge(f"{at}: more than {_WIDEST} cells; delete them")
        yield [_cell(cell) for cell in row]


def remark(data: bytes, name: str) -> str | None:
    """What a person should look at: that the encoding is a guess."""
    if _declared(data) or b"\0" in data[:4]:
        return None
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        shown = data[error.start : error.start + 1].decode("cp1252", "replace")
        return (
            f"{name}, line {line}: not UTF-8; read as Windows-1252, with {shown!r} there; if that "
            f"is wrong, {_SAVE}"
        )
    return None


def _separator(text: str) -> str:
    """What parts the cells: the heading, of the lines at the top, names most columns with it."""
    lines = [line for line in text[:50_000].split("\n", LOOKED_AT)[:LOOKED_AT] if line.strip()]

    def fits(mark: str) -> tuple[int, int]:
        cells = ([c.strip(' "\r') for c in line.split(mark)] for line in lines)
        first = re.sub('"[^"]*"', "", lines[0]) if lines else ""
        return max(map(known_columns, cells), default=0), first.count(mark)

    return max(",;\t|", key=fits)


def _cell(cell: str) -> str | Fault:
    if _ERROR.fullmatch(cell.strip()):
        return Fault(f"holds the error {cell.strip()}; type in what it should be")
    return unguarded(cell)


def _declared(data: bytes) -> str | None:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    return "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else None


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name}: larger than {MAX_BYTES // 2**20} MiB; split it")
    if data.startswith(b"PK\x03\x04"):
        raise BadFile(f"{name}: is a workbook, not CSV; let its name end in .xlsx or .ods")
    encodings = [_declared(data) or "utf-8", "cp1252"]
    if encodings[0] == "utf-8" and b"\0" in data[:4]:
        encodings = ["utf-16-be" if data[0] == 0 else "utf-16-le"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if "\r\n" in text or "\n" in text else text.replace("\r", "\n")
    raise BadFile(f"{name}: in no encoding that is read; {_SAVE}")
