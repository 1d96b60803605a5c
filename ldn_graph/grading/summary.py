"""Summary of findings: the bodies of evidence on a condition, and what hangs on one study.

Leaving a study out, or all that came out after a year, is done to the corpus; grading then knows
nothing of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ldn_graph.grading.body import Body, bodies
from ldn_graph.grading.grade import scale_of
from ldn_graph.grading.rule import Rule
from ldn_graph.grading.strength import Strength, grade_some, kinship
from ldn_graph.records.enumerations import CertaintyOfEvidence, GradeScale
from ldn_graph.records.model import Claim, Corpus, Source
from ldn_graph.records.vocabularies import Design


def count(number: int, one: str, several: str) -> str:
    """A number with its noun: "one study", "3 studies"."""
    return f"one {one}" if number == 1 else f"{number} {several}"


_NOUNS: dict[Design | None, tuple[str, str]] = {
    Design.META_ANALYSIS: ("synthesis", "syntheses"),
    Design.SYSTEMATIC_REVIEW: ("synthesis", "syntheses"),
    Design.LETTER: ("letter", "letters"),
    Design.REGULATORY_LABEL: ("regulatory label", "regulatory labels"),
    Design.GUIDELINE: ("guideline", "guidelines"),
    Design.NARRATIVE_REVIEW: ("narrative review", "narrative reviews"),
    Design.PROTOCOL: ("protocol", "protocols"),
    Design.REGISTRY_RECORD: ("registry record", "registry records"),
}
_STUDY = ("study", "studies")


def by_design(designs: Mapping[str, Design | None]) -> str:
    """Sources (id → design) by what they are: "3 studies, 2 syntheses and one letter"."""
    nouns = [_NOUNS.get(design, _STUDY) for design in designs.values()]
    kinds = sorted(set(nouns), key=[_STUDY, *_NOUNS.values()].index)
    return joined([count(nouns.count(k), *k) for k in kinds])


def joined(parts: list[str]) -> str:
    """Parts as running text: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


@dataclass(frozen=True)
class Hanging:
    """A claim whose strength changes when a study is left out; `without` is None where nothing of
    the claim remains."""

    claim: str
    before: Strength
    without: Strength | None


def summary(entity: str, corpus: Corpus, rule: Rule) -> tuple[Body, ...]:
    """The bodies of evidence on an entity, as the condition, the outcome or the intervention: the
    best design and most people first. What no study bears on has none."""
    claims = [
        c
        for c in corpus.current()
        if entity in _named(c) and scale_of(c, corpus) is GradeScale.CERTAINTY
    ]
    found = bodies(claims, corpus, rule.certainty)
    rated = [
        b
        for b in found
        if b.rating.certainty is not CertaintyOfEvidence.NONE
        and entity in (b.key.intervention, b.key.condition, b.key.outcome)
    ]
    return tuple(sorted(rated, key=_order))


def _named(claim: Claim) -> set[str | None]:
    """The entities that a claim's bodies of evidence may be about."""
    outcomes = (result.outcome for item in claim.evidence for result in item.results)
    return {claim.subject, claim.object, claim.qualifiers.condition, *outcomes}


def without(corpus: Corpus, *sources: str) -> Corpus:
    """The corpus as it would be without some sources (ids): their items are gone, and so are the
    claims that have no other."""
    kept = {i: s for i, s in corpus.sources.items() if i not in sources}
    return _with_sources(corpus, kept)


def until(corpus: Corpus, year: int) -> Corpus:
    """What was known at the end of `year`: sources published later, and studies without a year,
    are gone. A text under examination stays, whatever its year: it is asked about, no evidence."""
    kept = {
        i: s
        for i, s in corpus.sources.items()
        if s.design is None or (s.year is not None and s.year <= year)
    }
    return _with_sources(corpus, kept)


def hanging_on(
    source: str, corpus: Corpus, strengths: Mapping[str, Strength], rule: Rule
) -> tuple[Hanging, ...]:
    """The claims whose grade or agreement changes when a source is left out, by id."""
    current = corpus.current()
    shared = {kinship(c) for c in current if any(i.source == source for i in c.evidence)}
    names = [c.id for c in current if kinship(c) in shared]
    again = grade_some(names, without(corpus, source), rule)
    return tuple(
        Hanging(name, strengths[name], again.get(name))
        for name in names
        if _differs(strengths[name], again.get(name))
    )


def _differs(before: Strength, after: Strength | None) -> bool:
    if after is None:
        return True
    return (before.grade.words, before.agreement) != (after.grade.words, after.agreement)


def _with_sources(corpus: Corpus, kept: Mapping[str, Source]) -> Corpus:
    claims = {}
    for name, claim in corpus.claims.items():
        items = tuple(i for i in claim.evidence if i.source in kept)
        if len(items) == len(claim.evidence):
            claims[name] = claim
        elif items:
            claims[name] = claim.model_copy(update={"evidence": items})
    sources = {
        i: s.model_copy(
            update={
                "pools": tuple(p for p in s.pools if p in kept),
                "comments_on": tuple(p for p in s.comments_on if p in kept),
                "report_of": s.report_of if s.report_of in kept else None,
            }
        )
        for i, s in kept.items()
    }
    gaps = {i: g for i, g in corpus.gaps.items() if i in kept}
    leaning = {n: _leaning(c, claims) for n, c in claims.items()}
    return corpus.model_copy(
        update={"sources": sources, "claims": leaning, "proposals": {}, "gaps": gaps}
    )


def _leaning(claim: Claim, claims: Mapping[str, Claim]) -> Claim:
    kept = tuple(d for d in claim.leans_on if d.claim in claims)
    return claim if kept == claim.leans_on else claim.model_copy(update={"leans_on": kept})


def _order(body: Body) -> tuple[object, ...]:
    key = body.key
    people = body.people or 0
    return key.condition, key.intervention, -body.rating.start.step, -people, key
