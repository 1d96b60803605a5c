"""Relations that a whole sentence states by a set phrase: side effects, trials, open questions."""

from collections.abc import Iterator, Sequence

from ldn_graph.suggest.clauses import Clauses
from ldn_graph.suggest.items import Item, Part
from ldn_graph.suggest.phrases import Mention
from ldn_graph.suggest.relations import Family
from ldn_graph.suggest.statements import How, Relation
from ldn_graph.terms import Kind


def set_relations(row: Sequence[Item], clauses: Clauses) -> Iterator[Relation]:
    """The relations that the sentence's set phrases state."""
    for n, item in enumerate(row):
        if item.part is not Part.LINK:
            continue
        if item.family is Family.SIDE_EFFECT:
            yield from _side_effects(row, n, clauses)
        elif item.family is Family.TRIAL and _told_of_trials(row, n):
            yield from _about(row, n, clauses, {Kind.CONDITION})
        elif item.family is Family.NEEDS_RESEARCH:
            yield from _needs_research(row, n, clauses)


def _side_effects(row: Sequence[Item], n: int, clauses: Clauses) -> Iterator[Relation]:
    """“side effects include A, B and C”; “A is a common side effect”."""
    suffered = {Kind.ADVERSE_EFFECT, Kind.SYMPTOM, Kind.CONDITION, Kind.OUTCOME}
    stops = [k for k in range(n + 1, len(row)) if row[k].part is Part.END]
    after = row[n + 1 : stops[0] if stops else len(row)]
    found = _names(after, clauses, suffered) or _names(row[:n], clauses, suffered)
    drugs = _names(row, clauses, {Kind.DRUG})
    if found:
        yield _relation(row[n], drugs[:1], found, clauses)


def _told_of_trials(row: Sequence[Item], n: int) -> bool:
    words = {i.low for i in row}
    ongoing = {"investigating", "exploring", "testing", "evaluating", "ongoing", "underway",
               "recruiting", "studying", "way", "progress"}  # fmt: skip
    return bool(words & ongoing)


def _about(row: Sequence[Item], n: int, clauses: Clauses, kinds: set[Kind]) -> Iterator[Relation]:
    found = _names(row, clauses, kinds)
    drugs = _names(row, clauses, {Kind.DRUG})
    if found:
        yield _relation(row[n], drugs[:1], found, clauses)


def _needs_research(row: Sequence[Item], n: int, clauses: Clauses) -> Iterator[Relation]:
    """What the sentence is about; else the conditions that were named last."""
    drugs = _names(row, clauses, {Kind.DRUG})
    found = _names(row, clauses, {Kind.CONDITION})
    if not found and not any(r.objects for r in clauses.relations):
        at = row[n]
        found = (Mention(at.start, at.end, back="class", kinds=frozenset({Kind.CONDITION})),)
    elif not found:
        found = tuple(
            Mention(i.start, i.end, back="class", kinds=frozenset({Kind.CONDITION}))
            for i in row
            if i.low in ("conditions", "condition", "diseases", "disorders", "disorder")
        )
        found = found or tuple(m for r in clauses.relations for m in r.objects if m.entities)
    if found:
        yield _relation(row[n], drugs[:1], found, clauses)


def _names(row: Sequence[Item], clauses: Clauses, kinds: set[Kind]) -> tuple[Mention, ...]:
    return tuple(
        Mention(i.start, i.end, entities=tuple(e for e in i.entities if clauses.kinds[e] in kinds))
        for i in row
        if i.part is Part.NAME and any(clauses.kinds[e] in kinds for e in i.entities)
    )


def _relation(
    at: Item, subjects: tuple[Mention, ...], objects: tuple[Mention, ...], clauses: Clauses
) -> Relation:
    assert at.family is not None
    clause = clauses.clause_of[at.start]
    return Relation(subjects, at.family, objects, (at.start, at.end), clause, How.MAIN)
