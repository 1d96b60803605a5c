"""The source texts that quotes were taken from, known by their digest; where words stand in a text.

Offsets are 0-based characters of the whole text, the end exclusive. Nothing here knows a file.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from ldn_graph.errors import FileError
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Corpus, Source

#: Characters that hold a word together between two word characters: Crohn’s, low-dose, mg/kg.
_JOINS = "'’ʼ-‐‑/"
#: Characters that hold a number together between two digits: 1.5, 1,500, 1.5–4.5.
_NUMBER_JOINS = ".,–−:"
#: Signs that belong to the number after them, and those that a blank may part from it.
_SIGNS = "≥≤><=≈~±≠+-−–$€£#∼"
_COMPARISONS = "≥≤><=≈~±≠∼"
#: Signs that belong to the number before them.
_UNITS = "%‰°+"
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’ʼ′`´", "'"),
        **dict.fromkeys("“”„″«»", '"'),
        **dict.fromkeys("‐‑–—−", "-"),
        **dict.fromkeys("\u00a0\u2007\u202f\u2009\t\n\r\u2028\u2029", " "),
    }
)


def occurrences(text: str, words: str) -> tuple[int, ...]:
    """Where `words` begin in `text`, exactly as they are.

    >>> occurrences("aXa", "a")
    (0, 2)
    """
    return tuple(m.start() for m in re.finditer(f"(?={re.escape(words)})", text)) if words else ()


def loose_occurrences(text: str, words: str) -> tuple[tuple[int, int], ...]:
    """Where `words` stand but for case, the form of apostrophes, quotes and dashes, and blanks.

    >>> loose_occurrences("by Crohn’s  disease", "crohn's disease")
    ((3, 19),)
    """
    parts = [re.escape(part) for part in words.translate(_ALIKE).split()]
    if not parts:
        return ()
    found = re.finditer(r" +".join(parts), text.translate(_ALIKE), re.IGNORECASE)
    return tuple(m.span() for m in found)


def difference(given: str, found: str) -> str:
    """What two wordings differ in that `loose_occurrences` overlooks, in words.

    >>> difference("Crohn's  disease", "Crohn’s disease")
    'white space and the form of apostrophes'
    """
    kinds = []
    if _blanks(given) != _blanks(found):
        kinds.append("white space")
    for name, signs in (
        ("the form of apostrophes", "'‘’ʼ′`´"),
        ("the form of quotation marks", '"“”„″«»'),
        ("the form of dashes", "-‐‑–—−"),
    ):
        if [c for c in given if c in signs] != [c for c in found if c in signs]:
            kinds.append(name)
    if [c for c in given if c.isalpha()] != [c for c in found if c.isalpha()]:
        kinds.append("capital letters")
    return " and ".join(kinds) or "signs that look alike"


def longest_part(text: str, words: str) -> tuple[int, int] | None:
    """The longest run of `words` that stands in `text`, trimmed; None below ten characters."""
    match = SequenceMatcher(None, text, words, autojunk=False).find_longest_match()
    part = text[match.a : match.a + match.size]
    start = match.a + len(part) - len(part.lstrip())
    part = part.strip()
    return (start, start + len(part)) if len(part) >= 10 else None


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened so that it cuts no word, number or sign of a number at either end.

    >>> whole_words("of ≥12 mg", 4, 6), whole_words("11.5 mg", 1, 4), whole_words("a b c", 2, 3)
    ((3, 6), (0, 4), (2, 3))
    """
    while start > 0 and start < end and _together(text, start):
        start -= 1
    before = len(text[:start].rstrip(" \u00a0\u202f"))
    if start < end and text[start].isdigit() and text[before - 1 : before] in tuple(_COMPARISONS):
        start = before - 1
    while 0 < end < len(text) and start < end and _together(text, end):
        end += 1
    return start, end


def _together(text: str, at: int) -> bool:
    """Whether the characters before and after position `at` belong to one word or number."""
    before, after = text[at - 1], text[at]
    if _is_word(before) and _is_word(after):
        return True
    if after.isdigit() and before in _SIGNS + _NUMBER_JOINS:
        return before in _SIGNS or _digit_at(text, at - 2)
    if before.isdigit() and after in _UNITS + _NUMBER_JOINS:
        return after in _UNITS or _digit_at(text, at + 1)
    return (after in _JOINS and _is_word(before) and _word_at(text, at + 1)) or (
        before in _JOINS and _is_word(after) and _word_at(text, at - 2)
    )


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _word_at(text: str, at: int) -> bool:
    return 0 <= at < len(text) and _is_word(text[at])


