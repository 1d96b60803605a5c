"""Paths as rows (one a step, with its quote) and as text for a terminal."""

from collections.abc import Iterable

import pyoxigraph as ox

from ldn_graph.grading.quoted import quoted
from ldn_graph.paths.search import Path, Step, explain
from ldn_graph.records.grades import PathBlock
from ldn_graph.records.model import Corpus
from ldn_graph.table import Table, Term, text
from ldn_graph.verbalise import reading

COLUMNS = (
    "path",
    "step",
    "claim",
    "reading",
    "evidence_level",
    "scale",
    "grade",
    "shows",
    "agreement",
    "wording",
    "weakest",
    "quote",
    "source",
    "chain_sign",
    "coherence",
    "joined",
    "block",
    "reasons",
)

_SIGNS = {-1: "less", 0: "direction not stated", 1: "more"}


def paths_table(found: Iterable[Path], corpus: Corpus) -> Table:
    """One row a step; `weakest` marks the step that a path's strength comes from."""
    rows = tuple(
        _row(number, position, step, path, corpus)
        for number, path in enumerate(found, 1)
        for position, step in enumerate(path.steps, 1)
    )
    return Table(COLUMNS, rows)


def paths_text(found: Iterable[Path], corpus: Corpus) -> str:
    """The paths as numbered paragraphs, block by block: chain, weakest link, then each step with
    its grade and the quote of what earned it."""
    numbered = list(enumerate(found, 1))
    parts = []
    for block in PathBlock:
        lines = [_lines(number, path, corpus) for number, path in numbered if path.block is block]
        if lines:
            parts += [_HEADINGS[block], *("\n".join(part) for part in lines)]
    return "\n\n".join(parts)


_HEADINGS = {
    PathBlock.DIRECT: "── What is claimed of the two directly",
    PathBlock.MECHANISM: "── Chains: how it is said to come about",
    PathBlock.OUTCOME: "── One claim about something taken for granted as part of the end",
}


def chain(path: Path, corpus: Corpus) -> str:
    """The labels along a path, joined by arrows."""
    names = [path.steps[0].start, *(step.end for step in path.steps)]
    return " → ".join(corpus.entities[n].label for n in names)


def _lines(number: int, path: Path, corpus: Corpus) -> list[str]:
    lines = [f"{number}. {chain(path, corpus)}"]
    lines += [f"   {line}" for line in explain(path, corpus)]
    for position, step in enumerate(path.steps, 1):
        grade = step.strength.grade
        mark = "  ← weakest link" if step in path.weakest_links else ""
        mark = "" if grade.is_background else mark
        lines.append(f"   {position}) {reading(step.claim, corpus)}{mark}")
        lines.append(f"      {grade.words} [{step.claim.id}]")
        shown = quoted(step.claim, grade, corpus)
        if shown:
            words = f"“{shown.words}”" if shown.verbatim else shown.words
            lines.append(f"      {words} [{shown.source}{_ROLE[shown.states_only]}]")
    return lines


_ROLE = {True: ", a statement, no evidence", False: ""}


def _row(
    number: int, position: int, step: Step, path: Path, corpus: Corpus
) -> tuple[Term | None, ...]:
    strength = step.strength
    shown = quoted(step.claim, strength.grade, corpus)
    return (
        ox.Literal(number),
        ox.Literal(position),
        text(step.claim.id),
        text(reading(step.claim, corpus)),
        ox.Literal(strength.level),
        text(strength.grade.scale),
        text(strength.grade.name),
        text(strength.grade.shows or ""),
        text(strength.agreement),
        text(strength.wording),
        text("weakest" if step in path.weakest_links else ""),
        text(shown.words if shown else ""),
        text(shown.source if shown else ""),
        text(_SIGNS[path.sign]),
        text(path.coherence),
        text(path.joined),
        text(path.block),
        text("; ".join(strength.grade.reasons)),
    )
