"""What of each record is searched, as plain words, and what of it is shown with the words marked.

A hyphenated word is its parts, and joined besides: “TLR-4”, “TLR 4” and “TLR4” find each other.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from ldn_graph.grading.strength import Strength
from ldn_graph.records.model import Claim, Corpus, Entity, Source
from ldn_graph.verbalise import reading

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


#: Characters of a snippet, as many as are read at a glance.
_SNIPPET = 200


@dataclass(frozen=True)
class Part:
    """A piece of a text; `marked` where it is what was looked for."""

    text: str
    marked: bool


def marked(text: str, marks: Collection[str]) -> tuple[Part, ...]:
    """A text cut at its words that are `marks`.

    >>> [p.text for p in marked("Low-dose naltrexone", {"dose"}) if p.marked]
    ['dose']
    """
    parts: list[Part] = []
    at = 0
    for place in places(text):
        if place.word in marks:
            parts += [
                Part(text[at : place.start], False),
                Part(text[place.start : place.end], True),
            ]
            at = place.end
    parts.append(Part(text[at:], False))
    return tuple(part for part in parts if part.text)


def snippet(text: str, marks: Collection[str]) -> tuple[Part, ...]:
    """The piece of a text round its first mark, no longer than can be read at a glance."""
    if len(text) > _SNIPPET:
        first = next((p.start for p in places(text) if p.word in marks), 0)
        start = max(0, first - _SNIPPET // 3)
        start = start and text.find(" ", start) + 1
        end = start + _SNIPPET
        stop = text.rfind(" ", start, end) if end < len(text) else len(text)
        stop = stop if stop > start else min(end, len(text))
        text = ("… " if start else "") + text[start:stop] + (" …" if stop < len(text) else "")
    return marked(text, marks)


Kind = Literal["entity", "claim", "source"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Doc:
    """A record as the index has it. `names`: what it is called, best first, with which name of
    it that is; `codes`: identifiers; `texts`: what it says, with what that is; `beside`: names
    of what it is about, found but not shown; `prominence` breaks ties, more is first."""

    kind: Kind
    id: str
    title: str
    names: tuple[tuple[str, str], ...]
    codes: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    beside: tuple[str, ...] = ()
    prominence: tuple[int, ...] = ()


def documents(corpus: Corpus, strengths: Mapping[str, Strength]) -> Iterator[Doc]:
    """Every record: entities, then claims (those in force), then sources, each by id."""
    degree: dict[str, int] = {}
    for claim in corpus.current():
        for name in {claim.subject, claim.object, claim.qualifiers.condition} - {None}:
            degree[str(name)] = degree.get(str(name), 0) + 1
    for name in sorted(corpus.entities):
        yield _entity(corpus.entities[name], degree.get(name, 0))
    for claim in corpus.current():
        yield _claim(claim, corpus, strengths[claim.id])
    for name in sorted(corpus.sources):
        yield _source(corpus.sources[name])


def _entity(entity: Entity, claims: int) -> Doc:
    definition = ((("definition", entity.definition),) if entity.definition else ()) + (
        (("note", entity.note),) if entity.note else ()
    )
    return Doc(
        "entity",
        entity.id,
        entity.label,
        (
            ("label", entity.label),
            *(("synonym", name) for name in entity.synonyms if name != entity.label),
            *(("other spelling", name) for name in entity.hidden_labels),
        ),
        (entity.id, *(mapping.curie for mapping in entity.mappings)),
        definition,
        prominence=(claims,),
    )


def _claim(claim: Claim, corpus: Corpus, strength: Strength) -> Doc:
    qualifiers = claim.qualifiers
    about = [claim.subject, claim.object, qualifiers.condition, qualifiers.population]
    quotes = [("quote", item.quote.exact) for item in claim.evidence if item.quote]
    found = [("finding", item.finding) for item in claim.evidence if item.finding]
    return Doc(
        "claim",
        claim.id,
        reading(claim, corpus),
        (),
        (claim.id,),
        tuple(dict.fromkeys(quotes + found)),
        tuple(n for e in dict.fromkeys(about) if e for n in corpus.entities[e].names),
        prominence=strength.rank,
    )


def _source(source: Source) -> Doc:
    codes = [source.id, *source.codes]
    if source.doi:
        codes += [source.doi, f"doi:{source.doi}", f"https://doi.org/{source.doi}"]
    if source.pmid:
        codes += [source.pmid, f"pmid:{source.pmid}", f"pubmed:{source.pmid}"]
    if source.registry_id:
        codes += [source.registry_id, f"clinicaltrials:{source.registry_id}"]
    authors = "; ".join(author.name for author in source.author)
    return Doc(
        "source",
        source.id,
        source.title,
        (("title", source.title),),
        tuple(codes),
        tuple(
            (what, text)
            for what, text in (
                ("authors", authors),
                ("published in", source.container_title),
                ("issued", source.issued),
                ("note", source.note),
            )
            if text
        ),
    )
