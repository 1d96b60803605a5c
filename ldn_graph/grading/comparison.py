"""What articles say beside what studies found, and how the two compare.

Claims are taken together as a *question* when they share subject, kind of relation, object,
condition and changed state: “LDN is studied for Crohn's disease” (an article) and “LDN is
described as helping with Crohn's disease” (trials) are one question. Statements never count as
evidence here, and studies never as wording. `docs/evidence.md` says it for readers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ldn_graph.grading.grade import Grade, grade_claim, scale_of
from ldn_graph.grading.strength import (
    Kin,
    Rule,
    Strength,
    grade_items,
    is_clinical,
    is_statement,
    is_study,
    item_level,
    item_wording,
    kin_of,
    kinship,
    wording_rank,
)
from ldn_graph.grading.summary import by_design, joined
from ldn_graph.records.enumerations import CertaintyOfEvidence, GradeScale, Shows
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Source
from ldn_graph.records.vocabularies import (
    TREATMENT,
    Agreement,
    Column,
    Direction,
    DoseBand,
    Predicate,
    Standing,
    Wording,
)
from ldn_graph.verbalise import reading

#: Relations of treatment that ask whether it helps; being in trials is a question of its own.
HELPS = TREATMENT - {Predicate.IN_CLINICAL_TRIALS_FOR}
#: How an item bears on its question. An article's words; another paper's words; a study of the
#: claim itself; one of something else; a record or review without a result; a retracted source.
Bearing = Literal["article", "paper", "direct", "indirect", "no result", "retracted"]

QuestionKey = tuple[str, str, str, str | None, str | None]

_BENEFIT = frozenset({Shows.BENEFIT})
_OPPOSITE = {
    Direction.SUPPORTS: Direction.REFUTES,
    Direction.REFUTES: Direction.SUPPORTS,
    Direction.INCONCLUSIVE: Direction.INCONCLUSIVE,
}


@dataclass(frozen=True)
class Entry:
    """One evidence item of one of the question's claims, with how it bears on the question."""

    claim: Claim
    item: EvidenceItem
    source: Source
    bearing: Bearing


@dataclass(frozen=True)
class Question:
    """Claims that ask the same, with what is said and what was found.

    `statements`: of articles first, then of papers; `studies`: all else, what counts first.
    `wording`: the strongest rung of an article in favour, or where articles only deny, of the
    denial (`denied`); `found`: the strength of the studies alone, for the claim; `standing`: how
    the two compare, `sentence`: the same in words.
    """

    claims: tuple[Claim, ...]
    statements: tuple[Entry, ...]
    studies: tuple[Entry, ...]
    wording: Wording
    denied: bool
    found: Strength
    standing: Standing
    sentence: str

    @property
    def subject(self) -> str:
        return self.claims[0].subject

    @property
    def object(self) -> str:
        return self.claims[0].object

    @property
    def condition(self) -> str | None:
        return self.claims[0].qualifiers.condition

    @property
    def helps(self) -> bool:
        """Whether it asks if a treatment helps."""
        return self.claims[0].predicate in HELPS

    @property
    def contested(self) -> bool:
        return self.found.contested

    @property
    def in_article(self) -> bool:
        return any(e.bearing == "article" for e in self.statements)

    def bearing(self, *kinds: Bearing) -> tuple[Entry, ...]:
        """The entries that bear on it so."""
        return tuple(e for e in (*self.statements, *self.studies) if e.bearing in kinds)


def key(claim: Claim) -> QuestionKey:
    """What claims of one question share."""
    relation = "helps" if claim.predicate in HELPS else str(claim.predicate)
    narrowed = claim.qualifiers
    return claim.subject, relation, claim.object, narrowed.condition, narrowed.subject_change


def is_article(source: Source) -> bool:
    """Whether a source is a text under examination, not the report of a study or review."""
    return source.design is None


def proposition(question: Question, corpus: Corpus) -> str:
    """What is asked, as the claim that it would be: never denied, whatever was found."""
    claims = sorted(question.claims, key=lambda c: (_plainness(c), c.id))
    undenied = claims[0].model_copy(update={"evidence": ()})
    return reading(undenied, corpus).replace("described as helping with", "said to help with")


