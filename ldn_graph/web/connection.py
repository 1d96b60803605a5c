"""Connections: a whole answer leaves at once, and nobody holds one by sending nothing or no end.

uvicorn looks at each header of an answer, and writes head and body apart, each with a system call
and a packet: a third of what a repeated answer costs. So an application may hand over both in one;
where it cannot, ASGI messages do what they always do. Of limits uvicorn has the idle time between
two requests and, with h11, which takes longer, the size of a head; here are the others.
"""

import asyncio
import resource
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from weakref import ref

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

#: The ASGI extension: its `send` takes a head without the status line's end and the date, and a
#: body; False means that it can't, and that nothing was sent.
WHOLE = "ldn-graph.http.response.whole"
Whole = Callable[[bytes, bytes], bool]

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


class Bounded(HttpToolsProtocol):
    """uvicorn's protocol with an end to what a client may send, and when.

    `connections` is the set of all that are open.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected; where there are too many, one that is silent makes room."""
        super().connection_made(transport)
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
        while data:
            piece, data = data[:_PIECE], data[_PIECE:]
            self._size += len(piece)
            super().data_received(piece)
            if self._size > MOST_HEAD and not self.transport.is_closing():
                self._refuse(
                    "431 Request Header Fields Too Large",
                    f"a request's address and headers have at most {MOST_HEAD:,} bytes here; send "
                    "a long query as the body of a POST",
                )
            if data and self.transport.is_closing():
                return

    def on_message_begin(self) -> None:
        """The first byte of a request has come."""
        super().on_message_begin()
        self._in_head, self._since = True, self.loop.time()

    def on_headers_complete(self) -> None:
        """A request's head is whole."""
        self._in_head, self._size = False, 0
        super().on_headers_complete()
        cycle = self.cycle
        if cycle and cycle.keep_alive and cycle.scope["method"] != "HEAD":
            # weakly: what holds itself waits for the garbage collector, and the others for that
            cycle.scope["extensions"] = {WHOLE: {"send": partial(_send, ref(cycle))}}

    def on_body(self, body: bytes) -> None:
        """More of a body has come, which is not kept here; what follows it may be."""
        self._size = 0
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


def _send(answered: ref[RequestResponseCycle], head: bytes, body: bytes) -> bool:
    """Send a whole answer, if nothing of one has been sent and the client keeps up."""
    cycle = answered()
    if cycle is None or cycle.response_started or cycle.disconnected or cycle.flow.write_paused:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    start = b"HTTP/1.1 %b%b\r\n" % (head, _lines(tuple(cycle.default_headers)))
    cycle.transport.writelines((start, body))
    cycle.message_event.set()
    cycle.on_response()
    return True


@lru_cache(maxsize=2)
def _lines(headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """The date, and what else is on every answer: it changes once a second."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


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
