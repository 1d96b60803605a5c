"""One evidence item under audit; its hedges: recorded, known, in place, fit for its certainty?

A cue weakens its own clause only. A cue word in the quote that is about something else goes to
`unhedged_cues`, with a note that says why.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ldn_graph.grading.strength import Rule, wording_rank
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Source, Span
from ldn_graph.records.vocabularies import Certainty, Direction, Wording


@dataclass(frozen=True)
class Case:
    """`text` is the source's whole text, None where it was not given."""

    corpus: Corpus
    places: Places
    rule: Rule
    claim: Claim
    number: int
    text: str | None

    @property
    def item(self) -> EvidenceItem:
        return self.claim.evidence[self.number]

    @property
    def source(self) -> Source:
        return self.corpus.sources[self.item.source]

    @property
    def known(self) -> bool:
        """Whether the source's whole text is on record, so that a quote can be held to it."""
        return self.source.type == "post-weblog" or self.source.text_sha256 is not None

    @property
    def notes(self) -> str:
        """What the curator said about the item and its claim."""
        return f"{self.item.note or ''}\n{self.claim.note or ''}"

    def quoted(self) -> tuple[Span, ...]:
        """The quote and its context: the words that the item rests on."""
        return tuple(s for s in (self.item.quote, *self.item.context) if s is not None)

    def spans(self) -> Iterator[tuple[tuple[str | int, ...], Span]]:
        """Every span of the item with its place below the item."""
        if self.item.quote is not None:
            yield ("quote",), self.item.quote
        for name in ("cues", "unhedged_cues", "context"):
            for n, span in enumerate(getattr(self.item, name)):
                yield (name, n), span

    def error(self, rule: str, steps: tuple[str | int, ...], message: str, remedy: str) -> Finding:
        return self._finding(Severity.ERROR, rule, steps, message, remedy)

    def warning(
        self, rule: str, steps: tuple[str | int, ...], message: str, remedy: str
    ) -> Finding:
        return self._finding(Severity.WARNING, rule, steps, message, remedy)

    def _finding(
        self,
        severity: Severity,
        rule: str,
        steps: tuple[str | int, ...],
        message: str,
        remedy: str,
    ) -> Finding:
        where = self.places("claim", self.claim.id, "evidence", self.number, *steps)
        message = f"{self.claim.id} {self.item.id}: {message}"
        return Finding(severity, rule, where, message, remedy)


def short(words: str) -> str:
    """Words in quotation marks, their middle left out where they are many.

    >>> short("a  b\\nc")
    '“a  b⏎c”'
    """
    line = words.replace("\n", "⏎")
    return f"“{line}”" if len(line) <= 80 else f"“{line[:50]} … {line[-25:]}”"


def as_yaml(exact: str, start: int) -> str:
    """A span as it is written in a claim's file.

    >>> as_yaml("LDN", 5)
    '{exact: "LDN", start: 5, end: 8}'
    """
    quoted = exact.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{exact: "{quoted}", start: {start}, end: {start + len(exact)}}}'


_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nothing|cannot|without|poor(?:ly)?|hardly|barely|rarely"
    r"|fail(?:s|ed|ure)?|lack(?:s|ed|ing)?|absence|absent|insufficient|ineffective|unable|unaffected"
    r"|unaltered|unchanged|unclear|unlikely|unproven|unrelated|unsuccessful|unsupported"
    r"|unsuitable|unsafe)\b|\b\w+n['’]t\b",
    re.IGNORECASE,
)


def audit_cues(case: Case) -> Iterator[Finding]:
    """Everything about hedges and negations in one item's quote.

    Of a study only a few words may be known; its recorded cues are checked, not its wording.
    """
    if case.item.quote is None:
        return
    yield from _outside(case)
    yield from _unknown(case)
    yield from _unhedged(case)
    dropped = tuple(_unrecorded(case)) if case.known else ()
    yield from dropped
    if not dropped and (case.known or rungs(case)):
        yield from _certainty(case)
    if case.known:
        yield from _negated(case)


