"""Checks in SPARQL: each is silent on a sound graph and finds the fault that it is there for."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from ldn_graph import queries, rdf
from ldn_graph.grading.strength import Rule, grade_all
from ldn_graph.paths import search
from ldn_graph.records.identifiers import contract
from ldn_graph.records.model import Corpus
from ldn_graph.store import MemoryStore, Store
from ldn_graph.table import Table, plain

ROOT = Path(__file__).parent.parent
CHECKS = queries.canned(ROOT / "queries" / "checks")
C = "ldnc:ldn-antagonises-opioid-receptor"
#: Parts of that claim: `#` can't stand in a prefixed name.
PART = "https://w3id.org/ldn-graph/claim/ldn-antagonises-opioid-receptor#"
#: A claim that the article alone makes, as it was first accepted.
ALONE = "ldnc:ldn-regulates-immune-function"
EVENTS = PART.replace("ldn-antagonises-opioid-receptor", "ldn-regulates-immune-function")
SOURCE = "ldns:hartmann-uses-of-ldn"
DOSED = "https://w3id.org/ldn-graph/claim/ldn-starts-at-1-5-mg-daily#e1"
TWIN = "ldnc:naltrexone-antagonises-opioid-receptor"


def swapped(subject: str, property_: str, value: str) -> str:
    """An update that puts `value` in the place of what stands there."""
    return (
        f"DELETE {{ {subject} {property_} ?old }} INSERT {{ {subject} {property_} {value} }} "
        f"WHERE {{ {subject} {property_} ?old }}"
    )


#: Check → a fault as a SPARQL update, and the thing that the check must name for it.
FAULTS: dict[str, tuple[str, str]] = {
    "accepted-without-accept-event": (
        swapped(f"<{EVENTS}event-3>", "ldnv:action", "ldnv:action-edit"),
        ALONE,
    ),
    "blog-without-quote": (f"DELETE WHERE {{ <{PART}e1> ldnv:quote ?q }}", f"{C}#e1"),
    "claim-without-evidence": (f"DELETE WHERE {{ {C} ldnv:evidence ?item }}", C),
    "conflict-not-shown": (swapped(C, "ldnv:refutingSources", "1"), C),
    "contested-without-two-sides": (
        swapped(C, "ldnv:agreement", "ldnv:agreement-contested"),
        C,
    ),
    "cue-outside-quote": (
        f"INSERT DATA {{ <{PART}e1> ldnv:cue <{PART}x> . "
        f'<{PART}x> ldnv:exact "may" ; ldnv:start 5000 ; ldnv:end 5003 }}',
        f"{C}#e1",
    ),
    "direct-edge-without-claim": (
        "INSERT DATA { ldn:low-dose-naltrexone ldnv:treats ldn:cancer }",
        "ldn:low-dose-naltrexone",
    ),
    "dose-form-as-substance": (
        "INSERT DATA { ldn:low-dose-naltrexone skos:exactMatch obo:CHEBI_1 }",
        "ldn:low-dose-naltrexone",
    ),
    "dose-outside-band": (
        swapped(f"<{DOSED}-dose>", "ldnv:doseHigh", "50.0"),
        contract(DOSED),
    ),
    "dose-without-band": (
        swapped(f"<{DOSED}-dose>", "ldnv:doseBand", "ldnv:dose-band-unspecified"),
        contract(DOSED),
    ),
    "drug-without-dose-band": (
        "DELETE WHERE { ldn:low-dose-naltrexone ldnv:doseBand ?band }",
        "ldn:low-dose-naltrexone",
    ),
    "entity-unused": (
        'INSERT DATA { ldn:new a ldnv:Entity ; rdfs:label "new" }',
        "ldn:new",
    ),
    "events-out-of-order": (
        swapped(f"<{PART}event-2>", "ldnv:on", '"1999-01-01"^^xsd:date'),
        C,
    ),
    "exact-match-shared": (
        "INSERT DATA { ldn:brain skos:exactMatch obo:CHEBI_7465 . "
        "ldn:naltrexone skos:exactMatch obo:CHEBI_7465 }",
        "ldn:brain",
    ),
    "hedged-but-asserted": (
        f'INSERT DATA {{ <{PART}e1> ldnv:cue <{PART}x> . <{PART}x> ldnv:exact "may" }}',
        f"{C}#e1",
    ),
    "hedged-without-cue": (
        swapped(f"<{PART}e1>", "ldnv:certainty", "ldnv:certainty-hedged"),
        f"{C}#e1",
    ),
    "leans-in-a-circle": (
        f"INSERT DATA {{ {C} ldnv:leansOn {TWIN} . {TWIN} ldnv:leansOn {C} }}",
        C,
    ),
    "leans-on-claim-not-in-force": (
        swapped(C, "ldnv:status", "ldnv:status-retracted"),
        "ldnc:opioid-receptor-blockade-increases-endorphin",
    ),
    "level-without-study": (
        swapped("ldnc:endorphin-decreases-inflammation", "ldnv:gradeStep", "3"),
        "ldnc:endorphin-decreases-inflammation",
    ),
    "naloxone-taken-for-naltrexone": (
        "INSERT DATA { ldn:naltrexone ldnv:mapping <urn:x> . <urn:x> ldnv:curie 'MESH:D009270' }",
        "ldn:naltrexone",
    ),
    "only-retracted-sources": (swapped(SOURCE, "ldnv:retracted", "true"), ALONE),
    "path-stronger-than-its-weakest-step": (
        "DELETE { ?p ldnv:weakestGradeStep ?old } INSERT { ?p ldnv:weakestGradeStep 4 } "
        "WHERE { ?p ldnv:pathFrom ldn:naltrexone ; ldnv:weakestGradeStep ?old }",
        "ldnp:naltrexone-to-",
    ),
    "path-through-unsupported-claim": (
        swapped(TWIN, "ldnv:status", "ldnv:status-rejected"),
        "ldnp:naltrexone-to-",
    ),
    "quote-length": (swapped(f"<{PART}e1>", "ldnv:end", "1244"), f"{C}#e1"),
    "quote-without-position": (
        f"DELETE WHERE {{ <{PART}e1> ldnv:start ?s ; ldnv:end ?e }}",
        f"{C}#e1",
    ),
    "same-claim-twice": (
        f"INSERT {{ ldnc:copy ?p ?o }} WHERE {{ {C} ?p ?o }}",
        "ldnc:copy",
    ),
    "self-accepted": (
        swapped(f"<{PART}event-1>", "ldnv:by", "ldna:ldn-graph-second-reading"),
        C,
    ),
    "sentence-left-out-yet-quoted": (
        f"INSERT DATA {{ <urn:gap> a ldnv:SentenceWithoutClaim ; ldnv:source {SOURCE} ; "
        "ldnv:start 1210 ; ldnv:end 1212 ; ldnv:opening 'LDN' }",
        f"{C}#e1",
    ),
    "treats-without-approval": (swapped(C, "ldnv:predicate", "ldnv:treats"), C),
    "unknown-entity": (swapped(C, "ldnv:object", "ldn:nothing"), C),
    "unknown-source": (swapped(f"<{PART}e1>", "ldnv:source", "ldns:nothing"), f"{C}#e1"),
}


def graph_of(corpus: Corpus, rule: Rule) -> list[ox.Quad]:
    strengths = grade_all(corpus, rule)
    return rdf.quads(corpus, strengths, search.all_paths(corpus, strengths))


def filled(quads: list[ox.Quad]) -> Store:
    store = MemoryStore()
    store.load(quads)
    return store


def things(table: Table) -> list[str]:
    return [contract(plain(row["thing"])) for row in table]


@pytest.fixture(scope="module")
def shipped_quads(shipped: Corpus, rule: Rule) -> list[ox.Quad]:
    return graph_of(shipped, rule)


@pytest.fixture(scope="module")
def sound(shipped_quads: list[ox.Quad]) -> Store:
    return filled(shipped_quads)


@pytest.mark.parametrize("name", CHECKS)
def test_the_shipped_graph_is_sound(name: str, sound: Store) -> None:
    assert things(queries.run(sound, CHECKS[name])) == []


def test_the_synthetic_corpus_has_no_errors(mini: Corpus, rule: Rule) -> None:
    store = filled(graph_of(mini, rule))
    found = {n: things(queries.run(store, c)) for n, c in CHECKS.items() if c.severity == "error"}
    assert {n: t for n, t in found.items() if t} == {}


@pytest.mark.parametrize("name", CHECKS)
def test_the_fault_is_found(name: str, shipped_quads: list[ox.Quad]) -> None:
    update, thing = FAULTS[name]
    store = filled(shipped_quads)
    store.update(update)
    found = queries.run(store, CHECKS[name])
    assert any(t.startswith(thing) for t in things(found)), found.rows
    assert all(plain(row["detail"]) for row in found)
    assert len(set(found.rows)) == len(found.rows)


def test_every_fault_has_its_check() -> None:
    assert set(FAULTS) == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_says_what_must_hold_and_what_to_do(name: str) -> None:
    check = CHECKS[name]
    assert check.severity in ("error", "warning")
    assert check.remedy
    assert check.params == ()
    assert check.columns == ("thing", "detail")
    assert "ORDER BY" in check.text
    assert not check.summary.endswith(("?", "."))
    assert max(map(len, check.text.splitlines())) <= 100
