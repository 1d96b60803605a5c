"""PDF → blocks of text. A PDF holds places of letters, not paragraphs; these rules join them:

A character is raised or lowered where it is smaller than most of its line and stands off its
baseline. PDFium writes a control character for a hyphen that it takes for a word's break; here it
is a hyphen.

- A line that is the first or last of a page, and the same on half of the pages and on three at
  least but for its digits, is a running head; a lone number there is a page number. Both go.
- A line ends a paragraph where the next is empty, or where it ends a sentence and is shorter than
  most; a page ends one where its last line ends a sentence.
- A hyphen at a line's end stays after and before anything but small letters (IL-6, COVID-19,
  4.5-mg, β-endorphin). Between small letters the word is written as elsewhere in the text, with
  the hyphen or without; where it is nowhere else, with the hyphen if both halves are words of the
  text, else without. `short- and long-term` keeps its blank.
- Ligatures (ﬁ, ﬂ) become letters; raised and lowered figures are written as such.
- A line that is only the usual name of a part (Abstract, 2. Methods, …) is a heading.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ldn_graph.errors import BadFile, TooLarge
from ldn_graph.texts.formula import subscript, superscript
from ldn_graph.texts.text import Block, on_one_line, settled

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
    matrix = raw.FS_MATRIX()
    for index in range(text.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(text, index))
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        scaled = raw.FPDFText_GetMatrix(text, index, matrix)
        scale = (matrix.c**2 + matrix.d**2) ** 0.5 if scaled else 1.0
        size = raw.FPDFText_GetFontSize(text, index) * scale
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


MAX_PAGES = 1_000
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LETTERS = str.maketrans(_LIGATURES)
_PARTS = (
    "abstract|summary|keywords?|key words|introduction|background|objectives?|aims?|hypothesis|"
    "(patients|participants|subjects|materials?) and methods?|methods?|methodology|study design|"
    "statistical analysis|results?|findings|discussion|limitations|results and discussion|"
    "conclusions?|acknowledge?ments?|funding|conflicts? of interests?|competing interests|"
    "disclosures?|author contributions|data availability( statement)?|ethics( statement)?|"
    "references|bibliography|appendix|supplementary materials?"
)
_HEADING = re.compile(rf"(\d+(\.\d+)*\.?\s+|[IVX]+\.\s+)?({_PARTS}):?", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:…]['\"’”)\]]*\s*$")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_HYPHEN = re.compile(r"(?<=[^\s\-‐])[-‐\u2011]$")
#: A word of small letters (a capital may begin it) that a line's end may have cut.
_CUT = re.compile(r"(?:^|[\s(\[/\"“'’-])([A-Z]?[a-zß-öø-ÿ]{2,})[-‐\u2011]$")
_NEXT = re.compile(r"[a-zß-öø-ÿ]+")
_SUSPENDED = re.compile(r"(and|or|to|und|oder|bis|et|ou|y|o)\b")
#: A sign between two figures or units, which a line's end has parted.
_SIGN = re.compile(r"\d[–−]$|[^\s/]/$")
#: Titles that the program wrote, not the author.
_NO_TITLE = re.compile(
    r"microsoft word|untitled|^\S+\.(docx?|indd|qxd|tex|pdf|dvi)$", re.IGNORECASE
)


def blocks_of_pdf(data: bytes, name: str) -> tuple[str | None, list[Block]]:
    """Title and blocks of a PDF. Raises BadFile where it is damaged, protected by a password, or
    holds only pictures; TooLarge where it has too many pages."""
    try:
        document = pdfium.PdfDocument(data)
        if len(document) > MAX_PAGES:
            raise TooLarge(f"{name}: more than {MAX_PAGES} pages; split it")
        pages = [lines_of_page(page) for page in document]
        title = document.get_metadata_value("Title")
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium.raw.FPDF_ERR_PASSWORD:
            told = "protected by a password; save a copy without one"
        else:
            told = f"can't be read as a PDF ({error}); save or print it anew"
        raise BadFile(f"{name}: {told}") from error
    blocks = blocks_of_pages(pages)
    if not blocks:
        raise BadFile(f"{name}: holds no text, so is a scan; run text recognition (OCR) over it")
    named = on_one_line(title)
    return (named if named and not _NO_TITLE.search(named) else None), blocks


def blocks_of_pages(pages: Sequence[str]) -> list[Block]:
    """Paragraphs and headings of pages that are given line by line."""
    lines = _without_heads([_settled(page).split("\n") for page in pages])
    known = _words("\n".join(map("\n".join, lines)))
    width = median([len(line) for page in lines for line in page if line.strip()] or [0])
    found: list[Block] = []
    open_: list[str] = []
    page_of = 0
    for number, page in enumerate(lines, 1):
        for line in page:
            bare = " ".join(line.split())
            if _HEADING.fullmatch(bare):
                found += _closed(open_, page_of, known)
                found.append(Block(bare.rstrip(":"), 1, number))
            elif bare:
                page_of = page_of if open_ else number
                open_.append(bare)
            if not bare or (_ENDS.search(bare) and len(bare) < 0.8 * width):
                found += _closed(open_, page_of, known)
        if open_ and _ENDS.search(open_[-1]):
            found += _closed(open_, page_of, known)
    found += _closed(open_, page_of, known)
    return found


def _words(text: str) -> Counter[str]:
    """The words of a text in small letters, but for those that a line's end has cut."""
    return Counter(_WORD.findall(re.sub(r"\S+[-‐]\s*\n\s*\S+", " ", text).lower()))


