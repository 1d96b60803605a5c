"""What pointing words point back to: “it”, “they”, “these peptides”, “this blockade”, its.

The text so far, sentence by sentence. A drug that was the subject stays the topic until another
one is; a class noun takes the last mentions of its kinds, those of one sentence together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.phrases import Mention
from ldn_graph.suggest.relations import Family

_EVENTS = {Family.LESS, Family.MORE, Family.INHIBIT, Family.BLOCK, Family.REGULATE, Family.AFFECT,
           Family.BIND, Family.PROTECT, Family.CAUSE, Family.BETTER, Family.WORSE}  # fmt: skip
_LESS = {Family.LESS, Family.INHIBIT, Family.BLOCK}


@dataclass(frozen=True)
class Meant:
    """An entity, or new words, with where the text names it, in characters of the whole text."""

    entity: str | None
    words: str | None
    start: int
    end: int
    change: Family | None = None
    pointing: tuple[int, int] | None = None


@dataclass
class Discourse:
    """Fed with each sentence after it was read. `suffers`: population → its condition; `adverse`:
    the text is about side effects just now."""

    kinds: Mapping[str, Kind]
    suffers: Mapping[str, str] = field(default_factory=dict)
    topic: Meant | None = None
    subject: tuple[Meant, ...] = ()
    lately: list[tuple[Meant, ...]] = field(default_factory=list)
    event: tuple[Family, tuple[Meant, ...]] | None = None
    adverse: bool = False

    def saw(self, named: tuple[Meant, ...], subject: tuple[Meant, ...]) -> None:
        """Take in a sentence: all that it names, and what its first clause is about."""
        if named:
            self.lately = [*self.lately[-7:], named]
        if subject:
            self.subject = subject
        drugs = [m for m in subject if m.entity and self.kinds[m.entity] is Kind.DRUG]
        first = [m for m in named if m.entity and self.kinds[m.entity] is Kind.DRUG]
        if drugs:
            self.topic = drugs[0]
        elif first and self.topic is None:
            self.topic = first[0]

    def happened(self, family: Family, objects: tuple[Meant, ...]) -> None:
        """Remember what was last said to be done, for “this blockade”."""
        if objects and family in _EVENTS:
            self.event = (family, objects)

    def meant(
        self, mention: Mention, here: tuple[Meant, ...], subject: tuple[Meant, ...]
    ) -> tuple[Meant, ...]:
        """What a pointing mention means; `here`: named earlier in its sentence; `subject`: of the
        clause before it there. Empty where nothing fits."""
        if mention.back == "class":
            return self._of_kinds(mention.kinds, here, mention.entities)
        if mention.back in ("event", "this"):
            return self._event(mention.event)
        if mention.back in ("they", "them"):
            found = subject or self.subject
            alone = len(found) == 1 and self._is_drug(found[0])
            return (self._many() if alone else ()) or found
        drugs = [m for m in subject if m.entity and self.kinds[m.entity] is Kind.DRUG]
        if drugs:
            return (drugs[0],)
        one = subject if len(subject) == 1 else self.subject
        if self.topic is not None and not (len(one) == 1 and self._acts(one[0])):
            return (self.topic,)
        return one[:1]

    def other(self, drug: str | None) -> tuple[Meant, ...]:
        """What “it” means where it can't be the drug: the last subject, else the last name."""
        if len(self.subject) == 1 and not self._is_drug(self.subject[0]):
            return self.subject
        rest = [m for m in (self.lately[-1] if self.lately else ()) if m.entity != drug]
        return tuple(m for m in rest[-1:] if not self._is_drug(m))

    def _many(self) -> tuple[Meant, ...]:
        """The things last named together that are no drugs, for “they” behind a single drug."""
        named = [m for m in (self.lately[-1] if self.lately else ()) if not self._is_drug(m)]
        kinds = {self.kinds[m.entity] for m in named[-1:] if m.entity}
        return tuple(m for m in named if m.entity and self.kinds[m.entity] in kinds)

    def _is_drug(self, one: Meant) -> bool:
        return one.entity is not None and self.kinds[one.entity] is Kind.DRUG

    def _acts(self, one: Meant) -> bool:
        """Whether “it” may rather mean the last subject than the drug that the text is about."""
        return one.entity is not None and self.kinds[one.entity] in (
            Kind.DRUG, Kind.TARGET, Kind.MOLECULE, Kind.PATHWAY, Kind.CONDITION,
        )  # fmt: skip

    def _of_kinds(
        self, kinds: frozenset[Kind], here: tuple[Meant, ...], itself: tuple[str, ...]
    ) -> tuple[Meant, ...]:
        if kinds == {Kind.DRUG} and self.topic is not None:
            return (self.topic,)
        for sentence in (here, *reversed(self.lately)):
            found = {
                m.entity: m
                for m in sentence
                if m.entity and self.kinds[m.entity] in kinds and m.entity not in itself
            }
            if found:
                return tuple(replace(m, change=None) for m in found.values())
        return ()

    def _event(self, family: Family | None) -> tuple[Meant, ...]:
        if self.event is None:
            return ()
        done, objects = self.event
        if family in (None, Family.AFFECT, Family.TREAT) or done is family or (
            done in {*_LESS, Family.BIND} and family in _LESS
        ):  # fmt: skip
            done = family if done is Family.BIND and family else done
            return tuple(replace(m, change=m.change or done) for m in objects)
        return ()
