"""Canned queries as a mechanism: reading files, filling slots, running on the engines."""

import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ldn_graph import queries, rdf
from ldn_graph.errors import BadParameter, BadQuery, DataError, FileError, UnknownName, UsageError
from ldn_graph.grading.strength import Strength
from ldn_graph.queries import CannedQuery
from ldn_graph.records.identifiers import BASE
from ldn_graph.records.model import Corpus
from ldn_graph.store import MemoryStore, Store, open_store
from ldn_graph.store.sparql import tokens
from ldn_graph.table import Table, plain

FOLDER = Path(__file__).parent / "data" / "queries"
CANNED = queries.canned(FOLDER)
REACHED = CANNED["reached-from"]
SAID = CANNED["said-since"]
XSD = "http://www.w3.org/2001/XMLSchema#"

#: Two texts side by side: the second must not be looked for in the first.
PAIR = queries.parse(
    "pair",
    "#+ summary: Two texts\n#+ description: As they were given.\n#+ params:\n"
    "#+   a: {type: string}\n#+   b: {type: string}\n#+ columns: [a, b]\n"
    'SELECT ?a ?b { VALUES ?a { "one" } VALUES ?b { "two" } }',
)

HEADER = "#+ summary: Q?\n#+ description: what it asks\n"
ONE = "#+ params:\n#+   x: {TYPE}\n#+ columns: [s]\n"


@pytest.fixture(params=["memory:", "rdflib:"])
def engine(request: pytest.FixtureRequest) -> Store:
    return open_store(request.param)


@pytest.fixture(scope="module")
def mini_quads(mini: Corpus, mini_strengths: Mapping[str, Strength]) -> list[ox.Quad]:
    return rdf.quads(mini, mini_strengths)


