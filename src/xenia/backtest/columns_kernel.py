"""The loops that put lines into the slices of their purchases, in what Numba compiles."""

from __future__ import annotations

from xenia.backtest.columns_tables import (
    BITS,
    BY,
    COUNT,
    DEAREST,
    EVERY,
    NUMBER,
    ROW,
    Baskets,
    Cut,
    Picking,
)
from xenia.backtest.tables import Vector
from xenia.engine.operators import (
    AMOUNT,
    COLUMNS,
    DOWN,
    FIXED,
    MASK,
    REST,
    SLICES,
    SLICES_AT,
    STRIDE,
    TAX,
    UP,
    divide_product,
)


def cut(baskets: Baskets, by_line: int, found: Cut) -> None:
    """Find the slices of each purchase, in the order of their first lines."""
    line = 0
    for purchase in range(baskets.lines.shape[0]):
        first, slices = line, 0
        line += baskets.lines[purchase]
        for at in range(first, line):
            place = slices
            if by_line == 0:
                for earlier in range(first, at):
                    if baskets.masks[earlier] == baskets.masks[at]:
                        place = found.places[earlier]
                        break
            found.places[at] = place
            slices = max(slices, place + 1)
        found.slices[purchase] = slices


def fill(baskets: Baskets, cut: Cut, columns: int, numbers: Vector, starts: Vector) -> None:
    """Write the slices behind the columns of rows of noughts, which start there, and what the
    header says of them."""
    line = 0
    own = baskets.numbers.shape[0]
    stride = FIXED + own
    for purchase in range(baskets.lines.shape[0]):
        row, tax = starts[purchase], 0
        begin = row + COLUMNS + columns
        for at in range(line, line + baskets.lines[purchase]):
            to = begin + stride * cut.places[at]
            numbers[to + AMOUNT] += baskets.amounts[at]
            numbers[to + MASK] = baskets.masks[at]
            numbers[to + TAX] += baskets.signs[purchase] * baskets.taxes[at]
            for number in range(own):
                numbers[to + FIXED + number] += baskets.numbers[number, at]
            tax += baskets.taxes[at]
        line += baskets.lines[purchase]
        numbers[row + SLICES] = cut.slices[purchase]
        numbers[row + SLICES_AT] = COLUMNS + columns
        numbers[row + STRIDE] = stride
        numbers[row + REST] = baskets.rest[purchase] + baskets.net[purchase] * tax


# ---- units that a discount picks ----------------------------------------------------------------


def pick(baskets: Baskets, picking: Picking, mode: int) -> None:
    """Write what is off the units that are picked of each line."""
    picks, taken = picking.picks, picking.taken
    for each in range(picks.shape[0]):
        line = 0
        for purchase in range(baskets.lines.shape[0]):
            end = line + baskets.lines[purchase]
            left = mark(baskets, picking, each, line, end)
            while left > 0:
                at = best(baskets, picking, each, line, end)
                if at < 0:
                    break
                units = min(left, -taken[at])
                left -= units
                taken[at] = units
                number = units * picks[each, NUMBER]
                by = units_of(picking.quantities[at]) * picks[each, BY]
                baskets.numbers[picks[each, ROW], at] = part(baskets.amounts[at], number, by, mode)
            line = end


def mark(baskets: Baskets, picking: Picking, each: int, begin: int, end: int) -> int:
    """Mark the lines of a purchase of which units may be picked: less than nothing is taken of
    them.  How many are picked."""
    bits, every = picking.picks[each, BITS], picking.picks[each, EVERY]
    whole = 0
    for at in range(begin, end):
        picking.taken[at] = 0
        if baskets.masks[at] & bits == bits and (baskets.amounts[at] > 0 or every > 0):
            units = units_of(picking.quantities[at])
            picking.taken[at] = -units
            whole += units
    count: int = picking.picks[each, COUNT]
    if every > 0:
        count *= whole // every
    return count


def best(baskets: Baskets, picking: Picking, each: int, begin: int, end: int) -> int:
    """The marked line whose unit costs least, or most; of the same price the first; -1: none is."""
    sign = -1 if picking.picks[each, DEAREST] == 1 else 1
    found = -1
    for at in range(begin, end):
        if picking.taken[at] < 0 and (
            found < 0
            or sign
            * compared(
                baskets.amounts[at],
                units_of(picking.quantities[at]),
                baskets.amounts[found],
                units_of(picking.quantities[found]),
            )
            < 0
        ):
            found = at
    return found


def compared(amount: int, units: int, other: int, of: int) -> int:
    """Below 0 where `amount / units` is less than `other / of`, above 0 where it is more."""
    if amount // units != other // of:
        return amount // units - other // of
    order: int = amount % units * of - other % of * units
    return order


def units_of(quantity: int) -> int:
    """How many things so many thousandths are: what was weighed is one."""
    return quantity // 1000 if quantity % 1000 == 0 else 1


def part(amount: int, number: int, by: int, mode: int) -> int:
    """amount * number / by, rounded as `round_ratio` does."""
    whole, rest = divide_product(number, amount, by)
    if mode == DOWN or rest == 0:
        return whole
    return whole + 1 if mode == UP or 2 * rest >= by else whole
