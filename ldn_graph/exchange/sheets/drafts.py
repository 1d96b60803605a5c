"""Rows of a sheet → claims, with one line for each mistake: `row 7, column object: …`.

Rows of one claim share its id or, where that is empty, what the claim says. A claim comes in whole
or not at all. Nothing here writes: new claims are drafts, and the changed ones are given as they
would be.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from pydantic import ValidationError

from ldn_graph.errors import UnknownName, nearest
from ldn_graph.exchange.sheets.cells import (
    BLANKS,
    Names,
    Plain,
    amounts,
    at,
    bare,
    choice,
    column_at,
    is_whole,
    json_of,
    link,
    ordered,
    over,
    place,
    proposition,
    put,
    spans_of,
    words_of,
)
from ldn_graph.exchange.sheets.columns import CLAIM_COLUMNS, ITEM_COLUMNS, Column, Form
from ldn_graph.records import yaml_io
from ldn_graph.records.model import Claim, Corpus, EvidenceItem
from ldn_graph.records.vocabularies import Action, Status


@dataclass(frozen=True)
class Row:
    """A row by its number in the sheet (the heading is row 1); empty cells are left out.
    `faults`: what is wrong with cells that could not be read, by column."""

    number: int
    cells: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong with a row, or with one of its cells."""

    row: int
    column: str | None
    what: str

    def told(self, name: str) -> str:
        """One line; `name` is the file's."""
        place = f", column {self.column}" if self.column else ""
        return f"{name}, row {self.row}{place}: {self.what}"


@dataclass(frozen=True)
class Drafts:
    """What a sheet comes to. `new`: drafts. `changed`: claims of the corpus with other content,
    status and history as they were. `unchanged`: ids. `refused`: the rows of claims with a
    problem."""

    new: tuple[Claim, ...] = ()
    changed: tuple[Claim, ...] = ()
    unchanged: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: tuple[Row, ...] = ()


@dataclass
class _Group:
    """The rows of one claim, read: the claim's own fields, and each item with its row."""

    id: str | None
    rows: list[Row] = field(default_factory=list)
    claim: Plain = field(default_factory=dict)
    items: list[Plain] = field(default_factory=list)


def drafts(
    rows: Iterable[Row],
    corpus: Corpus,
    by: str,
    on: date,
    texts: Mapping[str, str] | None = None,
) -> Drafts:
    """The claims that `rows` say, each new one created `by` that agent `on` that day. Quotes are
    looked up in the `texts`, by source."""
    return _Reading(corpus, by, on, texts or {}).of(rows)


