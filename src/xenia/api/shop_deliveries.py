"""`/v1/connections/…/deliveries`: what shops sent that could not be used yet, and why."""

from __future__ import annotations

from functools import partial
from queue import Empty, SimpleQueue
from typing import Annotated, Any

from litestar import Response, delete, get, post
from litestar.params import PathParameter
from msgspec import Struct

from xenia.api.asking import place_of
from xenia.api.connections import PAGE, ConnectionId, Cursor, Limit, sealed, spec
from xenia.api.handover import Posts
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.api.writing import DryRun, IdempotencyKey, written
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.connections import Means
from xenia.services.posted import Posted
from xenia.services.poster import QueueFull, Result
from xenia.services.problems import (
    DATABASE_UNAVAILABLE,
    Problem,
    unknown_connection,
    unknown_delivery,
)
from xenia.services.published import Space
from xenia.services.receiving import PostingAway, Receiving, Status, replay, shown, told
from xenia.services.sealing import Sealing
from xenia.services.taking import Taken
from xenia.store import connections as store

_TAGS = ["connections"]
_SECONDS = 60  # that a posting is waited for

DeliveryId = Annotated[str, PathParameter(description="The delivery's number.")]


class ShopDelivery(Struct):
    """A delivery that could not be used: the place in it (a JSON Pointer), and what to do."""

    delivery: str
    topic: str
    waits_for: str | None
    pointer: str
    code: str
    reason: str
    times: int
    received_at: str


class ShopDeliveries(Struct):
    """A page of deliveries, the newest first."""

    data: tuple[ShopDelivery, ...]
    next_cursor: str | None
    has_more: bool


class TakenDelivery(Struct):
    """What has become of a delivery, with the ids of the events that are recorded of it."""

    status: Status
    events: tuple[str, ...]
    pointer: str
    code: str
    reason: str
    delivery: str | None


class DiscardedDelivery(Struct):
    """A delivery that is kept no longer."""

    delivery: str
    discarded: bool


@get(
    "/v1/connections/{connection:str}/deliveries",
    summary="What could not be used",
    tags=_TAGS,
    opt=needs(Scope.CONNECTIONS),
    responses={200: spec(ShopDeliveries, "The newest first.")},
)
async def shop_deliveries(
    *,
    connection: ConnectionId,
    request: AnyRequest,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """Each is kept for 30 days, with the reason; one that waits is taken up by itself."""
    before = place_of(cursor)
    if isinstance(before, Problem):
        return refused(before, request)
    space = actor_of(request).space_id

    def read(reads: Any) -> Any:
        if store.one(reads, space, connection) is None:
            return None
        return store.deliveries(reads, space, connection, limit=limit + 1, before=before)

    found = await service_of(request).reader.read(read)
    if found is None or isinstance(found, Problem):
        return refused(unknown_connection(connection) if found is None else found, request)
    rows, more = found[:limit], len(found) > limit
    data = tuple(ShopDelivery(**shown(row)) for row in rows)
    return Response(ShopDeliveries(data, str(rows[-1].delivery_id) if more else None, more))


@post(
    "/v1/connections/{connection:str}/deliveries/{delivery:str}/replay",
    summary="Read a delivery again",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.CONNECTIONS),
    responses={200: spec(TakenDelivery, "What has become of it.")},
)
async def replayed_shop_delivery(
    *,
    connection: ConnectionId,
    delivery: DeliveryId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Once what was wrong has been put right: the options, the programme, the token."""
    service = service_of(request)

    def again(changing: Changing, space: Space) -> Done | Problem:
        row = store.one(changing.connection, space.space_id, connection)
        desk, number = service.desks.desk(space.space_id), _number(delivery)
        if row is None:
            return unknown_connection(connection)
        if desk is None:
            return DATABASE_UNAVAILABLE
        means = Means(Sealing.of_environment(), service.asks)
        post = _not_posted if dry_run else partial(posting, desk)
        receiving = Receiving(changing.connection, space, row, post, means, changing.now)
        found = None if number is None else replay(receiving, changing, number)
        return unknown_delivery(delivery) if found is None else Done(told(found))

    return await written(request, idempotency_key, sealed(again), dry_run=dry_run)


@delete(
    "/v1/connections/{connection:str}/deliveries/{delivery:str}",
    summary="Discard a delivery",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.CONNECTIONS),
    responses={200: spec(DiscardedDelivery, "It is.")},
)
async def discarded_shop_delivery(
    *,
    connection: ConnectionId,
    delivery: DeliveryId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Where it has been dealt with otherwise."""

    def discard(changing: Changing, space: Space) -> Done | Problem:
        number, reads = _number(delivery), changing.connection
        row = None
        if number is not None:
            row = store.delivery(reads, space.space_id, connection, number)
        if row is None:
            return unknown_delivery(delivery)
        store.done(reads, space.space_id, connection, row.digest)
        about = f"connection/{connection}"
        changing.note("delivery.discarded", about, before={"delivery": delivery, "code": row.code})
        return Done({"delivery": delivery, "discarded": True})

    return await written(request, idempotency_key, discard, dry_run=dry_run)


def posting(desk: Posts, taken: Taken) -> Result:
    """Have an event posted from a thread that may wait for it.  Raises PostingAway."""
    box: SimpleQueue[list[Result]] = SimpleQueue()
    try:
        desk.submit((taken,), box.put)
        return box.get(timeout=_SECONDS)[0]
    except (QueueFull, Empty):
        raise PostingAway from None


def _not_posted(taken: Taken) -> Result:
    """What stands for posting where nothing is to be changed."""
    return Posted("{}", taken.event.id, taken.event.source)


def _number(written: str) -> int | None:
    fits = written.isascii() and written.isdigit() and len(written) <= 18
    return int(written) if fits else None
