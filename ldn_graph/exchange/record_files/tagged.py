"""Files whose lines begin with tags → entries, each with its fields and their lines.

A line without a tag goes on with the field before it. Where a record starts, the one before it has
ended, whether its end is marked or not: no two records ever become one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ldn_graph.exchange.record_files.record import Placed


@dataclass
class Field:
    """A field: its tag, its lines without the tag, and the number of the first one."""

    tag: str
    lines: list[str]
    line: int

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(" ".join(self.lines).split())


@dataclass
class Entry:
    """What stands between two starts. A `headless` entry has fields, but no start of its own."""

    line: int
    headless: bool = False
    fields: list[Field] = field(default_factory=list)

    def all(self, *tags: str) -> list[Field]:
        """The fields with those tags, in the order of the tags; empty ones are left out."""
        return [f for tag in tags for f in self.fields if f.tag == tag and f.text]

    def first(self, *tags: str) -> str | None:
        """The text of the first of them."""
        return next((f.text for f in self.all(*tags)), None)

    def joined(self, *tags: str) -> str | None:
        """The texts of all of the first tag that is there, as one."""
        found = next(filter(None, (self.all(tag) for tag in tags)), [])
        return " ".join(f.text for f in found) or None

    def placed(self, *tags: str) -> list[Placed]:
        """The texts of the fields with those tags, each with its line."""
        return [(f.text, f.line) for f in self.all(*tags)]


@dataclass(frozen=True)
class Form:
    """How a format writes its lines. `tag` has two groups, tag and text; `starts` tells the field
    that starts a record, `ends` the tags that end one. `joined` finds a start in the middle of a
    line. `outside`: tags that stand between records. `blank_ends`: an empty line ends a record,
    and any tag starts the next."""

    tag: re.Pattern[str]
    starts: Callable[[str, str], bool]
    ends: frozenset[str] = frozenset()
    joined: re.Pattern[str] | None = None
    outside: frozenset[str] = frozenset()
    blank_ends: bool = False


def entries(text: str, form: Form) -> list[Entry]:
    """The entries of a file, in their order."""
    found: list[Entry] = []
    entry: Entry | None = None
    for number, line in _lines(text, form):
        match = form.tag.match(line)
        if match is None:
            if line.strip():
                if entry is not None and entry.fields:
                    entry.fields[-1].lines.append(line.strip())
            elif form.blank_ends:
                entry = None
            continue
        tag, value = match.group(1), (match.group(2) or "").strip()
        if form.starts(tag, value):
            entry = Entry(number)
            found.append(entry)
        elif tag in form.ends:
            entry = None
            continue
        elif entry is None:
            if tag in form.outside:
                continue
            entry = Entry(number, headless=not form.blank_ends)
            found.append(entry)
        entry.fields.append(Field(tag, [value], number))
    return found


def _lines(text: str, form: Form) -> Iterator[tuple[int, str]]:
    """The lines with their numbers; a start in the middle of a line begins a line of its own."""
    for number, line in enumerate(text.split("\n"), 1):
        place = form.joined.search(line) if form.joined and line.strip() else None
        if place is None:
            yield number, line
        else:
            yield number, line[: place.start()]
            yield number, line[place.start() :]
