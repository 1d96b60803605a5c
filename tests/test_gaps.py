"""Where evidence is missing: each list right as shipped, and moved by what is planted."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ldn_graph.cli import main
from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths.gaps import Gap, GapKind, Ground, find_gaps, rests_on
from ldn_graph.records.model import Corpus, EvidenceItem
from ldn_graph.records.vocabularies import Direction
from ldn_graph.reports.paths import HEADINGS, gaps_text


@pytest.fixture(scope="module")
def gaps(shipped: Corpus, shipped_strengths: dict[str, Strength], rule: Rule) -> tuple[Gap, ...]:
    return find_gaps(shipped, shipped_strengths, rule)


def of(gaps: Sequence[Gap], kind: GapKind) -> list[Gap]:
    return [g for g in gaps if g.kind is kind]


def claims_in(gaps: Sequence[Gap], kind: GapKind) -> set[str]:
    return {name for g in of(gaps, kind) for name in g.claims}


def with_study(corpus: Corpus, name: str, **more: Any) -> Corpus:
    """The corpus with one more study of the claim `name`: a trial in people, changed by `more`."""
    claim = corpus.claims[name]
    item = {
        "id": "e99",
        "source": "smith-2011",
        "direction": "supports",
        "certainty": "asserted",
        "role": "primary-result",
        "basis": ["own-result"],
        "design": "randomised-trial",
        "finding": "planted",
    }
    study = EvidenceItem.model_validate(item | more)
    changed = claim.model_copy(update={"evidence": (*claim.evidence, study)})
    return corpus.model_copy(update={"claims": {**corpus.claims, name: changed}})


def again(corpus: Corpus, rule: Rule) -> tuple[Gap, ...]:
    return find_gaps(corpus, grade_all(corpus, rule), rule)


@pytest.mark.parametrize("kind", GapKind)
def test_each_list_has_something_on_the_shipped_corpus(
    kind: GapKind, gaps: tuple[Gap, ...]
) -> None:
    assert of(gaps, kind)
    assert HEADINGS[kind]


def test_the_order_is_list_by_list_and_always_the_same(
    gaps: tuple[Gap, ...], shipped: Corpus, rule: Rule
) -> None:
    kinds = [g.kind for g in gaps]
    assert kinds == sorted(kinds, key=list(GapKind).index)
    assert again(shipped, rule) == gaps


class TestNoStudy:
    def test_each_is_the_article_s_and_has_no_study(self, gaps: tuple[Gap, ...]) -> None:
        for gap in of(gaps, GapKind.NO_STUDY):
            assert gap.question.in_article
            assert not gap.question.bearing("direct", "indirect")

    def test_lupus_is_there_and_fibromyalgia_is_not(self, gaps: tuple[Gap, ...]) -> None:
        found = claims_in(gaps, GapKind.NO_STUDY)
        assert "ldn-for-lupus" in found
        assert "ldn-decreases-flare-up-in-multiple-sclerosis" in found
        assert "ldn-for-fibromyalgia" not in found
        assert "ldn-for-parkinsons-disease" not in found

    def test_a_registry_record_does_not_close_it(self, gaps: tuple[Gap, ...]) -> None:
        [gap] = [g for g in gaps if "ldn-in-trials-for-cancer" in g.claims]
        assert gap.kind is GapKind.NO_STUDY
        assert gap.why == "stated by the article only; 2 registry records without a result"

    def test_a_denial_says_so(self, shipped: Corpus, rule: Rule) -> None:
        name = "ldn-decreases-flare-up-in-multiple-sclerosis"
        claim = shipped.claims[name]
        denied = tuple(
            i.model_copy(update={"direction": Direction.REFUTES}) for i in claim.evidence
        )
        changed = claim.model_copy(update={"evidence": denied})
        corpus = shipped.model_copy(update={"claims": {**shipped.claims, name: changed}})
        [gap] = [g for g in again(corpus, rule) if name in g.claims]
        assert gap.why == "denied by the article only"

    def test_a_study_closes_it_and_its_retraction_opens_it(
        self, shipped: Corpus, rule: Rule
    ) -> None:
        closed = with_study(shipped, "ldn-for-lupus", source="kim-2020")
        assert "ldn-for-lupus" not in claims_in(again(closed, rule), GapKind.NO_STUDY)
        gone = closed.sources["kim-2020"].model_copy(update={"retracted": True})
        opened = closed.model_copy(update={"sources": {**closed.sources, "kim-2020": gone}})
        assert "ldn-for-lupus" in claims_in(again(opened, rule), GapKind.NO_STUDY)


def weakest_of_a_chain(gaps: tuple[Gap, ...]) -> str:
    """The claim that a chain hangs on, which no study has looked at."""
    alone = [g for g in of(gaps, GapKind.WEAK_CHAIN) if g.path and not g.studies]
    return alone[0].path.weakest.claim.id  # type: ignore[union-attr]


class TestWeakChains:
    def test_no_weakest_step_has_a_study_in_people(self, gaps: tuple[Gap, ...]) -> None:
        for gap in of(gaps, GapKind.WEAK_CHAIN):
            ground, why = rests_on(gap.question)
            assert ground is not Ground.HUMAN
            assert why == gap.why
            assert gap.path is not None
            assert gap.path.weakest.claim.id in gap.claims
            assert len(gap.path.steps) > 1 or ground is Ground.NOT_HUMAN

    def test_says_what_it_rests_on(self, gaps: tuple[Gap, ...]) -> None:
        by = {(g.about, g.why) for g in of(gaps, GapKind.WEAK_CHAIN)}
        assert ("parkinsons-disease", "one study, in vitro, another compound and species") in by
        assert ("crohns-disease", "stated by the article only") in by

    def test_a_trial_of_the_weakest_step_takes_the_chain_out(
        self, shipped: Corpus, rule: Rule, gaps: tuple[Gap, ...]
    ) -> None:
        name = weakest_of_a_chain(gaps)
        before = [g for g in of(gaps, GapKind.WEAK_CHAIN) if name in g.claims]
        after = of(again(with_study(shipped, name), rule), GapKind.WEAK_CHAIN)
        assert before
        assert not [g for g in after if name in g.claims]

    def test_a_mouse_does_not(self, shipped: Corpus, rule: Rule, gaps: tuple[Gap, ...]) -> None:
        name = weakest_of_a_chain(gaps)
        mouse = with_study(shipped, name, design="animal")
        found = [g for g in of(again(mouse, rule), GapKind.WEAK_CHAIN) if name in g.claims]
        assert {g.why for g in found} <= {"one study, animal"}


def test_the_rank_is_how_far_a_grade_could_rise_times_what_hangs_on_it(
    gaps: tuple[Gap, ...], shipped_strengths: dict[str, Strength]
) -> None:
    for kind in GapKind:
        ranks = [g.would_change for g in of(gaps, kind)]
        assert ranks == sorted(ranks, reverse=True) and ranks[0] > 0
    for gap in gaps:
        step = max(shipped_strengths[c].level for c in gap.claims)
        assert gap.would_change == (4 - step) * gap.hanging and gap.hanging > 0


def test_of_steps_without_a_drug_only_those_of_a_chain_are_expected(
    gaps: tuple[Gap, ...],
) -> None:
    names = claims_in(gaps, GapKind.NO_STUDY)
    assert "endorphin-decreases-inflammation" in names, "chains hang on it"
    assert "endorphin-binds-opioid-receptor" not in names, "a textbook's fact"


class TestUncontrolled:
    def test_is_what_the_table_of_studies_gives(self, gaps: tuple[Gap, ...]) -> None:
        assert [g.about for g in of(gaps, GapKind.UNCONTROLLED)] == [
            "cancer",
            "chronic-fatigue-syndrome",
            "anxiety",
            "complex-regional-pain-syndrome",
            "inflammatory-bowel-disease",
            "irritable-bowel-syndrome",
            "rheumatoid-arthritis",
            "lichen-planopilaris",
            "psoriasis",
            "systemic-sclerosis",
        ]

    def test_a_controlled_trial_takes_a_condition_out(self, shipped: Corpus, rule: Rule) -> None:
        more = with_study(shipped, "ldn-for-psoriasis")
        found = [g.about for g in of(again(more, rule), GapKind.UNCONTROLLED)]
        assert "psoriasis" not in found
        assert "anxiety" in found


class TestOtherDose:
    def test_names_what_was_studied_at_another_dose(self, gaps: tuple[Gap, ...]) -> None:
        found = {g.claims: g.why for g in of(gaps, GapKind.OTHER_DOSE)}
        told = found["ldn-for-autism-spectrum-disorder",]
        assert told.startswith("about the low dose, but studied at another: ")
        assert "0.5-2 mg/kg/day" in told
        assert any("ldn-for-alzheimers-disease" in names for names in found)
        assert any("naltrexone-side-effect-vomiting" in names for names in found)
        assert not any("ldn-for-fibromyalgia" in names for names in found)

    def test_a_low_dose_study_takes_it_out(self, shipped: Corpus, rule: Rule) -> None:
        name = "ldn-for-autism-spectrum-disorder"
        found = again(with_study(shipped, name), rule)
        assert name not in claims_in(found, GapKind.OTHER_DOSE)


def test_an_empty_corpus_has_no_gaps_and_says_so(shipped: Corpus, rule: Rule) -> None:
    empty = shipped.model_copy(update={"claims": {}})
    assert again(empty, rule) == ()
    assert gaps_text((), empty).count("   none\n") == len(GapKind)


def test_the_text_has_the_four_headings_and_the_disclaimer() -> None:
    graph = EvidenceGraph.open()
    text = gaps_text(graph.gaps().found, graph.corpus, width=70)
    assert all(f"\n{n}. " in text for n in range(1, 5))
    assert max(map(len, text.splitlines())) <= 70
    assert "Not medical advice." in text
    assert "A study that it lacks may exist elsewhere" in " ".join(text.split())


def test_the_command_writes_text_and_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gaps: tuple[Gap, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LDN_GRAPH_DATA", raising=False)
    assert "lupus" in CliRunner().invoke(main, ["gaps"]).stdout
    told = CliRunner().invoke(main, ["gaps", "-f", "csv"]).stdout
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [r["gap"] for r in rows] == [str(g.kind) for g in gaps]
    wrong = CliRunner().invoke(main, ["gaps", "lupus"])
    assert wrong.exit_code == 2 and "lupus" in wrong.stderr and not wrong.stdout
