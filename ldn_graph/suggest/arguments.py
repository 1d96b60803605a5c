"""What the mentions of a sentence mean, and the relations that they can be the ends of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ldn_graph.records.model import Corpus, Span
from ldn_graph.records.vocabularies import Basis, Kind, Predicate, Stated
from ldn_graph.suggest.clauses import Clauses
from ldn_graph.suggest.context import SentenceContext, bands, new_label, slug
from ldn_graph.suggest.coreference import Discourse, Meant
from ldn_graph.suggest.meaning import End, guessed_kind
from ldn_graph.suggest.phrases import Colour, How, Mention, Relation
from ldn_graph.suggest.relations import Family
from ldn_graph.suggest.suggestion import Named
from ldn_graph.suggest.tagging import Part


@dataclass(frozen=True)
class Candidate:
    """A relation with one subject and one object."""

    relation: Relation
    subject: Meant
    object: Meant
    colour: Colour
    stated: Stated = Stated.EXPLICIT
    reasons: tuple[str, ...] = ()
    cost: int = 0
    relation_name: Predicate | None = None


def with_mechanism(basis: tuple[Basis, ...]) -> tuple[Basis, ...]:
    """A basis with mechanistic reasoning in it."""
    kept = tuple(b for b in basis if b is not Basis.NONE_STATED)
    return tuple(sorted({*kept, Basis.MECHANISTIC_REASONING}))


def told(meant: Sequence[Meant]) -> str:
    """What was meant, in words."""
    return ", ".join(m.entity or m.words or "" for m in meant)


def doubts(subject: Named, obj: Named) -> tuple[str, ...]:
    """A reason to doubt each end that is new."""
    return tuple(
        f"new entity “{end.label}”: not in the corpus, kind {end.kind} guessed"
        for end in (subject, obj)
        if end.new
    )


def sensible(name: Predicate, subject: Named, obj: Named) -> bool:
    """Whether the two ends may stand in the relation at all."""
    if name is Predicate.SUBCLASS_OF:
        return subject.kind is obj.kind and not (subject.new and obj.new)
    if name is Predicate.INVOLVED_IN:
        return subject.kind is not Kind.REGIMEN
    return subject.kind not in (Kind.POPULATION, Kind.STAKEHOLDER, Kind.ATTRIBUTE, Kind.ROLE)


def within(span: Span, host: Span) -> bool:
    """Whether a span lies in another."""
    return (host.start or 0) <= (span.start or 0) and (span.end or 0) <= (host.end or 0)


def outside(quote: Span, spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans that do not lie in the quote, in their order."""
    found = {(s.start, s.end): s for s in spans if not within(s, quote)}
    return tuple(found[key] for key in sorted(found, key=lambda k: (k[0] or 0, k[1] or 0)))


HELPS = {Family.BETTER, Family.TREAT, Family.LESS, Family.REGULATE, Family.PROTECT, Family.INHIBIT}


