"""The page of an agent: who curates, and what they did."""

from collections import Counter
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.errors import UnknownName
from ldn_graph.records.model import Claim, CurationEvent
from ldn_graph.web.explorer.page_queries import behind_agent
from ldn_graph.web.explorer.template_context import page
from ldn_graph.web.state import snapshot

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
