"""How well a step of a mechanism was measured: in what, with which compound, at which dose.

A scale of its own, beside GRADE's: what a drug does in cells says little of people, a mirror-image
isomer or another antagonist is not the drug, and a concentration that no dose reaches is no dose.
An author's statement measures nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ldn_graph.records.enumerations import Measured
from ldn_graph.records.model import EvidenceItem, Measurement, Source
from ldn_graph.records.values import UNREACHED
from ldn_graph.records.vocabularies import (
    Compound,
    Design,
    Direction,
    Indirectness,
    Role,
    Tested,
)

_CONTROLLED = {Design.RANDOMISED_TRIAL, Design.NON_RANDOMISED_TRIAL, Design.META_ANALYSIS}
_PEOPLE = _CONTROLLED | {
    Design.SYSTEMATIC_REVIEW,
    Design.UNCONTROLLED_TRIAL,
    Design.COHORT,
    Design.SURVEY,
    Design.CASE_SERIES,
}
#: What makes a measurement one of something else than the claim, with its words.
_OTHER = {
    Indirectness.COMPOUND: "with another compound",
    Indirectness.DOSE: "at another dose",
    Indirectness.SPECIES: "in another species",
    Indirectness.OUTCOME: "of another outcome",
}
_INSTEAD_OF_DRUG = {
    Compound.NALTREXONE_ISOMER: "with the mirror-image isomer",
    Compound.NALOXONE: "with naloxone",
    Compound.NALOXONE_ISOMER: "with the mirror-image isomer of naloxone",
    Compound.OTHER: "with another compound",
}
_TESTED_BY = {Design.IN_VITRO: Tested.CELLS, Design.ANIMAL: Tested.ANIMALS}


@dataclass(frozen=True)
class MechanismGrade:
    """How well a step was measured: the best rung of what speaks for it with its words, the items
    on it (ids), and the sources of measurements on that rung or above that found otherwise. With
    those `step`, by which steps are compared, is no more than that of cells."""

    rung: Measured
    step: int
    words: str
    shown: tuple[str, ...]
    against: tuple[str, ...]
    reasons: tuple[str, ...]


def measured(item: EvidenceItem, *, of_drug: bool = True) -> Measured:
    """The rung of one item: what its design allows, and no better than its best measurement.

    A primary result or a synthesis counts by its design; background, narrative reviews, letters,
    protocols and labels measured nothing themselves. `of_drug`: the step is one of the drug, so
    that another compound tests something else.
    """
    rung = _by_design(item)
    if rung is Measured.NOT_MEASURED or not item.measurements:
        return rung
    best = max(_by_measurement(m, item, of_drug).step for m in item.measurements)
    return list(Measured)[min(rung.step, best)]


def in_words(item: EvidenceItem) -> str:
    """What one item measured, in words: in what, with which compound and dose, and with what
    result; without a measurement its design, people, dose, and what it was of instead."""
    if measured(item) is Measured.NOT_MEASURED:
        return "an author's statement" if item.design is None else item.design.in_words
    if item.measurements:
        told = "; ".join(m.in_words for m in item.measurements)
        return "; ".join([told, *_others(item)])
    parts = [item.design.in_words] if item.design else []
    if item.sample_size is not None:
        parts.append(f"n={item.sample_size}")
    if item.dose is not None:
        parts.append(item.dose.text)
    return ", ".join([*parts, *_others(item)])


def grade_mechanism(
    items: Iterable[EvidenceItem], sources: Mapping[str, Source], *, of_drug: bool = True
) -> MechanismGrade:
    """The grade of a mechanism's step; retracted sources measure nothing."""
    kept = sorted(
        (i for i in items if not sources[i.source].retracted), key=lambda i: (i.source, i.id)
    )
    rungs = {id(i): measured(i, of_drug=of_drug) for i in kept}
    pro = [i for i in kept if i.direction is Direction.SUPPORTS]
    con = [i for i in kept if i.direction is not Direction.SUPPORTS]
    rung = max((rungs[id(i)] for i in pro), key=lambda r: r.step, default=Measured.NOT_MEASURED)
    best = [i for i in pro if rungs[id(i)] is rung]
    against = [i for i in con if rungs[id(i)].step >= max(1, rung.step)]
    weaker = [i for i in con if i not in against and rungs[id(i)] is not Measured.NOT_MEASURED]
    also = [i for i in pro if i not in best and rungs[id(i)] is not Measured.NOT_MEASURED]
    reasons = []
    if rung is not Measured.NOT_MEASURED:
        reasons += [f"{in_words(i)} [{i.source}]" for i in best]
        reasons += [f"also, in a weaker test: {in_words(i)} [{i.source}]" for i in also]
    reasons += [f"{_found(i)}: {in_words(i)} [{i.source}]" for i in against]
    reasons += [f"{_found(i)}, in a weaker test: {in_words(i)} [{i.source}]" for i in weaker]
    words = _rung_in_words(rung, best, of_drug=of_drug)
    disagree = bool(against) and rung is not Measured.NOT_MEASURED
    return MechanismGrade(
        rung,
        min(rung.step, Measured.INDIRECT.step) if disagree else rung.step,
        f"{words}; measurements disagree" if disagree else words,
        tuple(i.id for i in best),
        tuple(sorted({i.source for i in against})),
        tuple(reasons),
    )


