"""The grade of a claim, on the scale that fits what it says.

What a drug does to people has a certainty (GRADE) and a shows; a step of a mechanism has what
was measured; contraindications, dosing and status have a kind of source and no grade; what a
sentence takes for granted, or a definition says, is background. An author's statement is no
evidence on any of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from ldn_graph.grading.body import Body, bodies, body_of_items
from ldn_graph.grading.mechanism import grade_mechanism
from ldn_graph.grading.rule import CertaintyRule
from ldn_graph.records.enumerations import CertaintyOfEvidence, GradeScale, Shows, SourceKind
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Source
from ldn_graph.records.vocabularies import (
    TREATMENT,
    Column,
    Design,
    Direction,
    Kind,
    Predicate,
    Role,
    Stated,
)


@dataclass(frozen=True)
class Grade:
    """The grade of a claim. `name` is a level of `scale`; `step`, 0 to 4, orders claims and draws
    their width, and is 0 on the scales that have no grade; `shows` is there for effects.

    `shown`: the items, as (claim, item), whose quotes earned the grade, best first; where no study
    did, the statements that say it. `body`: the body of evidence that the grade is that of.
    `against`: of a mechanism, the sources that found otherwise in a test no weaker.
    """

    scale: GradeScale
    name: str
    step: int
    words: str
    shows: Shows | None = None
    reasons: tuple[str, ...] = ()
    shown: tuple[tuple[str, str], ...] = ()
    body: Body | None = None
    bodies: tuple[Body, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The grade with what lowered it, or the measurement it rests on, in one clause."""
        if self.body is None:
            return "; ".join(dict.fromkeys((self.words, *self.reasons)))
        rating = self.body.rating
        lowered = f"; lowered for {', '.join(rating.lowered)}" if rating.lowered else ""
        return f"{self.words} ({rating.why}{lowered})"

    @property
    def is_background(self) -> bool:
        """Whether a path takes the claim as given: never its weakest link."""
        return self.scale is GradeScale.BACKGROUND


#: Relations that say what belongs to what, not what acts on what.
_DEFINING = {Predicate.FEATURE_OF, Predicate.IMPAIRED_IN, Predicate.SUBCLASS_OF}
#: Relations of treatment that state an effect; the others state a use or a status.
_EFFECTS = {Predicate.TREATS, Predicate.TREATS_OR_APPLIED_OR_STUDIED}


def scale_of(claim: Claim, corpus: Corpus) -> GradeScale:
    """The scale that a claim is graded on."""
    supporting = [i for i in claim.evidence if i.direction is Direction.SUPPORTS]
    taken = bool(supporting) and all(
        i.stated is Stated.PRESUPPOSED and i.role is Role.BACKGROUND for i in supporting
    )
    if claim.predicate in _DEFINING:
        return GradeScale.BACKGROUND
    if claim.predicate in TREATMENT - _EFFECTS or not claim.info.causal:
        return GradeScale.SOURCE
    subject, object_ = corpus.entities[claim.subject], corpus.entities[claim.object]
    if subject.kind is Kind.DRUG and object_.column is Column.CONDITION:
        return GradeScale.CERTAINTY
    return GradeScale.BACKGROUND if taken else GradeScale.MEASURED


def grade_claim(claim: Claim, kin: Iterable[Claim], corpus: Corpus, rule: CertaintyRule) -> Grade:
    """The grade of one claim; `kin`: the current claims of the same intervention and condition,
    whose results belong to the same bodies of evidence."""
    found = partial(bodies, {c.id: c for c in (*kin, claim)}.values(), corpus, rule)
    return grade_by_bodies(claim, found, corpus)


def grade_by_bodies(claim: Claim, found: Callable[[], Iterable[Body]], corpus: Corpus) -> Grade:
    """The same, by the bodies of evidence that `found` gives; only asked for an effect."""
    scale = scale_of(claim, corpus)
    if scale is GradeScale.CERTAINTY:
        return _of_effect(claim, found(), corpus)
    if scale is GradeScale.MEASURED:
        of_drug = corpus.entities[claim.subject].kind is Kind.DRUG
        return _of_mechanism(claim.evidence, corpus.sources, claim.id, of_drug=of_drug)
    shown = statements(claim.evidence, claim.id, corpus)
    if scale is GradeScale.BACKGROUND:
        told = "background: a definition, or taken for granted by the sentence"
        return Grade(scale, "background", 0, told, shown=shown)
    return _by_source(claim, corpus)


def grade_of_items(
    items: Iterable[EvidenceItem],
    sources: Mapping[str, Source],
    rule: CertaintyRule,
    *,
    clinical: bool,
) -> Grade:
    """The grade of items that belong to no claim, of an effect or of a mechanism's step."""
    if clinical:
        return _of_bodies(body_of_items(items, sources, rule), (), harmful=False)
    return _of_mechanism(items, sources, "")


def _of_mechanism(
    items: Iterable[EvidenceItem],
    sources: Mapping[str, Source],
    claim: str,
    *,
    of_drug: bool = True,
) -> Grade:
    found = grade_mechanism(items, sources, of_drug=of_drug)
    return Grade(
        GradeScale.MEASURED,
        str(found.rung),
        found.step,
        found.words,
        reasons=found.reasons,
        shown=tuple((claim, i) for i in found.shown),
        against=found.against,
    )


def _of_effect(claim: Claim, found: Iterable[Body], corpus: Corpus) -> Grade:
    """The grade of an effect: that of the body which best bears on the claim."""
    fitting = (b for b in found if _bears(b, claim))
    said = statements(claim.evidence, claim.id, corpus)
    harmful = claim.predicate is Predicate.HAS_SIDE_EFFECT
    return _of_bodies(fitting, said, harmful=harmful)


