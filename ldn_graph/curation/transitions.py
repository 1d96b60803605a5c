"""What a curator can do to a claim: pure functions, claim in, claim out.

    draft      edit → draft · submit → submitted · discard → rejected
    submitted  accept → accepted · return, withdraw → draft · reject → rejected
               endorse → submitted
    accepted   revise → draft, edit → submitted: a next version, for review
               retract, obsolete → retracted
    open       reassign → as it was, for somebody else to go on with
    any        comment, merge (what it is about became another thing) → as it was

Nobody reviews a claim that they wrote, edited or submitted. Where two reviewers are needed, the
first endorses. To return, reject or retract needs a reason, and so does a next version of an
accepted claim, such as new evidence: it is reviewed again, and the accepted one stays in force
until then. A draft that its authors discard ends as a rejected one does. Rejected and retracted
claims stay as they are: their ids are never used again.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from ldn_graph.errors import DataError, UsageError
from ldn_graph.records import yaml_io
from ldn_graph.records.model import Claim, CurationEvent
from ldn_graph.records.vocabularies import Action, ReviewReason, Status

#: Status → what can be done, and what the claim is then.
STEPS: dict[Status, dict[Action, Status]] = {
    Status.DRAFT: {
        Action.EDIT: Status.DRAFT,
        Action.SUBMIT: Status.SUBMITTED,
        Action.DISCARD: Status.REJECTED,
        Action.REASSIGN: Status.DRAFT,
        Action.COMMENT: Status.DRAFT,
    },
    Status.SUBMITTED: {
        Action.ACCEPT: Status.ACCEPTED,
        Action.RETURN: Status.DRAFT,
        Action.REJECT: Status.REJECTED,
        Action.WITHDRAW: Status.DRAFT,
        Action.ENDORSE: Status.SUBMITTED,
        Action.REASSIGN: Status.SUBMITTED,
        Action.COMMENT: Status.SUBMITTED,
    },
    Status.ACCEPTED: {
        Action.EDIT: Status.SUBMITTED,
        Action.REVISE: Status.DRAFT,
        Action.RETRACT: Status.RETRACTED,
        Action.OBSOLETE: Status.RETRACTED,
        Action.COMMENT: Status.ACCEPTED,
    },
    Status.REJECTED: {Action.COMMENT: Status.REJECTED},
    Status.RETRACTED: {Action.COMMENT: Status.RETRACTED},
}
for _status, _steps in STEPS.items():
    _steps[Action.MERGE] = _status
NEEDS_REASON = frozenset(
    {
        Action.RETURN,
        Action.REJECT,
        Action.RETRACT,
        Action.OBSOLETE,
        Action.REVISE,
        Action.COMMENT,
        Action.MERGE,
    }
)
#: Steps after which a claim is what it was: no endorsement ends with them, no version begins.
BESIDE = frozenset({Action.COMMENT, Action.REASSIGN, Action.MERGE})
_UNNAMED = (Action.COMMENT, Action.MERGE)
#: Whoever did one of these to a claim is an author of it, and can't review it.
AUTHORING = frozenset({Action.CREATE, Action.EDIT, Action.REVISE, Action.SUBMIT})
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
    Action.REVISE: "revised",
    Action.ENDORSE: "endorsed",
    Action.COMMENT: "commented on",
    Action.DISCARD: "discarded",
    Action.OBSOLETE: "made obsolete",
    Action.REASSIGN: "given to somebody else",
    Action.MERGE: "moved to another thing",
}


def create(fields: Mapping[str, Any], by: str, on: dt.date, why: str | None = None) -> Claim:
    """A new draft of a claim with these fields, as they stand in a claim's file.

    Raises DataError with one line a problem: what is missing, unknown or of the wrong form.
    """
    fixed = sorted({"status", "history"} & fields.keys())
    if fixed:
        raise UsageError(f"a new claim is a draft of its author; leave {fixed[0]} out")
    event = CurationEvent(action=Action.CREATE, by=by, on=on, why=(why or "").strip() or None)
    try:
        return Claim.model_validate(
            {**numbered(fields), "status": Status.DRAFT, "history": (event,)}
        )
    except ValidationError as error:
        raise DataError(
            f"{'.'.join(map(str, steps)) or 'claim'}: {what}"
            for steps, what in yaml_io.problems(Claim, error)
        ) from error


def numbered(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a claim whose evidence items all have an id; those without get the next free one.

    >>> numbered({"evidence": [{"id": "e2"}, {}]})["evidence"]
    [{'id': 'e2'}, {'id': 'e3'}]
    """
    rows = fields.get("evidence")
    if not isinstance(rows, list | tuple) or not all(isinstance(r, Mapping) for r in rows):
        return dict(fields)
    named = [str(r.get("id")) for r in rows if r.get("id")]
    last = max((int(n[1:]) for n in named if n[:1] == "e" and n[1:].isdecimal()), default=0)
    filled = []
    for row in rows:
        last += not row.get("id")
        filled.append({**row, "id": row.get("id") or f"e{last}"})
    return {**fields, "evidence": filled}


