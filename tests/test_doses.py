"""Doses: what a text plainly says becomes an amount and a band, and nothing else does."""

import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ldn_graph.errors import BadParameter
from ldn_graph.records import doses
from ldn_graph.records.model import Corpus, Dose
from ldn_graph.records.vocabularies import DoseBand


def read(text: str) -> tuple[str, str, str, str]:
    dose = doses.parse(text)
    assert dose.text == text
    return str(dose.low), str(dose.high), str(dose.unit), str(dose.band)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "band"),
    [
        ("4.5 mg/day, 12 weeks", "4.5", "4.5", "mg", "low"),
        ("4.5 mg nightly, 8 weeks", "4.5", "4.5", "mg", "low"),
        ("4.5 mg/day + NAD+ patches", "4.5", "4.5", "mg", "low"),
        ("1-5 mg/day (definition)", "1", "5", "mg", "low"),
        ("naltrexone 1.5 mg to 4.5 mg every night", "1.5", "4.5", "mg", "low"),
        ("4.5 mg each evening for 8-12 weeks", "4.5", "4.5", "mg", "low"),
        ("0.1 mg kg-1", "0.1", "0.1", "mg/kg", "unspecified"),
        ("10 µg·kg⁻¹", "0.01", "0.01", "mg/kg", "unspecified"),
        ("3 mg bd", "6", "6", "mg", "low"),
        ("3 mg tds", "9", "9", "mg", "intermediate"),
        ("3 mg qds", "12", "12", "mg", "intermediate"),
        ("1.5 mg 2×/day", "3", "3", "mg", "low"),
        ("1 through 5 mg", "1", "5", "mg", "low"),
        ("1.5 & 3 mg", "1.5", "3", "mg", "low"),
        ("1.5 → 3 → 4.5 mg", "1.5", "4.5", "mg", "low"),
        ("4.5- to 6-mg", "4.5", "6", "mg", "low"),
        ("1 then 2 mg/day", "1", "2", "mg", "low"),
        ("between 1.5 mg and 4.5 mg daily", "1.5", "4.5", "mg", "low"),
        ("1.5–4·5 mg", "1.5", "4.5", "mg", "low"),
        ("1 mg twice daily, 3 weeks (augmentation)", "2", "2", "mg", "low"),
        ("1.5 mg three times a day", "4.5", "4.5", "mg", "low"),
        ("500 µg/day", "0.5", "0.5", "mg", "very-low"),
        ("0.5 mcg per day", "0.0005", "0.0005", "mg", "ultra-low"),
        ("0.75-6 mg/day", "0.75", "6", "mg", "mixed"),
        ("3-250 mg", "3", "250", "mg", "mixed"),
        ("12.5 mg", "12.5", "12.5", "mg", "intermediate"),
        ("0, 25, 50, 100 mg (NOT low dose)", "0", "100", "mg", "standard"),
        ("50 mg single session (NOT low dose)", "50", "50", "mg", "standard"),
        ("1,000 mg", "1000", "1000", "mg", "standard"),
        ("0.5-2 mg/kg/day (NOT 1.5-4.5 mg)", "0.5", "2", "mg/kg", "unspecified"),
        ("0.1 mg per kg per day", "0.1", "0.1", "mg/kg", "unspecified"),
        ("0.1 mg/kg i.p. (mouse)", "0.1", "0.1", "mg/kg", "unspecified"),
        ("100 uM in culture", "100", "100", "uM", "unspecified"),
        ("1 nM", "0.001", "0.001", "uM", "unspecified"),
        ("4 mg intrathecal", "4", "4", "mg", "unspecified"),
        ("10 mg naloxone", "10", "10", "mg", "unspecified"),
    ],
)
def test_plain_doses(text: str, low: str, high: str, unit: str, band: str) -> None:
    assert read(text) == (low, high, unit, band)


@pytest.mark.parametrize(
    "text",
    [
        "NALOXONE infusion (rat)",
        "1 compound class: NALOXONE, not naltrexone",
        "short-term exposure in culture",
        "12 weeks",
        "4.5 mg/day; 0.1 mg/kg",
        "up to 6 mg",
        "<1 mg",
        "4,5 mg",
        "2 x 1.5 mg",
        "10 mg/mL",
        "5 mg/m2",
        "4.5 mg every other day",
        "50 mg three times a week",
        "380 mg monthly",
        "4.5 mg naltrexone + 600 mg lipoic acid",
        "4.5 mg versus 50 mg",
    ],
)
def test_what_is_not_plain_stays_words(text: str) -> None:
    assert read(text) == ("None", "None", "None", "unspecified")


