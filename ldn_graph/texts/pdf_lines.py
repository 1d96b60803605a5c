"""The lines of a PDF's pages, as PDFium (the reader of Chrome) finds them: raised and lowered
figures are written as such (10⁶, CO₂), and an empty line stands where the page leaves one.

A character is raised or lowered where it is smaller than most of its line and stands off its
baseline. PDFium writes a control character for a hyphen that it takes for a word's break; here it
is a hyphen.
"""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

from ldn_graph.texts.scripts import subscript, superscript

#: How much smaller than its line a raised or lowered character is, and how far it stands off the
#: baseline, both as parts of the line's size; TeX and Word set them at 0.58 to 0.75, 0.2 to 0.4.
_SMALLER = 0.86
_RAISED = 0.15
_LOWERED = -0.06
#: The step to the next line that leaves a line empty, by the page's usual step.
_GAP = 1.4
_BREAKS = ("\x02", "\ufffe")
#: What is next on the same line, by the size of the larger: how far it may be off the baseline, and
#: how far off the end of what is before it; from `_BLANK` on, a blank is between them.
_OFF_LINE = 0.6
_BLANK = 0.2
_BESIDE = 2.0


@dataclass(frozen=True)
class _Character:
    """A character with its baseline, its size and its left and right end, in points."""

    text: str
    baseline: float
    size: float
    left: float
    right: float


def lines_of_page(page: Any) -> str:
    """The text of a page of pypdfium2, a line each."""
    lines = list(_lines(_characters(page)))
    bases = [_base(line) for line in lines]
    steps = [a[0] - b[0] for a, b in pairwise(bases) if a and b]
    usual = median([step for step in steps if step > 0] or [0])
    written: list[str] = []
    before: tuple[float, float] | None = None
    for line, base in zip(lines, bases, strict=True):
        if before and base and usual and before[0] - base[0] > _GAP * usual:
            written.append("")
        written.append(_written(line, base))
        before = base or before
    return "\n".join(written)


def _characters(page: Any) -> Iterator[_Character]:
    text = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    matrix = pdfium.FS_MATRIX()
    for index in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text, index))
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        scaled = pdfium.FPDFText_GetMatrix(text, index, matrix)
        scale = (matrix.c**2 + matrix.d**2) ** 0.5 if scaled else 1.0
        size = pdfium.FPDFText_GetFontSize(text, index) * scale
        yield _Character(letter, y.value, size, left.value, right.value)


def _lines(characters: Iterator[_Character]) -> Iterator[list[_Character]]:
    """Characters by line. PDFium begins a line at a raised figure too: that one goes on."""
    line: list[_Character] = []
    is_over = False
    for character in characters:
        if character.text in _BREAKS:
            line.append(replace(character, text="-"))
        is_over |= character.text in ("\n", *_BREAKS)
        if character.text in ("\r", "\n", *_BREAKS):
            continue
        if is_over and line:
            between = _between(line[-1], character)
            if between is None:
                yield line
                line = []
            elif between:
                line.append(replace(line[-1], text=between, size=0.0))
        is_over = False
        line.append(character)
    yield line


def _between(before: _Character, after: _Character) -> str | None:
    """What is between two characters of one line; None where they are of two."""
    size = max(before.size, after.size)
    gap = after.left - before.right
    near = abs(after.baseline - before.baseline) < _OFF_LINE * size
    if before.text == "-" or not near or not -_BLANK * size < gap < _BESIDE * size:
        return None
    return " " if gap >= _BLANK * size else ""


def _base(line: list[_Character]) -> tuple[float, float] | None:
    """Baseline and size of most of a line; None where it is empty."""
    sizes = Counter(round(c.size, 1) for c in line if not c.text.isspace())
    if not sizes:
        return None
    size = max(sizes, key=lambda s: (sizes[s], s))
    return median(c.baseline for c in line if round(c.size, 1) == size), size


def _written(line: list[_Character], base: tuple[float, float] | None) -> str:
    if base is None:
        return ""
    write: dict[int, Callable[[str], str]] = {0: str, 1: superscript, -1: subscript}
    parts = groupby(line, key=lambda c: _position(c, *base))
    return "".join(write[at]("".join(c.text for c in part)) for at, part in parts)


def _position(character: _Character, baseline: float, size: float) -> int:
    """1 for raised, -1 for lowered, 0 on the line."""
    if not size or character.text.isspace() or character.size > _SMALLER * size:
        return 0
    off = (character.baseline - baseline) / size
    return 1 if off > _RAISED else -1 if off < _LOWERED else 0
