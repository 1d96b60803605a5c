"""The worked examples of the guidelines are what the graph holds."""

import re
from pathlib import Path

import pytest

from ldn_graph.curation.policy import read_review_rule
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import ReviewReason, Stated

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "guidelines.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^> “(.+)”\n> → `([a-z0-9-]+)` · (.+)$", TEXT, re.M)


def test_there_are_examples_and_none_has_another_form() -> None:
    assert len(EXAMPLES) == TEXT.count("→ `") >= 12


@pytest.mark.parametrize(("quote", "claim", "facts"), EXAMPLES, ids=[e[1] for e in EXAMPLES])
def test_an_example_says_what_the_graph_says(
    quote: str, claim: str, facts: str, shipped: Corpus
) -> None:
    certainty, basis, *stated = facts.split(" · ")
    items = [i for i in shipped.claims[claim].evidence if i.quote and i.quote.exact == quote]
    assert [(str(i.certainty), ", ".join(i.basis), i.stated) for i in items] == [
        (certainty, basis, Stated(stated[0]) if stated else Stated.EXPLICIT)
    ]


def test_every_reason_of_a_review_is_explained() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \| .+\? \|$", TEXT.split("## Reviewing")[1], re.M)
    named = {row.replace(" ", "-") for row in rows}
    assert named == set(ReviewReason) - {ReviewReason.OTHER}


def test_when_two_reviewers_are_needed_is_as_the_table_says() -> None:
    rule = read_review_rule(ROOT / "data" / "review.yaml").two_reviewers
    assert rule.refutes
    assert f"lifts the evidence level to {rule.level_from} or more" in TEXT