class Arguments:
    """Resolves the ends of a sentence's relations."""

    def __init__(
        self,
        page: SentenceContext,
        clauses: Clauses,
        memory: Discourse,
        corpus: Corpus,
        source: str,
        new: int,
    ) -> None:
        self.page, self.clauses, self.memory = page, clauses, memory
        self.corpus, self.source, self.new = corpus, source, new
        self.kinds = memory.kinds
        self.bands = bands(page, corpus)
        self.first_subject: tuple[Meant, ...] = ()
        for mention in clauses.first_subject:
            self.first_subject += self._resolved(mention, ())

    def _subjects(self, relation: Relation) -> tuple[tuple[Meant, ...], tuple[str, ...], int]:
        found = self._all(relation.subjects, relation)
        if found:
            pointing = any(m.back for m in relation.subjects)
            why = (f"“{self._words(relation.subjects[0])}” taken to mean {told(found)}",)
            return (found, why, 10) if pointing else (found, (), 0)
        topic = self.memory.topic or self._drug()
        implied = (
            relation.by_people
            or self.page.sentence.bullet
            or self.page.sentence.label is not None
            or relation.family in (Family.SIDE_EFFECT, Family.TRIAL, Family.NEEDS_RESEARCH)
            or relation.how in (How.MEANS, How.RESULT, How.ALONE, How.LIST)
            or self.page.row[0].part in (Part.VERB, Part.MODAL, Part.ADVERB)
        )
        if topic is None or not implied or relation.subjects:
            return (), (), 0
        return (topic,), (f"no subject named; taken to be the topic, {topic.entity}",), 20

    def _sufferers(self, relation: Relation, objects: tuple[Meant, ...]) -> tuple[Meant, ...]:
        """“prescribed for people with X” is prescribed for X."""
        if relation.family not in (Family.USE, Family.STUDY, Family.TREAT, Family.DEVELOP):
            return objects
        suffers = self.memory.suffers
        return tuple(replace(m, entity=suffers.get(m.entity or "", m.entity)) for m in objects)

    def _helping(self, relation: Relation, subjects: tuple[Meant, ...]) -> tuple[Meant, ...]:
        """“In MS, some say that it helps”: what helps is the drug, not the condition."""
        drug = self._drug()
        if drug is None and relation.family in HELPS:
            drug = self.memory.topic
        if drug is None:
            return subjects
        return tuple(drug if m.pointing and self._is_condition(m) else m for m in subjects)

    def _is_condition(self, meant: Meant) -> bool:
        return meant.entity is not None and self.kinds[meant.entity] is Kind.CONDITION

    def _is_drug(self, meant: Meant) -> bool:
        return meant.entity is not None and self.kinds[meant.entity] is Kind.DRUG

    def _drug(self) -> Meant | None:
        """The drug that the sentence names, if it is one."""
        drugs = [m for m in self.page.named if m.entity and self.kinds[m.entity] is Kind.DRUG]
        return drugs[0] if len({m.entity for m in drugs}) == 1 else None

    def _words(self, mention: Mention) -> str:
        return self.page.of_tokens(mention.start, mention.end).exact

    def _all(self, mentions: Sequence[Mention], relation: Relation) -> tuple[Meant, ...]:
        found: dict[tuple[object, ...], Meant] = {}
        for mention in mentions:
            for meant in self._resolved(mention, self._before(mention, relation)):
                key = (meant.entity, meant.words if meant.entity is None else None)
                found.setdefault(key, meant)
        return tuple(found.values())

    def _before(self, mention: Mention, relation: Relation) -> tuple[Meant, ...]:
        """The subject of the sentence, where it stands before a pointing mention."""
        at = self.page.words[mention.start].start
        return tuple(m for m in self.first_subject if m.start < at and m.pointing is None)

    def _resolved(self, mention: Mention, subject: tuple[Meant, ...]) -> tuple[Meant, ...]:
        words = self.page.words
        start, end = words[mention.start].start, words[mention.end - 1].end
        if mention.entities and mention.back is None:
            return tuple(
                self._banded(Meant(e, None, start, end, mention.change)) for e in mention.entities
            )
        if mention.back is not None:
            here = tuple(m for m in self.page.named if m.end <= start)
            meant = self.memory.meant(mention, here, subject)
            meant = meant or tuple(Meant(e, None, start, end) for e in mention.entities)
            return tuple(
                self._banded(replace(m, pointing=(start, end), change=mention.change or m.change))
                for m in meant
            )
        label = None if self._cut(start, end) else new_label(self.page.text[start:end])
        return () if label is None else (Meant(None, label, start, end, mention.change),)

    def _cut(self, start: int, end: int) -> bool:
        """Whether the words are a part of a longer one: “infectious-syndrome-marked”."""
        text = self.page.text
        before, after = text[max(0, start - 2) : start], text[end : end + 2]
        joined = ("-", "‐", "‑", "/", "_")
        return (before.endswith(joined) and before[:1].isalnum()) or (
            after.startswith(joined) and after[1:2].isalnum()
        )

    def _banded(self, meant: Meant) -> Meant:
        """“naltrexone … in low doses” is low-dose naltrexone."""
        return replace(meant, entity=self.bands.get(meant.entity or "", meant.entity))

    def _end(self, meant: Meant, family: Family, *, subject: bool) -> tuple[Named, End] | None:
        span = self.page.span(meant.start, meant.end)
        pointing = None if meant.pointing is None else self.page.span(*meant.pointing)
        if meant.entity is not None:
            entity = self.corpus.entities[meant.entity]
            named = Named(entity.id, entity.label, entity.kind, span, pointing=pointing)
            return named, End(entity.kind, entity.label, meant.change)
        label = meant.words or ""
        id_ = slug(label)
        if not id_:
            return None
        kind = guessed_kind(label, family, subject=subject)
        new = id_ not in self.corpus.entities
        if not new:
            kind = self.corpus.entities[id_].kind
        return Named(id_, label, kind, span, new, pointing), End(kind, label, meant.change)
