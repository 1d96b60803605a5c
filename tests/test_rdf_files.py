"""RDF files: every format says the same, to our own parser and to rdflib's, byte for byte."""

import json
import re
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from strategies import HOSTILE, corpora
from variations import with_record

from ldn_graph.errors import BadParameter, DataError
from ldn_graph.exchange import graph_files
from ldn_graph.exchange.graph_files import FORMATS, parse, serialise
from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.paths.search import find_paths
from ldn_graph.rdf import quads, read_quads
from ldn_graph.records import identifiers
from ldn_graph.records.model import Corpus

RDFLIB_NAMES = {"trig": "trig", "nquads": "nquads", "jsonld": "json-ld"}


@pytest.fixture(scope="module")
def written(mini: Corpus, mini_strengths: dict[str, Strength]) -> list[ox.Quad]:
    paths = find_paths(mini, mini_strengths, "drugamine", "crohns-disease")
    return quads(mini, mini_strengths, paths)


def flat(found: list[ox.Quad]) -> list[ox.Quad]:
    return [q for q in found if isinstance(q.graph_name, ox.DefaultGraph)]


def expected(found: list[ox.Quad], format_: str) -> set[ox.Quad]:
    return set(found if FORMATS[format_].named_graphs else flat(found))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_format_holds_its_levels_and_all_of_the_corpus(
    mini: Corpus, written: list[ox.Quad], format_: str
) -> None:
    back = parse(serialise(written, format_), format_)
    assert len(back) == len(expected(written, format_))
    assert set(back) == expected(written, format_)
    assert read_quads(back) == mini


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=25, deadline=None)
@given(corpus=corpora())
def test_any_corpus_survives_in_a_file(corpus: Corpus, rule: Rule, format_: str) -> None:
    found = quads(corpus, grade_all(corpus, rule))
    back = parse(serialise(found, format_, base=corpus.description.base), format_)
    assert set(back) == expected(found, format_)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format_", RDFLIB_NAMES)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
def test_rdflib_reads_the_same(mini: Corpus, rule: Rule, format_: str, text: str) -> None:
    corpus = with_record(mini, "entities", "drugamine", label=text, definition=text)
    found = quads(corpus, grade_all(corpus, rule))
    dataset = rdflib.Dataset()
    dataset.parse(data=serialise(found, format_), format=RDFLIB_NAMES[format_])
    node = rdflib.URIRef(identifiers.BASE + "entity/drugamine")
    said = corpus.entities["drugamine"].definition
    assert dataset.value(node, rdflib.SKOS.definition) == rdflib.Literal(said)
    assert len(list(dataset.quads())) == len(found)


@pytest.mark.parametrize("format_", ["trig", "turtle"])
def test_prefixes_are_bound_and_in_order(written: list[ox.Quad], format_: str) -> None:
    text = serialise(written, format_).decode()
    bound = re.findall(r"(?m)^@prefix (\S+): <(\S+)> \.$", text)
    assert bound == sorted(identifiers.PREFIXES.items())
    assert "ldnv:antagonises ldn:opioid-receptor" in text


def test_prefixes_follow_the_base(mini: Corpus, rule: Rule) -> None:
    description = mini.description.model_copy(update={"base": "https://example.org/x/"})
    corpus = mini.model_copy(update={"description": description})
    found = quads(corpus, grade_all(corpus, rule))
    text = serialise(found, "turtle", base="https://example.org/x/").decode()
    assert "@prefix ldn: <https://example.org/x/entity/> ." in text
    assert "ldnv:antagonises ldn:opioid-receptor" in text


@pytest.mark.parametrize("format_", FORMATS)
def test_an_iterator_will_do_and_nothing_is_left_to_chance(
    written: list[ox.Quad], format_: str
) -> None:
    assert serialise(iter(written), format_) == serialise(written, format_)


@pytest.mark.parametrize("format_", FORMATS)
def test_no_quads_are_a_valid_file(format_: str) -> None:
    assert parse(serialise([], format_), format_) == []


def test_an_unknown_format_is_named_with_the_nearest() -> None:
    with pytest.raises(BadParameter, match="unknown RDF format 'turtel'; did you mean 'turtle'"):
        serialise([], "turtel")
    with pytest.raises(BadParameter, match="unknown RDF format 'x'; there are trig, nquads"):
        parse(b"", "x")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_broken_file_is_named(format_: str) -> None:
    with pytest.raises(DataError, match=rf"^graph\S*: not {format_}: .*; mend the file, or name"):
        parse(b"<https://x/a> <https://x/b> nonsense!\n{", format_, name="graph")


