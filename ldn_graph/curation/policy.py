"""Who may do what (the one table `review.yaml`), and what anybody may see of a corpus.

Drafts, claims that wait for review, rejected ones and next versions are for those who curate; so is
what curators say among themselves: comments, and why a claim was handed in, returned or taken back.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from ldn_graph.curation.transitions import authors, endorsed_by
from ldn_graph.errors import DataError, NotAllowed, UsageError
from ldn_graph.grading.rule import Level, Rule
from ldn_graph.grading.strength import grade
from ldn_graph.records import yaml_io
from ldn_graph.records.model import Agent, Claim, Corpus, CurationEvent, EvidenceItem, Value
from ldn_graph.records.values import IN_ORDER, Text
from ldn_graph.records.vocabularies import Action, AgentKind, AgentRole, Direction, Status

#: Statuses of a claim that anybody may see. A retracted one was in force, and stays readable.
PUBLIC = frozenset({Status.ACCEPTED, Status.RETRACTED})
#: Steps whose reasons are addressed to curators alone; that the step was taken is no secret.
_AMONG_CURATORS = frozenset(
    {
        Action.SUBMIT,
        Action.WITHDRAW,
        Action.RETURN,
        Action.REJECT,
        Action.ENDORSE,
        Action.DISCARD,
        Action.REASSIGN,
    }
)


def public_claim(claim: Claim) -> Claim:
    """A claim without comments, and without the reasons that were meant for curators."""
    history = tuple(
        _without_reason(event) for event in claim.history if event.action is not Action.COMMENT
    )
    return claim if history == claim.history else claim.model_copy(update={"history": history})


def _without_reason(event: CurationEvent) -> CurationEvent:
    if event.action not in _AMONG_CURATORS or not (event.why or event.reasons):
        return event
    return event.model_copy(update={"why": None, "reasons": ()})


class Publication:
    """Makes the public part of one corpus after another: what did not change is the same object."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Claim, Claim]] = {}
        self._last: tuple[Corpus, Corpus] | None = None

    def of(self, corpus: Corpus) -> Corpus:
        """The part of `corpus` that anybody may see."""
        if self._last is None or self._last[0] is not corpus:
            claims = {
                name: self._claim(claim)
                for name, claim in corpus.claims.items()
                if claim.status in PUBLIC
            }
            made = corpus.model_copy(update={"claims": claims, "proposals": {}})
            self._last = corpus, made
        return self._last[1]

    def _claim(self, claim: Claim) -> Claim:
        known = self._made.get(claim.id)
        if known is None or known[0] is not claim:
            known = self._made[claim.id] = claim, public_claim(claim)
        return known[1]


def public(corpus: Corpus) -> Corpus:
    """The part of `corpus` that anybody may see."""
    return Publication().of(corpus)


def unpublished(corpus: Corpus) -> Corpus:
    """`corpus` with the claims alone that are not public; a next version stands for its claim."""
    held = {name: c for name, c in corpus.claims.items() if c.status not in PUBLIC}
    return corpus.model_copy(update={"claims": {**held, **corpus.proposals}, "proposals": {}})


class Permission(StrEnum):
    """What a role allows."""

    DISCUSS = "discuss"
    DRAFT = "draft"
    REVIEW = "review"
    RECORDS = "records"
    RETRACT = "retract"
    PEOPLE = "people"


#: What each action on a claim needs.
NEEDS: dict[Action, Permission] = {
    Action.CREATE: Permission.DRAFT,
    Action.EDIT: Permission.DRAFT,
    Action.REVISE: Permission.DRAFT,
    Action.SUBMIT: Permission.DRAFT,
    Action.WITHDRAW: Permission.DRAFT,
    Action.ENDORSE: Permission.REVIEW,
    Action.ACCEPT: Permission.REVIEW,
    Action.RETURN: Permission.REVIEW,
    Action.REJECT: Permission.REVIEW,
    Action.RETRACT: Permission.RETRACT,
    Action.COMMENT: Permission.DISCUSS,
    Action.DISCARD: Permission.DRAFT,
    Action.OBSOLETE: Permission.RETRACT,
    Action.REASSIGN: Permission.DRAFT,
    Action.MERGE: Permission.RECORDS,
}
_Permissions = Annotated[tuple[Permission, ...], IN_ORDER]


