"""Relations that a whole sentence states by a set phrase: side effects, trials, open questions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.clauses import Clauses
from ldn_graph.suggest.meaning import guessed_kind
from ldn_graph.suggest.phrases import How, Mention, Relation, kinds_of
from ldn_graph.suggest.relations import Family, word_set
from ldn_graph.suggest.tagging import Item, Part

#: “Larger trials are needed”: what is asked for, and the words that ask for it before or after.
_RESEARCH = word_set("""research study studies trial trials evidence data work investigation
                     investigations rcts""")
_NEEDED = word_set("needed required warranted necessary awaited essential lacking scarce")
_OCCURS = word_set("occur occurs happen happens appear arise possible reported")
_NEEDS = word_set("""need needs needing require requires deserve deserves merit
                  merits warrant warrants""")
_STUDIED = word_set("studied tested confirmed replicated investigated explored")
_OPEN = word_set("inconclusive equivocal conflicting contradictory")
_RESULTS = word_set("result results finding findings evidence data studies trials reports")
#: So many words apart at most.
_NEAR = 6
_MODEST = word_set("common frequent frequently commonly often usual main typical notable")


def set_relations(
    row: Sequence[Item], clauses: Clauses, *, adverse: bool = False
) -> Iterator[Relation]:
    """The relations that the sentence's set phrases state; `adverse`: side effects were spoken of
    before it."""
    yield from _asked_for(row, clauses)
    yield from _undecided(row, clauses)
    yield from _regimens(row, clauses)
    yield from _warned(row, clauses)
    if adverse:
        yield from _commonest(row, clauses)
        yield from _occurring(row, clauses)
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
    end = stops[0] if stops else len(row)
    told = _listed(clauses, row[n].end, row[end - 1].end, suffered)
    before = _listed(clauses, 0, row[n].start, suffered)
    found = told or before
    if before and any(item.part is Part.BE for item in row[max(0, n - 4) : n]):
        found = before
    drugs = _names(row, clauses, {Kind.DRUG})
    if found:
        yield _relation(row[n], drugs[:1], found, clauses)


def _listed(clauses: Clauses, start: int, end: int, kinds: set[Kind]) -> tuple[Mention, ...]:
    """What is named of `kinds` between two tokens, with what is new in the same list."""
    found: list[Mention] = []
    for phrase in clauses.phrases:
        inside = start <= phrase.start and phrase.end <= end
        known = [m for m in phrase.mentions if _suffered(m, clauses, kinds)]
        if inside and known:
            found += [m for m in phrase.mentions if m in known or m.words]
    return tuple(dict.fromkeys(found))


def _suffered(mention: Mention, clauses: Clauses, kinds: set[Kind]) -> bool:
    """Whether a mention is of `kinds`; of what is new its words tell."""
    words = clauses.words[mention.start : mention.end]
    guessed = {guessed_kind(" ".join(words), Family.IS, subject=False)} if mention.words else set()
    return bool((kinds_of([mention], clauses.kinds) | guessed) & (kinds - {Kind.OUTCOME}))


def _commonest(row: Sequence[Item], clauses: Clauses) -> Iterator[Relation]:
    """“The most common is nausea”, behind a sentence about side effects."""
    suffered = {Kind.ADVERSE_EFFECT, Kind.SYMPTOM}
    for n, item in enumerate(row):
        if item.low in _MODEST and any(i.part is Part.BE for i in row[n + 1 : n + 4]):
            found = _listed(clauses, item.end, row[-1].end, suffered)
            if found and not any(i.family is Family.SIDE_EFFECT for i in row):
                at = replace(item, family=Family.SIDE_EFFECT)
                yield _relation(at, (), found, clauses)
            return


def _occurring(row: Sequence[Item], clauses: Clauses) -> Iterator[Relation]:
    """“Headaches and nausea can also occur”, behind a sentence about side effects."""
    for item in row:
        if item.low in _OCCURS:
            found = _listed(clauses, 0, item.start, {Kind.ADVERSE_EFFECT, Kind.SYMPTOM})
            if found:
                yield _relation(replace(item, family=Family.SIDE_EFFECT), (), found, clauses)
            return


def _asked_for(row: Sequence[Item], clauses: Clauses) -> Iterator[Relation]:
    """“Controlled trials in lupus are warranted”, “this needs to be studied further”."""
    if any(item.family is Family.NEEDS_RESEARCH for item in row):
        return
    at = _asking(row, clauses.words)
    if at is None:
        return
    asks = Item(Part.LINK, at, at + 1, clauses.words[at], family=Family.NEEDS_RESEARCH)
    drugs = _names(row, clauses, {Kind.DRUG})
    found = _names(row, clauses, {Kind.CONDITION})
    if not found:
        found = (Mention(at, at + 1, back="class", kinds=frozenset({Kind.CONDITION})),)
    yield _relation(asks, drugs[:1], found, clauses)


def _regimens(row: Sequence[Item], clauses: Clauses) -> Iterator[Relation]:
    """“between 1.5 mg and 4.5 mg daily”: how a drug is given, by whatever verb."""
    for item in row:
        kinds = {clauses.kinds[e] for e in item.entities}
        if kinds == {Kind.REGIMEN} and any(
            w[0].isdigit() for w in clauses.words[slice(item.start, item.end)]
        ):
            at = replace(item, family=Family.USE)
            drugs = _names(row, clauses, {Kind.DRUG})
            mention = Mention(item.start, item.end, entities=item.entities)
            yield _relation(at, drugs[:1], (mention,), clauses)


def _warned(row: Sequence[Item], clauses: Clauses) -> Iterator[Relation]:
    """“Do not take the drug if you use opioids”."""
    words = " ".join(clauses.words)
    match = re.search(r"(?:do not|don't|never|should not|must not) (?:take|use|start)\b", words)
    end = next((i.end for i in row if i.low in ("if", "when", "while")), None)
    drugs = _names(row, clauses, {Kind.DRUG})
    if match is None or end is None or not drugs:
        return
    start = words[: match.start()].count(" ")
    behind = [m for m in _names(row, clauses, {Kind.CONDITION}) if m.start >= end]
    if behind and start < end:
        stop = start + match.group().count(" ") + 1
        at = Item(Part.LINK, start, stop, match.group(), family=Family.AVOID)
        yield _relation(at, drugs[:1], tuple(behind), clauses)


def _undecided(row: Sequence[Item], clauses: Clauses) -> Iterator[Relation]:
    """“Results in lupus remain inconclusive”."""
    at = next((i for i in row if i.low in _OPEN), None)
    told = any(w in _RESULTS for w in clauses.words)
    found = _names(row, clauses, {Kind.CONDITION})
    if at is None or not told or not found:
        return
    drugs = _names(row, clauses, {Kind.DRUG})
    yield _relation(replace(at, family=Family.TREAT), drugs[:1], found, clauses)


def _asking(row: Sequence[Item], words: Sequence[str]) -> int | None:
    """The token that asks for research in one clause of the sentence; None where none does."""
    research = needs = None
    for item in row:
        for n in range(item.start, item.end):
            if words[n] in _RESEARCH:
                if needs is not None and n - needs <= _NEAR:
                    return needs
                research = n
            elif words[n] in _NEEDED and research is not None and _said(words, research, n):
                return n
            elif words[n] in _NEEDS:
                needs = n
            elif words[n] in _STUDIED and needs is not None and n - needs <= _NEAR:
                return needs
        if item.part is Part.END:
            research = needs = None
    return None


def _said(words: Sequence[str], research: int, needed: int) -> bool:
    """“are needed”, “is still required”: a form of “be” stands before."""
    return any(w in ("is", "are", "be", "remain", "remains") for w in words[research:needed])


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
