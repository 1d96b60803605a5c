"""The flat view: direct edges, claim summaries, entities, sources, agents and paths."""

import re

import pyoxigraph as ox
import pytest
from variations import objects, with_claim, with_record

from ldn_graph import rdf
from ldn_graph.errors import DataError
from ldn_graph.grading.strength import Rule, Strength, grade, grade_all
from ldn_graph.paths.search import find_paths
from ldn_graph.rdf import Names, direct_edge, quads, read_quads, records, slots
from ldn_graph.rdf.iris import LDNV
from ldn_graph.records import identifiers, vocabularies
from ldn_graph.records.enumerations import GradeScale
from ldn_graph.records.identifiers import PREFIXES
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Agreement, Direction, Predicate, Status

BLOCKS = "drugamine-antagonises-opioid-receptor"
LESS = "opioid-receptor-increases-endorphin"
TREATS = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"
NAMES = Names()


@pytest.fixture(scope="module")
def written(mini: Corpus, mini_strengths: dict[str, Strength]) -> list[ox.Quad]:
    return quads(mini, mini_strengths)


# ---- the direct edge ----------------------------------------------------------------------------


def edge(corpus: Corpus, name: str, rule: Rule) -> tuple[str, ...] | None:
    claim = corpus.claims[name]
    found = direct_edge(claim, corpus, grade(claim, corpus, rule))
    return found and tuple(identifiers.contract(t.value) for t in found)


def test_an_accepted_supported_claim_is_an_edge(
    mini: Corpus, rule: Rule, written: list[ox.Quad]
) -> None:
    expected = ("ldn:drugamine", "ldnv:antagonises", "ldn:opioid-receptor")
    assert edge(mini, BLOCKS, rule) == expected
    assert objects(written, *expected[:2]) == [expected[2]]


def test_a_contested_claim_is_an_edge_and_says_so(
    mini: Corpus, rule: Rule, written: list[ox.Quad]
) -> None:
    assert edge(mini, TREATS, rule) is not None
    assert objects(written, f"ldnc:{TREATS}", "ldnv:agreement") == ["ldnv:agreement-contested"]
    assert objects(written, f"ldnc:{TREATS}", "ldnv:refutingSources") == ["1"]


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.ACCEPTED])
def test_a_claim_that_is_not_accepted_is_no_edge(mini: Corpus, rule: Rule, status: Status) -> None:
    corpus = with_claim(mini, BLOCKS, status=status)
    assert edge(corpus, BLOCKS, rule) is None
    found = quads(corpus, grade_all(corpus, rule))
    assert not objects(found, "ldn:drugamine", "ldnv:antagonises")
    assert objects(found, f"ldnc:{BLOCKS}", "ldnv:status") == [f"ldnv:status-{status}"]
    graphs = {q.graph_name for q in found if not isinstance(q.graph_name, ox.DefaultGraph)}
    assert graphs, "the other claims are accepted"
    assert not [g for g in graphs if f"/{BLOCKS}#" in g.value]


@pytest.mark.parametrize("direction", [Direction.REFUTES, Direction.INCONCLUSIVE])
def test_a_claim_that_nothing_supports_is_no_edge(
    mini: Corpus, rule: Rule, direction: Direction
) -> None:
    item = mini.claims[BLOCKS].evidence[0].model_dump() | {"direction": direction}
    assert edge(with_claim(mini, BLOCKS, evidence=[item]), BLOCKS, rule) is None


def test_a_claim_that_only_a_retracted_source_supports_is_no_edge(mini: Corpus, rule: Rule) -> None:
    corpus = with_record(mini, "sources", "synthetic-text", retracted=True)
    assert edge(corpus, BLOCKS, rule) is None
    assert edge(corpus, TREATS, rule) is not None, "a trial that stands supports it too"


def test_indirect_support_against_direct_refutation_is_no_edge(mini: Corpus, rule: Rule) -> None:
    e2, e3 = (i.model_dump() for i in mini.claims[TREATS].evidence[1:])
    corpus = with_claim(mini, TREATS, evidence=[e2 | {"indirectness": ["species"]}, e3])
    assert edge(corpus, TREATS, rule) is None


def test_what_less_of_a_thing_does_is_not_said_of_the_thing(mini: Corpus, rule: Rule) -> None:
    assert edge(mini, LESS, rule) == ("ldn:opioid-receptor", "ldnv:affects", "ldn:endorphin")
    more = with_claim(mini, LESS, qualifiers={"subject_change": "increased"})
    assert edge(more, LESS, rule) == ("ldn:opioid-receptor", "ldnv:increases", "ldn:endorphin")