def question(
    claims: Iterable[Claim], corpus: Corpus, rule: Rule, kin: Kin | None = None
) -> Question:
    """The question that `claims`, all of one key, ask; `kin`: `kin_of(corpus)`, where known."""
    chosen = tuple(sorted(claims, key=lambda c: c.id))
    clinical = is_clinical(chosen[0], corpus)
    entries = [_entry(c, i, corpus) for c in chosen for i in c.evidence]
    said = [e for e in entries if is_statement(e.item)]
    studies = [e for e in entries if not is_statement(e.item)]
    articles = [e for e in said if e.bearing == "article" and _about_effect(e.claim)]
    in_favour = _strongest(articles, Direction.SUPPORTS, rule)
    against = _strongest(articles, Direction.REFUTES, rule)
    denied = in_favour is Wording.NONE and against is not Wording.NONE
    results = [e.item for e in studies if is_study(e.item)]
    found = grade_items(
        results, corpus.sources, rule, clinical=clinical, given=_graded(chosen, corpus, rule, kin)
    )
    weighed = found
    if denied:
        turned = (i.model_copy(update={"direction": _OPPOSITE[i.direction]}) for i in results)
        weighed = grade_items(turned, corpus.sources, rule, clinical=clinical)
    wording = against if denied else in_favour
    wanted = _wanted(chosen[0], denied=denied)
    standing = compare(wording, weighed, rule, wanted)
    answer = Question(
        claims=chosen,
        statements=tuple(sorted(said, key=lambda e: e.bearing)),
        studies=tuple(sorted(studies, key=lambda e: _weight(e, rule, clinical))),
        wording=wording,
        denied=denied,
        found=found,
        standing=standing,
        sentence="",
    )
    fitting = warranted(weighed, rule, wanted)
    sentence = _sentence(answer, fitting, rule, one_article=_articles(corpus) == 1)
    return Question(**{**vars(answer), "sentence": sentence})


def _about_effect(claim: Claim) -> bool:
    # that something is used for a condition states no effect
    return claim.predicate is not Predicate.APPLIED_TO_TREAT


def _graded(claims: tuple[Claim, ...], corpus: Corpus, rule: Rule, kin: Kin | None) -> Grade | None:
    """The grade of what a question's studies found: that of its claim of an effect, if any, by
    the bodies of evidence that the claim shares with others."""
    effects = [c for c in claims if scale_of(c, corpus) is GradeScale.CERTAINTY]
    if not effects:
        return None
    known = kin_of(corpus) if kin is None else kin
    related = known.get(kinship(effects[0]), ())
    return grade_claim(effects[0], (*related, *claims), corpus, rule.certainty)


def questions(corpus: Corpus, rule: Rule) -> tuple[Question, ...]:
    """Every question that the current claims ask, by key."""
    groups: dict[QuestionKey, list[Claim]] = {}
    for claim in corpus.current():
        groups.setdefault(key(claim), []).append(claim)
    ordered = sorted(groups.items(), key=lambda pair: tuple(part or "" for part in pair[0]))
    kin = kin_of(corpus)
    return tuple(question(claims, corpus, rule, kin) for _, claims in ordered)


def about(entity: str, corpus: Corpus, rule: Rule) -> tuple[Question, ...]:
    """The questions about one condition, outcome or mechanism: those whose object it is, in whose
    condition they stand, or whose subject it is; those of the low dose first. What is a kind of
    what is no question of evidence, and left out."""
    chosen = [
        q
        for q in questions(corpus, rule)
        if entity in (q.object, q.condition, q.subject)
        and q.claims[0].predicate is not Predicate.SUBCLASS_OF
    ]
    return tuple(sorted(chosen, key=lambda q: _prominence(q, corpus, entity)))


def _wanted(claim: Claim, *, denied: bool) -> frozenset[Shows]:
    """What a body of evidence has to show to bear out a claim, or its denial."""
    effect = Shows.HARM if claim.predicate is Predicate.HAS_SIDE_EFFECT else Shows.BENEFIT
    return frozenset(Shows) - {effect, Shows.CANNOT_TELL} if denied else frozenset({effect})


def compare(
    wording: Wording, found: Strength, rule: Rule, wanted: frozenset[Shows] = _BENEFIT
) -> Standing:
    """How what is said compares with what was found, by the rule's `comparison` table; `wanted`:
    what a body of evidence shows that bears it out.

    Untested: no article says it, or no study bears directly on it. Overstated: the wording is
    above the rung that the studies warrant. Understated: below it by `understated_by` rungs or
    more.
    """
    if wording is Wording.NONE or found.agreement in (Agreement.NONE, Agreement.STATED_ONLY):
        return Standing.UNTESTED
    gap = wording_rank(warranted(found, rule, wanted)) - wording_rank(wording)
    if gap < 0:
        return Standing.OVERSTATED
    return Standing.UNDERSTATED if gap >= rule.comparison.understated_by else Standing.IN_LINE


def warranted(found: Strength, rule: Rule, wanted: frozenset[Shows] = _BENEFIT) -> Wording:
    """The strongest rung that what was found warrants: none where the evidence shows otherwise,
    unless that is of very low certainty."""
    table, grade = rule.comparison, found.grade
    if grade.shows is not None and grade.shows not in wanted | {Shows.CANNOT_TELL}:
        return table.by_level[1 if grade.name == CertaintyOfEvidence.VERY_LOW else 0]
    if found.agreement in table.by_agreement:
        return table.by_agreement[found.agreement]
    return table.by_level[max(found.level, 1 if found.supporting else 0)]


def counted(entries: Iterable[Entry]) -> str:
    """Sources by what they are, each once: "3 studies, 2 syntheses and one letter"."""
    return by_design({e.source.id: e.item.design for e in entries})


def _entry(claim: Claim, item: EvidenceItem, corpus: Corpus) -> Entry:
    source = corpus.sources[item.source]
    kind: Bearing
    if source.retracted:
        kind = "retracted"
    elif is_statement(item):
        kind = "article" if is_article(source) else "paper"
    elif not is_study(item):
        kind = "no result"
    else:
        kind = "indirect" if item.indirectness else "direct"
    return Entry(claim, item, source, kind)


