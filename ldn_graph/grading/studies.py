"""What is rated: the studies of a body of evidence, one value a trial, and the rating's parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ldn_graph.grading.finding import Estimate
from ldn_graph.grading.pooling import Pooled
from ldn_graph.records.grades import CertaintyOfEvidence, Shows
from ldn_graph.records.vocabularies import Design, Indirectness, OutcomeRole
from ldn_graph.records.vocabularies import Risk as Risk


class Domain(StrEnum):
    """GRADE's reasons to rate down, and to rate up."""

    RISK_OF_BIAS = "risk-of-bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    PUBLICATION_BIAS = "publication-bias"
    LARGE_EFFECT = "large-effect"


@dataclass(frozen=True)
class Trial:
    """One study of a body, all its reports together. `people`: those analysed, each once.

    `says` is what its numbers say (+1 better, 0 no difference, −1 worse, None where they don't); it
    is used only where the study has no interval. `independent_funding`: None where not stated.
    `role`: what the outcome was in the study; of several results, that of the primary outcome is
    read. `name`: the main report (a source's id).
    """

    id: str
    design: Design
    people: int | None = None
    estimate: Estimate | None = None
    says: Literal[-1, 0, 1] | None = None
    risk_of_bias: Risk | None = None
    indirect: frozenset[Indirectness] = frozenset()
    independent_funding: bool | None = None
    role: OutcomeRole | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """What a reader knows it by: its main report, not its number in a registry."""
        return self.name or self.id


@dataclass(frozen=True)
class Synthesis:
    """A published pooled estimate. `pools`: the ids of its trials, as far as it names them;
    `pools_more`: it pools others too, as one that names none does."""

    id: str
    estimate: Estimate
    start: Design
    trials: int | None = None
    people: int | None = None
    i2: float | None = None
    year: int | None = None
    risk_of_bias: Risk | None = None
    pools: frozenset[str] = frozenset()
    pools_more: bool = False
    indirect: frozenset[Indirectness] = frozenset()


@dataclass(frozen=True)
class Judgement:
    """What one domain does to the certainty: `change` in steps, 0 or less (more: rating up)."""

    domain: Domain
    change: int
    reason: str
    assessed: bool = True


@dataclass(frozen=True)
class Rating:
    """The certainty of a body, what it shows, and why.

    `estimate` is what was read: a pooled estimate of ours (`pooled`), one trial's, or that of the
    synthesis `basis`; None where no result has an interval. `counted`: the ids of the studies of
    the best design, which alone count.
    """

    certainty: CertaintyOfEvidence
    shows: Shows
    start: CertaintyOfEvidence
    judgements: tuple[Judgement, ...]
    estimate: Estimate | None
    pooled: Pooled | None
    basis: tuple[str, ...]
    not_pooled: str | None
    why: str
    counted: tuple[str, ...] = ()

    @property
    def lowered(self) -> tuple[str, ...]:
        """The names of the domains that lowered it, those that nobody assessed marked so."""
        return tuple(
            judgement.domain.replace("-", " ") + ("" if judgement.assessed else " (not assessed)")
            for judgement in self.judgements
            if judgement.change < 0
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """One sentence a domain, in the order of GRADE, after the start."""
        lines = [f"starts at {self.start.replace('-', ' ')}"]
        for judgement in self.judgements:
            change = (
                f"{judgement.change:+d}".replace("-", "−") if judgement.change else "not lowered"
            )
            name = judgement.domain.replace("-", " ")
            lines.append(f"{name}: {change} ({judgement.reason})")
        return tuple(lines)


def people(trials: Iterable[Trial]) -> int:
    """How many people these trials had, as far as it is stated."""
    return sum(t.people or 0 for t in trials)


def share(part: Iterable[Trial], whole: Iterable[Trial]) -> float:
    """Which share of the people `part` has at least: a trial of unknown size outside it could be
    any size, and then the share is 0, unless `part` is all there is."""
    inside = list(part)
    every = list(whole)
    rest = [t for t in every if t not in inside]
    if not rest:
        return 1.0
    if any(t.people is None for t in rest) or not people(every):
        return 0.0
    return people(inside) / people(every)
