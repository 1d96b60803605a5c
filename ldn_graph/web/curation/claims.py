"""A claim on a curator's desk: what it says, what is doubtful about it, and what can be done."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.curation.policy import Permission, demand_action, demand_own_draft
from ldn_graph.curation.transitions import NEEDS_REASON, STEPS, authors
from ldn_graph.errors import BadParameter, LdnError, NotAllowed, UnknownName
from ldn_graph.grading.strength import grade
from ldn_graph.records.model import Agent, Claim
from ldn_graph.records.vocabularies import Action, ReviewReason
from ldn_graph.web.auth.guard import Person, signed_in, writer
from ldn_graph.web.curation.claim_issues import claim_facts, doubts_of, item_facts
from ldn_graph.web.curation.workspace_access import graph_of, office, sheet, texts_of
from ldn_graph.web.explorer.claims import weighed
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Done, Workspace, difference, history
from ldn_graph.workspace.preview import preview

#: What a button of the page does. Endorsing is what accepting does where two are needed.
OFFERED = (
    Action.SUBMIT,
    Action.WITHDRAW,
    Action.ACCEPT,
    Action.RETURN,
    Action.REJECT,
    Action.RETRACT,
    Action.OBSOLETE,
    Action.DISCARD,
    Action.REASSIGN,
    Action.COMMENT,
)
#: What a button says.
WORDS = {
    Action.SUBMIT: "Hand in for review",
    Action.WITHDRAW: "Take back",
    Action.ACCEPT: "Accept",
    Action.RETURN: "Return with a reason",
    Action.REJECT: "Reject with a reason",
    Action.RETRACT: "Retract with a reason",
    Action.OBSOLETE: "Make obsolete with a reason",
    Action.DISCARD: "Discard",
    Action.REASSIGN: "Give to somebody else",
    Action.COMMENT: "Comment",
}
#: A reason or comment is no essay; the field says so.
LONGEST_REASON = 4000


async def show(request: Request) -> Response:
    """The claim, as its author or reviewer needs it."""
    return await _page(request, await signed_in(request))


async def _page(
    request: Request,
    person: Person,
    *,
    typed: FormData | None = None,
    error: LdnError | None = None,
) -> Response:
    """The claim's page; after an `error`, with the words that were `typed` into its form."""
    name = request.path_params["id"]
    held = await texts_of(request, await office(request).ask(lambda w: w.state))

    def look(workspace: Workspace) -> dict[str, Any]:
        claim = workspace.claim(name)
        state, corpus = workspace.state, workspace.corpus
        old = corpus.claims.get(name) if name in corpus.proposals else None
        return {
            "state": state,
            "claim": claim,
            "digest": workspace.digest(claim),
            "in_force": old,
            "changed": difference.claims(old, claim, state, state) if old else (),
            "strength": grade(claim, corpus, workspace.rule),
            "preview": preview(claim, corpus, workspace.rule, workspace.review, held),
            "actions": possible(claim, person.agent, workspace),
            "may": workspace.review.permissions(person.agent),
            "others": workspace.able(Permission.DRAFT, but=person.agent.id),
        }

    found = await office(request).ask(look)
    claim, graph = found["claim"], graph_of(found["state"])
    numbers = tuple(range(len(claim.evidence)))
    doubts = doubts_of(found["preview"], {}, numbers, found["state"], held)
    answer = sheet(
        request,
        "curate/claim.html",
        person,
        found.pop("state"),
        weighed=[weighed(item, claim, graph, request) for item in claim.evidence],
        facts=[item_facts(item) for item in claim.evidence],
        claim_facts=claim_facts(claim, graph.corpus),
        doubts=doubts,
        form_page=f"{settings(request).base_path}/curate/claim/{name}/edit",
        reasons=list(ReviewReason),
        button=WORDS,
        needs_reason=NEEDS_REASON,
        told=request.query_params.get("told", "")[:500],
        problem=message_of(request, error) if error else "",
        typed={k: v for k, v in (typed or {}).items() if isinstance(v, str)},
        ticked=[str(v) for v in typed.getlist("reasons")] if typed else [],
        **found,
    )
    if error is not None:
        answer.status_code = status_of(error)
    return answer


