"""Where evidence is missing: four lists for a terminal, and one row a gap."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

import pyoxigraph as ox

from ldn_graph.grading.comparison import proposition
from ldn_graph.paths.gaps import ARTICLE_ONLY, Gap, GapKind
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Kind
from ldn_graph.reports.evidence import WIDTH, cited_as
from ldn_graph.reports.paragraphs import paragraph
from ldn_graph.reports.paths import chain
from ldn_graph.table import Table, Term, text

COLUMNS = (
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
    return Table(COLUMNS, tuple(_row(gap, corpus) for gap in gaps))


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


def _row(gap: Gap, corpus: Corpus) -> tuple[Term | None, ...]:
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
    return tuple(values[name] for name in COLUMNS)
