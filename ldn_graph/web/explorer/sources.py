"""The page of a source: its record, and everything that it is quoted with."""

from dataclasses import dataclass
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.exchange import citations
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import Claim, EvidenceItem, SentenceWithoutClaim
from ldn_graph.validation.coverage import coverage
from ldn_graph.web.explorer.caches import texts
from ldn_graph.web.explorer.citations import reference_file
from ldn_graph.web.explorer.page_queries import behind_source
from ldn_graph.web.explorer.template_context import page
from ldn_graph.web.state import snapshot


@dataclass(frozen=True)
class Said:
    """One evidence item of the source, with its claim."""

    claim: Claim
    item: EvidenceItem


@dataclass(frozen=True)
class Passage:
    """Words of the text, or a finding without words, with all that rests on them."""

    said: tuple[Said, ...]

    @property
    def first(self) -> Said:
        return self.said[0]


@dataclass(frozen=True)
class Section:
    """A section of the text, with what is quoted from it; None where no section is on record."""

    heading: str | None
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Covered:
    """How many sentences of the text are quoted by a claim, or on record as carrying none.
    `whole`: all of them, None where the text is not at hand to be counted."""

    quoted: int | None
    whole: int | None
    without: tuple[SentenceWithoutClaim, ...]


def source_page(request: Request, id: str) -> Response:
    """The page of the source `id`. Raises UnknownName."""
    graph = snapshot(request).graph
    source = graph.source(id)
    reference = [citations.source_reference(source)]
    return page(
        request,
        "source.html",
        source=source,
        sections=_sections(graph, id),
        claims=sum(any(i.source == id for i in c.evidence) for c in graph.corpus.claims.values()),
        covered=_covered(request, id),
        hanging=graph.hanging_on(id).found if source.design else (),
        behind=behind_source(graph, id),
        citation=citations.plain(reference).strip(),
        bibtex=citations.bibtex(reference).strip(),
    )


def source_citation(request: Request, id: str, form: str) -> Response:
    """The source for a reference manager. Raises UnknownName."""
    source = snapshot(request).graph.source(id)
    return reference_file([citations.source_reference(source)], f"source-{source.id}", form)


def _sections(graph: EvidenceGraph, source: str) -> list[Section]:
    said = [
        Said(claim, item)
        for claim in graph.corpus.claims.values()
        for item in claim.evidence
        if item.source == source
    ]
    said.sort(key=_place)
    return [
        Section(heading, tuple(Passage(tuple(same)) for _, same in groupby(found, _words)))
        for heading, found in groupby(said, lambda s: s.item.section)
    ]


def _words(said: Said) -> tuple[object, ...]:
    """What evidence items share that rest on the same words."""
    item = said.item
    return item.quote, item.cues, item.finding if item.quote is None else None


def _place(said: Said) -> tuple[object, ...]:
    """Where it stands in the text; what has no place comes last."""
    start = said.item.quote.start if said.item.quote else None
    words = said.item.quote.exact if said.item.quote else said.item.finding or ""
    return start is None, start or 0, said.item.section or "", words, said.claim.id, said.item.id


def _covered(request: Request, source: str) -> Covered | None:
    corpus = snapshot(request).graph.corpus
    text = texts(request).by_source.get(source)
    without = corpus.gaps.get(source, ())
    if text is None:
        return Covered(None, None, without) if without else None
    rows = coverage(corpus, source, text)
    return Covered(sum(bool(r.claim_ids) for r in rows), len(rows), without)
