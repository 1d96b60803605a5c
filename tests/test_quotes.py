"""The quote audit: what passes, which texts are recognised, and how words are found in them."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from variations import with_claim, with_record

from ldn_graph.errors import FileError
from ldn_graph.grading.strength import Rule
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Severity
from ldn_graph.records.model import Corpus
from ldn_graph.texts import source_texts
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation.cues import cue_words
from ldn_graph.validation.quotes import audit

MINI = Path(__file__).parent / "data" / "mini"
TEXT = (MINI / "text.txt").read_text(encoding="utf-8")
SOURCE = "synthetic-text"
MAY = {"exact": "may", "start": 82, "end": 85}
BLOCKADE = {
    "exact": "This blockade may increase endorphins",
    "start": 68,
    "end": 105,
}


def span(exact: str, text: str = TEXT) -> dict[str, Any]:
    return {"exact": exact, "start": text.index(exact), "end": text.index(exact) + len(exact)}


def item(quote: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    return {
        "id": "e1",
        "source": SOURCE,
        "direction": "supports",
        "certainty": "asserted",
        "role": "background",
        "basis": ["none-stated"],
        "quote": quote,
        "section": "A synthetic text",
    } | more


def told(corpus: Corpus, rule: Rule, text: str | None = TEXT) -> list[str]:
    """The rules that fire; the length of a changed text is no matter here."""
    texts = None if text is None else Texts({SOURCE: text})
    return [f.rule for f in audit(corpus, Places(), rule, texts) if f.rule != "text-length"]


def with_item(mini: Corpus, name: str, *items: dict[str, Any], **changes: Any) -> Corpus:
    return with_claim(mini, name, evidence=list(items), **changes)


RISES = "opioid-receptor-increases-endorphin"
LOWERS = "endorphin-decreases-inflammation"


# what passes


def test_the_shipped_corpus_passes(shipped: Corpus, rule: Rule, texts: Path) -> None:
    found = list(audit(shipped, Places(), rule, Texts.read(texts, shipped)))
    assert [str(f) for f in found if f.severity is Severity.ERROR] == []


def test_shared_quotes_of_the_shipped_corpus_are_listed(shipped: Corpus, rule: Rule) -> None:
    notes = [f for f in audit(shipped, Places(), rule) if f.rule == "shared-quote"]
    assert any("offers hope" in f.message.lower() or "ope for improved" in f.message for f in notes)
    assert {f.severity for f in notes} == {Severity.NOTE}


def test_a_cue_that_weakens_something_else_is_set_aside_with_a_note(
    mini: Corpus, rule: Rule
) -> None:
    aside = item(BLOCKADE, unhedged_cues=[MAY])
    assert told(with_item(mini, RISES, aside), rule) == ["unhedged-without-reason"]
    assert told(with_item(mini, RISES, aside | {"note": "the next clause"}), rule) == []
    assert told(with_item(mini, RISES, aside, note="of the whole claim"), rule) == []


def test_basis_cues_are_cues_without_a_rung(mini: Corpus, rule: Rule) -> None:
    text = TEXT + "Emerging work: endorphins reduce inflammation."
    quote = span("Emerging work: endorphins reduce inflammation", text)
    emerging = item(quote, cues=[span("Emerging", text)])
    assert told(with_item(mini, LOWERS, emerging), rule, text) == []
    hedged = emerging | {"certainty": "hedged"}
    assert told(with_item(mini, LOWERS, hedged), rule, text) == ["certainty-without-cue"]


def test_the_weakest_cue_sets_the_certainty(mini: Corpus, rule: Rule) -> None:
    text = TEXT + "Endorphins can reduce inflammation, they suggest."
    quote = span("Endorphins can reduce inflammation, they suggest", text)
    can = {"exact": "can", "start": 267, "end": 270}
    both = item(quote, cues=[can, span("suggest", text)])
    assert told(with_item(mini, LOWERS, both | {"certainty": "speculative"}), rule, text) == []
    assert told(with_item(mini, LOWERS, both | {"certainty": "hedged"}), rule, text) == [
        "certainty-against-cues"
    ]


def test_a_cue_may_stand_in_the_context(mini: Corpus, rule: Rule) -> None:
    quote, context = span("increase endorphins"), span("This blockade may")
    inside = item(quote, context=[context], cues=[MAY], certainty="speculative")
    assert told(with_item(mini, RISES, inside), rule) == []


def test_a_cue_is_where_it_stands_not_where_else_its_word_does(mini: Corpus, rule: Rule) -> None:
    text = TEXT + "This may be; endorphins may reduce inflammation."
    first, second = (
        {"exact": "may", "start": at, "end": at + 3}
        for at in source_texts.occurrences(text, "may")[1:]
    )
    hedged = {"certainty": "speculative"}
    elsewhere = item(span("endorphins may reduce inflammation", text), cues=[first], **hedged)
    assert told(with_item(mini, LOWERS, elsewhere), rule, text) == [
        "cue-outside-quote",
        "cue-unrecorded",
    ]
    both = item(span("This may be; endorphins may reduce inflammation", text), **hedged)
    for cues, rules in (([first, second], []), ([second], ["cue-unrecorded"])):
        assert told(with_item(mini, LOWERS, both | {"cues": cues}), rule, text) == rules


def test_denials_are_no_warning_where_they_refute_or_are_explained(
    mini: Corpus, rule: Rule
) -> None:
    text = TEXT + "Endorphins don’t reduce inflammation."
    denied = item(span("Endorphins don’t reduce inflammation", text))
    assert told(with_item(mini, LOWERS, denied), rule, text) == ["negation"]
    for more in ({"direction": "refutes"}, {"note": "“don’t” is about last year"}):
        assert told(with_item(mini, LOWERS, denied | more), rule, text) == []
    other = denied | {"note": "looked at"}
    assert told(with_item(mini, LOWERS, other), rule, text) == ["negation"]


@pytest.mark.parametrize(
    "words",
    ["cannot", "do not", "fail to", "never", "poorly", "without harm", "couldn't", "Unable, they"],
)
def test_denials(mini: Corpus, rule: Rule, words: str) -> None:
    text = f"{TEXT}Endorphins {words} reduce inflammation."
    denied = item(span(f"Endorphins {words} reduce inflammation", text))
    assert told(with_item(mini, LOWERS, denied), rule, text) == ["negation"]


@pytest.mark.parametrize("words", ["unique", "under way", "notably", "known to", "until noon"])
def test_no_denials(mini: Corpus, rule: Rule, words: str) -> None:
    text = f"{TEXT}Endorphins {words} reduce inflammation."
    plain = item(span(f"Endorphins {words} reduce inflammation", text))
    assert told(with_item(mini, LOWERS, plain), rule, text) == []


def test_a_study_is_held_to_its_recorded_cues_only(mini: Corpus, rule: Rule) -> None:
    """Of a study a few words are known, not its text: neither names nor offsets can be asked."""
    study = item({"exact": "may not improve"}, source="synthetic-trial-a")
    assert told(with_item(mini, LOWERS, study), rule) == []
    cue = {"cues": [{"exact": "may"}]}
    assert told(with_item(mini, LOWERS, study | cue), rule) == ["hedged-as-asserted"]
    outside = {"cues": [{"exact": "might"}], "certainty": "speculative"}
    assert told(with_item(mini, LOWERS, study | outside), rule) == ["cue-outside-quote"]


def test_a_study_with_a_finding_needs_no_quote(mini: Corpus, rule: Rule) -> None:
    found = item(None, source="synthetic-trial-a", finding="it fell")
    assert told(with_item(mini, LOWERS, found), rule) == []


def test_a_study_whose_text_is_at_hand_is_held_to_it(mini: Corpus, rule: Rule) -> None:
    trial = "synthetic-trial-a"
    study = item({"exact": "It fell", "start": 3, "end": 10}, source=trial)
    changed = with_item(mini, LOWERS, study)
    texts = Texts({trial: "So, it fell.", SOURCE: TEXT})
    assert [f.rule for f in audit(changed, Places(), rule, texts)] == ["quote-not-there"]


def test_closed_claims_are_left_alone(mini: Corpus, rule: Rule) -> None:
    wrong = item({"exact": "x", "start": 0, "end": 1})
    for status, silent in (("rejected", True), ("retracted", True), ("draft", False)):
        assert (told(with_item(mini, LOWERS, wrong, status=status), rule) == []) is silent


def test_a_section_is_compared_without_the_text_too(mini: Corpus, rule: Rule) -> None:
    wrong = item(span("Endorphins reduce inflammation"), section="Elsewhere")
    assert told(with_item(mini, LOWERS, wrong), rule, None) == ["wrong-section"]
    assert told(mini, rule, None) == []


def test_no_section_where_there_is_a_heading(mini: Corpus, rule: Rule) -> None:
    unsaid = item(span("Endorphins reduce inflammation"), section=None)
    found = [
        f for f in audit(with_item(mini, LOWERS, unsaid), Places(), rule) if "section" in f.rule
    ]
    assert "its section is not given" in found[0].message


def test_naltrexone_is_not_named_by_low_dose_naltrexone(mini: Corpus, rule: Rule) -> None:
    """The dose changes the pharmacology: the one must never stand for the other."""
    text = TEXT + "Low-dose naltrexone reduces inflammation."
    quote = span("Low-dose naltrexone reduces inflammation", text)
    named = with_record(mini, "entities", "drugamine", label="naltrexone")
    named = with_record(named, "entities", "disease", label="low-dose naltrexone")
    wrong = with_item(named, LOWERS, item(quote), subject="drugamine")
    found = [f for f in audit(wrong, Places(), rule, Texts({SOURCE: text})) if "inside" in f.rule]
    assert [f.rule for f in found] == ["subject-inside-another"]
    assert "“naltrexone” stands there only inside a name of disease" in found[0].message


def test_two_things_of_one_name_do_not_hide_each_other(mini: Corpus, rule: Rule) -> None:
    named = with_record(mini, "entities", "disease", synonyms=["inflammation"])
    assert told(named, rule) == []


def test_people_with_a_condition_name_the_condition(mini: Corpus, rule: Rule) -> None:
    text = TEXT + "Endorphins help patients with Crohn's disease."
    quote = span("Endorphins help patients with Crohn's disease", text)
    patients = {"label": "patients with Crohn's disease", "kind": "population"}
    named = with_record(mini, "entities", "disease", **patients, broader=[])
    changed = with_item(named, LOWERS, item(quote), object="crohns-disease")
    assert told(changed, rule, text) == []


# texts


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(tmp_path: Path, corpus: Corpus, **contents: bytes) -> Texts:
    for name, content in contents.items():
        (tmp_path / name.replace("_", ".", 1).replace("_", "-")).write_bytes(content)
    return Texts.read(tmp_path, corpus)


def test_a_text_is_known_by_its_digest_whatever_its_name(tmp_path: Path, mini: Corpus) -> None:
    texts = read(tmp_path, mini, any_name=TEXT.encode())
    assert texts.by_source == {SOURCE: TEXT} and texts.findings == ()
    assert texts.place(SOURCE, 3) == f"{tmp_path}/any.name:3"


def only(texts: Texts) -> tuple[str, str, str]:
    (finding,) = texts.findings
    return finding.rule, finding.message, finding.remedy


def test_a_stranger_is_told_with_its_digest(tmp_path: Path, mini: Corpus) -> None:
    full = digest(b"else")
    assert only(read(tmp_path, mini, else_txt=b"else")) == (
        "text-unknown",
        f"its digest {full[:12]}… is that of no source",
        f"move it away, or record text_sha256: {full} with its source",
    )


def test_a_changed_text_is_told_by_its_name(tmp_path: Path, mini: Corpus) -> None:
    (tmp_path / f"{SOURCE}.txt").write_text("changed", encoding="utf-8")
    rule, message, _ = only(Texts.read(tmp_path, mini))
    assert rule == "text-changed"
    assert message == (
        f"it is named like {SOURCE}, but its digest {digest(b'changed')[:12]}… is not the recorded "
        "b62ef0795507…"
    )


@pytest.mark.parametrize(
    "content",
    [
        TEXT.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.rstrip("\n").encode(),
        TEXT.encode() + b"\n\n",
    ],
    ids=["crlf", "bom", "no-last-line-end", "more-line-ends"],
)
def test_a_text_with_other_line_ends_is_told_as_such(
    tmp_path: Path, mini: Corpus, content: bytes
) -> None:
    texts = read(tmp_path, mini, a_txt=content)
    assert texts.by_source == {}
    assert only(texts)[:2] == (
        "text-changed",
        f"it is the text of {SOURCE} but for its line ends or byte-order mark",
    )


def test_a_text_that_is_not_utf8_is_told(tmp_path: Path, mini: Corpus) -> None:
    latin = with_record(mini, "sources", SOURCE, text_sha256=digest(b"caf\xe9"))
    assert only(read(tmp_path, latin, a_txt=b"caf\xe9"))[1] == (
        f"the text of {SOURCE} is not UTF-8 at byte 3"
    )


def test_hidden_files_and_folders_are_no_texts(tmp_path: Path, mini: Corpus) -> None:
    (tmp_path / ".hidden").write_text("x", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    assert Texts.read(tmp_path, mini).findings == ()


def test_a_missing_text_is_told_and_its_quotes_are_checked_without(
    tmp_path: Path, mini: Corpus, rule: Rule
) -> None:
    found = list(audit(mini, Places(), rule, Texts.read(tmp_path, mini)))
    assert [(f.rule, f.message) for f in found] == [
        (
            "text-missing",
            f"no file in {tmp_path} has the digest of {SOURCE}, so its quotes were not compared",
        )
    ]


def test_a_missing_folder_is_told(tmp_path: Path, mini: Corpus) -> None:
    with pytest.raises(FileError, match="nowhere: no such folder; name the one that holds"):
        Texts.read(tmp_path / "nowhere", mini)


# words


@pytest.mark.parametrize(
    ("before", "words", "after", "whole"),
    [
        ("", "opioid receptor", "s.", "opioid receptors"),
        ("neuro", "inflammation", ".", "neuroinflammation"),
        ("anti-", "inflammatory", " ", "anti-inflammatory"),
        ("", "low", "-dose", "low-dose"),
        ("", "Crohn", "’s disease", "Crohn’s"),
        ("", "Crohn", "'s disease", "Crohn's"),
        ("of ", "12", "5 men", "125"),
        ("", "1", ".5 mg", "1.5"),
        ("1.", "5 mg", " a day", "1.5 mg"),
        ("1", "1.5", " mg", "11.5"),
        ("1,", "500", " men", "1,500"),
        ("in ≥", "12", " men", "≥12"),
        ("in ≥ ", "12", " men", "≥ 12"),
        ("p < ", "0.05", ".", "< 0.05"),
        ("-", "0.64", " points", "-0.64"),
        ("1.5–", "4.5 mg", "", "1.5–4.5 mg"),
        ("", "12", "% of", "12%"),
        ("", "4.5 mg", "/kg", "4.5 mg/kg"),
        ("e", "\u0301tude", "", "e\u0301tude"),
        ("snake_", "case", "", "snake_case"),
    ],
)
def test_a_cut_word_or_number_is_seen(before: str, words: str, after: str, whole: str) -> None:
    text = before + words + after
    start, end = source_texts.whole_words(text, len(before), len(before) + len(words))
    assert text[start:end] == whole


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("", "reduces pain", "."),
        ("(", "LDN", ")"),
        ("“", "LDN", "”"),
        ("‘", "LDN", "’ he said"),
        ("pain, ", "12 men", ", and"),
        ("year 1. ", "5 men", " came"),
        ("pain - ", "LDN", " - helps"),
        ("pain—", "LDN", "—helps"),
        ("the patients’ ", "pain", " fell"),
        ("x: ", "12", ": y"),
        ("", "whole", ""),
    ],
)
def test_whole_words_stay_as_they_are(before: str, words: str, after: str) -> None:
    start, end = len(before), len(before) + len(words)
    assert source_texts.whole_words(before + words + after, start, end) == (start, end)


letters = st.text(st.sampled_from("ab1 .,-’%≥/\n"), max_size=20)


@given(letters, st.integers(0, 20), st.integers(0, 20))
def test_widening_holds_the_span_and_ends(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    wide = source_texts.whole_words(text, start, end)
    assert 0 <= wide[0] <= start <= end <= wide[1] <= len(text)
    if start < end:
        assert source_texts.whole_words(text, *wide) == wide


@given(letters, st.text(st.sampled_from("ab1 "), min_size=1, max_size=3))
def test_occurrences_are_all_there_are(text: str, words: str) -> None:
    naive = tuple(n for n in range(len(text)) if text[n:].startswith(words))
    assert source_texts.occurrences(text, words) == naive
    loose = {start for start, _ in source_texts.loose_occurrences(text, words)}
    assert not words.strip() or not naive or loose


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Endorphins rise", "endorphin"),
        ("an endorphin", "endorphins"),
        ("immune therapies", "immune therapy"),
        ("one immune therapy", "immune therapies"),
        ("of Crohn's disease", "Crohn’s disease"),
        ("opioid\nreceptors", "opioid receptor"),
        ("LDN’s effect", "LDN"),
        ("LDN-treated people", "LDN"),
        ("multiple sclerosis (MS)", "MS"),
        ("two abscesses", "abscess"),
        ("the patients' pain", "patient"),
        ("low‑dose naltrexone", "low-dose naltrexone"),
    ],
)
def test_a_name_is_found(text: str, name: str) -> None:
    assert source_texts.mentions(text, [name])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("neuroinflammation", "inflammation"),
        ("anti-inflammation", "inflammation"),
        ("5 ms later", "MS"),
        ("painful", "pain"),
        ("endorphinergic", "endorphin"),
        ("opioid and receptor", "opioid receptor"),
        ("diabete", "diabetes insipidus"),
        ("", "pain"),
    ],
)
def test_what_only_looks_like_a_name_is_not(text: str, name: str) -> None:
    assert not source_texts.mentions(text, [name])


@pytest.mark.parametrize(
    ("given_words", "there", "what"),
    [
        ("a  b", "a b", "white space"),
        ("a'b", "a’b", "the form of apostrophes"),
        ('"a"', "“a”", "the form of quotation marks"),
        ("a-b", "a–b", "the form of dashes"),
        ("Ab", "ab", "capital letters"),
        ("A'b", "a’b", "the form of apostrophes and capital letters"),
    ],
)
def test_what_two_wordings_differ_in(given_words: str, there: str, what: str) -> None:
    assert source_texts.loose_occurrences(f"x {there} y", given_words) == ((2, 2 + len(there)),)
    assert source_texts.difference(given_words, there) == what


@pytest.mark.parametrize(
    ("words", "cues"),
    [
        ("LDN may help", [("may", True)]),
        ("LDN May help", [("May", True)]),
        ("LDN has shown potential", [("has shown potential", True)]),
        ("potentially", []),
        ("maybe, a can-do mayor", []),
        ("may include dreams, may help", [("may include", False), ("may", True)]),
        ("it may\ntake weeks", [("may\ntake", False)]),
        ("plain", []),
    ],
)
def test_cue_words_are_found_longest_first(
    rule: Rule, words: str, cues: list[tuple[str, bool]]
) -> None:
    assert [(words[a:b], hedges) for a, b, hedges in cue_words(words, rule)] == cues