class TwoReviewers(Value):
    refutes: bool
    level_from: Level


class ReviewRule(Value):
    """The table of `review.yaml`; every role must have its line."""

    version: Text
    two_reviewers: TwoReviewers
    may: Mapping[AgentRole, _Permissions]
    default_role: AgentRole
    software: _Permissions

    def permissions(self, agent: Agent) -> frozenset[Permission]:
        """What an agent may do: by its roles, and no more than a program may where it is one."""
        roles = agent.roles or (self.default_role,)
        by_role = frozenset(p for role in roles for p in self.may[role])
        return by_role & set(self.software) if agent.kind is AgentKind.SOFTWARE else by_role


def read_review_rule(path: Path, text: str | None = None) -> ReviewRule:
    """The table in `path`, or in `text`. Raises DataError where a role has no line."""
    rule = yaml_io.value(path, yaml_io.parse(path, text), ReviewRule)
    if missing := [role for role in AgentRole if role not in rule.may]:
        raise DataError(f"{path}: no line for the role {role}; add one" for role in missing)
    return rule


def demand(agent: Agent, permission: Permission, rule: ReviewRule, what: str) -> None:
    """Raises NotAllowed where `agent` may not; `what` says what was to be done."""
    if permission in rule.permissions(agent):
        return
    having = [role for role in AgentRole if permission in rule.may[role]]
    if agent.kind is AgentKind.SOFTWARE and permission not in rule.software:
        raise NotAllowed(f"{agent.id} is a program, so may not {what}; a person has to")
    roles = ", ".join(agent.roles) or f"no role, so counts as {rule.default_role}"
    raise NotAllowed(
        f"{agent.id} may not {what} (has {roles}); it takes {' or '.join(having)}: "
        "ask an admin for that role"
    )


def demand_action(
    agent: Agent,
    claim: Claim | None,
    action: Action,
    rule: ReviewRule,
    corpus: Corpus | None = None,
) -> None:
    """Raises NotAllowed where `agent` may not do `action` to `claim`.

    A program never hands in: what it writes stays a draft until a person submits it. With a
    `corpus`, nobody reviews what the same person did under another name.
    """
    what = f"{action} {'claims' if claim is None else f'claim {claim.id!r}'}"
    if agent.kind is AgentKind.SOFTWARE and action not in _PROGRAM_ACTIONS:
        raise NotAllowed(f"{agent.id} is a program, so may not {what}; a person has to")
    demand(agent, NEEDS[action], rule, what)
    if claim is not None and corpus is not None:
        _demand_other_person(agent, claim, action, corpus)


def _demand_other_person(agent: Agent, claim: Claim, action: Action, corpus: Corpus) -> None:
    """Raises NotAllowed where `agent` reviews what the same person did under another name: two
    agents with one ORCID are one person."""
    if agent.orcid is None or action not in _REVIEWING:
        return
    names = {a.id for a in corpus.agents.values() if a.orcid == agent.orcid} - {agent.id}
    done = names & (authors(claim.history) | endorsed_by(claim.history))
    if done:
        raise NotAllowed(
            f"claim {claim.id!r}: {agent.id} is the same person as {', '.join(sorted(done))} "
            f"(ORCID {agent.orcid}), who wrote or endorsed it, so may not {action} it; have "
            "somebody else review it"
        )


def demand_own_draft(agent: Agent, claim: Claim, action: Action, rule: ReviewRule) -> None:
    """Raises NotAllowed where `agent` would discard or give away the draft of somebody else without
    being trusted with records."""
    if agent.id in authors(claim.history) or Permission.RECORDS in rule.permissions(agent):
        return
    having = [role for role in AgentRole if Permission.RECORDS in rule.may[role]]
    raise NotAllowed(
        f"claim {claim.id!r} is not {agent.id}'s, so they may not {action} it; it takes one of its "
        f"authors, or {' or '.join(having)}"
    )


