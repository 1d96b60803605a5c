"""What governs what in a sentence: its subject, the verbs that wait for an object, who acts.

The register that `Clauses` keeps while it reads: which verbs are open, whom they are said of, and
what surrounds them. From here come the relations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.phrases import (
    How,
    Mention,
    Phrase,
    Relation,
    Verb,
    acting,
    class_kinds,
    kinds_of,
    property_of,
)
from ldn_graph.suggest.relations import ALONE, VERBS, Family
from ldn_graph.suggest.tagging import Item, Part

if TYPE_CHECKING:
    from ldn_graph.suggest.phrase_heads import Heads


_FINITE = (Part.BE, Part.HAVE, Part.DO, Part.MODAL, Part.HELP)
SKIP = (Part.ADVERB, Part.NEGATION)
_BODY = frozenset({"body", "bodies", "brain", "organism", "system", "cells"})
_REACTS = frozenset({"responds", "respond", "responded", "reacts", "react", "reacted",
                     "compensates", "compensate", "compensated", "answers", "answer", "answered",
                     "adapts", "adapt", "adapted"})  # fmt: skip
_PROMPTS = frozenset({"prompts", "prompting", "prompt", "prompted", "causes", "causing", "cause",
                      "caused", "forces", "forcing", "force", "leads", "leading", "pushes",
                      "pushing", "encourages", "encouraging", "triggers", "triggering", "signals",
                      "signalling", "tells", "telling", "stimulates", "stimulating", "induces",
                      "inducing", "tricks", "tricking", "makes"})  # fmt: skip
_CLOSING = (Part.COMMA, Part.SIGN, Part.END, Part.CLOSE, Part.AND, Part.PREPOSITION, Part.TO)
_PLURAL_LINKS = frozenset({"lead", "led", "result", "resulted", "contribute", "contributed", "play",
                           "act", "acted", "bind", "interact", "give", "gave", "respond",
                           "responded", "work", "attach"})  # fmt: skip


def skip(row: Sequence[Item], i: int) -> int:
    """The next item that is no adverb or negation."""
    while i < len(row) and row[i].part in SKIP:
        i += 1
    return i


def finite(row: Sequence[Item], i: int) -> bool:
    """Whether a verb that needs a subject stands at item `i`."""
    if i >= len(row):
        return False
    item = row[i]
    if item.part is Part.VERB:
        passive = item.form == "ed" and by_agent(row, i)
        return item.form in ("s", "base", "ed") and not passive
    first = item.low.partition(" ")[0]
    verbal = (item.part is Part.LINK and first.endswith("s")) or first in _PLURAL_LINKS
    return item.part in _FINITE or (verbal and item.family is not Family.SIDE_EFFECT)


def by_agent(row: Sequence[Item], i: int) -> bool:
    """Whether “by” and who did it stand behind a verb; “fell by 30 %” says how much."""
    behind = [item.part for item in row[i + 2 : i + 4]]
    by = i + 1 < len(row) and row[i + 1].low == "by"
    return by and row[i].low in VERBS and Part.NUMBER not in behind


def after_be(row: Sequence[Item], before: int) -> bool:
    """Whether a form of “be” stands before, over adverbs and joined participles."""
    while before >= 0 and row[before].part in (*SKIP, Part.AND, Part.VERB, Part.BE):
        if row[before].part is Part.BE:
            return True
        if row[before].part is Part.VERB and row[before].form != "ed":
            return False
        before -= 1
    return False


def unnamed(phrase: Phrase) -> bool:
    """Whether nothing that the corpus knows is in the phrase, nor anything pointing back."""
    parts = (*phrase.mentions, *phrase.around, *phrase.agents)
    return not any(m.entities or m.back for m in parts)


def vague(phrase: Phrase, words: Sequence[str]) -> bool:
    """Whether only the body is spoken of, which does what something else makes it do."""
    return unnamed(phrase) and any(words[m.end - 1] in _BODY for m in phrase.mentions)


def reaction(row: Sequence[Item], i: int) -> int | None:
    """“responds by releasing …”, “prompting the body to release …”: the item of what is done."""
    first = row[i].low.partition(" ")[0]
    ahead = row[i + 1 : i + 10]
    if first in _REACTS:
        by = next((n for n, item in enumerate(ahead) if item.low == "by"), None)
        done = None if by is None or by + 1 >= len(ahead) else ahead[by + 1]
        return i + by + 2 if by is not None and done is not None and done.form == "ing" else None
    if first in _PROMPTS:
        to = next((n for n, item in enumerate(ahead[:4]) if item.part is Part.TO), None)
        body = to is not None and any(item.low in _BODY for item in ahead[:to])
        return i + to + 2 if to is not None and body else None
    return None


def object_relative(row: Sequence[Item], i: int, reader: "Heads") -> tuple[Phrase, int] | None:
    """“the euphoria that alcohol brings”: who does it, and the item of the verb."""
    found = reader.core(i + 1) if reader.starts(i + 1) else None
    if found is None or not found[0].mentions or row[i + 1].part is Part.VERB:
        return None
    phrase, j = found
    j = skip(row, j)
    verb = row[j] if j < len(row) else None
    if verb is None or verb.part is not Part.VERB or verb.form not in ("s", "base", "ed"):
        return None
    after = row[j + 1].part if j + 1 < len(row) else Part.SIGN
    return (phrase, j) if after in _CLOSING else None


def a_class_that(row: Sequence[Item], i: int) -> int | None:
    """“A, a process that …” is “A, which …”: the item of “that”, behind the comma at `i`."""
    if i + 1 >= len(row) or row[i + 1].low not in ("a", "an"):
        return None
    for n in range(i + 2, min(i + 6, len(row))):
        if row[n].part is Part.RELATIVE or row[n].low == "that":
            return n if class_kinds(row[n - 1].low) is not None else None
        if row[n].part not in (Part.WORD, Part.ADJECTIVE, Part.ADVERB):
            return None
    return None


def from_doing(row: Sequence[Item], j: int, verb: Verb) -> Item | None:
    """“prevents A from causing B”: the item of what is prevented."""
    if j + 1 >= len(row) or row[j].low != "from" or row[j + 1].form != "ing":
        return None
    return row[j + 1] if verb.family in (Family.LESS, Family.BLOCK, Family.INHIBIT) else None


def manner(row: Sequence[Item], item: Item, before: int, joined: How | None) -> How:
    """How a verb is said: by itself, as the means (“by …ing”) or the result (“, …ing”); `before`:
    the item in front of it; `joined`: the manner of the verb that “and” joins it to."""
    if item.form != "ing" or before < 0:
        return How.MEANS if item.form == "ing" else How.MAIN
    low, part = row[before].low, row[before].part
    if low in ("by", "through", "via"):
        return How.MEANS
    if part is Part.COMMA or low in ("thereby", "thus"):
        return How.RESULT
    if part is Part.AND and joined is not None:
        return joined
    return How.MAIN


def owner(row: Sequence[Item], i: int) -> Mention | None:
    """Whose a noun is that is a relation: “its effects on”, “this dual action on”."""
    j = i - 1
    while j >= 0 and row[j].part in (Part.WORD, Part.ADJECTIVE, Part.NUMBER):
        j -= 1
    pointer = row[j] if j >= 0 else None
    noun = row[i].low.endswith((" on", " in", " for"))
    if not noun or pointer is None or pointer.low == "'s":
        return None
    if pointer.part not in (Part.POINTER, Part.POSSESSIVE):
        return None
    return Mention(pointer.start, pointer.end, back="it")


#: Verbs whose object comes behind a preposition when they are passive: “is used for”.
LADDER = frozenset({Family.USE, Family.STUDY, Family.DEVELOP})
_SUFFERED = {Kind.CONDITION, Kind.POPULATION}


@dataclass
class Dependencies:
    """The register of one sentence; `clause_of[t]`: the clause of token t."""

    row: Sequence[Item]
    kinds: Mapping[str, Kind]
    words: Sequence[str]
    relations: list[Relation] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    examples: list[tuple[Mention, Mention]] = field(default_factory=list)
    clause_of: list[int] = field(default_factory=list)
    subject: tuple[Mention, ...] = ()
    first_subject: tuple[Mention, ...] = ()
    people: bool = False
    clause: int = 0
    subject_in: int = -1
    open: list[Verb] = field(default_factory=list)
    done: list[Verb] = field(default_factory=list)
    fronted: list[int] = field(default_factory=list)
    around: tuple[Mention, ...] = ()
    places: tuple[Mention, ...] = ()
    agents: tuple[Mention, ...] = ()
    flags: set[Family] = field(default_factory=set)

    def _new_clause(self) -> None:
        self._settle()
        self.clause += 1
        self.open, self.done, self.flags = [], [], set()

    def _settle(self) -> None:
        """A verb that is left without an object says of its subject how it changes."""
        for verb in self.open:
            low = " ".join(self.words[verb.at[0] : verb.at[1]])
            plain = verb.how is How.MAIN and not verb.passive and not verb.people
            seen = verb.passive and verb.family is Family.EXPERIENCE
            seen = seen and any(m.change for m in verb.subjects)
            if not seen and (low not in ALONE or not plain or acting(verb.subjects, self.kinds)):
                continue
            family = Family.EXPERIENCE if seen else ALONE[low][0]
            if verb.subjects:
                self.relations.append(
                    Relation(self.agents, family, verb.subjects, verb.at, verb.clause,
                             How.ALONE, self.around, self.places, bare=verb.bare, by_people=seen)
                )  # fmt: skip
        if self.open and self.open[-1].passive and not self.agents:
            done = self.open[-1]
            self.agents = tuple(replace(m, change=done.family) for m in done.subjects)

    def _event(self) -> tuple[Mention, ...]:
        """The objects of the last relation, changed as it says."""
        if not self.relations:
            return ()
        last = self.relations[-1]
        return tuple(
            replace(m, change=m.change or last.family, change_at=last.trigger[0])
            for m in last.objects
        )

    def _set_subject(self, phrase: Phrase) -> None:
        self.subject, self.people = (*phrase.property_of, *phrase.mentions), phrase.people
        self.subject_in = self.clause
        if not any(m.entities or m.back for m in self.first_subject):
            self.first_subject = self.subject
        if vague(phrase, self.words):
            self.subject = ()
        self.around += phrase.around
        if phrase.agents and not any(m.change for m in phrase.mentions):
            self.subject = self.subject or phrase.agents
        for n in self.fronted:
            verb = self.relations[n]
            how = How.FRONT if verb.how is How.MAIN else verb.how
            self.relations[n] = replace(verb, subjects=self.subject, clause=self.clause, how=how)
        self.fronted = []

    def _begin(self, item: Item, how: How, passive: bool, bare: bool) -> None:
        assert item.family is not None
        family = item.family
        if self.open and self.open[-1].how is not how:
            self.open = []
        if self.flags & LADDER and family is Family.TREAT:
            self.open = []
        if family in LADDER:
            self.flags.add(family)
            self.open = [v for v in self.open if v.family in LADDER]
        elif self.open and self.open[-1].family in (Family.EXPERIENCE, *LADDER, Family.CAUSE):
            self.open = []
        subjects = self.subject
        heads = how is How.MEANS and item.start == 0
        self.open.append(
            Verb(family, (item.start, item.end), self.clause, how, passive, bare, subjects,
                  self.people, heads)
        )  # fmt: skip

    def _joined(self) -> How | None:
        """How the verb before was said, for one that is joined to it."""
        verbs = self.open or self.done
        return verbs[-1].how if verbs else None

    def _objects(self, phrase: Phrase) -> None:
        """Give the phrase to every verb that waits for an object; who uses a drug is none."""
        drugs = Kind.DRUG in kinds_of(phrase.mentions, self.kinds)
        pointed = any(m.back == "it" for m in phrase.mentions)
        if self._intransitive(self.open[-1]):
            self._settle()
            self.open = []
            return
        if self.open[-1].family in LADDER and self.open[-1].passive and unnamed(phrase):
            return
        evidence = drugs and self.words[self.open[-1].at[0]] == "evidence"
        if (
            (self.open[-1].family in LADDER or evidence)
            and not self.open[-1].passive
            and (drugs or pointed)
        ):
            around = phrase.around or (self.around if self.people else ())
            conditions = tuple(m for m in around if _SUFFERED & kinds_of([m], self.kinds))
            if conditions:
                verb = self.open[-1]
                made = Relation(phrase.mentions, verb.family, conditions, verb.at, verb.clause,
                                flags=frozenset(self.flags), bare=verb.bare)  # fmt: skip
                self.relations.append(made)
                self.done, self.open = [*self.done, *self.open], []
            self.subject, self.people = phrase.mentions, False
            self.open = [replace(v, subjects=phrase.mentions) for v in self.open]
            self._supply(phrase.mentions)
            return
        for verb in self.open:
            self._emit(verb, phrase)
        self.done += self.open
        self.open = []

    def _intransitive(self, verb: Verb) -> bool:
        low = " ".join(self.words[verb.at[0] : verb.at[1]])
        return low in ALONE and low not in VERBS

    def _emit(self, verb: Verb, phrase: Phrase, agents: tuple[Mention, ...] = ()) -> None:
        subjects, objects = verb.subjects, phrase.mentions
        if agents:
            subjects, objects = agents, verb.subjects
        elif verb.people or (verb.family is Family.EXPERIENCE and not acting(subjects, self.kinds)):
            subjects = phrase.agents
        if not objects and phrase.around and verb.family in (Family.TREAT, *LADDER):
            objects, around = phrase.around, self.around
        else:
            around = (*self.around, *phrase.around)
        if not objects:
            return
        subjects = subjects or (() if verb.people else self.agents)
        relation = Relation(
            subjects, verb.family, objects, verb.at, verb.clause, verb.how, around,
            (*self.places, *phrase.places), frozenset(self.flags), verb.bare, verb.people,
        )  # fmt: skip
        if not verb.subjects and not agents and not verb.people and not self.first_subject:
            self.fronted.append(len(self.relations))
        self.relations.append(relation)

    def _supply(self, agents: tuple[Mention, ...]) -> None:
        """Who did what was said before without saying who did it."""
        for n, relation in enumerate(self.relations):
            if not relation.subjects and relation.clause <= self.clause:
                self.relations[n] = replace(relation, subjects=agents)

    def _agent(self, phrase: Phrase, kinds: set[Kind]) -> bool:
        """“reduced by LDN”, “seen with LDN”, “reported … while taking LDN”."""
        acts = Kind.DRUG in kinds or any(m.back for m in phrase.mentions)
        if acts or phrase.agents:
            self.agents = phrase.mentions if acts else phrase.agents
        waiting = [v for v in self.open if v.passive and v.family not in LADDER]
        if waiting and (acts or phrase.mentions):
            for verb in waiting:
                self._emit(verb, phrase, agents=phrase.mentions)
            self.done, self.open = [*self.done, *waiting], []
            return True
        if not acts:
            return False
        self._supply(phrase.mentions)
        return True

    def _surround(self, phrase: Phrase, kinds: set[Kind]) -> None:
        if kinds & {Kind.CONDITION, Kind.POPULATION}:
            self.around += phrase.mentions
        elif kinds & {Kind.ANATOMY}:
            self.places += phrase.mentions
        self.around += phrase.around

    def _nouns(self, phrase: Phrase) -> None:
        """“blockade of X by Y”: Y blocks X."""
        for mention in phrase.mentions:
            if phrase.agents and mention.change is not None and mention.change_at is not None:
                at = (mention.change_at, mention.change_at + 1)
                self.relations.append(
                    Relation(phrase.agents, mention.change, (replace(mention, change=None),), at,
                             self.clause, How.NOUN, (*self.around, *phrase.around), phrase.places)
                )  # fmt: skip
        if phrase.property_of:
            at = (phrase.mentions[0].start, phrase.mentions[0].end)
            self.relations.append(
                Relation(phrase.property_of, property_of(phrase, self.kinds), phrase.mentions, at,
                         self.clause, How.NOUN)
            )  # fmt: skip

    def _share_surroundings(self) -> None:
        """“lowers A and improves B in people with C”: both in people with C."""
        for n in range(len(self.relations) - 2, -1, -1):
            one, later = self.relations[n], self.relations[n + 1]
            joined = one.clause == later.clause and one.subjects == later.subjects
            if joined and not one.around and one.how is later.how:
                self.relations[n] = replace(one, around=later.around)
        main = next((r for r in self.relations if r.how is How.MAIN), None)
        for n, one in enumerate(self.relations):
            if main is not None and one.how is How.MEANS and not one.around and main.flags:
                around = tuple(
                    m for m in main.objects if kinds_of([m], self.kinds) == {Kind.CONDITION}
                )
                self.relations[n] = replace(one, around=around)
