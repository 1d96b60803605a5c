"""The workbook to fill in: the sheet itself with lists to choose from, what each column holds,
worked examples out of the corpus, and the words and names that cells may hold."""

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ldn_graph.exchange.sheets import files
from ldn_graph.exchange.sheets.columns import CLAIMS, COLUMNS, Column, Form
from ldn_graph.exchange.sheets.spreadsheets import as_text, saved
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import PREDICATES, Certainty, Predicate
from ldn_graph.verbalise import reading

#: Rows of the sheet that get lists to choose from.
_ROWS = 2_000
_NEEDED = PatternFill("solid", fgColor="1F4E79")
_OPTIONAL = PatternFill("solid", fgColor="5B7083")
_HEAD = Font(bold=True, color="FFFFFF")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
#: What Excel shows of a prompt at most.
_PROMPT = 255
_ABOUT = (
    "One row is one evidence item: what one source says about one claim, in which words, how sure, "
    "and on what basis.",
    "Dark headings have to be filled in, and a quote or a finding. Names may be typed as labels, "
    "synonyms, ids or codes. What is not in the lists is refused, with the nearest names.",
    "Every row comes in as a draft: somebody else reviews it. Nothing here is medical advice; the "
    "sheet records what texts claim.",
    "To take it in: ldn-graph --data DIR import claims.xlsx --as YOU",
)


def template(corpus: Corpus) -> bytes:
    """An empty sheet for claims about the corpus's entities, as an .xlsx file."""
    book = Workbook()
    sheet = book.active
    sheet.title = CLAIMS
    _headings(sheet)
    _explained(book.create_sheet("how to"))
    _examples(book.create_sheet("examples"), corpus)
    ranges = _words(book.create_sheet("words")) | _names(book, corpus)
    for number, column in enumerate(COLUMNS, 1):
        _choices(sheet, number, column, ranges)
    return saved(book)


def _headings(sheet: Any) -> None:
    sheet.freeze_panes = "A2"
    for number, column in enumerate(COLUMNS, 1):
        _head(sheet.cell(1, number), column.name, needed=not column.optional)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width
        # the whole column is text: 4-5 stays 4-5, and no date
        sheet.column_dimensions[letter].number_format = "@"
        sheet.column_dimensions[letter].alignment = _WRAPPED


def _head(cell: Any, text: str, *, needed: bool = True) -> None:
    as_text(cell, text)
    cell.font, cell.fill, cell.alignment = _HEAD, _NEEDED if needed else _OPTIONAL, _WRAPPED


def _table(sheet: Any, first: int, head: Sequence[str], lines: Iterable[Sequence[str]]) -> int:
    """Write a table from row `first` on; returns the last row."""
    for number, text in enumerate(head, 1):
        _head(sheet.cell(first, number), text)
    row = first
    for row, line in enumerate(lines, first + 1):
        for number, text in enumerate(line, 1):
            if text:
                cell = sheet.cell(row, number)
                as_text(cell, text)
                cell.alignment = _WRAPPED
    return row


