"""Coverage: sentences are cut without loss, and none of the article is left out unsaid."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from variations import with_claim

from ldn_graph.records.corpus import Places
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import GapReason
from ldn_graph.table import plain
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation.coverage import COLUMNS, Sentence, audit, coverage, sentences, table

TEXT = (Path(__file__).parent / "data" / "mini" / "text.txt").read_text(encoding="utf-8")
MINI = "synthetic-text"

#: The article's headings, by hand.
HEADINGS = [
    "Comprehensive Uses of Low-Dose Naltrexone",
    "Understanding Naltrexone Applications in Medicine",
    "Key Benefits of Low-Dose Naltrexone",
    "Exploring Specific Naltrexone Applications for Various Conditions",
    "Autoimmune Diseases",
    "Chronic Pain and Fibromyalgia",
    "Mental Health and Neurological Disorders",
    "How Low-Dose Naltrexone Works: Mechanisms Behind Its Effects",
    "Practical Recommendations for Using Low-Dose Naltrexone",
    "Future Directions and Research in Naltrexone Applications",
]


@pytest.fixture(scope="module")
def article(shipped: Corpus, texts: Path) -> tuple[str, str]:
    """Id and text of the article."""
    found = Texts.read(texts, shipped).by_source
    return next((i, t) for i, t in found.items() if shipped.sources[i].type == "post-weblog")


def rules(corpus: Corpus, source: str, text: str) -> list[str]:
    return [f.rule for f in audit(corpus, Places(), Texts({source: text}))]


def with_gaps(corpus: Corpus, source: str, keep: object) -> Corpus:
    gaps = tuple(g for g in corpus.gaps[source] if keep(g))  # type: ignore[operator]
    return corpus.model_copy(update={"gaps": {**corpus.gaps, source: gaps}})


def test_sentences_of_the_synthetic_text() -> None:
    assert [(s.start, s.end, s.text) for s in sentences(TEXT)][:3] == [
        (0, 16, "A synthetic text"),
        (17, 67, "Drugamine blocks opioid receptors for a few hours."),
        (68, 106, "This blockade may increase endorphins."),
    ]


@given(st.text(st.sampled_from("aB1 .?!:\n\t-’\u00a0é😀\r\u2028"), max_size=80))
def test_no_character_is_lost_between_sentences(text: str) -> None:
    found = sentences(text)
    assert all(text[s.start : s.end] == s.text == s.text.strip() != "" for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    kept = {n for s in found for n in range(s.start, s.end)}
    assert all(n in kept or text[n].isspace() for n in range(len(text)))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Take 1.5 mg. Then 4.5 mg.", ["Take 1.5 mg.", "Then 4.5 mg."]),
        ("As Dr. Smith said, e.g. this. Ok!", ["As Dr. Smith said, e.g. this.", "Ok!"]),
        ("One line\nAnother", ["One line", "Another"]),
        ("  spaced.   out. ", ["spaced.", "out."]),
        ("Group B\u00a0. Then", ["Group B\u00a0.", "Then"]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, pieces: list[str]) -> None:
    assert [s.text for s in sentences(text)] == pieces


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Key Benefits", True),
        ("How It Works: Mechanisms", True),
        ("A sentence.", False),
        ("An announcement:", False),
        ("- an item of a list", False),
        ("• an item of a list", False),
        ("so long that it can be no heading " * 3, False),
    ],
)
def test_what_is_a_heading(line: str, heading: bool) -> None:
    below = sentences(f"{line}\n\nThe text below.")[-1]
    assert below == Sentence(
        len(line) + 2, len(line) + 17, "The text below.", line if heading else None
    )


def test_the_last_line_heads_nothing() -> None:
    assert [s.section for s in sentences("Title\nText.\nComments\n\n")] == ["Title"] * 3


def test_headings_of_the_article(article: tuple[str, str]) -> None:
    found = sentences(article[1])
    assert [s.text for s in found if s.text == s.section] == HEADINGS
    assert len(found) == 63


def test_recorded_headings_and_sections_are_the_articles(
    shipped: Corpus, article: tuple[str, str]
) -> None:
    source, text = article
    recorded = {
        text[g.start : g.end] for g in shipped.gaps[source] if g.reason is GapReason.HEADING
    }
    assert recorded == set(HEADINGS)
    above = {s.start: s.section for s in sentences(text)}
    for claim in shipped.claims.values():
        for item in claim.evidence:
            if item.source == source and item.quote and item.quote.start is not None:
                start = max(n for n in above if n <= item.quote.start)
                assert item.section == above[start], claim.id


def test_every_sentence_of_the_article_is_accounted_for(
    shipped: Corpus, article: tuple[str, str]
) -> None:
    rows = coverage(shipped, *article)
    assert [r.sentence.text for r in rows if not r.covered] == []
    assert [r.sentence.text for r in rows if r.claim_ids and r.gap] == []
    assert rules(shipped, *article) == []


def test_each_reason_is_needed(shipped: Corpus, article: tuple[str, str]) -> None:
    for gap in shipped.gaps[article[0]]:
        poorer = with_gaps(shipped, article[0], lambda g, gap=gap: g != gap)
        assert rules(poorer, *article) == ["uncovered-sentence"], gap.opening


def test_each_quoted_sentence_needs_its_claims(shipped: Corpus, article: tuple[str, str]) -> None:
    rows = [r for r in coverage(shipped, *article) if r.claim_ids]
    assert len(rows) == 47
    for row in rows:
        kept = {i: c for i, c in shipped.claims.items() if i not in row.claim_ids}
        poorer = shipped.model_copy(update={"claims": kept})
        missing = [r.sentence for r in coverage(poorer, *article) if not r.covered]
        assert row.sentence in missing


def test_claims_that_are_closed_cover_nothing(mini: Corpus) -> None:
    sentence = "Drugamine blocks opioid receptors for a few hours."
    for status, covered in (("draft", True), ("rejected", False), ("retracted", False)):
        changed = with_claim(mini, "drugamine-antagonises-opioid-receptor", status=status)
        row = next(r for r in coverage(changed, MINI, TEXT) if r.sentence.text == sentence)
        assert row.covered is covered


def test_touching_is_not_overlapping(mini: Corpus) -> None:
    """A quote that ends where the next sentence begins covers the first only."""
    name = "drugamine-antagonises-opioid-receptor"
    quote = {"exact": TEXT[17:68], "start": 17, "end": 68}
    items = [mini.claims[name].evidence[0].model_dump() | {"quote": quote}]
    claim = with_claim(mini, name, evidence=items).claims[name]
    alone = mini.model_copy(update={"claims": {name: claim}})
    covered = [bool(r.claim_ids) for r in coverage(alone, MINI, TEXT)]
    assert covered == [False, True, False, False, False, False]


def test_an_opening_ends_with_a_whole_word(mini: Corpus) -> None:
    def opening(words: str) -> list[str]:
        gaps = [g.model_copy(update={"opening": words}) for g in mini.gaps[MINI] if g.start]
        changed = mini.model_copy(update={"gaps": {MINI: (mini.gaps[MINI][0], *gaps)}})
        return rules(changed, MINI, TEXT)

    assert opening("It was a sunny day.") == opening("It") == []
    assert opening("It was a sun") == ["gap-opening"]


def test_papers_need_no_full_account_unless_one_was_begun(mini: Corpus) -> None:
    paper = "synthetic-trial-a"
    assert rules(mini, paper, TEXT) == []
    begun = mini.model_copy(update={"gaps": {**mini.gaps, paper: ()}})
    assert rules(begun, paper, TEXT) == ["uncovered-sentence"] * 6


def test_the_table_says_what_is_missing(mini: Corpus) -> None:
    poorer = with_gaps(mini, MINI, lambda g: g.reason is GapReason.HEADING)
    found = table(poorer, MINI, TEXT)
    assert found.columns == COLUMNS
    last = {name: plain(term) for name, term in list(found)[-1].items()}
    assert last == {
        "section": "A synthetic text",
        "start": "236",
        "end": "255",
        "sentence": "It was a sunny day.",
        "claims": "",
        "reason": "MISSING",
        "note": "",
    }
    assert [plain(row["reason"]) for row in found] == ["heading", "", "", "", "", "MISSING"]
