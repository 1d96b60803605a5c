"""The pages of an entity, of an agent and of a source."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.errors import UnknownName
from ldn_graph.exchange import citations
from ldn_graph.grading.body import effect_in_words
from ldn_graph.grading.comparison import Question, proposition
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths.gaps import Gap
from ldn_graph.pictures import effects_plot
from ldn_graph.pictures.forest import forest
from ldn_graph.records.model import Claim, CurationEvent, Entity, EvidenceItem, SentenceWithoutClaim
from ldn_graph.records.vocabularies import Kind, Predicate
from ldn_graph.reports.evidence import cited_as
from ldn_graph.reports.findings_table import anchor
from ldn_graph.reports.paths import HEADINGS, chain
from ldn_graph.reports.safety import Caution, Section
from ldn_graph.validation.coverage import coverage
from ldn_graph.web.explorer import pictures
from ldn_graph.web.explorer.claims import behind_agent, behind_entity, behind_source, reference_file
from ldn_graph.web.explorer.page import kept, page, texts
from ldn_graph.web.explorer.pictures import PATHS, round_entity, studied, to_and_from
from ldn_graph.web.state import snapshot


@dataclass(frozen=True)
class Group:
    """Claims under a heading."""

    heading: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Missing:
    """A gap in words: in which list it is, what it is about, and why."""

    heading: str
    asks: str
    why: str
    claim: str


def entity_page(request: Request, id: str) -> Response:
    """The page of the entity `id`. Raises UnknownName."""
    graph = snapshot(request).graph
    if id not in graph.corpus.entities:
        raise UnknownName.among("entity", id, graph.corpus.entities)
    entity = graph.corpus.entities[id]
    asked = [q for q in studied(graph, id) if _asks(q)]
    drawn = forest(asked, graph.corpus, graph.rule, title=entity.label)
    paths = to_and_from(graph, id)
    near = round_entity(graph, id)
    found = graph.summary(id)
    return page(
        request,
        "entity.html",
        entity=entity,
        narrower=_narrower(graph, id),
        groups=_groups(graph, entity),
        cautions=_cautions(graph, entity),
        anchor=anchor,
        findings=[(b, effect_in_words(b)) for b in found],
        plots=effects_plot.svg(found, graph.corpus, cited_as),
        questions=[(q, proposition(q, graph.corpus)) for q in asked],
        studied=bool(drawn.marks),
        studied_size=pictures.size_of_studies(drawn),
        chains=[(p, chain(p, graph.corpus)) for p in paths[:PATHS]],
        number_of_chains=len(paths),
        missing=_missing(request, id),
        near=[graph.corpus.claims[i] for i in near.claims],
        left_out=near.left_out,
        size=pictures.size(request, pictures.entity, id),
        behind=behind_entity(graph, id),
    )


def _cautions(graph: EvidenceGraph, entity: Entity) -> list[tuple[Section, list[Caution]]]:
    """What is on record of a drug's safety at any dose, by section; of anything else nothing."""
    if entity.kind is not Kind.DRUG:
        return []
    found = graph.safety(entity.id)
    by = ((s, [c for c in found if c.section is s]) for s in Section)
    return [(section, cautions) for section, cautions in by if cautions]


def _asks(question: Question) -> bool:
    """Whether anybody looked: an article's words with no study beside them compare with nothing."""
    return bool(question.studies)


def _narrower(graph: EvidenceGraph, entity: str) -> list[Entity]:
    """What has it as its broader, by label."""
    found = [e for e in graph.corpus.entities.values() if entity in e.broader]
    return sorted(found, key=lambda e: (e.label, e.id))


def _groups(graph: EvidenceGraph, entity: Entity) -> list[Group]:
    """The claims by the part that the entity plays in them; not current ones in a group apart,
    without those that another one replaced, which is listed instead."""
    claims = graph.corpus.claims.values()
    current = [c for c in claims if c.current]
    name = entity.label
    groups = (
        (f"What {name} is said to do or to be", [c for c in current if c.subject == entity.id]),
        (
            f"What is said to act on {name} or be true of it",
            [c for c in current if c.object == entity.id],
        ),
        (
            f"What is said for people with {name}, or in it",
            [c for c in current if entity.id in _narrowed(c)],
        ),
        (
            "Not in force: drafts, submitted, rejected or retracted claims",
            [
                c
                for c in claims
                if not c.current
                and entity.id in (c.subject, c.object)
                and c.history[-1].replaced_by is None
            ],
        ),
    )
    return [Group(heading, _in_order(graph, found)) for heading, found in groups if found]


def _narrowed(claim: Claim) -> tuple[str | None, ...]:
    narrowed = claim.qualifiers
    if claim.subject == narrowed.condition or claim.object == narrowed.condition:
        return ()
    return narrowed.condition, narrowed.population, narrowed.location


def _in_order(graph: EvidenceGraph, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    def key(claim: Claim) -> tuple[object, ...]:
        kind_of = claim.predicate is Predicate.SUBCLASS_OF
        return kind_of, tuple(-n for n in graph.strengths[claim.id].rank), claim.id

    return tuple(sorted(claims, key=key))


def _missing(request: Request, entity: str) -> list[Missing]:
    graph = snapshot(request).graph
    gaps: tuple[Gap, ...] = kept(request, "gaps", lambda: tuple(graph.gaps()))
    found: dict[tuple[str, str], Missing] = {}
    for gap in gaps:
        touched = {gap.about, gap.question.subject, gap.question.object, gap.question.condition}
        if entity in touched and (gap.path is None or entity in gap.path.nodes):
            asks = proposition(gap.question, graph.corpus)
            heading = HEADINGS[gap.kind][0]
            found.setdefault((heading, asks), Missing(heading, asks, gap.why, gap.claims[0]))
    return list(found.values())


#: Events that a page lists; the query below it gives them all.
MOST = 200


@dataclass(frozen=True)
class Deed:
    """An event of a claim's history."""

    claim: Claim
    event: CurationEvent


def agent_page(request: Request, id: str) -> Response:
    """The page of the agent `id`. Raises UnknownName."""
    graph = snapshot(request).graph
    if id not in graph.corpus.agents:
        raise UnknownName.among("agent", id, graph.corpus.agents)
    deeds = [
        Deed(claim, event)
        for claim in graph.corpus.claims.values()
        for event in claim.history
        if event.by == id
    ]
    deeds.sort(key=lambda d: str(d.event.on), reverse=True)
    return page(
        request,
        "agent.html",
        agent=graph.corpus.agents[id],
        deeds=deeds[:MOST],
        number=len(deeds),
        claims=len({d.claim.id for d in deeds}),
        did=sorted(Counter(str(d.event.action) for d in deeds).items()),
        behind=behind_agent(graph, id),
    )


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
class QuotedSection:
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


def _sections(graph: EvidenceGraph, source: str) -> list[QuotedSection]:
    said = [
        Said(claim, item)
        for claim in graph.corpus.claims.values()
        for item in claim.evidence
        if item.source == source
    ]
    said.sort(key=_place)
    return [
        QuotedSection(heading, tuple(Passage(tuple(same)) for _, same in groupby(found, _words)))
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
