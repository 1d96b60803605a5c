"""Answers compressed for those who take it."""

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

from ldn_graph.web.http.accept import takes_gzip

_NAME = b"accept-encoding"


class Compressed(GZipMiddleware):
    """Starlette's, which looks for the word gzip alone: `gzip;q=0` would be compressed too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = ",".join(Headers(scope=scope).getlist("accept-encoding"))
            if given and not takes_gzip(given):
                scope = {**scope, "headers": [h for h in scope["headers"] if h[0] != _NAME]}
        await super().__call__(scope, receive, send)
