"""A workspace of the shipped corpus with three people and accounts, curated by browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT

from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Agent
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.workspace import Workspace

PASSWORD = "correct horse battery"
PEOPLE = (("ada", "admin"), ("grace", "reviewer"), ("cleo", "curator"))


def curated(folder: Path) -> Path:
    """Make the workspace in `folder`, which is not there yet."""
    corpora.save(corpora.read(ROOT / "data")[0], folder)
    for name in ("strength.yaml", "review.yaml"):
        (folder / name).write_bytes((ROOT / "data" / name).read_bytes())
    desk = Workspace.open(folder)
    for name, role in PEOPLE:
        desk.put_agent(Agent(id=name, name=name.title(), kind="person", roles=(role,)), by="ada")
        Accounts(beside(folder)).set_password(name, PASSWORD)
    return folder


@pytest.fixture(scope="module")
def sessions() -> dict[str, Any]:
    """The cookies of those who have signed in."""
    return {}


@pytest.fixture
def signed_in(browse: Callable[..., Any], sessions: dict[str, Any]) -> Callable[[str], Any]:
    """The cookies of a person, who signs in by the form the first time."""

    def sign_in(name: str) -> Any:
        if name not in sessions:
            page = browse("/sign-in")
            page.fill("#name", name)
            page.fill("#password", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url("**/curate")
            sessions[name] = page.context.storage_state()
        return sessions[name]

    return sign_in


@pytest.fixture
def as_person(browse: Callable[..., Any], signed_in: Callable[[str], Any]) -> Callable[..., Any]:
    """A page of somebody who has signed in."""
    return lambda name, path="/curate", **options: browse(
        path, storage_state=signed_in(name), **options
    )


@pytest.fixture
def look_as(look: Callable[..., Any], signed_in: Callable[[str], Any]) -> Callable[..., Any]:
    """`as_person` for a test that only looks."""
    return lambda name, path="/curate", **options: look(
        path, storage_state=signed_in(name), **options
    )
