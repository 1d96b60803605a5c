"""How the entries of a journal follow each other: their order, their newest, and what lies before
one. Pure functions over entries by id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ldn_graph.workspace.entry import Entry

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
    strange = {e.id: known.isdisjoint(before(entries, e.id)) for e in heads}
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


def before(entries: Entries, head: str) -> set[str]:
    """The ids of `head` and of all that it follows."""
    found: set[str] = set()
    left = [head]
    while left:
        name = left.pop()
        if name in entries and name not in found:
            found.add(name)
            left += entries[name].parents
    return found


def shared(entries: Entries, one: str, other: str) -> str | None:
    """The newest entry that two branches have in common, where there is any: the last of the trunk
    of `one` that `other` follows."""
    theirs = before(entries, other)
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
