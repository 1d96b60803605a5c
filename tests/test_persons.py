"""A person is a person under any name: two agents with one ORCID review nothing of each other's."""

from pathlib import Path

import pytest

from ldn_graph.errors import NotAllowed, UsageError
from ldn_graph.records.model import Agent
from ldn_graph.records.vocabularies import AgentKind, AgentRole, Status
from ldn_graph.workspace import Workspace
from tests.curators import ADA, ANN, BEN, EVE, INFLAMMATION, copied, fields, staffed

ORCID = "0000-0002-1825-0097"  # ORCID's own example


def known(name: str, *roles: AgentRole) -> Agent:
    return Agent(id=name, name=name, kind=AgentKind.PERSON, roles=roles, orcid=ORCID)


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    desk = staffed(copied(tmp_path))
    desk.put_agent(known(ANN, AgentRole.CURATOR), by=ADA)
    return desk


def test_a_second_agent_with_an_orcid_takes_a_reason(desk: Workspace) -> None:
    seq = desk.seq
    for why in (None, "", "  "):
        with pytest.raises(UsageError, match=f"that of {ANN}"):
            desk.put_agent(known("ann-b", AgentRole.REVIEWER), by=ADA, why=why)
    assert desk.seq == seq and "ann-b" not in desk.corpus.agents
    done = desk.put_agent(known("ann-b", AgentRole.REVIEWER), by=ADA, why="she left and came back")
    assert desk.entries[-1].why == "she left and came back", done
    desk.put_agent(known(ANN, AgentRole.CURATOR, AgentRole.REVIEWER), by=ADA, why="roles")


@pytest.mark.parametrize("verb", ["accept", "return_", "reject"])
def test_nobody_reviews_under_another_name(desk: Workspace, verb: str) -> None:
    desk.put_agent(known("ann-b", AgentRole.REVIEWER), by=ADA, why="two names")
    desk.create(fields(desk.corpus.claims[INFLAMMATION], "new"), by=ANN)
    desk.submit("new", by=ANN)
    seq = desk.seq
    with pytest.raises(NotAllowed, match="same person as ann"):
        getattr(desk, verb)("new", by="ann-b", why="looks right")
    assert desk.seq == seq and desk.claim("new").status is Status.SUBMITTED
    desk.comment("new", by="ann-b", why="anybody may comment")
    desk.accept("new", by=BEN)


def test_whoever_has_no_orcid_is_compared_by_name(desk: Workspace) -> None:
    desk.create(fields(desk.corpus.claims[INFLAMMATION], "new"), by=EVE)
    desk.submit("new", by=EVE)
    desk.accept("new", by=BEN)
