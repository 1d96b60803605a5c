"""Every IRI of the data resolves, for people and for programs, over a real socket."""

import json
import re
from collections.abc import Iterator
from urllib.request import Request, urlopen

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDFS

from ldn_graph import files, rdf
from ldn_graph.graph import EvidenceGraph
from ldn_graph.rdf.reader import Described
from ldn_graph.web.state import published

pytestmark = pytest.mark.server
BASE = "https://w3id.org/ldn-graph/"
TYPES = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".trig": "application/trig",
    ".nq": "application/n-quads",
    ".rdf": "application/rdf+xml",
}


@pytest.fixture(scope="module")
def opened() -> EvidenceGraph:
    return published(EvidenceGraph.open(files.root() / "data"))


@pytest.fixture(scope="module")
def client(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=30) as client:
        yield client


def documents(graph: EvidenceGraph) -> list[str]:
    """The local path of every IRI of the data and of the vocabulary, its fragment taken off."""
    ontology = ox.parse((files.root() / "ontology" / "ldn.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    found = set()
    for quad in (*graph.quads, *ontology):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                found.add(term.value.removeprefix(BASE).partition("#")[0])
            elif isinstance(term, ox.Literal) and term.datatype.value.startswith(BASE):
                found.add(term.datatype.value.removeprefix(BASE).partition("#")[0])
    return sorted(found)


def test_every_iri_resolves_for_programs(client: httpx.Client, opened: EvidenceGraph) -> None:
    paths = documents(opened)
    kinds = {path.partition("/")[0] for path in paths}
    assert kinds >= {"entity", "claim", "source", "agent", "path", "np", "proposition", "vocab"}
    wrong = {}
    for path in filter(None, paths):
        answer = client.get(f"/{path}", headers={"Accept": "text/turtle"}, follow_redirects=True)
        names_it = BASE + path in _named(answer.text) or path == "vocab/0.1.0"
        if answer.status_code != 200 or not names_it:
            wrong[path] = answer.status_code
    assert wrong == {}


def _named(turtle: str) -> set[str]:
    triples = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    terms = (term for t in triples for term in (t.subject, t.object))
    return {str(getattr(term, "value", "")).partition("#")[0] for term in terms}


def test_every_iri_has_a_page(client: httpx.Client, opened: EvidenceGraph) -> None:
    some = [
        "dataset",
        "vocab",
        *documents(opened)[::29],
    ]  # a page takes ten times as long as Turtle
    wrong = {}
    for path in some:
        answer = client.get(f"/{path}", headers={"Accept": "text/html"}, follow_redirects=True)
        if answer.status_code != 200 or "<h1" not in answer.text:
            wrong[path] = answer.status_code
    assert wrong == {}


def test_every_term_of_the_vocabulary_is_on_its_page(client: httpx.Client) -> None:
    ontology = ox.parse((files.root() / "ontology" / "ldn.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    start = f"{BASE}vocab#"
    terms = {q.subject.value for q in ontology if str(q.subject).startswith(f"<{start}")}
    page = client.get("/vocab", headers={"Accept": "text/html"}).text
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    assert {term.removeprefix(start) for term in terms} <= ids


def test_rdflib_reads_a_thing_by_its_address(site: str) -> None:
    graph = Graph().parse(f"{site}/entity/endorphin")
    node = URIRef(f"{BASE}entity/endorphin")
    assert str(graph.value(node, RDFS.label)) == "endorphin"
    assert (None, None, node) in graph  # who names it, so that a program can go on


@pytest.mark.parametrize("suffix", TYPES)
def test_a_suffix_and_accept_give_the_same_document(client: httpx.Client, suffix: str) -> None:
    by_suffix = client.get(f"/claim/ldn-for-cancer{suffix}")
    by_accept = client.get("/claim/ldn-for-cancer", headers={"Accept": TYPES[suffix]})
    assert by_suffix.content == by_accept.content
    assert by_accept.headers["content-type"].partition(";")[0] == TYPES[suffix]
    assert by_accept.headers["content-location"] == f"/claim/ldn-for-cancer{suffix}"
    assert "Accept" in by_accept.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/turtle;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
        ("text/html;q=0.4, text/turtle", "text/turtle"),
        ("text/html, text/turtle", "text/turtle"),
        ("text/turtle;q=0, application/n-triples", "application/n-triples"),
        ("application/*", "application/ld+json"),
        ("application/json", "application/json"),
        ("image/png, */*;q=0.1", "text/html"),
    ],
)
def test_what_a_client_prefers_is_what_it_gets(
    client: httpx.Client, accept: str, media_type: str
) -> None:
    answer = client.get("/claim/ldn-for-cancer", headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == media_type


def test_what_is_not_there_is_406_or_404_with_a_remedy(client: httpx.Client) -> None:
    picture = client.get("/claim/ldn-for-cancer", headers={"Accept": "image/png"})
    assert picture.status_code == 406
    assert "text/turtle (.ttl)" in picture.json()["detail"]
    wrong = client.get("/claim/ldn-for-cance.ttl", headers={"Accept": "text/turtle"})
    assert wrong.status_code == 404
    assert "ldn-for-cancer" in wrong.json()["detail"]
    for path in ("/path/x", "/np/x", "/proposition/x", "/vocab/9", "/np/x%20y", "/dataset.xyz"):
        assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 404


def test_a_claim_in_trig_holds_its_nanopublication(
    client: httpx.Client, opened: EvidenceGraph
) -> None:
    trig = ox.parse(client.get("/claim/ldn-for-cancer.trig").content, ox.RdfFormat.TRIG)
    graphs = {q.graph_name.value for q in trig if isinstance(q.graph_name, ox.NamedNode)}
    np = f"{BASE}np/ldn-for-cancer#"
    assert graphs == {np + part for part in ("head", "assertion", "provenance", "pubinfo")}
    quads = ox.parse(client.get("/np/ldn-for-cancer.nq").content, ox.RdfFormat.N_QUADS)
    wanted = [q for q in opened.quads if str(q.graph_name).startswith(f"<{np}")]
    assert set(quads) == set(wanted)


def test_the_same_request_is_304_and_another_form_is_not(client: httpx.Client) -> None:
    first = client.get("/claim/ldn-for-cancer.ttl")
    tag = {"If-None-Match": first.headers["etag"]}
    again = client.get("/claim/ldn-for-cancer.ttl", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/claim/ldn-for-cancer.nt", headers=tag).status_code == 200
    assert client.get("/claim/ldn-for-anxiety.ttl", headers=tag).status_code == 200


def test_head_and_cors(client: httpx.Client) -> None:
    head = client.head("/entity/endorphin.ttl", headers={"Origin": "https://example.org"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    assert client.options("/entity/endorphin", headers=asked).status_code == 200


def test_link_headers_lead_there_and_back(client: httpx.Client) -> None:
    page = client.get("/claim/ldn-for-cancer", headers={"Accept": "text/html"})
    links = _links(page.headers["link"])
    assert links["cite-as"] == [f"{BASE}claim/ldn-for-cancer"]
    assert len(links["describedby"]) == len(TYPES)
    assert {"type", "license", "author", "item", "collection"} <= set(links)
    for path in (*links["describedby"], *links["item"]):
        document = client.get(path)
        assert document.status_code == 200
        assert BASE in _links(document.headers["link"])["describes"][0]


def _links(header: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for to, rel in re.findall(r'<([^>]*)>; rel="([^"]+)"', header):
        found.setdefault(rel, []).append(to)
    return found


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("/claim/ldn-for-cancer", "Claim"),
        ("/entity/crohns-disease", "DefinedTerm"),
        ("/source/younger-2013", "ScholarlyArticle"),
        ("/agent/ldn-graph-first-reading", "Organization"),
    ],
)
def test_the_page_says_in_schema_org_what_it_is_about(
    client: httpx.Client, path: str, type_: str
) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(scripts[0])
    assert data["@type"] == type_
    assert data["@id"] == BASE + path.removeprefix("/")
    assert data["name"]
    assert '<link rel="alternate" type="text/turtle"' in page


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nq", ".nt", ".jsonld"])
def test_a_dump_is_everything(client: httpx.Client, opened: EvidenceGraph, suffix: str) -> None:
    answer = client.get(f"/dataset{suffix}")
    formats = {
        ".ttl": ox.RdfFormat.TURTLE,
        ".trig": ox.RdfFormat.TRIG,
        ".nq": ox.RdfFormat.N_QUADS,
        ".nt": ox.RdfFormat.N_TRIPLES,
        ".jsonld": ox.RdfFormat.JSON_LD,
    }
    found = set(ox.parse(answer.content, format=formats[suffix]))
    flat = {q for q in opened.quads if isinstance(q.graph_name, ox.DefaultGraph)}
    assert found == (flat if suffix in (".ttl", ".nt") else set(opened.quads))


def test_a_broken_download_goes_on_where_it_stopped(client: httpx.Client) -> None:
    whole = client.get("/dataset.nq", headers={"Accept-Encoding": "identity"})
    asked = {"Accept-Encoding": "identity", "Range": "bytes=100-199"}
    part = client.get("/dataset.nq", headers={**asked, "If-Range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    changed = client.get("/dataset.nq", headers={**asked, "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    tag = {"If-None-Match": whole.headers["etag"], "Accept-Encoding": "identity"}
    assert client.get("/dataset.nq", headers=tag).status_code == 304


def test_a_dump_is_sent_compressed_to_who_takes_it(site: str) -> None:
    asked = Request(f"{site}/dataset.nq", headers={"Accept-Encoding": "gzip"})
    with urlopen(asked) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["ETag"].endswith('-gzip"')
        assert packed.read(2) == b"\x1f\x8b"


def test_context_and_what_machines_look_for(client: httpx.Client, site: str) -> None:
    assert "@context" in client.get("/context.jsonld").json()
    assert f"Sitemap: {site}/sitemap.xml" in client.get("/robots.txt").text
    listed = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").text)
    assert f"{site}/claim/ldn-for-cancer" in listed
    assert "{searchTerms}" in client.get("/opensearch.xml").text


def test_what_is_said_of_each_thing_together_is_everything(opened: EvidenceGraph) -> None:
    described = Described(opened.quads)
    names = rdf.Names(BASE)
    things = {
        q.subject.value.partition("#")[0]
        for q in opened.quads
        if isinstance(q.graph_name, ox.DefaultGraph)
    }
    own = {q for thing in things for q in described.own(thing)}
    graphs = {
        q
        for claim in opened.corpus.current()
        for q in described.graphs(names.of("np", claim.id).value)
    }
    assert own | graphs == set(opened.quads)
