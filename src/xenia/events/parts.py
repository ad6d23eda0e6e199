"""Parts of events that are no events themselves."""

from __future__ import annotations

from msgspec import Struct


class Identifier(Struct, frozen=True, kw_only=True, gc=False):
    """What names a member without being their id: the number of a card, a phone, an address."""

    kind: str
    value: str


class EventKey(Struct, frozen=True, omit_defaults=True, gc=False):
    """What names an event that was told before."""

    id: str
    source: str = "api"


UNNAMED = EventKey("")


class Charge(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    kind: str
    amount: int
    tax: int = 0


class Off(Struct, frozen=True, array_like=True, gc=False):
    """So much money was taken off a line in the name of a rule."""

    rule: str
    line: str
    amount: int


class FolioLine(Struct, frozen=True, omit_defaults=True, gc=False):
    """What a guest is billed for; `eligible`: the house says that it counts."""

    kind: str
    amount: int
    eligible: bool


class Consent(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """That data may be used for a purpose, or no longer; `text`: the version of what was shown."""

    purpose: str
    given: bool = True
    channel: str | None = None
    text: str | None = None
    source: str | None = None
    at: int | None = None  # microseconds; None: as the event occurred


class LineBack(Struct, frozen=True, omit_defaults=True, gc=False):
    """What of a line, or of the lines of one sku, comes back; no `quantity`: all that is left."""

    line: str | None = None
    sku: str | None = None
    quantity: int | None = None
