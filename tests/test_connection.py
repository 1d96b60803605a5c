"""Connections: what HTTP says holds for answers in one piece, and nobody holds up the others."""

import asyncio
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import uvicorn

from ldn_graph.web import connection
from ldn_graph.web.connection import WHOLE
from ldn_graph.web.sparql.http_exchange import Exchange
from tests.serving import served
from tests.test_sparql_protocol import ask, newest_server, send

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
    head, _, body = said(address, f"GET {PATH} HTTP/1.1", "Host: localhost").partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    headers = {line.partition(b": ")[0].lower(): line.partition(b": ")[2] for line in lines}
    assert first == b"HTTP/1.1 200 OK"
    assert body.endswith(b"(open)")
    assert int(headers[b"content-length"]) == len(body) - len(b"(open)")
    assert {b"date", b"etag", b"access-control-allow-origin", b"content-type"} <= headers.keys()
    assert len(headers) == len(lines), "no header is there twice"


def test_requests_that_come_at_once_are_answered_in_turn(address: tuple[str, int]) -> None:
    got = said(address, f"GET {PATH} HTTP/1.1", "Host: localhost", times=3)
    assert got.count(b"HTTP/1.1 200 OK") == got.count(b'"bindings"') == 3


@pytest.mark.parametrize(
    "lines",
    [(f"GET {PATH} HTTP/1.0",), (f"GET {PATH} HTTP/1.1", "Host: localhost", "Connection: close")],
)
def test_a_connection_that_is_not_to_stay_is_closed(
    address: tuple[str, int], lines: tuple[str, ...]
) -> None:
    got = said(address, *lines)
    assert b'"bindings"' in got
    assert not got.endswith(b"(open)")


def test_head_has_no_body(address: tuple[str, int]) -> None:
    got = said(address, f"HEAD {PATH} HTTP/1.1", "Host: localhost")
    assert b"content-length: " in got.lower()
    assert b"bindings" not in got


def test_no_header_smuggles_another(address: tuple[str, int]) -> None:
    path = "/sparql?query=ASK%7B%7D%0d%0aSet-Cookie:%20x=1"
    got = said(
        address, f"GET {path} HTTP/1.1", "Host: localhost", "Accept: text/html", "Connection: close"
    )
    head = got.partition(b"\r\n\r\n")[0].lower()
    assert b"location: /query?query=ask%7b%7d%0d%0aset-cookie" in head
    assert b"\nset-cookie" not in head


def exchange(whole: Any) -> tuple[Exchange, list[Any]]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"method": "GET", "path": "/sparql", "headers": []}
    extensions = {"extensions": {WHOLE: {"send": whole}}}
    return Exchange({**scope, **extensions}, lambda: None, send), sent  # type: ignore[arg-type,return-value]


def test_where_it_cannot_leave_at_once_it_leaves_as_messages() -> None:
    http, sent = exchange(lambda head, body: False)
    asyncio.run(http.reply(200, [(b"a", b"b")], b"body"))
    assert [m["type"] for m in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["headers"] == [(b"a", b"b"), (b"content-length", b"4")]


def test_no_line_break_gets_into_a_head() -> None:
    http, _ = exchange(lambda head, body: True)
    with pytest.raises(ValueError, match="line break"):
        asyncio.run(http.reply(200, [(b"a", b"b\r\nset-cookie: x")], b""))


# ── clients that send nothing, too slowly, or without end


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with as many bytes as the query says, when the whole request is there."""
    while (await receive()).get("more_body"):
        pass
    size = int(scope["query_string"] or b"2")
    headers = [(b"content-length", b"%d" % size)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * size})


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A server on uvloop that waits a tenth as long as the real one."""
    for name, seconds in {
        "HEAD_SECONDS": 0.4,
        "REQUEST_SECONDS": 1.0,
        "ANSWER_SECONDS": 0.4,
    }.items():
        monkeypatch.setattr(connection, name, seconds)
    monkeypatch.setattr(connection, "_LOOK", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            echo, http=connection.Bounded, ws="none", lifespan="off", log_config=None, loop="uvloop"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield listener.getsockname()
        server.should_exit = True
        thread.join()


def end_of(client: socket.socket) -> bytes:
    """All that comes until the server closes; fails where it doesn't."""
    got = b""
    with suppress(ConnectionResetError):
        while piece := client.recv(65536):
            got += piece
    return got


@pytest.mark.parametrize(
    ("begun", "status"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"HTTP/1.1 408 "),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HT", b"HTTP/1.1 200 "),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc", b""),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc", b""),
    ],
)
def test_a_request_that_does_not_end_is_cut_off(
    hasty: tuple[str, int], begun: bytes, status: bytes
) -> None:
    with socket.create_connection(hasty, timeout=20) as client:
        client.sendall(begun)
        assert end_of(client).startswith(status)


