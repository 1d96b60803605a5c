"""The workflow as a state machine: anybody does anything, at any time, in any process."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ldn_graph.curation import policy, transitions
from ldn_graph.errors import Conflict, LdnError
from ldn_graph.records import corpus as corpora
from ldn_graph.records.file_format import FORMAT
from ldn_graph.records.model import Claim
from ldn_graph.records.vocabularies import Action, Status
from ldn_graph.workspace import Entry, Workspace, history, journal
from ldn_graph.workspace.preview import demand_sound
from tests.curators import ADA, ANN, BEN, BOT, CAS, CONTESTED, EVE, INFLAMMATION, fields, staffed
from tests.curators import copied as copied_to
from tests.effort import examples

#: Mostly those who may both write and review, so that the rules are put to the test.
PEOPLE = st.sampled_from([CAS, EVE, CAS, EVE, ADA, ANN, BEN, BOT])
REVIEWS = {Action.ACCEPT, Action.ENDORSE, Action.RETURN, Action.REJECT}


class Workflow(RuleBasedStateMachine):
    """Two processes on one workspace; what goes through must be legal, and stay on record."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.forever: dict[int, Any] = {}

    @initialize()
    def begin(self) -> None:
        self.desks = [staffed(copied_to(self.folder))]
        self.desks.append(Workspace.open(self.desks[0].folder, clock=self.desks[0]._clock))
        self.original = dict(self.desks[0].corpus.claims)
        self.desks[0].create(fields(self.original[CONTESTED], "claim-1"), by=ANN)
        self.original["claim-1"] = self.desks[0].corpus.claims["claim-1"]
        self.names = [CONTESTED, "claim-1"]
        self.looked = self.desks[0].seq

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def tried(self, desk: Workspace, change: Any) -> None:
        """Make a change; refused, it must leave no trace."""
        desk.refresh()
        before, seq = desk.corpus, desk.seq
        try:
            done = change()
        except LdnError as error:
            assert ";" in str(error) or isinstance(error, Conflict), "every refusal has a remedy"
            assert (desk.corpus, desk.seq) == (before, seq)
        else:
            assert done.seq == desk.seq == seq + 1
            self.forever[done.seq] = desk.corpus

    @rule(which=st.integers(0, 1), by=PEOPLE, source=st.sampled_from([INFLAMMATION, CONTESTED]))
    @precondition(lambda self: len(self.names) < 3)
    def create(self, which: int, by: str, source: str) -> None:
        desk = self.desks[which]
        name = f"claim-{len(self.names)}"
        made = fields(desk.corpus.claims[source], name)
        self.tried(desk, lambda: desk.create(made, by=by))
        if name in desk.corpus.claims:
            self.names.append(name)
            self.original[name] = desk.corpus.claims[name]

    @rule(which=st.integers(0, 1), by=PEOPLE, pick=st.integers(0, 9))
    def go_on(self, which: int, by: str, pick: int) -> None:
        """What comes next for a claim on its way into force."""
        desk = self.desks[which]
        desk.refresh()
        name = self.names[pick % len(self.names)]
        claim = desk.claim(name)
        if claim.status is Status.DRAFT:
            self.tried(desk, lambda: desk.submit(name, by=by))
        elif claim.status is Status.SUBMITTED:
            self.tried(desk, lambda: desk.accept(name, by=by))
        else:
            both = self.original[name].evidence[::-1]
            changes = {"evidence": [i.model_dump(mode="json") for i in both]}
            self.tried(desk, lambda: desk.edit(name, changes, by=by, why="again"))

    @rule(which=st.integers(0, 1), by=PEOPLE, pick=st.integers(0, 9), steps=st.integers(2, 4))
    def one_person_goes_on(self, which: int, by: str, pick: int, steps: int) -> None:
        for _ in range(steps):
            self.go_on(which, by, pick)

    @rule(
        which=st.integers(0, 1),
        by=PEOPLE,
        pick=st.integers(0, 9),
        verb=st.sampled_from(["submit", "withdraw", "accept", "accept", "submit"]),
        stale=st.booleans(),
    )
    def do(self, which: int, by: str, pick: int, verb: str, stale: bool) -> None:
        desk, other = self.desks[which], self.desks[1 - which]
        name = self.names[pick % len(self.names)]
        expected = None
        if stale and name in other.corpus.claims:  # what the other process saw last
            expected = other.digest(other.claim(name))
        self.tried(desk, lambda: getattr(desk, verb)(name, by=by, expected=expected))

    @rule(
        which=st.integers(0, 1),
        by=PEOPLE,
        pick=st.integers(0, 9),
        verb=st.sampled_from(["return_", "reject", "retract", "obsolete", "comment"]),
        why=st.sampled_from(["because", "because", " "]),
    )
    def judge(self, which: int, by: str, pick: int, verb: str, why: str) -> None:
        desk = self.desks[which]
        name = self.names[pick % len(self.names)]
        self.tried(desk, lambda: getattr(desk, verb)(name, by=by, why=why))

    @rule(
        which=st.integers(0, 1),
        by=PEOPLE,
        pick=st.integers(0, 9),
        note=st.text("ab", max_size=3),
        halve=st.booleans(),
    )
    def edit(self, which: int, by: str, pick: int, note: str, halve: bool) -> None:
        desk = self.desks[which]
        name = self.names[pick % len(self.names)]
        changes: dict[str, Any] = {"note": note or None}
        if halve:
            desk.refresh()  # the claim may have been created at the other desk
            changes["evidence"] = [desk.claim(name).evidence[0].model_dump(mode="json")]
        self.tried(desk, lambda: desk.edit(name, changes, by=by, why="clearer"))

    @rule(
        which=st.integers(0, 1),
        by=PEOPLE,
        to=PEOPLE,
        pick=st.integers(0, 9),
        why=st.sampled_from([None, "left the group"]),
    )
    def reassign(self, which: int, by: str, to: str, pick: int, why: str | None) -> None:
        desk = self.desks[which]
        name = self.names[pick % len(self.names)]
        self.tried(desk, lambda: desk.reassign(name, to=to, by=by, why=why))

    @rule(
        which=st.integers(0, 1),
        by=PEOPLE,
        pick=st.integers(0, 9),
        why=st.sampled_from([None, "a twin"]),
    )
    def discard(self, which: int, by: str, pick: int, why: str | None) -> None:
        desk = self.desks[which]
        name = self.names[pick % len(self.names)]
        self.tried(desk, lambda: desk.discard(name, by=by, why=why))

    @rule(which=st.integers(0, 1), by=PEOPLE)
    def merge(self, which: int, by: str) -> None:
        """Two things turn out to be one: its claims follow, and the old id answers."""
        desk = self.desks[which]
        desk.refresh()
        pair = [n for n in ("opioid-receptor", "endorphin") if n in desk.corpus.entities]
        if len(pair) == 2:
            self.tried(desk, lambda: desk.merge(pair[0], "drugamine", by=by, why="one"))
        found = desk.corpus.entity_called(pair[0]) if len(pair) < 2 else None
        assert found is None or found.id in desk.corpus.entities

    @rule(which=st.integers(0, 1), by=PEOPLE)
    def reinstate_source(self, which: int, by: str) -> None:
        desk = self.desks[which]
        self.tried(desk, lambda: desk.reinstate_source("synthetic-trial-a", by=by, why="a mistake"))

    @rule(which=st.integers(0, 1), by=PEOPLE)
    def retract_source(self, which: int, by: str) -> None:
        desk = self.desks[which]
        self.tried(desk, lambda: desk.retract_source("synthetic-trial-a", by=by, why="withdrawn"))

    @rule(which=st.integers(0, 1))
    def start_again(self, which: int) -> None:
        self.desks[which] = Workspace.open(self.desks[0].folder, clock=self.desks[0]._clock)
        assert not self.desks[which].problems and not self.desks[which].notices

    @invariant()
    def what_is_on_disk_is_legal(self) -> None:
        """Looked at once for each change that went through."""
        folder = self.desks[0].folder
        entries = list(journal.read(folder))
        new = [e for e in entries if e.seq > self.looked]
        if not new:
            return
        self.looked = entries[-1].seq
        corpus = corpora.read(folder)[0]
        for claim in (*corpus.claims.values(), *corpus.proposals.values()):
            self.legal(claim)
        for name, proposal in corpus.proposals.items():
            self.beside(corpus.claims[name], proposal)
            policy.demand_sources(proposal, corpus)
        self.grown(entries)
        for entry in new:
            self.agreed(entry)
        assert history.state(folder, self.looked).corpus == corpus
        if self.looked in self.forever:
            assert corpus == self.forever[self.looked]

    def legal(self, claim: Claim) -> None:
        """A history that can have happened, in which nobody reviewed their own."""
        assert transitions.replay(claim.history) is claim.status
        for n, event in enumerate(claim.history):
            if event.action in REVIEWS:
                assert event.by not in transitions.authors(claim.history[:n])
            assert event.by != BOT or event.action not in {*REVIEWS, Action.SUBMIT}

    def beside(self, in_force: Claim, proposal: Claim) -> None:
        """A next version stands beside a claim in force, and goes on from its history."""
        assert in_force.current
        assert proposal.status in (Status.DRAFT, Status.SUBMITTED)
        shared = len(in_force.history)
        assert proposal.history[:shared] == in_force.history

    def grown(self, entries: list[Entry]) -> None:
        """No event of a claim in force is ever gone from its file, and it stays in force until it
        is retracted."""
        seen: dict[str, set[Any]] = {}
        in_force: set[str] = set()
        for change in (f for e in entries for f in e.files):
            if change.path.startswith("claims/") and change.text is not None:
                claim = history._claim(self.desks[0].folder, change.path, change.text, FORMAT)
                assert seen.get(change.path, set()) <= set(claim.history)
                seen[change.path] = set(claim.history)
                if change.path in in_force:
                    assert claim.status in (Status.ACCEPTED, Status.RETRACTED)
                    in_force.discard(change.path)
                if claim.current:
                    in_force.add(change.path)

    def agreed(self, entry: Entry) -> None:
        """Two people accepted what needs two."""
        if entry.action != "accept":
            return
        then = history.state(self.desks[0].folder, entry.seq - 1)
        name = entry.record.partition("/")[2]
        claim = then.corpus.proposals.get(name) or then.corpus.claims[name]
        demand_sound(claim, then.corpus, then.rule, None, why="given by whoever accepted it")
        if policy.second_review_reasons(claim, then.corpus, then.rule, then.review):
            assert transitions.endorsed_by(claim.history) - {entry.by}


def test_no_order_of_acts_leads_to_what_must_not_be() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Workflow,
        settings=settings(
            max_examples=examples(10),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
