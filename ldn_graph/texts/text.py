"""A text as it is kept (settled characters, its digest, its sections), and plain text and Markdown.

Every text, whatever file it came from:
  - is in Unicode's composed form (NFC), so that é is one character;
  - ends its lines with \\n alone;
  - holds no control characters but \\n and tab (others become U+FFFD, so that none goes unseen),
    and none that only steer how text is shown: soft hyphens (between digits they become `-`),
    zero-width spaces, byte-order marks and marks of writing direction.
A UTF-8 file that is so already is kept byte for byte. In HTML, PDF and Word files, blanks that only
lay out the source become one space, and an empty line stands between paragraphs.
"""

import codecs
import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from ldn_graph.errors import BadFile

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


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Encodings that hide what a text holds from whoever looks at its bytes.
_REFUSED = {"utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"}
#: A line that may be a heading: no list item, no sentence, and not long.
_HEADING = re.compile(r"(?![-*•·–—\d.]+\s)(?=.*[^\W\d_])[^\W_a-zß-ÿ].{0,98}[^\s.,;:!?…]")
_WORDS = 14
#: Front matter: fields between two lines of `---` (TOML: `+++`) at the very beginning.
_FRONT = re.compile(
    r"(---|\+\+\+)[ \t]*\n((?=[\w\"'#-][^\n]*?[:=#])(?:(?!(?:\1|\.\.\.)[ \t]*$).*\n)*)"
    r"(?:\1|\.\.\.)[ \t]*(?:\n+|\Z)",
    re.MULTILINE,
)
_TITLE = re.compile(r"^title\s*[:=]\s*(['\"]?)(.+?)\1\s*$", re.MULTILINE)


#: Labels that browsers read otherwise than by their name (WHATWG Encoding, 4.2): Python's name.
_WEB_LABELS = {
    **dict.fromkeys(("iso8859-1", "ascii"), "cp1252"),
    **{"iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030"},
    **{"gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"},
}


def web_encoding(label: str | None, name: str) -> str | None:
    """The encoding that browsers mean by a label. Raises BadFile for one that is none.

    >>> web_encoding("Latin1", "x.html"), web_encoding("utf8", "x.html")
    ('cp1252', 'utf-8')
    """
    if not label:
        return None
    known = _known(label, name)
    return _WEB_LABELS.get(known, known)


def decoded(data: bytes, name: str, declared: str | None = None) -> str:
    """The text of a file: by its byte-order mark, by what is `declared` of it, or UTF-8.

    Nothing is guessed: a wrong guess changes the words. Raises BadFile.
    """
    mark = next(((m, e) for m, e in _MARKS if data.startswith(m)), None)
    encoding = mark[1] if mark else _known(declared, name)
    body = data[len(mark[0]) :] if mark else data
    if mark is None and b"\0" in body[:1000]:
        raise BadFile(f"{name}: no text, or UTF-16 without its mark; save it as UTF-8")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise BadFile(
            f"{name}, line {line}: not {encoding.upper()}, as it should be; open it in the program "
            "that wrote it, and save it as UTF-8"
        ) from error


def plain(text: str, kind: str = "text") -> SourceText:
    """A plain text as it is; short lines that are no sentence, over longer ones, are headings.

    Such a line at the beginning is the title, and heads what comes before the next one.
    """
    kept = settled(text)
    lines = kept.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    title = lines[first].strip() if _may_head(lines[first]) else None
    found = [n for n in range(len(lines)) if _is_heading(lines, n) or (title and n == first)]
    heads = [(lines[n].strip(), starts[n], 1) for n in found]
    return SourceText(kept, kind, title, sections_of(heads, len(kept)))


def markdown(text: str) -> SourceText:
    """A Markdown file as it is written, marks and all; its headings are the sections.

    Front matter (YAML or TOML) is no text: only its title is taken.
    """
    from markdown_it import MarkdownIt

    whole = settled(text)
    front = _FRONT.match(whole)
    named = _TITLE.search(front.group(2)) if front else None
    kept = whole[front.end() :] if front else whole
    starts = list(accumulate((len(line) + 1 for line in kept.split("\n")), initial=0))
    tokens = MarkdownIt("commonmark", {"maxNesting": 20}).parse(kept)
    heads = [
        (tokens[n + 1].content, starts[token.map[0]], int(token.tag[1:]))
        for n, token in enumerate(tokens)
        if token.type == "heading_open" and token.map and tokens[n + 1].content.strip()
    ]
    own = next((title for title, _, level in heads if level == 1), None)
    title = named.group(2).strip() if named else own
    return SourceText(kept, "markdown", title, sections_of(heads, len(kept)))


def _known(declared: str | None, name: str) -> str:
    if not declared:
        return "utf-8"
    try:
        found = codecs.lookup(declared.strip())
    except (LookupError, ValueError):
        found = None
    is_text = found is not None and getattr(found, "_is_text_encoding", False)
    if found is None or not is_text or found.name in _REFUSED:
        raise BadFile(f"{name}: unknown encoding {declared[:40]!r}; save it as UTF-8")
    return found.name


def _may_head(line: str) -> bool:
    bare = line.strip()
    return len(bare.split()) <= _WORDS and _HEADING.fullmatch(bare) is not None


def _is_heading(lines: list[str], number: int) -> bool:
    """Whether a line heads what comes next: a longer line, or a list."""
    if not _may_head(lines[number]):
        return False
    below = next((line for line in lines[number + 1 :] if line.strip()), "")
    return bool(below) and not _may_head(below)
