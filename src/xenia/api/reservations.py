"""`/v1/reservations`: what is kept for an event that is about to happen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter
from msgspec import Meta, Raw, Struct

from xenia.api import shapes
from xenia.api.events import Taking
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.sent import Wishes
from xenia.api.service import AnyRequest, actor_of, service_of, space_of
from xenia.api.writing import DryRun, IdempotencyKey, body_of, written
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.one_time_codes import count_try
from xenia.services.problems import DATABASE_UNAVAILABLE, Problem
from xenia.services.published import Space
from xenia.services.reserving import (
    SECONDS,
    SECONDS_MOST,
    Reserving,
    completed,
    found,
    is_whole,
)
from xenia.services.taking import Taken
from xenia.store import refused_spends, reservations
from xenia.store.posting import Scope as At
from xenia.store.refused_spends import RefusedRow

_TAGS = ["reservations"]
_NONE = Wishes()
ReservationId = Annotated[str, PathParameter(description="The reservation's id.")]


class NewReservation(Struct, forbid_unknown_fields=True):
    """The event that is about to happen, as it would be sent, and for how many seconds what it
    takes is to be kept."""

    event: Raw
    expires_in: Annotated[int, Meta(ge=1, le=SECONDS_MOST)] = SECONDS


class Reservation(Struct):
    """What is kept until then, as long as it is `reserved`; `event`: by which it was committed."""

    reservation: str
    state: str
    programme: str
    member: str
    made_at: str
    until: str
    units: dict[str, str]
    vouchers: list[str]
    budgets: dict[str, int]
    source: str | None
    event: str | None


class MadeReservation(Reservation):
    """A reservation that was made just now; `answer` is what would come of the event."""

    answer: shapes.Answer


def _answers(status: int, shape: type, description: str) -> dict[int, ResponseSpec]:
    return {status: ResponseSpec(shape, description=description, generate_examples=False)}


@post(
    "/v1/reservations",
    summary="Reserve what an event will take",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.EVENTS, body=NewReservation),
    responses=_answers(201, MadeReservation, "It is kept."),
)
async def new_reservation(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Units, vouchers, stock and budgets are kept for the event, and for nobody else, until it is
    committed or released or its time is over.  Where a claim of it would be refused, nothing is."""
    wanted = body_of(await request.body(), NewReservation)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    taken = _taken(request, bytes(wanted.event))
    if isinstance(taken, Problem):
        return refused(taken, request)

    await _counted(request, taken)

    told: list[tuple[At, RefusedRow]] = []

    def reserve(changing: Changing, space: Space) -> Done | Problem:
        reserving = Reserving(changing, space)
        done = reserving.reserve(taken, wanted.expires_in, bytes(wanted.event))
        told[:] = reserving.refused
        return done

    response = await written(request, idempotency_key, reserve, dry_run=dry_run)
    if told and not dry_run:
        await _told(request, told)
    return response


@get(
    "/v1/reservations/{reservation:str}",
    summary="A reservation",
    tags=_TAGS,
    opt=needs(Scope.EVENTS),
    responses=_answers(200, Reservation, "As it is now."),
)
async def reservation(reservation: ReservationId, request: AnyRequest) -> Response[Any]:
    """One whose time is over is `expired`, and keeps nothing."""
    service, space = service_of(request), space_of(request)
    if space is None:
        return refused(DATABASE_UNAVAILABLE, request)
    now = service.clock()
    it = await service.reader.read(lambda reads: found(reads, space, reservation, now))
    return refused(it, request) if isinstance(it, Problem) else Response(it)


@post(
    "/v1/reservations/{reservation:str}/commit",
    summary="Record the event of a reservation",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.EVENTS),
    responses=_answers(200, shapes.Answer, "What was made of the event."),
)
async def committed(
    *,
    reservation: ReservationId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """The body is the event as it has happened, or only what is otherwise than in the event that
    was reserved for: `payments`, `given`, or nothing at all.  It may take less than was kept, the
    rest of which is free again.  The same event again, or nothing again, gets the stored answer."""
    sent, body = await _whole(request, reservation), await request.body()
    if sent is None:
        return await written(
            request,
            idempotency_key,
            lambda changing, space: Reserving(changing, space).again(reservation, body),
            dry_run=dry_run,
        )
    taken = sent if isinstance(sent, Problem) else _taken(request, sent)
    if isinstance(taken, Problem):
        return refused(taken, request)
    await _counted(request, taken)
    return await written(
        request,
        idempotency_key,
        lambda changing, space: Reserving(changing, space).commit(reservation, taken),
        dry_run=dry_run,
    )


@post(
    "/v1/reservations/{reservation:str}/release",
    summary="Keep nothing any more",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.EVENTS),
    responses=_answers(200, Reservation, "As it is now."),
)
async def released(
    *,
    reservation: ReservationId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """All that was kept is free again."""
    return await written(
        request,
        idempotency_key,
        lambda changing, space: Reserving(changing, space).release(reservation),
        dry_run=dry_run,
    )


async def _whole(request: AnyRequest, name: str) -> bytes | Problem | None:
    """The event that is to be committed; None: there is only what is said of it, and the rest of it
    is not kept."""
    body, space = await request.body(), space_of(request)
    if space is None or is_whole(body):
        return body

    def kept(reads: Any) -> bytes | None:
        it = reservations.one(reads, space.space_id, name)
        return None if it is None else completed(it, body)

    return await service_of(request).reader.read(kept)


async def _counted(request: AnyRequest, taken: Taken) -> None:
    """Count that a code is tried, in a transaction of its own: what comes may be undone."""
    service, space = service_of(request), space_of(request)
    if taken.code is None or space is None:
        return

    def count() -> None:
        with service.database.connect() as connection:
            count_try(connection, space, taken)

    await service.reader.run(count)


async def _told(request: AnyRequest, refused: Sequence[tuple[At, RefusedRow]]) -> None:
    """Keep what was refused for safety, in a transaction of its own: nothing else came of it."""
    service = service_of(request)

    def keep() -> None:
        with service.database.connect() as connection:
            for at, row in refused:
                refused_spends.add(connection, at, service.clock(), [row])

    await service.reader.run(keep)


def _taken(request: AnyRequest, text: bytes) -> Taken | Problem:
    space = space_of(request)
    if space is None:
        return DATABASE_UNAVAILABLE
    staff = actor_of(request).may(Scope.STAFF)
    return Taking(space, _NONE, staff, service_of(request).clock()).take(text)
