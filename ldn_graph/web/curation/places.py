"""What a form need not be told because the text tells it: where words stand, what a dose says."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ldn_graph.records import doses
from ldn_graph.texts.spans import occurrences

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
