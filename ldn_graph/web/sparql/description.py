"""What is served, in RDF: service description, VoID, DCAT, and the canned queries."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, VOID, XSD

from ldn_graph.queries import CannedQuery
from ldn_graph.rdf.names import Names, iri, number, web
from ldn_graph.records.model import Description
from ldn_graph.web.engine.job import GRAPHS, RESULTS
from ldn_graph.web.sparql.media import GRAPH_TYPES

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
