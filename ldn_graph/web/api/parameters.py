"""The parameters of the API's addresses, typed and described once, and pages of lists."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode

from fastapi import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.requests import Request

from ldn_graph.errors import UnknownName
from ldn_graph.paths import search
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import (
    Agreement,
    Basis,
    Certainty,
    Design,
    Direction,
    DoseBand,
    Kind,
    Predicate,
    Status,
    Wording,
)
from ldn_graph.reports.tables import CSV_TYPE, csv_of
from ldn_graph.search.facets import FACETS, Wanted
from ldn_graph.table import Table, text
from ldn_graph.web.state import settings

_T = TypeVar("_T")


def _apart(values: Any) -> Any:
    """`a,b` as two values: an address may repeat a parameter or list its values."""
    if not isinstance(values, list):
        return values
    return [part.strip() for value in values for part in str(value).split(",") if part.strip()]


Several = Annotated[list[_T], BeforeValidator(_apart)]
_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Id = Annotated[str, Field(pattern=_ID, max_length=120)]
Level = Annotated[int, Field(ge=0, le=4)]
Year = Annotated[int, Field(ge=1000, le=9999)]
Format = Annotated[
    Literal["json", "csv"], Field(description="`csv`: the list as a table, UTF-8, one row a record")
]
Text = Annotated[
    str | None,
    Field(
        max_length=200,
        description="Words to search for in labels, synonyms, readings and quotes; as in /search",
        examples=["crohn"],
    ),
]


def ids(what: str, example: str) -> Any:
    """A field of ids; several are alternatives."""
    about = f"{what}; repeat it, or part values by commas, for alternatives"
    return Field(default=[], max_length=100, description=about, examples=[[example]])


class Parameters(BaseModel):
    """Parameters of an address; unknown ones are an error, so that no typo goes unseen."""

    model_config = ConfigDict(extra="forbid")


class StepFilters(Parameters):
    """What a single claim, and one evidence item of it, must be like."""

    min_level: Level = Field(0, description="Least evidence level, 0 (stated only) to 4")
    source: Several[Id] = ids("Id of a source; this to `basis`, and the years, hold of one "
                              "evidence item together", "hartmann-uses-of-ldn")  # fmt: skip
    certainty: Several[Certainty] = ids("How sure an item’s source sounds", "hedged")
    dose_band: Several[DoseBand] = ids("Dose band of an item, or of its subject", "low")


class ClaimFilters(StepFilters):
    """Which claims; what is not given narrows nothing down."""

    subject: Several[Id] = ids("Id of the subject (an entity)", "low-dose-naltrexone")
    predicate: Several[Predicate] = ids("Relation", "decreases")
    object: Several[Id] = ids("Id of the object (an entity)", "crohns-disease")
    condition: Several[Id] = ids("Id of the condition in which it is claimed", "fibromyalgia")
    entity: Several[Id] = ids("Id of an entity that is subject, object or condition", "endorphin")
    subject_kind: Several[Kind] = ids("Kind of the subject", "drug")
    object_kind: Several[Kind] = ids("Kind of the object", "condition")
    level: Several[Level] = ids("Evidence level, 0 (stated only) to 4", "3")
    max_level: Level = Field(4, description="Highest evidence level, 0 to 4")
    wording: Several[Wording] = ids("Strongest wording of a source in favour", "assertion")
    agreement: Several[Agreement] = ids("Agreement of the sources", "contested")
    status: Several[Status | Literal["any"]] = ids(
        "Status in curation; without it `accepted` (any, where claims are named)", "accepted"
    )
    direction: Several[Direction] = ids("Which way an item speaks", "refutes")
    design: Several[Design] = ids("Design of an item’s study", "randomised-trial")
    basis: Several[Basis] = ids("What an item’s source goes by", "own-result")
    year: Several[Year] = ids("Year in which an item’s source appeared", "2013")
    min_year: Year | None = Field(None, description="Earliest such year")
    max_year: Year | None = Field(None, description="Latest such year")

    def wanted(self, corpus: Corpus, among: Iterable[str] | None = None) -> Wanted:
        """The choice that they make, of all claims or of `among`. Raises UnknownName."""
        for slot in ("subject", "object", "condition", "entity"):
            known(corpus.entities, "entity", getattr(self, slot))
        known(corpus.sources, "source", self.source)
        chosen = {facet: frozenset(map(str, getattr(self, facet))) for facet in FACETS}
        if not self.status and among is None:
            chosen["status"] = frozenset({str(Status.ACCEPTED)})
        if "any" in self.status:
            chosen["status"] = frozenset()
        return Wanted(
            **chosen,
            entity=frozenset(self.entity),
            among=None if among is None else frozenset(among),
            min_level=self.min_level,
            max_level=self.max_level,
            min_year=self.min_year,
            max_year=self.max_year,
        )


class PathFilters(StepFilters):
    """How two entities may be joined."""

    max_steps: int = Field(5, ge=1, le=8, description="Steps of a path at most")
    through_groups: bool = Field(
        False, description="Whether a last step may go from a group to its member"
    )
    via: Several[Id] = ids("Ids of entities that a path must meet, all of them", "endorphin")
    avoid: Several[Id] = ids("Ids of entities that no path may meet", "toll-like-receptor-4")
    through: Several[Kind] = ids("Kinds that a path may meet between its ends", "mechanism")

    def steps(self) -> search.Filter:
        """The search's filter."""
        return search.Filter(
            min_level=self.min_level,
            certainties=frozenset(self.certainty),
            kinds=frozenset(self.through),
            sources=frozenset(self.source),
            dose_bands=frozenset(self.dose_band),
            avoid=frozenset(self.avoid),
            via=frozenset(self.via),
        )


