"""A relation word between two kinds of thing → the model's relation, or none that fits."""

import re
from dataclasses import dataclass

from ldn_graph.records.vocabularies import Certainty, Change, Kind, Predicate
from ldn_graph.suggest.relations import Family

#: What is good to have less of, by the words of its name.
_BAD = re.compile(
    r"pain|intensity|severity|fatigue|stress|inflammat|degenerat|dysregulat|autoimmun|proliferat"
    r"|damage|symptom|flare|crav|anxi|nausea|insomnia|death|injur|toxic|itch|distress|relapse"
    r"|swelling|stiffness|tender",
    re.IGNORECASE,
)
_NOT_BAD = re.compile(r"anti-|protect|pain perception|threshold|tolerance|relief", re.IGNORECASE)

_LESS = {Family.LESS, Family.INHIBIT, Family.BLOCK}
_CHANGES = {
    Family.LESS: Change.DECREASED,
    Family.INHIBIT: Change.DECREASED,
    Family.BLOCK: Change.DECREASED,
    Family.MORE: Change.INCREASED,
    Family.PROTECT: Change.INCREASED,
    Family.REGULATE: Change.MODULATED,
    Family.AFFECT: Change.MODULATED,
}
_NEUTRAL = {Family.CAUSE, Family.LINKED, Family.EXPERIENCE, Family.CONTRIBUTE, Family.IS,
            Family.AFFECT, Family.TREAT}  # fmt: skip
_PLAIN = {
    Family.INHIBIT: Predicate.INHIBITS,
    Family.LESS: Predicate.DECREASES,
    Family.MORE: Predicate.INCREASES,
    Family.REGULATE: Predicate.REGULATES,
    Family.AFFECT: Predicate.AFFECTS,
    Family.BIND: Predicate.BINDS,
    Family.PROTECT: Predicate.PROTECTS,
    Family.DIFFER: Predicate.DIFFERS_FROM,
    Family.LOCATED: Predicate.LOCATED_IN,
    Family.PRESCRIBED_BY: Predicate.PRESCRIBED_BY,
    Family.MONITORED_BY: Predicate.MONITORED_BY,
}
_LADDER = {
    Family.STUDY: Predicate.STUDIED_TO_TREAT,
    Family.USE: Predicate.APPLIED_TO_TREAT,
    Family.DEVELOP: Predicate.DEVELOPED_FOR,
    Family.TRIAL: Predicate.IN_CLINICAL_TRIALS_FOR,
    Family.NEEDS_RESEARCH: Predicate.NEEDS_RESEARCH_FOR,
}
_SUFFERED = {Kind.CONDITION, Kind.SYMPTOM, Kind.ADVERSE_EFFECT}
_SAYS_SUFFERED = {Family.CAUSE, Family.LINKED, Family.TRIAL, Family.SIDE_EFFECT, Family.EXPERIENCE}
_INSIDE = {Kind.TARGET, Kind.CELL, Kind.MOLECULE, Kind.PATHWAY, Kind.MECHANISM, Kind.ANATOMY}
#: What is not treated by itself.
_PARTS = {Kind.MOLECULE, Kind.TARGET, Kind.CELL, Kind.ANATOMY}
_PRACTICE = {Kind.REGIMEN, Kind.POPULATION, Kind.STAKEHOLDER, Kind.ATTRIBUTE}


@dataclass(frozen=True)
class End:
    """One end of a relation: its kind, its name, and how the phrase says it is changed."""

    kind: Kind
    name: str
    change: Family | None = None

    @property
    def bad(self) -> bool:
        """Whether less of it is better."""
        if _NOT_BAD.search(self.name):
            return False
        return self.kind in _SUFFERED or _BAD.search(self.name) is not None


def suffered(family: Family, obj: End) -> bool:
    """Whether what a drug is said to bring about is an unwanted effect: “LDN causes headaches”."""
    caused = family is Family.CAUSE and obj.change is None
    return caused and obj.kind in (Kind.SYMPTOM, Kind.OUTCOME)


def subject_change(subject: End) -> Change | None:
    """In which changed state the subject acts: “blockade of X” is less X."""
    if subject.change in (Family.BETTER, Family.WORSE):
        less = (subject.change is Family.BETTER) == subject.bad
        return Change.DECREASED if less else Change.INCREASED
    return _CHANGES.get(subject.change) if subject.change else None