def possible(claim: Claim, agent: Agent, workspace: Workspace) -> tuple[Action, ...]:
    """What `agent` may do to `claim` now, in the order of the buttons."""
    return tuple(
        action
        for action in OFFERED
        if action in STEPS[claim.status] and _may(claim, agent, action, workspace)
    )


def _may(claim: Claim, agent: Agent, action: Action, workspace: Workspace) -> bool:
    own = agent.id in authors(claim.history)
    if action is Action.WITHDRAW and not own:
        return False
    if action in (Action.ACCEPT, Action.RETURN, Action.REJECT) and own:
        return False
    try:
        demand_action(agent, claim, action, workspace.review)
        if action in (Action.DISCARD, Action.REASSIGN):
            demand_own_draft(agent, claim, action, workspace.review)
    except NotAllowed:
        return False
    return True


async def act(request: Request) -> Response:
    """Do what a button says, and show the claim again. What stops it is told above the form, which
    keeps its words."""
    person = await writer(request)
    form = sent(request)
    name = request.path_params["id"]
    deed = _deed(name, person.agent.id, form)
    try:
        done = await office(request).do(deed)
    except UnknownName:
        raise
    except LdnError as error:
        return await _page(request, person, typed=form, error=error)
    back = f"{settings(request).base_path}/curate/claim/{name}"
    told = "; ".join((f"{done.action} is on record", *done.told))
    return RedirectResponse(f"{back}?{urlencode({'told': told})}", 303)


def _deed(name: str, by: str, form: FormData) -> Callable[[Workspace], Done]:
    """The change that a form asks for. Raises BadParameter for one that no button sends."""
    why = _text(form, "why")[:LONGEST_REASON] or None
    seen = _text(form, "digest") or None
    reasons = [_reason(str(value)) for value in form.getlist("reasons")]
    needed = why or ""
    to, better = _text(form, "to"), _text(form, "replaced_by") or None
    deeds: dict[str, Callable[[Workspace], Done]] = {
        "submit": lambda w: w.submit(name, by=by, why=why, expected=seen),
        "withdraw": lambda w: w.withdraw(name, by=by, why=why, expected=seen),
        "accept": lambda w: w.accept(name, by=by, why=why, expected=seen),
        "return": lambda w: w.return_(name, by=by, why=needed, reasons=reasons, expected=seen),
        "reject": lambda w: w.reject(name, by=by, why=needed, reasons=reasons, expected=seen),
        "retract": lambda w: w.retract(name, by=by, why=needed, expected=seen),
        "obsolete": lambda w: w.obsolete(
            name, by=by, why=needed, replaced_by=better, expected=seen
        ),
        "discard": lambda w: w.discard(name, by=by, why=why, expected=seen),
        "reassign": lambda w: w.reassign(name, to=to, by=by, why=why, expected=seen),
        "comment": lambda w: w.comment(name, by=by, why=needed),
    }
    asked = _text(form, "action")
    if asked not in deeds:
        raise BadParameter(f"action: {asked[:40]!r} is none; there are {', '.join(deeds)}")
    return deeds[asked]


async def differences(request: Request) -> Response:
    """The versions of a claim, and what is different between two of them, in words."""
    person = await signed_in(request)
    name = request.path_params["id"]
    folder, state = await office(request).ask(lambda w: (w.folder, w.state))
    versions = await run_in_threadpool(history.versions, folder, name)
    numbers = list(versions)
    new = _number(request, "to", numbers, numbers[-1])
    old = _number(request, "from", numbers, max([n for n in numbers if n < new], default=new))
    lines = difference.claims(versions[old], versions[new], state, state) if old != new else ()
    return sheet(
        request,
        "curate/versions.html",
        person,
        state,
        name=name,
        versions=versions,
        old=old,
        new=new,
        lines=lines,
    )


def _number(request: Request, name: str, known: list[int], default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or int(text[:9]) not in known:
        raise BadParameter(f"{name}: {text[:20]!r} is no version; there are {known}")
    return int(text)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _reason(text: str) -> ReviewReason:
    try:
        return ReviewReason(text)
    except ValueError as error:
        raise BadParameter(
            f"reasons: {text[:40]!r} is none; there are {', '.join(ReviewReason)}"
        ) from error
