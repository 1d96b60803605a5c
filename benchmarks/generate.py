"""Synthetic claims in the real model, for measuring: any number, and the same for the same seed.

Proportions (kinds, relations between kinds, designs, directions, items a claim) are those counted
in the shipped corpus of 182 claims. Vocabularies and sources grow with √N. Everything is
labelled synthetic and stands under example.org; no identifier, name or text of a real article,
person or term is in it, and nothing in it says anything about any drug.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from random import Random
from typing import Any, TypeVar

from ldn_graph.records.model import (
    Agent,
    Claim,
    Corpus,
    CurationEvent,
    Dependence,
    Description,
    Dose,
    Entity,
    EvidenceItem,
    Qualifiers,
    SentenceWithoutClaim,
    Source,
    Span,
)
from ldn_graph.records.vocabularies import (
    COLUMN_OF,
    PREDICATES,
    Action,
    AgentKind,
    Basis,
    Certainty,
    Change,
    Column,
    DependenceKind,
    Design,
    Direction,
    DoseBand,
    GapReason,
    Indirectness,
    Kind,
    Predicate,
    Role,
    Stated,
    Status,
)

_T = TypeVar("_T")

BASE = "https://example.org/synthetic/"

#: Things and sources for √N claims, as the shipped corpus has them: 96/√182 and 60/√182.
_THINGS, _SOURCES = 7.1, 4.4

_KINDS = {
    **{Kind.CONDITION: 23, Kind.PATHWAY: 13, Kind.OUTCOME: 9, Kind.ADVERSE_EFFECT: 7},
    **{Kind.MOLECULE: 7, Kind.REGIMEN: 7, Kind.ANATOMY: 4, Kind.ATTRIBUTE: 4, Kind.DRUG: 4},
    **{Kind.SYMPTOM: 4, Kind.CELL: 3, Kind.POPULATION: 3, Kind.ROLE: 3, Kind.TARGET: 3},
    **{Kind.MECHANISM: 1, Kind.STAKEHOLDER: 1},
}
_P = Predicate
_DRUG, _CONDITION, _PATHWAY, _MOLECULE = Kind.DRUG, Kind.CONDITION, Kind.PATHWAY, Kind.MOLECULE
#: Subject's kind, relation, object's kind → claims of the shipped corpus (from two claims on).
_SHAPES = {
    (_DRUG, _P.TREATS_OR_APPLIED_OR_STUDIED, _CONDITION): 17,
    (_DRUG, _P.STUDIED_TO_TREAT, _CONDITION): 14,
    (_DRUG, _P.INCREASES, Kind.OUTCOME): 11,
    (_CONDITION, _P.SUBCLASS_OF, _CONDITION): 9,
    (_DRUG, _P.HAS_SIDE_EFFECT, Kind.ADVERSE_EFFECT): 9,
    (_PATHWAY, _P.INVOLVED_IN, _CONDITION): 6,
    (_DRUG, _P.NEEDS_RESEARCH_FOR, _CONDITION): 6,
    (_DRUG, _P.ANTAGONISES, Kind.TARGET): 5,
    (_DRUG, _P.APPLIED_TO_TREAT, _CONDITION): 5,
    (Kind.SYMPTOM, _P.FEATURE_OF, _CONDITION): 4,
    (Kind.OUTCOME, _P.IMPAIRED_IN, _CONDITION): 4,
    (_MOLECULE, _P.HAS_ROLE, Kind.ROLE): 4,
    (_MOLECULE, _P.REGULATES, _PATHWAY): 4,
    (_DRUG, _P.DECREASES, Kind.SYMPTOM): 4,
    (_DRUG, _P.ADMINISTERED_AS, Kind.REGIMEN): 4,
    (_DRUG, _P.IN_CLINICAL_TRIALS_FOR, _CONDITION): 4,
    (_DRUG, _P.REGULATES, _PATHWAY): 4,
    (Kind.TARGET, _P.INCREASES, _MOLECULE): 4,
    (_DRUG, _P.DECREASES, _PATHWAY): 3,
    (_DRUG, _P.HAS_ATTRIBUTE, Kind.ATTRIBUTE): 3,
    (_MOLECULE, _P.INCREASES, Kind.SYMPTOM): 2,
    (_DRUG, _P.DECREASES, _CONDITION): 2,
    (_MOLECULE, _P.BINDS, Kind.TARGET): 2,
    (_MOLECULE, _P.DECREASES, _PATHWAY): 2,
    (_MOLECULE, _P.INCREASES, _PATHWAY): 2,
    (_MOLECULE, _P.REGULATES, Kind.CELL): 2,
    (_PATHWAY, _P.CONTRIBUTES_TO, _CONDITION): 2,
    (_PATHWAY, _P.DECREASES, _CONDITION): 2,
    (_PATHWAY, _P.INCREASES, Kind.OUTCOME): 2,
    (_DRUG, _P.AFFECTS, _PATHWAY): 2,
    (_DRUG, _P.AFFECTS, Kind.ANATOMY): 2,
    (_DRUG, _P.RECOMMENDED_WITH, Kind.REGIMEN): 2,
    (_PATHWAY, _P.DECREASES, _PATHWAY): 2,
    (_DRUG, _P.PROTECTS, Kind.CELL): 1,
    (_DRUG, _P.INHIBITS, Kind.CELL): 1,
    (Kind.CELL, _P.INVOLVED_IN, _PATHWAY): 1,
    (Kind.CELL, _P.LOCATED_IN, Kind.ANATOMY): 1,
    (Kind.MECHANISM, _P.DECREASES, _PATHWAY): 1,
    (_DRUG, _P.INCREASES, Kind.MECHANISM): 1,
    (_DRUG, _P.PRESCRIBED_BY, Kind.STAKEHOLDER): 1,
}
_ITEMS = {1: 135, 2: 28, 3: 9, 5: 4, 6: 4, 11: 2}
#: Designs of sources; None is a text that only states.
_DESIGNS: dict[Design | None, int] = {
    None: 12,
    **{Design.RANDOMISED_TRIAL: 10, Design.UNCONTROLLED_TRIAL: 8, Design.SYSTEMATIC_REVIEW: 5},
    **{Design.META_ANALYSIS: 4, Design.IN_VITRO: 5, Design.COHORT: 4, Design.ANIMAL: 3},
    **{Design.NON_RANDOMISED_TRIAL: 4, Design.REGISTRY_RECORD: 4, Design.CASE_SERIES: 1},
}
_REVIEWS = (Design.SYSTEMATIC_REVIEW, Design.META_ANALYSIS)
#: What a text that only states goes by, and which words say how sure it is.
_BASES = {
    Basis.NONE_STATED: 131,
    Basis.MECHANISTIC_REASONING: 18,
    Basis.EMERGING_RESEARCH: 13,
    Basis.PATIENT_REPORTS: 8,
    Basis.CITED_STUDY: 6,
}
_CUES = {
    (Certainty.ASSERTED, ""): 112,
    (Certainty.SPECULATIVE, "may"): 26,
    (Certainty.SPECULATIVE, "is being studied"): 26,
    (Certainty.HEDGED, "can"): 15,
}
_RESULTS = {Direction.SUPPORTS: 58, Direction.REFUTES: 24, Direction.INCONCLUSIVE: 23}
_STATED = {Direction.SUPPORTS: 49, Direction.REFUTES: 1}
_STATUSES = {
    Status.ACCEPTED: 96,
    Status.DRAFT: 1,
    Status.SUBMITTED: 1,
    Status.REJECTED: 1,
    Status.RETRACTED: 1,
}
_HISTORY = {
    Status.DRAFT: (Action.CREATE,),
    Status.SUBMITTED: (Action.CREATE, Action.SUBMIT),
    Status.ACCEPTED: (Action.CREATE, Action.SUBMIT, Action.ACCEPT),
    Status.REJECTED: (Action.CREATE, Action.SUBMIT, Action.REJECT),
    Status.RETRACTED: (Action.CREATE, Action.SUBMIT, Action.ACCEPT, Action.RETRACT),
}
_LEAD = "The synthetic text says that "
_FIRST_DAY = date(2026, 1, 1)


def corpus(claims: int, *, seed: int = 1, things: int | None = None) -> Corpus:
    """A synthetic corpus of so many claims, about so many `things` (else as many as go with √N).

    Raises ValueError for fewer than one.
    """
    if claims < 1:
        raise ValueError(f"{claims} claims; give at least 1")
    return _Generator(claims, Random(seed), things).corpus()


@dataclass
class _Text:
    """A source in the making: its sentences one after the other, so that offsets hold."""

    record: dict[str, Any]
    parts: list[str] = field(default_factory=list)
    length: int = 0
    gaps: list[SentenceWithoutClaim] = field(default_factory=list)

    def add(self, sentence: str) -> int:
        """Append a sentence; where it begins."""
        start = self.length
        self.parts.append(f"{sentence}. ")
        self.length += len(sentence) + 2
        return start

    def source(self) -> Source:
        digest = hashlib.sha256("".join(self.parts).encode()).hexdigest()
        return Source(**self.record, text_sha256=digest, text_length=self.length)


class _Generator:
    def __init__(self, claims: int, random: Random, things: int | None = None) -> None:
        self.random = random
        self.wanted = claims
        self.things = _THINGS * sqrt(claims) if things is None else things
        self.entities = {e.id: e for e in self._entities()}
        self.by_kind = {k: [e for e in self.entities.values() if e.kind is k] for k in Kind}
        self.texts = {t.record["id"]: t for t in self._texts()}
        stating = [t for t in self.texts.values() if t.record.get("design") is None]
        self.stating = stating
        self.studies = [t for t in self.texts.values() if t.record.get("design")]
        self.agents = [
            Agent(id=f"reader-{n}", name=f"Synthetic reader {n}", kind=AgentKind.GROUP)
            for n in (1, 2, 3)
        ]
        self.propositions: set[tuple[str, ...]] = set()

    def corpus(self) -> Corpus:
        claims = {c.id: c for c in self._claims()}
        return Corpus(
            description=Description(
                title=f"SYNTHETIC: {self.wanted} claims for measuring",
                description="Generated at random in the real model. Nothing in it is true of any "
                "drug, condition, article or person.",
                base=BASE,
                version="1",
                license="CC0-1.0",
                disclaimer="Synthetic; not medical advice, and not about medicine.",
            ),
            agents={a.id: a for a in self.agents},
            entities=self.entities,
            sources={name: text.source() for name, text in self.texts.items()},
            claims=claims,
            gaps={name: tuple(t.gaps) for name, t in self.texts.items() if t.gaps},
        )

    def _entities(self) -> Iterator[Entity]:
        share = self.things / sum(_KINDS.values())
        for kind, weight in _KINDS.items():
            for n in range(1, max(2, round(weight * share)) + 1):
                # broader things come first, so that nothing is broader than itself
                parent = self.random.randrange(1, n) if n > 1 else 0
                has_parent = kind is Kind.CONDITION and parent and self.random.random() < 0.4
                yield Entity(
                    id=f"{kind}-{n}",
                    label=f"synthetic {kind.replace('-', ' ')} {n}",
                    kind=kind,
                    definition=f"A {kind.replace('-', ' ')} that does not exist.",
                    synonyms=(f"{kind.replace('-', ' ').upper()} {n}",),
                    broader=(f"{kind}-{parent}",) if has_parent else (),
                    dose_band=self._dose_band() if kind is Kind.DRUG else None,
                )

    def _texts(self) -> Iterator[_Text]:
        designs = [None, Design.RANDOMISED_TRIAL]
        count = max(len(designs), round(_SOURCES * sqrt(self.wanted)))
        designs += [self._pick(_DESIGNS) for _ in range(count - len(designs))]
        for n, design in enumerate(designs, 1):
            record: dict[str, Any] = {
                "id": f"source-{n}",
                "type": _source_type(design),
                "title": f"Synthetic source {n}",
                "author": ({"literal": f"Synthetic author {n}"},),
                "issued": str(2000 + n % 26),
                "container_title": "Synthetic Journal of Nothing",
                "design": design,
                "language": "en",
                "author_group": f"group-{self.random.randint(1, count)}",
                "retracted": self.random.random() < 0.01,
            }
            text = _Text(record)
            opening = f"Synthetic source {n} has no meaning"
            start = text.add(opening)
            text.gaps.append(
                SentenceWithoutClaim(
                    start=start, end=text.length - 1, opening=opening, reason=GapReason.ANNOUNCEMENT
                )
            )
            yield text

    def _claims(self) -> Iterator[Claim]:
        before: dict[str, str] = {}  # source → the last claim whose first item is its
        for n in range(1, self.wanted + 1):
            name = f"claim-{n}"
            subject, predicate, object_, qualifiers = self._proposition()
            count = self._pick(_ITEMS)
            items = tuple(
                self._item(f"e{i}", subject, predicate, object_, qualifiers)
                for i in range(1, count + 1)
            )
            first = items[0].source
            leans = before.get(first) if self.random.random() < 0.1 else None
            before[first] = name
            status = self._pick(_STATUSES)
            yield Claim(
                id=name,
                subject=subject.id,
                predicate=predicate,
                object=object_.id,
                qualifiers=qualifiers,
                evidence=items,
                leans_on=(Dependence(claim=leans, kind=self._one(DependenceKind)),)
                if leans
                else (),
                status=status,
                history=self._history(status),
            )

    def _proposition(self) -> tuple[Entity, Predicate, Entity, Qualifiers]:
        """One that no claim has yet: the more draws fail, the more it is narrowed down."""
        for attempt in range(1000):
            subject_kind, predicate, object_kind = self._pick(_SHAPES)
            subject, object_ = self._thing(subject_kind), self._thing(object_kind)
            qualifiers = self._qualifiers(narrow=attempt > 3)
            key = (subject.id, predicate, object_.id, qualifiers.model_dump_json())
            if subject is not object_ and key not in self.propositions:
                self.propositions.add(key)
                return subject, predicate, object_, qualifiers
        raise ValueError("no new claim found in 1000 draws; the vocabulary is too small")

    def _qualifiers(self, *, narrow: bool) -> Qualifiers:
        chance = 0.8 if narrow else 0.08
        given: dict[str, Any] = {}
        if self.random.random() < chance:
            given["condition"] = self._thing(Kind.CONDITION).id
        if self.random.random() < chance / 2:
            given["population"] = self._thing(Kind.POPULATION).id
        if self.random.random() < 0.06:
            given["subject_change"] = self._one(Change)
        if self.random.random() < 0.02:
            given["location"] = self._thing(Kind.ANATOMY).id
        if self.random.random() < 0.06:
            given["frequency"] = self._one(("often", "sometimes", "rarely"))
        if self.random.random() < 0.03:
            given["timing"] = self._one(("in the morning", "after a week"))
        return Qualifiers(**given)

    def _item(
        self, name: str, subject: Entity, predicate: Predicate, object_: Entity, q: Qualifiers
    ) -> EvidenceItem:
        """A sentence of a text that states, or a result of a study."""
        study = self.random.random() < 0.37
        text = self._skewed(self.studies if study else self.stating)
        certainty, cue = (Certainty.ASSERTED, "") if study else self._pick(_CUES)
        direction = self._pick(_RESULTS if study else _STATED)
        info = PREDICATES[predicate]
        verb = info.negative if direction is Direction.REFUTES else info.reads
        where = f" in {self.entities[q.condition].label}" if q.condition else ""
        said = f"{subject.label} {cue} {verb} {object_.label}{where}".replace("  ", " ")
        start = text.add(f"The synthetic text says that {said}") + len(
            "The synthetic text says that "
        )
        cues: tuple[Span, ...] = ()
        if cue:
            at = start + len(subject.label) + 1
            cues = (Span(exact=cue, start=at, end=at + len(cue)),)
        return EvidenceItem(
            id=name,
            source=text.record["id"],
            direction=direction,
            certainty=certainty,
            quote=Span(exact=said, start=start, end=start + len(said)),
            section=f"Section {self.random.randint(1, 8)}",
            cues=cues,
            **(self._study(text, subject, object_) if study else self._statement()),
        )

    def _statement(self) -> dict[str, Any]:
        presupposed = self.random.random() < 0.1
        return {
            "role": Role.BACKGROUND,
            "stated": Stated.PRESUPPOSED if presupposed else Stated.EXPLICIT,
            "basis": (self._pick(_BASES),),
        }

    def _study(self, text: _Text, subject: Entity, object_: Entity) -> dict[str, Any]:
        design = text.record["design"]
        size = self.random.randint(8, 400)
        amount = Decimal(self.random.randint(1, 500)) / 10
        dosed = subject.kind is Kind.DRUG and self.random.random() < 0.6
        return {
            "role": Role.SYNTHESIS if design in _REVIEWS else Role.PRIMARY_RESULT,
            "basis": (Basis.OWN_RESULT,),
            "design": design,
            "indirectness": (self._one(Indirectness),) if self.random.random() < 0.2 else (),
            "finding": f"Synthetic result on {object_.label}: {amount} units.",
            "outcome": object_.label if COLUMN_OF[object_.kind] is Column.CONDITION else None,
            "sample_size": size,
            "dose": Dose(
                text=f"{amount} mg/day", low=amount, high=amount, unit="mg", band=self._dose_band()
            )
            if dosed
            else None,
            "duration": f"{self.random.randint(2, 52)} weeks",
        }

    def _history(self, status: Status) -> tuple[CurationEvent, ...]:
        day = _FIRST_DAY + timedelta(days=self.random.randrange(300))
        creator, reviewer = self.random.sample(self.agents, 2)
        return tuple(
            CurationEvent(
                action=action,
                by=(creator if action in (Action.CREATE, Action.SUBMIT) else reviewer).id,
                on=day + timedelta(days=n),
                why="synthetic" if action in (Action.REJECT, Action.RETRACT) else None,
            )
            for n, action in enumerate(_HISTORY[status])
        )

    def _thing(self, kind: Kind) -> Entity:
        return self._skewed(self.by_kind[kind])

    def _skewed(self, things: list[_T]) -> _T:
        """Early ones more often than late ones, as in any literature."""
        return things[int(len(things) * self.random.random() ** 1.5)]

    def _pick(self, weights: dict[_T, int]) -> _T:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def _one(self, values: Any) -> Any:
        return self.random.choice(list(values))

    def _dose_band(self) -> DoseBand:
        return self._one((DoseBand.LOW, DoseBand.STANDARD))  # type: ignore[no-any-return]


def _source_type(design: Design | None) -> str:
    if design is None:
        return "webpage"
    if design in _REVIEWS:
        return "review"
    return "dataset" if design is Design.REGISTRY_RECORD else "article-journal"
