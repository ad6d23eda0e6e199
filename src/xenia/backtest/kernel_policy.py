"""How the loop lets members redeem where their history does not say when they did.

In the subset of Python that Numba compiles; see `kernel`.  By whole numbers alone: a member has a
chance at each purchase before which their balance reaches what a reward costs, or is anything that
could pay, and at least what the policy says; of so many chances they take so many, evenly.
"""

from __future__ import annotations

from xenia.backtest.kernel_sums import copy
from xenia.backtest.tables import CHANCES, TAKEN, Setup, Tally, Vector
from xenia.engine.operators import EVENT_DAY, KIND, TODAY, TOTAL

LEAST = 4  # where in a policy the least balances begin


def choose(setup: Setup, state: Vector) -> int:
    """What a member could redeem now: 0 nothing, -1 units on the purchase, else the place of a
    reward among those for sale, from 1."""
    for i in range(setup.claims.shape[0]):
        balance = state[setup.claims[i, 3] + TOTAL]
        if balance > 0 and balance >= setup.policy[LEAST + setup.claims[i, 2]]:
            return -1
    for i in range(setup.sale.shape[0]):
        balance = state[setup.sale[i, 1] + TOTAL]
        price, least = setup.sale[i, 2], setup.policy[LEAST + setup.sale[i, 0]]
        if balance >= price and balance >= least:
            return i + 1
    return 0


def redeem(setup: Setup, state: Vector, which: int, event: Vector, buffer: Vector) -> None:
    """The row of a redemption, on the day of a purchase: as many of the reward as the balance
    reaches."""
    copy(setup.redemption, 0, buffer, 0, setup.redemption.shape[0])
    buffer[EVENT_DAY] = event[EVENT_DAY]
    buffer[TODAY] = event[TODAY]
    buffer[setup.asked[0]] = setup.sale[which, 3]
    buffer[setup.asked[1]] = state[setup.sale[which, 1] + TOTAL] // setup.sale[which, 2]


def claim(setup: Setup, state: Vector, event: Vector, take: bool, buffer: Vector) -> None:
    """The row of a purchase that claims all that members have, or nothing.

    What is more than the bill is cut, as the plan of such a policy is compiled to do.
    """
    copy(event, 0, buffer, 0, event.shape[0])
    for i in range(setup.claims.shape[0]):
        units = state[setup.claims[i, 3] + TOTAL] if take else 0
        if units < setup.policy[LEAST + setup.claims[i, 2]]:
            units = 0
        buffer[setup.claims[i, 0]] = max(0, units)


def watch(setup: Setup, state: Vector, event: Vector, tally: Tally) -> None:
    """Count a chance that a member has by a history that says itself when they redeem."""
    if event[KIND] == setup.purchase and choose(setup, state) != 0:
        tally.counts[CHANCES] += 1


def watched(setup: Setup, event: Vector, decision: Vector, tally: Tally) -> None:
    """Count a chance that was taken."""
    taken = 0
    if event[KIND] == setup.purchase:
        for i in range(setup.claims.shape[0]):
            taken = max(taken, min(1, decision[setup.claims[i, 1]]))
    elif setup.redemption.shape[0] > 0 and event[KIND] == setup.redemption[KIND]:
        for i in range(2, setup.asked.shape[0]):
            taken = max(taken, min(1, decision[setup.asked[i]]))
    tally.counts[TAKEN] += taken
