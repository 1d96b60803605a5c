"""`ontology/ldn.ttl` says what the code says, maps to terms that exist, and holds together."""

import csv
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import owlrl
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib import namespace as known
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD
from vocabulary import (
    CLASSES,
    CONCEPTS,
    ENUMS,
    NS,
    ONTOLOGY,
    PROPERTIES,
    RELATIONS,
    context_terms,
    flat,
)

from ldn_graph.grading.strength import Strength
from ldn_graph.rdf.iris import BIOLINK, LDNV
from ldn_graph.records import identifiers, vocabularies
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import PREDICATES

ROOT = Path(__file__).parent.parent
VERIFIED = ROOT / "tests" / "data" / "verified_iris.tsv"
MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

#: What SKOS itself says of its properties (Reference, S9, S13, S24, S27, S37 to S46).
SKOS_AXIOMS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
skos:ConceptScheme owl:disjointWith skos:Concept .
skos:inScheme rdfs:range skos:ConceptScheme .
skos:topConceptOf rdfs:subPropertyOf skos:inScheme ; rdfs:domain skos:Concept .
skos:mappingRelation rdfs:domain skos:Concept ; rdfs:range skos:Concept .
skos:closeMatch a owl:SymmetricProperty ; rdfs:subPropertyOf skos:mappingRelation .
skos:exactMatch a owl:SymmetricProperty , owl:TransitiveProperty ;
    rdfs:subPropertyOf skos:closeMatch ;
    owl:propertyDisjointWith skos:broadMatch , skos:narrowMatch , skos:relatedMatch .
skos:broadMatch rdfs:subPropertyOf skos:mappingRelation , skos:broader ;
    owl:inverseOf skos:narrowMatch .
skos:relatedMatch a owl:SymmetricProperty ;
    rdfs:subPropertyOf skos:mappingRelation , skos:related .
skos:broader rdfs:subPropertyOf skos:broaderTransitive .
skos:broaderTransitive a owl:TransitiveProperty .
skos:related a owl:SymmetricProperty ; owl:propertyDisjointWith skos:broaderTransitive .
"""


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(ONTOLOGY / "ldn.ttl")


@pytest.fixture(scope="module")
def mini_flat(mini: Corpus, mini_strengths: dict[str, Strength]) -> Graph:
    return flat(mini, mini_strengths)


@pytest.fixture(scope="module")
def shipped_flat(shipped: Corpus, shipped_strengths: dict[str, Strength]) -> Graph:
    return flat(shipped, shipped_strengths)


def own_terms(graph: Graph) -> set[URIRef]:
    """What the graph says something of, in the vocabulary's namespace."""
    return {s for s in graph.subjects() if isinstance(s, URIRef) and s.startswith(NS)}


def scheme_of(enum: type[StrEnum]) -> URIRef:
    return URIRef(f"{NS}{enum.__name__}Scheme")


def test_header(ontology: Graph) -> None:
    node = URIRef(NS.removesuffix("#"))
    assert (node, RDF.type, OWL.Ontology) in ontology
    for property_ in (DCTERMS.title, DCTERMS.description, DCTERMS.license, OWL.versionIRI):
        assert len(list(ontology.objects(node, property_))) == 1, property_
    version = ontology.value(node, OWL.versionInfo)
    assert ontology.value(node, OWL.versionIRI) == URIRef(f"{node}/{version}")


def test_terms_are_those_of_the_code_and_no_others(ontology: Graph) -> None:
    schemes = {scheme_of(e) for e in ENUMS}
    assert own_terms(ontology) == CLASSES | PROPERTIES | set(RELATIONS) | set(CONCEPTS) | schemes


def test_no_two_of_the_codes_names_make_one_iri() -> None:
    groups = [CLASSES, PROPERTIES, set(RELATIONS), set(CONCEPTS), {scheme_of(e) for e in ENUMS}]
    assert sum(map(len, groups)) == len(set().union(*groups))


SHAPES = [f"shapes/{n}.ttl" for n in ("must", "should", "nanopub")]


