"""What a text does not assert is not suggested as if it did: a suite of sentences by kind."""

from collections import Counter

import pytest

from benchmarks.assertions import CONTROL, Case, Verdict, cases, judged
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import Corpus
from ldn_graph.suggest import suggest
from ldn_graph.suggest.coreference import long_form

pytest.importorskip("spacy")
SUITE = cases()


@pytest.fixture(scope="module")
def graph() -> EvidenceGraph:
    return EvidenceGraph.open()


@pytest.fixture(scope="module")
def verdicts(graph: EvidenceGraph) -> tuple[Verdict, ...]:
    return judged(graph, SUITE)


def said(text: str, corpus: Corpus) -> list[tuple[str, str, str, str, str]]:
    return [
        (s.subject.id, str(s.predicate), s.object.id, str(s.direction), str(s.certainty))
        for s in suggest(text, corpus)
    ]


def test_the_suite_has_each_kind_and_no_sentence_twice() -> None:
    kinds = Counter(case.kind for case in SUITE)
    assert len(SUITE) >= 300 and min(kinds.values()) >= 20
    assert len({case.text for case in SUITE}) == len(SUITE)


def test_no_sentence_is_turned_round(verdicts: tuple[Verdict, ...]) -> None:
    wrong = [v for v in verdicts if v.wrong]
    told = [f"{v.case.text}: {[(s.object.id, s.direction) for s in v.wrong]}" for v in wrong]
    assert len(wrong) <= len(SUITE) // 100, told


def test_what_is_plainly_said_is_still_read(verdicts: tuple[Verdict, ...]) -> None:
    assert sum(v.missed for v in verdicts if v.case.kind == CONTROL) <= 2


def test_the_judge_sees_what_is_turned_round(graph: EvidenceGraph) -> None:
    text = "Low-dose naltrexone reduces inflammation."
    for allowed in (("nothing",), ("refutes",), ("supports speculative",), ("supports:pain",)):
        (verdict,) = judged(graph, [Case("planted", allowed, "", text)])
        assert verdict.wrong, allowed
    (verdict,) = judged(graph, [Case("planted", ("supports asserted:inflammation",), "", text)])
    assert not verdict.wrong


@pytest.mark.parametrize(
    "after",
    [
        "The difference from placebo was not significant.",
        "This could not be replicated.",
        "That claim was later retracted.",
    ],
)
def test_the_next_sentence_takes_back_the_one_before(after: str, shipped: Corpus) -> None:
    assert said("LDN reduces inflammation.", shipped)
    assert not said(f"LDN reduces inflammation. {after}", shipped)
    kept = said(f"LDN reduces inflammation. LDN improves mobility. {after}", shipped)
    assert [row[2] for row in kept] == ["inflammation"]


@pytest.mark.parametrize(
    "expansion",
    [
        "Laparoscopic donor nephrectomy (LDN) is common.",
        "LDN (laparoscopic donor nephrectomy) is common.",
        "LDN stands for laparoscopic donor nephrectomy.",
        "Laparoscopic donor nephrectomy is common.",
    ],
)
def test_an_abbreviation_means_what_the_text_says(expansion: str, shipped: Corpus) -> None:
    assert not said(f"{expansion} LDN reduces inflammation.", shipped)
    assert not said(f"LDN reduces inflammation. {expansion}", shipped)


@pytest.mark.parametrize(
    "expansion",
    ["Low-dose naltrexone (LDN) is old.", "LDN (low dose naltrexone) is old.", "It is old."],
)
def test_an_abbreviation_keeps_its_meaning(expansion: str, shipped: Corpus) -> None:
    found = said(f"{expansion} LDN reduces inflammation.", shipped)
    assert ("low-dose-naltrexone", "decreases", "inflammation", "supports", "asserted") in found


def test_a_long_form_is_spelt_by_its_short_one() -> None:
    assert long_form("MS", "a case of mitral stenosis") == "mitral stenosis"
    assert long_form("TLR4", "the toll-like receptor 4") == "toll-like receptor 4"
    assert long_form("LDN", "patients in pain") is None


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Naltrexone reduces inflammation.", "naltrexone"),
        ("Low-dose aspirin and naltrexone reduce inflammation.", "naltrexone"),
        ("A low dose of prednisone was given, and naltrexone reduced inflammation.", "naltrexone"),
        ("Naltrexone at low doses reduces inflammation.", "low-dose-naltrexone"),
        ("At the usual dose, naltrexone reduces inflammation.", "standard-dose-naltrexone"),
        ("Naltrexone reduces inflammation, whereas a low dose does not.", "naltrexone"),
    ],
)
def test_a_drug_has_the_dose_that_is_said_of_it(text: str, drug: str, shipped: Corpus) -> None:
    assert {row[0] for row in said(text, shipped) if row[0].endswith("naltrexone")} == {drug}


@pytest.mark.parametrize(
    "text",
    [
        "There improves inflammation.",
        "The FDA reduces inflammation.",
        "LDN reduces stress-related.",
        "LDN treats an infectious-syndrome-marked.",
        "LDN increases post-exertional.",
        "LDN shortages worsen depression.",
        "LDN reduces significant.",
    ],
)
def test_names_are_whole_nouns(text: str, shipped: Corpus) -> None:
    assert not said(text, shipped)
