"""PDF → blocks of text. A PDF holds places of letters, not paragraphs; these rules join them:

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

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

import pypdfium2 as pdfium

from ldn_graph.errors import BadFile, TooLarge
from ldn_graph.texts.pdf_lines import lines_of_page
from ldn_graph.texts.text import Block, on_one_line, settled

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
