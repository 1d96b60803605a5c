"""`/search` and `/paths`."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from ldn_graph.grading.grade import quoted
from ldn_graph.paths.search import Path, Step
from ldn_graph.records.enumerations import PathBlock
from ldn_graph.records.vocabularies import Agreement, Coherence, Joined, Wording
from ldn_graph.search import KINDS, Hit
from ldn_graph.web.api.graph import find
from ldn_graph.web.api.parameters import (
    CSV,
    Id,
    Page,
    Paging,
    PathFilters,
    Several,
    answered,
    ids,
    part,
    read_all,
)
from ldn_graph.web.api.records import answers
from ldn_graph.web.api.response_models import Answers, Level, Ref
from ldn_graph.web.state import settings, snapshot

router = APIRouter(tags=["finding"])
Thing = Literal["entity", "claim", "source"]


class SearchQuery(Paging):
    """What to search for."""

    q: str = Field(
        max_length=200,
        description='Words (typos are forgiven), a beginning of one, "a phrase", a CURIE, a DOI or '
        "PubMed id",
        examples=["fibromialgia"],
    )
    kind: Several[Thing] = ids("What to find", "claim")


class MarkedPart(BaseModel):
    """A piece of a text."""

    model_config = ConfigDict(from_attributes=True)
    text: str
    marked: bool = Field(description="Whether it is what was looked for")


class SearchHit(BaseModel):
    """A record that was found."""

    kind: Thing
    id: str
    name: str = Field(description="Label, reading or title")
    title: tuple[MarkedPart, ...] = Field(description="The same, cut at what was looked for")
    snippet: tuple[MarkedPart, ...] = Field(description="What of it fits, or what it is")
    score: float = Field(ge=0, le=100, description="100 an identifier, 90 and more an exact name")
    why: str = Field(description="What of it fits: label, synonym, quote, …")
    path: str = Field(description="Its page on this server")


class SearchPage(Page):
    """What was found."""

    items: tuple[SearchHit, ...]
    counts: dict[str, int] = Field(description="How many of each kind, whichever were asked for")


class PathsQuery(PathFilters, Paging):
    """Which paths."""

    start: Id = Field(description="Id of the entity that they start at",
                      examples=["low-dose-naltrexone"])  # fmt: skip
    end: Id = Field(description="Id of the entity that they lead to",
                    examples=["crohns-disease"])  # fmt: skip


class StepOf(BaseModel):
    """A claim on a path."""

    claim: str = Field(description="The claim’s id")
    reading: str
    start: str = Field(description="Id of the entity that the step leads from")
    end: str = Field(description="Id of the entity that it leads to")
    level: int = Level
    grade: str = Field(description="The claim’s grade in words")
    background: bool = Field(description="Whether it is taken as given, and no link")
    quote: str | None = Field(description="Exact words of the evidence that earned the grade")
    source: str | None = Field(description="Id of the source of that quote")
    wording: Wording
    agreement: Agreement
    reversed: bool = Field(description="Whether it goes from a group to its member")


class PathRecord(BaseModel):
    """A chain of claims, no stronger than its weakest."""

    id: str
    iri: str
    nodes: tuple[Ref, ...]
    steps: tuple[StepOf, ...]
    weakest: str = Field(description="Id of the weakest claim, which the next four are of")
    level: int = Level
    grade: str = Field(description="The weakest claim’s grade in words")
    weakest_links: tuple[str, ...] = Field(description="Ids of all claims that are as weak")
    block: PathBlock = Field(description="Direct claim, chain, or claim about a part of the end")
    wording: Wording
    agreement: Agreement
    sign: int = Field(ge=-1, le=1, description="+1 more of the end, -1 less, 0 not stated")
    coherence: Coherence = Field(description="Whether the signs agree with what is claimed of "
                                 "the two ends")  # fmt: skip
    joined: Joined = Field(description="Whether one passage states it whole")
    notes: tuple[str, ...] = Field(description="What to know before believing the chain")


class PathsPage(Page):
    """Paths, the strongest first."""

    items: tuple[PathRecord, ...]


@router.get("/search", response_model=SearchPage, responses=CSV, summary="Search everything")
def search(request: Request, response: Response, asked: Annotated[SearchQuery, Query()]) -> Any:
    """Entities, claims and sources, the best first: exact names, near ones, then what says so."""
    here = snapshot(request)
    found = here.index.search(asked.q, asked.kind or KINDS, asked.limit, asked.offset)
    base = settings(request).base_path
    items = read_all(lambda hit: _hit(hit, base), found.hits)
    page = SearchPage(
        version=here.version,
        total=found.total,
        limit=asked.limit,
        offset=asked.offset,
        items=items,
        counts=dict(found.counts),
    )
    return answered(request, response, page, asked, items, SearchHit)


@router.get("/paths", response_model=PathsPage, responses=CSV, summary="How two things are joined")
def paths(request: Request, response: Response, asked: Annotated[PathsQuery, Query()]) -> Any:
    """Every chain of supported causal claims between two entities, the strongest first."""
    here, say = snapshot(request), answers(request)
    found = find(here, (asked.start, asked.end), asked)
    items = read_all(lambda path: path_record(path, say), part(found, asked))
    page = PathsPage(
        version=here.version,
        total=len(found),
        limit=asked.limit,
        offset=asked.offset,
        items=items,
    )
    return answered(request, response, page, asked, items, PathRecord)


def _hit(hit: Hit, base: str) -> SearchHit:
    return SearchHit(
        kind=hit.kind,
        id=hit.id,
        name=hit.name,
        title=tuple(MarkedPart.model_validate(part) for part in hit.title),
        snippet=tuple(MarkedPart.model_validate(part) for part in hit.snippet),
        score=hit.score,
        why=hit.why,
        path=f"{base}/{hit.kind}/{hit.id}",
    )


def _quote_of(step: Step, say: Answers) -> dict[str, str | None]:
    shown = quoted(step.claim, step.strength.grade, say.corpus)
    if shown is None or not shown.verbatim:
        return {"quote": None, "source": None}
    return {"quote": shown.words, "source": shown.source}


def path_record(path: Path, say: Answers) -> PathRecord:
    """A path with its steps."""
    weakest = path.weakest
    return PathRecord(
        id=path.id,
        iri=say.iri("path", path.id),
        nodes=tuple(say.ref(name) for name in path.nodes),
        steps=tuple(
            StepOf(
                **_quote_of(step, say),
                claim=step.claim.id,
                reading=say.summary(step.claim.id).reading,
                start=step.start,
                end=step.end,
                level=step.strength.level,
                grade=step.strength.grade.words,
                background=step.strength.grade.is_background,
                wording=step.strength.wording,
                agreement=step.strength.agreement,
                reversed=step.reversed,
            )
            for step in path.steps
        ),
        weakest=weakest.claim.id,
        level=weakest.strength.level,
        grade=weakest.strength.grade.words,
        weakest_links=tuple(step.claim.id for step in path.weakest_links),
        block=path.block,
        wording=weakest.strength.wording,
        agreement=weakest.strength.agreement,
        sign=path.sign,
        coherence=path.coherence,
        joined=path.joined,
        notes=path.notes,
    )
