"""What a program is told when something is wrong: problem details (RFC 9457), always as JSON."""

from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.errors import LdnError, nearest
from ldn_graph.web.api.parameters import names_of
from ldn_graph.web.http.errors import problem
from ldn_graph.web.http.messages import message_of

log = structlog.get_logger("ldn_graph.web.api")


class Problem(BaseModel):
    """What went wrong; `detail` names the thing, the place and the remedy."""

    type: str = Field(description="Always `about:blank`: the status says what kind it is")
    title: str = Field(description="The kind of problem, in words")
    status: int = Field(description="The HTTP status")
    detail: str = Field(description="What is wrong, where, and what to do about it")


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    app.add_exception_handler(LdnError, _ldn)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Exception, _fault)


async def _ldn(request: Request, error: Exception) -> Response:
    assert isinstance(error, LdnError)
    headers = {"retry-after": "5"} if error.status == 503 else None
    return problem(error.status, message_of(request, error), headers)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == 404 and detail == "Not Found":
        detail = f"{request.url.path}: nothing is there; /api/openapi.json lists what there is"
    if error.status_code == 405:
        detail = f"{request.url.path}: can’t be asked with {request.method}; use GET"
    return problem(error.status_code, detail, dict(error.headers or {}))


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = [_explained(fault, request) for fault in error.errors()]
    return problem(400, "; ".join(dict.fromkeys(told)))


async def _fault(request: Request, error: Exception) -> Response:
    log.error("fault", path=request.url.path, exc_info=error)
    return problem(500, "a fault of the program; it is in the log, please report it")


def _explained(fault: Any, request: Request) -> str:
    """One fault of a request in a line."""
    where = [str(part) for part in fault["loc"] if part not in ("query", "path")]
    name = where[0] if where else "the request"
    if fault["type"] == "extra_forbidden":
        known = names_of(request.scope["route"])
        listed = nearest(name, known) or f"; there are {', '.join(known)}"
        return f"unknown parameter {name!r}{listed}"
    if fault["type"] == "missing":
        return f"parameter {name!r} is missing; add ?{name}=…"
    message = str(fault["msg"])
    given = f" is {str(fault['input'])[:80]!r}" if fault.get("input") is not None else ""
    return f"parameter {name!r}{given}: {message[:1].lower()}{message[1:]}"
