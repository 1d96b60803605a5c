"""Every sentence of a text: which claims quote it, or why it carries none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
import sentencex

from ldn_graph.corpus import Places
from ldn_graph.findings import Finding, Severity
from ldn_graph.model import Corpus, SentenceWithoutClaim
from ldn_graph.table import Table, Term, text

COLUMNS = ("section", "start", "end", "sentence", "claims", "reason", "note")
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


@dataclass(frozen=True)
class Sentence:
    """A sentence or heading; offsets are characters of the whole text, the end exclusive."""

    start: int
    end: int
    text: str
    section: str | None


@dataclass(frozen=True)
class Row:
    """A sentence with the ids of the claims that quote it, or its recorded gap."""

    sentence: Sentence
    claims: tuple[str, ...]
    gap: SentenceWithoutClaim | None

    @property
    def covered(self) -> bool:
        return bool(self.claims) or self.gap is not None


def sentences(whole: str) -> tuple[Sentence, ...]:
    """The sentences of a text, line by line: a line without a final mark is a heading."""
    found: list[Sentence] = []
    section: str | None = None
    start = 0
    for line in whole.split("\n"):
        if _is_heading(line):
            section = line.strip()
        for piece in sentencex.get_sentence_boundaries("en", line):
            words = piece["text"]
            begin = start + piece["start_index"] + len(words) - len(words.lstrip())
            if words.strip():
                end = begin + len(words.strip())
                found.append(Sentence(begin, end, words.strip(), section))
        start += len(line) + 1
    return tuple(found)


def section_at(whole: str, offset: int) -> str | None:
    """The heading above an offset."""
    return next((s.section for s in reversed(sentences(whole)) if s.start <= offset), None)


def coverage(corpus: Corpus, source: str, whole: str) -> tuple[Row, ...]:
    """One row a sentence of `source`'s text."""
    spans = [
        (item.quote.start, item.quote.end, claim.id)
        for claim in corpus.current()
        for item in claim.evidence
        if item.source == source and item.quote and item.quote.start is not None
    ]
    gaps = corpus.gaps.get(source, ())
    return tuple(
        Row(
            s,
            tuple(sorted({i for a, b, i in spans if a < s.end and s.start < (b or 0)})),
            next((g for g in gaps if g.start < s.end and s.start < g.end), None),
        )
        for s in sentences(whole)
    )


def table(corpus: Corpus, source: str, whole: str) -> Table:
    """The coverage as a table."""
    return Table(COLUMNS, tuple(_cells(row) for row in coverage(corpus, source, whole)))


def audit(corpus: Corpus, places: Places, source: str, whole: str) -> Iterator[Finding]:
    """Sentences without claim or reason, reasons that no longer fit, and wrong sections."""
    for row in coverage(corpus, source, whole):
        yield from _judge(row, places, source)
    yield from _openings(corpus, places, source, whole)
    yield from _sections(corpus, places, source, whole)


def _judge(row: Row, places: Places, source: str) -> Iterator[Finding]:
    words = row.sentence
    place = f"{words.start}–{words.end} “{words.text[:60]}”"
    if not row.covered:
        yield Finding(
            Severity.ERROR,
            "uncovered-sentence",
            places("source", source),
            f"no claim quotes {place}, and no reason is on record",
            f"encode it, or add it with its reason to coverage/{source}.yaml",
        )
    if row.claims and row.gap is not None:
        yield Finding(
            Severity.ERROR,
            "needless-reason",
            places("coverage", source),
            f"{place} is on record as {row.gap.reason}, but {', '.join(row.claims)} quote it",
            "take it out of the coverage file",
        )


def _openings(corpus: Corpus, places: Places, source: str, whole: str) -> Iterator[Finding]:
    for gap in corpus.gaps.get(source, ()):
        if not whole[gap.start : gap.end].startswith(gap.opening):
            yield Finding(
                Severity.ERROR,
                "opening-differs",
                places("coverage", source),
                f"{gap.start}–{gap.end} does not begin with “{gap.opening}”",
                "correct its offsets or its opening words",
            )


def _sections(corpus: Corpus, places: Places, source: str, whole: str) -> Iterator[Finding]:
    for claim in corpus.claims.values():
        for number, item in enumerate(claim.evidence):
            if item.source != source or item.quote is None or item.quote.start is None:
                continue
            there = section_at(whole, item.quote.start)
            if item.section != there:
                yield Finding(
                    Severity.ERROR,
                    "wrong-section",
                    places("claim", claim.id, "evidence", number, "section"),
                    f"{item.id}: section is {item.section!r}, but the heading above the quote "
                    f"is {there!r}",
                    "copy the heading",
                )


def _is_heading(line: str) -> bool:
    words = line.strip()
    return bool(words) and len(words) <= 90 and not re.search(r"^- |[.!?:;,]$", words)


def _cells(row: Row) -> tuple[Term | None, ...]:
    where = row.sentence
    gap = row.gap
    return (
        text(where.section or ""),
        ox.Literal(str(where.start), datatype=_INTEGER),
        ox.Literal(str(where.end), datatype=_INTEGER),
        text(where.text),
        text(", ".join(row.claims)),
        text(gap.reason if gap else "" if row.claims else "MISSING"),
        text((gap.note if gap else None) or ""),
    )