class _Reading:
    """One reading of a sheet; it gathers the problems."""

    def __init__(self, corpus: Corpus, by: str, on: date, texts: Mapping[str, str]) -> None:
        self.corpus = corpus
        self.texts = texts
        self.names = Names(corpus)
        self.event = {"action": Action.CREATE, "by": by, "on": on}
        self.problems: list[Problem] = []
        self.bad: set[int] = set()
        self.said = {c.proposition: c.id for c in corpus.claims.values() if _stands(c)}

    def of(self, rows: Iterable[Row]) -> Drafts:
        groups = self.grouped(rows)
        taken = {g.id for g in groups if g.id} | set(self.corpus.claims)
        made: list[tuple[_Group, Claim]] = []
        for group in groups:
            claim = self.claim(group, taken)
            if claim is not None:
                made.append((group, claim))
        kept = self.leaning(made)
        old = self.corpus.claims
        return Drafts(
            new=tuple(c for c in kept if c.id not in old),
            changed=tuple(c for c in kept if c.id in old and c != old[c.id]),
            unchanged=tuple(c.id for c in kept if old.get(c.id) == c),
            problems=tuple(sorted(self.problems, key=lambda p: (p.row, p.column or "", p.what))),
            refused=tuple(
                sorted((r for g in groups if self.is_bad(g) for r in g.rows), key=_number)
            ),
        )

    def problem(self, row: Row, column: str | None, what: str) -> None:
        self.problems.append(Problem(row.number, column, what))
        self.bad.add(row.number)

    def is_bad(self, group: _Group) -> bool:
        return any(row.number in self.bad for row in group.rows)

    # rows → groups

    def grouped(self, rows: Iterable[Row]) -> list[_Group]:
        """Rows that share a claim's id, or what it says where they give none."""
        groups: dict[object, _Group] = {}
        for row in rows:
            for column, what in row.faults.items():
                self.problem(row, column or None, what)
            given = self.values(row, CLAIM_COLUMNS)
            name = given.pop("id", None)
            says = row.number if row.number in self.bad else repr(ordered(proposition(given)))
            key: object = name or ("says", says)
            group = groups.setdefault(key, _Group(name))
            group.rows.append(row)
            self.merge(group, given, row)
            group.items.append(self.item(row))
            if not name and not is_whole(given) and row.number not in self.bad:
                self.missing(row, given)
        return list(groups.values())

    def item(self, row: Row) -> Plain:
        """The evidence item of a row, its quote looked up and its dose read."""
        found = self.values(row, ITEM_COLUMNS)
        for column, what in place(found, self.texts):
            self.problem(row, column, what)
        if "dose" in found:
            amounts(found["dose"])
        return found

    def missing(self, row: Row, given: Plain) -> None:
        for column in CLAIM_COLUMNS:
            if not column.optional and column.steps[0] not in given:
                self.problem(row, column.name, "is empty; fill it in, or give the claim's id")

    def merge(self, group: _Group, given: Plain, row: Row) -> None:
        """A later row may leave the claim's cells empty, but not say otherwise."""
        first = group.rows[0].number
        for column in CLAIM_COLUMNS:
            value, there = at(given, column.steps), at(group.claim, column.steps)
            if value is None or column.steps == ("id",):
                continue
            if there is not None and there != value:
                self.problem(
                    row,
                    column.name,
                    f"{row.cells[column.name]!r}, but row {first} of the same claim says "
                    "otherwise; make them the same, or give this row another claim",
                )
            put(group.claim, column.steps, value)

    def values(self, row: Row, columns: Sequence[Column]) -> Plain:
        """The values of the cells in some columns, as a record's plain data."""
        found: Plain = {}
        for column in columns:
            cell = row.cells.get(column.name)
            if cell is None or (column.form is not Form.EXACT and not cell.strip(BLANKS)):
                continue
            try:
                put(found, column.steps, self.value(column, cell, row))
            except UnknownName as error:
                self.problem(row, column.name, str(error))
        return found

    def value(self, column: Column, cell: str, row: Row) -> Any:
        readers: dict[Form, Callable[[str], Any]] = {
            Form.ENTITY: self.names.entity,
            Form.SOURCE: self.names.source,
            Form.ONE_OF: lambda text: choice(text, column),
            Form.SOME_OF: lambda text: [choice(word, column) for word in words_of(text)],
            Form.SPANS: spans_of,
            Form.LINKS: lambda text: [link(word, column) for word in words_of(text)],
            Form.JSON: json_of,
            Form.TEXT: lambda text: text,
        }
        if column.form is Form.EXACT:  # words whose offsets are given are as they are
            return cell if row.cells.get("quote start") else cell.strip() or None
        return readers[column.form](cell if column.form is Form.SPANS else cell.strip(BLANKS))

    # groups → claims

    def claim(self, group: _Group, taken: set[str]) -> Claim | None:
        """The group's claim, or None where it has a problem."""
        old = None if group.id is None else self.corpus.claims.get(group.id)
        if old is None and not self.is_bad(group):
            for column in (c for c in CLAIM_COLUMNS if not c.optional):
                if column.steps[0] not in group.claim:
                    told = "is empty; fill it in"
                    if group.id:
                        told += f", as {group.id!r} is the id of no claim{self.near(group.id)}"
                    self.problem(group.rows[0], column.name, told)
        self.required(group)
        self.numbered_twice(group)
        if self.is_bad(group):
            self.further(group)
            return None
        name = group.id or _free(_derived(group.claim), taken)
        record = self.record(group, name, old)
        try:
            claim = Claim.model_validate(record)
        except ValidationError as error:
            self.invalid(group, record, error)
            return None
        if claim != old and name in self.corpus.proposals:
            told = "has a next version under way; edit that, or wait until it is decided on"
            self.problem(group.rows[0], "claim", told)
            return None
        as_before = old is not None and claim.proposition == old.proposition
        if not as_before and self.is_repeated(group, claim):
            return None
        taken.add(name)
        return claim

    def further(self, group: _Group) -> None:
        """What else is wrong with rows that have a problem already: all is told in one go."""
        told = {(p.row, p.column) for p in self.problems}
        for row, item in zip(group.rows, group.items, strict=True):
            stand_in = {"source": "x", "direction": "supports", "certainty": "asserted",
                        "role": "background", "basis": ["none-stated"], "finding": "x"}  # fmt: skip
            record = {k: v for k, v in item.items() if k != "quote" or v.get("exact")}
            try:
                EvidenceItem.model_validate({"id": "e1", **stand_in, **record})
            except ValidationError as error:
                for steps, what in yaml_io.problems(EvidenceItem, error):
                    column = column_at(ITEM_COLUMNS, [s for s in steps if isinstance(s, str)])
                    if column is not None and (row.number, column.name) not in told:
                        self.problem(row, column.name, bare(what))

    def near(self, name: str) -> str:
        return nearest(name, self.corpus.claims)

    def required(self, group: _Group) -> None:
        for row, item in zip(group.rows, group.items, strict=True):
            for column in ITEM_COLUMNS:
                empty = at(item, column.steps) in (None, [])
                if item.get("id") in self.evidence_of(group):
                    continue
                # a cell that could not be read has its problem already
                if not column.optional and empty and row.number not in self.bad:
                    choices = f": one of {', '.join(column.choices)}" if column.choices else ""
                    self.problem(row, column.name, f"is empty; fill it in{choices}")

    def evidence_of(self, group: _Group) -> set[str]:
        """The ids of the items that the group's claim has already."""
        old = self.corpus.claims.get(group.id or "")
        return set() if old is None else {item.id for item in old.evidence}

    def numbered_twice(self, group: _Group) -> None:
        first: dict[str, int] = {}
        for row, item in zip(group.rows, group.items, strict=True):
            number = first.setdefault(str(item.get("id", row.number)), row.number)
            if number != row.number:
                told = f"{item['id']} is row {number}'s too; leave one of the two empty"
                self.problem(row, "item", told)

    def record(self, group: _Group, name: str, old: Claim | None) -> Plain:
        """The claim as plain data, its items numbered where the sheet gives no number."""
        before = (
            {} if old is None else {i.id: i.model_dump(exclude_none=True) for i in old.evidence}
        )
        given = {item["id"] for item in group.items if "id" in item} | set(before)
        free = (f"e{n}" for n in count(1) if f"e{n}" not in given)
        items = [{"id": item["id"] if "id" in item else next(free), **item} for item in group.items]
        after = {item["id"]: item for item in items}
        kept = [over(item, after.get(name, {})) for name, item in before.items()]
        evidence = [*kept, *(item for item in items if item["id"] not in before)]
        if old is None:
            history = {"status": Status.DRAFT, "history": [self.event]}
            return {"id": name, **group.claim, "evidence": evidence, **history}
        plain = old.model_dump(exclude_none=True)
        rest = {"id": name, "status": plain["status"], "history": plain["history"]}
        return {**over(plain, group.claim), **rest, "evidence": evidence}

    def invalid(self, group: _Group, record: Plain, error: ValidationError) -> None:
        """What the model refuses, each at its row and column."""
        rows = {item.get("id"): row for item, row in zip(group.items, group.rows, strict=True)}
        spare = iter(r for item, r in zip(group.items, group.rows, strict=True) if "id" not in item)
        for item in record["evidence"]:
            if item["id"] not in rows and item not in group.items:
                rows[item["id"]] = next(spare, group.rows[0])
        for steps, what in yaml_io.problems(Claim, error):
            of, row = CLAIM_COLUMNS, group.rows[0]
            if steps[:1] == ("evidence",) and len(steps) > 1 and isinstance(steps[1], int):
                of, row = ITEM_COLUMNS, rows.get(record["evidence"][steps[1]]["id"], row)
                steps = steps[2:]
            column = column_at(of, [s for s in steps if isinstance(s, str)])
            self.problem(row, None if column is None else column.name, bare(what))

    def is_repeated(self, group: _Group, claim: Claim) -> bool:
        """Whether another claim says this already; then its evidence belongs there."""
        twin = self.said.setdefault(claim.proposition, claim.id)
        if twin == claim.id:
            return False
        self.problem(
            group.rows[0],
            "claim",
            f"claim {twin} says the same; write its id here to add evidence to it",
        )
        return True

    def leaning(self, made: Sequence[tuple[_Group, Claim]]) -> list[Claim]:
        """The claims without those that lean on one that is not there, or that is refused."""
        while True:
            known = set(self.corpus.claims) | {c.id for g, c in made if not self.is_bad(g)}
            lost = [
                (group, name)
                for group, claim in made
                if not self.is_bad(group)
                for name in (link.claim for link in claim.leans_on)
                if name not in known
            ]
            if not lost:
                return [claim for group, claim in made if not self.is_bad(group)]
            for group, name in lost:
                told = f"unknown claim {name!r}{nearest(name, known)}"
                self.problem(group.rows[0], "leans on", told)


def _number(row: Row) -> int:
    return row.number


def _stands(claim: Claim) -> bool:
    return claim.status not in (Status.REJECTED, Status.RETRACTED)


def _derived(claim: Plain) -> str:
    """An id in the corpus's manner: subject, relation, object and condition."""
    parts = [claim["subject"], claim["predicate"], claim["object"]]
    if condition := at(claim, ("qualifiers", "condition")):
        parts.append(f"in-{condition}")
    return "-".join(parts)[:110].strip("-")


def _free(name: str, taken: Iterable[str]) -> str:
    numbered = (name if n == 1 else f"{name}-{n}" for n in count(1))
    return next(candidate for candidate in numbered if candidate not in taken)
