"""The map of evidence: the page, and the same as files."""

from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ldn_graph.errors import BadParameter, UnknownName
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures import map_figure
from ldn_graph.pictures.map_figure import MARKS, SIZES, mark_of
from ldn_graph.records.enumerations import Shows
from ldn_graph.reports.evidence_map import drugs
from ldn_graph.reports.findings_table import anchor
from ldn_graph.reports.map_cells import Cell, EvidenceMap, MapKind, Order, State, map_table, select
from ldn_graph.reports.tables import CSV_TYPE
from ldn_graph.reports.tables import render as rendered
from ldn_graph.web.explorer.page import kept, page
from ldn_graph.web.state import snapshot

#: What the maps are called in their menu.
NAMES = {
    MapKind.OUTCOMES: "Conditions by outcomes",
    MapKind.HARMS: "Adverse effects by drug and dose",
    MapKind.MECHANISMS: "Mechanisms by conditions",
}
ORDERS = {
    Order.EVIDENCE: "the best evidence first",
    Order.PEOPLE: "most people first",
    Order.STUDIED: "most studied first",
    Order.GAPS: "most gaps first",
    Order.NAME: "by name",
}
#: Years to choose from at most.
STEPS = 12
CERTAINTIES = ("any", "very low or better", "low or better", "moderate or better", "high")


_Asked = TypeVar("_Asked", bound=BaseModel)


class Asked(BaseModel):
    """What an address asks of the map. `drug`: an entity, or `all`; `until`: a year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: MapKind = MapKind.OUTCOMES
    drug: Annotated[str, Field(max_length=200)] | None = None
    order: Order = Order.EVIDENCE
    shows: Shows | None = None
    least: Annotated[int, Field(ge=0, le=4)] = 0
    contested: bool = False
    name: Annotated[str, Field(max_length=200)] = ""
    until: Annotated[int, Field(ge=1900, le=2200)] | None = None


def asked_of(request: Request, model: type[_Asked]) -> _Asked:
    """The parameters of a page as `model`; an empty field of a form asks for nothing.

    Raises BadParameter.
    """
    given: dict[str, Any] = {k: v for k, v in request.query_params.items() if v}
    try:
        return model(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise BadParameter(f"{name}: {first['msg']}; got {str(first['input'])[:60]!r}") from error


def map_as_asked(request: Request, asked: Asked) -> EvidenceMap:
    """The map of the data being served. Raises UnknownName."""
    whole = kept(
        request,
        ("map", asked.kind, asked.drug, asked.until),
        lambda: _whole(snapshot(request).graph, asked),
    )
    return select(
        whole,
        order=asked.order,
        shows=asked.shows,
        least=asked.least,
        contested=asked.contested,
        name=asked.name,
    )


def _whole(graph: EvidenceGraph, asked: Asked) -> EvidenceMap:
    known = graph if asked.until is None else graph.until(asked.until)
    return known.map(asked.kind, drug=asked.drug)


def evidence_map(request: Request) -> Response:
    """What was studied, what it shows and how surely, and what was not. Raises BadParameter."""
    asked = asked_of(request, Asked)
    found = map_as_asked(request, asked)
    corpus = snapshot(request).graph.corpus
    return page(
        request,
        "map.html",
        map=found,
        asked=asked,
        kinds=NAMES,
        orders=ORDERS,
        shows=tuple(Shows),
        certainties=CERTAINTIES,
        drugs=[(n, corpus.entities[n].label) for n in drugs(corpus)],
        query=request.url.query,
        years=_years(snapshot(request).graph),
        time_query=urlencode(
            [(k, v) for k, v in request.query_params.items() if k != "until" and v]
            or [("kind", found.kind)]
        ),
        **drawing(),
    )


def _years(graph: EvidenceGraph) -> list[int]:
    """Years in which studies came out, so many that they fit a line, the newest of each span."""
    sources = graph.corpus.sources.values()
    every = sorted({s.year for s in sources if s.design is not None and s.year is not None})
    return every[:: -max(1, -(-len(every) // STEPS))][::-1]


def drawing() -> dict[str, Any]:
    """What the template of the table needs: marks, their sizes, and where a cell leads."""
    return {"marks": MARKS, "sizes": SIZES, "mark_of": mark_of, "place": place, "State": State}


def place(cell: Cell) -> str:
    """The path that a cell leads to: the row of the summary of findings, or the claim."""
    if cell.body is not None:
        return f"/entity/{cell.body.key.condition}#{anchor(cell.body.key)}"
    return f"/claim/{cell.claims[0]}"


_TYPES = {
    "csv": CSV_TYPE,
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "svg": "image/svg+xml",
    "html": "text/html; charset=utf-8",
}
_TABLES = {"csv": "csv", "json": "json", "md": "markdown"}


def file(request: Request) -> Response:
    """The map as a file. Raises BadParameter, UnknownName."""
    form = request.path_params["form"]
    if form not in _TYPES:
        raise UnknownName.among("form of the map", form, _TYPES)
    asked = asked_of(request, Asked)
    found = map_as_asked(request, asked)
    if form in _TABLES:
        content = rendered(map_table(found), _TABLES[form])
    elif form == "svg":
        content = map_figure.svg(found)
    else:
        content = map_figure.html(found)
    name = f"evidence-map-{found.kind}{'-' + found.drug if found.drug else ''}.{form}"
    # the page has a style of its own, which the site's policy would refuse
    shown = "attachment" if form == "html" else "inline"
    headers = {"content-disposition": f'{shown}; filename="{name}"'}
    return Response(content, media_type=_TYPES[form], headers=headers)


routes: list[BaseRoute] = [
    Route("/map", evidence_map),
    Route("/map.{form}", file),
]
