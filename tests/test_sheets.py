"""Claims as sheets: they come back as they went, each mistake has its place, and nothing in a cell
is ever evaluated."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from strategies import corpora as any_corpus
from strategies import texts

from ldn_graph.cli import main
from ldn_graph.errors import BadFile, BadParameter, TooLarge
from ldn_graph.exchange.sheets import files, spreadsheets
from ldn_graph.exchange.sheets.cells import changes, guarded, spans_cell, spans_of, unguarded
from ldn_graph.exchange.sheets.columns import COLUMNS
from ldn_graph.exchange.sheets.drafts import Drafts, Row, drafts
from ldn_graph.exchange.sheets.files import (
    MAX_ROWS,
    cells_here,
    read_rows,
    rows_of,
    write_claims,
    write_refused,
)
from ldn_graph.exchange.sheets.template import template
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import Status

DAY = date(2026, 1, 31)
#: A row that is right in the mini corpus.
GOOD = {
    "subject": "Drugamine",
    "relation": "regulates",
    "object": "inflammation",
    "source": "synthetic-trial-a",
    "direction": "supports",
    "certainty": "speculative",
    "role": "primary-result",
    "basis": "own-result",
    "quote": "may reduce inflammation",
    "cues": "may",
}
kinds = pytest.mark.parametrize("name", ["claims.csv", "claims.xlsx"])


def read(data: bytes, name: str, corpus: Corpus) -> Drafts:
    """As `read_rows` does, but in this process, which takes less time."""
    rows = rows_of(cells_here(data, name), name, MAX_ROWS)
    return drafts(rows, corpus, "curator-one", DAY)


def of(corpus: Corpus, *rows: Mapping[str, str]) -> Drafts:
    return drafts([Row(n, row) for n, row in enumerate(rows, 2)], corpus, "curator-one", DAY)


def told(found: Drafts) -> list[str]:
    return [p.told("claims.xlsx") for p in found.problems]


def content(claim: Claim) -> dict[str, object]:
    return claim.model_dump(exclude={"status", "history"})


def without_claims(corpus: Corpus) -> Corpus:
    return corpus.model_copy(update={"claims": {}})


# There and back --------------------------------------------------------------------------------


@kinds
def test_the_shipped_claims_come_back_as_drafts(name: str, shipped: Corpus) -> None:
    data = write_claims(shipped.claims.values(), shipped, name)
    found = read(data, name, without_claims(shipped))
    assert told(found) == []
    assert [content(c) for c in found.new] == [content(c) for c in shipped.claims.values()]
    assert {c.status for c in found.new} == {Status.DRAFT}
    assert {(e.by, e.on) for c in found.new for e in c.history} == {("curator-one", DAY)}
    assert data == write_claims(shipped.claims.values(), shipped, name), "the same bytes"


@kinds
def test_a_sheet_of_what_is_there_changes_nothing(name: str, shipped: Corpus) -> None:
    found = read(write_claims(shipped.claims.values(), shipped, name), name, shipped)
    assert (found.new, found.changed, found.problems) == ((), (), ())
    assert found.unchanged == tuple(shipped.claims)


def settled(claim: Claim) -> bool:
    """Whether a sheet can hold it: blanks at the edges of words without a place are dropped, and
    one proposition twice would be one claim."""
    spans = [s for i in claim.evidence for s in (*i.cues, *i.unhedged_cues, *i.context, i.quote)]
    return all(s is None or s.start is not None or s.exact == s.exact.strip() for s in spans)


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(corpus=any_corpus(), name=st.sampled_from(["c.csv", "c.xlsx"]))
def test_any_claims_come_back(corpus: Corpus, name: str) -> None:
    claims = [c for c in corpus.claims.values() if settled(c)]
    data = write_claims(claims, corpus, name)
    found = read(data, name, corpus)
    assert told(found) == []
    assert found.unchanged == tuple(c.id for c in claims)


@settings(max_examples=500)
@given(st.text("'=+-@\t\r\n;, a＝\"") | texts)
def test_what_guards_a_cell_is_taken_off_again(text: str) -> None:
    cell = guarded(text)
    assert unguarded(cell) == text
    for part in re.split("[,;\t\r\n]", cell):
        assert part.lstrip()[:1] not in tuple("=+-@＝＋－＠") or part == ""


placed = st.builds(
    lambda t, n: {"exact": t, "start": str(n), "end": str(n + len(t))}, texts, st.integers(0, 99)
)
unplaced = texts.map(str.strip).map(lambda t: {"exact": t}) | st.sampled_from(
    [{"exact": "may [1-2]"}, {"exact": "a;b"}, {"exact": "\\"}, {"exact": "\\["}]
)


@settings(max_examples=300)
@given(st.lists(placed | unplaced, max_size=3))
def test_spans_come_back_from_a_cell(spans: list[dict[str, str]]) -> None:
    assert spans_of(spans_cell(spans)) == spans


def test_names_codes_and_words_may_be_typed_as_people_type_them(shipped: Corpus) -> None:
    row = GOOD | {
        "subject": "LDN",
        "object": "crohn's  DISEASE",
        "relation": "Needs research for",
        "source": "https://doi.org/10.1002/14651858.CD010410.pub3",
        "basis": "Own result; cited-study",
        "direction": " SUPPORTS ",
        "condition": "MESH:D005356",
    }
    (claim,) = of(shipped, row).new
    assert claim.id == ("low-dose-naltrexone-needs-research-for-crohns-disease-in-fibromyalgia")
    assert (claim.subject, claim.object) == ("low-dose-naltrexone", "crohns-disease")
    assert claim.qualifiers.condition == "fibromyalgia"
    assert claim.evidence[0].source == "parker-2018"
    assert claim.evidence[0].basis == ("cited-study", "own-result")
    assert claim.evidence[0].id == "e1"


# Rows and claims -------------------------------------------------------------------------------


def test_rows_that_say_the_same_are_one_claim(mini: Corpus) -> None:
    other = GOOD | {"source": "synthetic-trial-b", "quote": "reduced it"}
    (claim,) = of(mini, GOOD, other).new
    assert [(i.id, i.source) for i in claim.evidence] == [
        ("e1", "synthetic-trial-a"),
        ("e2", "synthetic-trial-b"),
    ]


def test_the_id_of_a_claim_alone_adds_evidence_to_it(mini: Corpus) -> None:
    name = "endorphin-decreases-inflammation"
    row = {k: v for k, v in GOOD.items() if k not in ("subject", "relation", "object")}
    (claim,) = of(mini, row | {"claim": name}).changed
    old = mini.claims[name]
    assert claim.evidence[:-1] == old.evidence and claim.evidence[-1].quote is not None
    assert claim.model_copy(update={"evidence": old.evidence}) == old


def test_a_claim_that_is_there_gets_evidence_not_a_twin(mini: Corpus) -> None:
    old = mini.claims["endorphin-decreases-inflammation"]
    row = {"subject": old.subject, "relation": "decreases", "object": old.object}
    found = of(mini, GOOD | row)
    assert told(found) == [
        f"claims.xlsx, row 2, column claim: claim {old.id} says the same; "
        "write its id here to add evidence to it"
    ]


def test_a_claim_with_a_next_version_under_way_is_left_alone(mini: Corpus) -> None:
    name = "endorphin-decreases-inflammation"
    proposed = mini.model_copy(update={"proposals": {name: mini.claims[name]}})
    found = of(proposed, GOOD | {"claim": name, "subject": "endorphin"})
    assert "row 2, column claim: has a next version under way" in told(found)[0]


def test_ids_of_new_claims_are_free(mini: Corpus) -> None:
    first = GOOD | {"claim": "drugamine-regulates-inflammation", "timing": "at night"}
    found = of(mini, GOOD, first)
    assert [c.id for c in found.new] == [
        "drugamine-regulates-inflammation-2",
        "drugamine-regulates-inflammation",
    ]


# Mistakes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"object": "inflamation"}, "column object: unknown entity 'inflamation'; did you mean"),
        ({"source": "nobody-2020"}, "column source: unknown source 'nobody-2020'; `ldn-graph sou"),
        ({"relation": "decrease"}, "column relation: unknown word 'decrease'; did you mean 'decr"),
        ({"basis": "own-result; magic"}, "column basis: unknown word 'magic'; there are none-st"),
        ({"basis": "none-stated; own-result"}, "row 2: `none-stated` can't stand beside another"),
        ({"certainty": ""}, "column certainty: is empty; fill it in: one of asserted, hedged"),
        ({"subject": ""}, "column subject: is empty; fill it in, or give the claim's id"),
        ({"claim": "no-such", "object": ""}, "column object: is empty; fill it in, as 'no-such'"),
        ({"claim": "../../etc/passwd"}, "column claim: is '../../etc/passwd'; write it like"),
        ({"claim": "con"}, "column claim: 'con' is no file's name on Windows"),
        ({"item": "first"}, "column item: is 'first'; write it like e1"),
        ({"sample size": "many"}, "column sample size: is 'many', which is no whole"),
        ({"quote": "", "finding": ""}, "row 2: an evidence item needs a `quote`, or a `finding`"),
        ({"quote start": "3"}, "column quote"),
        ({"dose low": "4,5", "dose": "4,5 mg"}, "column dose low: is '4,5', which is no"),
        ({"leans on": "because-of nothing"}, "column leans on: 'because-of nothing' names no kind"),
        ({"leans on": "because-of: nothing"}, "column leans on: unknown claim 'nothing'"),
        ({"quote": "x" * 20_001}, "column quote: is longer than 20000 characters; shorten it"),
    ],
)
def test_a_mistake_is_told_with_its_row_and_column(
    change: dict[str, str], line: str, mini: Corpus
) -> None:
    row = {k: v for k, v in (GOOD | change).items() if v}
    found = of(mini, row)
    assert len(found.problems) == 1 and line in told(found)[0], told(found)
    assert told(found)[0].startswith("claims.xlsx, row 2") and found.new == ()
    assert [r.number for r in found.refused] == [2]


def test_a_name_that_two_entities_have_is_asked_about(mini: Corpus) -> None:
    twin = mini.entities["crohns-disease"].model_copy(update={"id": "ileitis"})
    both = mini.model_copy(update={"entities": {**mini.entities, "ileitis": twin}})
    found = of(both, GOOD | {"object": twin.label})
    assert f"{twin.label!r} is crohns-disease and ileitis; write the id of one" in told(found)[0]
    assert of(both, GOOD | {"object": "ileitis"}).problems == ()


def test_rows_of_one_claim_must_agree(mini: Corpus) -> None:
    first = GOOD | {"claim": "a", "claim note": "one"}
    found = of(mini, first, first | {"claim note": "two", "object": "endorphin"})
    assert [(p.row, p.column) for p in found.problems] == [(3, "claim note"), (3, "object")]
    assert "but row 2 of the same claim says otherwise" in told(found)[0]
    assert [r.number for r in found.refused] == [2, 3], "a claim comes in whole or not at all"
    same = of(mini, GOOD | {"item": "e1"}, GOOD | {"item": "e1"})
    assert told(same) == [
        "claims.xlsx, row 3, column item: e1 is row 2's too; leave one of the two empty"
    ]


def test_what_leans_on_a_refused_claim_is_refused_too(mini: Corpus) -> None:
    broken = GOOD | {"claim": "a", "object": "nothing-like-it"}
    leaning = GOOD | {"claim": "b", "timing": "now", "leans on": "because-of: a"}
    further = GOOD | {"claim": "c", "timing": "soon", "leans on": "follows: b"}
    found = of(mini, broken, leaning, further, GOOD)
    assert [c.id for c in found.new] == ["drugamine-regulates-inflammation"]
    assert [(p.row, p.column) for p in found.problems] == [
        (2, "object"), (3, "leans on"), (4, "leans on"),
    ]  # fmt: skip


@kinds
def test_what_is_refused_comes_back_with_its_errors_to_be_mended(name: str, mini: Corpus) -> None:
    found = of(mini, GOOD, GOOD | {"object": "=nothing", "item note": "@me"})
    kept = write_refused(found, name)
    (row,) = read_rows(kept, name)
    assert row.cells["object"] == "=nothing" and row.cells["item note"] == "@me"
    (line,) = told(read(kept, name, mini))
    assert "row 2, column object: unknown entity '=nothing'" in line
    errors = [
        r[-1]
        for r in (files.read_csv if name.endswith("csv") else spreadsheets.read_xlsx)(kept, name)
    ]
    assert errors[0] == "error" and str(errors[1]).startswith("column object: unknown entity")


# Files -----------------------------------------------------------------------------------------


def sheet(*rows: list[object], title: str = "claims") -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEAD, LINE = list(GOOD), list(GOOD.values())


@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
def test_csv_as_spreadsheets_of_several_countries_write_it(
    parted_by: str, mark: bytes, mini: Corpus
) -> None:
    text = "\r\n".join(parted_by.join(f'"{c}"' for c in row) for row in (HEAD, LINE))
    assert len(read(mark + text.encode(), "x.csv", mini).new) == 1


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a\n\x8d", "x.csv: in no encoding that is read; in the spreadsheet, save it as"),
        (b"PK\x03\x04", "x.csv: is a workbook, not CSV"),
        (b"", "x.csv: is empty; `ldn-graph template -o x.csv` makes one"),
        (b'subject,"object\n', "x.csv, line 1: broken CSV"),
        (b"source,direction,certainty,role,basis,subjct", "row 1: unknown column 'subjct'; did"),
        (b"source,direction,certainty,role,basis,source", "row 1: column 'source' is there twice"),
        (b"subject,relation", "row 1: no column source, direction, certainty, role, basis"),
        (b"x" * 200_000, "field larger than field limit"),
    ],
)
def test_csv_that_is_none(data: bytes, line: str) -> None:
    with pytest.raises(BadFile) as caught:
        list(read_rows(data, "x.csv"))
    assert line in str(caught.value)


@pytest.mark.parametrize("parted_by", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("top", ["", "sep=X\r\n", "\r\n\r\n", "My claims of today\r\n\r\n"])
@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
def test_csv_of_any_country(
    parted_by: str, encoding: str, top: str, ends: str, mini: Corpus
) -> None:
    line = [*LINE[:-2], "may reduce “Schmerz – ä”", ""]
    text = "\r\n".join(parted_by.join(f'"{c}"' for c in row) for row in (HEAD, line))
    data = (top.replace("X", parted_by) + text).replace("\r\n", ends).encode(encoding)
    found = read(data, "x.csv", mini)
    assert told(found) == [] and found.new[0].evidence[0].quote.exact == line[-2]
    assert (files.encoding_remark(data, "x.csv") is None) == (encoding != "cp1252")


def test_rows_are_counted_as_the_spreadsheet_shows_them(mini: Corpus) -> None:
    bad = ",".join(["inflamation" if c == "inflammation" else c for c in LINE])
    for top, row in (("sep=,\r\n", 2), ("\r\n\r\n", 4), ("", 2)):
        found = read(f"{top}{','.join(HEAD)}\r\n{bad}".encode(), "x.csv", mini)
        assert [p.row for p in found.problems] == [row], top


@pytest.mark.parametrize("error", ["#N/A", "#NV", "#REF!", "#BEZUG!", "#VALUE!", "Err:502"])
def test_an_error_of_a_spreadsheet_is_no_text(error: str, mini: Corpus) -> None:
    found = read(f"{','.join(HEAD)},finding\r\n{','.join(LINE)},{error}".encode(), "x.csv", mini)
    assert f"row 2, column finding: holds the error {error}" in told(found)[0]
    book = sheet([*HEAD, "finding"], [*LINE, "x"])
    cell = re.compile(rb'<c r="K2"[^>]*>.*?</c>')

    def broken(text: bytes) -> bytes:
        assert cell.search(text)
        return cell.sub(f'<c r="K2" t="e"><v>{error}</v></c>'.encode(), text)

    found = read(changed(book, PAGE, broken), "x.xlsx", mini)
    assert "row 2, column finding: holds the error" in told(found)[0]


@pytest.mark.parametrize(
    ("value", "form", "dose"),
    [
        (4.5, '0.0" mg"', "4.5 mg"),
        (4.5, '0.0\\ "mg/day"', "4.5 mg/day"),
        (4.5, '#,##0.00" mg"', "4.50 mg"),
        (3, '"ca. "0" mg"', "ca. 3 mg"),
        (0.29, "0%", "29%"),
        (4.5, "General", "4.5"),
        (31.0, "0", "31"),
        (4.56, '0.0" mg"', None),
        (0.5, "# ?/?", None),
        (12345, "0.00E+00", None),
    ],
)
def test_a_number_is_what_its_cell_shows(
    value: float, form: str, dose: str | None, mini: Corpus
) -> None:
    book = Workbook()
    book.active.append([*HEAD, "dose"])
    book.active.append([*LINE, value])
    book.active.cell(2, len(HEAD) + 1).number_format = form
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), "x.xlsx", mini)
    if dose is None:
        assert "row 2, column dose: is " in told(found)[0]
    else:
        assert found.new[0].evidence[0].dose.text == dose


def opendocument(*cells: str, table: str = "claims") -> bytes:
    """An .ods file with a heading, a row that is right, and those cells after it."""
    spaces = "".join(
        f' xmlns:{name}="urn:{urn}"'
        for name, urn in (
            ("office", "oasis:names:tc:opendocument:xmlns:office:1.0"),
            ("table", "oasis:names:tc:opendocument:xmlns:table:1.0"),
            ("text", "oasis:names:tc:opendocument:xmlns:text:1.0"),
            ("calcext", "org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"),
        )
    )

    def row(texts: list[str]) -> str:
        told = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{t}</text:p></table:table-cell>'
            for t in texts
        )
        return f"<table:table-row>{told}{{}}</table:table-row>"

    empty = "<table:table-cell/></table:table-row>"
    end = f'<table:table-row table:number-rows-repeated="1048000">{empty}'
    content = (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document-content{spaces}><office:body>"
        f'<office:spreadsheet><table:table table:name="{table}">'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        + row([*HEAD, "dose"]).format("")
        + row(LINE).format("".join(cells))
        + end
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "shown", "rest", "dose"),
    [
        ("float", "4.5 mg", "", "4.5 mg"),
        ("percentage", "29 %", "", "29 %"),
        ("string", 'a <text:s text:c="2"/>b', "", "a   b"),
        ("float", "#N/A", 'calcext:value-type="error"', "error"),
        ("float", "Err:502", "", "error"),
        ("date", "4-5-2026", "", "date"),
        ("float", "4.5", 'table:formula="of:=1+1"', "formula"),
    ],
)
def test_an_opendocument_sheet_is_what_it_shows(
    kind: str, shown: str, rest: str, dose: str, mini: Corpus
) -> None:
    cell = (
        f'<table:table-cell office:value-type="{kind}" office:value="4.5" {rest}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )
    found = read(opendocument(cell), "x.ods", mini)
    if dose in ("error", "date", "formula"):
        assert f"x.ods, row 4, column dose: {'holds' if dose != 'date' else 'was'}" in (
            found.problems[0].told("x.ods")
        )
    else:
        assert found.new[0].evidence[0].dose.text == dose


def test_an_opendocument_sheet_that_is_none_is_told() -> None:
    with pytest.raises(BadFile, match="damaged"):
        list(read_rows(b"PK", "x.ods"))
    hostile = added(opendocument(), **{"x.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"})
    with pytest.raises(BadFile, match="declares a document type"):
        list(read_rows(hostile, "x.ods"))


@pytest.mark.parametrize("names", [["Notes", "Claims"], ["Notes", "CLAIMS "], ["a", "Sheet1"]])
def test_the_sheet_of_claims_is_found(names: list[str], mini: Corpus) -> None:
    book = Workbook()
    book.active.title = names[0]
    book.active.append(["hello"])
    page = book.create_sheet(names[1])
    for row in ([], ["Claims, second reading"], [h.upper() for h in HEAD], LINE):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    assert len(read(out.getvalue(), "x.xlsx", mini).new) == 1


# Quotes, doses, words, changes -----------------------------------------------------------------

TEXT = "Before. LDN may  reduce inflammation – they say. It may help, it may not."


def test_a_quote_is_looked_up_in_the_text(mini: Corpus) -> None:
    def found(**cells: str) -> Drafts:
        rows = [Row(2, GOOD | cells)]
        return drafts(rows, mini, "curator-one", DAY, {"synthetic-trial-a": TEXT})

    (claim,) = found(quote="ldn may reduce inflammation - they").new
    quote, cue = claim.evidence[0].quote, claim.evidence[0].cues[0]
    assert (quote.exact, quote.start) == ("LDN may  reduce inflammation – they", 8)
    assert (cue.exact, cue.start) == ("may", 12)
    for words, line in (
        ("may cure inflammation", "column quote: these words are not in the text of synthetic-tr"),
        ("it may", "column quote: these words stand 2 times in the text of synthetic-trial-a"),
    ):
        assert line in told(found(quote=words))[0]
    wrong = found(quote="may reduce inflammation", cues="could")
    assert "column cues: 'could' is not in the quote" in told(wrong)[0]


def test_the_words_of_a_dose_are_read_where_they_are_plain(mini: Corpus) -> None:
    for words, low, band in (("4.5 mg/day", "4.5", "low"), ("a tiny dose", None, "unspecified")):
        (claim,) = of(mini, GOOD | {"dose": words}).new
        dose = claim.evidence[0].dose
        assert (dose.low and str(dose.low), dose.band) == (low, band)
    assert claim.evidence[0].dose.text == "a tiny dose"


def test_the_words_of_the_form_are_accepted(mini: Corpus) -> None:
    for words, relation in (("acts on", "affects"), ("Binds to", "binds")):
        (claim,) = of(mini, GOOD | {"relation": words}).new
        assert claim.predicate == relation
    line = told(of(mini, GOOD | {"relation": "reduces"}))[0]
    assert "claim drugamine-decreases-inflammation says the same" in line


def test_a_row_of_a_known_claim_clears_nothing_and_what_it_changes_is_said(mini: Corpus) -> None:
    name = "endorphin-decreases-inflammation"
    old = mini.claims[name]
    item = old.evidence[0]
    (new,) = of(mini, {"claim": name, "item": item.id, "item note": "read again"}).changed
    assert new.evidence[0] == item.model_copy(update={"note": "read again"})
    assert new.model_copy(update={"evidence": old.evidence}) == old
    assert changes(old, new) == [f"{item.id}: item note"]
    row = {"claim": name, "relation": "increases", "claim note": "x", "item": item.id}
    (new,) = of(mini, row).changed
    assert changes(old, new)[:1] == ["relation decreases → increases"]
    assert new.qualifiers == old.qualifiers and new.evidence == old.evidence


def test_all_that_is_wrong_is_told_in_one_go(mini: Corpus) -> None:
    bad = GOOD | {"object": "inflamation", "sample size": "many", "dose low": "4,5", "source": "x"}
    columns = {p.column for p in of(mini, bad, GOOD | {"certainty": "sure"}).problems}
    assert columns >= {"object", "source", "sample size", "certainty"}


def test_only_csv_and_xlsx() -> None:
    with pytest.raises(BadParameter, match=r"x.xls: unknown kind of sheet; end it with .csv or"):
        list(read_rows(b"", "x.xls"))


def test_too_many_rows_are_refused_without_reading_on() -> None:
    data = files.write_csv(
        ["source", "direction", "certainty", "role", "basis"], [{"role": "x"}] * 9
    )
    rows = read_rows(data, "x.csv", most=5)
    assert [next(rows).number for _ in range(5)] == [2, 3, 4, 5, 6]
    with pytest.raises(TooLarge, match="more than 5 rows; split it"):
        next(rows)


def test_a_hand_made_workbook(mini: Corpus) -> None:
    numbers = [*LINE, 31.0, 4.5, None]
    data = sheet([*HEAD, "Sample  Size", "dose", "claim note"], numbers, [], [*LINE, "x"])
    found = read(data, "x.xlsx", mini)
    assert [p.row for p in found.problems] == [4], "an empty row is no row"
    (claim,) = read(sheet([*HEAD, "sample size", "dose"], numbers), "x.xlsx", mini).new
    assert claim.evidence[0].sample_size == 31 and str(claim.evidence[0].dose.text) == "4.5"


def test_formulas_and_dates_in_a_workbook_are_told_by_cell(mini: Corpus) -> None:
    found = read(sheet([*HEAD, "timing"], [*LINE, date(2026, 5, 4)]), "x.xlsx", mini)
    assert "row 2, column timing: was made a date by the spreadsheet" in told(found)[0]
    found = read(sheet([*HEAD, "timing"], [*LINE, "=1+1"]), "x.xlsx", mini)
    assert "row 2, column timing: holds a formula; paste its value" in told(found)[0]
    more = read(sheet(HEAD, [*LINE, "stray"]), "x.xlsx", mini)
    assert "row 2: 1 cells more than the heading" in told(more)[0]


INJECTIONS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", " =1", "a;=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_cell_is_evaluated_and_each_comes_back(text: str) -> None:
    """In CSV an apostrophe stands before it; in XLSX it is text, in a cell that stays text."""
    (row,) = list(files.read_csv(files.write_csv(["a"], [{"a": text}]), "x.csv"))[1:]
    assert row == [text]
    raw = files.write_csv(["a"], [{"a": text}]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert all(p.strip(' "')[:1] not in tuple("=+-@＝") for p in re.split('[;,"]', raw) if p)
    data = spreadsheets.write_xlsx(["a"], [{"a": text}])
    assert list(spreadsheets.read_xlsx(data, "x.xlsx")) == [["a"], [text]]
    cell = load_workbook(io.BytesIO(data))["claims"]["A2"]
    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert cell.quotePrefix or text[0].isalnum()
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f" not in parts.read("xl/worksheets/sheet1.xml").replace(b"<font", b"")


@pytest.mark.parametrize("text", ["_x000D_", "a\rb", "\x01\x7f", "#N/A", "TRUE", "1e5", " a ", "x"])
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    data = spreadsheets.write_xlsx(["a"], [{"a": text}])
    assert list(spreadsheets.read_xlsx(data, "x.xlsx"))[1] == [text]


def test_a_text_that_no_cell_holds_is_told() -> None:
    with pytest.raises(BadFile, match="longer than 32767 characters"):
        spreadsheets.write_xlsx(["a"], [{"a": "x" * 40_000}])


# Attacks ---------------------------------------------------------------------------------------


def changed(data: bytes, part: str, replace: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(entry.filename, replace(text) if entry.filename == part else text)
    return out.getvalue()


def added(data: bytes, **parts: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", 8) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


PAGE = "xl/worksheets/sheet1.xml"
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


def with_dtd(text: bytes) -> bytes:
    return DTD + text.partition(b"?>")[2] if text.startswith(b"<?xml") else DTD + text


def utf16(text: bytes) -> bytes:
    body = with_dtd(text).decode().replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
    return body.encode("utf-16-le")


@pytest.mark.parametrize(
    ("attack", "line"),
    [
        (lambda d: b"", "damaged, or no such file at all"),
        (lambda d: b"a,b\n1,2\n" * 99, "damaged, or no such file at all"),
        (lambda d: d[: len(d) // 2], "damaged, or no such file at all"),
        (lambda d: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + d, "protected by a password, or of"),
        (lambda d: d.replace(b"[Content_Types]", b"[Content_Tapes]"), "holds no [Content_Types]"),
        (lambda d: added(d, bomb=b"\0" * 80 * 2**20), "unpacks to more than 250 times its size"),
        (lambda d: added(d, **{f"p{n}": b"" for n in range(3000)}), "parts, and 2000 are allowed"),
        (lambda d: changed(d, PAGE, with_dtd), "declares a document type, as only attacks do"),
        (lambda d: changed(d, PAGE, utf16), "sheet1.xml is not UTF-8"),
        (lambda d: changed(d, PAGE, lambda t: t[:200]), "can't be read as a workbook"),
        (lambda d: changed(d, PAGE, lambda t: b"<a>" * 100_000), "can't be read as a workbook"),
    ],
)  # fmt: skip
def test_attacks_by_workbook_end_in_one_line(attack: Callable[[bytes], bytes], line: str) -> None:
    with pytest.raises(BadFile) as caught:
        list(read_rows(attack(sheet(HEAD, LINE)), "x.xlsx"))
    assert line in str(caught.value) and "\n" not in str(caught.value)


def test_a_workbook_that_lies_about_its_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory says ten bytes; the part holds 20 MB."""
    data = added(sheet(HEAD, LINE), bomb=b"\0" * 20 * 2**20)
    size = (20 * 2**20).to_bytes(4, "little")
    lying = data.replace(size, (10).to_bytes(4, "little"))
    assert lying != data
    with pytest.raises(BadFile, match=r"damaged|unpacks"):
        list(read_rows(lying, "x.xlsx"))


