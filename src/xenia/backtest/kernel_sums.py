"""What the loop sums up: of the log by month, member and cohort, of purchases what they come to.

In the subset of Python that Numba compiles; see `kernel`.
"""

from __future__ import annotations

from xenia.backtest.tables import (
    ACTIVE,
    ADDED,
    BOUGHT,
    CAME_BACK,
    CLIMBED,
    COHORT_EXPIRED,
    COHORT_ISSUED,
    COHORT_TAKEN,
    COHORT_USED,
    DISCOUNTS,
    DISCOUNTS_BACK,
    EARNED,
    ENDED,
    EXPIRED,
    GIVEN_BACK,
    GOT,
    INSIDE,
    ISSUED,
    JOINED,
    LATEST,
    LINES_WRITTEN,
    LOST,
    OFF,
    PAID,
    PER_CURRENCY,
    PURCHASES,
    REINSTATED,
    RETURNED,
    RETURNS,
    SALES,
    SOLD,
    SPENT_UNITS,
    SWAPPED,
    TAKEN_BACK,
    TOTALS,
    USED,
    USES_WRITTEN,
    VALUE,
    VALUE_BACK,
    WHAT,
    WHICH,
    Setup,
    Tally,
    Vector,
)
from xenia.engine.operators import (
    AGAIN,
    AMOUNT,
    ENROLLED,
    FAR,
    FIRST,
    KIND,
    SLICES,
    SLICES_AT,
    STRIDE,
    TODAY,
    month_of,
)

# What an event comes to: its bill, what is off it, what units pay of it.  Of one of which something
# comes back these stand first in what is kept of it, as they are now; behind them the first bill.
BILL_NOW, OFF_NOW, PAID_NOW, BILL = 0, 1, 2, 3


def drain(setup: Setup, log: Vector, row: int, day: int, member: int, tally: Tally) -> None:
    """Empty the log into the totals and, while there are rows, the lines."""
    month = month_of(day) - tally.first_month
    for line in range(log[0]):
        at = 1 + 4 * line
        code, units = log[at], log[at + 1]
        tally.units[code, month] += units
        tally.times[code, month] += 1
        what = setup.meanings[code, WHAT]
        if what > 0:
            earned = log[at + 2] if setup.meanings[code, SWAPPED] == 1 else log[at + 3]
            which = setup.meanings[code, WHICH]
            add_up(setup, what, which, units, earned, month, member, tally)
        written = tally.counts[LINES_WRITTEN]
        if written < tally.lines.shape[0]:
            tally.lines[written, 0] = row
            tally.lines[written, 1] = day
            for i in range(4):
                tally.lines[written, 2 + i] = log[at + i]
        tally.counts[LINES_WRITTEN] += 1
    log[0] = 0


def add_up(
    setup: Setup,
    what: int,
    which: int,
    units: int,
    earned: int,
    month: int,
    member: int,
    tally: Tally,
) -> None:
    """Count a line for its member and for its cohort; of a level, who holds it."""
    own = TOTALS + PER_CURRENCY * which
    if what == ISSUED:
        tally.totals[member, TOTALS + PER_CURRENCY * setup.currencies + which] += units
        return
    if what == CLIMBED:
        at = TOTALS + PER_CURRENCY * setup.currencies + setup.rewards + which
        base = setup.ladders[which]
        tally.levels[base + tally.totals[member, at], month] -= 1
        tally.levels[base + units, month] += 1
        tally.totals[member, at] = units
        return
    kind, sign = COHORT_TAKEN, 1
    if what == EARNED:
        kind = COHORT_ISSUED
        tally.totals[member, own + GOT] += units
    elif what == ADDED:
        kind = COHORT_ISSUED
    elif what == SPENT_UNITS:
        kind = COHORT_USED
        tally.totals[member, own + USED] += units
    elif what == GIVEN_BACK:
        kind, sign = COHORT_USED, -1
        tally.totals[member, own + USED] -= units
    elif what == EXPIRED:
        kind = COHORT_EXPIRED
        tally.totals[member, own + ENDED] += units
    elif what == REINSTATED:
        kind, sign = COHORT_EXPIRED, -1
        tally.totals[member, own + ENDED] -= units
    elif what == TAKEN_BACK:
        tally.totals[member, own + LOST] += units
    months = tally.units.shape[1]
    born = min(month, max(0, month_of(earned) - tally.first_month))
    place = (kind * setup.currencies + which) * months + born
    tally.cohorts[place, month - born] += sign * units


