"""One address a page: a slash too many or too few leads to the page, behind a proxy too."""

from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: What is mounted, and has its page at the slash.
_WITH_SLASH = "/api"


class Slashes:
    """Redirects to the path without the slash at its end.

    The router's own redirect names the server as it is asked, so behind a proxy that takes a
    prefix off it would lead out of the site.
    """

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self.app, self.base_path = app, base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        meant = _meant(scope["path"]) if scope["type"] == "http" else None
        if meant is None:
            await self.app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        address = self.base_path + quote(meant) + (f"?{query}" if query else "")
        await RedirectResponse(address, 308)(scope, receive, send)


def _meant(path: str) -> str | None:
    """The path that `path` should have been; None where it is as it should be.

    >>> _meant("/graph/"), _meant("/api"), _meant("/api/"), _meant("/"), _meant("//elsewhere/")
    ('/graph', '/api/', None, None, '/elsewhere')
    """
    if path == _WITH_SLASH:
        return path + "/"
    if path in ("/", _WITH_SLASH + "/") or not path.endswith("/"):
        return None
    # one slash at the start: two would name another server
    return "/" + path.strip("/")
