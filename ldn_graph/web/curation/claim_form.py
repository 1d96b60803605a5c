"""A form's fields and a draft's, and back; what the text tells need not be filled in.

A field is called as it is in the claim's file: `evidence.0.quote.exact`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from ldn_graph.errors import BadParameter
from ldn_graph.records import doses
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.texts.source_texts import occurrences

_Span = dict[str, Any]


def placed(span: Mapping[str, Any], text: str | None, *, near: int | None = None) -> _Span:
    """A span of a form with its place in its source's `text`: as given where its words stand there,
    else where they stand once, or, with `near`, the nearest to it, before rather than after.

    >>> placed({"exact": "a b", "start": 7, "end": 9}, "x a b")
    {'exact': 'a b', 'start': 2, 'end': 5}
    >>> placed({"exact": "a"}, "a a"), placed({"exact": "a"}, "a a b", near=4)
    ({'exact': 'a'}, {'exact': 'a', 'start': 2, 'end': 3})
    """
    if not span:
        return {}
    exact, start, end = str(span["exact"]), span.get("start"), span.get("end")
    fits = start is not None and end is not None and end - start == len(exact)
    if fits and (text is None or text[start:end] == exact):
        return dict(span)
    if text is None:
        return {"exact": exact}
    # what is pasted often has blanks about it that the text has not
    for words in dict.fromkeys((exact, exact.strip())):
        found = occurrences(text, words)
        if len(found) == 1 or (found and near is not None):
            before = [f for f in found if near is not None and f <= near]
            at = before[-1] if before else found[0]
            return {"exact": words, "start": at, "end": at + len(words)}
    return {"exact": exact}


def placed_cues(
    cues: Mapping[str, list[_Span]], hosts: Sequence[Mapping[str, Any]], text: str | None
) -> dict[str, list[_Span]]:
    """Cues by kind, each once, in the order of the text; those that were typed by hand get their
    place in the quote or its context, the first of `hosts` that has them."""
    found: dict[str, list[_Span]] = {}
    for kind, spans in cues.items():
        kept: list[_Span] = []
        for span in spans:
            whole = span if "start" in span or text is None else _within(span["exact"], hosts)
            if whole not in kept:
                kept.append(whole)
        if kept:
            found[kind] = sorted(kept, key=lambda s: s.get("start", len(text or "")))
    return found


def _within(words: str, hosts: Sequence[Mapping[str, Any]]) -> _Span:
    for host in hosts:
        match = re.search(re.escape(words), str(host.get("exact", "")), re.IGNORECASE)
        if match and host.get("start") is not None:
            start, end = (host["start"] + at for at in match.span())
            return {"exact": match.group(), "start": start, "end": end}
    return {"exact": words}


def read_dose(typed: Mapping[str, str]) -> dict[str, str]:
    """The dose of a form; amounts that were not typed are read from its words where these are
    plain, and one amount is both ends of a range.

    >>> read_dose({"text": "4.5 mg daily", "low": "", "high": "", "unit": "", "band": ""})
    {'text': '4.5 mg daily', 'low': '4.5', 'high': '4.5', 'unit': 'mg', 'band': 'low'}
    >>> read_dose({"text": "", "low": "", "high": "", "unit": "mg", "band": "low"})
    {}
    """
    if not typed["text"] and not typed["low"]:
        return {}
    dose = {name: value for name, value in typed.items() if value}
    if typed["low"] and not typed["high"]:
        dose["high"] = typed["low"]
    if typed["text"]:
        said = doses.parse(typed["text"]).model_dump(mode="json", exclude_none=True)
        fits = all(dose.get(end) in (None, said.get(end)) for end in ("low", "high", "unit"))
        if said["band"] != "unspecified" or typed["band"]:
            dose = {**(said if fits else {}), **dose}
        elif fits:
            dose = {**{k: v for k, v in said.items() if k != "band"}, **dose}
    return {name: str(dose[name]) for name in typed if name in dose}


#: Fields that name entities: people type labels, synonyms or CURIEs there.
ENTITIES = ("subject", "object", "qualifiers.condition", "qualifiers.population",
            "qualifiers.location")  # fmt: skip
_QUALIFIERS = ("subject_change", "condition", "population", "location", "timing", "frequency",
               "severity", "approval")  # fmt: skip
_ITEM = ("source", "direction", "certainty", "role", "stated", "design", "section", "finding",
         "outcome", "population", "sample_size", "sample_text", "duration", "note")  # fmt: skip
#: What an item holds beside words; the form keeps it as it is.
_NUMBERS = ("results", "measurements")
_DOSE = ("text", "low", "high", "unit", "band")
#: A cue's field: where it stands in the source's text, and what it is taken for.
_CUE = re.compile(r"^evidence\.(\d+)\.cue\.(\d+)-(\d+)$")
#: The field of an item that keeps cues, and what its form says of such a word.
CUE_KINDS = {"cues": "cue", "unhedged_cues": "no cue"}
#: Spans of context that a form has fields for.
CONTEXTS = 4
#: More evidence items than any claim has; a form with more is no form of ours.
MOST_ITEMS = 60
LONGEST = 20_000


@dataclass(frozen=True)
class Entered:
    """What a form says: `draft`, the fields of a claim's file, and `numbers`, the form's number of
    each evidence item of the draft (a form may have empty ones between them)."""

    draft: dict[str, Any]
    numbers: tuple[int, ...]

    def values(self, typed: Mapping[str, str]) -> dict[str, str]:
        """The values that the form is to show: as `typed`, with what was found of them: where
        quotes and context stand, the cues that were typed by hand, the amounts of a dose."""
        values = dict(typed)
        for n, item in zip(self.numbers, self.draft["evidence"], strict=True):
            start = f"evidence.{n}."
            values |= _of_spans(item, start) | _of_cues(item, start)
            for name, value in item.get("dose", {}).items():
                values[f"{start}dose.{name}"] = str(value)
        return values


def entered(form: FormData, corpus: Corpus, texts: Mapping[str, str]) -> Entered:
    """What a form says; what is empty is left out. `texts`: source → its text, by which the places
    of quotes, context and cues are found. Raises BadParameter for what no form sends.
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
    items = {n: item for n in numbers if set(item := _item(form, n, texts)) - {"id"}}
    draft["evidence"] = _named(list(items.values()))
    return Entered(draft, tuple(items))


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
    items = [{k: v for k, v in i.items() if k not in _NUMBERS} for i in plain.get("evidence") or ()]
    values = dict(_flat(plain | {"evidence": items}, ""))
    for name in ENTITIES:
        if values.get(name) in corpus.entities:
            values[name] = corpus.entities[values[name]].label
    for n, item in enumerate(plain.get("evidence") or ()):
        values |= _of_cues(item, f"evidence.{n}.") | _of_numbers(item, f"evidence.{n}.")
    return values


