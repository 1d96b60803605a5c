"""Any SPARQL 1.1 endpoint, through SPARQLWrapper."""

import ast
import http.client
import re
import urllib.error
from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn

import pyoxigraph as ox
from SPARQLWrapper import GET, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

from ldn_graph.errors import BadQuery, StoreError
from ldn_graph.records import identifiers
from ldn_graph.store.protocol import (
    Answer,
    answer,
    canonical,
    canonical_table,
    in_order,
    refuse_if_read_only,
)
from ldn_graph.store.sparql import check_syntax, forbid_remote, form, insert_data, with_prefixes
from ldn_graph.table import Table

_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_GRAPH = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.8"
#: Longer texts go by POST: servers and proxies refuse long addresses.
_LONGEST_GET = 1500
#: How many quads `load` sends at a time; servers limit how much they take.
_CHUNK = 20_000
_EVERYTHING = "SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


class RemoteStore:
    """A SPARQL endpoint; `update_url` is where updates go, None where it takes none.

    The endpoint decides about SERVICE and LOAD. One that makes its default graph the union of
    the named ones can't be told otherwise by the protocol: configure it not to.
    """

    def __init__(
        self,
        url: str,
        *,
        update_url: str | None = None,
        read_only: bool = False,
        timeout: int = 60,
        prefixes: Mapping[str, str] = identifiers.PREFIXES,
    ) -> None:
        """`timeout` in seconds; without `update_url`, …/query and …/sparql become …/update."""
        self.url = url
        self.update_url = update_url or _update_url(url)
        self.read_only = read_only
        self._timeout = timeout
        self._prefixes = dict(prefixes)

    def query(self, text: str, *, allow_remote: bool = False) -> Answer:
        """Ask; see `Store.query`."""
        kind = form(text)
        graph = kind in ("CONSTRUCT", "DESCRIBE")
        content, media_type = self._ask(text, _GRAPH if graph else _RESULTS)
        try:
            return _parsed(content, media_type)
        except (SyntaxError, ValueError) as error:
            raise StoreError(
                f"{self.url}: answered with {media_type or 'nothing'} that can't be read "
                f"({error}); check that this is the address of a SPARQL endpoint"
            ) from error

    def update(self, text: str, *, allow_remote: bool = False) -> None:
        """Change; see `Store.update`."""
        wrapper = self._wrapper(with_prefixes(text, self._prefixes), "*/*")
        # SPARQLWrapper only asks whether it is an update, whatever the kind
        wrapper.queryType = "INSERT"
        wrapper.setMethod(POST)
        self._send(wrapper, text, update=True)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add `quads`: in portions, those with blank nodes together, so that nodes stay whole."""
        self._updatable()
        blank: list[ox.Quad] = []
        named: list[ox.Quad] = []
        for quad in quads:
            (blank if _has_blank(quad) else named).append(quad)
        portions = [named[i : i + _CHUNK] for i in range(0, len(named), _CHUNK)]
        for portion in filter(None, (blank, *portions)):
            self.update(insert_data(portion))

    def replace(self, quads: Iterable[ox.Quad]) -> None:
        """In one request, which an endpoint carries out whole or not at all."""
        self._updatable()
        self.update(f"DROP ALL; {insert_data(quads)}")

    def clear(self) -> None:
        """Remove everything."""
        self.update("DROP ALL")

    def export(self) -> Iterator[ox.Quad]:
        """Every quad, in the endpoint's order."""
        found = self.query(_EVERYTHING)
        assert isinstance(found, Table)
        for s, p, o, g in found.rows:
            yield ox.Quad(s, p, o, g or ox.DefaultGraph())  # type: ignore[arg-type]

    def close(self) -> None:
        """Nothing to let go of: each request is a connection of its own."""

    def _updatable(self) -> str:
        refuse_if_read_only(self.read_only, self.url)
        if self.update_url is None:
            raise StoreError(
                f"{self.url}: read-only, since no address for updates is known; "
                "name an endpoint that ends in /query or /sparql"
            )
        return self.update_url

    def _wrapper(self, text: str, accept: str) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(self.url, self.update_url, agent="ldn-graph")
        wrapper.setTimeout(self._timeout)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", accept)
        # not setQuery(), which guesses the kind by a pattern that comments and strings mislead
        wrapper.queryString = text
        return wrapper

    def _ask(self, text: str, accept: str) -> tuple[bytes, str]:
        whole = with_prefixes(text, self._prefixes)
        wrapper = self._wrapper(whole, accept)
        wrapper.queryType = "SELECT"
        wrapper.setMethod(GET if len(whole) < _LONGEST_GET else POST)
        return self._send(wrapper, text)

    def _send(
        self, wrapper: SPARQLWrapper, text: str, *, update: bool = False
    ) -> tuple[bytes, str]:
        url = self._updatable() if update else self.url
        try:
            with wrapper.query().response as response:
                return response.read(), response.headers.get_content_type()
        except QueryBadFormed as error:
            self._explain(error, text, update=update)
        except SPARQLWrapperException as error:
            raise StoreError(f"{url}: {_refusal(error)}") from error
        except urllib.error.HTTPError as error:
            with error:
                raise StoreError(
                    f"{url}: answered {error.code} {error.reason}; check the address, "
                    "and that you may do this there"
                ) from error
        except TimeoutError as error:
            raise StoreError(
                f"{url}: no answer within {self._timeout} s; ask for less, or ask later"
            ) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise StoreError(
                f"{url}: can't be reached ({reason}); check the address and that the server runs"
            ) from error

    def _explain(self, error: QueryBadFormed, text: str, *, update: bool) -> NoReturn:
        """The endpoint refused the text: say what our own parser finds, else what it said."""
        _close(error)
        said = _said(error)
        try:
            forbid_remote(text)
        except BadQuery:
            raise BadQuery(f"{self.url} refuses it: {said}; rewrite it") from error
        check_syntax(text, self._prefixes, update=update)
        raise BadQuery(f"{self.url} refuses it: {said}; rewrite it") from error


