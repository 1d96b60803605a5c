"""The SHACL shapes pass on good data, and each of their constraints fails on a mutant of it.

That the shipped corpus passes is for `ldn-graph check --shapes`: see test_checks.py.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pyshacl
import pytest
import shacl
import yaml
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH, SKOS
from rdflib.term import Node
from vocabulary import CONCEPTS, ENUMS, NS, ONTOLOGY, RELATIONS, flat

from ldn_graph import rdf
from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.rdf import records
from ldn_graph.rdf.iris import LDNV
from ldn_graph.rdf.slots import Inline, Record
from ldn_graph.records import identifiers, vocabularies
from ldn_graph.records.findings import Severity
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.validation import checks as engine

FILES = ("must", "should", "nanopub")
SHAPE = "https://w3id.org/ldn-graph/shapes#"
CONTESTED = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"
BY_HAND = Path(__file__).parent / "data" / "shape_mutants.yaml"
PREFIXES = "".join(
    f"PREFIX {p}: <{i}>\n"
    for p, i in (
        *identifiers.PREFIXES.items(),
        ("c", f"{identifiers.BASE}claim/{CONTESTED}"),
        ("i", f"{identifiers.BASE}claim/{CONTESTED}#e"),
    )
)

#: Constraints whose mutants follow from the constraint itself.
GENERIC = {
    SH.minCount: "MinCountConstraintComponent",
    SH.maxCount: "MaxCountConstraintComponent",
    SH["class"]: "ClassConstraintComponent",
    SH["in"]: "InConstraintComponent",
    SH.datatype: "DatatypeConstraintComponent",
    SH.nodeKind: "NodeKindConstraintComponent",
    SH.pattern: "PatternConstraintComponent",
    SH.minLength: "MinLengthConstraintComponent",
    SH.minInclusive: "MinInclusiveConstraintComponent",
    SH.maxInclusive: "MaxInclusiveConstraintComponent",
}


@cache
def shapes(name: str) -> Graph:
    return Graph().parse(ONTOLOGY / "shapes" / f"{name}.ttl")


@cache
def part(name: str, shape: str) -> Graph:
    """One node shape with all that it leads to."""
    found, todo = Graph(), {URIRef(SHAPE + shape)}
    while todo:
        node = todo.pop()
        about = set(shapes(name).triples((node, None, None)))
        todo |= {t[2] for t in about} - set(found.subjects())
        for triple in about:
            found.add(triple)
    return found


def named_shapes(name: str) -> dict[str, URIRef]:
    """The shapes of a file that have a name, by the end of their IRI."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    nodes = {s for k in kinds for s in shapes(name).subjects(RDF.type, k)}
    return {str(n).removeprefix(SHAPE): n for n in sorted(nodes) if isinstance(n, URIRef)}


class Mutant(NamedTuple):
    """What `apply` does to good data the shape must notice, by `component` where that is given."""

    file: str
    shape: str
    apply: Callable[[Graph, Graph, URIRef], None]
    component: str | None = None


class Result(NamedTuple):
    focus: Node
    shape: str
    component: str
    severity: URIRef
    message: str


def results(data: Graph, name: str, only: str | None = None) -> set[Result]:
    """What is wrong with `data` by a file of shapes, or by one node shape of it.

    The engine's results are those of the oracle, pySHACL, whatever a test asks.
    """
    graph = part(name, only) if only else shapes(name)
    found = by_oracle(data, graph)
    assert by_engine(data, graph, name) == {
        (str(r.focus), r.shape, r.component, str(r.severity), r.message) for r in found
    }
    return found


def by_engine(data: Graph, graph: Graph, name: str) -> set[tuple[str, ...]]:
    compiled = shacl.Shapes.from_text(graph.serialize(format="nt"), format="nt")
    triples = ox.parse(data.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES)
    severity = {Severity.ERROR: str(SH.Violation), Severity.WARNING: str(SH.Warning)}
    return {
        (r.focus, r.shape, r.component, severity[r.severity], r.message)
        for r in engine.results((q.triple for q in triples), compiled, name)
    }


def by_oracle(data: Graph, graph: Graph) -> set[Result]:
    _, report, _ = pyshacl.validate(data, shacl_graph=graph)
    return {
        Result(
            report.value(node, SH.focusNode),
            str(report.value(node, SH.sourceShape)).removeprefix(SHAPE),
            str(report.value(node, SH.sourceConstraintComponent)).removeprefix(str(SH)),
            report.value(node, SH.resultSeverity),
            str(report.value(node, SH.resultMessage)),
        )
        for node in report.subjects(RDF.type, SH.ValidationResult)
    }


def nanopub(corpus: Corpus, strengths: dict[str, Strength], claim: str) -> Graph:
    """The four graphs of one nanopublication, merged."""
    quads = rdf.nanopub_quads(corpus.claims[claim], corpus, strengths[claim])
    nt = ox.serialize([q.triple for q in quads], format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=nt, format="nt")


