"""A text → its sentences, each with the heading above it, and their words with offsets and forms.

One pass over the lines. Lines of a hard-wrapped paragraph are read as one; a bullet, a numbered
item and a heading stand by themselves. Offsets are characters of the whole text.

Signs that look alike (apostrophes, dashes, blanks) become one sign each, a character for a
character, so that every offset stays that of the text. Letters of other scripts that look alike
are left as they are: a homoglyph is another word.
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


_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’ʼ′`´", "'"),
        **dict.fromkeys("“”„″«»", '"'),
        **dict.fromkeys("‐‑–—−", "-"),
        **dict.fromkeys("\u00a0\u2007\u202f\u2009\u2028\u2029", " "),
    }
)
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)+|(?:ca|wo|(?:do|does|did|is|are|was|were|has|have|had|would|could|should))n't\b"
    r"|cannot\b|'s\b|\w+|\S",
    re.IGNORECASE,
)
_VOWELS = "aeiou"
#: Words whose last consonant is doubled: control → controlled.
_DOUBLED = frozenset({"control", "cut", "dim", "drop", "get", "put", "set", "shut", "spur", "step",
                      "stop", "transmit", "trim"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign; offsets are those of the whole text; `low` is for comparison."""

    text: str
    start: int
    end: int
    low: str


def plain(text: str) -> str:
    """`text` with one form of apostrophe, quotation mark, dash and blank; as long as before.

    >>> plain("Crohn’s")
    "Crohn's"
    """
    return text.translate(_ALIKE)


def tokens(text: str, offset: int = 0) -> tuple[Token, ...]:
    """The tokens of a sentence that begins at `offset`.

    >>> [t.low for t in tokens("Crohn’s: 1.5 mg doesn’t")]
    ['crohn', "'s", ':', '1.5', 'mg', "doesn't"]
    """
    return tuple(
        Token(text[m.start() : m.end()], offset + m.start(), offset + m.end(), m.group().lower())
        for m in _TOKEN.finditer(plain(text))
    )


def plurals(noun: str) -> tuple[str, ...]:
    """A noun's other number: the plural of a singular, the singular of a plural.

    >>> plurals("therapy"), plurals("endorphins"), plurals("diagnosis"), plurals("lupus")
    (('therapies',), ('endorphin',), ('diagnoses',), ())
    """
    if noun.endswith("ies") and len(noun) > 4:
        return (noun[:-3] + "y",)
    if noun.endswith("is") and len(noun) > 4:
        return (noun[:-2] + "es",)
    if noun.endswith(("us", "ss")) or len(noun) < 2 or not noun.isalpha():
        return (noun + "es",) if noun.endswith("ss") else ()
    if noun.endswith("s"):
        return (noun[:-2], noun[:-1]) if noun.endswith(("ses", "xes", "ches")) else (noun[:-1],)
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return (noun[:-1] + "ies",)
    return (noun + ("es" if noun.endswith(("x", "z", "ch", "sh")) else "s"),)


def spellings(word: str) -> tuple[str, ...]:
    """A word's British and American spelling, beside itself.

    >>> spellings("signalling"), spellings("tumor"), spellings("normalize")
    (('signaling',), ('tumour',), ('normalise',))
    """
    found = []
    for british, american in (
        ("isation", "ization"),
        ("ise", "ize"),
        ("ising", "izing"),
        ("our", "or"),
        ("ours", "ors"),
        ("lling", "ling"),
        ("lled", "led"),
        ("aemia", "emia"),
    ):
        if word.endswith(british) and len(word) > len(british) + 2:
            found.append(word[: -len(british)] + american)
        elif word.endswith(american) and len(word) > len(american) + 2:
            found.append(word[: -len(american)] + british)
    return tuple(found)


def verb_forms(verb: str) -> dict[str, str]:
    """Each form of a regular verb → base, s, ed or ing; irregular ones are listed here.

    >>> verb_forms("modify")
    {'modify': 'base', 'modifies': 's', 'modified': 'ed', 'modifying': 'ing'}
    >>> sorted(verb_forms("bind"))
    ['bind', 'binding', 'binds', 'bound']
    """
    first, _, rest = verb.partition("-")
    if rest and first in ("up", "down"):
        return {f"{first}-{form}": kind for form, kind in verb_forms(rest).items()}
    forms = {verb: "base", _third(verb): "s"}
    for past in _IRREGULAR.get(verb, (_past(verb),)):
        forms.setdefault(past, "ed")
    return {**forms, _gerund(verb): "ing"}


_IRREGULAR = {
    "bind": ("bound",),
    "break": ("broke", "broken"),
    "bring": ("brought",),
    "build": ("built",),
    "come": ("came", "come"),
    "cut": ("cut",),
    "drive": ("drove", "driven"),
    "fall": ("fell", "fallen"),
    "feel": ("felt",),
    "find": ("found",),
    "fight": ("fought",),
    "get": ("got", "gotten"),
    "give": ("gave", "given"),
    "go": ("went", "gone"),
    "grow": ("grew", "grown"),
    "have": ("had",),
    "hold": ("held",),
    "keep": ("kept",),
    "lead": ("led",),
    "make": ("made",),
    "mean": ("meant",),
    "overcome": ("overcame", "overcome"),
    "put": ("put",),
    "rise": ("rose", "risen"),
    "see": ("saw", "seen"),
    "set": ("set",),
    "show": ("showed", "shown"),
    "shrink": ("shrank", "shrunk", "shrunken"),
    "shut": ("shut",),
    "speed": ("sped", "speeded"),
    "take": ("took", "taken"),
    "tell": ("told",),
    "underlie": ("underlay", "underlain"),
    "wind": ("wound",),
    "withdraw": ("withdrew", "withdrawn"),
}


def _third(verb: str) -> str:
    if verb in ("have", "go"):
        return {"have": "has", "go": "goes"}[verb]
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ied"
    return _doubled(verb) + "ed"


def _gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    return _doubled(verb) + "ing"


def _doubled(verb: str) -> str:
    return verb + verb[-1] if verb in _DOUBLED else verb
