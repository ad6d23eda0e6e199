"""`/v1/merges`: members who are found to be one person."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct, field

from xenia.api.asking import id_of
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.api.shapes import Merged
from xenia.api.writing import DryRun, IdempotencyKey, written, written_of
from xenia.events.wire import Text
from xenia.services import merging
from xenia.services.access import Scope
from xenia.services.merge_problems import unknown_merge
from xenia.services.merge_shown import shown
from xenia.services.problems import Problem
from xenia.store import merges as store

_TAGS = ["merges"]
_PAGE, _PAGE_MAX = 50, 200
MergeId = Annotated[str, PathParameter(description="The merge's id.")]


class NewMerge(Struct, forbid_unknown_fields=True):
    """Who goes, who stays, and for how many days it can be undone."""

    whom: Text = field(name="from")
    into: Text
    undo_days: Annotated[int, Meta(ge=1, le=merging.DAYS_MOST)] = merging.DAYS


class HeldByBoth(Struct):
    """What each of the two has, in each programme that they have joined."""

    whom: list[dict[str, Any]] = field(name="from")
    into: list[dict[str, Any]]


class Lost(Struct):
    """What does not come over: `joined` (the earlier day), an `attribute` of which the other one
    stands; or a `metric` that is not the sum of both."""

    programme: str
    what: str
    name: str | None


class Preview(Struct):
    """Both as they are, and what they would be if the merge were confirmed now."""

    before: HeldByBoth
    after: list[dict[str, Any]]
    lost: list[Lost]


class NewMerged(Merged):
    """A merge that was made just now."""

    preview: Preview


class Merges(Struct):
    """A page of merges, the latest first."""

    data: tuple[Merged, ...]
    next_cursor: str | None
    has_more: bool


@post(
    "/v1/merges",
    summary="Merge two members",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.STAFF, body=NewMerge),
    responses={
        201: ResponseSpec(NewMerged, description="It rests.", generate_examples=False),
    },
)
async def new_merge(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """From now on all that names the one is the other's. What the one has lies still, until the
    merge is confirmed or its days have passed; until then it can be undone. With `dry_run`: what
    would come of it."""
    return await written_of(
        request,
        idempotency_key,
        NewMerge,
        lambda changing, space, wanted: merging.propose(
            changing, space, wanted.whom, wanted.into, wanted.undo_days
        ),
        dry_run=dry_run,
    )


@post(
    "/v1/merges/{merge:str}/confirm",
    summary="Confirm a merge",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.STAFF),
    responses={200: ResponseSpec(Merged, description="It is final.", generate_examples=False)},
)
async def confirmed_merge(
    *,
    merge: MergeId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """All that the one had comes to the other; it cannot be undone any more."""
    return await written(
        request,
        idempotency_key,
        lambda changing, space: merging.confirm(changing, space, merge),
        dry_run=dry_run,
    )


@post(
    "/v1/merges/{merge:str}/undo",
    summary="Undo a merge",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.STAFF),
    responses={200: ResponseSpec(Merged, description="It is undone.", generate_examples=False)},
)
async def undone_merge(
    *,
    merge: MergeId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Each has again what was theirs, and what led to them; what was recorded meanwhile stays
    whose it became."""
    return await written(
        request,
        idempotency_key,
        lambda changing, space: merging.undo(changing, space, merge),
        dry_run=dry_run,
    )


@get(
    "/v1/merges/{merge:str}",
    summary="A merge",
    tags=_TAGS,
    opt=needs(Scope.MEMBERS),
    responses={200: ResponseSpec(Merged, description="As it is.", generate_examples=False)},
)
async def merge(merge: MergeId, request: AnyRequest) -> Response[Any]:
    """It is `merged` while it can be undone, then `final`, or `undone`."""
    space = actor_of(request).space_id
    row = await service_of(request).reader.read(lambda reads: store.one(reads, space, merge))
    if isinstance(row, Problem):
        return refused(row, request)
    return refused(unknown_merge(merge), request) if row is None else Response(shown(row))


@get(
    "/v1/merges",
    summary="The merges",
    tags=_TAGS,
    opt=needs(Scope.MEMBERS),
    responses={200: ResponseSpec(Merges, description="Latest first.", generate_examples=False)},
)
async def merges(
    *,
    request: AnyRequest,
    member: Annotated[str | None, QueryParameter(description="Only those of a member.")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX, description="On a page.")] = _PAGE,
    cursor: Annotated[
        str | None, QueryParameter(description="`next_cursor` of the page before.")
    ] = None,
) -> Response[Any]:
    """Also those that were undone."""
    space = actor_of(request).space_id
    before = id_of(cursor)
    if isinstance(before, Problem):
        return refused(before, request)
    found = await service_of(request).reader.read(
        lambda reads: store.page(reads, space, member=member, before=before, limit=limit + 1)
    )
    if isinstance(found, Problem):
        return refused(found, request)
    rows, more = found[:limit], len(found) > limit
    data = [shown(row) for row in rows]
    return Response(
        {"data": data, "next_cursor": rows[-1].name if more else None, "has_more": more}
    )
