"""What saved searches found, for curators to take as a source or to set aside."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.curation.policy import Permission
from ldn_graph.errors import LdnError
from ldn_graph.web.auth.guard import Person, signed_in, writer
from ldn_graph.web.curation.rendering import sheet
from ldn_graph.web.curation.workspace_access import office
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace


async def listed(request: Request) -> Response:
    """What waits, the newest find first."""
    return await _page(request, await signed_in(request))


async def set_aside(request: Request) -> Response:
    """Have one off the desk for good, with the reason."""
    person = await writer(request)
    fields = sent(request)
    pmid, why = str(fields.get("pmid", "")), str(fields.get("why", ""))

    def allowed(workspace: Workspace) -> None:
        workspace.permitted(person.agent.id, Permission.DRAFT, "set publications aside")

    try:
        await office(request).ask(allowed)
        watches = office(request).watches
        await run_in_threadpool(watches.set_aside, pmid, by=person.agent.id, why=why)
    except LdnError as error:
        return await _page(request, person, error)
    return RedirectResponse(f"{settings(request).base_path}/curate/publications", 303)


async def _page(request: Request, person: Person, error: LdnError | None = None) -> Response:
    state = await office(request).ask(lambda w: w.state)
    watches = office(request).watches
    answer = sheet(
        request,
        "curate/publications.html",
        person,
        state,
        waiting=await run_in_threadpool(watches.waiting, state.corpus),
        searches=await run_in_threadpool(watches.saved),
        problem=message_of(request, error) if error else "",
    )
    if error is not None:
        answer.status_code = status_of(error)
    return answer