@pytest.mark.parametrize("path", ["ldn.ttl", "README.md", *SHAPES])
def test_every_term_that_is_mentioned_exists(ontology: Graph, path: str) -> None:
    text = (ONTOLOGY / path).read_text(encoding="utf-8")
    mentioned = set(re.findall(r"ldnv:([A-Za-z][\w-]*)", text))
    assert mentioned <= {t.removeprefix(NS) for t in own_terms(ontology)}


def test_classes_and_properties_are_declared(ontology: Graph) -> None:
    assert {
        s for s in ontology.subjects(RDF.type, OWL.Class) if s in own_terms(ontology)
    } == CLASSES
    for property_ in PROPERTIES:
        kinds = set(ontology.objects(property_, RDF.type)) & set(KINDS)
        assert len(kinds) == 1, property_
        assert OWL.AnnotationProperty not in kinds, property_


def test_every_own_term_is_documented(ontology: Graph) -> None:
    for term in sorted(own_terms(ontology)):
        for property_ in (RDFS.label, SKOS.definition, SKOS.example):
            values = list(ontology.objects(term, property_))
            assert len(values) == 1, (term, property_)
            assert isinstance(values[0], Literal)
            assert values[0].language == "en", (term, property_)
        # SKOS maps concepts only: a scheme that was mapped would be a concept, which it can't be.
        links = (RDFS.seeAlso,) if (term, RDF.type, SKOS.ConceptScheme) in ontology else MAPPINGS
        mapped = any((term, p, None) in ontology for p in links)
        notes = [str(n) for n in ontology.objects(term, SKOS.editorialNote)]
        unmapped = any(n.startswith("no verified term fits: ") for n in notes)
        assert mapped != unmapped, f"{term} needs a mapping, or a note that says why it has none"


def test_definitions_tell_terms_apart(ontology: Graph) -> None:
    """No two members of one scheme, and no two other terms of one kind, are defined alike."""
    seen: dict[tuple[object, ...], URIRef] = {}
    for term in sorted(own_terms(ontology)):
        kind = frozenset(ontology.objects(term, RDF.type)) - {OWL.FunctionalProperty}
        key = (kind, ontology.value(term, SKOS.inScheme), ontology.value(term, SKOS.definition))
        assert key not in seen, (term, seen.get(key))
        seen[key] = term


@pytest.mark.parametrize("relation", sorted(RELATIONS))
def test_relations_mean_what_the_code_says(ontology: Graph, relation: URIRef) -> None:
    info = PREDICATES[RELATIONS[relation]]
    assert set(ontology.objects(relation, RDF.type)) == {
        OWL.ObjectProperty,
        OWL.NamedIndividual,
        LDNV.Predicate,
    }
    assert list(ontology.objects(relation, LDNV.reads)) == [Literal(info.reads)]
    assert list(ontology.objects(relation, LDNV.sign)) == [Literal(info.sign)]
    assert list(ontology.objects(relation, LDNV.causal)) == [Literal(info.causal)]


def test_no_rung_of_the_treatment_ladder_follows_from_another(ontology: Graph) -> None:
    """“Is studied for” must never be read as “is described as helping with”."""
    for predicate in vocabularies.TREATMENT:
        relation = URIRef(identifiers.relation(predicate))
        assert (relation, RDFS.subPropertyOf, None) not in ontology
        assert (None, RDFS.subPropertyOf, relation) not in ontology


@pytest.mark.parametrize("enum", ENUMS, ids=lambda e: e.__name__)
def test_schemes_hold_the_members_of_the_enums(ontology: Graph, enum: type[StrEnum]) -> None:
    scheme = scheme_of(enum)
    assert (scheme, RDF.type, SKOS.ConceptScheme) in ontology
    members = {c for c, (e, _) in CONCEPTS.items() if e is enum}
    assert set(ontology.subjects(SKOS.inScheme, scheme)) == members
    assert set(ontology.subjects(SKOS.topConceptOf, scheme)) == members
    for concept in members:
        assert (concept, RDF.type, SKOS.Concept) in ontology
        assert list(ontology.objects(concept, SKOS.notation)) == [Literal(CONCEPTS[concept][1])]
        assert ontology.value(concept, SKOS.prefLabel) == ontology.value(concept, RDFS.label)
    groups = [
        set(Collection(ontology, head)) for head in ontology.objects(None, OWL.distinctMembers)
    ]
    assert members in groups, "the members need an owl:AllDifferent of their own"


