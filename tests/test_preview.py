"""What a draft would amount to: missing fields, findings, sentence, strength, what is like it."""

from typing import Any

import pytest

from ldn_graph.curation.policy import ReviewRule, read_review_rule
from ldn_graph.grading.strength import Rule
from ldn_graph.records.findings import Severity
from ldn_graph.records.model import Corpus
from ldn_graph.texts.source_texts import Texts
from ldn_graph.workspace.preview import Preview, preview
from tests.conftest import MINI, ROOT
from tests.curators import CONTESTED, INFLAMMATION, fields


@pytest.fixture(scope="module")
def table() -> ReviewRule:
    return read_review_rule(ROOT / "data" / "review.yaml")


def form(corpus: Corpus, **changes: Any) -> dict[str, Any]:
    return fields(corpus.claims[INFLAMMATION], "new", twin=True, **changes)


def test_a_form_that_is_not_there_yet_says_what_it_lacks(mini: Corpus, rule: Rule) -> None:
    found = preview({}, mini, rule)
    assert {m.field for m in found.missing} == {"subject", "predicate", "object", "evidence"}
    assert not found.complete and not found.clean and found.sentence is None
    half = preview(
        {"subject": "drugamine", "predicate": "decreases", "object": "inflammation"}, mini, rule
    )
    assert half.sentence == "Drugamine reduces inflammation"
    assert [m.field for m in half.missing] == ["evidence"] and half.strength is None
    assert half.near_duplicates[0].claim == INFLAMMATION


def test_a_name_that_is_unknown_is_told_with_the_nearest(mini: Corpus, rule: Rule) -> None:
    (wrong,) = preview(form(mini, object="inflamation"), mini, rule).missing
    assert (wrong.field, wrong.message) == (
        "object",
        "unknown entity 'inflamation'; did you mean 'inflammation'?",
    )
    strange = preview(form(mini, qualifiers={"condition": "nowhere"}), mini, rule)
    assert strange.missing[0].field == "qualifiers.condition"
    assert strange.sentence == "Drugamine reduces inflammation"


def test_rubbish_in_a_form_breaks_nothing(mini: Corpus, rule: Rule) -> None:
    for changes in (
        {"evidence": "text"},
        {"evidence": [1, None, {}]},
        {"qualifiers": [3]},
        {"predicate": 7},
        {"leans_on": {"claim": "x"}},
        {"id": "../x"},
        {"surprise": 1},
    ):
        assert not preview(form(mini, **changes), mini, rule).complete, changes


def test_a_whole_draft_has_everything(mini: Corpus, rule: Rule, table: ReviewRule) -> None:
    found = preview(form(mini), mini, rule, table, Texts.read(MINI, mini))
    assert found.complete and found.claim is not None and found.claim.id == "new"
    assert found.sentence == "Drugamine reduces inflammation" and found.says
    assert found.strength is not None and found.strength.reasons
    assert found.near_duplicates[0].why == "says the same; add the evidence to it instead"
    assert [f.rule for f in found.findings] == ["same-claim-twice"] and not found.clean
    alone = mini.model_copy(update={"claims": {}})
    found = preview(form(mini), alone, rule, table, Texts.read(MINI, mini))
    assert found.clean, found.findings


def test_a_quote_that_is_not_there_is_found_by_its_field(mini: Corpus, rule: Rule) -> None:
    wrong = form(mini)
    wrong["evidence"][0]["quote"] = {"exact": "Drugamine cures all", "start": 0, "end": 19}
    found = preview(wrong, mini, rule, texts=Texts.read(MINI, mini))
    assert ("quote-not-there", "evidence.0.quote") in {(f.rule, f.where) for f in found.findings}
    assert found.complete and not found.clean


def test_conflicts_and_second_reviewers_are_told(
    mini: Corpus, rule: Rule, table: ReviewRule
) -> None:
    found = preview(form(mini, predicate="increases"), mini, rule, table)
    assert found.conflicts[0].claim == INFLAMMATION
    assert found.two_reviewers[0].startswith(f"it speaks against {INFLAMMATION}")
    low = table.two_reviewers.model_copy(update={"level_from": 1})
    lower = table.model_copy(update={"two_reviewers": low})
    strong = preview(fields(mini.claims[CONTESTED], "new", twin=True), mini, rule, lower)
    assert "its evidence level is 1 (very low certainty: can't tell)" in strong.two_reviewers


def test_a_retracted_source_is_told(mini: Corpus, rule: Rule) -> None:
    source = mini.sources["synthetic-text"].model_copy(update={"retracted": True})
    corpus = mini.model_copy(update={"sources": {**mini.sources, source.id: source}})
    found = preview(form(mini), corpus, rule)
    assert [f.severity for f in found.findings if f.rule == "retracted-source"] == [
        Severity.WARNING
    ]


def test_ids_are_suggested_and_free(mini: Corpus, rule: Rule) -> None:
    new = form(mini)
    del new["id"]
    assert preview(new, mini, rule).name == f"{INFLAMMATION}-2"
    in_condition = {**new, "qualifiers": {"condition": "crohns-disease"}}
    assert preview(in_condition, mini, rule).name == f"{INFLAMMATION}-in-crohns-disease"


def test_a_claim_is_no_duplicate_of_itself(mini: Corpus, rule: Rule) -> None:
    def names(found: Preview) -> list[str]:
        return [r.claim for r in found.near_duplicates]

    for claim in mini.claims.values():
        found = preview(claim, mini, rule)
        assert claim.id not in names(found) and found.claim == claim
