"""The endpoint over real sockets: the protocol, other people’s clients, and hostile ones."""

import gzip
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper

from tests.serving import ROOT, served

CONFORMANCE = Path(os.environ.get("LDN_GRAPH_CONFORMANCE") or ROOT.parent / "shared/conformance")
TOKEN = "not-a-secret"
ROWS = "SELECT * { ?claim ldnv:evidenceLevel ?level } LIMIT 3"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
RESULTS = "application/sparql-results+json"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"


class Reply(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get_content_type()


def send(
    site: str,
    path: str,
    method: str = "GET",
    body: bytes | str | None = None,
    timeout: float = 60,
    **headers: str,
) -> Reply:
    """One request on a connection of its own; underscores in header names are hyphens."""
    url = urllib.parse.urlsplit(site)
    assert url.hostname
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=timeout)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def ask(site: str, text: str, more: str = "", **headers: str) -> Reply:
    return send(site, f"/sparql?query={urllib.parse.quote(text)}{more}", **headers)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server that only answers, for 2 seconds at most."""
    with served("--timeout", "2", "--rate", "0") as address:
        yield address


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that takes updates."""
    scratch = str(tmp_path_factory.mktemp("scratch"))
    with served("--rate", "0", "--scratch", scratch, LDN_GRAPH_UPDATE_TOKEN=TOKEN) as address:
        yield address


def test_w3c_protocol_description_and_graph_store(writable: str) -> None:
    script = CONFORMANCE / "w3c_protocol.py"
    if not script.is_file():
        assert not os.environ.get("CI"), f"{script} must be there in CI"
        pytest.skip(f"no W3C manifests at {CONFORMANCE} (LDN_GRAPH_CONFORMANCE)")
    options = ["--query-url", f"{writable}/sparql", "--update-url", f"{writable}/update"]
    options += ["--gsp-url", f"{writable}/store", "--header", f"Authorization: Bearer {TOKEN}"]
    done = subprocess.run(
        [sys.executable, str(script), *options, "--fails"],
        capture_output=True,
        text=True,
        check=True,
    )
    passed = dict(re.findall(r"^(\S+)\s+(\d+/\d+)$", done.stdout, re.MULTILINE))
    expected = {"protocol": "34/34", "service-description": "3/3"}
    assert passed == expected | {"gsp-indirect": "9/9", "gsp-direct": "4/4"}, done.stdout


