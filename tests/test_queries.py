"""Canned queries: the same rows on every engine, and the rows that the article gives.

The golden results in `tests/data/golden/queries/` were made once and then reviewed against the
article, line by line: that each row's quote says what the row says, that no row of the article is
missing, and that nothing stands there that the article doesn't say. After a change of the corpus
or of a query, LDN_GRAPH_UPDATE_GOLDEN=1 rewrites them; read the difference before you commit it.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from test_store import endpoint as endpoint  # a server of this module's own

from ldn_graph import queries, rdf
from ldn_graph.grading.strength import Rule, grade_all
from ldn_graph.paths import search
from ldn_graph.records.identifiers import BASE, contract
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import Certainty, Status
from ldn_graph.store import MemoryStore, Store, open_store
from ldn_graph.table import Table, plain

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "data" / "golden" / "queries"
CANNED = queries.canned(ROOT / "queries")
AUDIENCES = {"researcher", "educator", "curator"}

#: Other questions whose answers were reviewed too: golden file → query and parameters.
MORE: dict[str, tuple[str, dict[str, str]]] = {
    "claims-for-condition.fibromyalgia": ("claims-for-condition", {"condition": "fibromyalgia"}),
    "claims-for-condition.at-least-2": (
        "claims-for-condition",
        {"condition": "any", "min_level": "2"},
    ),
    "claims-by-basis.ongoing-trials": ("claims-by-basis", {"basis": "ongoing-trials"}),
    "hedged-claims.may": ("hedged-claims", {"word": "may"}),
    "paths-to-condition.crohns-disease": ("paths-to-condition", {"condition": "crohns-disease"}),
    "reached-through-but-not-through.inflammation": (
        "reached-through-but-not-through",
        {"through": "inflammation", "not_through": "opioid-receptor"},
    ),
    "uses-of-drug.standard-dose-naltrexone": (
        "uses-of-drug",
        {"drug": "standard-dose-naltrexone"},
    ),
    "why-that-strong.refuted": (
        "why-that-strong",
        {"claim": "naltrexone-for-alzheimers-disease"},
    ),
}
QUESTIONS: dict[str, tuple[str, dict[str, str]]] = {n: (n, {}) for n in CANNED} | MORE

#: Curators' questions answer about claims that are not in force too.
ABOUT_ANY_STATUS = {"claims-by-curator", "why-that-strong"}


def quads_of(corpus: Corpus, rule: Rule) -> list[ox.Quad]:
    strengths = grade_all(corpus, rule)
    return rdf.quads(corpus, strengths, search.all_paths(corpus, strengths))


def memory_of(corpus: Corpus, rule: Rule) -> Store:
    store = MemoryStore()
    store.load(quads_of(corpus, rule))
    return store


def column(table: Table, name: str) -> list[str]:
    return [plain(row[name]) for row in table]


def claim_ids(table: Table) -> set[str]:
    """The claims that stand in the column `claim`."""
    return {value.rpartition("/")[2] for value in column(table, "claim")}


def as_tsv(table: Table) -> str:
    """A table for human eyes: CURIEs, no quotation marks, one line a row."""
    lines = [
        table.columns,
        *([_cell(term) for term in row] for row in table.rows),
    ]
    return "".join("\t".join(line) + "\n" for line in lines)


def _cell(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return contract(term.value)
    return re.sub(r"[\t\r\n]", " ", plain(term))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shipped_quads(shipped: Corpus, rule: Rule) -> list[ox.Quad]:
    return quads_of(shipped, rule)


@pytest.fixture(scope="module")
def memory(shipped_quads: list[ox.Quad]) -> Store:
    store = MemoryStore()
    store.load(shipped_quads)
    return store


@pytest.fixture(scope="module")
def small(mini: Corpus, rule: Rule) -> Store:
    return memory_of(mini, rule)


@pytest.fixture(scope="module")
def expected(memory: Store) -> Mapping[str, Table]:
    """The answers of Oxigraph in memory."""
    return {
        name: queries.run(memory, CANNED[query], params)
        for name, (query, params) in QUESTIONS.items()
    }


@pytest.fixture(
    scope="module", params=["disk", "rdflib", pytest.param("remote", marks=pytest.mark.server)]
)
def engine(
    request: pytest.FixtureRequest,
    shipped_quads: list[ox.Quad],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Store]:
    """Every other engine, filled in another order: the order of rows must not depend on it."""
    where = {"disk": str(tmp_path_factory.mktemp("queries") / "store"), "rdflib": "rdflib:"}
    address = where.get(request.param) or request.getfixturevalue("endpoint")
    store = open_store(address)
    store.load(reversed(shipped_quads))
    yield store
    store.close()


class TestEveryQuery:
    @pytest.mark.parametrize("name", QUESTIONS)
    def test_gives_the_same_rows_in_the_same_order_on_every_engine(
        self, name: str, engine: Store, expected: Mapping[str, Table]
    ) -> None:
        query, params = QUESTIONS[name]
        assert queries.run(engine, CANNED[query], params) == expected[name]

    @pytest.mark.parametrize("name", QUESTIONS)
    def test_gives_what_was_reviewed(self, name: str, expected: Mapping[str, Table]) -> None:
        golden, found = GOLDEN / f"{name}.tsv", as_tsv(expected[name])
        if os.environ.get("LDN_GRAPH_UPDATE_GOLDEN"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(found, encoding="utf-8")
        assert found == golden.read_text(encoding="utf-8")

    @pytest.mark.parametrize("name", CANNED)
    def test_gives_distinct_rows_as_it_stands(
        self, name: str, expected: Mapping[str, Table]
    ) -> None:
        rows = expected[name].rows
        assert rows
        assert len(set(rows)) == len(rows)

    @pytest.mark.parametrize("name", CANNED)
    def test_takes_less_than_a_second_of_processor_with_everything_left_open(
        self, name: str, memory: Store
    ) -> None:
        """A runaway query is told by the work it takes; how busy the machine is doesn't matter."""
        query = CANNED[name]
        began = time.process_time()
        found = queries.run(memory, query, {p.name: "any" for p in query.params})
        assert time.process_time() - began < 1
        assert len(set(found.rows)) == len(found.rows)

    @pytest.mark.parametrize("name", CANNED)
    def test_can_be_traced(self, name: str, expected: Mapping[str, Table]) -> None:
        found = expected[name]
        addresses = [t for row in found.rows for t in row if isinstance(t, ox.NamedNode)]
        assert addresses or any("quote" in c for c in found.columns)

    @pytest.mark.parametrize("name", CANNED)
    def test_says_what_it_is(self, name: str) -> None:
        query = CANNED[name]
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert query.summary.endswith("?")
        assert len(query.description) > 40
        assert AUDIENCES & set(query.tags)
        assert all(p.doc for p in query.params)
        assert query.severity is None
        assert query.remedy is None
        assert "ORDER BY" in query.text
        assert max(map(len, query.text.splitlines())) <= 100

    @pytest.mark.parametrize("name", CANNED)
    def test_lists_all_columns_that_it_gives(self, name: str) -> None:
        answer = MemoryStore().query(CANNED[name].text)
        assert isinstance(answer, Table)
        assert answer.columns == CANNED[name].columns

    def test_only_the_one_on_provenance_needs_graph(self) -> None:
        assert {n for n, q in CANNED.items() if "GRAPH" in q.text.partition("\nPREFIX")[2]} == {
            "provenance-of-claim"
        }

    def test_there_is_a_golden_result_for_each_and_none_besides(self) -> None:
        assert {f.stem for f in GOLDEN.glob("*.tsv")} == set(QUESTIONS)


