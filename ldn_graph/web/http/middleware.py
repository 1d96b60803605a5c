"""What stands before every page: hosts that are served, one address a page, security headers.

A page elsewhere can have its name resolved to this machine (DNS rebinding): only the Host tells.
"""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ldn_graph.web.settings import Settings

log = structlog.get_logger("ldn_graph.web")
#: `uri-host [ ":" port ]` of RFC 9110, 7.2, for names and addresses.
_HOST = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]{2,45})\]|(?P<name>[\w-]{1,63}(?:\.[\w-]{1,63}){0,126}\.?))"
    r"(?::(?P<port>\d{0,5}))?",
    re.ASCII,
)
_LAST_PORT = 65_535
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
        if scope["type"] == "http" and (refused := self.refusal(scope)):
            words, status = refused
            await PlainTextResponse(f"{status} {words}\n", status)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def refusal(self, scope: Scope) -> tuple[str, int] | None:
        """What a request is told, and the status; None for one that is meant. One of HTTP/1.0 need
        name no host."""
        given = [value for name, value in scope["headers"] if name == b"host"]
        if not given and scope["http_version"] == "1.0":
            return None
        name = host_of(given[0].decode("latin-1")) if len(given) == 1 else None
        if name is None:
            return (
                "this request names no host, several, or one that is none; mend the Host header",
                400,
            )
        if self._any or name in self._names or is_loopback(name):
            return None
        return (
            "this host is not served here; whoever runs it sets --public-url or --proxy",
            421,
        )


@lru_cache(maxsize=256)
def host_of(header: str) -> str | None:
    """The name or address of a Host header, in lower case; None for one that is malformed.

    >>> [host_of(h) for h in ("A.org.:80", "[::1]:7860", "[:::]", "a:99999", "a..b", "")]
    ['a.org', '::1', None, None, None, None]
    """
    match = _HOST.fullmatch(header)
    if match is None or int(match["port"] or 0) > _LAST_PORT:
        return None
    if match["name"]:
        return match["name"].lower().rstrip(".")
    try:
        return str(ipaddress.IPv6Address(match["v6"]))
    except ValueError:
        return None


def subscriber(address: str) -> str:
    """What counts as one address: of IPv6 the network that one subscriber has (RFC 6177).

    >>> subscriber("192.0.2.1"), subscriber("2001:db8:1:2:3::4"), subscriber("")
    ('192.0.2.1', '2001:db8:1:2::', '')
    """
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Address(int(found) >> 64 << 64))


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


#: What is mounted, and has its page at the slash.
_WITH_SLASH = "/api"


class Slashes:
    """Redirects to the path without the slash at its end.

    The router's own redirect names the server as it is asked, so behind a proxy that takes a
    prefix off it would lead out of the site.
    """

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self.app, self.base_path = app, base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        meant = _meant(scope["path"]) if scope["type"] == "http" else None
        if meant is None:
            await self.app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        address = self.base_path + quote(meant) + (f"?{query}" if query else "")
        await RedirectResponse(address, 308)(scope, receive, send)


def _meant(path: str) -> str | None:
    """The path that `path` should have been; None where it is as it should be.

    >>> _meant("/graph/"), _meant("/api"), _meant("/api/"), _meant("/"), _meant("//elsewhere/")
    ('/graph', '/api/', None, None, '/elsewhere')
    """
    if path == _WITH_SLASH:
        return path + "/"
    if path in ("/", _WITH_SLASH + "/") or not path.endswith("/"):
        return None
    # one slash at the start: two would name another server
    return "/" + path.strip("/")


#: A page may load only what the server itself ships; data: and blob: are for made pictures.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
_HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}


class SecurityHeaders:
    """Puts the headers on every answer that has none of its own (an embed may loosen one)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)
