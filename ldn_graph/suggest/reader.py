"""`suggest`: a text, sentence by sentence, → suggestions in the text's order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from ldn_graph import passages
from ldn_graph.model import Corpus
from ldn_graph.rule import Rule
from ldn_graph.suggest.assembly import Assembly
from ldn_graph.suggest.clauses import Clauses
from ldn_graph.suggest.items import Item, Part, items
from ldn_graph.suggest.matching import Dictionary, compile_dictionary
from ldn_graph.suggest.memory import Meant, Memory
from ldn_graph.suggest.names import is_acronym
from ldn_graph.suggest.page import Page
from ldn_graph.suggest.sentences import Sentence, sentences
from ldn_graph.suggest.suggestion import UNNAMED, Suggestion
from ldn_graph.suggest.words import Token, tokens
from ldn_graph.terms import Kind

#: Half a character, which no record can hold; as long as what replaces it.
_LONE = re.compile("[\ud800-\udfff]")
New = Literal["none", "one", "both"]
_LIMIT = {"none": 0, "one": 1, "both": 2}


def suggest(
    text: str,
    corpus: Corpus,
    *,
    rule: Rule | None = None,
    source: str = UNNAMED,
    new: New = "one",
) -> tuple[Suggestion, ...]:
    """Draft claims that `text` seems to make, in its order; the same for the same input.

    `rule` adds the cues of a corpus's strength.yaml. `source` is the id of the text's record.
    `new`: at how many ends of a suggestion an entity may stand that `corpus` does not have.
    Raises MissingExtra without spaCy.
    """
    text = _LONE.sub("\ufffd", text)
    reader = _Reader(compile_dictionary(corpus, rule), corpus, source, _LIMIT[new])
    known = {c.proposition: c.id for c in corpus.claims.values()}
    found: dict[tuple[object, ...], Suggestion] = {}
    for sentence in sentences(text):
        for one in reader.sentence(sentence, text):
            key = (*one.proposition, one.direction, sentence.start)
            if key not in found or found[key].score < one.score:
                found[key] = replace(one, known=_known(one, known))
    return tuple(sorted(found.values(), key=_order))


def _order(one: Suggestion) -> tuple[object, ...]:
    return (one.quote.start, one.quote.end, -one.score, one.id)


def _known(one: Suggestion, known: dict[tuple[str, ...], str]) -> str | None:
    narrowed = one.qualifiers.model_dump(exclude_none=True).items()
    return known.get(
        (one.subject.id, one.predicate, one.object.id, *(f"{k}={v}" for k, v in narrowed))
    )


class _Reader:
    """What is remembered from sentence to sentence."""

    def __init__(self, dictionary: Dictionary, corpus: Corpus, source: str, new: int) -> None:
        self.dictionary, self.corpus = dictionary, corpus
        self.kinds = {i: e.kind for i, e in corpus.entities.items()}
        self.memory = Memory(self.kinds, _suffers(corpus))
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.heading: tuple[Meant, ...] = ()
        self.source, self.new = source, new

    def sentence(self, sentence: Sentence, text: str) -> Iterable[Suggestion]:
        """The suggestions of one sentence; a heading only sets the scene."""
        words = tokens(sentence.text, sentence.start)
        if not words:
            return ()
        row, cues = items(words, self.dictionary, self.aliases)
        named = tuple(_named(row, words))
        self._learn(row, words)
        if sentence.heading:
            self.heading = named
            self.memory.saw(named, ())
            return ()
        if not named and len(row) < 3:
            return ()
        clauses = Clauses(row, self.kinds, [w.low for w in words])
        clauses.read()
        page = Page(text, sentence, words, row, cues, named, self.heading)
        assembly = Assembly(page, clauses, self.memory, self.corpus, self.source, self.new)
        found = tuple(assembly.suggestions())
        self.memory.saw(named, assembly.first_subject)
        return found

    def _learn(self, row: Iterable[Item], words: tuple[Token, ...]) -> None:
        """“chronic fatigue syndrome (CFS)”: from now on CFS is a name too."""
        window: list[Item] = []
        for item in row:
            window = [*window[-3:], item]
            if len(window) == 4 and [i.part for i in window[1:2]] == [Part.OPEN]:
                name, _, short, close = window
                text = words[short.start].text
                if (
                    name.part is Part.NAME
                    and close.part is Part.CLOSE
                    and short.part is not Part.NAME
                    and is_acronym(text)
                ):
                    self.aliases[text] = name.entities


def _suffers(corpus: Corpus) -> dict[str, str]:
    """Each population whose name holds a condition's: “patients with X” have X."""
    groups = [e for e in corpus.entities.values() if e.kind is Kind.POPULATION]
    conditions = [e for e in corpus.entities.values() if e.kind is Kind.CONDITION]
    return {
        group.id: condition.id
        for group in groups
        for condition in conditions
        if any(passages.mentions(name, condition.names) for name in group.names)
    }


def _named(row: Iterable[Item], words: tuple[Token, ...]) -> Iterator[Meant]:
    for item in row:
        for entity in item.entities:
            yield Meant(entity, None, words[item.start].start, words[item.end - 1].end)
