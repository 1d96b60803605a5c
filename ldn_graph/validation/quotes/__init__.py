"""The quote audit: does each quote stand in its text, and does it say what the claim says?

A matching substring is not yet support. Beyond it: the text is the one that was quoted, no word
is cut, subject and object are named in the quote or its context, the hedges in the quote are
recorded and the certainty is theirs, negations are looked at, and the section is the heading
above. What needs no text is checked without one.
"""

from collections.abc import Iterator

from ldn_graph.grading.strength import Rule
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import GapReason, Status
from ldn_graph.texts.source_texts import Texts, audit_texts
from ldn_graph.texts.spans import section_of
from ldn_graph.validation.quotes.case import Case, short
from ldn_graph.validation.quotes.cues import audit_cues
from ldn_graph.validation.quotes.naming import audit_names
from ldn_graph.validation.quotes.spans import audit_spans

__all__ = ["SHARED_BY", "Texts", "audit"]

#: A quote is listed when it stands under so many claims.
SHARED_BY = 3
#: Claims that nobody will use again are not audited.
_CLOSED = (Status.REJECTED, Status.RETRACTED)


def audit(
    corpus: Corpus, places: Places, rule: Rule, texts: Texts | None = None
) -> Iterator[Finding]:
    """What is wrong or doubtful about the quotes of `corpus`; with `texts`, against them too."""
    if texts is not None:
        yield from audit_texts(corpus, places, texts)
    for claim in corpus.claims.values():
        if claim.status in _CLOSED:
            continue
        for number, item in enumerate(claim.evidence):
            text = None if texts is None else texts.by_source.get(item.source)
            case = Case(corpus, places, rule, claim, number, text)
            yield from audit_spans(case)
            # an excerpt from a paper whose text is not at hand leans on the finding beside it
            if corpus.sources[item.source].text_sha256 is not None or item.finding is None:
                yield from audit_names(case)
            yield from audit_cues(case)
            yield from _section(case)
    yield from _shared(corpus, places)


def _section(case: Case) -> Iterator[Finding]:
    """The item's section is the last recorded heading above its quote."""
    quote = case.item.quote
    gaps = case.corpus.gaps.get(case.item.source, ())
    headings = [(g.start, _heading(case, g.start, g.end, g.opening)) for g in gaps if _is_head(g)]
    if quote is None or quote.start is None or not headings:
        return
    above = section_of(headings, quote.start)
    given = case.item.section
    # without the text a heading is known by its first words only
    fits = given == above if case.text is not None else (given or "").startswith(above or "\n")
    if above is None or fits:
        return
    yield case.error(
        "wrong-section",
        ("section",),
        f"its section is {short(given) if given else 'not given'}, but the heading above the "
        f"quote is {short(above)}",
        f"write section: {above}",
    )


def _is_head(gap: object) -> bool:
    return getattr(gap, "reason", None) is GapReason.HEADING


def _heading(case: Case, start: int, end: int, opening: str) -> str:
    return opening if case.text is None else case.text[start:end].strip()


def _shared(corpus: Corpus, places: Places) -> Iterator[Finding]:
    users: dict[tuple[str, int, str], list[str]] = {}
    for claim in corpus.current():
        for item in claim.evidence:
            if item.quote is not None:
                key = (item.source, item.quote.start or 0, item.quote.exact)
                users.setdefault(key, []).append(claim.id)
    for (_, _, words), found in sorted(users.items()):
        names = sorted(set(found))
        if len(names) >= SHARED_BY:
            yield Finding(
                Severity.NOTE,
                "shared-quote",
                places("claim", names[0], "evidence"),
                f"{short(words)} stands under {len(names)} claims: {', '.join(names)}",
                "look whether the words really say each of them",
            )
