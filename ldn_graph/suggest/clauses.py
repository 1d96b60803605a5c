"""The clauses of a sentence → who is said to do what to what.

One pass from left to right with a register for the subject. A verb takes the subject of its
clause; verbs that are joined share it, and share the object where only the last one has it. A
relative clause is about the noun before it, or about what was just said to happen.
"""

from dataclasses import dataclass, replace

from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.dependencies import (
    LADDER,
    SKIP,
    Dependencies,
    a_class_that,
    after_be,
    by_agent,
    finite,
    from_doing,
    manner,
    object_relative,
    owner,
    reaction,
    skip,
    unnamed,
)
from ldn_graph.suggest.noun_phrases import Reader
from ldn_graph.suggest.phrases import How, Mention, Phrase, Relation, acting, class_kinds, kinds_of
from ldn_graph.suggest.relations import Family
from ldn_graph.suggest.tagging import Item, Part

_AGENT = ("by", "with", "after", "on", "following", "using", "taking", "during", "through", "under",
          "receiving", "upon", "due to", "in response to", "in reaction to", "as a result of",
          "as a consequence of", "because of", "thanks to", "treated with")  # fmt: skip
_CAUSAL = frozenset(
    {Family.CAUSE, Family.LESS, Family.MORE, Family.BETTER, Family.WORSE, Family.TREAT}
)


#: What a participle behind an object belongs to.
_NOUNS = (Part.NAME, Part.WORD, Part.TRANSPARENT, Part.CHANGE, Part.CLOSE)
#: What may stand behind an adjective that is all a clause says.
_CLOSES = (Part.COMMA, Part.SIGN, Part.END, Part.AND, Part.PREPOSITION)


