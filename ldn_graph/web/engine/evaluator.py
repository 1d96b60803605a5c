"""Answers one query after the other from a store that nobody else changes.

It counts while it is written, so that what is too large is refused instead of being cut.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from time import monotonic
from typing import IO, Any, NamedTuple, cast

import pyoxigraph as ox

from ldn_graph.errors import BadQuery, LdnError
from ldn_graph.store.sparql import explained, forbid_remote, tokens
from ldn_graph.web.engine.job import (
    DUMP,
    GRAPHS,
    RESULTS,
    AnswerTooLarge,
    NoGraph,
    NotAcceptable,
    Question,
)
from ldn_graph.web.engine.sandbox import most_memory

#: Answers up to this many bytes stay in memory.
SHORT = 1 << 20
#: What a format has once a row, but for so many; in JSON and CSV literals may hold it too.
_ROW = {"json": (b"},{", 1), "xml": (b"<result>", 0), "csv": (b"\n", -1), "tsv": (b"\n", -1)}
_QUOTED = {
    "json": re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL),
    "csv": re.compile(rb'"[^"]*"'),
}


class Spool:
    """A file object for an answer in `format` with at most `rows` rows and `size` bytes."""

    def __init__(self, format: str, rows: int, size: int, folder: str | None) -> None:
        self.file: IO[bytes] | None = None
        self.size = 0
        self._format, self._rows, self._limit, self._folder = format, rows, size, folder
        self._mark, self._count = _ROW.get(format, (b"", 0))
        self._parts: list[bytes] = []
        self._tail = b""
        self._counting = False

    @property
    def output(self) -> IO[bytes]:
        """This, as far as the engine needs a file."""
        return cast("IO[bytes]", self)

    def write(self, data: bytes) -> int:
        """Raises AnswerTooLarge."""
        self.size += len(data)
        if self.size > self._limit:
            raise AnswerTooLarge(
                f"the answer has more than {self._limit:,} bytes, which is the most that is sent; "
                "add LIMIT and OFFSET, ask for fewer columns, or take the whole dataset from "
                "/dataset.nq"
            )
        (self.file.write if self.file else self._parts.append)(data)
        if self._mark and self.size > self._rows:  # no row is shorter than a byte
            self._count_rows(data)
        if self.file is None and self.size > SHORT:
            self.file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            self.file.write(b"".join(self._parts))
            self._parts = []
        return len(data)

    def flush(self) -> None:
        """Bring what was written to the file."""
        if self.file:
            self.file.flush()

    def close(self) -> None:
        """The engine is done; the answer stays."""

    @property
    def content(self) -> bytes:
        """The answer, where it is short."""
        return b"".join(self._parts) if len(self._parts) != 1 else self._parts[0]

    def _count_rows(self, data: bytes) -> None:
        if self._counting:
            found, self._tail = _counted(self._tail + data, self._mark)
            self._count += found
        else:
            self._counting = True
            self._count, self._tail = self._marks(None)
        if self._count > self._rows and self._recount() > self._rows:
            raise AnswerTooLarge(
                f"the answer has more than {self._rows:,} rows, which is the most that is sent; "
                "add LIMIT and OFFSET, count in the query, or take the whole dataset from "
                "/dataset.nq"
            )

    def _recount(self) -> int:
        """The rows so far, marks in literals left out; counting goes on from there."""
        quoted = _QUOTED.get(self._format)
        if quoted:
            self._count, _ = self._marks(quoted)
        return self._count

    def _marks(self, quoted: re.Pattern[bytes] | None) -> tuple[int, bytes]:
        """The rows so far by their marks, without those that are `quoted`; and the tail."""
        count = _ROW[self._format][1]
        rest = tail = b""
        for piece in self._pieces():
            bare = rest + piece
            if quoted:
                bare, quote, opened = quoted.sub(b"", bare).partition(b'"')
                rest = quote + opened
            found, tail = _counted(tail + bare, self._mark)
            count += found
        return count, tail

    def _pieces(self) -> Iterator[bytes]:
        yield from self._parts
        if self.file:
            self.file.seek(0)
            while piece := self.file.read(SHORT):
                yield piece


def _counted(data: bytes, mark: bytes) -> tuple[int, bytes]:
    """How many marks there are, and the end of `data` that may be the beginning of another.

    >>> _counted(b"x},{y}", b"},{")
    (1, b'y}')
    """
    overlap = len(mark) - 1
    return data.count(mark), data[-overlap:] if overlap else b""


#: What may give another answer the next time.
_VOLATILE = re.compile(r"\b(?:rand|now|(?:str)?uuid|bnode|service)\b")
#: A text without any of these needs no closer look.
_TELLING = ("service", "load", "rand", "now", "uuid", "bnode")
#: Longer texts are told the engine's own words: finding better ones takes too long.
_EXPLAINED = 20_000
#: An evaluator that has held so many bytes more than at its beginning ends after its answer.
_GROWTH = 128 << 20
#: What is answered in so many seconds can't have made it grow by much.
_QUICK = 0.005

#: What the first byte of a reply says: it holds triples and no rows; it may differ the next time
#: (RAND, NOW), so it is not kept; it is in the file whose descriptor follows; it is a refusal; the
#: evaluator has grown too large and ends.
GRAPH, VOLATILE, FILED, REFUSED, LEAVING = 1, 2, 4, 8, 16

_Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
#: What a reply's first byte says, and the answer or the refusal.
Outcome = tuple[int, Spool | bytes]


class Reply(NamedTuple):
    """An evaluator's reply as it comes to the front."""

    flags: int
    body: bytes
    fd: int | None

    @property
    def leaving(self) -> bool:
        """Whether the evaluator ends."""
        return bool(self.flags & LEAVING)

    def drop(self) -> None:
        """Nobody takes it."""
        if self.fd is not None:
            os.close(self.fd)


