"""The documents for curators, as pages: how a claim gets in, and what is one."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph import files
from ldn_graph.errors import UnknownName
from ldn_graph.web.auth.guard import signed_in
from ldn_graph.web.curation.rendering import sheet
from ldn_graph.web.curation.workspace_access import office
from ldn_graph.web.explorer.page import address

#: Page → its document, and what a link to it says.
PAGES = {
    "guidelines": ("guidelines.md", "What is a claim, and how sure"),
    "curation": ("curation.md", "How it gets in, and who decides"),
}
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)\s]+)\)")


async def guide(request: Request) -> Response:
    """A document; the guidelines where none is named. Raises UnknownName."""
    person = await signed_in(request)
    name = request.path_params.get("name", "guidelines")
    if name not in PAGES:
        raise UnknownName.among("guide", name, PAGES)
    state = await office(request).ask(lambda w: w.state)
    shown = _guide(name, address(request, "/curate/guide"))
    return sheet(request, "curate/guide.html", person, state, guide=shown, name=name, pages=PAGES)


@cache
def _guide(name: str, place: str) -> Markup:
    """The document; a link to another one leads to its page below `place`, or is only its words."""
    text = (files.root() / "docs" / PAGES[name][0]).read_text(encoding="utf-8")
    pages = {document: f"{place}/{page}" for page, (document, _) in PAGES.items()}

    def there(link: re.Match[str]) -> str:
        found = pages.get(link[2])
        return f"[{link[1]}]({found})" if found else link[1]

    # the file is the project's own, and its HTML would be shown as text
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(_LINK.sub(there, text))
    made = made.replace("<pre>", '<pre tabindex="0">')  # by keyboard too, where it scrolls
    return Markup(made)  # noqa: S704 (no visitor's words are in it)
