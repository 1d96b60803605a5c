"""What a text's own abbreviations stand for.

The long form beside a bracket is found as Schwartz & Hearst (2003) do: its letters, read backwards,
spell the short form. An abbreviation of the corpus that the text expands otherwise, as LDN for
laparoscopic donor nephrectomy, names nothing of the corpus in that text.
"""

import re
from collections.abc import Iterator

from ldn_graph.suggest.matching import Dictionary
from ldn_graph.suggest.names import is_acronym
from ldn_graph.suggest.relations import VERBS
from ldn_graph.suggest.words import plain, tokens

_SHORT = re.compile(r"\b[A-Za-z][A-Za-z0-9-]{1,9}\b")
_BEHIND = re.compile(r"\(\s*([A-Za-z][A-Za-z0-9-]{1,9})\s*[);,]")
_BEFORE = re.compile(r"\b([A-Z][A-Za-z0-9-]{1,9})\s*\(\s*([^()]{4,80}?)\s*\)")
_STANDS = re.compile(
    r"\b([A-Z][A-Za-z0-9-]{1,9})\s+(?:stands for|means|is short for|denotes|refers to)\s+"
    r"([^.;,()]{4,80})"
)
#: A long form has no more words than this, and no more than twice the letters of its short form.
_FURTHER = 5
#: Initials of ordinary words spell much: those of a long form are words of so many letters.
_LONG_WORD = 4


def redefined(text: str, dictionary: Dictionary) -> dict[str, tuple[str, ...]]:
    """Each abbreviation of the corpus that `text` expands otherwise → what it stands for there; an
    empty tuple where the corpus does not have that."""
    shorts = {s for s in _SHORT.findall(text) if is_acronym(s) and (s,) in dictionary.table}
    found: dict[str, tuple[str, ...]] = {}
    for short in sorted(shorts):
        own = set(dictionary.table[(short,)])
        longs = list(_expansions(text, short)) or list(_spelt(text, short, dictionary, own))
        meant = [_entities(long, dictionary) for long in longs]
        if longs and not any(own & set(ids) for ids in meant):
            found[short] = next((ids for ids in meant if ids), ())
    return found


def _expansions(text: str, short: str) -> Iterator[str]:
    """The long forms that the text gives a short one, in its own words."""
    flat = plain(text)
    for match in _BEHIND.finditer(flat):
        if match[1] == short:
            long = long_form(short, flat[max(0, match.start() - 200) : match.start()])
            if long is not None:
                yield long
    for pattern in (_BEFORE, _STANDS):
        for match in pattern.finditer(flat):
            long = long_form(short, match[2]) if match[1] == short else None
            if long is not None:
                yield long


def long_form(short: str, before: str) -> str | None:
    """The words at the end of `before` that `short` abbreviates.

    >>> long_form("LDN", "We studied laparoscopic donor nephrectomy ")
    'laparoscopic donor nephrectomy'
    >>> long_form("LDN", "we studied patients ") is None
    True
    """
    words = before.split()
    words = words[-min(len(short) + _FURTHER, len(short) * 2) :]
    rest = " ".join(words)
    at = len(rest) - 1
    for n in range(len(short) - 1, -1, -1):
        letter = short[n].lower()
        if not letter.isalnum():
            continue
        while at >= 0 and (
            rest[at].lower() != letter or (n == 0 and at > 0 and rest[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
        at -= 1
    return rest[at + 1 :]


def _spelt(text: str, short: str, dictionary: Dictionary, own: set[str]) -> Iterator[str]:
    """Words in a row whose initials are the short form, where the text names nothing of its own:
    “in laparoscopic donor nephrectomy, LDN …”."""
    low = plain(text).lower()
    names = [" ".join(w) for w, ids in dictionary.table.items() if own & set(ids) and len(w) > 1]
    if len(short) < 3 or any(name.split()[-1] in low for name in names):
        return
    words = tokens(text)
    for n in range(len(words) - len(short) + 1):
        window = words[n : n + len(short)]
        initials = "".join(w.low[0] for w in window)
        long = all(len(w.low) >= _LONG_WORD and w.low not in VERBS for w in window)
        if initials == short.lower() and long:
            yield " ".join(w.low for w in window)


def _entities(long: str, dictionary: Dictionary) -> tuple[str, ...]:
    words = tokens(long)
    matches = dictionary.entities(words)
    whole = [m for m in matches if m.end == len(words)]
    return whole[-1].entities if whole else ()
