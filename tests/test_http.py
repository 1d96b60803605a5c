"""If-None-Match as RFC 9110 has it (8.8.3.2 and 13.1.2), in the one place that reads it."""

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ldn_graph.web.http.etag import conditional, etag

TAG = 'W/"a,b"'


def answer(request: Request) -> Response:
    def made() -> Response:
        if "missing" in request.query_params:
            raise HTTPException(404)
        return PlainTextResponse("text", 200 if "refused" not in request.query_params else 422)

    return conditional(request, TAG, made, {"vary": "Accept"})


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/", answer, methods=["GET", "POST"])]))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (TAG, 304),
        ('"a,b"', 304),  # compared weakly
        (f'"x", {TAG}', 304),
        (f'"x",{TAG}, "y"', 304),
        (" * ", 304),
        ('"a"', 200),  # a comma in a tag parts nothing
        ("a,b", 200),  # no quotes, no tag
        ('W/"a,b', 200),
        ('"*"', 200),
        ('*, "x"', 200),
        ('w/"a,b"', 304),  # the tag is in it, whatever stands before
        ("", 200),
    ],
)
def test_what_the_client_has_is_not_sent_again(client: TestClient, given: str, status: int) -> None:
    found = client.get("/", headers={"if-none-match": given})
    assert found.status_code == status
    assert (found.headers["etag"], found.headers["vary"]) == (TAG, "Accept")
    assert found.text == ("" if status == 304 else "text")


def test_a_second_header_line_counts_too(client: TestClient) -> None:
    lines = [("if-none-match", '"x"'), ("if-none-match", TAG)]
    assert client.get("/", headers=lines).status_code == 304


@pytest.mark.parametrize("query", ["missing", "refused"])
def test_a_star_is_no_answer_where_there_is_nothing(client: TestClient, query: str) -> None:
    found = client.get(f"/?{query}", headers={"if-none-match": "*"})
    assert found.status_code == {"missing": 404, "refused": 422}[query]
    assert "etag" not in found.headers


@pytest.mark.parametrize("given", ["*", TAG])
def test_a_post_is_never_not_modified(client: TestClient, given: str) -> None:
    assert client.post("/", headers={"if-none-match": given}).status_code == 200


def test_a_tag_is_of_all_its_parts() -> None:
    tags = {etag("a", "b"), etag("ab"), etag("b", "a"), etag("a")}
    assert len(tags) == 4
    assert etag("a", "b") == etag("a", "b")
