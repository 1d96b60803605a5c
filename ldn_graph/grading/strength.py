"""How strong a claim is: evidence items and `strength.yaml` → wording, evidence level, agreement.

Three answers that are never merged into one number, each with its reasons in words. Pure: the
same items and the same rule give the same strength, whatever their order.

What holds for any input, and is tested as such: adding supporting evidence never lowers a rank,
adding refuting evidence never raises it; sentences of one source count once; evidence never
follows from wording; nothing is inferred from an empty list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import networkx as nx

from ldn_graph.grading.rule import Rule as Rule
from ldn_graph.grading.rule import read_rule as read_rule
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Source
from ldn_graph.records.vocabularies import (
    Agreement,
    Column,
    Design,
    Direction,
    Kind,
    Role,
    Stated,
    Wording,
)

#: Items with the level that each reaches by itself.
Sized = list[tuple[int, EvidenceItem]]


@dataclass(frozen=True)
class Reason:
    """One sentence of why; `axis` is wording, evidence or agreement."""

    axis: str
    text: str


@dataclass(frozen=True)
class Strength:
    """What a claim's evidence amounts to. Source ids are sorted; `level` is 0 to 4.

    `supporting`, `refuting` and `inconclusive` are the direct sources that count for agreement;
    `indirect` speak about something else; `retracted` count nothing.
    """

    wording: Wording
    wording_against: Wording
    level: int
    agreement: Agreement
    supporting: tuple[str, ...]
    refuting: tuple[str, ...]
    inconclusive: tuple[str, ...]
    indirect: tuple[str, ...]
    retracted: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @cached_property
    def rank(self) -> tuple[int, int, int]:
        """The lexicographic order of every ranking: evidence, then agreement, then wording."""
        return self.level, list(Agreement).index(self.agreement), wording_rank(self.wording)

    @property
    def contested(self) -> bool:
        return self.agreement is Agreement.CONTESTED


def wording_rank(rung: Wording) -> int:
    """0 for no wording, up to 6 for an assertion.

    >>> wording_rank(Wording.NONE), wording_rank(Wording.ASSERTION)
    (0, 6)
    """
    return list(Wording).index(rung)


def grade_all(corpus: Corpus, rule: Rule) -> dict[str, Strength]:
    """The strength of every claim, by id."""
    return {i: grade(claim, corpus, rule) for i, claim in corpus.claims.items()}


def grade(claim: Claim, corpus: Corpus, rule: Rule) -> Strength:
    """The strength of one claim of `corpus`."""
    return grade_items(claim.evidence, corpus.sources, rule, clinical=is_clinical(claim, corpus))


def is_clinical(claim: Claim, corpus: Corpus) -> bool:
    """Whether the claim is about what a drug does to a patient, not about how."""
    subject, object_ = corpus.entities[claim.subject], corpus.entities[claim.object]
    return subject.kind is Kind.DRUG and object_.column is Column.CONDITION


def grade_items(
    items: Iterable[EvidenceItem], sources: Mapping[str, Source], rule: Rule, *, clinical: bool
) -> Strength:
    """The strength of a set of evidence items; `clinical` picks the column of the design table."""
    all_items = sorted(items, key=lambda i: (i.source, i.model_dump_json()))
    retracted = _ids(i for i in all_items if sources[i.source].retracted)
    kept = [i for i in all_items if not sources[i.source].retracted]
    level, why_level = _level(kept, sources, rule, clinical)
    wording = _wording(kept, Direction.SUPPORTS, rule)
    direct = [i for i in kept if not i.indirectness and not _undecided_by_design(i)]
    by = {d: _ids(i for i in direct if i.direction is d) for d in Direction}
    agreement = _agreement(direct, sources)
    reasons = (
        *_why_wording(kept, wording, rule),
        *why_level,
        *_why_agreement(agreement, by, rule),
        *(Reason("evidence", f"{i} is retracted and counts nothing") for i in retracted),
    )
    return Strength(
        wording=wording,
        wording_against=_wording(kept, Direction.REFUTES, rule),
        level=level,
        agreement=agreement,
        supporting=by[Direction.SUPPORTS],
        refuting=by[Direction.REFUTES],
        inconclusive=by[Direction.INCONCLUSIVE],
        indirect=_ids(i for i in kept if i.indirectness),
        retracted=retracted,
        reasons=reasons,
    )


def cue_rung(item: EvidenceItem, rule: Rule) -> Wording:
    """The weakest rung that the item's cues name; without a cue, the strongest of its certainty."""
    rungs = [
        rule.cue_rungs[c.exact.lower()] for c in item.cues if c.exact.lower() in rule.cue_rungs
    ]
    if not rungs:
        rungs = [r.rung for r in rule.wording if r.certainty is item.certainty][:1]
    return min(rungs, key=wording_rank)


