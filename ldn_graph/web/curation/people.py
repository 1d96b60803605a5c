"""The people of a corpus, what each has open, and one's own password."""

from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.curation.policy import Permission
from ldn_graph.errors import LdnError, UsageError
from ldn_graph.web.auth.accounts import Accounts
from ldn_graph.web.auth.guard import Person, accounts, address_of, signed_in, writer
from ldn_graph.web.curation.rendering import sheet
from ldn_graph.web.curation.workspace_access import office
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.corpus_files import State


async def listed(request: Request) -> Response:
    """Everybody, with the claims that each still has open; and the form for one's own password."""
    return await _page(request, await signed_in(request))


async def hand_over(request: Request) -> Response:
    """Give all that somebody has open to somebody else."""
    person = await writer(request)
    fields = sent(request)
    whose, to, why = (str(fields.get(name, "")).strip() for name in ("of", "to", "why"))

    def give(workspace: Workspace) -> int:
        workspace.permitted(person.agent.id, Permission.RECORDS, "give away what others have open")
        names = workspace.open_of(workspace.agent(whose).id)
        workspace.permitted(to, Permission.DRAFT, "go on with claims")
        for name in names:
            workspace.reassign(name, to=to, by=person.agent.id, why=why or None)
        workspace.permitted(
            person.agent.id, Permission.RECORDS, "give away what somebody has begun"
        )
        return len(names) + workspace.unfinished.give(whose, to)

    try:
        number = await office(request).do(give)
    except LdnError as error:
        return await _page(
            request, person, error=error, values={k: str(v) for k, v in fields.items()}
        )
    return _back(request, f"{number} of {whose}'s are {to}'s now")


async def change_password(request: Request) -> Response:
    """Change one's own password, which takes the old one; other sessions end."""
    person = await writer(request)
    fields = sent(request)
    old, new, again = (str(fields.get(name, "")) for name in ("old", "new", "again"))
    kept, name = accounts(request), person.agent.id
    try:
        if person.csrf is None:
            raise UsageError("a token changes no password; sign in with a browser")
        if new != again:
            raise UsageError("the new password was typed in two ways; type it twice alike")
        if not request.app.state.tries.may(name, address_of(request)):
            raise UsageError("too many tries; wait a quarter of an hour")
        right = await request.app.state.tries.check(lambda: kept.password_is(name, old))
        if not right:
            await run_in_threadpool(
                kept.failed, name, "a password, to change it", address_of(request)
            )
            raise UsageError("the old password is wrong; type it again")
        await run_in_threadpool(_changed, kept, name, new, request)
    except LdnError as error:
        return await _page(request, person, error=error)
    return RedirectResponse(f"{settings(request).base_path}/sign-in?next=/curate/people", 303)


def _changed(kept: Accounts, name: str, new: str, request: Request) -> None:
    kept.set_password(name, new)  # which ends every session, this one too
    request.session.clear()


async def _page(
    request: Request,
    person: Person,
    *,
    error: LdnError | None = None,
    values: dict[str, str] | None = None,
) -> Response:
    def look(workspace: Workspace) -> dict[str, Any]:
        agents = sorted(workspace.corpus.agents.values(), key=lambda a: a.name)
        counted = [
            (a, len(workspace.open_of(a.id)), len(workspace.unfinished.names(a.id))) for a in agents
        ]
        return {
            "state": workspace.state,
            "people": counted,
            "able": workspace.able(Permission.DRAFT, but=""),
            "may": workspace.review.permissions(person.agent),
        }

    found = await office(request).ask(look)
    state: State = found.pop("state")
    answer = sheet(
        request,
        "curate/people.html",
        person,
        state,
        values=values or {},
        problem=message_of(request, error) if error else "",
        told=request.query_params.get("told", "")[:500],
        **found,
    )
    if error is not None:
        answer.status_code = status_of(error)
    return answer


def _back(request: Request, told: str) -> Response:
    path = f"{settings(request).base_path}/curate/people"
    return RedirectResponse(f"{path}?{urlencode({'told': told})}", 303)