def receive(channel: Connection) -> Reply:
    """The reply that lies in `channel`. Raises EOFError, OSError where the other side has gone."""
    data = channel.recv_bytes()
    flags = data[0]
    return Reply(flags, data[1:], recv_handle(channel) if flags & FILED else None)


@dataclass(frozen=True)
class Rules:
    """What holds for each answer; see `Limits`. `prefixes` need no declaration."""

    rows: int
    bytes: int
    spool: str | None
    services: tuple[str, ...]
    prefixes: Mapping[str, str]
    base: str


def serve(channel: Connection, store: ox.Store, rules: Rules) -> None:
    """Answer until the other side closes, or this process has grown too large."""
    before, flags = most_memory(), 0
    while not flags & LEAVING:
        try:
            asked = channel.recv_bytes()
            begun = monotonic()
            flags, answer = reply(asked, store, rules)
            if monotonic() - begun > _QUICK and most_memory() - before > _GROWTH:
                flags |= LEAVING
            send(channel, flags, answer)
        except (EOFError, OSError):
            return


def send(channel: Connection, flags: int, answer: Spool | bytes) -> None:
    """Hand over a reply. Raises OSError where the other side has gone."""
    if isinstance(answer, bytes) or answer.file is None:
        body = answer if isinstance(answer, bytes) else answer.content
        channel.send_bytes(bytes((flags,)) + body)
    else:
        with answer.file as file:
            channel.send_bytes(bytes((flags | FILED,)))
            send_handle(channel, file.fileno(), os.getppid())


def reply(asked: bytes, store: ox.Store, rules: Rules) -> Outcome:
    """The answer to one request, or why there is none."""
    work = _dump if asked.startswith(DUMP) else _query
    try:
        return work(Question.from_bytes(asked[1:]), store, rules)
    except LdnError as error:
        return refusal(error)
    except MemoryError:
        os.abort()  # told apart from other ends by the front
    except (RuntimeError, OSError, ValueError) as error:
        return refusal(BadQuery(f"the engine can't answer this: {error}; rewrite that part"))
    except RecursionError:
        return refusal(BadQuery("the query is nested too deeply; write it flatter"))


def refusal(error: LdnError) -> Outcome:
    """An error as it crosses to the front."""
    return REFUSED, f"{type(error).__name__}\n{error}".encode()


