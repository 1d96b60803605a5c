"""A corpus as its files: which are its own, what a state becomes when some change; drafts.

A corpus goes into git, in the open; what strangers send, and what was looked up, does not.
"""

import errno
import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from ldn_graph import files
from ldn_graph.curation.policy import ReviewRule, read_review_rule
from ldn_graph.errors import (
    DataError,
    FileError,
    NotAllowed,
    TooLarge,
    UnknownName,
    Unwritable,
    UsageError,
)
from ldn_graph.grading.rule import Rule, read_rule
from ldn_graph.records import corpus, yaml_io
from ldn_graph.records.corpus import Places
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.validation import checks

PRIVATE_FOLDER = ".ldn-graph"
#: SQLite's errors (SQLITE_FULL, SQLITE_IOERR_WRITE …) that are of the disk, or of who else writes.
_OF_THE_DISK = {"FULL", "READONLY", "IOERR", "CANTOPEN", "BUSY", "LOCKED"}
_IGNORE = "# nothing in this folder belongs into git\n*\n"


class PrivateFile:
    """An SQLite file `<workspace>/.ldn-graph/<name>.sqlite`, made with its tables when it is first
    written to. Any number of processes may use it."""

    def __init__(self, workspace: Path, name: str, schema: str) -> None:
        self.path = workspace / PRIVATE_FOLDER / f"{name}.sqlite"
        self._schema = schema
        self._made = False

    def exists(self) -> bool:
        """Whether anything was ever kept."""
        return self.path.is_file()

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A transaction. Raises FileError where the file can't be read or written."""
        try:
            if not self._made:
                self._make()
            with closing(sqlite3.connect(self.path, timeout=10)) as db, db:
                yield db
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.partition("_")[2].partition("_")[0] not in _OF_THE_DISK:
                raise
            full = errno.ENOSPC if "FULL" in error.sqlite_errorname else errno.EROFS
            raise Unwritable.of(self.path.name, OSError(full, str(error))) from error
        except sqlite3.DatabaseError as error:
            raise FileError(
                f"{self.path}: can't be read ({error}); move it away, and a new one is made"
            ) from error

    def _make(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            ignore = self.path.parent / ".gitignore"
            if not ignore.exists():
                ignore.write_text(_IGNORE, encoding="utf-8")
            self.path.touch(mode=0o600)
        except OSError as error:
            raise Unwritable.of(self.path, error) from error
        with closing(sqlite3.connect(self.path, timeout=10)) as db:
            db.executescript("PRAGMA journal_mode=WAL;" + self._schema)
        self._made = True


#: Paths below the workspace → contents; None where the file is gone.
Changes = Mapping[str, str | None]

TOP = ("corpus.yaml", "agents.yaml", "strength.yaml", "review.yaml")
#: Folder of records → field of Corpus, and what a record of it is called.
FOLDERS = {
    "entities": ("entities", "entity"),
    "sources": ("sources", "source"),
    "claims": ("claims", "claim"),
    "proposals": ("proposals", "proposal"),
    "coverage": ("gaps", "coverage"),
}


@dataclass(frozen=True)
class State:
    """A corpus that is whole and valid, with where its records stand and the rules it goes by."""

    folder: Path
    corpus: Corpus
    places: Places
    rule: Rule
    review: ReviewRule

    @classmethod
    def of(cls, folder: Path, texts: Mapping[str, str]) -> "State":
        """The state that the files `texts` of a workspace are. Raises FileError or DataError."""
        whole = {folder / name: text for name, text in texts.items()}
        found, places = corpus.read(folder, whole)
        rules = _rules(folder, texts)
        refused(found, places)
        return cls(folder, found, places, *rules)

    def with_files(self, changes: Changes) -> "State":
        """The state after some files changed. Raises DataError where that would not be valid.

        Costs what the changed files cost, and, where records went away, a look at every reference.
        """
        texts = {self.folder / n: t for n, t in changes.items() if t is not None}
        part, where = corpus.read_part(self.folder, texts)
        nodes = dict(self.places.nodes)
        before = {f: getattr(self.corpus, f) for f in part if f != "description"}
        gone = self._drop(changes, before, nodes)
        for name, held in before.items():
            _refuse_twins(held, part[name], where)
            before[name] = held | part[name]
        if part.get("description"):
            before["description"] = part["description"]
        places = Places(nodes | where.nodes)
        found = self.corpus.model_copy(update=before)
        touched = self.corpus.model_copy(update=part)
        all_there = all(key in before[field] for field, key in gone)
        if problems := corpus.dangling(found, places, touched if all_there else None):
            raise DataError(problems)
        refused(touched, places)
        state = replace(self, corpus=found, places=places)
        if {"strength.yaml", "review.yaml"} & changes.keys():
            rules = _rules(self.folder, {n: t for n, t in changes.items() if t is not None}, self)
            state = replace(state, rule=rules[0], review=rules[1])
        return state

    def _drop(
        self, changes: Changes, fields: dict[str, Any], nodes: dict[tuple[str, str], Any]
    ) -> list[tuple[str, str]]:
        """Take out of `fields` and `nodes` what stood in the changed files; returns which."""
        gone: list[tuple[str, str]] = []
        for name in changes:
            field, what = _kind(name)
            if field is None:
                continue
            for key in self._held(name, field, what):
                nodes.pop((what, key), None)
                gone.append((field, key))
        for field in {f for f, _ in gone}:
            keys = {key for f, key in gone if f == field}
            fields[field] = {k: v for k, v in fields[field].items() if k not in keys}
        return gone

    def _held(self, name: str, field: str, what: str) -> list[str]:
        """The ids of the records that stand in a file."""
        if field not in ("agents", "entities"):
            stem = PurePosixPath(name).stem
            return [stem] if stem in getattr(self.corpus, field) else []
        path = self.folder / name
        return [k for (w, k), (at, _) in self.places.nodes.items() if w == what and at == path]


def refused(part: Corpus, places: Places) -> None:
    """Raises DataError for claims whose history can't have happened."""
    found = [f for c in part.claims.values() for f in checks.history(c, places)]
    found += [f for c in part.proposals.values() for f in checks.history(c, places, "proposal")]
    if found:
        raise DataError(f"{f.where}: {f.message}; {f.remedy}" for f in found)


def names(folder: Path) -> Iterator[str]:
    """The paths of a workspace's own files, below it; what begins with a dot is an editor's."""
    yield from (name for name in TOP if (folder / name).is_file())
    for sub in FOLDERS:
        held = sorted((folder / sub).glob("*.yaml"))
        yield from (f"{sub}/{path.name}" for path in held if path.name[0] != ".")


def text_of(path: Path) -> str:
    """The text of a file. Raises FileError, DataError."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise FileError(f"{path}: can't be read ({error.strerror}); mend it") from error
    except UnicodeDecodeError as error:
        raise DataError([f"{path}:1: not UTF-8; save the file as UTF-8"]) from error


def is_own(name: str) -> bool:
    """Whether a path is one that a workspace's file may have.

    >>> is_own("claims/a.yaml"), is_own("claims/../../etc/x.yaml"), is_own("notes.txt")
    (True, False, False)
    """
    path = PurePosixPath(name)
    plain = len(path.parts) == 2 and path.suffix == ".yaml" and path.name[0] != "."
    return name in TOP or (plain and path.parts[0] in FOLDERS)


def digest(text: str | bytes) -> str:
    """What tells two contents apart: 32 hexadecimal digits of their SHA-256."""
    content = text.encode("utf-8") if isinstance(text, str) else text
    return hashlib.sha256(content).hexdigest()[:32]


def record_name(name: str) -> str:
    """How a file's record is called in the journal.

    >>> record_name("claims/a.yaml"), record_name("proposals/a.yaml"), record_name("agents.yaml")
    ('claim/a', 'claim/a', 'agents')
    """
    stem = PurePosixPath(name).stem
    what = _kind(name)[1]
    kind = "claim" if what == "proposal" else what
    return f"{kind}/{stem}" if "/" in name else stem


def proposed(state: State, name: str) -> Claim:
    """The claim as its editors see it: its next version where there is one. Raises KeyError."""
    return state.corpus.proposals.get(name) or state.corpus.claims[name]


def _kind(name: str) -> tuple[str | None, str]:
    if name == "agents.yaml":
        return "agents", "agent"
    return FOLDERS.get(PurePosixPath(name).parts[0], (None, "file"))


def _refuse_twins(held: Mapping[str, Any], new: Iterable[str], where: Places) -> None:
    for key in new:
        if key in held:
            what = next((w for w, k in where.nodes if k == key), "record")
            raise DataError([f"{where(what, key)}: {what} {key!r} occurs twice; keep one"])


def _rules(
    folder: Path, texts: Mapping[str, str], state: State | None = None
) -> tuple[Rule, ReviewRule]:
    """The workspace's own tables where it has them, else the shipped ones."""
    shipped = files.root() / "data"
    own = texts.get("strength.yaml")
    path = folder / "strength.yaml" if own is not None else shipped / "strength.yaml"
    rule = state.rule if state is not None and own is None else read_rule(path, own)
    own = texts.get("review.yaml")
    path = folder / "review.yaml" if own is not None else shipped / "review.yaml"
    review = state.review if state is not None and own is None else read_review_rule(path, own)
    return rule, review


DRAFTS_FOLDER = "unfinished"
#: Forms that somebody may have begun, and bytes of each: a claim with all its items is a few KiB.
MOST_FORMS, MOST_BYTES = 200, 2**18
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Unfinished:
    """The unfinished forms of a workspace, by agent and name (both slugs)."""

    def __init__(self, workspace: Path) -> None:
        self.folder = workspace / DRAFTS_FOLDER

    def save(self, agent: str, name: str, fields: Mapping[str, Any]) -> Path:
        """Keep `fields` (plain data), whole or not at all; returns the file.

        Raises FileError, NotAllowed for one form more than anybody may have, TooLarge.
        """
        path = self._path(agent, name)
        text = yaml_io.write(dict(fields))
        if len(text.encode("utf-8", "replace")) > MOST_BYTES:
            raise TooLarge(f"{name}: an unfinished form has up to {MOST_BYTES // 2**10} KiB")
        if not path.exists() and len(self.names(agent)) >= MOST_FORMS:
            raise NotAllowed(
                f"{agent} has {MOST_FORMS} unfinished forms, the most that are kept; "
                "finish or discard some"
            )
        files.write_text(path, text)
        return path

    def load(self, agent: str, name: str) -> dict[str, Any]:
        """The fields, all values as text. Raises UnknownName."""
        path = self._path(agent, name)
        if not path.is_file():
            raise UnknownName.among("unfinished form", name, self.names(agent))
        found = yaml_io.plain(path)
        return found if isinstance(found, dict) else {}

    def names(self, agent: str) -> tuple[str, ...]:
        """What an agent has left unfinished, by name."""
        return tuple(sorted(p.stem for p in self._path(agent, "x").parent.glob("*.yaml")))

    def give(self, agent: str, to: str) -> int:
        """Give what `agent` has begun to `to`, under names that are free; how many there were."""
        names = self.names(agent)
        for name in names:
            fields = self.load(agent, name)
            free = name if name not in self.names(to) else f"{name}-of-{agent}"[:140].strip("-")
            self.save(to, free, fields)
            self.drop(agent, name)
        return len(names)

    def drop(self, agent: str, name: str) -> None:
        """Forget a form; one that is not there is no error."""
        path = self._path(agent, name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise Unwritable.of(path, error) from error

    def _path(self, agent: str, name: str) -> Path:
        for word in (agent, name):
            if not _SLUG.fullmatch(word) or len(word) > 140:
                raise UsageError(
                    f"{word!r} is no id; use lower-case letters, digits and single hyphens"
                )
        return self.folder / agent / f"{name}.yaml"
