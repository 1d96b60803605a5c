"""How a page is made: templates, the addresses in them, conditional requests."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ldn_graph import __version__
from ldn_graph.web import assets
from ldn_graph.web.http.etag import conditional, etag
from ldn_graph.web.state import settings, snapshot

WEB = Path(__file__).parent.parent
#: The places that every page links to, in the order of the menu.
PLACES = (
    ("/", "Start"),
    ("/map", "Evidence"),
    ("/graph", "Graph"),
    ("/query", "Query"),
    ("/lessons", "Lessons"),
    ("/about", "About"),
)
#: The pages of evidence, which share a place in the menu: the first stands there.
EVIDENCE = (
    ("/map", "Map"),
    ("/compare", "Article and studies"),
    ("/gaps", "Gaps"),
    ("/glossary", "What the words mean"),
)


@cache
def environment() -> Environment:
    """The templates; what is put into them is escaped, and a name that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["places"] = PLACES
    made.globals["evidence_places"] = EVIDENCE
    made.globals["release"] = __version__
    return made


def address(request: Request, path: str) -> str:
    """A path of the site as a page must link to it: behind a proxy it has a prefix."""
    return settings(request).base_path + quote(path, safe="/?=&#:,;@!$'()*+~%")


def asset(request: Request, name: str) -> str:
    """The address of a static file; it changes with the file, so browsers keep it for ever."""
    return address(request, assets.place(name))


def needed(request: Request, module: str) -> list[str]:
    """The addresses of what a page's module imports, for the browser to ask for at once."""
    return [asset(request, name) for name in assets.needed(module)]


def _report(request: Request) -> str:
    """Where an error of a page is reported: at the address that the corpus names, else on the desk
    of the curators; nowhere if there is neither."""
    chosen, to = settings(request), snapshot(request).graph.corpus.description.report_errors_to
    here = request.url.path.removeprefix(chosen.base_path) or "/"
    base = chosen.then.now if chosen.then else chosen.base_path
    here = chosen.base_path.removeprefix(base) + here
    if to is not None:
        return f"{to}?subject={quote(f'Error on {here}')}" if to.startswith("mailto:") else to
    if not (chosen.curate or (chosen.then and chosen.then.curated)):
        return ""
    return f"{base}/report?page={quote(here)}"


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page of a template; answers 304 where the browser has it already.

    Templates get `url(path)`, `asset(name)`, `needed(module)`, `here` (the path), `corpus`,
    `version`, `linked` (what `web.resources` says of the page's thing to programs), `then` (the
    earlier state that is shown), `report` (where an error is reported; nothing where nobody looks).
    """
    shown = snapshot(request)
    text = (
        environment()
        .get_template(template)
        .render(
            url=lambda path: address(request, path),
            asset=lambda name: asset(request, name),
            needed=lambda module: needed(request, module),
            here=request.url.path.removeprefix(settings(request).base_path) or "/",
            corpus=shown.graph.corpus,
            version=shown.version,
            curating=settings(request).curate,
            report=_report(request),
            then=settings(request).then,
            linked=getattr(request.state, "linked", ""),
            **context,
        )
    )
    response = HTMLResponse(text, status_code=status)
    return response if status != 200 else conditional(request, etag(text), lambda: response)
