"""One contract for every engine, then what each engine has of its own."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from ldn_graph.errors import BadQuery, LdnError, StoreError
from ldn_graph.store import DiskStore, MemoryStore, Store, forbid_remote, open_store
from ldn_graph.store.remote import RemoteStore
from ldn_graph.store.sparql import tokens
from ldn_graph.table import Table, plain

XSD = "http://www.w3.org/2001/XMLSchema#"
E = "https://example.org/"

DATA = """
@prefix e: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:ldn e:blocks e:receptor ; e:label "LDN" , "ldn"@en-GB ; e:dose 4.50 , 3 ;
    e:seen "2024-03-01"^^xsd:date ; e:at "2024-03-01T10:00:00.000+00:00"^^xsd:dateTime ;
    e:count "007"^^xsd:integer ; e:named "typed"^^xsd:string ; e:sure true .
e:receptor e:raises e:endorphin . e:endorphin e:lowers e:pain . e:pain e:part e:crohn .
e:study e:reports [ e:says "it helps" ] .
e:g1 { e:ldn e:blocks e:hidden . }
e:g2 { e:hidden e:label "täglich, „vielleicht“ 低用量 \\U0001F48A" . }
"""

HOSTILE = [
    'it\'s "quoted" \\ and \\u0022 } . ?s ?p ?o #',
    "</script><b>& %41 ${x} {{y}}",
    "line\nbreak\r\nand\ttab",
    "''' \"\"\" \\",
    "\\",
    "\x01\x7f\u200b\ufeff\u2028",
    "SERVICE <http://127.0.0.1/> {} ; LOAD <file:///etc/passwd>",
    "e\u0301 é 𝔘 \U0001f48a",
]


def quads() -> list[ox.Quad]:
    return list(ox.parse(DATA, format=ox.RdfFormat.TRIG))


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(E + name)


def typed(value: str, kind: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + kind))


def rows(store: Store, text: str) -> list[tuple[object, ...]]:
    found = store.query(text if "PREFIX e:" in text else f"PREFIX e: <{E}> {text}")
    assert isinstance(found, Table)
    return list(found.rows)


def shape(found: Iterator[ox.Quad]) -> str:
    """Quads up to the names of blank nodes."""
    dataset = ox.Dataset(found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server on loopback: the `oxigraph` package is one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("oxigraph")
    binary = Path(sys.executable).parent / "oxigraph"
    command = [str(binary), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with (folder.parent / "oxigraph.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}/query"
        deadline = time.monotonic() + 30
        while server.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=1).close()
                break
            time.sleep(0.05)
        else:
            pytest.fail(f"no server: {(folder.parent / 'oxigraph.log').read_text()}")
        yield url
    finally:
        server.kill()
        server.wait()


@pytest.fixture(
    params=["memory", "disk", "rdflib", pytest.param("remote", marks=pytest.mark.server)]
)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    where = {"memory": "memory:", "rdflib": "rdflib:", "disk": tmp_path / "store"}
    if request.param == "remote":
        store = open_store(request.getfixturevalue("endpoint"))
        store.clear()
    else:
        store = open_store(where[request.param])
    yield store
    store.close()


@pytest.fixture
def store(empty: Store) -> Store:
    empty.load(quads())
    return empty


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback that writes down who asked it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/turtle")
            self.end_headers()
            self.wfile.write(b"<urn:a> <urn:b> <urn:c> .")

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", asked
    server.shutdown()
    thread.join()
    server.server_close()


class TestEveryEngine:
    """What holds for memory, disk, rdflib and a server alike."""

    def test_select_gives_columns_in_order_and_the_same_terms(self, store: Store) -> None:
        found = store.query(f"PREFIX e: <{E}> SELECT ?o ?s {{ ?s e:blocks ?o }}")
        assert found == Table(("o", "s"), ((iri("receptor"), iri("ldn")),))

    def test_select_star_names_the_columns_in_the_same_order(self, store: Store) -> None:
        found = store.query(f"SELECT * {{ ?z <{E}blocks> ?b . ?b ?a ?c }}")
        assert isinstance(found, Table)
        assert found.columns == ("a", "b", "c", "z")

    def test_no_rows_still_have_columns(self, store: Store) -> None:
        assert store.query("SELECT ?a ?b { ?a <urn:none> ?b }") == Table(("a", "b"), ())

    @pytest.mark.parametrize(
        ("property_", "expected"),
        [
            ("label", [ox.Literal("LDN"), ox.Literal("ldn", language="en-gb")]),
            ("dose", [typed("3", "integer"), typed("4.5", "decimal")]),
            ("seen", [typed("2024-03-01", "date")]),
            ("at", [typed("2024-03-01T10:00:00Z", "dateTime")]),
            ("count", [typed("7", "integer")]),
            ("named", [ox.Literal("typed")]),
            ("sure", [typed("true", "boolean")]),
        ],
    )
    def test_literals_are_canonical(
        self, store: Store, property_: str, expected: list[ox.Literal]
    ) -> None:
        found = rows(store, f"SELECT ?o {{ e:ldn e:{property_} ?o }}")
        assert sorted((o for (o,) in found), key=str) == sorted(expected, key=str)

    @pytest.mark.parametrize(
        "literal",
        [
            *("4.5", "4.50", '"007"^^xsd:integer', '"typed"', '"typed"^^xsd:string', "true"),
            *('"2024-03-01T10:00:00Z"^^xsd:dateTime', '"2024-03-01T10:00:00+00:00"^^xsd:dateTime'),
            *('"ldn"@en-gb', '"ldn"@EN-GB'),
        ],
    )
    def test_a_literal_is_found_however_it_is_spelt(self, store: Store, literal: str) -> None:
        assert store.query(f"ASK {{ ?s ?p {literal} }}") is True
        assert rows(store, f"SELECT ?s {{ VALUES ?o {{ {literal} }} ?s ?p ?o }}") == [(iri("ldn"),)]

    def test_the_engines_do_not_depend_on_rdflibs_global_switch(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for switch in (True, False):
            monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", switch)
            assert store.query('ASK { ?s ?p "2024-03-01T10:00:00Z"^^xsd:dateTime }') is True

    @pytest.mark.parametrize(
        ("expression", "expected"),
        [
            ("10/3", typed("3.333333333333333333", "decimal")),
            ("1.5*2", typed("3", "decimal")),
            ("1+1", typed("2", "integer")),
            ("2.50e-1", typed("0.25", "double")),
            ("2 > 1", typed("true", "boolean")),
            ('CONCAT("a", "b")', ox.Literal("ab")),
            ('STRLANG("a", "de-CH")', ox.Literal("a", language="de-ch")),
            ('STRAFTER("x#wording-hedged", "#wording-")', ox.Literal("hedged")),
            ("IRI(CONCAT(STR(e:a), '-b'))", ox.NamedNode(E + "a-b")),
            ("YEAR('2024-03-01T10:00:00Z'^^xsd:dateTime)", typed("2024", "integer")),
            ("COALESCE(?nothing, 5)", typed("5", "integer")),
        ],
    )
    def test_computed_terms_are_canonical(
        self, store: Store, expression: str, expected: object
    ) -> None:
        assert rows(store, f"SELECT ({expression} AS ?x) {{}}") == [(expected,)]

    def test_unbound_is_none(self, store: Store) -> None:
        found = rows(store, "SELECT ?s ?n { ?s e:blocks ?o OPTIONAL { ?s e:none ?n } }")
        assert found == [(iri("ldn"), None)]

    def test_ask_is_a_bool(self, store: Store) -> None:
        assert store.query(f"ASK {{ <{E}ldn> ?p ?o }}") is True
        assert store.query(f"ASK {{ <{E}nobody> ?p ?o }}") is False

    def test_construct_is_sorted_and_distinct(self, store: Store) -> None:
        text = f"PREFIX e: <{E}> CONSTRUCT {{ ?s a e:Thing }} {{ ?s ?p ?o FILTER(isIRI(?s)) }}"
        found = store.query(text)
        assert isinstance(found, list)
        assert found == sorted(set(found), key=str)
        assert [plain(t.subject).removeprefix(E) for t in found] == [
            *("endorphin", "ldn", "pain", "receptor", "study"),
        ]

    def test_construct_keeps_literals(self, store: Store) -> None:
        found = store.query(f"CONSTRUCT {{ ?s ?p ?o }} {{ VALUES ?p {{ <{E}dose> }} ?s ?p ?o }}")
        assert isinstance(found, list)
        assert [t.object for t in found] == [typed("3", "integer"), typed("4.5", "decimal")]

    def test_describe_tells_of_the_thing(self, store: Store) -> None:
        found = store.query(f"DESCRIBE <{E}endorphin>")
        assert isinstance(found, list)
        assert ox.Triple(iri("endorphin"), iri("lowers"), iri("pain")) in found

    def test_blank_nodes_stay_whole(self, store: Store) -> None:
        found = rows(store, "SELECT ?b ?w { e:study e:reports ?b . ?b e:says ?w }")
        assert len(found) == 1
        assert isinstance(found[0][0], ox.BlankNode)
        assert found[0][1] == ox.Literal("it helps")

    def test_the_default_graph_is_no_union(self, store: Store) -> None:
        assert store.query(f"ASK {{ ?s ?p <{E}hidden> }}") is False
        assert store.query(f"ASK {{ GRAPH <{E}g1> {{ ?s ?p <{E}hidden> }} }}") is True
        assert rows(store, "SELECT (COUNT(*) AS ?n) { e:ldn e:blocks ?o }") == [
            (typed("1", "integer"),)
        ]

    def test_graph_names_only_named_graphs(self, store: Store) -> None:
        found = rows(store, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
        assert found == [(iri("g1"),), (iri("g2"),)]

    def test_from_chooses_among_the_graphs(self, store: Store) -> None:
        found = rows(store, "SELECT ?o FROM e:g1 FROM NAMED e:g2 { e:ldn e:blocks ?o }")
        assert found == [(iri("hidden"),)]
        found = rows(store, "SELECT ?g FROM e:g1 FROM NAMED e:g2 { GRAPH ?g { ?s ?p ?o } }")
        assert found == [(iri("g2"),)]

    def test_property_paths(self, store: Store) -> None:
        walk = "e:ldn (e:blocks|e:raises|e:lowers|e:part)+ ?x"
        found = rows(store, f"SELECT ?x {{ {walk} }} ORDER BY ?x")
        assert found == [(iri(n),) for n in ("crohn", "endorphin", "pain", "receptor")]
        assert rows(store, "SELECT ?x { ?x e:blocks/e:raises e:endorphin }") == [(iri("ldn"),)]
        assert rows(store, "SELECT ?x { e:receptor ^e:blocks ?x }") == [(iri("ldn"),)]

    def test_aggregates(self, store: Store) -> None:
        found = rows(
            store,
            "SELECT ?s (COUNT(?o) AS ?n) (MAX(?o) AS ?most) (SUM(?o) AS ?sum) (AVG(?o) AS ?mean) "
            "{ ?s e:dose ?o } GROUP BY ?s HAVING(COUNT(?o) > 1)",
        )
        numbers = [typed("2", "integer"), *(typed(v, "decimal") for v in ("4.5", "7.5", "3.75"))]
        assert found == [(iri("ldn"), *numbers)]

    def test_order_limit_offset(self, store: Store) -> None:
        text = "SELECT ?p { ?s ?p ?o . FILTER(isIRI(?o)) } ORDER BY DESC(STR(?p)) LIMIT 2 OFFSET 1"
        assert rows(store, text) == [(iri("part"),), (iri("lowers"),)]

    def test_subqueries_minus_exists_and_union(self, store: Store) -> None:
        text = """SELECT ?s { { SELECT DISTINCT ?s { ?s ?p ?o } } FILTER(isIRI(?s))
            MINUS { ?s e:dose ?d } FILTER NOT EXISTS { ?s e:reports ?r }
            { ?s e:raises ?x } UNION { ?s e:part ?x } } ORDER BY ?s"""
        assert rows(store, text) == [(iri("pain"),), (iri("receptor"),)]

    def test_shipped_prefixes_need_no_declaration(self, empty: Store) -> None:
        empty.update("INSERT DATA { ldn:a ldnv:evidenceLevel 2 ; rdfs:label 'a' }")
        found = empty.query("SELECT ?s { ?s ldnv:evidenceLevel 2 ; rdfs:label 'a' }")
        assert isinstance(found, Table)
        assert [plain(s) for (s,) in found.rows] == ["https://w3id.org/ldn-graph/entity/a"]

    def test_a_declared_prefix_wins_over_the_shipped_one(self, store: Store) -> None:
        assert store.query(f"PREFIX ldn: <{E}> ASK {{ ldn:ldn ldn:blocks ldn:receptor }}") is True

    def test_long_queries_arrive(self, store: Store) -> None:
        values = " ".join(f"<{E}thing-{n}>" for n in range(2000))
        assert rows(store, f"SELECT ?s {{ VALUES ?s {{ {values} e:pain }} ?s e:part ?o }}") == [
            (iri("pain"),)
        ]

    def test_update_changes_and_deletes(self, store: Store) -> None:
        store.update(
            f"PREFIX e: <{E}> DELETE {{ ?s e:raises ?o }} INSERT {{ ?s e:lowers ?o . "
            "GRAPH e:g3 { ?s e:was ?o } } WHERE { ?s e:raises ?o }"
        )
        assert rows(store, "SELECT ?o { e:receptor ?p ?o }") == [(iri("endorphin"),)]
        assert rows(store, "SELECT ?p { e:receptor ?p ?o }") == [(iri("lowers"),)]
        assert store.query(f"ASK {{ GRAPH <{E}g3> {{ ?s ?p ?o }} }}") is True
        store.update(f"DROP GRAPH <{E}g3>; DELETE DATA {{ <{E}pain> <{E}part> <{E}crohn> }}")
        assert store.query(f"ASK {{ GRAPH <{E}g3> {{ ?s ?p ?o }} }}") is False
        assert store.query(f"ASK {{ <{E}pain> ?p ?o }}") is False

    def test_update_spells_literals_canonically(self, empty: Store) -> None:
        empty.update("INSERT DATA { <urn:s> <urn:p> 4.50 . GRAPH <urn:g> { <urn:s> <urn:p> 01 } }")
        values = sorted(plain(q.object) for q in empty.export())
        assert values == ["1", "4.5"]

    def test_a_failing_update_changes_nothing(self, store: Store) -> None:
        before = shape(store.export())
        with pytest.raises(LdnError):
            store.update(f"CLEAR DEFAULT; LOAD <{E}nowhere.invalid/x>")
        with pytest.raises(BadQuery):
            store.update("CLEAR DEFAULT; INSERT DATA { ?x ?y ?z }")
        assert shape(store.export()) == before

    def test_export_gives_back_what_was_loaded(self, store: Store) -> None:
        expected = MemoryStore()
        expected.load(quads())
        assert shape(store.export()) == shape(expected.export())
        assert len(list(store.export())) == len(quads())

    def test_load_adds_and_knows_no_duplicates(self, store: Store) -> None:
        before = len(list(store.export()))
        more = ox.Quad(iri("a"), iri("b"), typed("1", "integer"), iri("g1"))
        store.load([more, more, next(q for q in quads() if q.predicate == iri("part"))])
        assert len(list(store.export())) == before + 1

    def test_clear_leaves_nothing(self, store: Store) -> None:
        store.clear()
        assert list(store.export()) == []

    def test_replace_takes_the_place_of_everything(self, store: Store) -> None:
        new = ox.Quad(iri("new"), iri("p"), ox.Literal("o"), iri("g9"))
        store.replace(iter([new]))
        assert list(store.export()) == [new]
        store.replace([])
        assert list(store.export()) == []

    def test_replace_keeps_blank_nodes_together(self, store: Store) -> None:
        store.replace(quads())
        assert len(rows(store, "SELECT ?w { e:study e:reports/e:says ?w }")) == 1

    @pytest.mark.parametrize("change", ["load", "replace"])
    def test_a_broken_supply_of_quads_changes_nothing(self, store: Store, change: str) -> None:
        before = shape(store.export())

        def broken() -> Iterator[ox.Quad]:
            yield ox.Quad(iri("new"), iri("p"), iri("o"))
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            getattr(store, change)(broken())
        assert shape(store.export()) == before

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_comes_back_as_it_went_in(self, empty: Store, text: str) -> None:
        literal = ox.Literal(text)
        empty.load([ox.Quad(iri("a"), iri("loaded"), literal)])
        empty.update(f"INSERT DATA {{ <{E}a> <{E}updated> {literal} }}")
        assert {q.object for q in empty.export()} == {literal}
        asked = f"SELECT ?p {{ VALUES ?x {{ {literal} }} <{E}a> ?p ?x }} ORDER BY ?p"
        assert rows(empty, asked) == [(iri("loaded"),), (iri("updated"),)]

    def test_unicode(self, store: Store) -> None:
        wanted = "täglich, „vielleicht“ 低用量 \U0001f48a"
        found = rows(store, 'SELECT ?x { GRAPH ?g { ?s ?p ?x FILTER(CONTAINS(?x, "低用量")) } }')
        assert found == [(ox.Literal(wanted),)]
        assert store.query(r'ASK { GRAPH ?g { ?s ?p ?x FILTER(CONTAINS(?x, "\u4f4e")) } }') is True

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            (r"'\u0027'", "'"),
            (r"'\u005c'", "\\"),
            (r"'\\u0027'", "\\u0027"),
            (r"'a\u000Ab\U0000000d'", "a\nb\r"),
            (r'"""\u0022\u0022\u0022"""', '"""'),
            (r"'\U0001F48A\t\\'", "\U0001f48a\t\\"),
        ],
    )
    def test_escapes_mean_the_same(self, empty: Store, written: str, meant: str) -> None:
        assert rows(empty, f"SELECT ({written} AS ?x) {{}}") == [(ox.Literal(meant),)]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("SELECT * WHERE {\n  ?s ?p ?o", "line 1, column 16: '{' is not closed"),
            ("SELECT * { ?s ?p ?o }\n}", "line 2, column 1: '}' closes nothing"),
            ("SELECT * { ?s ?p 'x }", "line 1, column 18: the string that begins here"),
            (
                "SELECT *\n{ ?s skoss:broader ?o }",
                "line 2, column 6: prefix 'skoss:' is not declared; did you mean 'skos'",
            ),
            ("ASK { zz:a ?p ?o }", "prefix 'zz:' is not declared; declare it: PREFIX zz: <"),
            (
                "SELECT *\n{ ?s ?p ?o\n\tFILTER(?o = ) }",
                "line 3, column 2: syntax error at 'FILTER(?o",
            ),
            ("SELECT ?x WHERE", 'line 1, column 16: syntax error at the end, where "{" may stand'),
            ("SELEC ?x {}", "line 1, column 1: 'SELEC' begins no query; begin with SELECT, ASK"),
            ("SELECT (COUNT(*) AS ?n) ?x { ?x ?y ?z }", "variable that is unbound"),
            ("SELECT * { <no iri> ?p ?o }", "syntax error"),
            ("INSERT DATA { <urn:a> <urn:b> 1 }", "INSERT changes the graph, and a query can't"),
            ("", "the text is empty; begin with SELECT"),
            ("  # nothing\n", "the text is empty"),
        ],
    )
    def test_malformed_queries_say_where_and_why(self, store: Store, text: str, said: str) -> None:
        with pytest.raises(BadQuery) as caught:
            store.query(text)
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_malformed_updates_say_where_and_why(self, store: Store) -> None:
        with pytest.raises(BadQuery, match="line 2, column 1: '}' closes nothing"):
            store.update("INSERT DATA { <urn:a> <urn:b> 1 }\n}")
        with pytest.raises(BadQuery, match="SELECT asks and changes nothing"):
            store.update("SELECT * {}")

    def test_from_reads_no_file_and_no_address(
        self, store: Store, tmp_path: Path, canary: tuple[str, list[str]]
    ) -> None:
        url, asked = canary
        file = tmp_path / "secret.ttl"
        file.write_text("<urn:secret> <urn:is> <urn:out> .")
        for source in (file.as_uri(), url):
            assert rows(store, f"SELECT * FROM <{source}> {{ ?s ?p ?o }}") == []
            assert (
                rows(store, f"SELECT * FROM NAMED <{source}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == []
            )
            store.update(
                f"INSERT {{ <urn:x> ?p ?o }} USING <{source}> WHERE {{ ?s ?p ?o }}; "
                f"INSERT {{ <urn:x> ?p ?o }} USING NAMED <{source}> "
                "WHERE { GRAPH ?g { ?s ?p ?o } }"
            )
        assert store.query("ASK { <urn:x> ?p ?o }") is False
        assert asked == []

    def test_updates_with_using_see_the_named_graph(self, store: Store) -> None:
        store.update(f"INSERT {{ <urn:x> ?p ?o }} USING <{E}g1> WHERE {{ <{E}ldn> ?p ?o }}")
        assert rows(store, "SELECT ?o { <urn:x> ?p ?o }") == [(iri("hidden"),)]

    def test_closing_twice_does_no_harm(self, empty: Store) -> None:
        empty.close()
        empty.close()


@pytest.fixture(params=["memory:", "rdflib:", "disk"])
def embedded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "store" if request.param == "disk" else request.param)
    yield store
    store.close()


