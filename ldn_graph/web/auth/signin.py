"""Signing in and out: with a password, or through a provider of OpenID Connect (ORCID's is one).

Whoever tries too often has to wait: counted for each name and address, and for each address. A try
is counted before its password is looked at, so that many at once are no way round.
"""

from collections.abc import Callable
from functools import partial
from urllib.parse import quote, urlsplit

import structlog
from anyio import CapacityLimiter, to_thread
from authlib.integrations.starlette_client import OAuth, OAuthError, StarletteOAuth2App
from limits import RateLimitItemPerMinute, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ldn_graph.errors import NotAllowed, UnknownName
from ldn_graph.records.model import Agent
from ldn_graph.web.auth.accounts import SESSION_DAYS, Accounts
from ldn_graph.web.auth.guard import (
    CSRF_FIELD,
    OF_A_STRANGER,
    SESSION,
    accounts,
    address_of,
    from_here,
    person,
    same_site,
    visit,
    writer,
)
from ldn_graph.web.explorer.page import render
from ldn_graph.web.http.forms import PLAIN, demand_form, read_form
from ldn_graph.web.http.middleware import is_forwarded, is_loopback, subscriber
from ldn_graph.web.settings import Settings
from ldn_graph.web.state import settings, snapshot


class Sessions:
    """Sets a cookie that is `Secure` unless the public URL is plain HTTP, or none is told and a
    browser on this machine asks without a proxy between."""

    def __init__(self, app: ASGIApp, settings: Settings, key: str) -> None:
        self._public, self._proxies = settings.public_url, settings.proxies
        self._plain, self._secure = (
            SessionMiddleware(
                app,
                secret_key=key,
                session_cookie="ldn-graph",
                path=settings.base_path or "/",
                max_age=SESSION_DAYS * 24 * 3600,
                same_site="lax",
                https_only=secure,
            )
            for secure in (False, True)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        secure = scope["type"] == "http" and self._is_secure(scope)
        await (self._secure if secure else self._plain)(scope, receive, send)

    def _is_secure(self, scope: Scope) -> bool:
        if self._public is not None:
            return self._public.startswith("https://")
        host = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
        here = is_loopback(host) and not self._proxies and not is_forwarded(scope)
        return scope["scheme"] == "https" or not here


#: Tries after which one has to wait: OWASP's advice is a few, and a delay rather than a ban.
FOR_A_NAME = parse("5 per 15 minutes")
FOR_AN_ADDRESS = parse("30 per 15 minutes")
#: The provider may be asked for this many sign-ins a minute by one address.
FOR_A_PROVIDER = RateLimitItemPerMinute(20)
#: Passwords that are hashed at once, and requests that wait for it.
HASHED_AT_ONCE, WAITING = 2, 50
#: Characters of a name that are looked at: longer than any agent's id.
_NAME = 100
log = structlog.get_logger("ldn_graph.people")


class Tries:
    """Counts who tries to sign in, before it is known whether they may; kept in memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._hashing = CapacityLimiter(HASHED_AT_ONCE)

    def may(self, name: str, address: str) -> bool:
        """Count a try, and say whether it is one too many.

        Where an address has used up what it may, each name can still be tried once from there: many
        people share one address, and one of them who guesses must not lock out the others.
        """
        place = subscriber(address)
        if not self._limiter.hit(FOR_A_NAME, name, place):
            return False
        first = self._limiter.get_window_stats(FOR_A_NAME, name, place).remaining
        return self._limiter.hit(FOR_AN_ADDRESS, place) or first == FOR_A_NAME.amount - 1

    def succeeded(self, name: str, address: str) -> None:
        """Forget the tries of somebody who has signed in."""
        self._limiter.clear(FOR_A_NAME, name, subscriber(address))

    async def check(self, work: Callable[[], bool]) -> bool:
        """What `work`, which hashes a password, finds: few at a time, as each takes 64 MiB.

        Raises HTTPException 503 where too many wait.
        """
        if self._hashing.statistics().tasks_waiting >= WAITING:
            raise HTTPException(
                503, "too many sign in at once; try again in a few seconds", {"retry-after": "5"}
            )
        return await to_thread.run_sync(work, limiter=self._hashing)

    def may_ask_provider(self, address: str) -> bool:
        return self._limiter.hit(FOR_A_PROVIDER, "provider", subscriber(address))


def provider(chosen: Settings) -> StarletteOAuth2App | None:
    """The client of the provider that the settings name."""
    if chosen.openid is None:
        return None
    registry = OAuth()
    issuer = chosen.openid.issuer.rstrip("/")
    registry.register(
        "openid",
        client_id=chosen.openid.client_id,
        client_secret=chosen.openid.client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": 10},
    )
    client: StarletteOAuth2App = registry.openid
    return client


async def form(request: Request) -> Response:
    """The form to sign in with."""
    accounts(request)
    found = await run_in_threadpool(person, request)
    if found:
        return RedirectResponse(_onward(request, request.query_params.get("next", "")), 303)
    return _form(request)


async def with_password(request: Request) -> Response:
    """Sign in with a name and a password."""
    kept, address = accounts(request), address_of(request)
    from_here(request)
    demand_form(request, OF_A_STRANGER, PLAIN)
    fields = await read_form(request, OF_A_STRANGER)
    same_site(request, visit(request), str(fields.get(CSRF_FIELD, "")))
    name = str(fields.get("name", "")).strip()[:_NAME]
    password = str(fields.get("password", ""))
    tries: Tries = request.app.state.tries
    if not tries.may(name, address):
        answer = _form(request, "Too many tries: wait a quarter of an hour.", name, 429)
        answer.headers["retry-after"] = "900"
        return answer
    right = await tries.check(partial(kept.password_is, name, password))
    known = name in snapshot(request).graph.corpus.agents
    if not right or not known:
        # what is no name may be a password that was typed in the wrong place
        await run_in_threadpool(kept.failed, name if known else "?", "a password", address)
        return _form(request, "The name or the password is wrong.", name, 401)
    tries.succeeded(name, address)
    return await _begin(request, kept, name, "a password", str(fields.get("next", "")))


async def to_provider(request: Request) -> Response:
    """Send the browser to the provider."""
    kept_client = _client(request)
    if not request.app.state.tries.may_ask_provider(address_of(request)):
        return _form(request, "Too many tries: wait a minute.", status=429)
    request.session["next"] = request.query_params.get("next", "")
    try:
        answer: Response = await kept_client.authorize_redirect(request, _callback(request))
    except Exception as error:
        log.error("provider", exc_info=error)
        return _form(request, "The provider can’t be reached; try later.", status=503)
    return answer


async def from_provider(request: Request) -> Response:
    """The browser comes back from the provider with a code."""
    kept, client = accounts(request), _client(request)
    chosen = settings(request).openid
    assert chosen is not None
    try:
        token = await client.authorize_access_token(request)  # type: ignore[no-untyped-call]
    except OAuthError as error:
        return _form(request, f"The provider did not sign you in: {error.error}.", status=401)
    except Exception as error:
        log.error("provider", exc_info=error)
        return _form(request, "The provider’s answer can’t be trusted; try again.", status=401)
    subject = str(token.get("userinfo", {}).get("sub", ""))
    agent = await run_in_threadpool(_agent_of, request, kept, chosen.issuer, subject)
    if agent is None:
        await run_in_threadpool(kept.failed, subject, chosen.issuer, address_of(request))
        return _form(
            request,
            f"{chosen.issuer} knows you as {subject}, and no curator here is that; an admin adds "
            f"you with `ldn-graph account link NAME {chosen.issuer} {subject}`.",
            status=403,
        )
    onward = str(request.session.pop("next", ""))
    return await _begin(request, kept, agent.id, chosen.issuer, onward)


async def sign_out(request: Request) -> Response:
    """End the session."""
    await writer(request)
    secret = str(request.session.get(SESSION, ""))
    request.session.clear()
    await run_in_threadpool(accounts(request).end, secret, address_of(request))
    return RedirectResponse(settings(request).base_path + "/", 303)


def _form(request: Request, problem: str = "", name: str = "", status: int = 200) -> Response:
    answer = render(
        request,
        "sign-in.html",
        status=status,
        problem=problem,
        name=name,
        csrf=visit(request),
        next=request.query_params.get("next", ""),
        issuer=settings(request).openid.issuer if settings(request).openid else None,  # type: ignore[union-attr]
    )
    answer.headers["cache-control"] = "no-store"
    return answer


async def _begin(
    request: Request, kept: Accounts, agent: str, how: str, onward: str
) -> RedirectResponse:
    secret = await run_in_threadpool(kept.begin, agent, how, address_of(request))
    request.session.clear()
    request.session[SESSION] = secret
    return RedirectResponse(_onward(request, onward), 303)


def _onward(request: Request, path: str) -> str:
    """Where to go next: only ever a path of this site."""
    base = settings(request).base_path
    parts = urlsplit(path)
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return base + quote(path, safe="/?=&%#") if ours else f"{base}/curate"


def _client(request: Request) -> StarletteOAuth2App:
    client: StarletteOAuth2App | None = request.app.state.openid
    if client is None:
        raise UnknownName(
            f"{request.url.path}: no provider of OpenID Connect is set; sign in with a password, "
            "or start the server with --openid-issuer"
        )
    return client


def _callback(request: Request) -> str:
    chosen = settings(request)
    public = chosen.public_url or str(request.base_url).rstrip("/") + chosen.base_path
    return f"{public}/sign-in/openid/callback"


def _agent_of(request: Request, kept: Accounts, issuer: str, subject: str) -> Agent | None:
    """Who is meant: whoever was linked; with ORCID as the provider, whoever has that ORCID."""
    agents = snapshot(request).graph.corpus.agents
    linked = kept.agent_of_identity(issuer, subject)
    if linked is None and (urlsplit(issuer).hostname or "").endswith("orcid.org"):
        linked = next((a.id for a in agents.values() if a.orcid and a.orcid == subject), None)
    if linked is None or kept.is_disabled(linked):
        return None
    return agents.get(linked)


def require_curating(chosen: Settings) -> None:
    """Raise NotAllowed for settings that can't work."""
    if chosen.curate and chosen.data is None:
        raise NotAllowed(
            "the shipped corpus is for reading; make your own with `ldn-graph init DIR`, then "
            "`ldn-graph --data DIR serve --curate`"
        )


routes = [
    Route("/sign-in", form, methods=["GET"]),
    Route("/sign-in", with_password, methods=["POST"]),
    Route("/sign-in/openid", to_provider),
    Route("/sign-in/openid/callback", from_provider),
    Route("/sign-out", sign_out, methods=["POST"]),
]
