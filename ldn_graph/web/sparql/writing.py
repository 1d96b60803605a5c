"""/update and /store: changing the store, for those who have the token."""

import asyncio
import hmac
import uuid
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from urllib.parse import urlsplit

from ldn_graph.errors import LdnError, UsageError
from ldn_graph.web.engine.engine import Changed, Engine
from ldn_graph.web.engine.job import Change
from ldn_graph.web.sparql import media, request
from ldn_graph.web.sparql.endpoint import (
    FORM,
    QUERY,
    UPDATE,
    WrongType,
    require_utf8,
    wrong_type,
)
from ldn_graph.web.sparql.exchange import Exchange, Lines

UPDATE_METHODS = "POST, OPTIONS"
STORE_METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
_MULTIPART = "multipart/form-data"
#: More parts than these are no upload but an attack.
_MOST_PARTS = 100


class NoToken(LdnError):
    """The request has no token, or not the right one."""

    status = 401


class Forbidden(LdnError):
    """The server takes no changes."""

    status = 403


class Writer:
    """Carries out changes; without `token` there are none."""

    def __init__(self, engine: Engine, token: str | None) -> None:
        self.engine = engine
        self._token = token.encode() if token else b""

    def permit(self, http: Exchange) -> None:
        """Raises Forbidden where nobody may write, NoToken where this client may not."""
        if not self._token:
            raise Forbidden(
                "this server takes no updates; start it with an update token to have them"
            )
        scheme, _, given = http.header(b"authorization").partition(" ")
        if scheme.lower() != "bearer":
            raise NoToken("updates need a token; send it as `Authorization: Bearer …`")
        if not hmac.compare_digest(given.strip().encode(), self._token):
            raise NoToken("this is not the token of this server; see how it was started")

    async def update(self, http: Exchange) -> None:
        """SPARQL Update by form or as a body. Raises LdnError."""
        self.permit(http)
        kind = http.media_type
        if kind not in (FORM, UPDATE):
            raise wrong_type(kind, QUERY, (FORM, UPDATE), "/sparql")
        require_utf8(http)
        body = await http.body(self.engine.limits.load)
        parameters = request.pairs(http.scope["query_string"])
        if kind == FORM:
            parameters += request.pairs(body)
            if request.one(parameters, "query") is not None:
                raise UsageError("this is a query; send it to /sparql")
            text = request.one(parameters, "update")
            if text is None:
                raise UsageError("there is no update; give one as 'update'")
            text = request.checked(text)
        else:
            text = request.decoded(body)
        using, using_named = request.using(parameters)
        change = Change("update", text, using=using, using_named=using_named)
        seconds = request.seconds(request.one(parameters, "timeout"))
        changed = await self.engine.change(change, seconds=seconds)
        await http.text(200, f"The update was carried out. {_how(changed)}", _kept(changed))

    async def store(self, http: Exchange) -> None:
        """PUT, POST or DELETE of a graph. Raises LdnError."""
        self.permit(http)
        graph = graph_name(http)
        if graph is None and http.method != "POST":
            raise UsageError("name a graph: ?graph=IRI, or ?default for the default graph")
        new = graph is None
        if graph is None:
            graph = f"{http.origin}/store/{uuid.uuid4()}"
        documents: tuple[tuple[str, str], ...] = ()
        if http.method != "DELETE":
            documents = await self._documents(http)
        change = Change(
            http.method.lower(), graph=graph, documents=documents, base=graph or f"{http.origin}/"
        )
        changed = await self.engine.change(change)
        headers: Lines = [(b"location", graph.encode())] if new else []
        kept = [(n.encode(), v.encode()) for n, v in _kept(changed).items()]
        await http.reply(201 if changed.new else 204, [*headers, *kept])

    async def _documents(self, http: Exchange) -> tuple[tuple[str, str], ...]:
        body = await http.body(self.engine.limits.load)
        if http.media_type != _MULTIPART:
            return ((request.decoded(body), _format(http.media_type or "text/turtle")),)
        found = await asyncio.to_thread(parts, http.header(b"content-type"), body)
        return tuple((request.decoded(content), _format(kind)) for kind, content in found)


def parts(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """The media type and content of each part of a multipart body, which has the form of a mail's.

    Raises UsageError.
    """
    head = b"content-type: %b\r\n\r\n" % content_type.encode("latin-1")
    found = BytesParser(EmailMessage, policy=policy.HTTP).parsebytes(head + body)
    if found.defects or not found.is_multipart():
        why = type(found.defects[0]).__name__ if found.defects else "it has no parts"
        raise UsageError(f"the multipart body can't be read ({why}); mend it")
    there = []
    for part in found.iter_parts():
        kind = part.get_content_type() if "content-type" in part else "text/turtle"
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise WrongType(f"a part is {kind}, which can't be read here; send graphs as parts")
        there.append((kind, content))
    if len(there) > _MOST_PARTS:
        raise UsageError(f"the body has more than {_MOST_PARTS} parts; send fewer")
    return there


def graph_name(http: Exchange) -> str | None:
    """The graph that a request is about; empty for the default graph, None for none.

    Raises UsageError where it can't be told.
    """
    parameters = request.pairs(http.scope["query_string"])
    named, default = request.one(parameters, "graph"), request.one(parameters, "default")
    direct = http.path.removeprefix("/store").lstrip("/")
    if sum(x is not None for x in (named, default, direct or None)) > 1:
        raise UsageError("name one graph: ?graph=IRI, or ?default, or a path below /store")
    if default is not None:
        return ""
    if direct:
        return f"{http.origin}/store/{direct}"
    if named is not None and not urlsplit(named).scheme:
        raise UsageError(f"graph {named!r} is no absolute IRI; give one like http://…")
    return named


def _format(kind: str) -> str:
    known = {**media.GRAPH_TYPES}
    del known["application/json"], known["application/xml"]
    if kind not in known:
        raise WrongType(f"{kind} can't be read here; send one of {', '.join(known)}")
    if known[kind] in ("trig", "nquads"):
        raise WrongType(f"{kind} holds several graphs; send one graph, such as text/turtle")
    return known[kind]


def _how(changed: Changed) -> str:
    if changed.durable:
        return "It is on disk."
    return "It is held in memory only, and gone when the server ends."


def _kept(changed: Changed) -> dict[str, str]:
    return {"x-durable": "disk" if changed.durable else "memory", "cache-control": "no-store"}