def predicate(
    subject: End, family: Family, obj: End, flags: frozenset[Family], certainty: Certainty
) -> Predicate | None:
    """The relation, None where the words between these two kinds name none of the model."""
    done = _composed(family, obj)
    if subject.kind is Kind.DRUG:
        return _of_drug(done, obj, flags, certainty)
    if subject.kind in (Kind.POPULATION, Kind.STAKEHOLDER, Kind.ATTRIBUTE):
        return None
    return _of_other(subject, done, obj)


def _composed(family: Family, obj: End) -> Family:
    """The verb and the change of its object as one: “produces a reduction in” reduces."""
    change = obj.change
    if change is None or change in (Family.TREAT, Family.AFFECT):
        return family
    if family in _NEUTRAL or family is Family.MORE:
        return change
    if family in _LESS:
        return Family.MORE if change in _LESS else Family.LESS
    return family


def _of_drug(
    family: Family, obj: End, flags: frozenset[Family], certainty: Certainty
) -> Predicate | None:
    if family is Family.AVOID:
        return None if obj.kind is Kind.DRUG else Predicate.CONTRAINDICATED_IN
    if obj.kind is Kind.CONDITION:
        return _of_condition(family, obj, flags, certainty)
    if family in (Family.NEEDS_RESEARCH, Family.DEVELOP):
        return _LADDER[family]
    if family in (Family.USE, Family.IS) and obj.kind is Kind.REGIMEN:
        return Predicate.ADMINISTERED_AS
    if obj.kind is Kind.ADVERSE_EFFECT and family in _SAYS_SUFFERED:
        return Predicate.HAS_SIDE_EFFECT
    if family is Family.SIDE_EFFECT:
        return Predicate.HAS_SIDE_EFFECT if obj.kind in _SUFFERED | {Kind.OUTCOME} else None
    if obj.kind in (Kind.REGIMEN, Kind.STAKEHOLDER):
        if family is Family.PART and obj.kind is Kind.REGIMEN:
            return Predicate.USED_AS_PART_OF
        fits = (Family.PRESCRIBED_BY, Family.MONITORED_BY)
        return _PLAIN[family] if family in fits else None
    if obj.kind is Kind.ROLE or obj.kind is Kind.DRUG:
        return _named(Kind.DRUG, family, obj)
    return _effect(family, obj)


def _of_condition(
    family: Family, obj: End, flags: frozenset[Family], certainty: Certainty
) -> Predicate | None:
    if family in _LADDER:
        return _LADDER[family]
    if family in (Family.MORE, Family.WORSE):
        return Predicate.INCREASES
    if family in (Family.CAUSE, Family.CONTRIBUTE, Family.SIDE_EFFECT):
        return Predicate.HAS_SIDE_EFFECT
    treating = {Family.TREAT, Family.BETTER, Family.LESS, Family.REGULATE, Family.INHIBIT,
                Family.INVOLVED, Family.RESPOND}  # fmt: skip
    if family not in treating:
        return None
    for flag in (Family.STUDY, Family.DEVELOP, Family.USE):
        if flag in flags:
            return _LADDER[flag]
    if certainty is Certainty.SPECULATIVE:
        return Predicate.STUDIED_TO_TREAT
    return None if family is Family.INVOLVED else Predicate.TREATS_OR_APPLIED_OR_STUDIED


def _effect(family: Family, obj: End) -> Predicate | None:
    """What anything does to a thing that can be more or less."""
    if obj.kind in _PRACTICE | {Kind.ROLE, Kind.DRUG}:
        return None
    if family is Family.TREAT and obj.kind in _PARTS and obj.change is None:
        return None  # nobody treats alcohol: the name is a part of another, or wrong
    if family is Family.BLOCK:
        return Predicate.ANTAGONISES if obj.kind is Kind.TARGET else Predicate.INHIBITS
    if family in (Family.BETTER, Family.TREAT, Family.WORSE):
        less = (family is Family.WORSE) != obj.bad
        return Predicate.DECREASES if less else Predicate.INCREASES
    if family is Family.LESS and obj.kind is Kind.CELL:
        return Predicate.INHIBITS
    if family in (Family.CAUSE, Family.CONTRIBUTE):
        return Predicate.INCREASES
    return _PLAIN.get(family)


