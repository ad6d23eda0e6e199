"""How the loop takes something back of an event: what is kept of it, and the row decided again.

In the subset of Python that Numba compiles; see `kernel`.  All of it is what `engine.returning`
does for one event.
"""

from __future__ import annotations

from xenia.backtest.kernel_sums import BILL, BILL_NOW, copy
from xenia.backtest.tables import (
    OWED,
    OWN_BIT,
    REFUSED_BEFORE,
    SPENT_UNITS,
    SWAPPED,
    WHAT,
    WHICH,
    Setup,
    Table,
    Vector,
)
from xenia.engine.operators import (
    AGAIN,
    AMOUNT,
    KIND,
    SLICES,
    SLICES_AT,
    SOME_LEFT,
    SPENT_AT,
    STRIDE,
    divide_product,
)

# What is kept of an event: what it comes to (see `kernel_sums`), its record, what was posted at
# first, and what is posted now.  Behind what it comes to: the bits of what was refused of it.
REFUSED = 4
KEPT = 5
LOT = 5  # of a lot that was spent: on which event, its currency, day earned, end, units


def of_row(back: int) -> int:
    """The row of the event that something takes back of."""
    return back & ((1 << REFUSED_BEFORE) - 1)


def came_true(back: int, kept: Vector) -> bool:
    """Whether of an event so much was refused before as a row says."""
    refused = (back >> REFUSED_BEFORE) & ((1 << (OWN_BIT - REFUSED_BEFORE)) - 1)
    return bool(refused == kept[REFUSED])


def again(
    setup: Setup, event: Vector, kept: Table, which: int, lots: Table, held: int, buffer: Vector
) -> int:
    """Fill the row of what is left of an event, with the lots that are spent on it, last; how many
    there are."""
    copy(event, 0, buffer, 0, event.shape[0])
    if event[KIND] == setup.purchase and event[AGAIN] == SOME_LEFT:
        ask_again(setup, kept[which], buffer)
    size = list_offers(setup, kept[which], buffer, event.shape[0])
    count = 0
    for i in range(held):
        if lots[i, 0] == which and lots[i, 4] > 0:
            copy(lots[i], 1, buffer, size + 1 + 4 * count, 4)
            count += 1
    buffer[SPENT_AT] = size
    buffer[size] = count
    return count


def ask_again(setup: Setup, kept: Vector, event: Vector) -> None:
    """Claim for what is left so many units of each currency as were granted the whole, in
    proportion; never more than are still spent on it."""
    left = 0
    at = event[SLICES_AT] + AMOUNT
    for _ in range(event[SLICES]):
        left += event[at]
        at += event[STRIDE]
    gone = kept[BILL] - left
    first = KEPT + setup.inputs
    for i in range(setup.claims.shape[0]):
        column, place = setup.claims[i, 0], setup.claims[i, 1]
        units = kept[first + place]
        less = 0
        if gone > 0 and units > 0:
            less, _ = divide_product(gone, units, kept[BILL])
        event[column] = min(kept[first + setup.results + place], units - less)


def list_offers(setup: Setup, kept: Vector, event: Vector, size: int) -> int:
    """List also the offers that were posted before; how long the row is then.

    Nothing stands behind those that it lists.
    """
    posted = KEPT + setup.inputs + setup.results
    for i in range(setup.offers.shape[0]):
        if setup.offers[i, 0] != event[KIND]:
            continue
        column, first, count = setup.offers[i, 1], setup.offers[i, 2], setup.offers[i, 3]
        while size <= column:  # where nothing is left, there are no columns
            event[size] = 0
            size += 1
        at = event[column] if event[column] > 0 else size
        listed = event[at] if event[column] > 0 else 0
        number = listed
        for offer in range(count):
            if kept[posted + setup.offer_places[first + offer]] != 0:
                number = insert(event, at + 1, number, 2 * offer)
        if number > 0:
            event[column] = at
            event[at] = number
            size = at + 1 + number
    return size


def insert(event: Vector, at: int, number: int, entry: int) -> int:
    """Put an offer among those that are listed in order, unless it is; how many there are then."""
    place = number
    while place > 0 and event[at + place - 1] >= entry:
        place -= 1
    if place < number and event[at + place] // 2 == entry // 2:
        return number
    for i in range(number, place, -1):
        event[at + i] = event[at + i - 1]
    event[at + place] = entry
    return number + 1


def keep_first(setup: Setup, kept: Vector, bill: Vector, record: Vector, decision: Vector) -> None:
    """Keep an event that has been decided for the first time."""
    copy(bill, 0, kept, 0, KEPT)
    kept[BILL] = bill[BILL_NOW]
    copy(record, 0, kept, KEPT, setup.inputs)
    copy(decision, 0, kept, KEPT + setup.inputs, setup.results)
    keep_posted(setup, kept, decision)


def keep_posted(setup: Setup, kept: Vector, decision: Vector) -> None:
    """Keep what is posted of an event by now."""
    copy(decision, 0, kept, KEPT + setup.inputs + setup.results, setup.results)


def spend(setup: Setup, log: Vector, decision: Vector, which: int, lots: Table, held: int) -> int:
    """Keep the lots that an event's own claims spent, of each currency the first that were: what
    comes after was spent on rewards that are bought by themselves.  How many are kept then."""
    for i in range(setup.claims.shape[0]):
        rest = decision[setup.claims[i, 1]]
        for line in range(log[0]):
            at = 1 + 4 * line
            code = log[at]
            if rest <= 0 or setup.meanings[code, WHAT] != SPENT_UNITS:
                continue
            if setup.meanings[code, WHICH] == setup.claims[i, 2]:
                swapped = setup.meanings[code, SWAPPED]
                part = min(rest, log[at + 1])
                lots[held, 0] = which
                lots[held, 1] = setup.claims[i, 2]
                lots[held, 2] = log[at + 2] if swapped == 1 else log[at + 3]
                lots[held, 3] = log[at + 3] if swapped == 1 else log[at + 2]
                lots[held, 4] = part
                rest -= part
                held += 1
    return held


def unspend(
    setup: Setup, lots: Table, held: int, which: int, posted: Vector, decision: Vector
) -> None:
    """Units that are not spent on an event any more are those of the lots that were spent last."""
    for i in range(setup.claims.shape[0]):
        back = posted[setup.claims[i, 1]] - decision[setup.claims[i, 1]]
        for lot in range(held - 1, -1, -1):
            if back > 0 and lots[lot, 0] == which and lots[lot, 1] == setup.claims[i, 2]:
                part = min(back, lots[lot, 4])
                lots[lot, 4] -= part
                back -= part


def owes(setup: Setup, log: Vector) -> bool:
    """Whether anything was taken that was not there."""
    for line in range(log[0]):
        if setup.meanings[log[1 + 4 * line], OWED] == 1:
            return True
    return False
