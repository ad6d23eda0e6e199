"""The arrays that the compiled loop reads and fills: events as rows, and what came of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Vector = np.ndarray[tuple[int], np.dtype[np.int64]]
Table = np.ndarray[tuple[int, int], np.dtype[np.int64]]

SKIPPED = -2
# Behind the row in `Rows.back`: which of what came back of the event before were refused, a bit for
# each; and the own bit, 0 of what comes after so many.
REFUSED_BEFORE, OWN_BIT, BITS = 32, 40, 6

# What a line of the log is, as far as it is summed up.
EARNED, SPENT_UNITS, EXPIRED, GIVEN_BACK, TAKEN_BACK, REINSTATED, ADDED, REMOVED = range(1, 9)
ISSUED, CLIMBED = 9, 10
# Columns of `Setup.meanings`: what it is; of which currency, reward or ladder; whether its keys are
# swapped; whether it says that units are owed.
WHAT, WHICH, SWAPPED, OWED, MEANING = 0, 1, 2, 3, 4
# Rows of `Tally.money`.
SALES, RETURNED, DISCOUNTS, DISCOUNTS_BACK, VALUE, VALUE_BACK = range(6)
PURCHASES, RETURNS, ACTIVE, JOINED, MONEY = 6, 7, 8, 9, 10
# Columns of `Tally.totals`; behind them PER_CURRENCY for each currency, then one for each reward,
# then one for each ladder: the member's level.
BOUGHT, CAME_BACK, SOLD, OFF, PAID, LATEST, INSIDE, TOTALS = range(8)
GOT, LOST, USED, ENDED, PER_CURRENCY = 0, 1, 2, 3, 4
# What cohorts are kept of: units issued, used, expired and taken.
COHORT_ISSUED, COHORT_USED, COHORT_EXPIRED, COHORT_TAKEN, COHORTS = range(5)
# `Tally.counts`.
LINES_WRITTEN, USES_WRITTEN, RETURNS_REFUSED, CHANCES, TAKEN, COUNTS = range(6)


class Rows(NamedTuple):
    """Members' events, each member's in the order in which they are decided.

    Row i, as `RowReader` reads an event, is `numbers[starts[i] : starts[i + 1]]`; member m has the
    rows from `members[m]` up to `members[m + 1]`.  `back[i]` is -1, or of a row that takes back of
    an event the row of that one, which is the same member's and before it: then row i is what is
    left of it, AGAIN and TODAY being set; its claims, the offers that were posted and the lots that
    were spent are filled in by the loop.  Where the state may refuse a return, what a later one
    leaves goes by that: it has a row for each way, of which the loop takes the one that came true.
    A row of SKIPPED is as if it were not there.
    """

    numbers: Vector
    starts: Vector
    members: Vector
    back: Vector


class Setup(NamedTuple):
    """What the loop must know of a plan; `rings` are the places of rings among a state's slots.

    `meanings` is by code of the log.  `money` are places in a decision on a purchase: of what is
    off (1), or paid by units (0), a number for each slice; of what is tendered (2) one number.
    `claims`: the column, the result, the number of the currency and the ring of its lots.
    `budgets`: the type of event, the result, the budget's number, whether it is a stock.  `offers`:
    the type, the column, the first of its `offer_places` and their count.  `policy`: whether
    redemptions are put in, how many of how many chances are taken, whether chances are counted
    instead, and the least balance of each currency.  `sale`: the currency's number, its ring, the
    price, the number of the reward; of one currency the dearest first.  `redemption` is a row of
    one, whose reward and quantity stand at `asked`; behind these, where what is granted is.
    """

    params: Vector
    fresh: Vector  # the slots of a member to whom nothing has happened, without entries
    rings: Vector
    room: int  # entries that one event may add to a ring
    log_room: int  # numbers of a log beside those for ring entries
    inputs: int  # the longest record of any type of event
    results: int  # the longest decision
    purchase: int  # the number of the type
    refuses: int  # 1 where a return is refused that would leave less than nothing
    currencies: int
    rewards: int
    meanings: Table
    ladders: Vector  # where each one's levels begin in `Tally.levels`
    money: Table
    claims: Table
    budgets: Table
    offers: Table
    offer_places: Vector
    policy: Vector
    sale: Table
    redemption: Vector
    asked: Vector


class Tally(NamedTuple):
    """What the loop has found.

    `units` and `times` are by code of the log and month, counted from `first_month`.  `lines` has
    a row for each line of the log, as far as there are rows: event, day, code, units, key1, key2;
    what falls due after the last event of member m is told under the event -1 - m.  `finals` are
    the slots of each member at the end.  `money` is by month, `totals` by member.  `cohorts` has
    for each of COHORTS and currency a table of months of issue by age.  `levels` is by place of a
    ladder and month: how many members more hold it.  `used` has a row for each event that uses of a
    budget: the event, the budget, how much.  `counts` are sums, of all there was.
    """

    first_month: int
    units: Table
    times: Table
    lines: Table
    counts: Vector
    finals: Table
    money: Table
    totals: Table
    cohorts: Table
    levels: Table
    used: Table
