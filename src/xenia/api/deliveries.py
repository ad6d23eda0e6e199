"""`/v1/webhooks/…/deliveries`: what was sent to a webhook, what became of it, and sending again."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from litestar import Response, get, post
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from xenia.api.asking import ok, place_of
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.api.webhooks import TAGS, Nothing, WebhookId
from xenia.api.writing import DryRun, IdempotencyKey, body_of, written, written_of
from xenia.events.moments import NotATime, parse_time
from xenia.services import webhooks
from xenia.services.access import Scope
from xenia.services.problems import (
    Problem,
    Reason,
    unknown_webhook,
    unreadable_body,
    wrong_parameter,
)
from xenia.store import deliveries as store
from xenia.store import webhooks as endpoints

_PAGE, _PAGE_MAX = 50, 200
DeliveryId = Annotated[str, PathParameter(description="The delivery's id, its `webhook-id`.")]
State = Literal["waiting", "delivered", "dead", "dropped"]


class Delivery(Struct):
    """A message to a webhook; `dead` was given up after so many tries, `dropped` by somebody."""

    delivery: str
    type: str
    member: str | None
    state: State
    tried: int
    made_at: str
    next_at: str | None


class Attempt(Struct):
    """One try: the status it was answered with, or the error; `response` is how it began."""

    at: str
    milliseconds: int
    status: int | None
    error: str | None
    response: str


class WholeDelivery(Delivery):
    """A delivery with what is sent, and every try of which the end is known."""

    body: str
    attempts: tuple[Attempt, ...]


class Deliveries(Struct):
    """A page of deliveries, the newest first."""

    data: tuple[Delivery, ...]
    next_cursor: str | None
    has_more: bool


class Again(Struct, forbid_unknown_fields=True):
    """Which deliveries are sent again: those made in [since, until), by default that were given
    up."""

    since: str
    until: str
    states: Annotated[
        tuple[Literal["delivered", "dead", "dropped"], ...], Meta(min_length=1, max_length=3)
    ] = ("dead",)


class Replayed(Struct):
    """How many are sent again; `has_more`: ask again for the rest."""

    replayed: int
    has_more: bool


@get(
    "/v1/webhooks/{webhook:str}/deliveries",
    summary="What was sent to a webhook",
    tags=TAGS,
    opt=needs(Scope.WEBHOOKS),
    responses=ok(Deliveries, "The newest first."),
)
async def all_deliveries(
    *,
    webhook: WebhookId,
    request: AnyRequest,
    only: Annotated[
        str | None, QueryParameter(description="Only of a state, such as `dead`.")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX, description="On a page.")] = _PAGE,
    cursor: Annotated[
        str | None, QueryParameter(description="`next_cursor` of the page before.")
    ] = None,
) -> Response[Any]:
    """They are kept for 30 days."""
    if only is not None and only not in get_args(State):
        wrong = wrong_parameter("only", f"take one of {', '.join(get_args(State))}")
        return refused(wrong, request)
    before = place_of(cursor)
    if isinstance(before, Problem):
        return refused(before, request)
    space = actor_of(request).space_id

    def page(reads: Any) -> Any:
        if endpoints.one(reads, space, webhook) is None:
            return unknown_webhook(webhook)
        return store.listed(reads, space, webhook, limit=limit + 1, before=before, state=only)

    found = await service_of(request).reader.read(page)
    if isinstance(found, Problem):
        return refused(found, request)
    rows, more = found[:limit], len(found) > limit
    data = [webhooks.shown_delivery(row) for row in rows]
    last = str(rows[-1].position) if more else None
    return Response({"data": data, "next_cursor": last, "has_more": more})


@get(
    "/v1/webhooks/{webhook:str}/deliveries/{delivery:str}",
    summary="A delivery",
    tags=TAGS,
    opt=needs(Scope.WEBHOOKS),
    responses=ok(WholeDelivery, "With what is sent, and every try."),
)
async def delivery(webhook: WebhookId, delivery: DeliveryId, request: AnyRequest) -> Response[Any]:
    """With what is sent, and every try."""
    space = actor_of(request).space_id
    found = await service_of(request).reader.read(
        lambda reads: webhooks.found_delivery(reads, space, webhook, delivery)
    )
    return refused(found, request) if isinstance(found, Problem) else Response(found)


@post(
    "/v1/webhooks/{webhook:str}/deliveries/{delivery:str}/replay",
    summary="Send one delivery again",
    tags=TAGS,
    status_code=202,
    opt=needs(Scope.WEBHOOKS, body=Nothing),
    responses=ok(Replayed, "It will be sent in a moment.", 202),
)
async def replayed_delivery(
    *,
    webhook: WebhookId,
    delivery: DeliveryId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Under the same id and with the same body, whatever became of it before."""
    return await written_of(
        request,
        idempotency_key,
        Nothing,
        lambda changing, _space, _nothing: webhooks.send_again(changing, webhook, delivery),
        dry_run=dry_run,
    )


@post(
    "/v1/webhooks/{webhook:str}/replay",
    summary="Send all of a time again",
    tags=TAGS,
    status_code=202,
    opt=needs(Scope.WEBHOOKS, body=Again),
    responses=ok(Replayed, "They will be sent, the oldest first.", 202),
)
async def replayed_webhook(
    *,
    webhook: WebhookId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Under the same ids: who has got one already knows it by that."""
    wanted = body_of(await request.body(), Again)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    asked = _range(wanted)
    if isinstance(asked, Problem):
        return refused(asked, request)
    return await written(
        request,
        idempotency_key,
        lambda changing, _: webhooks.send_range_again(changing, webhook, asked),
        dry_run=dry_run,
    )


def _range(wanted: Again) -> webhooks.Range | Problem:
    ends = []
    for name, text in (("since", wanted.since), ("until", wanted.until)):
        try:
            ends.append(parse_time(text))
        except NotATime as error:
            return unreadable_body([Reason(f"/{name}", error.code, str(error))])
    return webhooks.Range(ends[0], ends[1], wanted.states)
