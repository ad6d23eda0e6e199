"""`/v1/connectors/…`: what shops send, recorded at once, or kept until it can be."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Any

from litestar import Response, post
from litestar.params import PathParameter
from psycopg.errors import LockNotAvailable

from xenia.api.connections import spec
from xenia.api.problems import refused
from xenia.api.scopes import BY_SIGNATURE
from xenia.api.service import AnyRequest, service_of
from xenia.api.shop_deliveries import TakenDelivery, posting
from xenia.connectors.inbound import Delivery, Needs
from xenia.connectors.shops import CONNECTORS
from xenia.connectors.woocommerce import greets
from xenia.services import connections as services
from xenia.services.connections import NOT_FETCHED, Means, Whole
from xenia.services.problems import (
    BAD_SIGNATURE,
    BUSY,
    DATABASE_UNAVAILABLE,
    Problem,
    no_secret_key,
    not_fetched,
    unknown_connection,
)
from xenia.services.receiving import Arrived, PostingAway, Received, Receiving, told
from xenia.services.sealing import CannotSeal, Sealing
from xenia.store import connections as store
from xenia.store.connections import ConnectionRow


@post(
    "/v1/connectors/{kind:str}/{connection:str}",
    summary="What a shop sends",
    tags=["connections"],
    status_code=200,
    opt=BY_SIGNATURE,
    responses={200: spec(TakenDelivery, "Recorded, or kept with the reason why not.")},
)
async def from_shop(
    *,
    kind: Annotated[str, PathParameter(description="Such as shopify.")],
    connection: Annotated[str, PathParameter(description="The connection's id.")],
    request: AnyRequest,
) -> Response[Any]:
    """In place of a key, what is sent is signed as its kind of shop does.

    What is answered with 2xx need not be sent again: it is recorded, or kept here.
    """
    service = service_of(request)
    delivery = Delivery(dict(request.headers), await request.body(), _seen_at(request))
    if kind == "woocommerce" and greets(delivery):
        return Response({"status": "skipped"})
    row = await service.reader.read(lambda reads: store.find(reads, kind, connection))
    if row is None or kind not in CONNECTORS:
        return refused(unknown_connection(connection), request)
    if isinstance(row, Problem):
        return refused(row, request)
    try:
        found = await _received(request, row, delivery)
    except CannotSeal as trouble:
        found = no_secret_key(str(trouble))
    except PostingAway:
        found = DATABASE_UNAVAILABLE
    except LockNotAvailable:
        found = BUSY  # others of the same shop take their turns
    if isinstance(found, Problem):
        return refused(found, request)
    if found.status == "gone":
        return refused(unknown_connection(connection), request)
    if found.code == NOT_FETCHED:
        return refused(not_fetched(found.reason), request)  # it is kept; perhaps it comes again
    return Response(told(found))


def _seen_at(request: AnyRequest) -> str:
    """The address that was asked, as whoever asked knows it where nothing stands between."""
    host = request.headers.get("host", "")
    return f"https://{host}{request.url.path}"


async def _received(
    request: AnyRequest, row: ConnectionRow, delivery: Delivery
) -> Received | Problem:
    service = service_of(request)
    means = Means(Sealing.of_environment(), service.asks)
    known = services.shop_of(row).options.address
    if known is not None:
        delivery = Delivery(delivery.headers, delivery.body, known)
    if not services.comes_from(row, means.sealing, delivery):
        return BAD_SIGNATURE
    desk = service.desks.desk(row.space_id)
    if desk is None:
        return DATABASE_UNAVAILABLE
    topic, fetched = services.connector_of(row).topic(delivery), dict[str, bytes | None]()
    at_once = services.read_at_once(row, topic, delivery.body, fetched)
    read: Whole
    if isinstance(at_once, Needs):
        # Beside those who read from the database: the shop may be slow.
        asking = partial(services.read_whole, row, means, topic, delivery.body, fetched)
        read = await asyncio.to_thread(asking)
    else:
        read = at_once
    arrived = Arrived(topic, delivery.body, fetched)

    def receive() -> Received:
        with service.database.connect(autocommit=True) as connection:
            post = partial(posting, desk)
            receiving = Receiving(connection, desk.space, row, post, means, service.clock())
            return receiving.receive(arrived, read)

    return await service.reader.run(receive)
