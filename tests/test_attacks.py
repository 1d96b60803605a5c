"""A stranger at the door of a real server that curators write with: odd requests, forms of other
sites, queries that would have it ask others. Each is refused in words; none is a fault.

`make soak` (LDN_GRAPH_EFFORT) tries all combinations, `make test` a part of them.
"""

import re
import socket
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from starlette.routing import Route

from ldn_graph.web.app import create_app
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.web.settings import Settings
from tests.curators import ADA, copied, staffed
from tests.effort import EFFORT
from tests.servers import canary as canary
from tests.serving import served

pytestmark = pytest.mark.server
PASSWORD, TOKEN = "quiet walnut harbour stove", "a-token-for-updates"
FORM = "application/x-www-form-urlencoded"
DEEP = b"[" * 50_000 + b"]" * 50_000
PLACES = (
    *("/", "/claim/x", "/sparql?query=ASK%7B%7D", "/sparql", "/api/claims?limit=1", "/dataset"),
    *("/.well-known/void", "/sitemap.xml", "/as-of", "/curate", "/sign-in", "/health/ready"),
    *("/static/x", "/nope", "/graph/embed", "/store?default"),
)
ODD_HOSTS = (
    *(b"[::1", b"[:::]", b"[1:2:3]:7", b"[......]", b"[fe80::1%25eth0]", b"a:b:c", b"", b"a b"),
    *(b"localhost:99999", b"user@localhost", b"localhost/x", b"\xff\xfe", b"\xc3\xa9.org", b".."),
    *(b"2130706433", b"127.0.0.1,evil.example", b"a" * 300, b"evil.example"),
)
ODD_HEADERS = (
    *((b"Range", b"bytes=0-0,1-1," * 500), (b"Range", b"bytes=99999999999999999999-")),
    *((b"If-None-Match", b'"' * 3000), (b"If-Modified-Since", b"Thu, 01 Jan 99999 00:00:00 GMT")),
    *((b"Accept", b"*/*;q=nan"), (b"Accept", b'"' * 3000), (b"Accept", b"text/html," * 2000)),
    *((b"Accept-Encoding", b"gzip;q=\xff"), (b"Accept-Language", b"\xff" * 99)),
    *((b"Cookie", b"ldn-graph=eyJ9.x.y"), (b"Cookie", b'\xff=\xff; ldn-graph="\\377\\000"')),
    *((b"Authorization", b"Bearer \xff\xfe"), (b"Authorization", b"Bearer " + b"a" * 9000)),
    *((b"X-Forwarded-For", b"\xff"), (b"X-Forwarded-Host", b"evil.example")),
    *((b"X-Forwarded-Proto", b"javascript"), (b"Forwarded", b'for="[::1'), (b"Origin", b"\xff")),
    *((b"Transfer-Encoding", b"chunked, chunked"), (b"Expect", b"x"), (b"Upgrade", b"h2c")),
)
ODD_BODIES = (
    *((b"", ""), (DEEP, "application/json"), (b'{"a":' * 20_000, "application/json")),
    *((b'["\\ud800", 1e999, NaN]', "application/json"), (b"\xff\xfe", "application/json")),
    *((b"a=%ff&b=%00&id=%ed%a0%80&csrf=%ff", FORM), (b"&" * 4000, FORM)),
    *((b"query=" + b"(" * 4000, FORM), (b"x", "multipart/form-data; boundary=")),
    *((b"--x\r\n\r\n", "multipart/form-data; boundary=x"),),
    *((b"<a> <b> " + b"[" * 9999, "text/turtle"),),
    *((DEEP, "application/ld+json"), (b"A" * 4000, "\xff\xff")),
)  # fmt: skip
LEAK = re.compile(rb"Traceback|site-packages|\.sqlite|File \"")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = staffed(copied(tmp_path_factory.mktemp("attacked")))
    Accounts(beside(desk.folder)).set_password(ADA, PASSWORD)
    return desk.folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    options = ("--curate", "--rate", "0", "--log-level", "error")
    with served(*options, data=folder, LDN_GRAPH_UPDATE_TOKEN=TOKEN) as address:
        yield address


