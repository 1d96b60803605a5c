"""How a model value becomes triples and back, field by field.

A `Record` (`records.py` has them all) lists, for each field of a model, the property that carries
it and how its value is spelled. `describe` and `read` both walk it, so they can't drift apart.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pyoxigraph as ox
from pydantic import BaseModel
from rdflib import URIRef

from ldn_graph.rdf.iris import LDNV, TYPE, XSD, Names, concept, iri, number, part, relation, web
from ldn_graph.records import identifiers
from ldn_graph.records.vocabularies import Predicate

Term = ox.NamedNode | ox.Literal
Triple = tuple[ox.NamedNode, ox.NamedNode, Term]

_ORDER = iri(LDNV.order)

#: Node → property → terms, of one graph.
Index = Mapping[ox.NamedNode, Mapping[ox.NamedNode, list[Term]]]


@dataclass(frozen=True)
class Datum:
    """How a single value is spelled as a term, and back (ValueError where it can't be one)."""

    write: Callable[[Any, Names], Term]
    read: Callable[[Term, Names], Any]


@dataclass(frozen=True)
class Field:
    """One property a value. `many`: a set that the model keeps sorted."""

    name: str
    property: ox.NamedNode
    datum: Datum
    many: bool = False

    def write(self, node: ox.NamedNode, value: Any, names: Names) -> Iterator[Triple]:
        for one in value if self.many else () if value is None else (value,):
            yield node, self.property, self.datum.write(one, names)

    def read(self, node: ox.NamedNode, index: Index, names: Names) -> Any:
        terms = index.get(node, {}).get(self.property, [])
        values = [self.datum.read(t, names) for t in terms]
        return values if self.many else _only(values, node, self.property)


@dataclass(frozen=True)
class Parts:
    """Values with nodes of their own, as fragments of the node that has them.

    `many`: a list, whose order `ldnv:order` keeps. A record with an id names its own fragment.
    """

    name: str
    property: ox.NamedNode
    record: "Record"
    fragment: str = ""
    many: bool = True

    def write(self, node: ox.NamedNode, value: Any, names: Names) -> Iterator[Triple]:
        if not self.many:
            value = () if value is None else (value,)
        for position, one in enumerate(value, 1):
            child = self.node(node, one, position)
            yield node, self.property, child
            if self.many:
                yield child, _ORDER, number(position)
            yield from describe(child, one, self.record, names)

    def node(self, node: ox.NamedNode, value: BaseModel, position: int) -> ox.NamedNode:
        if self.record.has_id:
            return part(node, str(getattr(value, "id", "")))
        return part(node, f"{self.fragment}-{position}" if self.many else self.fragment)

    def read(self, node: ox.NamedNode, index: Index, names: Names) -> Any:
        children = index.get(node, {}).get(self.property, [])
        found = []
        for child in children:
            if not isinstance(child, ox.NamedNode):
                raise ValueError(f"{node} {self.property}: {child} is no IRI")
            found.append((_place(child, index, names) if self.many else 0, child))
        values = [self._value(c, index, names) for _, c in sorted(found, key=lambda f: f[0])]
        return values if self.many else _only(values, node, self.property)

    def _value(self, child: ox.NamedNode, index: Index, names: Names) -> dict[str, Any]:
        value = read(child, index, self.record, names)
        return value | ({"id": child.value.partition("#")[2]} if self.record.has_id else {})


def field(name: str, property_: URIRef, datum: Datum | None = None, *, many: bool = False) -> Field:
    """A `Field`, of text where no datum is given."""
    return Field(name, iri(property_), datum or TEXT, many)


def parts(
    name: str, property_: URIRef, record: "Record", fragment: str = "", *, many: bool = True
) -> Parts:
    """A field whose values are records of their own, each with a node."""
    return Parts(name, iri(property_), record, fragment, many)


@dataclass(frozen=True)
class Inline:
    """A value whose fields stand on the very node that has it."""

    name: str
    record: "Record"

    def write(self, node: ox.NamedNode, value: Any, names: Names) -> Iterator[Triple]:
        if value is not None:
            for slot in self.record.slots:
                yield from slot.write(node, getattr(value, slot.name), names)

    def read(self, node: ox.NamedNode, index: Index, names: Names) -> Any:
        return read(node, index, self.record, names) or None


@dataclass(frozen=True)
class Record:
    """A model's fields as properties. `has_id`: its `id` is in the IRI and needs no slot."""

    model: type[BaseModel]
    type: ox.NamedNode | None
    slots: tuple[Field | Parts | Inline, ...]
    has_id: bool = False

    def slot(self, name: str) -> Field | Parts | Inline:
        return next(s for s in self.slots if s.name == name)


def describe(
    node: ox.NamedNode, value: BaseModel, record: Record, names: Names
) -> Iterator[Triple]:
    """The triples of `value`: its type, its fields and its parts."""
    if record.type is not None:
        yield node, TYPE, record.type
    for slot in record.slots:
        yield from slot.write(node, getattr(value, slot.name), names)


def read(node: ox.NamedNode, index: Index, record: Record, names: Names) -> dict[str, Any]:
    """The fields of the value at `node`, ready for its model; absent ones are left out."""
    pairs = ((slot.name, slot.read(node, index, names)) for slot in record.slots)
    return {name: value for name, value in pairs if value is not None and value != []}


def index_of(triples: Iterable[Triple]) -> dict[ox.NamedNode, dict[ox.NamedNode, list[Term]]]:
    """Triples by subject and predicate."""
    found: dict[ox.NamedNode, dict[ox.NamedNode, list[Term]]] = {}
    for subject, predicate, term in triples:
        found.setdefault(subject, {}).setdefault(predicate, []).append(term)
    return found


def _place(node: ox.NamedNode, index: Index, names: Names) -> int:
    """Where among its like a part stands."""
    places = [INTEGER.read(t, names) for t in index.get(node, {}).get(_ORDER, [])]
    if len(places) != 1:
        raise ValueError(f"{node} needs one {_ORDER}")
    return int(places[0])


def _only(values: list[Any], node: ox.NamedNode, property_: ox.NamedNode) -> Any:
    if len(values) > 1:
        raise ValueError(f"{node} has {len(values)} values of {property_}, it may have one")
    return values[0] if values else None


def _literal(name: str, show: Callable[[Any], str], parse: Callable[[str], Any]) -> Datum:
    datatype = ox.NamedNode(XSD + name)

    def read_literal(term: Term, _: Names) -> Any:
        if not isinstance(term, ox.Literal):
            raise ValueError(f"{term} is no {name}")
        return parse(term.value)

    return Datum(lambda value, _: ox.Literal(show(value), datatype=datatype), read_literal)


def _iri_of(
    write: Callable[[Any, Names], Term], parse: Callable[[ox.NamedNode, Names], Any]
) -> Datum:
    def read_iri(term: Term, names: Names) -> Any:
        if not isinstance(term, ox.NamedNode):
            raise ValueError(f"{term} is no IRI")
        return parse(term, names)

    return Datum(write, read_iri)


def _decimal(value: Decimal) -> str:
    """Canonical, as the model keeps it, but for the sign of zero.

    >>> _decimal(Decimal("4.5")), _decimal(Decimal("1E+2")), _decimal(Decimal("-0"))
    ('4.5', '100', '0')
    """
    return f"{value:f}" if value else "0"


TEXT = _literal("string", str, str)
INTEGER = _literal("integer", str, int)
DECIMAL = _literal("decimal", _decimal, Decimal)
DATE = _literal("date", dt.date.isoformat, dt.date.fromisoformat)
BOOLEAN = _literal(
    "boolean", lambda value: "true" if value else "false", lambda text: text == "true"
)
WEB = Datum(lambda value, _: web(value), lambda term, _: term.value)


def member(enum: type[StrEnum]) -> Datum:
    """An enum's member as its concept."""
    start = identifiers.concept(identifiers.scheme(enum), "")
    return _iri_of(
        lambda value, _: concept(value), lambda iri, _: enum(iri.value.removeprefix(start))
    )


def reference(kind: str) -> Datum:
    """The id of an entity, claim, source or agent as its IRI."""
    return _iri_of(
        lambda value, names: names.of(kind, value), lambda iri, names: names.local(kind, iri)
    )


RELATION = _iri_of(
    lambda value, _: relation(value),
    lambda iri, _: Predicate(iri.value.removeprefix(identifiers.relation(""))),
)
