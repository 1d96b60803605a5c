"""What goes between the processes: a kind, a length, bytes, and perhaps a file descriptor."""

import os
import socket
import struct
from contextlib import suppress
from time import monotonic

HEAD = struct.Struct("<BxxxI")
#: Bytes read at a time; most frames come in one piece.
PIECE = 1 << 16
#: Seconds that an evaluator looks for its next question before it sleeps, where it was alone at
#: work: to be woken takes as long as a short answer.
_NEAR = 0.0002

# front → evaluator
QUERY, DUMP = 1, 2
#: Added to a question's kind: there is no other at the time.
ALONE = 16
# evaluator → front: an answer in the frame, one in a file, or the name of a refusal and its words
ANSWER, FILED, REFUSED = 10, 11, 12
#: Added to an answer's kind: it holds triples, no rows.
GRAPH = 32
#: Added to an answer's kind: it may differ the next time (RAND, NOW), so it is not kept.
VOLATILE = 64
#: Added to a reply's kind: the evaluator has grown too large and ends.
LEAVING = 128
# front → keeper
FORK, REAP, REPLACE, APPLY, CHANGE, RELEASE = 1, 2, 3, 4, 5, 6
FLAGS = GRAPH | VOLATILE | LEAVING
# keeper → front
DONE, FAILED = 20, 21


class Closed(Exception):
    """The other side has gone."""


def send(channel: socket.socket, kind: int, body: bytes = b"", fd: int | None = None) -> None:
    """Write one frame, waiting as long as it takes. Raises Closed."""
    parts = [HEAD.pack(kind, len(body)), body]
    try:
        fds = () if fd is None else (fd,)
        sent = socket.send_fds(channel, parts, fds) if fds else channel.sendmsg(parts)
        if sent < HEAD.size + len(body):
            channel.sendall(b"".join(parts)[sent:])
    except OSError as error:
        raise Closed from error


class Inbox:
    """Frames without descriptors from a socket that may be waited for, read ahead."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._data = b""
        self._alone = False

    def receive(self) -> tuple[int, bytes]:
        """The next frame. Raises Closed."""
        data = self._data
        while len(data) < HEAD.size or len(data) < HEAD.size + HEAD.unpack_from(data)[1]:
            more = self._more()
            if not more:
                raise Closed
            data = data + more if data else more
        kind, length = HEAD.unpack_from(data)
        self._data = data[HEAD.size + length :]
        self._alone = bool(kind & ALONE)
        return kind & ~ALONE, data[HEAD.size : HEAD.size + length]

    def _more(self) -> bytes:
        """What comes next. Raises Closed."""
        try:
            if self._alone:
                until = monotonic() + _NEAR
                while monotonic() < until:
                    with suppress(BlockingIOError):
                        return self._channel.recv(PIECE, socket.MSG_DONTWAIT)
                    os.sched_yield()
            return self._channel.recv(PIECE)
        except OSError as error:
            raise Closed from error


def receive(channel: socket.socket) -> tuple[int, bytes, int | None]:
    """Read one frame: its kind, body and descriptor. Raises Closed."""
    try:
        head, fds, _, _ = socket.recv_fds(channel, HEAD.size, 1)
        while 0 < len(head) < HEAD.size:
            more = channel.recv(HEAD.size - len(head))
            if not more:
                raise Closed
            head += more
        if not head:
            raise Closed
        kind, length = HEAD.unpack(head)
        body = channel.recv(length, socket.MSG_WAITALL) if length else b""
    except OSError as error:
        raise Closed from error
    if len(body) < length:
        raise Closed
    return kind, body, fds[0] if fds else None


class Reader:
    """Puts frames together from a socket that must not be waited for."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._data = b""
        self._fd: int | None = None

    def read(self) -> tuple[int, bytes, int | None] | None:
        """The next frame, or None while it is not whole. Raises Closed."""
        try:
            data, ancillary, _, _ = self._channel.recvmsg(PIECE, _ROOM)
        except BlockingIOError:
            data, ancillary = None, []
        except OSError as error:
            raise Closed from error
        if data == b"":
            self.drop()
            raise Closed
        for _, _, packed in ancillary:
            self.drop()
            self._fd = int.from_bytes(packed[:4], "little" if _LITTLE else "big")
        if data:
            self._data = self._data + data if self._data else data
        return self.take()

    def take(self) -> tuple[int, bytes, int | None] | None:
        """The next frame of what was read already."""
        data = self._data
        if len(data) < HEAD.size:
            return None
        kind, length = HEAD.unpack_from(data)
        end = HEAD.size + length
        if len(data) < end:
            return None
        fd = None
        if kind & ~FLAGS == FILED:  # a descriptor ends what is read at a time: it is this one's
            fd, self._fd = self._fd, None
        self._data = data[end:]
        return kind, data[HEAD.size : end], fd

    def drop(self) -> None:
        """Close a descriptor that nobody took."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


_ROOM = socket.CMSG_SPACE(4)
_LITTLE = struct.pack("=H", 1) == b"\x01\x00"
