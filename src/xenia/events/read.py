"""Turns what an operator's systems send into typed events, or says all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from xenia.events.activities import activity
from xenia.events.conventions import Conventions
from xenia.events.diagnose import diagnose, hidden_characters
from xenia.events.errors import EventError, Unreadable, did_you_mean
from xenia.events.model import OWN, Clock, Event, Redemption
from xenia.events.moments import NotATime, parse_time
from xenia.events.persons import of_person
from xenia.events.purchase import purchase
from xenia.events.returns import cancel, claim, taken_back
from xenia.events.staff import adjustment, grant, hold, release, use
from xenia.events.transfers import transfer
from xenia.events.values import Reader
from xenia.events.wire import (
    ActShape,
    AdjustmentShape,
    CancelShape,
    CardShape,
    ClaimShape,
    ClockShape,
    EnrolmentShape,
    EventShape,
    FlightShape,
    GrantShape,
    HoldShape,
    LeaveShape,
    MemberEventShape,
    ProfileShape,
    PurchaseShape,
    RedemptionShape,
    ReleaseShape,
    RentalShape,
    ReturnShape,
    Shape,
    StayShape,
    TransferShape,
    UseShape,
)

LONGEST = 8 * 2**20  # bytes of one event
_API = "api"  # the source of who names none
# What a control character is escaped as; after an escaped backslash it is none, and looked at all
# the same.
_ESCAPED = re.compile(r"\\(?:[bfnrt]|u00(?:[01]|7[fF]))")
_DEL, _BACKSLASH = 0x7F, 0x5C
_ESCAPED_BYTES = re.compile(_ESCAPED.pattern.encode())

# What a guest does: buy, and bring something back.
_OF_GUESTS = PurchaseShape | ReturnShape | CancelShape

_decoder: msgspec.json.Decoder[Shape] = msgspec.json.Decoder(Shape)
# A float is never computed with: it is decoded only to say where it stands.
_plain = msgspec.json.Decoder()


def read_event(
    data: bytes | str | Mapping[str, Any], conventions: Conventions
) -> Event | Unreadable:
    """A typed event of JSON text, or of its decoded form; every scalar of that may be a text.

    All errors are found together, those of the shape first; never raises for what was sent.
    """
    shape = read_shape(data)
    return shape if isinstance(shape, Unreadable) else typed(shape, conventions)


def read_shape(data: bytes | str | Mapping[str, Any]) -> Shape | Unreadable:
    """The first half of reading, before it is known which programme and version decides."""
    return _decode(data) if isinstance(data, bytes | str) else _convert(data)


def instant(shape: Shape) -> int | None:
    """When it happened, in microseconds since 1970-01-01 UTC; None where that is no time, of which
    `typed` will tell."""
    try:
        return parse_time(shape.occurred_at)
    except NotATime:
        return None


def typed(
    shape: Shape, conventions: Conventions, occurred_at: int | None = None
) -> Event | Unreadable:
    """The second half of reading: the values, by the programme that decides.

    `occurred_at` is the shape's `instant`, where it is known already.
    """
    reader = Reader(conventions)
    event = _typed(shape, reader, occurred_at)
    if reader.errors:
        return Unreadable(tuple(reader.errors), shape.id, shape.source or "api")
    return event


def _decode(text: bytes | str) -> Shape | Unreadable:
    if len(text) > LONGEST:
        sentence = f"{len(text):,} bytes, an event has at most {LONGEST:,}"
        return Unreadable((EventError("too-large", "", sentence),))
    try:
        shape = _decoder.decode(text)
        return _visible(shape, _plain.decode(text)) if _suspect(text) else shape
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        failure = error
    try:
        return _diagnosed(_plain.decode(text), failure)
    except RecursionError:
        sentence = "this is nested too deeply to be an event"
    except (msgspec.DecodeError, UnicodeError) as error:
        sentence = f"this is not JSON: {_lower(str(error))}"
    return Unreadable((EventError("invalid-json", "", sentence),))


def _suspect(text: bytes | str) -> bool:
    """Whether there may be a control character: in JSON one is escaped, or a raw DEL."""
    if isinstance(text, str):
        return "\x7f" in text or ("\\" in text and _ESCAPED.search(text) is not None)
    # A byte as a number is found several times as fast.
    return _DEL in text or (_BACKSLASH in text and _ESCAPED_BYTES.search(text) is not None)


def _convert(decoded: Mapping[str, Any]) -> Shape | Unreadable:
    try:
        return _visible(msgspec.convert(decoded, Shape), decoded)
    except (msgspec.ValidationError, RecursionError) as failure:
        return _diagnosed(decoded, failure)


def _visible(shape: Shape, decoded: object) -> Shape | Unreadable:
    """The shape, unless there are control characters in it."""
    errors = tuple(hidden_characters(decoded))
    return Unreadable(errors, shape.id, shape.source or "api") if errors else shape


def _diagnosed(decoded: object, failure: Exception) -> Unreadable:
    """What is wrong with the shape; what only the decoder objected to is said in its words."""
    errors = diagnose(decoded) or [EventError("wrong-type", "", _lower(str(failure)))]
    known = decoded if isinstance(decoded, Mapping) else {}
    name, source = (
        value if isinstance(value := known.get(key), str) else None for key in ("id", "source")
    )
    return Unreadable(tuple(errors), name, source or "api")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _typed(shape: Shape, reader: Reader, occurred_at: int | None) -> Event:
    """The event; only to be used where the reader has collected no error."""
    fields = _for_all(shape, reader, occurred_at)
    match shape:
        case PurchaseShape():
            return purchase(shape, fields, reader)
        case ActShape() | StayShape() | FlightShape() | RentalShape():
            return activity(shape, fields, reader)
        case RedemptionShape():
            return Redemption(**fields, **_redemption_fields(shape, reader))
        case EnrolmentShape() | ProfileShape() | CardShape() | LeaveShape():
            return of_person(shape, fields, reader)
        case UseShape():
            return use(shape, fields, reader)
        case TransferShape():
            return transfer(shape, fields, reader)
        case ClockShape():
            return Clock(**fields)
    return _corrected(shape, fields, reader)


def _corrected(
    shape: AdjustmentShape
    | HoldShape
    | ReleaseShape
    | GrantShape
    | ReturnShape
    | CancelShape
    | ClaimShape,
    fields: dict[str, Any],
    reader: Reader,
) -> Event:
    """What changes what there is already."""
    match shape:
        case AdjustmentShape():
            return adjustment(shape, fields, reader)
        case HoldShape():
            return hold(shape, fields, reader)
        case ReleaseShape():
            return release(shape, fields, reader)
        case GrantShape():
            return grant(shape, fields, reader)
        case ReturnShape():
            return taken_back(shape, fields, reader)
        case CancelShape():
            return cancel(shape, fields)
        case ClaimShape():
            return claim(shape, fields, reader)


def _for_all(shape: EventShape, reader: Reader, occurred_at: int | None) -> dict[str, Any]:
    """The fields that every event has, as far as they are said."""
    conventions = reader.conventions
    if shape.programme is not None and shape.programme != conventions.programme:
        sentence = f'this is the programme "{conventions.programme}", not "{shape.programme}"'
        reader.fail("other-programme", ("programme",), sentence)
    if occurred_at is None:
        occurred_at = reader.time(shape.occurred_at, ("occurred_at",))
    fields: dict[str, Any] = {"id": shape.id, "occurred_at": occurred_at}
    if shape.source == OWN:
        sentence = f'the source "{OWN}" is of what is recorded by itself: give yours another name'
        reader.fail("reserved-source", ("source",), sentence)
    if shape.source is not None and shape.source != _API:
        fields["source"] = shape.source
    if shape.programme is not None:
        fields["programme"] = shape.programme
    if isinstance(shape, MemberEventShape):
        _add_done_by(fields, shape, reader)
    return fields


def _add_done_by(fields: dict[str, Any], shape: MemberEventShape, reader: Reader) -> None:
    """The fields of what somebody does somewhere."""
    conventions = reader.conventions
    if shape.member is None and not isinstance(shape, _OF_GUESTS):
        sentence = 'the field "member" is missing: whose event is it?'
        reader.fail("missing-field", ("member",), sentence)
    place = shape.location
    if place is not None and conventions.locations and place not in conventions.locations:
        hint = did_you_mean(place, conventions.locations)
        sentence = f'"{place}" is not a location of {conventions.programme}{hint}'
        reader.fail("unknown-location", ("location",), sentence)
    if shape.member is not None:
        fields["member"] = reader.member(shape.member, "member")
    if shape.by is not None:
        fields["by"] = reader.member(shape.by, "by")
    if shape.channel is not None:
        fields["channel"] = shape.channel
    if place is not None:
        fields["location"] = place
    if shape.partner is not None:
        fields["partner"] = shape.partner
    if shape.cashier is not None:
        fields["cashier"] = shape.cashier
    if shape.terminal is not None:
        fields["terminal"] = shape.terminal
    if shape.attributes:
        about_member = isinstance(shape, EnrolmentShape | ProfileShape)
        fields["attributes"] = reader.attributes(shape.attributes, of_member=about_member)


def _redemption_fields(shape: RedemptionShape, reader: Reader) -> dict[str, Any]:
    for name in ("amount", "to"):
        if getattr(shape, name) is not None:
            sentence = f"{name} of a redemption is not supported yet"
            reader.fail("not-supported", (name,), sentence)
    written = 1 if shape.quantity is None else shape.quantity
    quantity = reader.decimal(written, 0, ("quantity",))
    if quantity == 0:
        reader.fail("too-small", ("quantity",), "quantity must be 1 or more")
    elif quantity is not None and quantity > 10_000:
        sentence = "quantity can be at most 10,000 in one redemption"
        reader.fail("too-large", ("quantity",), sentence)
    return {"reward": shape.reward, "quantity": quantity}
