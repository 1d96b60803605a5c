"""Forms of strangers: refused for what they say of themselves, before a byte of them is read."""

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from ldn_graph.web.auth.accounts import Accounts, beside
from tests.curators import ANN, copied, staffed
from tests.serving import served

pytestmark = [pytest.mark.server]
PASSWORD = "quiet walnut harbour stove"
MULTIPART = "multipart/form-data; boundary=x"
PLAIN = "application/x-www-form-urlencoded"
#: Encodings that Python would decode by: some take quadratic time, some are no text at all.
ENCODINGS = ("punycode", "idna", "utf-7", "utf-16", "rot13", "zlib", "latin-1", "no-such", "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = staffed(copied(tmp_path_factory.mktemp("forms")))
    Accounts(beside(desk.folder)).set_password(ANN, PASSWORD)
    return desk.folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    with served("--curate", "--log-level", "error", data=folder) as address:
        yield address


@pytest.fixture(scope="module")
def token(folder: Path) -> str:
    return Accounts(beside(folder)).make_token(ANN, "forms")


def head_of(site: str, path: str, length: int, **headers: str) -> bytes:
    """The first line of the answer to the head of a request whose body never comes."""
    parts = urlsplit(site)
    lines = [f"POST {path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20) as link:
        link.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        return link.recv(200).split(b"\r\n")[0]


def posted(site: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    link = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
    link.request("POST", path, body, headers)
    answer = link.getresponse()
    text = answer.read().decode()
    link.close()
    return answer.status, text


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", [MULTIPART, PLAIN])
def test_an_encoding_but_utf_8_is_refused_unread(site: str, kind: str, encoding: str) -> None:
    line = head_of(site, "/sign-in", 1000, Content_Type=f'{kind}; charset="{encoding}"')
    assert b" 415 " in line


@pytest.mark.parametrize(
    "kind",
    [MULTIPART, "application/json", "text/plain", MULTIPART + "; charset*=utf-8''punycode"],
)
def test_a_stranger_sends_no_other_kind_of_form(site: str, kind: str) -> None:
    assert b" 415 " in head_of(site, "/sign-in", 1000, Content_Type=kind)


@pytest.mark.parametrize("length", [2**13 + 1, 2**20, 2**60])
def test_a_large_form_of_a_stranger_is_refused_unread(site: str, length: int) -> None:
    assert b" 413 " in head_of(site, "/sign-in", length, Content_Type=PLAIN)


@pytest.mark.parametrize(
    "path",
    [
        "/curate/new",
        "/curate/preview",
        "/curate/source",
        "/curate/import",
        "/curate/entity",
        "/curate/claim/any",
        "/curate/source/any/text",
        "/curate/unfinished",
        "/sign-out",
    ],
)
def test_a_stranger_who_has_no_name_is_refused_unread(site: str, path: str) -> None:
    kind = f"{MULTIPART}; charset=punycode"
    assert b" 401 " in head_of(site, path, 2**20, Content_Type=kind)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_is_refused_of_those_who_have_signed_in_too(
    site: str, token: str, encoding: str
) -> None:
    kind = f'{MULTIPART}; charset="{encoding}"'
    line = head_of(site, "/curate/new", 2**20, Content_Type=kind, Authorization=f"Bearer {token}")
    assert b" 415 " in line


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", '; charset="UTF-8"'])
def test_a_form_as_pages_send_it_is_read(site: str, token: str, charset: str) -> None:
    headers = {"authorization": f"Bearer {token}", "accept": "text/html"}
    body = urlencode({"subject": "naïveté", "predicate": "treats"}).encode()
    status, text = posted(
        site, "/curate/preview", body, headers | {"content-type": PLAIN + charset}
    )
    assert status == 200, text
    part = '--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nnaïveté\r\n--x--\r\n'
    status, text = posted(
        site, "/curate/preview", part.encode(), headers | {"content-type": MULTIPART + charset}
    )
    assert status == 200, text


@pytest.mark.parametrize("body", [b"--x\r\nnonsense", b"", b"--y--", b"\xff\xfe" * 50])
def test_a_damaged_form_is_the_senders_mistake(site: str, token: str, body: bytes) -> None:
    headers = {"authorization": f"Bearer {token}", "content-type": MULTIPART}
    status, _ = posted(site, "/curate/preview", body, headers)
    assert status in (200, 400, 422)


def test_a_form_of_another_site_is_refused_unread(site: str) -> None:
    line = head_of(site, "/sign-in", 100, Content_Type=PLAIN, Sec_Fetch_Site="cross-site")
    assert b" 403 " in line
