"""What is being served: the opened corpus, and the version that every ETag is made of."""

import asyncio
import dataclasses
import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import pyoxigraph as ox
from anyio import to_thread
from starlette.requests import HTTPConnection

from ldn_graph.curation.policy import public
from ldn_graph.graph import EvidenceGraph
from ldn_graph.rdf.reader import Described
from ldn_graph.search import Index
from ldn_graph.search.facets import Facets
from ldn_graph.web.settings import Settings

#: Characters of a version: 64 bits of the data's SHA-256.
_DIGITS = 16


@dataclass(frozen=True)
class Snapshot:
    """The data as it was at a time; a handler takes one and uses it to its end."""

    graph: EvidenceGraph
    at: datetime
    #: The version, where it need not be made of every quad.
    known: str | None = None

    @cached_property
    def version(self) -> str:
        """A digest of every quad: the same data has the same version, on any machine; after a
        change by a curator, a digest of that change and of the version before."""
        if self.known:
            return self.known
        text = ox.serialize(self.graph.quads, format=ox.RdfFormat.N_QUADS)
        return hashlib.sha256(text or b"").hexdigest()[:_DIGITS]

    @cached_property
    def index(self) -> Index:
        """What is searched."""
        return Index(self.graph.corpus, self.graph.strengths)

    @cached_property
    def facets(self) -> Facets:
        """What claims are chosen and counted by."""
        return Facets(self.graph.corpus, self.graph.strengths)

    @cached_property
    def described(self) -> Described:
        """What the data say of each thing."""
        return Described(self.graph.quads)

    @cached_property
    def about(self) -> Mapping[str, tuple[str, ...]]:
        """Entity → ids of the claims in force about it, or made for it as a condition."""
        found: dict[str, list[str]] = {}
        for claim in self.graph.corpus.current():
            for name in {claim.subject, claim.object, claim.qualifiers.condition}:
                if name is not None:
                    found.setdefault(name, []).append(claim.id)
        return {name: tuple(claims) for name, claims in found.items()}

    @cached_property
    def said_in(self) -> Mapping[str, tuple[str, ...]]:
        """Source → ids of the claims that it speaks to."""
        found: dict[str, list[str]] = {}
        for name, claim in sorted(self.graph.corpus.claims.items()):
            for source in {item.source for item in claim.evidence}:
                found.setdefault(source, []).append(name)
        return {name: tuple(claims) for name, claims in found.items()}


Quads = Collection[ox.Quad]


def changed_version(before: str, removed: Quads, added: Quads) -> str:
    """The version of data that were at version `before` until this change."""
    lines = sorted([*(f"- {quad}" for quad in removed), *(f"+ {quad}" for quad in added)])
    return hashlib.sha256("\n".join((before, *lines)).encode()).hexdigest()[:_DIGITS]


class State:
    """Holds the current snapshot; the data change as a whole or not at all."""

    def __init__(
        self,
        settings: Settings,
        snapshot: Snapshot,
        read: Callable[[], Snapshot] | None = None,
    ) -> None:
        self.settings = settings
        self.current = snapshot
        self._read = read or (lambda: read_snapshot(settings))
        #: What must hold before questions can be answered, by name (see `/health/ready`).
        self.checks: dict[str, Callable[[], Awaitable[bool]]] = {}
        #: Who must have new data before anybody sees them, as the quads to remove and to add.
        self.renewals: list[Callable[[Snapshot, Quads, Quads], Awaitable[None]]] = []
        #: Is set when other data are served than before.
        self.changed = asyncio.Event()
        #: Follows the files where somebody else keeps them (see `web.curation.publication`).
        self.follow: Callable[[], Awaitable[None]] | None = None
        #: Asks what is wrong with files whose last good state is being served.
        self.problems: Callable[[], tuple[str, ...]] = tuple
        #: What is wrong with the files now, while the last good state is served.
        self.problem: str | None = None

    @classmethod
    def open(cls, settings: Settings) -> "State":
        """Read the corpus and derive what pages need. Raises FileError or DataError."""
        return cls(settings, read_snapshot(settings))

    def read(self) -> Snapshot:
        """The corpus as its files are now, not served yet. Raises FileError or DataError."""
        return self._read()

    async def serve(self, fresh: Snapshot) -> None:
        """Serve `fresh` from now on; whoever keeps a copy (the query workers) gets it first."""
        removed, added = await to_thread.run_sync(_difference, self.current, fresh)
        await self.change(fresh, removed, added)

    async def change(self, fresh: Snapshot, removed: Quads, added: Quads) -> None:
        """Serve `fresh`, which differs from what is served by these quads alone."""
        if removed or added:
            for renew in self.renewals:
                await renew(fresh, removed, added)
        self.current = fresh
        self.changed.set()


def read_snapshot(settings: Settings) -> Snapshot:
    """The corpus as it is in its files now. Raises FileError or DataError."""
    graph = EvidenceGraph.open(settings.data)
    opened = Snapshot(graph if settings.open_drafts else published(graph), datetime.now(UTC))
    _ = opened.version  # computed here, so that no first visitor waits for it
    return opened


def published(graph: EvidenceGraph) -> EvidenceGraph:
    """What anybody may see of a graph that has just been opened."""
    return dataclasses.replace(graph, corpus=public(graph.corpus))


def _difference(before: Snapshot, after: Snapshot) -> tuple[Quads, Quads]:
    old, new = set(before.graph.quads), set(after.graph.quads)
    return old - new, new - old


def snapshot(request: HTTPConnection) -> Snapshot:
    """The data that a request is answered from."""
    state: State = request.app.state.ldn
    return state.current


def settings(request: HTTPConnection) -> Settings:
    """What the server was told when it started."""
    state: State = request.app.state.ldn
    return state.settings