def test_a_blank_dose_is_refused() -> None:
    with pytest.raises(BadParameter, match="leave it out"):
        doses.parse("  ")


#: Members of each kind of wording that does not plainly say an amount a day.
WORDS_ONLY = (
    *("½ mg", "1½ mg", "1/2 mg", "¾ of a 50 mg tablet", "half a 50 mg tablet", "1/10 of 50 mg"),
    *(
        "1 500 mg",
        "1\N{NO-BREAK SPACE}500 mg",
        "1\u202f500 mg",
        "10⁻⁶ mg",
        "10⁶ mg",
        "1e-3 mg",
        "1E3 mg",
    ),
    *("4.5 mg m-2", "4.5 mg m⁻²", "4.5 mg/m²", "4.5 mg/kg/week", "5% of 50 mg", "5 mg%"),
    *("50 mg qod", "50 mg q48h", "50 mg biweekly", "380 mg fortnightly", "380 mg q4w", "50 mg QW"),
    *(
        "50 mg 3/week",
        "50 mg on Mondays",
        "1.5 mg q8h",
        "50 mg eod",
        "380 mg q 28 d",
        "50 mg as needed",
    ),
    *("50 mg every 3 days", "380 mg every 4 weeks", "50 mg each 2 weeks", "50 mg in 3 days"),
    *("50 mg on 3 days", "50 mg over 10 days", "total 50 mg for 10 days", "50 mg every 2nd night"),
    *("4.5 mg + 600 mg lipoic acid", "4.5 mg plus 90 mg bupropion", "4.5 mg/day with 600 mg NAC"),
    *("from 4.5 mg", "to 5 mg", "4.5 mg then", "1.5 mg evening and bedtime", "3 mg and placebo"),
    *("1.5 mg morning and evening", "3 mg once or twice daily", "1.5 mg twice daily (3 mg/day)"),
    *(
        "4.5 mg x 2",
        "4.5 mg ×2",
        "two 4.5 mg capsules",
        "4.5 mg, 2 capsules",
        "3 tablets of 1.5 mg",
    ),
    *("5 mg or less", "maximum 5 mg", "max. 5 mg", "not exceeding 5 mg", "5 mg and above"),
    *(
        "greater than 5 mg",
        "≤5 mg",
        "no more than 5 mg",
        "~5 mg",
        "approximately 5 mg",
        "about 5 mg",
    ),
    *(
        "4.5 ± 0.5 mg",
        "4.5 +/- 0.5 mg",
        "mean 4.5 mg, SD 1.2 mg",
        "median 4.5 (IQR 3-6) mg",
        "1~5 mg",
    ),
    *(
        "1.5/3/4.5 mg",
        "LDN 4.5 mg and alpha-lipoic acid 600 mg",
        "bupropion 90 mg, naltrexone 8 mg",
    ),
    *(
        "naltrexone 8 mg / bupropion 90 mg",
        "4.5 mg instead of 50 mg",
        "4.5 mg, later 50 mg if tolerated",
        "0g 0.1 mg",
        "1 mg 3 mg",
    ),
    *(
        "naltrexone 5 mg, naloxone 1 mg",
        "4.5 mg with 2 tablets of another drug",
        "4.5 mg alternating",
    ),
)


@pytest.mark.parametrize("text", WORDS_ONLY)
def test_a_wording_that_is_not_plain_stays_words(text: str) -> None:
    dose = doses.parse(text)
    assert (dose.text, dose.low, dose.high, dose.unit) == (text, None, None, None)
    assert dose.band is DoseBand.UNSPECIFIED


amounts = st.decimals("0.000001", "1000", places=6)


