"""rdflib as an engine: the second opinion of the contract test, and the benchmark's yardstick.

rdflib as it is shipped reads files and addresses for FROM, USING, SERVICE and LOAD, and takes 23
of the W3C's illegal queries. Here Oxigraph's parser reads every text first, the data set that a
query sees is made by hand, and SERVICE and LOAD are refused in the algebra that rdflib executes.
None of rdflib's global switches is touched or relied upon.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.sparql import parser, update
from rdflib.plugins.sparql.algebra import translateQuery, translateUpdate, traverse
from rdflib.plugins.sparql.evaluate import evalPart
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import QueryContext

from ldn_graph.errors import BadQuery, StoreError
from ldn_graph.records import identifiers
from ldn_graph.store.protocol import Answer, canonical, in_order, refuse_if_read_only
from ldn_graph.store.sparql import check_syntax, forbid_remote, used_prefixes
from ldn_graph.table import Table, Term

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))")
_QUOTED = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}


class _Graphs(Dataset):
    """A Dataset without the deprecation warnings that rdflib's own SPARQL code sets off."""

    default_union = False

    @property
    def default_context(self) -> Graph:
        return self._default_context

    @default_context.setter
    def default_context(self, graph: Graph) -> None:
        self._default_context = graph

    def contexts(self, triple: Any = None) -> Any:
        return self.graphs(triple)


class _Offline(QueryContext):
    """A query's surroundings in which nothing is ever loaded from elsewhere."""

    def __init__(self, graph: Any, bindings: Any = None) -> None:
        super().__init__(graph, bindings, {})
        if self._dataset is not None:
            self.graph = self._dataset.default_context

    def clone(self, bindings: Any = None) -> "_Offline":
        twin = _Offline(self._dataset, bindings or self.bindings)
        twin.prologue, twin.graph, twin.bnodes = self.prologue, self.graph, self.bnodes
        return twin

    def load(self, *_: Any, **__: Any) -> None:
        """Nothing: FROM and USING are resolved by `_seen`, LOAD is refused."""


class RdflibStore:
    """An rdflib Dataset in memory whose default graph is no union. It never fetches anything."""

    def __init__(
        self, *, read_only: bool = False, prefixes: Mapping[str, str] = identifiers.PREFIXES
    ) -> None:
        self.read_only = read_only
        self._prefixes = dict(prefixes)
        self._opened: _Graphs | None = _dataset(())

    def query(self, text: str, *, allow_remote: bool = False) -> Answer:
        """Ask; see `Store.query`. `allow_remote` changes nothing here."""
        dataset = self._dataset
        forbid_remote(text)
        check_syntax(text, self._prefixes)
        found: Answer = _carried_out(lambda: self._answer(dataset, text))
        return found

    def update(self, text: str, *, allow_remote: bool = False) -> None:
        """Change a copy, then put it in the place of the old data."""
        refuse_if_read_only(self.read_only, "rdflib:")
        forbid_remote(text)
        check_syntax(text, self._prefixes, update=True)
        changed = _dataset(self.export())
        _carried_out(lambda: self._change(changed, text))
        self._opened = changed

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add `quads`, all or none."""
        refuse_if_read_only(self.read_only, "rdflib:")
        self._opened = _dataset([*self.export(), *quads])

    def replace(self, quads: Iterable[ox.Quad]) -> None:
        """Fill a new data set, then put it in the place of the old one."""
        refuse_if_read_only(self.read_only, "rdflib:")
        self._opened = _dataset(quads)

    def clear(self) -> None:
        """Remove everything."""
        self.replace(())

    def export(self) -> Iterator[ox.Quad]:
        """Every quad, in no order that means anything."""
        for graph in self._dataset.graphs():
            name = _graph_name(graph)
            for s, p, o in graph:
                yield ox.Quad(_term(s), _term(p), _term(o), name)  # type: ignore[arg-type]

    def close(self) -> None:
        """Forget everything."""
        self._opened = None

    @property
    def _dataset(self) -> _Graphs:
        if self._opened is None:
            raise StoreError("rdflib: the store was closed; open it again")
        return self._opened

    def _answer(self, dataset: _Graphs, text: str) -> Answer:
        parsed = parser.Query.parse_string(_unescaped(text), parse_all=True)
        query = translateQuery(parsed, initNs=used_prefixes(text, self._prefixes))
        _refuse_remote(query.algebra)
        context = _Offline(_seen(dataset, query.algebra.datasetClause))
        context.prologue = query.prologue
        found: Mapping[str, Any] = evalPart(context, traverse(query.algebra, visitPost=_spelt))
        if found["type_"] == "ASK":
            return bool(found["askAnswer"])
        if found["type_"] == "SELECT":
            # the order of SELECT * is the engine's choice: take Oxigraph's
            nothing = ox.Store().query(text, prefixes=self._prefixes)
            assert isinstance(nothing, ox.QuerySolutions)
            columns = tuple(v.value for v in nothing.variables)
            rows = ({str(k): v for k, v in row.items()} for row in found["bindings"])
            return Table(columns, tuple(tuple(_term(r.get(c)) for c in columns) for r in rows))
        return in_order(ox.Triple(*map(_term, t)) for t in found["graph"])  # type: ignore[arg-type]

    def _change(self, dataset: _Graphs, text: str) -> None:
        parsed = parser.UpdateUnit.parse_string(_unescaped(text), parse_all=True)[0]
        whole = translateUpdate(parsed, initNs=used_prefixes(text, self._prefixes))
        for operation in getattr(whole, "algebra", ()):
            _refuse_remote(operation)
            context = _Offline(dataset)
            context.prologue = operation.prologue
            _OPERATIONS[operation.name](context, traverse(operation, visitPost=_spelt))


def _modify(context: _Offline, operation: CompValue) -> None:
    """DELETE and INSERT; what USING names is all that WHERE sees, which rdflib's own forgets."""
    if operation.using:
        within = _Offline(_seen(context.dataset, operation.using))
        within.prologue = context.prologue
        found = [dict(row) for row in evalPart(within, operation.where)]
        operation["where"] = CompValue("ToMultiSet", p=CompValue("values", res=found))
        operation["using"] = None
    update.evalModify(context, operation)


