"""Where the graph is kept and asked: one small protocol, four engines.

memory:              Oxigraph in memory
rdflib:              rdflib in memory: slow, for comparison
a folder             Oxigraph on disk
http(s)://…/query    a SPARQL 1.1 endpoint
"""

import re
from collections.abc import Mapping
from pathlib import Path

from ldn_graph.errors import StoreError
from ldn_graph.records import identifiers
from ldn_graph.store.embedded import DiskStore, MemoryStore
from ldn_graph.store.protocol import Answer, Store
from ldn_graph.store.sparql import forbid_remote

__all__ = ["Answer", "DiskStore", "MemoryStore", "Store", "forbid_remote", "open_store"]


def open_store(
    where: str | Path,
    *,
    read_only: bool = False,
    prefixes: Mapping[str, str] = identifiers.PREFIXES,
) -> Store:
    """Open a store by its address; `prefixes` need no declaration in what it is asked.

    Raises StoreError for a folder that can't be opened and for an address of no known kind. An
    endpoint is reached at the first question only.
    """
    address = str(where)
    if address == "memory:":
        return MemoryStore(read_only=read_only, prefixes=prefixes)
    if address == "rdflib:":
        # imported here: rdflib's SPARQL grammar takes as long to build as all other imports
        from ldn_graph.store.rdflib_engine import RdflibStore

        return RdflibStore(read_only=read_only, prefixes=prefixes)
    if address.startswith(("http://", "https://")):
        from ldn_graph.store.remote import RemoteStore

        return RemoteStore(address, read_only=read_only, prefixes=prefixes)
    if not address or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", address):
        raise StoreError(
            f"{address!r}: no such kind of store; give memory:, rdflib:, a folder, or the "
            "http(s) address of a SPARQL endpoint"
        )
    return DiskStore(Path(where), read_only=read_only, prefixes=prefixes)
