"""The dictionary of a corpus, and spaCy's phrase matcher over it, the relation words and the cues.

Beside label, synonyms and hidden labels: the other number, hyphens for blanks and the other way
round, “Crohn disease”, British and American spelling, and for a drug in a named dose band “X at
low doses”. Short names in capitals keep their case: ms is not MS.

A sentence reaches the matcher as a Doc of our own tokens, in which every word that no dictionary
has is one and the same placeholder: spaCy's string store never grows by what a text holds.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

from ldn_graph.errors import require
from ldn_graph.grading.rule import Rule
from ldn_graph.records.model import Corpus, Entity
from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.cues import Cue, Sort, lexicon
from ldn_graph.suggest.relations import PHRASES, Family
from ldn_graph.suggest.sentences import Token, plurals, spellings, tokens

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.vocab import Vocab


#: What replaces a word that no dictionary has, so that a text adds nothing to the vocabulary.
UNKNOWN = "\x00"
#: A name has no more wordings than this.
_WORDINGS = 64


@dataclass(frozen=True)
class Wording:
    """One wording: its words as the matcher reads them, and whether their case counts."""

    entity: str
    words: tuple[str, ...]
    exact: bool = False


def wordings(corpus: Corpus) -> tuple[Wording, ...]:
    """Every wording of every entity, in the order of the entities' ids, none twice."""
    found: dict[Wording, None] = {}
    for name in sorted(corpus.entities):
        for wording in _of(corpus.entities[name]):
            found.setdefault(wording)
    taken = {w.words for w in found}
    for wording in list(found):
        for words in _other_class(wording.words):
            if corpus.entities[wording.entity].kind is Kind.CONDITION and words not in taken:
                found.setdefault(Wording(wording.entity, words))
    return tuple(found)


_CLASSES = ("disease", "disorder", "illness", "condition", "diseases", "disorders", "illnesses",
            "conditions")  # fmt: skip


