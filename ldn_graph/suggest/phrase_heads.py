"""Reads one noun phrase with its head: a name, a noun that governs one, people, or a pointer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.phrases import (
    Mention,
    Phrase,
    alone,
    changed,
    class_kinds,
)
from ldn_graph.suggest.relations import EXPERTS, Family
from ldn_graph.suggest.tagging import Item, Part

#: Families of change nouns that leave what they are said of as it is.
_NO_CHANGE = {Family.TREAT, Family.AFFECT}
_FILL = {Part.DETERMINER, Part.NUMBER, Part.ADVERB, Part.NEGATION}
_STARTS = {
    Part.NAME,
    Part.CHANGE,
    Part.TRANSPARENT,
    Part.PEOPLE,
    Part.WORD,
    Part.ADJECTIVE,
    Part.DETERMINER,
    Part.POSSESSIVE,
    Part.POINTER,
    Part.PRONOUN,
    Part.NUMBER,
}
_LONGEST_NEW = 4
DEEPEST = 6


_GOVERNING = {Part.VERB, Part.LINK, Part.AND, Part.PREPOSITION, Part.DETERMINER, Part.ADJECTIVE}
_VERBAL = {Part.BE, Part.HAVE, Part.DO, Part.MODAL, Part.HELP}
_CLOSING = {Part.COMMA, Part.SIGN, Part.END, Part.AND, Part.PREPOSITION, Part.CLOSE}
_NO_NOUN = frozenset({"overall", "alone", "alike", "itself", "altogether", "worldwide", "further"})


#: Nouns of which the noun before them says what there is more or less of.
_AMOUNTS = frozenset({"production", "release", "secretion", "synthesis", "level", "levels",
                      "activity", "expression", "output"})  # fmt: skip


@dataclass
class _Opening:
    """What stands before the head of a phrase; `word`: its first unknown word."""

    pointing: bool = False
    owner: bool = False
    change: Item | None = None
    word: int | None = None


@dataclass
class Heads:
    """Reads heads from the items of one sentence; `kinds`: entity id → kind; `words`: the
    sentence's tokens in lower case."""

    row: Sequence[Item]
    kinds: Mapping[str, Kind]
    words: Sequence[str]
    depth: int = field(default=0)

    def starts(self, i: int) -> bool:
        return i < len(self.row) and (
            self.row[i].part in _STARTS or self.attributive(i) or self._fill(i)
        )

    def _fill(self, i: int) -> bool:
        return self.row[i].part is Part.NEGATION and self.row[i].low == "no"

    def attributive(self, i: int) -> bool:
        """“reduced inflammation”, “increased endorphin release”."""
        item = self.row[i]
        after = self.row[i + 1].part if i + 1 < len(self.row) else None
        return (
            item.part is Part.VERB
            and item.form == "ed"
            and after in (Part.NAME, Part.TRANSPARENT, Part.WORD)
            and (i == 0 or self.row[i - 1].part not in (Part.NAME, Part.BE, Part.PRONOUN,
                                                        Part.TRANSPARENT, Part.CLOSE, Part.PEOPLE))
        )  # fmt: skip

    def group(self, i: int) -> tuple[Phrase, int] | None:
        """The coordinated phrase that begins at item `i`, and where it ends."""
        return self.core(i)

    def around(self, phrase: Phrase, j: int) -> tuple[Phrase, int] | None:
        """The phrase with the prepositional phrase at item `j`; None where it takes none."""
        return None

    def core(self, i: int) -> tuple[Phrase, int] | None:
        """One noun phrase without what follows it."""
        if self.depth >= DEEPEST:
            return None
        self.depth += 1
        try:
            return self._core(i)
        finally:
            self.depth -= 1

    def _core(self, i: int) -> tuple[Phrase, int] | None:
        start = i
        opening = _Opening()
        while i < len(self.row) and self._opens(i, opening):
            i += 1
        head = self.row[i] if i < len(self.row) else None
        found = self._headed(start, i, head, opening)
        if found is None:
            return None
        phrase, j = found
        change = opening.change
        if change is not None and change.family is not None:
            phrase = changed(phrase, change.family, change.start)
        return phrase, j

    def _opens(self, i: int, opening: "_Opening") -> bool:
        """Take item `i` into the words before the head; False where it is the head."""
        item = self.row[i]
        if item.part is Part.POINTER and opening.word is None:
            opening.pointing = True
        elif item.part is Part.POSSESSIVE:
            opening.owner = opening.owner or item.low != "'s" or opening.word is None
        elif item.part is Part.DETERMINER:
            the = item.low in ("the", "both", "such")
            opening.pointing = opening.pointing or (the and self._class_noun(i + 1))
        elif item.part is Part.ADJECTIVE or self.attributive(i):
            opening.change = item
        elif item.part is Part.WORD:
            opening.word = i if opening.word is None else opening.word
        elif item.part is Part.HYPHEN:
            return opening.word is not None
        else:
            return item.part in _FILL
        return True

    def _class_noun(self, i: int) -> bool:
        return i < len(self.row) and class_kinds(self.row[i].low) is not None

    def _headed(
        self,
        start: int,
        i: int,
        head: Item | None,
        opening: "_Opening",
    ) -> tuple[Phrase, int] | None:
        word, owner = opening.word, opening.owner
        pointing = opening.pointing or owner
        if head is not None and head.part is Part.NAME:
            if opening.pointing:
                return self._pointed(start, i)
            return self._of_owner(start, self._named(i))
        if head is not None and head.part is Part.PRONOUN and word is None and start == i:
            mention = Mention(head.start, head.end, back="it" if head.low == "it" else head.low)
            known = head.low in ("it", "they", "them")
            return (alone(mention), i + 1) if known else None
        if head is not None and head.low in _AMOUNTS and word is not None:
            amount = self._unknown(start, word, i)  # “cytokine production”
            if amount is not None and not pointing and not self._governs(i):
                return self._tail(amount[0], i)
        if head is not None and head.part in (Part.CHANGE, Part.TRANSPARENT):
            return self._of(start, i, head, pointing, owner)
        if head is not None and head.part is Part.PEOPLE:
            return self._people(i)
        if pointing and not owner:
            back = self._back(start, i)
            if back is not None:
                return back
        return self._unknown(start, word, i)

    def _of_owner(self, start: int, found: tuple[Phrase, int] | None) -> tuple[Phrase, int] | None:
        """“its neuroprotective effects”: what it has, whatever is said of them."""
        first = self.row[start]
        if found is None or first.low not in ("its", "their"):
            return found
        kinds = {self.kinds[e] for m in found[0].mentions for e in m.entities}
        if self.row[found[1] - 1].part is not Part.TRANSPARENT and kinds != {Kind.MECHANISM}:
            return found
        whose = Mention(first.start, first.end, back="it")
        return replace(found[0], property_of=(whose,)), found[1]

    def _governs(self, i: int) -> bool:
        return i + 1 < len(self.row) and self.row[i + 1].low in ("of", "in", "by")

    def _back(self, start: int, i: int) -> tuple[Phrase, int] | None:
        """“these complex conditions”, “the drug”; “this” by itself."""
        last = self.row[i - 1]
        kinds = class_kinds(last.low)
        if kinds is not None:
            return alone(Mention(self.row[start].start, last.end, back="class", kinds=kinds)), i
        if last.part is Part.POINTER and last.low in ("this", "that", "these") and i - start == 1:
            return alone(Mention(last.start, last.end, back="this")), i
        return None

    def _unknown(self, start: int, word: int | None, i: int) -> tuple[Phrase, int] | None:
        if word is None:
            return None
        adverbs = (n for n in range(word, i) if self.row[n].part is Part.ADVERB)
        cut = next(adverbs, i)
        if cut - word > _LONGEST_NEW or cut <= word:
            return None
        last = max(n for n in range(word, cut) if self._of_name(n))
        span = (self.row[word].start, self.row[last].end)
        return alone(Mention(span[0], span[1], words=span)), i

    def _of_name(self, n: int) -> bool:
        """Whether item `n` may end a new name: a word, or the 6 of interleukin-6."""
        item = self.row[n]
        numbered = item.part is Part.NUMBER and self.row[n - 1].part is Part.HYPHEN
        return item.part is Part.WORD or numbered

    def _people(self, i: int) -> tuple[Phrase, int] | None:
        """“patients with MS”, “fibromyalgia sufferers” come here by their noun of people."""
        item = self.row[i]
        people = item.low not in EXPERTS
        phrase = replace(alone(Mention(item.start, item.end)), mentions=(), people=people)
        j = i + 1
        if j < len(self.row) and self.row[j].part is Part.VERB and self.row[j].form == "ing":
            j += 1
        if j < len(self.row) and self.row[j].low in ("with", "in", "of", "from", "on", "taking"):
            around = self.around(phrase, j)
            if around is not None:
                return around
        return phrase, i + 1

    def _of(
        self, start: int, i: int, head: Item, pointing: bool, owner: bool
    ) -> tuple[Phrase, int] | None:
        """“a reduction in X”, “levels of X”, “the effects of X”; else what it points back to."""
        j = i + 1
        while j < len(self.row) and self.row[j].part in (Part.TRANSPARENT, Part.CHANGE):
            j += 1
        preposition = self.row[j] if j < len(self.row) else None
        governs = ("of", "in", "with", "for", "to", "on", "against", "from", "by")
        if (
            preposition is not None
            and (preposition.part in (Part.PREPOSITION, Part.TO))
            and preposition.low in governs
            and self.starts(j + 1)
        ):
            inner = self.group(j + 1)
            if inner is not None and (inner[0].mentions or inner[0].people):
                return self._governed(head, preposition.low, inner[0]), inner[1]
        event = head.family if head.part is Part.CHANGE else None
        if event is not None and pointing and not owner:
            return alone(Mention(self.row[start].start, head.end, back="event", event=event)), i + 1
        if owner:
            own = Mention(self.row[start].start, self.row[start].end, back="it")
            return alone(own), j
        kinds = class_kinds(head.low)
        if kinds is not None:
            return alone(Mention(self.row[start].start, head.end, back="class", kinds=kinds)), j
        return replace(alone(Mention(head.start, head.end)), mentions=()), j

    def _governed(self, head: Item, low: str, inner: Phrase) -> Phrase:
        family = head.family if head.part is Part.CHANGE else None
        phrase = replace(inner, start=min(inner.start, head.start))
        if low == "by":
            return replace(phrase, mentions=(), agents=(*inner.mentions, *inner.agents))
        if family is None or family in _NO_CHANGE:
            return phrase
        return changed(phrase, family, head.start)

    def _named(self, i: int) -> tuple[Phrase, int] | None:
        """A name with the nouns after it: “LDN therapy”, “receptor blockade”, “MS patients”."""
        name = self.row[i]
        phrase = alone(Mention(name.start, name.end, entities=name.entities))
        if name.low.startswith("anti"):
            phrase = changed(phrase, Family.LESS, name.start)
        if {self.kinds[e] for e in name.entities} == {Kind.POPULATION}:
            phrase = replace(phrase, people=True, mentions=(), around=phrase.mentions)
        step = self._compound(phrase, i, i + 1)
        if step is not None:
            return step
        phrase, j = self._tail(phrase, i + 1)
        if j == i + 1 and j < len(self.row) and self.row[j].part is Part.NAME:
            return self._two_names(phrase, j)
        if self._of_drug(j):
            inner = self.core(j + 1)
            effect = self.kinds[name.entities[0]] in (Kind.PATHWAY, Kind.MECHANISM)
            if inner is not None and effect and self._drugs(inner[0]):
                return replace(phrase, property_of=inner[0].mentions, end=inner[0].end), inner[1]
        return phrase, j

    def _tail(self, phrase: Phrase, j: int) -> tuple[Phrase, int]:
        """The nouns after a name that change it, or make it people."""
        tail = (Part.TRANSPARENT, Part.CHANGE, Part.PEOPLE)
        while j < len(self.row) and self.row[j].part in tail:
            item = self.row[j]
            if item.part is Part.PEOPLE:
                phrase = replace(phrase, people=True, around=phrase.mentions, mentions=())
            elif item.part is Part.CHANGE and item.family and item.family not in _NO_CHANGE:
                phrase = changed(phrase, item.family, item.start)
            j += 1
        if self._part_of_another(phrase, j):
            return replace(phrase, mentions=()), j + 1
        return self._compound_noun(phrase, j) or (phrase, j)

    def _part_of_another(self, phrase: Phrase, j: int) -> bool:
        """“Cancer registries improve …”, “LDN shortages worsen …”: the name is not the subject."""
        if j + 1 >= len(self.row) or not phrase.mentions or self.row[j].part is not Part.WORD:
            return False
        item, after = self.row[j], self.row[j + 1]
        finite = after.part in _VERBAL or (
            after.part is Part.VERB and after.form in ("s", "base", "ed")
        )
        noun = item.low not in _NO_NOUN and not item.low.endswith("ly")
        return finite and noun and self.row[j - 1].part is Part.NAME

    def _compound_noun(self, phrase: Phrase, j: int) -> tuple[Phrase, int] | None:
        """“opioid addiction” is no opioid: a name before an unknown noun, where an object ends."""
        if j >= len(self.row) or self.row[j].part is not Part.WORD or not phrase.mentions:
            return None
        first = next(n for n, item in enumerate(self.row) if item.start == phrase.mentions[0].start)
        before = self.row[first - 1].part if first else None
        after = self.row[j + 1].part if j + 1 < len(self.row) else Part.SIGN
        if before not in _GOVERNING or after not in _CLOSING or self.row[j].low in _NO_NOUN:
            return None
        span = (phrase.mentions[0].start, self.row[j].end)
        return alone(Mention(span[0], span[1], words=span)), j + 1

    def _pointed(self, start: int, i: int) -> tuple[Phrase, int] | None:
        """“these peptides” where peptides are known: the ones spoken of, else peptides."""
        name = self.row[i]
        kinds = class_kinds(self.words[name.end - 1])
        if kinds is None or len(name.entities) > 1:
            return self._named(i)
        mention = Mention(
            self.row[start].start, name.end, entities=name.entities, back="class", kinds=kinds
        )
        return alone(mention), i + 1

    def _of_drug(self, j: int) -> bool:
        return (
            j + 1 < len(self.row)
            and self.row[j].part is Part.PREPOSITION
            and self.row[j].low == "of"
        )

    def _drugs(self, phrase: Phrase) -> bool:
        return any(self.kinds[e] is Kind.DRUG for m in phrase.mentions for e in m.entities)

    def _compound(self, phrase: Phrase, i: int, j: int) -> tuple[Phrase, int] | None:
        """“LDN-induced blockade of X”, “LDN's effect on X”."""
        row = self.row
        if j + 2 < len(row) and row[j].part is Part.HYPHEN:
            inner = self.core(j + 2)
            if inner is not None and row[j + 1].part in (Part.VERB, Part.WORD):
                return replace(
                    inner[0], start=phrase.start, agents=(*phrase.mentions, *inner[0].agents)
                ), inner[1]
        if j + 1 < len(row) and row[j].low == "'s":
            inner = self.core(j + 1)
            if inner is not None and any(m.entities for m in inner[0].mentions):
                return replace(
                    inner[0], start=phrase.start, agents=(*phrase.mentions, *inner[0].agents)
                ), inner[1]
            return phrase, inner[1] if inner is not None else j + 1
        return None

    def _two_names(self, phrase: Phrase, j: int) -> tuple[Phrase, int]:
        """“MS symptoms”: the condition narrows the second name down; a drug acts on it."""
        self.depth += 1
        inner = self._named(j) if self.depth < DEEPEST else None
        self.depth -= 1
        if inner is None or not phrase.mentions:
            return phrase, j
        kinds = {self.kinds[e] for m in phrase.mentions for e in m.entities}
        second = replace(inner[0], start=phrase.start)
        if Kind.CONDITION in kinds:
            return replace(second, around=(*second.around, *phrase.mentions)), inner[1]
        if Kind.DRUG in kinds:
            return replace(second, agents=(*second.agents, *phrase.mentions)), inner[1]
        return second, inner[1]
