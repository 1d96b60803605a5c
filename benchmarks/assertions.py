"""Whether `suggest` turns round what a text does not assert: a suite of sentences by kind.

`python -m benchmarks.assertions` prints the table, `--errors` each sentence that was turned round
and each control that was missed. `tests/data/assertions.tsv` has, for each sentence, its kind, what
may be suggested of it (a direction, with its certainty and a word of the object where they matter;
`studied`: that it is being studied; `nothing`), and what would be turned round.
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ldn_graph import files
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.vocabularies import Predicate, Stated
from ldn_graph.suggest import Suggestion, suggest

SUITE = files.root() / "tests" / "data" / "assertions.tsv"
CONTROL = "plain"
_STUDIED = {
    Predicate.STUDIED_TO_TREAT,
    Predicate.IN_CLINICAL_TRIALS_FOR,
    Predicate.NEEDS_RESEARCH_FOR,
}


@dataclass(frozen=True)
class Case:
    """A sentence of a kind, and what may be suggested of it."""

    kind: str
    allowed: tuple[str, ...]
    turned: str
    text: str

    def permits(self, one: Suggestion) -> bool:
        """Whether a suggestion has the direction, and certainty, that the sentence gives it."""
        if one.stated is not Stated.EXPLICIT:
            return self.allowed != ("nothing",)
        return any(_permits(rule, one) for rule in self.allowed)


@dataclass(frozen=True)
class Verdict:
    """What was suggested wrongly of a case; `missed`: a control of which nothing was read."""

    case: Case
    wrong: tuple[Suggestion, ...]
    missed: bool


def _permits(rule: str, one: Suggestion) -> bool:
    said, _, object_ = rule.partition(":")
    if said == "studied":
        return one.predicate in _STUDIED
    direction, _, certainty = said.partition(" ")
    return (
        one.direction == direction and certainty in ("", one.certainty) and object_ in one.object.id
    )


def cases(path: Path = SUITE) -> tuple[Case, ...]:
    """The sentences of a suite, in its order."""
    with path.open(encoding="utf-8", newline="") as source:
        return tuple(
            Case(row["kind"], tuple(row["allowed"].split("; ")), row["turned"], row["sentence"])
            for row in csv.DictReader(source, delimiter="\t")
        )


def judged(graph: EvidenceGraph, suite: Sequence[Case]) -> tuple[Verdict, ...]:
    """Each case with what `suggest` makes of it, alone."""
    return tuple(_judged(graph, case) for case in suite)


def _judged(graph: EvidenceGraph, case: Case) -> Verdict:
    said = suggest(case.text, graph.corpus, rule=graph.rule)
    wrong = tuple(s for s in said if not case.permits(s))
    return Verdict(case, wrong, "nothing" not in case.allowed and not said)


def table(verdicts: Sequence[Verdict]) -> str:
    """How many of each kind were turned round, as Markdown."""
    lines = ["| kind | sentences | turned round | controls missed |", "|---|--:|--:|--:|"]
    kinds = dict.fromkeys(v.case.kind for v in verdicts)
    for name in (*kinds, "**all**"):
        part = [v for v in verdicts if name in (v.case.kind, "**all**")]
        turned, missed = sum(bool(v.wrong) for v in part), sum(v.missed for v in part)
        lines.append(f"| {name} | {len(part)} | {turned} | {missed} |")
    return "\n".join(lines)


def errors(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What was turned round or missed, a line each."""
    for verdict in verdicts:
        for s in verdict.wrong:
            said = f"{s.subject.id} {s.predicate} {s.object.id} {s.direction} {s.certainty}"
            yield f"turned ({verdict.case.kind}) {verdict.case.text}: {said}"
        if verdict.missed:
            yield f"missed ({verdict.case.kind}) {verdict.case.text}"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.assertions", description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list what was turned or missed")
    parser.add_argument("--suite", type=Path, default=SUITE, help="another file of the same form")
    options = parser.parse_args(argv)
    verdicts = judged(EvidenceGraph.open(), cases(options.suite))
    print(table(verdicts))
    if options.errors:
        print("\n".join(errors(verdicts)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
