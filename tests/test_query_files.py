"""Files of canned queries: headers, parameters, and the message that each mistake gives."""

import re
from pathlib import Path

import pytest

from ldn_graph import queries
from ldn_graph.errors import BadParameter, DataError, UnknownName
from ldn_graph.records.model import Corpus

ROOT = Path(__file__).parent.parent
CANNED = queries.canned(ROOT / "queries")


def known(corpus: Corpus) -> dict[str, dict[str, str]]:
    held = (corpus.entities, corpus.claims, corpus.sources, corpus.agents)
    kinds = ("entity", "claim", "source", "agent")
    return {kind: {n: n for n in names} for kind, names in zip(kinds, held, strict=True)}


class TestParameters:
    @pytest.mark.parametrize(
        ("name", "params", "error", "message"),
        [
            (
                "side-effects",
                {"drugs": "x"},
                BadParameter,
                "query 'side-effects' has no parameter 'drugs'; did you mean 'drug'? "
                "(parameters: drug)",
            ),
            (
                "overview",
                {"drug": "x"},
                BadParameter,
                "query 'overview' has no parameter 'drug' (parameters: none)",
            ),
            (
                "claims-for-condition",
                {"min_level": "high"},
                BadParameter,
                "query 'claims-for-condition': parameter 'min_level' is 'high'; give a whole "
                "number, such as 0, or any",
            ),
            (
                "claims-by-curator",
                {"since": "Nov 10"},
                BadParameter,
                "query 'claims-by-curator': parameter 'since' is 'Nov 10'; give a date, such as "
                "2026-11-23, or any",
            ),
            (
                "side-effects",
                {"drug": "low-dose-naltrexon"},
                UnknownName,
                "query 'side-effects', parameter 'drug': unknown entity 'low-dose-naltrexon'; "
                "did you mean 'low-dose-naltrexone' or 'standard-dose-naltrexone' or 'naltrexone'?",
            ),
            (
                "claims-by-basis",
                {"basis": "patient-report"},
                UnknownName,
                "query 'claims-by-basis', parameter 'basis': unknown basis 'patient-report'; "
                "did you mean 'patient-reports'?",
            ),
        ],
    )
    def test_mistakes_are_named(
        self,
        name: str,
        params: dict[str, str],
        error: type[Exception],
        message: str,
        shipped: Corpus,
    ) -> None:
        with pytest.raises(error) as caught:
            queries.fill(CANNED[name], params, known=known(shipped))
        assert str(caught.value) == message

    @pytest.mark.parametrize("value", ["> } DROP ALL", "../x", "A B", "", "x>"])
    def test_an_id_that_is_none_is_refused(self, value: str) -> None:
        with pytest.raises(BadParameter, match="give the id of a"):
            queries.fill(CANNED["side-effects"], {"drug": value})


class TestReading:
    """Files that are no canned queries, each refused with what to do."""

    HEADER = "#+ summary: Q?\n#+ description: what it asks\n"
    PARAMS = "#+ params:\n#+   x: {type: TYPE, doc: d}\n#+ columns: [s]\n"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("SELECT ?s { ?s ?p ?o }", "it has no #+ header; begin it with `#+ summary: …`"),
            (
                HEADER + "SELECT ?s { ?s ?p ?o }",
                "its header lacks columns; add `#+ columns: …`",
            ),
            (
                HEADER + "#+ columns: [s, t]\nSELECT ?s { ?s ?p ?o }",
                "its SELECT does not give t; mend `columns` or SELECT",
            ),
            (
                HEADER + PARAMS.replace("TYPE", "entity") + "SELECT ?s { ?s ?p ?x }",
                "parameter 'x' has 0 slots; write VALUES ?x { example } once",
            ),
            (HEADER + PARAMS.replace("TYPE", "thing"), "parameter 'x' has type 'thing'; give one"),
            (HEADER + "#+ columns: [s]\nASK { ?s ?p ?o }", "it is no SELECT"),
        ],
    )
    def test_a_file_that_is_off(self, text: str, message: str, tmp_path: Path) -> None:
        (tmp_path / "q.rq").write_text(text, encoding="utf-8")
        with pytest.raises(DataError) as caught:
            queries.canned(tmp_path)
        place, _, said = str(caught.value).partition(": ")
        assert re.fullmatch(rf"{re.escape(str(tmp_path))}/q\.rq:\d", place)
        assert said.startswith(message)
