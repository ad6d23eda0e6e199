"""What is kept of an event: facts without anything personal, and the personal values apart.

The facts are a JSON object of the event's fields.  Left out are the fields that the row of the
facts has in columns of its own (type, id, source, member and time) and all that tells of a person,
which is kept in a row that can be erased: free text, a birthday, a locale, the numbers of cards,
and what a member was named by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import Struct, field, structs

from xenia.events.conventions import Conventions
from xenia.events.model import (
    TYPE_NAMES,
    Act,
    AttributeValue,
    Card,
    Enrolment,
    Event,
    OfMember,
    OfStaff,
    Payment,
    Profile,
    Purchase,
    Transfer,
)
from xenia.events.parts import Identifier

FACTS = 1  # the number of this schema; a change that an older reader would misread is a new one

_API = "api"  # the source of who names none
_COLUMNS = frozenset({"id", "source", "member", "occurred_at"})


class UnreadableFacts(ValueError):  # noqa: N818 - it is named after what it says
    """Facts of a later schema, or that are none."""


class _Personal(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    cards: tuple[str | None, ...] = ()  # of each payment
    by: Identifier | None = None
    reason: str | None = None  # in free words
    place: str | None = None  # where somebody was
    to: Identifier | None = None
    referred_by: Identifier | None = None
    identifiers: Mapping[str, str | None] | None = None
    card: str | None = None
    new: str | None = None


class _Form:
    """How the events of one type are kept: a struct of those fields that are no columns."""

    def __init__(self, kind: type[Event]) -> None:
        own = [slot for slot in structs.fields(kind) if slot.name not in _COLUMNS]
        own.sort(key=lambda slot: not slot.required)
        self.event = kind
        self.names = tuple(slot.name for slot in own)
        self.values: Callable[[object], tuple[Any, ...]] = attrgetter(*self.names)
        self.facts = msgspec.defstruct(
            f"{kind.__name__}Facts",
            [_slot(slot) for slot in own],
            frozen=True,
            omit_defaults=True,
            forbid_unknown_fields=True,
            gc=False,
        )
        self.decoder = msgspec.json.Decoder(self.facts)


def _slot(slot: structs.FieldInfo) -> tuple[str, Any, Any]:
    name = slot.encode_name
    if slot.default_factory is not msgspec.NODEFAULT:
        return slot.name, slot.type, field(default_factory=slot.default_factory, name=name)
    return slot.name, slot.type, field(default=slot.default, name=name)


_FORMS: Mapping[str, _Form] = {name: _Form(kind) for kind, name in TYPE_NAMES.items()}
_OF_TYPE: Mapping[type, _Form] = {form.event: form for form in _FORMS.values()}
_encoder = msgspec.json.Encoder(order="deterministic")
_personal = msgspec.json.Decoder(_Personal)


def split(event: Event, conventions: Conventions) -> tuple[bytes, bytes | None]:
    """The facts of an event that was read by these conventions, and its personal values, if any:
    two JSON objects.

    What `member` is, is in neither; `by` is a fact as an id, and personal as an identifier.
    """
    personal = _said(event, conventions)
    if personal is None:
        return _facts(event), None
    return _facts(_without(event, personal)), _encoder.encode(personal)


def without_personal(event: Event, conventions: Conventions) -> Event:
    """The event as its facts have it, what tells of a person left out; but of whose it is."""
    personal = _said(event, conventions)
    return event if personal is None else _without(event, personal)


def _facts(event: Event) -> bytes:
    form = _OF_TYPE[type(event)]
    return _encoder.encode(form.facts(*form.values(event)))


def _said(event: Event, conventions: Conventions) -> _Personal | None:
    """What an event says about a person."""
    attributes = _personal_attributes(event, conventions) if event.attributes else {}
    cards = _cards(event.payments) if isinstance(event, Purchase) else ()
    by = event.by if isinstance(event.by, Identifier) else None
    reason = event.reason if isinstance(event, OfStaff) else None
    place = event.place if isinstance(event, Act) else None
    to = event.to if isinstance(event, Transfer) and isinstance(event.to, Identifier) else None
    said = _Personal(attributes, cards, by, reason, place, to)
    if isinstance(event, Enrolment | Profile):
        brought = _referrer(event) if isinstance(event, Enrolment) else None
        said = structs.replace(said, referred_by=brought, identifiers=event.identifiers)
    elif isinstance(event, Card):
        said = structs.replace(said, card=event.card, new=event.new)
    return None if said == _Personal() else said


def _referrer(event: Enrolment) -> Identifier | None:
    return event.referred_by if isinstance(event.referred_by, Identifier) else None


def _personal_attributes(event: Event, conventions: Conventions) -> dict[str, AttributeValue]:
    of_member = isinstance(event, OfMember)
    return {
        name: value
        for name, value in event.attributes.items()
        if conventions.is_personal(name, of_member=of_member)
    }


def _cards(payments: tuple[Payment, ...]) -> tuple[str | None, ...]:
    for payment in payments:
        if payment.card is not None:
            return tuple([one.card for one in payments])
    return ()


def _without(event: Event, personal: _Personal) -> Event:
    attributes = {
        name: value for name, value in event.attributes.items() if name not in personal.attributes
    }
    by = None if isinstance(event.by, Identifier) else event.by
    if isinstance(event, Purchase) and personal.cards:
        payments = tuple([structs.replace(payment, card=None) for payment in event.payments])
        return structs.replace(event, attributes=attributes, by=by, payments=payments)
    if isinstance(event, OfStaff):
        return structs.replace(event, attributes=attributes, by=by, reason=None)
    if isinstance(event, Act):
        return structs.replace(event, attributes=attributes, by=by, place=None)
    if isinstance(event, Transfer) and personal.to is not None:
        return structs.replace(event, attributes=attributes, by=by, to=None)
    if isinstance(event, Enrolment | Profile):
        event = structs.replace(event, identifiers=None)
    if isinstance(event, Enrolment) and personal.referred_by is not None:
        return structs.replace(event, attributes=attributes, by=by, referred_by=None)
    if isinstance(event, Card):
        return structs.replace(event, attributes=attributes, by=by, card=None, new=None)
    return structs.replace(event, attributes=attributes, by=by)


def read_facts(
    kind: str,
    facts: bytes | str,
    *,
    id: str,  # noqa: A002 - as the contract names it
    source: str,
    member: str | None,
    occurred_at: int,
    schema: int = FACTS,
    personal: bytes | str | None = None,
) -> Event:
    """The event of stored facts and their columns, `kind` being its type's name in the contract;
    `personal` is put back where it is given.  Raises UnreadableFacts."""
    if schema > FACTS:
        known = f"this version of Xenia reads facts up to schema {FACTS}"
        raise UnreadableFacts(f"{known}, and these are of schema {schema}: install a newer one")
    form = _FORMS.get(kind)
    if form is None:
        raise UnreadableFacts(f'"{kind}" is not a type of event')
    try:
        fields = dict(zip(form.names, form.values(form.decoder.decode(facts)), strict=True))
        if personal is not None:
            _put_back(fields, _personal.decode(personal))
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise UnreadableFacts(f"these are no facts of a {kind}: {error}") from error
    # As whoever reads an event leaves the default out: a fingerprint holds whatever is given.
    if source != _API:
        fields["source"] = source
    return form.event(id=id, member=member, occurred_at=occurred_at, **fields)


def _put_back(fields: dict[str, Any], personal: _Personal) -> None:
    fields["attributes"] = {**fields["attributes"], **personal.attributes}
    if personal.by is not None:
        fields["by"] = personal.by
    if personal.reason is not None:
        fields["reason"] = personal.reason
    if personal.place is not None:
        fields["place"] = personal.place
    if personal.to is not None:
        fields["to"] = personal.to
    for name in ("referred_by", "identifiers", "card", "new"):
        if (value := getattr(personal, name)) is not None:
            fields[name] = value
    if personal.cards:
        pairs = zip(fields["payments"], personal.cards, strict=True)
        fields["payments"] = tuple([structs.replace(paid, card=card) for paid, card in pairs])