class TestAgainstTheCorpus:
    """What the model says, asked of the graph."""

    def test_claims_for_every_condition(self, shipped: Corpus, memory: Store) -> None:
        for name in shipped.entities:
            found = queries.run(memory, CANNED["claims-for-condition"], {"condition": name})
            assert claim_ids(found) == {
                c.id for c in shipped.current() if name in (c.object, c.qualifiers.condition)
            }

    def test_everything_about_every_entity(self, shipped: Corpus, memory: Store) -> None:
        for name in shipped.entities:
            found = queries.run(memory, CANNED["about-entity"], {"entity": name})
            assert claim_ids(found) == {c.id for c in shipped.current() if name in _mentioned(c)}

    def test_hedged_claims_show_every_cue(self, shipped: Corpus, memory: Store) -> None:
        found = queries.run(memory, CANNED["hedged-claims"])
        assert sorted(column(found, "cue")) == sorted(
            cue.exact
            for c in shipped.current()
            for i in c.evidence
            if i.certainty is not Certainty.ASSERTED
            for cue in i.cues
        )

    @pytest.mark.parametrize("word", ["inflam", "CROHN’S", "may"])
    def test_quotes_by_word(self, word: str, shipped: Corpus, memory: Store) -> None:
        found = queries.run(memory, CANNED["quotes-containing"], {"word": word})
        assert len(found) == sum(
            word.lower() in i.quote.exact.lower()
            for c in shipped.current()
            for i in c.evidence
            if i.quote
        )

    def test_every_path_with_its_weakest_step(
        self, shipped: Corpus, rule: Rule, memory: Store
    ) -> None:
        found = queries.run(memory, CANNED["paths-to-condition"], {"condition": "any"})
        strengths = grade_all(shipped, rule)
        drawn = {
            (plain(r["path"]).rpartition("/")[2], plain(r["weakest_claim"]).rpartition("/")[2])
            for r in found
        }
        assert drawn == {
            (p.id, p.weakest.claim.id)
            for p in search.all_paths(shipped, strengths)
            if p.start == "low-dose-naltrexone"
        }

    @pytest.mark.parametrize(
        ("through", "not_through"),
        [("microglial-cell", "endorphin"), ("inflammation", "enkephalin"), ("brain", "brain")],
    )
    def test_reached_through_but_not_through(
        self, through: str, not_through: str, shipped: Corpus, rule: Rule, memory: Store
    ) -> None:
        asked = {"through": through, "not_through": not_through}
        found = queries.run(memory, CANNED["reached-through-but-not-through"], asked)
        every = search.all_paths(shipped, grade_all(shipped, rule))
        from_ldn = [p for p in every if p.start == "low-dose-naltrexone"]
        barred = {p.end for p in from_ldn if not_through in p.nodes}
        assert {plain(r["path"]).rpartition("/")[2] for r in found} == {
            p.id for p in from_ldn if through in p.nodes[1:-1] and p.end not in barred
        }

    def test_sentences_without_a_claim(self, shipped: Corpus, memory: Store) -> None:
        found = queries.run(memory, CANNED["sentences-without-claim"], {"source": "any"})
        gaps = [g for of_source in shipped.gaps.values() for g in of_source]
        assert len(found) == len(gaps)
        assert set(column(found, "because")) == {str(g.reason) for g in gaps}

    @pytest.mark.parametrize("half", [0, 1])
    @pytest.mark.parametrize("status", [s for s in Status if s is not Status.ACCEPTED])
    def test_only_accepted_claims_are_answers(
        self, status: Status, half: int, shipped: Corpus, rule: Rule
    ) -> None:
        out = sorted(shipped.claims)[half::2]
        changed = {n: shipped.claims[n].model_copy(update={"status": status}) for n in out}
        corpus = shipped.model_copy(update={"claims": {**shipped.claims, **changed}})
        store = memory_of(corpus, rule)
        hidden = {f"{BASE}claim/{name}" for name in out}
        for query in CANNED.values():
            if query.name not in ABOUT_ANY_STATUS:
                found = queries.run(store, query, {p.name: "any" for p in query.params})
                shown = {plain(t) for row in found for c, t in row.items() if c != "leaned_on"}
                assert shown & hidden == set(), query.name

    def test_only_accepted_claims_are_counted(self, shipped: Corpus, rule: Rule) -> None:
        drafts = {
            n: c.model_copy(update={"status": Status.DRAFT}) for n, c in shipped.claims.items()
        }
        store = memory_of(shipped.model_copy(update={"claims": drafts}), rule)
        for query in CANNED.values():
            found = queries.run(store, query, {p.name: "any" for p in query.params})
            if "claims" in query.columns:
                assert set(column(found, "claims")) <= {"0"}, query.name