#: Oxigraph would fetch for each of these.
FETCHING = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service silent <URL> { ?s ?p ?o } }",
    "SELECT * { #\nSeRvIcE#\n<URL> { ?s ?p ?o } }",
    "SELECT * { ?a ?b 1.SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?a ?b trueSERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?a ?b 'x'@en . SERVICE <URL> { ?s ?p ?o } }",
    "PREFIX e: <URL> SELECT * { SERVICEe: { ?s ?p ?o } }",
    "PREFIX e: <URL> PREFIX SERVICEe: <urn:> SELECT * { SERVICEe: { ?s ?p ?o } }",
    "PREFIX e: <URL> SELECT * { BIND(1 AS ?a) FILTER(?a<2)SERVICEe:#>\n{ ?q ?y ?z } }",
    "SELECT * { BIND(1 AS ?a) FILTER(?a<'x>' || true) SERVICE <URL> { ?p ?o ?q } #'\n}",
    "SELECT * { BIND(1 AS ?a) FILTER(?a<2#>'''\n) SERVICE <URL> { ?p ?o ?q } #'''\n}",
    "PREFIX #\n http: <urn:> SELECT * { BIND(1 AS ?a) FILTER(?a<http:b#>'''\n|| true) "
    "SERVICE <URL> { ?p ?o ?q } #'''\n}",
    'SELECT * { BIND("""a"b""c\\"""" AS ?x) SERVICE <URL> { ?s ?p ?o } }',
    "SELECT * { BIND('\\\\' AS ?x) SERVICE <URL> { ?s ?p ?o } BIND('' AS ?y) }",
    r"SELECT * { BIND('\u0027' AS ?x) SERVICE <URL> { ?s ?p ?o } BIND('' AS ?y) }",
    "ASK { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
]

