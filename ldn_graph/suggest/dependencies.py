"""What governs what in a sentence: its subject, the verbs that wait for an object, who acts.

The register that `Clauses` keeps while it reads: which verbs are open, whom they are said of, and
what surrounds them. From here come the relations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.lookahead import unnamed, vague
from ldn_graph.suggest.phrases import Mention, Phrase, acting, kinds_of, property_of
from ldn_graph.suggest.relations import ALONE, VERBS, Family
from ldn_graph.suggest.statements import How, Relation, Verb
from ldn_graph.suggest.tagging import Item

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