def _query(question: Question, store: ox.Store, rules: Rules) -> Outcome:
    text = question.text
    small = text.lower()
    # other letters may count as these: a long s is an s where case doesn't matter
    plain = text.isascii() and not any(word in small for word in _TELLING)
    if not plain:
        _check_services(text, rules.services)
    found = _found(question, store, rules)
    name = question.graph if isinstance(found, ox.QueryTriples) else question.results
    if not name:
        raise _unacceptable(found)
    spool = Spool(name, rules.rows, rules.bytes, rules.spool)
    flags = 0 if plain or not _VOLATILE.search(small) else VOLATILE
    if isinstance(found, ox.QueryTriples):
        found.serialize(spool.output, format=GRAPHS[name])
        flags |= GRAPH
    else:
        found.serialize(spool.output, format=RESULTS[name])
    spool.flush()
    return flags, spool


def _found(question: Question, store: ox.Store, rules: Rules) -> _Found:
    """The engine's answer; what it leaves out of a text is only looked up when it misses it."""
    default = _graphs(question.default_graphs)
    named = _graphs(question.named_graphs)
    if default is not None or named is not None:
        # a dataset given by one kind of graph has none of the other
        default, named = default or [], named or []
    try:
        return store.query(question.text, default_graph=default, named_graphs=named)
    except SyntaxError:
        pass
    try:
        return store.query(
            question.text,
            prefixes=dict(rules.prefixes),
            base_iri=rules.base,
            default_graph=default,
            named_graphs=named,
        )
    except SyntaxError as error:
        raise bad_text(str(error), question.text, rules.prefixes) from None


def bad_text(
    message: str, text: str, prefixes: Mapping[str, str], *, update: bool = False
) -> BadQuery:
    """What is wrong with a text, in words and with its place."""
    if len(text) <= _EXPLAINED:
        try:
            return explained(message, text, prefixes, update=update)
        except RecursionError:
            pass
    return BadQuery(f"syntax error: {message[:500]}")


def _dump(question: Question, store: ox.Store, rules: Rules) -> Outcome:
    """One graph, its name in `default_graphs`; none there is the default graph."""
    graph: ox.NamedNode | ox.DefaultGraph = ox.DefaultGraph()
    for name in question.default_graphs or ():
        graph = named(name)
        if not store.contains_named_graph(graph):
            raise NoGraph(f"{name}: no such graph here; /sparql lists the graphs")
    spool = Spool("", rules.rows, rules.bytes, rules.spool)
    store.dump(spool.output, format=GRAPHS[question.graph], from_graph=graph)
    spool.flush()
    return GRAPH, spool


def _check_services(text: str, allowed: tuple[str, ...]) -> None:
    """Raises BadQuery for a SERVICE that is not allowed."""
    try:
        forbid_remote(text)
    except BadQuery:
        if not allowed or not _only(text, allowed):
            raise


def _only(text: str, allowed: Iterable[str]) -> bool:
    """Whether each SERVICE names an allowed endpoint in full, and nothing else could be one."""
    found = list(tokens(text))
    rest = text
    for at in reversed(range(len(found))):
        if found[at].kind != "word" or found[at].text.upper() != "SERVICE":
            continue
        after = at + 1
        if after < len(found) and found[after].text.upper() == "SILENT":
            after += 1
        if after >= len(found) or found[after].text[1:-1] not in allowed:
            return False
        rest = rest[: found[at].start] + "GRAPH" + rest[found[after].start :]
    try:
        forbid_remote(rest)
    except BadQuery:
        return False
    return True


def named(iri: str) -> ox.NamedNode:
    """Raises BadQuery for what is no absolute IRI."""
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise BadQuery(f"graph {iri!r} is no IRI ({error}); give an absolute one") from error


def _graphs(names: Iterable[str] | None) -> list[Any] | None:
    return None if names is None else [named(n) for n in names]


def _unacceptable(found: _Found) -> NotAcceptable:
    known: Callable[[Iterable[str]], str] = ", ".join
    if isinstance(found, ox.QueryTriples):
        types = known(f.media_type for f in GRAPHS.values())
        return NotAcceptable(f"this query's answer is a graph; accept one of {types}")
    types = known(f.media_type for f in RESULTS.values())
    return NotAcceptable(f"this query's answer is a table or a boolean; accept one of {types}")
