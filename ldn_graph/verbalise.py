"""A claim in plain words: `reading` says what is claimed, `says` who says it and how sure.

Neither adds anything to what the claim holds. A refuted claim reads as denied, a subject in a
changed state reads as such, and the source's own hedges are quoted, never paraphrased.
"""

import re

from ldn_graph.records.model import Claim, Corpus, Entity, EvidenceItem
from ldn_graph.records.vocabularies import (
    Certainty,
    Change,
    Direction,
    Kind,
    Predicate,
    Role,
    Stated,
)

#: In `says`, the source is named, so its statement may be given as it stands.
_ATTRIBUTED = {
    Predicate.TREATS_OR_APPLIED_OR_STUDIED: ("helps with", "does not help with"),
}

#: "may be studied for" would say something else than "says that it may help, so it is studied".
_NO_MODAL = frozenset(
    {Predicate.APPLIED_TO_TREAT, Predicate.STUDIED_TO_TREAT, Predicate.IN_CLINICAL_TRIALS_FOR}
)
_DOUBTS = ("may", "might", "could")
_MODALS = (*_DOUBTS, "can")

_CHANGED = {Change.INCREASED: "more", Change.DECREASED: "less", Change.MODULATED: "changed"}
_HAS_ACTIVITY = frozenset({Kind.TARGET, Kind.CELL})

_SPEAKER = {
    "post-weblog": "the article",
    "article-journal": "the paper",
    "review": "the review",
    "dataset": "the record",
    "regulation": "the regulatory text",
    "webpage": "the page",
    "book": "the book",
    "document": "the document",
}

_SINGULAR_ENDS = ("ss", "us", "is", "diabetes")
_PLURAL_VERBS = {"is": "are", "was": "were", "has": "have", "does": "do"}
_BARE_VERBS = {"is": "be", "was": "be", "has": "have"}


def reading(claim: Claim, corpus: Corpus) -> str:
    """What `claim` says, in words: "Low-dose naltrexone blocks opioid receptors (for a few hours)".

    Denied where every source that takes a side, retracted ones aside, speaks against it.
    """
    return _capital(_clause(claim, corpus, denied=is_denied(claim, corpus)))


def is_denied(claim: Claim, corpus: Corpus) -> bool:
    """Whether every source that takes a side, retracted ones aside, speaks against the claim."""
    sides = {i.direction for i in claim.evidence if not corpus.sources[i.source].retracted}
    return Direction.REFUTES in sides and Direction.SUPPORTS not in sides


def says(item: EvidenceItem, claim: Claim, corpus: Corpus) -> str:
    """What one evidence item of `claim` says, as its source words it: "The article says that
    low-dose naltrexone may protect nerve cells". A measurement says in what it was made, with
    which compound and dose, never that the drug does it."""
    if item.measurements and item.design is not None:
        return _capital(_measured(item))
    speaker = _SPEAKER[corpus.sources[item.source].type]
    modal = _modal(item, claim)
    clause = _clause(
        claim, corpus, denied=item.direction is Direction.REFUTES, modal=modal, attributed=True
    )
    return _capital(f"{speaker} {_verb_of_saying(item, claim, modal)} {clause}")


def _measured(item: EvidenceItem) -> str:
    told = "; ".join(m.in_words for m in item.measurements)
    return f"stated, the result itself not read: {told}" if item.role is Role.BACKGROUND else told


def _verb_of_saying(item: EvidenceItem, claim: Claim, modal: str | None) -> str:
    """ "claims that", "says (“have reported”) that", "leaves open whether" …"""
    hedges = ", ".join(f"“{c.exact}”" for c in item.cues if c.exact.lower() != modal)
    quoted = f" ({hedges})" if hedges else ""
    if item.direction is Direction.INCONCLUSIVE:
        return f"leaves open{quoted} whether"
    if item.certainty is Certainty.ASSERTED:
        return f"{_verb_of_fact(item)}{quoted} that"
    in_doubt = item.certainty is Certainty.SPECULATIVE and modal not in _DOUBTS
    if in_doubt and claim.predicate not in _NO_MODAL:
        return f"says, as a possibility{quoted}, that"
    if modal or quoted:
        return f"says{quoted} that"
    return "says, with a hedge, that"


def _verb_of_fact(item: EvidenceItem) -> str:
    if item.stated is Stated.PRESUPPOSED:
        return "takes for granted"
    return "claims" if item.role is Role.BACKGROUND else "reports"


