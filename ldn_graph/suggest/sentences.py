"""A text → its sentences, each with the heading above it and the label before it.

One pass over the lines. Lines of a hard-wrapped paragraph are read as one; a bullet, a numbered
item and a heading stand by themselves. Offsets are characters of the whole text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: A heading has no more characters, a sentence is cut after so many.
_HEADING = 90
_LONGEST = 1500
_BULLET = re.compile(r"[ \t]*(?:[-–—•*·▪◦‣+]|\(?\d{1,2}[.)]|[a-z][.)])[ \t]+")
_MARKDOWN = re.compile(r"[ \t]*#{1,6}[ \t]+")
_BOLD = re.compile(r"[ \t]*(?:\*\*|__)(.{1,90}?)(?:\*\*|__)[ \t]*:?[ \t]*$")
#: A label has no more words and characters before its colon.
_LABEL_WORDS, _LABEL_LENGTH = 6, 80
_END = re.compile(r"[.!?]+[\"'”’)\]]*(?:\[\d+(?:[,–-]\s*\d+)*\])?(?=\s+|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?i:e\.g|i\.e|vs|cf|al|fig|dr|mr|mrs|prof|approx|ca|resp|incl)|\b(?:[A-Z]|Ms|St))\.$"
)
#: “no. 5” is a number, “No.” an answer.
_NUMBERED = re.compile(r"\bno\.$", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """A sentence or heading, without its bullet. `section`: the heading above, None before the
    first. `label`: what stands before a colon at its beginning, which `start` comes after."""

    start: int
    end: int
    text: str
    section: str | None
    label: str | None = None
    heading: bool = False
    bullet: bool = False


@dataclass(frozen=True)
class _Line:
    start: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in its order.

    >>> text = "A title\\n\\nOne, e.g. 1.5 mg. Pain: two."
    >>> [(s.section, s.label, s.text) for s in sentences(text)]  # doctest: +NORMALIZE_WHITESPACE
    [('A title', None, 'A title'), ('A title', None, 'One, e.g. 1.5 mg.'),
     ('A title', 'Pain', 'two.')]
    """
    section: str | None = None
    lines = list(_lines(text))
    last = next((n for n in range(len(lines) - 1, -1, -1) if not lines[n].blank), -1)
    wrapped = _is_wrapped(lines)
    n = 0
    while n < len(lines):
        line, first = lines[n], n
        n += 1
        if line.blank:
            continue
        heading = _heading(line.text) if first < last else None
        if heading is not None and not _runs_on(lines, first, wrapped):
            section = heading
            start = line.start + line.text.index(heading)
            yield Sentence(start, start + len(heading), heading, section, heading=True)
            continue
        while n < len(lines) and _joins(lines[n - 1], lines[n], wrapped):
            n += 1
        end = lines[n - 1].start + len(lines[n - 1].text)
        yield from _of_block(text, line.start, end, section)


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, line.rstrip("\r"))
        start += len(line) + 1


def _is_wrapped(lines: list[_Line]) -> bool:
    """Whether paragraphs are broken into lines: none is long, and many end within a sentence."""
    full = [line for line in lines if len(line.text) > 50]
    if not full or max(len(line.text) for line in lines) > 130:
        return False
    open_ = sum(line.text.rstrip()[-1:] not in tuple(".!?:") for line in full)
    return len(full) > 2 and open_ * 2 > len(full)


def _joins(above: _Line, below: _Line, wrapped: bool) -> bool:
    """Whether `below` goes on with the paragraph of `above`."""
    if below.blank or above.blank or _BULLET.match(below.text) or _MARKDOWN.match(below.text):
        return False
    opening = below.text.lstrip()[:1]
    ended = above.text.rstrip()[-1:] in tuple(".!?:")
    return (wrapped and len(above.text) > 40) or (opening.islower() and not ended)


def _runs_on(lines: list[_Line], at: int, wrapped: bool) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else None
    return following is not None and _joins(lines[at], following, wrapped)


def _heading(line: str) -> str | None:
    """The heading that a line is, without its marks; None where it is none."""
    marked = _MARKDOWN.match(line)
    if marked:
        return line[marked.end() :].strip(" \t#") or None
    bold = _BOLD.match(line)
    if bold:
        return bold[1].strip(" :") or None
    stripped = line.strip()
    if _BULLET.match(line) or len(stripped) > _HEADING or not any(c.isalpha() for c in stripped):
        return None
    if stripped[-1] == ":":
        return stripped[:-1].strip() if len(stripped.split()) <= 6 else None
    if stripped[-1] in ".!,;" or not (stripped[0].isupper() or stripped[0].isdigit()):
        return None
    return stripped


def _of_block(text: str, start: int, end: int, section: str | None) -> Iterator[Sentence]:
    bullet = _BULLET.match(text, start, end)
    at = bullet.end() if bullet else start
    for first, last in _cuts(text, at, end):
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last:
            yield _labelled(text, first, last, section, bullet is not None)


def _cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the sentences between two offsets begin and end; none is longer than the longest."""
    first = start
    for match in _END.finditer(text, start, end):
        tail = text[max(first, match.start() - 8) : match.start() + 1]
        digit = text[match.end() : match.end() + 2].strip()[:1].isdigit()
        if match.group() == "." and _ABBREVIATION.search(tail):
            continue
        if digit and _NUMBERED.search(tail):
            continue
        yield from _pieces(text, first, match.end())
        first = match.end()
    yield from _pieces(text, first, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        cut = text.rfind(" ", start, start + _LONGEST)
        cut = start + _LONGEST if cut <= start else cut
        yield start, cut
        start = cut
    yield start, end


def _labelled(text: str, start: int, end: int, section: str | None, bullet: bool) -> Sentence:
    colon = text.find(": ", start, min(end, start + _LABEL_LENGTH))
    label = text[start:colon].strip() if colon > start else ""
    fits = label and len(label.split()) <= _LABEL_WORDS and not set(label) & set('.,;?!"“”\n')
    if not fits or not text[start].isupper():
        return Sentence(start, end, text[start:end], section, bullet=bullet)
    first = colon + 2
    while first < end and text[first].isspace():
        first += 1
    return Sentence(first, end, text[first:end], section, label, bullet=bullet)
