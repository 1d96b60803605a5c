"""Errors that readers without an account report: notes on the desk, for curators' eyes alone.

A report is what a stranger typed: short, limited in number, and of no effect until a curator has
looked at it. The address that a reader may leave for an answer is forgotten when that is done.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ldn_graph.errors import NotAllowed, UnknownName, UsageError
from ldn_graph.workspace.corpus_files import PrivateFile
from ldn_graph.workspace.entry import utc_now

#: Characters of a report, of the address for an answer, and of the page that it is about.
MOST_TEXT, MOST_ADDRESS, MOST_PAGE = 1500, 200, 300
#: Reports that may wait for a curator at a time, and settled ones that are kept.
MOST_WAITING, MOST_SETTLED = 200, 1000

_PAGE = re.compile(r"/(?![/\\])[^\s\\?#]*")
#: Characters that no keyboard types, but for the ends of lines and tabs.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS report (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, page TEXT NOT NULL,
  text TEXT NOT NULL, reply_to TEXT, outcome TEXT, by TEXT, settled TEXT, note TEXT);
"""
_FIELDS = "number, at, page, text, reply_to, outcome, by, note"


class Outcome(StrEnum):
    """What became of a report."""

    MENDED = "mended"
    NO_ERROR = "no-error"
    NO_REPORT = "no-report"


@dataclass(frozen=True)
class ErrorReport:
    """A report: the page as a path of the site, and the reader's words. `outcome`, `by` (the
    curator) and `note` are None until it is settled."""

    number: int
    at: dt.datetime
    page: str
    text: str
    reply_to: str | None = None
    outcome: Outcome | None = None
    by: str | None = None
    note: str | None = None


def page_of(path: str) -> str:
    """A path of the site that a report may be about. Raises UsageError for any other text.

    >>> page_of("/claim/ldn-for-anxiety")
    '/claim/ldn-for-anxiety'
    """
    if len(path) > MOST_PAGE or not _PAGE.fullmatch(path):
        raise UsageError("the page: open the form by the link at the foot of the page it is about")
    return path


class ErrorReports:
    """The reports of one workspace."""

    def __init__(self, workspace: Path, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._file = PrivateFile(workspace, "error-reports", _SCHEMA)
        self._clock = clock

    def add(self, page: str, text: str, reply_to: str = "") -> None:
        """Keep a report; one that waits already in the same words is kept once.

        Raises UsageError for what can't be taken, NotAllowed where as many wait as may, FileError.
        """
        page, text = page_of(page), text.replace("\r\n", "\n").strip()
        reply_to = reply_to.strip()
        if not text:
            raise UsageError("What is wrong: fill it in")
        if len(text) > MOST_TEXT or len(reply_to) > MOST_ADDRESS:
            raise UsageError(
                f"a report has up to {MOST_TEXT:,} characters and an address for the answer up to "
                f"{MOST_ADDRESS}; this one has {len(text):,} and {len(reply_to):,}: shorten it"
            )
        if _CONTROL.search(text) or _CONTROL.search(reply_to) or "\n" in reply_to:
            raise UsageError("there are characters in it that can’t be shown; type it anew")
        with self._file.open() as db:
            db.execute("BEGIN IMMEDIATE")
            twin = "SELECT 1 FROM report WHERE outcome IS NULL AND page = ? AND text = ?"
            if db.execute(twin, (page, text)).fetchone():
                return
            (waiting,) = db.execute("SELECT count(*) FROM report WHERE outcome IS NULL").fetchone()
            if waiting >= MOST_WAITING:
                raise NotAllowed(
                    f"{waiting} reports wait for a curator, the most that are kept; "
                    "please try again in a few days"
                )
            values = (self._now(), page, text, reply_to or None)
            db.execute("INSERT INTO report (at, page, text, reply_to) VALUES (?, ?, ?, ?)", values)

    def waiting(self) -> tuple[ErrorReport, ...]:
        """What nobody has settled, oldest first."""
        return self._found("outcome IS NULL ORDER BY number")

    def settled(self, most: int = 50) -> tuple[ErrorReport, ...]:
        """What was settled, newest first."""
        return self._found("outcome IS NOT NULL ORDER BY settled DESC, number DESC LIMIT ?", most)

    def number_waiting(self) -> int:
        """How many wait."""
        return len(self.waiting())

    def settle(self, number: int, outcome: Outcome, *, by: str, note: str = "") -> ErrorReport:
        """Have a report off the desk; gives it as it was. Raises UnknownName where it is none that
        waits (a colleague may have been faster), UsageError for a note that is too long."""
        if len(note) > MOST_TEXT:
            raise UsageError(f"a note has up to {MOST_TEXT:,} characters; shorten it")
        found = next((r for r in self.waiting() if r.number == number), None)
        if found is None:
            raise UnknownName(f"report {number} waits no longer; somebody has settled it")
        text = "" if outcome is Outcome.NO_REPORT else found.text
        with self._file.open() as db:
            db.execute(
                "UPDATE report SET outcome = ?, by = ?, note = ?, settled = ?, reply_to = NULL, "
                "text = ? WHERE number = ? AND outcome IS NULL",
                (str(outcome), by, note.strip() or None, self._now(), text, number),
            )
            db.execute(
                "DELETE FROM report WHERE number IN (SELECT number FROM report WHERE outcome IS "
                "NOT NULL ORDER BY settled DESC, number DESC LIMIT -1 OFFSET ?)",
                (MOST_SETTLED,),
            )
        return found

    def _found(self, where: str, *values: int) -> tuple[ErrorReport, ...]:
        if not self._file.exists():
            return ()
        with self._file.open() as db:
            rows = db.execute(f"SELECT {_FIELDS} FROM report WHERE {where}", values).fetchall()  # noqa: S608 (ours)
        return tuple(_report(row) for row in rows)

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds")


def _report(
    row: tuple[int, str, str, str, str | None, str | None, str | None, str | None],
) -> ErrorReport:
    number, at, page, text, reply_to, outcome, by, note = row
    done = None if outcome is None else Outcome(outcome)
    return ErrorReport(number, dt.datetime.fromisoformat(at), page, text, reply_to, done, by, note)
