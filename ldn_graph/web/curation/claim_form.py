"""A form's fields and a draft's, and back. A field is called as it is in the claim's file:
`evidence.0.quote.exact`; what the checks say of it has the same name."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from ldn_graph.errors import BadParameter
from ldn_graph.records.model import Claim, Corpus

#: Fields that name entities: people type labels, synonyms or CURIEs there.
ENTITIES = ("subject", "object", "qualifiers.condition", "qualifiers.population",
            "qualifiers.location")  # fmt: skip
_QUALIFIERS = ("subject_change", "condition", "population", "location", "timing", "frequency",
               "severity", "approval")  # fmt: skip
_ITEM = ("source", "direction", "certainty", "role", "stated", "design", "section", "finding",
         "outcome", "population", "sample_size", "sample_text", "duration", "note")  # fmt: skip
_DOSE = ("text", "low", "high", "unit", "band")
#: A cue's field: where it stands in the source's text, and what it is taken for.
_CUE = re.compile(r"^evidence\.(\d+)\.cue\.(\d+)-(\d+)$")
#: The field of an item that keeps cues, and what its form says of such a word.
_CUE_KINDS = {"cues": "cue", "unhedged_cues": "no cue"}
#: More evidence items than any claim has; a form with more is no form of ours.
MOST_ITEMS = 60
LONGEST = 20_000


def draft_of(form: FormData, corpus: Corpus, texts: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a claim's file that a form fills in; what is empty is left out.

    `texts`: source → its text, for the words of cues. Raises BadParameter for what no form sends.
    """
    if any(isinstance(v, str) and len(v) > LONGEST for v in form.values()):
        raise BadParameter(f"a field is longer than {LONGEST:,} characters; shorten it")
    draft: dict[str, Any] = {name: form[name] for name in ("id", "note") if _said(form, name)}
    for name in ENTITIES:
        if _said(form, name):
            _put(draft, name, entity_named(_said(form, name), corpus))
    if _said(form, "predicate"):
        draft["predicate"] = _said(form, "predicate")
    for name in _QUALIFIERS:
        if f"qualifiers.{name}" not in ENTITIES and _said(form, f"qualifiers.{name}"):
            _put(draft, f"qualifiers.{name}", _said(form, f"qualifiers.{name}"))
    numbers = sorted({int(n) for key in form if (n := _item_number(key)) is not None})
    if numbers and (len(numbers) > MOST_ITEMS or numbers[-1] > 10 * MOST_ITEMS):
        raise BadParameter(f"evidence: a claim here has up to {MOST_ITEMS} items; write two claims")
    items = [_item(form, n, texts) for n in numbers]
    draft["evidence"] = _named([item for item in items if set(item) - {"id"}])
    return draft


def entity_named(name: str, corpus: Corpus) -> str:
    """The id of the entity that is meant: by id, label, synonym or CURIE; else what was typed."""
    found = corpus.entity_called(name)
    if found is not None:
        return found.id
    mapped = [e.id for e in corpus.entities.values() if any(m.curie == name for m in e.mappings)]
    return mapped[0] if len(mapped) == 1 else name


def form_of(draft: Mapping[str, Any] | Claim, corpus: Corpus) -> dict[str, str]:
    """The values that the fields of a form begin with; entities by their labels."""
    plain = draft.model_dump(mode="json") if isinstance(draft, Claim) else dict(draft)
    values = dict(_flat(plain, ""))
    for name in ENTITIES:
        if values.get(name) in corpus.entities:
            values[name] = corpus.entities[values[name]].label
    for n, item in enumerate(plain.get("evidence") or ()):
        for kind, said in _CUE_KINDS.items():
            loose = []
            for span in item.get(kind) or ():
                if span.get("start") is None:
                    loose.append(span["exact"])
                else:
                    values[f"evidence.{n}.cue.{span['start']}-{span['end']}"] = said
            values[f"evidence.{n}.loose.{kind}"] = "\n".join(loose)
    return values