def test_edges_are_those_of_current_claims_and_no_others(
    shipped: Corpus, shipped_strengths: dict[str, Strength]
) -> None:
    relations = {identifiers.relation(p) for p in Predicate}
    found = {
        (q.subject.value, q.object.value)
        for q in quads(shipped, shipped_strengths)
        if q.predicate.value in relations and isinstance(q.graph_name, ox.DefaultGraph)
    }
    expected = {
        (NAMES.of("entity", c.subject).value, NAMES.of("entity", c.object).value)
        for c in shipped.current()
        if any(i.direction is Direction.SUPPORTS for i in c.evidence)
        and shipped_strengths[c.id].agreement is not Agreement.REFUTED
    }
    assert found == expected


# ---- the flat view ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "property_", "expected"),
    [
        (f"ldnc:{BLOCKS}", "rdf:type", ["ldnv:Claim"]),
        (f"ldnc:{BLOCKS}", "ldnv:subject", ["ldn:drugamine"]),
        (f"ldnc:{BLOCKS}", "ldnv:predicate", ["ldnv:antagonises"]),
        (f"ldnc:{BLOCKS}", "ldnv:object", ["ldn:opioid-receptor"]),
        (f"ldnc:{BLOCKS}", "ldnv:timing", ["for a few hours"]),
        (f"ldnc:{BLOCKS}", "ldnv:wording", ["ldnv:wording-assertion"]),
        (f"ldnc:{BLOCKS}", "ldnv:evidenceLevel", ["0"]),
        (f"ldnc:{BLOCKS}", "ldnv:status", ["ldnv:status-accepted"]),
        (f"ldnc:{LESS}", "ldnv:leansOn", [f"ldnc:{BLOCKS}"]),
        (f"ldnc:{LESS}#dependence-1", "ldnv:dependenceKind", ["ldnv:dependence-kind-follows"]),
        (f"ldnc:{LESS}#e1", "ldnv:quote", ["This blockade may increase endorphins"]),
        (f"ldnc:{LESS}#e1", "ldnv:start", ["68"]),
        (f"ldnc:{LESS}#e1", "ldnv:source", ["ldns:synthetic-text"]),
        (f"ldnc:{LESS}#e1-cue-1", "ldnv:exact", ["may"]),
        (f"ldnc:{LESS}#event-3", "ldnv:by", ["ldna:reviewer-two"]),
        (f"ldnc:{LESS}#event-3", "ldnv:on", ["2026-01-03"]),
        (f"ldnc:{TREATS}", "ldnv:supportingSources", ["2"]),
        (f"ldnc:{TREATS}#e2-dose", "ldnv:doseLow", ["4.5"]),
        ("ldn:drugamine", "ldnv:column", ["ldnv:column-drug"]),
        ("ldn:drugamine", "ldnv:doseBand", ["ldnv:dose-band-low"]),
        ("ldn:drugamine", "skos:altLabel", ["DGM"]),
        ("ldn:crohns-disease", "skos:broader", ["ldn:disease"]),
        ("ldn:opioid-receptor", "skos:exactMatch", ["MESH:D011957"]),
        ("ldn:opioid-receptor#mapping-1", "ldnv:curie", ["MESH:D011957"]),
        ("ldns:synthetic-text", "ldnv:sentencesWithoutClaim", ["2"]),
        ("ldns:synthetic-text#sentence-2", "ldnv:opening", ["It was a sunny"]),
        ("ldns:synthetic-text#author-1", "rdfs:label", ["Nobody"]),
    ],
)
def test_the_flat_view_says(
    written: list[ox.Quad], subject: str, property_: str, expected: list[str]
) -> None:
    assert objects(written, subject, property_) == expected


def test_every_reason_is_in_the_flat_view(
    mini: Corpus, mini_strengths: dict[str, Strength], written: list[ox.Quad]
) -> None:
    for name, strength in mini_strengths.items():
        expected = sorted(f"{r.axis}: {r.text}" for r in strength.reasons)
        assert objects(written, f"ldnc:{name}", "ldnv:reason") == expected


def test_a_related_mapping_is_a_link_and_no_match(mini: Corpus, rule: Rule) -> None:
    mapping = {"curie": "MESH:D000001", "match": "related", "verified_in": "a test"}
    corpus = with_record(mini, "entities", "drugamine", mappings=[mapping])
    found = quads(corpus, grade_all(corpus, rule))
    assert objects(found, "ldn:drugamine", "rdfs:seeAlso") == ["MESH:D000001"]
    skos = [q for q in found if q.predicate.value.startswith(PREFIXES["skos"])]
    assert not [q for q in skos if "D000001" in str(q.object)]


