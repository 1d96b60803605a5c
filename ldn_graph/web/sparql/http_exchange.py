"""One request and its answer, as near to ASGI as can be: most requests come this way."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from ldn_graph.errors import LdnError
from ldn_graph.web.connection import WHOLE, Whole
from ldn_graph.web.engine.answer import Answer
from ldn_graph.web.engine.job import Busy
from ldn_graph.web.http.etag import has, has_any
from ldn_graph.web.http.negotiation import takes_gzip
from ldn_graph.web.sparql import request

Lines = list[tuple[bytes, bytes]]

#: On every answer of the endpoint: anybody's page may read it, as nobody.
OPEN: Lines = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Retry-After, Location"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"vary", b"Accept, Accept-Encoding"),
]
#: Answers from so many bytes are compressed for those who take gzip; above the second number in
#: a thread, so that others need not wait.
_WORTH, _LONG = 1400, 1 << 17
#: Bytes of a file that are sent at a time.
_PIECE = 1 << 18


class TooMuch(LdnError):
    """The request is larger than this server reads."""

    status = 413


class Gone(Exception):
    """The client has closed the connection."""


class Exchange:
    """A request's parts, and the ways to answer it."""

    __slots__ = ("accept", "headers", "method", "path", "receive", "scope", "send", "status")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.accept = self.headers.get(b"accept", b"").decode("latin-1")
        self.status = 0
        if len(self.headers) < len(scope["headers"]):
            every = [v for n, v in scope["headers"] if n == b"accept"]
            self.accept = b",".join(every).decode("latin-1")

    @property
    def client(self) -> str:
        """The address that asks."""
        found = self.scope.get("client")
        return str(found[0]) if found else "unknown"

    @property
    def media_type(self) -> str:
        """The body's media type without parameters."""
        return self.header(b"content-type").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The body's character set, where it is named."""
        for parameter in self.header(b"content-type").split(";")[1:]:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "charset":
                return value.strip(" \"'").lower()
        return ""

    @property
    def origin(self) -> str:
        """Scheme and authority as the client wrote them; `Hosts` has let them pass."""
        return f"{self.scope.get('scheme', 'http')}://{self.header(b'host') or 'localhost'}"

    def header(self, name: bytes) -> str:
        """The value of a header, empty where it isn't there."""
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def has_tag(self) -> bool:
        """Whether the client has a version of the answer already."""
        return b"if-none-match" in self.headers

    def matches(self, tag: str) -> bool:
        """Whether the client has the version `tag` already."""
        return self.has_tag and has(Headers(scope=self.scope), f'"{tag}"')

    async def body(self, most: int) -> bytes:
        """The request's body. Raises TooMuch above `most` bytes, Gone."""
        announced = self.header(b"content-length")
        if announced.isdigit() and int(announced) > most:
            raise _too_much(most)
        parts, size = [], 0
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise _too_much(most)
            if not message.get("more_body"):
                return parts[0] if len(parts) == 1 else b"".join(parts)

    async def gone(self) -> None:
        """Return when the client has closed the connection."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    # ── answering

    async def reply(self, status: int, headers: Lines, body: bytes = b"") -> None:
        """Send a whole answer."""
        self.status = status
        whole: Whole | None = self.scope.get("extensions", {}).get(WHOLE, {}).get("send")
        if whole and status == 200:
            head = b"200 OK\r\ncontent-length: %d\r\n%b" % (len(body), _joined(tuple(headers)))
            if whole(head, body):
                return
        if status not in (204, 304):
            headers.append((b"content-length", b"%d" % len(body)))
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    async def text(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        """Send a line of text."""
        more = [(n.encode(), v.encode()) for n, v in (headers or {}).items()]
        plain = [(b"content-type", b"text/plain; charset=utf-8")]
        await self.reply(status, [*OPEN, *plain, *more], text.encode() + b"\n")

    async def refuse(
        self, status: int, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Say why there is no answer, as problem details where the client reads them."""
        more = {"cache-control": "no-store", **(headers or {})}
        if not request.wanted_media(self.accept).problem:
            await self.text(status, message, more)
            return
        problem = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase if status != 499 else "Client Closed Request",
            "status": status,
            "detail": message,
        }
        lines = [(n.encode(), v.encode()) for n, v in more.items()]
        kind = [(b"content-type", b"application/problem+json")]
        await self.reply(status, [*OPEN, *kind, *lines], json.dumps(problem).encode())

    async def refuse_as(self, error: LdnError, message: str) -> None:
        """Send an error of ours with its status, and what is told of it."""
        after = {}
        if isinstance(error, Busy):
            after = {"retry-after": str(error.after)}
        elif error.status == 503:
            after = {"retry-after": "2"}
        await self.refuse(error.status, message, after)

    async def unchanged(self, tag: str) -> None:
        """Say that the client has the answer already."""
        kept = [(b"etag", f'W/"{tag}"'.encode()), (b"cache-control", b"no-cache")]
        await self.reply(304, [*kept, (b"vary", b"Accept, Accept-Encoding")])

    async def answer(self, answer: Answer, media_type: str, tag: str) -> None:
        """Send what the engine found; an answer without `tag` is not to be kept."""
        compress = answer.size >= _WORTH and takes_gzip(self.header(b"accept-encoding"))
        headers = [
            *_always(media_type, compress=compress, tagged=bool(tag) and not answer.volatile)
        ]
        if tag and not answer.volatile:
            headers.append((b"etag", f'W/"{tag}"'.encode()))
            if self.has_tag and has_any(Headers(scope=self.scope)):
                answer.close()
                await self.unchanged(tag)
                return
        if answer.filed:
            await self._stream(answer, headers, compress)
            return
        if compress and answer.size >= _LONG:
            await asyncio.to_thread(lambda: answer.compressed)
        await self.reply(200, headers, answer.compressed if compress else answer.body)

    async def _stream(self, answer: Answer, headers: Lines, compress: bool) -> None:
        self.status = 200
        if not compress:
            headers.append((b"content-length", b"%d" % answer.size))
        await self.send({"type": "http.response.start", "status": 200, "headers": headers})
        if self.method != "HEAD":
            pieces = _compressed(answer) if compress else _pieces(answer)
            async for piece in pieces:
                await self.send({"type": "http.response.body", "body": piece, "more_body": True})
        await self.send({"type": "http.response.body", "body": b""})
        answer.close()


