"""/sparql: questions by GET, by form, as a body. /update and /store: changes, with the token."""

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
from ldn_graph.web.engine.pool import Job
from ldn_graph.web.sparql import request
from ldn_graph.web.sparql.http_exchange import Exchange, Lines, TooMuch

METHODS = "GET, HEAD, POST, OPTIONS"
FORM, QUERY, UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
#: A URL's query may have so many bytes more than a text: percent signs treble it.
_ESCAPED = 3


class WrongType(LdnError):
    """The body has a type that can't be read here."""

    status = 415


class Endpoint:
    """Answers queries with the engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def __call__(self, http: Exchange) -> None:
        """Answer one request that is no bare GET. Raises LdnError, Gone."""
        if http.method in ("GET", "HEAD"):
            encoded = http.scope["query_string"]
            if len(encoded) > self.engine.limits.text * _ESCAPED:
                raise _too_long(self.engine.limits.text)
            asked = request.form(encoded, http.accept)
        else:
            asked = await self._posted(http)
        if len(asked.question.text) > self.engine.limits.text:
            raise _too_long(self.engine.limits.text)
        await self.answer(http, asked)

    async def answer(self, http: Exchange, asked: request.Asked) -> None:
        """Answer a query that has been read. Raises LdnError, Gone."""
        engine = self.engine
        tag = f"{engine.version}-{asked.digest}" if http.has_tag else ""
        if tag and http.matches(tag):
            await http.unchanged(tag)
            return
        watch = _Watch(engine, http)
        try:
            found = await engine.ask(
                asked.question, client=http.client, seconds=asked.seconds, on_slow=watch.begin
            )
        finally:
            watch.end()
        kind = asked.wanted.graph_type if found.graph else asked.wanted.results_type
        await http.answer(found, kind, f"{found.version}-{asked.digest}")

    async def _posted(self, http: Exchange) -> request.Asked:
        kind = http.media_type
        if kind not in (FORM, QUERY):
            raise wrong_type(kind, UPDATE, (FORM, QUERY), "/update")
        require_utf8(http)
        body = await http.body(self.engine.limits.text * (_ESCAPED if kind == FORM else 1))
        in_url = request.pairs(http.scope["query_string"])
        if kind == QUERY:
            return request.query(in_url, request.decoded(body), http.accept)
        if not in_url:
            return request.form(body, http.accept)
        return request.query([*in_url, *request.pairs(body)], None, http.accept)


class _Watch:
    """Stops a slow query when its client goes away."""

    def __init__(self, engine: Engine, http: Exchange) -> None:
        self._engine, self._http = engine, http
        self._task: asyncio.Task[None] | None = None

    def begin(self, job: Job) -> None:
        """Called with the job that is slow."""
        self._task = asyncio.get_running_loop().create_task(self._wait(job))

    def end(self) -> None:
        """There is an answer."""
        if self._task:
            self._task.cancel()

    async def _wait(self, job: Job) -> None:
        await self._http.gone()
        self._engine.cancel(job)


def require_utf8(http: Exchange) -> None:
    """Raises WrongType for a body in another character set."""
    if http.charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise WrongType(f"the body is said to be {http.charset}; SPARQL is sent as UTF-8")


def wrong_type(kind: str, other: str, known: tuple[str, ...], place: str) -> LdnError:
    """The error for a body of a type that isn't read here; `other` belongs to `place`."""
    if kind == other:
        return WrongType(f"{kind} is read at {place}; send it there")
    if not kind:
        return UsageError(f"the body has no Content-Type; name one of {', '.join(known)}")
    return WrongType(f"{kind} can't be read here; send {' or '.join(known)}")


def _too_long(most: int) -> TooMuch:
    return TooMuch(f"the query has more than {most:,} bytes, the most that is read; shorten it")


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
    known = {**request.GRAPH_TYPES}
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
