"""What an event is, once it has been read: frozen values in whole smallest units.

Money is in the smallest unit of the programme's money, quantities in thousandths, `occurred_at` in
microseconds since 1970-01-01 UTC.  Field names are those of the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

QUANTITY_DECIMALS = 3

Method = Literal["cash", "bank-card", "card-balance", "gift-card", "reward", "other"]
AttributeValue = str | int | bool  # a decimal in 10**-6, a date as its day number


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    id: str
    sku: str
    category: str
    quantity: int
    amount: int
    unit: str | None = None
    regular_amount: int | None = None
    tax: int = 0
    tags: tuple[str, ...] = ()
    brand: str | None = None
    seller: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    method: Method
    amount: int | None = None  # None: the whole bill
    card: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    kind: str
    amount: int
    tax: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The fields of every event.  `member` is the resolved id, None for a guest."""

    id: str
    source: str = "api"
    programme: str | None = None
    member: str | None = None
    by: str | None = None
    occurred_at: int
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase(Common):
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...] = ()
    charges: tuple[Charge, ...] = ()
    prices: Literal["gross", "net"] = "gross"
    currency: str | None = None
    receipt: str | None = None
    vouchers: tuple[str, ...] = ()
    spend: Mapping[str, str] = field(default_factory=dict)  # currency: units as written


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption(Common):
    reward: str
    quantity: int = 1  # whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment(Common):
    """`attributes` become the member's."""

    consents: tuple[str, ...] = ()
    referred_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Common):
    """`attributes` replace the member's of the same names."""

    consents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Common):
    """No member: time passes for everybody up to `occurred_at`."""


Event = Purchase | Redemption | Enrolment | Profile | Clock
TYPE_NAMES: Mapping[type, str] = {
    Purchase: "purchase",
    Redemption: "redemption",
    Enrolment: "enrolment",
    Profile: "profile",
    Clock: "clock",
}
