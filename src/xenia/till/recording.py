"""What becomes of a purchase that is paid: it is recorded once, and as it was paid."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

import msgspec

from xenia.client import ProblemError, shapes
from xenia.pages.asking import Asked
from xenia.till.places import SOURCE
from xenia.till.sale import is_drawn

SECONDS: Final = 900  # that what a sale takes is kept while it is being paid
# It keeps nothing for this sale any more: also where whoever buys has left a household meanwhile.
OVER: Final = frozenset({"reservation-over", "unknown-reservation", "not-of-the-reservation"})
TAKEN: Final = "different-content"  # the number of a sale is already that of a purchase


class GoneError(Exception):
    """What was to be spent cannot be had any more at what was paid: nothing is recorded."""


def is_recorded(asked: Asked, event: shapes.Purchase, *, its_time: bool = True) -> bool:
    """Whether what is recorded under the number of `event` is the same sale, however it was paid.

    `its_time`: the instant says so too; not where it was reckoned anew on arrival.  A number that
    was drawn is nobody else's: the same lines of the same member under it are the same sale at
    whatever instant, as where it was asked for the payment anew because its answer was lost.
    Raises ProblemError, unless it is that there is no such purchase.
    """
    try:
        there = asked.client.till_purchase(event=event.id, source=SOURCE, programme=event.programme)
    except ProblemError as error:
        if error.problem.status != 404:
            raise
        return False
    if [_plain(line) for line in there.lines] != [_plain(line) for line in event.lines]:
        return False
    if not its_time or _moment(there.occurred_at) == _moment(event.occurred_at):
        return True
    return is_drawn(event.id) and there.member == _whose(asked, event)


def _whose(asked: Asked, event: shapes.Purchase) -> str | None:
    """Of whom a purchase would be recorded: a person's may be their household's."""
    return None if event.member is None else asked.client.new_quote(event).member


def _plain(line: shapes.TillLine | shapes.Line) -> tuple[str, str, Decimal, Decimal]:
    return line.sku, line.category, Decimal(line.quantity), Decimal(line.amount)


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)


def kept(
    asked: Asked, event: shapes.Purchase, once: str, code: str = ""
) -> shapes.MadeReservation | None:
    """What is kept for it; None: it takes nothing.  `code` is what the member was sent, where so
    much takes one: it goes with this alone.  Raises ProblemError where it cannot be kept."""
    if not event.spend and not event.vouchers:
        return None
    proved = msgspec.structs.replace(event, one_time_code=code or None)
    wanted = shapes.NewReservation(
        event=cast("dict[str, Any]", msgspec.to_builtins(proved)), expires_in=SECONDS
    )
    return asked.client.new_reservation(wanted, idempotency_key=once)


def release(asked: Asked, reservation: str) -> None:
    """Nothing is kept by it any more; one that is over stays so."""
    try:
        asked.client.released(reservation, idempotency_key=f"{asked.once}-released")
    except ProblemError as error:
        if error.problem.status not in (404, 409):
            raise


def recorded(asked: Asked, event: shapes.Purchase, reservation: str) -> shapes.Answer:
    """What was made of a purchase; what was kept for it is taken, as long as it is.

    Raises ProblemError.
    """
    if reservation:
        try:
            return asked.client.committed(reservation, event, idempotency_key=asked.once)
        except ProblemError as error:
            if error.problem.code not in OVER:
                raise
    return asked.client.record(event)


def recorded_as_paid(
    asked: Asked, event: shapes.Purchase, reservation: str, to_pay: str
) -> shapes.Answer:
    """The same, where somebody can still be asked: what is kept no more is kept anew.

    Raises GoneError where that cannot be had any more, or not for `to_pay`; and ProblemError.
    """
    if reservation:
        try:
            return asked.client.committed(reservation, event, idempotency_key=asked.once)
        except ProblemError as error:
            if error.problem.code not in OVER:
                raise
        if not is_recorded(asked, event):
            reservation = _kept_anew(asked, event, to_pay)
            return asked.client.committed(reservation, event, idempotency_key=f"{asked.once}-anew")
    return asked.client.record(event)


def _kept_anew(asked: Asked, event: shapes.Purchase, to_pay: str) -> str:
    try:
        again = kept(asked, event, f"{asked.once}-kept-anew")
    except ProblemError as error:
        if error.problem.status not in (409, 422):
            raise
        raise GoneError from error
    payable = None if again is None else again.answer.payable
    if again is None or payable is None:
        raise GoneError
    if payable.to_pay != to_pay:
        release(asked, again.reservation)
        raise GoneError
    return again.reservation