def edit(claim: Claim, by: str, on: dt.date, why: str | None = None, **changes: Any) -> Claim:
    """A draft with some fields changed; or an accepted claim, which is then to be reviewed again.

    Raises UsageError where it can't be edited now, or a field or value is none of a claim's.
    """
    return _changed(claim, Action.EDIT, by, on, why, changes)


def revise(claim: Claim, by: str, on: dt.date, why: str | None = None, **changes: Any) -> Claim:
    """A draft of the next version of an accepted claim, with the reason for it.

    Raises UsageError as `edit` does.
    """
    return _changed(claim, Action.REVISE, by, on, why, changes)


def _changed(
    claim: Claim, action: Action, by: str, on: dt.date, why: str | None, changes: Mapping[str, Any]
) -> Claim:
    fixed = sorted(_FIXED & changes.keys())
    if fixed:
        raise UsageError(f"claim {claim.id!r}: no edit changes {fixed[0]}; leave it out")
    done = _do(claim, action, by, on, why)
    try:
        return Claim.model_validate({**done.model_dump(), **numbered(changes)})
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


def accept(
    claim: Claim, by: str, on: dt.date, why: str | None = None, *, reviewers: int = 1
) -> Claim:
    """A submitted claim, in force from now on, or endorsed where more `reviewers` are needed.

    Its authors can't accept it, and nobody counts as two reviewers.
    """
    if Action.ACCEPT in STEPS[claim.status]:
        _not_ones_own(claim, by, "accept")
        endorsers = endorsed_by(claim.history)
        if by in endorsers:
            raise UsageError(
                f"claim {claim.id!r}: {by} has endorsed it already; have another reviewer accept it"
            )
        if len(endorsers) + 1 < reviewers:
            return _do(claim, Action.ENDORSE, by, on, why)
    return _do(claim, Action.ACCEPT, by, on, why)


def return_(
    claim: Claim,
    by: str,
    on: dt.date,
    why: str | None = None,
    *,
    reasons: Iterable[ReviewReason] = (),
) -> Claim:
    """A submitted claim, back to its authors as a draft, with the reason."""
    if Action.RETURN in STEPS[claim.status]:
        _not_ones_own(claim, by, "return")
    return _do(claim, Action.RETURN, by, on, why, reasons)


def reject(
    claim: Claim,
    by: str,
    on: dt.date,
    why: str | None = None,
    *,
    reasons: Iterable[ReviewReason] = (),
) -> Claim:
    """A submitted claim that will not come into force, with the reason."""
    if Action.REJECT in STEPS[claim.status]:
        _not_ones_own(claim, by, "reject")
    return _do(claim, Action.REJECT, by, on, why, reasons)


def retract(claim: Claim, by: str, on: dt.date, why: str | None = None) -> Claim:
    """An accepted claim, no longer in force, with the reason."""
    return _do(claim, Action.RETRACT, by, on, why)


def obsolete(
    claim: Claim, by: str, on: dt.date, why: str | None = None, *, replaced_by: str | None = None
) -> Claim:
    """An accepted claim, no longer in force because another one says it better, or nobody needs it;
    with the reason."""
    return _do(claim, Action.OBSOLETE, by, on, why, replaced_by=replaced_by)


def discard(claim: Claim, by: str, on: dt.date, why: str | None = None) -> Claim:
    """A draft that nobody goes on with."""
    return _do(claim, Action.DISCARD, by, on, why)


def reassign(
    claim: Claim, by: str, on: dt.date, why: str | None = None, *, to: str | None = None
) -> Claim:
    """A draft or submitted claim that is `to`'s from now on, as if they had written it."""
    if to is None or to == owner(claim):
        raise UsageError(f"claim {claim.id!r}: say whom it is to go to; {to} has it already")
    return _do(claim, Action.REASSIGN, by, on, why, to=to)