def test_every_match_has_its_link(mini: Corpus, rule: Rule) -> None:
    for match in vocabularies.Match:
        mapping = {"curie": "MESH:D000001", "match": match, "verified_in": "a test"}
        corpus = with_record(mini, "entities", "drugamine", mappings=[mapping])
        link = "rdfs:seeAlso" if match is vocabularies.Match.RELATED else f"skos:{match}Match"
        found = quads(corpus, grade_all(corpus, rule))
        assert objects(found, "ldn:drugamine", link) == ["MESH:D000001"]


def test_an_agent_with_an_orcid_is_linked_to_it(mini: Corpus, rule: Rule) -> None:
    corpus = with_record(mini, "agents", "curator-one", orcid="0000-0002-1825-0097")
    found = quads(corpus, grade_all(corpus, rule))
    assert objects(found, "ldna:curator-one", "owl:sameAs") == ["orcid:0000-0002-1825-0097"]


def test_only_declared_terms_of_the_own_vocabulary_are_used(
    shipped: Corpus, shipped_strengths: dict[str, Strength]
) -> None:
    own = PREFIXES["ldnv"]
    declared = {identifiers.relation(p) for p in Predicate} | {
        str(LDNV[t]) for t in LDNV.__annotations__
    }
    for enum in vars(vocabularies).values():
        if isinstance(enum, type) and issubclass(enum, vocabularies.StrEnum):
            declared |= {identifiers.concept(identifiers.scheme(enum), member) for member in enum}
    paths = find_paths(shipped, shipped_strengths, "low-dose-naltrexone", "crohns-disease")
    used = {
        t.value
        for q in quads(shipped, shipped_strengths, paths)
        for t in (q.predicate, q.object)
        if isinstance(t, ox.NamedNode) and t.value.startswith(own)
    }
    assert used <= declared


def test_another_base_names_everything_anew(mini: Corpus, rule: Rule) -> None:
    description = mini.description.model_copy(update={"base": "https://example.org/x/"})
    corpus = mini.model_copy(update={"description": description})
    found = quads(corpus, grade_all(corpus, rule))
    strays = {
        q.subject.value for q in found if not q.subject.value.startswith("https://example.org/x/")
    }
    assert not strays
    assert read_quads(found) == corpus


def test_a_base_that_is_no_iri_is_refused() -> None:
    with pytest.raises(DataError, match=r"corpus\.yaml: base 'http://a b/' is no IRI; name one"):
        Names("http://a b/")


@pytest.mark.parametrize("local", ["10.1002/(SICI)1<97::AID>3.0", "a b", "x#y#z", "[", "%", "\\"])
def test_any_identifier_gives_an_iri(local: str) -> None:
    assert rdf.iris.outside(f"doi:{local}").value.startswith("https://doi.org/")


# ---- paths --------------------------------------------------------------------------------------


def test_a_path_is_in_the_flat_view(mini: Corpus, mini_strengths: dict[str, Strength]) -> None:
    paths = find_paths(mini, mini_strengths, "drugamine", "crohns-disease")
    found = quads(mini, mini_strengths, paths)
    path = next(p for p in paths if len(p.steps) == 4)
    node = f"ldnp:{path.id}"
    assert objects(found, node, "rdf:type") == ["ldnv:Path"]
    assert objects(found, node, "rdfs:label") == [
        "drugamine → opioid receptor → endorphin → inflammation → Crohn's disease"
    ]
    assert objects(found, node, "ldnv:pathFrom") == ["ldn:drugamine"]
    assert objects(found, node, "ldnv:pathTo") == ["ldn:crohns-disease"]
    assert objects(found, node, "ldnv:length") == ["4"]
    assert objects(found, node, "ldnv:netSign") == [str(path.sign)]
    assert objects(found, node, "ldnv:coherence") == [f"ldnv:coherence-{path.coherence}"]
    assert objects(found, node, "ldnv:joined") == [f"ldnv:joined-{path.joined}"]
    assert sorted(objects(found, node, "ldnv:note")) == sorted(path.notes)
    for number, step in enumerate(path.steps, 1):
        part = f"{node}#step-{number}"
        assert part in objects(found, node, "ldnv:step")
        assert objects(found, part, "ldnv:stepNumber") == [str(number)]
        assert objects(found, part, "ldnv:stepClaim") == [f"ldnc:{step.claim.id}"]
        assert objects(found, part, "ldnv:pathTo") == [f"ldn:{step.end}"]
        assert objects(found, part, "ldnv:stepReversed") == ["false"]


