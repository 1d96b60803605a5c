"""What stands in one cell: lists of words and spans, and text that no spreadsheet evaluates."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ldn_graph.reports.formulas import guarded as guarded
from ldn_graph.reports.formulas import unguarded as unguarded

#: What may stand round the words of a cell without belonging to them.
BLANKS = " \t\r\n\u00a0"
_ESCAPED = re.compile(r"\\([\\;\[])")
_PLACED = re.compile(r"(?s)(.*) \[(\d{1,9})-(\d{1,9})\]")


@dataclass(frozen=True)
class Fault:
    """A cell that holds no text: what is wrong, and the remedy."""

    what: str


def joined(words: Iterable[str]) -> str:
    """Words as one cell, parted by `; `; a `;` or backslash in a word gets a backslash.

    >>> joined(["may", "a;b"])
    'may; a\\\\;b'
    """
    return "; ".join(re.sub(r"([\\;])", r"\\\1", word) for word in words)


def parted(cell: str) -> list[str]:
    """The words of a cell, still with their backslashes, without the blank after each `;`."""
    parts = re.findall(r"(?s)((?:\\.|[^;\\]|\\$)+)(?:;|$)", cell)
    return [part.removeprefix(" ") if n else part for n, part in enumerate(parts)]


def words_of(cell: str) -> list[str]:
    """The words that `joined` made the cell from; blanks around each are dropped.

    >>> words_of("may; a\\\\;b ;c")
    ['may', 'a;b', 'c']
    """
    words = (_ESCAPED.sub(r"\1", part).strip() for part in parted(cell))
    return [word for word in words if word]


def spans_cell(spans: Iterable[Mapping[str, Any]]) -> str:
    """Spans as one cell: their words, with `[start-end]` after those whose place is known.

    >>> spans_cell([{"exact": "may", "start": 3, "end": 6}, {"exact": "suggests"}])
    'may [3-6]; suggests'
    """
    return "; ".join(_span(span) for span in spans)


def spans_of(cell: str) -> list[dict[str, Any]]:
    """The spans of a cell, as plain data.

    >>> spans_of("may [3-6]; suggests")
    [{'exact': 'may', 'start': '3', 'end': '6'}, {'exact': 'suggests'}]

    Blanks at the edges of words stay where the place says that they belong to them.
    """
    found: list[dict[str, Any]] = []
    for part in parted(cell):
        placed = _PLACED.fullmatch(part.rstrip())
        if placed:
            exact, start, end = placed.groups()
            exact = _ESCAPED.sub(r"\1", exact)
            bare = exact.strip()
            fits = len(bare) == int(end) - int(start)
            found.append({"exact": bare if fits else exact, "start": start, "end": end})
        elif words := _ESCAPED.sub(r"\1", part).strip():
            found.append({"exact": words})
    return found


def _span(span: Mapping[str, Any]) -> str:
    exact = re.sub(r"([\\;])", r"\\\1", str(span["exact"]))
    if span.get("start") is not None:
        return f"{exact} [{span['start']}-{span['end']}]"
    # a span without a place whose words end like a place
    return re.sub(r"\[(?=\d+-\d+\]\s*$)", r"\\[", exact)
