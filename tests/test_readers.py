"""Two readers who had not seen the claims read the article: what they found is covered, and they
hear certainty as the claims do. docs/reading-agreement.md has the figures."""

import csv
import re
from pathlib import Path

import pytest

from ldn_graph.records.model import Corpus, EvidenceItem
from ldn_graph.records.vocabularies import Certainty, Direction, Predicate

ROOT = Path(__file__).parent.parent
READERS = ("reader-1", "reader-2")
ARTICLE = "hartmann-uses-of-ldn"
PAGE = (ROOT / "docs" / "reading-agreement.md").read_text(encoding="utf-8")

#: Why a row is no proposition by the guidelines, and so needs no claim.
NO_PROPOSITION = frozenset({"metadata", "heading", "announcement", "abbreviation"})
#: Where a proposition is kept that has no claim of its own: the field `basis`, or a qualifier.
KEPT = frozenset({"basis", "qualifier"})

#: Statements of where research stands; the article says them flatly.
STATUS = {
    Predicate.STUDIED_TO_TREAT,
    Predicate.IN_CLINICAL_TRIALS_FOR,
    Predicate.NEEDS_RESEARCH_FOR,
}

Row = dict[str, str]


def rows_of(reader: str) -> list[Row]:
    path = ROOT / "tests" / "data" / "readers" / f"{reader}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def items_of(row: Row, corpus: Corpus) -> list[EvidenceItem]:
    """The article's items that a row is matched with; KeyError where one is not in force."""
    found = []
    for name in row["items"].split():
        claim, _, number = name.partition("/")
        record = corpus.claims[claim]
        assert record.current, f"{claim} is not in force"
        found.append({i.id: i for i in record.evidence}[number])
    return found


def agrees(row: Row, items: list[EvidenceItem]) -> bool:
    """Whether all items are asserted where the reader's row is, or all hedged where it is."""
    asserted = row["certainty"] == "asserted"
    return all((i.certainty is Certainty.ASSERTED) == asserted for i in items)


def figures(reader: str, corpus: Corpus) -> tuple[int, int, int, int]:
    """Propositions by the guidelines, those with a claim, and of these those that agree; rows."""
    rows = rows_of(reader)
    asked = [r for r in rows if r["reason"] not in NO_PROPOSITION]
    matched = [r for r in asked if r["items"]]
    same = sum(agrees(r, items_of(r, corpus)) for r in matched)
    return len(asked), len(matched), same, len(rows)


@pytest.mark.parametrize("reader", READERS)
def test_each_row_is_matched_or_has_a_reason(reader: str, shipped: Corpus) -> None:
    for row in rows_of(reader):
        assert bool(row["items"]) != bool(row["reason"]), row
        assert not row["reason"] or row["reason"] in NO_PROPOSITION | KEPT, row
        for item in items_of(row, shipped):
            assert item.source == ARTICLE, row
            affirmed = item.direction is Direction.SUPPORTS
            assert affirmed == (row["direction"] == "affirmed"), row


@pytest.mark.parametrize("reader", READERS)
def test_a_match_quotes_the_same_words_or_says_why_not(reader: str, shipped: Corpus) -> None:
    for row in rows_of(reader):
        start = int(row["start"])
        end = start + len(row["quote"])
        for item in items_of(row, shipped):
            quote = item.quote
            assert quote and quote.start is not None and quote.end is not None
            assert (start < quote.end and quote.start < end) or row["note"], row


@pytest.mark.parametrize("reader", READERS)
def test_the_readers_quotes_are_the_articles(reader: str, shipped: Corpus, texts: Path) -> None:
    [text] = [p.read_text(encoding="utf-8") for p in texts.glob("hartmann*.txt")]
    for row in rows_of(reader):
        start = int(row["start"])
        assert text[start : start + len(row["quote"])] == row["quote"]


@pytest.mark.parametrize("reader", READERS)
def test_what_they_found_is_covered(reader: str, shipped: Corpus) -> None:
    asked, matched, _, _ = figures(reader, shipped)
    assert matched / asked >= 0.98


@pytest.mark.parametrize("reader", READERS)
def test_they_hear_certainty_as_the_claims_do(reader: str, shipped: Corpus) -> None:
    _, matched, same, _ = figures(reader, shipped)
    assert same / matched >= 0.95
    for row in rows_of(reader):
        if not agrees(row, items_of(row, shipped)):
            assert "guidelines" in row["note"] or "ladder" in row["note"], row


def test_the_page_has_the_figures(shipped: Corpus) -> None:
    for reader in READERS:
        asked, matched, same, rows = figures(reader, shipped)
        cells = (
            f"{rows} | {asked} | {matched} ({matched / asked:.1%}) | {same} ({same / matched:.1%})"
        )
        assert f"| {reader} | {cells} |" in PAGE.replace(" %", "%")
        for row in rows_of(reader):
            if not agrees(row, items_of(row, shipped)):
                assert re.search(
                    rf"^\| {reader} {row['n']} \| “{re.escape(row['quote'])}” \|", PAGE, re.M
                )


def test_a_status_of_research_is_asserted(shipped: Corpus) -> None:
    """What the article says of studies is a fact; a benefit in doubt stands under the benefit."""
    found = [
        (claim.id, item)
        for claim in shipped.claims.values()
        if claim.current and claim.predicate in STATUS
        for item in claim.evidence
        if item.source == ARTICLE
    ]
    assert len(found) >= 8
    assert [c for c, item in found if item.certainty is not Certainty.ASSERTED or item.cues] == []


def test_what_is_taken_for_granted_is_not_hedged(shipped: Corpus) -> None:
    """`can` and `may` are said of what a clause states, not of what it takes for granted; only a
    potential, and a clause that is supposed whole, keep their cue."""
    kept = {
        "ldn-has-attribute-diverse-therapeutic-potential",
        "naltrexone-applied-for-medical-condition",
    }
    hedged = {
        claim.id
        for claim in shipped.claims.values()
        if claim.current
        for item in claim.evidence
        if item.source == ARTICLE and item.stated == "presupposed" and item.cues
    }
    assert hedged == kept


def test_frequency_words_keep_their_scope(shipped: Corpus) -> None:
    """No claim of the article denies something that is said to be so often: “often … poorly” is
    not “not often”."""
    for claim in shipped.claims.values():
        if claim.current and claim.qualifiers.frequency:
            of_article = [i for i in claim.evidence if i.source == ARTICLE]
            assert all(i.direction is Direction.SUPPORTS for i in of_article), claim.id


def test_a_replaced_claim_still_answers(shipped: Corpus) -> None:
    replaced = {
        claim.id: claim.history[-1].replaced_by
        for claim in shipped.claims.values()
        if claim.history[-1].action == "obsolete"
    }
    assert len(replaced) == 19
    assert all(by and shipped.claims[by].current for by in replaced.values())
