"""Our certainty beside those that reviews or guidelines state: `docs/stated-certainty.md`.

A stated certainty is never an input of grading: the table shows where the two differ, and why.
"""

import re
from collections.abc import Iterator, Sequence

from ldn_graph.grading.body import Body, Part, bodies
from ldn_graph.grading.grade import scale_of
from ldn_graph.grading.rule import Rule
from ldn_graph.records.grades import CertaintyOfEvidence, GradeScale
from ldn_graph.records.model import Corpus
from ldn_graph.reports.markdown import MADE, page, table

#: A κ of fewer bodies, or of one category, says nothing.
KAPPA_BODIES, KAPPA_CATEGORIES = 3, 2
_LEVEL = re.compile(r"\b(very low|low|moderate|high)\b", re.IGNORECASE)
_COLUMNS = ("body of evidence", "stated by", "stated", "here", "the difference")


def stated_page(corpus: Corpus, rule: Rule) -> str:
    """The page: one row a stated certainty, with our reasons where the two differ."""
    found = list(stated(corpus, rule))
    rows = [_row(body, part, corpus) for body, part in found]
    return page(
        f"""
        # Certainties that others state, beside ours
        {MADE}

        What a review or a guideline says of the certainty of a body of evidence, and what the rule
        of [strength](strength.md) makes of the results that were read. The stated one is never an
        input.
        """,
        _agreement(found),
        table(_COLUMNS, rows),
    )


def _agreement(found: Sequence[tuple[Body, Part]]) -> str:
    """How far the two agree: how many are the same, and κ where it means something."""
    pairs = {
        (body.key, part.source.id): (level, body.rating.certainty)
        for body, part in found
        if part.result and (level := level_in(part.result.certainty_stated or ""))
    }
    same = sum(theirs is ours for theirs, ours in pairs.values())
    told = f"{same} of {len(pairs)} are the same, a body and who states it counted once."
    kappa = weighted_kappa(list(pairs.values()))
    if kappa is None:
        return (
            f"{told} No κ is given: it takes {KAPPA_BODIES} bodies or more, stated in "
            f"{KAPPA_CATEGORIES} categories or more."
        )
    return f"{told} Linearly weighted κ is {kappa:.2f}."


def weighted_kappa(
    pairs: Sequence[tuple[CertaintyOfEvidence, CertaintyOfEvidence]],
) -> float | None:
    """Cohen's κ with linear weights (Cohen 1968) of pairs of ratings; None of fewer than three
    bodies, or where either side has one category only.

    >>> low, high = CertaintyOfEvidence.LOW, CertaintyOfEvidence.HIGH
    >>> weighted_kappa([(low, low), (high, high), (low, high), (low, low)])
    0.5
    """
    sides = [[a.step for a, _ in pairs], [b.step for _, b in pairs]]
    if len(pairs) < KAPPA_BODIES or any(len(set(s)) < KAPPA_CATEGORIES for s in sides):
        return None
    observed: float = sum(abs(a - b) for a, b in zip(*sides, strict=True)) / len(pairs)
    expected: float = sum(abs(a - b) for a in sides[0] for b in sides[1]) / (
        len(pairs) * len(pairs)
    )
    return 1 - observed / expected


def stated(corpus: Corpus, rule: Rule) -> Iterator[tuple[Body, Part]]:
    """Each result for which its source states a certainty, with the body that it belongs to."""
    claims = [c for c in corpus.current() if scale_of(c, corpus) is GradeScale.CERTAINTY]
    for body in bodies(claims, corpus, rule.certainty):
        for part in body.parts:
            if part.result is not None and part.result.certainty_stated:
                yield body, part


def level_in(words: str) -> CertaintyOfEvidence | None:
    """The GRADE level that words name; None where they name none.

    >>> str(level_in("GRADE low, serious imprecision"))
    'low'
    """
    found = _LEVEL.search(words)
    return CertaintyOfEvidence(found[1].lower().replace(" ", "-")) if found else None


def _row(body: Body, part: Part, corpus: Corpus) -> tuple[str, ...]:
    key, rating = body.key, body.rating
    words = (part.result.certainty_stated if part.result else None) or ""
    labels = [corpus.entities[name].label for name in (key.outcome, key.condition)]
    about = " in ".join(dict.fromkeys(labels))
    ours = rating.certainty.replace("-", " ")
    same = level_in(words) is rating.certainty
    why = "none" if same else "; ".join(rating.reasons)
    return (
        f"{corpus.entities[key.intervention].label} ({key.band}) {key.against}: {about}",
        part.source.id,
        words,
        f"{ours}: {rating.shows.in_words}",
        why,
    )
