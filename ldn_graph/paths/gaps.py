"""Where evidence is missing: what no study has looked at, and what rests on the wrong kind.

Four lists, each of what the corpus holds and no more: a study that it lacks may exist elsewhere.
`docs/evidence.md` says how each list is made.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ldn_graph.grading.comparison import Entry, Question, counted, questions
from ldn_graph.grading.grade import scale_of
from ldn_graph.grading.strength import Rule, Strength, kinship
from ldn_graph.grading.summary import joined
from ldn_graph.paths.search import Path, all_paths
from ldn_graph.records.enumerations import CertaintyOfEvidence, GradeScale, PathBlock
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import (
    Column,
    Design,
    Direction,
    DoseBand,
    Indirectness,
    Kind,
    Predicate,
)


class GapKind(StrEnum):
    """Which of the four lists a gap is in."""

    NO_STUDY = "no-study"
    WEAK_CHAIN = "weak-chain"
    UNCONTROLLED = "uncontrolled"
    OTHER_DOSE = "other-dose"


class Ground(StrEnum):
    """What speaks for a claim, apart from what authors state."""

    NOTHING = "nothing"
    NOT_HUMAN = "animals-or-cells"
    HUMAN = "human-studies"


@dataclass(frozen=True)
class Gap:
    """One gap: `about` is an entity's id, `why` a clause; `path` is there for a chain only.

    `hanging`: how many paths have one of its claims among their weakest links, and how many claims
    share its bodies of evidence, so that a study of it would change them; `could_gain`: by how many
    steps at most the grade could rise, up to that of large trials or of people with a control.
    """

    kind: GapKind
    about: str
    question: Question
    why: str
    studies: tuple[Entry, ...] = ()
    path: Path | None = None
    hanging: int = 0
    could_gain: int = 0

    @property
    def would_change(self) -> int:
        """What a study would change at most: steps of the grade times what hangs on it."""
        return self.could_gain * self.hanging

    @property
    def claims(self) -> tuple[str, ...]:
        return tuple(c.id for c in self.question.claims)

    def in_practice(self, corpus: Corpus) -> bool:
        """Whether it is about how a medicine is given or named, and not about what acts on what."""
        practice = corpus.entities[self.question.object].column is Column.PRACTICE
        return practice or not self.question.claims[0].info.causal


#: Why of a claim that nothing else is known of.
ARTICLE_ONLY = "stated by the article only"

_NOT_HUMAN = {Design.ANIMAL, Design.IN_VITRO}
#: Human studies without a control group, or that chose no treatment themselves.
_UNCONTROLLED = {Design.UNCONTROLLED_TRIAL, Design.COHORT, Design.SURVEY, Design.CASE_SERIES}
#: The scales of claims that a study could be expected of.
_STUDIED = {GradeScale.CERTAINTY, GradeScale.MEASURED}
#: The step that a study could raise a grade to at most, on either scale.
_BEST = CertaintyOfEvidence.HIGH.step
_OTHER_BANDS = {DoseBand.INTERMEDIATE, DoseBand.STANDARD}


def find_gaps(corpus: Corpus, strengths: Mapping[str, Strength], rule: Rule) -> tuple[Gap, ...]:
    """All gaps, list by list, in each those first of which a study would change most; of steps
    that no drug takes part in, only those that a chain hangs on: of a textbook's fact no study is
    expected here."""
    asked = questions(corpus, rule)
    paths = all_paths(corpus, strengths)
    chains = Counter(s.claim.id for p in paths for s in p.weakest_links)
    kin = Counter(kinship(c) for c in corpus.current())

    def weighed(gap: Gap) -> Gap:
        """The gap with what hangs on it, and how far its grade could rise."""
        shared = {kinship(c) for c in gap.question.claims}
        return replace(
            gap,
            hanging=sum(chains[c] for c in gap.claims) + sum(kin[k] for k in shared),
            could_gain=_BEST - max(strengths[c].level for c in gap.claims),
        )

    lists = (
        (g for g in _no_study(asked, corpus) if _is_expected(g, corpus, chains)),
        _weak_chains(paths, asked),
        _uncontrolled(asked, corpus),
        _other_dose(asked, corpus),
    )
    ranked: list[Gap] = []
    for found in lists:
        ranked += sorted(map(weighed, found), key=lambda g: -g.would_change)
    return tuple(ranked)


def _is_expected(gap: Gap, corpus: Corpus, chains: Mapping[str, int]) -> bool:
    drug = corpus.entities[gap.question.subject].kind is Kind.DRUG
    return drug or any(chains[c] for c in gap.claims)


def rests_on(question: Question) -> tuple[Ground, str]:
    """What speaks for a question's claim, in kind and in words."""
    pro = [
        e for e in question.bearing("direct", "indirect") if e.item.direction is Direction.SUPPORTS
    ]
    if not pro:
        return Ground.NOTHING, _nothing(question)
    away = sorted({n for e in pro for n in e.item.indirectness})
    where = f", another {joined([n.in_words for n in away])}" if away else ""
    if all(_is_not_human(e) for e in pro):
        designs = sorted({e.item.design.in_words for e in pro if e.item.design})
        return Ground.NOT_HUMAN, f"{counted(pro)}, {joined(designs)}{where}"
    return Ground.HUMAN, f"{counted(pro)}{where}"


