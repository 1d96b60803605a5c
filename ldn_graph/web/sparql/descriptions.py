"""The descriptions over HTTP: made once for each version of the data, form and address."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Protocol

import pyoxigraph as ox
from cachetools import LRUCache

from ldn_graph.errors import UsageError
from ldn_graph.graph import EvidenceGraph
from ldn_graph.rdf.names import Names
from ldn_graph.web.engine.answer import Answer
from ldn_graph.web.engine.engine import Engine
from ldn_graph.web.engine.refusals import NotAcceptable
from ldn_graph.web.sparql import description, media
from ldn_graph.web.sparql.description import Counted
from ldn_graph.web.sparql.exchange import OPEN, Exchange
from ldn_graph.web.sparql.writing import graph_name

#: Made descriptions that are kept: clients may write any Host.
_KEPT = 64

Make = Callable[[str], Iterable[ox.Triple]]


class Served(Protocol):
    """The data that are served: `graph`, and the `version` of them."""

    @property
    def graph(self) -> EvidenceGraph: ...
    @property
    def version(self) -> str: ...


class Descriptions:
    """Describes what `current` gives; `public` is the site's address where a proxy hides it."""

    def __init__(
        self,
        engine: Engine,
        current: Callable[[], Served],
        *,
        public: str | None = None,
        base_path: str = "",
    ) -> None:
        self.engine, self._current = engine, current
        self._public, self._base_path = public, base_path
        self._kept: LRUCache[tuple[str, ...], bytes] = LRUCache(_KEPT)
        self._counted: tuple[str, Counted] | None = None

    def site(self, http: Exchange) -> str:
        """The site's address without a slash at its end."""
        return (self._public or http.origin + self._base_path).rstrip("/")

    def page_wanted(self, http: Exchange) -> bool:
        """Whether a person asks with a browser."""
        encoded = http.scope["query_string"]
        named = b"format=" in encoded or b"output=" in encoded
        return media.wanted(http.accept).page and not named

    async def to_page(self, http: Exchange, path: str) -> None:
        """Send a person to a page of the site."""
        where = f"{self._base_path}{path}".encode("latin-1")
        await http.reply(303, [*OPEN, (b"location", where), (b"cache-control", b"no-cache")])

    async def service(self, http: Exchange) -> None:
        """The service description, or the query page."""
        if self.page_wanted(http):
            await self.to_page(http, "/query")
            return
        federated = bool(self.engine.limits.services)
        counted = await self._count()
        await self._send(
            http, "service", lambda s: description.service(s, counted, federated=federated)
        )

    async def dataset(self, http: Exchange) -> None:
        """VoID and DCAT."""
        about = self._current().graph.corpus.description
        counted = await self._count()
        await self._send(http, "dataset", lambda s: description.dataset(s, about, counted))

    async def examples(self, http: Exchange) -> None:
        """The canned queries."""
        graph = self._current().graph
        prefixes = Names(graph.corpus.description.base).prefixes
        await self._send(
            http, "examples", lambda s: description.examples(s, graph.canned.values(), prefixes)
        )

    async def graph(self, http: Exchange) -> None:
        """A whole graph of the store. Raises UsageError, NoGraph, NotAcceptable."""
        name = graph_name(http)
        if name is None:
            raise UsageError("name a graph: ?graph=IRI, or ?default for the default graph")
        wanted = media.wanted(http.accept)
        if not wanted.graph:
            raise _unacceptable()
        digest = blake2b(f"{name}\n{wanted.graph}".encode(), digest_size=12).hexdigest()
        tag = f"{self.engine.version}-{digest}"
        if http.matches(tag):
            await http.unchanged(tag)
            return
        found = await self.engine.graph(name or None, wanted.graph, client=http.client)
        await http.answer(found, wanted.graph_type, f"{found.version}-{digest}")

    async def _count(self) -> Counted:
        current = self._current()
        if self._counted is None or self._counted[0] != current.version:
            counted = await asyncio.to_thread(Counted.of, current.graph.quads)
            self._counted = current.version, counted
        return self._counted[1]

    async def _send(self, http: Exchange, what: str, make: Make) -> None:
        wanted = media.wanted(http.accept)
        if not wanted.graph:
            raise _unacceptable()
        site, version = self.site(http), self._current().version
        kind = wanted.graph_type.partition(";")[0]
        key = (what, site, version, kind)
        digest = blake2b(repr(key).encode(), digest_size=12).hexdigest()
        tag = f"{version}-{digest}"
        if http.matches(tag):
            await http.unchanged(tag)
            return
        text = self._kept.get(key)
        if text is None:
            prefixes: Mapping[str, str] = _PREFIXES
            text = await asyncio.to_thread(lambda: description.written(make(site), kind, prefixes))
            self._kept[key] = text
        made = Answer(text, None, graph=True, volatile=False, version=version)
        await http.answer(made, wanted.graph_type, tag)


_PREFIXES = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "formats": "http://www.w3.org/ns/formats/",
    "sh": "http://www.w3.org/ns/shacl#",
    "schema": "https://schema.org/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _unacceptable() -> NotAcceptable:
    types = ", ".join(media.OFFICIAL_GRAPHS.values())
    return NotAcceptable(f"this is a graph; accept one of {types}")