def test_a_sheet_that_says_it_is_huge_is_read_as_it_is(mini: Corpus) -> None:
    def huge(text: bytes) -> bytes:
        claimed = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', text)
        assert claimed != text
        return claimed

    found = read(changed(sheet(HEAD, LINE), PAGE, huge), "x.xlsx", mini)
    assert len(found.new) == 1


def test_macros_and_links_are_left_alone(mini: Corpus) -> None:
    parts = {"xl/vbaProject.bin": b"macro", "xl/externalLinks/externalLink1.xml": b"<x/>"}
    assert len(read(added(sheet(HEAD, LINE), **parts), "x.xlsx", mini).new) == 1


# The template ----------------------------------------------------------------------------------


def test_the_template_reads_back_empty_and_filled(shipped: Corpus) -> None:
    data = template(shipped)
    assert data == template(shipped), "the same bytes"
    assert list(read_rows(data, "t.xlsx")) == []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = load_workbook(io.BytesIO(data))
    page = book["claims"]
    assert [c.value for c in page[1]] == [c.name for c in COLUMNS]
    for number, column in enumerate(COLUMNS, 1):
        if column.name in GOOD:
            page.cell(2, number, {"subject": "LDN", "object": "euphoria", "source": "smith-2011"}
                      .get(column.name, GOOD[column.name]))  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), "t.xlsx", shipped)
    assert told(found) == [] and len(found.new) == 1