#: And rdflib, as it is shipped, for these, which are no SPARQL or mean something else.
ESCAPING = [
    r"SELECT * { \u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { # \\u000a SERVICE <URL> { ?s ?p ?o }\n }",
    r"SELECT * { BIND('\u0027 AS ?x) SERVICE <URL> { ?s ?p ?o } } #' AS ?x) }",
]

LOADING = [
    "LOAD <URL>",
    "load silent <URL> INTO GRAPH <urn:g>",
    "CLEAR DEFAULT;LOAD<URL>",
    "PREFIX e: <URL> LOADe:",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
]


NOISE = [
    *(" ", "\n", "\r", "#", "'", '"', "'''", '"""', "<", ">", "\\", "\\u0027", ".", ";", "^", "|"),
    *(
        "?a",
        "e:",
        "e:b",
        "http:b",
        "_:b",
        "<x>",
        "<#>",
        "<urn:a>",
        "<'",
        "#>",
        "#'",
        "@en",
        "1.",
        "1e5",
    ),
    *("{", "}", ")", "FILTER(", "FILTER(?a<", "FILTER(?a<2)", "BIND(1 AS ?a)", "|| true", "&& 2"),
    *("?a ?b 1", "?a ?b true", "VALUES ?v {UNDEF}", "OPTIONAL", "'x'", "a", "?"),
]
SERVICES = [
    "SERVICE <http://127.0.0.1:9/>{ ?s ?p ?o }",
    "SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o #>\n}",
    "SERVICEe:{ ?s ?p ?o }",
    "SERVICEe:#>\n{ ?s ?p ?o }",
    "service#>\n<http://127.0.0.1:9/>{ ?s ?p ?o }",
]


