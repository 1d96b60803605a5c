"""`/findings`: bodies of evidence with their certainty; `/hangs-on`: what one study changes."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from ldn_graph.grading.body import Body, effect_in_words
from ldn_graph.grading.quoted import quoted
from ldn_graph.grading.summary import Hanging
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.grades import CertaintyOfEvidence, Shows
from ldn_graph.records.vocabularies import Agreement
from ldn_graph.verbalise import reading
from ldn_graph.web.api.lists import CSV, Page, Paging, answered, part, read_all
from ldn_graph.web.api.parameters import Several, ids
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
