"""Terms of outside vocabularies: read alike from each form, found offline, taken over."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from starlette.testclient import TestClient

from ldn_graph.cli import main
from ldn_graph.errors import BadFile, FileError, UnknownName
from ldn_graph.exchange.ontologies import Ontology, Term, read
from ldn_graph.records.vocabularies import Match
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.term_index import TermIndex
from tests.curators import ADA
from tests.desk_client import peopled, send, serving, sign_in

FILES = Path(__file__).parent / "data" / "terms"
HEADACHE = "HP:0002315"
DEFINITION = 'Made for a test: it says "hurts", and {no more}.'
LEFT = {
    "obsolete": 1,
    "of another vocabulary": 1,
    "without a name, or with one that is too long": 1,
}


@pytest.fixture(scope="module")
def turtle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("terms") / "terms.ttl"
    store = ox.Store()
    store.load(path=str(FILES / "terms.owl"), format=ox.RdfFormat.RDF_XML)
    text = ox.serialize(store, format=ox.RdfFormat.TURTLE, prefixes={"a": "http://example.org/"})
    path.write_bytes(text or b"")
    return path


@pytest.mark.parametrize("form", ["obo", "owl", "json", "ttl"])
def test_each_form_says_the_same(form: str, turtle: Path) -> None:
    found = read(turtle if form == "ttl" else FILES / f"terms.{form}")
    kopf = ("Kopfschmerz of a β-kind",)
    terms = {
        Term(HEADACHE, "Headache", DEFINITION, ("Headaches",), kopf),
        Term("HP:0410281", "Dyspepsia", None, ("Sjögren’s made-up stomach",)),
        Term("MESH:D004415", "Dyspepsia (MeSH)"),
    }
    assert set(found.terms) == terms
    assert (found.name, found.version) == ("hp", "made-for-a-test/2026-11-28")
    assert found.left_out == LEFT


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.obo", b"format-version: 1.4\n\n[Term]\nid: HP:0002315\nnam e: x\n", "a.obo:5: no OBO"),
        ("a.owl", b"<?xml version='1.0'?><rdf:RDF", "no OWL"),
        ("a.json", b'{"graphs": []}', "no OBO Graphs"),
        ("a.json", b'{"graphs": [{"nodes": [{"lbl": 1}]}]}', "no OBO Graphs"),
        ("a.obo", b"format-version: 1.4\n\n[Term]\nid: SYN:1\nname: x\n", "no term of a known"),
        ("a.xlsx", b"PK\x03\x04", "neither OBO"),
        ("a.obo", b"", "neither OBO"),
    ],
)
def test_what_is_no_ontology_is_refused(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFile, match=told):
        read(path)
    with pytest.raises(FileError):
        read(tmp_path / "missing")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TermIndex:
    made = TermIndex(tmp_path_factory.mktemp("index"))
    assert made.search("headache") == () and made.term(HEADACHE) is None and made.loaded() == ()
    for name in ("terms.obo", "terms.json"):
        made.load(read(FILES / name), file=name, sha256="0" * 64, at="2026-11-28T00:00:00+00:00")
    return made


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("headache", HEADACHE),
        ("HEADACHES", HEADACHE),
        ("heada", HEADACHE),
        ("beta kind kopf", HEADACHE),
        ("hp:0002315", HEADACHE),
        ("sjogrens stomach", "HP:0410281"),
        ("dyspepsia", "HP:0410281"),
        ("mesh dyspepsia", "MESH:D004415"),
    ],
)
def test_words_find_terms(index: TermIndex, words: str, first: str) -> None:
    assert index.search(words)[0].term.curie == first


@pytest.mark.parametrize(
    "words",
    ["", "  ", "obsolete", "root", "stomach headache", '"*', "a AND b", "NEAR(", "-", "label:x*^"],
)
def test_what_finds_nothing_is_no_error(index: TermIndex, words: str) -> None:
    assert index.search(words) == ()


def test_a_new_version_replaces_the_old(index: TermIndex, tmp_path: Path) -> None:
    assert [(o.name, o.file, o.terms) for o in index.loaded()] == [("hp", "terms.json", 3)]
    own = TermIndex(tmp_path)
    for name, label in (("other", "as another has it"), ("hp", "as its own has it")):
        ontology = Ontology(name, None, (Term(HEADACHE, label),), {})
        own.load(ontology, file=name, sha256="0" * 64, at="2026-11-28")
    assert [f.term.label for f in own.search("has it")] == ["as its own has it"]
    own.drop("hp")
    assert [f.term.label for f in own.search("has it")] == ["as another has it"]
    with pytest.raises(UnknownName, match="ontology 'hp'"):
        own.drop("hp")


# ---- the command line


def run(*words: str, data: Path) -> str:
    found = CliRunner().invoke(main, ["--data", str(data), *words])
    assert found.exit_code == 0, found.output
    return found.output


def test_an_entity_is_added_from_a_term(tmp_path: Path) -> None:
    corpus = peopled(tmp_path)
    told = run("terms", "load", str(FILES / "terms.obo"), data=corpus)
    assert "3 terms; 1 obsolete left out" in told
    assert run("terms", "search", "headaches", data=corpus).splitlines()[1].startswith(HEADACHE)
    assert "terms.obo" in run("terms", "list", data=corpus)
    run("entity", "add", "--term", "hp:0002315", "--kind", "symptom", "--as", ADA, data=corpus)
    made = Workspace.open(corpus).corpus.entities["headache"]
    (mapping,) = made.mappings
    assert (mapping.curie, mapping.match, mapping.label) == (HEADACHE, Match.EXACT, "Headache")
    assert mapping.verified_in.startswith("terms.obo (version made-for-a-test/2026-11-28, sha256 ")
    assert made.definition == DEFINITION and made.synonyms == ("Headaches",)
    assert made.note is not None and HEADACHE in made.note
    again = ["entity", "add", "twin", "--label", "twin", "--term", HEADACHE, "--kind", "symptom"]
    found = CliRunner().invoke(main, ["--data", str(corpus), *again, "--as", ADA])
    assert found.exit_code == 2 and "exactly headache already" in found.output
    run(*again, "--match", "close", "--as", ADA, data=corpus)
    unknown = CliRunner().invoke(
        main, ["--data", str(corpus), "entity", "add", "--term", "HP:0410282", "--as", ADA]
    )
    assert unknown.exit_code == 2 and "no loaded ontology has it" in unknown.output
    run("terms", "drop", "hp", data=corpus)
    assert run("terms", "search", "headache", data=corpus).count("\n") == 1


def test_the_shipped_corpus_takes_no_terms() -> None:
    found = CliRunner().invoke(main, ["terms", "search", "x"])
    assert found.exit_code == 2 and "ldn-graph init" in found.output


# ---- the form


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    corpus = peopled(tmp_path_factory.mktemp("form"))
    with serving(corpus) as client:
        yield sign_in(client, ADA)


def test_the_form_finds_a_term_and_takes_it_over(ada: TestClient) -> None:
    assert "terms load" in ada.get("/curate/entity").text
    desk = ada.app.state.office  # type: ignore[attr-defined]
    hostile = Term("HP:0410281", "<b>Dyspepsia</b>", "a <script>", ('"x" onload=y',))
    headache = next(t for t in read(FILES / "terms.obo").terms if t.curie == HEADACHE)
    desk.terms.load(Ontology("hp", "1", (headache, hostile), {}), file="t.obo", sha256="0" * 64,
                    at="2026-11-28")  # fmt: skip
    nothing = ada.get("/curate/entity?find=zzz").text
    assert "No terms found" in nothing
    listed = BeautifulSoup(ada.get("/curate/entity?find=b").text, "html.parser")
    assert not listed.select("main b") and "<b>Dyspepsia</b>" in listed.get_text()
    page = BeautifulSoup(ada.get("/curate/entity?find=headach").text, "html.parser")
    (button,) = page.select("ul.terms a.button")
    form = BeautifulSoup(ada.get(str(button["href"])).text, "html.parser")
    fields = {str(f["name"]): f.get("value") or f.text for f in form.select("form.card [name]")
              if f.name in ("input", "textarea") and f["name"] != "find"}  # fmt: skip
    assert fields["label"] == "Headache" and str(fields["definition"]).strip() == DEFINITION
    fields |= {"kind": "symptom", "match": "close", "shown_in": "invented", "id": "head-ache"}
    bad = ada.post("/curate/entity", data=fields | {"match": "broad"})
    assert bad.status_code == 400 and "choose exact or close" in bad.text
    unknown = ada.post("/curate/entity", data=fields | {"term": "HP:0410282"})
    assert unknown.status_code == 404 and "no loaded ontology" in unknown.text
    assert ada.post("/curate/entity", data=fields).status_code == 200
    made = Workspace.open(desk.workspace.folder).corpus.entities["head-ache"]
    (mapping,) = made.mappings
    assert (mapping.curie, mapping.match) == (HEADACHE, Match.CLOSE)
    assert mapping.verified_in.startswith("t.obo (version 1, sha256 ")
    # what was changed by hand is no longer the term's words
    own = {"label": "ache", "kind": "symptom", "term": HEADACHE, "match": "exact",
           "definition": "My own."}  # fmt: skip
    send(ada, "/curate/entity", **own)
    mine = Workspace.open(desk.workspace.folder).corpus.entities["ache"]
    assert mine.note is None and mine.mappings[0].match is Match.EXACT
    assert "already" in ada.get("/curate/entity?find=headache").text
