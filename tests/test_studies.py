"""The sixty rows of the first reference table of studies: each accounted for, nothing added to it.

Results and measurements have rows of their own tables: `test_reference_ledger.py` holds their
numbers. What was filled in or corrected later is named in `studies_fill.md` or `corrections.md`.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from ldn_graph.grading.strength import is_statement
from ldn_graph.records import doses
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Source
from ldn_graph.records.vocabularies import Design
from tests.test_reference_ledger import ROWS as LEDGER
from tests.test_reference_ledger import rows_of

Row = dict[str, str]
Items = Mapping[str, list[tuple[Claim, EvidenceItem]]]

#: Rows that continue the trial of the row before, which their title says in brackets.
SAME_TRIAL = "(same trial"
#: Sources that are no row of the table: the article itself.
NO_STUDY = "post-weblog"
#: Directions that `corrections.md` changes.
CORRECTED = {"naltrexone-fibromyalgia-pone-0005180", "bruun-2026"}
LABORATORY = {Design.ANIMAL, Design.IN_VITRO}


def bare(text: str) -> str:
    """Letters and digits only, without case and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())


@pytest.fixture(scope="module")
def rows(reference: Path) -> list[Row]:
    """The table's rows."""
    with (reference / "studies.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def items(shipped: Corpus) -> Items:
    """The evidence items of each source."""
    found = defaultdict(list)
    for claim in shipped.claims.values():
        for item in claim.evidence:
            found[item.source].append((claim, item))
    return found


@pytest.fixture(scope="module")
def own(items: Items) -> Items:
    """The items that rest on the table's rows: those without results or measurements."""
    return {
        source: [(c, i) for c, i in found if not i.results and not i.measurements]
        for source, found in items.items()
    }


@pytest.fixture(scope="module")
def filled(reference: Path) -> str:
    """What was read of the table's studies later."""
    names = ("studies_fill.md", "corrections.md", "studies_index.tsv", "studies_2.tsv")
    return "".join((reference / n).read_text(encoding="utf-8") for n in names)


def sources_of(row: Row, corpus: Corpus) -> list[Source]:
    """The sources that are the row's by PMID, DOI, registry number or title, in that order."""
    tests = (
        lambda s: bool(row["pmid"]) and s.pmid == row["pmid"],
        lambda s: bool(row["doi"]) and s.doi == row["doi"],
        lambda s: s.registry_id is not None and registered(s.registry_id, row["title"]),
        lambda s: bare(s.title) == bare(row["title"]),
    )
    for test in tests:
        found = [s for s in corpus.sources.values() if s.type != NO_STUDY and test(s)]
        if found:
            return found
    return []


def registered(number: str, title: str) -> bool:
    """`DailyMed 74087d2f-468d-…` is `DailyMed 74087d2f` in the table."""
    return number.partition("-")[0] in title


@pytest.fixture(scope="module")
def pairs(rows: list[Row], shipped: Corpus) -> list[tuple[Row, Source]]:
    """Each row with its source; that each has exactly one is a test of its own."""
    return [(r, found[0]) for r in rows if (found := sources_of(r, shipped))]


def test_there_are_sixty_rows_and_each_has_one_source(rows: list[Row], shipped: Corpus) -> None:
    found = {n: [s.id for s in sources_of(r, shipped)] for n, r in enumerate(rows, 2)}
    assert len(found) == 60
    assert {n: ids for n, ids in found.items() if len(ids) != 1} == {}


def test_no_source_is_without_a_row(shipped: Corpus) -> None:
    studies = {s.id for s in shipped.sources.values() if s.type != NO_STUDY}
    assert studies == {row.source for row in LEDGER if row.source}


def test_pmid_doi_year_and_author_are_the_tables(
    pairs: list[tuple[Row, Source]], filled: str
) -> None:
    """Those that the table gives; one that it lacks was read later, and stands in those texts."""
    for row, source in pairs:
        first = source.author[0].name if source.author else ""
        for given, found in (
            (row["pmid"], source.pmid or ""),
            (row["doi"], source.doi or ""),
            (row["year"], source.issued or ""),
            (row["first_author"].partition(" (")[0], first),
        ):
            assert found == given if given else found in filled, (source.id, given, found)
        assert len(source.author) <= 1, "the table names first authors only"


def test_titles_are_the_tables(pairs: list[tuple[Row, Source]]) -> None:
    for row, source in pairs:
        if row["title"].startswith(SAME_TRIAL):
            continue
        if "title not in" in row["title"]:
            assert source.title.startswith("("), f"{source.id}: a description, not a title"
            continue
        if source.registry_id is not None:  # a record's title, without its number
            words = re.findall(r"\w+", source.title.casefold())
            assert set(words) <= set(re.findall(r"\w+", row["title"].casefold())), source.id
            continue
        assert bare(row["title"]).startswith(bare(source.title)), source.id


def test_design_codes_are_the_tables(pairs: list[tuple[Row, Source]]) -> None:
    for row, source in pairs:
        assert set(source.codes) == set(re.findall(r"(?:ECO|MESH):\w+", row["design"])), source.id


def test_what_the_table_leaves_empty_is_empty(pairs: list[tuple[Row, Source]]) -> None:
    for _, source in pairs:
        assert source.container_title is None and source.license is None, source.id
        assert not source.retracted and source.text_sha256 is None, source.id


def test_no_source_names_a_page_where_it_was_seen(shipped: Corpus, rows: list[Row]) -> None:
    hosts = {h for r in rows for h in re.findall(r"https?://([^/\s]+)", r["verified_in"])}
    assert len(hosts) > 20
    for source in shipped.sources.values():
        text = source.model_dump_json()
        assert "://" not in text and not any(host in text for host in hosts), source.id


def test_unused_sources_say_why(pairs: list[tuple[Row, Source]], items: Items) -> None:
    for _, source in pairs:
        assert (source.id in items) == (source.unused_because is None), source.id


def test_each_rows_direction_is_that_of_an_item(
    pairs: list[tuple[Row, Source]], items: Items
) -> None:
    for row, source in pairs:
        if row["direction"] and source.id in items and source.id not in CORRECTED:
            directions = {item.direction for _, item in items[source.id]}
            assert row["direction"] in directions, source.id


def by_source(pairs: list[tuple[Row, Source]], items: Items, column: str):
    """Source, what the table has in the column, and the source's own results."""
    for row, source in pairs:
        for claim, item in items.get(source.id, []):
            yield f"{source.id} in {claim.id}", row[column], item


def test_sample_sizes_are_the_tables(pairs: list[tuple[Row, Source]], own: Items) -> None:
    """A text is the table's, and the number is one of the text's or, of two groups, their sum.

    Cells and animals are not the people that the table counts.
    """
    for where, size, item in by_source(pairs, own, "sample_size"):
        if item.sample_text is not None:
            assert item.sample_text == size, where
        if item.sample_size is None:
            assert not size.isdigit() or is_statement(item) or item.design in LABORATORY, where
            continue
        numbers = [int(n) for n in re.findall(r"\d+", size)]
        assert item.sample_size in {*numbers, sum(numbers)}, where


def test_doses_are_the_tables(pairs: list[tuple[Row, Source]], own: Items) -> None:
    """Words from the table or its excerpt, with the same amounts."""
    excerpts = {s.id: bare(r["dose"] + r["verified_text"]) for r, s in pairs}
    for where, written, item in by_source(pairs, own, "dose"):
        if item.dose is None:
            continue
        assert written, where
        assert bare(item.dose.text) in excerpts[item.source], where
        said = doses.parse(written)
        if said.low is not None:
            assert (item.dose.low, item.dose.high) == (said.low, said.high), where
            assert item.dose.unit == said.unit, where
        assert doses.disagreement(item.dose) is None, where


def test_results_have_the_dose_that_the_table_gives(
    pairs: list[tuple[Row, Source]], own: Items
) -> None:
    for where, written, item in by_source(pairs, own, "dose"):
        if written and doses.parse(written).low is not None and not is_statement(item):
            assert item.dose is not None, where


def test_every_dose_of_the_table_parses(rows: list[Row]) -> None:
    """To an amount wherever it gives one figure with one unit; the rest is named here."""
    wordy = {r["dose"] for r in rows if r["dose"] and doses.parse(r["dose"]).low is None}
    assert wordy == {
        "1 compound class: NALOXONE, not naltrexone",
        "4.5 mg/day; 0.1 mg/kg",
        "NALOXONE infusion (rat)",
        "intrathecal (rat) / in vitro",
        "naltrexone, doses not low-dose-specific",
        "short-term exposure in culture",
    }


def test_durations_are_the_tables(pairs: list[tuple[Row, Source]], own: Items, filled: str) -> None:
    for row, source in pairs:
        for claim, item in own.get(source.id, []):
            if item.duration is not None:
                said = row["dose"] + row["main_finding"] + row["verified_text"] + filled
                said = re.sub(r"\bsix\b", "6", said, flags=re.IGNORECASE)
                singular = bare(item.duration).removesuffix("s")  # "8 weeks" is "8-week" there
                assert singular in bare(said), f"{source.id} in {claim.id}"


def test_quotes_are_the_tables_words(reference: Path, items: Items) -> None:
    """Every quote of a study stands in what a table has of it."""
    excerpts: dict[str, str] = defaultdict(str)
    tables = {name: rows_of(reference / name) for name in {r.table for r in LEDGER}}
    for at in LEDGER:
        row = tables[at.table][at.line - 2]
        excerpts[at.source] += (row.get("verified_text") or row["sentence"]) + "\n"
    quoted = 0
    for source, found in items.items():
        for claim, item in found:
            if source in excerpts and item.quote is not None:
                assert item.quote.exact in excerpts[source], f"{source} in {claim.id} {item.id}"
                quoted += 1
    assert quoted > 200


def test_every_result_has_a_finding_in_other_words(
    pairs: list[tuple[Row, Source]], own: Items
) -> None:
    for row, source in pairs:
        for claim, item in own.get(source.id, []):
            where = f"{source.id} in {claim.id}"
            if not is_statement(item):
                assert item.finding or item.quote, where
            if item.finding and len(item.finding.split()) > 8:
                assert bare(item.finding) not in bare(row["verified_text"]), where