@dataclass
class Clauses(Dependencies):
    """Reads one sentence; `read` gives its relations."""

    def read(self) -> tuple[Relation, ...]:
        """The relations of the sentence, in the order of their trigger words."""
        self.reader = Reader(self.row, self.kinds, self.words)
        self.clause_of = [0] * len(self.words)
        self.main: tuple[tuple[Mention, ...], bool] | None = None
        self.last: Phrase | None = None
        i = 0
        while i < len(self.row):
            following = max(self._step(i), i + 1)
            for t in range(self.row[i].start, self.row[following - 1].end):
                self.clause_of[t] = self.clause
            i = following
        self._settle()
        self._share_surroundings()
        return tuple(sorted(self.relations, key=lambda r: (r.trigger, r.family)))

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
        """Constructions that are read as a whole; the item after them, None where none begins."""
        item = self.row[i]
        if self.last is not None and item.low == "whose":
            return self._whose(i, self.last)
        if self.last is not None and item.part is Part.COMMA:
            resumed = a_class_that(self.row, i)
            if resumed is None:
                return None
            self._enter_relative(resumed)
            return resumed + 1
        ways = (self._done_to, self._reacts, self._told)
        return next((found for way in ways if (found := way(i)) is not None), None)

    def _done_to(self, i: int) -> int | None:
        """“the euphoria that alcohol brings”: alcohol does."""
        item, last = self.row[i], self.last
        if item.low not in ("that", "which") or last is None:
            return None
        gap = object_relative(self.row, i, self.reader)
        if gap is None or last.end not in (item.start, item.start - 1):
            return None
        phrase, n = gap
        verb = self.row[n]
        assert verb.family is not None
        at = (verb.start, verb.end)
        made = Relation(phrase.mentions, verb.family, last.mentions, at, self.clause)
        self.relations.append(made)
        return n + 1

    def _reacts(self, i: int) -> int | None:
        """“The body responds by …”: what was just said to happen does. In the same clause: what it
        may do, it may make the body do."""
        following = reaction(self.row, i)
        if following is None:
            return None
        self._settle()
        self.done, self.open = [*self.done, *self.open], []
        if not any(m.back in ("event", "this") for m in self.subject):
            self.subject = (Mention(self.row[i].start, self.row[i].end, back="this"),)
        self.subject_in, self.people = self.clause, False
        return following

    def _told(self, i: int) -> int | None:
        """“It should be borne in mind that …”, “they tell us that they …”: a clause of its own."""
        heard = (Part.WORD, Part.PRONOUN, Part.PEOPLE)
        behind = i > 0 and self.row[i - 1].part in heard and not self.open
        opens = self.row[i].low == "that" and not finite(self.row, skip(self.row, i + 1))
        if not (opens and behind):
            return None
        self._new_clause()
        they = i + 1 < len(self.row) and self.row[i + 1].low == "they"
        self.subject, self.people = (), they and self.row[i - 1].part is not Part.WORD
        return i + 1 + self.people

    def _whose(self, i: int, last: Phrase) -> int:
        """“X, whose activation leads to Y”: X, activated, does."""
        noun = self.row[i + 1] if i + 1 < len(self.row) else None
        if noun is not None and noun.part is Part.NAME:
            self._new_clause()
            self.subject, self.people, self.subject_in = (), False, -1
            return i + 1
        subject = last.mentions
        if noun is not None and noun.part is Part.CHANGE:
            subject = tuple(replace(m, change=noun.family, change_at=noun.start) for m in subject)
        if self.main is None:
            self.main = (self.subject, self.people)
        self._new_clause()
        self.subject, self.people, self.subject_in = subject, False, self.clause
        return i + 2

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

    def _leave_relative(self, i: int) -> None:
        if self.main is not None and finite(self.row, skip(self.row, i + 1)):
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
        if self._prevents(j):
            return j + 2
        helped = phrase.people and verbal and i > 0 and self.row[i - 1].part is Part.HELP
        if not helped:
            self._placed(phrase, verbal, j)
        return j

    def _placed(self, phrase: Phrase, verbal: bool, j: int) -> None:
        """The phrase as object or subject, by whether a verb of its own follows at item `j`."""
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
        if phrase.mentions:
            self.last = phrase

    def _prevents(self, j: int) -> bool:
        """“prevents A from causing B”: it is said of B."""
        prevented = from_doing(self.row, j, self.open[-1]) if self.open else None
        if prevented is None:
            return False
        at = (prevented.start, prevented.end)
        self.open = [replace(self.open[-1], family=Family.LESS, at=at)]
        return True

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
        if how is How.MAIN and item.form == "ing" and part in _NOUNS and (self.open or self.done):
            # “reduces inflammation causing pain”: which of the two causes it can't be told
            self.done, self.open = [*self.done, *self.open], []
            return i + 1
        if (part is Part.PREPOSITION and how is How.MAIN) or (
            item.form == "ing" and how is How.MAIN
        ):
            self.done += self.open
            self.open = [] if not self.flags or item.family is not Family.TREAT else self.open
        self._begin(item, how, passive, bare)
        return i + 1

    def _link(self, i: int) -> int:
        item = self.row[i]
        if item.family in (Family.SIDE_EFFECT, Family.TRIAL, Family.NEEDS_RESEARCH):
            return i + 1
        if self.flags & {Family.STUDY, Family.USE} and item.family is Family.TREAT:
            self.open = [v for v in self.open if v.family in LADDER]
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
        after = self.row[j + 1].part if j + 1 < len(self.row) else Part.SIGN
        if j < len(self.row) and self.row[j].part is Part.ADJECTIVE and after in _CLOSES:
            self._changes(self.row[j])
        elif j < len(self.row) and self.row[j].part in (Part.NAME, Part.WORD, Part.TRANSPARENT):
            item = self.row[i]
            self._begin(replace(item, family=Family.IS), How.MAIN, False, False)

    def _changes(self, adjective: Item) -> None:
        """“flare-ups are rarer”: how the subject has changed."""
        family = adjective.family
        if self.subject and family and not self.people and not acting(self.subject, self.kinds):
            at = (adjective.start, adjective.end)
            self.relations.append(
                Relation(self.agents, family, self.subject, at, self.clause, How.ALONE, self.around)
            )

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
        waits = bool(self.open) and self.open[-1].family in (*LADDER, Family.TREAT)
        fits = bool(kinds & {Kind.CONDITION, Kind.SYMPTOM}) or any(m.words for m in phrase.mentions)
        if low == "as" or not waits or Kind.DRUG in kinds:
            return False
        return low in ("for", "in", "against", "of") and (fits or bool(phrase.around))
