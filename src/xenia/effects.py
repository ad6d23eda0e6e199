"""What the engine decided: effects, refusals, and what is to be paid, in whole smallest units.

Days are local day numbers of the programme (0 is 1970-01-01); the surfaces turn them into times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """The effects that the engine decides so far; the contract names more."""

    EARN = "earn"
    SPEND = "spend"
    EXPIRE = "expire"
    ACTIVATE = "activate"
    DISCOUNT = "discount"
    ISSUE = "issue"
    TIER = "tier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing decided.  Which fields are set depends on `kind`; the others are None.

    earn: currency, units, accrual, rule, available, expires.  spend, expire, activate: currency,
    units, expires (of the lot).  discount: rule, amount.  issue: rule or None, reward, voucher,
    expires.  tier: tier, level (None: below the lowest), expires.
    """

    kind: Kind
    id: str = ""  # source/event/n, or due/member/day/n
    day: int = 0  # the local day on which it falls
    due: bool = False  # it fell due then; otherwise it belongs to the event
    rule: str | None = None
    currency: str | None = None
    units: int | None = None
    accrual: str | None = None  # base or bonus
    amount: int | None = None
    reward: str | None = None
    voucher: str | None = None
    tier: str | None = None
    level: str | None = None
    available: int | None = None  # the day on which pending units can be spent
    expires: int | None = None  # the first day on which it no longer holds


class Movement(Struct, frozen=True, kw_only=True, gc=False):
    """What happened to one lot: the part of an effect that the ledger posts.

    Days are local day numbers; `ends` is None where the lot has no end of its own.  `pending` says
    of an accrual that it cannot be spent yet.
    """

    kind: Kind  # earn, spend, expire, activate
    currency: str
    units: int
    earned: int
    ends: int | None
    effect: str  # the effect's id
    day: int
    due: bool
    rule: str | None = None
    accrual: str | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A claim that is not granted; the event is recorded all the same."""

    code: str
    claim: str  # "spend", "redemption", "vouchers"
    text: str
    rule: str | None = None
    subject: str = ""  # the currency or reward that was asked for


@dataclass(frozen=True, slots=True)
class LineDiscount:
    """What one rule (or `spend`) takes off one line."""

    rule: str
    amount: int


@dataclass(frozen=True, slots=True)
class LinePayable:
    line: str
    discounts: tuple[LineDiscount, ...]
    discount: int


@dataclass(frozen=True, slots=True)
class Payable:
    """to_pay = total - discount - tendered."""

    total: int
    discount: int
    tendered: int
    to_pay: int
    lines: tuple[LinePayable, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule applied or did not, for the trace."""

    rule: str
    applied: bool
    because: str


@dataclass(frozen=True, slots=True)
class Balance:
    balance: int
    pending: int
    held: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's place on one ladder."""

    level: str | None
    until: int | None  # day
    to_next: tuple[tuple[str, int], ...] = ()  # metric, missing units (its own scale)
    to_keep: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Voucher:
    code: str
    reward: str
    state: str
    expires: int | None  # day


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A member's holdings at one moment."""

    wallet: dict[str, Balance]
    tiers: dict[str, Standing]
    metrics: dict[str, int]
    benefits: dict[str, int | None] = field(default_factory=dict)  # until which day


@dataclass(frozen=True, slots=True)
class Record:
    """What a return of the event will be decided from: what its decision has read and posted.

    `plan` is the key of the plan that decided; places are those of its `TypePlan`.
    """

    plan: str
    read: tuple[int, ...]
    posted: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that one event did for one member, due work before it included, in order.

    `record` is None where nothing was decided: of time alone, and of who is no member.
    """

    effects: tuple[Effect, ...]
    movements: tuple[Movement, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    trace: tuple[Reason, ...] = ()
    payable: Payable | None = None
    view: View | None = None
    vouchers: tuple[Voucher, ...] = ()
    record: Record | None = None
    notes: tuple[str, ...] = field(default=())
