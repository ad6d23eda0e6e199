"""The answer to an event as the contract has it: its fields in their order, decimals and times as
texts.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType


class EarnShape(Struct, frozen=True, gc=False):
    id: str
    effect: str
    member: str | None
    currency: str | None
    units: str | None
    kind: str | None
    line: str | None
    available_at: str | None
    expires: str | None
    funder: str | None
    rule: str | None
    occurred_at: str | None
    state: str


class MoveShape(Struct, frozen=True, gc=False):
    """Units are spent, expire, can be spent from now on, or will end soon."""

    id: str
    effect: str
    member: str | None
    currency: str | None
    units: str | None
    expires: str | None
    rule: str | None
    occurred_at: str | None
    state: str


class DiscountShape(Struct, frozen=True, gc=False):
    id: str
    effect: str
    member: str | None
    amount: str | None
    line: str | None
    funder: str | None
    rule: str | None
    occurred_at: str | None
    state: str


class IssueShape(Struct, frozen=True, gc=False):
    id: str
    effect: str
    member: str | None
    reward: str | None
    voucher: str | None
    expires: str | None
    rule: str | None
    occurred_at: str | None
    state: str


class UseShape(Struct, frozen=True, gc=False):
    id: str
    effect: str
    member: str | None
    amount: str | None
    reward: str | None
    voucher: str | None
    rule: str | None
    occurred_at: str | None
    state: str


class TierShape(Struct, frozen=True, gc=False):
    id: str
    effect: str
    member: str | None
    tier: str | None
    level: str | None
    expires: str | None
    rule: str | None
    occurred_at: str | None
    state: str


class BenefitGivenShape(Struct, frozen=True, gc=False):
    id: str
    effect: str
    member: str | None
    benefit: str | None
    expires: str | None
    rule: str | None
    occurred_at: str | None
    state: str


class BenefitUsedShape(Struct, frozen=True, gc=False):
    id: str
    effect: str
    member: str | None
    benefit: str | None
    left: str | None
    rule: str | None
    occurred_at: str | None
    state: str


class ToldShape(Struct, frozen=True, gc=False):
    """A badge, a message to the member, or a flag for staff: of each what it has; `amount` is how
    much more was given than should have been."""

    id: str
    effect: str
    member: str | None
    rule: str | None
    occurred_at: str | None
    state: str
    badge: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    amount: str | UnsetType | None = UNSET


EffectShape = (
    EarnShape
    | MoveShape
    | DiscountShape
    | IssueShape
    | UseShape
    | TierShape
    | BenefitGivenShape
    | BenefitUsedShape
    | ToldShape
)


class RefusalShape(Struct, frozen=True, gc=False):
    code: str
    claim: str
    subject: str | None
    rule: str | None
    text: str
    opens_at: str | UnsetType = UNSET


class RefundShape(Struct, frozen=True, gc=False):
    method: str
    amount: str


class ReasonShape(Struct, frozen=True, gc=False):
    rule: str
    applied: bool
    because: str


class LineDiscountShape(Struct, frozen=True, gc=False):
    rule: str
    amount: str
    voucher: str | UnsetType = UNSET


class PayableLineShape(Struct, frozen=True, gc=False):
    line: str
    discounts: list[LineDiscountShape]
    discount: str


class PayableShape(Struct, frozen=True, gc=False):
    total: str
    discount: str
    tendered: str
    to_pay: str
    lines: list[PayableLineShape]
    charges: list[PayableLineShape]


class BalanceShape(Struct, frozen=True, gc=False):
    balance: str
    pending: str
    held: str


class MissingShape(Struct, frozen=True, gc=False):
    metric: str
    units: str


class StandingShape(Struct, frozen=True, gc=False):
    level: str | None
    until: str | None
    to_next: list[MissingShape]
    to_keep: list[MissingShape]


class VoucherShape(Struct, frozen=True, gc=False):
    code: str
    reward: str
    state: str
    expires: str | None
    left: str | UnsetType = UNSET
    uses: int | UnsetType = UNSET


class BenefitShape(Struct, frozen=True, gc=False):
    benefit: str
    left: str | None
    until: str | None
    of: str | UnsetType = UNSET


class BadgeShape(Struct, frozen=True, gc=False):
    badge: str
    since: str | None


class AnswerShape(Struct, frozen=True, gc=False):
    event: str | None
    source: str | None
    member: str | None
    programme: str
    version: int
    occurred_at: str
    status: str
    effects: list[EffectShape]
    refusals: list[RefusalShape]
    trace: list[ReasonShape]
    payable: PayableShape | None
    refund: list[RefundShape]
    wallet: dict[str, BalanceShape]
    tiers: dict[str, StandingShape]
    metrics: dict[str, str]
    vouchers: list[VoucherShape]
    benefits: list[BenefitShape]
    badges: list[BadgeShape]
    notes: list[str] | UnsetType = UNSET


class FinalShape(Struct, frozen=True, gc=False):
    """All that a member holds in the end."""

    final: str
    wallet: dict[str, BalanceShape]
    tiers: dict[str, StandingShape]
    metrics: dict[str, str]
    vouchers: list[VoucherShape]
    benefits: list[BenefitShape]
    badges: list[BadgeShape] | UnsetType = UNSET
