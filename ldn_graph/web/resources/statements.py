"""What the data say of each thing."""

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from ldn_graph.errors import UnknownName
from ldn_graph.rdf import Names
from ldn_graph.web.state import Snapshot


def statements(kind: str, name: str, here: Snapshot) -> list[ox.Quad]:
    """What the data say of a thing: of a claim, its nanopublication besides; of an entity, a
    source, an agent or a proposition, who names it."""
    names = Names(here.graph.corpus.description.base)
    iri = names.of(kind, name).value
    found = here.described.own(iri)
    if kind == "claim":
        found += here.described.graphs(names.of("np", name).value)
    elif kind == "np":
        found = here.described.graphs(iri)
    elif kind != "path":
        # only assertions, in their named graphs, speak of propositions
        found += here.described.naming(iri, anywhere=kind == "proposition")
    return found


def known(kind: str, name: str, here: Snapshot) -> None:
    """Raises UnknownName where there is no such thing."""
    corpus = here.graph.corpus
    there: Mapping[str, Any] = {
        "claim": corpus.claims,
        "entity": corpus.entities,
        "source": corpus.sources,
        "agent": corpus.agents,
        "np": {i: c for i, c in corpus.claims.items() if c.current} if kind == "np" else {},
    }
    if kind in there:
        if name not in there[kind]:
            raise UnknownName.among(kind, name, there[kind])
    elif not _exists(kind, name, here):
        raise UnknownName(f"unknown {kind} {name!r}; the page of a claim leads to those there are")


def _exists(kind: str, name: str, here: Snapshot) -> bool:
    try:
        return bool(statements(kind, name, here))
    except ValueError:  # no IRI can be made of it
        return False
