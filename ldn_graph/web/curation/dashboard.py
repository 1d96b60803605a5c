"""Where a curator begins: what waits for them, the people of the corpus, the guides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph import files
from ldn_graph.curation.policy import Permission
from ldn_graph.curation.transitions import authors, is_of
from ldn_graph.errors import LdnError, UnknownName, UsageError
from ldn_graph.records.model import Agent, Claim
from ldn_graph.records.vocabularies import Action, Status
from ldn_graph.web.auth.accounts import Accounts
from ldn_graph.web.auth.guard import Person, accounts, address_of, signed_in, writer
from ldn_graph.web.curation.workspace_access import office, sheet
from ldn_graph.web.explorer.page import address
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
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


async def listed(request: Request) -> Response:
    """Everybody, with the claims that each still has open; and the form for one's own password."""
    return await _page(request, await signed_in(request))


async def hand_over(request: Request) -> Response:
    """Give all that somebody has open to somebody else."""
    person = await writer(request)
    fields = sent(request)
    whose, to, why = (str(fields.get(name, "")).strip() for name in ("of", "to", "why"))

    def give(workspace: Workspace) -> int:
        workspace.permitted(person.agent.id, Permission.RECORDS, "give away what others have open")
        names = workspace.open_of(workspace.agent(whose).id)
        workspace.permitted(to, Permission.DRAFT, "go on with claims")
        for name in names:
            workspace.reassign(name, to=to, by=person.agent.id, why=why or None)
        workspace.permitted(
            person.agent.id, Permission.RECORDS, "give away what somebody has begun"
        )
        return len(names) + workspace.unfinished.give(whose, to)

    try:
        number = await office(request).do(give)
    except LdnError as error:
        return await _page(
            request, person, error=error, values={k: str(v) for k, v in fields.items()}
        )
    return _back(request, f"{number} of {whose}'s are {to}'s now")


async def change_password(request: Request) -> Response:
    """Change one's own password, which takes the old one; other sessions end."""
    person = await writer(request)
    fields = sent(request)
    old, new, again = (str(fields.get(name, "")) for name in ("old", "new", "again"))
    kept, name = accounts(request), person.agent.id
    try:
        if person.csrf is None:
            raise UsageError("a token changes no password; sign in with a browser")
        if new != again:
            raise UsageError("the new password was typed in two ways; type it twice alike")
        if not request.app.state.tries.may(name, address_of(request)):
            raise UsageError("too many tries; wait a quarter of an hour")
        right = await request.app.state.tries.check(lambda: kept.password_is(name, old))
        if not right:
            await run_in_threadpool(
                kept.failed, name, "a password, to change it", address_of(request)
            )
            raise UsageError("the old password is wrong; type it again")
        await run_in_threadpool(_changed, kept, name, new, request)
    except LdnError as error:
        return await _page(request, person, error=error)
    return RedirectResponse(f"{settings(request).base_path}/sign-in?next=/curate/people", 303)


def _changed(kept: Accounts, name: str, new: str, request: Request) -> None:
    kept.set_password(name, new)  # which ends every session, this one too
    request.session.clear()


async def _page(
    request: Request,
    person: Person,
    *,
    error: LdnError | None = None,
    values: dict[str, str] | None = None,
) -> Response:
    def look(workspace: Workspace) -> dict[str, Any]:
        agents = sorted(workspace.corpus.agents.values(), key=lambda a: a.name)
        counted = [
            (a, len(workspace.open_of(a.id)), len(workspace.unfinished.names(a.id))) for a in agents
        ]
        return {
            "state": workspace.state,
            "people": counted,
            "able": workspace.able(Permission.DRAFT, but=""),
            "may": workspace.review.permissions(person.agent),
        }

    found = await office(request).ask(look)
    state: State = found.pop("state")
    answer = sheet(
        request,
        "curate/people.html",
        person,
        state,
        values=values or {},
        problem=message_of(request, error) if error else "",
        told=request.query_params.get("told", "")[:500],
        **found,
    )
    if error is not None:
        answer.status_code = status_of(error)
    return answer


def _back(request: Request, told: str) -> Response:
    path = f"{settings(request).base_path}/curate/people"
    return RedirectResponse(f"{path}?{urlencode({'told': told})}", 303)


#: Page → its document, and what a link to it says.
PAGES = {
    "guidelines": ("guidelines.md", "What is a claim, and how sure"),
    "curation": ("curation.md", "How it gets in, and who decides"),
}
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)\s]+)\)")


async def guide(request: Request) -> Response:
    """A document; the guidelines where none is named. Raises UnknownName."""
    person = await signed_in(request)
    name = request.path_params.get("name", "guidelines")
    if name not in PAGES:
        raise UnknownName.among("guide", name, PAGES)
    state = await office(request).ask(lambda w: w.state)
    shown = _guide(name, address(request, "/curate/guide"))
    return sheet(request, "curate/guide.html", person, state, guide=shown, name=name, pages=PAGES)


@cache
def _guide(name: str, place: str) -> Markup:
    """The document; a link to another one leads to its page below `place`, or is only its words."""
    text = (files.root() / "docs" / PAGES[name][0]).read_text(encoding="utf-8")
    pages = {document: f"{place}/{page}" for page, (document, _) in PAGES.items()}

    def there(link: re.Match[str]) -> str:
        found = pages.get(link[2])
        return f"[{link[1]}]({found})" if found else link[1]

    # the file is the project's own, and its HTML would be shown as text
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(_LINK.sub(there, text))
    made = made.replace("<pre>", '<pre tabindex="0">')  # by keyboard too, where it scrolls
    return Markup(made)  # noqa: S704 (no visitor's words are in it)
