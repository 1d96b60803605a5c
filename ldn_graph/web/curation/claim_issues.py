"""What a reviewer reads of a claim: each field in the form's words, what is wrong or doubtful.

By the fields of the model, so that a field that is added shows by itself.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Claim, Corpus, Dose, EvidenceItem, Span
from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.curation import quick_fixes
from ldn_graph.web.curation.quick_fixes import Remedy, Seen
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.preview import Missing, Preview

LABELS = {
    "subject": "Subject",
    "predicate": "Relation",
    "object": "Object",
    "qualifiers.condition": "In the condition",
    "qualifiers.population": "In whom",
    "qualifiers.location": "Where in the body",
    "qualifiers.subject_change": "The subject is",
    "qualifiers.timing": "When",
    "qualifiers.frequency": "How often",
    "qualifiers.severity": "How severe",
    "qualifiers.approval": "Approval",
    "evidence": "In which words",
    "source": "Source",
    "quote": "Quote, letter by letter",
    "cues": "Words that may soften it",
    "direction": "It speaks",
    "certainty": "It sounds",
    "stated": "It is",
    "role": "Role of the words",
    "design": "Design (a study’s own result)",
    "section": "Section",
    "basis": "Basis that the text itself names",
    "finding": "Finding, in your own words",
    "sample_size": "Participants",
    "sample_text": "Participants, as written",
    "population": "Population",
    "outcome": "Outcome",
    "duration": "Duration",
    "dose": "Dose",
    "dose.text": "Dose, as written",
    "dose.low": "Dose from",
    "dose.high": "Dose to",
    "dose.unit": "Unit",
    "dose.band": "Dose band",
    "indirectness": "It is about another",
    "context": "Read with",
    "note": "Note",
    "loose.cues": "Other words that soften it, one a line",
    "loose.unhedged_cues": "Words that look as if they softened it, one a line",
    "id": "Id",
    "why": "Reason",
}
#: Fields that are chosen from a list, not typed.
CHOSEN = frozenset(
    {"predicate", "direction", "certainty", "stated", "role", "design", "basis", "unit", "band"}
)


def field_of(where: str, numbers: tuple[int, ...]) -> str:
    """The form's field for a place in a draft: items by the form's numbers, spans by their words.

    >>> field_of("evidence.0.quote", (3,)), field_of("evidence.1.context.0", (0, 2))
    ('evidence.3.quote.exact', 'evidence.2.context.0.exact')
    >>> field_of("evidence.0.cues.1", (0,)), field_of("evidence", (0,)), field_of("subject", ())
    ('evidence.0.loose.cues', 'evidence.0.quote.exact', 'subject')
    """
    parts = where.split(".")
    if parts[0] != "evidence":
        return ".".join(parts[:2])
    if len(parts) < 3 or not parts[1].isdigit():
        return f"evidence.{numbers[0] if numbers else 0}.quote.exact"
    at = int(parts[1])
    start = f"evidence.{numbers[at] if at < len(numbers) else at}."
    name = parts[2]
    if name == "quote":
        return f"{start}quote.exact"
    if name == "context":
        return f"{start}context.{parts[3] if len(parts) > 3 else 0}.exact"
    if name in ("cues", "unhedged_cues"):
        return f"{start}loose.{name}"
    if name == "dose":
        return f"{start}dose.{parts[3] if len(parts) > 3 else 'text'}"
    return start + name


def label_of(field: str) -> str:
    """What a field of the form is called, with the number of its item where there are several.

    >>> label_of("evidence.0.quote.exact"), label_of("evidence.0.dose.low"), label_of("subject")
    ('Quote, letter by letter', 'Dose from', 'Subject')
    """
    bare = field.split(".", 2)[2] if field.startswith("evidence.") and "." in field[9:] else field
    for name in (bare, bare.partition(".")[0]):
        if name in LABELS:
            return LABELS[name]
    return bare.replace("_", " ").replace(".", " ")


#: What the page shows in places of its own.
_SHOWN = {"id", "source", "quote", "section", "direction", "certainty", "basis", "design",
          "finding", "note"}  # fmt: skip
_CALLED = {
    "role": "Role of the words",
    "stated": "The words",
    "cues": "Softened by",
    "unhedged_cues": "Looks as if softened by, and is not",
    "context": "To be read with",
}


def item_facts(item: EvidenceItem) -> tuple[tuple[str, str], ...]:
    """What an item says beside its words, source and finding: label and value."""
    return tuple(_facts(item, _SHOWN))


def claim_facts(claim: Claim, corpus: Corpus) -> tuple[tuple[str, str], ...]:
    """The qualifiers of a claim, what it leans on, and its note."""
    found = []
    for name, value in claim.qualifiers.model_dump(mode="json", exclude_none=True).items():
        entity = corpus.entities.get(value)
        label = LABELS.get(f"qualifiers.{name}", _words(name))
        found.append((label, entity.label if entity else _words(value)))
    for link in claim.leans_on:
        found.append(("Leans on", f"{_words(link.kind)} {link.claim}"))
    return (*found, *((("Note on the claim", claim.note),) if claim.note else ()))


def _facts(value: BaseModel, left_out: set[str]) -> Iterator[tuple[str, str]]:
    for name in type(value).model_fields:
        given = getattr(value, name)
        if name in left_out or given is None or given == ():
            continue
        many = given if isinstance(given, tuple) else (given,)
        yield _CALLED.get(name) or LABELS.get(name) or _words(name), "; ".join(map(_said, many))


def _said(value: object) -> str:
    """One value in words; of a value with fields, each field that is given."""
    if isinstance(value, Span):
        return f"“{value.exact}”"
    if isinstance(value, Dose):
        return _dose(value)
    if isinstance(value, BaseModel):
        return ", ".join(f"{label.lower()} {said}" for label, said in _facts(value, set()))
    return _words(value) if isinstance(value, StrEnum) else str(value)


def _dose(dose: Dose) -> str:
    amounts = ""
    if dose.low is not None:
        ends = f"{dose.low}" if dose.low == dose.high else f"{dose.low} to {dose.high}"
        amounts = f" = {ends} {dose.unit}"
    return f"“{dose.text}”{amounts}, band {_words(dose.band)}"


def _words(name: object) -> str:
    text = str(name).replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:] if "_" in str(name) or isinstance(name, str) else text


#: Names that are proposed where one is not known.
_NAMES = 3


@dataclass(frozen=True)
class Doubt:
    """`kind` is missing, error, warning or note. `new_entity`: a name that may be added as a new
    thing; `also`: subject, object or a qualifier, whose other name may be added; `twin`: the claim
    in force that says the same; `text`: the source whose text is to be copied from."""

    field: str
    label: str
    kind: str
    words: str
    remedies: tuple[Remedy, ...] = ()
    new_entity: str = ""
    also: str = ""
    twin: str = ""
    text: str = ""

    @property
    def stops(self) -> bool:
        """Whether the claim can't be handed in with it."""
        return self.kind in ("missing", "error")


