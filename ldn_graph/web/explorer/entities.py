"""The page of an entity: what it is, what is claimed of it, and what studies found."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.errors import UnknownName
from ldn_graph.grading.body import effect_in_words
from ldn_graph.grading.comparison import Question, proposition
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths.gaps import Gap
from ldn_graph.pictures import effects_plot
from ldn_graph.pictures.forest import forest
from ldn_graph.records.model import Claim, Entity
from ldn_graph.records.vocabularies import Kind, Predicate
from ldn_graph.reports.evidence import cited_as
from ldn_graph.reports.findings_table import anchor
from ldn_graph.reports.gaps import HEADINGS
from ldn_graph.reports.paths import chain
from ldn_graph.reports.safety import Caution, Section
from ldn_graph.web.explorer import pictures
from ldn_graph.web.explorer.caches import kept
from ldn_graph.web.explorer.neighbourhood import PATHS, round_entity, studied, to_and_from
from ldn_graph.web.explorer.page_queries import behind_entity
from ldn_graph.web.explorer.template_context import page
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
