"""Turns whatever goes wrong behind Litestar into a problem, with the id of its request."""

from __future__ import annotations

import logging
from typing import Any

from litestar import Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)

from xenia.api.heads import fields_of
from xenia.api.service import AnyRequest, service_of
from xenia.events.errors import did_you_mean
from xenia.services.problems import (
    DATABASE_UNAVAILABLE,
    INTERNAL_ERROR,
    NOT_FOUND,
    Problem,
    Reason,
    method_not_allowed,
    wrong_parameter,
)
from xenia.store.database import DatabaseUnavailable

_log = logging.getLogger(__name__)


def refused(problem: Problem, request: AnyRequest) -> Response[Any]:
    """A problem as a response."""
    service_of(request).metrics.problem(problem.code)
    request_id: str = request.scope["state"]["request_id"]
    fields = dict(fields_of(problem))
    return Response(
        content=problem.body(request_id),
        status_code=problem.status,
        media_type=fields.pop("content-type"),
        headers=fields,
    )


def wrong_address(request: AnyRequest) -> Response[Any] | None:
    """A problem where the address has a parameter that nobody reads, so that none is misspelt, or a
    character that no text in the database has."""
    asked = request.route_handler.parsed_fn_signature.parameters
    # A parameter that is called as a word of Python has a line behind it there.
    known = {name.rstrip("_") for name in asked} - {"request", "idempotency_key", "if_match"}
    known -= set(request.path_params)
    for name in request.query_params:
        if name not in known:
            hint = did_you_mean(name, known) or (
                f": there are {', '.join(sorted(known))}" if known else ""
            )
            return refused(
                wrong_parameter(name, f'"{name[:40]}" is not a parameter here{hint}'), request
            )
    for name, value in (*request.path_params.items(), *request.query_params.items()):
        if "\0" in str(value):
            return refused(wrong_parameter(name, f"{name} has a character that is none"), request)
    return None


def on_exception(request: AnyRequest, exception: Exception) -> Response[Any]:
    """The response to what was raised."""
    return refused(_problem(request, exception), request)


def _problem(request: AnyRequest, exception: Exception) -> Problem:
    match exception:
        case DatabaseUnavailable():
            return DATABASE_UNAVAILABLE
        case ValidationException():
            return _wrong_parameters(exception)
        case MethodNotAllowedException():
            return method_not_allowed((exception.headers or {}).get("allow") or "GET")
        case NotFoundException():
            return NOT_FOUND
        case HTTPException(status_code=status) if status < 500:
            return Problem(status=status, code="bad-request", detail=exception.detail)
    request_id = request.scope["state"]["request_id"]
    _log.error("a request failed", exc_info=exception, extra={"request_id": request_id})
    return INTERNAL_ERROR


def _wrong_parameters(exception: ValidationException) -> Problem:
    found = exception.extra if isinstance(exception.extra, list) else []
    reasons = tuple(
        Reason(f"?{item.get('key')}", "wrong-parameter", f"{item.get('key')}: {item['message']}")
        for item in found
        if isinstance(item, dict)
    )
    detail = reasons[0].detail if reasons else "a parameter of the address cannot be read"
    return Problem(status=400, code="wrong-parameter", detail=detail, errors=reasons)
