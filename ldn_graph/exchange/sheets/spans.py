"""Quotes and cues of a sheet, looked up in the texts that are held: their offsets, or what is
wrong."""

from collections.abc import Iterator, Mapping
from typing import Any

from ldn_graph.errors import BadParameter
from ldn_graph.records import doses
from ldn_graph.texts.spans import loose_occurrences

Plain = dict[str, Any]


def place(item: Plain, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Fill in the offsets of an item's quote and of the cues in it, and the words as the text has
    them; yields column and problem of those that do not stand there, or stand more than once."""
    text = texts.get(item.get("source", ""))
    quote = item.get("quote")
    if text is None or not quote or not quote.get("exact"):
        return
    if quote.get("start") is None and quote.get("end") is None:
        found = loose_occurrences(text, quote["exact"])
        if len(found) != 1:
            yield "quote", _told(f"the text of {item['source']}", len(found))
            return
        start, end = found[0]
        quote.update(exact=text[start:end], start=start, end=end)
    yield from _cues(item, text, quote)


def _cues(item: Plain, text: str, quote: Plain) -> Iterator[tuple[str, str]]:
    try:
        begin, end = int(quote["start"]), int(quote["end"])
    except (KeyError, ValueError):
        return
    for field, column in (("cues", "cues"), ("unhedged_cues", "unhedged cues")):
        for span in item.get(field) or []:
            if span.get("start") is not None:
                continue
            found = loose_occurrences(text[begin:end], span["exact"])
            if not found:
                yield column, f"{span['exact']!r} is not in the quote; copy it from there"
            elif len(found) == 1:
                start, stop = begin + found[0][0], begin + found[0][1]
                span.update(exact=text[start:stop], start=start, end=stop)


def _told(where: str, number: int) -> str:
    if number == 0:
        return f"these words are not in {where}; copy them from there, or give a finding instead"
    return f"these words stand {number} times in {where}; copy more of the sentence"


def amounts(dose: Plain) -> None:
    """Fill in amounts and band as the dose's words plainly say, where a row gives neither."""
    if set(dose) != {"text"}:
        return
    try:
        read = doses.parse(dose["text"])
    except BadParameter:
        return
    if read.low is not None:
        dose.update(read.model_dump(exclude={"text"}))
