"""A page of a list: its neighbours in the Link header, and the same as CSV."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Response
from pydantic import BaseModel, Field
from starlette.requests import Request

from ldn_graph.table import Table, text
from ldn_graph.web.api.parameters import Format, Parameters
from ldn_graph.web.http.csv_tables import CSV_TYPE, csv_of
from ldn_graph.web.state import settings

_T = TypeVar("_T")
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
