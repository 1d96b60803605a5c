"""Where the data are: things, `/vocab`, `/context.jsonld`, `/dataset.ttl` and its like, robots.txt.

A file is kept as it is and compressed, each with a strong ETag, so that a broken download goes on
where it stopped (Range, If-Range).
"""

import gzip
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import pyoxigraph as ox
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from ldn_graph import files
from ldn_graph.errors import UnknownName
from ldn_graph.exchange.graph_files import FORMATS, serialise
from ldn_graph.rdf import Names
from ldn_graph.rdf.iris import LDNV
from ldn_graph.records import lessons
from ldn_graph.records.identifiers import BASE, contract
from ldn_graph.web.assets import STATIC
from ldn_graph.web.bounded_work import SLOW
from ldn_graph.web.explorer.lessons import folder_of
from ldn_graph.web.explorer.page import render
from ldn_graph.web.http.etag import conditional, etag, has, has_any, not_modified
from ldn_graph.web.http.negotiation import takes_gzip
from ldn_graph.web.resources import resources
from ldn_graph.web.resources.representations import FORMS, HTML, JSON, parted, written
from ldn_graph.web.resources.resources import description, negotiated, opened
from ldn_graph.web.state import Snapshot, settings, snapshot

_FORMS = tuple(form for form in FORMS if form is not JSON)
_START = str(LDNV._NS)
_TYPES = {
    str(OWL.Class): "Class",
    str(OWL.ObjectProperty): "Property",
    str(OWL.DatatypeProperty): "Property of text and numbers",
    str(OWL.AnnotationProperty): "Property for notes",
    str(RDF.Property): "Property",
    str(SKOS.ConceptScheme): "Scheme",
    str(SKOS.Concept): "Concept",
}
_SHOWN = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
          RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, SKOS.inScheme)  # fmt: skip


@dataclass(frozen=True)
class Term:
    """A term of the vocabulary; `links` are its properties with (text, address)."""

    id: str
    label: str
    type: str
    definition: str
    examples: tuple[str, ...]
    links: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@cache
def ontology() -> tuple[ox.Quad, ...]:
    """The statements of the vocabulary, in the order of their subjects."""
    text = (files.root() / "ontology" / "ldn.ttl").read_bytes()
    found = set(ox.parse(text, format=ox.RdfFormat.TURTLE))
    return tuple(sorted(found, key=lambda q: (str(q.subject), str(q.predicate), str(q.object))))


@cache
def terms() -> tuple[Term, ...]:
    """The vocabulary's own terms, by type and name."""
    about: dict[str, dict[str, list[str]]] = {}
    for quad in ontology():
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(_START):
            own = about.setdefault(quad.subject.value, {})
            own.setdefault(quad.predicate.value, []).append(_text(quad.object))
    found = (_term(iri, own) for iri, own in about.items())
    order = list(dict.fromkeys(_TYPES.values()))
    return tuple(sorted(found, key=lambda t: (_place(t.type, order), t.id)))


def vocab(request: Request) -> Response:
    """The vocabulary: a page, or RDF."""
    last = request.url.path.rpartition("/")[2]
    name, form = parted(last)
    version = next(_values(OWL.versionIRI), "").removeprefix(BASE)
    if name not in ("vocab", version.removeprefix("vocab/")):
        raise UnknownName(f"unknown version {name!r} of the vocabulary; there is {version}")
    form = form or negotiated(request, _FORMS)
    base = settings(request).base_path
    headers = {
        "vary": "Accept",
        "content-location": f"{base}/vocab{form.suffix}",
        "link": f'<{_START.removesuffix("#")}>; rel="{"cite-as" if form is HTML else "describes"}"',
    }
    if form is HTML:
        page = render(request, "vocabulary.html", terms=terms(), types=_by_type())
        page.headers.update(headers)
        return page
    return description(request, form, headers, lambda: written(ontology(), form, BASE))


def context(request: Request) -> Response:
    """The JSON-LD context that every JSON-LD file has in it."""
    path = files.root() / "ontology" / "context.jsonld"
    return description(
        request, next(f for f in FORMS if f.suffix == ".jsonld"), {}, path.read_bytes
    )


def _by_type() -> tuple[tuple[str, int], ...]:
    counted: dict[str, int] = {}
    for term in terms():
        counted[term.type] = counted.get(term.type, 0) + 1
    return tuple(counted.items())


def _term(iri: str, own: dict[str, list[str]]) -> Term:
    types = [_TYPES[t] for t in own.get(str(RDF.type), []) if t in _TYPES]
    definition = own.get(str(SKOS.definition)) or own.get(str(RDFS.comment)) or [""]
    label = own.get(str(RDFS.label)) or own.get(str(SKOS.prefLabel)) or [iri.removeprefix(_START)]
    links = (
        (contract(str(p)), tuple((contract(v), v) for v in sorted(own[str(p)]) if _is_web(v)))
        for p in _SHOWN
        if str(p) in own
    )
    return Term(
        iri.removeprefix(_START),
        label[0],
        types[0] if types else "Relation" if "reads" in "".join(own) else "Term",
        definition[0],
        tuple(own.get(str(SKOS.example), [])),
        tuple(
            (name, tuple(v for v in values if v[1].startswith("http"))) for name, values in links
        ),
    )


