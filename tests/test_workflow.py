"""The workflow as a state machine: anybody does anything, at any time, in any process."""

import contextlib
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

from ldn_graph import corpus as corpora
from ldn_graph import curation, review
from ldn_graph.errors import Conflict, LdnError
from ldn_graph.model import Claim
from ldn_graph.terms import Action, Status
from ldn_graph.workspace import Workspace, journal, past
from tests.curators import ADA, ANN, BEN, BOT, CAS, CONTESTED, EVE, INFLAMMATION, fields, staffed
from tests.curators import copied as copied_to

PEOPLE = st.sampled_from([ADA, ANN, BEN, CAS, EVE, BOT])
REVIEWS = {Action.ACCEPT, Action.ENDORSE, Action.RETURN, Action.REJECT}


class Workflow(RuleBasedStateMachine):
    """Two processes on one workspace; what goes through must be legal, and stay on record."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.names = [INFLAMMATION, CONTESTED]
        self.forever: dict[int, Any] = {}

    @initialize()
    def begin(self) -> None:
        self.desks = [staffed(copied_to(self.folder))]
        self.desks.append(Workspace.open(self.desks[0].folder, clock=self.desks[0]._clock))
        self.began = self.desks[0].seq

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
    @precondition(lambda self: len(self.names) < 5)
    def create(self, which: int, by: str, source: str) -> None:
        desk = self.desks[which]
        name = f"claim-{len(self.names)}"
        made = fields(desk.corpus.claims[source], name)
        self.tried(desk, lambda: desk.create(made, by=by))
        if name in desk.corpus.claims:
            self.names.append(name)

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
        verb=st.sampled_from(["return_", "reject", "retract", "comment"]),
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
            changes["evidence"] = [desk.claim(name).evidence[0].model_dump(mode="json")]
        self.tried(desk, lambda: desk.edit(name, changes, by=by, why="clearer"))

    @rule(which=st.integers(0, 1), by=PEOPLE)
    def retract_source(self, which: int, by: str) -> None:
        desk = self.desks[which]
        self.tried(desk, lambda: desk.retract_source("synthetic-trial-a", by=by, why="withdrawn"))

    @rule(which=st.integers(0, 1))
    def start_again(self, which: int) -> None:
        self.desks[which] = Workspace.open(self.desks[0].folder, clock=self.desks[0]._clock)
        assert not self.desks[which].problems and not self.desks[which].notices

    def claims(self) -> list[Claim]:
        corpus = corpora.read(self.desks[0].folder)[0]
        return [*corpus.claims.values(), *corpus.proposals.values()]

    @invariant()
    def every_history_can_have_happened(self) -> None:
        for claim in self.claims():
            assert curation.replay(claim.history) is claim.status

    @invariant()
    def nobody_reviewed_their_own(self) -> None:
        for claim in self.claims():
            for n, event in enumerate(claim.history):
                if event.action in REVIEWS:
                    assert event.by not in curation.authors(claim.history[:n])
                assert event.by != BOT or event.action not in {*REVIEWS, Action.SUBMIT}

    @invariant()
    def a_next_version_stands_beside_a_claim_in_force(self) -> None:
        corpus = corpora.read(self.desks[0].folder)[0]
        for name, proposal in corpus.proposals.items():
            assert corpus.claims[name].current
            assert proposal.status in (Status.DRAFT, Status.SUBMITTED)
            before, after = corpus.claims[name].history, proposal.history
            talk = [e for e in before if e.action is Action.COMMENT]
            assert [e for e in after[: len(before)] if e not in talk] == [
                e for e in before if e not in talk
            ]

    @invariant()
    def histories_only_grow(self) -> None:
        """No event of a claim is ever gone from its record: file, next version or journal."""
        seen: dict[str, set[Any]] = {}
        for entry in journal.read(self.desks[0].folder):
            for change in entry.files:
                folder, _, file = change.path.partition("/")
                if folder in ("claims", "proposals") and change.text is not None:
                    claim = past._claim(self.desks[0].folder / change.path, change.text)
                    in_force = folder == "claims"
                    if in_force:
                        assert seen.get(file, set()) <= set(claim.history)
                        seen[file] = set(claim.history)

    @invariant()
    def two_people_accepted_what_needs_two(self) -> None:
        desk = self.desks[0]
        entries = [e for e in journal.read(desk.folder) if e.seq > self.began]
        for entry in entries:
            if entry.action == "accept":
                then = past.state(desk.folder, entry.seq - 1)
                name = entry.record.partition("/")[2]
                claim = then.corpus.proposals.get(name) or then.corpus.claims[name]
                if review.second_review_reasons(claim, then.corpus, then.rule, then.review):
                    assert curation.endorsed_by(claim.history) - {entry.by}

    @invariant()
    def the_past_does_not_change(self) -> None:
        for seq in list(self.forever)[-2:]:
            assert past.state(self.desks[0].folder, seq).corpus == self.forever[seq]

    @invariant()
    def a_retracted_source_gets_no_new_evidence(self) -> None:
        with contextlib.suppress(AttributeError):
            corpus = self.desks[0].corpus
            for claim in corpus.proposals.values():
                review.demand_sources(claim, corpus)


def test_no_order_of_acts_leads_to_what_must_not_be() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Workflow,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
