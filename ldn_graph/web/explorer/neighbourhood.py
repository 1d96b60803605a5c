"""What a page's picture shows: the claims round a claim or an entity, and the paths through it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ldn_graph.grading.comparison import Question, about
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths.search import Path
from ldn_graph.records.model import Claim
from ldn_graph.records.vocabularies import Column, Kind
from ldn_graph.reports.safety import SECTION_OF

#: Claims that a small picture holds before it can no longer be read.
MOST = 24
#: Claims in the picture of one claim.
CLOSE = 10
#: With fewer claims on its paths, a claim's picture shows other claims about its ends, too.
FEW = 4
#: Paths that a page lists.
PATHS = 6


@dataclass(frozen=True)
class Nearby:
    """`claims`: ids, the best supported first; `left_out`: how many the picture has no room for."""

    claims: tuple[str, ...]
    left_out: int


def through(graph: EvidenceGraph, claim: str) -> tuple[Path, ...]:
    """The paths that a claim is a step of, best first."""
    found = (p for p in graph.all_paths if any(s.claim.id == claim for s in p.steps))
    return tuple(sorted(found, key=lambda p: p.order))


def to_and_from(graph: EvidenceGraph, entity: str) -> tuple[Path, ...]:
    """The paths that begin or end at an entity, or else run through it, best first."""
    met = [p for p in graph.all_paths if entity in p.nodes]
    ends = [p for p in met if entity in (p.start, p.end)]
    return tuple(sorted(ends or met, key=lambda p: p.order))


def round_claim(graph: EvidenceGraph, claim: Claim) -> Nearby:
    """The claim with those on the paths through it; where those are few, also those that share
    its object, or its subject."""
    others: dict[str, None] = {}
    for path in through(graph, claim.id)[:PATHS]:
        others.update(dict.fromkeys(step.claim.id for step in path.steps))
    for end in (claim.object, claim.subject):
        if len(others) < FEW:
            beside = (c for c in graph.corpus.current() if end in (c.subject, c.object))
            others.update(dict.fromkeys(_ranked(graph, beside)))
    others.pop(claim.id, None)
    return _limited([claim.id, *others], most=CLOSE)


def round_entity(graph: EvidenceGraph, entity: str) -> Nearby:
    """The current claims about an entity, best supported first."""
    claims = [graph.corpus.claims[i] for i in graph.neighbourhood(entity)]
    return _limited(_ranked(graph, claims))


def whole(graph: EvidenceGraph) -> tuple[str, ...]:
    """Every current claim but those on practice: how it is given, by whom, with what."""
    kinds = graph.corpus.entities
    return tuple(
        c.id
        for c in graph.corpus.current()
        if Column.PRACTICE not in (kinds[c.subject].column, kinds[c.object].column)
    )


def _ranked(graph: EvidenceGraph, claims: Iterable[Claim]) -> list[str]:
    ordered = sorted(claims, key=lambda c: (tuple(-n for n in graph.strengths[c.id].rank), c.id))
    return [c.id for c in ordered]


def _limited(claims: list[str], *, most: int = MOST) -> Nearby:
    return Nearby(tuple(claims[:most]), max(0, len(claims) - most))


def studied(graph: EvidenceGraph, entity: str) -> tuple[Question, ...]:
    """The questions about an entity that its page sets beside studies: all, but of a drug not those
    of safety, which stand at the top of its page."""
    asked = tuple(about(entity, graph.corpus, graph.rule))
    if graph.corpus.entities[entity].kind is not Kind.DRUG:
        return asked
    return tuple(q for q in asked if q.claims[0].predicate not in SECTION_OF)