def rungs(case: Case) -> dict[str, Wording]:
    """The rungs of the item's cues, by cue as written."""
    known = case.rule.cue_rungs
    return {c.exact: known[c.exact.lower()] for c in case.item.cues if c.exact.lower() in known}


def cue_words(words: str, rule: Rule) -> tuple[tuple[int, int, bool], ...]:
    """Cue words in `words`: start, end, whether they hedge; the longest wins where two overlap."""
    innocent = [n.words for n in rule.not_a_hedge]
    listed = sorted([*rule.cue_rungs, *innocent], key=lambda cue: (-len(cue), cue))
    found: list[tuple[int, int, bool]] = []
    taken = bytearray(len(words))
    for cue in listed:
        for match in re.finditer(rf"(?<![\w-]){_loose(cue)}(?![\w-])", words, re.IGNORECASE):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end, cue not in innocent))
    return tuple(sorted(found))


def _loose(cue: str) -> str:
    return r"\s+".join(map(re.escape, cue.split()))


def _outside(case: Case) -> Iterator[Finding]:
    for steps, cue in case.spans():
        if steps[0] not in ("cues", "unhedged_cues"):
            continue
        if not any(_within(cue, host) for host in case.quoted()):
            yield case.error(
                "cue-outside-quote",
                steps,
                f"the cue {short(cue.exact)} lies in neither the quote nor its context",
                "quote the clause that it weakens, or drop the cue",
            )


def own_cues(item: EvidenceItem, rule: Rule) -> tuple[Span, ...]:
    """The cues of an item that the rule does not list: a curator found that they soften it."""
    listed = {*rule.cue_rungs, *(words.lower() for words in rule.basis_cues)}
    return tuple(cue for cue in item.cues if cue.exact.lower() not in listed)


def _unknown(case: Case) -> Iterator[Finding]:
    own = own_cues(case.item, case.rule)
    for n, cue in enumerate(case.item.cues):
        if cue in own and cue.exact.lower() not in case.notes.lower():
            yield case.warning(
                "cue-unknown",
                ("cues", n),
                f"{short(cue.exact)} is no cue of strength.yaml, so it counts as {_sounds(case)}",
                f"say in a note why {short(cue.exact)} softens it, or add it to its rung there",
            )


def _sounds(case: Case) -> str:
    return f"what the item sounds: {case.item.certainty}"


def _unhedged(case: Case) -> Iterator[Finding]:
    innocent = {n.words.lower() for n in case.rule.not_a_hedge}
    for n, cue in enumerate(case.item.unhedged_cues):
        words = cue.exact.lower()
        if words in innocent:
            continue
        if words not in case.rule.cue_rungs:
            if words not in case.notes.lower():
                yield case.warning(
                    "cue-unknown",
                    ("unhedged_cues", n),
                    f"{short(cue.exact)} is neither a cue nor under not_a_hedge in strength.yaml",
                    "drop it, say in a note what it is about, or list it there",
                )
        elif not case.notes.strip():
            yield case.warning(
                "unhedged-without-reason",
                ("unhedged_cues", n),
                f"the cue {short(cue.exact)} is set aside without a reason",
                "say in a note what it weakens instead of this claim",
            )


