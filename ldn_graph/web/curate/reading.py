"""Reading a text for claims: what is known in it is marked, and any passage can become a claim."""

from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.errors import MissingExtra, UnknownName
from ldn_graph.model import Corpus
from ldn_graph.web.curate.annotate import annotated
from ldn_graph.web.curate.held import texts_of
from ldn_graph.web.curate.office import office
from ldn_graph.web.curate.shown import sheet
from ldn_graph.web.people.guard import signed_in


async def held(request: Request) -> Response:
    """The texts that can be read here, and the sources whose text is not held."""
    person = await signed_in(request)
    state = await office(request).ask(lambda w: w.state)
    found = await texts_of(request, state)
    sources = sorted(state.corpus.sources.values(), key=lambda s: s.title)
    return sheet(
        request,
        "curate/texts.html",
        person,
        state,
        held=[s for s in sources if s.id in found.by_source],
        others=[s for s in sources if s.id not in found.by_source],
    )


async def read(request: Request) -> Response:
    """A source's text with what is known in it. Raises UnknownName."""
    person = await signed_in(request)
    name = request.path_params["id"]
    state = await office(request).ask(lambda w: w.state)
    found = await texts_of(request, state)
    if name not in found.by_source:
        raise UnknownName.among("text", name, found.by_source)
    text = found.by_source[name]
    lines = await run_in_threadpool(annotated, text, name, state.corpus, state.rule)
    suggestions: list[tuple[Any, str]] = []
    problem = ""
    if "suggest" in request.query_params:
        try:
            suggestions = await run_in_threadpool(_suggested, text, name, state.corpus)
        except MissingExtra as error:
            problem = str(error)
    return sheet(
        request,
        "curate/read.html",
        person,
        state,
        source=state.corpus.sources[name],
        lines=lines,
        suggestions=suggestions,
        asked="suggest" in request.query_params,
        problem=problem,
    )


def _suggested(text: str, source: str, corpus: Corpus) -> list[tuple[Any, str]]:
    """Suggestions that nobody has claimed yet, each with the query of its form."""
    # imported here: the rules need the extra `suggest`
    from ldn_graph.suggest import suggest

    found = suggest(text, corpus, source=source)
    return [
        (
            s,
            urlencode(
                {
                    "source": source,
                    "start": s.quote.start,
                    "end": s.quote.end,
                    "subject": s.subject.label,
                    "predicate": str(s.predicate),
                    "object": s.object.label,
                }
            ),
        )
        for s in found
        if s.known is None
    ]
