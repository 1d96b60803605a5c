"""Answers that a client may keep: an ETag of the data and the request, and 304 while it holds.

A tag stands for the request as it was asked and for the data that it was asked of, so that it is
known before any work is done.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ldn_graph import __version__

#: An entity tag; what is in its quotes may hold commas.
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def etag(*parts: str) -> str:
    """The weak tag of what `parts` determine: a compressed answer is the same answer."""
    text = "\n".join((__version__, *parts))
    return f'W/"{hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]}"'


def has(headers: Headers, tag: str) -> bool:
    """Whether the client says that it has this answer: If-None-Match names it, compared weakly
    (RFC 9110, 8.8.3.2 and 13.1.2). What is no entity tag names nothing.

    >>> has(Headers({"if-none-match": 'W/"a,b", "c"'}), '"a,b"'), has(Headers({}), '"c"')
    (True, False)
    """
    given = _TAG.findall(",".join(headers.getlist("if-none-match")))
    return tag.removeprefix("W/") in given


def has_any(headers: Headers) -> bool:
    """Whether the client says that it has some answer (`*`): true of whatever there is."""
    return ",".join(headers.getlist("if-none-match")).strip() == "*"


def conditional(
    request: Request,
    tag: str,
    make: Callable[[], Response],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """What `make` answers to a GET, with its tag; or 304 with the same headers where the client has
    it. Nothing is made of what the client names; only what is there can be `*`. `headers` are those
    that both have."""
    same = dict(headers or {})
    reading = request.method in ("GET", "HEAD")
    if reading and has(request.headers, tag):
        return not_modified(tag, same.items())
    answer = make()
    if not reading or answer.status_code != 200:
        return answer
    answer.headers.update({"etag": tag, "cache-control": "no-cache", **same})
    return not_modified(tag, same.items()) if has_any(request.headers) else answer


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
        head, star = scope["method"] == "HEAD", has_any(headers)
        if has(headers, tag):
            await not_modified(tag)(scope, receive, send)
            return

        bare = head

        async def tagged(message: Message) -> None:
            nonlocal bare
            if message["type"] == "http.response.start" and message["status"] == 200:
                sent = MutableHeaders(scope=message)
                sent.update({"etag": tag, "cache-control": "no-cache"})
                if star:  # there is an answer, and the client has one
                    bare, message["status"] = True, 304
                    del sent["content-length"]
            if message["type"] == "http.response.body" and bare:
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, tagged)