def demand_own_orcid(agent: Agent, corpus: Corpus, why: str | None) -> None:
    """Raises UsageError for an ORCID that another agent has, unless it is said why."""
    others = [a.id for a in corpus.agents.values() if a.id != agent.id and a.orcid == agent.orcid]
    if agent.orcid and others and not (why or "").strip():
        raise UsageError(
            f"agent {agent.id!r}: ORCID {agent.orcid} is that of {', '.join(others)}; correct it, "
            "or say why one person has two names here (--why)"
        )


_REVIEWING = (Action.ACCEPT, Action.RETURN, Action.REJECT)
_PROGRAM_ACTIONS = (Action.CREATE, Action.EDIT, Action.REVISE, Action.COMMENT)


def second_review_reasons(
    claim: Claim, corpus: Corpus, rule: Rule, review: ReviewRule
) -> tuple[str, ...]:
    """Why `claim` needs two reviewers besides its authors, in words; empty where one will do.

    `corpus` holds what is in force: `claim` may be a next version of a claim of it.
    """
    reasons = []
    if review.two_reviewers.refutes:
        reasons += [f"it speaks against {name}: {why}" for name, why in conflicts(claim, corpus)]
    before = _level_in_force(claim, corpus, rule)
    found = grade(claim, corpus, rule)
    if found.level > before and found.level >= review.two_reviewers.level_from:
        rises = f"rises from {before} to {found.level}" if before else f"is {found.level}"
        reasons.append(f"its evidence level {rises} ({found.grade.words})")
    return tuple(reasons)


def demand_sources(claim: Claim, corpus: Corpus) -> None:
    """Raises UsageError where `claim` has new evidence from a source that was retracted.

    What the version in force rests on may stay: it counts nothing, and the claim says so.
    """
    old = corpus.claims.get(claim.id)
    known = {i.source for i in old.evidence} if old is not None and old.current else set()
    for item in claim.evidence:
        source = corpus.sources.get(item.source)
        if source is not None and source.retracted and source.id not in known:
            raise UsageError(
                f"claim {claim.id!r}: {item.id} rests on {source.id}, which was retracted; "
                "take the item out, or cite another source"
            )


def conflicts(claim: Claim, corpus: Corpus) -> tuple[tuple[str, str], ...]:
    """The claims in force that `claim` would speak against, by id, each with why in words.

    The claim's own version in force is among them where new items take the other side.
    """
    found = []
    mine = _sides(claim.evidence, corpus)
    for other in corpus.claims.values():
        if not other.current or (other.subject, other.object) != (claim.subject, claim.object):
            continue
        theirs = _sides(other.evidence, corpus)
        if other.id == claim.id:
            if other.proposition == claim.proposition and _turned(theirs, mine):
                found.append((other.id, "new evidence takes the other side"))
        elif other.qualifiers == claim.qualifiers and _opposed(claim, mine, other, theirs):
            found.append((other.id, f"{claim.predicate} and {other.predicate} can't both hold"))
        elif other.proposition == claim.proposition and _turned(theirs, mine):
            found.append((other.id, "it says the same, and its evidence is on the other side"))
    return tuple(found)


def _sides(items: Iterable[EvidenceItem], corpus: Corpus) -> frozenset[Direction]:
    kept = (i for i in items if i.source in corpus.sources)
    sides = {i.direction for i in kept if not corpus.sources[i.source].retracted}
    return frozenset(sides - {Direction.INCONCLUSIVE})


def _turned(before: frozenset[Direction], after: frozenset[Direction]) -> bool:
    """Whether `after` has a side that `before`, which took one, had not."""
    return bool(before) and bool(after - before)


def _opposed(
    claim: Claim, mine: frozenset[Direction], other: Claim, theirs: frozenset[Direction]
) -> bool:
    """Whether both are supported, and one says more where the other says less."""
    supported = Direction.SUPPORTS in mine and Direction.SUPPORTS in theirs
    return supported and claim.info.sign * other.info.sign == -1


def _level_in_force(claim: Claim, corpus: Corpus, rule: Rule) -> int:
    old = corpus.claims.get(claim.id)
    return grade(old, corpus, rule).level if old is not None and old.current else 0