def item_wording(item: EvidenceItem, rule: Rule) -> Wording:
    """The rung of one item: that of its cues, and no higher than `implied` if presupposed."""
    rung = cue_rung(item, rule)
    presupposed = item.stated is Stated.PRESUPPOSED
    return min(rung, Wording.IMPLIED, key=wording_rank) if presupposed else rung


def item_level(item: EvidenceItem, rule: Rule, *, clinical: bool) -> int:
    """The level that one item reaches by itself, indirectness taken into account."""
    if is_statement(item) or item.design is None:
        reached = max((rule.basis.get(b, 0) for b in item.basis), default=0)
    else:
        row = rule.design[item.design]
        reached = row.clinical if clinical else row.mechanism
    return min([reached, *(rule.indirectness_cap[i] for i in item.indirectness)])


#: Designs that report that a study exists, not what it found.
_NO_RESULT = {Design.PROTOCOL, Design.REGISTRY_RECORD}
#: Syntheses whose trials may overlap with any other source, unless `pools` names them.
_SYNTHESES = {Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW}


def is_statement(item: EvidenceItem) -> bool:
    """Whether the item is an author's statement, not a study's own result or a synthesis."""
    return item.role is Role.BACKGROUND or item.design is None


def is_study(item: EvidenceItem) -> bool:
    """Whether the item is a result, or a synthesis of results by a stated method."""
    narrative = item.design is Design.NARRATIVE_REVIEW
    return not is_statement(item) and not narrative and item.design not in _NO_RESULT


def independent(ids: Iterable[str], sources: Mapping[str, Source]) -> int:
    """How many independent sources these are at most: the largest set of which no two are kin.

    Kin are a review and a trial that it pools, two reviews of one trial, a review that does not
    name its trials and anything, a comment and what it comments on, and two papers of one author
    group. Taking the largest set keeps the count from
    ever falling when a source is added.
    """
    chosen = sorted(set(ids))
    strangers = nx.Graph()
    strangers.add_nodes_from(chosen)
    pairs = combinations(chosen, 2)
    strangers.add_edges_from((a, b) for a, b in pairs if not _kin(sources[a], sources[b]))
    return len(nx.max_weight_clique(strangers, weight=None)[0]) if chosen else 0


def _kin(a: Source, b: Source) -> bool:
    about = [{s.id, *s.pools, *s.comments_on} for s in (a, b)]
    same_group = a.author_group is not None and a.author_group == b.author_group
    unnamed = any(s.design in _SYNTHESES and not s.pools for s in (a, b))
    return same_group or unnamed or bool(about[0] & about[1])


def _undecided_by_design(item: EvidenceItem) -> bool:
    """A protocol or registry record could not have decided: it is no inconclusive result."""
    return item.design in _NO_RESULT and item.direction is Direction.INCONCLUSIVE


def _ids(items: Iterable[EvidenceItem]) -> tuple[str, ...]:
    return tuple(sorted({i.source for i in items}))


def _wording(items: Iterable[EvidenceItem], direction: Direction, rule: Rule) -> Wording:
    rungs = [item_wording(i, rule) for i in items if i.direction is direction]
    return max(rungs, key=wording_rank, default=Wording.NONE)