@pytest.fixture(scope="module")
def good(mini: Corpus, mini_strengths: dict[str, Strength]) -> dict[str, Graph]:
    """What each file of shapes is about; for advice, with the definitions that mini lacks."""
    view = flat(mini, mini_strengths)
    defined = Graph() + view
    for entity in view.subjects(RDF.type, LDNV.Entity):
        defined.add((entity, SKOS.definition, Literal("A synthetic thing.")))
    return {
        "must": view,
        "should": defined,
        "nanopub": nanopub(mini, mini_strengths, CONTESTED),
    }


# ---- good data passes


def test_the_flat_view_passes(good: dict[str, Graph]) -> None:
    assert results(good["must"], "must") == set()


def test_every_nanopublication_passes(mini: Corpus, mini_strengths: dict[str, Strength]) -> None:
    for claim in mini.claims:
        assert results(nanopub(mini, mini_strengths, claim), "nanopub") == set(), claim


def test_advice_is_a_warning(good: dict[str, Graph]) -> None:
    """The synthetic entities lack definitions, which is nothing worse than a warning."""
    found = results(good["must"], "should")
    assert {r.severity for r in found} == {SH.Warning}
    assert {r.shape for r in found} == {"entity-definition", "entity-identified", "source-advice"}


def with_item(claim: Claim, number: int) -> Claim:
    return claim.model_copy(update={"evidence": (claim.evidence[number],)})


def test_claims_for_and_against_pass_each_alone(mini: Corpus, rule: Rule) -> None:
    """Their union would not: the one's edge would be blamed on the other."""
    claim = mini.claims[CONTESTED]
    alone = {
        name: mini.model_copy(
            update={
                "claims": {CONTESTED: claim.model_copy(update={"evidence": (claim.evidence[n],)})}
            }
        )
        for n, name in ((1, "for"), (2, "against"))
    }
    graphs = {k: nanopub(c, grade_all(c, rule), CONTESTED) for k, c in alone.items()}  # type: ignore[arg-type]
    assert all(results(g, "nanopub") == set() for g in graphs.values())
    assert results(graphs["for"] + graphs["against"], "nanopub")


# ---- the shapes themselves


@pytest.mark.parametrize("name", FILES)
def test_every_shape_says_what_it_wants_and_what_to_do(name: str) -> None:
    graph = shapes(name)
    severity = SH.Warning if name == "should" else SH.Violation
    for shape in named_shapes(name).values():
        for property_ in (SH.name, SH.description, SH.message):
            assert len(list(graph.objects(shape, property_))) == 1, (shape, property_)
        assert ";" in str(graph.value(shape, SH.message)), f"{shape}: what is wrong; what to do"
        assert graph.value(shape, SH.severity) == severity, shape
        rule = graph.value(shape, SH.sparql)
        if rule is not None:
            assert graph.value(rule, SH.message) == graph.value(shape, SH.message)


@pytest.mark.parametrize("name", FILES)
def test_every_shape_has_a_target(name: str) -> None:
    graph = shapes(name)
    used = set(graph.objects(None, SH.property))
    for shape in named_shapes(name).values():
        targets = {
            *graph.objects(shape, SH.targetClass),
            *graph.objects(shape, SH.targetSubjectsOf),
        }
        assert bool(targets) != (shape in used), shape


@pytest.mark.parametrize("name", FILES)
def test_lists_are_those_of_the_schemes(name: str) -> None:
    """A list of concepts or relations that stands for a scheme has all its members."""
    graph = shapes(name)
    whole = {frozenset(c for c, (e, _) in CONCEPTS.items() if e is enum) for enum in ENUMS}
    whole.add(frozenset(RELATIONS))
    for shape, head in graph.subject_objects(SH["in"]):
        members = list(Collection(graph, head))
        own = all(str(m).startswith(NS) for m in members)
        if own and isinstance(shape, URIRef):
            assert frozenset(members) in whole, shape


def fields(record: Record, node: str, required: bool = True) -> Iterator[tuple[Any, ...]]:
    """Class, property, whether required, whether single, and enum of each field of a record."""
    for slot in record.slots:
        needed = required and record.model.model_fields[slot.name].is_required()
        if isinstance(slot, Inline):
            yield from fields(slot.record, node, needed)
        else:
            annotation = str(record.model.model_fields[slot.name].annotation)
            enum = next((e for e in ENUMS if re.search(rf"\b{e.__name__}\b", annotation)), None)
            yield URIRef(node), URIRef(slot.property.value), needed, not slot.many, enum


RECORDS = [r for r in vars(records).values() if isinstance(r, Record) and r.type is not None]


@pytest.mark.parametrize(
    ("node", "path", "required", "single", "enum"),
    [f for r in RECORDS if NS in r.type.value for f in fields(r, r.type.value)],
    ids=lambda value: str(value).removeprefix(NS) if isinstance(value, URIRef) else "",
)
def test_shapes_ask_for_what_the_model_asks_for(
    node: URIRef, path: URIRef, required: bool, single: bool, enum: Any
) -> None:
    graph = shapes("must")
    gathered = {
        shape
        for owner in graph.subjects(SH.targetClass, node)
        for shape in graph.objects(owner, SH.property)
        if (shape, SH.path, path) in graph
    }
    assert gathered or not (required or enum), f"{node} needs a shape for {path}"
    for shape in gathered:
        assert ((shape, SH.minCount, Literal(1)) in graph) >= required
        assert ((shape, SH.maxCount, Literal(1)) in graph) == single
        if enum:
            members = Collection(graph, graph.value(shape, SH["in"]))
            assert set(members) == {c for c, (e, _) in CONCEPTS.items() if e is enum}


