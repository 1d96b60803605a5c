"""`/queries`: the canned queries, listed and asked by name; `/evidence`, `/gaps`, `/statistics`."""

from collections import Counter
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from ldn_graph import queries
from ldn_graph.errors import BadParameter, UnknownName
from ldn_graph.grading.comparison import Entry, Question, proposition
from ldn_graph.paths.gaps import Gap, GapKind
from ldn_graph.queries import CannedQuery
from ldn_graph.records.vocabularies import Agreement, Design, Direction, Standing, Wording
from ldn_graph.reports.tables import CSV_TYPE, csv_of
from ldn_graph.search.facets import Wanted
from ldn_graph.table import Table, plain
from ldn_graph.web.api.parameters import CSV, Page, Paging, Several, answered, ids, part, read_all
from ldn_graph.web.api.response_models import Level
from ldn_graph.web.bounded_work import MEMORY, SLOW
from ldn_graph.web.http.errors import MEDIA_TYPE
from ldn_graph.web.state import Snapshot, snapshot

router = APIRouter()
_OWN = ("format",)
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_ASKED: dict[int | str, dict[str, Any]] = {
    **CSV,
    413: {"description": "The answer is larger than this server gives", "content": _PROBLEM},
    504: {"description": "Not done in time", "content": _PROBLEM},
}
#: What a canned query is asked with, beside `format`: its own parameters.
_ANY_PARAMETERS = {
    "parameters": [
        {
            "name": "parameters",
            "in": "query",
            "description": "The query’s parameters by name, as /queries lists them; one left out "
            "keeps its example, `any` stands for any",
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
            "example": {"condition": "fibromyalgia"},
        }
    ]
}


class QueryParameter(BaseModel):
    """A parameter of a canned query."""

    name: str
    type: str = Field(description="entity, claim, source, agent (ids), predicate, concept (slugs), "
                      "integer, date (2026-01-31) or string")  # fmt: skip
    scheme: str | None = Field(description="Of a concept, the scheme that it is of")
    description: str
    default: str = Field(description="What stands in its place when it is left out, as SPARQL")


