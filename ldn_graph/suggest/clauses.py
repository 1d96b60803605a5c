"""The clauses of a sentence → who is said to do what to what.

One pass from left to right with a register for the subject. A verb takes the subject of its
clause; verbs that are joined share it, and share the object where only the last one has it. A
relative clause is about the noun before it, or about what was just said to happen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ldn_graph.suggest.items import Item, Part
from ldn_graph.suggest.lookahead import (
    SKIP,
    after_be,
    by_agent,
    finite,
    manner,
    object_relative,
    owner,
    reaction,
    skip,
    unnamed,
    vague,
)
from ldn_graph.suggest.noun_phrases import Reader
from ldn_graph.suggest.phrases import Mention, Phrase, acting, class_kinds, kinds_of, property_of
from ldn_graph.suggest.relations import ALONE, VERBS, Family
from ldn_graph.suggest.statements import How, Relation, Verb
from ldn_graph.terms import Kind

#: Verbs whose object comes behind a preposition when they are passive: “is used for”.
_LADDER = frozenset({Family.USE, Family.STUDY, Family.DEVELOP})
_AGENT = ("by", "with", "after", "on", "following", "using", "taking", "during", "through", "under",
          "receiving", "upon", "due to", "in response to", "in reaction to", "as a result of",
          "as a consequence of", "because of", "thanks to", "treated with")  # fmt: skip
_CAUSAL = frozenset(
    {Family.CAUSE, Family.LESS, Family.MORE, Family.BETTER, Family.WORSE, Family.TREAT}
)


@dataclass
class Clauses:
    """Reads one sentence; `read` gives its relations. `clause_of[t]`: the clause of token t."""

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

    def read(self) -> tuple[Relation, ...]:
        """The relations of the sentence, in the order of their trigger words."""
        self.reader = Reader(self.row, self.kinds, self.words)
        self.clause_of = [0] * len(self.words)
        self.open: list[Verb] = []
        self.done: list[Verb] = []
        self.fronted: list[int] = []
        self.around: tuple[Mention, ...] = ()
        self.places: tuple[Mention, ...] = ()
        self.flags: set[Family] = set()
        self.subject_in = -1
        self.main: tuple[tuple[Mention, ...], bool] | None = None
        self.last: Phrase | None = None
        self.agents: tuple[Mention, ...] = ()
        i = 0
        while i < len(self.row):
            following = max(self._step(i), i + 1)
            for t in range(self.row[i].start, self.row[following - 1].end):
                self.clause_of[t] = self.clause
            i = following
        self._settle()
        self._share_surroundings()
        return tuple(sorted(self.relations, key=lambda r: (r.trigger, r.family)))

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

    def _step(self, i: int) -> int:
        item = self.row[i]
        if item.part is Part.END:
            self._new_clause()
        elif (aside := self._aside(i)) is not None:
            return aside
        elif item.part is Part.RELATIVE or (item.low == "that" and self._relative(i)):
            self._enter_relative(i)
        elif item.low == "that" and finite(self.row, skip(self.row, i + 1)) is False and self.open:
            self._new_clause()
        elif item.part is Part.VERB and not self.reader.attributive(i):
            return self._verb(i)
        else:
            return self._other(i)
        return i + 1

    def _other(self, i: int) -> int:
        item = self.row[i]
        if item.part is Part.COMMA:
            self._leave_relative(i)
        elif item.part is Part.LINK:
            return self._link(i)
        elif item.part is Part.BE:
            self._copula(i)
        elif item.part is Part.HAVE:
            self._have(i)
        elif item.part is Part.HELP:
            self._help(i)
        elif item.part is Part.PREPOSITION:
            return self._preposition(i)
        elif self.reader.starts(i):
            return self._phrase(i)
        return i + 1

    def _aside(self, i: int) -> int | None:
        """Constructions that are read as a whole; the item after them."""
        item = self.row[i]
        if item.low in ("that", "which") and self.last is not None:
            gap = object_relative(self.row, i, self.reader)
            if gap is not None and self.last.end in (item.start, item.start - 1):
                phrase, verb = gap
                at = (self.row[verb].start, self.row[verb].end)
                family = self.row[verb].family
                assert family is not None
                made = Relation(phrase.mentions, family, self.last.mentions, at, self.clause)
                self.relations.append(made)
                return verb + 1
        if item.low == "whose" and self.last is not None:
            return self._whose(i, self.last)
        reacting = reaction(self.row, i)
        if reacting is not None:
            self._new_clause()
            self.subject = (Mention(item.start, item.end, back="this"),)
            self.subject_in, self.people = self.clause, False
            return reacting
        behind = i > 0 and self.row[i - 1].part is Part.WORD and not self.open
        if item.low == "that" and behind and not finite(self.row, skip(self.row, i + 1)):
            self._new_clause()
            self.subject, self.people = (), False
            return i + 1
        return None

    def _whose(self, i: int, last: Phrase) -> int:
        """“X, whose activation leads to Y”: X, activated, does."""
        noun = self.row[i + 1] if i + 1 < len(self.row) else None
        subject = last.mentions
        if noun is not None and noun.part is Part.CHANGE:
            subject = tuple(replace(m, change=noun.family, change_at=noun.start) for m in subject)
        if self.main is None:
            self.main = (self.subject, self.people)
        self._new_clause()
        self.subject, self.people, self.subject_in = subject, False, self.clause
        return i + 2

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

    def _new_clause(self) -> None:
        self._settle()
        self.clause += 1
        self.open, self.done, self.flags = [], [], set()

    def _relative(self, i: int) -> bool:
        return self.last is not None and finite(self.row, skip(self.row, i + 1)) and i > 0

    def _enter_relative(self, i: int) -> None:
        """“which”: what was just said to happen, where one thing is said to bring about another."""
        after = skip(self.row, i + 1)
        while after < len(self.row) and self.row[after].part in (Part.BE, *SKIP, Part.MODAL):
            after += 1
        verb = self.row[after] if after < len(self.row) else None
        one = verb is not None and (
            verb.low.partition(" ")[0].endswith("s") or self.row[i + 1].low in ("is", "may", "can")
        )
        event = self._event() if one and verb is not None and verb.family in _CAUSAL else ()
        comma = i > 0 and self.row[i - 1].part is Part.COMMA
        antecedent = self.last.mentions if self.last else ()
        if self.main is None:
            self.main = (self.subject, self.people)
        self._new_clause()
        self.subject = event if event and comma else antecedent
        self.people = False

    def _event(self) -> tuple[Mention, ...]:
        """The objects of the last relation, changed as it says."""
        if not self.relations:
            return ()
        last = self.relations[-1]
        return tuple(
            replace(m, change=m.change or last.family, change_at=last.trigger[0])
            for m in last.objects
        )

    def _leave_relative(self, i: int) -> None:
        if self.main is not None and self.done and finite(self.row, skip(self.row, i + 1)):
            self._new_clause()
            (self.subject, self.people), self.main = self.main, None

    def _phrase(self, i: int) -> int:
        if self._unknown_verb(i):
            return i + 1
        found = self.reader.group(i)
        if found is None:
            return i + 1
        phrase, j = found
        self.phrases.append(phrase)
        self.examples += phrase.examples
        verbal = finite(self.row, skip(self.row, j))
        if phrase.people and verbal and i and self.row[i - 1].part is Part.HELP:
            return j
        if self.open and j < len(self.row) and self.row[j].part is Part.TO and unnamed(phrase):
            self.open = []
        elif self.open and (not verbal or self.open[-1].noun):
            self._govern(phrase, verbal)
        elif (
            self.open
            and len(phrase.mentions) > 1
            and self.row[skip(self.row, j)].part is not Part.HAVE
        ):
            self._objects(replace(phrase, mentions=phrase.mentions[:-1]))
            self._new_clause()
            self._set_subject(replace(phrase, mentions=phrase.mentions[-1:]))
        elif self._is_subject(phrase, verbal):
            if self.open or self.done:
                self._new_clause()
            self._set_subject(phrase)
        self._nouns(phrase)
        if phrase.mentions or phrase.around:
            self.last = phrase if phrase.mentions else self.last
        return j

    def _govern(self, phrase: Phrase, verbal: bool) -> None:
        """Objects; of a gerund at the head (“blocking A raises B”) what is done is the subject."""
        verb = self.open[-1]
        self._objects(phrase)
        if verbal and verb.how is not How.MAIN:
            event = tuple(replace(m, change=verb.family) for m in phrase.mentions)
            self._new_clause()
            self._set_subject(replace(phrase, mentions=event, property_of=()))

    def _is_subject(self, phrase: Phrase, verbal: bool) -> bool:
        if verbal:
            return True
        return self.subject_in != self.clause and not unnamed(phrase) and not self.done

    def _unknown_verb(self, i: int) -> bool:
        """“LDN offers a …”: a word right behind the subject that no table has."""
        before = self.row[i - 1].part if i else None
        behind = (Part.NAME, Part.TRANSPARENT, Part.PRONOUN, Part.CLOSE, Part.PEOPLE, Part.RELATIVE)
        item = self.row[i]
        classed = before is Part.WORD and class_kinds(self.row[i - 1].low) is not None
        fits = item.part is Part.WORD and (before in behind or classed)
        return fits and self.subject_in == self.clause and not self.open

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

    def _objects(self, phrase: Phrase) -> None:
        """Give the phrase to every verb that waits for an object; who uses a drug is none."""
        drugs = Kind.DRUG in kinds_of(phrase.mentions, self.kinds)
        pointed = any(m.back == "it" for m in phrase.mentions)
        if self._intransitive(self.open[-1]):
            self._settle()
            self.open = []
            return
        evidence = drugs and self.words[self.open[-1].at[0]] == "evidence"
        if (
            (self.open[-1].family in _LADDER or evidence)
            and not self.open[-1].passive
            and (drugs or pointed)
        ):
            around = phrase.around or (self.around if self.people else ())
            suffered = {Kind.CONDITION, Kind.POPULATION}
            conditions = tuple(m for m in around if suffered & kinds_of([m], self.kinds))
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

    def _emit(self, verb: Verb, phrase: Phrase, agents: tuple[Mention, ...] = ()) -> None:
        subjects, objects = verb.subjects, phrase.mentions
        if agents:
            subjects, objects = agents, verb.subjects
        elif verb.people or (verb.family is Family.EXPERIENCE and not acting(subjects, self.kinds)):
            subjects = phrase.agents
        if not objects and phrase.around and verb.family in (Family.TREAT, *_LADDER):
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

    def _verb(self, i: int) -> int:
        item = self.row[i]
        before = i - 1
        while before >= 0 and self.row[before].part in SKIP:
            before -= 1
        part = self.row[before].part if before >= 0 else None
        passive = item.form == "ed" and (after_be(self.row, before) or by_agent(self.row, i))
        how = manner(self.row, item, before, self._joined())
        bare = part in (Part.MODAL, Part.DO, Part.TO, Part.HELP, Part.AND, Part.COMMA)
        if item.form in ("s", "ed") and part in (Part.AND, Part.COMMA):
            bare = False
            self.clause += 1
        if (part is Part.PREPOSITION and how is How.MAIN) or (
            item.form == "ing" and how is How.MAIN
        ):
            self.done += self.open
            self.open = [] if not self.flags or item.family is not Family.TREAT else self.open
        self._begin(item, how, passive, bare)
        return i + 1

    def _begin(self, item: Item, how: How, passive: bool, bare: bool) -> None:
        assert item.family is not None
        family = item.family
        if self.open and self.open[-1].how is not how:
            self.open = []
        if self.flags & _LADDER and family is Family.TREAT:
            self.open = []
        if family in _LADDER:
            self.flags.add(family)
            self.open = [v for v in self.open if v.family in _LADDER]
        elif self.open and self.open[-1].family in (Family.EXPERIENCE, *_LADDER, Family.CAUSE):
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

    def _link(self, i: int) -> int:
        item = self.row[i]
        if item.family in (Family.SIDE_EFFECT, Family.TRIAL, Family.NEEDS_RESEARCH):
            return i + 1
        if self.flags & {Family.STUDY, Family.USE} and item.family is Family.TREAT:
            self.open = [v for v in self.open if v.family in _LADDER]
        whose = owner(self.row, i)
        if whose is not None:
            self.subject = (whose,)
        self._begin(item, How.MAIN, False, False)
        self.open[-1].noun = item.low.endswith((" on", "role in"))
        return i + 1

    def _copula(self, i: int) -> None:
        j = skip(self.row, i + 1)
        while j < len(self.row) and self.row[j].part in (Part.DETERMINER, *SKIP):
            j += 1
        if j < len(self.row) and self.row[j].part in (Part.NAME, Part.WORD, Part.TRANSPARENT):
            item = self.row[i]
            self._begin(replace(item, family=Family.IS), How.MAIN, False, False)

    def _have(self, i: int) -> None:
        """“has anti-inflammatory properties”, “had fewer flare-ups”; not “has reduced”."""
        j = skip(self.row, i + 1)
        following = self.row[j].part if j < len(self.row) else None
        if following in (Part.NAME, Part.ADJECTIVE) and self.row[i].low != "having":
            self._begin(replace(self.row[i], family=Family.EXPERIENCE), How.MAIN, False, False)

    def _help(self, i: int) -> None:
        j = skip(self.row, i + 1)
        following = self.row[j].part if j < len(self.row) else None
        verb_later = any(x.part is Part.VERB and x.form == "base" for x in self.row[i + 1 : i + 6])
        if following not in (Part.TO, Part.VERB) and not verb_later:
            self._begin(replace(self.row[i], family=Family.TREAT), How.MAIN, False, True)

    def _preposition(self, i: int) -> int:
        """An agent, a place or a condition of the clause; for “used for”, the object."""
        low = self.row[i].low
        if not self.reader.starts(i + 1):
            return i + 1
        found = self.reader.group(i + 1)
        if found is None:
            return i + 1
        phrase, j = found
        self.phrases.append(phrase)
        self.examples += phrase.examples
        kinds = kinds_of(phrase.mentions, self.kinds)
        if self._ladder_object(low, kinds, phrase):
            self._objects(phrase)
        elif low in _AGENT and self._agent(phrase, kinds):
            pass
        elif (
            finite(self.row, skip(self.row, j))
            and not self.done
            and not self.subject
            and not self.open
        ):
            self._set_subject(phrase)
        else:
            self._surround(phrase, kinds)
        self.last = phrase if phrase.mentions else self.last
        return j

    def _ladder_object(self, low: str, kinds: set[Kind], phrase: Phrase) -> bool:
        waits = bool(self.open) and self.open[-1].family in (*_LADDER, Family.TREAT)
        fits = bool(kinds & {Kind.CONDITION, Kind.SYMPTOM}) or any(m.words for m in phrase.mentions)
        if low == "as" or not waits or Kind.DRUG in kinds:
            return False
        return low in ("for", "in", "against", "of") and (fits or bool(phrase.around))

    def _agent(self, phrase: Phrase, kinds: set[Kind]) -> bool:
        """“reduced by LDN”, “seen with LDN”, “reported … while taking LDN”."""
        acts = Kind.DRUG in kinds or any(m.back for m in phrase.mentions)
        if acts or phrase.agents:
            self.agents = phrase.mentions if acts else phrase.agents
        waiting = [v for v in self.open if v.passive and v.family not in _LADDER]
        if waiting and (acts or phrase.mentions):
            for verb in waiting:
                self._emit(verb, phrase, agents=phrase.mentions)
            self.done, self.open = [*self.done, *waiting], []
            return True
        if not acts:
            return False
        self._supply(phrase.mentions)
        return True

    def _intransitive(self, verb: Verb) -> bool:
        low = " ".join(self.words[verb.at[0] : verb.at[1]])
        return low in ALONE and low not in VERBS

    def _supply(self, agents: tuple[Mention, ...]) -> None:
        """Who did what was said before without saying who did it."""
        for n, relation in enumerate(self.relations):
            if not relation.subjects and relation.clause <= self.clause:
                self.relations[n] = replace(relation, subjects=agents)

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
