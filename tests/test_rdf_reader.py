"""RDF → corpus: nothing is lost, doubled or left to chance, and broken RDF is named."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox
import pytest
from effort import examples
from hypothesis import given, settings
from strategies import HOSTILE, corpora
from variations import term, with_claim, with_record

from ldn_graph import rdf
from ldn_graph.errors import DataError
from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.rdf import quads, read_quads, records, slots
from ldn_graph.records import model
from ldn_graph.records.identifiers import PREFIXES
from ldn_graph.records.model import Corpus

BLOCKS = "drugamine-antagonises-opioid-receptor"
LESS = "opioid-receptor-increases-endorphin"
TREATS = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"


@pytest.fixture(scope="module")
def written(mini: Corpus, mini_strengths: dict[str, Strength]) -> list[ox.Quad]:
    return quads(mini, mini_strengths)


# ---- the table ----------------------------------------------------------------------------------


def all_records() -> Iterator[slots.Record]:
    """Every record that a corpus reaches."""
    waiting = [records.DESCRIPTION, records.SENTENCES.record]
    waiting += [record for _, record in records.THINGS.values()]
    while waiting:
        record = waiting.pop()
        yield record
        waiting += [s.record for s in record.slots if not isinstance(s, slots.Field)]


RECORDS = list(all_records())


#: Settings of whoever serves the corpus, with a mailbox among them: no part of the public graph.
SETTINGS = {"look_up", "report_errors_to"}


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.model.__name__)
def test_every_field_of_a_model_has_its_slot(record: slots.Record) -> None:
    named = {slot.name for slot in record.slots} | ({"id"} if record.has_id else set())
    assert sorted(named) == sorted(set(record.model.model_fields) - SETTINGS)


def test_every_model_has_its_record() -> None:
    models = {
        m
        for m in vars(model).values()
        if isinstance(m, type) and issubclass(m, model.Value) and m is not model.Value
    }
    assert {record.model for record in RECORDS} == models - {Corpus, model.LookUp}


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.model.__name__)
def test_no_two_fields_share_a_property(record: slots.Record) -> None:
    properties = list(_properties(record))
    assert len(set(properties)) == len(properties)


def _properties(record: slots.Record) -> Iterator[ox.NamedNode]:
    for slot in record.slots:
        if isinstance(slot, slots.Inline):
            yield from _properties(slot.record)
        else:
            yield slot.property


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.model.__name__)
def test_a_slot_holds_many_where_its_field_does(record: slots.Record) -> None:
    for slot in record.slots:
        holds_many = "tuple" in str(record.model.model_fields[slot.name].annotation)
        assert getattr(slot, "many", False) is holds_many, slot.name


# ---- nothing is lost ----------------------------------------------------------------------------


def test_the_mini_corpus_comes_back(mini: Corpus, written: list[ox.Quad]) -> None:
    assert read_quads(written) == mini


def test_the_shipped_corpus_comes_back(
    shipped: Corpus, shipped_strengths: dict[str, Strength]
) -> None:
    assert read_quads(quads(shipped, shipped_strengths)) == shipped


@settings(max_examples=examples(25), deadline=None)
@given(corpus=corpora())
def test_any_corpus_comes_back_and_a_store_changes_nothing(corpus: Corpus, rule: Rule) -> None:
    found = quads(corpus, grade_all(corpus, rule))
    assert read_quads(found) == corpus
    store = ox.Store()
    store.extend(found)
    assert set(store) == set(found), "a literal is not in its canonical form"
    assert read_quads(reversed(list(store))) == corpus


def test_the_order_of_evidence_and_authors_comes_back(mini: Corpus, rule: Rule) -> None:
    turned = with_claim(mini, TREATS, evidence=mini.claims[TREATS].evidence[::-1])
    authors = [{"literal": name} for name in ("Zoe", "Adam", "Mia")]
    turned = with_record(turned, "sources", "synthetic-text", author=authors)
    back = read_quads(quads(turned, grade_all(turned, rule)))
    assert [i.id for i in back.claims[TREATS].evidence] == ["e3", "e2", "e1"]
    assert [a.name for a in back.sources["synthetic-text"].author] == ["Zoe", "Adam", "Mia"]


def test_a_source_without_gaps_on_record_differs_from_one_never_read(
    mini: Corpus, mini_strengths: dict[str, Strength]
) -> None:
    read_whole = mini.model_copy(update={"gaps": {"synthetic-trial-a": ()}})
    assert read_quads(quads(read_whole, mini_strengths)).gaps == {"synthetic-trial-a": ()}


@pytest.mark.parametrize("amount", ["4.50", "1E+2", "-0", "0.001"])
def test_any_amount_is_written_in_canonical_form(mini: Corpus, rule: Rule, amount: str) -> None:
    item = mini.claims[BLOCKS].evidence[0].model_dump()
    dose = {"text": amount, "low": amount, "high": amount, "unit": "mg"}
    corpus = with_claim(mini, BLOCKS, evidence=[item | {"dose": dose}])
    found = quads(corpus, grade_all(corpus, rule))
    store = ox.Store()
    store.extend(found)
    assert set(store) == set(found)
    assert read_quads(found) == corpus


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_survives_everywhere(mini: Corpus, rule: Rule, text: str) -> None:
    corpus = with_record(mini, "entities", "drugamine", label=text, synonyms=[text])
    corpus = with_claim(corpus, BLOCKS, note=text, qualifiers={"timing": text})
    assert read_quads(quads(corpus, grade_all(corpus, rule))) == corpus


# ---- nothing is doubled or left to chance -------------------------------------------------------


def test_quads_are_in_order_without_duplicates_or_blank_nodes(written: list[ox.Quad]) -> None:
    assert len(set(written)) == len(written)
    assert rdf.in_order(reversed(written)) == written
    assert isinstance(written[0].graph_name, ox.DefaultGraph)
    nodes = {n for q in written for n in (q.subject, q.object, q.graph_name)}
    assert not [n for n in nodes if isinstance(n, ox.BlankNode)]


def test_claims_that_share_an_edge_give_it_once(
    shipped: Corpus, shipped_strengths: dict[str, Strength]
) -> None:
    streamed = list(rdf.stream(shipped, shipped_strengths))
    assert len(set(streamed)) < len(streamed), "no two claims share an edge; change the test"
    found = quads(shipped, shipped_strengths)
    assert len(found) == len(set(found)) == len(set(streamed))


def test_the_order_of_the_corpus_does_not_matter(
    mini: Corpus, mini_strengths: dict[str, Strength], written: list[ox.Quad]
) -> None:
    def turned(things: Mapping[str, Any]) -> dict[str, Any]:
        return dict(reversed(things.items()))

    fields = ("entities", "sources", "claims", "agents")
    corpus = mini.model_copy(update={f: turned(getattr(mini, f)) for f in fields})
    assert quads(corpus, turned(mini_strengths)) == written


def test_a_stream_has_the_same_quads(
    mini: Corpus, mini_strengths: dict[str, Strength], written: list[ox.Quad]
) -> None:
    assert set(rdf.stream(mini, mini_strengths)) == set(written)


def test_no_literal_is_a_double_or_in_two_forms(written: list[ox.Quad]) -> None:
    types = {q.object.datatype.value for q in written if isinstance(q.object, ox.Literal)}
    xsd = PREFIXES["xsd"]
    allowed = {"string", "integer", "decimal", "date", "dateTime", "boolean"}
    assert types <= {xsd + name for name in allowed}


_IN_ANOTHER_PROCESS = """
import hashlib, sys
from pathlib import Path
from ldn_graph import rdf
from ldn_graph.records import corpus
from ldn_graph.exchange.graph_files import FORMATS, serialise
from ldn_graph.paths.search import all_paths
from ldn_graph.grading.strength import grade_all, read_rule
read, _ = corpus.read(Path(sys.argv[1]))
strengths = grade_all(read, read_rule(Path(sys.argv[2])))
found = rdf.quads(read, strengths, all_paths(read, strengths))
for name in FORMATS:
    print(name, hashlib.sha256(serialise(found, name)).hexdigest())