def _other_class(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """“autoimmune disorder” for “autoimmune disease”; a bare “disease” is left alone."""
    if len(words) > 1 and words[-1] in _CLASSES and "'s" not in words:
        yield from ((*words[:-1], other) for other in _CLASSES if other != words[-1])


def is_acronym(word: str) -> bool:
    """Whether a word keeps its case.

    >>> [is_acronym(w) for w in ("MS", "OGFr", "TLR4", "Pain", "a")]
    [True, True, True, False, False]
    """
    capitals = sum(c.isupper() for c in word)
    return 2 <= len(word) <= 8 and capitals >= 2 and " " not in word


def _of(entity: Entity) -> Iterator[Wording]:
    first, _, rest = entity.label.partition(" ")
    role = re.fullmatch(r"(\w+) receptor (\w+gonist|blocker)", entity.label)
    if entity.kind is Kind.ROLE and role:
        yield from (Wording(entity.id, (role[1], f"{role[2]}{s}")) for s in ("", "s"))
    if entity.kind is Kind.CELL and rest == "cell" and first.endswith("al"):
        yield Wording(entity.id, (first.lower(),))  # microglial activation
    for name in (*entity.names, *_doses(entity), *_users(entity), *_ranges(entity)):
        if is_acronym(name):
            yield Wording(entity.id, (name,), exact=True)
            yield Wording(entity.id, (name + "s",), exact=True)
            continue
        words = [t.text if is_acronym(t.text) else t.low for t in tokens(name)]
        if words:
            for variant in _variants(words):
                yield Wording(entity.id, variant)


def _variants(words: list[str]) -> Iterator[tuple[str, ...]]:
    """The ways to write a name's words; of very long names only the name itself."""
    seen: dict[tuple[str, ...], None] = {}
    for shape in _shapes(words):
        choices = [{w: None, **dict.fromkeys(spellings(w))} for w in shape]
        for spelt in list(product(*choices))[:8]:
            seen.setdefault(spelt)
            for last in plurals(spelt[-1]):
                seen.setdefault((*spelt[:-1], last))
            if len(spelt) > 2 and spelt[1] == "of":
                for first in plurals(spelt[0]):
                    seen.setdefault((first, *spelt[1:]))
    yield from list(seen)[:_WORDINGS]


def _shapes(words: list[str]) -> Iterator[tuple[str, ...]]:
    """A name with hyphens, with blanks, and as one word; with and without the possessive ’s."""
    yield tuple(words)
    if "-" in words and len(words) > 2:
        yield tuple(w for w in words if w != "-")
        if len(words) == 3:
            yield (words[0] + words[2],)
    elif len(words) == 2 and all(w.isalpha() for w in words):
        yield (words[0], "-", words[1])
        yield (words[1], "of", words[0])
    if "'s" in words:
        at = words.index("'s")
        yield tuple(words[:at] + words[at + 1 :])
        yield (*words[: at - 1], words[at - 1] + "s", *words[at + 1 :])


def _ranges(entity: Entity) -> Iterator[str]:
    """“1.5 mg to 4.5 mg daily” is also “1.5-4.5 mg a day”."""
    for name in entity.names if entity.kind is Kind.REGIMEN else ():
        match = _RANGE.fullmatch(name)
        if match is None:
            continue
        low, high, unit = match["low"], match["high"], match["unit"]
        for day in ("daily", "a day", "per day", "each day", "per night", "nightly"):
            yield f"{low} to {high} {unit} {day}"
            yield f"{low} {unit} to {high} {unit} {day}"
            yield f"{low}-{high} {unit} {day}"
            yield f"between {low} and {high} {unit} {day}"
            yield f"between {low} {unit} and {high} {unit} {day}"


_RANGE = re.compile(
    r"(?:between )?(?P<low>[\d.]+) (?:(?P<unit>mg|mcg) )?(?:to|and) (?P<high>[\d.]+) (?:mg|mcg)"
    r" daily"
)


def _users(entity: Entity) -> Iterable[str]:
    """“use of X” is also told of who uses it: “people who take X”."""
    named = [n.removeprefix("use of ") for n in entity.names if n.startswith("use of ")]
    used = [
        name.replace("analgesics", other).strip()
        for name in named
        for other in ("analgesics", *(_PAINKILLERS if name.endswith(" analgesics") else ()))
    ]
    return [
        f"{who}{uses} {drug}".strip()
        for drug in used
        for who in _WHO
        for uses in (_USES if not who or who.endswith("who ") else _USING)
    ]


_PAINKILLERS = ("painkillers", "pain medication", "pain medications", "medication", "medications",
                "medicines", "drugs", "pain relievers")  # fmt: skip
_WHO = ("", "people who ", "patients who ", "those who ", "anyone who ", "individuals who ",
        "people ", "patients ", "those ", "anyone ")  # fmt: skip
_USES = ("use", "uses", "take", "takes", "are taking", "is taking", "are on", "is on", "need",
         "depend on", "already take", "using", "taking")  # fmt: skip
_USING = ("using", "taking", "on", "treated with", "dependent on")


def _doses(entity: Entity) -> Iterable[str]:
    """“low-dose X” is also “X at low doses”."""
    match = re.fullmatch(r"(\w+)[- ]dose (.+)", entity.label)
    if entity.kind is not Kind.DRUG or match is None:
        return ()
    size, drug = match.groups()
    sizes = [size, f"{size}er", f"{size} daily"] if size in ("low", "high") else [size]
    return [
        form
        for s in sizes
        for form in (
            f"{drug} at {s} doses",
            f"{drug} in {s} doses",
            f"{drug} at a {s} dose",
            f"{drug} in a {s} dose",
            f"{s} doses of {drug}",
            f"{s} dose of {drug}",
            f"{s}-dose {drug}",
            f"{s} dose {drug}",
        )
    ]


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