def _update_url(url: str) -> str | None:
    """Where updates go by custom.

    >>> _update_url("http://localhost:7878/query"), _update_url("https://example.org/")
    ('http://localhost:7878/update', None)
    """
    changed, times = re.subn(r"/(?:query|sparql)/?$", "/update", url)
    return changed if times else None


def _parsed(content: bytes, media_type: str) -> Answer:
    """Raises ValueError for a media type that is no answer, SyntaxError for a broken one."""
    results = ox.QueryResultsFormat.from_media_type(media_type)
    if results is not None:
        found = answer(ox.parse_query_results(content, format=results))
        return canonical_table(found) if isinstance(found, Table) else found
    format_ = ox.RdfFormat.from_media_type(media_type)
    if format_ is None:
        raise ValueError("neither results nor RDF")
    quads = ox.parse(content, format=format_)
    return in_order(ox.Triple(q.subject, q.predicate, canonical(q.object)) for q in quads)  # type: ignore[arg-type]


def _has_blank(quad: ox.Quad) -> bool:
    return any(isinstance(t, ox.BlankNode) for t in (quad.subject, quad.object, quad.graph_name))


def _refusal(error: SPARQLWrapperException) -> str:
    _close(error)
    kind = type(error).__name__
    return {
        "EndPointNotFound": "no endpoint at that address (404); check it",
        "Unauthorized": "asks for a user name and password (401); use an endpoint that is open",
        "URITooLong": "the query is too long for it (414); shorten it",
    }.get(kind, f"failed ({_said(error)}); look into that server's log")


def _close(error: SPARQLWrapperException) -> None:
    if isinstance(error.__context__, urllib.error.HTTPError):
        error.__context__.close()


def _said(error: SPARQLWrapperException) -> str:
    """The endpoint's own words, which SPARQLWrapper keeps as the text of a bytes literal."""
    quoted = str(error).partition("Response:\n")[2]
    try:
        said = ast.literal_eval(quoted).decode("utf-8", "replace")
    except (SyntaxError, ValueError):
        said = quoted
    return " ".join(said.split())[:300] or "it gives no reason"
