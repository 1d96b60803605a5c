"""spaCy's phrase matcher over the dictionary, the relation words and the cues.

A sentence reaches the matcher as a Doc of our own tokens, in which every word that no dictionary
has is one and the same placeholder: spaCy's string store never grows by what a text holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ldn_graph.errors import require
from ldn_graph.grading.rule import Rule
from ldn_graph.records.model import Corpus
from ldn_graph.suggest.cues import Cue, Sort, lexicon
from ldn_graph.suggest.names import UNKNOWN, is_acronym, wordings
from ldn_graph.suggest.relations import PHRASES, Family
from ldn_graph.suggest.words import Token, tokens

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.vocab import Vocab


@dataclass(frozen=True)
class Match:
    """Tokens `start` to `end` (exclusive) of a sentence that one dictionary entry matched."""

    start: int
    end: int
    entities: tuple[str, ...] = ()
    family: Family | None = None
    cue: Cue | None = None


@dataclass
class Dictionary:
    """The compiled dictionaries of one corpus; `table`: words → entity ids, for coordination."""

    vocab: "Vocab"
    names: "PhraseMatcher"
    phrases: "PhraseMatcher"
    payload: Mapping[str, Any]
    known: frozenset[str]
    exact: frozenset[str]
    table: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def entities(self, words: Sequence[Token]) -> tuple[Match, ...]:
        """The longest mentions, left to right, none overlapping another."""
        found: dict[tuple[int, int], None] = {}
        for _, start, end in self.names(self._doc(words)):
            found.setdefault((start, end))
        kept: list[Match] = []
        taken = 0
        for start, end in sorted(found, key=lambda s: (s[0], -s[1])):
            ids = self.table.get(tuple(self._read(w) for w in words[start:end]), ())
            if start >= taken and ids and not _behind_hyphen(words, start):
                kept.append(Match(start, end, entities=ids))
                taken = end
        return tuple(kept)

    def marks(self, words: Sequence[Token]) -> tuple[Match, ...]:
        """Set phrases and cues, longest first where they begin together; they may overlap."""
        found = []
        for number, start, end in self.phrases(self._doc(words, lower=True)):
            for entry in self.payload[self.vocab.strings[number]]:
                if isinstance(entry, Cue):
                    found.append(Match(start, end, cue=entry))
                else:
                    found.append(Match(start, end, family=entry))
        return tuple(sorted(found, key=lambda m: (m.start, -m.end)))

    def _read(self, word: Token) -> str:
        if word.text in self.exact:
            return word.text
        return word.low if word.low in self.known else UNKNOWN

    def _doc(self, words: Sequence[Token], *, lower: bool = False) -> Any:
        from spacy.tokens import Doc

        if lower:
            read = [w.low if w.low in self.known else UNKNOWN for w in words]
        else:
            read = [self._read(w) for w in words]
        return Doc(self.vocab, words=read)


def _behind_hyphen(words: Sequence[Token], start: int) -> bool:
    """Whether the word is the second part of a compound: anti-inflammation."""
    return (
        start >= 2
        and words[start - 1].low == "-"
        and words[start - 1].end == words[start].start
        and words[start - 2].end == words[start - 1].start
        and words[start - 2].text[-1].isalpha()
    )


def compile_dictionary(corpus: Corpus, rule: Rule | None = None) -> Dictionary:
    """The dictionaries of `corpus`. Raises MissingExtra without spaCy."""
    names = tuple((w.entity, w.words, w.exact) for w in wordings(corpus))
    return _compiled(names, lexicon(rule))


@lru_cache(maxsize=8)
def _compiled(
    names: tuple[tuple[str, tuple[str, ...], bool], ...], cues: tuple[Cue, ...]
) -> Dictionary:
    spacy_matcher, vocab, doc = _spacy()
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    exact: set[str] = set()
    for entity, words, keeps_case in names:
        table[words] = (*(e for e in table.get(words, ()) if e != entity), entity)
        exact.update(w for w in words if keeps_case or is_acronym(w))
    payload: dict[str, list[Any]] = {}
    for phrase, family in PHRASES.items():
        payload.setdefault(phrase, []).append(family)
    for cue in cues:
        payload.setdefault(cue.words, []).append(cue)
    phrase_words = {phrase: [t.low for t in tokens(phrase)] for phrase in payload}
    known = {w for words in table for w in words} | {
        w for words in phrase_words.values() for w in words
    }
    name_matcher = spacy_matcher(vocab)
    name_matcher.add("name", [doc(vocab, words=list(words)) for words in table])
    phrase_matcher = spacy_matcher(vocab)
    for phrase, parts in phrase_words.items():
        phrase_matcher.add(phrase, [doc(vocab, words=parts)])
    return Dictionary(
        vocab, name_matcher, phrase_matcher, payload, frozenset(known), frozenset(exact), table
    )


def _spacy() -> tuple[Any, Any, Any]:
    require("spacy", "suggest")
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    return PhraseMatcher, spacy.blank("en").vocab, Doc


def longest(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Of overlapping matches the earliest, and of those the longest."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return tuple(kept)


def without_pseudo(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Cues that a longer innocent phrase does not cover: “may” of “may include” is no doubt."""
    found = tuple(matches)
    innocent = [(m.start, m.end) for m in found if m.cue and m.cue.sort is Sort.PSEUDO]
    return tuple(
        m
        for m in found
        if m.cue is None
        or (
            m.cue.sort is not Sort.PSEUDO
            and not any(a <= m.start and m.end <= b for a, b in innocent)
        )
    )