@pytest.mark.parametrize(
    ("accept", "table", "graph"),
    [
        ("", RESULTS, "text/turtle"),
        ("*/*", RESULTS, "text/turtle"),
        ("application/json", "application/json", "application/json"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml", None),
        ("application/sparql-results+json;q=0, text/*;q=0.2", "text/csv", "text/turtle"),
        ("text/tab-separated-values", "text/tab-separated-values", None),
        ("application/n-triples, text/turtle;q=0.9", None, "application/n-triples"),
        ("application/trig", None, "application/trig"),
        ("application/n-quads", None, "application/n-quads"),
        ("application/rdf+xml", None, "application/rdf+xml"),
        ("application/ld+json", None, "application/ld+json"),
        ("image/png", None, None),
    ],
)
def test_the_best_form_that_the_client_takes(
    endpoint: str, accept: str, table: str | None, graph: str | None
) -> None:
    construct = "CONSTRUCT WHERE { ?s a ldnv:Claim }"
    for text, expected in ((ROWS, table), (construct, graph)):
        reply = ask(endpoint, text, Accept=accept)
        assert reply.status == (200 if expected else 406), reply.body
        assert "Accept" in reply.headers["Vary"]
        if not expected:
            assert b"accept one of" in reply.body
            continue
        assert reply.type == expected
        if text == ROWS:
            format_ = ox.QueryResultsFormat.from_media_type(expected) or ox.QueryResultsFormat.JSON
            if format_ != ox.QueryResultsFormat.CSV:  # which pyoxigraph can't read
                found = ox.parse_query_results(reply.body, format=format_)
                assert isinstance(found, ox.QuerySolutions)
                assert len(list(found)) == 3
        else:
            rdf = ox.RdfFormat.from_media_type(expected) or ox.RdfFormat.JSON_LD
            assert list(ox.parse(reply.body, format=rdf))


@pytest.mark.parametrize(
    ("short", "expected"), [("csv", "text/csv"), ("xml", "application/sparql-results+xml")]
)
def test_short_names_of_formats(endpoint: str, short: str, expected: str) -> None:
    for name in ("format", "output"):
        assert ask(endpoint, ROWS, f"&{name}={short}", Accept="text/html").type == expected
    assert ask(endpoint, ROWS, "&format=xlsx").status == 400


def test_text_is_decoded_once_however_it_comes(endpoint: str) -> None:
    text = 'SELECT ("50%25 +ä\\u00e9" AS ?x) {}'
    form = urllib.parse.urlencode({"query": text}).encode()
    replies = [
        ask(endpoint, text),
        send(endpoint, "/sparql", "POST", form, Content_Type=FORM),
        send(endpoint, "/sparql", "POST", text.encode(), Content_Type=QUERY),
    ]
    for reply in replies:
        rows = json.loads(reply.body)["results"]["bindings"]
        assert rows == [{"x": {"type": "literal", "value": "50%25 +äé"}}]


@pytest.mark.parametrize(
    ("method", "path", "type_", "body", "status", "words"),
    [
        ("GET", "/sparql?query=SELEC", "", None, 400, "begins no query"),
        ("GET", "/sparql?quer=ASK%7B%7D", "", None, 400, "there is no query"),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "", None, 400, "twice"),
        ("GET", "/sparql?query=ASK%7B%7D%00", "", None, 400, "NUL"),
        ("GET", "/sparql?query=%FF", "", None, 400, "UTF-8"),
        ("GET", "/sparql?query=ASK%7B%7D&timeout=soon", "", None, 400, "seconds"),
        ("GET", "/sparql?update=DROP%20ALL", "", None, 400, "/update"),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=x%20y", "", None, 400, "no IRI"),
        ("GET", "/sparql?query=SELECT*%7BSERVICE%3Ca:b%3E%7B%7D%7D", "", None, 400, "SERVICE"),
        ("PUT", "/sparql", QUERY, b"ASK {}", 405, "GET, HEAD, POST"),
        ("GET", "/update", "", None, 405, "POST"),
        ("POST", "/sparql", "text/plain", b"ASK {}", 415, QUERY),
        ("POST", "/sparql", f"{QUERY}; charset=utf-16", "ASK {}".encode("utf-16"), 415, "UTF-8"),
        ("POST", "/sparql", QUERY, b"ASK { \xff }", 400, "UTF-8"),
        ("POST", "/sparql", QUERY, b"#" * (1 << 20) + b"ASK {}", 413, "bytes"),
        ("POST", "/update", "application/sparql-update", b"DROP ALL", 403, "no updates"),
        ("PUT", "/store?default", "text/turtle", b"", 403, "no updates"),
        ("GET", "/store", "", None, 400, "name a graph"),
        ("GET", "/store?graph=http://nowhere.example/", "", None, 404, "no such graph"),
    ],
)
def test_refusals_have_a_status_and_words(
    endpoint: str, method: str, path: str, type_: str, body: bytes, status: int, words: str
) -> None:
    headers = {"Content_Type": type_} if type_ else {}
    reply = send(endpoint, path, method, body, **headers)
    assert reply.status == status, reply.body
    assert words in reply.body.decode()
    assert reply.type == "text/plain"
    problem = send(endpoint, path, method, body, Accept="application/problem+json", **headers)
    if problem.status != 406:
        assert problem.type == "application/problem+json"
        assert json.loads(problem.body)["status"] == status
    if status == 405:
        assert "POST" in reply.headers["Allow"]


def test_the_token_and_nothing_else_opens_updates(writable: str) -> None:
    update = {"Content_Type": "application/sparql-update"}
    text = b"INSERT DATA { GRAPH <urn:token> { <urn:a> <urn:b> 1 } }"
    for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        refused = send(writable, "/update", "POST", text, **update, **wrong)
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    right = {"Authorization": f"Bearer {TOKEN}"}
    done = send(writable, "/update", "POST", text, **update, **right)
    assert done.status == 200
    assert done.headers["X-Durable"] == "disk"
    assert send(writable, "/store?graph=urn:token").body == b"<urn:a> <urn:b> 1 .\n"
    assert "Access-Control-Allow-Origin" not in send(writable, "/update", "OPTIONS").headers


def test_head_options_and_strangers_pages(endpoint: str) -> None:
    whole, head = ask(endpoint, ROWS), ask(endpoint, ROWS, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    asked = send(endpoint, "/sparql", "OPTIONS", Origin="https://example.org")
    assert asked.status == 204
    for reply in (whole, asked):
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in reply.headers
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]


