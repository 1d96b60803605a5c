"""How strong a claim is: evidence items and `strength.yaml` → wording, evidence level, agreement.

Three answers that are never merged into one number, each with its reasons in words. Pure: the
same items and the same rule give the same strength, whatever their order.

What holds for any input, and is tested as such: adding supporting evidence never lowers a rank,
adding refuting evidence never raises it; sentences of one source count once; evidence never
follows from wording; nothing is inferred from an empty list.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import combinations
from typing import Any

from ldn_graph.grading.body import Body, bodies
from ldn_graph.grading.grade import Grade, grade_by_bodies, grade_of_items
from ldn_graph.grading.rule import Rule as Rule
from ldn_graph.grading.rule import read_rule as read_rule
from ldn_graph.records.enumerations import GradeScale
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


@dataclass(frozen=True)
class Reason:
    """One sentence of why; `axis` is wording, evidence or agreement."""

    axis: str
    text: str


@dataclass(frozen=True)
class Strength:
    """What a claim's evidence amounts to. Source ids are sorted.

    `grade` is on the scale that fits the claim. `version_1_level` (0 to 4) is deprecated: it
    follows the best supporter, whatever else was found.
    `supporting`, `refuting` and `inconclusive` are the direct sources that count for agreement;
    `indirect` speak about something else; `retracted` count nothing.
    """

    wording: Wording
    wording_against: Wording
    version_1_level: int
    agreement: Agreement
    supporting: tuple[str, ...]
    refuting: tuple[str, ...]
    inconclusive: tuple[str, ...]
    indirect: tuple[str, ...]
    retracted: tuple[str, ...]
    reasons: tuple[Reason, ...]
    grade: Grade

    @cached_property
    def rank(self) -> tuple[int, int, int]:
        """The lexicographic order of every ranking: grade, then agreement, then wording.

        A conflict lowers a mechanism's step only where the other side was measured no worse; else
        it ranks as the least that it would be without the conflict.
        """
        agreement = self.agreement
        measured = self.grade.scale is GradeScale.MEASURED and self.grade.step > 0
        if self.contested and measured and not self.grade.against:
            agreement = Agreement.STATED_ONLY
        return self.grade.step, list(Agreement).index(agreement), wording_rank(self.wording)

    @property
    def level(self) -> int:
        """The step of the grade, 0 to 4, on the claim's own scale."""
        return self.grade.step

    @property
    def contested(self) -> bool:
        return self.agreement is Agreement.CONTESTED


#: Claims whose results may belong to one body of evidence, by `kinship`.
Kin = Mapping[tuple[str, str], Sequence[Claim]]


_WORDING_RANK = {rung: rank for rank, rung in enumerate(Wording)}


def wording_rank(rung: Wording) -> int:
    """0 for no wording, up to 6 for an assertion.

    >>> wording_rank(Wording.NONE), wording_rank(Wording.ASSERTION)
    (0, 6)
    """
    return _WORDING_RANK[rung]


def grade_all(corpus: Corpus, rule: Rule) -> dict[str, Strength]:
    """The strength of every claim, by id."""
    return grade_some(corpus.claims, corpus, rule)


def grade_some(names: Iterable[str], corpus: Corpus, rule: Rule) -> dict[str, Strength]:
    """The strengths of these claims (ids); those that the corpus lacks are left out."""
    kin = kin_of(corpus)
    shared: dict[tuple[str, str], tuple[Body, ...]] = {}

    def of_kin(claim: Claim) -> tuple[Body, ...]:
        """The bodies of a claim's kin, found once for all of them; its own where it is a draft."""
        if not claim.current:
            return bodies([*kin.get(kinship(claim), ()), claim], corpus, rule.certainty)
        name = kinship(claim)
        if name not in shared:
            shared[name] = bodies(kin[name], corpus, rule.certainty)
        return shared[name]

    chosen = (corpus.claims[n] for n in names if n in corpus.claims)
    return {c.id: _grade(c, partial(of_kin, c), corpus, rule) for c in chosen}


def grade(claim: Claim, corpus: Corpus, rule: Rule) -> Strength:
    """The strength of one claim, which `corpus` need not have yet."""
    shared = kinship(claim)
    kin = [c for c in corpus.current() if c.id != claim.id and kinship(c) == shared]
    return _grade(claim, lambda: bodies([*kin, claim], corpus, rule.certainty), corpus, rule)


def kinship(claim: Claim) -> tuple[str, str]:
    """What claims share whose results may belong to one body of evidence: the intervention and
    the condition. A change of one may change the grade of the others."""
    return claim.subject, claim.qualifiers.condition or claim.object


def kin_of(corpus: Corpus) -> dict[tuple[str, str], list[Claim]]:
    """The claims in force by `kinship`."""
    kin: dict[tuple[str, str], list[Claim]] = {}
    for claim in corpus.current():
        kin.setdefault(kinship(claim), []).append(claim)
    return kin