def _digit_at(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isdigit()


def mentions(text: str, names: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where one of `names` stands as words of its own, in any case, singular or plural, or ’s.

    Short names in capitals (MS, LDN) keep their case: ms is not MS. A name behind a hyphen is
    part of another word: anti-inflammation does not mention inflammation.

    >>> mentions("Endorphins in Crohn’s disease", ["endorphin"])
    ((0, 10),)
    >>> mentions("anti-inflammation, 5 ms", ["inflammation", "MS"])
    ()
    """
    plain = text.translate(_ALIKE)
    spans = {m.span() for name in names for m in _pattern(name).finditer(plain)}
    return tuple(sorted(spans))


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    plain = " ".join(name.translate(_ALIKE).split())
    exact = plain.isupper() and len(plain) <= 5
    words = r"\s+".join(re.escape(p) for p in plain.split())
    ending = "(?:'?s)?" if exact else _inflections(plain)
    if not exact:
        words = words[: len(words) - _stem_cut(plain)]
    return re.compile(rf"(?<!\w)(?<!\w-){words}{ending}(?!\w)", 0 if exact else re.IGNORECASE)


def _stem_cut(name: str) -> int:
    """How many final letters `_inflections` spells out."""
    lower = name.lower()
    if lower.endswith("ies") and len(lower) > 4:
        return 3
    return 1 if lower.endswith("y") or _is_plural(lower) else 0


def _is_plural(lower: str) -> bool:
    return lower.endswith("s") and not lower.endswith(("ss", "is", "us"))


def _inflections(name: str) -> str:
    lower = name.lower()
    if lower.endswith("y") or (lower.endswith("ies") and len(lower) > 4):
        return "(?:y(?:'s)?|ies'?|ys'?)"
    if _is_plural(lower):
        return "(?:s?(?:'s?)?)"
    return "(?:(?:'|e)?s|s')?"


def section_of(headings: Iterable[tuple[int, str]], at: int) -> str | None:
    """The text of the last of `headings` (position, text) that begins before `at`."""
    above = [(start, text) for start, text in headings if start < at]
    return max(above)[1] if above else None


def line_of(text: str, at: int) -> int:
    """The 1-based line of a position."""
    return text.count("\n", 0, at) + 1


def _blanks(text: str) -> list[str]:
    return re.findall(r"\s+", text)


@dataclass(frozen=True)
class Texts:
    """`by_source`: source id → text. `paths`: source id → its file. `findings`: files that are
    nobody's, or not what they claim to be."""

    by_source: Mapping[str, str]
    paths: Mapping[str, Path] = field(default_factory=dict)
    folder: Path | None = None
    findings: tuple[Finding, ...] = ()

    @classmethod
    def read(cls, folder: Path, corpus: Corpus) -> "Texts":
        """Read the files of `folder`. Raises FileError where it is no folder or can't be read."""
        if not folder.is_dir():
            raise FileError(f"{folder}: no such folder; name the one that holds the source texts")
        wanted = {s.text_sha256: s for s in corpus.sources.values() if s.text_sha256}
        texts: dict[str, str] = {}
        paths: dict[str, Path] = {}
        findings: list[Finding] = []
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or not path.is_file():
                continue
            content = _content(path)
            source = wanted.get(_digest(content))
            if source is None:
                findings.append(_stray(path, content, wanted, corpus))
                continue
            try:
                texts[source.id] = content.decode("utf-8")
                paths[source.id] = path
            except UnicodeDecodeError as error:
                findings.append(_not_utf8(path, source, error))
        return cls(texts, paths, folder, tuple(findings))

    def place(self, source: str, line: int) -> str:
        """`file:line` in a source's text."""
        return f"{self.paths.get(source, f'text of {source}')}:{line}"


def audit_texts(corpus: Corpus, places: Places, texts: Texts) -> Iterator[Finding]:
    """Files that are nobody's text, sources whose text is not there, lengths that don't fit."""
    yield from texts.findings
    for source in corpus.sources.values():
        where = places("source", source.id, "text_sha256")
        text = texts.by_source.get(source.id)
        if text is None and source.text_sha256 is not None:
            yield Finding(
                Severity.WARNING,
                "text-missing",
                where,
                f"no file in {texts.folder or 'the texts'} has the digest of {source.id}, "
                "so its quotes were not compared",
                "put the very text that was quoted there",
            )
        if text is not None and source.text_length not in (None, len(text)):
            yield Finding(
                Severity.ERROR,
                "text-length",
                places("source", source.id, "text_length"),
                f"the text of {source.id} has {len(text)} characters, not {source.text_length}",
                f"write text_length: {len(text)}",
            )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            f"{path}: can't be read ({error.strerror}); mend its permissions, or move it away"
        ) from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _stray(path: Path, content: bytes, wanted: Mapping[str, Source], corpus: Corpus) -> Finding:
    """Why a file's digest is no source's: changed line ends, a changed text, or a stranger."""
    plain = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    for variant in (plain, plain.rstrip(b"\n"), plain.rstrip(b"\n") + b"\n"):
        if twin := wanted.get(_digest(variant)):
            return Finding(
                Severity.ERROR,
                "text-changed",
                f"{path}:1",
                f"it is the text of {twin.id} but for its line ends or byte-order mark",
                "copy the file anew, as binary",
            )
    named = corpus.sources.get(path.stem)
    if named is not None and named.text_sha256 is not None:
        return Finding(
            Severity.ERROR,
            "text-changed",
            f"{path}:1",
            f"it is named like {named.id}, but its digest {_digest(content)[:12]}… is not the "
            f"recorded {named.text_sha256[:12]}…",
            "restore the text that was quoted, or quote this one and record its digest",
        )
    return Finding(
        Severity.WARNING,
        "text-unknown",
        f"{path}:1",
        f"its digest {_digest(content)[:12]}… is that of no source",
        f"move it away, or record text_sha256: {_digest(content)} with its source",
    )


def _not_utf8(path: Path, source: Source, error: UnicodeDecodeError) -> Finding:
    return Finding(
        Severity.ERROR,
        "text-not-utf8",
        f"{path}:1",
        f"the text of {source.id} is not UTF-8 at byte {error.start}",
        "save the text as UTF-8, and record the new digest",
    )