def test_what_has_not_changed_is_not_sent_again(endpoint: str) -> None:
    first = ask(endpoint, ROWS)
    again = ask(endpoint, ROWS, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    several = ask(endpoint, ROWS, If_None_Match=f'"a,b", {first.headers["ETag"]}')
    assert (several.status, several.body) == (304, b"")
    assert ask(endpoint, ROWS, If_None_Match="*").status == 304
    assert ask(endpoint, "SELEC", If_None_Match="*").status == 400  # there is nothing to have
    other = ask(endpoint, ROWS, If_None_Match=first.headers["ETag"], Accept="text/csv")
    assert other.status == 200
    assert other.headers["ETag"] != first.headers["ETag"]
    volatile = ask(endpoint, "SELECT (RAND() AS ?x) {}")
    assert "ETag" not in volatile.headers
    assert volatile.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("limit", [200, 30_000])
def test_compressed_answers_are_the_same(endpoint: str, limit: int) -> None:
    text = f"SELECT * {{ ?s ?p ?o }} ORDER BY ?s ?p ?o LIMIT {limit}"
    plain, small = ask(endpoint, text), ask(endpoint, text, Accept_Encoding="br, gzip")
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.body) < len(plain.body) / 4
    assert gzip.decompress(small.body) == plain.body


