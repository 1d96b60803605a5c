"""A claim in plain words: `reading` says what is claimed, `says` who says it and how sure.

Neither adds anything to what the claim holds. A refuted claim reads as denied, a subject in a
changed state reads as such, and the source's own hedges are quoted, never paraphrased. A study
never reads as its claim: `says` tells what was given to whom, against what, and what was found.
"""

import re
from collections.abc import Sequence

from ldn_graph.records.model import Claim, Corpus, Entity, EvidenceItem, Result
from ldn_graph.records.vocabularies import (
    Certainty,
    Change,
    Comparator,
    Design,
    Direction,
    Indirectness,
    Kind,
    Measure,
    OutcomeRole,
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

CHANGED = {
    Change.INCREASED: "more",
    Change.DECREASED: "less",
    Change.MODULATED: "changed",
    Change.BALANCED: "balanced",
}
_HAS_ACTIVITY = frozenset({Kind.TARGET, Kind.CELL})

#: Designs that study something; a label, protocol or registry record states.
_STUDIES = frozenset(Design) - {
    Design.PROTOCOL,
    Design.REGISTRY_RECORD,
    Design.REGULATORY_LABEL,
}

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
    low-dose naltrexone may protect nerve cells"; of a study, what was studied and found. A
    measurement says in what it was made, with which compound and dose, never that the drug does
    it."""
    if item.measurements and item.design is not None:
        return _capital(_measured(item))
    if item.role is not Role.BACKGROUND and item.design in _STUDIES:
        return _of_study(item, claim, corpus)
    speaker = _SPEAKER[corpus.sources[item.source].type]
    modal = _modal(item, claim)
    clause = _clause(
        claim, corpus, denied=item.direction is Direction.REFUTES, modal=modal, attributed=True
    )
    return _capital(f"{speaker} {_verb_of_saying(item, claim, modal)} {clause}")


def _of_study(item: EvidenceItem, claim: Claim, corpus: Corpus) -> str:
    """What was given to whom, against what, and what was found, in that order."""
    speaker = _SPEAKER[corpus.sources[item.source].type]
    hedges = ", ".join(f"“{c.exact}”" for c in item.cues)
    hedge = f" ({hedges})" if hedges else ""
    result = leading(item.results)
    given = _given(item, claim, corpus)
    against = f" {compared(result)}" if result else ""
    if given and against and "," in given:
        against = f",{against}"
    of = f", of {given}{against}" if given else ""
    return _capital(f"{speaker} reports{hedge}{of}{_studied_in(item)}: {_found(item, result)}")


def leading(results: Sequence[Result]) -> Result | None:
    """The result that a sentence is about: of those on a primary outcome, or else of all, one with
    an interval, or else one with a number, or else the first."""
    return min(results, key=_lead, default=None)


def _lead(result: Result) -> tuple[bool, bool, bool]:
    no_number = result.estimate is None and result.value_intervention is None
    return result.role is not OutcomeRole.PRIMARY, result.ci_low is None, no_number


def compared(result: Result) -> str:
    """What a result compares with, as a phrase: "against placebo", "without a comparison group"."""
    words = result.comparator_text
    if words is None or result.comparator in (Comparator.BASELINE, Comparator.NONE):
        return result.comparator.against
    if words == "any":
        return f"against any {'active ' * (result.comparator is Comparator.ACTIVE)}comparator"
    return f"against {words}"


def numbers(result: Result) -> str | None:
    """The numbers of a result with interval and p value; None where the text read gives none."""
    p = f"p {result.p_sign.symbol} {result.p_value}" if result.p_sign else result.p_text
    more = [p] if p else []
    if result.estimate is not None:
        name = "" if result.measure in _UNNAMED else f"{result.measure.replace('-', ' ')} "
        told = f"{name}{result.estimate}{' %' if result.measure is Measure.PERCENT else ''}"
        if result.ci_low is not None:
            more.insert(0, f"{result.ci_level or 95} % CI {result.ci_low} to {result.ci_high}")
    elif result.value_intervention is not None:
        arms = (result.value_intervention, result.value_comparator)
        told = " against ".join(_arm(v, result.measure) for v in arms if v)
    else:
        return None
    return (told + (f" ({'; '.join(more)})" if more else "")).replace("-", "−")


def _arm(value: str, measure: Measure) -> str:
    """What an arm had, as written; a bare number of a share with its unit."""
    bare = re.fullmatch(r"[-−]?\d+(?:\.\d+)?", value) is not None
    return f"{value} %" if bare and measure is Measure.PERCENT else value


_UNNAMED = frozenset({Measure.PERCENT, Measure.OTHER})


def _found(item: EvidenceItem, result: Result | None) -> str:
    told = numbers(result) if result else None
    aside = result is not None and result.role is not OutcomeRole.PRIMARY and item.finding
    if result is None or told is None or aside:
        return item.finding or (f"“{item.quote.exact}”" if item.quote else "")
    rest = len(item.results) - 1
    more = f"; {rest} more result{'' if rest == 1 else 's'}" if rest else ""
    return f"{result.outcome_text}: {told}{more}"


def _given(item: EvidenceItem, claim: Claim, corpus: Corpus) -> str:
    """What was given: the dose as written, with the substance where the words don't name one.
    Empty where the claim isn't about what a drug does and the item gives no dose."""
    subject = corpus.entities[claim.subject]
    words = item.dose.text if item.dose else ""
    if subject.kind is not Kind.DRUG:
        return words
    substance = _running(subject)
    for kind, other in _OTHERS.items():
        if kind in item.indirectness:
            substance = f"another {other} than {substance}"
            return ", ".join(filter(None, (substance, words)))
    named = any(n.casefold() in words.casefold() for n in (*subject.names, "naltrexone"))
    return words if named else ", ".join(filter(None, (substance, words)))


#: What was given instead of the claim's subject, the greater difference first.
_OTHERS = {Indirectness.COMPOUND: "compound", Indirectness.DOSE: "dose"}


def _studied_in(item: EvidenceItem) -> str:
    """In whom, how many, by what design."""
    animals = {Design.ANIMAL: " in animals", Design.IN_VITRO: " in cells or other models"}
    design = item.design
    whom = animals.get(design) if design else None
    if whom is None:
        whom = f" in {item.population}" if item.population else ""
    aside = []
    if design and design not in animals:
        aside.append(design.in_words)
    if item.sample_size is not None:
        aside.append(f"n={item.sample_size}")
    aside += [
        f"another {i.in_words}"
        for i in item.indirectness
        if i not in _OTHERS and i is not Indirectness.CO_INTERVENTION
    ]
    if Indirectness.CO_INTERVENTION in item.indirectness:
        aside.append("together with something else")
    return whom + (f" ({', '.join(aside)})" if aside else "")


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
    word, plural = CHANGED[change], is_plural(entity.label)
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
