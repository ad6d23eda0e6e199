"""`/v1/brand`: how the pages look that the members of a space see; `/v1/own/brand` for them."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, post, put
from msgspec import Meta, Struct, to_builtins

from xenia.api.asking import ok
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, service_of
from xenia.api.writing import DryRun, IdempotencyKey, body_of, written_of
from xenia.services import brands as service
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem
from xenia.services.published import DEFAULT, Space

Colour = Annotated[str, Meta(max_length=7)]


class NewBrand(Struct, kw_only=True, forbid_unknown_fields=True):
    """All that is said of it, in place of what was: colours as `#1d4ed8`, the picture as base64 of
    a PNG, JPEG or WebP.  What is left out is as the pages come."""

    name: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    colour: Colour | None = None
    colour_dark: Colour | None = None
    picture: Annotated[str, Meta(max_length=300_000)] | None = None


class Brand(Struct, kw_only=True, forbid_unknown_fields=True):
    """How the pages look."""

    name: str | None
    colour: str | None
    colour_dark: str | None
    picture: str | None
    picture_kind: str | None


class OfSpace(Struct, forbid_unknown_fields=True):
    """Of which space, and whether with its picture; one that there is not looks as the pages
    come."""

    space: Annotated[str, Meta(max_length=100)] = DEFAULT
    picture: bool = False


@put(
    "/v1/brand",
    summary="Say how members' pages look",
    tags=["own"],
    opt=needs(Scope.PUBLISHING, body=NewBrand),
    responses=ok(Brand, "So they look from now on."),
)
async def changed_brand(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """A colour in which nothing could be read is refused, with the nearest that can be; where there
    is none for dark pages, it is made of the other."""

    def work(changing: Changing, _space: Space, wanted: NewBrand) -> Done | Problem:
        return service.put_brand(changing, to_builtins(wanted))

    return await written_of(request, idempotency_key, NewBrand, work, dry_run=dry_run)


@post(
    "/v1/own/brand",
    summary="How members' pages look",
    tags=["own"],
    status_code=200,
    opt=needs(None, body=OfSpace),
    responses=ok(Brand, "As it is said now."),
)
async def brand(request: AnyRequest) -> Response[Any]:
    """For anybody: it is what the pages show before somebody has signed in."""
    wanted = body_of(await request.body(), OfSpace)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    app = service_of(request)
    space = next((one for one in app.desks.spaces.values() if one.name == wanted.space), None)
    found = await app.reader.read(
        lambda reads: service.brand(reads, 0 if space is None else space.space_id)
    )
    if isinstance(found, Problem):
        return refused(found, request)
    return Response(found if wanted.picture else {**found, "picture": None})
