"""A workspace as it was: rebuilt from its journal, without a lock and without a change."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path

from ldn_graph.curation import transitions
from ldn_graph.errors import BadParameter, UnknownName, UsageError
from ldn_graph.records import yaml_io
from ldn_graph.records.file_format import format_of, upgraded
from ldn_graph.records.model import Claim
from ldn_graph.records.vocabularies import Status
from ldn_graph.workspace import journal
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.journal import Entry

#: The number of a change, or a time; a day means its end, in UTC.
Moment = int | dt.datetime


def moment(text: str) -> Moment:
    """A number of a change, a day or a time, as it was typed. Raises BadParameter.

    >>> moment("12")
    12
    >>> print(moment("2026-11-23"), moment("2026-11-23T09:30"), sep=", ")
    2026-11-23 23:59:59.999999+00:00, 2026-11-23 09:30:00+00:00
    """
    if re.fullmatch(r"\d{1,12}", text):
        return int(text)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max, dt.UTC)
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise BadParameter(
            f"{text!r} is no moment; give a day like 2026-11-23, a time like 2026-11-23T09:30 "
            "(UTC), or the number of a change"
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def state(folder: Path, when: Moment) -> State:
    """The workspace as it was after the last change up to `when`.

    Raises UsageError where its journal begins later, or there is none, DataError for a journal
    that is damaged.
    """
    entries = upto(folder, when)
    first = next(entries, None)
    if first is None:
        raise _before_the_beginning(folder, when)

    def all_of_them() -> Iterator[Entry]:
        yield first
        yield from entries

    texts = journal.contents(all_of_them())
    return State.of(folder, upgraded(texts, _format(folder, texts, 1)))


def upto(folder: Path, when: Moment) -> Iterator[Entry]:
    """The changes up to a moment, with their texts."""
    if isinstance(when, int):
        return takewhile(lambda e: e.seq <= when, journal.read(folder))
    return takewhile(lambda e: e.at <= when, journal.read(folder))


def versions(folder: Path, name: str) -> dict[int, Claim]:
    """The versions of a claim that its journal knows, by number, each as it last was.

    A version that was in force stands as it was then; a draft that was rejected only where no
    later one took its number. Raises UnknownName.
    """
    found: dict[int, Claim] = {}
    since = 1
    for entry in journal.read(folder):
        since = _format(folder, {f.path: f.text for f in entry.files if f.text}, since)
        texts = [
            f.text
            for f in entry.files
            if f.path in (f"claims/{name}.yaml", f"proposals/{name}.yaml")
        ]
        for text in filter(None, [*texts, entry.kept if entry.record == f"claim/{name}" else None]):
            claim = _claim(folder, f"claims/{name}.yaml", text, since)
            number = transitions.version(claim.history)
            in_force = number in found and found[number].current
            if not in_force or claim.status in (Status.ACCEPTED, Status.RETRACTED):
                found[number] = claim
    if not found:
        raise UnknownName(f"no change of a claim {name!r} is on record in {folder}; look at its id")
    return dict(sorted(found.items()))


def _claim(folder: Path, name: str, text: str, since: int) -> Claim:
    path = folder / name
    return yaml_io.value(path, yaml_io.parse(path, upgraded({name: text}, since)[name]), Claim)


def _format(folder: Path, texts: Mapping[str, str], before: int) -> int:
    """The format of files: as their `corpus.yaml` says, where it is among them."""
    text = texts.get("corpus.yaml")
    return before if text is None else format_of(folder / "corpus.yaml", text)


def _before_the_beginning(folder: Path, when: Moment) -> UsageError:
    first = next(journal.read(folder), None)
    if first is None:
        return UsageError(
            f"{folder}: has no journal, so no past; it begins with the first change that "
            "`ldn-graph` makes there"
        )
    shown = when if isinstance(when, int) else f"{when:%Y-%m-%d %H:%M} UTC"
    return UsageError(
        f"{folder}: its journal begins at {first.at:%Y-%m-%d %H:%M} UTC with change 1, so there is "
        f"nothing on record of {shown}; name a later moment"
    )
