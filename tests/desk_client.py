"""A client of a workspace's server in this process, and signing in by it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from ldn_graph.web.app import create_app
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.web.settings import Settings
from tests.curators import ADA, ANN, BEN, copied, staffed

PASSWORD = "correct horse battery"
HTML = {"accept": "text/html"}


def peopled(folder: Path) -> Path:
    """A workspace of the synthetic corpus whose people can sign in."""
    corpus = copied(folder)
    staffed(corpus)
    for name in (ADA, ANN, BEN):
        Accounts(beside(corpus)).set_password(name, PASSWORD)
    return corpus


@contextmanager
def serving(corpus: Path, **chosen: Any) -> Iterator[TestClient]:
    """The server of a workspace."""
    app = create_app(Settings(data=corpus, curate=True, **chosen))
    with TestClient(app, base_url="http://localhost", headers=HTML) as client:
        yield client


def stranger(client: TestClient, address: str = "192.0.2.1") -> TestClient:
    """Another client of the same server, who has not signed in and comes from `address`."""
    return TestClient(
        client.app, base_url="http://localhost", headers=HTML, client=(address, 50000)
    )


def secret(client: TestClient, path: str) -> str:
    """What a form of the page at `path` sends along."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert found, path
    return found[1]


def sign_in(client: TestClient, name: str) -> TestClient:
    """The client, signed in from now on."""
    fields = {"name": name, "password": PASSWORD, "csrf": secret(client, "/sign-in")}
    assert client.post("/sign-in", data=fields).url.path == "/curate"
    return client


def send(client: TestClient, path: str, of: str = "", **fields: Any) -> Any:
    """Send the form of the page `of` (else of `path`)."""
    return client.post(path, data={"csrf": secret(client, of or path), **fields})
