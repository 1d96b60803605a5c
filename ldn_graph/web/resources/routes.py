"""Where the data are: things, vocabulary, dumps, and what machines look for first."""

from html import escape

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from ldn_graph.records import lessons
from ldn_graph.web.assets import STATIC
from ldn_graph.web.explorer.lessons import folder_of
from ldn_graph.web.http.etag import conditional, etag
from ldn_graph.web.resources import dumps, resources, vocabulary
from ldn_graph.web.state import settings, snapshot

_PAGES = ("", "graph", "query", "lessons", "about", "compare", "gaps", "dataset", "vocab")


def robots(request: Request) -> Response:
    """Pages are for everybody; answers that are computed are not for crawlers."""
    site = _site(request)
    closed = ("api/", "sparql", "search", "update", "store", "metrics")
    lines = ["User-agent: *", *(f"Disallow: {settings(request).base_path}/{p}" for p in closed)]
    return _kept(request, "\n".join([*lines, f"Sitemap: {site}/sitemap.xml", ""]), "text/plain")


def sitemap(request: Request) -> Response:
    """Every page of a record, and the places of the menu."""
    site, graph = _site(request), snapshot(request).graph
    corpus = graph.corpus
    paths = [
        *_PAGES,
        *(f"lessons/{name}" for name in lessons.read(folder_of(graph), corpus)[0]),
        *(f"claim/{claim.id}" for claim in corpus.current()),
        *(f"entity/{name}" for name in sorted(corpus.entities)),
        *(f"source/{name}" for name in sorted(corpus.sources)),
    ]
    listed = "\n".join(f"<url><loc>{escape(f'{site}/{path}')}</loc></url>" for path in paths)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}\n</urlset>\n'
    )
    return _kept(request, text, "application/xml")


def opensearch(request: Request) -> Response:
    """How a browser searches here from its address bar."""
    site = escape(_site(request))
    title = escape(snapshot(request).graph.corpus.description.title)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>ldn-graph</ShortName>\n<Description>{title}</Description>\n"
        "<InputEncoding>UTF-8</InputEncoding>\n"
        f'<Url type="text/html" template="{site}/search?q={{searchTerms}}"/>\n'
        "</OpenSearchDescription>\n"
    )
    return _kept(request, text, "application/opensearchdescription+xml")


def favicon(request: Request) -> Response:
    """The icon where browsers look for it beside what is no page, such as JSON."""
    return FileResponse(STATIC / "icon.svg", headers={"cache-control": "public, max-age=86400"})


def _kept(request: Request, text: str, media_type: str) -> Response:
    """The text, or 304 where the client has it."""
    return conditional(request, etag(text), lambda: Response(text, media_type=media_type))


def _site(request: Request) -> str:
    """The address of the site as its visitors know it."""
    known = settings(request).public_url
    if known:
        return known.rstrip("/")
    return f"{request.url.scheme}://{request.url.netloc}{settings(request).base_path}"


routes: list[BaseRoute] = [
    *resources.routes,
    *vocabulary.routes,
    *dumps.routes,
    Route("/robots.txt", robots),
    Route("/sitemap.xml", sitemap),
    Route("/opensearch.xml", opensearch),
    Route("/favicon.ico", favicon),
]
