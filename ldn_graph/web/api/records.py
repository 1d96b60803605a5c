"""`/claims`, `/entities`, `/sources`, `/agents`: lists with filters and facets, and one of each."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from ldn_graph.errors import UnknownName
from ldn_graph.records.model import Agent
from ldn_graph.records.vocabularies import Design, Kind
from ldn_graph.search.facets import OF_CLAIM, OF_ITEM
from ldn_graph.web.api.parameters import (
    CSV,
    ClaimFilters,
    Page,
    Paging,
    Several,
    Text,
    answered,
    ids,
    part,
    read_all,
)
from ldn_graph.web.api.response_models import (
    AgentRecord,
    Answers,
    ClaimRecord,
    ClaimSummary,
    EntityRecord,
    EntitySummary,
    SourceRecord,
    SourceSummary,
)
from ldn_graph.web.state import Snapshot, settings, snapshot

router = APIRouter(tags=["records"])
Order = Literal["relevance", "strength", "id", "newest"]
_NAMES_OF = {"subject": "entities", "object": "entities", "condition": "entities",
             "source": "sources"}  # fmt: skip


def _id(what: str, example: str) -> Any:
    return Path(max_length=200, description=f"The {what}’s id", examples=[example])


class ClaimsQuery(ClaimFilters, Paging):
    """Which claims, in which order, which part of them."""

    q: Text = None
    sort: Order | None = Field(
        None,
        description="`relevance` (of `q`; the default with it), `strength`: strongest first "
        "(evidence level, then agreement, then wording; the default), `newest`: latest source "
        "first, or `id`",
    )


class Count(BaseModel):
    """A value of a facet."""

    value: str
    label: str = Field(description="The value in words")
    count: int = Field(description="Claims that would be left, were it chosen in its facet")


class ClaimsPage(Page):
    """Claims, and what they can be narrowed down by."""

    items: tuple[ClaimSummary, ...]
    facets: dict[str, tuple[Count, ...]] = Field(
        description=f"Of the claim: {', '.join(OF_CLAIM)}; of one of its items: "
        f"{', '.join(OF_ITEM)}. The most frequent value first"
    )


class EntitiesQuery(Paging):
    """Which entities."""

    q: Text = None
    kind: Several[Kind] = ids("Kind", "condition")


class EntitiesPage(Page):
    """Entities."""

    items: tuple[EntitySummary, ...]


class SourcesQuery(Paging):
    """Which sources."""

    q: Text = None
    design: Several[Design] = ids("Design of the study", "randomised-trial")
    retracted: bool | None = Field(None, description="Only retracted ones, or only others")


class SourcesPage(Page):
    """Sources."""

    items: tuple[SourceSummary, ...]


class AgentsPage(Page):
    """Agents."""

    items: tuple[Agent, ...]


@router.get("/claims", response_model=ClaimsPage, responses=CSV, summary="Claims, with facets")
def claims(request: Request, response: Response, asked: Annotated[ClaimsQuery, Query()]) -> Any:
    """The claims that fit, and how many each further choice would leave."""
    here, say = snapshot(request), answers(request)
    among = here.index.ids(asked.q, "claim") if asked.q else None
    chosen = here.facets.choose(asked.wanted(here.graph.corpus, among))
    found = _sorted(chosen.claims, asked.sort, among, here)
    items = read_all(say.summary, part(found, asked))
    page = ClaimsPage(
        **_page(here, len(found), asked), items=items, facets=_facets(chosen.counts, here)
    )
    return answered(request, response, page, asked, items, ClaimSummary)


@router.get("/claims/{id}", response_model=ClaimRecord, summary="One claim")
def claim(request: Request, id: Annotated[str, _id("claim", "ldn-for-cancer")]) -> Any:
    """A claim with its evidence, its strength and why, and its history."""
    return answers(request).claim(id)


@router.get("/entities", response_model=EntitiesPage, responses=CSV, summary="Entities")
def entities(request: Request, response: Response, asked: Annotated[EntitiesQuery, Query()]) -> Any:
    """The things that claims are about; by id, or with `q` the best first."""
    here, say = snapshot(request), answers(request)
    there = here.graph.corpus.entities
    order = here.index.ids(asked.q, "entity") if asked.q else sorted(there)
    found = [i for i in order if not asked.kind or there[i].kind in asked.kind]
    items = read_all(say.entity_summary, part(found, asked))
    page = EntitiesPage(**_page(here, len(found), asked), items=items)
    return answered(request, response, page, asked, items, EntitySummary)


@router.get("/entities/{id}", response_model=EntityRecord, summary="One entity")
def entity(request: Request, id: Annotated[str, _id("entity", "endorphin")]) -> Any:
    """An entity, by its id or one of its names, with its mappings and claims."""
    return answers(request).entity(id)


@router.get("/sources", response_model=SourcesPage, responses=CSV, summary="Sources")
def sources(request: Request, response: Response, asked: Annotated[SourcesQuery, Query()]) -> Any:
    """Articles, papers and registry records; by id, or with `q` the best first."""
    here, say = snapshot(request), answers(request)
    there = here.graph.corpus.sources
    order = here.index.ids(asked.q, "source") if asked.q else sorted(there)
    found = [
        i
        for i in order
        if (not asked.design or there[i].design in asked.design)
        and asked.retracted in (None, there[i].retracted)
    ]
    items = read_all(say.source_summary, part(found, asked))
    page = SourcesPage(**_page(here, len(found), asked), items=items)
    return answered(request, response, page, asked, items, SourceSummary)


@router.get("/sources/{id}", response_model=SourceRecord, summary="One source")
def source(request: Request, id: Annotated[str, _id("source", "younger-2013")]) -> Any:
    """A source with its bibliographic record and the claims that it speaks to."""
    return answers(request).source(id)


@router.get("/agents", response_model=AgentsPage, responses=CSV, summary="Agents")
def agents(request: Request, response: Response, asked: Annotated[Paging, Query()]) -> Any:
    """Those who curate, by id."""
    here = snapshot(request)
    found = [agent for _, agent in sorted(here.graph.corpus.agents.items())]
    items = tuple(part(found, asked))
    page = AgentsPage(**_page(here, len(found), asked), items=items)
    return answered(request, response, page, asked, items, Agent)


@router.get("/agents/{id}", response_model=AgentRecord, summary="One agent")
def agent(request: Request, id: Annotated[str, _id("agent", "ldn-graph-first-reading")]) -> Any:
    """Someone who curates, with the claims in whose history they are."""
    there = snapshot(request).graph.corpus.agents
    if id not in there:
        raise UnknownName.among("agent", id, there)
    return answers(request).agent(id)


def answers(request: Request) -> Answers:
    """The records of the data that a request is answered from."""
    return Answers(snapshot(request), settings(request).base_path)


def _page(here: Snapshot, total: int, asked: Paging) -> dict[str, Any]:
    return {
        "version": here.version,
        "total": total,
        "limit": asked.limit,
        "offset": asked.offset,
    }


def _sorted(
    found: tuple[str, ...], sort: Order | None, among: tuple[str, ...] | None, here: Snapshot
) -> list[str]:
    """Claims in the order asked for; equals by id."""
    strengths = here.graph.strengths
    if among is not None and sort in (None, "relevance"):
        fitting = set(found)
        return [name for name in among if name in fitting]
    if sort == "id":
        return list(found)
    if sort == "newest":
        return sorted(found, key=lambda i: (_negative(here.facets.latest(i) or (0,)), i))
    return sorted(found, key=lambda i: (_negative(strengths[i].rank), i))


def _negative(ranks: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(-rank for rank in ranks)


def _facets(counts: Mapping[str, Mapping[str, int]], here: Snapshot) -> dict[str, Any]:
    return {
        facet: tuple(
            Count(value=value, label=_label(facet, value, here), count=count)
            for value, count in some.items()
        )
        for facet, some in counts.items()
    }


def _label(facet: str, value: str, here: Snapshot) -> str:
    corpus = here.graph.corpus
    if _NAMES_OF.get(facet) == "entities":
        return corpus.entities[value].label
    if _NAMES_OF.get(facet) == "sources":
        return corpus.sources[value].title
    if facet == "level":
        return f"{value}: {here.graph.rule.level(int(value)).name}"
    return value.replace("-", " ")
