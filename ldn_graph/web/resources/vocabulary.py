"""`/vocab`, with every term at its fragment, and `/context.jsonld`: the files of `ontology/`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ldn_graph import files
from ldn_graph.errors import UnknownName
from ldn_graph.rdf.vocabulary import LDNV
from ldn_graph.records.namespaces import BASE, contract
from ldn_graph.web.explorer.page import render
from ldn_graph.web.resources.representations import FORMS, HTML, JSON, parted, written
from ldn_graph.web.resources.resources import description, negotiated, opened
from ldn_graph.web.state import settings

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
routes: list[BaseRoute] = [
    opened("/vocab", vocab, "vocab"),
    *(opened(f"/vocab{suffix}", vocab, f"vocab{suffix}") for suffix in _ENDINGS),
    opened("/vocab/{name}", vocab, "vocab-version"),
    opened("/context.jsonld", context, "context"),
]