def _of_other(subject: End, family: Family, obj: End) -> Predicate | None:
    if family is Family.INVOLVED or (family is Family.LINKED and obj.kind in _SUFFERED):
        fits = obj.kind in _SUFFERED | {Kind.PATHWAY, Kind.MECHANISM, Kind.OUTCOME}
        return Predicate.INVOLVED_IN if fits else None
    if family is Family.RESPOND:
        return Predicate.TREATS_OR_APPLIED_OR_STUDIED
    if family is Family.LOCATED:
        return Predicate.LOCATED_IN if subject.kind in _INSIDE else None
    if family is Family.IS:
        return _named(subject.kind, family, obj)
    if family is Family.FEATURE:
        suffered = obj.kind is Kind.CONDITION and (subject.bad or subject.kind in _SUFFERED)
        return Predicate.FEATURE_OF if suffered else _of_other(subject, Family.INVOLVED, obj)
    if family is Family.CAUSE and subject.kind is Kind.MOLECULE and obj.kind is Kind.SYMPTOM:
        return Predicate.INCREASES
    if family in (Family.CAUSE, Family.CONTRIBUTE) and obj.kind in _SUFFERED | {Kind.PATHWAY}:
        suffered = obj.kind is not Kind.PATHWAY or family is Family.CONTRIBUTE
        return Predicate.CONTRIBUTES_TO if suffered or obj.bad else Predicate.INCREASES
    if family is Family.TREAT and obj.kind is Kind.CONDITION:
        return Predicate.DECREASES
    if family in (Family.USE, Family.STUDY, Family.AVOID, Family.SIDE_EFFECT, Family.EXPERIENCE):
        return None
    return _effect(family, obj)


def _named(kind: Kind, family: Family, obj: End) -> Predicate | None:
    """“X is an opioid receptor antagonist”, “X is an autoimmune disease”."""
    if family is Family.DIFFER and obj.kind is kind:
        return Predicate.DIFFERS_FROM
    if family is not Family.IS:
        return None
    if obj.kind is Kind.ROLE:
        return Predicate.HAS_ROLE
    return Predicate.SUBCLASS_OF if obj.kind is kind else None


_KIND_WORDS = (
    (Kind.TARGET, r"receptors?|transporters?|channels?"),
    (Kind.CELL, r"cells?|microglia|astrocytes?|neurons?|lymphocytes?|macrophages?|\w+cytes?"),
    (Kind.CONDITION, r"disease|disorder|syndrome|cancer|tumou?rs?|dependence|addiction|neuropathy"
     r"|\w+itis|\w+osis|\w+emia|\w+algia|\w+oma|illness|infection|diabetes|obesity|psoriasis"),
    (Kind.ADVERSE_EFFECT, r"\w*toxicity|rash|gain|constipation|diarrh\w+|drowsiness|sleepiness"
     r"|irritability|restlessness"),
    (Kind.SYMPTOM, r"fatigue|pain|symptoms?|fog|stiffness|weakness|itch\w*|fever|cough|headaches?"
     r"|dizziness|cramps?"),
    (Kind.MOLECULE, r"\w*kines?|interleukins?|hormones?|peptides?|proteins?|dopamine|serotonin"
     r"|factors?|acid|cortisol|\w*ines?|enzymes?|tnf\S*|il-?\d+\S*"),
    (Kind.PATHWAY, r"signall?ing|pathways?|response|activation|growth|proliferation|stress"
     r"|metabolism|permeability|homeostasis|apoptosis|repair|axis"),
    (Kind.DRUG, r"\w+(?:mab|nib|olol|pril|statin|profen|oxone|azole|cillin|prazole"
     r"|nisone|solone|mycin|cycline"
     r"|triptan|gliptin|sartan|oxetine|formin|gabalin|gabapentin|triptyline|setron|azepam|coxib)"),
)  # fmt: skip


def guessed_kind(words: str, family: Family, *, subject: bool) -> Kind:
    """The kind of something that the corpus does not have, by the last words of its name, else by
    what is said of it.

    >>> guessed_kind("mast cells", Family.LESS, subject=False)
    <Kind.CELL: 'cell'>
    """
    last = words.lower().split()[-1]
    for kind, pattern in _KIND_WORDS:
        if re.fullmatch(pattern, last):
            return kind
    if subject:
        return Kind.MOLECULE
    if family in (Family.TREAT, Family.USE, Family.STUDY, Family.DEVELOP, Family.AVOID):
        return Kind.CONDITION
    if family is Family.SIDE_EFFECT:
        return Kind.ADVERSE_EFFECT
    if family in (Family.PRESCRIBED_BY, Family.MONITORED_BY):
        return Kind.STAKEHOLDER
    return Kind.TARGET if family in (Family.BLOCK, Family.BIND) else Kind.OUTCOME