def merge(claim: Claim, by: str, on: dt.date, why: str | None = None, **changes: Any) -> Claim:
    """The claim, about the thing that another one was merged into; its status stays."""
    done = _do(claim, Action.MERGE, by, on, why)
    return done.model_copy(update=changes)


def comment(claim: Claim, by: str, on: dt.date, why: str | None = None) -> Claim:
    """The claim, with something said about it; whatever its status, it keeps it."""
    return _do(claim, Action.COMMENT, by, on, why)


def authors(history: Sequence[CurationEvent]) -> frozenset[str]:
    """Who wrote, edited or submitted a claim, or was given it to go on with."""
    wrote = {e.by for e in history if e.action in AUTHORING}
    return frozenset(wrote | {e.to for e in history if e.to is not None})


def owner(claim: Claim) -> str | None:
    """Whom a claim was given to last; None where it is still with those who wrote it."""
    given = (e.to for e in reversed(claim.history) if e.action is Action.REASSIGN)
    return next(given, None)


def is_of(claim: Claim, agent: str) -> bool:
    """Whether a claim is on an agent's desk: it was given to them, or they wrote it and kept it."""
    return agent == (owner(claim) or agent) and agent in authors(claim.history)


def endorsed_by(history: Sequence[CurationEvent]) -> frozenset[str]:
    """Who has endorsed a claim since it was last written, submitted or given back."""
    found: set[str] = set()
    for event in history:
        if event.action is Action.ENDORSE:
            found.add(event.by)
        elif event.action not in BESIDE:
            found.clear()
    return frozenset(found)


def version(history: Sequence[CurationEvent]) -> int:
    """The number of a claim's version: 1, and one more for each that was begun after it.

    Versions count those in force: one that was rejected leaves its number to the next."""
    accepted = False
    number = 1
    for event in history:
        if event.action in (Action.EDIT, Action.REVISE) and accepted:
            number += 1
        if event.action not in BESIDE:
            accepted = event.action is Action.ACCEPT
    return number


def needs_reason(status: Status, action: Action) -> bool:
    """Whether a claim of a status needs a reason for an action."""
    return action in NEEDS_REASON or (status, action) == (Status.ACCEPTED, Action.EDIT)


def possible(status: Status) -> str:
    """What can be done to a claim of a status, in words; a comment is always possible.

    >>> possible(Status.DRAFT), possible(Status.REJECTED)
    ('edit, submit, discard, reassign', 'nothing')
    """
    actions = [a for a in STEPS[status] if a not in (*_UNNAMED, Action.ENDORSE)]
    named = [f"{a} (with a reason)" if needs_reason(status, a) else str(a) for a in actions]
    return ", ".join(named) or "nothing"


def replay(history: Sequence[CurationEvent]) -> Status:
    """The status that a history leads to. Raises UsageError for one that can't have happened."""
    first = history[0]
    if first.action is not Action.CREATE:
        raise UsageError(f"its history begins with {first.action}; the first event is create")
    status = Status.DRAFT
    for n, (before, event) in enumerate(pairwise(history), 1):
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
        agrees = event.action in (Action.ENDORSE, Action.ACCEPT)
        if agrees and event.by in endorsed_by(history[:n]):
            raise UsageError(
                f"{event.action} on {event.on} is by {event.by}, who had endorsed it; "
                "have another reviewer do it"
            )
        status = STEPS[status][event.action]
    return status


def _not_ones_own(claim: Claim, by: str, what: str) -> None:
    if by in authors(claim.history):
        remedy = "have somebody else review it"
        if what != "accept":
            remedy = "withdraw it, or have somebody else review it"
        raise UsageError(
            f"claim {claim.id!r}: {by} wrote or submitted it, so can't {what} it; {remedy}"
        )


def _do(
    claim: Claim,
    action: Action,
    by: str,
    on: dt.date,
    why: str | None,
    reasons: Iterable[ReviewReason] = (),
    *,
    to: str | None = None,
    replaced_by: str | None = None,
) -> Claim:
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
    event = CurationEvent(
        action=action,
        by=by,
        on=on,
        to=to,
        replaced_by=replaced_by,
        why=why,
        reasons=tuple(reasons),
    )
    return claim.model_copy(
        update={"status": STEPS[claim.status][action], "history": (*claim.history, event)}
    )