def test_the_template_offers_lists_that_hold_what_they_should(shipped: Corpus) -> None:
    book = load_workbook(io.BytesIO(template(shipped)))
    rules = {r.promptTitle: r for r in book["claims"].data_validations.dataValidation}
    assert set(rules) == {c.name for c in COLUMNS}
    for column in COLUMNS:
        if column.form in ("one-of", "some-of", "entity", "source"):
            page, cells = rules[column.name].formula1.removeprefix("=").split("!")
            listed = [c.value for (c,) in book[page][cells.replace("$", "")]]
            known = {
                "entity": {e.label for e in shipped.entities.values()},
                "source": set(shipped.sources),
            }
            assert set(listed) == known.get(column.form, set(column.choices)), column.name
            assert rules[column.name].showErrorMessage is (column.form == "one-of")
    examples = [[c.value for c in row] for row in book["examples"].iter_rows()]
    assert len(examples) > 4 and examples[0][0] == "reads as"


def test_the_examples_are_right(shipped: Corpus) -> None:
    book = load_workbook(io.BytesIO(template(shipped)))
    head, *lines = [[c.value for c in row][1:] for row in book["examples"].iter_rows()]
    found = read(sheet(head, *lines), "x.xlsx", shipped)
    assert told(found) == [] and len(found.unchanged) >= 3


