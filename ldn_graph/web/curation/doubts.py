"""What is missing, wrong or doubtful about a claim, in the words of its form, each with what clears
it there: `remedies` are buttons that fill fields in, `field` is where to look."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Corpus
from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.curation import remedies
from ldn_graph.web.curation.form_labels import CHOSEN, field_of, label_of
from ldn_graph.web.curation.remedies import Remedy, Seen
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.preview import Missing, Preview

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
    say = remedies.SAY.get(finding.rule)
    if say is not None:
        words, cleared = say(seen)
        doubt = replace(doubt, words=words, remedies=tuple(cleared))
    slot = finding.rule.removesuffix("-absent")
    if finding.rule.endswith("-absent"):
        doubt = replace(doubt, also=seen.slot_of(slot))
    if finding.rule == "same-claim-twice":
        doubt = replace(doubt, twin=remedies.twin_of(seen))
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
