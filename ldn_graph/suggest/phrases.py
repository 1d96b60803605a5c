"""What a noun phrase speaks of, what clauses state of such phrases, which cues colour it.

“a reduction in pain in patients with MS” is one mention of pain, changed to less, in a population
with a condition.

A cue of a clause colours what follows it in its clause, up to a verb that has left its government
(“may reduce A and increases B”); a forward cue colours all that follows up to a terminator; a
backward cue what precedes it. “By blocking A, X may reduce B” stands under “may” as a whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ldn_graph.records.vocabularies import Basis, Certainty, Direction, Kind, Wording
from ldn_graph.suggest.cues import Cue, Sort, Way
from ldn_graph.suggest.matching import Match
from ldn_graph.suggest.relations import Family

#: Class nouns that point back with “this”, “these” or “the”: which kinds they may stand for.
CLASSES: dict[str, frozenset[Kind]] = {
    **dict.fromkeys(
        ("dose", "drug", "medication", "medicine", "agent", "compound", "treatment", "therapy",
         "substance", "opioid-antagonist"),
        frozenset({Kind.DRUG}),
    ),
    **dict.fromkeys(("peptide", "molecule", "hormone", "chemical", "substances", "cytokine",
                     "protein"), frozenset({Kind.MOLECULE})),
    **dict.fromkeys(("receptor", "target"), frozenset({Kind.TARGET})),
    **dict.fromkeys(("cell",), frozenset({Kind.CELL})),
    **dict.fromkeys(
        ("condition", "disease", "disorder", "illness", "syndrome"), frozenset({Kind.CONDITION})
    ),
    **dict.fromkeys(("symptom", "complaint"), frozenset({Kind.SYMPTOM, Kind.OUTCOME,
                                                       Kind.ADVERSE_EFFECT})),
    **dict.fromkeys(
        ("process", "pathway", "dysregulation", "response"), frozenset({Kind.PATHWAY,
                                                                      Kind.MECHANISM})
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """What a phrase speaks of. `start` and `end` are tokens. Without `entities` it is unknown, and
    `words` are what the text calls it; `back` says that it points back, and to which kinds."""

    start: int
    end: int
    entities: tuple[str, ...] = ()
    words: tuple[int, int] | None = None
    change: Family | None = None
    change_at: int | None = None
    back: str | None = None
    kinds: frozenset[Kind] = frozenset()
    event: Family | None = None
    places: tuple["Mention", ...] = ()


@dataclass(frozen=True)
class Phrase:
    """Coordinated mentions with what is said round them."""

    mentions: tuple[Mention, ...]
    start: int
    end: int
    agents: tuple[Mention, ...] = ()
    places: tuple[Mention, ...] = ()
    around: tuple[Mention, ...] = ()
    examples: tuple[tuple[Mention, Mention], ...] = ()
    people: bool = False
    property_of: tuple[Mention, ...] = ()


def class_kinds(word: str) -> frozenset[Kind] | None:
    """The kinds that a class noun may point back to; None for another word.

    >>> sorted(class_kinds("peptides")), class_kinds("pain")
    (['molecule'], None)
    """
    for form in (word, word.removesuffix("s"), word.removesuffix("es"), word[:-3] + "y"):
        if form in CLASSES:
            return CLASSES[form]
    return None


def alone(mention: Mention) -> Phrase:
    """The phrase of one mention."""
    return Phrase((mention,), mention.start, mention.end)


def changed(phrase: Phrase, family: Family, at: int) -> Phrase:
    """The phrase with every mention that is not changed yet changed by the word at `at`."""
    mentions = tuple(
        replace(m, change=family, change_at=at) if m.change is None else m for m in phrase.mentions
    )
    return replace(phrase, mentions=mentions, start=min(phrase.start, at))


def merged(one: Phrase, other: Phrase) -> Phrase:
    """Two coordinated phrases as one."""
    return Phrase(
        (*one.mentions, *other.mentions),
        min(one.start, other.start),
        max(one.end, other.end),
        (*one.agents, *other.agents),
        (*one.places, *other.places),
        (*one.around, *other.around),
        (*one.examples, *other.examples),
        one.people or other.people,
        (*one.property_of, *other.property_of),
    )


def exampled(phrase: Phrase, members: Phrase) -> Phrase:
    """The phrase with its examples as further mentions; they are kinds of the last one."""
    if not phrase.mentions and phrase.around:
        return replace(phrase, around=(*phrase.around, *members.mentions))
    if not phrase.mentions:
        return phrase
    head = phrase.mentions[-1]
    pairs = tuple((member, head) for member in members.mentions)
    inherited = tuple(
        replace(m, change=head.change, change_at=head.change_at) for m in members.mentions
    )
    whole = merged(phrase, replace(members, mentions=inherited))
    return replace(whole, examples=(*phrase.examples, *pairs))


def kinds_of(mentions: Iterable[Mention], kinds: Mapping[str, Kind]) -> set[Kind]:
    """The kinds of all that is named."""
    return {kinds[e] for m in mentions for e in m.entities}


def property_of(phrase: Phrase, kinds: Mapping[str, Kind]) -> Family:
    """“neuroprotective effects of X”: more of it; of others the phrase itself says the change."""
    mechanism = kinds_of(phrase.mentions, kinds) == {Kind.MECHANISM}
    return Family.MORE if mechanism else Family.EXPERIENCE


def acting(mentions: Iterable[Mention], kinds: Mapping[str, Kind]) -> bool:
    """Whether a drug, or something spoken of before, is among the mentions."""
    found = tuple(mentions)
    return Kind.DRUG in kinds_of(found, kinds) or any(m.back for m in found)


class How(StrEnum):
    """How a relation stands in its sentence."""

    MAIN = "main"
    MEANS = "means"
    RESULT = "result"
    NOUN = "noun"
    FRONT = "front"
    EXAMPLE = "example"
    LIST = "list"
    ALONE = "alone"


@dataclass(frozen=True)
class Relation:
    """`subjects` are said to do `family` to `objects`; `trigger`: the tokens of the word that says
    so; `clause`: its number in the sentence; `bare`: its verb is governed by a modal or “do”."""

    subjects: tuple[Mention, ...]
    family: Family
    objects: tuple[Mention, ...]
    trigger: tuple[int, int]
    clause: int
    how: How = How.MAIN
    around: tuple[Mention, ...] = ()
    places: tuple[Mention, ...] = ()
    flags: frozenset[Family] = frozenset()
    bare: bool = True
    by_people: bool = False


@dataclass
class Verb:
    """A verb that waits for its object."""

    family: Family
    at: tuple[int, int]
    clause: int
    how: How
    passive: bool
    bare: bool
    subjects: tuple[Mention, ...]
    people: bool
    noun: bool = False


_ORDER = list(Wording)
#: Denials of the verb right behind them, whatever clause that is counted to.
_RIGHT_BEFORE = frozenset({"nor", "not", "never", "doesn't", "don't", "didn't"})
#: What “is being studied” is said of.
_STUDIED = {Family.STUDY, Family.TRIAL, Family.TREAT, Family.BETTER}


@dataclass(frozen=True)
class Colour:
    """How a statement is coloured; each cue with its tokens."""

    certainty: Certainty
    direction: Direction
    basis: tuple[Basis, ...]
    cues: tuple[Match, ...] = ()
    negations: tuple[Match, ...] = ()
    rung: Wording = Wording.ASSERTION


def colour(relation: Relation, cues: Sequence[Match], clause_of: Sequence[int]) -> Colour:
    """What the cues of its sentence make of a relation."""
    ends = tuple(m.start for m in cues if m.cue and m.cue.sort is Sort.END)
    held = _outermost(tuple(m for m in cues if _covers(m, relation, clause_of, ends)))
    asks = relation.family is Family.NEEDS_RESEARCH
    hedges = tuple(m for m in held if _sort(m) is Sort.HEDGE and not asks)
    denials = _once(tuple(m for m in held if _sort(m) is Sort.NEGATION))
    open_ = tuple(m for m in held if _sort(m) is Sort.UNDECIDED)
    bases = tuple(m for m in cues if _sort(m) is Sort.BASIS)
    rung = min((m.cue.rung for m in hedges if m.cue and m.cue.rung), key=_ORDER.index,
               default=Wording.ASSERTION)  # fmt: skip
    direction = Direction.SUPPORTS
    if open_:
        direction, rung = Direction.INCONCLUSIVE, min(rung, Wording.SPECULATIVE, key=_ORDER.index)
    elif len({m.start for m in denials}) % 2:
        direction = Direction.REFUTES
    return Colour(
        _certainty(rung), direction, _bases(relation, bases, ends), hedges, (*denials, *open_), rung
    )


def _sort(match: Match) -> Sort | None:
    return match.cue.sort if match.cue else None


def _once(denials: tuple[Match, ...]) -> tuple[Match, ...]:
    """“neither A nor B” denies once."""
    near = [m for m in denials if m.cue and m.cue.words in _RIGHT_BEFORE]
    if len(near) > 1:  # “is not A and does not do B”: each denies its own verb
        denials = tuple(m for m in denials if m not in near[:-1])
    if any(m.cue and m.cue.words == "neither" for m in denials):
        return tuple(m for m in denials if m.cue and m.cue.words != "nor")
    return denials


def _certainty(rung: Wording) -> Certainty:
    if rung is Wording.ASSERTION:
        return Certainty.ASSERTED
    hedged = (Wording.CAPABILITY, Wording.REPORTED)
    return Certainty.HEDGED if rung in hedged else Certainty.SPECULATIVE


def _outermost(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """Without cues that lie inside a longer one of the same sort."""
    return tuple(
        m
        for m in matches
        if not any(
            o is not m
            and _sort(o) is _sort(m)
            and o.start <= m.start
            and m.end <= o.end
            and (o.end - o.start, -o.start) > (m.end - m.start, -m.start)
            for o in matches
        )
    )


def _covers(
    match: Match, relation: Relation, clause_of: Sequence[int], ends: tuple[int, ...]
) -> bool:
    cue = match.cue
    if cue is None or cue.sort not in (Sort.HEDGE, Sort.NEGATION, Sort.UNDECIDED):
        return False
    start, end = relation.trigger
    if relation.family is Family.AVOID and start <= match.start and match.end <= end:
        return False
    if match.start <= start and end <= match.end and cue.sort is not Sort.HEDGE:
        return True
    if cue.sort is Sort.NEGATION and _of_object(match, relation):
        return True
    if cue.words in _RIGHT_BEFORE and 0 <= start - match.end <= 1:
        return True
    if cue.way is Way.SENTENCE:
        studied = {Family.STUDY, Family.TRIAL} & {relation.family, *relation.flags}
        return (
            bool(studied) and relation.family in _STUDIED and not _parted(match.start, start, ends)
        )
    if cue.way is Way.FORWARD:
        return match.end <= start and not _parted(match.end - 1, start, ends)
    if cue.way is Way.ROUND:
        return not _parted(match.start, start, ends)
    if cue.way is Way.BACKWARD:
        return end <= match.start and not _parted(start, match.start, ends)
    return _in_clause(match, cue, relation, clause_of)


def _of_object(match: Match, relation: Relation) -> bool:
    """“no improvement in X was seen”: the denial stands at the noun of change."""
    changes = [m.change_at for m in relation.objects if m.change_at is not None]
    return any(0 <= at - match.end <= 2 for at in changes)


def _in_clause(match: Match, cue: Cue, relation: Relation, clause_of: Sequence[int]) -> bool:
    start, end = relation.trigger
    if clause_of[match.start] != relation.clause and clause_of[match.start] != clause_of[start]:
        return False
    if match.start < end:
        gap = start - match.end
        adverb = cue.sort is Sort.NEGATION and cue.words in ("no", "without", "lack of")
        return relation.how is not How.NOUN and not (adverb and gap > 4)
    if cue.words == "poorly":
        return True
    objects = [m.start for m in relation.objects]
    if cue.words in ("no", "neither", "little effect") and any(
        0 <= o - match.start <= 5 for o in objects
    ):
        return match.start >= start
    if cue.sort is Sort.HEDGE:
        return relation.how in (How.MEANS, How.FRONT)
    return False


def _parted(first: int, last: int, ends: tuple[int, ...]) -> bool:
    low, high = sorted((first, last))
    return any(low < e < high for e in ends)


def _bases(relation: Relation, cues: tuple[Match, ...], ends: tuple[int, ...]) -> tuple[Basis, ...]:
    found = {
        m.cue.basis
        for m in cues
        if m.cue and m.cue.basis and not _parted(m.start, relation.trigger[0], ends)
    }
    if relation.by_people:
        found.add(Basis.PATIENT_REPORTS)
    return tuple(sorted(found)) or (Basis.NONE_STATED,)
