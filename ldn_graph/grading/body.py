"""Bodies of evidence: which studies bear on one outcome of one intervention in one condition.

A body is intervention and dose band × condition × outcome × comparator. An item's results each
belong to the body of their outcome; an item without results is one result, without an interval.
Reports of one trial are one trial; a trial inside a published synthesis never counts beside it. An
author's statement is no evidence and is in no body.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ldn_graph.grading.certainty import rate
from ldn_graph.grading.estimates import in_words
from ldn_graph.grading.rule import CertaintyRule
from ldn_graph.grading.studies import Rating, Synthesis, Trial, study_of
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Result, Source
from ldn_graph.records.vocabularies import (
    Comparator,
    Design,
    DoseBand,
    Predicate,
    Role,
)

#: The comparator of an item without results whose design has one.
_NOT_NAMED = "control"
#: Designs that compare with nothing but the same people before.
_BEFORE_AFTER = {Design.UNCONTROLLED_TRIAL, Design.SURVEY, Design.CASE_SERIES}


@dataclass(frozen=True, order=True)
class BodyKey:
    """What a body of evidence is about; entity ids, a comparator, and a dose band."""

    intervention: str
    condition: str
    outcome: str
    comparator: str
    band: str

    @property
    def against(self) -> str:
        """The comparator as a phrase: "against placebo"."""
        if self.comparator == _NOT_NAMED:
            return "against a control that is not named"
        return Comparator(self.comparator).against


@dataclass(frozen=True)
class Part:
    """One result of one evidence item, and the body that it belongs to."""

    key: BodyKey
    claim: str
    item: EvidenceItem
    source: Source
    study: Trial | Synthesis
    result: Result | None = None


@dataclass(frozen=True)
class Body:
    """A body of evidence with its rating. `parts`: every result in it, retracted sources left out,
    those that the rating rests on first. `rateable`: those of a design that can start a body, which
    a letter's or a narrative review's can't. `counted`: those of the studies that count, of the
    best design among them."""

    key: BodyKey
    rating: Rating
    parts: tuple[Part, ...]
    rateable: tuple[Part, ...]
    counted: tuple[Part, ...]

    @property
    def trials(self) -> int | None:
        """How many distinct trials count, those of a synthesis where that is what is read."""
        studies = {p.study.id: p.study for p in self.counted}
        if any(isinstance(s, Synthesis) for s in studies.values()):
            return next(s.trials for s in studies.values() if isinstance(s, Synthesis))
        return len(studies)

    @property
    def earned(self) -> tuple[Part, ...]:
        """The results that the rating rests on: those of the estimate, else those that count."""
        chosen = set(self.rating.basis or self.rating.counted)
        return tuple(p for p in self.counted if p.study.id in chosen)

    @property
    def basis(self) -> tuple[str, ...]:
        """What the estimate rests on, as a reader knows it: sources (ids), in the order of the
        weights."""
        names = {
            p.study.id: p.study.label if isinstance(p.study, Trial) else p.study.id
            for p in self.counted
        }
        return tuple(names.get(name, name) for name in self.rating.basis)

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources (ids) that report it."""
        return tuple(sorted({p.source.id for p in self.parts}))

    @property
    def searched_until(self) -> str | None:
        """Until when its studies were last searched for (EDTF), as a synthesis of it states; None
        where none of them states it."""
        stated = (p.source.searched_until for p in self.parts)
        return max(filter(None, stated), default=None)

    @property
    def people(self) -> int | None:
        """How many people the studies that count had, as far as it is stated."""
        known = {p.study.id: p.study.people for p in self.counted}
        stated = [n for n in known.values() if n is not None]
        return sum(stated) if stated else None


def effect_in_words(body: Body) -> str:
    """The effect in plain numbers with its interval, and what it rests on."""
    rating = body.rating
    if rating.estimate is None:
        return f"no number: {rating.why}"
    told = in_words(rating.estimate)
    if rating.pooled is not None:
        weights = ", ".join(
            f"{name} {weight:.0%}"
            for name, weight in zip(body.basis, rating.pooled.weights, strict=True)
        )
        told += f", pooled here by random effects (weights: {weights}; I² {rating.pooled.i2:.0f} %"
        if rating.pooled.prediction:
            low, high = rating.pooled.prediction
            told += f"; a new trial would be expected from {low:.2f} to {high:.2f}"
        return told + ")"
    return f"{told} [{', '.join(body.basis)}]; not pooled: {rating.not_pooled}"


