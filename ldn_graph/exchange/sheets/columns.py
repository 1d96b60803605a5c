"""The columns of a sheet of claims: what each holds, how its cells are read, and words for both.

One row is one evidence item. Rows of one claim repeat its columns; where they give its id, its
other columns may stay empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from ldn_graph.records import vocabularies
from ldn_graph.records.model import Qualifiers


class Form(StrEnum):
    """How the text of a cell is read."""

    TEXT = "text"
    EXACT = "exact"
    ENTITY = "entity"
    SOURCE = "source"
    ONE_OF = "one-of"
    SOME_OF = "some-of"
    SPANS = "spans"
    LINKS = "links"
    JSON = "json"


@dataclass(frozen=True)
class Column:
    """`steps` lead to the value in the record of a claim, or of an evidence item; `about` and
    `example` are for people. An `optional` cell may stay empty."""

    name: str
    of: Literal["claim", "item"]
    steps: tuple[str, ...]
    about: str
    example: str = ""
    form: Form = Form.TEXT
    choices: tuple[str, ...] = ()
    optional: bool = True
    width: int = 16


def _one_of(values: Iterable[str]) -> dict[str, Any]:
    return {"form": Form.ONE_OF, "choices": tuple(map(str, values))}


def _some_of(values: Iterable[str]) -> dict[str, Any]:
    return {"form": Form.SOME_OF, "choices": tuple(map(str, values))}


def _claim(name: str, step: str, about: str, example: str = "", **rest: Any) -> Column:
    steps = ("qualifiers", step) if step in Qualifiers.model_fields else (step,)
    return Column(name, "claim", steps, about, example, **rest)


def _item(name: str, steps: str, about: str, example: str = "", **rest: Any) -> Column:
    path = tuple(steps.split("."))
    return Column(name, "item", path, about, example, **rest)


_ENTITY: dict[str, Any] = {"form": Form.ENTITY, "width": 26}
_SPANS: dict[str, Any] = {"form": Form.SPANS, "width": 22}
#: Columns that make a row a claim's; the others of a claim may stay empty.
CLAIM_COLUMNS: tuple[Column, ...] = (
    _claim(
        "claim",
        "id",
        "Leave it empty for a new claim. The id of a claim that is there adds evidence to it.",
        "ldn-decreases-inflammation",
        width=30,
    ),
    _claim(
        "subject",
        "subject",
        "What acts: an entity's name, synonym, id or code. Another dose is another entity.",
        "low-dose naltrexone",
        optional=False,
        **_ENTITY,
    ),
    _claim(
        "relation",
        "predicate",
        "What the text says it does. `treats` needs an approval behind it; where a text says that "
        "it helps, write treats-or-applied-or-studied-to-treat.",
        "decreases",
        optional=False,
        width=30,
        **_one_of(vocabularies.Predicate),
    ),
    _claim(
        "object",
        "object",
        "What it acts on. One claim, one object: a list of four diseases is four claims.",
        "inflammation",
        optional=False,
        **_ENTITY,
    ),
    _claim(
        "subject change",
        "subject_change",
        "Where the subject acts in a changed state: a blocked receptor is `decreased`.",
        **_one_of(vocabularies.Change),
    ),
    _claim("condition", "condition", "Only in people with this condition.", **_ENTITY),
    _claim("in population", "population", "Only in these people.", **_ENTITY),
    _claim("location", "location", "Only in this part of the body.", **_ENTITY),
    _claim("timing", "timing", "When it holds, in the text's words.", "for a few hours"),
    _claim("frequency", "frequency", "How often, in the text's words.", "often"),
    _claim("severity", "severity", "How bad, in the text's words.", "mild"),
    _claim("approval", "approval", "Use outside the label.", **_one_of(("off_label_use",))),
    _claim(
        "leans on",
        "leans_on",
        "Claims of the same text that it rests on: how, then the claim's id, parted by `;`.",
        "because-of: ldn-decreases-inflammation",
        form=Form.LINKS,
        choices=tuple(vocabularies.DependenceKind),
    ),
    _claim("claim note", "note", "What a reader of the claim has to know.", width=30),
)
ITEM_COLUMNS: tuple[Column, ...] = (
    _item(
        "item",
        "id",
        "Leave it empty: e1, e2, … are given. A number that is there replaces that item.",
        "e1",
        width=8,
    ),
    _item(
        "source",
        "source",
        "Who says it: the source's id, DOI or PMID. `ldn-graph source add` makes one.",
        "younger-2013",
        form=Form.SOURCE,
        optional=False,
        width=24,
    ),
    _item(
        "direction",
        "direction",
        "Does the source speak for the claim or against it, or could it not decide?",
        "supports",
        optional=False,
        **_one_of(vocabularies.Direction),
    ),
    _item(
        "certainty",
        "certainty",
        "How sure it sounds: asserted (no hedge), hedged (can, have reported), speculative (may, "
        "suggests, is being studied). The text's certainty, not yours.",
        "speculative",
        optional=False,
        **_one_of(vocabularies.Certainty),
    ),
    _item(
        "role",
        "role",
        "Its own result, background that it repeats, or a synthesis of others' results.",
        "background",
        optional=False,
        **_one_of(vocabularies.Role),
    ),
    _item(
        "stated",
        "stated",
        "`presupposed` where the words take it for granted. Empty: explicit.",
        "explicit",
        **_one_of(vocabularies.Stated),
    ),
    _item(
        "basis",
        "basis",
        "What the text itself gives as its basis; several are parted by `;`. It gives none: "
        "none-stated.",
        "none-stated",
        optional=False,
        width=24,
        **_some_of(vocabularies.Basis),
    ),
    _item(
        "design",
        "design",
        "For a study: its design.",
        "randomised-trial",
        width=20,
        **_one_of(vocabularies.Design),
    ),
    _item(
        "indirectness",
        "indirectness",
        "What it is about that the claim is not: another dose, population, species …",
        "species",
        **_some_of(vocabularies.Indirectness),
    ),
    _item(
        "quote",
        "quote.exact",
        "The exact words, copied. A quote or a finding is needed.",
        "LDN may reduce inflammation",
        form=Form.EXACT,
        width=50,
    ),
    _item("quote start", "quote.start", "Leave it empty unless you know the offset.", width=10),
    _item("quote end", "quote.end", "Leave it empty unless you know the offset.", width=10),
    _item("section", "section", "The heading that the words stand under.", "Discussion"),
    _item(
        "cues",
        "cues",
        "The words that hedge, as they stand in the quote, parted by `;`.",
        "may",
        **_SPANS,
    ),
    _item(
        "unhedged cues",
        "unhedged_cues",
        "Words that look like a hedge and are none here; say why in the item note.",
        **_SPANS,
    ),
    _item(
        "context",
        "context",
        "Words elsewhere in the text that `it` or `these` in the quote point to.",
        **_SPANS,
    ),
    _item(
        "finding",
        "finding",
        "A study's finding in your own words, where the text is not at hand.",
        "Pain fell by 29 % with the drug, by 18 % with placebo",
        width=50,
    ),
    _item("outcome", "outcome", "What was measured.", "daily pain"),
    _item("studied population", "population", "Who was studied.", "women with fibromyalgia"),
    _item("sample size", "sample_size", "How many, as a whole number.", "31", width=10),
    _item("sample text", "sample_text", "How many, in the text's words.", "31 women"),
    _item("dose", "dose.text", "The dose in the text's words.", "4.5 mg/day"),
    _item("dose low", "dose.low", "The least amount; low, high and unit go together.", "4.5"),
    _item("dose high", "dose.high", "The largest amount; for one amount the same.", "4.5"),
    _item("dose unit", "dose.unit", "Of the amounts.", "mg", **_one_of(("mg", "mg/kg", "uM"))),
    _item("dose band", "dose.band", "Empty: unspecified.", "low", **_one_of(vocabularies.DoseBand)),
    _item("duration", "duration", "How long, in the text's words.", "12 weeks"),
    _item(
        "results",
        "results",
        "The numbers of a study as JSON, as an export writes them; leave it empty otherwise.",
        form=Form.JSON,
    ),
    _item(
        "measurements",
        "measurements",
        "What was measured of a mechanism as JSON, as an export writes it; else empty.",
        form=Form.JSON,
    ),
    _item("item note", "note", "What a reader of this item has to know.", width=30),
)
COLUMNS = (*CLAIM_COLUMNS, *ITEM_COLUMNS)
BY_NAME = {column.name: column for column in COLUMNS}
#: The column that rows which were not taken get; a sheet may bring it along, and it is not read.
ERROR = "error"

#: What the sheet of claims is called; otherwise the one that names most columns is read.
CLAIMS = "claims"
#: Rows at the top of a sheet among which its heading is looked for.
LOOKED_AT = 20


def folded(cell: object) -> str:
    """A heading as columns are named: in small letters, its blanks as single ones."""
    return " ".join(cell.casefold().split()) if isinstance(cell, str) else ""


def known_columns(cells: Iterable[object]) -> int:
    """How many of the cells name a column.

    >>> known_columns(["Subject", " RELATION ", "hello", None])
    2
    """
    return sum(folded(cell) in BY_NAME for cell in cells)