def _by_design(item: EvidenceItem) -> Measured:
    if item.role is Role.BACKGROUND or item.design is None:
        return Measured.NOT_MEASURED
    if item.design is Design.IN_VITRO:
        return Measured.INDIRECT
    if item.design not in _PEOPLE | {Design.ANIMAL}:
        return Measured.NOT_MEASURED
    if set(_OTHER) & set(item.indirectness):
        return Measured.INDIRECT
    if item.design is Design.ANIMAL:
        return Measured.ANIMALS
    return Measured.PEOPLE_CONTROLLED if item.design in _CONTROLLED else Measured.PEOPLE


def _by_measurement(found: Measurement, item: EvidenceItem, of_drug: bool) -> Measured:
    """The best rung that one measurement allows; a control that nobody states is the design's."""
    if found.tested in (Tested.CELLS, Tested.MOLECULES) or list(_instead(found, of_drug)):
        return Measured.INDIRECT
    if found.tested is Tested.ANIMALS:
        return Measured.ANIMALS
    by_design = item.design in _CONTROLLED if found.controlled is None else found.controlled
    return Measured.PEOPLE_CONTROLLED if by_design else Measured.PEOPLE


def _instead(found: Measurement, of_drug: bool) -> Iterator[str]:
    """What a measurement was made with instead of the drug at its dose."""
    if of_drug and found.compound in _INSTEAD_OF_DRUG:
        yield _INSTEAD_OF_DRUG[found.compound]
    if found.reached_by_dose is False:
        yield UNREACHED


def _rung_in_words(rung: Measured, best: list[EvidenceItem], *, of_drug: bool) -> str:
    """The rung in words that are true of its items: where they were measured, and with what."""
    if rung is not Measured.INDIRECT:
        return rung.means
    told = dict.fromkeys(_where(i, of_drug) for i in best)
    return f"measured only {'; or '.join(told)}"


def _where(item: EvidenceItem, of_drug: bool) -> str:
    """Where and with what an indirect item was measured: "in cells, with naloxone"."""
    design = item.design or Design.IN_VITRO
    tested = [m.tested for m in item.measurements] or [_TESTED_BY.get(design, Tested.PEOPLE)]
    instead = [words for m in item.measurements for words in _instead(m, of_drug)]
    flags = {_OTHER[i]: None for i in item.indirectness if i in _OTHER}
    if any(words in _INSTEAD_OF_DRUG.values() for words in instead):
        flags.pop(_OTHER[Indirectness.COMPOUND], None)
    if UNREACHED in instead:
        flags.pop(_OTHER[Indirectness.DOSE], None)
    return ", ".join(dict.fromkeys((f"in {' and '.join(dict.fromkeys(tested))}", *instead, *flags)))


def _others(item: EvidenceItem) -> list[str]:
    if not item.indirectness:
        return []
    return [f"another {', '.join(i.in_words for i in item.indirectness)}"]


def _found(item: EvidenceItem) -> str:
    return "found otherwise" if item.direction is Direction.REFUTES else "left open"