class QueryRecord(BaseModel):
    """A canned query."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[QueryParameter, ...]
    columns: tuple[str, ...]


class QueriesPage(Page):
    """Canned queries, by name."""

    items: tuple[QueryRecord, ...]


Cell = str | int | bool | None


class QueryAnswer(BaseModel):
    """The rows of a canned query."""

    version: str
    name: str
    sparql: str = Field(description="The query as it was asked")
    columns: tuple[str, ...]
    rows: tuple[dict[str, Cell], ...] = Field(
        description="By column; IRIs whole, decimals as text, null where nothing is bound"
    )


class Study(BaseModel):
    """One item beside a question: who, and how it bears on it."""

    claim: str
    item: str
    source: str
    bearing: str = Field(description="article, paper, direct, indirect, no result or retracted")
    direction: Direction
    design: Design | None
    sample_size: int | None


class QuestionRecord(BaseModel):
    """What articles say beside what studies found."""

    asks: str = Field(description="What is asked, as the claim that it would be")
    subject: str
    object: str
    condition: str | None
    claims: tuple[str, ...]
    wording: Wording = Field(description="The strongest of an article")
    denied: bool = Field(description="Whether articles only deny it")
    standing: Standing = Field(description="How what is said compares with what was found")
    sentence: str
    level: int = Level
    grade: str = Field(description="What the studies amount to, in words")
    agreement: Agreement
    statements: tuple[Study, ...]
    studies: tuple[Study, ...]


class EvidencePage(Page):
    """Questions."""

    items: tuple[QuestionRecord, ...]


class EvidenceQuery(Paging):
    """About what."""

    entity: str | None = Field(None, max_length=200, description="Id or name of an entity",
                               examples=["fibromyalgia"])  # fmt: skip


class GapRecord(BaseModel):
    """Where evidence is missing, as far as these data go."""

    kind: GapKind
    about: str = Field(description="Id of the entity")
    asks: str
    why: str
    claims: tuple[str, ...]
    path: str | None = Field(description="Of a weak chain, the path’s id")


class GapsPage(Page):
    """Gaps, list by list."""

    items: tuple[GapRecord, ...]


class GapsQuery(Paging):
    """Which gaps."""

    kind: Several[GapKind] = ids("Which list", "no-study")


class Statistics(BaseModel):
    """How much there is of what."""

    version: str
    counts: dict[str, int] = Field(description="Records, evidence items, paths and statements")
    claims: dict[str, dict[str, int]] = Field(description="Facet → value → claims in force")
    entities: dict[str, int] = Field(description="Kind → entities")
    sources: dict[str, int] = Field(description="Design (none: a text that only states) → sources")


@router.get("/queries", response_model=QueriesPage, responses=CSV, tags=["queries"],
            summary="The canned queries")  # fmt: skip
def listed(request: Request, response: Response, asked: Annotated[Paging, Query()]) -> Any:
    """Questions that are asked often, with their parameters."""
    here = snapshot(request)
    found = [query for _, query in sorted(here.graph.canned.items())]
    items = read_all(_described, part(found, asked))
    page = QueriesPage(**_page(here, len(found), asked), items=items)
    return answered(request, response, page, asked, items, QueryRecord)


@router.get("/queries/{name}", response_model=QueryAnswer, responses=_ASKED, tags=["queries"],
            summary="Ask a canned query", openapi_extra=_ANY_PARAMETERS)  # fmt: skip
async def ask(
    request: Request,
    name: Annotated[
        str,
        Path(
            max_length=200,
            description="The query’s name, as /queries lists it",
            examples=["claims-for-condition"],
        ),
    ],
    format: Annotated[str, Query(pattern="^(json|csv)$", description="`csv`: as a table")] = "json",
) -> Any:
    """The rows; parameters are checked, so that a name that is not there is an error."""
    here = snapshot(request)
    canned = here.graph.canned
    if name not in canned:
        raise UnknownName.among("query", name, canned, see="ldn-graph queries")
    given = [(k, v) for k, v in request.query_params.multi_items() if k not in _OWN]
    params = dict(given)
    if len(params) < len(given):
        raise BadParameter("a parameter is given twice; a canned query takes one value of each")
    table = await _rows(request, here, canned[name], params)
    # written in a thread: thousands of rows would keep everybody else waiting
    return await run_in_threadpool(_written, table, here, canned[name], params, format)


@router.get("/evidence", response_model=EvidencePage, responses=CSV, tags=["evidence"],
            summary="What articles say beside what studies found")  # fmt: skip
def evidence(request: Request, response: Response, asked: Annotated[EvidenceQuery, Query()]) -> Any:
    """Claims that ask the same, with statements and studies kept apart."""
    here = snapshot(request)
    name = None if asked.entity is None else here.graph.entity(asked.entity).id
    found = MEMORY.get(
        (here.version, "evidence", name), lambda: SLOW.run(lambda: here.graph.evidence(name).found)
    )
    items = read_all(lambda q: _question(q, here), part(found, asked))
    page = EvidencePage(**_page(here, len(found), asked), items=items)
    return answered(request, response, page, asked, items, QuestionRecord)


@router.get("/gaps", response_model=GapsPage, responses=CSV, tags=["evidence"],
            summary="Where evidence is missing")  # fmt: skip
def gaps(request: Request, response: Response, asked: Annotated[GapsQuery, Query()]) -> Any:
    """What no study here has looked at; a study that these data lack may exist elsewhere."""
    here = snapshot(request)
    every = MEMORY.get((here.version, "gaps"), lambda: SLOW.run(lambda: here.graph.gaps().found))
    found = [gap for gap in every if not asked.kind or gap.kind in asked.kind]
    items = read_all(lambda gap: _gap(gap, here), part(found, asked))
    page = GapsPage(**_page(here, len(found), asked), items=items)
    return answered(request, response, page, asked, items, GapRecord)


@router.get("/statistics", response_model=Statistics, tags=["evidence"],
            summary="How much there is of what")  # fmt: skip
def statistics(request: Request) -> Any:
    """Counts of records, and of claims in force by each facet."""
    here = snapshot(request)
    corpus = here.graph.corpus
    chosen = here.facets.choose(Wanted(status=frozenset({"accepted"})))
    return Statistics(
        version=here.version,
        counts={
            "claims": len(corpus.claims),
            "claims_in_force": len(chosen.claims),
            "entities": len(corpus.entities),
            "sources": len(corpus.sources),
            "agents": len(corpus.agents),
            "evidence_items": sum(len(c.evidence) for c in corpus.claims.values()),
            "paths": len(here.graph.all_paths),
            "statements": len(here.graph.quads),
        },
        claims={facet: dict(values) for facet, values in chosen.counts.items()},
        entities=_counted(e.kind for e in corpus.entities.values()),
        sources=_counted(s.design or "none" for s in corpus.sources.values()),
    )


def _written(
    table: Table, here: Snapshot, query: CannedQuery, params: dict[str, str], format_: str
) -> Response:
    if format_ == "csv":
        return Response(csv_of(table), media_type=CSV_TYPE)
    answer = QueryAnswer(
        version=here.version,
        name=query.name,
        sparql=queries.fill(query, params, known=here.graph.known, base=_base(here)),
        columns=table.columns,
        rows=tuple(
            {c: _native(t) for c, t in zip(table.columns, row, strict=True)} for row in table.rows
        ),
    )
    return Response(answer.model_dump_json(), media_type="application/json")


async def _rows(
    request: Request, here: Snapshot, query: CannedQuery, params: dict[str, str]
) -> Table:
    """The answer of the query workers; of this process where the endpoint is not in front."""
    sparql = queries.fill(query, params, known=here.graph.known, base=_base(here))
    engine = getattr(request.app.state.site.state, "engine", None)
    if engine is None:
        work = partial(here.graph.query, query.name, **params)
        return (await run_in_threadpool(SLOW.run, work)).table
    client = request.client.host if request.client else ""
    found: Table = await engine.table(sparql, client=client)
    order = [found.columns.index(column) for column in query.columns]
    return Table(query.columns, tuple(tuple(row[n] for n in order) for row in found.rows))


def _base(here: Snapshot) -> str:
    return here.graph.corpus.description.base


def _page(here: Snapshot, total: int, asked: Paging) -> dict[str, Any]:
    return {"version": here.version, "total": total, "limit": asked.limit, "offset": asked.offset}


def _described(query: CannedQuery) -> QueryRecord:
    return QueryRecord(
        name=query.name,
        summary=query.summary,
        description=query.description,
        tags=query.tags,
        parameters=tuple(
            QueryParameter(
                name=p.name, type=p.type, scheme=p.scheme, description=p.doc, default=p.default
            )
            for p in query.params
        ),
        columns=query.columns,
    )


def _native(term: Any) -> Cell:
    if term is None:
        return None
    kind = str(getattr(getattr(term, "datatype", None), "value", "")).rpartition("#")[2]
    if kind == "integer":
        return int(term.value)
    return term.value == "true" if kind == "boolean" else plain(term)


def _question(question: Question, here: Snapshot) -> QuestionRecord:
    return QuestionRecord(
        asks=proposition(question, here.graph.corpus),
        subject=question.subject,
        object=question.object,
        condition=question.condition,
        claims=tuple(claim.id for claim in question.claims),
        wording=question.wording,
        denied=question.denied,
        standing=question.standing,
        sentence=question.sentence,
        level=question.found.level,
        grade=question.found.grade.words,
        agreement=question.found.agreement,
        statements=tuple(map(_entry, question.statements)),
        studies=tuple(map(_entry, question.studies)),
    )


def _entry(entry: Entry) -> Study:
    return Study(
        claim=entry.claim.id,
        item=entry.item.id,
        source=entry.source.id,
        bearing=entry.bearing,
        direction=entry.item.direction,
        design=entry.item.design,
        sample_size=entry.item.sample_size,
    )


def _gap(gap: Gap, here: Snapshot) -> GapRecord:
    return GapRecord(
        kind=gap.kind,
        about=gap.about,
        asks=proposition(gap.question, here.graph.corpus),
        why=gap.why,
        claims=gap.claims,
        path=gap.path.id if gap.path else None,
    )


def _counted(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(map(str, values)).items()))
