"""Each claim's nanopublication: valid by the `nanopub` package, and by the guidelines' own rules.

The package opens no connection here, and its import changes nothing for the other tests.
"""

import importlib
import re
import socket
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from strategies import corpora
from variations import term, with_claim, with_record

from ldn_graph import rdf
from ldn_graph.grading.strength import Rule, Strength, grade, grade_all
from ldn_graph.rdf import nanopub, nanopub_quads
from ldn_graph.records import identifiers, vocabularies
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Basis, Design, Direction, Predicate, Status, Wording

LESS = "opioid-receptor-increases-endorphin"
BLOCKS = "drugamine-antagonises-opioid-receptor"
TREATS = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"

Verdict = Callable[[list[ox.Quad]], bool]


def written(corpus: Corpus, name: str, rule: Rule) -> list[ox.Quad]:
    claim = corpus.claims[name]
    return nanopub_quads(claim, corpus, grade(claim, corpus, rule))


def graph(found: list[ox.Quad], name: str) -> list[ox.Quad]:
    return [q for q in found if q.graph_name.value.endswith(f"#{name}")]


def values(found: list[ox.Quad], property_: str) -> list[str]:
    """The values of a property, IRIs as CURIEs."""
    terms_ = [q.object for q in found if q.predicate == term(property_)]
    return sorted(
        identifiers.contract(t.value) if isinstance(t, ox.NamedNode) else t.value for t in terms_
    )


# ---- valid by the package -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def is_valid() -> Iterator[Verdict]:
    """The package's verdict; a MalformedNanopubError is its "no"."""
    normalise, connect = rdflib.NORMALIZE_LITERALS, socket.socket.connect

    def refuse(*_: Any) -> None:
        raise AssertionError("validating a nanopublication opened a connection")

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="ConjunctiveGraph is deprecated")
        nanopub = importlib.import_module("nanopub")
        malformed = importlib.import_module("nanopub.utils").MalformedNanopubError
    conf = nanopub.NanopubConf()

    def verdict(found: list[ox.Quad]) -> bool:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="ConjunctiveGraph is deprecated")
            warnings.filterwarnings("ignore", message="Dataset.(contexts|default_context)")
            parsed = rdflib.Dataset(default_union=True)
            text = ox.serialize(found, format=ox.RdfFormat.N_QUADS)
            parsed.parse(data=text, format="nquads")
            try:
                return bool(nanopub.Nanopub(rdf=parsed, conf=conf).is_valid)
            except malformed:
                return False

    socket.socket.connect = refuse  # type: ignore[method-assign, assignment]
    try:
        yield verdict
    finally:
        socket.socket.connect = connect  # type: ignore[method-assign]
        rdflib.NORMALIZE_LITERALS = normalise


def test_the_package_accepts_every_claim_of_the_mini_corpus(
    mini: Corpus, rule: Rule, is_valid: Verdict
) -> None:
    refused = [name for name in mini.claims if not is_valid(written(mini, name, rule))]
    assert not refused


def test_the_package_accepts_every_claim_that_is_shipped(
    shipped: Corpus, rule: Rule, is_valid: Verdict
) -> None:
    names = [claim.id for claim in shipped.current()]
    assert names
    assert not [name for name in names if not is_valid(written(shipped, name, rule))]


@pytest.mark.parametrize("missing", ["head", "assertion", "provenance", "pubinfo"])
def test_the_package_refuses_one_without_a_graph(
    mini: Corpus, rule: Rule, is_valid: Verdict, missing: str
) -> None:
    found = written(mini, BLOCKS, rule)
    gone = graph(found, missing)
    assert gone
    assert not is_valid([q for q in found if q not in gone])


# ---- valid by the guidelines --------------------------------------------------------------------

PARTS = ("hasAssertion", "hasProvenance", "hasPublicationInfo")


def problems(found: list[ox.Quad]) -> list[str]:
    """What the nanopublication guidelines have against `found`, read apart from the package."""
    wanted = term("np:Nanopublication")
    heads = [q for q in found if q.predicate == term("rdf:type") and q.object == wanted]
    if len(heads) != 1:
        return [f"{len(heads)} nanopublications"]
    this, head = heads[0].subject, heads[0].graph_name
    named = {p: [q.object for q in _about(found, this, f"np:{p}", head)] for p in PARTS}
    wrong = [f"{len(graphs)} {p}" for p, graphs in named.items() if len(graphs) != 1]
    if wrong:
        return wrong
    assertion, provenance, pubinfo = (named[p][0] for p in PARTS)
    own = {head, assertion, provenance, pubinfo}
    said = [(q.subject, q.graph_name) for q in found]
    rules = {
        "its IRIs are not distinct": len(own | {this}) == 5,
        "a triple stands outside its graphs": all(q.graph_name in own for q in found),
        "the assertion is empty": any(g == assertion for _, g in said),
        "the provenance is silent on the assertion": (assertion, provenance) in said,
        "the publication info is silent on the nanopublication": (this, pubinfo) in said,
        "no creator": any(_about(found, this, "dct:creator", pubinfo)),
        "no time": any(_about(found, this, "dct:created", pubinfo)),
        "a blank node": not any(isinstance(q.subject, ox.BlankNode) for q in found),
    }
    return [rule for rule, holds in rules.items() if not holds]


