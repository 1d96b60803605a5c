"""A sheet's file, .csv or .xlsx: read into rows, and written from claims or rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath

from ldn_graph.errors import BadFile, BadParameter, TooLarge, nearest, require
from ldn_graph.exchange.sheets import comma, records
from ldn_graph.exchange.sheets.cells import BLANKS, Fault
from ldn_graph.exchange.sheets.columns import (
    BY_NAME,
    COLUMNS,
    ERROR,
    LOOKED_AT,
    folded,
    known_columns,
)
from ldn_graph.exchange.sheets.drafts import Drafts, Row
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.texts.sandbox import read_apart

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
    return _written([c.name for c in COLUMNS], records.rows(claims, corpus), name)


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
        return comma.read(data, name)
    _demand_reader(ending, name)
    if ending == ".ods":
        from ldn_graph.exchange.sheets import opendocument

        return opendocument.read(data, name)
    from ldn_graph.exchange.sheets import workbook

    return workbook.read(data, name)


def _demand_reader(ending: str, name: str) -> None:
    """Raises MissingExtra where what reads the kind of sheet is not installed."""
    if ending != ".csv":
        require("lxml" if ending == ".ods" else "openpyxl", f"{name}: an {ending} sheet")


def _written(columns: Sequence[str], rows: Iterable[Mapping[str, str]], name: str) -> bytes:
    if _ending(name) == ".csv":
        return comma.write(columns, rows)
    require("openpyxl", f"{name}: an .xlsx sheet")
    from ldn_graph.exchange.sheets import workbook

    return workbook.write(columns, rows)


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