def test_a_large_answer_is_whole_and_as_long_as_it_says(endpoint: str) -> None:
    reply = ask(endpoint, "CONSTRUCT WHERE { ?s ?p ?o }", Accept="application/n-triples")
    assert len(reply.body) == int(reply.headers["Content-Length"]) > 1 << 20
    counted = json.loads(ask(endpoint, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body)
    assert len(reply.body.splitlines()) == int(counted["results"]["bindings"][0]["n"]["value"])


def test_descriptions_are_rdf_for_programs_and_a_page_for_people(endpoint: str) -> None:
    for path in ("/sparql", "/.well-known/void", "/dataset", "/.well-known/sparql-examples"):
        for type_ in ("text/turtle", "application/ld+json", "application/rdf+xml"):
            reply = send(endpoint, path, Accept=type_)
            format_ = ox.RdfFormat.from_media_type(reply.type)
            assert format_
            assert len(list(ox.parse(reply.body, format=format_))) > 20
    page = send(endpoint, "/sparql?query=ASK%7B%7D", Accept="text/html,*/*;q=0.8")
    assert (page.status, page.headers["Location"]) == (303, "/query?query=ASK%7B%7D")
    assert b"BasicFederatedQuery" not in send(endpoint, "/sparql").body


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void", "/dataset"])
@pytest.mark.parametrize("host", ["a b", "a:b:c", "a" * 300, "[::1", "<x>", "[:::]"])
def test_a_host_that_is_none_is_in_no_description(endpoint: str, path: str, host: str) -> None:
    reply = send(endpoint, path, Host=host, Accept="text/turtle")
    assert (reply.status, reply.type) == (400, "text/plain")
    assert b"mend the Host header" in reply.body and len(reply.body) < 200


def test_every_example_runs_as_it_is_described(endpoint: str) -> None:
    store = ox.Store()
    reply = send(endpoint, "/.well-known/sparql-examples", Accept="text/turtle")
    store.load(reply.body, format=ox.RdfFormat.TURTLE)
    found = store.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?text { ?q a sh:SPARQLExecutable ;"
        " <http://www.w3.org/2000/01/rdf-schema#comment> ?c ; sh:select ?text }"
    )
    texts = [row["text"].value for row in found]  # type: ignore[union-attr]
    assert len(texts) == len(list((ROOT / "queries").glob("*.rq")))
    for text in texts:
        assert ask(endpoint, text).status == 200, text


def test_sparqlwrapper_rdflib_and_curl_are_content(endpoint: str) -> None:
    wrapper = SPARQLWrapper(f"{endpoint}/sparql")
    wrapper.setReturnFormat(JSON)
    for method in ("GET", "POST"):
        wrapper.setMethod(method)
        wrapper.setQuery(ROWS)
        assert len(wrapper.queryAndConvert()["results"]["bindings"]) == 3
    remote = SPARQLStore(f"{endpoint}/sparql")
    rows = list(remote.query("SELECT ?s { ?s a <https://w3id.org/ldn-graph/vocab#Claim> } LIMIT 5"))
    assert len(rows) == 5
    curl = shutil.which("curl")
    if curl:
        asked = [curl, "-sf", "--compressed", f"{endpoint}/sparql", "--data-urlencode"]
        done = subprocess.run([*asked, f"query={ROWS}"], capture_output=True, check=True)
        assert len(json.loads(done.stdout)["results"]["bindings"]) == 3


def test_another_endpoint_federates_with_this_one(endpoint: str) -> None:
    text = f"SELECT ?s {{ SERVICE <{endpoint}/sparql> {{ ?s a ldnv:Claim }} }} LIMIT 7"
    prefixes = {"ldnv": "https://w3id.org/ldn-graph/vocab#"}
    found = ox.Store().query(text, prefixes=prefixes)
    assert isinstance(found, ox.QuerySolutions)
    assert len(list(found)) == 7


def test_a_hundred_runaways_leave_a_thousand_health_checks_alone(endpoint: str) -> None:
    with ThreadPoolExecutor(100) as crowd:
        runaways = [crowd.submit(ask, endpoint, f"{RUNAWAY} #{n}") for n in range(100)]
        time.sleep(0.5)
        checks = [send(endpoint, "/health/live", timeout=10).status for _ in range(1000)]
        ends = [r.result() for r in runaways]
    assert set(checks) == {200}
    assert {r.status for r in ends} <= {503, 504}
    assert 504 in {r.status for r in ends}
    assert all(r.body for r in ends)
    assert all("Retry-After" in r.headers for r in ends if r.status == 503)
    assert ask(endpoint, ROWS).status == 200
    assert idle(endpoint)


def idle(endpoint: str) -> bool:
    """Whether no evaluator has anything to do, a moment later at most."""
    for _ in range(100):
        if b'ldn_graph_evaluators{state="busy"} 0.0' in send(endpoint, "/metrics").body:
            return True
        time.sleep(0.05)
    return False


def test_a_client_that_goes_away_stops_its_query(endpoint: str) -> None:
    with pytest.raises(TimeoutError):
        ask(endpoint, RUNAWAY, "&timeout=2", timeout=0.5)
    before = stopped(endpoint)
    assert idle(endpoint)
    assert stopped(endpoint) == before  # it did not need its deadline for that


def stopped(endpoint: str) -> float:
    """How many queries met their deadline."""
    found = re.search(rb'queries_stopped{why="deadline"} (\S+)', send(endpoint, "/metrics").body)
    assert found
    return float(found[1])


def newest_server() -> int:
    """The server that this process started last."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(stat[1]) == os.getpid() and b"serve" in (entry / "cmdline").read_bytes():
                found[int(stat[19])] = int(entry.name)
        except OSError:
            continue
    return found[max(found)]


def keepers(server: int) -> list[int]:
    """The keeper that a server has started and that lives."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            keeper = b"engine.keeper" in (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if keeper and int(stat[1]) == server and stat[0] != "Z":
            found.append(int(entry.name))
    return found


def test_killed_processes_cost_no_wrong_answer() -> None:
    with served("--rate", "0") as site:
        server = newest_server()
        right = json.loads(ask(site, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body)
        wrong: list[bytes] = []
        statuses: set[int] = set()
        killed = 0
        stop = threading.Event()

        def keep_asking(who: int) -> None:
            n = 0
            while not stop.is_set():
                n += 1
                reply = ask(site, f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} #{who}.{n}")
                statuses.add(reply.status)
                if reply.status == 200 and json.loads(reply.body) != right:
                    wrong.append(reply.body)

        with ThreadPoolExecutor(4) as crowd:
            askers = [crowd.submit(keep_asking, who) for who in range(4)]
            for _ in range(4):
                time.sleep(0.5)
                for pid in keepers(server):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
            time.sleep(1)
            stop.set()
            for asker in askers:
                asker.result()
        assert killed >= 2
        assert wrong == []
        assert statuses <= {200, 503}
        for _ in range(100):
            if send(site, "/health/ready").status == 200:
                break
            time.sleep(0.05)
        assert json.loads(ask(site, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } #last").body) == right
        last = keepers(server)
    assert last
    assert not any(Path(f"/proc/{pid}").exists() for pid in last)


def test_too_many_requests_of_one_client_have_to_wait() -> None:
    with served("--rate", "20") as site:
        statuses = [ask(site, f"ASK {{}} #{n}").status for n in range(30)]
        assert statuses[:19] == [200] * 19
        assert statuses[-1] == 429
        limited = ask(site, "ASK {}")
        assert int(limited.headers["Retry-After"]) in range(1, 62)
        assert send(site, "/health/live").status == 200
