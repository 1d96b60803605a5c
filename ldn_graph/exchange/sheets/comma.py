"""Rows ⇄ CSV. No spreadsheet evaluates what is written, and reading gives back what was meant."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ldn_graph.errors import BadFile, TooLarge
from ldn_graph.exchange.sheets.cells import guarded, unguarded
from ldn_graph.texts.office_zip import MAX_BYTES

#: What to do about a file that is in another encoding.
_SAVE = "in the spreadsheet, save it as “CSV UTF-8”"


def write(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows as CSV, with a byte-order mark: without it, Excel misreads all but ASCII."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([guarded(row.get(name, "")) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def read(data: bytes, name: str) -> Iterator[list[str]]:
    """The cells of each row, the heading first; commas, semicolons or tabs part them.

    Raises BadFile where the file is no CSV in UTF-8, TooLarge where it is too large.
    """
    text = _text(data, name)
    heading = text.partition("\n")[0]
    parted_by = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parted_by, strict=True)
    while True:
        try:
            yield [unguarded(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile(
                f"{name}, line {reader.line_num}: broken CSV ({error}); write quotes inside a cell "
                "twice, or save it anew from a spreadsheet"
            ) from error


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name}: larger than {MAX_BYTES // 2**20} MiB; split it")
    if data.startswith(b"PK\x03\x04"):
        raise BadFile(f"{name}: is a workbook, not CSV; let its name end in .xlsx")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        raise BadFile(f"{name}: is UTF-16, not UTF-8; {_SAVE}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        shown = data[error.start : error.start + 1].decode("cp1252", "replace")
        raise BadFile(
            f"{name}, line {line}: not UTF-8; it may be cp1252 (Windows), with {shown!r} there; "
            f"{_SAVE}"
        ) from error
