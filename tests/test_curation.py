"""Curation: what can follow what, who may do it, and that claims are never changed in place."""

import datetime as dt
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ldn_graph.curation import transitions
from ldn_graph.errors import DataError, UsageError
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import Action, ReviewReason, Status

ANN, BEN = "curator-one", "reviewer-two"
DAY = dt.date(2026, 2, 1)


def fresh(claim: Claim) -> Claim:
    """The claim as it was when it was created."""
    return claim.model_copy(update={"status": Status.DRAFT, "history": claim.history[:1]})


@pytest.fixture
def draft(mini: Corpus) -> Claim:
    return fresh(mini.claims["endorphin-decreases-inflammation"])


def refused(action: object, *args: object) -> str:
    with pytest.raises(UsageError) as caught:
        action(*args)  # type: ignore[operator]
    return str(caught.value)


def test_a_claim_goes_from_draft_to_retracted(draft: Claim) -> None:
    submitted = transitions.submit(draft, ANN, DAY)
    accepted = transitions.accept(submitted, BEN, DAY)
    retracted = transitions.retract(accepted, BEN, DAY, "the text was changed")
    assert [c.status for c in (submitted, accepted, retracted)] == [
        Status.SUBMITTED,
        Status.ACCEPTED,
        Status.RETRACTED,
    ]
    assert [e.action for e in retracted.history] == ["create", "submit", "accept", "retract"]
    assert retracted.history[-1].why == "the text was changed"
    assert accepted.current and not retracted.current


def test_the_claim_given_is_not_changed(draft: Claim) -> None:
    before = draft.model_dump_json()
    transitions.submit(draft, ANN, DAY)
    transitions.edit(draft, ANN, DAY, note="new")
    assert draft.model_dump_json() == before


def test_reject_and_return_end_as_their_names_say(draft: Claim) -> None:
    submitted = transitions.submit(draft, ANN, DAY)
    assert transitions.reject(submitted, BEN, DAY, "not said there").status is Status.REJECTED
    assert transitions.return_(submitted, BEN, DAY, "quote too short").status is Status.DRAFT
    assert transitions.withdraw(submitted, ANN, DAY).status is Status.DRAFT


def test_an_author_does_not_accept(draft: Claim) -> None:
    assert refused(transitions.accept, transitions.submit(draft, ANN, DAY), ANN, DAY) == (
        "claim 'endorphin-decreases-inflammation': curator-one wrote or submitted it, "
        "so can't accept it; have somebody else review it"
    )


def test_whoever_edited_or_submitted_is_an_author_too(draft: Claim) -> None:
    edited = transitions.edit(draft, BEN, DAY, "shorter", note="a note")
    assert "can't accept it" in refused(
        transitions.accept, transitions.submit(edited, ANN, DAY), BEN, DAY
    )
    assert "can't accept it" in refused(
        transitions.accept, transitions.submit(draft, BEN, DAY), BEN, DAY
    )


def test_only_an_author_withdraws(draft: Claim) -> None:
    assert refused(transitions.withdraw, transitions.submit(draft, ANN, DAY), BEN, DAY) == (
        "claim 'endorphin-decreases-inflammation': reviewer-two did not write or submit it, "
        "so can't withdraw it; return it, with a reason"
    )


@pytest.mark.parametrize("why", [None, "", "   "])
def test_reasons_are_given(draft: Claim, why: str | None) -> None:
    submitted = transitions.submit(draft, ANN, DAY)
    accepted = transitions.accept(submitted, BEN, DAY)
    for action, claim in (
        (transitions.return_, submitted),
        (transitions.reject, submitted),
        (transitions.retract, accepted),
    ):
        assert "needs a reason; say why" in refused(action, claim, BEN, DAY, why)


def test_what_is_possible_is_named(draft: Claim) -> None:
    assert refused(transitions.accept, draft, BEN, DAY) == (
        "claim 'endorphin-decreases-inflammation' is draft, so it can't be accepted; "
        "possible now: edit, submit, discard, reassign"
    )
    submitted = transitions.submit(draft, ANN, DAY)
    assert refused(transitions.submit, submitted, ANN, DAY) == (
        "claim 'endorphin-decreases-inflammation' is submitted, so it can't be submitted; possible "
        "now: accept, return (with a reason), reject (with a reason), withdraw, reassign"
    )
    rejected = transitions.reject(submitted, BEN, DAY, "no")
    assert refused(transitions.edit, rejected, ANN, DAY).endswith("possible now: nothing")


