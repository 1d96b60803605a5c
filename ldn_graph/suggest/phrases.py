"""What a noun phrase speaks of: its mentions, how they are changed, and what stands round them.

“a reduction in pain in patients with MS” is one mention of pain, changed to less, in a population
with a condition.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ldn_graph.records.vocabularies import Kind
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
