"""`/v1/members/…/export`, and erasures: what a person may ask for, with its proof."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, delete, get
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter, QueryParameter
from msgspec import Struct

from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of, space_of
from xenia.api.shapes import Identifier, LastWord, Merged, Time
from xenia.api.writing import DryRun, IdempotencyKey, written
from xenia.services import persons
from xenia.services.access import Scope
from xenia.services.dossier import dossier
from xenia.services.erasing import erase, proof
from xenia.services.problems import DATABASE_UNAVAILABLE, Problem, unknown_member
from xenia.store import erasures as store

_TAGS = ["privacy"]
_PAGE, _PAGE_MAX = 50, 200
MemberId = Annotated[str, PathParameter(description="The member's id.")]


class Erasure(Struct):
    """That somebody was erased: rows that were removed, by table.  `digest` is the SHA-256 of the
    other fields as JSON, their names sorted, without spaces."""

    erasure: str
    member: str
    erased_at: Time
    by: str
    removed: dict[str, int]
    digest: str


class Erasures(Struct):
    """Erasures of a member, the latest first."""

    data: tuple[Erasure, ...]
    next_cursor: str | None
    has_more: bool


class Export(Struct):
    """Everything that is held about a person; `kept` are rows as they are stored, by kind;
    `kept_of_merged` those of members who are merged into this one for good."""

    member: str
    since: Time
    erased_at: Time | None
    exported_at: Time
    identifiers: list[Identifier]
    consents: list[LastWord]
    programmes: list[dict[str, Any]]
    kept: dict[str, list[dict[str, Any]]]
    kept_of_merged: dict[str, dict[str, list[dict[str, Any]]]]
    merged_into: Merged | None
    merged: list[Merged]


@get(
    "/v1/members/{member:str}/export",
    summary="All that is held about a person",
    tags=_TAGS,
    opt=needs(Scope.PRIVACY),
    responses={200: ResponseSpec(Export, description="All of it.", generate_examples=False)},
)
async def exported(member: MemberId, request: AnyRequest) -> Response[Any]:
    """What leads to them, their profile, all that they said of consents, their events with what
    came of them, every entry of their ledger, and who changed what about them."""
    service, space = service_of(request), space_of(request)
    if space is None:
        return refused(DATABASE_UNAVAILABLE, request)
    now = service.clock()

    def read(reads: persons.Reads) -> Any:
        if not persons.is_known(reads, space.space_id, member):
            return unknown_member(member)
        return dossier(reads, space, member, now)

    found = await service.reader.read(read)
    return refused(found, request) if isinstance(found, Problem) else Response(found)


@delete(
    "/v1/members/{member:str}",
    summary="Erase a person",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.PRIVACY),
    responses={200: ResponseSpec(Erasure, description="The proof.", generate_examples=False)},
)
async def erased(
    *,
    member: MemberId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What leads to them and all that they have said of themselves; what happened stays, under an
    id that says nothing. It cannot be undone."""
    return await written(
        request, idempotency_key, lambda changing, _: erase(changing, member), dry_run=dry_run
    )


@get(
    "/v1/members/{member:str}/erasures",
    summary="The proofs that a person was erased",
    tags=_TAGS,
    opt=needs(Scope.PRIVACY),
    responses={200: ResponseSpec(Erasures, description="Latest first.", generate_examples=False)},
)
async def erasures(
    *,
    member: MemberId,
    request: AnyRequest,
    limit: Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX, description="On a page.")] = _PAGE,
    cursor: Annotated[
        str | None, QueryParameter(description="`next_cursor` of the page before.")
    ] = None,
) -> Response[Any]:
    """What was removed, when and by whom: kept for good."""
    space = actor_of(request).space_id

    def read(reads: persons.Reads) -> Any:
        if not persons.is_known(reads, space, member):
            return unknown_member(member)
        return store.listed(reads, space, member=member, before=cursor, limit=limit + 1)

    found = await service_of(request).reader.read(read)
    if isinstance(found, Problem):
        return refused(found, request)
    rows, more = found[:limit], len(found) > limit
    data = tuple(Erasure(**proof(row)) for row in rows)
    return Response(Erasures(data, rows[-1].erasure if more else None, more))