def test_a_path_is_as_strong_as_its_weakest_step(
    mini: Corpus, mini_strengths: dict[str, Strength]
) -> None:
    paths = find_paths(mini, mini_strengths, "drugamine", "crohns-disease")
    found = quads(mini, mini_strengths, paths)
    for path in paths:
        node, weakest = f"ldnp:{path.id}", path.weakest
        [step] = objects(found, node, "ldnv:weakestStep")
        assert objects(found, step, "ldnv:stepClaim") == [f"ldnc:{weakest.claim.id}"]
        for property_ in ("ldnv:agreement", "ldnv:wording"):
            of_claim = objects(found, f"ldnc:{weakest.claim.id}", property_)
            assert objects(found, node, property_) == of_claim
        [least] = objects(found, f"ldnc:{weakest.claim.id}", "ldnv:gradeStep")
        assert objects(found, node, "ldnv:weakestGradeStep") == [least]
        level = str(min(s.strength.version_1_level for s in path.steps))
        assert objects(found, node, "ldnv:evidenceLevel") == [level], "deprecated, still there"
        assert objects(found, node, "ldnv:pathBlock") == [f"ldnv:path-block-{path.block}"]


def test_a_claim_has_its_grade_and_the_items_that_earned_it(
    mini: Corpus, mini_strengths: dict[str, Strength]
) -> None:
    found = quads(mini, mini_strengths, [])
    on_scale = {
        GradeScale.CERTAINTY: ("ldnv:certaintyOfEvidence", "certainty-of-evidence"),
        GradeScale.MEASURED: ("ldnv:measured", "measured"),
        GradeScale.SOURCE: ("ldnv:sourceKind", "source-kind"),
    }
    for name, strength in mini_strengths.items():
        node, grade = f"ldnc:{name}", strength.grade
        assert objects(found, node, "ldnv:gradeScale") == [f"ldnv:grade-scale-{grade.scale}"]
        for scale, (property_, scheme) in on_scale.items():
            expected = [f"ldnv:{scheme}-{grade.name}"] if scale is grade.scale else []
            assert objects(found, node, property_) == expected
        assert len(objects(found, node, "ldnv:earnedBy")) == len(set(grade.shown))
        assert objects(found, node, "ldnv:gradeLabel") == [grade.words]
        assert objects(found, node, "ldnv:gradeSummary") == [grade.short]
        assert {f"evidence: {r}" for r in grade.reasons} <= set(objects(found, node, "ldnv:reason"))


def test_paths_are_passed_over_on_the_way_back(
    mini: Corpus, mini_strengths: dict[str, Strength]
) -> None:
    paths = find_paths(mini, mini_strengths, "drugamine", "crohns-disease")
    assert read_quads(quads(mini, mini_strengths, paths)) == mini


# ---- docs/rdf.md ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(pytestconfig: pytest.Config) -> str:
    return (pytestconfig.rootpath / "docs" / "rdf.md").read_text(encoding="utf-8")


def test_the_page_names_every_property_and_no_other(
    page: str, shipped: Corpus, shipped_strengths: dict[str, Strength]
) -> None:
    own = PREFIXES["ldnv"]
    paths = find_paths(shipped, shipped_strengths, "low-dose-naltrexone", "crohns-disease")
    found = quads(shipped, shipped_strengths, paths)
    written_ = {q.predicate.value.removeprefix(own) for q in found if own in q.predicate.value}
    tables = [r for r in vars(records).values() if isinstance(r, slots.Record)]
    slotted = {getattr(s, "property", None) for r in tables for s in r.slots} - {None}
    written_ |= {p.value.removeprefix(own) for p in slotted if own in p.value}
    told = set(re.findall(r"ldnv:([A-Za-z]+)\b(?!-)", page))
    relations = {p.value for p in Predicate}
    assert written_ - relations <= told
    assert told - relations <= set(LDNV.__annotations__)


def test_the_page_s_query_has_rows(
    page: str, shipped: Corpus, shipped_strengths: dict[str, Strength]
) -> None:
    store = ox.Store()
    store.bulk_extend(quads(shipped, shipped_strengths))
    [query] = re.findall(r"```sparql\n(.*?)```", page, re.DOTALL)
    assert list(store.query(query))
