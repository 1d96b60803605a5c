"""What cells hold as values, where those lie in a record, and what a row changes of one."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ldn_graph.errors import UnknownName, nearest
from ldn_graph.exchange.sheets.columns import CLAIM_COLUMNS, ITEM_COLUMNS, Column
from ldn_graph.records.model import Claim
from ldn_graph.records.vocabularies import PREDICATES, Predicate

Plain = dict[str, Any]


def choice(text: str, column: Column) -> str:
    """One of a column's choices, whatever its case and with blanks for hyphens."""
    known = {_folded(choice): choice for choice in column.choices}
    if column.name == "relation":
        known = _SAID | known
    if _folded(text) not in known:
        remedy = nearest(text, column.choices) or f"; there are {', '.join(column.choices)}"
        raise UnknownName(f"unknown word {text!r}{remedy}")
    return known[_folded(text)]


#: What the form calls the relations, where one name is one relation.
_READS = [PREDICATES[p].reads for p in Predicate]
_SAID = {
    re.sub(r"[\s_-]+", "-", PREDICATES[p].reads.casefold()): str(p)
    for p in Predicate
    if _READS.count(PREDICATES[p].reads) == 1
}


def _folded(word: str) -> str:
    return re.sub(r"[\s_-]+", "-", word.strip().casefold())


def link(text: str, column: Column) -> Plain:
    """What a claim leans on: how, a colon, the other claim's id."""
    how, colon, claim = text.partition(":")
    if not colon:
        raise UnknownName(f"{text!r} names no kind; write it like {column.example}")
    return {"kind": choice(how, column), "claim": claim.strip()}


def json_of(text: str) -> Any:
    """A list as JSON. Raises UnknownName where it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise UnknownName("no list as JSON; leave the cell as the export wrote it, or empty")
    return found


def put(record: Plain, steps: Sequence[str], value: Any) -> None:
    """Put a value into a record at those steps; None is left out."""
    if value is None:
        return
    for step in steps[:-1]:
        record = record.setdefault(step, {})
    record[steps[-1]] = value


def at(record: Plain, steps: Sequence[str]) -> Any:
    """The value of a record at those steps, or None."""
    found: Any = record
    for step in steps:
        found = (found or {}).get(step)
    return found


def proposition(given: Plain) -> Plain:
    """What a row says of a claim, apart from its evidence."""
    return {k: given.get(k) for k in ("subject", "predicate", "object", "qualifiers")}


def over(old: Plain, given: Plain) -> Plain:
    """A record with what a row gives: an empty cell changes nothing. Offsets belong to their words,
    and amounts to theirs."""
    found = dict(old)
    for name, value in given.items():
        there = old.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            words = next((k for k in ("exact", "text") if k in value), None)
            same = words is None or value[words] == there.get(words)
            found[name] = {**there, **value} if same else value
        else:
            found[name] = value
    return found


def ordered(value: Any) -> Any:
    """A value whose parts stand in one order, to be compared."""
    return sorted((k, ordered(v)) for k, v in value.items()) if isinstance(value, dict) else value


def is_whole(given: Plain) -> bool:
    """A value whose parts stand in one order, to be compared."""
    return all(column.optional or column.steps[0] in given for column in CLAIM_COLUMNS)


def column_at(columns: Sequence[Column], steps: Sequence[str]) -> Column | None:
    """The column whose value lies at `steps`, or the first that lies below them."""
    length = len(steps)
    fits: Iterator[Column] = (
        c
        for c in columns
        if steps and (c.steps == tuple(steps[: len(c.steps)]) or c.steps[:length] == tuple(steps))
    )
    return next(fits, None)


def bare(what: str) -> str:
    """A problem in words, without the field's name: the column says it."""
    return re.sub(r"^(id|(evidence|qualifiers)[\w.]*):? (?=\S)", "", what)


def changes(old: Claim, new: Claim) -> list[str]:
    """What a sheet changes of a claim, in words: each field of it, and each evidence item."""
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    told = [
        f"{c.name} {at(before, c.steps) or 'empty'} → {at(after, c.steps) or 'empty'}"
        for c in CLAIM_COLUMNS
        if at(before, c.steps) != at(after, c.steps)
    ]
    items = {item.id: item for item in old.evidence}
    for item in new.evidence:
        if item.id not in items:
            told.append(f"{item.id} is new")
        elif item != items[item.id]:
            one, two = items[item.id].model_dump(mode="json"), item.model_dump(mode="json")
            names = [c.name for c in ITEM_COLUMNS if at(one, c.steps) != at(two, c.steps)]
            told.append(f"{item.id}: {', '.join(names)}")
    return told
