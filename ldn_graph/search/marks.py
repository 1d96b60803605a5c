"""Texts with the words marked that were looked for."""

from collections.abc import Collection
from dataclasses import dataclass

from ldn_graph.search.words import places

#: Characters of a snippet, as many as are read at a glance.
_SNIPPET = 200


@dataclass(frozen=True)
class Part:
    """A piece of a text; `marked` where it is what was looked for."""

    text: str
    marked: bool


def marked(text: str, marks: Collection[str]) -> tuple[Part, ...]:
    """A text cut at its words that are `marks`.

    >>> [p.text for p in marked("Low-dose naltrexone", {"dose"}) if p.marked]
    ['dose']
    """
    parts: list[Part] = []
    at = 0
    for place in places(text):
        if place.word in marks:
            parts += [
                Part(text[at : place.start], False),
                Part(text[place.start : place.end], True),
            ]
            at = place.end
    parts.append(Part(text[at:], False))
    return tuple(part for part in parts if part.text)


def snippet(text: str, marks: Collection[str]) -> tuple[Part, ...]:
    """The piece of a text round its first mark, no longer than can be read at a glance."""
    if len(text) > _SNIPPET:
        first = next((p.start for p in places(text) if p.word in marks), 0)
        start = max(0, first - _SNIPPET // 3)
        start = start and text.find(" ", start) + 1
        end = start + _SNIPPET
        stop = text.rfind(" ", start, end) if end < len(text) else len(text)
        stop = stop if stop > start else min(end, len(text))
        text = ("… " if start else "") + text[start:stop] + (" …" if stop < len(text) else "")
    return marked(text, marks)
