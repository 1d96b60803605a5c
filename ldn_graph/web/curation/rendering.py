"""How a page of the curation is rendered: over the workspace's state of this moment."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.graph import EvidenceGraph
from ldn_graph.reports.evidence import in_words
from ldn_graph.web.auth.guard import Person
from ldn_graph.web.explorer.page import render
from ldn_graph.web.explorer.template_context import Shown
from ldn_graph.workspace.corpus_files import State


def graph_of(state: State) -> EvidenceGraph:
    """A state as the graph that it is: what visitors see a moment later."""
    return EvidenceGraph(state.corpus, state.places, state.rule, Path(state.folder))


def sheet(
    request: Request, template: str, person: Person, state: State, **context: Any
) -> Response:
    """A page for `person`; nobody keeps a copy of it."""
    answer = render(
        request,
        template,
        person=person,
        show=Shown(graph_of(state)),
        words=in_words,
        **context,
    )
    answer.headers["cache-control"] = "no-store"
    return answer
