"""RDF → corpus, by the same table as the writer; and what quads say of one thing."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyoxigraph as ox
from pydantic import BaseModel, TypeAdapter, ValidationError

from ldn_graph.errors import DataError
from ldn_graph.rdf.iris import LDNV, TYPE, Names, iri
from ldn_graph.rdf.records import DESCRIPTION, SENTENCES, THINGS
from ldn_graph.rdf.slots import Index, Record, Triple, index_of, read
from ldn_graph.records.model import Corpus, Description, SentenceWithoutClaim

_GAPS = TypeAdapter(tuple[SentenceWithoutClaim, ...])
_COUNTED = iri(LDNV.sentencesWithoutClaim)


def read_quads(quads: Iterable[ox.Quad]) -> Corpus:
    """The corpus that the default graph of `quads` was written from.

    Named graphs, and what is derived (strength, readings, direct edges, paths), are passed over.
    Raises DataError with a line for each record that is incomplete or has values that it can't.
    """
    index = index_of(_flat(quads))
    reader = _Reader(index, _description(index))
    values = {field: reader.things(kind, record) for field, (kind, record) in THINGS.items()}
    gaps = reader.gaps()
    if reader.problems:
        raise DataError(reader.problems)
    return Corpus(description=reader.description, gaps=gaps, **values)


def _flat(quads: Iterable[ox.Quad]) -> Iterator[Triple]:
    """The default graph's triples; blank nodes are nobody's of ours and are passed over."""
    for quad in quads:
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            continue
        subject, term = quad.subject, quad.object
        if isinstance(subject, ox.NamedNode) and isinstance(term, ox.NamedNode | ox.Literal):
            yield subject, quad.predicate, term


def _description(index: Index) -> Description:
    found = list(_of_type(index, DESCRIPTION))
    if len(found) != 1:
        raise DataError(
            [f"the RDF describes {len(found)} datasets (void:Dataset); it must describe one"]
        )
    try:
        return Description.model_validate(read(found[0], index, DESCRIPTION, Names()))
    except (ValueError, ValidationError) as error:
        raise DataError(_explain(found[0], error)) from error


def _of_type(index: Index, record: Record) -> Iterator[ox.NamedNode]:
    return (node for node, about in index.items() if record.type in about.get(TYPE, ()))


class _Reader:
    """Reads kind by kind and keeps every problem."""

    def __init__(self, index: Index, description: Description) -> None:
        self.index = index
        self.description = description
        self.names = Names(description.base)
        self.problems: list[str] = []

    def things(self, kind: str, record: Record) -> dict[str, BaseModel]:
        """The values of one kind by id, ids in order."""
        found: dict[str, BaseModel] = {}
        for node in sorted(_of_type(self.index, record), key=lambda n: n.value):
            try:
                name = self.names.local(kind, node)
                fields = read(node, self.index, record, self.names)
                found[name] = record.model.model_validate(fields | {"id": name})
            except ValueError as error:
                self.problems += _explain(node, error)
        return found

    def gaps(self) -> dict[str, tuple[SentenceWithoutClaim, ...]]:
        found = {}
        nodes = (n for n, about in self.index.items() if _COUNTED in about)
        for node in sorted(nodes, key=lambda n: n.value):
            try:
                name = self.names.local("source", node)
                values = SENTENCES.read(node, self.index, self.names)
                found[name] = _GAPS.validate_python(values)
            except ValueError as error:
                self.problems += _explain(node, error)
        return found


def _explain(node: ox.NamedNode, error: ValueError) -> list[str]:
    """One line a problem of the record at `node`, with its field."""
    if not isinstance(error, ValidationError):
        return [f"{error}; write the RDF anew from its corpus"]
    lines = []
    for problem in error.errors():
        place = ".".join(map(str, problem["loc"])) or "record"
        what: Any = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{node.value}: {place}: {what}; write the RDF anew from its corpus")
    return lines


#: After the last character that an IRI may have.
_AFTER = "\U0010ffff"


class Described:
    """Quads in the order of `rdf.in_order`, by the documents that they belong to.

    A document is about a thing and its parts: `claim/x` and `claim/x#e1`.
    """

    def __init__(self, quads: Sequence[ox.Quad]) -> None:
        self._quads = quads
        self._flat = bisect_left(quads, True, key=lambda q: _graph(q) != "")
        self._naming: dict[str, list[int]] = {}
        for n, quad in enumerate(quads):
            if isinstance(quad.object, ox.NamedNode) and _one_of_ours(quad):
                self._naming.setdefault(quad.object.value, []).append(n)

    def own(self, iri: str) -> list[ox.Quad]:
        """The default graph's statements about the thing and its parts, in order."""
        start, end = (f"<{iri}", f"<{iri}#{_AFTER}")
        low, high = (
            bisect_left(self._quads, text, hi=self._flat, key=lambda q: str(q.subject)[:-1])
            for text in (start, end)
        )
        found = self._quads[low:high]
        return [q for q in found if _thing(q.subject) == iri]

    def graphs(self, iri: str) -> list[ox.Quad]:
        """The named graphs whose names are the thing's parts, in order."""
        start, end = (f"{iri}#", f"{iri}#{_AFTER}")
        low, high = (
            bisect_left(self._quads, text, lo=self._flat, key=_graph) for text in (start, end)
        )
        return list(self._quads[low:high])

    def naming(self, iri: str, *, anywhere: bool = False) -> Iterator[ox.Quad]:
        """The default graph's statements of other things that name this one; with `anywhere`,
        those of named graphs too, as if they were the default graph's, each once."""
        seen: set[ox.Triple] = set()
        for n in self._naming.get(iri, ()):
            quad = self._quads[n]
            if n >= self._flat and not anywhere:
                return
            if _thing(quad.subject) != iri and quad.triple not in seen:
                seen.add(quad.triple)
                yield ox.Quad(*quad.triple)


def _graph(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _thing(node: object) -> str:
    """The IRI of the thing that a node is, or is a part of."""
    return str(getattr(node, "value", "")).partition("#")[0]


def _one_of_ours(quad: ox.Quad) -> bool:
    """Whether the object is a thing beside the subject, and not a term of a vocabulary."""
    is_part = isinstance(quad.object, ox.NamedNode) and "#" in quad.object.value
    return not is_part and quad.predicate.value.rpartition("#")[2] != "type"
