"""What claims and evidence items read as, on the synthetic corpus and on variations of it."""

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
        (TREATS, 1, "The paper reports that drugamine helps with Crohn's disease"),
        (TREATS, 2, "The paper reports that drugamine does not help with Crohn's disease"),
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