def items_in(values: Mapping[str, str]) -> int:
    """How many evidence items a form with these values has."""
    numbers = [n for key in values if (n := _item_number(key)) is not None]
    return max(numbers, default=-1) + 1


def _item(form: FormData, n: int, texts: Mapping[str, str]) -> dict[str, Any]:
    start = f"evidence.{n}."
    item: dict[str, Any] = {}
    if _said(form, start + "id"):
        item["id"] = _said(form, start + "id")
    for name in _ITEM:
        if _said(form, start + name):
            item[name] = _said(form, start + name)
    for name in ("basis", "indirectness"):
        chosen = [v for v in form.getlist(start + name) if isinstance(v, str) and v]
        if chosen:
            item[name] = chosen
    quote = _span(form, start + "quote.")
    if quote:
        item["quote"] = quote
        item |= _cues(form, n, texts.get(str(item.get("source")), ""))
    context = [_span(form, f"{start}context.{k}.") for k in range(4)]
    if any(context):
        item["context"] = [c for c in context if c]
    dose = {name: _said(form, f"{start}dose.{name}") for name in _DOSE}
    if dose["text"] or dose["low"]:
        item["dose"] = {name: value for name, value in dose.items() if value}
    # an item that says nothing but what its selects begin with was never begun
    if not (item.keys() & {"source", "quote", "finding", "note", "dose", "sample_size"}):
        return {}
    return item


def _span(form: FormData, start: str) -> dict[str, Any]:
    raw = form.get(start + "exact")
    exact = raw.replace("\r\n", "\n") if isinstance(raw, str) else ""
    if not exact.strip():
        return {}
    span: dict[str, Any] = {"exact": exact}
    for end in ("start", "end"):
        number = _said(form, start + end)
        if number.isascii() and number.isdigit() and len(number) < 12:
            span[end] = int(number)
    return span


def _cues(form: FormData, n: int, text: str) -> dict[str, Any]:
    """The words that were marked as hedges, and those that were marked as none."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _CUE_KINDS}
    for key, value in form.multi_items():
        match = _CUE.match(key)
        if match is None or int(match[1]) != n:
            continue
        a, b = int(match[2][:11]), int(match[3][:11])
        kind = next((k for k, said in _CUE_KINDS.items() if said == value), None)
        if kind and 0 <= a < b <= len(text):
            found[kind].append({"exact": text[a:b], "start": a, "end": b})
    for kind, spans in found.items():
        spans.sort(key=lambda s: s["start"])
        loose = _said(form, f"evidence.{n}.loose.{kind}").splitlines()
        spans += [{"exact": words.strip()} for words in loose if words.strip()]
    return {kind: spans for kind, spans in found.items() if spans}


def _named(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Items with an id each: those that had one keep it, for good."""
    used = {item["id"] for item in items if "id" in item}
    number = 1
    for item in items:
        if "id" not in item:
            while f"e{number}" in used:
                number += 1
            item["id"] = f"e{number}"
            used.add(item["id"])
    return [{"id": item["id"], **item} for item in items]


def _item_number(key: str) -> int | None:
    parts = key.split(".", 2)
    if len(parts) == 3 and parts[0] == "evidence" and parts[1].isascii() and parts[1].isdigit():
        return int(parts[1][:6])
    return None


def _said(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _put(draft: dict[str, Any], name: str, value: str) -> None:
    head, _, rest = name.partition(".")
    if rest:
        draft.setdefault(head, {})[rest] = value
    else:
        draft[head] = value


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Every plain value below `value` by its dotted name; lists of words joined by blanks."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        if all(isinstance(v, str) for v in value):
            yield name, " ".join(value)
        else:
            for n, inner in enumerate(value):
                yield from _flat(inner, f"{name}.{n}")
    elif isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        yield name, str(value)
