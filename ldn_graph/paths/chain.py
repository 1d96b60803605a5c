"""One chain of claims, and what follows from it: rank, sign, coherence, where it is stated.

A chain is as strong as its weakest step; nothing is averaged or multiplied. `docs/paths.md` says
how the sign follows from the steps, and what the notes mean.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from ldn_graph.grading.strength import Strength
from ldn_graph.records.enumerations import GradeScale, PathBlock
from ldn_graph.records.model import Claim, Corpus, EvidenceItem
from ldn_graph.records.vocabularies import (
    TREATMENT,
    Change,
    Coherence,
    Direction,
    DoseBand,
    Joined,
    Predicate,
    Sign,
    Wording,
)
from ldn_graph.verbalise import reading

_WANTED = {Change.INCREASED: 1, Change.DECREASED: -1}
#: Sorts the end of a path before any further link.
_NO_MORE_LINKS = -9
_MORE = {1: "more", 0: "a change, its direction not stated, of", -1: "less"}


@dataclass(frozen=True)
class Step:
    """A claim walked from `start` to `end`; `reversed`: object first, from group to member."""

    claim: Claim
    strength: Strength
    start: str
    end: str
    reversed: bool = False

    @property
    def supported(self) -> bool:
        """Whether anything that counts speaks for the claim."""
        return self.strength.wording is not Wording.NONE

    @property
    def denied(self) -> bool:
        """Whether all that takes a side speaks against the claim."""
        return not self.supported and self.strength.wording_against is not Wording.NONE

    @property
    def direct_sign(self) -> Sign:
        """The change of the object that the claim alone gives for more of its subject."""
        return next_state(1, self.claim.info.sign, self.claim.qualifiers.subject_change)[0]


@dataclass(frozen=True)
class Path:
    """A chain of at least one step. `states`: the change of each step's end, given more of the
    first entity; `notes`: what a reader must know before believing the chain, in words."""

    steps: tuple[Step, ...]
    states: tuple[Sign, ...]
    coherence: Coherence
    joined: Joined
    notes: tuple[str, ...] = ()

    @property
    def start(self) -> str:
        return self.steps[0].start

    @property
    def end(self) -> str:
        return self.steps[-1].end

    @property
    def nodes(self) -> tuple[str, ...]:
        return (self.start, *(step.end for step in self.steps))

    @cached_property
    def links(self) -> tuple[Step, ...]:
        """The steps that could be wrong: all but background, or all where all are background."""
        open_ = tuple(s for s in self.steps if not s.strength.grade.is_background)
        return open_ or self.steps

    @property
    def block(self) -> PathBlock:
        """Which of the three lists of paths it stands in."""
        if len(self.steps) == 1:
            return PathBlock.DIRECT
        return PathBlock.MECHANISM if len(self.links) > 1 else PathBlock.OUTCOME

    @property
    def weakest(self) -> Step:
        """The link of the lowest rank; the earliest of equals."""
        return min(self.links, key=lambda step: step.strength.rank)

    @property
    def weakest_links(self) -> tuple[Step, ...]:
        """All links of the lowest rank, in order."""
        return tuple(s for s in self.links if s.strength.rank == self.weakest.strength.rank)

    @property
    def rank(self) -> tuple[int, int, int]:
        """That of the weakest link: grade, agreement, wording."""
        return self.weakest.strength.rank

    @property
    def sign(self) -> Sign:
        """+1 more of the end, -1 less, 0 a direction that no source states."""
        return self.states[-1]

    @cached_property
    def id(self) -> str:
        """A slug that depends on the claims alone, so that it is the same in every run."""
        claims = "\n".join(step.claim.id for step in self.steps)
        return f"{self.start}-to-{self.end}-{hashlib.sha256(claims.encode()).hexdigest()[:10]}"

    @cached_property
    def order(self) -> tuple[tuple[tuple[int, ...], ...], str]:
        """Sorts paths block by block, in each best first: weakest link, then the second weakest,
        …, then fewer links, fewer steps, the names on the way, id. Among direct claims those that
        state an effect come first.

        A path that has run out of links beats one that still has some, so that adding a link,
        however strong, never raises a path within its block.
        """
        ranks = sorted(step.strength.rank for step in self.links)
        states = self.steps[0].strength.grade.scale is not GradeScale.SOURCE
        block = (list(PathBlock).index(self.block), not states)
        worst_first = (tuple(-axis for axis in rank) for rank in ranks)
        whole = (block, *worst_first, (_NO_MORE_LINKS, len(self.steps)))
        return whole, f"{' '.join(self.nodes)} {self.id}"


def next_state(state: Sign, sign: Sign, premise: Change | None) -> tuple[Sign, bool]:
    """The object's change, given the subject's `state`, and whether by inverting the claim.

    >>> next_state(-1, 1, None)  # X increases Y, and there is less X: less Y
    (-1, False)
    >>> next_state(-1, 1, Change.DECREASED)  # less X increases Y, and there is less X: more Y
    (1, False)
    >>> next_state(1, 1, Change.DECREASED)  # less X increases Y, but there is more X
    (-1, True)
    """
    if premise in (Change.MODULATED, Change.BALANCED):
        return sign, False
    wanted = 1 if premise is None else _WANTED[premise]
    turned = premise is not None and state == -wanted and sign != 0
    return cast(Sign, state * wanted * sign), turned


def backing(claim: Claim, corpus: Corpus) -> tuple[EvidenceItem, ...]:
    """The items that support a claim, those of retracted sources left out."""
    return tuple(
        i
        for i in claim.evidence
        if i.direction is Direction.SUPPORTS and not corpus.sources[i.source].retracted
    )


def explain(path: Path, corpus: Corpus) -> list[str]:
    """The path's verdict in plain language, a sentence a line: weakest link and why, sign of the
    chain, whether one passage states it, and every note. The quotes are on the claims."""
    names = {n: corpus.entities[n].label for n in (path.start, path.end)}
    return [
        _weakest_in_words(path, corpus),
        f"Taken together: {names[path.start]} → {_MORE[path.sign]} {names[path.end]}; "
        f"{_compared(path)}.",
        *([f"{_JOINED_IN_WORDS[path.joined]}; {_UNTESTED}."] if len(path.steps) > 1 else []),
        *(f"Note: {note}." for note in path.notes),
    ]


def _weakest_in_words(path: Path, corpus: Corpus) -> str:
    told = [
        f"step {path.steps.index(step) + 1} of {len(path.steps)}, "
        f"“{reading(step.claim, corpus)}”: {'; '.join(why(step.strength))}"
        for step in path.weakest_links
    ]
    if path.weakest.strength.grade.is_background:
        return f"Nothing but background: {'; '.join(told)}."
    name = "Weakest link" if len(told) == 1 else f"{len(told)} links are equally weak"
    return f"{name}: {'; and '.join(told)}."


def why(strength: Strength) -> list[str]:
    """Why a step is as strong as it is: its grade with the reasons, then agreement, wording."""
    order = ("agreement", "wording")
    ranked = sorted(
        (r for r in strength.reasons if r.axis in order), key=lambda r: order.index(r.axis)
    )
    return [strength.grade.short, *(r.text for r in ranked)]


def _compared(path: Path) -> str:
    if len(path.steps) > 1 or path.coherence is not Coherence.COHERENT:
        return _COHERENCE_IN_WORDS[path.coherence]
    if path.steps[0].claim.predicate in _INTENDED:
        return "this is the intended effect, the claim itself states none"
    return "this is claimed directly"


#: Relations of treatment that say what something is used or studied for, not that it works.
_INTENDED = TREATMENT - {Predicate.TREATS, Predicate.TREATS_OR_APPLIED_OR_STUDIED}
_COHERENCE_IN_WORDS = {
    Coherence.COHERENT: "this agrees with what is claimed of the two directly",
    Coherence.INCOHERENT: "this disagrees with what is claimed of the two directly",
    Coherence.DIRECTION_NOT_STATED: "a step does not say in which direction it works",
    Coherence.NOT_COMPARABLE: "nothing with a direction is claimed of the two directly",
}
_JOINED_IN_WORDS = {
    Joined.ONE_PASSAGE: "Every step stands in one section of one source",
    Joined.ACROSS_SECTIONS: "The steps are joined from several passages of one source",
    Joined.ACROSS_SOURCES: "The steps are joined from several sources; none has them all",
}
_UNTESTED = "a hypothesis: no study here tested the chain whole"


def assemble(steps: tuple[Step, ...], direct: Iterable[Step], corpus: Corpus) -> Path:
    """The path of these steps; `direct`: the causal claims from its start to its end, which its
    sign is compared with, refuted ones included."""
    state: Sign = 1
    states: list[Sign] = []
    notes: list[str] = []
    for number, step in enumerate(steps, 1):
        turned = False
        if not step.reversed:
            premise = step.claim.qualifiers.subject_change
            state, turned = next_state(state, step.claim.info.sign, premise)
        states.append(state)
        ends = (steps[0].start, steps[-1].end)
        notes += (f"step {number} {n}" for n in _step_notes(step, ends, turned, corpus))
    coherence, more = _coherence(state, corpus.entities[steps[-1].end].label, direct, corpus)
    return Path(steps, tuple(states), coherence, _joined(steps, corpus), (*notes, *more))


def _step_notes(step: Step, ends: tuple[str, str], turned: bool, corpus: Corpus) -> Iterator[str]:
    """What sets a step apart from the path that uses it, as predicates of "step n"."""
    claim, names = step.claim, corpus.entities
    subject, object_ = names[claim.subject].label, names[claim.object].label
    if step.reversed:
        yield f"takes what is said of {object_}, the group, and not of {subject}, its member"
    if turned:
        premise = claim.qualifiers.subject_change
        here, there = ("more", "less") if premise is Change.DECREASED else ("less", "more")
        yield (
            f"is claimed for {there} {subject}, and here there is {here}: the sign is turned "
            "round, which its sources do not state"
        )
    if narrowed := _narrowed(claim, ends[1], corpus):
        yield f"is claimed for {narrowed}, and the path ends in {names[ends[1]].label}"
    if step.strength.contested:
        for_, against = len(step.strength.supporting), len(step.strength.refuting)
        yield f"is contested: {for_} for it, {against} against it"
    others = _of_something_else(step)
    background = step.strength.grade.is_background
    if background and not step.reversed:
        yield "is background: a definition, or taken for granted by the sentence"
    elif not background and (others or not step.strength.supporting):
        yield f"rests on evidence about something else only{others}"
    band = names[ends[0]].dose_band
    doses = {i.dose.band for i in backing(claim, corpus) if i.dose} - {DoseBand.UNSPECIFIED}
    if band and doses and band not in doses:
        yield f"was found at another dose ({', '.join(sorted(doses))}) than the path's ({band})"


def _of_something_else(step: Step) -> str:
    """What the items that earned a step's grade are of instead of what it says."""
    shown = {item for claim, item in step.strength.grade.shown if claim == step.claim.id}
    items = [i for i in step.claim.evidence if i.id in shown]
    if not items or not all(i.indirectness for i in items):
        return ""
    kinds = sorted({k.in_words for i in items for k in i.indirectness})
    return f" (another {', '.join(kinds)})"


