"""What is sent becomes an event that can be posted: read once, by the programme it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from xenia.events.content import fingerprint
from xenia.events.errors import EventError, Unreadable
from xenia.events.facts import split
from xenia.events.model import TYPE_NAMES, Clock, Enrolment, Event, Purchase, Transfer
from xenia.events.parts import Identifier
from xenia.events.read import instant, read_shape, typed
from xenia.services.published import Space

_NO_CLOCK = "time passes by itself here: a clock is for replay, scenarios and test spaces"


class Taken(Struct, frozen=True, kw_only=True):
    """An event as it was sent, which programme it is for, and what will be stored of it.

    Its member may still be an identifier.
    """

    event: Event
    programme: str
    facts: str
    personal: str | None
    fingerprint: bytes
    trace: bool = False
    code: str | None = None  # a one-time code: it is no fact, and kept nowhere
    staff: bool = True  # whether who sends it may do what only staff does

    @property
    def type(self) -> str:
        """The type's name in the contract."""
        return TYPE_NAMES[type(self.event)]

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by: source and id."""
        return self.event.source, self.event.id

    @property
    def lines(self) -> int:
        """How large it is: the lines of a basket, at least 1."""
        event = self.event
        return len(event.lines) or 1 if isinstance(event, Purchase) else 1

    def of(self, members: Mapping[tuple[str, str], str]) -> Event:
        """The event with its member's id, and with that of whom it gives to, as far as these are
        known, by kind and value."""
        ids = {
            field: members[who.kind, who.value]
            for field, who in (("member", self.identifier), (self._other, self.recipient))
            if who is not None and (who.kind, who.value) in members
        }
        return msgspec.structs.replace(self.event, **ids) if ids else self.event

    @property
    def identifier(self) -> Identifier | None:
        """What it names its member by, if that is no id."""
        return self.event.member if isinstance(self.event.member, Identifier) else None

    @property
    def recipient(self) -> Identifier | None:
        """What it names another member by, to whom it gives or who brought its own, if that is no
        id."""
        event = self.event
        if isinstance(event, Transfer) and isinstance(event.to, Identifier):
            return event.to
        if isinstance(event, Enrolment) and isinstance(event.referred_by, Identifier):
            return event.referred_by
        return None

    @property
    def goes_by_name(self) -> bool:
        """Whether somebody is named in it by what may lead to another by now."""
        return self.identifier is not None or self.recipient is not None

    @property
    def _other(self) -> str:
        return "referred_by" if isinstance(self.event, Enrolment) else "to"


def take(
    space: Space,
    data: bytes | str | Mapping[str, Any],
    *,
    trace: bool = False,
    staff: bool = True,
) -> Taken | Unreadable:
    """Read an event of a space.  Never raises for what was sent."""
    shape = read_shape(data)
    if isinstance(shape, Unreadable):
        return shape
    published = space.published(shape.programme)
    if isinstance(published, EventError):
        return Unreadable((published,), shape.id, shape.source or "api")
    at = instant(shape)
    version = published.timeline.at(0 if at is None else at).version
    conventions = published.versions[version].conventions
    event = typed(shape, conventions, at)
    if isinstance(event, Unreadable):
        return event
    if isinstance(event, Clock):
        return Unreadable((EventError("not-here", "/type", _NO_CLOCK),), event.id, event.source)
    facts, personal = split(event, conventions)
    return Taken(
        event=event,
        programme=published.name,
        facts=facts.decode(),
        personal=None if personal is None else personal.decode(),
        fingerprint=fingerprint(event, space.secret),
        trace=trace,
        code=getattr(shape, "one_time_code", None),
        staff=staff,
    )
