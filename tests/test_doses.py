"""Doses: what a text plainly says becomes an amount and a band, and nothing else does."""

from decimal import Decimal

import pytest
from hypothesis import given
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


amounts = st.decimals("0.000001", "1000", places=6)


@given(amounts, amounts, st.sampled_from(["{a}-{b} mg", "{a} mg to {b} mg/day", "{b}, {a} mg"]))
def test_a_written_range_is_read_back(a: Decimal, b: Decimal, pattern: str) -> None:
    low, high = sorted((a, b))
    dose = doses.parse(pattern.format(a=f"{low:f}", b=f"{high:f}"))
    assert (dose.low, dose.high, dose.unit) == (low, high, "mg")
    assert dose.band is doses.band([low, high])
    assert doses.disagreement(dose) is None


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