def _narrowed(claim: Claim, end: str, corpus: Corpus) -> str:
    """The condition and population that a claim is made for, where they are not just the end's.

    A population that names its condition ("patients with Crohn's disease") adds nothing to it.
    """
    condition, population = (
        corpus.entities[n].label if n else ""
        for n in (claim.qualifiers.condition, claim.qualifiers.population)
    )
    adds = population and not (condition and condition.lower() in population.lower())
    if claim.qualifiers.condition in (None, end) and not adds:
        return ""
    return ", ".join(filter(None, (condition, population if adds else "")))


def _coherence(
    sign: Sign, end: str, direct: Iterable[Step], corpus: Corpus
) -> tuple[Coherence, list[str]]:
    """How a chain's sign compares with the direct claims between its ends, with notes."""
    signed = sorted((s for s in direct if s.direct_sign), key=lambda s: s.claim.id)
    notes = [
        f"what is claimed of the two ends directly is contested [{s.claim.id}]"
        for s in signed
        if s.supported and s.strength.contested
    ]
    if sign == 0:
        return Coherence.DIRECTION_NOT_STATED, notes
    same = [s for s in signed if s.direct_sign == sign]
    opposing = [
        *(s for s in signed if s.supported and s.direct_sign != sign),
        *(s for s in same if s.denied),
    ]
    if opposing:
        chain = f"the chain says {_MORE[sign]} {end}, but directly:"
        notes += (f"{chain} {reading(s.claim, corpus)} [{s.claim.id}]" for s in opposing)
        return Coherence.INCOHERENT, notes
    agreeing = any(s.supported for s in same)
    return (Coherence.COHERENT if agreeing else Coherence.NOT_COMPARABLE), notes


def _joined(steps: tuple[Step, ...], corpus: Corpus) -> Joined:
    """Whether one section of one source has a supporting quote for every step."""
    items = [backing(step.claim, corpus) for step in steps]
    if len(steps) == 1:
        return Joined.ONE_PASSAGE
    passages = [{(i.source, i.section) for i in its if i.quote and i.section} for its in items]
    if set.intersection(*passages):
        return Joined.ONE_PASSAGE
    sources = [{i.source for i in its} for its in items]
    return Joined.ACROSS_SECTIONS if set.intersection(*sources) else Joined.ACROSS_SOURCES
