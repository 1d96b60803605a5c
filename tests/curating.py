"""A workspace of the shipped corpus with three people and accounts, curated by browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT

from ldn_graph import corpus as corpora
from ldn_graph.accounts import Accounts, beside
from ldn_graph.model import Agent
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


@pytest.fixture
def as_person(browse: Callable[..., Any]) -> Callable[..., Any]:
    """A page of somebody who has signed in."""

    def sign_in(name: str, path: str = "/curate", **options: Any) -> Any:
        page = browse(f"/sign-in?next={path}", **options)
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile(re.escape(path.partition("?")[0])))
        return page

    return sign_in
