"""Paths and missing evidence: rows (one a step, one a gap) and text for a terminal."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

import pyoxigraph as ox

from ldn_graph.grading.comparison import proposition
from ldn_graph.grading.grade import quoted
from ldn_graph.paths.gaps import ARTICLE_ONLY, Gap, GapKind
from ldn_graph.paths.search import Path, Step, explain
from ldn_graph.records.enumerations import PathBlock
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Kind
from ldn_graph.reports.evidence import WIDTH, cited_as, paragraph
from ldn_graph.table import Table, Term, text
from ldn_graph.verbalise import reading

PATH_COLUMNS = (
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
        _path_row(number, position, step, path, corpus)
        for number, path in enumerate(found, 1)
        for position, step in enumerate(path.steps, 1)
    )
    return Table(PATH_COLUMNS, rows)


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


def _path_row(
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


GAP_COLUMNS = (
    "gap",
    "about",
    "asks",
    "why",
    "quote",
    "chain",
    "weakest",
    "studies",
    "claims",
    "would_change",
)

HEADINGS: dict[GapKind, tuple[str, str]] = {
    GapKind.NO_STUDY: (
        "What the article says and no study of this corpus bears on",
        "Not even indirectly. Stated by the article only, unless more is said; what is a kind of "
        "what is left out.",
    ),
    GapKind.WEAK_CHAIN: (
        "Chains whose weakest step rests on animals or cells, or on nothing",
        "By weakest step; every chain from a drug to a condition that hangs on it.",
    ),
    GapKind.UNCONTROLLED: (
        "Conditions where the low dose was never compared with a control",
        "There are studies in people, but uncontrolled or observational ones only.",
    ),
    GapKind.OTHER_DOSE: (
        "Claims that rest on a dose that is not low",
        "What holds at one dose need not hold at another.",
    ),
}


def gaps_table(gaps: Iterable[Gap], corpus: Corpus) -> Table:
    """One row a gap; `gap` names its list, `weakest` the step that a chain hangs on."""
    return Table(GAP_COLUMNS, tuple(_gap_row(gap, corpus) for gap in gaps))


def gaps_text(gaps: Sequence[Gap], corpus: Corpus, *, width: int | None = None) -> str:
    """The four lists, each with what it means; an empty one says so."""
    wide = max(40, width or WIDTH)
    lines = paragraph(
        "Where evidence is missing in this corpus. A study that it lacks may exist elsewhere. In "
        "each list those come first of which a study would change most: by how many steps the "
        "grade could rise, times the claims and chains that hang on it.",
        wide,
    )
    for number, kind in enumerate(GapKind, 1):
        chosen = [g for g in gaps if g.kind is kind]
        heading, note = HEADINGS[kind]
        lines += ["", *paragraph(f"{number}. {heading} ({len(chosen)})", wide, hang="   ")]
        lines += paragraph(note, wide, "   ")
        lines += list(_WRITERS.get(kind, _listed)(chosen, corpus, wide)) or ["   none"]
    lines += ["", *paragraph(f"Not medical advice. {corpus.description.disclaimer}", wide)]
    return "\n".join(lines) + "\n"


def _listed(gaps: Iterable[Gap], corpus: Corpus, width: int) -> Iterator[str]:
    for gap in gaps:
        title = proposition(gap.question, corpus)
        if gap.kind is GapKind.UNCONTROLLED:
            title = corpus.entities[gap.about].label
        yield from paragraph(f"- {title}: {gap.why}{_names(gap)}", width, "   ", "     ")


def _unstudied(gaps: Iterable[Gap], corpus: Corpus, width: int) -> Iterator[str]:
    for heading, group in groupby(gaps, key=lambda g: _part(g, corpus)):
        yield f"   {heading}"
        for gap in group:
            said = "" if gap.why == ARTICLE_ONLY else f": {gap.why}{_names(gap)}"
            title = proposition(gap.question, corpus)
            yield from paragraph(f"- {title}{said}", width, "   ", "     ")


def _part(gap: Gap, corpus: Corpus) -> str:
    if gap.in_practice(corpus):
        return "Practice and background"
    drug = corpus.entities[gap.question.subject].kind is Kind.DRUG
    return "What drugs do" if drug else "What happens in the body"


def _chains(gaps: Iterable[Gap], corpus: Corpus, width: int) -> Iterator[str]:
    for _, group in groupby(gaps, key=lambda g: g.claims):
        chosen = list(group)
        first = chosen[0]
        head = f"- {proposition(first.question, corpus)}: {first.why}{_names(first)}"
        yield from paragraph(head, width, "   ", "     ")
        times = Counter(chain(gap.path, corpus) for gap in chosen if gap.path)
        for words, number in times.items():
            more = f" ({number} chains, by different claims)" if number > 1 else ""
            yield from paragraph(words + more, width, "       ", "         ")


_WRITERS: dict[GapKind, Callable[[Iterable[Gap], Corpus, int], Iterator[str]]] = {
    GapKind.NO_STUDY: _unstudied,
    GapKind.WEAK_CHAIN: _chains,
}


def _names(gap: Gap) -> str:
    names = sorted({cited_as(e.source) for e in gap.studies})
    return f" [{'; '.join(names)}]" if names else ""


def _gap_row(gap: Gap, corpus: Corpus) -> tuple[Term | None, ...]:
    said = [e.item.quote.exact for e in gap.question.bearing("article") if e.item.quote]
    sources = sorted({e.source.id for e in gap.studies})
    values: dict[str, ox.Literal | None] = {
        "gap": text(gap.kind),
        "about": text(gap.about),
        "asks": text(proposition(gap.question, corpus)),
        "why": text(gap.why),
        "quote": text(said[0]) if said else None,
        "chain": text(chain(gap.path, corpus)) if gap.path else None,
        "weakest": text(gap.path.weakest.claim.id) if gap.path else None,
        "studies": text(" ".join(sources)) if sources else None,
        "claims": text(" ".join(gap.claims)),
        "would_change": ox.Literal(gap.would_change),
    }
    return tuple(values[name] for name in GAP_COLUMNS)
