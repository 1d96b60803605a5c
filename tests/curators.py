"""A workspace of the synthetic corpus with people in it, and a clock that tests turn."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

from ldn_graph.records.model import Agent, Claim
from ldn_graph.records.vocabularies import AgentKind, AgentRole
from ldn_graph.workspace import Workspace
from tests.conftest import MINI

ANN, BEN, CAS, EVE, ADA, BOT = "ann", "ben", "cas", "eve", "ada", "bot"
ROLES = {
    ADA: (AgentRole.ADMIN,),
    ANN: (AgentRole.CURATOR,),
    BEN: (AgentRole.REVIEWER,),
    CAS: (AgentRole.CURATOR, AgentRole.REVIEWER),
    EVE: (AgentRole.EDITOR,),
}
INFLAMMATION = "drugamine-decreases-inflammation"
CONTESTED = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"


class Clock:
    """A minute later at each look."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now


def copied(folder: Path) -> Path:
    """A copy of the synthetic corpus that a test may change."""
    target = folder / "corpus"
    shutil.copytree(MINI, target)
    return target


def staffed(folder: Path) -> Workspace:
    """A workspace of it with an admin, curators, reviewers, an editor and a program."""
    desk = Workspace.open(folder, clock=Clock())
    for name, roles in ROLES.items():
        desk.put_agent(
            Agent(id=name, name=name.title(), kind=AgentKind.PERSON, roles=roles), by=ADA
        )
    desk.put_agent(Agent(id=BOT, name="Suggester", kind=AgentKind.SOFTWARE), by=ADA)
    return desk


def fields(claim: Claim, name: str, *, twin: bool = False, **others: Any) -> dict[str, Any]:
    """What a curator would type to make a claim like this one under another id: of another time
    in the course of things, lest two say the same, unless it is to be a twin."""
    plain = claim.model_dump(mode="json", exclude={"status", "history"}, exclude_none=True)
    if not twin:
        plain["qualifiers"] = {**plain.get("qualifiers", {}), "timing": f"as {name}"}
    return {**plain, "id": name, **others}


def measured(name: str) -> dict[str, Any]:
    """A claim that no other says, with a result in animals: it takes two reviewers."""
    item = {
        "id": "e1", "source": "synthetic-trial-a", "direction": "supports",
        "certainty": "asserted", "role": "primary-result", "basis": ["own-result"],
        "design": "animal", "finding": "made for a test",
    }  # fmt: skip
    return {
        "id": name, "subject": "endorphin", "predicate": "regulates", "object": "inflammation",
        "evidence": [item],
    }  # fmt: skip
