"""The signed cookie of those who sign in: `Secure` wherever a browser speaks TLS."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from ldn_graph.web.auth.accounts import SESSION_DAYS
from ldn_graph.web.http.hosts import is_forwarded, is_loopback
from ldn_graph.web.settings import Settings


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
