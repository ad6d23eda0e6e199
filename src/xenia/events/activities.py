"""Reads what members do beside buying goods: acts that a programme knows, stays, flights, cars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xenia.amounts import format_decimal
from xenia.events.errors import did_you_mean
from xenia.events.model import QUANTITY_DECIMALS, Act, Activity, Flight, Rental, Stay
from xenia.events.parts import FolioLine
from xenia.events.purchase import AMOUNT_LIMIT, QUANTITY_LIMIT
from xenia.events.values import At, Reader
from xenia.events.wire import ActShape, FlightShape, FolioShape, RentalShape, StayShape

# What nights, rooms, days and drivers must be less than: the engine's products are proved to fit
# from it.
COUNT_LIMIT = 10**4


def activity(
    shape: ActShape | StayShape | FlightShape | RentalShape, fields: dict[str, Any], reader: Reader
) -> Activity:
    """The activity, whose own fields are added to those of every event; only to be used where the
    reader has collected no error."""
    match shape:
        case ActShape():
            return _act(shape, fields, reader)
        case StayShape():
            return _stay(shape, fields, reader)
        case FlightShape():
            return _flight(shape, fields, reader)
        case RentalShape():
            return _rental(shape, fields, reader)


def _act(shape: ActShape, fields: dict[str, Any], reader: Reader) -> Act:
    known, programme = reader.conventions.acts, reader.conventions.programme
    if shape.act not in known:
        hint = did_you_mean(shape.act, known) or ": declare it under acts"
        reader.fail("unknown-act", ("act",), f'{programme} knows no act "{shape.act}"{hint}')
    value = _measured(shape.value, ("value",), reader)
    return Act(**fields, act=shape.act, value=value, place=shape.place)


def _stay(shape: StayShape, fields: dict[str, Any], reader: Reader) -> Stay:
    fields |= {
        "arrival": reader.date(shape.arrival, ("arrival",)),
        "departure": reader.date(shape.departure, ("departure",)),
        "nights": _counted(shape.nights, ("nights",), reader),
        "folio": _folio(shape.folio, reader),
    }
    if shape.rooms is not None:
        fields["rooms"] = _counted(shape.rooms, ("rooms",), reader)
    if shape.nights_on_points is not None:
        fields["nights_on_points"] = _counted(shape.nights_on_points, ("nights_on_points",), reader)
    found = Stay(
        **fields,
        property=shape.property,
        category=shape.category,
        status=shape.status,
        rate=shape.rate,
    )
    if not reader.errors:
        _fits(found, reader)
    return found


def _fits(stay: Stay, reader: Reader) -> None:
    """A stay's nights are within its dates, and those paid for with points among its nights."""
    if stay.departure < stay.arrival:
        reader.fail("dates-in-order", ("departure",), "the departure is before the arrival")
    elif stay.nights > stay.departure - stay.arrival:
        most = stay.departure - stay.arrival
        sentence = f"{stay.nights} nights, and from the arrival to the departure there are {most}"
        reader.fail("too-many-nights", ("nights",), sentence)
    if stay.nights_on_points > stay.nights:
        sentence = f"more nights are paid for with points than the {stay.nights} that there are"
        reader.fail("too-many-nights", ("nights_on_points",), sentence)


def _folio(shapes: Sequence[FolioShape], reader: Reader) -> tuple[FolioLine, ...]:
    decimals, found, billed = reader.conventions.money_decimals, [], 0
    for place, shape in enumerate(shapes):
        amount = reader.decimal(shape.amount, decimals, ("folio", place, "amount")) or 0
        billed += amount
        eligible = reader.boolean(shape.eligible, ("folio", place, "eligible"))
        found.append(FolioLine(shape.kind, amount, eligible is True))
    _bounded(billed, AMOUNT_LIMIT, decimals, ("folio",), reader)
    return tuple(found)


def _flight(shape: FlightShape, fields: dict[str, Any], reader: Reader) -> Flight:
    return Flight(
        **fields,
        from_=shape.from_,
        to=shape.to,
        distance=_measured(shape.distance, ("distance",), reader) or 0,
        fare=None if shape.fare is None else _money(shape.fare, ("fare",), reader),
        cabin=shape.cabin,
        booking_class=shape.booking_class,
        carrier=shape.carrier,
        operated_by=shape.operated_by,
        coupon=shape.coupon,
    )


def _rental(shape: RentalShape, fields: dict[str, Any], reader: Reader) -> Rental:
    if shape.drivers is not None:
        fields["drivers"] = _counted(shape.drivers, ("drivers",), reader)
    return Rental(
        **fields,
        days=_counted(shape.days, ("days",), reader),
        car_class=shape.car_class,
        amount=_money(shape.amount, ("amount",), reader),
        office_out=shape.office_out,
        office_in=shape.office_in,
    )


def _counted(written: str | int, at: At, reader: Reader) -> int:
    """A whole number."""
    found = reader.decimal(written, 0, at) or 0
    return _bounded(found, COUNT_LIMIT, 0, at, reader)


def _measured(written: str | int | None, at: At, reader: Reader) -> int | None:
    """A number in thousandths."""
    found = reader.decimal(written, QUANTITY_DECIMALS, at)
    return found and _bounded(found, QUANTITY_LIMIT, QUANTITY_DECIMALS, at, reader)


def _money(written: str | int, at: At, reader: Reader) -> int:
    decimals = reader.conventions.money_decimals
    return _bounded(reader.decimal(written, decimals, at) or 0, AMOUNT_LIMIT, decimals, at, reader)


def _bounded(value: int, limit: int, decimals: int, at: At, reader: Reader) -> int:
    """The value; nothing of an event may outgrow what the engine counts with."""
    if value >= limit:
        sentence = f"it must be less than {format_decimal(limit, decimals)}"
        reader.fail("too-large", at, sentence)
    return value