def test_columns_follow_from_kinds_as_in_the_code(good: dict[str, Graph]) -> None:
    graph = Graph()
    wrong = set()
    for kind, column in product(vocabularies.Kind, vocabularies.Column):
        node = URIRef(f"https://example.org/{kind}-{column}")
        graph.add((node, RDF.type, LDNV.Entity))
        graph.add((node, LDNV.kind, URIRef(identifiers.concept("kind", kind))))
        graph.add((node, LDNV.column, URIRef(identifiers.concept("column", column))))
        if vocabularies.COLUMN_OF[kind] is not column:
            wrong.add(node)
    found = results(graph, "must", "entity-column-of-kind")
    assert {r.focus for r in found} == wrong


# ---- mutants


def owner(graph: Graph, shape: URIRef) -> URIRef:
    """The node shape that a property shape belongs to."""
    return next(graph.subjects(SH.property, shape))


def generic_mutants() -> Iterator[Mutant]:
    """For each constraint on a plain path, or the inverse of one: data that breaks it."""
    for file in FILES:
        graph = shapes(file)
        for name, shape in named_shapes(file).items():
            if plain_path(graph, shape) is None:
                continue
            for constraint, component in GENERIC.items():
                if (shape, constraint, None) in graph:
                    yield Mutant(file, name, partial(broken, constraint=constraint), component)


def broken(data: Graph, graph: Graph, shape: URIRef, constraint: URIRef) -> None:
    """Break one constraint for the first node that the shape is about."""
    path, inverse = plain_path(graph, shape) or (SH.path, False)
    focus = min(data.subjects(RDF.type, graph.value(owner(graph, shape), SH.targetClass)))

    def triple(value: Node | None) -> Any:
        return (value, path, focus) if inverse else (focus, path, value)

    if constraint != SH.maxCount:
        data.remove(triple(None))
    for value in bad_values(constraint, graph.value(shape, constraint)):
        data.add(triple(value))


def plain_path(graph: Graph, shape: URIRef) -> tuple[URIRef, bool] | None:
    """The property of a shape's path, and whether it is walked backwards."""
    path = graph.value(shape, SH.path)
    inverse = graph.value(path, SH.inversePath) if isinstance(path, BNode) else None
    if isinstance(path, URIRef):
        return path, False
    return (inverse, True) if isinstance(inverse, URIRef) else None


def bad_values(constraint: URIRef, limit: Any) -> list[Node]:
    if constraint == SH.minCount:
        return []
    if constraint in (SH.maxCount, SH["class"]):
        return [URIRef(f"https://example.org/{n}") for n in "ab"]
    if constraint in (SH.minInclusive, SH.maxInclusive):
        beyond = limit.toPython() + (-1 if constraint == SH.minInclusive else 1)
        return [Literal(beyond, datatype=limit.datatype)]
    return [Literal("")] if constraint == SH.minLength else [Literal("nonsense", lang="en")]


def mutants_by_hand() -> Iterator[Mutant]:
    for row in yaml.safe_load(BY_HAND.read_text(encoding="utf-8")):
        update = partial(updated, text=row["update"])
        yield Mutant(row["file"], row["shape"], update, row.get("component"))


def updated(data: Graph, graph: Graph, shape: URIRef, text: str) -> None:
    data.update(PREFIXES + text)


MUTANTS = [*generic_mutants(), *mutants_by_hand()]


def test_every_shape_has_a_mutant() -> None:
    """A node shape that only gathers property shapes needs none of its own."""
    mutated = {(m.file, m.shape) for m in MUTANTS}
    every = {(f, n) for f in FILES for n, s in named_shapes(f).items() if not _only_gathers(f, s)}
    assert every - mutated == set()


def _only_gathers(file: str, shape: URIRef) -> bool:
    own = (SH["or"], SH.xone, SH["not"], SH.sparql, SH.path)
    return not any((shape, p, None) in shapes(file) for p in own)


@pytest.mark.parametrize(
    "mutant", MUTANTS, ids=lambda m: f"{m.file}-{m.shape}-{m.component or 'rule'}"
)
def test_a_mutant_fails(good: dict[str, Graph], mutant: Mutant) -> None:
    graph = shapes(mutant.file)
    shape = named_shapes(mutant.file)[mutant.shape]
    gathered = (None, SH.property, shape) in graph
    node = owner(graph, shape) if gathered else shape
    only = str(node).removeprefix(SHAPE)
    data = Graph() + good[mutant.file]
    mutant.apply(data, graph, shape)
    new = results(data, mutant.file, only) - results(good[mutant.file], mutant.file, only)
    assert [
        r for r in new if r.shape == mutant.shape and mutant.component in (None, r.component)
    ], f"{mutant.shape} let it pass; found {sorted({r.shape for r in new})}"
