"""The benchmark's generator and script. Nothing here looks at how long anything took."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import engines
from benchmarks.engines import Clock, Settings
from benchmarks.generate import BASE, corpus
from benchmarks.report import Cell, Measured, page
from ldn_graph import rdf
from ldn_graph.grading.strength import Rule, grade_all
from ldn_graph.paths import search
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Agreement, Column, Direction, Kind, Status


@pytest.fixture(scope="module")
def some() -> Corpus:
    return corpus(200)


def test_same_seed_same_corpus_and_another_seed_another(some: Corpus) -> None:
    assert corpus(200) == some
    assert corpus(200, seed=2).claims != some.claims


@pytest.mark.parametrize("claims", [1, 7, 50, 1000])
def test_as_many_claims_as_asked_for_and_nothing_dangles(claims: int) -> None:
    made = corpus(claims)
    assert len(made.claims) == claims
    assert corpora.dangling(made, corpora.Places()) == []


def test_no_claims_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        corpus(0)


def test_vocabularies_grow_with_the_square_root() -> None:
    few, many = corpus(500), corpus(2000)
    for field in ("entities", "sources"):
        assert 1.8 < len(getattr(many, field)) / len(getattr(few, field)) < 2.2


def test_all_that_the_model_has_occurs(some: Corpus, rule: Rule) -> None:
    items = [i for c in some.claims.values() for i in c.evidence]
    assert {e.kind for e in some.entities.values()} == set(Kind)
    assert {i.direction for i in items} == set(Direction)
    assert all(i.quote for i in items)
    assert any(i.cues for i in items)
    assert any(i.dose for i in items)
    assert any(c.qualifiers.condition for c in some.claims.values())
    assert any(c.leans_on for c in some.claims.values())
    assert any(c.status is not Status.ACCEPTED for c in some.claims.values())
    agreement = Counter(s.agreement for s in grade_all(some, rule).values())
    assert agreement[Agreement.CONTESTED] and agreement[Agreement.STATED_ONLY]


def test_no_two_claims_say_the_same(some: Corpus) -> None:
    assert len({c.proposition for c in some.claims.values()}) == len(some.claims)


def test_quotes_and_cues_stand_where_they_say_to(some: Corpus) -> None:
    """Spans of one source never overlap, and cues lie in their quotes."""
    ends: dict[str, list[tuple[int, int]]] = {}
    for claim in some.claims.values():
        for item in claim.evidence:
            quote = item.quote
            assert quote and quote.start is not None and quote.end is not None
            length = some.sources[item.source].text_length
            assert length and quote.end <= length
            ends.setdefault(item.source, []).append((quote.start, quote.end))
            for cue in item.cues:
                assert cue.start is not None and cue.end is not None
                at = cue.start - quote.start
                assert quote.exact[at : at + len(cue.exact)] == cue.exact
    for spans in ends.values():
        ordered = sorted(spans)
        assert all(a[1] <= b[0] for a, b in pairwise(ordered))


def test_it_is_labelled_and_has_no_real_identifiers(some: Corpus) -> None:
    assert some.description.title.startswith("SYNTHETIC")
    assert BASE == some.description.base == "https://example.org/synthetic/"
    assert not any(e.mappings for e in some.entities.values())
    assert all(e.label.startswith("synthetic ") for e in some.entities.values())
    assert not any(s.doi or s.pmid or s.registry_id for s in some.sources.values())


def test_it_survives_the_rdf_whole(some: Corpus, rule: Rule) -> None:
    assert rdf.read_quads(rdf.quads(some, grade_all(some, rule))) == some


def test_it_has_paths_of_several_steps(some: Corpus, rule: Rule) -> None:
    found = search.all_paths(some, grade_all(some, rule))
    assert max(len(p.steps) for p in found) > 1
    assert {some.entities[p.end].column for p in found} == {Column.CONDITION}


def test_the_script_prints_ratios_and_writes_every_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "times.json"
    engines.main(["--sizes", "50", "--runs", "2", "--rdflib-max", "50", "--json", str(target)])
    lines = capsys.readouterr().out.splitlines()
    (load,) = (line for line in lines if line.startswith("| load"))
    assert [float(c.split()[0]) > 0 for c in load.split("|")[4:6]] == [True, True]
    (size,) = json.loads(target.read_text())["sizes"]
    assert set(size["cells"]) == {"load", *engines.QUESTIONS}
    for question, cells in size["cells"].items():
        assert {e: len(c["seconds"]) for e, c in cells.items()} == dict.fromkeys(
            ("memory", "disk", "rdflib"), 2
        )
        if question != "load":
            assert len({c["digest"] for c in cells.values()}) == 1
    assert any(cells["memory"]["rows"] for q, cells in size["cells"].items() if q != "load")


def test_what_was_not_measured_is_said() -> None:
    measured = Measured(9, counts={"quads": 1}, notes=["rdflib was not asked."])
    measured.cells["load"] = {
        "memory": Cell([0.1, 0.2]),
        "disk": Cell([0.2, 0.2]),
        "rdflib": Cell(skipped="over 60 s"),
    }
    text = page([measured], 2)
    assert "| load |  | 150 ms (100 ms–200 ms) | 1.5 (1–2) | over 60 s |" in text
    assert "- rdflib was not asked." in text


def test_a_run_whose_time_is_up_says_so() -> None:
    measured = engines.measure(50, Settings((50,), limit=0), Clock(0), lambda _: None)
    assert not measured.cells
    assert "limit of 0 s" in measured.notes[0]


def test_a_size_that_memory_can_not_hold_is_refused() -> None:
    if not Path("/proc/meminfo").is_file():
        pytest.skip("the machine doesn't say how much memory is free")
    huge = 10**12
    measured = engines.measure(huge, Settings((huge,)), Clock(60), lambda _: None)
    assert not measured.cells
    assert "GB are free" in measured.notes[0]


def test_engines_that_disagree_stop_the_run() -> None:
    measured = Measured(9)
    measured.cells["q"] = {
        "memory": Cell(rows=1, digest="a"),
        "disk": Cell(rows=1, digest="b"),
        "rdflib": Cell(skipped="not asked"),
    }
    with pytest.raises(AssertionError, match="disagree"):
        engines.hold_equal("q", measured)


def test_wrong_sizes_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        engines.main(["--sizes", "many"])
    assert "give whole numbers" in capsys.readouterr().err.splitlines()[-1]
