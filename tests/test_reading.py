"""What claims and evidence items read as, on the synthetic corpus and on variations of it."""

import os
from pathlib import Path
from typing import Any

import pytest

from ldn_graph.records.model import Claim, Corpus, EvidenceItem
from ldn_graph.records.vocabularies import Predicate
from ldn_graph.verbalise import is_plural, reading, says

BLOCKS = "drugamine-antagonises-opioid-receptor"
LESS = "opioid-receptor-increases-endorphin"
TREATS = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"


def changed(claim: Claim, **changes: Any) -> Claim:
    return Claim.model_validate(claim.model_dump() | changes)


def item(claim: Claim, **changes: Any) -> EvidenceItem:
    return EvidenceItem.model_validate(claim.evidence[0].model_dump() | changes)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (BLOCKS, "Drugamine blocks opioid receptors (for a few hours)"),
        (LESS, "Less opioid receptor activity increases endorphins"),
        ("endorphin-decreases-inflammation", "Endorphins reduce inflammation"),
        ("inflammation-feature-of-crohns-disease", "Inflammation is part of Crohn's disease"),
        (TREATS, "Drugamine is described as helping with Crohn's disease"),
    ],
)
def test_a_claim_reads_as_a_sentence(mini: Corpus, name: str, expected: str) -> None:
    assert reading(mini.claims[name], mini) == expected


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        (BLOCKS, 0, "The article claims that drugamine blocks opioid receptors (for a few hours)"),
        (LESS, 0, "The article says that less opioid receptor activity may increase endorphins"),
        (
            "drugamine-decreases-inflammation",
            0,
            "The article says (“have reported”) that drugamine can reduce inflammation",
        ),
        (
            TREATS,
            1,
            "The paper reports, of drugamine, 4.5 mg/day (randomised trial, n=31): "
            "synthetic finding",
        ),
    ],
)
def test_an_item_reads_as_its_source_words_it(
    mini: Corpus, name: str, number: int, expected: str
) -> None:
    claim = mini.claims[name]
    assert says(claim.evidence[number], claim, mini) == expected


def test_a_claim_that_only_refuting_items_carry_reads_as_denied(mini: Corpus) -> None:
    claim = mini.claims[TREATS]
    against = changed(claim, evidence=[claim.evidence[2]])
    assert reading(against, mini) == "Drugamine is described as not helping with Crohn's disease"
    assert "not" not in reading(claim, mini), "a contested claim is not denied"


def test_a_retracted_source_does_not_keep_a_claim_from_being_denied(mini: Corpus) -> None:
    claim = changed(mini.claims[TREATS], evidence=mini.claims[TREATS].evidence[1:])
    source = mini.sources["synthetic-trial-a"].model_copy(update={"retracted": True})
    corpus = mini.model_copy(update={"sources": {**mini.sources, source.id: source}})
    assert "not helping" in reading(claim, corpus)


def test_speculation_without_a_modal_verb_says_so(mini: Corpus) -> None:
    claim = mini.claims["endorphin-decreases-inflammation"]
    guess = item(claim, certainty="speculative", cues=[{"exact": "offers hope"}])
    assert says(guess, claim, mini) == (
        "The article says, as a possibility (“offers hope”), that endorphins reduce inflammation"
    )


def test_no_hedged_item_reads_as_a_claim_of_fact(mini: Corpus) -> None:
    claim = mini.claims["endorphin-decreases-inflammation"]
    for certainty in ("hedged", "speculative"):
        sentence = says(item(claim, certainty=certainty), claim, mini)
        assert "claims" not in sentence
        assert "hedge" in sentence or "possibility" in sentence


def test_what_could_not_be_decided_is_left_open(mini: Corpus) -> None:
    claim = mini.claims["endorphin-decreases-inflammation"]
    open_item = item(claim, direction="inconclusive")
    assert says(open_item, claim, mini).startswith("The article leaves open whether endorphins")


def test_what_is_taken_for_granted_is_not_claimed(mini: Corpus) -> None:
    claim = mini.claims["endorphin-decreases-inflammation"]
    granted = says(item(claim, stated="presupposed"), claim, mini)
    assert granted == "The article takes for granted that endorphins reduce inflammation"