def _strongest(entries: Iterable[Entry], direction: Direction, rule: Rule) -> Wording:
    rungs = [item_wording(e.item, rule) for e in entries if e.item.direction is direction]
    return max(rungs, key=wording_rank, default=Wording.NONE)


def _articles(corpus: Corpus) -> int:
    return sum(is_article(s) for s in corpus.sources.values())


def _plainness(claim: Claim) -> bool:
    return claim.predicate is not Predicate.TREATS_OR_APPLIED_OR_STUDIED


def _weight(entry: Entry, rule: Rule, clinical: bool) -> tuple[object, ...]:
    """The order in which studies are shown: what counts first, then direction, level and size."""
    item = entry.item
    return (
        ("direct", "indirect", "no result", "retracted").index(entry.bearing),
        list(Direction).index(item.direction),
        -item_level(item, rule, clinical=clinical),
        -(item.sample_size or 0),
        entry.source.id,
        entry.claim.id,
        item.id,
    )


def _prominence(question: Question, corpus: Corpus, entity: str) -> tuple[object, ...]:
    subject = corpus.entities[question.subject]
    return (
        subject.dose_band is not DoseBand.LOW,
        question.object != entity,
        question.condition != entity,
        subject.column is not Column.DRUG,
        not question.helps,
        -len(question.studies),
        question.claims[0].id,
    )


# --- the one sentence


def _sentence(question: Question, fitting: Wording, rule: Rule, *, one_article: bool) -> str:
    said = _said(question, rule)
    found = _found(question, rule)
    article = "the article" if one_article else "an article"
    fit = f"no more than {_rung(fitting, rule)}"
    if fitting is Wording.NONE:
        fit = "no denial" if question.denied else "no wording in favour"
    if not question.in_article:
        where = "Not in the article" if one_article else "In none of the articles"
        sentence = f"{where}; {found}."
    elif question.standing is Standing.UNTESTED:
        sentence = f"Untested: {article} {said}; {found}."
    elif question.standing is Standing.OVERSTATED:
        sentence = f"Overstated: {article} {said}; {found}, which warrants {fit}."
    elif question.standing is Standing.UNDERSTATED:
        sentence = (
            f"Understated: {article} {said}; {found}, which would warrant {_rung(fitting, rule)}."
        )
    else:
        fit = f"up to {_rung(fitting, rule)}"
        sentence = f"In line: {article} {said}; {found}, which warrants {fit}."
    tested = question.standing is not Standing.UNTESTED
    if tested and question.claims[0].predicate is Predicate.HAS_SIDE_EFFECT:
        sentence += " This is about how sure the words are, not about how safe it is."
    return sentence


def _said(question: Question, rule: Rule) -> str:
    if question.wording is Wording.NONE:
        return "takes no side"
    verb = "denies it, worded" if question.denied else "words it"
    return f"{verb} as {_rung(question.wording, rule)}"


def _rung(rung: Wording, rule: Rule) -> str:
    means = {r.rung: r.means for r in rule.wording}
    return f"{rung} ({means[rung]})" if rung in means else str(rung)


def _found(question: Question, rule: Rule) -> str:
    """What was found, as a clause: who speaks for it, who against, and what does not count."""
    direct = question.bearing("direct")
    if not direct:
        return "; ".join(filter(None, [_none_direct(question), _beside(question)]))
    sides = (
        (Direction.SUPPORTS, "supports it", "support it"),
        (Direction.REFUTES, "speaks against it", "speak against it"),
        (Direction.INCONCLUSIVE, "could not decide", "could not decide"),
    )
    parts = []
    for direction, one, several in sides:
        entries = [e for e in direct if e.item.direction is direction]
        if entries:
            parts.append(f"{counted(entries)} {one if _alone(entries) else several}")
    return f"{joined(parts)} ({_verdict(question.found)})"


def _verdict(found: Strength) -> str:
    """What the studies amount to, and any conflict."""
    conflict = "; contested" if found.contested else ""
    return f"{found.grade.words}{conflict}"


def _none_direct(question: Question) -> str:
    indirect = question.bearing("indirect")
    if not indirect:
        return "no study in this corpus bears on it"
    where = sorted({n.in_words for e in indirect for n in e.item.indirectness})
    verb = "does" if _alone(indirect) else "do"
    return (
        f"no study in this corpus bears on it directly, {counted(indirect)} {verb} "
        f"indirectly (another {joined(where)})"
    )


def _beside(question: Question) -> str:
    kept = question.bearing("no result")
    gone = [e for e in question.bearing("retracted") if not is_statement(e.item)]
    parts = []
    if kept:
        parts.append(f"{counted(kept)} {'gives' if _alone(kept) else 'give'} no result")
    if gone:
        parts.append(f"{counted(gone)} {'is' if _alone(gone) else 'are'} retracted")
    return joined(parts)


def _alone(entries: Iterable[Entry]) -> bool:
    return len({e.source.id for e in entries}) == 1
