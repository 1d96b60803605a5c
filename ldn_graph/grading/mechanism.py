"""How well a step of a mechanism was measured: in what, with which compound, at which dose.

A scale of its own, beside GRADE's: what a drug does in cells says little of people, a mirror-image
isomer or another antagonist is not the drug, and a concentration that no dose reaches is no dose.
An author's statement measures nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ldn_graph.records.grades import Measured
from ldn_graph.records.model import EvidenceItem, Source
from ldn_graph.records.vocabularies import Design, Direction, Indirectness, Role

_CONTROLLED = {Design.RANDOMISED_TRIAL, Design.NON_RANDOMISED_TRIAL, Design.META_ANALYSIS}
_PEOPLE = _CONTROLLED | {
    Design.SYSTEMATIC_REVIEW,
    Design.UNCONTROLLED_TRIAL,
    Design.COHORT,
    Design.SURVEY,
    Design.CASE_SERIES,
}
#: What makes a measurement one of something else than the claim.
_OTHER = {
    Indirectness.COMPOUND,
    Indirectness.DOSE,
    Indirectness.SPECIES,
    Indirectness.OUTCOME,
}


@dataclass(frozen=True)
class MechanismGrade:
    """How well a step was measured: the best rung of what speaks for it, the items on it (ids),
    and whether a measurement on that rung or above speaks against it."""

    rung: Measured
    shown: tuple[str, ...]
    against: tuple[str, ...]
    reasons: tuple[str, ...]


def measured(item: EvidenceItem) -> Measured:
    """The rung of one item.

    A primary result or a synthesis counts by its design; background, narrative reviews, letters,
    protocols and labels measured nothing themselves.
    """
    if item.role is Role.BACKGROUND or item.design is None:
        return Measured.NOT_MEASURED
    if item.design is Design.IN_VITRO:
        return Measured.INDIRECT
    known = _PEOPLE | {Design.ANIMAL}
    if item.design not in known:
        return Measured.NOT_MEASURED
    if _OTHER & set(item.indirectness):
        return Measured.INDIRECT
    if item.design is Design.ANIMAL:
        return Measured.ANIMALS
    return Measured.PEOPLE_CONTROLLED if item.design in _CONTROLLED else Measured.PEOPLE


def in_words(item: EvidenceItem) -> str:
    """What one item measured, in words: design, people, dose, and what it was of instead."""
    rung = measured(item)
    if rung is Measured.NOT_MEASURED:
        return (
            "an author's statement" if item.design is None else str(item.design).replace("-", " ")
        )
    parts = [str(item.design).replace("-", " ")]
    if item.sample_size is not None:
        parts.append(f"n={item.sample_size}")
    if item.dose is not None:
        parts.append(item.dose.text)
    if item.indirectness:
        parts.append(f"another {', '.join(i.replace('-', ' ') for i in item.indirectness)}")
    return ", ".join(parts)


def grade_mechanism(items: Iterable[EvidenceItem], sources: Mapping[str, Source]) -> MechanismGrade:
    """The grade of a mechanism's step; retracted sources measure nothing."""
    kept = sorted(
        (i for i in items if not sources[i.source].retracted), key=lambda i: (i.source, i.id)
    )
    pro = [i for i in kept if i.direction is Direction.SUPPORTS]
    con = [i for i in kept if i.direction is not Direction.SUPPORTS]
    rung = max((measured(i) for i in pro), key=lambda r: r.step, default=Measured.NOT_MEASURED)
    best = [i for i in pro if measured(i) is rung]
    against = [i for i in con if measured(i).step >= max(1, rung.step)]
    reasons = [rung.means]
    if rung is not Measured.NOT_MEASURED:
        reasons += [f"{in_words(i)} [{i.source}]" for i in best]
    reasons += [f"found otherwise: {in_words(i)} [{i.source}]" for i in against]
    reasons += [
        f"found otherwise, in a weaker test: {in_words(i)} [{i.source}]"
        for i in con
        if i not in against and measured(i) is not Measured.NOT_MEASURED
    ]
    return MechanismGrade(
        rung,
        tuple(i.id for i in best),
        tuple(sorted({i.source for i in against})),
        tuple(reasons),
    )
