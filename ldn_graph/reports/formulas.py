"""Text that no spreadsheet program evaluates, although it looks like a formula."""

import re

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
