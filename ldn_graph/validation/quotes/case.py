"""One evidence item under audit, with everything that it is judged by."""

from collections.abc import Iterator
from dataclasses import dataclass

from ldn_graph.grading.strength import Rule
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Source, Span


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
