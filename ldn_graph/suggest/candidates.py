"""One subject, one relation and one object of a sentence, and what holds of such parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from ldn_graph.records.model import Span
from ldn_graph.records.vocabularies import Basis, Kind, Predicate, Stated
from ldn_graph.suggest.discourse import Meant
from ldn_graph.suggest.scope import Colour
from ldn_graph.suggest.statements import Relation
from ldn_graph.suggest.suggestion import Named


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
