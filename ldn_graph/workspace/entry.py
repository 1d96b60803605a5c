"""One change on record: who did what, when and why, and each file as it is afterwards.

An entry is named by the SHA-256 of its text, and its text names the entries before it, so that none
can be altered or taken out unseen, and two branches of a journal are told apart and joined.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

Clock = Callable[[], dt.datetime]

#: What is known of an entry where it lies, and is no part of its text.
_APART = ("id", "seq")


@dataclass(frozen=True)
class FileChange:
    """One file of a change: digests before and after, None where there is no file, and the text
    after (left out of entries that are kept in memory)."""

    path: str
    before: str | None
    after: str | None
    text: str | None = None


@dataclass(frozen=True)
class Entry:
    """One change. `by` is None for what nobody did through the program: edits by hand, and the
    joining of branches; `kept` is the text of a next version that did not come into force; `before`
    and `after` are digests of the record.

    `parents` are the ids of the entries that it follows: one, none for the first, two where it
    joins branches. `files` tell what changed since the first of them. `id` is the SHA-256 of the
    text in hexadecimal, and `seq` the entry's number in this journal, both once it is sealed.
    """

    at: dt.datetime
    by: str | None
    action: str
    record: str
    files: tuple[FileChange, ...]
    before: str | None = None
    after: str | None = None
    why: str | None = None
    reasons: tuple[str, ...] = ()
    kept: str | None = None
    parents: tuple[str, ...] = ()
    id: str = ""
    seq: int = 0

    def text(self) -> bytes:
        """The entry as canonical JSON: as in RFC 8785, which for objects with ASCII names that hold
        strings and lists alone comes to sorted names, no blanks and UTF-8 without escapes."""
        plain = {k: v for k, v in asdict(self).items() if v not in (None, ()) and k not in _APART}
        plain["at"] = self.at.isoformat().replace("+00:00", "Z")
        plain["files"] = [{k: v for k, v in asdict(f).items() if v is not None} for f in self.files]
        found = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return found.encode("utf-8")

    @classmethod
    def parse(cls, text: bytes) -> "Entry":
        """The entry of a text, with its id. Raises ValueError where it is none."""
        plain = json.loads(text)
        return replace(cls.of(plain), id=name_of(text))

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Entry":
        """The entry of its fields, without an id. Raises ValueError where they are none."""
        try:
            changes = tuple(
                FileChange(f["path"], f.get("before"), f.get("after"), f.get("text"))
                for f in plain["files"]
            )
            lists = {name: tuple(plain.get(name, ())) for name in ("reasons", "parents")}
            at = dt.datetime.fromisoformat(plain["at"])
            return cls(**{"by": None, **plain, **lists, "at": at, "files": changes})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no entry: {error}") from error

    def sealed(self, parents: tuple[str, ...], seq: int) -> "Entry":
        """The entry as it follows `parents`, with its id and number."""
        bare = replace(self, parents=parents, seq=seq)
        return replace(bare, id=name_of(bare.text()))

    def light(self) -> "Entry":
        """The entry without texts: what is kept in memory."""
        return replace(self, kept=None, files=tuple(replace(f, text=None) for f in self.files))


def utc_now() -> dt.datetime:
    """The time, in UTC."""
    return dt.datetime.now(dt.UTC)


def name_of(text: bytes) -> str:
    """The SHA-256 of an entry's text, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()