_OPERATIONS = {
    "Clear": update.evalClear,
    "Drop": update.evalDrop,
    "Add": update.evalAdd,
    "Move": update.evalMove,
    "Copy": update.evalCopy,
    "InsertData": update.evalInsertData,
    "DeleteData": update.evalDeleteData,
    "DeleteWhere": update.evalDeleteWhere,
    "Modify": _modify,
    # rdflib keeps no empty graphs
    "Create": lambda *_: None,
}


def _carried_out(work: Any) -> Any:
    try:
        return work()
    except (BadQuery, StoreError):
        raise
    except Exception as error:  # rdflib raises whatever comes to hand, Exception itself included
        reason = " ".join(str(error).split())
        raise BadQuery(f"rdflib can't carry this out: {reason}; ask another engine") from error


def _unescaped(text: str) -> str:
    r"""`text` without \u escapes, which rdflib would expand before it looks for strings.

    Quotation marks, backslashes and line ends stay escaped, so no string ends early.
    """

    def plain(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code is None:
            return match[0]
        character = chr(int(code, 16))
        return _QUOTED.get(character, character)

    return _ESCAPE.sub(plain, text)


def _refuse_remote(algebra: CompValue) -> None:
    """Raise BadQuery for SERVICE and LOAD, wherever they stand."""

    def refuse(part: Any) -> None:
        if isinstance(part, CompValue) and part.name in ("ServiceGraphPattern", "Load"):
            raise BadQuery("SERVICE and LOAD are switched off; ask that server itself")

    traverse(algebra, visitPost=refuse)


def _spelt(part: Any) -> Any:
    """Literals of a query in the spelling of the data; None leaves a part as it is.

    The rows of VALUES and the quads of an update are in dicts, which `traverse` passes by.
    """
    if isinstance(part, Literal):
        return _node(_term(part))
    if isinstance(part, dict) and not isinstance(part, CompValue):
        return {key: traverse(value, visitPost=_spelt) for key, value in part.items()}
    return None


def _seen(dataset: Any, clauses: Any) -> Any:
    """The data set that FROM or USING makes out of `dataset`; unknown graphs are empty."""
    if not clauses:
        return dataset
    seen = _Graphs()
    for clause in clauses:
        source = dataset.get_context(clause.default or clause.named)
        target = seen.default_context if clause.default else seen.get_context(clause.named)
        for triple in source:
            target.add(triple)
    return seen


def _dataset(quads: Iterable[ox.Quad]) -> _Graphs:
    dataset = _Graphs()
    for quad in quads:
        if isinstance(quad.graph_name, ox.DefaultGraph):
            graph: Graph = dataset.default_context
        else:
            graph = dataset.get_context(_node(quad.graph_name))
        graph.add((_node(quad.subject), _node(quad.predicate), _node(canonical(quad.object))))
    return dataset


def _graph_name(graph: Graph) -> ox.NamedNode | ox.BlankNode | ox.DefaultGraph:
    if graph.identifier == DATASET_DEFAULT_GRAPH_ID:
        return ox.DefaultGraph()
    name = _term(graph.identifier)
    assert isinstance(name, ox.NamedNode | ox.BlankNode)
    return name


def _node(term: Any) -> Any:
    """A term as rdflib's; its own normalisation is switched off."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        kind = term.datatype.value
        plain = kind == "http://www.w3.org/2001/XMLSchema#string"
        return Literal(term.value, datatype=None if plain else URIRef(kind), normalize=False)
    raise StoreError(f"rdflib can't hold {term}; use another engine for RDF 1.2")


def _term(node: Any) -> Term | None:
    if node is None:
        return None
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    if node.language:
        return ox.Literal(str(node), language=node.language)
    if node.datatype is None:
        return ox.Literal(str(node))
    return canonical(ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype))))