def test_classes_are_disjoint(ontology: Graph) -> None:
    (head,) = ontology.objects(None, OWL.members)
    assert set(Collection(ontology, head)) == CLASSES


def test_conflict_classes_are_those_of_the_rule(ontology: Graph, shipped: Corpus) -> None:
    """`strength.yaml` names a CIO class for some; the ontology maps to it."""
    text = (ROOT / "data" / "strength.yaml").read_text(encoding="utf-8")
    named = re.findall(r"class: ([\w-]+),.*cio: \"(CIO:\d+)\"", text)
    assert named
    for member, curie in named:
        concept = URIRef(identifiers.concept("agreement", member))
        mapped = {o for p in MAPPINGS for o in ontology.objects(concept, p)}
        assert URIRef(identifiers.expand(curie)) in mapped


# ---- outside terms: a made-up identifier is the worst possible bug


def verified() -> dict[str, str]:
    """IRI → where it was read."""
    with VERIFIED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert all(row["iri"] and row["label"] and row["verified_in"] for row in rows)
    assert [r["iri"] for r in rows] == sorted({r["iri"] for r in rows}), "sorted, without repeats"
    return {row["iri"]: row["verified_in"] for row in rows}


def outside(graph: Graph) -> set[str]:
    """Every IRI in the graph, datatypes included, that is neither ours nor SHACL's own."""
    found = {t for triple in graph for t in triple if isinstance(t, URIRef)}
    found |= {t.datatype for t in graph.objects() if isinstance(t, Literal) and t.datatype}
    return {i for i in map(str, found) if not i.startswith((identifiers.BASE, str(SH)))}


def test_every_outside_iri_was_read_somewhere(ontology: Graph) -> None:
    used = outside(ontology)
    for path in SHAPES:
        used |= outside(Graph().parse(ONTOLOGY / path))
    used |= {i for i in context_terms().values() if not i.startswith(identifiers.BASE)}
    assert used - set(verified()) == set(), "read it in its vocabulary, then add it to the list"
    assert set(verified()) - used == set(), "no longer used: take it off the list"


@pytest.mark.parametrize(
    "made_up",
    ["http://purl.obolibrary.org/obo/SEPIO_0000999", "https://w3id.org/biolink/vocab/cures"],
)
def test_a_made_up_iri_is_noticed(ontology: Graph, made_up: str) -> None:
    graph = Graph() + ontology
    graph.add((LDNV.Claim, SKOS.exactMatch, URIRef(made_up)))
    assert outside(graph) - set(verified()) == {made_up}


def test_terms_of_rdflibs_closed_namespaces_exist() -> None:
    """rdflib lists W3C's and Dublin Core's terms: a list that nobody here wrote."""
    closed = {
        "dct": known.DCTERMS,
        "foaf": known.FOAF,
        "owl": known.OWL,
        "prov": known.PROV,
        "rdf": known.RDF,
        "rdfs": known.RDFS,
        "schema": known.SDO,
        "skos": known.SKOS,
        "vann": known.VANN,
        "void": known.VOID,
        "xsd": known.XSD,
    }
    rows = {i: w.rpartition(" ")[2] for i, w in verified().items() if "closed namespace" in w}
    assert rows
    for iri, name in rows.items():
        assert URIRef(iri) in closed[name], iri


def test_no_outside_term_is_the_exact_match_of_two(ontology: Graph) -> None:
    targets = list(ontology.objects(None, SKOS.exactMatch))
    assert len(targets) == len(set(targets))


def test_what_biolink_deprecates_is_not_used(ontology: Graph) -> None:
    deprecated = {"binds", "severity_qualifier", "increases_amount_or_activity_of"}
    assert not {str(BIOLINK[d]) for d in deprecated} & outside(ontology)


# ---- OWL