def test_an_accepted_claim_that_is_edited_is_reviewed_again(draft: Claim) -> None:
    accepted = transitions.accept(transitions.submit(draft, ANN, DAY), BEN, DAY)
    edited = transitions.edit(accepted, ANN, DAY, "a study added", note="new")
    assert (edited.status, edited.current) == (Status.SUBMITTED, False)
    assert transitions.accept(edited, BEN, DAY).current
    assert refused(transitions.edit, accepted, ANN, DAY).endswith(
        "to edit it needs a reason; say why"
    )
    assert "can't accept it" in refused(
        transitions.accept, transitions.edit(accepted, BEN, DAY, "shorter"), BEN, DAY
    )


def test_a_next_version_is_a_draft_with_a_number(draft: Claim) -> None:
    accepted = transitions.accept(transitions.submit(draft, ANN, DAY), BEN, DAY)
    next_ = transitions.revise(accepted, ANN, DAY, "a study added", note="new")
    assert next_.status is Status.DRAFT
    assert [transitions.version(c.history) for c in (draft, accepted, next_)] == [1, 1, 2]
    again = transitions.accept(transitions.submit(next_, ANN, DAY), BEN, DAY)
    talked = transitions.comment(again, BEN, DAY, "well done")
    assert [transitions.version(c.history) for c in (again, talked)] == [2, 2]
    assert transitions.version(transitions.edit(talked, ANN, DAY, "typo").history) == 3
    assert refused(transitions.revise, accepted, ANN, DAY).endswith(
        "to revise it needs a reason; say why"
    )


def test_the_first_of_two_reviewers_endorses(draft: Claim) -> None:
    submitted = transitions.submit(draft, ANN, DAY)
    endorsed = transitions.accept(submitted, BEN, DAY, reviewers=2)
    assert (endorsed.status, endorsed.history[-1].action) == (Status.SUBMITTED, Action.ENDORSE)
    assert transitions.accept(endorsed, "cas", DAY, reviewers=2).current
    assert refused(partial(transitions.accept, reviewers=2), endorsed, BEN, DAY) == (
        "claim 'endorphin-decreases-inflammation': reviewer-two has endorsed it already; "
        "have another reviewer accept it"
    )
    changed = transitions.submit(transitions.withdraw(endorsed, ANN, DAY), ANN, DAY)
    assert transitions.endorsed_by(changed.history) == frozenset()


def test_an_author_does_not_review_at_all(draft: Claim) -> None:
    submitted = transitions.submit(draft, ANN, DAY)
    for judge, word in ((transitions.return_, "return"), (transitions.reject, "reject")):
        assert f"so can't {word} it; withdraw it" in refused(judge, submitted, ANN, DAY, "no")


def test_what_was_wrong_is_on_record(draft: Claim) -> None:
    wrong = [ReviewReason.NOT_IN_TEXT, ReviewReason.ENTITY, ReviewReason.ENTITY]
    back = transitions.return_(transitions.submit(draft, ANN, DAY), BEN, DAY, "look", reasons=wrong)
    assert back.history[-1].reasons == (ReviewReason.ENTITY, ReviewReason.NOT_IN_TEXT)


def test_a_comment_changes_nothing_else(draft: Claim) -> None:
    said = transitions.comment(draft, BEN, DAY, "a day or a week?")
    assert said.model_copy(update={"history": draft.history}) == draft
    assert "needs a reason" in refused(transitions.comment, draft, BEN, DAY, " ")


def test_a_new_claim_is_a_draft_of_its_author(draft: Claim) -> None:
    fields = draft.model_dump(mode="json", exclude={"status", "history"})
    made = transitions.create(fields, ANN, DAY)
    assert (made.status, made.history[0].by, made.evidence) == (
        Status.DRAFT,
        ANN,
        draft.evidence,
    )
    with pytest.raises(UsageError, match="leave status out"):
        transitions.create(fields | {"status": "accepted"}, ANN, DAY)
    with pytest.raises(DataError) as caught:
        transitions.create({"id": "x", "subject": "s", "predicat": "decreases"}, ANN, DAY)
    assert "evidence: evidence is missing; add it" in caught.value.problems
    assert any("did you mean 'predicate'?" in p for p in caught.value.problems)