def doubts_of(
    found: Preview, draft: Mapping[str, Any], numbers: tuple[int, ...], state: State, texts: Texts
) -> tuple[Doubt, ...]:
    """Everything about a draft that its author should look at; `numbers`: the form's number of each
    of its evidence items."""
    doubts = [*_missing(found, draft, numbers, state.corpus)]
    for finding in found.findings:
        doubts.append(_of_finding(finding, found, numbers, state, texts))
    return tuple(dict.fromkeys(doubts))


def _of_finding(
    finding: Finding, found: Preview, numbers: tuple[int, ...], state: State, texts: Texts
) -> Doubt:
    assert found.claim is not None
    seen = Seen(finding, found.claim, numbers, state, texts)
    where = field_of(finding.where, numbers)
    doubt = Doubt(where, label_of(where), str(finding.severity), _plain(finding))
    say = quick_fixes.SAY.get(finding.rule)
    if say is not None:
        words, cleared = say(seen)
        doubt = replace(doubt, words=words, remedies=tuple(cleared))
    slot = finding.rule.removesuffix("-absent")
    if finding.rule.endswith("-absent"):
        doubt = replace(doubt, also=seen.slot_of(slot))
    if finding.rule == "same-claim-twice":
        doubt = replace(doubt, twin=quick_fixes.twin_of(seen))
    if finding.rule in _PLACES and not doubt.remedies and seen.text is not None:
        doubt = replace(doubt, text=seen.item.source)
    if finding.severity is Severity.WARNING:
        doubt = replace(doubt, words=f"{doubt.words} {_STAYS}")
    return doubt