def _grade(
    claim: Claim, found: Callable[[], Iterable[Body]], corpus: Corpus, rule: Rule
) -> Strength:
    given = grade_by_bodies(claim, found, corpus)
    clinical = is_clinical(claim, corpus)
    return grade_items(claim.evidence, corpus.sources, rule, clinical=clinical, given=given)


def is_clinical(claim: Claim, corpus: Corpus) -> bool:
    """Whether the claim is about what a drug does to a patient, not about how."""
    subject, object_ = corpus.entities[claim.subject], corpus.entities[claim.object]
    return subject.kind is Kind.DRUG and object_.column is Column.CONDITION


def grade_items(
    items: Iterable[EvidenceItem],
    sources: Mapping[str, Source],
    rule: Rule,
    *,
    clinical: bool,
    given: Grade | None = None,
) -> Strength:
    """The strength of a set of evidence items; `clinical` picks the column of the design table.

    `given`: the grade of the claim that they are of; without one they are graded by themselves.
    """
    all_items = list(items)
    if len(all_items) > 1:
        all_items.sort(key=lambda i: (i.source, i.model_dump_json()))
    retracted = _ids(i for i in all_items if sources[i.source].retracted)
    kept = [i for i in all_items if not sources[i.source].retracted]
    level = _level(kept, sources, rule, clinical)
    graded = given or grade_of_items(all_items, sources, rule.certainty, clinical=clinical)
    wording = _wording(kept, Direction.SUPPORTS, rule)
    direct = [i for i in kept if not i.indirectness and not _undecided_by_design(i)]
    by = {d: _ids(i for i in direct if i.direction is d) for d in Direction}
    agreement = _agreement(direct, sources)
    reasons = (
        *_why_wording(kept, wording, rule),
        *(Reason("evidence", text) for text in (graded.words, *graded.reasons)),
        *_why_agreement(agreement, by, rule),
        *(Reason("evidence", f"{i} is retracted and counts nothing") for i in retracted),
    )
    return Strength(
        wording=wording,
        wording_against=_wording(kept, Direction.REFUTES, rule),
        version_1_level=level,
        agreement=agreement,
        supporting=by[Direction.SUPPORTS],
        refuting=by[Direction.REFUTES],
        inconclusive=by[Direction.INCONCLUSIVE],
        indirect=_ids(i for i in kept if i.indirectness),
        retracted=retracted,
        reasons=reasons,
        grade=graded,
    )


def cue_rung(item: EvidenceItem, rule: Rule) -> Wording:
    """The weakest rung that the item's cues name; without a cue, or with one that the rule does
    not list, also the strongest of its certainty."""
    words = [cue.exact.lower() for cue in item.cues]
    rungs = [rule.cue_rungs[w] for w in words if w in rule.cue_rungs]
    basis = {w.lower() for w in rule.basis_cues}
    if not rungs or any(w not in rule.cue_rungs and w not in basis for w in words):
        rungs += [r.rung for r in rule.wording if r.certainty is item.certainty][:1]
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
    told = item.design in (Design.NARRATIVE_REVIEW, Design.GUIDELINE)
    return not is_statement(item) and not told and item.design not in _NO_RESULT


def independent(ids: Iterable[str], sources: Mapping[str, Source]) -> int:
    """How many independent sources these are at most: the largest set of which no two are kin.

    Kin are a review and a trial that it pools, two reviews of one trial, a review that does not
    name all its trials and anything, a comment and what it comments on, and two papers of one
    author group. Taking the largest set keeps the count from ever falling when a source is added.
    """
    chosen = sorted(set(ids))
    if len(chosen) < 2:
        return len(chosen)
    # imported here: most claims have one source, and it takes as long to load as all of the records
    import networkx as nx

    strangers = nx.Graph()
    strangers.add_nodes_from(chosen)
    pairs = combinations(chosen, 2)
    strangers.add_edges_from((a, b) for a, b in pairs if not _kin(sources[a], sources[b]))
    return len(nx.max_weight_clique(strangers, weight=None)[0])


def _kin(a: Source, b: Source) -> bool:
    about = [{s.id, *s.pools, *s.comments_on} for s in (a, b)]
    same_group = a.author_group is not None and a.author_group == b.author_group
    unnamed = any(s.design in _SYNTHESES and (s.pools_more or not s.pools) for s in (a, b))
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
) -> int:
    """The deprecated level: the highest of a supporting item, raised by replication, held by
    contrary trials."""
    reached = {
        d: [(item_level(i, rule, clinical=clinical), i) for i in items if i.direction is d]
        for d in Direction
    }
    pro, con = reached[Direction.SUPPORTS], reached[Direction.REFUTES]
    best = max((n for n, _ in pro), default=0)
    need = rule.replication
    trials = independent((i.source for n, i in pro if n >= need.level and is_study(i)), sources)
    if best == need.level and trials >= need.trials:
        best += 1
    if best > rule.agreed_above and any(n >= need.level for n, _ in con):
        best = rule.agreed_above
    return best


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
