"""Nothing is fetched: SERVICE, LOAD and FROM, in every disguise that an engine would take."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import canary as canary

from ldn_graph.errors import BadQuery, LdnError, StoreError
from ldn_graph.store import MemoryStore, Store, forbid_remote, open_store
from ldn_graph.store.sparql import tokens, without_silent_loads

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


@pytest.fixture(params=["memory:", "rdflib:", "disk"])
def embedded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "store" if request.param == "disk" else request.param)
    yield store
    store.close()


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


class TestSilentLoads:
    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("LOAD SILENT <URL>", "~"),
            ("load#x\nsilent <URL> INTO GRAPH <urn:g>;CLEAR ALL", "~\n;CLEAR ALL"),
            ("PREFIX e: <urn:> LOAD SILENT e:x INTO GRAPH e:g ; CLEAR ALL",
             "PREFIX e: <urn:> ~ ; CLEAR ALL"),
            ("CLEAR ALL; LOAD SILENT <URL> ; LOAD SILENT <URL>", "CLEAR ALL; ~ ; ~"),
            ("INSERT DATA { <urn:a> <urn:b> 'LOAD SILENT <URL>' }",) * 2,
            ("CLEAR ALL # LOAD SILENT <URL>",) * 2,
        ],
    )  # fmt: skip
    def test_what_is_forgiven_does_nothing(self, text: str, left: str) -> None:
        nothing = "DROP SILENT GRAPH <urn:ldn-graph:no-such-graph>"
        found = without_silent_loads(text.replace("URL", "http://127.0.0.1:9/"))
        assert found == left.replace("~", nothing).replace("URL", "http://127.0.0.1:9/")
        forbid_remote(found)
        MemoryStore().update(found)

    @pytest.mark.parametrize(
        "text",
        [
            "LOAD <URL>",
            "LOAD SILENT <URL> ; LOAD <URL>",
            "LOAD SILENT LOAD <URL>",
            "LOADSILENT <URL>",
            "LOAD SILENT",
            "LOAD SILENT <URL> INTO GRAPH LOAD <URL>",
            "CLEAR ALL; LOAD SILENT 'x' ; LOAD SILENT <URL> LOAD<URL>",
        ],
    )
    def test_no_other_load_slips_through(self, text: str, canary: tuple[str, list[str]]) -> None:
        url, asked = canary
        with pytest.raises(BadQuery):
            forbid_remote(without_silent_loads(text.replace("URL", url)))
        assert asked == []

    @given(st.lists(st.sampled_from([*NOISE, "LOAD ", "SILENT ", "<urn:a>", "INTO GRAPH "])))
    def test_what_is_left_is_looked_at_like_any_other(self, parts: list[str]) -> None:
        text = without_silent_loads("".join(parts))
        with contextlib.suppress(BadQuery):
            forbid_remote(text)
            assert "load" not in [t.text.lower() for t in tokens(text) if t.kind == "word"]


class TestTokens:
    def test_every_token_stands_where_it_says(self) -> None:
        text = "PREFIX e: <http://e/#> # c\nSELECT ?x { ?x e:a.b 'it\\'s'@en-GB ; a e:c\\-d . }"
        found = list(tokens(text))
        assert [t.text for t in found] == [
            *("PREFIX", "e:", "<http://e/#>", "SELECT", "?x", "{", "?x", "e:a.b", "'it\\'s'"),
            *("@en-GB", ";", "a", r"e:c\-d", ".", "}"),
        ]
        assert all(text[t.start : t.end] == t.text for t in found)
