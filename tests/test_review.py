"""Who may do what, and which claims need two reviewers."""

from pathlib import Path

import pytest

from ldn_graph.curation import policy
from ldn_graph.curation.policy import Permission, ReviewRule
from ldn_graph.errors import DataError, NotAllowed
from ldn_graph.grading.strength import Rule, grade
from ldn_graph.records.model import Agent, Claim, Corpus
from ldn_graph.records.vocabularies import (
    Action,
    AgentKind,
    AgentRole,
    Basis,
    Design,
    Direction,
    Predicate,
    Role,
    Status,
)
from tests.conftest import ROOT

CONTESTED = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"


@pytest.fixture(scope="module")
def table() -> ReviewRule:
    return policy.read_review_rule(ROOT / "data" / "review.yaml")


def person(*roles: AgentRole, kind: AgentKind = AgentKind.PERSON) -> Agent:
    return Agent(id="ann", name="Ann", kind=kind, roles=roles)


def test_every_action_needs_a_permission_that_somebody_has(table: ReviewRule) -> None:
    assert set(policy.NEEDS) == set(Action)
    assert {p for line in table.may.values() for p in line} == set(Permission)


def test_roles_add_up_and_no_role_is_a_curator(table: ReviewRule) -> None:
    assert table.permissions(person()) == table.permissions(person(AgentRole.CURATOR))
    both = table.permissions(person(AgentRole.CURATOR, AgentRole.REVIEWER))
    assert both == {Permission.DISCUSS, Permission.DRAFT, Permission.REVIEW}
    assert table.permissions(person(AgentRole.ADMIN)) == set(Permission)


def test_who_may_not_is_told_who_may(table: ReviewRule, mini: Corpus) -> None:
    claim = mini.claims[CONTESTED]
    with pytest.raises(NotAllowed) as caught:
        policy.demand_action(person(), claim, Action.ACCEPT, table)
    assert str(caught.value) == (
        f"ann may not accept claim {CONTESTED!r} (has no role, so counts as curator); it takes "
        "reviewer or editor or admin: ask an admin for that role"
    )
    policy.demand_action(person(AgentRole.REVIEWER), claim, Action.ACCEPT, table)


@pytest.mark.parametrize("action", list(Action))
def test_a_program_writes_drafts_and_nothing_more(
    table: ReviewRule, mini: Corpus, action: Action
) -> None:
    robot = person(AgentRole.ADMIN, kind=AgentKind.SOFTWARE)
    if action in (Action.CREATE, Action.EDIT, Action.REVISE, Action.COMMENT):
        policy.demand_action(robot, mini.claims[CONTESTED], action, table)
    else:
        with pytest.raises(NotAllowed, match="is a program, so may not"):
            policy.demand_action(robot, mini.claims[CONTESTED], action, table)


def test_a_role_without_a_line_is_noticed(tmp_path: Path) -> None:
    text = (ROOT / "data" / "review.yaml").read_text(encoding="utf-8")
    path = tmp_path / "review.yaml"
    path.write_text(text.replace("  admin: [", "  #"), encoding="utf-8")
    with pytest.raises(DataError, match="no line for the role admin; add one"):
        policy.read_review_rule(path)


# ---- two reviewers


def only(claim: Claim, *directions: Direction) -> Claim:
    kept = tuple(i for i in claim.evidence if i.direction in directions)
    assert kept
    return claim.model_copy(update={"evidence": kept})


def with_claim(corpus: Corpus, claim: Claim) -> Corpus:
    return corpus.model_copy(update={"claims": {**corpus.claims, claim.id: claim}})


def test_new_evidence_on_the_other_side_needs_two(
    table: ReviewRule, mini: Corpus, rule: Rule
) -> None:
    claim = mini.claims[CONTESTED]
    in_force = only(claim, Direction.SUPPORTS)
    found = policy.second_review_reasons(claim, with_claim(mini, in_force), rule, table)
    assert f"it speaks against {CONTESTED}: new evidence takes the other side" in found
    assert not policy.conflicts(claim, mini), "nothing new in it"


def test_a_claim_that_says_the_opposite_needs_two(mini: Corpus) -> None:
    old = mini.claims["drugamine-decreases-inflammation"]
    new = old.model_copy(update={"id": "new", "predicate": Predicate.INCREASES})
    assert policy.conflicts(new, mini) == ((old.id, "increases and decreases can't both hold"),)
    assert not policy.conflicts(new.model_copy(update={"predicate": Predicate.AFFECTS}), mini)
    gone = with_claim(mini, old.model_copy(update={"status": Status.RETRACTED}))
    assert not policy.conflicts(new, gone), "only claims in force can be spoken against"


def test_the_same_claim_refuted_under_another_id_needs_two(mini: Corpus) -> None:
    old = only(mini.claims[CONTESTED], Direction.SUPPORTS)
    new = only(mini.claims[CONTESTED], Direction.REFUTES).model_copy(update={"id": "new"})
    assert [name for name, _ in policy.conflicts(new, with_claim(mini, old))] == [CONTESTED]


def measured(claim: Claim, **changes: object) -> Claim:
    """The claim of a mechanism with one result of a study."""
    item = claim.evidence[0].model_copy(
        update={"role": Role.PRIMARY_RESULT, "basis": (Basis.OWN_RESULT,), **changes}
    )
    return claim.model_copy(update={"id": "new", "evidence": (item,)})


def test_a_level_that_rises_high_needs_two(table: ReviewRule, mini: Corpus, rule: Rule) -> None:
    old = mini.claims["endorphin-decreases-inflammation"]
    animals = measured(old, design=Design.ANIMAL)
    assert grade(animals, mini, rule).level == table.two_reviewers.level_from
    told = policy.second_review_reasons(animals, mini, rule, table)
    assert told == ("its evidence level is 2 (measured in animals)",)
    in_force = with_claim(mini, animals)
    assert policy.second_review_reasons(animals, in_force, rule, table) == (), "nothing rises"
    cells = measured(old, design=Design.IN_VITRO)
    assert policy.second_review_reasons(cells, mini, rule, table) == ()


def test_the_deprecated_level_asks_for_nobody(table: ReviewRule, mini: Corpus, rule: Rule) -> None:
    trial = only(mini.claims[CONTESTED], Direction.SUPPORTS).model_copy(update={"id": "new"})
    found = grade(trial, mini, rule)
    assert found.version_1_level > found.level
    assert policy.second_review_reasons(trial, with_claim(mini, trial), rule, table) == ()
