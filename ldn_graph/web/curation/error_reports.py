"""“Report an error”: the form for readers without an account, and the reports for curators.

What a stranger sends is limited for each address and over all, kept for curators, and seen by
nobody else. Nothing is kept of where it came from.
"""

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.curation.policy import Permission
from ldn_graph.errors import BadParameter, LdnError, UsageError
from ldn_graph.web.auth.guard import (
    CSRF_FIELD,
    Person,
    address_of,
    from_here,
    same_site,
    signed_in,
    visit,
    writer,
)
from ldn_graph.web.curation.workspace_access import office, sheet
from ldn_graph.web.explorer.page import render
from ldn_graph.web.http.forms import PLAIN, demand_form, read_form, sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.http.middleware import subscriber
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.error_reports import MOST_ADDRESS, MOST_TEXT, Outcome, page_of

#: Bytes of a report as a form has it: a character of any script takes up to twelve there.
FORM = 2**14 + 2**12
#: Reports in an hour of one address, and of all.
FOR_AN_ADDRESS, FOR_ALL = RateLimitItemPerHour(5), RateLimitItemPerHour(60)


class Senders:
    """Counts reports before they are kept; in memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def may(self, address: str) -> bool:
        """Count a report, and say whether it is one too many."""
        one = self._limiter.hit(FOR_AN_ADDRESS, "report", subscriber(address))
        return one and self._limiter.hit(FOR_ALL, "report")


async def form(request: Request) -> Response:
    """The form. Raises NotAllowed on a server that nobody curates."""
    office(request)
    return _form(
        request, {"page": request.query_params.get("page", ""), "text": "", "reply_to": ""}
    )


async def send(request: Request) -> Response:
    """Keep a report; what is wrong with it is told above the form, which keeps its words.

    Raises NotAllowed for a form of another site, TooLarge.
    """
    reports = office(request).reports
    from_here(request)
    demand_form(request, FORM, PLAIN)
    fields = await read_form(request, FORM)
    same_site(request, visit(request), str(fields.get(CSRF_FIELD, "")))
    values = {name: str(fields.get(name, "")) for name in ("page", "text", "reply_to")}
    if not request.app.state.senders.may(address_of(request)):
        answer = _form(request, values, "Too many reports: please wait an hour.", 429)
        answer.headers["retry-after"] = "3600"
        return answer
    try:
        await run_in_threadpool(reports.add, values["page"], values["text"], values["reply_to"])
    except LdnError as error:
        return _form(request, values, message_of(request, error), status_of(error))
    return RedirectResponse(f"{settings(request).base_path}/report?sent=1", 303)


def _form(
    request: Request, values: dict[str, str], problem: str = "", status: int = 200
) -> Response:
    try:
        page = page_of(values["page"])
    except UsageError:
        page = ""
    answer = render(
        request,
        "report.html",
        status=status,
        values=values,
        page=page,
        problem=problem,
        sent="sent" in request.query_params,
        csrf=visit(request),
        most=(MOST_TEXT, MOST_ADDRESS),
    )
    answer.headers["cache-control"] = "no-store"
    return answer


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