def test_every_name_has_one_kind_and_is_declared(ontology: Graph) -> None:
    """As OWL 2 DL wants it: no property is two kinds of property, no class is a datatype."""
    builtin = (str(RDF), str(RDFS), str(OWL))
    kinds = {k: set(ontology.subjects(RDF.type, k)) for k in (*KINDS, OWL.Class)}
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert not kinds[KINDS[one]] & kinds[KINDS[other]]
    properties = set().union(*(kinds[k] for k in KINDS))
    undeclared = {p for p in ontology.predicates() if not str(p).startswith(builtin)} - properties
    assert undeclared == set()
    parents = set(ontology.objects(None, RDFS.subPropertyOf))
    assert parents <= kinds[OWL.ObjectProperty]
    for position in (RDFS.domain, RDFS.subClassOf):
        named = {o for o in ontology.objects(None, position) if not isinstance(o, BNode)}
        assert named <= kinds[OWL.Class]


def test_ranges_fit_the_kind_of_property(ontology: Graph) -> None:
    classes = set(ontology.subjects(RDF.type, OWL.Class))
    in_owl_2 = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean}  # its datatype map has no date
    for property_ in PROPERTIES:
        is_object = (property_, RDF.type, OWL.ObjectProperty) in ontology
        ranges = set(ontology.objects(property_, RDFS.range))
        assert ranges <= (classes if is_object else in_owl_2), property_
        assert ranges or property_ == LDNV.on, property_


def test_the_writer_uses_terms_as_they_are_declared(
    ontology: Graph, shipped_flat: Graph, mini_flat: Graph
) -> None:
    seen = set()
    for subject, property_, value in (*shipped_flat, *mini_flat):
        if not property_.startswith(NS):
            continue
        seen.add(property_)
        is_object = (property_, RDF.type, OWL.ObjectProperty) in ontology
        assert is_object == isinstance(value, URIRef), (subject, property_, value)
        range_ = ontology.value(property_, RDFS.range)
        if isinstance(value, Literal) and range_ is not None:
            assert (value.datatype or XSD.string) == range_, (subject, property_, value)
        if range_ == SKOS.Concept:
            assert value in CONCEPTS, (subject, property_, value)
    assert len(seen) > 80


def inconsistencies(*graphs: Graph) -> Iterator[str]:
    """What is inconsistent under OWL RL in the union of `graphs`, with SKOS's own axioms."""
    union = Graph()
    for graph in graphs:
        union += graph
    union.parse(data=SKOS_AXIOMS, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(union)
    yield from (str(m) for m in union.objects(None, URIRef(f"{owlrl.Namespaces.ERRNS}error")))
    yield from (f"{n} is nothing" for n in union.subjects(RDF.type, OWL.Nothing))


def sample(graph: Graph, claims: int) -> Graph:
    """The first claims of a flat graph with all their parts, and every entity."""
    nodes = sorted(s for s in graph.subjects(RDF.type, LDNV.Claim) if isinstance(s, URIRef))
    starts = tuple(str(n) for n in nodes[:claims])
    entities = set(graph.subjects(RDF.type, LDNV.Entity))
    chosen = Graph()
    for triple in graph:
        if str(triple[0]).startswith(starts) or triple[0] in entities:
            chosen.add(triple)
    return chosen


def test_the_closure_is_consistent(ontology: Graph, mini_flat: Graph, shipped_flat: Graph) -> None:
    assert list(inconsistencies(ontology, mini_flat, sample(shipped_flat, 10))) == []


ITEM = "ldnc:drugamine-decreases-inflammation\\#e1"


@pytest.mark.parametrize(
    "planted",
    [
        f"{ITEM} ldnv:direction ldnv:direction-refutes .",
        f"{ITEM} a ldnv:Source .",
        "ldn:drugamine ldnv:kind ldnv:kind-condition .",
        f"{ITEM} ldnv:source ldn:inflammation .",
        "ldnv:treats skos:broadMatch biolink:treats .",
        "ldnv:KindScheme skos:inScheme ldnv:KindScheme .  ldnv:KindScheme a skos:Concept .",
    ],
)
def test_a_planted_contradiction_is_found(ontology: Graph, mini_flat: Graph, planted: str) -> None:
    prefixes = "".join(f"@prefix {p}: <{i}> .\n" for p, i in identifiers.PREFIXES.items())
    graph = Graph().parse(data=prefixes + planted, format="turtle")
    assert list(inconsistencies(ontology, mini_flat, graph))