def _about(found: list[ox.Quad], subject: Any, property_: str, where: Any) -> list[ox.Quad]:
    return [
        q
        for q in found
        if (q.subject, q.predicate, q.graph_name) == (subject, term(property_), where)
    ]


def test_every_claim_that_is_shipped_keeps_the_guidelines(shipped: Corpus, rule: Rule) -> None:
    wrong = {c.id: problems(written(shipped, c.id, rule)) for c in shipped.current()}
    assert not {name: found for name, found in wrong.items() if found}


@settings(max_examples=40, deadline=None)
@given(corpus=corpora())
def test_any_claim_keeps_the_guidelines(corpus: Corpus, rule: Rule) -> None:
    for name in corpus.claims:
        assert not problems(written(corpus, name, rule))


MUTANTS: dict[str, Callable[[ox.Quad], ox.Quad | None]] = {
    "0 hasAssertion": lambda q: None if q.predicate == term("np:hasAssertion") else q,
    "0 hasProvenance": lambda q: None if q.predicate == term("np:hasProvenance") else q,
    "0 nanopublications": lambda q: None if q.object == term("np:Nanopublication") else q,
    "no creator": lambda q: None if q.predicate == term("dct:creator") else q,
    "no time": lambda q: None if q.predicate == term("dct:created") else q,
    "the provenance is silent on the assertion": lambda q: (
        None if q.subject.value.endswith("#assertion") else q
    ),
    "a triple stands outside its graphs": lambda q: (
        ox.Quad(q.subject, q.predicate, q.object, ox.DefaultGraph())
        if q.predicate == term("dct:license")
        else q
    ),
    "the assertion is empty": lambda q: None if q.graph_name.value.endswith("#assertion") else q,
}


@pytest.mark.parametrize("problem", MUTANTS)
def test_the_rules_catch_what_is_broken(mini: Corpus, rule: Rule, problem: str) -> None:
    mutated = [MUTANTS[problem](q) for q in written(mini, BLOCKS, rule)]
    assert problem in problems([q for q in mutated if q is not None])


def test_only_accepted_claims_are_published(mini: Corpus, rule: Rule) -> None:
    for status in Status:
        corpus = with_claim(mini, BLOCKS, status=status)
        found = rdf.quads(corpus, grade_all(corpus, rule))
        published = {q.subject.value for q in found if q.object == term("np:Nanopublication")}
        assert (f"{identifiers.BASE}np/{BLOCKS}" in published) is (status is Status.ACCEPTED)
        assert len(published) == len(corpus.current())


# ---- what it says -------------------------------------------------------------------------------


def test_the_assertion_is_a_biolink_association(mini: Corpus, rule: Rule) -> None:
    said = graph(written(mini, BLOCKS, rule), "assertion")
    assert values(said, "rdf:type") == ["biolink:Association"]
    assert values(said, "biolink:subject") == ["ldn:drugamine"]
    assert values(said, "biolink:predicate") == ["biolink:affects"]
    assert values(said, "biolink:object") == ["ldn:opioid-receptor"]
    assert values(said, "biolink:causal_mechanism_qualifier") == ["antagonism"]
    assert values(said, "biolink:knowledge_level") == ["knowledge_assertion"]
    assert values(said, "biolink:agent_type") == ["manual_agent"]
    assert values(said, "ldnv:predicate") == ["ldnv:antagonises"]
    assert values(said, "ldnv:timing") == ["for a few hours"]
    assert values(said, "biolink:affects") == ["ldn:opioid-receptor"]


def test_a_changed_subject_is_qualified(mini: Corpus, rule: Rule) -> None:
    said = graph(written(mini, LESS, rule), "assertion")
    assert values(said, "biolink:subject_direction_qualifier") == ["decreased"]
    assert values(said, "biolink:object_direction_qualifier") == ["increased"]
    assert values(said, "biolink:qualified_predicate") == ["biolink:causes"]
    assert values(said, "biolink:knowledge_level") == ["prediction"]
    modulated = with_claim(mini, LESS, qualifiers={"subject_change": "modulated"})
    said = graph(written(modulated, LESS, rule), "assertion")
    assert not values(said, "biolink:subject_direction_qualifier"), "no such value in Biolink"
    assert values(said, "ldnv:subjectChange") == ["ldnv:change-modulated"]


