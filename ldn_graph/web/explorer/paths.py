"""The paths between two entities as the Graph page lists them."""

from typing import Any

from ldn_graph.errors import BadParameter
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths import search

#: More paths than this are an error that says what to narrow, never a silent cut.
MOST = 3000
LONGEST = 6


def ways(graph: EvidenceGraph, start: str, end: str, steps: int) -> dict[str, Any]:
    """Every path, strongest first, each with its place among the shortest.

    Raises UnknownName, BadParameter.
    """
    if not 1 <= steps <= LONGEST:
        raise BadParameter(f"steps is {steps}; give 1 to {LONGEST}")
    ends = graph.entity(start).id, graph.entity(end).id
    found = search.find_paths(graph.corpus, graph.strengths, *ends, max_steps=steps, limit=MOST)
    short = sorted(range(len(found)), key=lambda n: (len(found[n].steps), n))
    place = {n: at for at, n in enumerate(short)}
    return {
        "start": ends[0],
        "end": ends[1],
        "steps": steps,
        "paths": [_way(path, place[n], graph) for n, path in enumerate(found)],
    }


def _way(path: search.Path, among_shortest: int, graph: EvidenceGraph) -> dict[str, Any]:
    return {
        "id": path.id,
        "nodes": path.nodes,
        "claims": [step.claim.id for step in path.steps],
        "weakest": path.weakest.claim.id,
        "level": path.weakest.strength.level,
        "grade": path.weakest.strength.grade.words,
        "block": path.block,
        "explained": search.explain(path, graph.corpus),
        "shortest": among_shortest,
    }
