"""No answer says where a server keeps its files, and no log what was in a request."""

import ast
import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path

import httpx
import pytest
import structlog
from starlette.routing import Route
from starlette.testclient import TestClient

from ldn_graph.web import observability
from ldn_graph.web.app import create_app
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.web.http.messages import without_paths
from ldn_graph.web.settings import Settings
from tests.curators import ADA, copied, staffed

WEB = Path(observability.__file__).parent
#: Where the text of an error is no part of an answer: a log, an exception's kind.
NO_ANSWERS = {"messages.py", "background_tasks.py", "publication.py", "accounts.py"}
#: What stands for a parameter of a path.
ODD = ("x", "x y", "%00", "..%2f..%2fx", "%ff", "1", "-1", "a" * 300, "drugamine")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/srv/c/claims/a.yaml:3: wrong", "claims/a.yaml:3: wrong"),
        ("is on record in /srv/c; look", "is on record in the corpus; look"),
        ("file:///srv/c/x and /srv/c/.ldn-graph/y", "file://x and .ldn-graph/y"),
        ("/srv/texts/smith.txt: another", "smith.txt: another"),
        ("/srv/cc/x, /a/srv/c/x: others'", "/srv/cc/x, /a/srv/c/x: others'"),
        ("/srv/c", "the corpus"),
    ],
)
def test_a_folder_of_the_server_is_not_in_a_message(text: str, told: str) -> None:
    chosen = Settings(data=Path("/srv/c"), texts=Path("/srv/texts"))
    assert without_paths(text, chosen) == told


@pytest.mark.parametrize("path", sorted(WEB.rglob("*.py")), ids=lambda p: p.name)
def test_an_error_gets_into_an_answer_in_one_way(path: Path) -> None:
    if path.name in NO_ANSWERS or path.parent.name == "engine":
        return
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    raised = {n for r in ast.walk(tree) if isinstance(r, ast.Raise) for n in ast.walk(r)}
    for node in ast.walk(tree):
        shown = isinstance(node, ast.FormattedValue) and ast.unparse(node.value) == "error"
        if node not in raised and (shown or ast.unparse(node) == "str(error)"):
            lines = text.splitlines()[node.lineno - 3 : node.lineno]  # type: ignore[attr-defined]
            allowed = "without_paths(" in lines[-1] or "NoToken" in lines[0]
            assert allowed, f"{path.name}: {lines[-1].strip()}: write message_of(request, error)"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Path]]:
    folder = tmp_path_factory.mktemp("secret-place")
    desk = staffed(copied(folder))
    token = Accounts(beside(desk.folder)).make_token(ADA, "t")
    texts = folder / "texts"
    texts.mkdir()
    app = create_app(Settings(data=desk.folder, texts=texts, curate=True))
    headers = {"authorization": f"Bearer {token}"}
    yield TestClient(app, "http://localhost", False, headers=headers), folder


def addresses(client: TestClient) -> Iterator[tuple[str, str]]:
    for route in client.app.routes:  # type: ignore[attr-defined]
        if isinstance(route, Route):
            for odd in ODD if "{" in route.path else ODD[:1]:
                for method in sorted(route.methods or {"GET"}):
                    yield method, re.sub(r"\{[^}]*\}", odd, route.path)


def test_no_route_says_where_files_lie(client: tuple[TestClient, Path]) -> None:
    asked, folder = client
    seen = 0
    for method, path in addresses(asked):
        for accept in ("text/html", "application/json"):
            given = {"accept": accept}
            sent = {"id": "x", "unfinished": "../x", "of": "x", "old": "x", "kept": "x"}
            data = sent if method == "POST" else None
            answer: httpx.Response = asked.request(
                method, path, headers=given, data=data, follow_redirects=False
            )
            assert str(folder) not in answer.text and "/site-packages/" not in answer.text, path
            assert "Traceback" not in answer.text, path
            seen += answer.status_code >= 400
    assert seen > 200


def test_a_fault_in_the_log_has_no_variables() -> None:
    written = io.StringIO()
    with redirect_stderr(written):
        observability.configure_logs("info")
        try:
            _fault("open sesame")
        except ValueError as error:
            structlog.get_logger("x").error("fault", exc_info=error)
        structlog.reset_defaults()
    (line,) = written.getvalue().splitlines()
    frames = json.loads(line)["exception"][0]["frames"]
    assert [f["name"] for f in frames][-1] == "_fault" and "sesame" not in line


def _fault(password: str) -> None:
    raise ValueError(len(password))