def _modal(item: EvidenceItem, claim: Claim) -> str | None:
    """The weakest modal verb among the item's cues, where the relation's verb can take it."""
    if not claim.info.causal or claim.predicate in _NO_MODAL:
        return None
    cues = {c.exact.lower() for c in item.cues}
    return next((m for m in _MODALS if m in cues), None)


def _clause(
    claim: Claim,
    corpus: Corpus,
    *,
    denied: bool,
    modal: str | None = None,
    attributed: bool = False,
) -> str:
    subject, plural = _subject(claim, corpus)
    info = claim.info
    positive, negative = (info.reads, info.negative)
    if attributed:
        positive, negative = _ATTRIBUTED.get(claim.predicate, (positive, negative))
    verb = negative if denied else positive
    if modal:
        verb = f"{modal} {_bare(verb)}"
    elif plural:
        verb = _for_plural(verb)
    object_ = _object(claim, corpus, plural)
    return f"{subject} {verb} {object_}{_where(claim, corpus)}{_aside(claim)}"


def _object(claim: Claim, corpus: Corpus, plural_subject: bool) -> str:
    """The object as running text has it: "are a kind of drug", "acts as painkiller"."""
    entity = corpus.entities[claim.object]
    if claim.predicate is Predicate.SUBCLASS_OF:
        return entity.label
    if claim.predicate is Predicate.HAS_ROLE and not plural_subject:
        return entity.label
    return _running(entity)


def _subject(claim: Claim, corpus: Corpus) -> tuple[str, bool]:
    """The subject in its changed state, if any, and whether it takes a plural verb."""
    entity = corpus.entities[claim.subject]
    change = claim.qualifiers.subject_change
    if change is None:
        return _running(entity), is_plural(_running(entity))
    word, plural = _CHANGED[change], is_plural(entity.label)
    if entity.kind not in _HAS_ACTIVITY:
        return f"{word} {entity.label}", plural
    if plural:
        return f"{word} activity of {entity.label}", False
    return f"{word} {entity.label} activity", False


def _where(claim: Claim, corpus: Corpus) -> str:
    """Location, condition and population; a population that names the condition stands for it."""
    qualifiers = claim.qualifiers
    slots = (qualifiers.location, qualifiers.condition, qualifiers.population)
    labels = [_running(corpus.entities[slot]) for slot in slots if slot is not None]
    kept = [a for n, a in enumerate(labels) if not any(a in b for b in labels[n + 1 :])]
    return "".join(f" in {label}" for label in kept)


def _aside(claim: Claim) -> str:
    qualifiers = claim.qualifiers
    approval = "off-label use" if qualifiers.approval else None
    words = (qualifiers.frequency, qualifiers.severity, qualifiers.timing, approval)
    given = [w for w in words if w]
    return f" ({'; '.join(given)})" if given else ""


def _running(entity: Entity) -> str:
    """An entity's name as running text has it: the plural of its label, if that is a synonym."""
    label = entity.label
    plurals = (f"{label}s", f"{label}es", f"{label.removesuffix('y')}ies")
    return next((p for p in plurals if p in entity.synonyms), label)


def is_plural(label: str) -> bool:
    """Whether a label takes a plural verb, going by its head noun's ending.

    >>> [is_plural(x) for x in ("vivid dreams", "lupus", "rise of endorphins", "cost")]
    [True, False, False, False]
    """
    head = re.split(r" (?:of|in|with|by|for|to|until|\w+ing)\b| \(", label.lower())[0]
    return head.endswith("s") and not head.endswith(_SINGULAR_ENDS)


def _for_plural(verb: str) -> str:
    """A verb phrase in the third person plural.

    >>> _for_plural("blocks"), _for_plural("does not block"), _for_plural("must not be used in")
    ('block', 'do not block', 'must not be used in')
    """
    first, space, rest = verb.partition(" ")
    return _PLURAL_VERBS.get(first, first.removesuffix("s")) + space + rest


def _bare(verb: str) -> str:
    """A verb phrase as it stands after a modal.

    >>> _bare("blocks"), _bare("does not block"), _bare("is not involved in")
    ('block', 'not block', 'not be involved in')
    """
    if verb.startswith("does not "):
        return verb.removeprefix("does ")
    first, space, rest = verb.partition(" ")
    bare = _BARE_VERBS.get(first, first.removesuffix("s"))
    if rest.startswith("not "):
        return f"not {bare}{space}{rest.removeprefix('not ')}"
    return bare + space + rest


def _capital(sentence: str) -> str:
    """`sentence` with a capital, unless its first word has capitals of its own ("mTOR")."""
    first = sentence.partition(" ")[0]
    return sentence if first != first.lower() else sentence[:1].upper() + sentence[1:]