def test_history_goes_forward(draft: Claim) -> None:
    assert refused(transitions.submit, draft, ANN, dt.date(2026, 1, 1)) == (
        "claim 'endorphin-decreases-inflammation': 2026-01-01 is before its last event "
        "(create on 2026-01-02); give a later date"
    )


def test_an_edit_changes_what_it_names_and_is_checked(draft: Claim) -> None:
    edited = transitions.edit(draft, ANN, DAY, "typo", object="crohns-disease")
    assert (edited.object, edited.subject, edited.status) == (
        "crohns-disease",
        draft.subject,
        Status.DRAFT,
    )
    with pytest.raises(UsageError, match="no edit changes history; leave it out"):
        transitions.edit(draft, ANN, DAY, history=())
    with pytest.raises(UsageError, match=r"predicate: .+; correct the value"):
        transitions.edit(draft, ANN, DAY, predicate="heals")


def test_replay_tells_what_a_history_amounts_to(mini: Corpus) -> None:
    for claim in mini.claims.values():
        assert transitions.replay(claim.history) is claim.status


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([("submit", 1)], "its history begins with submit; the first event is create"),
        (
            [("create", 1), ("accept", 2)],
            "accept on 2026-01-02 can't follow: it was draft then; possible: edit, submit, "
            "discard, reassign",
        ),
        (
            [("create", 2), ("submit", 1)],
            "submit on 2026-01-01 comes after create on 2026-01-02; order the events by date",
        ),
        (
            [("create", 1), ("submit", 1), ("reject", 3)],
            "reject on 2026-01-03 has no reason; say why",
        ),
        (
            [("create", 1), ("submit", 1), ("endorse", 2), ("accept", 3)],
            "accept on 2026-01-03 is by curator-one, who had endorsed it; "
            "have another reviewer do it",
        ),
    ],
)
def test_replay_refuses_what_cannot_have_happened(
    mini: Corpus, actions: list[tuple[str, int]], message: str
) -> None:
    event = mini.claims["endorphin-decreases-inflammation"].history[0]
    history = [
        event.model_copy(update={"action": Action(a), "on": dt.date(2026, 1, d)})
        for a, d in actions
    ]
    with pytest.raises(UsageError) as caught:
        transitions.replay(history)
    assert str(caught.value) == message


def test_a_draft_is_discarded_and_a_claim_in_force_made_obsolete(draft: Claim) -> None:
    gone = transitions.discard(draft, ANN, DAY)
    assert (gone.status, gone.history[-1].action) == (Status.REJECTED, Action.DISCARD)
    submitted = transitions.submit(draft, ANN, DAY)
    assert "so it can't be discarded" in refused(transitions.discard, submitted, ANN, DAY)
    accepted = transitions.accept(submitted, BEN, DAY)
    assert "needs a reason" in refused(transitions.obsolete, accepted, BEN, DAY)
    old = transitions.obsolete(accepted, BEN, DAY, "said better", replaced_by="better")
    assert old.status is Status.RETRACTED and old.history[-1].replaced_by == "better"


def test_whoever_is_given_a_claim_owns_it_and_does_not_review_it(draft: Claim) -> None:
    assert transitions.owner(draft) is None
    given = transitions.reassign(draft, ANN, DAY, to=BEN)
    assert transitions.owner(given) == BEN and given.status is Status.DRAFT
    submitted = transitions.submit(given, ANN, DAY)
    assert "so can't accept it" in refused(transitions.accept, submitted, BEN, DAY)
    endorsed = transitions.accept(submitted, "cas", DAY, reviewers=2)
    passed_on = transitions.reassign(endorsed, ANN, DAY, to="dee")
    assert transitions.endorsed_by(passed_on.history) == {"cas"}
    assert "has it already" in refused(partial(transitions.reassign, to="dee"), passed_on, ANN, DAY)


