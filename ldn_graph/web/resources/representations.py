"""The forms in which a thing is described, and what a page tells programs about them.

Signposting (signposting.org, FAIR profile): `cite-as` names the thing for ever, `describedby` its
descriptions, `type`, `license`, `author`, `collection` what they say; a description points back
with `describes`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from markupsafe import Markup

from ldn_graph.exchange.graph_files import FORMATS, serialise
from ldn_graph.graph import EvidenceGraph
from ldn_graph.rdf import Names
from ldn_graph.rdf.iris import outside, web
from ldn_graph.records.model import Claim, Source
from ldn_graph.records.vocabularies import Action, AgentKind, Match
from ldn_graph.verbalise import reading
from ldn_graph.web.http.negotiation import best


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


_SCHEMA = "https://schema.org/"
_SOURCE_TYPES = {
    "article-journal": "ScholarlyArticle",
    "review": "ScholarlyArticle",
    "post-weblog": "BlogPosting",
    "dataset": "Dataset",
    "regulation": "Legislation",
    "webpage": "WebPage",
    "book": "Book",
    "document": "CreativeWork",
}
_AGENTS = {
    AgentKind.PERSON: "Person",
    AgentKind.GROUP: "Organization",
    AgentKind.SOFTWARE: "SoftwareApplication",
}
_TYPE_OF = {"claim": "Claim", "entity": "DefinedTerm", "np": "CreativeWork"}


def links(kind: str, name: str, form: Form, graph: EvidenceGraph, address: str) -> str:
    """The Link header of a thing's page or description; `address` is its path on this server."""
    names = Names(graph.corpus.description.base)
    iri = names.of(kind, name).value
    found: list[tuple[str, str, str]] = []
    if form is HTML:
        found += [("cite-as", iri, ""), ("type", _SCHEMA + "AboutPage", "")]
        found += [("type", _SCHEMA + _schema_type(kind, name, graph), "")]
        found += [("describedby", address + f.suffix, f.media_type) for f in RDF]
        found += [("author", iri_, "") for iri_ in _authors(kind, name, graph)]
        if kind == "claim" and graph.corpus.claims[name].current:
            np = address.rpartition("/claim/")[0] + f"/np/{name}.trig"
            found += [("item", np, FORMATS["trig"].media_type)]
    else:
        found += [("describes", iri, ""), ("describes", address + HTML.suffix, "text/html")]
    found += [("license", graph.corpus.description.license, "")]
    found += [("collection", names.dataset.value, "")]
    return ", ".join(
        f'<{_ascii(to)}>; rel="{rel}"' + (f'; type="{type_}"' if type_ else "")
        for rel, to, type_ in found
    )


def head(kind: str, name: str, graph: EvidenceGraph, address: str) -> Markup:
    """What stands in the head of a thing's page: its other forms, and schema.org as data."""
    forms = Markup("\n").join(
        Markup('<link rel="alternate" type="{}" href="{}">').format(
            f.media_type, address + f.suffix
        )
        for f in RDF
    )
    data = schema_org(kind, name, graph)
    return Markup('{}\n<script type="application/ld+json">{}</script>').format(forms, _data(data))


def schema_org(kind: str, name: str, graph: EvidenceGraph) -> dict[str, Any]:
    """A thing in the words of schema.org; what is not known is left out."""
    names = Names(graph.corpus.description.base)
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@id": names.of(kind, name).value,
        "@type": _schema_type(kind, name, graph),
        "identifier": name,
    }
    if kind in _SAYS:
        described |= _SAYS[kind](name, graph, names)
    if kind not in ("source", "agent"):
        described["license"] = graph.corpus.description.license
        described["isPartOf"] = {"@type": "Dataset", "@id": names.dataset.value,
                                 "name": graph.corpus.description.title}  # fmt: skip
    return {key: value for key, value in described.items() if value not in (None, [], "")}


def _claim(name: str, graph: EvidenceGraph, names: Names) -> dict[str, Any]:
    """A claim, with the sources that it appears in; never as a fact that is reviewed."""
    claim, corpus = graph.corpus.claims[name], graph.corpus
    about = [corpus.entities[i] for i in dict.fromkeys((claim.subject, claim.object))]
    sources = [corpus.sources[i] for i in sorted({item.source for item in claim.evidence})]
    return {
        "name": reading(claim, corpus),
        "creativeWorkStatus": str(claim.status),
        "disambiguatingDescription": corpus.description.disclaimer,
        "about": [
            {"@type": "DefinedTerm", "@id": names.of("entity", e.id).value, "name": e.label}
            for e in about
        ],
        "appearance": [
            {"@type": _SOURCE_TYPES[s.type], "@id": names.of("source", s.id).value, "name": s.title}
            for s in sources
        ],
    }


def _entity(name: str, graph: EvidenceGraph, _: Names) -> dict[str, Any]:
    entity = graph.corpus.entities[name]
    exact = (m.curie for m in entity.mappings if m.match is Match.EXACT)
    return {
        "name": entity.label,
        "alternateName": list(entity.synonyms),
        "description": entity.definition,
        "sameAs": [outside(curie).value for curie in exact],
    }


def _source(name: str, graph: EvidenceGraph, _: Names) -> dict[str, Any]:
    source = graph.corpus.sources[name]
    return {
        "name": source.title,
        "author": [{"@type": "Person", "name": author.name} for author in source.author],
        "datePublished": source.issued if source.year else None,
        "isPartOf": {"@type": "Periodical", "name": source.container_title}
        if source.container_title
        else None,
        "license": source.license,
        "sameAs": _published(source),
    }


def _agent(name: str, graph: EvidenceGraph, names: Names) -> dict[str, Any]:
    agent = graph.corpus.agents[name]
    same = names.person(agent).value if agent.orcid else None
    return {"name": agent.name, "description": agent.note, "sameAs": same}


_SAYS = {"claim": _claim, "entity": _entity, "source": _source, "agent": _agent}


def _published(source: Source) -> list[str]:
    """Where a source is to be found, by its DOI and PubMed id."""
    known: Mapping[str, str | None] = {"doi": source.doi, "pubmed": source.pmid}
    return [outside(f"{prefix}:{value}").value for prefix, value in known.items() if value]


def _schema_type(kind: str, name: str, graph: EvidenceGraph) -> str:
    if kind == "source":
        return _SOURCE_TYPES[graph.corpus.sources[name].type]
    if kind == "agent":
        return _AGENTS[graph.corpus.agents[name].kind]
    return _TYPE_OF.get(kind, "CreativeWork")


def _authors(kind: str, name: str, graph: EvidenceGraph) -> list[str]:
    """Who made the record of a claim."""
    if kind not in ("claim", "np"):
        return []
    names = Names(graph.corpus.description.base)
    makers = _makers(graph.corpus.claims[name])
    return [names.person(graph.corpus.agents[maker]).value for maker in makers]


def _makers(claim: Claim) -> list[str]:
    made = [event.by for event in claim.history if event.action is Action.CREATE]
    return list(dict.fromkeys(made))


def _data(value: Mapping[str, Any]) -> Markup:
    """JSON that can't end the element that it stands in."""
    text = json.dumps(value, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - nothing in it can be markup any more


def _ascii(iri: str) -> str:
    """An IRI as a header can hold it."""
    term = web(iri)
    return "".join(c if 32 < ord(c) < 127 and c not in '<>"' else _percent(c) for c in term.value)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