def _of_bodies(found: Iterable[Body], said: tuple[tuple[str, str], ...], *, harmful: bool) -> Grade:
    fitting = sorted(found, key=prominence)
    if not fitting or fitting[0].rating.certainty is CertaintyOfEvidence.NONE:
        told = "no study bears on it"
        return Grade(GradeScale.CERTAINTY, "none", 0, told, Shows.CANNOT_TELL, (), said)
    body = fitting[0]
    rating = body.rating
    name = str(rating.certainty)
    return Grade(
        GradeScale.CERTAINTY,
        name,
        _step(fitting, harmful=harmful),
        f"{name.replace('-', ' ')} certainty: {rating.shows.in_words}",
        rating.shows,
        (f"{rating.shows.in_words}: {rating.why}", *rating.reasons),
        tuple((p.claim, p.item.id) for p in body.earned),
        body,
        tuple(fitting),
    )


def statements(
    items: Iterable[EvidenceItem], claim: str, corpus: Corpus
) -> tuple[tuple[str, str], ...]:
    """The items that state a claim, retracted sources left out, supporting ones first."""
    kept = [i for i in items if not corpus.sources[i.source].retracted]
    ordered = sorted(kept, key=lambda i: (list(Direction).index(i.direction), i.quote is None))
    return tuple((claim, i.id) for i in ordered)


def _bears(body: Body, claim: Claim) -> bool:
    """Whether a body is about what the claim says: its outcome, or any outcome in its condition."""
    key = body.key
    if claim.qualifiers.condition or claim.predicate is Predicate.HAS_SIDE_EFFECT:
        return key.outcome == claim.object
    return claim.object in (key.outcome, key.condition)


def prominence(body: Body) -> tuple[object, ...]:
    """The body that a claim is graded by: of the best design, then with most people."""
    return -body.rating.start.step, -(body.people or 0), -len(body.sources), body.key


def _step(fitting: list[Body], *, harmful: bool) -> int:
    """How far evidence speaks for a claim: the certainty of the first body where that shows what is
    claimed, very low where it can't tell but a study reports it, else 0.

    Which body comes first, and what counts in it, can change with any study; that one reports it
    can't, so that no study against a claim ever raises it, and none for it ever lowers it.
    """
    rating = fitting[0].rating
    if rating.shows is (Shows.HARM if harmful else Shows.BENEFIT):
        return rating.certainty.step
    every = (p.item.direction for body in fitting for p in body.rateable)
    if rating.shows is Shows.CANNOT_TELL and Direction.SUPPORTS in every:
        return CertaintyOfEvidence.VERY_LOW.step
    return 0


def _by_source(claim: Claim, corpus: Corpus) -> Grade:
    kinds = {
        i.id: source_kind(i, corpus.sources[i.source])
        for i in claim.evidence
        if i.direction is Direction.SUPPORTS and not corpus.sources[i.source].retracted
    }
    order = list(SourceKind)
    best = max(kinds.values(), key=order.index, default=SourceKind.NONE)
    shown = tuple((claim.id, i) for i, k in kinds.items() if k is best)
    named = sorted({i.source for i in claim.evidence if kinds.get(i.id) is best})
    told = f"source: {best.replace('-', ' ')}"
    told = f"{told} [{', '.join(named)}]" if named else "no source states it"
    return Grade(GradeScale.SOURCE, str(best), 0, told, shown=shown)


def source_kind(item: EvidenceItem, source: Source) -> SourceKind:
    """What kind of source an item comes from."""
    design = item.design or source.design
    if design is Design.REGULATORY_LABEL:
        return SourceKind.LABEL
    if design in (Design.PROTOCOL, Design.REGISTRY_RECORD):
        return SourceKind.REGISTRY
    return SourceKind.AUTHOR if design is None else SourceKind.STUDY


@dataclass(frozen=True)
class Quoted:
    """Words beside a grade. `verbatim`: a quote, not a finding in our words; `states_only`: an
    author's statement that no study stands behind."""

    words: str
    source: str
    claim: str
    item: str
    verbatim: bool
    states_only: bool


def quoted(claim: Claim, grade: Grade, corpus: Corpus) -> Quoted | None:
    """The first quote of what earned the claim's grade, else the first finding of it; of a claim
    without a study, what states it. None where nothing was written down."""
    earned = [_found(name, item, claim, corpus) for name, item in grade.shown]
    of_claim = [(claim, item) for item in _by_side(claim, corpus)]
    candidates = [pair for pair in earned if pair is not None] or of_claim
    with_words = [(c, i) for c, i in candidates if i.quote] or [
        (c, i) for c, i in candidates if i.finding
    ]
    if not with_words:
        return None
    owner, item = with_words[0]
    words = item.quote.exact if item.quote else item.finding or ""
    states_only = item.role is Role.BACKGROUND or item.design is None
    return Quoted(words, item.source, owner.id, item.id, item.quote is not None, states_only)


def _found(name: str, item: str, claim: Claim, corpus: Corpus) -> tuple[Claim, EvidenceItem] | None:
    owner = claim if name in ("", claim.id) else corpus.claims.get(name)
    if owner is None:
        return None
    return next(((owner, i) for i in owner.evidence if i.id == item), None)


def _by_side(claim: Claim, corpus: Corpus) -> list[EvidenceItem]:
    kept = [i for i in claim.evidence if not corpus.sources[i.source].retracted]
    return sorted(kept, key=lambda i: list(Direction).index(i.direction))
