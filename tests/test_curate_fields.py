"""The form of a claim says what the claim says: there and back loses nothing."""

import re
from pathlib import Path

import pytest
from starlette.datastructures import FormData

from ldn_graph.curation.transitions import create
from ldn_graph.errors import BadParameter
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.curation import quick_fixes
from ldn_graph.web.curation.claim_form import (
    entered,
    entity_named,
    form_of,
    items_in,
    placed,
    read_dose,
)
from tests.conftest import ROOT

KEPT = ("subject", "predicate", "object", "qualifiers", "evidence", "note")


def sent(values: dict[str, str]) -> FormData:
    """The values as a browser sends them: lists as several fields of one name."""
    pairs = []
    for name, value in values.items():
        many = name.endswith((".basis", ".indirectness"))
        pairs += [(name, v) for v in value.split()] if many else [(name, value)]
    return FormData(pairs)


def test_every_claim_comes_back_from_its_form(shipped: Corpus, texts: Path) -> None:
    held = Texts.read(texts, shipped).by_source
    for claim in shipped.claims.values():
        back = entered(sent(form_of(claim, shipped)), shipped, held).draft
        again = create(back, "ada", claim.history[0].on)
        assert [getattr(again, f) for f in KEPT] == [getattr(claim, f) for f in KEPT], claim.id


@pytest.mark.parametrize("name", ["LDN", "low-dose-naltrexone", "Low-dose naltrexone", " ldn "])
def test_an_entity_may_be_called_by_any_of_its_names(
    name: str, mini: Corpus, shipped: Corpus
) -> None:
    assert entity_named(name.strip(), shipped) == "low-dose-naltrexone"
    assert entity_named("something new", mini) == "something new"


def test_an_empty_item_is_none_and_ids_of_items_never_change(shipped: Corpus) -> None:
    form = FormData(
        [
            ("evidence.0.direction", "supports"),
            ("evidence.1.id", "e2"),
            ("evidence.1.source", "younger-2013"),
            ("evidence.2.source", "bruun-2024"),
            ("evidence.5.source", "smith-2011"),
        ]
    )
    items = entered(form, shipped, {}).draft["evidence"]
    assert [(i["id"], i["source"]) for i in items] == [
        ("e2", "younger-2013"),
        ("e1", "bruun-2024"),
        ("e3", "smith-2011"),
    ]


def test_lines_of_a_quote_end_as_in_the_text_and_its_blanks_stay(shipped: Corpus) -> None:
    form = FormData([("evidence.0.source", "x"), ("evidence.0.quote.exact", "one \r\ntwo ")])
    assert entered(form, shipped, {}).draft["evidence"][0]["quote"] == {"exact": "one \ntwo "}


@pytest.mark.parametrize(
    "pairs",
    [
        [("note", "x" * 20_001)],
        [(f"evidence.{n}.source", "x") for n in range(61)],
        [("evidence.999999999999.source", "x"), ("evidence.9999.source", "x")],
    ],
)
def test_a_form_that_no_page_sends_is_refused(pairs: list[tuple[str, str]], mini: Corpus) -> None:
    with pytest.raises(BadParameter):
        entered(FormData(pairs), mini, {})


def test_strange_field_names_and_cues_outside_the_text_are_left_out(mini: Corpus) -> None:
    form = FormData(
        [
            ("evidence.٣.source", "x"),
            ("evidence..source", "x"),
            ("__proto__", "x"),
            ("evidence.0.source", "s"),
            ("evidence.0.quote.exact", "may be"),
            ("evidence.0.cue.0-999999999999999999", "cue"),
            ("evidence.0.cue.0-3", "cue"),
        ]
    )
    item = entered(form, mini, {"s": "may be"}).draft["evidence"]
    assert [i.get("cues") for i in item] == [[{"exact": "may", "start": 0, "end": 3}]]


def test_a_form_knows_how_many_items_it_has(shipped: Corpus) -> None:
    claim: Claim = shipped.claims["ldn-decreases-inflammation"]
    assert items_in(form_of(claim, shipped)) == len(claim.evidence)
    assert items_in({}) == 0


RULE = re.compile(r'(?:case\.)?_?(?:error|warning)\(\s*"([a-z-]+)"|Severity\.\w+,\s*"([a-z-]+)"')


def test_whatever_the_checks_say_of_a_claim_the_form_says_in_its_words() -> None:
    """A rule that is added to the checks of one claim needs its line in `quick_fixes.SAY`."""
    folder = ROOT / "ldn_graph" / "validation"
    files = (folder / name for name in ("claim.py", "quotes.py", "cues.py"))
    texts = [p.read_text(encoding="utf-8") for p in files]
    rules = {a or b for text in texts for a, b in RULE.findall(text)}
    # what names several claims is a note of the whole corpus, not of one
    assert len(rules) > 12 and rules - {"shared-quote"} <= set(quick_fixes.SAY)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({"text": "4.5 mg daily"}, {"low": "4.5", "high": "4.5", "unit": "mg", "band": "low"}),
        ({"text": "4.5 mg", "low": "4.5"}, {"high": "4.5", "unit": "mg", "band": "low"}),
        ({"text": "half a tablet"}, {}),
        ({"text": "4.5 mg daily", "low": "45", "unit": "mg"}, {"low": "45", "high": "45"}),
        ({"text": "0.1 mg/kg"}, {"low": "0.1", "high": "0.1", "unit": "mg/kg"}),
        ({"text": "4.5 mg", "band": "standard"}, {"low": "4.5", "band": "standard"}),
    ],
)
def test_a_dose_is_read_from_its_words_and_never_over_what_was_typed(
    typed: dict[str, str], read: dict[str, str]
) -> None:
    whole = dict.fromkeys(("text", "low", "high", "unit", "band"), "") | typed
    found = read_dose(whole)
    assert {**typed, **read} == {k: found[k] for k in {**typed, **read}}
    assert ("low" in found) == ("low" in {**typed, **read})


def test_a_span_is_placed_where_its_words_stand() -> None:
    text = "A b. A b c. A b."
    assert placed({"exact": "A b c", "start": 0, "end": 3}, text)["start"] == 5
    assert "start" not in placed({"exact": "A b"}, text)
    assert placed({"exact": "A b", "start": 12, "end": 15}, text)["start"] == 12
    assert placed({"exact": "A b"}, text, near=11)["start"] == 5
    assert placed({"exact": " A b c \n"}, text) == {"exact": "A b c", "start": 5, "end": 10}
    assert "start" not in placed({"exact": "A b", "start": 3, "end": 9}, None)
