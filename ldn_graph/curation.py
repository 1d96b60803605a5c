"""What a curator can do to a claim: pure functions, claim in, claim out.

    draft      edit → draft · submit → submitted
    submitted  accept → accepted · return, withdraw → draft · reject → rejected
    accepted   edit → submitted, for review again · retract → retracted

Nobody accepts a claim that they wrote, edited or submitted. To return, reject or retract needs a
reason, and so does the edit of an accepted claim, such as new evidence: it is reviewed again.
Rejected and retracted claims stay as they are: their ids are never used again.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from ldn_graph.errors import UsageError
from ldn_graph.model import Claim, CurationEvent
from ldn_graph.terms import Action, Status

#: Status → what can be done, and what the claim is then.
STEPS: dict[Status, dict[Action, Status]] = {
    Status.DRAFT: {Action.EDIT: Status.DRAFT, Action.SUBMIT: Status.SUBMITTED},
    Status.SUBMITTED: {
        Action.ACCEPT: Status.ACCEPTED,
        Action.RETURN: Status.DRAFT,
        Action.REJECT: Status.REJECTED,
        Action.WITHDRAW: Status.DRAFT,
    },
    Status.ACCEPTED: {Action.EDIT: Status.SUBMITTED, Action.RETRACT: Status.RETRACTED},
    Status.REJECTED: {},
    Status.RETRACTED: {},
}
NEEDS_REASON = frozenset({Action.RETURN, Action.REJECT, Action.RETRACT})
#: Whoever did one of these to a claim is an author of it, and can't accept it.
AUTHORING = frozenset({Action.CREATE, Action.EDIT, Action.SUBMIT})
#: What no edit changes: a claim's name, and what the functions here keep.
_FIXED = frozenset({"id", "status", "history"})
_DONE = {
    Action.EDIT: "edited",
    Action.SUBMIT: "submitted",
    Action.WITHDRAW: "withdrawn",
    Action.ACCEPT: "accepted",
    Action.RETURN: "returned",
    Action.REJECT: "rejected",
    Action.RETRACT: "retracted",
}


def edit(claim: Claim, by: str, on: dt.date, why: str | None = None, **changes: Any) -> Claim:
    """A draft with some fields changed; or an accepted claim, which is then to be reviewed again.

    Raises UsageError where it can't be edited now, or a field or value is none of a claim's.
    """
    fixed = sorted(_FIXED & changes.keys())
    if fixed:
        raise UsageError(f"claim {claim.id!r}: no edit changes {fixed[0]}; leave it out")
    done = _do(claim, Action.EDIT, by, on, why)
    try:
        return Claim.model_validate(done.model_dump() | changes)
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(map(str, problem["loc"])) or "claim"
        raise UsageError(
            f"claim {claim.id!r}: {field}: {problem['msg']}; correct the value"
        ) from error


def submit(claim: Claim, by: str, on: dt.date, why: str | None = None) -> Claim:
    """A draft, handed in for review."""
    return _do(claim, Action.SUBMIT, by, on, why)


def withdraw(claim: Claim, by: str, on: dt.date, why: str | None = None) -> Claim:
    """A submitted claim, taken back by one of its authors; a reviewer returns it instead."""
    if Action.WITHDRAW in STEPS[claim.status] and by not in authors(claim.history):
        raise UsageError(
            f"claim {claim.id!r}: {by} did not write or submit it, so can't withdraw it; "
            "return it, with a reason"
        )
    return _do(claim, Action.WITHDRAW, by, on, why)


def accept(claim: Claim, by: str, on: dt.date, why: str | None = None) -> Claim:
    """A submitted claim, in force from now on. Its authors can't accept it."""
    if Action.ACCEPT in STEPS[claim.status] and by in authors(claim.history):
        raise UsageError(
            f"claim {claim.id!r}: {by} wrote or submitted it, so can't accept it; "
            "have somebody else review it"
        )
    return _do(claim, Action.ACCEPT, by, on, why)


def return_(claim: Claim, by: str, on: dt.date, why: str | None = None) -> Claim:
    """A submitted claim, back to its authors as a draft, with the reason."""
    return _do(claim, Action.RETURN, by, on, why)


def reject(claim: Claim, by: str, on: dt.date, why: str | None = None) -> Claim:
    """A submitted claim that will not come into force, with the reason."""
    return _do(claim, Action.REJECT, by, on, why)


def retract(claim: Claim, by: str, on: dt.date, why: str | None = None) -> Claim:
    """An accepted claim, no longer in force, with the reason."""
    return _do(claim, Action.RETRACT, by, on, why)


def authors(history: Sequence[CurationEvent]) -> frozenset[str]:
    """Who wrote, edited or submitted a claim."""
    return frozenset(e.by for e in history if e.action in AUTHORING)


def needs_reason(status: Status, action: Action) -> bool:
    """Whether a claim of a status needs a reason for an action."""
    return action in NEEDS_REASON or (status, action) == (Status.ACCEPTED, Action.EDIT)


def possible(status: Status) -> str:
    """What can be done to a claim of a status, in words.

    >>> possible(Status.DRAFT), possible(Status.REJECTED)
    ('edit, submit', 'nothing')
    """
    named = [f"{a} (with a reason)" if needs_reason(status, a) else str(a) for a in STEPS[status]]
    return ", ".join(named) or "nothing"


def replay(history: Sequence[CurationEvent]) -> Status:
    """The status that a history leads to. Raises UsageError for one that can't have happened."""
    first = history[0]
    if first.action is not Action.CREATE:
        raise UsageError(f"its history begins with {first.action}; the first event is create")
    status = Status.DRAFT
    for before, event in pairwise(history):
        if event.action not in STEPS[status]:
            raise UsageError(
                f"{event.action} on {event.on} can't follow: it was {status} then; "
                f"possible: {possible(status)}"
            )
        if event.on < before.on:
            raise UsageError(
                f"{event.action} on {event.on} comes after {before.action} on {before.on}; "
                "order the events by date"
            )
        if needs_reason(status, event.action) and not event.why:
            raise UsageError(f"{event.action} on {event.on} has no reason; say why")
        status = STEPS[status][event.action]
    return status


def _do(claim: Claim, action: Action, by: str, on: dt.date, why: str | None) -> Claim:
    if action not in STEPS[claim.status]:
        raise UsageError(
            f"claim {claim.id!r} is {claim.status}, so it can't be {_DONE[action]}; "
            f"possible now: {possible(claim.status)}"
        )
    why = (why or "").strip() or None
    if needs_reason(claim.status, action) and why is None:
        raise UsageError(f"claim {claim.id!r}: to {action} it needs a reason; say why")
    last = claim.history[-1]
    if on < last.on:
        raise UsageError(
            f"claim {claim.id!r}: {on} is before its last event ({last.action} on {last.on}); "
            "give a later date"
        )
    event = CurationEvent(action=action, by=by, on=on, why=why)
    return claim.model_copy(
        update={"status": STEPS[claim.status][action], "history": (*claim.history, event)}
    )