def _is_web(iri: str) -> bool:
    return iri.startswith(("http://", "https://"))


def _place(type_: str, order: list[str]) -> int:
    return order.index(type_) if type_ in order else len(order)


def _values(predicate: object) -> Iterator[str]:
    return (_text(q.object) for q in ontology() if q.predicate.value == str(predicate))


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


_ENDINGS = [form.suffix for form in _FORMS]
vocabulary_routes: list[BaseRoute] = [
    opened("/vocab", vocab, "vocab"),
    *(opened(f"/vocab{suffix}", vocab, f"vocab{suffix}") for suffix in _ENDINGS),
    opened("/vocab/{name}", vocab, "vocab-version"),
    opened("/context.jsonld", context, "context"),
]


_BY_SUFFIX = {form.extension: (name, form.media_type) for name, form in FORMATS.items()}


class Dumps:
    """The files of the current version, in a folder that goes with the process."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._version = ""
        self._lock = threading.Lock()

    def file(self, here: Snapshot, suffix: str) -> Path:
        """The dump with a suffix; its neighbour ends in `.gz`."""
        with self._lock:
            if self._folder is None or self._version != here.version:
                self._folder = tempfile.TemporaryDirectory(prefix="ldn-graph-")
                self._version = here.version
            path = Path(self._folder.name) / f"dataset{suffix}"
            if not path.is_file():
                _write(path, here, suffix)
            return path


DUMPS = Dumps()


def dump(request: Request) -> Response:
    """Everything, in the syntax that the suffix names. Raises UnknownName."""
    suffix = "." + request.path_params["suffix"]
    if suffix not in _BY_SUFFIX:
        there = ", ".join(f"/dataset{known}" for known in _BY_SUFFIX)
        raise UnknownName(f"/dataset{suffix}: no such file; there are {there}")
    here = snapshot(request)
    zipped = takes_gzip(",".join(request.headers.getlist("accept-encoding")))
    name = f"{here.version}-{suffix[1:]}"
    tag = f'"{name}{"-gzip" if zipped else ""}"'
    whole = Names(here.graph.corpus.description.base).dataset.value
    license_ = here.graph.corpus.description.license
    headers = {
        "etag": tag,
        "cache-control": "no-cache",
        "vary": "Accept-Encoding",
        "link": f'<{whole}>; rel="describes", <{settings(request).base_path}/dataset>; '
        f'rel="describedby", <{license_}>; rel="license"',
    }
    if has(request.headers, tag) or has_any(request.headers):
        return not_modified(tag, headers.items())
    path = SLOW.run(lambda: DUMPS.file(here, suffix))
    if zipped:
        path, headers["content-encoding"] = path.with_name(path.name + ".gz"), "gzip"
    media_type = _BY_SUFFIX[suffix][1]
    sent_as = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    response = FileResponse(path, media_type=sent_as, headers=headers)
    # a file's own time is that of this process; the tag says more
    del response.headers["last-modified"]
    return response


def _write(path: Path, here: Snapshot, suffix: str) -> None:
    text = serialise(
        here.graph.quads, _BY_SUFFIX[suffix][0], base=here.graph.corpus.description.base
    )
    # the compressed one first: the other's being there says that both are
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(text, 6, mtime=0))
    path.write_bytes(text)


def dataset_page(request: Request) -> Response:
    """The page of the whole; programs get its description from the endpoint."""
    here = snapshot(request)
    about, base = here.graph.corpus.description, settings(request).base_path
    iri = Names(about.base).dataset.value
    files = [(suffix, media_type) for suffix, (_, media_type) in _BY_SUFFIX.items()]
    items = (f'<{base}/dataset{s}>; rel="item"; type="{t}"' for s, t in files)
    page = render(request, "dataset.html", about=about, iri=iri, files=files, graph=here.graph)
    page.headers["vary"] = "Accept"
    page.headers["link"] = ", ".join(
        (
            f'<{iri}>; rel="cite-as"',
            '<https://schema.org/Dataset>; rel="type"',
            '<https://schema.org/AboutPage>; rel="type"',
            f'<{base}/.well-known/void>; rel="describedby"; type="text/turtle"',
            f'<{about.license}>; rel="license"',
            *items,
        )
    )
    return page


dump_routes: list[BaseRoute] = [
    opened("/dataset.{suffix}", dump, "dump"),
    opened("/dataset", dataset_page, "dataset"),
]


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
    *vocabulary_routes,
    *dump_routes,
    Route("/robots.txt", robots),
    Route("/sitemap.xml", sitemap),
    Route("/opensearch.xml", opensearch),
    Route("/favicon.ico", favicon),
]
