"""Quads ⇄ RDF files, and GraphML for networkx, Gephi, yEd and Cytoscape: an edge a claim.

Same quads in the same order, same bytes. JSON-LD comes with its context in it: the project's
(`ontology/context.jsonld`) where there is one, so that no reader has to fetch anything.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import networkx as nx
import pyoxigraph as ox

from ldn_graph import files
from ldn_graph.errors import BadParameter, DataError, nearest
from ldn_graph.pictures.scene import Scene, xml_text
from ldn_graph.rdf import Names
from ldn_graph.rdf.iris import TYPE, XSD
from ldn_graph.records import identifiers


def graphml(scene: Scene) -> str:
    """`scene` as a GraphML document. Edge ids are claim ids; values are strings and numbers."""
    graph = nx.MultiDiGraph(title=xml_text(scene.title), disclaimer=xml_text(scene.disclaimer))
    for node in scene.nodes:
        graph.add_node(
            node.id,
            label=xml_text(node.label),
            kind=str(node.kind),
            column=str(node.column),
            definition=xml_text(node.definition or ""),
        )
    sources = {s.id: s.citation for s in scene.sources}
    for edge in scene.edges:
        values: dict[str, Any] = {
            "label": edge.verb,
            "reading": edge.reading,
            "grade": edge.level_name,
            "grade_step": edge.level,
            "certainty": str(edge.certainty),
            "wording": str(edge.wording),
            "agreement": str(edge.agreement),
            "status": edge.status,
            "sources": "; ".join(sources[i] for i in edge.sources),
            "quotes": " | ".join(
                "".join(part.text for part in item.quote) for item in edge.items if item.quote
            ),
        }
        clean = {k: xml_text(v) if isinstance(v, str) else v for k, v in values.items()}
        graph.add_edge(edge.start, edge.end, key=edge.id, **clean)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


#: JSON numbers are doubles for many readers; beyond this an integer stays a typed string.
_SAFE_INTEGER = 2**53


@dataclass(frozen=True)
class Format:
    """A syntax: `named_graphs`, whether it can hold them; `prefixes`, whether it shortens IRIs."""

    rdf: ox.RdfFormat
    extension: str
    media_type: str
    named_graphs: bool
    prefixes: bool = False


FORMATS: Mapping[str, Format] = {
    "trig": Format(ox.RdfFormat.TRIG, ".trig", "application/trig", True, True),
    "nquads": Format(ox.RdfFormat.N_QUADS, ".nq", "application/n-quads", True),
    "turtle": Format(ox.RdfFormat.TURTLE, ".ttl", "text/turtle", False, True),
    "ntriples": Format(ox.RdfFormat.N_TRIPLES, ".nt", "application/n-triples", False),
    "jsonld": Format(ox.RdfFormat.JSON_LD, ".jsonld", "application/ld+json", True),
}


def serialise(quads: Iterable[ox.Quad], format_: str, *, base: str = identifiers.BASE) -> bytes:
    """`quads` in their order, in one of `FORMATS`; the prefixes are those of a corpus at `base`.

    Turtle and N-Triples keep the default graph only. Raises BadParameter for an unknown format.
    """
    syntax = _format(format_)
    if not syntax.named_graphs:
        quads = (q for q in quads if isinstance(q.graph_name, ox.DefaultGraph))
    prefixes = Names(base).prefixes
    if format_ == "jsonld":
        return _json_ld(quads, _Context(_shipped_context() | prefixes))
    written = ox.serialize(quads, format=syntax.rdf, prefixes=prefixes if syntax.prefixes else None)
    return _sorted_header(written or b"", len(prefixes) if syntax.prefixes else 0)


def parse(content: bytes, format_: str, *, name: str = "RDF") -> list[ox.Quad]:
    """The quads in `content`; `name` is what an error calls it.

    Raises BadParameter for an unknown format, DataError with `name:line` where it is broken.
    """
    syntax = _format(format_)
    try:
        return list(ox.parse(content, format=syntax.rdf))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f"{name}:{line}" if line else name
        raise DataError(
            [f"{place}: not {format_}: {error}; mend the file, or name the format that it is in"]
        ) from error


def _format(name: str) -> Format:
    if name not in FORMATS:
        listed = nearest(name, FORMATS) or f"; there are {', '.join(FORMATS)}"
        raise BadParameter(f"unknown RDF format {name!r}{listed}")
    return FORMATS[name]


def _sorted_header(written: bytes, size: int) -> bytes:
    """The file with its prefix lines in order: the serialiser's is that of a hash table."""
    lines = written.split(b"\n", size)
    return b"\n".join([*sorted(lines[:size]), *lines[size:]])


def _shipped_context() -> dict[str, Any]:
    path = files.root() / "ontology" / "context.jsonld"
    if not path.is_file():
        return {}
    context: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["@context"]
    return context


