"""Who gains and who loses: members by decile of spend, and those whose share of wallet is full."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from xenia.backtest.report import shape
from xenia.backtest.report.amount import Amount
from xenia.backtest.report.purchases import Halves
from xenia.backtest.report.sides import Costing
from xenia.backtest.report.values import plain
from xenia.backtest.result import Members
from xenia.backtest.tables import Vector

DECILES = 10
STEADY = Fraction(1, 5)  # how much the second half of the history may differ from the first
_SAFE = 2**62

Numbers = npt.NDArray[Any]  # int64, or Python's own integers where those are too small
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Worth:
    """By member, money at face value in `1/scale` of the smallest unit, so that all is whole."""

    got: Numbers
    held: Numbers
    scale: int


def worth(by: Costing, scale: int | None = None) -> Worth:
    """What each member got (discounts, redemptions, vouchers), and what they still hold."""
    members, known = by.ran.result.members, by.worths
    scale = scale or scale_of(by)
    rewards = {
        key: by.worths.rewards[key]
        for key in members.rewards
        if key in known.rewards and not by.ran.programme.rewards[key].price
    }
    units = {key: one.exact for key, one in known.units.items()}
    got = _times(members.discounts, Fraction(scale))
    for key, value in units.items():
        got = got + _times(members.spent[key], value * scale)
    for key, value in rewards.items():
        got = got + _times(members.rewards[key], value * scale)
    held = _times(np.zeros_like(members.discounts), Fraction(1))
    for key, value in units.items():
        held = held + _times(members.held[key], value * scale)
    return Worth(got, held, scale)


def scale_of(by: Costing) -> int:
    """By what all worths of a side become whole numbers."""
    values = [one.exact for one in by.worths.units.values()] + list(by.worths.rewards.values())
    return lcm(*(value.denominator for value in values))


def _times(vector: Vector, factor: Fraction) -> Numbers:
    """Exactly; `factor` is whole."""
    number = factor.numerator
    largest = int(np.abs(vector).max(initial=0)) * abs(number)
    if largest >= _SAFE // DECILES // max(1, len(vector)):
        found: Numbers = vector.astype(object) * number
        return found
    return vector * number


def by_decile(members: Members) -> tuple[Places, ...]:
    """The places of members, those who spend most first; tenths differ by one member at most."""
    order = np.argsort(-members.sales, kind="stable")
    return tuple(np.array_split(order, DECILES))


def deciles(one: Costing, other: Costing) -> tuple[shape.Decile, ...]:
    """What each tenth of the members gets from either programme."""
    scale = lcm(scale_of(one), scale_of(other))
    here, there = worth(one, scale), worth(other, scale)
    sales = one.ran.result.members.sales

    def money(numbers: Numbers, places: Places, scale: int) -> Amount:
        return one.money(Fraction(int(numbers[places].sum()), scale))

    return tuple(
        shape.Decile(
            decile=number,
            members=len(places),
            sales=money(sales, places, 1),
            got=money(here.got, places, scale),
            held=money(here.held, places, scale),
            other_got=money(there.got, places, scale),
            other_held=money(there.held, places, scale),
            better=int((here.got[places] > there.got[places]).sum()),
            worse=int((here.got[places] < there.got[places]).sum()),
            same=int((here.got[places] == there.got[places]).sum()),
        )
        for number, places in enumerate(by_decile(one.ran.result.members), start=1)
    )


# ---- share of wallet -----------------------------------------------------------------------------

FULL = (
    "A history shows no purchases elsewhere, so this is a sign, not a measure: members who were in"
    " the highest tenth by spend and by number of purchases in both halves of the history, and"
    f" whose spend in the second half was within {plain(100 * STEADY)} % of that in the first."
    " Whoever already buys all they need, often and evenly, is rewarded for what they would have"
    " done anyway."
)


def full(by: Costing, halves: Halves) -> shape.Full:
    """How much reward goes to members whose share of wallet is already full."""
    members, mask = by.ran.result.members, _full(halves)
    places = np.flatnonzero(mask)
    valued = worth(by)
    got, everything = int(valued.got[places].sum()), int(valued.got.sum())
    sales, all_sales = int(members.sales[places].sum()), int(members.sales.sum())
    return shape.Full(
        members=len(places),
        of_members=Fraction(len(places), len(mask) or 1),
        sales=by.money(sales),
        of_sales=Fraction(sales, all_sales) if all_sales else Fraction(0),
        got=by.money(Fraction(got, valued.scale)),
        of_got=Fraction(got, everything) if everything else None,
        definition=FULL,
    )


def _full(halves: Halves) -> npt.NDArray[np.bool_]:
    before, after = halves.sales_before, halves.sales_after
    tops = [_top(one) for one in (before, after, halves.purchases_before, halves.purchases_after)]
    moved = np.abs(after - before) * STEADY.denominator
    steady = moved <= before * STEADY.numerator
    found: npt.NDArray[np.bool_] = np.logical_and.reduce([*tops, steady])
    return found


def _top(numbers: Vector) -> npt.NDArray[np.bool_]:
    """The highest tenth of the members; who has as much as the last of them belongs to it."""
    if len(numbers) < DECILES:
        return np.zeros(len(numbers), np.bool_)
    least = np.sort(numbers)[-(len(numbers) // DECILES)]
    found: npt.NDArray[np.bool_] = numbers >= max(1, int(least))
    return found
