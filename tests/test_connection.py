"""Answers that leave in one piece: what HTTP says holds for them as for the others."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from ldn_graph.web.connection import WHOLE
from ldn_graph.web.sparql.exchange import Exchange
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
    request = "\r\n".join((*lines, ACCEPT, "", "")).encode()
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


def test_no_header_smuggles_another() -> None:
    http, _ = exchange(lambda head, body: True)
    with pytest.raises(ValueError, match="line break"):
        asyncio.run(http.reply(200, [(b"a", b"b\r\nset-cookie: x")], b""))
