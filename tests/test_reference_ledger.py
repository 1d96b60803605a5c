"""Every row of the reference tables has its place in the corpus or a reason, and its numbers."""

import csv
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from ldn_graph.records.model import Corpus, EvidenceItem, Result

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import reference_ledger as ledger  # noqa: E402

ROWS = ledger.read(ROOT / ledger.LEDGER)


@pytest.fixture(scope="module")
def tables(reference: Path) -> dict[str, list[dict[str, str]]]:
    return {name: rows_of(reference / name) for name in ledger.TABLES}


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def held(place: str, corpus: Corpus) -> tuple[EvidenceItem, object]:
    """The item of `claim#e1r2`, and its result or measurement where one is named."""
    claim, _, part = place.partition("#")
    kind = next((k for k in "rm" if k in part), "")
    name, _, number = part.partition(kind) if kind else (part, "", "")
    item = next(i for i in corpus.claims[claim].evidence if i.id == name)
    if not kind:
        return item, None
    every = item.results if kind == "r" else item.measurements
    return item, every[int(number) - 1]


#: Sources whose stated certainty stands in another column: table, line, column, words.
STATED_ELSEWHERE = {
    "can-pcc-ldn-guideline": ("effects.tsv", 46, "sentence", "low certainty"),
    "byambasuren-2025": ("studies_no_id.tsv", 4, "verified_text", "certainty of evidence is low"),
}


def test_every_row_is_there_once(tables: dict[str, list[dict[str, str]]]) -> None:
    wanted = {(name, line) for name, rows in tables.items() for line in range(2, len(rows) + 2)}
    assert len(ROWS) == len(wanted)
    assert {(r.table, r.line) for r in ROWS} == wanted


def test_every_row_has_a_place_or_a_reason(shipped: Corpus) -> None:
    for row in ROWS:
        assert row.places or row.reason, row
        assert row.reason in {"", *ledger.REASONS}, row
        for place in row.places:
            item, _ = held(place, shipped)
            assert item.source == row.source, row


def test_it_is_up_to_date(shipped: Corpus) -> None:
    known = ledger.recorded(shipped)
    assert [ledger.renewed(r, shipped, known) for r in ROWS] == ROWS, (
        "run: python scripts/reference_ledger.py"
    )
    assert set(known) - {r.name for r in ROWS} - {""} == set()


def test_every_result_has_the_numbers_of_its_row(
    shipped: Corpus, tables: dict[str, list[dict[str, str]]]
) -> None:
    seen = 0
    for row in (r for r in ROWS if r.table == "effects.tsv"):
        given = tables[row.table][row.line - 2]
        assert len(row.places) == 1, row
        _, result = held(row.places[0], shipped)
        assert isinstance(result, Result)
        for column, value in (
            ("estimate", result.estimate),
            ("ci_low", result.ci_low),
            ("ci_high", result.ci_high),
            ("heterogeneity_i2", result.i2),
            ("n_intervention", result.n_intervention),
            ("n_comparator", result.n_comparator),
            ("trials_pooled", result.trials),
            ("p_value", result.p_value),
        ):
            text = given[column].strip()
            assert value == (Decimal(text) if text else None), (row, column)
            seen += bool(text)
        for column, words in (
            ("sentence", result.quote),
            ("outcome", result.outcome_text),
            ("value_intervention", result.value_intervention),
            ("value_comparator", result.value_comparator),
            ("time_point", result.time_point),
            ("minimal_important_difference", result.important_difference),
        ):
            assert (words or "") == given[column].strip(), (row, column)
        stated, source = result.certainty_stated or "", row.source
        if source in STATED_ELSEWHERE:
            table, line, column, words = STATED_ELSEWHERE[source]
            assert words in tables[table][line - 2][column] and stated.startswith(words), row
        else:
            assert stated == given["certainty_stated"].strip(), row
    assert seen > 400