class TestNothingIsFetched:
    """SERVICE and LOAD are refused by default, in every disguise that an engine would take."""

    @pytest.mark.parametrize("text", [*FETCHING, *ESCAPING])
    def test_queries(self, embedded: Store, canary: tuple[str, list[str]], text: str) -> None:
        url, asked = canary
        with contextlib.suppress(BadQuery):
            embedded.query(text.replace("URL", url))
        assert asked == []

    @pytest.mark.parametrize("text", LOADING)
    def test_updates(self, embedded: Store, canary: tuple[str, list[str]], text: str) -> None:
        url, asked = canary
        with pytest.raises(BadQuery):
            embedded.update(text.replace("URL", url))
        assert asked == []

    def test_rdflib_fetches_for_nobody(self, canary: tuple[str, list[str]]) -> None:
        url, asked = canary
        store = open_store("rdflib:")
        for ask in (store.query, store.update):
            with pytest.raises(BadQuery):
                ask(FETCHING[0].replace("URL", url), allow_remote=True)
        assert asked == []

    @pytest.mark.parametrize("text", FETCHING)
    def test_the_disguises_are_real(self, canary: tuple[str, list[str]], text: str) -> None:
        """Each would fetch if it were allowed, so the tests above test something."""
        url, asked = canary
        store = MemoryStore()
        store.update("INSERT DATA { <urn:a> <urn:b> 1 , true , 'x'@en }")
        with contextlib.suppress(LdnError):
            store.query(text.replace("URL", url), allow_remote=True)
        assert asked

    @pytest.mark.parametrize("text", ESCAPING)
    def test_the_escapes_are_real(self, canary: tuple[str, list[str]], text: str) -> None:
        url, asked = canary
        with contextlib.suppress(Exception):
            list(rdflib.Graph().query(text.replace("URL", url)))
        assert asked

    @settings(max_examples=400, deadline=None)
    @given(
        before=st.lists(st.sampled_from(NOISE), max_size=5).map("".join),
        service=st.sampled_from(SERVICES),
        after=st.lists(st.sampled_from(NOISE), max_size=4).map("".join),
        end=st.sampled_from(["}", "\n}", "#'\n}", "#'''\n}"]),
        prefix=st.sampled_from(["", "PREFIX http: <http://127.0.0.1:9/> "]),
    )
    def test_whatever_would_fetch_is_refused(
        self, before: str, service: str, after: str, end: str, prefix: str
    ) -> None:
        """Port 9 is one that the engine refuses to ask, which shows that it meant to."""
        text = f"PREFIX e: <http://127.0.0.1:9/> {prefix}SELECT * {{{before}{service}{after}{end}"
        try:
            MemoryStore().query(text, allow_remote=True)
        except StoreError:
            with pytest.raises(BadQuery):
                forbid_remote(text)
        except BadQuery:
            pass

    def test_the_message_names_the_place_and_the_remedy(self) -> None:
        with pytest.raises(BadQuery, match=r"line 2, column 3: SERVICE .* --store URL"):
            forbid_remote("SELECT * {\n  SERVICE <http://x/> {} }")
        with pytest.raises(BadQuery, match=r"line 1, column 1: LOAD would fetch .*add it to"):
            forbid_remote("LOAD <http://x/>")

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT * { ?s ?p 'SERVICE <http://x/> and LOAD' } # SERVICE",
            "SELECT * { ?service ldn:viral-load <http://x/service> ; ldn:service ?load }",
            'SELECT * { ?s ?p """LOAD "x" \' SERVICE""" ; ?q "\\"SERVICE" }',
            "SELECT * { ?s ?p ?o FILTER(?o < 3 && ?o > 2) ?s ?q 'load' }",
            "SELECT * { ?s ?p ?o FILTER(?o<3&&?o>?x) }",
            "SELECT * { ?s <http://www.w3.org/ns/sparql-service-description#name> 'x'@en }",
        ],
    )
    def test_harmless_texts_pass(self, text: str) -> None:
        forbid_remote(text)
        MemoryStore().query(text)


