"""Suggestions that a curator has rejected, with the reason: they are not offered again.

A suggestion is what it says and the words that it quotes, wherever these stand in the text.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ldn_graph.errors import BadParameter, UnknownName, UsageError
from ldn_graph.records.vocabularies import ReviewReason
from ldn_graph.workspace.corpus_files import PrivateFile
from ldn_graph.workspace.entry import utc_now

if TYPE_CHECKING:
    from ldn_graph.suggest import Suggestion

#: Characters of a note, and of what a suggestion says.
LONGEST = 2000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS rejected (
  key TEXT PRIMARY KEY, source TEXT NOT NULL, relation TEXT NOT NULL, words TEXT NOT NULL,
  reason TEXT NOT NULL, note TEXT, by TEXT NOT NULL, at TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Rejected:
    """A suggestion that was rejected: what it said, why not, by whom and when (ISO 8601)."""

    key: str
    source: str
    relation: str
    words: str
    reason: str
    note: str | None
    by: str
    at: str


def key_of(one: "Suggestion", source: str) -> str:
    """What stays the same of a suggestion when the text is read anew."""
    said = (one.subject.id, str(one.predicate), one.object.id, str(one.direction))
    qualifiers = one.qualifiers.model_dump(mode="json", exclude_none=True)
    whole = json.dumps([source, *said, qualifiers, one.quote.exact], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


class RejectedSuggestions:
    """The rejected suggestions of one workspace."""

    def __init__(self, workspace: Path, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._file = PrivateFile(workspace, "rejected-suggestions", _SCHEMA)
        self._clock = clock

    def reject(
        self, key: str, *, source: str, relation: str, words: str, reason: str, note: str, by: str
    ) -> None:
        """Don't offer a suggestion again. Raises BadParameter for a reason that is none, UsageError
        for what is too long or says nothing."""
        if reason not in set(ReviewReason):
            raise BadParameter(f"reason: choose one of {', '.join(ReviewReason)}")
        if reason == ReviewReason.OTHER and not note.strip():
            raise UsageError("say in words why the suggestion is wrong, or choose a reason")
        if len(key) != 32 or max(len(note), len(words)) > LONGEST or len(relation) > LONGEST:
            raise UsageError(f"a note has up to {LONGEST} characters; shorten it")
        at = self._clock().isoformat(timespec="seconds")
        with self._file.open() as db:
            db.execute(
                "INSERT OR IGNORE INTO rejected VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (key, source, relation, words, reason, note.strip() or None, by, at),
            )

    def offer_again(self, key: str) -> None:
        """Forget that a suggestion was rejected. Raises UnknownName where it was not."""
        with self._file.open() as db:
            if not db.execute("DELETE FROM rejected WHERE key = ?", (key,)).rowcount:
                raise UnknownName("this suggestion is not among the rejected ones any more")

    def of(self, source: str) -> tuple[Rejected, ...]:
        """Those of a source, the newest first."""
        if not self._file.exists():
            return ()
        with self._file.open() as db:
            rows = db.execute(
                "SELECT key, source, relation, words, reason, note, by, at FROM rejected "
                "WHERE source = ? ORDER BY at DESC, rowid DESC",
                (source,),
            ).fetchall()
        return tuple(Rejected(*row) for row in rows)
