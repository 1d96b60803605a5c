"""What is served, in RDF: service description, VoID, DCAT, and the canned queries.

Made once for each version of the data, form and address.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

import pyoxigraph as ox
from cachetools import LRUCache
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, VOID, XSD

from ldn_graph.errors import UsageError
from ldn_graph.graph import EvidenceGraph
from ldn_graph.queries import CannedQuery
from ldn_graph.rdf.iris import Names, iri, number, web
from ldn_graph.records.model import Description
from ldn_graph.web.engine.answer import Answer
from ldn_graph.web.engine.engine import Engine
from ldn_graph.web.engine.job import GRAPHS, RESULTS, NotAcceptable
from ldn_graph.web.sparql import request
from ldn_graph.web.sparql.endpoint import graph_name
from ldn_graph.web.sparql.http_exchange import OPEN, Exchange
from ldn_graph.web.sparql.request import GRAPH_TYPES

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_SH = "http://www.w3.org/ns/shacl#"
_SCHEMA = "https://schema.org/"
_SIMPLE = "http://www.w3.org/ns/entailment/Simple"
#: What W3C calls the formats.
_FORMAT_NAMES = {
    **{"json": "SPARQL_Results_JSON", "xml": "SPARQL_Results_XML"},
    **{"csv": "SPARQL_Results_CSV", "tsv": "SPARQL_Results_TSV"},
    **{"turtle": "Turtle", "jsonld": "JSON-LD", "ntriples": "N-Triples", "trig": "TriG"},
    **{"nquads": "N-Quads", "rdfxml": "RDF_XML", "n3": "N3"},
}
_DUMPS = {".ttl": "text/turtle", ".trig": "application/trig", ".nq": "application/n-quads"} | {
    ".jsonld": "application/ld+json"
}
#: Named graphs are listed up to this many; more are only counted.
_MOST_GRAPHS = 1000

Triples = Iterator[ox.Triple]
Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Counted:
    """How much of what the data hold; `properties` and `classes` by IRI, in the default graph."""

    triples: int
    quads: int
    subjects: int
    objects: int
    properties: Mapping[str, int]
    classes: Mapping[str, int]
    graphs: tuple[str, ...]

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> "Counted":
        """Count once what the descriptions say."""
        properties: Counter[str] = Counter()
        classes: Counter[str] = Counter()
        subjects, objects, graphs, total = set(), set(), set(), 0
        type_ = iri(RDF.type)
        for quad in quads:
            total += 1
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                graphs.add(quad.graph_name.value)
                continue
            subjects.add(quad.subject)
            objects.add(quad.object)
            properties[quad.predicate.value] += 1
            if quad.predicate == type_ and isinstance(quad.object, ox.NamedNode):
                classes[quad.object.value] += 1
        return cls(
            *(sum(properties.values()), total, len(subjects), len(objects)),
            *(properties, classes, tuple(sorted(graphs))),
        )


def _about(node: ox.NamedNode | ox.BlankNode, *pairs: tuple[str, Term]) -> Triples:
    return (ox.Triple(node, iri(name), term) for name, term in pairs)


def service(site: str, counted: Counted, *, federated: bool) -> Triples:
    """The service description of the endpoint of `site`, an address without a slash at its end."""
    node = ox.NamedNode(f"{site}/sparql")
    dataset, default = ox.BlankNode("dataset"), ox.BlankNode("default")
    sd = _SD
    yield from _about(
        node,
        (RDF.type, ox.NamedNode(sd + "Service")),
        (sd + "endpoint", node),
        (sd + "supportedLanguage", ox.NamedNode(sd + "SPARQL11Query")),
        (sd + "defaultEntailmentRegime", ox.NamedNode(_SIMPLE)),
        (sd + "defaultDataset", dataset),
    )
    if federated:
        feature = ox.NamedNode(sd + "BasicFederatedQuery")
        yield from _about(node, (sd + "feature", feature))
    for name in (*RESULTS, *GRAPHS):
        yield from _about(node, (sd + "resultFormat", ox.NamedNode(_FORMATS + _FORMAT_NAMES[name])))
    yield from _about(
        dataset,
        (RDF.type, ox.NamedNode(sd + "Dataset")),
        (DCTERMS.source, ox.NamedNode(f"{site}/.well-known/void")),
        (sd + "defaultGraph", default),
    )
    yield from _about(
        default, (RDF.type, ox.NamedNode(sd + "Graph")), (VOID.triples, number(counted.triples))
    )
    if len(counted.graphs) <= _MOST_GRAPHS:
        for position, name in enumerate(counted.graphs):
            entry = ox.BlankNode(f"g{position}")
            yield from _about(dataset, (sd + "namedGraph", entry))
            yield from _about(
                entry,
                (RDF.type, ox.NamedNode(sd + "NamedGraph")),
                (sd + "name", ox.NamedNode(name)),
            )


def dataset(site: str, about: Description, counted: Counted) -> Triples:
    """The dataset in VoID and DCAT; both are about the same thing."""
    node = Names(about.base).dataset
    endpoint = ox.NamedNode(f"{site}/sparql")
    yield from _about(
        node,
        (RDF.type, iri(VOID.Dataset)),
        (RDF.type, iri(DCAT.Dataset)),
        (DCTERMS.title, ox.Literal(about.title, language="en")),
        (DCTERMS.description, ox.Literal(about.description, language="en")),
        (DCTERMS.license, web(about.license)),
        (DCTERMS.rights, ox.Literal(about.disclaimer, language="en")),
        (str(DCAT) + "version", ox.Literal(about.version)),
        (FOAF.homepage, ox.NamedNode(f"{site}/")),
        (DCAT.landingPage, ox.NamedNode(f"{site}/")),
        (VOID.sparqlEndpoint, endpoint),
        (VOID.uriSpace, ox.Literal(about.base)),
        (VOID.vocabulary, ox.NamedNode(f"{about.base}vocab")),
        (VOID.triples, number(counted.triples)),
        (VOID.distinctSubjects, number(counted.subjects)),
        (VOID.distinctObjects, number(counted.objects)),
        (VOID.properties, number(len(counted.properties))),
        (VOID.classes, number(len(counted.classes))),
    )
    yield from _partitions(node, counted)
    yield from _distributions(node, site)
    service_ = ox.NamedNode(f"{site}/sparql#service")
    yield from _about(
        service_,
        (RDF.type, iri(DCAT.DataService)),
        (DCTERMS.title, ox.Literal("SPARQL endpoint", language="en")),
        (DCAT.endpointURL, endpoint),
        (DCAT.endpointDescription, endpoint),
        (DCAT.servesDataset, node),
    )


def _partitions(node: ox.NamedNode, counted: Counted) -> Triples:
    for position, (name, count) in enumerate(sorted(counted.classes.items())):
        part = ox.BlankNode(f"class{position}")
        yield from _about(node, (VOID.classPartition, part))
        yield from _about(part, (VOID["class"], ox.NamedNode(name)), (VOID.entities, number(count)))
    for position, (name, count) in enumerate(sorted(counted.properties.items())):
        part = ox.BlankNode(f"property{position}")
        yield from _about(node, (VOID.propertyPartition, part))
        yield from _about(part, (VOID.property, ox.NamedNode(name)), (VOID.triples, number(count)))


def _distributions(node: ox.NamedNode, site: str) -> Triples:
    for suffix, media_type in _DUMPS.items():
        file = ox.NamedNode(f"{site}/dataset{suffix}")
        yield from _about(node, (DCAT.distribution, file), (VOID.dataDump, file))
        yield from _about(
            file,
            (RDF.type, iri(DCAT.Distribution)),
            (DCAT.downloadURL, file),
            (DCAT.mediaType, _media_type(media_type)),
        )


def _media_type(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://www.iana.org/assignments/media-types/{name}")


def examples(site: str, canned: Iterable[CannedQuery], prefixes: Mapping[str, str]) -> Triples:
    """The canned queries as SPARQL that runs on the endpoint."""
    home = f"{site}/.well-known/sparql-examples"
    declared = ox.NamedNode(f"{home}#prefixes")
    for prefix, namespace in sorted(prefixes.items()):
        entry = ox.BlankNode(f"prefix-{prefix}")
        yield from _about(declared, (_SH + "declare", entry))
        yield from _about(
            entry,
            (_SH + "prefix", ox.Literal(prefix)),
            (_SH + "namespace", ox.Literal(namespace, datatype=iri(XSD.anyURI))),
        )
    for query in canned:
        node = ox.NamedNode(f"{home}#{query.name}")
        yield from _about(
            node,
            (RDF.type, ox.NamedNode(_SH + "SPARQLExecutable")),
            (RDF.type, ox.NamedNode(_SH + "SPARQLSelectExecutable")),
            (RDFS.label, ox.Literal(query.name)),
            (RDFS.comment, ox.Literal(query.summary, language="en")),
            (DCTERMS.description, ox.Literal(query.description, language="en")),
            (_SH + "prefixes", declared),
            (_SH + "select", ox.Literal(_without_header(query.text))),
            (_SCHEMA + "target", ox.NamedNode(f"{site}/sparql")),
            *((_SCHEMA + "keywords", ox.Literal(tag)) for tag in query.tags),
        )


def _without_header(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith("#+")).strip() + "\n"


def written(triples: Iterable[ox.Triple], media_type: str, prefixes: Mapping[str, str]) -> bytes:
    """Triples in a format of `GRAPH_TYPES`."""
    format_ = GRAPHS[GRAPH_TYPES[media_type]]
    takes_prefixes = GRAPH_TYPES[media_type] in ("turtle", "trig", "n3", "rdfxml")
    found = ox.serialize(
        triples, format=format_, prefixes=dict(prefixes) if takes_prefixes else None
    )
    return found or b""


#: Made descriptions that are kept: clients may write any Host.
_KEPT = 64

Make = Callable[[str], Iterable[ox.Triple]]


class Served(Protocol):
    """The data that are served: `graph`, and the `version` of them."""

    @property
    def graph(self) -> EvidenceGraph: ...
    @property
    def version(self) -> str: ...


class Descriptions:
    """Describes what `current` gives; `public` is the site's address where a proxy hides it."""

    def __init__(
        self,
        engine: Engine,
        current: Callable[[], Served],
        *,
        public: str | None = None,
        base_path: str = "",
    ) -> None:
        self.engine, self._current = engine, current
        self._public, self._base_path = public, base_path
        self._kept: LRUCache[tuple[str, ...], bytes] = LRUCache(_KEPT)
        self._counted: tuple[str, Counted] | None = None

    def site(self, http: Exchange) -> str:
        """The site's address without a slash at its end."""
        return (self._public or http.origin + self._base_path).rstrip("/")

    def page_wanted(self, http: Exchange) -> bool:
        """Whether a person asks with a browser."""
        encoded = http.scope["query_string"]
        named = b"format=" in encoded or b"output=" in encoded
        return request.wanted_media(http.accept).page and not named

    async def to_page(self, http: Exchange, path: str) -> None:
        """Send a person to a page of the site."""
        where = f"{self._base_path}{path}".encode("latin-1")
        await http.reply(303, [*OPEN, (b"location", where), (b"cache-control", b"no-cache")])

    async def service(self, http: Exchange) -> None:
        """The service description, or the query page."""
        if self.page_wanted(http):
            await self.to_page(http, "/query")
            return
        federated = bool(self.engine.limits.services)
        counted = await self._count()
        await self._send(http, "service", lambda s: service(s, counted, federated=federated))

    async def dataset(self, http: Exchange) -> None:
        """VoID and DCAT."""
        about = self._current().graph.corpus.description
        counted = await self._count()
        await self._send(http, "dataset", lambda s: dataset(s, about, counted))

    async def examples(self, http: Exchange) -> None:
        """The canned queries."""
        graph = self._current().graph
        prefixes = Names(graph.corpus.description.base).prefixes
        await self._send(http, "examples", lambda s: examples(s, graph.canned.values(), prefixes))

    async def graph(self, http: Exchange) -> None:
        """A whole graph of the store. Raises UsageError, NoGraph, NotAcceptable."""
        name = graph_name(http)
        if name is None:
            raise UsageError("name a graph: ?graph=IRI, or ?default for the default graph")
        wanted = request.wanted_media(http.accept)
        if not wanted.graph:
            raise _unacceptable()
        digest = blake2b(f"{name}\n{wanted.graph}".encode(), digest_size=12).hexdigest()
        tag = f"{self.engine.version}-{digest}"
        if http.matches(tag):
            await http.unchanged(tag)
            return
        found = await self.engine.graph(name or None, wanted.graph, client=http.client)
        await http.answer(found, wanted.graph_type, f"{found.version}-{digest}")

    async def _count(self) -> Counted:
        current = self._current()
        if self._counted is None or self._counted[0] != current.version:
            counted = await asyncio.to_thread(Counted.of, current.graph.quads)
            self._counted = current.version, counted
        return self._counted[1]

    async def _send(self, http: Exchange, what: str, make: Make) -> None:
        wanted = request.wanted_media(http.accept)
        if not wanted.graph:
            raise _unacceptable()
        site, version = self.site(http), self._current().version
        kind = wanted.graph_type.partition(";")[0]
        key = (what, site, version, kind)
        digest = blake2b(repr(key).encode(), digest_size=12).hexdigest()
        tag = f"{version}-{digest}"
        if http.matches(tag):
            await http.unchanged(tag)
            return
        text = self._kept.get(key)
        if text is None:
            prefixes: Mapping[str, str] = _PREFIXES
            text = await asyncio.to_thread(lambda: written(make(site), kind, prefixes))
            self._kept[key] = text
        made = Answer(text, None, graph=True, volatile=False, version=version)
        await http.answer(made, wanted.graph_type, tag)


_PREFIXES = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "formats": "http://www.w3.org/ns/formats/",
    "sh": "http://www.w3.org/ns/shacl#",
    "schema": "https://schema.org/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _unacceptable() -> NotAcceptable:
    types = ", ".join(request.OFFICIAL_GRAPHS.values())
    return NotAcceptable(f"this is a graph; accept one of {types}")
