"""Paths as rows (one a step, with its quote) and as text for a terminal."""

from collections.abc import Iterable

import pyoxigraph as ox

from ldn_graph.paths.search import Path, Step, explain
from ldn_graph.records.model import Corpus
from ldn_graph.table import Table, Term, text
from ldn_graph.verbalise import reading

COLUMNS = (
    "path",
    "step",
    "claim",
    "reading",
    "evidence_level",
    "agreement",
    "wording",
    "weakest",
    "quote",
    "source",
    "chain_sign",
    "coherence",
    "joined",
)

_SIGNS = {-1: "less", 0: "direction not stated", 1: "more"}
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def paths_table(found: Iterable[Path], corpus: Corpus) -> Table:
    """One row a step; `weakest` marks the step that a path's strength comes from."""
    rows = tuple(
        _row(number, position, step, path, corpus)
        for number, path in enumerate(found, 1)
        for position, step in enumerate(path.steps, 1)
    )
    return Table(COLUMNS, rows)


def paths_text(found: Iterable[Path], corpus: Corpus) -> str:
    """The paths as numbered paragraphs: chain, weakest link, then each step with its quote."""
    return "\n\n".join(
        "\n".join(_lines(number, path, corpus)) for number, path in enumerate(found, 1)
    )


def chain(path: Path, corpus: Corpus) -> str:
    """The labels along a path, joined by arrows."""
    names = [path.steps[0].start, *(step.end for step in path.steps)]
    return " → ".join(corpus.entities[n].label for n in names)


def _lines(number: int, path: Path, corpus: Corpus) -> list[str]:
    lines = [f"{number}. {chain(path, corpus)}"]
    lines += [f"   {line}" for line in explain(path, corpus)]
    for position, step in enumerate(path.steps, 1):
        mark = "  ← weakest link" if step == path.weakest else ""
        lines.append(f"   {position}) {reading(step.claim, corpus)}{mark}")
        lines.append(f"      “{_quote(step)}” [{step.claim.id}]")
    return lines


def _row(
    number: int, position: int, step: Step, path: Path, corpus: Corpus
) -> tuple[Term | None, ...]:
    strength = step.strength
    return (
        _whole(number),
        _whole(position),
        text(step.claim.id),
        text(reading(step.claim, corpus)),
        _whole(strength.level),
        text(strength.agreement),
        text(strength.wording),
        text("weakest" if step == path.weakest else ""),
        text(_quote(step)),
        text(step.claim.evidence[0].source),
        text(_SIGNS[path.sign]),
        text(path.coherence),
        text(path.joined),
    )


def _quote(step: Step) -> str:
    """The first quote in favour; a finding where a source gave no quotable words."""
    for item in step.claim.evidence:
        words = item.quote.exact if item.quote else item.finding
        if item.direction == "supports" and words:
            return words
    item = step.claim.evidence[0]
    return item.quote.exact if item.quote else item.finding or ""


def _whole(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=_INTEGER)
