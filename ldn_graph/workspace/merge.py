"""Joining branches: two lines of changes of one corpus, or of two, become one that follows both.

    git merge other                          files and journals of both lie in the folder
    ldn-graph --data . merge --as ada        what git left open is settled, and put on record

Every entry of both sides stays as it was written. The entry that joins them follows both, and holds
what differs from the first.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ldn_graph.curation import policy
from ldn_graph.curation.policy import Permission
from ldn_graph.errors import Conflict, DataError, FileError, UnknownName, UsageError
from ldn_graph.records import corpus as corpora
from ldn_graph.records.file_format import demand_format, upgraded
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.workspace import corpus_files, three_way
from ldn_graph.workspace.commit import Ledger, changes_of
from ldn_graph.workspace.corpus_files import State, Unfinished
from ldn_graph.workspace.entry import (
    Clock,
    Entry,
    ancestors,
    common_ancestor,
    files_at,
    utc_now,
)
from ldn_graph.workspace.history import format_at
from ldn_graph.workspace.journal import Journal
from ldn_graph.workspace.three_way import Clash, Joined


@dataclass(frozen=True)
class Merged:
    """What was joined: how many changes of the other side are new here, the files that differ from
    ours, what both had changed, and what to tell. `entry` is None where nothing was written."""

    new: int
    files: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()
    told: tuple[str, ...] = ()
    entry: Entry | None = None


def merge(
    folder: Path,
    by: str,
    other: Path | None = None,
    *,
    why: str | None = None,
    dry_run: bool = False,
    clock: Clock = utc_now,
) -> Merged:
    """Join the branches of the journal in `folder`; with `other`, first take in the corpus there,
    which is not changed.

    Where both sides changed a thing, it stays as in `folder`; a claim of the other side is kept
    among the unfinished forms of `by`. Raises UnknownName, NotAllowed, UsageError where there is
    nothing to join, DataError where what comes out would not be valid, Conflict for files that
    were edited by hand, FileError; nothing has changed then.
    """
    demand_format(folder / "corpus.yaml")
    ledger = Ledger(folder)
    with ledger.locked():
        ledger.catch_up()
        ledger.sweep()
        journal = ledger.journal
        if other is None and len(journal.heads) > 1 and not dry_run:
            with suppress(DataError):
                return _settled(ledger, by, why, clock)
        strange = _entries_of(other, clock) if other is not None else []
        known = dict(journal.by_id) | {entry.id: entry.light() for entry in strange}
        if journal.head is None:
            raise UsageError(f"{folder}: has no journal yet; it begins with the first change")
        heads = (strange[-1].id,) if strange else journal.heads[1:]
        if not heads or heads[0] in ancestors(journal.by_id, journal.head):
            raise UsageError(f"{folder}: there is nothing to join; its journal has one branch")
        texts = _Texts(journal, strange)
        sides = (journal.head, heads[0])
        plan = _planned(texts, known, *sides)
        before = texts.at(known, journal.head)
        state = State.of(folder, before)
        _demand_leave(state, by)
        after = _valid(folder, plan)
        _demand_same_people(state.corpus, State.of(folder, texts.at(known, heads[0])).corpus)
        _demand_untouched(ledger, texts, known, sides, plan, marks=other is None)
        files = tuple(three_way.changed(before, plan.texts))
        new = len(ancestors(known, heads[0]) - ancestors(known, journal.head))
        found = Merged(new, files, plan.clashes, tuple(_twins(after.corpus, state.corpus)))
        if dry_run:
            return found
        journal.adopt(entry for entry in strange if entry.id not in journal.by_id)
        entry = _entry(ledger, by, plan, before, why, clock()).sealed(sides, len(known) + 1)
        done = ledger.put(entry)
        _keep(folder, by, plan.clashes)
        return Merged(new, files, plan.clashes, found.told, done)


def settle(
    ledger: Ledger, clock: Clock, by: str | None = None, why: str | None = None
) -> tuple[Entry, tuple[str, ...]]:
    """Put on record that branches were merged whose files somebody, or git, has merged already,
    under the lock; returns the entry and what to tell.

    Raises DataError with the remedy where the files are not what a merge of both would be.
    """
    journal, folder = ledger.journal, ledger.folder
    sides = journal.heads[:2]
    texts = _Texts(journal, [])
    try:
        plan = _planned(texts, journal.by_id, *sides)
        there = {name: corpus_files.text_of(folder / name) for name in corpus_files.names(folder)}
        State.of(folder, there)
    except (DataError, FileError) as error:
        raise _unsettled(folder, str(error)) from error
    before = texts.at(journal.by_id, sides[0])
    for name in three_way.changed(there, plan.texts):
        if before.get(name) == there.get(name):
            raise _unsettled(folder, f"{name}: is as it was before the other branch was merged")
    files = changes_of(three_way.changed(before, there), ledger.head)
    entry = Entry(_time(journal, clock()), by, "join", "several", files, why=why)
    told = tuple(
        f"{clash.record}: both branches had changed it; it is as the files have it"
        for clash in plan.clashes
    )
    return ledger.note_sealed(entry.sealed(sides, journal.seq + 1)), told


def _settled(ledger: Ledger, by: str, why: str | None, clock: Clock) -> Merged:
    journal = ledger.journal
    ours, theirs = journal.heads[:2]
    state = State.of(ledger.folder, _Texts(journal, []).at(journal.by_id, ours))
    _demand_leave(state, by)
    new = len(ancestors(journal.by_id, theirs) - ancestors(journal.by_id, ours))
    entry, told = settle(ledger, clock, by, why)
    return Merged(new, tuple(change.path for change in entry.files), (), told, entry)


class _Texts:
    """The texts of states, of entries on record and of such as are about to be."""

    def __init__(self, journal: Journal, strange: list[Entry]) -> None:
        self.journal = journal
        self.strange = {entry.id: entry for entry in strange}

    def at(self, known: Mapping[str, Entry], head: str | None) -> dict[str, str]:
        """File → text in the state at `head`, in today's format."""
        found: dict[str, str] = {}
        held = files_at(known, head)
        for name in dict.fromkeys(name for _, name in held.values()):
            entry = self.strange.get(name) or self.journal.full(known[name])
            for change in entry.files:
                if held.get(change.path, ("", ""))[1] == name and change.text is not None:
                    found[change.path] = change.text
        return upgraded(found, format_at(self.journal.workspace, found)) if found else found


