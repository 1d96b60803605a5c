"""What a form begins with where a passage of a text, or a suggestion, becomes a claim."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import QueryParams

from ldn_graph.records import vocabularies
from ldn_graph.records.model import ENTITY_QUALIFIERS
from ldn_graph.reports.evidence import in_words
from ldn_graph.texts.source_texts import section_of, whole_words
from ldn_graph.validation.cues import cue_words, denies
from ldn_graph.web.curation.claim_form import CUE_KINDS
from ldn_graph.web.curation.reading import annotated
from ldn_graph.workspace.corpus_files import State

#: What a select offers, by field. Of relations the words are those of a sentence.
CHOICES: dict[str, list[tuple[str, str]]] = {
    "predicate": [(str(p), vocabularies.PREDICATES[p].reads) for p in vocabularies.Predicate],
    **{
        name: [(str(member), in_words(str(member))) for member in kind]
        for name, kind in {
            "subject_change": vocabularies.Change,
            "direction": vocabularies.Direction,
            "certainty": vocabularies.Certainty,
            "basis": vocabularies.Basis,
            "design": vocabularies.Design,
            "role": vocabularies.Role,
            "stated": vocabularies.Stated,
            "indirectness": vocabularies.Indirectness,
            "band": vocabularies.DoseBand,
        }.items()
    },
}
#: What a suggestion says beside its three names: parameter → field of the form.
SUGGESTED = {
    **{name: f"evidence.0.{name}" for name in ("direction", "certainty", "stated", "basis")},
    **{name: f"qualifiers.{name}" for name in ("subject_change", *ENTITY_QUALIFIERS)},
}
_CUE = re.compile(r"evidence\.(\d{1,6})\.cue\.(\d{1,11})-(\d{1,11})")
_OFFSETS = re.compile(r"(\d{1,11})-(\d{1,11})")


def begun(asked: QueryParams, source: str, text: str, state: State) -> dict[str, str]:
    """The values of a form for a passage of the text of `source`: quote, section, hedges, what is
    named in it, and what a suggestion says of it. What denies something never starts as
    supporting: its direction is left to be chosen."""
    values = _passage(asked, source, text, state) | _suggested(asked, text, state)
    supports = values.get("evidence.0.direction") == vocabularies.Direction.SUPPORTS
    if supports and denies(values.get("evidence.0.quote.exact", "")):
        del values["evidence.0.direction"]
    return values


def _suggested(asked: QueryParams, text: str, state: State) -> dict[str, str]:
    """The values of a form that a suggestion fills in beside its passage."""
    values = {}
    for name, field in SUGGESTED.items():
        value = asked.get(name, "")[:200]
        offered = [choice for choice, _ in CHOICES.get(name, ())]
        if value and (not offered or all(v in offered for v in value.split())):
            entity = state.corpus.entities.get(value) if name in ENTITY_QUALIFIERS else None
            values[field] = entity.label if entity else value
    for k, said in enumerate(asked.getlist("context")[:4]):
        match = _OFFSETS.fullmatch(said)
        a, b = (int(match[1]), int(match[2])) if match else (0, 0)
        if a < b <= len(text):
            start = f"evidence.0.context.{k}."
            values |= {f"{start}exact": text[a:b], f"{start}start": str(a), f"{start}end": str(b)}
    return values


def _passage(asked: Mapping[str, str], source: str, text: str, state: State) -> dict[str, str]:
    """The values of a form for a passage: quote, section, hedges, and what is named in it."""
    numbers = [asked.get(name, "") for name in ("start", "end")]
    if not all(n.isascii() and n.isdigit() and len(n) < 12 for n in numbers):
        return {"evidence.0.source": source}
    start, end = (min(int(n), len(text)) for n in numbers)
    start, end = whole_words(text, start, end)
    words = text[start:end].strip()
    start += len(text[start:end]) - len(text[start:end].lstrip())
    passages = [p for line in annotated(text, source, state.corpus, state.rule) for p in line]
    section = section_of([(p.start, p.section or "") for p in passages if p.heading], start)
    values = {
        "evidence.0.source": source,
        "evidence.0.quote.exact": words,
        "evidence.0.quote.start": str(start),
        "evidence.0.quote.end": str(start + len(words)),
        "evidence.0.section": section or "",
        "evidence.0.direction": "supports",
        "evidence.0.role": "background",
        "evidence.0.stated": "explicit",
        "evidence.0.basis": "none-stated",
    }
    rungs, ladder = [], state.rule.cue_rungs
    for a, b, hedges in cue_words(words, state.rule):
        values[f"evidence.0.cue.{start + a}-{start + b}"] = "cue" if hedges else "no cue"
        if hedges and (rung := ladder.get(words[a:b].lower())):
            rungs.append(rung)
    certainties = [state.rule.certainty_of[r] for r in rungs]
    order = list(vocabularies.Certainty)
    values["evidence.0.certainty"] = str(max(certainties, key=order.index, default=order[0]))
    return values | {
        k: v for k, v in _ends(passages, start, start + len(words), state).items() if k not in asked
    }


def _ends(passages: list[Any], start: int, end: int, state: State) -> dict[str, str]:
    """The first two things that the passage names, a drug first: only a beginning."""
    named = [
        piece.entity
        for p in passages
        for piece in p.pieces
        if piece.entity and start <= piece.start < end
    ]
    drugs = [n for n in named if state.corpus.entities[n].kind is vocabularies.Kind.DRUG]
    ends = list(dict.fromkeys([*drugs[:1], *named]))[:2]
    return {
        slot: state.corpus.entities[name].label
        for slot, name in zip(("subject", "object"), ends, strict=False)
    }


def cue_fields(
    values: Mapping[str, str], n: int, held: Mapping[str, str], state: State
) -> list[tuple[str, str, str]]:
    """The words of an item's quote that look like hedges: field, words, what they are taken for;
    empty where nobody has said yet."""
    text = held.get(values.get(f"evidence.{n}.source", ""), "")
    found = {}
    edges = [values.get(f"evidence.{n}.quote.{end}", "") for end in ("start", "end")]
    if text and all(e.isascii() and e.isdigit() for e in edges):
        start, end = int(edges[0][:11]), int(edges[1][:11])
        for a, b, _ in cue_words(text[start:end], state.rule):
            found[(start + a, start + b)] = ""
    for key, value in values.items():
        match = _CUE.fullmatch(key)
        if match and int(match[1]) == n:
            place = int(match[2]), int(match[3])
            if place in found or value in CUE_KINDS.values():
                found[place] = value
    return [
        (f"evidence.{n}.cue.{a}-{b}", text[a:b], said)
        for (a, b), said in sorted(found.items())
        if text[a:b]
    ]
