"""What a visitor is told when something is wrong: a page, or problem details for programs."""

from collections.abc import Mapping
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from ldn_graph.errors import LdnError, NotSignedIn
from ldn_graph.web.explorer.page import render
from ldn_graph.web.http.messages import message_of
from ldn_graph.web.http.negotiation import wants_page
from ldn_graph.web.state import settings

MEDIA_TYPE = "application/problem+json"
#: Status → the kind of problem, in words.
TITLES = {
    400: "This can’t be asked like that",
    401: "Sign in first",
    403: "This is not yours to do",
    404: "There is nothing here",
    405: "This can’t be done here",
    409: "Somebody else was faster",
    413: "This is too much",
    415: "This is not sent as it should be",
    429: "Too many requests",
    500: "Something went wrong on the server",
    501: "This server can’t do that",
    503: "This can’t be done just now",
    507: "There is no room left on the server’s disk",
}


def title_of(status: int) -> str:
    """The kind of problem that a status tells."""
    return TITLES.get(status, "This did not work")


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that tells a problem; `detail` names the thing, the place and the remedy."""
    body = {
        "type": "about:blank",  # the status says what kind it is
        "title": title_of(status),
        "status": status,
        # text that came from outside may hold what UTF-8 can't
        "detail": detail.encode("utf-8", "replace").decode(),
    }
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


log = structlog.get_logger("ldn_graph.web")


async def ldn_error(request: Request, error: Exception) -> Response:
    """An error of ours: its message and its status."""
    assert isinstance(error, LdnError)
    if isinstance(error, NotSignedIn) and request.method == "GET" and _is_browser(request):
        onward = request.url.path.removeprefix(settings(request).base_path)
        return RedirectResponse(f"{settings(request).base_path}/sign-in?next={quote(onward)}", 303)
    return tell(request, error.status, message_of(request, error))


async def http_error(request: Request, error: Exception) -> Response:
    """An error of HTTP: no such page, no such method."""
    assert isinstance(error, HTTPException)
    detail = error.detail
    if error.status_code == 404 and detail == "Not Found":
        detail = f"{request.url.path}: no such page; the start page has a search"
    answer = tell(request, error.status_code, detail)
    answer.headers.update(error.headers or {})
    return answer


async def server_error(request: Request, error: Exception) -> Response:
    """A fault of the program: logged whole, told in a line."""
    log.error("fault", path=request.url.path, exc_info=error)
    return tell(request, 500, "a fault of the program; it is in the log, please report it")


def tell(request: Request, status: int, message: str) -> Response:
    """The message, as a page or as problem details, as the client prefers."""
    if _is_browser(request):
        title = title_of(status)
        return render(
            request, "error.html", status=status, title=title, message=message, code=status
        )
    return problem(status, message)


def _is_browser(request: Request) -> bool:
    header = ",".join(request.headers.getlist("accept"))
    return bool(header) and wants_page(header)