def routes(folder: Path, method: str) -> list[str]:
    """The paths that take a method, with a name of nothing for each parameter."""
    found = (r for r in create_app(Settings(data=folder, curate=True)).routes)
    return sorted(
        re.sub(r"\{[^}]*\}", "x", re.sub(r"\{\w+:int\}", "1", r.path))
        for r in found
        if isinstance(r, Route) and method in (r.methods or ())
    )


def said(site: str, head: bytes, body: bytes = b"") -> bytes:
    """The answer to a request whose head is written as it is given, up to 64 KiB."""
    parts = urlsplit(site)
    sent = head + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    got = b""
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as link:
        try:
            link.sendall(sent)
            while len(got) < 1 << 16 and (piece := link.recv(1 << 16)):
                got += piece
        except ConnectionError:
            pass
    return got


def odd_requests(folder: Path) -> Iterator[tuple[bytes, bytes]]:
    here = b"Host: localhost\r\n"
    for place, host in product(PLACES, ODD_HOSTS):
        yield b"GET %b HTTP/1.1\r\nHost: %b\r\n" % (place.encode(), host), b""
    for place, (name, value) in product(PLACES, ODD_HEADERS):
        yield b"GET %b HTTP/1.1\r\n%b%b: %b\r\n" % (place.encode(), here, name, value), b""
    posts = [*routes(folder, "POST"), "/sparql", "/update", "/store?default"]
    for place, (body, kind) in product(posts, ODD_BODIES):
        yield (
            (
                b"POST %b HTTP/1.1\r\n%bAuthorization: Bearer %b\r\nContent-Type: %b\r\n"
                % (place.encode(), here, TOKEN.encode(), kind.encode("latin-1"))
            ),
            body,
        )


def test_no_odd_request_is_a_fault(site: str, folder: Path) -> None:
    tried = 0
    for number, (head, body) in enumerate(odd_requests(folder)):
        if EFFORT == 1 and number % 3:
            continue
        got, tried = said(site, head, body), tried + 1
        line = got.split(b"\r\n", 1)[0]
        assert b" 500 " not in line and not LEAK.search(got), (head[:200], body[:40], got[:400])
        assert str(folder).encode() not in got and b"evil.example" not in got, head[:200]
    assert tried > 300
    assert httpx.get(f"{site}/health/ready").status_code == 200


def test_whoever_has_what_is_there_is_not_sent_it_again(site: str, folder: Path) -> None:
    """`If-None-Match: *` is 304 of all that a client may keep, and never of what is not there."""
    tried, sent_again = 0, []
    with httpx.Client(base_url=site, timeout=60) as client:
        for path in (*routes(folder, "GET"), "/sparql", "/dataset", "/api/claims", "/api/"):
            first = client.get(path)
            control = first.headers.get("cache-control", "")
            kept = first.status_code == 200 and "no-store" not in control
            again = client.get(path, headers={"if-none-match": "*"})
            if kept and "max-age" not in control:
                tried += 1
                if again.status_code != 304 or again.content:
                    sent_again.append(path)
            elif first.status_code != 200:
                assert again.status_code == first.status_code, path
    assert tried > 20 and sent_again == []


