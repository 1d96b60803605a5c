"""A table of terms as text: for a terminal, for other programs, and as W3C SPARQL results.

No cell of CSV or TSV is a formula for a spreadsheet: an apostrophe stands before text that would be
taken for one. Numbers and IRIs are as they are; JSON holds every value unaltered.
"""

import csv
import io
import json
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pyoxigraph as ox

from ldn_graph.errors import BadParameter, nearest
from ldn_graph.records.identifiers import contract
from ldn_graph.table import Table, Term, plain

#: Where a program that reads CSV may see a cell begin: at its start, and, where it takes another
#: separator than the comma, after that. What follows there begins a formula; at the start of a
#: cell, a tab or line end does so too.
_BEGINS = r"(?=[^\S\t\r\n]*[=+\-@＝＋－＠])"
_FORMULA = re.compile(rf"^()('*)(?=[\t\r\n])|(^|[,;\t\r\n])('*){_BEGINS}")
_GUARDED = re.compile(rf"^()'('*)(?=[\t\r\n])|(^|[,;\t\r\n])'('*){_BEGINS}")


def guarded(text: str) -> str:
    """The text for a CSV cell: an apostrophe stands before what would be taken for a formula.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("a;=1+1"), guarded("4-5 mg")
    ("'=1+1", "''=1+1", "a;'=1+1", '4-5 mg')
    """
    return _FORMULA.sub(r"\1\3'\2\4", text)


def unguarded(cell: str) -> str:
    """What `guarded` made the cell from.

    >>> unguarded("'=1+1"), unguarded("''=1+1"), unguarded("a;'=1+1"), unguarded("'tis")
    ('=1+1', "'=1+1", 'a;=1+1', "'tis")
    """
    return _GUARDED.sub(r"\1\2\3\4", cell)


_XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = frozenset(_XSD + n for n in ("integer", "int", "long", "nonNegativeInteger"))
_TEXT = frozenset((f"{_XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"))
#: Width of a table in a terminal whose width nobody told.
WIDTH = 120
#: Blanks between the columns of a grid, and the lines that its rows may wrap to.
_GAP, _LINES = 3, 3


def render(table: Table, format: str, *, width: int | None = None) -> str:
    """`table` as text that ends in a newline, in one of `FORMATS`; `width` in characters.

    `width` matters to `table` alone. Raises BadParameter for an unknown format.
    """
    if format not in _WRITERS:
        close = nearest(format, FORMATS) or f"; there are {', '.join(FORMATS)}"
        raise BadParameter(f"unknown format {format!r}{close}")
    return _WRITERS[format](table, width or WIDTH)


def short(term: Term | None) -> str:
    """A term for people: IRIs as CURIEs where a prefix fits, literals bare, unbound empty.

    >>> short(ox.NamedNode("https://w3id.org/ldn-graph/entity/inflammation"))
    'ldn:inflammation'
    """
    return contract(term.value) if isinstance(term, ox.NamedNode) else plain(term)


def _table(table: Table, width: int) -> str:
    """A grid where it stays readable, otherwise one block a row."""
    return _grid(table, width) if _is_readable(table, width) else _blocks(table, width)


def _is_readable(table: Table, width: int) -> bool:
    """Whether a grid breaks no word, and wraps rows to a few lines at most."""
    rows = [table.columns, *([short(t) for t in row] for row in table.rows)]
    longest = [max(map(_longest_word, column)) for column in zip(*rows, strict=True)]
    room = width - _GAP * len(longest)
    return sum(longest) <= room and all(sum(map(len, r)) <= _LINES * room for r in rows)


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _blocks(table: Table, width: int) -> str:
    """One block a row, a line for each bound value: for rows too wide for a grid."""
    margin = max(map(len, table.columns)) + 2
    margin = margin if width - margin >= 20 else 0
    return "\n".join(_block(number, row, width, margin) for number, row in enumerate(table, 1))


def _block(number: int, row: dict[str, Term | None], width: int, margin: int) -> str:
    rule = f"── {number} "
    lines = [rule + "─" * max(0, width - len(rule))]
    for name, term in row.items():
        if term is None:
            continue
        words = _printable(short(term)).split("\n")
        wrapped = [w for line in words for w in textwrap.wrap(line, width - margin) or [""]]
        lines += [f"{name:<{margin}}"[:margin] + wrapped[0]]
        lines += [" " * margin + rest for rest in wrapped[1:]]
    return "\n".join(line.rstrip()[:width] for line in lines) + "\n"


def _grid(table: Table, width: int) -> str:
    """A table with a ruled heading, its cells wrapped, numbers to the right."""
    box, tables = import_module("rich.box"), import_module("rich.table")
    console, cells = import_module("rich.console"), import_module("rich.text")
    grid = tables.Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, leading=int(_wraps(table, width))
    )
    for number, name in enumerate(table.columns):
        column = [row[number] for row in table.rows]
        right = bool(column) and all(t is None or _is_number(t) for t in column)
        grid.add_column(cells.Text(name), justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*(cells.Text(_printable(short(term))) for term in row))
    out = io.StringIO()
    screen = console.Console(
        file=out, width=width, color_system=None, force_terminal=False, legacy_windows=False
    )
    screen.print(grid)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join(lines) + "\n"