class TestStudiesAndConflict:
    """What the article has none of, on the synthetic corpus with its two trials."""

    def test_a_study_without_a_quote_is_not_lost(self, small: Store) -> None:
        found = queries.run(small, CANNED["claims-for-condition"])
        sources = set(column(found, "source"))
        assert {"A synthetic trial", "Another synthetic trial"} <= sources
        assert "" in column(found, "quote")

    def test_a_contested_claim_shows_both_sides(self, small: Store) -> None:
        found = queries.run(small, CANNED["contested-claims"])
        assert {plain(r["agreement"]) for r in found} == {"contested"}
        assert {(plain(r["for"]), plain(r["against"])) for r in found} == {("2", "1")}
        assert len(found) == 3

    def test_all_reasons_of_a_claim(self, small: Store, mini: Corpus, rule: Rule) -> None:
        for name, strength in grade_all(mini, rule).items():
            found = queries.run(small, CANNED["why-that-strong"], {"claim": name})
            said = sorted(zip(column(found, "axis"), column(found, "why"), strict=True))
            assert said == sorted((r.axis, r.text) for r in strength.reasons)

    def test_every_query_runs(self, small: Store) -> None:
        for query in CANNED.values():
            queries.run(small, query)


class TestParameters:
    """What is wrong with a value is in `test_query_files.py`."""

    @pytest.mark.parametrize(
        "value", ['x" } DROP ALL #', "\\", 'a"""b', "line\nbreak", "} ?s ?p ?o {", "$0 \\1 {0}"]
    )
    def test_a_text_stays_a_text(self, value: str, memory: Store) -> None:
        assert len(queries.run(memory, CANNED["quotes-containing"], {"word": value})) == 0

    def test_a_value_replaces_the_example(self, memory: Store) -> None:
        asked = {"drug": "standard-dose-naltrexone"}
        found = queries.run(memory, CANNED["uses-of-drug"], asked)
        assert set(column(found, "condition")) == {"opioid dependence", "alcohol dependence"}

    def test_a_corpus_with_another_base(self, mini: Corpus, rule: Rule) -> None:
        base = "https://example.org/kg/"
        about = mini.description.model_copy(update={"base": base})
        store = memory_of(mini.model_copy(update={"description": about}), rule)
        query = CANNED["claims-for-condition"]
        assert len(queries.run(store, query)) == 0
        assert len(queries.run(store, query, base=base)) > 0


def _mentioned(claim: Claim) -> set[str | None]:
    narrowed = claim.qualifiers
    return {
        *(claim.subject, claim.object),
        *(narrowed.condition, narrowed.population, narrowed.location),
    }
