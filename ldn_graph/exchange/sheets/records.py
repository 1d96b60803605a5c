"""Claims → rows of a sheet, one for each evidence item."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ldn_graph.errors import UnknownName
from ldn_graph.exchange.sheets.cells import joined, spans_cell
from ldn_graph.exchange.sheets.columns import CLAIM_COLUMNS, ITEM_COLUMNS, Column, Form
from ldn_graph.exchange.sheets.names import Names
from ldn_graph.records.model import Claim, Corpus


def rows(claims: Iterable[Claim], corpus: Corpus) -> Iterator[dict[str, str]]:
    """The rows of `claims`, by column; every row repeats its claim's columns."""
    labels = _labels(corpus)
    for claim in claims:
        plain = claim.model_dump(mode="json", exclude_none=True)
        shared = _cells(CLAIM_COLUMNS, plain, labels)
        for item in plain["evidence"]:
            yield shared | _cells(ITEM_COLUMNS, item, labels)


def _labels(corpus: Corpus) -> Mapping[str, str]:
    """What to call each entity: its label, or its id where another has that name too."""
    names = Names(corpus)
    found = {}
    for entity in corpus.entities.values():
        try:
            own = names.entity(entity.label) == entity.id
        except UnknownName:
            own = False
        found[entity.id] = entity.label if own else entity.id
    return found


def _cells(
    columns: Iterable[Column], record: Mapping[str, Any], labels: Mapping[str, str]
) -> dict[str, str]:
    found = {}
    for column in columns:
        value: Any = record
        for step in column.steps:
            value = value.get(step) if value is not None else None
        if value is not None and value != []:
            found[column.name] = _cell(column, value, labels)
    return found


def _cell(column: Column, value: Any, labels: Mapping[str, str]) -> str:
    if column.form is Form.ENTITY:
        return labels[value]
    if column.form is Form.SOME_OF:
        return joined(value)
    if column.form is Form.SPANS:
        return spans_cell(value)
    if column.form is Form.LINKS:
        return joined(f"{link['kind']}: {link['claim']}" for link in value)
    if column.form is Form.JSON:
        return json.dumps([_given(one) for one in value], ensure_ascii=False)
    return str(value)


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a result or measurement that are given."""
    return {k: v for k, v in fields.items() if v is not None}