def _level(
    items: list[EvidenceItem], sources: Mapping[str, Source], rule: Rule, clinical: bool
) -> tuple[int, list[Reason]]:
    """The highest level of a supporting item, raised by replication, held by contrary trials."""
    reached = {
        d: [(item_level(i, rule, clinical=clinical), i) for i in items if i.direction is d]
        for d in Direction
    }
    pro, con = reached[Direction.SUPPORTS], reached[Direction.REFUTES]
    best = max((n for n, _ in pro), default=0)
    open_ = [i for _, i in reached[Direction.INCONCLUSIVE] if not _undecided_by_design(i)]
    why = [Reason("evidence", _best_in_words(best, pro, rule) + _looked(pro, open_, con))]
    need = rule.replication
    trials = independent((i.source for n, i in pro if n >= need.level and is_study(i)), sources)
    if best == need.level and trials >= need.trials:
        best += 1
        why.append(Reason("evidence", f"{trials} independent studies agree: level {best}"))
    against = [i for n, i in con if n >= need.level]
    if best > rule.agreed_above and against:
        best = rule.agreed_above
        names = ", ".join(_ids(against))
        why.append(Reason("evidence", f"held at level {best}: {names} found otherwise"))
    return best, why


def _best_in_words(best: int, pro: Sized, rule: Rule) -> str:
    line = rule.level(best)
    if not pro:
        return f"level {best} ({line.name}): nothing supports it"
    item = min((i for n, i in pro if n == best), key=lambda i: (i.source, i.id))
    return f"level {best} ({line.name}): {_what(item)} [{item.source}]"


def _looked(pro: Sized, open_: list[EvidenceItem], con: Sized) -> str:
    """Who looked though nothing supports it, so that level 0 does not read as if nobody had."""
    undecided, otherwise = len(_ids(open_)), len(_ids(i for _, i in con))
    parts = [
        f"{number} source{'' if number == 1 else 's'} {did}"
        for number, did in ((undecided, "could not decide"), (otherwise, "found otherwise"))
        if number
    ]
    return "" if pro or not parts else f"; {' and '.join(parts)}"


def _what(item: EvidenceItem) -> str:
    """What kind of support an item is, in words."""
    if is_statement(item) or item.design is None:
        named = " and ".join(b.replace("-", " ") for b in item.basis)
        text = (
            "the author gives no basis" if named == "none stated" else f"the author names {named}"
        )
    else:
        size = f" (n={item.sample_size})" if item.sample_size is not None else ""
        text = f"{item.design.replace('-', ' ')}{size}"
    if item.indirectness:
        text += f", indirect in {', '.join(i.replace('-', ' ') for i in item.indirectness)}"
    return text


def _why_wording(items: list[EvidenceItem], rung: Wording, rule: Rule) -> list[Reason]:
    if rung is Wording.NONE:
        return [Reason("wording", "no source words it in favour")]
    item = next(
        i for i in items if i.direction is Direction.SUPPORTS and item_wording(i, rule) is rung
    )
    means = next(r.means for r in rule.wording if r.rung is rung)
    cues = ", ".join(f"“{c.exact}”" for c in item.cues)
    return [Reason("wording", f"{rung}: {means}" + (f" ({cues})" if cues else ""))]


def _agreement(direct: list[EvidenceItem], sources: Mapping[str, Source]) -> Agreement:
    sides = {i.direction for i in direct}
    if {Direction.SUPPORTS, Direction.REFUTES} <= sides:
        return Agreement.CONTESTED
    if Direction.REFUTES in sides:
        return Agreement.REFUTED
    if Direction.SUPPORTS not in sides:
        return Agreement.INCONCLUSIVE if sides else Agreement.NONE
    studies = [i for i in direct if i.direction is Direction.SUPPORTS and is_study(i)]
    if not studies:
        return Agreement.STATED_ONLY
    # a meta-analysis is several studies that agree, in one source
    pooled = any(i.design is Design.META_ANALYSIS for i in studies)
    several = pooled or independent((i.source for i in studies), sources) > 1
    return Agreement.CONCORDANT if several else Agreement.SINGLE_STUDY


def _why_agreement(
    agreement: Agreement, by: Mapping[Direction, tuple[str, ...]], rule: Rule
) -> list[Reason]:
    counts: Any = ", ".join(f"{len(by[d])} {d}" for d in Direction if by[d])
    text = f"{agreement}: {rule.agreement_class(agreement).means}"
    return [Reason("agreement", text + (f" (sources: {counts})" if counts else ""))]
