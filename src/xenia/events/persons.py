"""Reads what is told of persons: who joins, what they say of themselves, and their cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xenia.events.errors import did_you_mean
from xenia.events.model import Card, Enrolment, Leave, OfPerson, Profile
from xenia.events.parts import Consent
from xenia.events.values import IDENTIFIERS, Reader
from xenia.events.wire import CardShape, ConsentShape, EnrolmentShape, LeaveShape, ProfileShape

# What a consent says is kept when its member is erased: so it has no room for a name.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,59}")
_CARD = "card"


def of_person(
    shape: EnrolmentShape | ProfileShape | CardShape | LeaveShape,
    fields: dict[str, Any],
    reader: Reader,
) -> OfPerson:
    """The event, whose own fields are added to those of every event; only to be used where the
    reader has collected no error."""
    if isinstance(shape, CardShape):
        return _card(shape, fields, reader)
    if isinstance(shape, LeaveShape):
        return Leave(**fields)
    fields["consents"] = tuple(_consents(shape.consents or (), reader))
    if shape.identifiers:
        fields["identifiers"] = shape.identifiers
        joins = isinstance(shape, EnrolmentShape)
        _check_identifiers(shape.identifiers, reader, joins=joins)
    if isinstance(shape, ProfileShape):
        return Profile(**fields)
    by = shape.referred_by
    fields["referred_by"] = None if by is None else reader.member(by, "referred_by")
    return Enrolment(**fields)


def _check_identifiers(
    identifiers: Mapping[str, str | None], reader: Reader, *, joins: bool
) -> None:
    for kind, value in identifiers.items():
        at = ("identifiers", kind)
        if kind not in IDENTIFIERS:
            hint = did_you_mean(kind, IDENTIFIERS) or f": {', '.join(IDENTIFIERS)}"
            reader.fail("unknown-field", at, f'"{kind[:40]}" identifies nobody{hint}')
        elif not joins and kind == _CARD:
            sentence = "a member may have several cards: send an event of type card"
            reader.fail("unknown-field", at, sentence)
        elif joins and value is None:
            reader.fail("wrong-type", at, "there is nothing to be taken away yet: leave it out")


def _consents(written: Sequence[str | ConsentShape], reader: Reader) -> Iterator[str | Consent]:
    for place, item in enumerate(written):
        if isinstance(item, str):
            yield item
            continue
        for name in ("purpose", "channel", "text", "source"):
            value = getattr(item, name)
            if value is not None and not _CODE.fullmatch(value):
                sentence = (
                    f'"{value[:40]}" is kept for good, so it must be a name of up to 60 letters, '
                    "digits, points, dashes, colons and slashes"
                )
                reader.fail("not-a-name", ("consents", place, name), sentence)
        at = ("consents", place)
        yield Consent(
            purpose=item.purpose,
            given=bool(reader.boolean(item.given, (*at, "given"))),
            channel=item.channel,
            text=item.text,
            source=item.source,
            at=None if item.at is None else reader.time(item.at, (*at, "at")),
        )


def _card(shape: CardShape, fields: dict[str, Any], reader: Reader) -> Card:
    if shape.action == "replace" and shape.new is None:
        reader.fail("missing-field", ("new",), 'the field "new" is missing: which card instead?')
    elif shape.action != "replace" and shape.new is not None:
        reader.fail(
            "unknown-field", ("new",), f"nothing takes the place of a card at {shape.action}"
        )
    elif shape.new == shape.card:
        reader.fail("same-card", ("new",), "this is the card that it is to take the place of")
    return Card(**fields, action=shape.action, card=shape.card, new=shape.new)
