"""HTTP connections as uvicorn has them, with one thing more: an answer that leaves in one piece.

uvicorn looks at each header of an answer, and writes its head and its body apart, each with a
system call and a packet. That is a tenth of what a short query costs, so an application may hand
over both at once, as bytes; where it can't, ASGI's messages do what they always do.
"""

from collections.abc import Callable
from functools import partial
from weakref import ref

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

#: The ASGI extension: its `send` takes a head without the status line's end and the date, and a
#: body; False means that it can't, and that nothing was sent.
WHOLE = "ldn-graph.http.response.whole"
Whole = Callable[[bytes, bytes], bool]

#: Up to so many bytes are copied behind their head, which is quicker than to write two pieces.
_SHORT = 1 << 14


class OneWrite(HttpToolsProtocol):
    """Offers the extension to requests whose connection stays open."""

    def on_headers_complete(self) -> None:
        """The request is known, and its task has not begun yet."""
        super().on_headers_complete()
        cycle = self.cycle
        if cycle is not None and cycle.keep_alive and cycle.scope["method"] != "HEAD":
            # weakly: what holds itself waits for the garbage collector, and the others for that
            cycle.scope["extensions"] = {WHOLE: {"send": partial(_send, ref(cycle))}}


def _send(answered: ref[RequestResponseCycle], head: bytes, body: bytes) -> bool:
    """Send a whole answer, if nothing of one has been sent and the client keeps up."""
    cycle = answered()
    if cycle is None or cycle.response_started or cycle.disconnected or cycle.flow.write_paused:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    always = b"".join(b"%b: %b\r\n" % header for header in cycle.default_headers)
    start = b"HTTP/1.1 %b%b\r\n" % (head, always)
    if len(body) < _SHORT:
        cycle.transport.write(start + body)
    else:
        cycle.transport.writelines((start, body))
    cycle.message_event.set()
    cycle.on_response()
    return True