# The command line ------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path, mini: Corpus, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    for name in ("LDN_GRAPH_DATA", "LDN_GRAPH_AGENT", "LDN_GRAPH_TEXTS"):
        monkeypatch.delenv(name, raising=False)
    corpora.save(mini, tmp_path / "own")

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ["--data", "own", *words])

    return call


def test_import_takes_all_or_nothing_or_the_good_part(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    bad = [*LINE[:2], "inflamation", *LINE[3:]]
    (tmp_path / "c.xlsx").write_bytes(sheet(HEAD, LINE, bad))
    claim = tmp_path / "own" / "claims" / "drugamine-regulates-inflammation.yaml"
    result = run("import", "c.xlsx", "--as", "curator-one")
    assert result.exit_code == 2 and not claim.exists(), result.output
    assert "ldn-graph: c.xlsx, row 3, column object: unknown entity 'inflamation'" in result.stderr
    assert "1 claims are right, --partial takes them in" in result.stderr
    result = run("import", "c.xlsx", "--as", "curator-one", "--partial", "--dry-run")
    assert result.exit_code == 0 and not claim.exists()
    assert "nothing written" in result.stderr and not (tmp_path / "c-errors.xlsx").exists()
    result = run("import", "c.xlsx", "--as", "curator-one", "--partial")
    assert result.exit_code == 0 and claim.exists(), result.output
    assert "status: draft" in claim.read_text(encoding="utf-8")
    assert "1 rows were left; they are in c-errors.xlsx" in result.stderr
    (row,) = read_rows((tmp_path / "c-errors.xlsx").read_bytes(), "c-errors.xlsx")
    assert row.cells["object"] == "inflamation"
    assert run("check").exit_code == 0


def test_import_changes_claims_only_with_a_reason(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    run("export", "--sheet", "c.csv")
    text = (tmp_path / "c.csv").read_text(encoding="utf-8-sig")
    assert run("import", "c.csv", "--as", "curator-one").stdout == "6 claims are as they were\n"
    (tmp_path / "c.csv").write_text(text.replace('"hedged"', '"asserted"', 1), encoding="utf-8")
    result = run("import", "c.csv", "--as", "curator-one")
    assert result.exit_code == 2 and "reason" in result.stderr, result.output
    result = run("import", "c.csv", "--as", "curator-one", "--why", "no hedge there")
    assert result.exit_code == 0 and result.stdout.startswith("changed "), result.output
    assert len(list((tmp_path / "own" / "proposals").glob("*.yaml"))) == 1


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (["import", "nowhere.csv", "--as", "curator-one"], 5, "nowhere.csv: can't be read"),
        (["import", "own", "--as", "curator-one"], 5, "own: can't be read"),
        (["import", "x.csv", "--as", "nobody"], 2, "unknown agent 'nobody'"),
        (["import", "x.csv", "--as", "curator-one"], 2, "x.csv: is empty"),
        (["import", "x.csv"], 2, "who does it? Give --as AGENT"),
        (["template", "-o", "x.csv"], 2, "end FILE with .xlsx"),
        (["template", "-o", "own.xlsx"], 5, "own.xlsx: is there already, and may be filled in"),
        (["export"], 2, "give a FORMAT"),
        (["export", "trig", "--sheet", "x.csv"], 2, "give a FORMAT"),
        (["export", "--sheet", "x.ods"], 2, "unknown kind of sheet"),
    ],
)
def test_mistakes_on_the_command_line(
    run: Callable[..., Result], tmp_path: Path, words: list[str], code: int, line: str
) -> None:
    (tmp_path / "x.csv").touch()
    (tmp_path / "own.xlsx").touch()
    result = run(*words)
    assert result.exit_code == code and line in result.stderr, result.output


def test_the_shipped_corpus_takes_nothing_in(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "c.xlsx").write_bytes(sheet(HEAD, LINE))
    result = CliRunner().invoke(main, ["import", "c.xlsx", "--as", "ldn-graph-first-reading"])
    assert result.exit_code == 2 and "the shipped corpus is read-only" in result.stderr