def test_a_broken_line_is_named() -> None:
    content = b"<https://x/a> <https://x/b> <https://x/c> .\n<https://x/a> nonsense .\n"
    with pytest.raises(DataError, match=r"^graph\.nt:2: not ntriples"):
        parse(content, "ntriples", name="graph.nt")


# ---- JSON-LD --------------------------------------------------------------------------------


def test_json_ld_is_read_without_fetching_its_context(written: list[ox.Quad]) -> None:
    document = json.loads(serialise(written, "jsonld"))
    assert isinstance(document["@context"], dict), "in the file, not by reference"
    assert document["@graph"]


CONTEXTS: list[dict[str, Any]] = [
    {},
    {"quote": "ldnv:quote", "evidence": {"@id": "ldnv:evidence", "@type": "@id"}},
    {"quote": {"@id": "ldnv:quote", "@container": "@set"}, "label": str(rdflib.RDFS.label)},
    {"on": {"@id": "ldnv:on", "@type": "xsd:date"}, "start": {"@id": "ldnv:start"}},
    {"start": {"@id": "ldnv:start", "@type": "xsd:integer"}},
    {"retracted": {"@id": "ldnv:retracted", "@type": "xsd:boolean"}},
    {"wording": {"@id": "ldnv:wording", "@type": "@vocab"}, "@vocab": "https://x/"},
    {"reason": {"@id": "ldnv:reason", "@container": "@list"}},
    {"reason": {"@id": "ldnv:reason", "@language": "en"}, "@language": "de"},
    {"reason": {"@id": "ldnv:reason", "@language": "en"}},
    {"leansOn": {"@reverse": "ldnv:leansOn"}, "note": None, "id": "@id", "type": "@type"},
    {"subject": {"@id": "ldnv:subject", "@type": "xsd:string"}},
    {"Claim": "ldnv:Claim", "quote": {"@id": "ldnv:quote", "@context": {"x": "ldnv:x"}}},
]


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda c: " ".join(c) or "none")
def test_a_context_shortens_and_changes_nothing(
    written: list[ox.Quad], context: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_files, "_shipped_context", lambda: context)
    content = serialise(written, "jsonld")
    assert set(parse(content, "jsonld")) == set(written)


def test_a_context_is_used(written: list[ox.Quad], monkeypatch: pytest.MonkeyPatch) -> None:
    context = {"quote": "ldnv:quote", "source": {"@id": "ldnv:source", "@type": "@id"}}
    monkeypatch.setattr(graph_files, "_shipped_context", lambda: context)
    nodes = json.loads(serialise(written, "jsonld"))["@graph"]
    item = next(n for n in nodes if n["@id"].endswith("opioid-receptor-increases-endorphin#e1"))
    assert item["quote"] == "This blockade may increase endorphins"
    assert item["source"] == "ldns:synthetic-text"


@pytest.mark.parametrize("coerced", [None, "@id", "@vocab", "xsd:integer"])
def test_what_our_own_writer_never_writes_survives_too(
    coerced: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = {"p": {"@id": "https://x/p", "@type": coerced}} if coerced else {}
    monkeypatch.setattr(graph_files, "_shipped_context", lambda: context)
    subject, graph = ox.NamedNode("https://x/s"), ox.NamedNode("https://x/g")
    xsd = identifiers.PREFIXES["xsd"]
    objects = [
        ox.Literal("chat", language="fr"),
        ox.Literal("007", datatype=ox.NamedNode(xsd + "integer")),
        ox.Literal("1", datatype=ox.NamedNode(xsd + "boolean")),
        ox.Literal("9" * 30, datatype=ox.NamedNode(xsd + "integer")),
        ox.NamedNode("urn:x:y"),
        ox.NamedNode(f"{identifiers.BASE}entity///x"),
    ]
    found = [
        ox.Quad(subject, ox.NamedNode("https://x/p"), o, g)
        for o in objects
        for g in (ox.DefaultGraph(), graph)
    ]
    for name in ("trig", "nquads", "jsonld"):
        assert set(parse(serialise(found, name), name)) == set(found), name