def _wraps(table: Table, width: int) -> bool:
    """Whether cells take several lines, so that an empty line between rows helps the eye."""
    texts = [table.columns, *([short(t) for t in row] for row in table.rows)]
    widest = (max(map(len, column)) + 2 for column in zip(*texts, strict=True))
    return sum(widest) > width or any("\n" in value for line in texts for value in line)


def _printable(text: str) -> str:
    """Text that can't steer a terminal: control characters become spaces."""
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf") else " " for c in text
    )


def _plain(table: Table, width: int) -> str:
    """Tab-separated values, IRIs as CURIEs; tabs and line ends in values become spaces."""
    lines = [table.columns, *(tuple(short(t) for t in row) for row in _harmless(table))]
    return "".join(
        "\t".join(" ".join(_printable(v).split()) for v in line) + "\n" for line in lines
    )


def _csv(table: Table, width: int) -> str:
    """RFC 4180: values bare, quoted where they need it, lines ended by CR LF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([plain(t) for t in row] for row in _harmless(table))
    return out.getvalue()


def _tsv(table: Table, width: int) -> str:
    """Tab-separated values, bare; a backslash, tab or line end is written `\\\\`, `\\t`, `\\n`."""
    lines = [table.columns, *(tuple(plain(t) for t in row) for row in _harmless(table))]
    return "".join("\t".join(map(_escaped, line)) + "\n" for line in lines)


def _harmless(table: Table) -> Iterator[tuple[Term | None, ...]]:
    """The rows, with what a spreadsheet would take for a formula guarded."""
    for row in table.rows:
        yield tuple(
            ox.Literal(guarded(t.value))
            if isinstance(t, ox.Literal) and t.datatype.value in _TEXT
            else t
            for t in row
        )


def _escaped(text: str) -> str:
    for char, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(char, written)
    return text


def _json(table: Table, width: int) -> str:
    """A list of objects: numbers and booleans as such, null where unbound."""
    rows = [{name: _native(term) for name, term in row.items()} for row in table]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _native(term: Term | None) -> str | int | bool | None:
    """Whole numbers and booleans as such; decimals stay text, so that no digit is lost."""
    if isinstance(term, ox.Literal):
        if term.datatype.value in _WHOLE:
            return int(term.value)
        if term.datatype.value == _XSD + "boolean":
            return term.value in ("true", "1")
    return None if term is None else plain(term)


def _is_number(term: Term) -> bool:
    return isinstance(term, ox.Literal) and (
        term.datatype.value in _WHOLE or term.datatype.value == _XSD + "decimal"
    )


def _sparql_json(table: Table, width: int) -> str:
    """SPARQL 1.1 Query Results JSON: every term with its type, language and datatype."""
    bindings = [
        {name: _binding(term) for name, term in row.items() if term is not None} for row in table
    ]
    document = {"head": {"vars": list(table.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _binding(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = (term.subject, term.predicate, term.object)
        names = ("subject", "predicate", "object")
        value = {name: _binding(part) for name, part in zip(names, parts, strict=True)}
        return {"type": "triple", "value": value}
    binding = {"type": "literal", "value": term.value}
    if term.language:
        binding["xml:lang"] = term.language
    elif term.datatype.value != _XSD + "string":
        binding["datatype"] = term.datatype.value
    return binding


def _markdown(table: Table, width: int) -> str:
    """A table of GitHub-flavoured Markdown; what Markdown or HTML would read as its own is
    escaped."""
    head = "| " + " | ".join(_marked(name) for name in table.columns) + " |"
    rule = "|" + " --- |" * len(table.columns)
    rows = ("| " + " | ".join(_marked(short(t)) for t in row) + " |" for row in table.rows)
    return "\n".join([head, rule, *rows]) + "\n"


def _marked(text: str) -> str:
    text = _printable(text)
    for char in "\\`*_[]|~":
        text = text.replace(char, f"\\{char}")
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<br>".join(text.splitlines())


_WRITERS: dict[str, Callable[[Table, int], str]] = {
    "table": _table,
    "plain": _plain,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "sparql-json": _sparql_json,
    "markdown": _markdown,
}
FORMATS = tuple(_WRITERS)


CSV_TYPE = "text/csv; charset=utf-8"


def csv_of(table: Table) -> str:
    """The table as CSV; an apostrophe stands before what a spreadsheet would take for a formula.

    >>> import pyoxigraph as ox
    >>> csv_of(Table(("a", "b"), ((ox.Literal("=1+1"), ox.Literal(-1)),)))
    "a,b\\r\\n'=1+1,-1\\r\\n"
    """
    return render(table, "csv")