def test_the_provenance_has_a_line_for_each_item(mini: Corpus, rule: Rule) -> None:
    said = graph(written(mini, TREATS, rule), "provenance")
    assert len(values(said, "obo:SEPIO_0000006")) == 3
    assert values(said, "obo:SEPIO_0000183") == [
        "obo:SEPIO_0000403",
        "obo:SEPIO_0000403",
        "obo:SEPIO_0000404",
    ]
    assert values(said, "obo:SEPIO_0000398") == ["ECO:0000180", "ECO:0000303"]
    assert values(said, "oa:exact") == ["Drugamine can reduce inflammation"]
    assert (values(said, "oa:start"), values(said, "oa:end")) == (["201"], ["234"])
    assert values(said, "ldnv:agreement") == ["ldnv:agreement-contested"]
    assert values(said, "obo:SEPIO_0000167").count("ldnv:certainty-hedged") == 1
    assert values(said, "prov:wasAttributedTo") == ["ldna:curator-one"]
    sources = ["ldns:synthetic-text", "ldns:synthetic-trial-a", "ldns:synthetic-trial-b"]
    assert sorted(set(values(said, "prov:wasDerivedFrom"))) == sources
    assert values(said, "prov:wasQuotedFrom") == sources[:1]


def test_the_publication_info_names_who_and_when(mini: Corpus, rule: Rule) -> None:
    corpus = with_record(mini, "agents", "curator-one", orcid="0000-0002-1825-0097")
    said = graph(written(corpus, BLOCKS, rule), "pubinfo")
    assert values(said, "dct:creator") == ["orcid:0000-0002-1825-0097"]
    assert values(said, "dct:created") == ["2026-01-02T00:00:00Z"]
    assert values(said, "dct:license") == ["https://creativecommons.org/publicdomain/zero/1.0/"]
    assert values(graph(written(mini, BLOCKS, rule), "pubinfo"), "dct:creator") == [
        "ldna:curator-one"
    ]


def test_a_claim_is_negated_only_where_all_who_take_a_side_deny_it(
    mini: Corpus, rule: Rule
) -> None:
    assert not values(written(mini, TREATS, rule), "biolink:negated"), "contested, not denied"
    denial = mini.claims[TREATS].evidence[2]
    against = with_claim(mini, TREATS, evidence=[denial])
    said = written(against, TREATS, rule)
    assert values(said, "biolink:negated") == ["true"]
    assert values(said, "obo:SEPIO_0000183") == ["obo:SEPIO_0000404"]
    assert not values(said, "biolink:treats_or_applied_or_studied_to_treat"), "no shortcut"
    open_question = denial.model_copy(update={"direction": Direction.INCONCLUSIVE})
    undecided = with_claim(mini, TREATS, evidence=[open_question.model_dump()])
    assert not values(written(undecided, TREATS, rule), "biolink:negated")


def test_claims_for_and_against_share_their_proposition(mini: Corpus, rule: Rule) -> None:
    against = with_claim(mini, TREATS, evidence=[mini.claims[TREATS].evidence[2]])
    asserts = "obo:SEPIO_0000030"
    for_it = values(written(mini, TREATS, rule), asserts)
    assert values(written(against, TREATS, rule), asserts) == for_it
    narrowed = with_claim(mini, TREATS, qualifiers={"frequency": "often"})
    assert values(written(narrowed, TREATS, rule), asserts) != for_it


def test_biolink_treats_is_for_claims_that_say_treats(shipped: Corpus, rule: Rule) -> None:
    treats = term("biolink:treats")
    for claim in shipped.current():
        said = written(shipped, claim.id, rule)
        uses = any(treats in (q.predicate, q.object) for q in said)
        assert uses is (claim.predicate is Predicate.TREATS), claim.id
    assert {p for p, m in nanopub.BIOLINK_PREDICATES.items() if m.predicate == "treats"} == {
        Predicate.TREATS
    }


def test_a_biolink_predicate_is_used_only_for_kinds_that_it_allows(
    mini: Corpus, rule: Rule
) -> None:
    name = "inflammation-feature-of-crohns-disease"
    corpus = with_claim(mini, name, predicate="involved-in")
    said = graph(written(corpus, name, rule), "assertion")
    assert values(said, "biolink:predicate") == ["ldnv:involved-in"], "no continuant in a process"
    corpus = with_record(corpus, "entities", "inflammation", kind="cell")
    corpus = with_record(corpus, "entities", "crohns-disease", kind="pathway")
    said = graph(written(corpus, name, rule), "assertion")
    assert values(said, "biolink:predicate") == ["biolink:participates_in"]


