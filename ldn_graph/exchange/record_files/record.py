"""One publication as a file of records tells it, and what a reading of such a file comes to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ldn_graph.exchange.record_files import identifiers
from ldn_graph.exchange.record_files.markup import on_one_line
from ldn_graph.records.model import Author

#: A value and the line that it stands on, from 1.
Placed = tuple[object, int]


@dataclass(frozen=True)
class Record:
    """One publication, which begins at `line`. `kind` is a type of Source or None; `types` are
    PubMed's publication types. `et_al`: there are more authors than the file names. `remarks`:
    what was left out of the record, each with its line."""

    line: int
    title: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    doi: str | None = None
    registry_ids: tuple[str, ...] = ()
    year: str | None = None
    journal: str | None = None
    authors: tuple[Author, ...] = ()
    et_al: bool = False
    kind: str | None = None
    types: tuple[str, ...] = ()
    abstract: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A record that can't be taken: its number in the file, its line, what is wrong with it and
    what to do."""

    number: int
    line: int
    what: str


@dataclass(frozen=True)
class Reading:
    """What a file comes to: each record that starts in it is in `records` or in `refused`.
    `remarks` are about the file as a whole."""

    records: tuple[tuple[int, Record], ...] = ()
    refused: tuple[Refused, ...] = ()
    remarks: tuple[str, ...] = ()


class Bad(Exception):
    """A record that can't be read: its line, and the problem with its remedy."""

    def __init__(self, line: int, what: str) -> None:
        self.line = line
        self.what = what
        super().__init__(what)


@dataclass
class Remarks:
    """What is left out of a record while it is read."""

    lines: list[str] = field(default_factory=list)

    def left_out(self, what: str, value: object, line: int) -> None:
        """Remember that the `value` on that line is no `what`."""
        shown = " ".join(str(value).split())
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        self.lines.append(f"line {line}: {shown!r} is no {what}; left out")

    def first(self, what: str, values: Iterable[Placed]) -> str | None:
        """The first identifier of that kind; remarks tell of values that are none, and of others
        that say otherwise."""
        found: str | None = None
        for value, line in values:
            if not on_one_line(value):
                continue
            read = identifiers.READERS[what](value)
            if read is None:
                self.left_out(what, value, line)
            elif found is None:
                found = read
            elif read.lower() != found.lower():
                self.lines.append(f"line {line}: a second {what}, {read}; left out")
        return found
