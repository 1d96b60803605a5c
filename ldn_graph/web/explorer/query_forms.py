"""The form of a canned query: a field for each parameter, with what may be chosen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ldn_graph import queries
from ldn_graph.graph import EvidenceGraph
from ldn_graph.queries import CannedQuery, Param
from ldn_graph.records import vocabularies
from ldn_graph.web.explorer.completion import NAMED, things

#: A field's name in a form and in an address: this, then the parameter's name.
PREFIX = "p."
#: More things than this are looked for while typing, not listed in the page.
LISTED = 1000
_INPUTS = {"integer": "number", "date": "date", "string": "text"}


@dataclass(frozen=True)
class Field:
    """`widget`: select, list, number, date or text; an empty `value` means any."""

    name: str
    label: str
    doc: str
    widget: str
    type: str
    value: str
    options: tuple[tuple[str, str], ...]


def fields(query: CannedQuery, given: Mapping[str, str], graph: EvidenceGraph) -> list[Field]:
    """The form's fields, with what was given in them, else with the examples."""
    return [_field(p, given.get(p.name), graph) for p in query.params]


def given(query: CannedQuery, form: Mapping[str, str]) -> dict[str, str]:
    """The values of a form by parameter, an empty one as any; what is not there is left out."""
    names = {
        key.removeprefix(PREFIX): value.strip() for key, value in form.items() if PREFIX in key
    }
    return {name: value or "any" for name, value in names.items()}


def resolved(query: CannedQuery, values: Mapping[str, str], graph: EvidenceGraph) -> dict[str, str]:
    """The values with ids for what people call entities; any for an example that the corpus does
    not have."""
    kinds = {p.name: p.type for p in query.params}
    strange = (p for p in query.params if example(p) not in graph.known.get(p.type, {example(p)}))
    found = {p.name: "any" for p in strange} | dict(values)
    for name, value in values.items():
        if kinds.get(name) == "entity" and value not in graph.corpus.entities:
            entity = graph.corpus.entity_called(value)
            found[name] = entity.id if entity else value
    return found


def example(param: Param) -> str:
    """A parameter's example as a form holds it: an id, a slug, a number; empty for any.

    >>> example(Param("kind", "concept", "", "ldnv:kind-condition", "kind"))
    'condition'
    >>> example(Param("since", "date", "", '"2026-01-01"^^xsd:date'))
    '2026-01-01'
    """
    if param.default == "UNDEF":
        return ""
    if param.type in NAMED:
        return param.default.strip("<>").replace("/", ":").rpartition(":")[2]
    if param.type == "concept":
        return param.default.partition(f"{param.scheme}-")[2].rstrip(">")
    if param.type == "predicate":
        return param.default.rpartition(":")[2]
    quoted = re.match(r"""(["'])(.*?)\1""", param.default, re.DOTALL)
    return quoted[2] if quoted else param.default


def _field(param: Param, value: str | None, graph: EvidenceGraph) -> Field:
    shown = example(param) if value is None else "" if value in queries.ANY else value
    options = _options(param, graph)
    kind = _INPUTS.get(param.type) or ("list" if param.type in NAMED else "select")
    label = param.name.replace("_", " ").capitalize()
    return Field(f"{PREFIX}{param.name}", label, param.doc, kind, param.type, shown, options)


def _options(param: Param, graph: EvidenceGraph) -> tuple[tuple[str, str], ...]:
    if param.type in NAMED:
        found = sorted((t.label, t.id) for t in things(graph.corpus, param.type))
        return tuple((name, label) for label, name in found) if len(found) <= LISTED else ()
    if param.type == "predicate":
        return tuple((str(p), vocabularies.PREDICATES[p].reads) for p in vocabularies.Predicate)
    return tuple((m, m.replace("-", " ")) for m in queries.members(param))
