"""`suggest`: a text, sentence by sentence, → suggestions in the text's order."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from ldn_graph.grading.rule import Rule
from ldn_graph.records.model import Corpus, Span
from ldn_graph.records.vocabularies import Direction, Kind
from ldn_graph.suggest import lists
from ldn_graph.suggest.abbreviations import redefined
from ldn_graph.suggest.assembly import Assembly
from ldn_graph.suggest.assertion import LONGEST_DENIAL, assertion, denies
from ldn_graph.suggest.clauses import Clauses
from ldn_graph.suggest.context import SentenceContext
from ldn_graph.suggest.discourse import Discourse, Meant
from ldn_graph.suggest.matching import Dictionary, compile_dictionary
from ldn_graph.suggest.names import is_acronym
from ldn_graph.suggest.relations import Family
from ldn_graph.suggest.sentences import Sentence, sentences
from ldn_graph.suggest.suggestion import UNNAMED, Suggestion
from ldn_graph.suggest.tagging import Item, Part, items
from ldn_graph.suggest.words import Token, plain, tokens
from ldn_graph.texts import spans

#: Half a character, which no record can hold; as long as what replaces it.
_LONE = re.compile("[\ud800-\udfff]")
#: “It doesn’t.”: the sentence before is denied.
_DENIAL = re.compile(
    r"(?:but )?(?:it|this|that|they|ldn) (?:doesn't|does not|isn't|is not|don't|is false|is a myth"
    r"|isn't true|is not so|is not the case|(?:is )?(?:simply |just |plainly )?"
    r"(?:is )?(?:not true|wrong|false|untrue)|cannot|can't)\W*",
    re.IGNORECASE,
)
#: A sentence of so many items without a verb is a heading of its paragraph: “Fibromyalgia.”
_RUN_IN = 8
#: A reference is no longer.
_LINE = 400
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
    dictionary = compile_dictionary(corpus, rule)
    reader = _Reader(dictionary, corpus, source, _LIMIT[new])
    reader.aliases |= redefined(text, dictionary)
    known = {c.proposition: c.id for c in corpus.claims.values()}
    found: dict[tuple[object, ...], Suggestion] = {}
    lately: list[tuple[object, ...]] = []
    for sentence in sentences(text):
        if _DENIAL.fullmatch(plain(sentence.text)):
            denied = Span(exact=sentence.text, start=sentence.start, end=sentence.end)
            found |= {key: _denied(found[key], denied) for key in lately}
            continue
        if reader.takes_back(sentence):
            for key in lately:
                del found[key]
        lately = []
        for one in reader.sentence(sentence, text):
            if reader.misnames(one):
                continue
            key = (*one.proposition, one.direction, sentence.start)
            if key not in found or found[key].score < one.score:
                found[key] = replace(one, known=_known(one, known))
                lately.append(key)
    return tuple(sorted(found.values(), key=_order))


def _denied(one: Suggestion, denial: Span) -> Suggestion:
    """What the next sentence says is not so."""
    other = {Direction.SUPPORTS: Direction.REFUTES, Direction.REFUTES: Direction.SUPPORTS}
    return replace(
        one,
        direction=other.get(one.direction, one.direction),
        context=(*one.context, denial),
        reasons=(*one.reasons, f"denied by “{denial.exact}”"),
    )


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
        self.memory = Discourse(self.kinds, _suffers(corpus))
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.heading: tuple[Meant, ...] = ()
        self.above: tuple[Meant, ...] = ()
        self.before: tuple[Token, ...] = ()
        self.over: str | None = None
        self.end = 0
        self.source, self.new = source, new

    def misnames(self, one: Suggestion) -> bool:
        """Whether a new name is an abbreviation that the text expands otherwise than the corpus."""
        ends = (e for e in (one.subject, one.object) if e.new)
        return any(self.aliases.get(w.text) == () for e in ends for w in tokens(e.span.exact))

    def takes_back(self, sentence: Sentence) -> bool:
        """Whether the sentence only says that what the one before says does not hold."""
        words = tokens(sentence.text, sentence.start)
        if sentence.heading or len(words) > LONGEST_DENIAL:
            return False
        row, _ = items(words, self.dictionary, self.aliases)
        return denies([w.low for w in words], row)

    def sentence(self, sentence: Sentence, text: str) -> Iterable[Suggestion]:
        """The suggestions of one sentence; a heading only sets the scene."""
        words = tokens(sentence.text, sentence.start)
        if not words:
            return ()
        row, _ = items(words, self.dictionary, self.aliases)
        self._learn(row, words)
        if not sentence.bullet:
            self.before = words if sentence.heading or lists.opens_list(words) else ()
            self.over = sentence.text if sentence.heading else None
        if "\n" in text[self.end : sentence.start]:
            self.heading = self.above
        self.end = sentence.end
        if sentence.heading:
            self.heading = self.above = tuple(_named(row, words))
            self.memory.saw(self.heading, ())
            self.memory.adverse = lists.of_heading(sentence.text) is Family.SIDE_EFFECT
            return ()
        if len(row) <= _RUN_IN and not lists.says_something(row):
            self.heading = tuple(_named(row, words))
        listed = tuple(self._of_list(sentence, words, row, text))
        said = {(s.subject.id, s.object.id) for s in listed}
        alone = self._alone(sentence, words, text)
        return (*listed, *(s for s in alone if (s.subject.id, s.object.id) not in said))

    def _alone(
        self, sentence: Sentence, words: tuple[Token, ...], text: str, *, listed: bool = False
    ) -> tuple[Suggestion, ...]:
        """What the words say by themselves."""
        assembly = self._assembly(sentence, words, text)
        if assembly is None:
            return ()
        found = tuple(assembly.suggestions())
        if not listed:
            self.memory.saw(assembly.page.named, assembly.first_subject)
            told = any(item.family is Family.SIDE_EFFECT for item in assembly.page.row)
            self.memory.adverse = self.memory.adverse or told
        return found

    def _assembly(self, sentence: Sentence, words: tuple[Token, ...], text: str) -> Assembly | None:
        row, cues = items(words, self.dictionary, self.aliases)
        named = tuple(_named(row, words))
        if not named and len(row) < 3:
            return None
        clauses = Clauses(row, self.kinds, [w.low for w in words])
        clauses.read()
        first = text.rfind("\n", 0, sentence.start) + 1
        line = text[first : first + _LINE].partition("\n")[0]
        status = assertion(sentence, [w.low for w in words], row, line)
        page = SentenceContext(text, sentence, words, row, cues, named, self.heading, status)
        return Assembly(page, clauses, self.memory, self.corpus, self.source, self.new)

    def _of_list(
        self, sentence: Sentence, words: tuple[Token, ...], row: Sequence[Item], text: str
    ) -> Iterator[Suggestion]:
        """What the words before a list say of this item of it."""
        if not sentence.bullet or not self.before:
            return
        if sentence.label is not None:
            start = text.rfind(sentence.label, 0, sentence.start)
            sentence = Sentence(start, start + len(sentence.label), sentence.label,
                                sentence.section, bullet=True)  # fmt: skip
            words = tokens(sentence.text, start)
            row, _ = items(words, self.dictionary, self.aliases)
        if not lists.completes(row):
            words = lists.head(words, row)
            if not words:
                return
            row, _ = items(words, self.dictionary, self.aliases)
        before = lists.lead(self.before)
        said, _ = items(before, self.dictionary, self.aliases)
        found = []
        if lists.says_something(said):
            start = before[0].start
            whole = replace(sentence, start=start, text=text[start : sentence.end])
            found = [
                s for s in self._alone(whole, (*before, *words), text, listed=True)
                if _inside(s.object.span, sentence) != _inside(s.subject.span, sentence)
            ]  # fmt: skip
        family = lists.of_heading(self.over or "")
        assembly = self._assembly(sentence, words, text) if family and not found else None
        yield from found
        if assembly is not None and family is not None and not lists.says_something(row):
            yield from assembly.listed(family)

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


def _inside(span: Span, sentence: Sentence) -> bool:
    return sentence.start <= (span.start or 0) and (span.end or 0) <= sentence.end


def _suffers(corpus: Corpus) -> dict[str, str]:
    """Each population whose name holds a condition's: “patients with X” have X."""
    groups = [e for e in corpus.entities.values() if e.kind is Kind.POPULATION]
    conditions = [e for e in corpus.entities.values() if e.kind is Kind.CONDITION]
    return {
        group.id: condition.id
        for group in groups
        for condition in conditions
        if any(spans.mentions(name, condition.names) for name in group.names)
    }


def _named(row: Iterable[Item], words: tuple[Token, ...]) -> Iterator[Meant]:
    for item in row:
        for entity in item.entities:
            yield Meant(entity, None, words[item.start].start, words[item.end - 1].end)
