"""The arrays in which the lines of many purchases are handed to the compiled loops."""

from __future__ import annotations

from typing import NamedTuple

from xenia.backtest.tables import Table, Vector

# What a pick says: which of `Baskets.numbers` it fills, the bits of its lines, how many units are
# picked of every how many (0: of all that cost anything), whether the dearest, what part is off.
ROW, BITS, COUNT, EVERY, DEAREST, NUMBER, BY = 0, 1, 2, 3, 4, 5, 6


class Baskets(NamedTuple):
    """Purchases, and all of their lines in order.

    Of each purchase: how many `lines` it has, what `rest` is charged beside them, 1 where prices
    are `net`, and by what a slice's tax counts.  Of each line: its mask, amount and tax, and in
    `numbers` one row for each number that discounts go by.
    """

    lines: Vector
    rest: Vector
    net: Vector
    signs: Vector
    masks: Vector
    amounts: Vector
    taxes: Vector
    numbers: Table


class Cut(NamedTuple):
    """How many `slices` each purchase has, and of each line in which of them it is (`places`)."""

    slices: Vector
    places: Vector


class Picking(NamedTuple):
    """Discounts on some units of a basket: `quantities` of all lines, a row of `picks` for each,
    and how many units are `taken` of each line."""

    quantities: Vector
    picks: Table
    taken: Vector
