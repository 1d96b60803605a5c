"""Carries out a change of a store: SPARQL Update, or the graph store's PUT, POST and DELETE."""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from ldn_graph.errors import BadQuery
from ldn_graph.store.sparql import Token, forbid_remote, place, tokens, without_silent_loads
from ldn_graph.web.engine.evaluator import bad_text, named
from ldn_graph.web.engine.job import GRAPHS, Change
from ldn_graph.web.engine.refusals import NoGraph


def apply(change: Change, store: ox.Store, prefixes: Mapping[str, str], base: str) -> bool:
    """Whether a graph was made that was not there. Raises BadQuery, NoGraph.

    Not all or nothing for several documents: the caller throws a half-changed store away.
    """
    try:
        if change.kind == "update":
            _update(change, store, prefixes, base)
            return False
        return _graph(change, store)
    except (RuntimeError, OSError, ValueError) as error:
        raise BadQuery(f"the engine can't carry this out: {error}; rewrite that part") from error


def _update(change: Change, store: ox.Store, prefixes: Mapping[str, str], base: str) -> None:
    text = without_silent_loads(change.text)
    forbid_remote(text)
    if change.using is not None or change.using_named is not None:
        text = with_using(text, change.using or (), change.using_named or ())
    try:
        store.update(text, prefixes=dict(prefixes), base_iri=base)
    except SyntaxError as error:
        raise bad_text(str(error), change.text, prefixes, update=True) from None


def _graph(change: Change, store: ox.Store) -> bool:
    if change.graph is None:
        if change.kind in ("put", "delete"):
            store.clear()
        for content, format_ in change.documents:
            _load(store, content, format_, change.base, None)
        return False
    graph = named(change.graph) if change.graph else ox.DefaultGraph()
    there = isinstance(graph, ox.DefaultGraph) or store.contains_named_graph(graph)
    if change.kind == "delete" and not there:
        raise NoGraph(f"{change.graph}: no such graph here; there is nothing to delete")
    if change.kind in ("put", "delete"):
        store.clear_graph(graph)
    if change.kind == "delete":
        if isinstance(graph, ox.NamedNode):
            store.remove_graph(graph)
        return False
    if isinstance(graph, ox.NamedNode):
        store.add_graph(graph)
    for content, format_ in change.documents:
        _load(store, content, format_, change.base, graph)
    return not there


def _load(
    store: ox.Store,
    content: str,
    format_: str,
    base: str | None,
    graph: ox.NamedNode | ox.DefaultGraph | None,
) -> None:
    try:
        store.load(content, format=GRAPHS[format_], base_iri=base, to_graph=graph)
    except SyntaxError as error:
        raise BadQuery(f"the content is no {GRAPHS[format_].name}: {error}; mend it") from error


def with_using(text: str, default: Iterable[str], named_graphs: Iterable[str]) -> str:
    """`text` whose operations look for their patterns in these graphs.

    Raises BadQuery where the text names graphs for that itself.

    >>> with_using("DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", ["urn:g"], [])
    'DELETE { ?s ?p 1 } USING <urn:g> WHERE { ?s ?p 1 }'
    """
    clause = "".join(
        [f"USING {named(g)} " for g in default] + [f"USING NAMED {named(g)} " for g in named_graphs]
    )
    places = []
    depth, before = 0, ""
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" and depth == 0 else ""
        if word in ("USING", "WITH"):
            raise BadQuery(
                f"{place(text, token.start)}: {word} and using-graph-uri both name graphs; "
                "leave one of them out"
            )
        if word == "WHERE":
            places.append(_where(text, token, before))
        depth += (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
        before = token.text.upper()
    for at in reversed(places):
        text = text[:at] + clause + text[at:]
    return text


def _where(text: str, token: Token, before: str) -> int:
    if before == "DELETE":
        raise BadQuery(
            f"{place(text, token.start)}: DELETE WHERE can't be given using-graph-uri; write "
            "DELETE {…} WHERE {…}"
        )
    return token.start