class TestReading:
    def test_a_query_is_what_its_file_says(self) -> None:
        assert sorted(CANNED) == ["reached-from", "said-since"]
        assert REACHED.name == "reached-from"
        assert REACHED.summary == "What does a thing act on?"
        assert REACHED.description.startswith("The objects of the claims about it.")
        assert (REACHED.tags, REACHED.columns) == (("example",), ("claim", "object"))
        assert [(p.name, p.type, p.default) for p in REACHED.params] == [
            *(("thing", "entity", "ldn:drugamine"), ("how", "predicate", "UNDEF")),
            ("min_level", "integer", "0"),
        ]
        assert (REACHED.severity, REACHED.remedy) == (None, None)

    def test_a_check_has_severity_and_remedy(self) -> None:
        check = queries.canned(FOLDER / "checks")["no-object"]
        assert (check.severity, check.remedy) == ("error", "give it an object")

    def test_a_missing_folder_is_no_empty_one(self, tmp_path: Path) -> None:
        assert queries.canned(tmp_path) == {}
        with pytest.raises(FileError, match="none: no such folder; name one that holds"):
            queries.canned(tmp_path / "none")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                HEADER + "#+ colums: [s]\n",
                ":3: unknown header key 'colums'; did you mean 'columns'",
            ),
            (HEADER + "#+ tags: [a\n#+ columns: [s]\n", ":4: its #+ header is no YAML"),
            (HEADER + "#+ columns: s\nSELECT ?s {}", ":3: 'columns' has the wrong form; write it"),
            (HEADER + "#+ columns: [s]\n#+ params: [x]\n", ":4: 'params' has the wrong form"),
            (
                HEADER + "#+ columns: [s]\n#+ severity: error\n",
                ":1: a check has both `severity` and `remedy`; add the one",
            ),
            (
                HEADER + "#+ columns: [s]\n#+ severity: bad\n#+ remedy: mend it\n",
                ":4: `severity` is unknown; give error or warning",
            ),
            (
                HEADER + ONE.replace("TYPE", "type: string, dok: d") + "SELECT ?s {}",
                ":4: parameter 'x' has an unknown key 'dok'; did you mean 'doc'",
            ),
            (
                HEADER + ONE.replace("TYPE", "type: concept, scheme: sureness"),
                ":4: parameter 'x' names scheme 'sureness'; give one of action, ",
            ),
            (
                HEADER + ONE.replace("TYPE", "type: integer") + "SELECT ?s {\nVALUES ?x { 1 2 } }",
                ":7: the slot of 'x' must hold one example, or UNDEF",
            ),
            (
                HEADER + ONE.replace("TYPE", "type: integer") + "SELECT ?s { VALUES ?x { } }",
                ":6: the slot of 'x' must hold one example, or UNDEF",
            ),
            (
                HEADER + ONE.replace("TYPE", "type: integer") + 'SELECT ?s { VALUES ?x { "1" } }',
                ":6: \"1\" in the slot of 'x' is no integer; give an example of that type",
            ),
            (
                HEADER
                + ONE.replace("TYPE", "type: entity")
                + "SELECT ?s { VALUES ?x { <urn:x> } }",
                ":6: <urn:x> in the slot of 'x' is no entity",
            ),
            (
                HEADER
                + ONE.replace("TYPE", "type: concept, scheme: certainty")
                + f"SELECT ?s {{ VALUES ?x {{ <{BASE}vocab#basis-own-result> }} }}",
                " in the slot of 'x' is no certainty",
            ),
            (
                HEADER
                + ONE.replace("TYPE", "type: integer")
                + "SELECT ?s { VALUES ?x { 1 } { VALUES ?x { 2 } } }",
                ":4: parameter 'x' has 2 slots; write VALUES ?x { example } once",
            ),
            (
                HEADER + ONE.replace("TYPE", "type: integer") + "# VALUES ?x { 1 }\nSELECT ?s {}",
                ":4: parameter 'x' has 0 slots",
            ),
            (HEADER + "#+ columns: [s]\nSELECT ?s\n{ ?s ?p }", ":5: column 3: syntax error"),
            # what a store offers without a declaration is not there where the file runs elsewhere
            (HEADER + "#+ columns: [s]\nSELECT ?s { ldn:a ?p ?s }", ":4: column 13: prefix 'ldn:'"),
            (
                HEADER + "#+ columns: [s]\nSELECT ?s { SERVICE <urn:x> {} }",
                ":4: column 13: SERVICE",
            ),
        ],
    )
    def test_a_mistake_is_named_with_its_line(
        self, text: str, message: str, tmp_path: Path
    ) -> None:
        (tmp_path / "q.rq").write_text(text, encoding="utf-8")
        with pytest.raises(DataError) as caught:
            queries.canned(tmp_path)
        (said,) = caught.value.problems
        assert re.match(rf"{re.escape(str(tmp_path / 'q.rq'))}:\d+: ", said)
        assert message in said
        assert "\n" not in said

    def test_every_wrong_file_is_named_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "a.rq").write_text("SELECT ?s {}")
        (tmp_path / "b.rq").write_bytes(b"#+ summary: \xff")
        (tmp_path / "c.rq").mkdir()
        with pytest.raises(DataError) as caught:
            queries.canned(tmp_path)
        names = [p.partition(": ")[0].rpartition("/")[2] for p in caught.value.problems]
        assert names == ["a.rq:1", "b.rq:1", "c.rq:1"]

    def test_a_description_for_readers(self) -> None:
        said = queries.describe(SAID)
        for part in (SAID.summary, "-p how=", "certainty", "how sure", "columns: words", SAID.text):
            assert part in said


