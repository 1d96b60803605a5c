"""Every sentence of a text: which claims quote it, or why it carries none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox
import sentencex

from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Corpus, SentenceWithoutClaim
from ldn_graph.records.vocabularies import GapReason, Status
from ldn_graph.table import Table, Term, text
from ldn_graph.texts.source_texts import Texts, line_of, occurrences

COLUMNS = ("section", "start", "end", "sentence", "claims", "reason", "note")
_BULLET = re.compile(r"[-–—•*·] ")
#: A heading has no more characters than this.
_HEADING = 90
#: So many first words are enough to find a sentence again.
_OPENING = 7


@dataclass(frozen=True)
class Sentence:
    """A sentence or heading; offsets are characters of the whole text, the end exclusive.

    `section`: the heading above, itself for a heading, None before the first.
    """

    start: int
    end: int
    text: str
    section: str | None


@dataclass(frozen=True)
class Row:
    """A sentence with the ids of the claims that quote it, and its recorded gap."""

    sentence: Sentence
    claim_ids: tuple[str, ...]
    gap: SentenceWithoutClaim | None

    @property
    def covered(self) -> bool:
        return bool(self.claim_ids) or self.gap is not None


def sentences(whole: str) -> tuple[Sentence, ...]:
    """The sentences of a text. No sentence runs over the end of a line; a line is a heading when
    it is short, ends in no mark, is no item of a list, and text follows.

    >>> [s.section for s in sentences("A title\\nOne, e.g. 1.5 mg. Two.\\nAn end")]
    ['A title', 'A title', 'A title', 'A title']
    """
    found: list[Sentence] = []
    section: str | None = None
    start = 0
    for line in whole.split("\n"):
        pieces = list(_pieces(line, start))
        start += len(line) + 1
        if len(pieces) == 1 and _looks_like_heading(pieces[0].text) and whole[start:].strip():
            section = pieces[0].text
        found += (replace(piece, section=section) for piece in pieces)
    return tuple(found)


def coverage(corpus: Corpus, source_id: str, text: str) -> tuple[Row, ...]:
    """One row a sentence of the source's `text`, in its order.

    A claim covers the sentences that a quote of its items overlaps; a rejected or retracted one
    covers nothing.
    """
    spans = [
        (item.quote.start, item.quote.end or 0, claim.id)
        for claim in corpus.claims.values()
        if claim.status not in (Status.REJECTED, Status.RETRACTED)
        for item in claim.evidence
        if item.source == source_id and item.quote and item.quote.start is not None
    ]
    gaps = corpus.gaps.get(source_id, ())
    return tuple(
        Row(
            s,
            tuple(sorted({i for start, end, i in spans if start < s.end and s.start < end})),
            next((g for g in gaps if g.start < s.end and s.start < g.end), None),
        )
        for s in sentences(text)
    )


def table(corpus: Corpus, source_id: str, text: str) -> Table:
    """The coverage as a table; the reason of an uncovered sentence is MISSING."""
    return Table(COLUMNS, tuple(_cells(row) for row in coverage(corpus, source_id, text)))


def audit(corpus: Corpus, places: Places, texts: Texts) -> Iterator[Finding]:
    """Sentences without claim or reason, and reasons that don't fit their sentence.

    Of a blog post, and of a source with a coverage file, every sentence must be accounted for.
    """
    for source_id, whole in sorted(texts.by_source.items()):
        if source_id in corpus.gaps or corpus.sources[source_id].type == "post-weblog":
            for row in coverage(corpus, source_id, whole):
                if not row.covered:
                    yield _uncovered(row.sentence, source_id, whole, texts)
            yield from _gaps(corpus, places, source_id, whole)


def _uncovered(sentence: Sentence, source_id: str, whole: str, texts: Texts) -> Finding:
    reason = GapReason.HEADING if sentence.text == sentence.section else "…"
    opening = " ".join(sentence.text.split()[:_OPENING])
    return Finding(
        Severity.ERROR,
        "uncovered-sentence",
        texts.place(source_id, line_of(whole, sentence.start)),
        f"no claim quotes “{sentence.text}”, and no reason is on record",
        f"encode what it claims, or add to coverage/{source_id}.yaml: {{start: {sentence.start}, "
        f'end: {sentence.end}, opening: "{_escaped(opening)}", reason: {reason}}}',
    )


def _gaps(corpus: Corpus, places: Places, source_id: str, whole: str) -> Iterator[Finding]:
    rows = coverage(corpus, source_id, whole)
    for n, gap in enumerate(corpus.gaps.get(source_id, ())):
        key = ("gap", f"{source_id} {n}")
        where = places(*key) if key in places.nodes else places("coverage", source_id)
        touched = [r for r in rows if gap.start < r.sentence.end and r.sentence.start < gap.end]
        for rule, message, remedy in _gap_faults(gap, touched, whole):
            yield Finding(Severity.ERROR, rule, where, message, remedy)


def _gap_faults(
    gap: SentenceWithoutClaim, touched: list[Row], whole: str
) -> Iterator[tuple[str, str, str]]:
    if not _opens(whole[gap.start : gap.end], gap.opening):
        yield (
            "gap-opening",
            f"{gap.start}–{gap.end} does not begin with “{gap.opening}”",
            _opening_instead(gap, whole),
        )
        return
    if len(touched) > 1:
        own = touched[0].sentence
        yield (
            "gap-too-wide",
            f"{gap.start}–{gap.end} excuses {len(touched)} sentences at once",
            f"write one record a sentence; the first is {own.start}–{own.end}",
        )
    for row in touched:
        if row.claim_ids:
            yield (
                "gap-with-claims",
                f"“{gap.opening} …” is on record as {gap.reason} without a claim, but quoted by "
                f"{', '.join(row.claim_ids)}",
                "take it out of the coverage file",
            )


def _opens(words: str, opening: str) -> bool:
    """Whether the whole words of `opening` begin `words`."""
    rest = words[len(opening) :]
    return words.startswith(opening) and not (opening[-1:].isalnum() and rest[:1].isalnum())


def _opening_instead(gap: SentenceWithoutClaim, whole: str) -> str:
    found = [s for s in sentences(whole) if s.start in occurrences(whole, gap.opening)]
    if len(found) == 1:
        return f"that sentence is at {found[0].start}–{found[0].end}; correct the offsets"
    here = [s for s in sentences(whole) if s.start <= gap.start < s.end]
    if here:
        return f"the sentence there begins “{' '.join(here[0].text.split()[:_OPENING])}”; copy that"
    return "no sentence is there; take the record out"


def _pieces(line: str, offset: int) -> Iterator[Sentence]:
    """The sentences of one line, trimmed."""
    # sentencex 1.0.32 panics on "B\u00a0.", where a wide blank follows a capital letter
    plain = re.sub(r"\s", " ", line)
    for boundary in sentencex.get_sentence_boundaries("en", plain):
        words = line[boundary["start_index"] : boundary["end_index"]]
        trimmed = words.strip()
        if trimmed:
            start = offset + boundary["start_index"] + words.index(trimmed)
            yield Sentence(start, start + len(trimmed), trimmed, None)


def _looks_like_heading(words: str) -> bool:
    marked = words[-1] in ".!?:;,…" or _BULLET.match(words)
    return len(words) <= _HEADING and not marked


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"')


def _cells(row: Row) -> tuple[Term | None, ...]:
    where, gap = row.sentence, row.gap
    return (
        text(where.section or ""),
        ox.Literal(where.start),
        ox.Literal(where.end),
        text(where.text),
        text(", ".join(row.claim_ids)),
        text(gap.reason if gap else "" if row.claim_ids else "MISSING"),
        text((gap.note if gap else None) or ""),
    )
