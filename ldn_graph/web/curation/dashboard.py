"""Where a curator begins: what they have begun, what waits for them, what happened lately."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.curation.policy import Permission
from ldn_graph.curation.transitions import authors, is_of
from ldn_graph.records.model import Agent, Claim
from ldn_graph.records.vocabularies import Action, Status
from ldn_graph.web.auth.guard import signed_in
from ldn_graph.web.curation.rendering import sheet
from ldn_graph.web.curation.workspace_access import office
from ldn_graph.workspace import Entry, Workspace
from ldn_graph.workspace.corpus_files import State

#: Changes that the first page shows; the others are on the page of changes.
LATELY = 12
#: Changes on a page.
PAGE = 100


@dataclass(frozen=True)
class Desk:
    """What lies on somebody's desk; `queue` is what they may review, oldest first."""

    drafts: tuple[Claim, ...]
    returned: tuple[Claim, ...]
    submitted: tuple[Claim, ...]
    queue: tuple[Claim, ...]
    unfinished: tuple[str, ...]
    lately: tuple[Entry, ...]
    permissions: frozenset[Permission]


async def home(request: Request) -> Response:
    """The desk of whoever is signed in."""
    person = await signed_in(request)
    found = await office(request).ask(lambda w: (desk_of(w, person.agent), w.state))
    reported = await run_in_threadpool(office(request).reports.number_waiting)
    new = await run_in_threadpool(office(request).watches.waiting, found[1].corpus)
    return sheet(
        request,
        "curate/home.html",
        person,
        found[1],
        desk=found[0],
        reported=reported,
        publications=len(new),
    )


async def changes(request: Request) -> Response:
    """Every change of the workspace, newest first."""
    person = await signed_in(request)
    asked = request.query_params.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else None

    def look(workspace: Workspace) -> tuple[list[Entry], State]:
        entries = reversed(workspace.entries)
        wanted = [e for e in entries if before is None or e.seq < before]
        return wanted[: PAGE + 1], workspace.state

    found, state = await office(request).ask(look)
    more = found[PAGE - 1].seq if len(found) > PAGE else None
    return sheet(request, "curate/changes.html", person, state, entries=found[:PAGE], more=more)


def desk_of(workspace: Workspace, agent: Agent) -> Desk:
    """What lies on an agent's desk now."""
    permissions = workspace.review.permissions(agent)
    open_ = tuple(_open(workspace))
    mine = [c for c in open_ if is_of(c, agent.id)]
    drafts = [c for c in mine if c.status is Status.DRAFT]
    waiting = (c for c in open_ if c.status is Status.SUBMITTED)
    others = [c for c in waiting if agent.id not in authors(c.history)]
    return Desk(
        drafts=tuple(c for c in drafts if not _returned(c)),
        returned=tuple(c for c in drafts if _returned(c)),
        submitted=tuple(c for c in mine if c.status is Status.SUBMITTED),
        queue=tuple(_oldest_first(others)) if Permission.REVIEW in permissions else (),
        unfinished=workspace.unfinished.names(agent.id),
        lately=tuple(reversed(workspace.entries[-LATELY:])),
        permissions=permissions,
    )


def _open(workspace: Workspace) -> Iterable[Claim]:
    """Every claim that somebody still has to do something with: next versions count."""
    waiting = (Status.DRAFT, Status.SUBMITTED)
    claims = workspace.corpus.claims.values()
    yield from (c for c in claims if c.status in waiting)
    yield from workspace.corpus.proposals.values()


def _returned(claim: Claim) -> bool:
    """Whether the last thing that a reviewer did to a draft was to give it back."""
    done = [e.action for e in claim.history if e.action is not Action.COMMENT]
    return done[-1] is Action.RETURN


def _oldest_first(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda c: (c.history[-1].on, c.id))
