"""The guidelines of curation, as a page."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph import files
from ldn_graph.web.curate.office import office
from ldn_graph.web.curate.shown import sheet
from ldn_graph.web.people.guard import signed_in


async def guide(request: Request) -> Response:
    """How to read a text for claims, with worked examples."""
    person = await signed_in(request)
    state = await office(request).ask(lambda w: w.state)
    return sheet(request, "curate/guide.html", person, state, guide=_guide())


@cache
def _guide() -> Markup:
    text = (files.root() / "docs" / "guidelines.md").read_text(encoding="utf-8")
    # the file is the project's own, and its HTML would be shown as text
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return Markup(made)  # noqa: S704 (no visitor's words are in it)
