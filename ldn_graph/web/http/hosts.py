"""Which server a request means: its Host must be one that is served here.

A page elsewhere can have its name resolved to this machine (DNS rebinding): only the Host tells.
"""

import ipaddress
import re
from urllib.parse import urlsplit

import structlog
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ldn_graph.web.settings import Settings

log = structlog.get_logger("ldn_graph.web")
#: `uri-host [ ":" port ]` of RFC 9110, 7.2, for names and addresses.
HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,255})(?::\d{0,5})?")
_FORWARDED = {b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"}
_FORWARDED |= {b"x-real-ip"}
_EVERY = ("0.0.0.0", "::")  # noqa: S104 (compared with, not listened at)


class Hosts:
    """Refuses requests whose Host is malformed (400) or another server's (421).

    Served are loopback, the address listened at and the host of the public URL. Without a public
    URL any name is, where there is a proxy or the server listens at every address.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        public = urlsplit(settings.public_url or "").hostname
        self._names = {name for name in (public, settings.host.lower(), "localhost") if name}
        self._unbelieved = not settings.proxies  # once
        self._any = public is None and bool(settings.proxies or settings.host in _EVERY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._unbelieved and scope["type"] == "http" and is_forwarded(scope):
            self._unbelieved = False
            remedy = "name the proxy with --proxy, or all its clients count as one"
            log.warning("forwarded address not believed", client=scope["client"], remedy=remedy)
        if scope["type"] == "http" and (refused := self._refusal(scope)):
            await PlainTextResponse(*refused)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[str, int] | None:
        given = [value for name, value in scope["headers"] if name == b"host"]
        match = HOST.fullmatch(given[0].decode("latin-1")) if len(given) == 1 else None
        if match is None:
            return "400 this request names no host, several, or one that is none\n", 400
        name = match[1].strip("[]").lower().rstrip(".")
        if self._any or name in self._names or is_loopback(name):
            return None
        return (
            "421 this host is not served here; whoever runs it sets --public-url or --proxy\n",
            421,
        )


def is_forwarded(scope: Scope) -> bool:
    """Whether a proxy says that it passes this request on, be it one that is believed or not."""
    return any(name in _FORWARDED for name, _ in scope["headers"])


def is_loopback(name: str) -> bool:
    """Whether a host, without port and brackets, is this machine.

    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("a.org")
    (True, True, True, False)
    """
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
