"""Texts and questions → plain words: no case, accents or apostrophes, Greek letters by name.

A hyphenated word is its parts, and joined besides: “TLR-4”, “TLR 4” and “TLR4” find each other.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa",
    "λ": "lambda", "μ": "mu", "µ": "mu", "σ": "sigma", "τ": "tau", "ω": "omega",
}  # fmt: skip
_HYPHENS = "-‐‑‒–−"
_WORD = re.compile(rf"[^\W_]+(?:['’ʼ][^\W_]+)*(?:[{_HYPHENS}][^\W_]+(?:['’ʼ][^\W_]+)*)*")
_PART = re.compile(rf"[^{_HYPHENS}]+")
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
#: Words that a question is asked with, not what it is about.
_ASKING = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "been", "by", "can", "could", "did", "do"),
        *("does", "for", "from", "had", "has", "have", "how", "in", "into", "is", "it", "its"),
        *("may", "might", "of", "on", "or", "say", "said", "says", "that", "the", "their"),
        *("there", "this", "to", "was", "were", "what", "when", "where", "which", "who", "why"),
        *("will", "with", "would"),
    }
)
#: A question may be this long; what comes after says no more.
MOST = 16


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """One word, as it is indexed.

    >>> plain("Crohn’s"), plain("β"), plain("Sjögren")
    ('crohns', 'beta', 'sjogren')
    """
    bare = "".join(c for c in word.casefold() if c not in "'’ʼ")
    spelled = "".join(_GREEK.get(c, c) for c in bare)
    apart = unicodedata.normalize("NFKD", spelled)
    return "".join(c for c in apart if c.isalnum())


@dataclass(frozen=True)
class Place:
    """A word of a text, where it stands there."""

    word: str
    start: int
    end: int


def places(text: str) -> Iterator[Place]:
    """The words of a text, hyphenated ones in parts.

    >>> [p.word for p in places("Low-dose naltrexone (LDN)")]
    ['low', 'dose', 'naltrexone', 'ldn']
    """
    for whole in _WORD.finditer(text):
        for found in _PART.finditer(whole[0]):
            word = plain(found[0])
            if word:
                yield Place(word, whole.start() + found.start(), whole.start() + found.end())


def words(text: str) -> list[str]:
    """The words of a text."""
    return [place.word for place in places(text)]


def joined(text: str) -> list[str]:
    """What hyphens part, put together.

    >>> joined("TLR-4 and low-dose naltrexone")
    ['tlr4', 'lowdose']
    """
    whole = (found[0] for found in _WORD.finditer(text))
    return [plain(word) for word in whole if any(h in word for h in _HYPHENS)]


@dataclass(frozen=True)
class Question:
    """What is asked for. Each of `wanted` is a word in its parts; `phrases` are word for word;
    `typing`: whether the last word may be the beginning of one."""

    text: str
    wanted: tuple[tuple[str, ...], ...]
    phrases: tuple[tuple[str, ...], ...]
    typing: bool

    @property
    def bare(self) -> str:
        """All its words, as names are compared."""
        return " ".join(words(self.text))


def question(text: str) -> Question:
    """Read what a visitor typed.

    >>> question('does "chronic pain" in crohn').wanted
    (('crohn',),)
    """
    phrases = tuple(tuple(words(found[1])) for found in _QUOTED.finditer(text))
    rest = _QUOTED.sub(" ", text)
    wanted = [tuple(words(found[0])) for found in _WORD.finditer(rest)]
    wanted = [parts for parts in dict.fromkeys(wanted) if parts]
    telling = [parts for parts in wanted if parts[0] not in _ASKING or len(parts) > 1]
    return Question(
        text,
        tuple((telling or wanted)[:MOST]),
        tuple(p[:MOST] for p in phrases if p)[:MOST],
        typing=bool(rest) and rest[-1:].isalnum(),
    )