def _nothing(question: Question) -> str:
    said = [e for e in question.statements if e.item.direction is Direction.SUPPORTS]
    article = any(e.bearing == "article" for e in said)
    alone = ARTICLE_ONLY if article else "stated by a paper only" if said else "stated by none"
    studies = question.bearing("direct", "indirect")
    against = [e for e in studies if e.item.direction is Direction.REFUTES]
    open_ = [e for e in studies if e.item.direction is Direction.INCONCLUSIVE]
    kept = question.bearing("no result")
    more = [alone]
    if against:
        more.append(f"{counted(against)} against it")
    if open_:
        more.append(f"{counted(open_)} undecided")
    if kept:
        more.append(f"{counted(kept)} without a result")
    return "; ".join(more)


def _is_not_human(entry: Entry) -> bool:
    return entry.item.design in _NOT_HUMAN or Indirectness.SPECIES in entry.item.indirectness


def _no_study(asked: Iterable[Question], corpus: Corpus) -> Iterator[Gap]:
    """What an article says and no study of the corpus bears on, not even indirectly; only where a
    study could be expected: of an effect or of a mechanism's step."""
    chosen = [
        q
        for q in asked
        if q.in_article
        and not q.bearing("direct", "indirect")
        and (_is_of_effect(q) or any(scale_of(c, corpus) in _STUDIED for c in q.claims))
    ]
    gaps = []
    for q in chosen:
        why = "denied by the article only" if q.denied else _nothing(q)
        gaps.append(Gap(GapKind.NO_STUDY, q.object, q, why, q.bearing("no result")))
    yield from sorted(gaps, key=lambda g: _treatment_first(g, corpus))


def _is_of_effect(question: Question) -> bool:
    """Whether it asks if a treatment helps, or is in trials for something: what it is used or
    studied for could be shown to help."""
    return question.helps or question.claims[0].predicate is Predicate.IN_CLINICAL_TRIALS_FOR


def _weak_chains(paths: Iterable[Path], asked: Iterable[Question]) -> Iterator[Gap]:
    """Chains whose weakest step rests on animals or cells, or, from two steps on, on nothing.

    A single step on nothing is no chain; it is among the claims without a study.
    """
    of = {c.id: q for q in asked for c in q.claims}
    found = []
    for path in paths:
        question = of[path.weakest.claim.id]
        ground, why = rests_on(question)
        if path.weakest.strength.grade.scale not in _STUDIED or path.block is PathBlock.OUTCOME:
            continue
        if ground is Ground.HUMAN or (ground is Ground.NOTHING and len(path.steps) == 1):
            continue
        studies = question.bearing("direct", "indirect")
        found.append(Gap(GapKind.WEAK_CHAIN, path.end, question, why, studies, path))
    times: dict[tuple[str, ...], int] = {}
    for gap in found:
        times[gap.claims] = times.get(gap.claims, 0) + 1
    yield from sorted(
        found, key=lambda g: (-times[g.claims], g.claims, g.path.id if g.path else "")
    )


def _uncontrolled(asked: Iterable[Question], corpus: Corpus) -> Iterator[Gap]:
    """Conditions where the low dose was studied in people, but never against a control."""
    about: dict[str, list[Question]] = {}
    for q in asked:
        if corpus.entities[q.subject].dose_band is not DoseBand.LOW:
            continue
        for name in {q.object, q.condition or q.object}:
            if corpus.entities[name].kind is Kind.CONDITION:
                about.setdefault(name, []).append(q)
    for name, related in sorted(about.items()):
        entries = [e for q in related for e in q.bearing("direct", "indirect")]
        human = tuple(e for e in entries if not _is_not_human(e))
        if human and all(e.item.design in _UNCONTROLLED for e in human):
            designs = joined(sorted({e.item.design.in_words for e in human if e.item.design}))
            main = max(related, key=lambda q: (len(q.studies), q.helps))
            why = f"{counted(human)}, none with a control ({designs})"
            yield Gap(GapKind.UNCONTROLLED, name, main, why, human)


def _other_dose(asked: Iterable[Question], corpus: Corpus) -> Iterator[Gap]:
    """Claims that rest on a dose that is not low: those about the low dose of which every study
    is indirect in dose, and those about naltrexone at a higher or any dose."""
    for q in asked:
        entries = q.bearing("direct", "indirect")
        subject = corpus.entities[q.subject]
        if not entries or subject.kind is not Kind.DRUG:
            continue
        doses = joined(sorted({e.item.dose.text for e in entries if e.item.dose}))
        told = f"{counted(entries)}{f', at {doses}' if doses else ', dose not given'}"
        if subject.dose_band is DoseBand.LOW:
            if all(Indirectness.DOSE in e.item.indirectness for e in entries):
                why = f"about the low dose, but studied at another: {told}"
                yield Gap(GapKind.OTHER_DOSE, q.object, q, why, entries)
        elif not any(e.item.dose and e.item.dose.band is DoseBand.LOW for e in entries):
            why = f"about {subject.label}, so no evidence on the low dose: {told}"
            yield Gap(GapKind.OTHER_DOSE, q.object, q, why, entries)


def _treatment_first(gap: Gap, corpus: Corpus) -> tuple[object, ...]:
    subject, object_ = corpus.entities[gap.question.subject], corpus.entities[gap.about]
    return (
        gap.in_practice(corpus),
        subject.kind is not Kind.DRUG,
        subject.dose_band is not DoseBand.LOW,
        not gap.question.helps,
        list(Column).index(object_.column),
        gap.claims,
    )