class TestFilling:
    @pytest.mark.parametrize(
        ("query", "param", "value", "slot"),
        [
            (REACHED, "thing", "brain", f"<{BASE}entity/brain>"),
            (REACHED, "how", "has-side-effect", f"<{BASE}vocab#has-side-effect>"),
            (REACHED, "min_level", "+03", f'"3"^^<{XSD}integer>'),
            (REACHED, "min_level", 2, f'"2"^^<{XSD}integer>'),
            (REACHED, "thing", "any", "UNDEF"),
            (REACHED, "min_level", "*", "UNDEF"),
            (SAID, "of", "a-trial", f"<{BASE}source/a-trial>"),
            (SAID, "how", "speculative", f"<{BASE}vocab#certainty-speculative>"),
            (SAID, "since", "2024-02-29", f'"2024-02-29"^^<{XSD}date>'),
            (SAID, "words", 'a "b" \\', '"a \\"b\\" \\\\"'),
            (SAID, "words", "", '""'),
        ],
    )
    def test_only_the_slot_changes(
        self, query: CannedQuery, param: str, value: object, slot: str
    ) -> None:
        default = next(p.default for p in query.params if p.name == param)
        old = f"  VALUES ?{param} {{ {default} }}"
        assert query.text.count(old) == 1
        filled = queries.fill(query, {param: value})
        assert filled == query.text.replace(old, f"  VALUES ?{param} {{ {slot} }}")

    def test_nothing_given_is_the_file_as_it_stands(self) -> None:
        assert queries.fill(REACHED, {}) == REACHED.text

    @pytest.mark.parametrize(
        ("query", "params", "error", "said"),
        [
            (REACHED, {"thin": "x"}, BadParameter, "no parameter 'thin'; did you mean 'thing'"),
            (REACHED, {"thing": "The Brain"}, BadParameter, "'thing' is 'The Brain'; give the id"),
            (REACHED, {"min_level": "2.5"}, BadParameter, "'min_level' is '2.5'; give a whole"),
            (REACHED, {"min_level": "9" * 19}, BadParameter, "give a whole number"),
            (REACHED, {"min_level": ""}, BadParameter, "give a whole number"),
            (
                REACHED,
                {"how": "inhibit"},
                UnknownName,
                "query 'reached-from', parameter 'how': unknown predicate 'inhibit'; did you mean",
            ),
            (SAID, {"how": "certain"}, UnknownName, "parameter 'how': unknown certainty 'certain'"),
            (SAID, {"since": "2024-02-30"}, BadParameter, "'since' is '2024-02-30'; give a date"),
            (SAID, {"words": "\ud800"}, BadParameter, "give text that can be written as UTF-8"),
        ],
    )
    def test_mistakes_are_named(
        self, query: CannedQuery, params: dict[str, str], error: type[UsageError], said: str
    ) -> None:
        with pytest.raises(error) as caught:
            queries.fill(query, params)
        assert said in str(caught.value)
        assert query.name in str(caught.value)

    def test_names_are_checked_where_they_are_known(self) -> None:
        known = {"entity": {"brain": "brain", "endorphin": "endorphin", "skull": "brain"}}
        assert "entity/brain>" in queries.fill(REACHED, {"thing": "skull"}, known=known)
        assert "entity/brain>" in queries.fill(REACHED, {"thing": "brain"}, known=known)
        with pytest.raises(UnknownName, match="'thing': unknown entity 'brian'; did you mean"):
            queries.fill(REACHED, {"thing": "brian"}, known=known)
        assert "source/unseen>" in queries.fill(SAID, {"of": "unseen"}, known=known)

    def test_another_base_moves_prefixes_but_not_texts(self) -> None:
        base = "https://example.org/kg/"
        filled = queries.fill(SAID, {"of": "s", "words": f"<{BASE}source/>"}, base=base)
        assert f"PREFIX ldns: <{base}source/>" in filled
        assert f"<{base}source/s>" in filled
        assert f'"<{BASE}source/>"' in filled
        assert f"PREFIX ldnv: <{BASE}vocab#>" in filled


FRAGMENTS = st.sampled_from(
    [
        *('"', "'", '"""', "\\", "\\u0022", "\n", "\r", "}", "{", "#", "^^", "@en", "UNDEF", " "),
        *("VALUES ?b { 1 }", 'VALUES ?b { "x" }', "?b", "SERVICE <urn:x>", "} ?s ?p ?o #", "\x00"),
        *("$0", "\\1", "{0}", "%s", "\u2028", "\u202e", "\U0001f48a", "é"),
    ]
)
TEXTS = st.one_of(
    st.lists(FRAGMENTS, max_size=6).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
).filter(lambda text: text not in queries.ANY)