def test_a_merge_moves_a_claim_and_changes_nothing_else(draft: Claim) -> None:
    accepted = transitions.accept(transitions.submit(draft, ANN, DAY), BEN, DAY)
    moved = transitions.merge(accepted, BEN, DAY, "one thing", subject="enkephalin")
    assert (moved.status, moved.subject) == (Status.ACCEPTED, "enkephalin")
    assert transitions.version(moved.history) == 1
    assert transitions.replay(moved.history) is Status.ACCEPTED


class Curators(RuleBasedStateMachine):
    """Anyone does anything to a claim at any time; what goes through must be a legal history."""

    original: Claim
    people = st.sampled_from(["ann", "ben", "cas"])
    reasons = st.sampled_from([None, "", "because"])
    acts = st.sampled_from(
        [
            transitions.submit,
            transitions.withdraw,
            transitions.accept,
            transitions.return_,
            transitions.reject,
            transitions.retract,
            transitions.obsolete,
            transitions.discard,
            transitions.merge,
            partial(transitions.reassign, to="ben"),
            transitions.edit,
            transitions.revise,
            transitions.comment,
            partial(transitions.accept, reviewers=2),
        ]
    )

    @initialize(by=people)
    def create(self, by: str) -> None:
        first = self.original.history[0].model_copy(update={"by": by, "on": DAY})
        self.claim = self.original.model_copy(
            update={"status": Status.DRAFT, "history": (first,), "note": None}
        )
        self.day = DAY

    @rule(act=acts, by=people, why=reasons, days=st.integers(-1, 2))
    def do(self, act: object, by: str, why: str | None, days: int) -> None:
        on = self.day + dt.timedelta(days=days)
        before = self.claim.model_dump_json()
        try:
            after = act(self.claim, by, on, why)  # type: ignore[operator]
        except UsageError as error:
            assert ";" in str(error)
        else:
            assert after.history[:-1] == self.claim.history
            assert (after.history[-1].by, after.history[-1].on) == (by, on)
            assert self.claim.model_dump_json() == before
            self.claim, self.day = after, on

    @precondition(lambda self: self.claim.status is Status.SUBMITTED)
    @rule(by=people)
    def a_stranger_can_always_decide(self, by: str) -> None:
        if by not in transitions.authors(self.claim.history):
            assert transitions.reject(self.claim, by, self.day, "no").status is Status.REJECTED
            if by not in transitions.endorsed_by(self.claim.history):
                assert transitions.accept(self.claim, by, self.day).current
        else:
            for judge in (transitions.accept, transitions.return_, transitions.reject):
                with pytest.raises(UsageError):
                    judge(self.claim, by, self.day, "no")

    @invariant()
    def history_and_status_agree(self) -> None:
        assert transitions.replay(self.claim.history) is self.claim.status

    @invariant()
    def nobody_reviewed_their_own(self) -> None:
        history = self.claim.history
        for n, event in enumerate(history):
            if event.action in (Action.ACCEPT, Action.ENDORSE, Action.RETURN, Action.REJECT):
                assert event.by not in transitions.authors(history[:n])

    @invariant()
    def two_reviewers_are_two_people(self) -> None:
        agreed: list[str] = []
        for event in self.claim.history:
            if event.action in (Action.ENDORSE, Action.ACCEPT):
                agreed.append(event.by)
                assert len(agreed) == len(set(agreed))
            if event.action not in {Action.ENDORSE, *transitions.BESIDE}:
                agreed = []

    @invariant()
    def what_it_says_is_kept(self) -> None:
        assert self.claim.proposition == self.original.proposition
        assert self.claim.evidence == self.original.evidence

    @invariant()
    def in_force_exactly_when_accepted_last(self) -> None:
        beside = transitions.BESIDE
        said = [e.action for e in self.claim.history if e.action not in beside]
        assert self.claim.current == (said[-1] is Action.ACCEPT)


def test_no_order_of_acts_leads_to_an_illegal_claim(mini: Corpus) -> None:
    Curators.original = mini.claims["endorphin-decreases-inflammation"]
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Curators, settings=settings(max_examples=60, stateful_step_count=15, deadline=None)
    )
