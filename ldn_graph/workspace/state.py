"""The state of a workspace that is in force, and how a change to it gets on disk."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ldn_graph.curation import policy, transitions
from ldn_graph.curation.policy import Permission, ReviewRule
from ldn_graph.errors import Conflict, DataError, UnknownName
from ldn_graph.grading.rule import Rule
from ldn_graph.records import corpus as corpora
from ldn_graph.records.corpus import Places
from ldn_graph.records.file_format import demand_format
from ldn_graph.records.model import Agent, Claim, Corpus, Entity, Source
from ldn_graph.records.vocabularies import AgentKind, Status
from ldn_graph.texts.source_texts import Texts
from ldn_graph.workspace import corpus_files
from ldn_graph.workspace.commit import Followed, Ledger, changes_of
from ldn_graph.workspace.corpus_files import Changes, State, Unfinished
from ldn_graph.workspace.entry import Clock, Entry
from ldn_graph.workspace.journal import Journal, is_in_git
from ldn_graph.workspace.merge import settle
from ldn_graph.workspace.source_texts import held_texts

Record = Claim | Entity | Source | Agent


@dataclass(frozen=True)
class Done:
    """A change that is on disk. `digest` is that of the record after it, None where several
    changed; `told` is what its author should know."""

    seq: int
    at: dt.datetime
    action: str
    record: str
    digest: str | None = None
    claim: Claim | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refreshed:
    """What a look at the files found: `picked_up` are files that were changed by hand and are in
    force now, `problems` what is wrong with the others, by `file:line`."""

    picked_up: tuple[str, ...]
    problems: tuple[str, ...]
    by_others: int


class Desk:
    """A workspace without its verbs: the state in force, and how a change gets on disk."""

    def __init__(self, ledger: Ledger, state: State, clock: Clock) -> None:
        self.folder = ledger.folder
        self.unfinished = Unfinished(ledger.folder)
        #: What the last look at the files found wrong; the last good state stays in force.
        self.problems: tuple[str, ...] = ()
        #: The folder of source texts, which need not be there.
        self.shelf: Path | None = None
        #: What opening it had to mend.
        self.notices: tuple[str, ...] = ()
        self._ledger = ledger
        self._state = state
        self._clock = clock

    @property
    def state(self) -> State:
        """What is in force now, as one value."""
        return self._state

    @property
    def corpus(self) -> Corpus:
        return self._state.corpus

    @property
    def places(self) -> Places:
        return self._state.places

    @property
    def rule(self) -> Rule:
        return self._state.rule

    @property
    def review(self) -> ReviewRule:
        return self._state.review

    @property
    def seq(self) -> int:
        """The number of the last change."""
        return self._ledger.journal.seq

    @property
    def entries(self) -> Sequence[Entry]:
        """Every change, oldest first, without texts."""
        return self._ledger.journal.entries

    def agent(self, name: str) -> Agent:
        """Raises UnknownName."""
        if name not in self.corpus.agents:
            raise UnknownName.among("agent", name, self.corpus.agents, see="ldn-graph agent list")
        return self.corpus.agents[name]

    def claim(self, name: str) -> Claim:
        """A claim as its editors see it: its next version if there is one. Raises UnknownName."""
        try:
            return corpus_files.proposed(self._state, name)
        except KeyError:
            raise UnknownName.among("claim", name, self.corpus.claims) from None

    def able(self, permission: Permission, *, but: str) -> tuple[Agent, ...]:
        """The people whose roles allow something, one of them left out, by name."""
        found = (
            a
            for a in self.corpus.agents.values()
            if a.id != but and permission in self.review.permissions(a)
        )
        return tuple(sorted((a for a in found if a.kind is AgentKind.PERSON), key=lambda a: a.name))

    def open_of(self, agent: str) -> tuple[str, ...]:
        """The claims that an agent still has to do something with: drafts, next versions and what
        they handed in, those that were given to them among these and those they gave away not."""
        claims = (*self.corpus.claims.values(), *self.corpus.proposals.values())
        return tuple(
            c.id
            for c in claims
            if c.status in (Status.DRAFT, Status.SUBMITTED) and transitions.is_of(c, agent)
        )

    def history(self, record: str) -> tuple[Entry, ...]:
        """Every change of a record (`claim/<id>`, `source/<id>`, `entity/<id>`), oldest first."""
        return tuple(e for e in self._ledger.journal.entries if concerns(e, record))

    def texts(self) -> Texts:
        """The source texts that are held, by which quotes are checked. Raises FileError."""
        return held_texts(self.shelf, self.corpus)

    def refresh(self) -> Refreshed:
        """Look at the files and the journal: pick up what others and editors have changed.

        A file that is wrong is reported, and its last good state stays in force. Cheap where
        nothing changed. Raises FileError.
        """
        if not self.problems and self._ledger.untouched():
            return Refreshed((), (), 0)
        with self.writing() as followed:
            return self._look(len(followed))

    def follow(self) -> None:
        """Take up what others have put on record. Costs next to nothing where nobody did; edits by
        hand wait for `refresh`. Raises FileError."""
        if not self._ledger.is_last():
            with self.writing():
                pass

    @contextmanager
    def writing(self) -> Iterator[Sequence[Entry]]:
        """Hold the workspace, up to date with what others have changed, which is given."""
        with self._ledger.locked():
            found = joined(self._ledger, self._clock, self._ledger.catch_up())
            self.notices += found.told
            if found.files:
                self._state = self._state.with_files(self._ledger.texts(found.files))
            yield found.entries

    def commit(self, entry: Entry) -> Entry:
        """Have a change on disk and in force; returns it as it is on record. Raises DataError where
        the corpus would not be valid after it, Conflict or FileError; nothing has changed then."""
        state = self._state.with_files({f.path: f.text for f in entry.files})
        done = self._ledger.commit(entry)
        self._state = state
        return done

    def entry(
        self,
        action: str,
        record: str,
        by: str | None,
        texts: Changes,
        *,
        before: str | None = None,
        after: str | None = None,
        why: str | None = None,
        reasons: tuple[str, ...] = (),
        kept: str | None = None,
    ) -> Entry:
        """The next entry of the journal."""
        return Entry(
            at=self._now(),
            by=by,
            action=action,
            record=record,
            files=changes_of(texts, self._ledger.head),
            before=before,
            after=after,
            why=why,
            reasons=reasons,
            kept=kept,
        )

    def demand_seen(self, record: str, now: str, expected: str | None) -> None:
        """Raises Conflict where the record is not what the editor saw, comments aside."""
        if expected is None or expected == now:
            return
        changes = [e for e in reversed(self.history(record)) if e.action != "begin"]
        for entry in changes:
            if entry.action != "comment":
                break
            if entry.before == expected:
                return
        raise Conflict(f"{record} is no longer as you saw it{_last(changes)}; look at it anew")

    def permitted(self, by: str, permission: Permission, what: str) -> Agent:
        """The agent, if its roles allow it. Raises UnknownName, NotAllowed."""
        agent = self.agent(by)
        policy.demand(agent, permission, self.review, what)
        return agent

    def today(self) -> dt.date:
        return self._now().date()

    def was_there(self, record: str) -> bool:
        """Whether a record ever existed: ids are not used again."""
        return any(concerns(e, record) for e in self._ledger.journal.entries)

    def _now(self) -> dt.datetime:
        """The time, never before that of the last change."""
        entries = self._ledger.journal.entries
        now = self._clock()
        return max(now, entries[-1].at) if entries else now

    def _look(self, followed: int) -> Refreshed:
        changed, problems = self._ledger.changed_by_hand()
        state, taken, wrong = picked_up(self._state, changed)
        if taken:
            entry = self.entry("edit-by-hand", _named(taken), None, taken)
            self._ledger.note(entry)
            self._state = state
        self.problems = (*problems, *wrong)
        return Refreshed(tuple(sorted(taken)), self.problems, followed)


def opened(folder: Path, clock: Clock) -> tuple[Ledger, State, tuple[str, ...]]:
    """The ledger and the last good state of a workspace, and what had to be mended.

    The first time, its files are the beginning of its journal. Raises FileError, DataError.
    """
    if not (folder / "corpus.yaml").is_file():
        corpora.read(folder)  # says what is missing
    demand_format(folder / "corpus.yaml")
    ledger = Ledger(folder)
    with ledger.locked():
        told = (*joined(ledger, clock, ledger.catch_up()).told, *_gone(ledger.journal))
        ledger.sweep()
        if ledger.journal.seq == 0:
            texts = {
                name: corpus_files.text_of(folder / name) for name in corpus_files.names(folder)
            }
            state = State.of(folder, texts)
            files = changes_of(texts, {})
            ledger.note(Entry(clock(), None, "begin", "corpus", files))
            return ledger, state, told
        return ledger, _last_good(ledger), told


def joined(ledger: Ledger, clock: Clock, found: Followed) -> Followed:
    """What others have changed, with branches joined that git or somebody has merged. Raises
    DataError where that takes somebody."""
    while len(ledger.journal.heads) > 1:
        entry, told = settle(ledger, clock)
        found = Followed(
            (*found.entries, entry),
            found.files | {change.path for change in entry.files},
            (*found.told, *told),
        )
    return found


def _gone(journal: Journal) -> tuple[str, ...]:
    """What to tell of entries that were on record here once, where no branch of git has them."""
    if not journal.gone() or is_in_git(journal.workspace):
        return ()
    return (
        f"{journal.folder}: entry {journal.gone()[-1]} was the newest here, and is on record no "
        "longer; restore it from a copy, and see `ldn-graph check`",
    )


def picked_up(state: State, changed: Changes) -> tuple[State, dict[str, str | None], list[str]]:
    """The state with as many of the changed files as are valid, these files, and what is wrong with
    the others."""
    left = dict(changed)
    problems: list[str] = []
    while left:
        try:
            return state.with_files(left), left, problems
        except DataError as error:
            problems += error.problems
            starts = {name: f"{state.folder / name}:" for name in left}
            bad = [n for n, s in starts.items() if any(p.startswith(s) for p in error.problems)]
            if not bad:
                break
            for name in bad:
                del left[name]
    taken: dict[str, str | None] = {}
    for name, text in left.items():  # what goes together does not: one by one
        try:
            state = state.with_files({name: text})
        except DataError:
            continue
        taken[name] = text
    return state, taken, problems


def concerns(entry: Entry, record: str) -> bool:
    """Whether a change is about a record."""
    return entry.record == record or any(
        corpus_files.record_name(f.path) == record for f in entry.files
    )


def _last_good(ledger: Ledger) -> State:
    """The state that the journal left, with the files' own texts where they are still the same."""
    folder = ledger.folder
    changed, unreadable = ledger.changed_by_hand()
    if unreadable:
        return State.of(folder, ledger.journal.texts())
    texts = {
        name: corpus_files.text_of(folder / name) for name in ledger.head if name not in changed
    }
    held = {n: name for n, (_, name) in ledger.journal.files.items() if n in changed}
    return State.of(folder, ledger.journal.texts(held) | texts)


def _named(taken: Mapping[str, str | None]) -> str:
    records = {corpus_files.record_name(name) for name in taken}
    return records.pop() if len(records) == 1 else "several"


def _last(changes: list[Entry]) -> str:
    if not changes:
        return ""
    last = changes[0]
    who = last.by or "somebody, by hand"
    why = f" ({last.why})" if last.why else ""
    return f": {who} did {last.action} at {last.at:%Y-%m-%d %H:%M} UTC{why}, change {last.seq}"