def with_items(values: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """The values of a form with the evidence items of another one after its own, each as it is but
    for its id."""
    first = items_in(values)
    found = dict(values)
    for key, value in added.items():
        n = _item_number(key)
        if n is not None and not key.endswith(f".{n}.id"):
            found[f"evidence.{first + n}.{key.split('.', 2)[2]}"] = value
    return found


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
    text = texts.get(str(item.get("source")))
    quote = placed(_span(form, start + "quote."), text)
    near = quote.get("start")
    spans = (_span(form, f"{start}context.{k}.") for k in range(CONTEXTS))
    context = [placed(span, text, near=near) for span in spans if span]
    if quote:
        item["quote"] = quote
        item |= placed_cues(_cues(form, n, text or ""), [quote, *context], text)
    if context:
        item["context"] = context
    if dose := read_dose({name: _said(form, f"{start}dose.{name}") for name in _DOSE}):
        item["dose"] = dose
    item |= _numbers(form, start)
    # an item that says nothing but what its selects begin with was never begun
    if not (item.keys() & {"source", "quote", "finding", "note", "dose", "sample_size"}):
        return {}
    return item


def _numbers(form: FormData, start: str) -> dict[str, Any]:
    """Results and measurements as the form has kept them."""
    kept = {name: _said(form, start + name) for name in _NUMBERS}
    try:
        return {name: json.loads(text) for name, text in kept.items() if text}
    except ValueError:
        told = f"{start}results or measurements: no JSON; open the form of the claim again"
        raise BadParameter(told) from None


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


def _cues(form: FormData, n: int, text: str) -> dict[str, list[dict[str, Any]]]:
    """The words that were marked as hedges, and those that were marked as none."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in CUE_KINDS}
    for key, value in form.multi_items():
        match = _CUE.match(key)
        if match is None or int(match[1]) != n:
            continue
        a, b = int(match[2][:11]), int(match[3][:11])
        kind = next((k for k, said in CUE_KINDS.items() if said == value), None)
        if kind and 0 <= a < b <= len(text):
            found[kind].append({"exact": text[a:b], "start": a, "end": b})
    for kind, spans in found.items():
        loose = _said(form, f"evidence.{n}.loose.{kind}").splitlines()
        spans += [{"exact": words.strip()} for words in loose if words.strip()]
    return found


def _of_numbers(item: Mapping[str, Any], start: str) -> dict[str, str]:
    """Results and measurements as fields: the form has none to type them into, and keeps them."""
    return {start + name: json.dumps(item[name]) for name in _NUMBERS if item.get(name)}


def _of_spans(item: Mapping[str, Any], start: str) -> dict[str, str]:
    """The places of quote and context as fields."""
    spans = {"quote.": item.get("quote") or {}}
    spans |= {f"context.{k}.": span for k, span in enumerate(item.get("context") or ())}
    return {
        f"{start}{name}{part}": str(span.get(part, ""))
        for name, span in spans.items()
        for part in ("exact", "start", "end")
    }


def _of_cues(item: Mapping[str, Any], start: str) -> dict[str, str]:
    """The cues of an item as fields: by place, or by words where no place is known."""
    values = {}
    for kind, said in CUE_KINDS.items():
        loose = []
        for span in item.get(kind) or ():
            if span.get("start") is None:
                loose.append(span["exact"])
            else:
                values[f"{start}cue.{span['start']}-{span['end']}"] = said
        values[f"{start}loose.{kind}"] = "\n".join(loose)
    return values


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
