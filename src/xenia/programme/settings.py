"""The questions on which the field disagrees: each a named setting with its stated default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from xenia.programme.periods import Duration

THIRTY_DAYS = Duration(days=30)


class Basis(StrEnum):
    """What is counted as spent: the price after discounts, or before."""

    PAID = "paid"
    AMOUNT = "amount"


class Tax(StrEnum):
    INCLUDED = "included"
    EXCLUDED = "excluded"


class Rounding(StrEnum):
    DOWN = "down"
    NEAREST = "nearest"  # a half goes up
    UP = "up"


class RoundPer(StrEnum):
    """Of what a part of a unit is rounded by itself."""

    PURCHASE = "purchase"
    LINE = "line"


class MultiplyRound(StrEnum):
    """Whether a part of a unit is rounded after multiplying, or before."""

    AFTER = "after"
    BEFORE = "before"


class SpendAs(StrEnum):
    DISCOUNT = "discount"
    TENDER = "tender"


class Overspend(StrEnum):
    """A `spend` claim of more than the balance or the bill."""

    REFUSE = "refuse"
    CLAMP = "clamp"


class PercentOf(StrEnum):
    """What a second percentage is taken of."""

    REMAINDER = "remainder"
    ORIGINAL = "original"


class LeapBirthdays(StrEnum):
    """When a birthday of 29 February is in a year without one."""

    FEBRUARY = "28 February"
    MARCH = "1 March"


class BelowZero(StrEnum):
    """What becomes of units that a return takes, where there are fewer."""

    DEFICIT = "deficit"
    ABSORBED = "absorbed"
    REFUSED = "refused"


class ReturnedPurchase(StrEnum):
    """Whether a purchase that came back whole keeps units from ending by inactivity."""

    NO_ACTIVITY = "no-activity"
    ACTIVITY = "activity"


class ReturnInputs(StrEnum):
    """On which levels, metrics and balances what is left of a purchase is decided again."""

    ORIGINAL = "original"
    TODAY = "today"


class RefundOf(StrEnum):
    """What a return brings of what was paid."""

    PAID_LESS_DISCOUNT = "paid-less-discount"
    LINE_PAID = "line-paid"


class UsedVoucher(StrEnum):
    """What becomes of what was used of a voucher that a returned purchase had brought."""

    DEFICIT = "deficit"
    ABSORBED = "absorbed"


class NewTerms(StrEnum):
    """For which units the terms of a new version are, by which they end."""

    NEW_LOTS = "new-lots"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the field disagrees about."""

    earn_on: Basis = Basis.PAID
    tax: Tax = Tax.INCLUDED
    round_units: Rounding = Rounding.DOWN
    round_per: RoundPer = RoundPer.PURCHASE
    multiply_round: MultiplyRound = MultiplyRound.AFTER
    round_money: Rounding = Rounding.NEAREST
    percentages_of: PercentOf = PercentOf.REMAINDER
    spend_as: SpendAs = SpendAs.DISCOUNT
    overspend: Overspend = Overspend.REFUSE
    vouchers_as: SpendAs = SpendAs.DISCOUNT
    prepaid_earns: bool = True
    rewards_earn: bool = False
    leap_birthdays: LeapBirthdays = LeapBirthdays.FEBRUARY
    below_zero: BelowZero = BelowZero.DEFICIT
    returned_purchase: ReturnedPurchase = ReturnedPurchase.NO_ACTIVITY
    given_back_lasts: Duration = THIRTY_DAYS
    return_inputs: ReturnInputs = ReturnInputs.ORIGINAL
    refund: RefundOf = RefundOf.PAID_LESS_DISCOUNT
    used_voucher: UsedVoucher = UsedVoucher.DEFICIT
    new_terms: NewTerms = NewTerms.NEW_LOTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """That a member may claim a purchase made without them, until so long after its day."""

    within: Duration
