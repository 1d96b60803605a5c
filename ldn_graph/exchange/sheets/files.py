"""A sheet's file (.csv, .xlsx, .ods): read into rows, and written from claims or rows."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from ldn_graph.errors import BadFile, BadParameter, TooLarge, UnknownName, nearest, require
from ldn_graph.exchange.sheets.cells import (
    BLANKS,
    Fault,
    Names,
    guarded,
    joined,
    spans_cell,
    unguarded,
)
from ldn_graph.exchange.sheets.columns import (
    BY_NAME,
    CLAIM_COLUMNS,
    COLUMNS,
    ERROR,
    ITEM_COLUMNS,
    LOOKED_AT,
    Column,
    Form,
    folded,
    known_columns,
)
from ldn_graph.exchange.sheets.drafts import Drafts, Row
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.texts.reader import MAX_UNPACKED, read_apart

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


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows as CSV, with a byte-order mark: without it, Excel misreads all but ASCII."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([guarded(row.get(name, "")) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def read_csv(data: bytes, name: str) -> Iterator[list[str | Fault]]:
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
        yield [_csv_cell(cell) for cell in row]


def encoding_remark(data: bytes, name: str) -> str | None:
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


def _csv_cell(cell: str) -> str | Fault:
    if _ERROR.fullmatch(cell.strip()):
        return Fault(f"holds the error {cell.strip()}; type in what it should be")
    return unguarded(cell)


def _declared(data: bytes) -> str | None:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    return "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else None


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_UNPACKED:
        raise TooLarge(f"{name}: larger than {MAX_UNPACKED // 2**20} MiB; split it")
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


def rows(claims: Iterable[Claim], corpus: Corpus) -> Iterator[dict[str, str]]:
    """The rows of `claims`, by column; every row repeats its claim's columns."""
    labels = _labels(corpus)
    for claim in claims:
        plain = claim.model_dump(mode="json", exclude_none=True)
        shared = _item_cells(CLAIM_COLUMNS, plain, labels)
        for item in plain["evidence"]:
            yield shared | _item_cells(ITEM_COLUMNS, item, labels)


def _labels(corpus: Corpus) -> Mapping[str, str]:
    """What to call each entity: its label, or its id where another has that name too."""
    names = Names(corpus)
    found = {}
    for entity in corpus.entities.values():
        try:
            own = names.entity(entity.label) == entity.id
        except UnknownName:
            own = False
        found[entity.id] = entity.label if own else entity.id
    return found


def _item_cells(
    columns: Iterable[Column], record: Mapping[str, Any], labels: Mapping[str, str]
) -> dict[str, str]:
    found = {}
    for column in columns:
        value: Any = record
        for step in column.steps:
            value = value.get(step) if value is not None else None
        if value is not None and value != []:
            found[column.name] = _item_cell(column, value, labels)
    return found


