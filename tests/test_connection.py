"""Answers that leave in one piece: what HTTP says holds for them as for the others."""

import asyncio
import socket
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

import pytest

from ldn_graph.web.connection import _Joined
from tests.serving import served

PATH = "/sparql?query=" + quote("SELECT (1 AS ?n) {}")
ACCEPT = "Accept: application/sparql-results+json"


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with served("--rate", "0") as url:
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        yield parts.hostname, parts.port


def said(address: tuple[str, int], *lines: str, times: int = 1) -> bytes:
    """What the server sends until it closes, or is silent for a while."""
    accept = () if any(line.startswith("Accept") for line in lines) else (ACCEPT,)
    request = "\r\n".join((*lines, *accept, "", "")).encode()
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(request * times)
        got = b""
        try:
            while piece := client.recv(65536):
                got += piece
                if got.count(b'"bindings"') == times:
                    client.settimeout(1)  # there should be no more
        except TimeoutError:
            return got + b"(open)"
    return got


def test_an_answer_has_its_length_a_date_and_what_all_answers_have(
    address: tuple[str, int],
) -> None:
    head, _, body = said(address, f"GET {PATH} HTTP/1.1", "Host: x").partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    headers = {line.partition(b": ")[0].lower(): line.partition(b": ")[2] for line in lines}
    assert first == b"HTTP/1.1 200 OK"
    assert body.endswith(b"(open)")
    assert int(headers[b"content-length"]) == len(body) - len(b"(open)")
    assert {b"date", b"etag", b"access-control-allow-origin", b"content-type"} <= headers.keys()
    assert len(headers) == len(lines), "no header is there twice"


def test_requests_that_come_at_once_are_answered_in_turn(address: tuple[str, int]) -> None:
    got = said(address, f"GET {PATH} HTTP/1.1", "Host: x", times=3)
    assert got.count(b"HTTP/1.1 200 OK") == got.count(b'"bindings"') == 3


@pytest.mark.parametrize(
    "lines",
    [(f"GET {PATH} HTTP/1.0",), (f"GET {PATH} HTTP/1.1", "Host: x", "Connection: close")],
)
def test_a_connection_that_is_not_to_stay_is_closed(
    address: tuple[str, int], lines: tuple[str, ...]
) -> None:
    got = said(address, *lines)
    assert b'"bindings"' in got
    assert not got.endswith(b"(open)")


def test_head_has_no_body(address: tuple[str, int]) -> None:
    got = said(address, f"HEAD {PATH} HTTP/1.1", "Host: x")
    assert b"content-length: " in got.lower()
    assert b"bindings" not in got


def test_no_header_smuggles_another(address: tuple[str, int]) -> None:
    path = "/sparql?query=ASK%7B%7D%0d%0aSet-Cookie:%20x=1"
    got = said(address, f"GET {path} HTTP/1.1", "Host: x", "Accept: text/html", "Connection: close")
    head = got.partition(b"\r\n\r\n")[0].lower()
    assert b"location: /query?query=ask%7b%7d%0d%0aset-cookie" in head
    assert b"\nset-cookie" not in head


class Wire:
    """A transport that writes down what is sent at a time."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def writelines(self, pieces: Iterable[bytes]) -> None:
        self.sent.append(b"".join(pieces))

    def close(self) -> None:
        self.closed = True


def written(*pieces: bytes, close: bool = False) -> list[bytes]:
    """What leaves at a time when an answer is written like that."""

    async def work() -> list[bytes]:
        wire = Wire()
        joined = _Joined(wire)  # type: ignore[arg-type]
        for piece in pieces:
            joined.write(piece) if piece else await asyncio.sleep(0)
        if close:
            joined.close()
            assert wire.closed
        else:
            await asyncio.sleep(0)
        return wire.sent

    return asyncio.run(work())


HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


def test_a_head_and_its_body_leave_together_and_a_head_alone_is_not_held_back() -> None:
    assert written(HEAD, b"body") == [HEAD + b"body"]
    assert written(HEAD, b"one", b"two") == [HEAD + b"one", b"two"]
    assert written(HEAD, b"", b"body") == [HEAD, b"body"]
    assert written(HEAD, b"body", HEAD, b"body") == [HEAD + b"body"] * 2
    assert written(HEAD) == written(HEAD, close=True) == [HEAD]
