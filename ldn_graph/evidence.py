"""What texts say beside what studies found, and how the two compare.

Claims are taken together as a *question* when they share subject, kind of relation, object and
condition: “LDN is studied for Crohn's disease” (an article) and “LDN is described as helping with
Crohn's disease” (trials) are one question. Statements never count as evidence here, and studies
never as wording.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ldn_graph.model import Claim, Corpus, EvidenceItem
from ldn_graph.strength import (
    Rule,
    Strength,
    grade_items,
    is_clinical,
    is_statement,
    item_wording,
    wording_rank,
)
from ldn_graph.terms import (
    TREATMENT,
    Agreement,
    Column,
    Direction,
    Predicate,
    Standing,
    Wording,
)

#: Relations of treatment that ask whether it helps; being in trials is a question of its own.
_HELPS = TREATMENT - {Predicate.IN_CLINICAL_TRIALS_FOR}

QuestionKey = tuple[str, str, str, str | None, str | None]


@dataclass(frozen=True)
class Question:
    """Claims that ask the same, with what is said and what was found.

    `wording`: the strongest rung of any statement in favour; `found`: the strength of the studies
    alone; `standing`: how the two compare, `sentence`: the same in words.
    """

    claims: tuple[Claim, ...]
    statements: tuple[tuple[Claim, EvidenceItem], ...]
    studies: tuple[tuple[Claim, EvidenceItem], ...]
    wording: Wording
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


def key(claim: Claim) -> QuestionKey:
    """What claims of one question share."""
    relation = "helps" if claim.predicate in _HELPS else str(claim.predicate)
    narrowed = claim.qualifiers
    return claim.subject, relation, claim.object, narrowed.condition, narrowed.subject_change


def question(claims: Iterable[Claim], corpus: Corpus, rule: Rule) -> Question:
    """The question that `claims`, all of one key, ask."""
    chosen = tuple(sorted(claims, key=lambda c: c.id))
    pairs = [(c, i) for c in chosen for i in c.evidence]
    statements = tuple(p for p in pairs if is_statement(p[1]))
    studies = tuple(p for p in pairs if not is_statement(p[1]))
    said = [item_wording(i, rule) for _, i in statements if i.direction is Direction.SUPPORTS]
    wording = max(said, key=wording_rank, default=Wording.NONE)
    clinical = is_clinical(chosen[0], corpus)
    found = grade_items((i for _, i in studies), corpus.sources, rule, clinical=clinical)
    standing = compare(wording, found, rule, stated=bool(statements))
    return Question(
        claims=chosen,
        statements=statements,
        studies=studies,
        wording=wording,
        found=found,
        standing=standing,
        sentence=_sentence(standing, wording, found, rule),
    )


def questions(corpus: Corpus, rule: Rule) -> tuple[Question, ...]:
    """Every question that the current claims ask, in the order of their keys."""
    groups: dict[QuestionKey, list[Claim]] = {}
    for claim in corpus.current():
        groups.setdefault(key(claim), []).append(claim)
    ordered = sorted(groups.items(), key=lambda pair: tuple(part or "" for part in pair[0]))
    return tuple(question(claims, corpus, rule) for _, claims in ordered)


def about(entity: str, corpus: Corpus, rule: Rule) -> tuple[Question, ...]:
    """The questions about one condition, outcome or mechanism: those whose object it is or in
    whose condition they stand, treatment first, then by weight of studies."""
    chosen = [q for q in questions(corpus, rule) if entity in (q.object, q.condition)]
    return tuple(sorted(chosen, key=lambda q: _prominence(q, corpus, entity)))


def compare(wording: Wording, found: Strength, rule: Rule, *, stated: bool = True) -> Standing:
    """How what is said compares with what was found, by the rule's `comparison` table.

    Untested: nobody says it, or no study bears directly on it. Overstated: the wording is above
    the rung that the studies warrant. Understated: below it by `understated_by` rungs or more.
    """
    if not stated or wording is Wording.NONE or found.agreement is Agreement.NONE:
        return Standing.UNTESTED
    gap = wording_rank(warranted(found, rule)) - wording_rank(wording)
    if gap < 0:
        return Standing.OVERSTATED
    return Standing.UNDERSTATED if gap >= rule.comparison.understated_by else Standing.IN_LINE


def warranted(found: Strength, rule: Rule) -> Wording:
    """The strongest rung that what was found warrants."""
    table = rule.comparison
    if found.agreement in table.by_agreement:
        return table.by_agreement[found.agreement]
    return table.by_level[found.level]


def _sentence(standing: Standing, wording: Wording, found: Strength, rule: Rule) -> str:
    if standing is Standing.UNTESTED:
        if wording is Wording.NONE:
            return "No text in the corpus states it; only studies bear on it."
        return f"Untested: it is worded as {wording}, and no study bears directly on it."
    fitting = warranted(found, rule)
    level = rule.level(found.level)
    studies = f"the studies reach level {level.level} ({level.name}) and are {_agree(found)}"
    fit = "no wording in favour" if fitting is Wording.NONE else f"no more than {fitting}"
    verdict = {
        Standing.OVERSTATED: f"Overstated: it is worded as {wording}, while {studies}, "
        f"which warrants {fit}.",
        Standing.IN_LINE: f"In line: it is worded as {wording}, and {studies}.",
        Standing.UNDERSTATED: f"Understated: it is worded as {wording} only, while {studies}, "
        f"which warrants {fitting}.",
    }
    return verdict[standing]


def _agree(found: Strength) -> str:
    words: Mapping[Agreement, str] = {
        Agreement.REFUTED: "against it",
        Agreement.CONTESTED: "contested",
        Agreement.INCONCLUSIVE: "inconclusive",
        Agreement.SINGLE_STUDY: "a single one in favour",
        Agreement.CONCORDANT: "in agreement",
        Agreement.STATED_ONLY: "statements only",
        Agreement.NONE: "absent",
    }
    return words[found.agreement]


def _prominence(question: Question, corpus: Corpus, entity: str) -> tuple[object, ...]:
    low = corpus.entities[question.subject].dose_band
    return (
        question.object != entity,
        corpus.entities[question.subject].column is not Column.DRUG,
        question.claims[0].predicate not in _HELPS,
        low != "low",
        -len(question.studies),
        question.claims[0].id,
    )
