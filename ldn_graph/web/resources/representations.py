"""The forms in which a thing is described, and which of them a client would rather have."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ldn_graph.exchange.rdf_files import serialise
from ldn_graph.rdf import Names
from ldn_graph.web.http.accept import best


@dataclass(frozen=True)
class Form:
    """A form of a description; `suffix` with its dot, `syntax` as `serialise` calls it."""

    suffix: str
    media_type: str
    syntax: str | None = None

    @property
    def sent_as(self) -> str:
        """The Content-Type."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


HTML = Form(".html", "text/html")
JSON = Form(".json", "application/json")
TURTLE = Form(".ttl", "text/turtle", "turtle")
#: Those that a machine reads, the preferred first.
RDF = (
    TURTLE,
    Form(".jsonld", "application/ld+json", "jsonld"),
    Form(".nt", "application/n-triples", "ntriples"),
    Form(".trig", "application/trig", "trig"),
    Form(".nq", "application/n-quads", "nquads"),
    Form(".rdf", "application/rdf+xml"),
)
FORMS = (HTML, *RDF, JSON)


def parted(name: str) -> tuple[str, Form | None]:
    """The name of a thing without its suffix, and the form that the suffix names.

    >>> parted("brain.ttl")[1].media_type, parted("10.1")[1]
    ('text/turtle', None)
    """
    form = next((f for f in FORMS if name.endswith(f.suffix)), None)
    return (name.removesuffix(form.suffix), form) if form else (name, None)


def chosen(accept: str, there: Sequence[Form]) -> Form | None:
    """The form of those `there` that an Accept header would rather have; None where it has none.

    Who takes anything gets a page; who names a syntax as gladly as a page gets the syntax.

    >>> chosen("text/html, text/turtle", FORMS).suffix, chosen("", FORMS).suffix
    ('.ttl', '.html')
    """
    by_type = {form.media_type: form for form in there}
    name, quality = best(by_type, accept)
    if not name:
        return None
    syntaxes = [t for t in by_type if t != HTML.media_type]
    syntax, gladly = best(syntaxes, accept, named=True)
    if by_type[name] is HTML and syntax and gladly >= quality:
        return by_type[syntax]
    return by_type[name]


def written(quads: Sequence[ox.Quad], form: Form, base: str) -> bytes:
    """Quads in a form of RDF; one without named graphs has all their statements in one."""
    if form.syntax in ("trig", "nquads", "jsonld"):
        return serialise(quads, form.syntax, base=base)
    flat = sorted({q.triple for q in quads}, key=lambda t: (str(t.subject)[:-1], str(t)))
    if form.syntax is None:
        return ox.serialize(flat, format=ox.RdfFormat.RDF_XML, prefixes=Names(base).prefixes) or b""
    return serialise([ox.Quad(*t) for t in flat], form.syntax, base=base)
