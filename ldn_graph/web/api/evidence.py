"""`/findings`: bodies of evidence with their certainty; `/hangs-on`: what one study changes;
`/safety`: what is on record of a drug's safety, at any dose; `/map`: the evidence map.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from ldn_graph.grading.body import Body, effect_in_words
from ldn_graph.grading.grade import quoted
from ldn_graph.grading.summary import Hanging
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.enumerations import CertaintyOfEvidence, Shows, SourceKind
from ldn_graph.records.vocabularies import Agreement, Design, Direction
from ldn_graph.reports.map_cells import Cell, EvidenceMap, MapKind, Order, State, select
from ldn_graph.reports.safety import Caution, Mention, Section
from ldn_graph.verbalise import reading
from ldn_graph.web.api.parameters import CSV, Page, Paging, Several, answered, ids, part, read_all
from ldn_graph.web.bounded_work import SLOW
from ldn_graph.web.state import snapshot

router = APIRouter()


class FindingRecord(BaseModel):
    """A body of evidence: one row of the summary of findings."""

    intervention: str = Field(description="Id of the entity")
    dose_band: str = Field(description="Dose band of the intervention")
    condition: str = Field(description="Id of the entity")
    outcome: str = Field(description="Id of the entity, or the papers’ words")
    comparator: str = Field(description="What it was compared with")
    trials: int | None = Field(description="Distinct trials that count")
    people: int | None = Field(description="People in them, as far as stated")
    effect: str = Field(description="The effect in numbers with its interval, and what it rests on")
    shows: Shows = Field(description="Read from the interval, never from a p value alone")
    certainty: CertaintyOfEvidence = Field(description="How certain, as GRADE uses the words")
    reasons: tuple[str, ...] = Field(description="Why, a sentence a domain of GRADE")
    sources: tuple[str, ...] = Field(description="Ids of the sources that report it")
    searched_until: str | None = Field(description="Until when its studies were last searched for, "
                                       "as EDTF; null where nobody recorded it")  # fmt: skip


class FindingsPage(Page):
    """Bodies of evidence, the best design and most people first."""

    items: tuple[FindingRecord, ...]


class FindingsQuery(Paging):
    """On what, and knowing what."""

    entity: str = Field(max_length=200, description="Id or name of a condition, outcome or drug",
                        examples=["fibromyalgia"])  # fmt: skip
    without: Several[str] = ids("Leave a source out", "younger-2013")
    until: int | None = Field(None, ge=1900, le=2200, description="Only what had come out by the "
                              "end of this year; studies without a year are left out")  # fmt: skip


class HangingRecord(BaseModel):
    """A claim that changes when a source is left out."""

    claim: str = Field(description="Id of the claim")
    reading: str = Field(description="What is claimed, in words")
    grade: str = Field(description="Its grade with the source")
    grade_without: str | None = Field(description="None where nothing is left of the claim")
    agreement: Agreement = Field(description="Whether its sources agree, with the source")
    agreement_without: Agreement | None = Field(description="The same without it")
    quote: str | None = Field(description="Exact words of the evidence that earned the grade")


class HangingPage(Page):
    """Claims that hang on a source."""

    items: tuple[HangingRecord, ...]


class HangingQuery(Paging):
    """On which source."""

    source: str = Field(max_length=200, description="Id of a source", examples=["smith-2011"])


@router.get("/findings", response_model=FindingsPage, responses=CSV, tags=["evidence"],
            summary="What the evidence shows, and how certain that is")  # fmt: skip
def findings(request: Request, response: Response, asked: Annotated[FindingsQuery, Query()]) -> Any:
    """The summary of findings of an entity, also without a source or as of a year."""
    here = snapshot(request)
    graph = _as_asked(here.graph, asked)
    found = SLOW.run(lambda: graph.summary(asked.entity).found)
    items = read_all(_finding, part(found, asked))
    page = FindingsPage(
        version=here.version, total=len(found), limit=asked.limit, offset=asked.offset, items=items
    )
    return answered(request, response, page, asked, items, FindingRecord)


@router.get("/hangs-on", response_model=HangingPage, responses=CSV, tags=["evidence"],
            summary="What would change without one study")  # fmt: skip
def hangs_on(request: Request, response: Response, asked: Annotated[HangingQuery, Query()]) -> Any:
    """The claims whose grade or agreement changes when a source is left out."""
    here = snapshot(request)
    found = SLOW.run(lambda: here.graph.hanging_on(asked.source).found)
    items = read_all(lambda change: _hanging(change, here.graph), part(found, asked))
    page = HangingPage(
        version=here.version, total=len(found), limit=asked.limit, offset=asked.offset, items=items
    )
    return answered(request, response, page, asked, items, HangingRecord)


def _as_asked(graph: EvidenceGraph, asked: FindingsQuery) -> EvidenceGraph:
    if asked.without:
        graph = graph.without(*asked.without)
    return graph if asked.until is None else graph.until(asked.until)


def _finding(body: Body) -> FindingRecord:
    key, rating = body.key, body.rating
    return FindingRecord(
        intervention=key.intervention,
        dose_band=key.band,
        condition=key.condition,
        outcome=key.outcome,
        comparator=key.comparator,
        trials=body.trials,
        people=body.people,
        effect=effect_in_words(body),
        shows=rating.shows,
        certainty=rating.certainty,
        reasons=rating.reasons,
        sources=body.sources,
        searched_until=body.searched_until,
    )


def _hanging(change: Hanging, graph: EvidenceGraph) -> HangingRecord:
    claim, after = graph.corpus.claims[change.claim], change.without
    shown = quoted(claim, change.before.grade, graph.corpus)
    return HangingRecord(
        claim=change.claim,
        reading=reading(claim, graph.corpus),
        grade=change.before.grade.words,
        grade_without=after.grade.words if after else None,
        agreement=change.before.agreement,
        agreement_without=after.agreement if after else None,
        quote=shown.words if shown and shown.verbatim else None,
    )


class SafetyRecord(BaseModel):
    """What one source says of a contraindication, warning, interaction, adverse event, or of whom
    trials left out."""

    section: Section = Field(description="Which part of the answer it belongs to")
    what: str = Field(description="In whom, of what, or with what")
    of: str = Field(description="Id of the drug or dose that it is said of")
    own: bool = Field(description="Whether that is what was asked about, not another dose")
    speaks: Direction = Field(description="Whether the source states it or speaks against it")
    differ: bool = Field(description="Whether one source states it and another speaks against it")
    rates: tuple[str, ...] = Field(description="Results in numbers, as the text has them")
    words: str = Field(description="Exact words of the source, else its finding in ours")
    verbatim: bool = Field(description="Whether `words` are a quote")
    source_kind: SourceKind = Field(description="What kind of source it is")
    source: str = Field(description="Id of the source")
    title: str = Field(description="Title of the source; of a label its name")
    issuer: str | None = Field(description="First author, or who issued it")
    date: str | None = Field(description="Date of the source (EDTF), as far as it was read")
    design: Design | None = Field(description="Design of the study, if it is one")
    grade: str = Field(description="Grade of the claim in words; of a label its kind")
    note: str | None = Field(description="What the curators noted")
    claim: str = Field(description="Id of the claim")
    item: str = Field(description="Id of the evidence item in the claim")


class SafetyPage(Page):
    """What is on record, contraindications first. Not medical advice, and not complete."""

    disclaimer: str = Field(description="What must be shown beside it: not medical advice")
    items: tuple[SafetyRecord, ...]


class SafetyQuery(Paging):
    """Of which drug."""

    drug: str = Field(max_length=200, description="Id or name of a drug, or of a dose of it",
                      examples=["low-dose-naltrexone"])  # fmt: skip


@router.get("/safety", response_model=SafetyPage, responses=CSV, tags=["evidence"],
            summary="Contraindications, warnings, interactions and adverse events")  # fmt: skip
def safety(request: Request, response: Response, asked: Annotated[SafetyQuery, Query()]) -> Any:
    """What is on record of a drug's safety at any dose, each with the dose that it is said of."""
    here = snapshot(request)
    found = SLOW.run(lambda: here.graph.safety(asked.drug).found)
    mentions = [(caution, mention) for caution in found for mention in caution.mentions]
    items = read_all(_safety_record, part(mentions, asked))
    page = SafetyPage(
        version=here.version,
        total=len(mentions),
        limit=asked.limit,
        offset=asked.offset,
        disclaimer=here.graph.corpus.description.disclaimer,
        items=items,
    )
    return answered(request, response, page, asked, items, SafetyRecord)


def _safety_record(row: tuple[Caution, Mention]) -> SafetyRecord:
    caution, mention = row
    item, source = mention.item, mention.source
    return SafetyRecord(
        section=caution.section,
        what=caution.what,
        of=caution.claim.subject,
        own=caution.own,
        speaks=item.direction,
        differ=caution.differ,
        rates=mention.rates,
        words=mention.words,
        verbatim=item.quote is not None,
        source_kind=mention.kind,
        source=source.id,
        title=source.title,
        issuer=source.author[0].name if source.author else None,
        date=source.issued,
        design=item.design,
        grade=caution.grade,
        note=item.note,
        claim=caution.claim.id,
        item=item.id,
    )


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
    items = read_all(_map_record, part(cells, asked))
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


def _map_record(cell: Cell) -> CellRecord:
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