def _settled(page: str) -> str:
    """The page's characters; a soft hyphen in a PDF is a hyphen that was printed."""
    return settled(page.translate(_LETTERS).replace("\u00ad", "-"))


def _closed(lines: list[str], page: int, known: Counter[str]) -> Iterator[Block]:
    if lines:
        yield Block(joined(lines, known), 0, page)
    lines.clear()


def joined(lines: Sequence[str], known: Counter[str]) -> str:
    """Lines as one, with words mended that a line's end has cut; `known`: words of the text, small.

    >>> joined(["low-", "dose treat-", "ment"], Counter({"low-dose": 1}))
    'low-dose treatment'
    """
    whole = ""
    for line in lines:
        if _HYPHEN.search(whole):
            whole = _after_hyphen(whole, line, known)
        elif _SIGN.search(whole) and (whole.endswith("/") or line[:1].isdigit()):
            whole += line
        else:
            whole = f"{whole} {line}" if whole else line
    return whole


def _after_hyphen(whole: str, line: str, known: Counter[str]) -> str:
    if _SUSPENDED.match(line):
        return f"{whole} {line}"
    cut, after = _CUT.search(whole), _NEXT.match(line)
    if cut is None or after is None:
        return whole + line
    first, second = cut.group(1).lower(), after.group()
    with_it, without = known[f"{first}-{second}"], known[first + second]
    if with_it == without == 0:
        both = min(len(first), len(second)) > 2 and known[first] and known[second]
        return whole + line if both else whole[:-1] + line
    return whole + line if with_it > without else whole[:-1] + line


def _without_heads(pages: list[list[str]]) -> list[list[str]]:
    """Pages without running heads and page numbers."""
    edges = Counter(
        key for page in pages for key in {_without_digits(line) for line in _edge_lines(page)}
    )
    running = {k for k, n in edges.items() if n >= 3 and 2 * n >= len(pages)}
    return [_trimmed(page, running) for page in pages]


def _trimmed(page: list[str], running: set[str]) -> list[str]:
    kept = list(page)
    for at in (0, -1):
        while kept and not kept[at].strip():
            kept.pop(at)
        if kept and (
            _without_digits(kept[at]) in running or re.fullmatch(r"\s*\d{1,4}\s*", kept[at])
        ):
            kept.pop(at)
    return kept


def _edge_lines(page: Sequence[str]) -> list[str]:
    filled = [line for line in page if line.strip()]
    return [filled[0], filled[-1]] if filled else []


def _without_digits(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))