class TestNothingBreaksOut:
    @settings(max_examples=examples(60), deadline=None)
    @given(a=TEXTS, b=TEXTS)
    @example(a="VALUES ?b { 1 }", b=" . } { ?s ?p ?o } #")
    @example(a="\\u0022", b='"""')
    def test_texts_come_back_as_they_were_given(self, a: str, b: str) -> None:
        """In either order of giving, on the engines with the two parsers that there are."""
        expected = Table(("a", "b"), ((ox.Literal(a), ox.Literal(b)),))
        for params in ({"a": a, "b": b}, {"b": b, "a": a}):
            for where in ("memory:", "rdflib:"):
                assert queries.run(open_store(where), PAIR, params) == expected

    @settings(max_examples=examples(60), deadline=None)
    @given(a=TEXTS, b=TEXTS)
    def test_the_query_round_the_slots_stays_as_it_was(self, a: str, b: str) -> None:
        found = [t.text for t in tokens(queries.fill(PAIR, {"a": a, "b": b}))]
        original = [t.text for t in tokens(PAIR.text)]
        assert len(found) == len(original)
        changed = [o for f, o in zip(found, original, strict=True) if f != o]
        assert set(changed) <= {'"one"', '"two"'}

    @settings(max_examples=examples(60))
    @given(value=TEXTS, param=st.sampled_from(["thing", "how", "min_level"]))
    @example(value="brain\n", param="thing")
    @example(value="x> } DROP ALL #", param="thing")
    def test_names_and_numbers_are_refused_or_become_one_term(self, value: str, param: str) -> None:
        try:
            filled = queries.fill(REACHED, {param: value})
        except UsageError:
            return
        old, new = list(tokens(REACHED.text)), list(tokens(filled))
        # a typed literal is three tokens where the number was one
        assert len(new) - len(old) == (2 if param == "min_level" else 0)
        MemoryStore(prefixes={}).query(filled)


class TestRunning:
    def test_columns_come_in_the_headers_order(self, engine: Store) -> None:
        found = queries.run(engine, SAID)
        assert found.columns == ("words", "since", "how", "of")
        assert [plain(t) for t in found.rows[0]] == [
            *("it may help", "2026-01-31", f"{BASE}vocab#certainty-hedged"),
            f"{BASE}source/synthetic-text",
        ]

    def test_engines_agree_on_a_corpus(self, engine: Store, mini_quads: list[ox.Quad]) -> None:
        engine.load(mini_quads)
        found = queries.run(engine, REACHED, {"how": "decreases", "min_level": 0})
        assert [tuple(plain(t).removeprefix(BASE) for t in row) for row in found.rows] == [
            ("claim/drugamine-decreases-inflammation", "entity/inflammation")
        ]
        every = queries.run(engine, REACHED, {"thing": "any"})
        assert len(every) == 6
        assert len(queries.run(engine, REACHED, {"min_level": 4})) < len(
            queries.run(engine, REACHED)
        )

    def test_a_check_finds_violations(self, engine: Store, mini_quads: list[ox.Quad]) -> None:
        check = queries.canned(FOLDER / "checks")["no-object"]
        engine.load(mini_quads)
        assert len(queries.run(engine, check)) == 0
        engine.update("INSERT DATA { ldnc:half a ldnv:Claim }")
        assert [plain(r["thing"]) for r in queries.run(engine, check)] == [f"{BASE}claim/half"]

    def test_only_rows_are_an_answer(self) -> None:
        ask = CannedQuery("q", "", "", (), (), (), "ASK {}")
        with pytest.raises(BadQuery, match="query 'q' is no SELECT"):
            queries.run(MemoryStore(), ask)