def _unrecorded(case: Case) -> Iterator[Finding]:
    item, quote = case.item, case.item.quote
    assert quote is not None
    recorded = (*item.cues, *item.unhedged_cues)
    weakest = min(rungs(case).values(), key=wording_rank, default=None)
    for start, end, hedges in cue_words(quote.exact, case.rule):
        words = quote.exact[start:end]
        if any(_covers(span, quote, start, words) for span in recorded):
            continue
        rung = case.rule.cue_rungs.get(" ".join(words.lower().split()))
        span = as_yaml(words, (quote.start or 0) + start)
        if not hedges or rung is None:
            yield case.warning(
                "cue-unrecorded",
                ("quote",),
                f"the quote holds {short(words)}, which looks like a hedge and is none",
                f"record that it was seen, as unhedged_cues: [{span}]",
            )
        elif item.certainty is Certainty.ASSERTED:
            yield case.error(
                "hedged-as-asserted",
                ("certainty",),
                f"the quote hedges with {short(words)}, but is encoded as asserted",
                f"write certainty: {case.rule.certainty_of[rung]} and cues: [{span}], or "
                "unhedged_cues with a note if it weakens something else",
            )
        else:
            weakens = weakest is None or wording_rank(rung) < wording_rank(weakest)
            tell = case.error if weakens else case.warning
            yield tell(
                "cue-unrecorded",
                ("cues",) if item.cues else ("quote",),
                f"the quote holds the hedge {short(words)} ({rung}), which is not recorded",
                f"add it to cues: {span}, or to unhedged_cues with a note",
            )


def _certainty(case: Case) -> Iterator[Finding]:
    """The certainty is that of the weakest rung; without a cue, it is asserted. A cue that the rule
    does not list may make it weaker, as its curator found."""
    item, found = case.item, rungs(case)
    own = own_cues(item, case.rule)
    if not found:
        if own and item.certainty is Certainty.ASSERTED:
            yield case.error(
                "hedged-as-asserted",
                ("certainty",),
                f"{short(own[0].exact)} is recorded as softening it, but it is encoded as asserted",
                "write certainty: hedged or speculative, or drop the cue",
            )
        elif not own and item.certainty is not Certainty.ASSERTED:
            yield case.error(
                "certainty-without-cue",
                ("certainty",),
                f"it is encoded as {item.certainty}, but no cue says so",
                "record the words that hedge it as cues, or write certainty: asserted",
            )
        return
    cue, rung = min(found.items(), key=lambda pair: (wording_rank(pair[1]), pair[0]))
    fitting = case.rule.certainty_of[rung]
    order = list(Certainty)
    weaker = order.index(item.certainty) > order.index(fitting)
    if fitting is item.certainty or (own and weaker):
        return
    asserted = item.certainty is Certainty.ASSERTED
    yield case.error(
        "hedged-as-asserted" if asserted else "certainty-against-cues",
        ("certainty",),
        f"it is encoded as {item.certainty}, but its weakest cue {short(cue)} ({rung}) "
        f"makes it {fitting}",
        f"write certainty: {fitting}, or move the cue to unhedged_cues with a note",
    )


def denies(words: str) -> tuple[str, ...]:
    """The words of a quote that deny something: whatever holds one never starts as supporting.

    >>> denies("It did not help; it didn’t"), denies("a notable effect")
    (('not', 'didn’t'), ())
    """
    return tuple(match.group() for match in _NEGATION.finditer(words))


def _negated(case: Case) -> Iterator[Finding]:
    quote = case.item.quote
    if quote is None or case.item.direction is not Direction.SUPPORTS:
        return
    for word in denies(quote.exact):
        if word.lower() in case.notes.lower():
            continue
        yield case.warning(
            "negation",
            ("direction",),
            f"the quote denies something ({short(word)}), but is said to support",
            f"look again: write direction: refutes, or say in a note what “{word}” denies",
        )


def _within(inner: Span, outer: Span) -> bool:
    if inner.start is None or outer.start is None:
        return inner.exact in outer.exact
    return outer.start <= inner.start and (inner.end or 0) <= (outer.end or 0)


def _covers(span: Span, quote: Span, start: int, words: str) -> bool:
    """Whether a recorded span holds the cue word at `start` of the quote."""
    if span.start is None or quote.start is None:
        return words.lower() in span.exact.lower()
    at = quote.start + start
    return span.start <= at and at + len(words) <= (span.end or 0)