class TestTokens:
    def test_every_token_stands_where_it_says(self) -> None:
        text = "PREFIX e: <http://e/#> # c\nSELECT ?x { ?x e:a.b 'it\\'s'@en-GB ; a e:c\\-d . }"
        found = list(tokens(text))
        assert [t.text for t in found] == [
            *("PREFIX", "e:", "<http://e/#>", "SELECT", "?x", "{", "?x", "e:a.b", "'it\\'s'"),
            *("@en-GB", ";", "a", r"e:c\-d", ".", "}"),
        ]
        assert all(text[t.start : t.end] == t.text for t in found)


class TestDisk:
    def test_what_was_loaded_is_there_after_closing(self, tmp_path: Path) -> None:
        first = open_store(tmp_path / "deep" / "store")
        first.load(quads())
        first.close()
        second = open_store(tmp_path / "deep" / "store", read_only=True)
        assert len(list(second.export())) == len(quads())

    def test_a_second_writer_is_told_why_it_must_wait(self, tmp_path: Path) -> None:
        first = open_store(tmp_path / "store")
        with pytest.raises(StoreError, match="another program has it open for writing; close"):
            open_store(tmp_path / "store")
        first.close()
        open_store(tmp_path / "store").close()

    def test_readers_read_beside_a_writer(self, tmp_path: Path) -> None:
        writer = open_store(tmp_path / "store")
        writer.load(quads())
        reader = open_store(tmp_path / "store", read_only=True)
        writer.replace([])
        assert len(list(reader.export())) == len(quads())
        assert list(open_store(tmp_path / "store", read_only=True).export()) == []

    def test_a_missing_store_is_made_only_for_writing(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match=r"no store there; `ldn-graph build .*store` makes"):
            open_store(tmp_path / "store", read_only=True)
        assert not (tmp_path / "store").exists()

    def test_a_folder_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("mine")
        for folder in (tmp_path, tmp_path / "thesis.txt"):
            with pytest.raises(StoreError, match="is no store; name a new folder"):
                open_store(folder)
        assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]

    def test_a_damaged_store_says_so(self, tmp_path: Path) -> None:
        open_store(tmp_path / "store").close()
        (tmp_path / "store" / "CURRENT").write_text("rubbish")
        for read_only in (False, True):
            with pytest.raises(StoreError, match="damaged; delete it, then `ldn-graph build"):
                open_store(tmp_path / "store", read_only=read_only)

    def test_an_impossible_folder_says_so(self) -> None:
        with pytest.raises(StoreError, match="can't be opened"):
            open_store("/proc/no/store")

    def test_what_a_killed_bulk_load_left_is_swept_up(self, tmp_path: Path) -> None:
        open_store(tmp_path / "store").close()
        orphan = tmp_path / "store" / "bulk-1234.sst"
        orphan.write_bytes(b"half")
        open_store(tmp_path / "store", read_only=True).close()
        assert orphan.exists()
        open_store(tmp_path / "store").close()
        assert not orphan.exists()

    def test_replacing_is_seen_by_the_next_to_open(self, tmp_path: Path) -> None:
        store = DiskStore(tmp_path / "store")
        store.load(quads())
        new = ox.Quad(iri("new"), iri("p"), ox.Literal("o"))
        store.replace([new])
        store.close()
        assert list(open_store(tmp_path / "store", read_only=True).export()) == [new]


