"""Accept headers: what a client would rather have, on every face alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ldn_graph.web.app import create_app
from ldn_graph.web.http.negotiation import best, ranges, takes_gzip, wants_page, wants_problem
from ldn_graph.web.settings import Settings

TYPES = ["text/turtle", "application/ld+json", "text/html"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("*", "text/turtle"),
        ("Text/HTML", "text/html"),
        ("text/html;Q=0.1, application/ld+json ; q = 0.2", "application/ld+json"),
        ("application/ld+json, */*", "application/ld+json"),
        ("*/*;q=0.5, text/turtle;q=0", "application/ld+json"),
        ("text/*;q=0, */*", "application/ld+json"),
        ('application/ld+json;profile="a,b;q=0";q=0.9, text/html;q=0.8', "application/ld+json"),
        ("nonsense, text/html", "text/html"),
        ("nonsense", ""),
        ("image/png", ""),
        ("text/turtle;q=0", ""),
    ],
)
def test_the_type_that_a_header_would_rather_have(header: str, expected: str) -> None:
    assert best(TYPES, header)[0] == expected


@given(st.text(alphabet='abc/*;q=0.5,"\\ \t\x00é', max_size=60))
def test_no_header_is_a_fault(header: str) -> None:
    name, gladly = best(TYPES, header)
    assert 0 <= gladly <= 1 and bool(name) == (gladly > 0)
    assert all(len(r) == 3 for r in ranges(header))
    assert wants_page(header) in (True, False) and takes_gzip(header) in (True, False)


@pytest.mark.parametrize(
    ("header", "page", "problem"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True, False),
        ("TEXT/HTML", True, False),
        ("text/html;q=0", False, False),
        ("text/html;q=0, application/json", False, True),
        ("application/json, text/html;q=0.1", False, True),
        ("application/xhtml+xml", True, False),
        ("image/text/html", False, False),
        ("text/htmlx", False, False),
        ("*/*", False, False),
        ("", False, False),
        ("application/problem+json;q=0.1", False, True),
        ("application/problem+json;q=0", False, False),
    ],
)
def test_a_page_is_for_those_who_name_one(header: str, page: bool, problem: bool) -> None:
    assert (wants_page(header), wants_problem(header)) == (page, problem)


@pytest.mark.parametrize("path", ["/nothing/at/all", "/api/nothing", "/claim/nothing"])
@pytest.mark.parametrize(
    ("header", "page"), [("text/html", True), ("Text/HTML;q=1", True), ("text/html;q=0", False)]
)
def test_an_error_has_the_form_that_is_asked_for(
    client: TestClient, path: str, header: str, page: bool
) -> None:
    found = client.get(path, headers={"accept": header})
    assert found.status_code == 404
    is_page = found.headers["content-type"].startswith("text/html")
    assert is_page is (page and not path.startswith("/api"))


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings()), base_url="http://localhost")


@pytest.mark.parametrize("path", ["/dataset.nq", "/about", "/api/claims"])
@pytest.mark.parametrize(
    ("coding", "zipped"),
    [("gzip", True), ("br, gzip;q=0.1", True), ("gzip;q=0", False), ("identity", False)],
)
def test_an_answer_is_compressed_for_those_who_take_it(
    client: TestClient, path: str, coding: str, zipped: bool
) -> None:
    found = client.get(path, headers={"accept-encoding": coding})
    assert found.status_code == 200
    assert (found.headers.get("content-encoding") == "gzip") is zipped
