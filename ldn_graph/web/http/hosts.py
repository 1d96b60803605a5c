"""Which server a request means: its Host must be one that is served here.

A page elsewhere can have its name resolved to this machine (DNS rebinding): only the Host tells.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ldn_graph.web.settings import Settings

#: `uri-host [ ":" port ]` of RFC 9110, 7.2, for names and addresses.
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{0,5})?")
_PROXIED = {b"x-forwarded-for", b"x-forwarded-host", b"forwarded", b"x-real-ip"}
_EVERY = ("0.0.0.0", "::")  # noqa: S104 (compared with, not listened at)


class Hosts:
    """Refuses requests whose Host is malformed (400) or another server's (421).

    Served are loopback, the address listened at and the host of the public URL. Without a public
    URL a proxy may pass any name, and a server that listens at every address has any.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        public = urlsplit(settings.public_url or "").hostname
        self._names = {name for name in (public, settings.host.lower(), "localhost") if name}
        self._told = public is not None
        self._every = settings.host in _EVERY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refused := self._refusal(scope)):
            await PlainTextResponse(*refused)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[str, int] | None:
        given = [value for name, value in scope["headers"] if name == b"host"]
        match = _HOST.fullmatch(given[0].decode("latin-1")) if len(given) == 1 else None
        if match is None:
            return "400 this request names no host, several, or one that is none\n", 400
        name = match[1].strip("[]").lower().rstrip(".")
        if name in self._names or is_loopback(name):
            return None
        proxied = any(key in _PROXIED for key, _ in scope["headers"])
        if not self._told and (proxied or self._every):
            return None
        return "421 this host is not served here; whoever runs it sets --public-url\n", 421


def is_loopback(name: str) -> bool:
    """Whether a host, without port and brackets, is this machine.

    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("a.org")
    (True, True, True, False)
    """
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