@given(amounts, amounts, st.sampled_from(["{a}-{b} mg", "{a} mg to {b} mg/day", "{b}, {a} mg"]))
def test_a_written_range_is_read_back(a: Decimal, b: Decimal, pattern: str) -> None:
    low, high = sorted((a, b))
    dose = doses.parse(pattern.format(a=f"{low:f}", b=f"{high:f}"))
    assert (dose.low, dose.high, dose.unit) == (low, high, "mg")
    assert dose.band is doses.band([low, high])
    assert doses.disagreement(dose) is None


@given(
    st.decimals("0.1", "99", places=1),
    st.text("abcdefghijklmnopqrstuvwxyzäß0123456789%½¾²³/.", min_size=1, max_size=8),
    st.sampled_from(["{word} {dose}", "{dose} {word}", "{dose}, {word}", "{word} of {dose}"]),
)
def test_a_word_that_is_not_known_leaves_the_words_alone(
    amount: Decimal, word: str, pattern: str
) -> None:
    """Whatever stands beside an amount: it is known, or the amount is not read."""
    assume(not re.fullmatch(r"[\d./]+(?:ng|ug|mg|g)[./]*", word))  # an amount of its own
    dose = doses.parse(pattern.format(dose=f"{amount} mg", word=word))
    if any(c.isdigit() or c in "%½¾²³" for c in word):
        assert dose.low is None
    elif dose.low is not None:
        assert dose.low % amount == 0  # the amount itself, or times a day of it
        assert set(
            word.strip("./").replace(".", " ").replace("/", " ").split()
        ) <= doses.KNOWN | doses.JOINING | {
            *("bid", "bd", "tid", "tds", "qid", "qds", "b", "t", "q", "id", "ds", "naloxone"),
        }


@given(
    st.decimals("0.1", "999", places=1),
    st.sampled_from(["every", "each", "per", "in", "over", "on", "within", "across"]),
    st.integers(1, 90),
    st.sampled_from(["days", "nights", "weeks", "months", "hours"]),
)
def test_an_interval_that_is_no_day_leaves_the_words_alone(
    amount: Decimal, joined: str, number: int, unit: str
) -> None:
    assert doses.parse(f"{amount} mg {joined} {number} {unit}").low is None


@given(amounts)
def test_units_change_no_amount(a: Decimal) -> None:
    in_mg, in_ug = doses.parse(f"{a:f} mg"), doses.parse(f"{a * 1000:f} ug")
    assert (in_mg.low, in_mg.band) == (in_ug.low, in_ug.band)


@given(amounts, amounts)
def test_bands_never_fall_as_doses_rise(a: Decimal, b: Decimal) -> None:
    order = list(DoseBand)
    low, high = sorted((a, b))
    assert order.index(doses.band([low])) <= order.index(doses.band([high]))


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_gives_a_dose_that_agrees_with_itself(text: str) -> None:
    dose = doses.parse(text)
    assert dose.text.strip() == text.strip()
    assert doses.disagreement(dose) is None


@pytest.mark.parametrize(
    ("dose", "says"),
    [
        (Dose(text="6 mg", low=5, high=6, unit="mg", band="low"), "says 6 mg, not 5 to 6 mg"),
        (Dose(text="6 mg", band="low"), "says 6 mg, not no amount"),
        (Dose(text="6 mg", low=6, high=6, unit="mg/kg"), "says 6 mg, not 6 mg/kg"),
        (Dose(text="6 mg", low=6, high=6, unit="mg", band="standard"), "band low, not standard"),
        (Dose(text="at night", low=6, high=6, unit="mg", band="low"), "names no amount"),
    ],
)
def test_a_stored_dose_that_is_not_its_text_is_told(dose: Dose, says: str) -> None:
    told = doses.disagreement(dose)
    assert told is not None and says in told


@pytest.mark.parametrize("text", ["4.5 mg/day; 0.1 mg/kg", "up to 6 mg", "4,5 mg"])
def test_nothing_is_told_where_the_text_is_not_plain(text: str) -> None:
    assert doses.disagreement(Dose(text=text, low=4, high=6, unit="mg", band="low")) is None


def test_every_dose_of_the_corpus_is_its_text(shipped: Corpus) -> None:
    told = {
        f"{claim.id} {item.id}: {fault}"
        for claim in shipped.claims.values()
        for item in claim.evidence
        if item.dose and (fault := doses.disagreement(item.dose))
    }
    assert told == set()
