"""Bringing a workspace of an earlier release to today's format: its journal, entry by entry, and
its files, as one change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ldn_graph.errors import DataError, UnknownName
from ldn_graph.records import corpus as corpora
from ldn_graph.records.file_format import FORMAT, format_of, upgraded
from ldn_graph.records.model import Agent
from ldn_graph.workspace import corpus_files, old_journal
from ldn_graph.workspace.commit import Ledger, changes_of
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.entry import Clock, Entry, utc_now


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade changes: from which format, which files, as they are afterwards, who may be
    named as its author, whether the journal gets another form, and what to tell."""

    since: int
    changes: Mapping[str, str | None] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    journal: bool = False
    told: tuple[str, ...] = ()

    @property
    def needed(self) -> bool:
        """Whether there is anything to do."""
        return self.journal or bool(self.changes)


def planned(folder: Path) -> Upgrade:
    """What `upgrade` would change; nothing where the files have today's format.

    Raises FileError where `folder` is no corpus, DataError where its files are of a newer release,
    or would be wrong in today's format.
    """
    path = folder / "corpus.yaml"
    if not path.is_file():
        corpora.read(folder)  # says what is missing
    texts = {name: corpus_files.text_of(folder / name) for name in corpus_files.names(folder)}
    since = format_of(path, texts["corpus.yaml"])
    _, told = old_journal.lines(folder)
    old = old_journal.is_there(folder)
    if since == FORMAT and not old:
        return Upgrade(since)
    new = upgraded(texts, since)
    gone = dict.fromkeys(texts.keys() - new.keys())
    changes = gone | {name: text for name, text in new.items() if texts.get(name) != text}
    return Upgrade(since, changes, State.of(folder, new).corpus.agents, old, tuple(told))


def upgrade(folder: Path, by: str, clock: Clock = utc_now) -> Upgrade:
    """Bring the workspace in `folder` to today's format, as a change by the agent `by`.

    What was edited by hand before is put on record first. Raises as `planned` does, UnknownName
    for an agent that the corpus does not have, Conflict or FileError; nothing has changed then.
    """
    plan = planned(folder)
    if plan.needed and by not in plan.agents:
        raise UnknownName.among("agent", by, plan.agents)
    if plan.needed:
        ledger = Ledger(folder)
        with ledger.locked():
            plan = planned(folder)
            old_journal.convert(folder)
            ledger.catch_up()
            ledger.sweep()
            if plan.changes:
                _commit(ledger, plan, by, clock)
    return plan


def _commit(ledger: Ledger, plan: Upgrade, by: str, clock: Clock) -> None:
    changed, problems = ledger.changed_by_hand()
    if problems:
        raise DataError(problems)
    now = clock()
    if changed:
        action = "edit-by-hand" if ledger.journal.seq else "begin"
        ledger.note(Entry(now, None, action, "corpus", changes_of(changed, ledger.head)))
    files = changes_of(plan.changes, ledger.head)
    why = f"format {plan.since} → {FORMAT}"
    ledger.commit(Entry(now, by, "upgrade", "corpus", files, why=why))