def _planned(texts: _Texts, known: Mapping[str, Entry], ours: str, theirs: str) -> Joined:
    base = common_ancestor(known, ours, theirs)
    return three_way.joined(texts.at(known, base), texts.at(known, ours), texts.at(known, theirs))


def _entries_of(other: Path, clock: Clock) -> list[Entry]:
    """The changes of another corpus in order, with texts; one that has no journal begins here.

    Raises DataError, UsageError where its files are not as its journal has them.
    """
    if not (other / "corpus.yaml").is_file():
        corpora.read(other)  # says what is missing
    demand_format(other / "corpus.yaml")
    journal = Journal.of(other)
    there = {name: corpus_files.text_of(other / name) for name in corpus_files.names(other)}
    State.of(other, there)
    if not journal.entries:
        return [Entry(clock(), None, "begin", "corpus", changes_of(there, {})).sealed((), 1)]
    digests = {name: corpus_files.digest(text) for name, text in there.items()}
    if len(journal.heads) > 1 or digests != {n: d for n, (d, _) in journal.files.items()}:
        raise UsageError(
            f"{other}: its files are not as its journal has them; open it first: "
            f"ldn-graph --data {other} review"
        )
    return [journal.full(entry) for entry in journal.entries]


def _valid(folder: Path, plan: Joined) -> State:
    """The state that comes out. Raises DataError where it would not be valid."""
    try:
        return State.of(folder, plan.texts)
    except DataError as error:
        raise DataError(
            [
                *error.problems,
                f"{folder}: so the branches can't be joined as they are, and nothing was changed; "
                "mend that in one of them first",
            ]
        ) from error