def test_a_retracted_source_is_marked(mini: Corpus, rule: Rule) -> None:
    corpus = with_record(mini, "sources", "synthetic-trial-a", retracted=True)
    said = graph(written(corpus, TREATS, rule), "provenance")
    assert [
        identifiers.contract(q.subject.value) for q in said if q.predicate == term("ldnv:retracted")
    ]


def test_every_rung_basis_and_design_is_mapped() -> None:
    assert set(nanopub.KNOWLEDGE_LEVEL) == set(Wording)
    assert set(nanopub.ECO_OF_BASIS) == set(Basis)
    assert set(nanopub.ECO_OF_DESIGN) == set(Design)
    assert set(nanopub.BIOLINK_PREDICATES) <= set(Predicate)


@pytest.fixture(scope="module")
def ontology(pytestconfig: pytest.Config) -> rdflib.Graph:
    return rdflib.Graph().parse(pytestconfig.rootpath / "ontology" / "ldn.ttl")


def matches(ontology: rdflib.Graph, iri: str, *kinds: str) -> set[str]:
    """The CURIEs that the ontology maps an own term to."""
    properties = (rdflib.SKOS[f"{kind}Match"] for kind in kinds)
    node = rdflib.URIRef(iri)
    return {identifiers.contract(str(o)) for p in properties for o in ontology.objects(node, p)}


@pytest.mark.parametrize("member", [*Basis, *Design])
def test_evidence_types_are_those_of_the_ontology(
    ontology: rdflib.Graph, member: Basis | Design
) -> None:
    said = matches(ontology, rdf.iris.concept(member).value, "exact", "close", "broad")
    ours = nanopub.ECO_OF_BASIS if isinstance(member, Basis) else nanopub.ECO_OF_DESIGN
    assert set(ours[member]) == {curie for curie in said if curie.startswith("ECO:")}


@pytest.mark.parametrize("predicate", nanopub.BIOLINK_PREDICATES)
def test_biolink_predicates_are_those_of_the_ontology(
    ontology: rdflib.Graph, predicate: Predicate
) -> None:
    kinds = ("exact", "close", "broad", "narrow")
    said = matches(ontology, identifiers.relation(predicate), *kinds)
    assert f"biolink:{nanopub.BIOLINK_PREDICATES[predicate].predicate}" in said


def test_every_outside_term_is_well_formed(shipped: Corpus, rule: Rule) -> None:
    found = [q for c in shipped.current() for q in written(shipped, c.id, rule)]
    curies = {identifiers.contract(t.value) for q in found for t in (q.predicate, q.object)}
    for curie in curies:
        if curie.startswith("ECO:"):
            assert re.fullmatch(r"ECO:\d{7}", curie)
        if curie.startswith("obo:"):
            assert re.fullmatch(r"obo:SEPIO_\d{7}", curie), curie


def test_a_study_counts_by_design_and_a_statement_by_its_basis(mini: Corpus) -> None:
    item = mini.claims[TREATS].evidence[1]

    def eco(**changes: Any) -> list[str]:
        changed = type(item).model_validate(item.model_dump() | changes)
        return [identifiers.contract(t.value) for t in nanopub.evidence_types(changed)]

    assert eco() == ["ECO:0000180"]
    assert eco(design="animal") == ["ECO:0000179"]
    assert eco(role="background", basis=["patient-reports"]) == ["ECO:0000303", "ECO:0006154"]
    assert eco(role="background", basis=["cited-study"], design=None) == ["ECO:0000304"]
    assert eco(design=vocabularies.Design.PROTOCOL) == [], "a protocol has no result"


def test_the_strength_goes_in(mini: Corpus, mini_strengths: dict[str, Strength]) -> None:
    name = "drugamine-decreases-inflammation"
    said = nanopub_quads(mini.claims[name], mini, mini_strengths[name])
    provenance = graph(said, "provenance")
    assert values(provenance, "ldnv:evidenceLevel") == ["1"], "version 1, deprecated"
    grade = mini_strengths[name].grade
    assert values(provenance, "ldnv:gradeStep") == [str(grade.step)]
    assert values(provenance, "ldnv:gradeLabel") == [grade.words]
    assert values(provenance, "ldnv:measured") == [f"ldnv:measured-{grade.name}"]
    assert values(said, "biolink:knowledge_level") == ["observation"]


def test_an_effect_carries_its_certainty_and_what_is_shown(
    mini: Corpus, mini_strengths: dict[str, Strength]
) -> None:
    said = nanopub_quads(mini.claims[TREATS], mini, mini_strengths[TREATS])
    provenance = graph(said, "provenance")
    grade = mini_strengths[TREATS].grade
    certainty = f"ldnv:certainty-of-evidence-{grade.name}"
    assert values(provenance, "ldnv:certaintyOfEvidence") == [certainty]
    assert values(provenance, "ldnv:evidenceShows") == [f"ldnv:shows-{grade.shows}"]