@lru_cache(maxsize=64)
def _always(media_type: str, *, compress: bool, tagged: bool) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of an answer that are on all of its kind."""
    kept = b"no-cache" if tagged else b"no-store"
    headers = [*OPEN, (b"content-type", media_type.encode()), (b"cache-control", kept)]
    return (*headers, (b"content-encoding", b"gzip")) if compress else (*headers,)


@lru_cache(maxsize=256)
def _joined(headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """Headers as they are sent. Raises ValueError for a line break."""
    for name, value in headers:
        if b"\n" in value or b"\r" in value:
            raise ValueError(f"{name.decode()}: a header holds a line break")
    return b"".join([b"%b: %b\r\n" % header for header in headers])


async def _pieces(answer: Answer) -> AsyncIterator[bytes]:
    for offset in range(0, answer.size, _PIECE):
        yield answer.piece(offset, _PIECE)


async def _compressed(answer: Answer) -> AsyncIterator[bytes]:
    """The answer as gzip, each piece made in a thread."""
    stream = zlib.compressobj(5, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    async for piece in _pieces(answer):
        made = await asyncio.to_thread(stream.compress, piece)
        if made:
            yield made
    yield stream.flush()


def _too_much(most: int) -> TooMuch:
    return TooMuch(f"the request has more than {most:,} bytes, the most that is read; shorten it")
