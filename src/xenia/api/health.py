"""How the service is: that it is alive, whether it can take events, and its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litestar import Response, get
from litestar.openapi import ResponseSpec
from msgspec import Struct

from xenia.api.metrics import CONTENT_TYPE
from xenia.api.problems import refused
from xenia.api.scopes import FOR_ANYBODY, needs
from xenia.api.service import AnyRequest, Service, service_of
from xenia.services.access import Scope
from xenia.services.problems import Problem, Reason, not_ready
from xenia.store import migrate
from xenia.store.database import DatabaseUnavailable


class Healthy(Struct):
    """That this process answers."""

    status: str = "ok"


@get("/healthz", summary="Whether the process is alive", tags=["operations"], opt=FOR_ANYBODY)
async def healthz() -> Healthy:
    """Answers as long as the process does; says nothing of the database."""
    return Healthy()


@get(
    "/readyz",
    summary="Whether events can be taken",
    tags=["operations"],
    opt=FOR_ANYBODY,
    responses={200: ResponseSpec(Healthy, description="They can.", generate_examples=False)},
)
async def readyz(request: AnyRequest) -> Response[Any]:
    """The database can be reached, its tables are those of this program, and a programme is
    published; otherwise a problem with all that is missing."""
    service = service_of(request)
    missing = await service.reader.run(lambda: list(_missing(service)))
    if isinstance(missing, Problem):
        return refused(missing, request)
    if missing:
        return refused(not_ready(missing), request)
    return Response(Healthy())


@get(
    "/metrics",
    summary="Numbers for Prometheus",
    tags=["operations"],
    media_type="text/plain",
    opt=needs(Scope.OPERATIONS),
)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Of all workers together."""
    service = service_of(request)
    service.metrics.flush(service.desks.waiting)
    return Response(service.metrics.text(), media_type=CONTENT_TYPE)


def _missing(service: Service) -> Iterator[Reason]:
    try:
        migrate.require_current(service.database)
    except DatabaseUnavailable as trouble:
        yield Reason("", "database-unavailable", str(trouble))
        return
    spaces = service.desks.spaces
    if not spaces:
        yield Reason("", "starting", "the programmes are being read: ask again in a moment")
    elif not any(space.programmes for space in spaces.values()):
        sentence = "no programme is published: run `xenia programme publish FILE`"
        yield Reason("", "no-programme", sentence)
