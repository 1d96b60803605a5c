"""What readers reported as wrong, for curators to settle."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.curation.policy import Permission
from ldn_graph.errors import BadParameter, LdnError
from ldn_graph.web.auth.guard import Person, signed_in, writer
from ldn_graph.web.curation.rendering import sheet
from ldn_graph.web.curation.workspace_access import office
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.error_reports import Outcome


async def listed(request: Request) -> Response:
    """What waits, oldest first, and what was settled lately."""
    return await _page(request, await signed_in(request))


async def settle(request: Request) -> Response:
    """Have a report off the desk, with what became of it."""
    person = await writer(request)
    fields = sent(request)
    outcome, note = str(fields.get("outcome", "")), str(fields.get("note", ""))

    def change(workspace: Workspace) -> None:
        workspace.permitted(person.agent.id, Permission.DISCUSS, "settle what readers report")

    try:
        if outcome not in set(Outcome):
            raise BadParameter(f"outcome: choose one of {', '.join(Outcome)}")
        await office(request).ask(change)
        await run_in_threadpool(
            office(request).reports.settle,
            request.path_params["number"],
            Outcome(outcome),
            by=person.agent.id,
            note=note,
        )
    except LdnError as error:
        return await _page(request, person, error)
    return RedirectResponse(f"{settings(request).base_path}/curate/error-reports", 303)


async def _page(request: Request, person: Person, error: LdnError | None = None) -> Response:
    reports = office(request).reports
    state = await office(request).ask(lambda w: w.state)
    answer = sheet(
        request,
        "curate/error-reports.html",
        person,
        state,
        waiting=await run_in_threadpool(reports.waiting),
        settled=await run_in_threadpool(reports.settled),
        outcomes=_OUTCOMES,
        problem=message_of(request, error) if error else "",
    )
    if error is not None:
        answer.status_code = status_of(error)
    return answer


_OUTCOMES = {
    Outcome.MENDED: "It was wrong, and is mended",
    Outcome.NO_ERROR: "It is right as it stands",
    Outcome.NO_REPORT: "This reports nothing (its words are erased)",
}
