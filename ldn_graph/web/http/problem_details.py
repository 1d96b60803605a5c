"""Problem details (RFC 9457): what a program is told when something is wrong."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

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