def body_of_items(
    items: Iterable[EvidenceItem], sources: Mapping[str, Source], rule: CertaintyRule
) -> tuple[Body, ...]:
    """The bodies that items hold which belong to no claim; their keys name a comparator only."""
    groups: dict[BodyKey, list[Part]] = {}
    for item in items:
        source = sources[item.source]
        if _is_evidence(item, source):
            for result in item.results or (None,):
                key = BodyKey("", "", "", _comparator(item, result), "")
                study = study_of(item, result, sources, harmful=False)
                groups.setdefault(key, []).append(Part(key, "", item, source, study, result))
    return tuple(_body(key, groups[key], rule) for key in sorted(groups))


def bodies(claims: Iterable[Claim], corpus: Corpus, rule: CertaintyRule) -> tuple[Body, ...]:
    """The bodies of evidence that the items of `claims` hold, by key."""
    groups: dict[BodyKey, list[Part]] = {}
    for claim in claims:
        for part in parts(claim, corpus):
            groups.setdefault(part.key, []).append(part)
    return tuple(_body(key, groups[key], rule) for key in sorted(groups))


def parts(claim: Claim, corpus: Corpus) -> Iterator[Part]:
    """The results that one claim's items hold, retracted sources left out."""
    for item in claim.evidence:
        source = corpus.sources[item.source]
        if _is_evidence(item, source):
            harmful = claim.predicate is Predicate.HAS_SIDE_EFFECT
            for result in item.results or (None,):
                key = _key(claim, item, result, corpus)
                study = study_of(item, result, corpus.sources, harmful=harmful)
                yield Part(key, claim.id, item, source, study, result)


def condition_of(claim: Claim) -> str:
    """The condition that a claim is about: its qualifier, else its object."""
    return claim.qualifiers.condition or claim.object


def _body(key: BodyKey, found: list[Part], rule: CertaintyRule) -> Body:
    trials = [p.study for p in found if isinstance(p.study, Trial)]
    syntheses = [p.study for p in found if isinstance(p.study, Synthesis)]
    rating = rate(trials, syntheses, rule)
    basis, counted = set(rating.basis), set(rating.counted)
    ordered = sorted(found, key=lambda p: _order(p, basis, counted))
    starts = [(part, _start(part.study, rule)) for part in ordered]
    return Body(
        key,
        rating,
        tuple(ordered),
        tuple(p for p, start in starts if start != "none"),
        tuple(p for p, start in starts if start == rating.start and p.study.id in counted),
    )


def _start(study: Trial | Synthesis, rule: CertaintyRule) -> str:
    return rule.start[study.start if isinstance(study, Synthesis) else study.design]


def _order(part: Part, basis: set[str], counted: set[str]) -> tuple[object, ...]:
    name = part.study.id
    people = part.study.people or 0
    return name not in basis, name not in counted, -people, part.source.id, part.claim, part.item.id


def _key(claim: Claim, item: EvidenceItem, result: Result | None, corpus: Corpus) -> BodyKey:
    subject = corpus.entities[claim.subject]
    band = item.dose.band if item.dose else DoseBand.UNSPECIFIED
    if band is DoseBand.UNSPECIFIED:
        band = subject.dose_band or band
    outcome = result.outcome if result and result.outcome else claim.object
    comparator = _comparator(item, result)
    return BodyKey(claim.subject, condition_of(claim), outcome, comparator, str(band))


def _comparator(item: EvidenceItem, result: Result | None) -> str:
    if result is not None:
        return str(result.comparator)
    return "baseline" if item.design in _BEFORE_AFTER else _NOT_NAMED


def _is_evidence(item: EvidenceItem, source: Source) -> bool:
    """Whether an item is a result, or a synthesis of results, of a source that stands."""
    return not source.retracted and item.role is not Role.BACKGROUND and item.design is not None
