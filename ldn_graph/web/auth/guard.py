"""Who is asking, and the guard before every write.

A browser shows a session, and must send back the session's secret (`csrf`) with each form, so
that no other site can write in its name. A program shows a token, which no browser sends by
itself.
"""

import secrets
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ldn_graph.errors import NotAllowed, NotSignedIn
from ldn_graph.records.model import Agent
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.web.http.forms import PLAIN, WITH_FILES, demand_form, read_form
from ldn_graph.web.settings import Settings
from ldn_graph.web.state import settings, snapshot

#: Where the signed cookie keeps the session's secret, and a secret for forms before signing in.
SESSION, VISIT = "session", "visit"
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
#: Bytes of a form without files, and of one that a stranger sends.
FORM, OF_A_STRANGER = 2**20, 2**13
_OLD = (
    "{}: this form is too old, or comes from another site; "
    "open the page again and send it from there"
)


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in. `csrf` is None for a program with a token."""

    agent: Agent
    csrf: str | None


def accounts(request: Request) -> Accounts:
    """The accounts of this server. Raises NotAllowed where nobody can sign in."""
    found: Accounts | None = request.app.state.accounts
    if found is None:
        raise NotAllowed(
            "this server is for reading only; start it with `ldn-graph --data DIR serve --curate` "
            "to let named curators write"
        )
    return found


def person(request: Request) -> Person | None:
    """Who is asking; None for a visitor, for an agent that the corpus no longer knows, and where
    nobody can sign in. Looks into the accounts' file: call it from a thread."""
    kept: Accounts | None = request.app.state.accounts
    if kept is None:
        return None
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    known = snapshot(request).graph.corpus.agents
    if scheme.lower() == "bearer":
        agent = known.get(kept.agent_of_token(token.strip()) or "")
        return None if agent is None else Person(agent, None)
    session = kept.session(request.session.get(SESSION, ""))
    agent = known.get(session.agent) if session else None
    return None if agent is None or session is None else Person(agent, session.csrf)


async def signed_in(request: Request) -> Person:
    """Who is asking. Raises NotSignedIn for a visitor, NotAllowed where nobody can sign in."""
    accounts(request)
    found = await run_in_threadpool(person, request)
    if found is None:
        raise NotSignedIn(
            f"{request.url.path}: this needs a name; sign in at "
            f"{settings(request).base_path}/sign-in, or send `Authorization: Bearer TOKEN`"
        )
    return found


async def writer(request: Request, most: int = FORM) -> Person:
    """Who is writing, when it is surely they who mean it; the form they sent has up to `most`
    bytes, files and all, and is read.

    Raises NotSignedIn, TooLarge, HTTPException 415 for what is no form of UTF-8, or NotAllowed for
    one that another site may have sent.
    """
    found = await signed_in(request)
    if found.csrf is not None:
        from_here(request)
    demand_form(request, most, PLAIN, WITH_FILES)
    fields = await read_form(request, most)
    if found.csrf is not None:
        secret = request.headers.get(CSRF_HEADER) or str(fields.get(CSRF_FIELD, ""))
        same_site(request, found.csrf, secret)
    return found


def from_here(request: Request) -> None:
    """Raise NotAllowed for a request that a browser sent for another site's page."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed(_OLD.format(request.url.path))


def same_site(request: Request, expected: str, sent: str) -> None:
    """Raise NotAllowed unless a form came from a page of ours."""
    from_here(request)
    if not secrets.compare_digest(expected.encode(), sent.encode()):
        raise NotAllowed(_OLD.format(request.url.path))


def visit(request: Request) -> str:
    """A secret for the forms of somebody who has not signed in; it goes into the cookie."""
    return str(request.session.setdefault(VISIT, secrets.token_urlsafe(24)))


def address_of(request: Request) -> str:
    """The client's address, as the proxy on loopback tells it."""
    return request.client.host if request.client else ""


def open_accounts(settings: Settings) -> Accounts | None:
    """The accounts of a server that lets curators write; None for one that is read only."""
    if not settings.curate or settings.data is None:
        return None
    return Accounts(beside(settings.data))
