"""HTTP connections as uvicorn has them, with one thing more: an answer that leaves in one piece.

uvicorn looks at each header of an answer, and writes its head and its body apart, each with a
system call and a packet. That is a tenth of what a short query costs, so an application may hand
over both at once, as bytes; where it can't, ASGI's messages do what they always do.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from weakref import ref

from uvicorn._types import ASGI3Application
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

#: The ASGI extension: its `send` takes a head without the status line's end and the date, and a
#: body; False means that it can't, and that nothing was sent.
WHOLE = "ldn-graph.http.response.whole"
Whole = Callable[[bytes, bytes], bool]

#: Up to so many bytes are copied behind their head, which is quicker than to write two pieces.
_SHORT = 1 << 14


class OneWrite(HttpToolsProtocol):
    """Offers the extension to requests whose connection stays open."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """The request is known, and its task is about to begin."""
        scope = cycle.scope
        if cycle.keep_alive and scope["method"] != "HEAD":
            # weakly: what holds itself waits for the garbage collector, and the others for that
            scope["extensions"] = {WHOLE: {"send": partial(_send, ref(cycle))}}
        names = [name for name, _ in scope["headers"] if name.startswith(b"x-forwarded-")]
        if not names and isinstance(app, ProxyHeadersMiddleware):
            app = app.app  # there is nothing for it to read
        super()._start_asgi_task(cycle, app)


def _send(answered: ref[RequestResponseCycle], head: bytes, body: bytes) -> bool:
    """Send a whole answer, if nothing of one has been sent and the client keeps up."""
    cycle = answered()
    if cycle is None or cycle.response_started or cycle.disconnected or cycle.flow.write_paused:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    start = b"HTTP/1.1 %b%b\r\n" % (head, _lines(tuple(cycle.default_headers)))
    if len(body) < _SHORT:
        cycle.transport.write(start + body)
    else:
        cycle.transport.writelines((start, body))
    cycle.message_event.set()
    cycle.on_response()
    return True


@lru_cache(maxsize=2)
def _lines(headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """The date, and what else is on every answer: it changes once a second."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])
