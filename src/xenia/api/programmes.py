"""`/v1/programmes`: what is published."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.openapi import ResponseSpec
from msgspec import Struct

from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, service_of, space_of
from xenia.services.access import Scope
from xenia.services.listing import Listed, listed
from xenia.services.problems import DATABASE_UNAVAILABLE, Problem


class Programmes(Struct):
    """All programmes, by name."""

    data: tuple[Listed, ...]


@get(
    "/v1/programmes",
    summary="The programmes",
    tags=["programmes"],
    opt=needs(Scope.PROGRAMMES),
    responses={200: ResponseSpec(Programmes, description="All, by name.", generate_examples=False)},
)
async def programmes(request: AnyRequest) -> Response[Any]:
    """What is published, with all versions and how many members have joined."""
    service, space = service_of(request), space_of(request)
    if space is None:
        return refused(DATABASE_UNAVAILABLE, request)
    found = await service.reader.read(
        lambda reads: listed(reads, now=service.clock(), space=space.name)
    )
    return refused(found, request) if isinstance(found, Problem) else Response(Programmes(found))
