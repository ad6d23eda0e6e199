"""`/v1/corrections`: what staff gives, takes, holds and releases, and what waits for a second
person."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Response, get, post
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from xenia.api.asking import PAGE, Cursor, Limit, Reading, id_of, ok, read
from xenia.api.problems import refused
from xenia.api.reading import Sees
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of
from xenia.api.shapes import Answer
from xenia.api.writing import DryRun, IdempotencyKey, written, written_said
from xenia.events.wire import Text
from xenia.services import corrections as service
from xenia.services.access import Scope
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.store import corrections as store
from xenia.store.corrections import Wish

_TAGS = ["corrections"]
CorrectionId = Annotated[str, PathParameter(description="The correction's id.")]
Kind = Literal["adjustment", "grant", "hold", "release"]
State = Literal["waiting", "confirmed", "declined", "withdrawn"]


class NewCorrection(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to be done, as the event of that type says it; its author is who asks."""

    type: Kind
    member: Text
    reason: Text
    programme: Text | None = None
    currency: Text | None = None
    units: Annotated[str, Meta(max_length=30)] | int | None = None
    tier: Annotated[dict[Text, Text], Meta(min_length=1, max_length=1)] | None = None
    benefit: Text | None = None
    voucher: Text | None = None
    until: str | None = None


class AskedCorrection(Struct, kw_only=True, forbid_unknown_fields=True):
    """It was made at once, or waits (`why`); `answer` is what came of it, or would come of it as
    the account is now."""

    correction: str | None
    state: Literal["made", "waiting"]
    why: str | None
    answer: Answer


class Correction(Struct, kw_only=True, forbid_unknown_fields=True):
    """Something that took a second person; names are those of staff of whom they are still known.
    `withdrawn`: whoever asked for it took it back."""

    correction: str
    programme: str
    member: str
    state: State
    type: Kind
    currency: str | None
    units: str | int | None
    tier: dict[str, str] | None
    benefit: str | None
    voucher: str | None
    until: str | None
    reason: str
    asked_by: str
    asked_by_name: str | None
    asked_at: str
    decided_by: str | None
    decided_by_name: str | None
    decided_at: str | None


class Corrections(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of them, the latest first."""

    data: list[Correction]
    next_cursor: str | None
    has_more: bool


@post(
    "/v1/corrections",
    summary="Correct what a member holds",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.STAFF, body=NewCorrection),
    responses=ok(AskedCorrection, "It is done, or waits for a second person.", 201),
)
async def new_correction(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """An adjustment, a grant, a hold or a release. What the programme refuses is not recorded.
    Above the limits of the programme's safety it waits until somebody else confirms it."""
    return await written_said(
        request,
        idempotency_key,
        NewCorrection,
        lambda changing, space, asked: service.correct(
            changing, space, idempotency_key or "", asked
        ),
        dry_run=dry_run,
    )


@get(
    "/v1/corrections",
    summary="What takes a second person",
    tags=_TAGS,
    opt=needs(Scope.MEMBERS),
    responses=ok(Corrections, "A page of them, the latest first."),
)
async def corrections(
    *,
    request: AnyRequest,
    member: Annotated[str | None, QueryParameter(description="Only of this member.")] = None,
    state_: Annotated[
        State | None, QueryParameter(name="state", description="Only in this state.")
    ] = None,
    others: Annotated[
        bool, QueryParameter(description="Only those for which somebody else has asked.")
    ] = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """With `state=waiting` and `others=true`: what waits for you."""
    before = id_of(cursor)
    if isinstance(before, Problem):
        return refused(before, request)
    wish = Wish(member, state_, actor_of(request).name if others else None)

    def found(reads: Reading, space: Space, _now: int) -> Any:
        rows = store.page(reads, space.space_id, wish, before=before, limit=limit + 1)
        page, more = rows[:limit], len(rows) > limit
        return {
            "data": service.shown(reads, space.space_id, page),
            "next_cursor": page[-1].name if more else None,
            "has_more": more,
        }

    return await read(request, found, Sees.EACH_ITS_OWN)


@post(
    "/v1/corrections/{correction:str}/confirm",
    summary="Confirm a correction",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.STAFF),
    responses=ok(Correction, "It is done."),
)
async def confirmed_correction(
    *,
    correction: CorrectionId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """By anybody who may correct, but whoever asked for it. If the programme refuses it by now it
    waits on."""
    return await written(
        request,
        idempotency_key,
        lambda changing, space: service.confirm(changing, space, correction),
        dry_run=dry_run,
    )


@post(
    "/v1/corrections/{correction:str}/decline",
    summary="Decline a correction",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.STAFF),
    responses=ok(Correction, "It is not done."),
)
async def declined_correction(
    *,
    correction: CorrectionId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Whoever asked for it takes it back so."""
    return await written(
        request,
        idempotency_key,
        lambda changing, _: service.decline(changing, correction),
        dry_run=dry_run,
    )
