"""`/safety`: what is on record of a drug's safety, at any dose."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from ldn_graph.records.grades import SourceKind
from ldn_graph.records.vocabularies import Design, Direction
from ldn_graph.reports.safety import Caution, Mention, Section
from ldn_graph.web.api.lists import CSV, Page, Paging, answered, part, read_all
from ldn_graph.web.bounded_work import SLOW
from ldn_graph.web.state import snapshot

router = APIRouter()


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
    items = read_all(_record, part(mentions, asked))
    page = SafetyPage(
        version=here.version,
        total=len(mentions),
        limit=asked.limit,
        offset=asked.offset,
        disclaimer=here.graph.corpus.description.disclaimer,
        items=items,
    )
    return answered(request, response, page, asked, items, SafetyRecord)


def _record(row: tuple[Caution, Mention]) -> SafetyRecord:
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