class TestReadOnlyAndClosed:
    CHANGES: tuple[Callable[[Store], None], ...] = (
        lambda s: s.load(quads()),
        lambda s: s.replace(quads()),
        lambda s: s.update("CLEAR ALL"),
        lambda s: s.clear(),
    )

    @pytest.mark.parametrize("where", ["memory:", "rdflib:", "disk", "http://127.0.0.1:9/query"])
    @pytest.mark.parametrize("change", CHANGES)
    def test_a_read_only_store_refuses_every_change(
        self, where: str, change: Callable[[Store], None], tmp_path: Path
    ) -> None:
        if where == "disk":
            where = str(tmp_path / "store")
            open_store(where).close()
        with pytest.raises(StoreError, match="opened read-only; open it for writing"):
            change(open_store(where, read_only=True))

    def test_a_closed_store_says_so(self, embedded: Store) -> None:
        embedded.close()
        with pytest.raises(StoreError, match="was closed; open it again"):
            embedded.query("ASK {}")
        with pytest.raises(StoreError, match="was closed"):
            embedded.load([])


@pytest.mark.parametrize("where", ["", "sqlite:x", "ftp://example.org/", "memory:x"])
def test_an_address_of_no_known_kind(where: str) -> None:
    with pytest.raises(StoreError, match="give memory:, rdflib:, a folder, or the http"):
        open_store(where)


