"""What a reward costs and what it must bring: exact formulas over Fractions, each with its source.

Rates are shares of 1 (3 % is 3/100). Money is in whatever unit it comes in; nothing is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

WHOLE: Final = Fraction(1)


# ---- break-even ----------------------------------------------------------------------------------


def break_even(cost: Fraction, margin: Fraction, other: Fraction = Fraction(0)) -> Fraction | None:
    """By how much sales must rise so that a programme that costs a share of *all* sales pays.

    (1 + g)(m - c) = m, so g = c/(m - c); against another programme, whose cost rate is `other`,
    (1 + g)(m - c) = m - o. None: it never pays, as it costs all of the margin. Below 0: sales may
    even fall. Source: contribution arithmetic; c = 3 % and g = 10 % is the trade's rule of thumb,
    which holds at m = 33 %. It is also the uplift that is needed of members alone, whatever their
    share of sales: cost and gain are both on theirs.
    """
    return (cost - other) / (margin - cost) if margin > cost else None


def break_even_fixed(
    cost: Fraction, margin: Fraction, other: Fraction = Fraction(0)
) -> Fraction | None:
    """The same where the programme costs a fixed sum, a share of the sales *before*: g = c/m.

    None where there is no margin. Source: as `break_even`, with (1 + g)m - c = m - o.
    """
    return (cost - other) / margin if margin > 0 else None


def bearable(margin: Fraction, uplift: Fraction) -> Fraction:
    """The cost rate at which an uplift just pays: c = m·g/(1 + g), `break_even` the other way."""
    return margin * uplift / (1 + uplift)


# ---- what a reward really costs ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a reward of a face value is paid for; all shares of 1.

    `redeemed`: of what is earned, what is ever spent. `cost_ratio`: what goods cost to buy, of
    their price (1: rewards are paid in money). `cannibalised`: of what is redeemed, what would have
    been bought for money anyway, so that the whole price is lost.
    """

    redeemed: Fraction = WHOLE
    cost_ratio: Fraction = WHOLE
    cannibalised: Fraction = Fraction(0)

    @property
    def per_face_value(self) -> Fraction:
        """What one unit of money of face value costs in the end.

        Redeemed * (cannibalised + (1 - cannibalised) * cost of goods). Source: opportunity cost of
        a reward in kind (a sale that is lost costs its price; one that would not have been, what
        the goods cost): 450 settled at a cost ratio of 70 % is 315, or 450 if cannibalised.
        """
        rest = (1 - self.cannibalised) * self.cost_ratio
        return self.redeemed * (self.cannibalised + rest)


def effective_cost(
    rate: Fraction,
    settlement: Settlement,
    *,
    participation: Fraction = WHOLE,
    running: Fraction = Fraction(0),
) -> Fraction:
    """The cost rate of a programme on all sales: what it promises * settlement * participation.

    `rate` is the face value earned per unit of money; `participation` the share of sales that is
    members'; `running` what running it costs, as a share of sales. Source: the effective reward
    rate of programme accounting; 5 % * 0.8 redeemed * 0.7 cost of goods is 2.8 %.
    """
    return rate * settlement.per_face_value * participation + running


# ---- discount against bonus ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TwoPurchases:
    """The same generosity as a discount and as a bonus, over two equal purchases.

    Each is money given away; `share(x)` says it of the gross profit of both purchases.
    """

    price: Fraction
    profit: Fraction  # of one purchase, before anything is given away
    discount: Fraction  # off both purchases
    bonus: Fraction  # earned on the first, spent on the second
    owed: Fraction  # earned on the second, on what was paid for it: not yet spent
    lasting: Fraction  # the share of profit which the bonus tends to, after very many purchases

    def share(self, given: Fraction) -> Fraction:
        """Of the gross profit of the two purchases."""
        return given / (2 * self.profit)


def discount_against_bonus(
    price: Fraction, profit: Fraction, rate: Fraction, settlement: Settlement | None = None
) -> TwoPurchases:
    """A discount of `rate` on two purchases, and a bonus of it earned on one, spent on the next.

    Source: the trade's example 9,000 / 2,700 / 450: a discount takes 16.67 % of the profit, the
    bonus 8.33 %. The second purchase earns again, on the net price: with that, 16.25 %. So the
    8.33 % is a matter of time: over many purchases e = r(P - e), or r·P/(1 + r) each, of which the
    settlement's part is paid. A bonus wins by who does not come back, by breakage, by settling in
    goods, and by the visits that it causes.
    """
    each = (settlement or Settlement()).per_face_value
    earned = rate * price
    spent = earned * (settlement.redeemed if settlement else 1)
    return TwoPurchases(
        price=price,
        profit=profit,
        discount=2 * earned,
        bonus=earned * each,
        owed=rate * (price - spent) * each,
        lasting=earned / (1 + rate) * each / profit,
    )


# ---- accounts ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Allocated:
    """The price of sales, shared between what was sold and the units that came with it."""

    goods: Fraction
    units: Fraction


def allocate(price: Fraction, stand_alone_units: Fraction) -> Allocated:
    """Share a transaction price by relative stand-alone prices.

    The goods' stand-alone price is `price` itself; that of the units is their number * the value
    of one * the share expected to be redeemed. Source: IFRS 15 paragraphs 74 and B39-B43, example
    52 (IE267-IE270): 100,000 and 9,500 give 91,324 and 8,676. ASC 606 has the same example.
    """
    whole = price + stand_alone_units
    if whole == 0:
        return Allocated(Fraction(0), Fraction(0))
    return Allocated(price * price / whole, price * stand_alone_units / whole)


def recognised(allocated: Fraction, redeemed: Fraction, expected: Fraction) -> Fraction:
    """Revenue of units so far: allocated * redeemed to date / expected to be redeemed in all.

    What is expected may change: the next call catches up. Never more than is allocated. Source:
    IFRS 15 IE269-IE270: 8,676 * 4,500/9,500 is 4,110; then 8,676 * 8,500/9,700 less that is 3,493.
    """
    if expected <= 0:
        return allocated
    return min(allocated, allocated * redeemed / expected)


# ---- responses, which are assumed ----------------------------------------------------------------


def response(frequency: Fraction, basket: Fraction) -> Fraction:
    """The uplift of sales if purchases come more often and are larger: (1 + f)(1 + b) - 1."""
    return (1 + frequency) * (1 + basket) - 1


def gain(sales: Fraction, margin: Fraction, cost: Fraction, uplift: Fraction) -> Fraction:
    """What is left over beyond no programme: sales * ((1 + g)(m - c) - m).

    0 at `break_even`. Source: the same contribution arithmetic.
    """
    return sales * ((1 + uplift) * (margin - cost) - margin)
