"""Connections: answers leave in one piece, and nobody holds one by sending nothing or no end.

uvicorn writes the head and the body of an answer apart, each with a system call and a packet; for a
short answer that is a third of its time. Of limits it has the idle time between two requests, and
with h11, which takes twice as long, the size of a head; here are the others.
"""

import asyncio
import resource
from contextlib import suppress
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Bytes of a request's line and headers. A longer query is sent as a body.
MOST_HEAD = 1 << 16
#: Seconds from a connection or the first byte of a request to the end of its head, and of its body.
HEAD_SECONDS, REQUEST_SECONDS = 10.0, 120.0
#: Seconds in which a client takes some of an answer that waits for it.
ANSWER_SECONDS = 30.0
#: Seconds between two looks at a connection.
_LOOK = 5.0
#: Open files that are no connections: the store's, answers', what pages read.
_OTHER_FILES = 128
#: Connections at a time, each of which may hold a head.
_MOST_CONNECTIONS = 4096
#: Bytes that are looked at between two looks at how many there are.
_PIECE = 1 << 14
_REFUSAL = (
    "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {length}\r\n"
    "connection: close\r\n\r\n{status}: {words}\n"
)


class _Joined:
    """A transport that holds the head of an answer back until its body follows."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self.is_closing = transport.is_closing  # asked for each answer

    def write(self, data: bytes) -> None:
        """Write at once, but for the head of an answer."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif data.startswith(b"HTTP/1.1 ") and data[9:10] != b"1":  # "go on" has no body
            self._head = data
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Close when all is written."""
        if self._head:
            self.write(b"")
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Bounded(HttpToolsProtocol):
    """uvicorn's protocol with an end to what a client may send, and when.

    `connections` is the set of all that are open.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected; where there are too many, one that is silent makes room."""
        super().connection_made(cast("asyncio.Transport", _Joined(transport)))
        #: Whether a head is to come, and the bytes received that are no body.
        self._in_head, self._size = True, 0
        #: When the request began that is still being sent.
        self._since: float | None = self.loop.time()
        #: What the client had not taken of an answer, and how often in a row it was as much.
        self._untaken, self._stalled = 0, 0
        self._timer = self.loop.call_later(_LOOK, self._look)
        if len(self.connections) > most_connections():
            others = [c for c in self.connections if isinstance(c, Bounded) and c is not self]
            silent = [c for c in others if c._since is not None or c._stalled]
            min(silent, key=lambda c: c._since or 0.0, default=self).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """More of a request has come."""
        for at in range(0, len(data), _PIECE):
            piece = data[at : at + _PIECE] if len(data) > _PIECE else data
            self._size += len(piece)
            super().data_received(piece)
            if self.transport.is_closing():
                return
            if self._size > MOST_HEAD:
                self._refuse(
                    "431 Request Header Fields Too Large",
                    f"a request's address and headers have at most {MOST_HEAD:,} bytes here; send "
                    "a long query as the body of a POST",
                )
                return

    def on_message_begin(self) -> None:
        """The first byte of a request has come."""
        super().on_message_begin()
        self._in_head, self._since = True, self.loop.time()

    def on_headers_complete(self) -> None:
        """A request's head is whole."""
        self._in_head, self._size = False, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """More of a body has come; what stands between its chunks is not longer than they are."""
        self._size = max(0, self._size - 2 * len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._since = None
        super().on_message_complete()

    def _look(self) -> None:
        """Close the connection of who does not send a request, or take an answer, in time."""
        untaken = self.transport.get_write_buffer_size()
        same = 0 < untaken == self._untaken
        self._untaken, self._stalled = untaken, self._stalled + 1 if same else 0
        most = HEAD_SECONDS if self._in_head else REQUEST_SECONDS
        if self._since is not None and self.loop.time() - self._since >= most:
            told = f"a request's head is sent within {HEAD_SECONDS:g} s, all of it within "
            self._refuse("408 Request Timeout", f"{told}{REQUEST_SECONDS:g} s")
        elif self._stalled * _LOOK >= ANSWER_SECONDS:
            self.transport.abort()
        else:
            self._timer = self.loop.call_later(_LOOK, self._look)

    def _refuse(self, status: str, words: str) -> None:
        """Close the connection, and say why where no answer is on its way."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        length = len(status) + len(words) + 3
        told = _REFUSAL.format(status=status, words=words, length=length)
        self.transport.write(told.encode("ascii"))
        self.transport.close()


def most_connections() -> int:
    """How many there may be at a time: as many as files may be open, some kept for others."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return max(8, min(_MOST_CONNECTIONS, files - _OTHER_FILES))


def allow_files() -> None:
    """Have as many files open as this process may allow itself, up to what connections need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
