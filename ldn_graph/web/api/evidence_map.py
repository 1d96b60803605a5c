"""`/map`: the evidence map, a record a cell."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.grades import Shows
from ldn_graph.reports.map_cells import Cell, EvidenceMap, MapKind, State
from ldn_graph.reports.map_selection import Order, select
from ldn_graph.web.api.lists import CSV, Page, Paging, answered, part, read_all
from ldn_graph.web.bounded_work import SLOW
from ldn_graph.web.state import snapshot

router = APIRouter()


class CellRecord(BaseModel):
    """Where a row of the map meets a column: what is shown there, how surely, or a gap."""

    row: str = Field(description="Id of the entity of the row, or `no-condition-named`")
    row_label: str = Field(description="What the row is called")
    column: str = Field(description="Id of the entity of the column, or `overall`")
    column_label: str = Field(description="What the column is called")
    drug: str | None = Field(description="Id of the drug that it is about")
    state: State = Field(description="studied, claimed without a study, or a gap of this corpus")
    shows: Shows | None = Field(description="What the evidence shows; null for mechanisms and gaps")
    grade: str = Field(description="The same with its certainty, in words")
    step: int = Field(description="Certainty, or what was measured, as a step from 0 to 4")
    trials: int | None = Field(description="Distinct trials that count, as far as stated")
    people: int | None = Field(description="People in them, as far as stated")
    controlled: bool = Field(description="Whether it compares with other people")
    comparator: str | None = Field(description="What it was compared with")
    contested: bool = Field(description="Whether sources speak for it and against it")
    chains: int = Field(description="Of a mechanism, the chains of claims through it")
    claims: tuple[str, ...] = Field(description="Ids of the claims, that which says it best first")
    sources: tuple[str, ...] = Field(description="Ids of the sources of what is shown")


class MapPage(Page):
    """Cells of the map, row by row, gaps included. Not medical advice."""

    title: str = Field(description="What the map is of")
    disclaimer: str = Field(description="What must be shown beside it: not medical advice")
    items: tuple[CellRecord, ...]


class MapQuery(Paging):
    """Which map, and which rows of it."""

    kind: MapKind = Field(MapKind.OUTCOMES, description="conditions × outcomes, adverse effects × "
                          "drugs, or mechanisms × conditions")  # fmt: skip
    drug: str | None = Field(None, max_length=200, description="A drug by id or name, or `all`; "
                             "without it the most studied one")  # fmt: skip
    order: Order = Field(Order.EVIDENCE, description="Order of the rows")
    shows: Shows | None = Field(None, description="Only rows with a cell that shows it")
    least: int = Field(0, ge=0, le=4, description="Only rows with a cell of at least this step")
    contested: bool = Field(False, description="Only rows with a contested cell")
    name: str = Field("", max_length=200, description="Only rows with these words in a heading")
    until: int | None = Field(None, ge=1900, le=2200, description="Only what had come out by the "
                              "end of this year; studies without a year are left out")  # fmt: skip


@router.get("/map", response_model=MapPage, responses=CSV, tags=["evidence"],
            summary="The evidence map: what was studied, and what was not")  # fmt: skip
def evidence_map(request: Request, response: Response, asked: Annotated[MapQuery, Query()]) -> Any:
    """Each cell of the map with what is shown, how surely, by how many; what is empty is a gap."""
    here = snapshot(request)
    found = SLOW.run(lambda: _found(asked, here.graph))
    cells = [c for row in found.rows for c in (*row.cells, *row.own)]
    items = read_all(_record, part(cells, asked))
    page = MapPage(
        version=here.version,
        total=len(cells),
        limit=asked.limit,
        offset=asked.offset,
        title=found.title,
        disclaimer=found.disclaimer,
        items=items,
    )
    return answered(request, response, page, asked, items, CellRecord)


def _found(asked: MapQuery, graph: EvidenceGraph) -> EvidenceMap:
    known = graph if asked.until is None else graph.until(asked.until)
    return select(
        known.map(asked.kind, drug=asked.drug),
        order=asked.order,
        shows=asked.shows,
        least=asked.least,
        contested=asked.contested,
        name=asked.name,
    )


def _record(cell: Cell) -> CellRecord:
    body = cell.body
    return CellRecord(
        row=cell.row.id,
        row_label=cell.row.label,
        column=cell.column.id,
        column_label=cell.column.label,
        drug=body.key.intervention if body else cell.row.drug,
        state=cell.state,
        shows=cell.shows,
        grade=cell.grade,
        step=cell.step,
        trials=cell.trials,
        people=cell.people,
        controlled=cell.controlled,
        comparator=body.key.comparator if body else None,
        contested=cell.contested,
        chains=cell.chains,
        claims=cell.claims,
        sources=body.sources if body else (),
    )
