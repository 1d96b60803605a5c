"""`suggest`: a text, sentence by sentence and list by list, → suggestions in the text's order.

“LDN has been used for the following conditions: • lupus • depression” is read as “LDN has been
used for lupus” and so on, with the offsets that all words have. A heading without a verb (“Side
effects”, “Where it shows promise”) says by a few words what its items are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from ldn_graph.grading.rule import Rule
from ldn_graph.records.model import Corpus, Span
from ldn_graph.records.vocabularies import Direction, Kind
from ldn_graph.suggest.assembly import Assembly
from ldn_graph.suggest.assertion import LONGEST_DENIAL, assertion, denies
from ldn_graph.suggest.clauses import Clauses
from ldn_graph.suggest.context import SentenceContext
from ldn_graph.suggest.coreference import Discourse, Meant, redefined
from ldn_graph.suggest.matching import Dictionary, compile_dictionary, is_acronym
from ldn_graph.suggest.relations import Family, word_set
from ldn_graph.suggest.sentences import Sentence, Token, plain, sentences, tokens
from ldn_graph.suggest.suggestion import UNNAMED, Suggestion
from ldn_graph.suggest.tagging import Item, Part, items
from ldn_graph.texts import source_texts

#: Nouns for what the items of a list are, and words that such a noun phrase begins with.
_TAIL = word_set("""
    conditions condition diseases disorders illnesses problems symptoms complaints things reasons
    ways effects benefits areas issues following ones people
""")
_TAIL_STARTS = word_set("the these those several many various a different some other all")
_LONGEST_TAIL = 5
_VERBAL = {Part.VERB, Part.BE, Part.HAVE, Part.DO, Part.MODAL, Part.HELP}
#: What a heading's words say of the items below, the first that fits.
_HEADINGS = (
    (Family.SIDE_EFFECT, "side adverse unwanted"),
    (Family.STUDY, "promise promising potential may could might research researched studied "
     "studies investigated emerging explored exploring future"),
    (Family.USE, "use uses used treat treated treats treatment prescribed applications "
     "indications help helps benefit"),
)  # fmt: skip


def opens_list(words: Sequence[Token]) -> bool:
    """Whether a list may follow: a line that ends in a colon, or without a full stop."""
    return bool(words) and words[-1].low not in ".!?;,"


def lead(words: Sequence[Token]) -> tuple[Token, ...]:
    """The words before a list without the colon, and without a noun phrase for its items."""
    kept = list(words)
    while kept and not kept[-1].low[0].isalnum():
        kept.pop()
    if kept and kept[-1].low in _TAIL:
        start = max(0, len(kept) - 1 - _LONGEST_TAIL)
        starts = [n for n in range(start, len(kept) - 1) if kept[n].low in _TAIL_STARTS]
        kept = kept[: starts[0] if starts else len(kept) - 1]
    return tuple(kept)


def says_something(row: Sequence[Item]) -> bool:
    """Whether the words before a list have a verb or a relation, which its items complete."""
    said = any(item.part in _VERBAL or item.part is Part.LINK for item in row)
    return said or (bool(row) and row[-1].part in (Part.PRONOUN, Part.TO, Part.RELATIVE))


def completes(row: Sequence[Item]) -> bool:
    """Whether an item has no subject of its own: a noun phrase alone, or a verb in front."""
    first = next((i for i in row if i.part not in (Part.ADVERB, Part.NEGATION)), None)
    if first is None:
        return False
    verbal = [n for n, item in enumerate(row) if item.part in _VERBAL and item.form != "ed"]
    return not verbal or row[verbal[0]] is first


def head(words: Sequence[Token], row: Sequence[Item]) -> tuple[Token, ...]:
    """The noun phrase that an item begins with, where more is said behind a comma."""
    stop = next((i.start for i in row if i.part in (Part.COMMA, Part.OPEN, Part.END)), None)
    if stop is None or any(i.part in _VERBAL and i.start < stop for i in row):
        return ()
    return tuple(words[:stop])


def of_heading(heading: str) -> Family | None:
    """What a heading without a verb says of the list below it.

    >>> of_heading("Side effects"), of_heading("Where LDN shows promise"), of_heading("Lupus")
    (<Family.SIDE_EFFECT: 'side-effect'>, <Family.STUDY: 'study'>, None)
    """
    said = set(heading.lower().replace(":", " ").split())
    return next((family for family, words in _HEADINGS if said & word_set(words)), None)


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
            self.before = words if sentence.heading or opens_list(words) else ()
            self.over = sentence.text if sentence.heading else None
        if "\n" in text[self.end : sentence.start]:
            self.heading = self.above
        self.end = sentence.end
        if sentence.heading:
            self.heading = self.above = tuple(_named(row, words))
            self.memory.saw(self.heading, ())
            self.memory.adverse = of_heading(sentence.text) is Family.SIDE_EFFECT
            return ()
        if len(row) <= _RUN_IN and not says_something(row):
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
        if not completes(row):
            words = head(words, row)
            if not words:
                return
            row, _ = items(words, self.dictionary, self.aliases)
        before = lead(self.before)
        said, _ = items(before, self.dictionary, self.aliases)
        found = []
        if says_something(said):
            start = before[0].start
            whole = replace(sentence, start=start, text=text[start : sentence.end])
            found = [
                s for s in self._alone(whole, (*before, *words), text, listed=True)
                if _inside(s.object.span, sentence) != _inside(s.subject.span, sentence)
            ]  # fmt: skip
        family = of_heading(self.over or "")
        assembly = self._assembly(sentence, words, text) if family and not found else None
        yield from found
        if assembly is not None and family is not None and not says_something(row):
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
        if any(source_texts.mentions(name, condition.names) for name in group.names)
    }


def _named(row: Iterable[Item], words: tuple[Token, ...]) -> Iterator[Meant]:
    for item in row:
        for entity in item.entities:
            yield Meant(entity, None, words[item.start].start, words[item.end - 1].end)