def _demand_same_people(ours: Corpus, theirs: Corpus) -> None:
    """Raises UsageError where one id is two people: what one did would be told of the other."""
    for name in ours.agents.keys() & theirs.agents.keys():
        one, other = ours.agents[name], theirs.agents[name]
        if one.orcid and other.orcid and one.orcid != other.orcid:
            raise UsageError(
                f"agent {name!r} is {one.name} ({one.orcid}) here and {other.name} "
                f"({other.orcid}) there; give one of them another id first"
            )


def _demand_leave(state: State, by: str) -> None:
    agents = state.corpus.agents
    if by not in agents:
        raise UnknownName.among("agent", by, agents, see="ldn-graph agent list")
    policy.demand(agents[by], Permission.RECORDS, state.review, "join branches")


def _demand_untouched(
    ledger: Ledger,
    texts: _Texts,
    known: Mapping[str, Entry],
    sides: tuple[str, str],
    plan: Joined,
    *,
    marks: bool,
) -> None:
    """Raises Conflict for files that would be overwritten, and hold what no branch has; what git
    marked as a conflict (`marks`) is to be overwritten."""
    states = [texts.at(known, side) for side in sides]
    for name in sorted({*plan.texts, *states[0], *corpus_files.names(ledger.folder)}):
        path = ledger.folder / name
        there = corpus_files.text_of(path) if path.is_file() else None
        if there in (plan.texts.get(name), *(state.get(name) for state in states)):
            continue
        if not marks or there is None or not _is_marked(there):
            raise Conflict(
                f"{path}: was edited by hand, and is as in neither branch; keep a copy of it, and "
                "put it back to how one of them has it (git checkout --ours), then merge again"
            )


def _is_marked(text: str) -> bool:
    lines = text.splitlines()
    return any(line.startswith("<<<<<<< ") for line in lines) and any(
        line.startswith(">>>>>>> ") for line in lines
    )


def _entry(
    ledger: Ledger,
    by: str,
    plan: Joined,
    before: Mapping[str, str],
    why: str | None,
    now: dt.datetime,
) -> Entry:
    """The entry that joins; the digests before are those on disk, so that it can be finished."""
    there = {
        name: corpus_files.digest((ledger.folder / name).read_bytes())
        for name in corpus_files.names(ledger.folder)
    }
    texts = three_way.changed(before, plan.texts)
    marked = {n: t for n, t in plan.texts.items() if there.get(n) != corpus_files.digest(t)}
    files = changes_of(texts | marked, there)
    return Entry(_time(ledger.journal, now), by, "join", "several", files, why=why)


def _time(journal: Journal, now: dt.datetime) -> dt.datetime:
    """Now, or the time of the last change of any branch where that is later."""
    return max([now, *(journal.by_id[name].at for name in journal.heads)])


def _keep(folder: Path, by: str, clashes: tuple[Clash, ...]) -> None:
    """Keep the claims of the other side that were not taken, as forms to go on with."""
    forms = Unfinished(folder)
    for clash in clashes:
        if clash.theirs is not None:
            fields = clash.theirs.model_dump(
                mode="json", exclude={"status", "history"}, exclude_none=True
            )
            forms.save(by, form_name(clash.theirs), fields)


def form_name(claim: Claim) -> str:
    """What the form is called that keeps the claim of the other side."""
    return f"{claim.id[:100].strip('-')}-of-the-other-branch"


def _twins(after: Corpus, before: Corpus) -> Iterator[str]:
    """Claims in force that say the same, where one of them is new."""
    said: dict[tuple[str, ...], str] = {}
    for claim in sorted(after.claims.values(), key=lambda c: (c.id not in before.claims, c.id)):
        if claim.current:
            twin = said.setdefault(claim.proposition, claim.id)
            if twin != claim.id and claim.id not in before.claims:
                yield (
                    f"claims {twin} and {claim.id} say the same; add the evidence of one to the "
                    "other, and make it obsolete"
                )


def _unsettled(folder: Path, reason: str) -> DataError:
    return DataError(
        [
            *reason.split("\n"),
            f"{folder}: two branches of its journal are to be joined; "
            f"run: ldn-graph --data {folder} merge --as AGENT",
        ]
    )
