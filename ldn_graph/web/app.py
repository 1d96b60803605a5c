"""The server put together: every part's routes, what answers have in common, and how it runs."""

import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from ldn_graph.errors import LdnError, UsageError
from ldn_graph.web import observability
from ldn_graph.web.api.app import create_api
from ldn_graph.web.assets import Assets
from ldn_graph.web.auth import signin
from ldn_graph.web.auth.accounts import Accounts
from ldn_graph.web.auth.guard import open_accounts
from ldn_graph.web.auth.signin import Sessions
from ldn_graph.web.background_tasks import is_there, warming, watching
from ldn_graph.web.connection import Bounded, allow_files
from ldn_graph.web.curation import routes as curate_routes
from ldn_graph.web.curation.error_reports import Senders
from ldn_graph.web.curation.publication import showing
from ldn_graph.web.curation.workspace_access import Office
from ldn_graph.web.explorer import lessons as lesson_pages
from ldn_graph.web.explorer import query as query_page
from ldn_graph.web.explorer import routes as site_routes
from ldn_graph.web.http import errors
from ldn_graph.web.http.middleware import Hosts, SecurityHeaders, Slashes
from ldn_graph.web.http.negotiation import Compressed
from ldn_graph.web.observability import Observed, configure_logs
from ldn_graph.web.past import Past
from ldn_graph.web.past import page as past_page
from ldn_graph.web.resources import routes as linked_routes
from ldn_graph.web.settings import Settings
from ldn_graph.web.sparql.app import with_endpoint
from ldn_graph.web.state import State

_HANDLERS: dict[Any, Any] = {
    LdnError: errors.ldn_error,
    HTTPException: errors.http_error,
    Exception: errors.server_error,
}


def create_app(settings: Settings, state: State | None = None) -> Starlette:
    """The whole server as an ASGI application. Raises FileError or DataError."""
    signin.require_curating(settings)
    accounts = open_accounts(settings)
    office = Office.open(settings)
    opened = state or _state(settings, office)
    opened.checks["the corpus's files"] = partial(is_there, opened)
    if office is not None:
        opened.checks["room on the disk"] = office.has_room
    api = create_api(opened)
    routes: list[BaseRoute] = [
        *linked_routes.routes,
        *site_routes.routes,
        *query_page.routes,
        *lesson_pages.routes,
        Route("/as-of", past_page),
        *observability.routes,
        *signin.routes,
        *curate_routes.routes,
        Mount("/api", api, name="api"),
        Mount("/static", Assets(), name="static"),
    ]
    app = Starlette(
        routes=routes,
        lifespan=_running,
        middleware=[
            Middleware(Observed),
            Middleware(SecurityHeaders),
            Middleware(Hosts, settings=settings),
            Middleware(Compressed, minimum_size=1000, compresslevel=5),
            Middleware(Slashes, base_path=settings.base_path),
            Middleware(Past, settings=settings, make=_past),
            *_sessions(settings, accounts),
        ],
        exception_handlers=_HANDLERS,
    )
    app.router.redirect_slashes = api.router.redirect_slashes = False
    app.state.ldn = opened
    api.state.site = app
    app.state.accounts = accounts
    app.state.office = office
    app.state.openid = signin.provider(settings)
    app.state.tries = signin.Tries()
    app.state.senders = Senders()
    return app


def _past(settings: Settings, state: State) -> Starlette:
    """The pages that an earlier state has; what all answers have in common is round it already."""
    api = create_api(state)
    app = Starlette(
        routes=[
            *linked_routes.routes,
            *site_routes.routes,
            Mount("/api", api, name="api"),
            Mount("/static", Assets(), name="static"),
        ],
        exception_handlers=_HANDLERS,
    )
    app.router.redirect_slashes = api.router.redirect_slashes = False
    app.state.ldn, api.state.site = state, app
    app.state.accounts = app.state.office = None
    return app


def _state(settings: Settings, office: Office | None) -> State:
    """What is served: the corpus's files; of a workspace, the state in force."""
    if office is None:
        return State.open(settings)
    made = State(settings, office.snapshot(), office.snapshot)
    made.problems = office.problems
    return made


@contextlib.asynccontextmanager
async def _running(app: Starlette) -> AsyncIterator[None]:
    """What runs beside the requests, from the server's start to its end."""
    async with contextlib.AsyncExitStack() as parts:
        await parts.enter_async_context(showing(app.state.office, app.state.ldn))
        await parts.enter_async_context(watching(app.state.ldn))
        await parts.enter_async_context(warming(app, app.state.ldn))
        yield


def _sessions(settings: Settings, accounts: Accounts | None) -> list[Middleware]:
    """The signed cookie of those who sign in; a server for reading sets no cookie at all."""
    if accounts is None:
        return []
    return [Middleware(Sessions, settings=settings, key=accounts.signing_key())]


def run(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; `tell` hears where it listens.

    Raises UsageError where the address is taken.
    """
    configure_logs(settings.log_level)
    app = with_endpoint(create_app(settings), settings)
    with _listen(settings) as listener:
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        tell(f"serving http://{shown}:{port}{settings.base_path}/  (Ctrl-C ends it)")
        allow_files()
        config = uvicorn.Config(
            app,
            http=Bounded,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=list(settings.proxies),
        )
        uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"{settings.host}:{settings.port}: can't listen there ({error.strerror}); "
            "name another with --port, or --port 0 for any that is free"
        ) from error
    listener.listen(2048)
    return listener


if sys.platform == "win32":  # pragma: no cover
    raise UsageError("the server needs fork(); run it on Linux, macOS or in the container")
