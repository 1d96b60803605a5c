"""One change on record, and how the entries of a journal follow each other.

An entry is named by the SHA-256 of its text, and its text names the entries before it, so that none
can be altered or taken out unseen, and two branches of a journal are told apart and joined.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
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


#: Id → entry.
Entries = Mapping[str, Entry]


@dataclass(frozen=True)
class Missing(Exception):
    """An entry that others name and that is not there; `named_by` is one of them."""

    id: str
    named_by: Entry


def newest(entries: Entries, first: Iterable[str] = ()) -> tuple[str, ...]:
    """The entries that no other follows, by time; before them such as are, or follow, one of
    `first`."""
    followed = {parent for entry in entries.values() for parent in entry.parents}
    heads = [entry for entry in entries.values() if entry.id not in followed]
    if len(heads) < 2:
        return tuple(entry.id for entry in heads)
    known = set(first)
    strange = {e.id: known.isdisjoint(ancestors(entries, e.id)) for e in heads}
    return tuple(e.id for e in sorted(heads, key=lambda e: (strange[e.id], e.at, e.id)))


def in_order(entries: Entries, heads: Iterable[str]) -> list[str]:
    """All entries up to `heads`: each after those that it follows, and of two that it joins, all of
    the first before what is new in the second. Raises Missing."""
    found: dict[str, None] = {}
    for head in heads:
        stack = [(head, False)]
        while stack:
            name, ready = stack.pop()
            if name in found:
                continue
            entry = entries[name]
            if ready:
                found[name] = None
                continue
            stack.append((name, True))
            for parent in reversed(entry.parents):
                if parent not in entries:
                    raise Missing(parent, entry)
                stack.append((parent, False))
    return list(found)


def trunk(entries: Entries, head: str) -> list[Entry]:
    """The entries whose files, one after another, make the state at `head`: it, its first parent,
    and so on, oldest first."""
    found = []
    name: str | None = head
    while name is not None:
        found.append(entries[name])
        name = next(iter(entries[name].parents), None)
    return found[::-1]


def ancestors(entries: Entries, head: str) -> set[str]:
    """The ids of `head` and of all that it follows."""
    found: set[str] = set()
    left = [head]
    while left:
        name = left.pop()
        if name in entries and name not in found:
            found.add(name)
            left += entries[name].parents
    return found


def common_ancestor(entries: Entries, one: str, other: str) -> str | None:
    """The newest entry that two branches have in common, where there is any: the last of the trunk
    of `one` that `other` follows."""
    theirs = ancestors(entries, other)
    return next((e.id for e in reversed(trunk(entries, one)) if e.id in theirs), None)


def files_at(entries: Entries, head: str | None) -> dict[str, tuple[str, str]]:
    """File → its digest, and the entry that holds its text, in the state at `head`."""
    found: dict[str, tuple[str, str]] = {}
    for entry in trunk(entries, head) if head is not None else ():
        put(found, entry)
    return found


def put(files: dict[str, tuple[str, str]], entry: Entry) -> None:
    """Bring what `files_at` gave to the state after the next entry of the trunk."""
    for change in entry.files:
        if change.after is None:
            files.pop(change.path, None)
        else:
            files[change.path] = (change.after, entry.id)