def test_a_population_that_names_the_condition_stands_for_it(shipped: Corpus) -> None:
    claim = next(
        c
        for c in shipped.claims.values()
        if c.object == "flare-up" and c.predicate is Predicate.DECREASES
    )
    assert reading(claim, shipped) == (
        "Low-dose naltrexone reduces flare-ups in patients with multiple sclerosis"
    )


def test_every_relation_reads_in_singular_plural_and_denial(mini: Corpus) -> None:
    claim = mini.claims["endorphin-decreases-inflammation"]
    refutes = [item(claim, direction="refutes")]
    for predicate in Predicate:
        for subject in ("drugamine", "endorphin"):
            positive = changed(claim, predicate=predicate, subject=subject)
            denied = changed(claim, predicate=predicate, subject=subject, evidence=refutes)
            assert reading(positive, mini) != reading(denied, mini), predicate
            assert "does not" not in reading(denied, mini) or subject == "drugamine"


@pytest.mark.parametrize(
    ("label", "plural"),
    [
        ("multiple sclerosis", False),
        ("diabetes", False),
        ("symptoms", True),
        ("overactive immune system attacking the body’s own tissues", False),
        ("patients with lupus", True),
    ],
)
def test_plural_labels_are_told_apart(label: str, plural: bool) -> None:
    assert is_plural(label) is plural


def trial(claim: Claim, **changes: Any) -> EvidenceItem:
    return EvidenceItem.model_validate(claim.evidence[1].model_dump() | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"indirectness": ["compound", "species"], "design": "in-vitro", "dose": None},
            "another compound than drugamine in cells or other models (n=31, another species)",
        ),
        ({"design": "animal", "dose": None}, "drugamine in animals"),
        ({"indirectness": ["dose"]}, "another dose than drugamine, 4.5 mg/day (randomised trial"),
        (
            {"indirectness": ["population"], "population": "people with gout"},
            "in people with gout (randomised trial, n=31, another population)",
        ),
    ],
)
def test_a_study_of_something_else_never_reads_as_the_claim(
    mini: Corpus, changes: dict[str, Any], expected: str
) -> None:
    claim = mini.claims[TREATS]
    sentence = says(trial(claim, **changes), claim, mini)
    assert expected in sentence
    assert "helps" not in sentence


PAIN = {
    "outcome_text": "pain",
    "role": "primary",
    "comparator": "placebo",
    "measure": "mean-difference",
    "estimate": "-0.34",
    "ci_low": "-0.95",
    "ci_high": "0.27",
}


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([PAIN], "against placebo (randomised trial, n=31): pain: mean difference −0.34 (95 % CI"),
        ([PAIN | {"role": "safety"}, PAIN], "; 1 more result"),
        (
            [
                {"outcome_text": "response", "role": "primary", "comparator": "baseline"}
                | {"measure": "percent", "value_intervention": "88", "value_comparator": "40"}
                | {"p_sign": "equal", "p_value": "0.009"}
            ],
            "against the same people before (randomised trial, n=31): response: 88 % against 40 % "
            "(p = 0.009)",
        ),
        (
            [PAIN | {"estimate": None, "ci_low": None, "ci_high": None}],
            "(randomised trial, n=31): synthetic finding",
        ),
        ([PAIN | {"role": "secondary"}], "(randomised trial, n=31): synthetic finding"),
    ],
)
def test_a_study_reads_as_its_leading_result(
    mini: Corpus, results: list[dict[str, Any]], expected: str
) -> None:
    claim = mini.claims[TREATS]
    assert expected in says(trial(claim, results=results), claim, mini)


def test_every_sentence_of_the_shipped_corpus_was_read(shipped: Corpus) -> None:
    """The golden file was read by eye: `LDN_GRAPH_UPDATE_GOLDEN=1` writes it, and you read it."""
    golden = Path(__file__).parent / "data" / "golden" / "sentences.tsv"
    lines = [
        f"{claim.id}\t{item.id}\t{says(item, claim, shipped)}\n"
        for claim in shipped.current()
        for item in claim.evidence
    ]
    if os.environ.get("LDN_GRAPH_UPDATE_GOLDEN"):
        golden.write_text("".join(lines), encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == "".join(lines)