def _explained(sheet: Any) -> None:
    for row, text in enumerate(_ABOUT, 1):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=5)
        as_text(sheet.cell(row, 1), text)
        sheet.cell(row, 1).alignment = _WRAPPED
        sheet.row_dimensions[row].height = 32
    lines = (
        (
            column.name,
            "optional" if column.optional else "needed",
            column.about,
            column.example,
            ", ".join(column.choices),
        )
        for column in COLUMNS
    )
    _table(sheet, len(_ABOUT) + 2, ("column", "", "what it holds", "example", "choices"), lines)
    for letter, width in zip("ABCDE", (20, 10, 60, 36, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _examples(sheet: Any, corpus: Corpus) -> None:
    """Claims of the corpus itself as rows, each with the sentence that it reads as."""
    chosen = _chosen(corpus)
    sentences = [reading(claim, corpus) for claim in chosen for _ in claim.evidence]
    lines = [
        (said, *(row.get(c.name, "") for c in COLUMNS))
        for said, row in zip(sentences, files.rows(chosen, corpus), strict=True)
    ]
    _table(sheet, 1, ("reads as", *(c.name for c in COLUMNS)), lines)
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 40
    for number, column in enumerate(COLUMNS, 2):
        sheet.column_dimensions[get_column_letter(number)].width = column.width


def _chosen(corpus: Corpus) -> list[Claim]:
    """A claim for each certainty, and one with a study's finding: the first of the corpus."""
    found: dict[str, Claim] = {}
    for claim in corpus.current():
        for item in claim.evidence:
            found.setdefault(item.certainty, claim)
            if item.design is not None:
                found.setdefault("study", claim)
    order = (*map(str, Certainty), "study")
    return list({found[k].id: found[k] for k in order if k in found}.values())


def _words(sheet: Any) -> dict[str, str]:
    """The closed lists, one a column; where each stands, by the column that it is for."""
    ranges = {}
    lists = [c for c in COLUMNS if c.choices and c.form is not Form.LINKS]
    for number, column in enumerate(lists, 1):
        letter = get_column_letter(number)
        _head(sheet.cell(1, number), column.name)
        for row, choice in enumerate(column.choices, 2):
            as_text(sheet.cell(row, number), choice)
        sheet.column_dimensions[letter].width = 32
        ranges[column.name] = f"words!${letter}$2:${letter}${len(column.choices) + 1}"
    first = len(lists) + 2
    _head(sheet.cell(1, first), "relation")
    _head(sheet.cell(1, first + 1), "reads as")
    for row, relation in enumerate(Predicate, 2):
        as_text(sheet.cell(row, first), relation)
        as_text(sheet.cell(row, first + 1), PREDICATES[relation].reads)
    sheet.column_dimensions[get_column_letter(first)].width = 32
    sheet.column_dimensions[get_column_letter(first + 1)].width = 32
    return ranges


def _names(book: Workbook, corpus: Corpus) -> dict[str, str]:
    """The entities and sources; where their names stand."""
    entities = sorted(corpus.entities.values(), key=lambda e: (e.label.casefold(), e.id))
    sheet = book.create_sheet("entities")
    last = _table(
        sheet,
        1,
        ("name", "id", "kind", "synonyms", "codes", "definition"),
        (
            (
                e.label,
                e.id,
                e.kind,
                "; ".join(e.synonyms),
                "; ".join(m.curie for m in e.mappings if m.match == "exact"),
                e.definition or "",
            )
            for e in entities
        ),
    )
    sources = sorted(corpus.sources.values(), key=lambda s: s.id)
    other = book.create_sheet("sources")
    end = _table(
        other, 1, ("id", "title", "year"), ((s.id, s.title, s.issued or "") for s in sources)
    )
    for page, widths in ((sheet, (34, 34, 16, 40, 24, 60)), (other, (34, 80, 10))):
        page.freeze_panes = "A2"
        for number, width in enumerate(widths, 1):
            page.column_dimensions[get_column_letter(number)].width = width
    return {
        "entity": f"entities!$A$2:$A${max(last, 2)}",
        "source": f"sources!$A$2:$A${max(end, 2)}",
    }


def _choices(sheet: Any, number: int, column: Column, ranges: dict[str, str]) -> None:
    """A prompt for each cell of the column, and a list where there is one to choose from.

    Only a closed list refuses other words; names may be synonyms, and several may be written.
    """
    listed = ranges.get(column.form) or ranges.get(column.name)
    rule = DataValidation(
        type="list" if listed else None,
        formula1=f"={listed}" if listed else None,
        allow_blank=True,
        showErrorMessage=column.form is Form.ONE_OF,
        showInputMessage=True,
        promptTitle=column.name[:32],
        prompt=column.about[:_PROMPT],
        errorTitle="not in the list",
        error=f"Choose one of the list: {', '.join(column.choices)}"[:_PROMPT],
    )
    letter = get_column_letter(number)
    rule.add(f"{letter}2:{letter}{_ROWS}")
    sheet.add_data_validation(rule)
