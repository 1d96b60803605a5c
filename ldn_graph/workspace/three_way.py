"""Two branches of a corpus made into one, file by file and record by record; pure.

What one branch alone changed is taken. Where both changed one thing, comments of both stay; all
else is a clash: it stays as in the first branch, and is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Claim
from ldn_graph.records.vocabularies import Action
from ldn_graph.workspace import corpus_files

#: Path below a workspace → text.
Texts = Mapping[str, str]
#: Files of several records, by the field of Corpus that holds them.
_LISTS = {"agents.yaml": "agents", "entities": "entities"}


@dataclass(frozen=True)
class Clash:
    """A record or file that both branches changed: `theirs` is the claim as the other branch has
    it, where it is one and is there."""

    record: str
    theirs: Claim | None = None


@dataclass(frozen=True)
class Joined:
    """The files of both branches as one; those of a clash are as in the first."""

    texts: dict[str, str]
    clashes: tuple[Clash, ...]


def joined(base: Texts, ours: Texts, theirs: Texts) -> Joined:
    """Both branches as one, since `base`. Raises DataError where a file can't be read."""
    texts: dict[str, str] = {}
    clashes: list[Clash] = []
    groups: dict[str, list[str]] = {}
    for path in sorted(ours.keys() | theirs.keys()):
        groups.setdefault(corpus_files.record_name(path), []).append(path)
    for record, paths in groups.items():
        before, one, other = (_of(paths, side) for side in (base, ours, theirs))
        if one == other or other == before:
            texts |= one
        elif one == before:
            texts |= other
        else:
            found, told = _both(record, before, one, other)
            texts |= found
            clashes += told
    return Joined(texts, tuple(clashes))


def _both(record: str, base: Texts, ours: Texts, theirs: Texts) -> tuple[Texts, list[Clash]]:
    """What becomes of the files of a record that both branches changed."""
    if record.startswith("claim/"):
        found = _talk_added(base, ours, theirs) or _talk_added(base, theirs, ours)
        clash = Clash(record, _proposed(theirs))
        return (found, []) if found is not None else (ours, [clash])
    if record == "agents" or record.startswith("entity/"):
        return _lists(base, ours, theirs)
    return ours, [Clash(record)]


def _talk_added(base: Texts, one: Texts, other: Texts) -> Texts | None:
    """`other` with the comments that `one` has beside them; None where `one` has more than
    comments, or `other` has no claim any more."""
    was, is_, there = _proposed(base), _proposed(one), _proposed(other)
    if was is None or is_ is None or there is None or base.keys() != one.keys():
        return None
    said = is_.history[len(was.history) :]
    same = is_.model_copy(update={"history": was.history}) == was
    if not same or is_.history[: len(was.history)] != was.history:
        return None
    if any(event.action is not Action.COMMENT for event in said):
        return None
    history = list(there.history)
    for event in said:
        place = max((n for n, e in enumerate(history, 1) if e.on <= event.on), default=0)
        history.insert(place, event)
    path = max(other)  # `proposals/` comes after `claims/`
    return {**other, path: corpora.dump(there.model_copy(update={"history": tuple(history)}))}


def _lists(base: Texts, ours: Texts, theirs: Texts) -> tuple[Texts, list[Clash]]:
    """Files of several records, record by record."""
    (path,) = {*ours, *theirs} or {*base}
    before, one, other = (_records(path, side.get(path)) for side in (base, ours, theirs))
    clashes: list[Clash] = []
    found: dict[str, BaseModel] = {}
    for name in dict.fromkeys((*one, *other)):
        mine, yours, old = one.get(name), other.get(name), before.get(name)
        if mine not in (old, yours) and yours != old:
            clashes.append(Clash(f"{'agent' if path == 'agents.yaml' else 'entity'}/{name}"))
        taken = yours if mine == old else mine
        if taken is not None:
            found[name] = taken
    records = [found[name] for name in sorted(found)] if "/" in path else list(found.values())
    return ({path: corpora.dump(records)} if records else {}), clashes


def _records(path: str, text: str | None) -> Mapping[str, BaseModel]:
    if text is None:
        return {}
    part = corpora.read_part(Path(), {Path(path): text})[0]
    found: Mapping[str, BaseModel] = part[_LISTS[path.partition("/")[0]]]
    return found


def _proposed(texts: Texts) -> Claim | None:
    """The claim as its editors see it in the files of one record."""
    if not texts:
        return None
    path = max(texts)
    field = path.partition("/")[0]
    part: Mapping[str, Any] = corpora.read_part(Path(), {Path(path): texts[path]})[0][field]
    return next(iter(part.values()), None)


def _of(paths: Iterable[str], texts: Texts) -> dict[str, str]:
    return {path: texts[path] for path in paths if path in texts}


def changed(before: Texts, after: Texts) -> dict[str, str | None]:
    """Path → its text after, None where it is gone, of the files that differ."""
    names = before.keys() | after.keys()
    return {n: after.get(n) for n in sorted(names) if before.get(n) != after.get(n)}
