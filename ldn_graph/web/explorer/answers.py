"""The answer to a canned query, for who asks and writes no code: a sentence, then a table.

The query stands below, folded, with the way to the page where it can be changed.
"""

from collections import Counter
from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph import queries
from ldn_graph.errors import UnknownName
from ldn_graph.graph import EvidenceGraph
from ldn_graph.queries import CannedQuery
from ldn_graph.rdf import Names
from ldn_graph.table import Table, plain
from ldn_graph.web.bounded_work import SLOW
from ldn_graph.web.explorer.page import page
from ldn_graph.web.explorer.query import bare, meanings
from ldn_graph.web.state import Snapshot, snapshot

#: So many lines fit the first screen; the others are folded.
FIRST = 6
#: Query → the columns that say most; of any other, all but the names for programs.
_SHOWN = {
    "contested-claims": ("for", "against", "undecided", "grade"),
    "confident-but-unsupported": ("quote", "source"),
}


@dataclass(frozen=True)
class Line:
    """One line of the answer: the claim (id) that it is about, if any, and a text a column."""

    claim: str | None
    cells: tuple[str, ...]


async def answer(request: Request) -> Response:
    """The answer to the canned query that the address names. Raises UnknownName."""
    shown = snapshot(request)
    name = request.path_params["name"]
    if name not in shown.graph.canned:
        raise UnknownName.among("query", name, shown.graph.canned)
    query = shown.graph.canned[name]
    table = await _rows(request, shown, query)
    lines = _lines(table, query, shown.graph)
    return await run_in_threadpool(
        page,
        request,
        "answer.html",
        asked=query,
        columns=_columns(query),
        sentence=_sentence(table, lines),
        lines=lines,
        first=FIRST,
        meanings=meanings(_columns(query)),
        sparql=bare(query.text),
    )


async def _rows(request: Request, shown: Snapshot, query: CannedQuery) -> Table:
    """The answer of the query workers; of this process where there are none."""
    engine = getattr(request.app.state, "engine", None)
    if engine is None:
        return (await run_in_threadpool(SLOW.run, partial(shown.graph.query, query.name))).table
    base = shown.graph.corpus.description.base
    sparql = queries.fill(query, {}, known=shown.graph.known, base=base)
    found: Table = await engine.table(sparql, client=request.client.host if request.client else "")
    order = [found.columns.index(column) for column in query.columns]
    return Table(query.columns, tuple(tuple(row[n] for n in order) for row in found.rows))


def _columns(query: CannedQuery) -> tuple[str, ...]:
    every = tuple(c for c in query.columns if c not in ("claim", "says"))
    return _SHOWN.get(query.name, every)


def _lines(table: Table, query: CannedQuery, graph: EvidenceGraph) -> list[Line]:
    """One line a claim, with the first value of each column; one a row where there is none."""
    start = Names(graph.corpus.description.base).of("claim", "").value
    found: dict[object, tuple[str | None, dict[str, str]]] = {}
    for number, row in enumerate(table):
        iri = plain(row.get("claim"))
        claim = iri.removeprefix(start).partition("#")[0] if iri.startswith(start) else None
        if claim not in graph.corpus.claims:
            claim = None
        _, values = found.setdefault(claim or number, (claim, {}))
        for column, term in row.items():
            if term is not None:
                values.setdefault(column, plain(term))
        if claim is not None and "grade" in query.columns:
            # its own words say which source; a reader knows it by the page of the claim
            values["grade"] = graph.strengths[claim].grade.words.partition(" [")[0]
    columns = _columns(query)
    return [Line(claim, tuple(v.get(c, "") for c in columns)) for claim, v in found.values()]


def _sentence(table: Table, lines: list[Line]) -> str:
    """How many there are, and of which class."""
    claims = sum(line.claim is not None for line in lines)
    if not lines:
        return "None is on record."
    if not claims:
        return f"{len(lines)} on record."
    told = f"{claims} claim{'' if claims == 1 else 's'}"
    if "agreement" not in table.columns:
        return f"{told}."
    classes = Counter({plain(r["claim"]): plain(r["agreement"]) for r in table}.values())
    return f"{told}: {', '.join(f'{n} {name}' for name, n in sorted(classes.items()))}."