def known(there: Iterable[str], what: str, names: Iterable[str]) -> None:
    """Raises UnknownName for a name that is not there."""
    names_there = set(there)
    for name in names:
        if name not in names_there:
            raise UnknownName.among(what, name, names_there)


def names_of(route: object) -> list[str]:
    """The query parameters that an address of the API takes, in order."""
    if not isinstance(route, APIRoute):
        return []
    found: list[str] = []
    for field in route.dependant.query_params:
        kind = field.field_info.annotation
        inner = getattr(kind, "model_fields", None)
        found += list(inner) if inner else [field.alias]
    return found


_R = TypeVar("_R", bound=BaseModel)

#: What a list's address says of its other form.
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


class Paging(Parameters):
    """Which part of a list."""

    limit: int = Field(50, ge=1, le=1000, description="Records at most")
    offset: int = Field(0, ge=0, le=10_000_000, description="Records to pass over")
    format: Format = "json"


class Page(BaseModel):
    """A part of a list."""

    version: str = Field(description="Version of the data: a digest of every statement in them")
    total: int = Field(description="How many there are in all", ge=0)
    limit: int = Field(description="How many were asked for")
    offset: int = Field(description="How many come before the first of this page")


def part(found: Sequence[_T], paging: Paging) -> Sequence[_T]:
    """The part of a list that is asked for."""
    return found[paging.offset : paging.offset + paging.limit]


def answered(
    request: Request,
    response: Response,
    page: Page,
    paging: Paging,
    rows: Iterable[BaseModel],
    columns: type[BaseModel],
) -> Any:
    """The page with its neighbours, or `rows` as CSV with the fields of `columns`."""
    headers = {"x-total-count": str(page.total)}
    links = _neighbours(request, page)
    if links:
        headers["link"] = links
    if paging.format == "csv":
        return Response(csv(rows, columns), media_type=CSV_TYPE, headers=headers)
    response.headers.update(headers)
    return page


def csv(rows: Iterable[BaseModel], columns: type[BaseModel]) -> str:
    """Records as CSV: a reference is its id, several values are parted by “; ”."""
    names = tuple(columns.model_fields)
    cells = (tuple(text(_cell(getattr(row, name))) for name in names) for row in rows)
    return csv_of(Table(names, tuple(cells)))


def read_all(make: Callable[[_T], _R], found: Iterable[_T]) -> tuple[_R, ...]:
    """What `make` makes of each."""
    return tuple(make(one) for one in found)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, BaseModel):
        return str(getattr(value, "id", None) or getattr(value, "text", ""))
    if isinstance(value, list | tuple):
        return "; ".join(_cell(v) for v in value)
    return str(value)


def _neighbours(request: Request, page: Page) -> str:
    """The pages before and after, as a Link header has them."""
    last = max(0, (page.total - 1) // page.limit * page.limit)
    wanted = {"first": 0, "last": last}
    if page.offset + page.limit < page.total:
        wanted["next"] = page.offset + page.limit
    if page.offset:
        wanted["prev"] = max(0, page.offset - page.limit)
    given = [(k, v) for k, v in request.query_params.multi_items() if k != "offset"]
    here = settings(request).base_path + request.url.path.removeprefix(settings(request).base_path)
    return ", ".join(
        f'<{here}?{urlencode([*given, ("offset", at)])}>; rel="{rel}"'
        for rel, at in sorted(wanted.items())
    )
