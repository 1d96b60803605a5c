"""The API put together: its addresses, its description, and what all its answers have in common."""

from functools import cache
from threading import Lock
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from ldn_graph import __version__
from ldn_graph.web.api import (
    evidence_map,
    findings,
    graph,
    problems,
    queries,
    records,
    safety,
    search,
)
from ldn_graph.web.api.descriptions import describe
from ldn_graph.web.explorer.page import address, render
from ldn_graph.web.http.etag import Conditional
from ldn_graph.web.http.problem_details import MEDIA_TYPE
from ldn_graph.web.state import State, settings

_ABOUT = """
Claims that texts make about low-dose naltrexone, with the exact words, how sure they sound, and
what stands behind them. **Not medical advice:** the API says what texts claim, never that a
treatment works.

Every answer has an `ETag`, and `If-None-Match` gets 304 while the data are the same. Lists have
`limit` and `offset`, their neighbours in the `Link` header, and `format=csv`. Errors are problem
details (RFC 9457). Anybody's page may read (CORS `*`); there is nothing to write here.
""".strip()


def create_api(state: State) -> FastAPI:
    """The API as an application of its own, to be mounted at `/api`.

    The application that it is mounted in becomes its `state.site`.
    """
    app = FastAPI(
        title="ldn-graph",
        summary="An evidence knowledge graph about low-dose naltrexone",
        description=_ABOUT,
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=["ETag", "Link", "Retry-After", "X-Total-Count"],
            ),
            Middleware(Conditional),
        ],
        responses={
            400: {"description": "A parameter is wrong", "content": _PROBLEM},
            404: {"description": "A name is not known", "content": _PROBLEM},
            503: {"description": "Too much at once", "content": _PROBLEM},
        },
    )
    app.state.ldn = state
    app.state.site = app
    for part in (records, search, graph, queries, findings, safety, evidence_map):
        app.include_router(part.router)
    app.add_route("/openapi.json", _description, include_in_schema=False)
    app.add_route("/", _manual, include_in_schema=False)
    app.add_route("/docs", _usual, include_in_schema=False)
    problems.install(app)
    return app


_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


async def _description(request: Request) -> Response:
    described = {
        **_openapi(request.app),
        "servers": [{"url": settings(request).base_path + "/api"}],
    }
    return JSONResponse(described)


def _usual(request: Request) -> Response:
    """Where people look for the manual of such an API first."""
    return RedirectResponse(address(request, "/api/"), 308)


def _manual(request: Request) -> Response:
    """The description for people, from the same document."""
    described = _openapi(request.app)
    operations = [
        {"path": path, "tag": operation["tags"][0], **operation}
        for path, methods in described["paths"].items()
        for operation in methods.values()
    ]
    models = [
        {"name": name, **schema}
        for name, schema in sorted(described["components"]["schemas"].items())
        if "properties" in schema or "enum" in schema
    ]
    return render(request, "api.html", info=described["info"], operations=operations, models=models)


_describing = Lock()


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description; it is put together from what all who ask share, so by one at a time."""
    with _describing:
        return _described(app)


@cache
def _described(app: FastAPI) -> dict[str, Any]:
    """The description, with our own form of errors in place of FastAPI's."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = problems.Problem.model_json_schema()
    describe(schemas)
    return made