def _json_ld(quads: Iterable[ox.Quad], context: "_Context") -> bytes:
    """A line for each node; the default graph's first, named graphs as nodes with a `@graph`."""
    lines: list[str] = []
    for graph, members in groupby(quads, key=lambda q: q.graph_name):
        nodes = list(_nodes(members, context))
        if isinstance(graph, ox.DefaultGraph):
            lines += nodes
        else:
            inner = ",\n    ".join(nodes)
            lines.append(f'{{"@id": {_json(context.iri(graph))}, "@graph": [\n    {inner}\n  ]}}')
    head = json.dumps(context.definitions, ensure_ascii=False, indent=2, sort_keys=True)
    body = ",\n  ".join(lines)
    return f'{{"@context": {head},\n"@graph": [\n  {body}\n]}}\n'.encode()


def _nodes(quads: Iterable[ox.Quad], context: "_Context") -> Iterator[str]:
    for subject, about in groupby(quads, key=lambda q: q.subject):
        node: dict[str, Any] = {"@id": context.iri(subject)}
        for predicate, group in groupby(about, key=lambda q: q.predicate):
            values = [q.object for q in group]
            if predicate == TYPE:
                node.setdefault("@type", []).extend(context.iri(v) for v in values)
                continue
            key, spelled = context.property(predicate, values)
            node.setdefault(key, []).extend(spelled)
        yield _json({k: v[0] if _alone(k, v, context) else v for k, v in node.items()})


def _alone(key: str, value: Any, context: "_Context") -> bool:
    """Whether an array of one can go without its brackets."""
    return isinstance(value, list) and len(value) == 1 and key not in context.sets


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Context:
    """A JSON-LD context, as far as writing compact keys and values needs one.

    A term that does more than rename or type (lists, languages, scopes) is left unused.
    """

    def __init__(self, definitions: dict[str, Any]) -> None:
        self.definitions = definitions
        self.terms: dict[str, list[tuple[str, str | None]]] = {}
        self.sets: set[str] = set()
        for term, definition in sorted(definitions.items()):
            self._learn(term, definition)

    @cached_property
    def prefixes(self) -> list[tuple[str, str]]:
        """(IRI, prefix), the longest IRI first."""
        pairs = (
            (iri, prefix)
            for prefix, iri in self.definitions.items()
            if isinstance(iri, str) and "://" in iri and iri[-1] in ":/?#[]@"
        )
        return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))

    def iri(self, node: Any) -> str:
        """A node's name: prefix and local part where that is unambiguous."""
        if isinstance(node, ox.BlankNode):
            return str(node)
        value: str = node.value
        for iri, prefix in self.prefixes:
            local = value.removeprefix(iri)
            if local != value and local and not local.startswith("//"):
                return f"{prefix}:{local}"
        return value

    def property(self, predicate: ox.NamedNode, values: list[Any]) -> tuple[str, list[Any]]:
        """The key for `predicate`, and its values as that key has them spelled."""
        for term, coerced in self.terms.get(predicate.value, ()):
            if all(self._fits(v, coerced) for v in values):
                return term, [self._coerced(v, coerced) for v in values]
        return self.iri(predicate), [self._spelled(v) for v in values]

    def _learn(self, term: str, definition: Any) -> None:
        if isinstance(definition, str):
            definition = {"@id": definition}
        if term.startswith("@") or not isinstance(definition, dict) or "@id" not in definition:
            return
        if not set(definition) <= {"@id", "@type", "@container"}:
            return
        if definition.get("@container", "@set") != "@set":
            return
        if definition.get("@container"):
            self.sets.add(term)
        kind = definition.get("@type")
        coerced = kind if kind is None or kind.startswith("@") else self._expand(kind)
        known = self.terms.setdefault(self._expand(definition["@id"]), [])
        known.append((term, coerced))
        known.sort(key=lambda pair: pair[1] is None)  # a term that fits more closely comes first

    def _expand(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        start = self.definitions.get(prefix)
        return start + local if colon and isinstance(start, str) else name

    def _fits(self, value: Any, coerced: str | None) -> bool:
        if coerced in ("@id", "@vocab"):
            return not isinstance(value, ox.Literal)
        if coerced is None:
            return True
        return isinstance(value, ox.Literal) and value.datatype.value == coerced

    def _coerced(self, value: Any, coerced: str | None) -> Any:
        if coerced in ("@id", "@vocab"):
            return self.iri(value)
        return self._spelled(value) if coerced is None else value.value

    def _spelled(self, value: Any) -> Any:
        """A value that means the same under any key that coerces nothing."""
        if not isinstance(value, ox.Literal):
            return {"@id": self.iri(value)}
        datatype = value.datatype.value.removeprefix(XSD)
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if datatype == "string":
            plain = "@language" not in self.definitions
            return value.value if plain else {"@value": value.value}
        if datatype == "boolean" and value.value in ("true", "false"):
            return value.value == "true"
        if datatype == "integer" and _is_safe(value.value):
            return int(value.value)
        return {"@value": value.value, "@type": self.iri(value.datatype)}


def _is_safe(lexical: str) -> bool:
    """Whether a JSON number comes back as this very text."""
    try:
        return str(int(lexical)) == lexical and abs(int(lexical)) < _SAFE_INTEGER
    except ValueError:
        return False