def test_no_route_takes_a_form_of_another_site(site: str, folder: Path) -> None:
    """Each form of those who have signed in, without the session's secret, with a wrong one, with
    the right one from another site; and as a stranger."""
    tried = 0
    with httpx.Client(base_url=site, headers={"accept": "text/html"}, timeout=30) as browser:
        secret = _secret(browser.get("/sign-in").text)
        browser.post("/sign-in", data={"csrf": secret, "name": ADA, "password": PASSWORD})
        secret = _secret(browser.get("/curate/new").text)
        read = {"/graph/download.x", "/query/labels.json", "/sign-in"}
        for path in (p for p in routes(folder, "POST") if p not in read):
            fields = {"name": "x", "why": "x", "do": "save", "to": "ben", "of": "ann"}
            for csrf, fetch in (("", "same-origin"), ("x", "same-origin"), (secret, "cross-site")):
                data = {**fields, "csrf": csrf}
                answer = browser.post(path, data=data, headers={"sec-fetch-site": fetch})
                assert answer.status_code == 403, (path, csrf, fetch, answer.status_code)
                tried += 1
            stranger = httpx.post(site + path, data={**fields, "csrf": secret})
            assert stranger.status_code in (401, 403), path
        assert browser.get("/curate").status_code == 200, "still signed in"
    assert tried > 50


def _secret(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


QUERIES = (
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?e {{ <{url}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(IRI('{url}') AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE#x\n<{url}> {{ ?s ?p ?o }} }}",
    "PREFIX s: <{url}> SELECT * {{ sErViCe s: {{ ?s ?p ?o }} }}",
    "BASE <{url}> SELECT * {{ SERVICE <> {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ OPTIONAL {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }} }} }}",
    "SELECT * {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
    "ASK {{ FILTER(<{url}>(1)) }}",
    "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "CONSTRUCT WHERE {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
    "DESCRIBE <{url}>",
    "LOAD <{url}>",
)
UPDATES = (
    "LOAD <{url}>",
    "LOAD SILENT <{url}>",
    "LOAD <{url}> INTO GRAPH <urn:x>",
    "CLEAR SILENT GRAPH <urn:x>; LoAd#x\n<{url}>",
    "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "INSERT DATA {{ <urn:a> <urn:b> 1 }} ; LOAD SILENT <{url}> INTO GRAPH <urn:x>",
    "COPY <{url}> TO <urn:x>",
    "INSERT {{ ?s ?p ?o }} USING <{url}> WHERE {{ ?s ?p ?o }}",
)
FILES = (
    ("application/ld+json", '{{"@context": "{url}", "@id": "urn:a", "b": "c"}}'),
    ("application/ld+json", '{{"@context": {{"@import": "{url}"}}, "@id": "urn:a", "b": "c"}}'),
    (
        "application/rdf+xml",
        '<!DOCTYPE a [<!ENTITY b SYSTEM "{url}">]><rdf:RDF xmlns:rdf='
        '"http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="urn:a">'
        "<rdf:value>&b;</rdf:value></rdf:Description></rdf:RDF>",
    ),
    ("text/turtle", "@base <{url}> . <a> <http://www.w3.org/2002/07/owl#imports> <{url}> ."),
)


def test_no_query_update_or_file_makes_the_server_ask_anybody(
    site: str, canary: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, heard = canary
    secret = tmp_path / "secret.ttl"
    secret.write_text('<urn:a> <urn:b> "told-a-secret" .')
    may = {"authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=site, timeout=60) as client:
        answers = []
        for place in (url, secret.as_uri(), "http://169.254.169.254/", f"{site}/sparql"):
            for text in (q.format(url=place) for q in QUERIES):
                answers.append(client.get(f"/sparql?query={quote(text)}"))
                answers.append(client.post("/sparql", data={"query": text}))
            graph = quote(place, safe="")
            answers.append(client.get(f"/sparql?query=ASK%7B%7D&default-graph-uri={graph}"))
            answers.append(client.get(f"/store?graph={graph}"))
            for text in (u.format(url=place) for u in UPDATES):
                answers.append(client.post("/update", data={"update": text}, headers=may))
            for kind, text in FILES:
                sent = text.format(url=place)
                head = {**may, "content-type": kind}
                answers.append(client.post("/store?default", content=sent, headers=head))
        everything = client.get("/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D").text
    assert heard == [] and len(answers) > 150
    assert not any("told-a-secret" in a.text or a.status_code >= 500 for a in answers)
    assert "told-a-secret" not in everything