"""


def test_two_processes_write_the_same_bytes(pytestconfig: pytest.Config) -> None:
    root = pytestconfig.rootpath
    digests = []
    for seed in ("1", "4711"):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                _IN_ANOTHER_PROCESS,
                str(root / "tests" / "data" / "mini"),
                str(root / "data" / "strength.yaml"),
            ],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.append(done.stdout)
    assert digests[0] == digests[1]
    assert digests[0].count("\n") == 5


# ---- broken RDF ---------------------------------------------------------------------------------


def without(found: list[ox.Quad], subject: str, property_: str) -> list[ox.Quad]:
    gone = (term(subject), term(property_))
    return [q for q in found if (q.subject, q.predicate) != gone]


def plus(found: list[ox.Quad], subject: str, property_: str, value: Any) -> list[ox.Quad]:
    return [*found, ox.Quad(term(subject), term(property_), value, ox.DefaultGraph())]


@pytest.mark.parametrize(
    ("property_", "value", "message"),
    [
        ("ldnv:subject", term("ldn:disease"), "has 2 values of .*vocab#subject>, it may have one"),
        ("ldnv:note", term("ldn:disease"), "is no string"),
        ("ldnv:inCondition", ox.Literal("disease"), "is no IRI"),
        ("ldnv:inCondition", term("ldns:synthetic-text"), "is no entity of"),
        ("ldnv:subjectChange", term("ldnv:status-draft"), "is not a valid Change"),
        ("ldnv:approvalStatus", ox.Literal("approved"), r"qualifiers\.approval: .+; write"),
        ("ldnv:event", term("ldnc:other#event-1"), "needs one .*vocab#order>"),
    ],
)
def test_a_broken_value_is_named(
    written: list[ox.Quad], property_: str, value: Any, message: str
) -> None:
    broken = plus(written, f"ldnc:{BLOCKS}", property_, value)
    with pytest.raises(DataError, match=message) as caught:
        read_quads(broken)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].endswith("; write the RDF anew from its corpus")


def test_every_incomplete_record_is_named(written: list[ox.Quad]) -> None:
    broken = without(written, f"ldnc:{BLOCKS}", "ldnv:status")
    broken = without(broken, "ldn:drugamine", "rdfs:label")
    with pytest.raises(DataError) as caught:
        read_quads(broken)
    assert [p.rsplit(": ", 1)[0] for p in caught.value.problems] == [
        "https://w3id.org/ldn-graph/entity/drugamine: label",
        f"https://w3id.org/ldn-graph/claim/{BLOCKS}: status",
    ]


def test_rdf_without_a_description_is_refused() -> None:
    with pytest.raises(DataError, match="describes 0 datasets"):
        read_quads([])


def test_a_digest_changes_when_a_quote_does(mini: Corpus, rule: Rule) -> None:
    item = mini.claims[BLOCKS].evidence[0].model_dump()
    quote = {"exact": "Drugamine blocks opioid receptors for a few days!", "start": 17, "end": 66}
    changed = with_claim(mini, BLOCKS, evidence=[item | {"quote": quote}])

    def digest(corpus: Corpus) -> str:
        text = "".join(map(str, quads(corpus, grade_all(corpus, rule))))
        return hashlib.sha256(text.encode()).hexdigest()

    assert digest(changed) != digest(mini)
