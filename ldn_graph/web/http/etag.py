"""Answers that a client may keep: an ETag of the data and the request, and 304 while it holds.

A tag stands for the request as it was asked and for the data that it was asked of, so that it is
known before any work is done.
"""

import hashlib
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ldn_graph import __version__


def etag(*parts: str) -> str:
    """The weak tag of what `parts` determine: a compressed answer is the same answer."""
    text = "\n".join((__version__, *parts))
    return f'W/"{hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]}"'


def has(headers: Headers, tag: str) -> bool:
    """Whether the client says (If-None-Match, compared weakly) that it has this answer."""
    given = headers.get("if-none-match", "")
    tags = {part.strip().removeprefix("W/") for part in given.split(",")}
    return given.strip() == "*" or tag.removeprefix("W/") in tags


def not_modified(tag: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """304 with the headers that a 200 would have had."""
    return Response(
        status_code=304, headers={"etag": tag, "cache-control": "no-cache", **dict(headers)}
    )


class Conditional:
    """Tags every 200 of a GET by data version and address; answers HEAD as GET without a body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        query = scope["query_string"].decode("latin-1")
        tag = etag(scope["app"].state.ldn.current.version, scope["path"], query)
        head = scope["method"] == "HEAD"
        if has(headers, tag):
            await not_modified(tag)(scope, receive, send)
            return

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message).update({"etag": tag, "cache-control": "no-cache"})
            if message["type"] == "http.response.body" and head:
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, tagged)
