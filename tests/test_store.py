"""One contract for every engine."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from servers import canary as canary
from servers import endpoint as endpoint
from stored import E, iri, quads, rows, typed

from ldn_graph.errors import BadQuery, LdnError
from ldn_graph.store import MemoryStore, Store, open_store
from ldn_graph.table import Table, plain

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


def shape(found: Iterator[ox.Quad]) -> str:
    """Quads up to the names of blank nodes."""
    dataset = ox.Dataset(found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


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
