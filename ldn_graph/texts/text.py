"""A text as it is kept: settled characters, its digest, its sections and pages.

Every text, whatever file it came from:
  - is in Unicode's composed form (NFC), so that é is one character;
  - ends its lines with \\n alone;
  - holds no control characters but \\n and tab (others become U+FFFD, so that none goes unseen),
    and none that only steer how text is shown: soft hyphens (between digits they become `-`),
    zero-width spaces, byte-order marks and marks of writing direction.
A UTF-8 file that is so already is kept byte for byte. In HTML, PDF and Word files, blanks that only
lay out the source become one space, and an empty line stands between paragraphs.
"""

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

#: Characters of a text; a long book has two million.
MAX_LENGTH = 5_000_000
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
#: What no reader here understands keeps a place: U+FFFD, the replacement character.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb]")
#: A soft hyphen is seen at a line's end only; between digits it is too dangerous to be left out.
_SOFT = re.compile(r"(?<=\d)\xad(?=\d)")
_UNSEEN = re.compile("[\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


@dataclass(frozen=True)
class Section:
    """What stands under a heading, heading and all; `level` is 1 for the topmost."""

    title: str
    start: int
    end: int
    level: int = 1


@dataclass(frozen=True)
class Block:
    """A paragraph or heading (`level` above 0) of a file; `page` counts from 1, 0 for no pages."""

    text: str
    level: int = 0
    page: int = 0


@dataclass(frozen=True)
class SourceText:
    """A source's text. Offsets, `length` and `sha256` (of its UTF-8) are of exactly this `text`.

    `title` is a guess. `pages`: for files that have pages, where the first paragraph begins that
    each of them begins.
    """

    text: str
    kind: str
    title: str | None = None
    sections: tuple[Section, ...] = ()
    pages: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        return len(self.text)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def section_at(self, offset: int) -> Section | None:
        """The innermost section that the character at `offset` stands in."""
        found = [s for s in self.sections if s.start <= offset < s.end]
        return max(found, key=lambda s: s.start, default=None)

    def page_at(self, offset: int) -> int | None:
        """The page that the character at `offset` stands on, from 1; None where there are none."""
        return bisect_right(self.pages, offset) or None


def settled(text: str) -> str:
    """The text as it is kept; settling twice changes nothing.

    >>> settled("cafe\\u0301\\r\\nnext\\u200b")
    'café\\nnext'
    """
    shown = _CONTROLS.sub("\ufffd", _SOFT.sub("-", _LINE_ENDS.sub("\n", text)))
    return unicodedata.normalize("NFC", _UNSEEN.sub("", shown))


def on_one_line(text: str) -> str:
    """The text without layout: every run of blanks is one space."""
    return " ".join(settled(text).split())


def sections_of(heads: Iterable[tuple[str, int, int]], end: int) -> tuple[Section, ...]:
    """Sections from headings (title, where it begins, level): each ends where the next of its
    level or above begins, or at `end`.

    >>> [(s.title, s.end) for s in sections_of([("A", 0, 1), ("B", 5, 2), ("C", 9, 1)], 20)]
    [('A', 9), ('B', 9), ('C', 20)]
    """
    found: list[Section] = []
    after: list[tuple[int, int]] = []  # (level, start) of what follows, nearest last
    for title, start, level in reversed(list(heads)):
        while after and after[-1][0] > level:
            after.pop()
        stop = after[-1][1] if after else end
        found.append(Section(title, start, stop, level))
        after.append((level, start))
    return tuple(reversed(found))


def assembled(blocks: Iterable[Block], kind: str, title: str | None) -> SourceText:
    """The text that blocks make, an empty line between them."""
    parts: list[str] = []
    heads: list[tuple[str, int, int]] = []
    pages: list[int] = []
    at = 0
    for block in blocks:
        text = settled(block.text).strip()
        if not text:
            continue
        pages += [at] * (block.page - len(pages))
        if block.level:
            heads.append((text, at, block.level))
        parts.append(text)
        at += len(text) + 2
    whole = "\n\n".join(parts)
    named = title and on_one_line(title)
    first = heads[0][0] if heads and heads[0][1] == 0 else None
    return SourceText(whole, kind, named or first, sections_of(heads, len(whole)), tuple(pages))