def test_a_request_that_drips_is_cut_off_and_a_whole_one_is_not(hasty: tuple[str, int]) -> None:
    with socket.create_connection(hasty, timeout=20) as client, suppress(OSError):
        for _ in range(400):
            client.sendall(b"x")
            time.sleep(0.05)
        raise AssertionError("nobody stopped it")
    with socket.create_connection(hasty, timeout=20) as client:
        for _ in range(5):
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            got = b""
            while not got.endswith(b"xx"):
                got += client.recv(4096)
            time.sleep(0.2)  # longer than a head may take, in all


def test_an_answer_that_is_not_taken_is_dropped_and_one_that_is_taken_slowly_is_whole(
    hasty: tuple[str, int],
) -> None:
    asked = b"GET /?30000000 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with socket.create_connection(hasty, timeout=20) as client:
        client.sendall(asked)
        time.sleep(1.5)
        assert len(end_of(client)) < 30_000_000
    with socket.create_connection(hasty, timeout=20) as client:
        client.sendall(asked)
        size = 0
        while piece := client.recv(1 << 20):
            size += len(piece)
            time.sleep(0.02)
        assert size > 30_000_000


BIG = b"a" * (1 << 20)


@pytest.mark.parametrize(
    "endless",
    [
        [b"GET /?", *[BIG] * 40],
        [b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", *[BIG] * 40],
        [b"GET / HTTP/1.1\r\nHost: localhost\r\n", *[b"X: y\r\n" * 100_000] * 40],
        [b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", *[BIG] * 40],
        [b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;", *[BIG] * 40],
        [BIG] * 40,
    ],
    ids=["address", "header", "headers", "trailer", "extension", "method"],
)
def test_a_head_without_end_is_refused_before_it_is_kept(
    hasty: tuple[str, int], endless: list[bytes]
) -> None:
    sent = 0
    with socket.create_connection(hasty, timeout=20) as client:
        with suppress(OSError):
            for piece in endless:
                client.sendall(piece)
                sent += len(piece)
        assert sent < 30 << 20, "all of it was read"
        answer = end_of(client)
    assert not answer or answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))


def test_a_head_just_within_the_limit_is_read_however_it_comes(hasty: tuple[str, int]) -> None:
    head = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: %b\r\n\r\n"
    for spare, status in ((200, b"HTTP/1.1 200 "), (-40_000, b"HTTP/1.1 431 ")):
        whole = head % (b"a" * (connection.MOST_HEAD - spare))
        for size in (len(whole), 1000):
            with socket.create_connection(hasty, timeout=20) as client:
                with suppress(OSError):
                    for at in range(0, len(whole), size):
                        client.sendall(whole[at : at + size])
                got = end_of(client)
                assert got.startswith(status) or (spare < 0 and not got)


def test_a_large_body_in_small_chunks_is_no_head(hasty: tuple[str, int]) -> None:
    with socket.create_connection(hasty, timeout=20) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(200):
            client.sendall(b"400\r\n%b\r\n" % (b"a" * 1024) * 50)
        client.sendall(b"0\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="another process's limits: Linux")
def test_more_silent_connections_than_files_leave_health_and_queries_alone() -> None:
    with served("--rate", "0") as url:
        server = newest_server()
        files = len(list(Path(f"/proc/{server}/fd").iterdir()))
        resource.prlimit(server, resource.RLIMIT_NOFILE, (files + 200, files + 200))
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        silent = []
        for _ in range(500):
            silent.append(socket.create_connection((parts.hostname, parts.port), timeout=20))
            silent[-1].sendall(b"GET / HT")
        assert send(url, "/health/live", timeout=10).status == 200
        assert ask(url, "ASK {}", timeout=10).status == 200
        for client in silent:
            client.close()
        assert ask(url, "ASK { }", timeout=10).status == 200