def test_other_prefixes_can_be_offered() -> None:
    for where in ("memory:", "rdflib:"):
        store = open_store(where, prefixes={"e": E})
        store.load(quads())
        assert store.query("ASK { e:ldn e:blocks e:receptor }") is True


@contextlib.contextmanager
def answering(status: int, media_type: str, body: bytes) -> Iterator[str]:
    """A server that gives every request the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class TestRemote:
    def test_an_endpoint_that_is_not_there(self) -> None:
        with pytest.raises(StoreError, match=r"127.0.0.1:9/query: can't be reached .*check the"):
            open_store("http://127.0.0.1:9/query").query("ASK {}")

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            (404, "no endpoint at that address"),
            (401, "asks for a user name"),
            (403, "answered 403"),
            (414, "shorten it"),
            (500, "failed .because.; look into"),
            (503, "answered 503"),
        ],
    )
    def test_refusals_have_a_remedy(self, status: int, said: str) -> None:
        with answering(status, "text/plain", b"because") as url:
            with pytest.raises(StoreError, match=said):
                open_store(url).query("ASK {}")
            with pytest.raises(StoreError, match=said):
                open_store(url).update("CLEAR ALL")

    def test_a_refused_query_that_is_right_here_gives_the_endpoints_words(self) -> None:
        said = "refuses it: no property paths; rewrite it"
        with (
            answering(400, "text/plain", b"no\n property paths") as url,
            pytest.raises(BadQuery, match=said),
        ):
            open_store(url).query("ASK {}")

    @pytest.mark.parametrize(
        ("media_type", "body"),
        [
            ("text/html", b"<html>hello</html>"),
            ("application/sparql-results+json", b'{"head":{"vars":["x"]},"results":{"bindings":[{'),
            ("application/n-triples", b"<urn:a> <urn:b>"),
        ],
    )
    def test_an_answer_that_is_none_or_is_cut(self, media_type: str, body: bytes) -> None:
        with (
            answering(200, media_type, body) as url,
            pytest.raises(StoreError, match="can't be read"),
        ):
            open_store(url).query("SELECT ?x { ?x ?y ?z }")

    def test_an_endpoint_that_does_not_answer(self) -> None:
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            store = RemoteStore(f"http://127.0.0.1:{mute.getsockname()[1]}/query", timeout=1)
            with pytest.raises(StoreError, match="no answer within 1 s; ask for less"):
                store.query("ASK {}")

    def test_terms_of_other_servers_are_made_canonical(self) -> None:
        binding = {"type": "literal", "value": "04.50", "datatype": XSD + "decimal"}
        body = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": binding}]}}
        with answering(200, "application/sparql-results+json", json.dumps(body).encode()) as url:
            assert rows(open_store(url), "SELECT ?x {}") == [(typed("4.5", "decimal"),)]

    def test_where_no_update_address_is_known_it_is_read_only(self) -> None:
        store = open_store("https://example.org/ask-me")
        with pytest.raises(StoreError, match="read-only, since no address for updates is known"):
            store.update("CLEAR ALL")

    def test_two_threads_ask_at_once(self, request: pytest.FixtureRequest) -> None:
        with answering(
            200, "application/sparql-results+json", b'{"head":{},"boolean":true}'
        ) as url:
            store = open_store(url)
            found: list[object] = []
            threads = [
                threading.Thread(target=lambda: found.append(store.query("ASK {}")))
                for _ in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert found == [True] * 4