def _item_cell(column: Column, value: Any, labels: Mapping[str, str]) -> str:
    if column.form is Form.ENTITY:
        return labels[value]
    if column.form is Form.SOME_OF:
        return joined(value)
    if column.form is Form.SPANS:
        return spans_cell(value)
    if column.form is Form.LINKS:
        return joined(f"{link['kind']}: {link['claim']}" for link in value)
    if column.form is Form.JSON:
        return json.dumps([_given(one) for one in value], ensure_ascii=False)
    return str(value)


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a result or measurement that are given."""
    return {k: v for k, v in fields.items() if v is not None}


#: What is written, and what is read besides.
ENDINGS = (".csv", ".xlsx")
READ = (*ENDINGS, ".ods")
#: Rows of a sheet. A spreadsheet holds a million; nobody fills in so many by hand.
MAX_ROWS = 200_000
#: Characters of a file's name that a message shows.
_LONGEST_NAME = 200


def read_rows(data: bytes, name: str, most: int = MAX_ROWS) -> Iterator[Row]:
    """The rows of the sheet `data`; `name` is the file's, and ends as its kind does. The file is
    read in a process that can be stopped.

    Raises BadParameter for another kind; BadFile where the file is damaged, or where its heading
    is wrong; TooLarge beyond `most` rows, or where the file is too large or takes too long.
    """
    name = name[-_LONGEST_NAME:]
    _demand_reader(_ending(name, READ), name)
    words = (name, str(most + LOOKED_AT + 1))
    found = read_apart("ldn_graph.exchange.sheets.worker", words, data, name)
    cells = ([c if isinstance(c, str) else Fault(*c) for c in row] for row in found)
    return rows_of(cells, name, most)


def rows_of(cells: Iterator[Sequence[str | Fault]], name: str, most: int) -> Iterator[Row]:
    """The rows below the heading, from the cells of every row, one at a time.

    Raises BadFile where the heading is wrong, TooLarge beyond `most` rows.
    """
    top, heading = _found_heading(cells, name)
    for number, row in enumerate(cells, top + 1):
        if number > most + top:
            raise TooLarge(f"{name}: more than {most} rows; split it")
        named = [(c, v) for c, v in zip(heading, row, strict=False) if c]
        faults = {c: v.what for c, v in named if isinstance(v, Fault)}
        texts = {c: v for c, v in named if isinstance(v, str) and v.strip(BLANKS)}
        if extra := [v for v in row[len(heading) :] if isinstance(v, Fault) or v.strip(BLANKS)]:
            faults[""] = f"{len(extra)} cells more than the heading; delete them"
        if texts or faults:
            yield Row(number, texts, faults)


def write_claims(claims: Iterable[Claim], corpus: Corpus, name: str) -> bytes:
    """The claims as a sheet of the kind that `name` ends in. Raises BadParameter for another."""
    return _written([c.name for c in COLUMNS], rows(claims, corpus), name)


def write_refused(found: Drafts, name: str) -> bytes:
    """The rows that were not taken, each with what is wrong with it in a last column."""
    told: dict[int, list[str]] = {}
    for problem in found.problems:
        place = f"column {problem.column}: " if problem.column else ""
        told.setdefault(problem.row, []).append(place + problem.what)
    rows = (
        {**row.cells, ERROR: "\n".join(told.get(row.number, ["another row of its claim is wrong"]))}
        for row in found.refused
    )
    return _written([*(c.name for c in COLUMNS), ERROR], rows, name)


def _ending(name: str, known: Sequence[str] = ENDINGS) -> str:
    ending = PurePath(name).suffix.lower()
    if ending not in known:
        raise BadParameter(f"{name}: unknown kind of sheet; end it with {' or '.join(known)}")
    return ending


def cells_here(data: bytes, name: str) -> Iterator[Sequence[str | Fault]]:
    """The cells of each row of a sheet, read in this very process.

    Raises BadParameter, BadFile or TooLarge.
    """
    ending = _ending(name, READ)
    if ending == ".csv":
        return read_csv(data, name)
    _demand_reader(ending, name)
    if ending == ".ods":
        from ldn_graph.exchange.sheets import spreadsheets

        return spreadsheets.read_ods(data, name)
    from ldn_graph.exchange.sheets import spreadsheets

    return spreadsheets.read_xlsx(data, name)


def _demand_reader(ending: str, name: str) -> None:
    """Raises MissingExtra where what reads the kind of sheet is not installed."""
    if ending != ".csv":
        require("lxml" if ending == ".ods" else "openpyxl", f"{name}: an {ending} sheet")


def _written(columns: Sequence[str], rows: Iterable[Mapping[str, str]], name: str) -> bytes:
    if _ending(name) == ".csv":
        return write_csv(columns, rows)
    require("openpyxl", f"{name}: an .xlsx sheet")
    from ldn_graph.exchange.sheets import spreadsheets

    return spreadsheets.write_xlsx(columns, rows)


def _found_heading(rows: Iterator[Sequence[str | Fault]], name: str) -> tuple[int, list[str]]:
    """The number of the row that names most columns, of those at the top, and the columns; the
    reader stands after it. Without such a row, the first that holds anything is the heading."""
    first: tuple[int, Sequence[str | Fault]] = (1, [])
    for number, row in zip(range(1, LOOKED_AT + 1), rows, strict=False):
        if known_columns(row) > 2:
            return number, _heading(row, name, number)
        if not any(isinstance(c, str) and c.strip(BLANKS) for c in first[1]):
            first = (number, row)
    return first[0], _heading(first[1], name, first[0])


def _heading(cells: Sequence[str | Fault], name: str, row: int) -> list[str]:
    """The columns' names; an empty name is a column that is not read."""
    found = [folded(cell) for cell in cells]
    known = (*BY_NAME, ERROR)
    problems = [
        f"{name}, row {row}: unknown column {c!r}{nearest(c, known) or '; delete it'}"
        for c in found
        if c and c not in known
    ]
    problems += [
        f"{name}, row {row}: column {c!r} is there twice; delete one" for c in _twice(found)
    ]
    missing = [c.name for c in COLUMNS if not c.optional and c.of == "item" and c.name not in found]
    if not any(found):
        raise BadFile(f"{name}: is empty; `ldn-graph template -o {name}` makes one to fill in")
    if missing:
        problems.append(
            f"{name}, row {row}: no column {', '.join(missing)}; "
            "`ldn-graph template` makes a sheet that has them all"
        )
    if problems:
        raise BadFile(*problems)
    return ["" if c == ERROR else c for c in found]


def _twice(names: Sequence[str]) -> list[str]:
    return sorted({n for n in names if n and names.count(n) > 1})
