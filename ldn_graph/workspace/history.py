"""Earlier states of a workspace for many readers: each is made of one that is there, by the files
that differ, so that it takes the time and the memory of its differences."""

import threading
from functools import lru_cache
from pathlib import Path

from ldn_graph.errors import DataError
from ldn_graph.records.file_format import FORMAT
from ldn_graph.workspace import lineage, past
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.entry import Entry
from ldn_graph.workspace.journal import Journal

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

    def last_change(self, when: past.Moment) -> Entry:
        """The last change up to `when`. Raises UsageError, DataError."""
        with self._lock:
            return past.last_change(self._caught_up(), when)

    def state(self, entry: Entry) -> State:
        """The workspace as it was after a change. Raises DataError."""
        with self._lock:
            made = self._near(entry) or past.state_of(self._journal, entry)
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
        before, after = (lineage.files_at(known, e.id) for e in (last, entry))
        differ = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
        if differ & _RULES:
            return None
        texts = self._journal.texts({n: after[n][1] for n in differ if n in after})
        if past.format_at(self.folder, self._journal.texts({"corpus.yaml": after["corpus.yaml"][1]})
        ) != FORMAT:  # fmt: skip
            return None
        return state.with_files({n: texts.get(n) for n in differ})


@lru_cache(maxsize=4)
def history_of(folder: Path) -> History:
    """The one history of a workspace in this process."""
    return History(folder)
