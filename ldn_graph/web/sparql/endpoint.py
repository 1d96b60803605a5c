"""/sparql: questions by GET, by form, and as a body."""

import asyncio

from ldn_graph.errors import LdnError, UsageError
from ldn_graph.web.engine.engine import Engine
from ldn_graph.web.engine.pool import Job
from ldn_graph.web.sparql import request
from ldn_graph.web.sparql.exchange import Exchange, TooMuch

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