#: Findings about words that the text has not.
_PLACES = ("quote-not-there", "quote-without-offsets", "quote-missing")
_STAYS = "If it is right as it is, say why when you hand it in."


def _plain(finding: Finding) -> str:
    """A finding that has no words of its own: without the file's names."""
    _, colon, rest = finding.message.partition(": ")
    told = rest if colon else finding.message
    return f"{told[:1].upper()}{told[1:]}; {finding.remedy}."


def _missing(
    found: Preview, draft: Mapping[str, Any], numbers: tuple[int, ...], corpus: Corpus
) -> Iterator[Doubt]:
    """What keeps a draft from being saved, one line a field."""
    said: dict[str, Missing] = {}
    for one in found.missing:
        name = field_of(one.field, numbers)
        if name not in said or one.message.startswith("unknown "):
            said[name] = one
    for name, one in said.items():
        value = _value(draft, one.field)
        if one.message.startswith("unknown ") and isinstance(value, str):
            yield _unknown(name, value, corpus)
        else:
            yield Doubt(name, label_of(name), "missing", _told(name, value, one))


def _told(name: str, value: object, one: Missing) -> str:
    last = name.rpartition(".")[2]
    if name.startswith("evidence.0.quote") and one.field == "evidence":
        return "Say in which words of which source, or what a study found."
    if value in (None, "", ()):
        return "Choose one." if last in CHOSEN else "Fill this in."
    for sign, words in _SAY_MISSING:
        if sign in one.message:
            return words.format(value=value)
    return f"“{value}” can’t stand here." if isinstance(value, str) else _sentence(one.message)


_SAY_MISSING = (
    ("needs a `quote`, or a `finding`", "Give a quote, or a finding in your own words."),
    ("go together", "An amount needs “Dose from”, “Dose to” and its unit."),
    ("is above `high`", "“Dose from” is above “Dose to”; swap them."),
    ("whole number", "“{value}” is no whole number; write digits only."),
    ("is no number", "“{value}” is no number; write it like 4.5."),
    ("below", "It can’t be below 0."),
    ("write it like", "“{value}” is no id; use small letters, digits and single hyphens."),
    ("longer than", "This is too long; shorten it."),
    ("beside another basis", "“none stated” can’t stand beside another basis; take one out."),
)


def _sentence(message: str) -> str:
    return message.replace("`", "“")[:1].upper() + message.replace("`", "")[1:] + "."


def _unknown(name: str, value: str, corpus: Corpus) -> Doubt:
    """A name that nothing has: the nearest that there are, and the way to add it."""
    if name.endswith(".source"):
        titles = {s.title: s.id for s in corpus.sources.values()} | {s: s for s in corpus.sources}
        near = [titles[t] for t in get_close_matches(value, titles, n=_NAMES, cutoff=0.5)]
        words = f"No source here is called “{value}”. Choose one of the list, or add it first."
        sets = tuple(Remedy(f"Take “{s}”", ((name, s),)) for s in dict.fromkeys(near))
        return Doubt(name, label_of(name), "missing", words, sets)
    if not name.startswith(("subject", "object", "qualifiers.")):
        return Doubt(name, label_of(name), "missing", f"“{value}” is not known here.")
    names = {n.casefold(): e.label for e in corpus.entities.values() for n in e.names}
    wanted = value.casefold()
    near = get_close_matches(wanted, names, n=_NAMES, cutoff=0.6)
    near += [n for n in names if wanted and len(wanted) > 3 and wanted in n][:_NAMES]
    labels = list(dict.fromkeys(names[n] for n in near))[:_NAMES]
    sets = tuple(Remedy(f"Take “{label}”", ((name, label),)) for label in labels)
    words = f"Nothing here is called “{value}” yet."
    return Doubt(name, label_of(name), "missing", words, sets, new_entity=value)


def _value(draft: Mapping[str, Any], place: str) -> object:
    value: Any = draft
    for step in place.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def encoded(remedy: Remedy) -> str:
    """What a remedy's button sends: the fields that it fills in."""
    return "set:" + json.dumps(dict(remedy.sets), ensure_ascii=False)


def decoded(action: str) -> dict[str, str]:
    """The fields that a button fills in; nothing for what no button of ours sends."""
    try:
        found = json.loads(action.removeprefix("set:"))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {k: v for k, v in found.items() if isinstance(k, str) and isinstance(v, str)}
