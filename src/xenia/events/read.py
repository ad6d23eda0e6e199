"""Turns what an operator's systems send into typed events, or says all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from xenia.events.conventions import Conventions
from xenia.events.diagnose import diagnose, hidden_characters
from xenia.events.errors import EventError, Unreadable, did_you_mean
from xenia.events.model import Clock, Enrolment, Event, Profile, Purchase, Redemption
from xenia.events.purchase import purchase_fields
from xenia.events.values import Reader
from xenia.events.wire import (
    ClockShape,
    EnrolmentShape,
    EventShape,
    MemberEventShape,
    ProfileShape,
    PurchaseShape,
    RedemptionShape,
    Shape,
)

LONGEST = 8 * 2**20  # bytes of one event

_decoder: msgspec.json.Decoder[Shape] = msgspec.json.Decoder(Shape)
# A float is never computed with: it is decoded only to say where it stands.
_plain = msgspec.json.Decoder()


def read_event(
    data: bytes | str | Mapping[str, Any], conventions: Conventions
) -> Event | Unreadable:
    """A typed event of JSON text, or of its decoded form; every scalar of that may be a text.

    All errors are found together, those of the shape first; never raises for what was sent.
    """
    shape = _decode(data) if isinstance(data, bytes | str) else _convert(data)
    if isinstance(shape, Unreadable):
        return shape
    reader = Reader(conventions)
    event = _typed(shape, reader)
    if reader.errors:
        return Unreadable(tuple(reader.errors), shape.id, shape.source or "api")
    return event


def _decode(text: bytes | str) -> Shape | Unreadable:
    if len(text) > LONGEST:
        sentence = f"{len(text):,} bytes, an event has at most {LONGEST:,}"
        return Unreadable((EventError("too-large", "", sentence),))
    try:
        shape = _decoder.decode(text)
        # Without an escape or a raw DEL there is no control character in JSON.
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
    if isinstance(text, str):
        return "\\" in text or "\x7f" in text
    return b"\\" in text or b"\x7f" in text


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


def _typed(shape: Shape, reader: Reader) -> Event:
    """The event; only to be used where the reader has collected no error."""
    fields = _for_all(shape, reader)
    match shape:
        case PurchaseShape():
            return Purchase(**fields, **purchase_fields(shape, reader))
        case RedemptionShape():
            return Redemption(**fields, **_redemption_fields(shape, reader))
        case EnrolmentShape():
            consents = tuple(shape.consents or ())
            return Enrolment(**fields, consents=consents, referred_by=shape.referred_by)
        case ProfileShape():
            return Profile(**fields, consents=tuple(shape.consents or ()))
        case ClockShape():
            return Clock(**fields)


def _for_all(shape: EventShape, reader: Reader) -> dict[str, Any]:
    """The fields that every event has."""
    conventions = reader.conventions
    if shape.programme not in (None, conventions.programme):
        sentence = f'this is the programme "{conventions.programme}", not "{shape.programme}"'
        reader.fail("other-programme", "/programme", sentence)
    fields: dict[str, Any] = {
        "id": shape.id,
        "source": shape.source or "api",
        "programme": shape.programme,
        "occurred_at": reader.time(shape.occurred_at, "/occurred_at"),
    }
    return fields | _done_by(shape, reader) if isinstance(shape, MemberEventShape) else fields


def _done_by(shape: MemberEventShape, reader: Reader) -> dict[str, Any]:
    """The fields of what somebody does somewhere."""
    conventions = reader.conventions
    if shape.member is None and not isinstance(shape, PurchaseShape):
        reader.fail("missing-field", "/member", 'the field "member" is missing: whose event is it?')
    place = shape.location
    if place is not None and conventions.locations and place not in conventions.locations:
        hint = did_you_mean(place, conventions.locations)
        sentence = f'"{place}" is not a location of {conventions.programme}{hint}'
        reader.fail("unknown-location", "/location", sentence)
    about_member = isinstance(shape, EnrolmentShape | ProfileShape)
    return {
        "member": reader.member(shape.member, "/member"),
        "by": reader.member(shape.by, "/by"),
        "channel": shape.channel,
        "location": place,
        "partner": shape.partner,
        "cashier": shape.cashier,
        "terminal": shape.terminal,
        "attributes": reader.attributes(shape.attributes or {}, of_member=about_member),
    }


def _redemption_fields(shape: RedemptionShape, reader: Reader) -> dict[str, Any]:
    for name in ("amount", "to"):
        if getattr(shape, name) is not None:
            sentence = f"{name} of a redemption is not supported yet"
            reader.fail("not-supported", f"/{name}", sentence)
    written = 1 if shape.quantity is None else shape.quantity
    quantity = reader.decimal(written, 0, "/quantity")
    if quantity == 0:
        reader.fail("too-small", "/quantity", "quantity must be 1 or more")
    elif quantity is not None and quantity > 10_000:
        reader.fail("too-large", "/quantity", "quantity can be at most 10,000 in one redemption")
    return {"reward": shape.reward, "quantity": quantity}
