"""What is already known in a text: claimed passages, hedges, names; as pieces ready to be shown."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ldn_graph.grading.rule import Rule
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import Status
from ldn_graph.texts.spans import mentions
from ldn_graph.validation.coverage import sentences
from ldn_graph.validation.quotes.cues import cue_words


@dataclass(frozen=True)
class Piece:
    """Words of a text that have the same marks: the claims that quote them, the entity that they
    name, and `cue`: hedge, no hedge, or nothing. `start`: a character's number in the text."""

    start: int
    text: str
    claims: tuple[str, ...] = ()
    entity: str | None = None
    cue: str | None = None


@dataclass(frozen=True)
class Passage:
    """A sentence or heading in pieces; offsets are characters, the end exclusive."""

    start: int
    end: int
    section: str | None
    heading: bool
    pieces: tuple[Piece, ...]

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that quote any of it."""
        return tuple(dict.fromkeys(c for piece in self.pieces for c in piece.claims))


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    kind: str
    value: str


def annotated(
    text: str, source: str, corpus: Corpus, rule: Rule
) -> tuple[tuple[Passage, ...], ...]:
    """The lines of `text`, each as its sentences, marked with what `corpus` knows of them."""
    marks = sorted(
        [*_claimed(source, corpus), *_cues(text, rule), *_names(text, corpus)],
        key=lambda m: (m.start, m.end),
    )
    lines: dict[int, list[Passage]] = {}
    number = counted = 0
    starts = [m.start for m in marks]
    longest = max((m.end - m.start for m in marks), default=0)
    for found in sentences(text):
        first = bisect_left(starts, found.start - longest)
        near = marks[first : bisect_left(starts, found.end)]
        inside = [m for m in near if found.start < m.end]
        passage = Passage(
            found.start,
            found.end,
            found.section,
            found.text == found.section,
            tuple(_pieces(text, found.start, found.end, inside)),
        )
        number += text.count("\n", counted, found.start)
        counted = found.start
        lines.setdefault(number, []).append(passage)
    return tuple(tuple(line) for _, line in sorted(lines.items()))


def _pieces(text: str, start: int, end: int, marks: Sequence[_Mark]) -> Iterator[Piece]:
    """The words from `start` to `end`, cut wherever a mark begins or ends."""
    cuts = {start, end}
    for mark in marks:
        cuts |= {max(start, mark.start), min(end, mark.end)}
    for a, b in pairwise(sorted(cuts)):
        over = [m for m in marks if m.start <= a and b <= m.end]
        named = {m.kind: m.value for m in over}
        claims = tuple(dict.fromkeys(m.value for m in over if m.kind == "claim"))
        yield Piece(a, text[a:b], claims, named.get("entity"), named.get("cue"))


def _claimed(source: str, corpus: Corpus) -> Iterator[_Mark]:
    for claim in _alive(corpus):
        for item in claim.evidence:
            quote = item.quote
            if item.source == source and quote and quote.start is not None and quote.end:
                yield _Mark(quote.start, quote.end, "claim", claim.id)


def _alive(corpus: Corpus) -> Iterable[Claim]:
    """Every claim that is or may come into force; next versions in place of their claims."""
    claims: Mapping[str, Claim] = {**corpus.claims, **corpus.proposals}
    return (c for c in claims.values() if c.status not in (Status.REJECTED, Status.RETRACTED))


def _cues(text: str, rule: Rule) -> Iterator[_Mark]:
    for start, end, hedges in cue_words(text, rule):
        yield _Mark(start, end, "cue", "hedge" if hedges else "no hedge")


def _names(text: str, corpus: Corpus) -> Iterator[_Mark]:
    """Where entities are named; of two names that overlap the longer one counts."""
    found = sorted(
        (
            (start, end, e.id)
            for e in corpus.entities.values()
            for start, end in mentions(text, e.names)
        ),
        key=lambda f: (f[0] - f[1], f),
    )
    taken = bytearray(len(text))
    for start, end, entity in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield _Mark(start, end, "entity", entity)
