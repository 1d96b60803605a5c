"""A workspace as it was: rebuilt from its journal, without a lock and without a change."""

import datetime as dt
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ldn_graph.curation import transitions
from ldn_graph.errors import BadParameter, DataError, UnknownName, UsageError
from ldn_graph.records import yaml_io
from ldn_graph.records.file_format import FORMAT, format_of, upgraded
from ldn_graph.records.model import Claim
from ldn_graph.records.vocabularies import Status
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.entry import Entry, files_at, trunk
from ldn_graph.workspace.journal import Journal

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
    journal = Journal.of(folder)
    return state_of(journal, last_change(journal, when))


def state_of(journal: Journal, entry: Entry) -> State:
    """The workspace as it was after a change. Raises DataError."""
    texts = journal.texts_at(entry)
    return State.of(journal.workspace, upgraded(texts, format_at(journal.workspace, texts)))


def last_change(journal: Journal, when: Moment) -> Entry:
    """The last change up to `when`: the one of that number, or the last of a time that was in force
    here then, not in another branch. Raises UsageError."""
    if isinstance(when, int):
        found = journal.entries[:when]
    else:
        own = trunk(journal.by_id, journal.head) if journal.head is not None else []
        found = [entry for entry in own if entry.at <= when]
    if not found:
        raise _before_the_beginning(journal, when)
    return found[-1]


def versions(folder: Path, name: str) -> dict[int, Claim]:
    """The versions of a claim that its journal knows, by number, each as it last was.

    A version that was in force stands as it was then; a draft that was rejected only where no
    later one took its number. Raises UnknownName.
    """
    found: dict[int, Claim] = {}
    since = 1
    journal = Journal.of(folder)
    own = (f"claims/{name}.yaml", f"proposals/{name}.yaml")
    for light in journal.entries:
        paths = {change.path for change in light.files}
        if paths.isdisjoint((*own, "corpus.yaml")) and light.record != f"claim/{name}":
            continue
        entry = journal.full(light)
        since = format_at(folder, {f.path: f.text for f in entry.files if f.text}, since)
        texts = [f.text for f in entry.files if f.path in own]
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


def format_at(folder: Path, texts: Mapping[str, str], before: int = 1) -> int:
    """The format of files: as their `corpus.yaml` says, where it is among them."""
    text = texts.get("corpus.yaml")
    return before if text is None else format_of(folder / "corpus.yaml", text)


def _before_the_beginning(journal: Journal, when: Moment) -> UsageError:
    if not journal.entries:
        return UsageError(
            f"{journal.workspace}: has no journal, so no past; it begins with the first change "
            "that `ldn-graph` makes there"
        )
    first = journal.entries[0]
    shown = when if isinstance(when, int) else f"{when:%Y-%m-%d %H:%M} UTC"
    return UsageError(
        f"{journal.workspace}: its journal begins at {first.at:%Y-%m-%d %H:%M} UTC with change 1, "
        f"so there is nothing on record of {shown}; name a later moment"
    )


#: Files that a state is not told apart by alone: it is made anew where they differ.
_RULES = {"corpus.yaml", "strength.yaml", "review.yaml"}


class History:
    """The changes of a workspace, read once, and its states; for use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._journal = Journal(folder)
        self._last: tuple[Entry, State] | None = None
        self._lock = threading.Lock()

    @property
    def entries(self) -> list[Entry]:
        """Every change up to now, without texts. Raises DataError."""
        with self._lock:
            return self._caught_up().entries

    def last_change(self, when: Moment) -> Entry:
        """The last change up to `when`. Raises UsageError, DataError."""
        with self._lock:
            return last_change(self._caught_up(), when)

    def state(self, entry: Entry) -> State:
        """The workspace as it was after a change. Raises DataError."""
        with self._lock:
            made = self._near(entry) or state_of(self._journal, entry)
            self._last = (entry, made)
            return made

    def _caught_up(self) -> Journal:
        try:
            if not self._journal.is_last():
                self._journal.catch_up()
        except DataError:  # a change may have come while months were listed one after another
            self._journal, self._last = Journal.of(self.folder), None
        return self._journal

    def _near(self, entry: Entry) -> State | None:
        """The state made of the last one; None where that can't be."""
        if self._last is None or self._last[0].id not in self._journal.by_id:
            return None
        known, (last, state) = self._journal.by_id, self._last
        before, after = (files_at(known, e.id) for e in (last, entry))
        differ = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
        if differ & _RULES:
            return None
        texts = self._journal.texts({n: after[n][1] for n in differ if n in after})
        if format_at(self.folder, self._journal.texts({"corpus.yaml": after["corpus.yaml"][1]})
        ) != FORMAT:  # fmt: skip
            return None
        return state.with_files({n: texts.get(n) for n in differ})


@lru_cache(maxsize=4)
def history_of(folder: Path) -> History:
    """The one history of a workspace in this process."""
    return History(folder)
