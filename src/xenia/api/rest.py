"""Every address but that of events: an application of Litestar."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.datastructures import CacheControlHeader, State

from xenia.api.document import document
from xenia.api.health import healthz, metrics, readyz
from xenia.api.members import explain, ledger, member, wallet
from xenia.api.problems import on_exception, unknown_parameters
from xenia.api.programmes import programmes
from xenia.api.service import Service

ROUTES: list[Any] = [healthz, readyz, metrics, programmes, member, wallet, ledger, explain]


@cache
def described() -> bytes:
    """The description of the interface, as JSON."""
    return msgspec.json.format(msgspec.json.encode(document(ROUTES)), indent=2) + b"\n"


@get("/openapi.json", include_in_schema=False)
async def openapi() -> Response[bytes]:
    """The description of the interface."""
    return Response(described(), media_type="application/json")


def rest(service: Service) -> Litestar:
    """The application for one worker."""
    return Litestar(
        [*ROUTES, openapi],
        before_request=unknown_parameters,
        exception_handlers={Exception: on_exception},
        state=State({"service": service}),
        cache_control=CacheControlHeader(no_store=True),
        openapi_config=None,
        logging_config=None,
    )