def join(state: Vector, day: int, member: int, tally: Tally) -> None:
    """Count who joins, and who leaves."""
    inside = 1 if state[ENROLLED] < FAR else 0
    if inside != tally.totals[member, INSIDE]:
        month = month_of(day) - tally.first_month
        tally.money[JOINED, month] += inside - tally.totals[member, INSIDE]
        tally.totals[member, INSIDE] = inside


def use(
    setup: Setup, event: Vector, decision: Vector, posted: Vector, row: int, tally: Tally
) -> None:
    """Write down what an event uses of budgets."""
    for i in range(setup.budgets.shape[0]):
        # What was issued of a stock stays so.
        stays = setup.budgets[i, 3] == 1 and event[AGAIN] != FIRST
        if setup.budgets[i, 0] == event[KIND] and not stays:
            place = setup.budgets[i, 1]
            units = decision[place] - posted[place]
            if units != 0 and tally.counts[USES_WRITTEN] < tally.used.shape[0]:
                at = tally.counts[USES_WRITTEN]
                tally.used[at, 0] = row
                tally.used[at, 1] = setup.budgets[i, 2]
                tally.used[at, 2] = units
                tally.counts[USES_WRITTEN] += 1


# ---- money ---------------------------------------------------------------------------------------


def cash(setup: Setup, event: Vector, decision: Vector, bill: Vector) -> None:
    """What the lines of a purchase cost, what is off them, and what units pay or take off."""
    clear(bill)
    at = event[SLICES_AT] + AMOUNT
    for _ in range(event[SLICES]):
        bill[BILL_NOW] += event[at]
        at += event[STRIDE]
    for i in range(setup.money.shape[0]):
        what, place = setup.money[i, 0], setup.money[i, 1]
        if what == 2:
            bill[PAID_NOW] += decision[place]
        else:
            for share in range(place, place + event[SLICES]):
                bill[OFF_NOW if what == 1 else PAID_NOW] += decision[share]


def take_money(bill: Vector, event: Vector, tally: Tally, member: int) -> None:
    """Count a purchase."""
    month = month_of(event[TODAY]) - tally.first_month
    tally.money[SALES, month] += bill[BILL_NOW]
    tally.money[DISCOUNTS, month] += bill[OFF_NOW]
    tally.money[VALUE, month] += bill[PAID_NOW]
    tally.money[PURCHASES, month] += 1
    tally.totals[member, BOUGHT] += 1
    tally.totals[member, SOLD] += bill[BILL_NOW]
    tally.totals[member, OFF] += bill[OFF_NOW]
    tally.totals[member, PAID] += bill[PAID_NOW]
    if tally.totals[member, LATEST] < month + 1:
        tally.totals[member, LATEST] = month + 1
        tally.money[ACTIVE, month] += 1


def give_back_money(kept: Vector, bill: Vector, event: Vector, tally: Tally, member: int) -> None:
    """Count what comes back of an event, and keep what is left of it; `bill` is what that comes
    to."""
    month = month_of(event[TODAY]) - tally.first_month
    tally.money[RETURNED, month] += kept[BILL_NOW] - bill[BILL_NOW]
    tally.money[DISCOUNTS_BACK, month] += kept[OFF_NOW] - bill[OFF_NOW]
    tally.money[VALUE_BACK, month] += kept[PAID_NOW] - bill[PAID_NOW]
    tally.money[RETURNS, month] += 1
    tally.totals[member, CAME_BACK] += 1
    tally.totals[member, SOLD] -= kept[BILL_NOW] - bill[BILL_NOW]
    tally.totals[member, OFF] -= kept[OFF_NOW] - bill[OFF_NOW]
    tally.totals[member, PAID] -= kept[PAID_NOW] - bill[PAID_NOW]
    copy(bill, 0, kept, 0, BILL)


# Numba compiles these loops in a tenth of the time that it takes for assignments to slices.


def copy(source: Vector, here: int, target: Vector, there: int, count: int) -> None:
    """Copy so many numbers from `here` to `there`."""
    for i in range(count):
        target[there + i] = source[here + i]


def clear(numbers: Vector) -> None:
    """Make all numbers 0."""
    for i in range(numbers.shape[0]):
        numbers[i] = 0
