"""A suggestion: a draft claim with the span of each of its parts, how sure it is, and why.

It is always a draft, by the automated agent `suggester`, and never more.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ldn_graph.records.model import (
    Agent,
    Claim,
    Corpus,
    CurationEvent,
    Dose,
    Entity,
    EvidenceItem,
    Qualifiers,
    Span,
)
from ldn_graph.records.vocabularies import (
    Action,
    AgentKind,
    Basis,
    Certainty,
    Direction,
    Kind,
    Predicate,
    Role,
    Stated,
    Status,
)

AGENT = Agent(
    id="suggester",
    name="ldn-graph suggest",
    kind=AgentKind.SOFTWARE,
    note="Rules over a dictionary. It drafts claims for a person to read, and reviews none.",
)
#: The source of a text that no record describes.
UNNAMED = "suggested-text"
#: Ids may have 120 characters; a number may follow.
_LONGEST_ID = 110


@dataclass(frozen=True)
class Named:
    """One end of a suggestion. `span`: the words that name it, maybe in an earlier sentence; then
    `pointing` are the words of the quote that point back to them, None where none do. `new`: the
    corpus has no such entity; id, label and kind are guesses."""

    id: str
    label: str
    kind: Kind
    span: Span
    new: bool = False
    pointing: Span | None = None

    def entity(self) -> Entity:
        """The entity as a new record."""
        return Entity(
            id=self.id,
            label=self.label,
            kind=self.kind,
            note="Offered by ldn-graph suggest; kind guessed from the words. Check or drop it.",
        )


@dataclass(frozen=True)
class Suggestion:
    """What one sentence seems to claim. Offsets are characters of the whole text.

    `score` orders suggestions from 0 to 100; it is no probability. `reasons` say in words what it
    rests on. `known`: the id of the corpus's claim that says the same.
    """

    subject: Named
    predicate: Predicate
    object: Named
    direction: Direction
    certainty: Certainty
    basis: tuple[Basis, ...]
    stated: Stated
    qualifiers: Qualifiers
    quote: Span
    trigger: Span
    section: str | None
    cues: tuple[Span, ...]
    unhedged_cues: tuple[Span, ...]
    negations: tuple[Span, ...]
    context: tuple[Span, ...]
    dose: Dose | None
    score: int
    reasons: tuple[str, ...]
    source: str = UNNAMED
    known: str | None = None

    @property
    def id(self) -> str:
        """A slug made of what is claimed."""
        narrow = [self.qualifiers.subject_change, self.qualifiers.condition]
        parts = (
            "suggested",
            self.subject.id,
            self.predicate,
            self.object.id,
            *filter(None, narrow),
        )
        return "-".join(parts)

    @property
    def new_entities(self) -> tuple[Entity, ...]:
        return tuple(end.entity() for end in (self.subject, self.object) if end.new)

    @property
    def proposition(self) -> tuple[Any, ...]:
        return (self.subject.id, self.predicate, self.object.id, self.qualifiers)

    def evidence(self, number: int = 1) -> EvidenceItem:
        """The evidence item that quotes the text."""
        return EvidenceItem(
            id=f"e{number}",
            source=self.source,
            direction=self.direction,
            certainty=self.certainty,
            role=Role.PRIMARY_RESULT if Basis.OWN_RESULT in self.basis else Role.BACKGROUND,
            stated=self.stated,
            basis=self.basis,
            quote=self.quote,
            section=self.section,
            cues=self.cues,
            unhedged_cues=self.unhedged_cues,
            context=self.context,
            dose=self.dose,
            note=self._note(),
        )

    def draft(self, on: dt.date) -> Claim:
        """The claim as a draft by the automated agent, validated as any claim is."""
        return _claim((self,), on)

    def from_source(self, source: str) -> "Suggestion":
        """The same, with its text's record."""
        return replace(self, source=source)

    def _note(self) -> str:
        told = f"Suggested (score {self.score}): {'; '.join(self.reasons)}."
        if self.unhedged_cues:
            words = ", ".join(f"“{c.exact}”" for c in self.unhedged_cues)
            told += f" {words} in the quote seems to weaken something else."
        return told

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "id": self.id,
            "status": str(Status.DRAFT),
            "by": AGENT.id,
            "score": self.score,
            "reasons": list(self.reasons),
            "subject": _end(self.subject),
            "predicate": str(self.predicate),
            "trigger": self.trigger.model_dump(),
            "object": _end(self.object),
            "direction": str(self.direction),
            "negations": [s.model_dump() for s in self.negations],
            "certainty": str(self.certainty),
            "cues": [s.model_dump() for s in self.cues],
            "unhedged_cues": [s.model_dump() for s in self.unhedged_cues],
            "basis": [str(b) for b in self.basis],
            "stated": str(self.stated),
            "qualifiers": self.qualifiers.model_dump(mode="json", exclude_none=True),
            "dose": None if self.dose is None else self.dose.model_dump(mode="json"),
            "quote": self.quote.model_dump(),
            "section": self.section,
            "context": [s.model_dump() for s in self.context],
            "known": self.known,
        }


def drafts(suggestions: Iterable[Suggestion], on: dt.date) -> tuple[Claim, ...]:
    """One draft a proposition, with an evidence item for each quote; by id."""
    grouped: dict[tuple[Any, ...], list[Suggestion]] = {}
    for suggestion in suggestions:
        grouped.setdefault(suggestion.proposition, []).append(suggestion)
    found: dict[str, Claim] = {}
    for group in grouped.values():
        claim = _claim(tuple(group), on)
        number = 2
        while claim.id in found:
            claim = claim.model_copy(update={"id": f"{group[0].id}-{number}"})
            number += 1
        found[claim.id] = claim
    return tuple(found[i] for i in sorted(found))


def new_entities(suggestions: Iterable[Suggestion], corpus: Corpus) -> tuple[Entity, ...]:
    """The entities that the suggestions name and `corpus` does not have, by id, each once."""
    found: Mapping[str, Entity] = {
        e.id: e for s in suggestions for e in s.new_entities if e.id not in corpus.entities
    }
    return tuple(found[i] for i in sorted(found))


def _claim(group: tuple[Suggestion, ...], on: dt.date) -> Claim:
    first = group[0]
    known = f"The corpus has it as {first.known}: add the evidence there." if first.known else None
    return Claim(
        id=first.id,
        subject=first.subject.id,
        predicate=first.predicate,
        object=first.object.id,
        qualifiers=first.qualifiers,
        evidence=tuple(s.evidence(n) for n, s in enumerate(group, 1)),
        status=Status.DRAFT,
        history=(CurationEvent(action=Action.CREATE, by=AGENT.id, on=on),),
        note=known,
    )


def _end(end: Named) -> dict[str, Any]:
    return {
        "id": end.id,
        "label": end.label,
        "kind": str(end.kind),
        "new": end.new,
        "span": end.span.model_dump(),
        "pointing": None if end.pointing is None else end.pointing.model_dump(),
    }
