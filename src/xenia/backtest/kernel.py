"""The loop over members' histories, in the subset of Python that Numba compiles.

It is not run as it stands here: `native.machine_code` loads this file once more, with `step` and
`due` among its names, which call those of a plan by their addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xenia.backtest.kernel_policy import choose, claim, redeem, watch, watched
from xenia.backtest.kernel_returns import (
    KEPT,
    LOT,
    REFUSED,
    again,
    came_true,
    keep_first,
    keep_posted,
    of_row,
    owes,
    spend,
    unspend,
)
from xenia.backtest.kernel_state import begin_member, crowded, grown, keep, short
from xenia.backtest.kernel_sums import (
    cash,
    clear,
    copy,
    drain,
    give_back_money,
    join,
    take_money,
    use,
)
from xenia.backtest.tables import (
    CHANCES,
    OWN_BIT,
    RETURNS_REFUSED,
    TAKEN,
    Rows,
    Setup,
    Table,
    Tally,
    Vector,
)
from xenia.engine.operators import (
    AWAY,
    DAY,
    ENROLLED,
    FAR,
    HEAD,
    KIND,
    MEMORY,
    NEXT_DUE,
    SPENT_AT,
    TAIL,
    TODAY,
)

if TYPE_CHECKING:

    def step(
        address: int,
        state: Vector,
        event: Vector,
        record: Vector,
        posted: Vector,
        decision: Vector,
        memory: Vector,
        log: Vector,
        params: Vector,
    ) -> None:
        """One event, as in `Steps`."""

    def due(address: int, state: Vector, log: Vector, params: Vector) -> None:
        """One due day."""


STEP, DUE, ADDRESSES = 0, 1, 2
HELD, WAITING, NOTES = 0, 1, 2  # lots that are kept, and what a member has waiting of chances


class Work(NamedTuple):
    """What the loop works with.  `places` numbers, from 1, the rows of which something comes back,
    within their member; `kept` has what is kept of them, `lots` the lots that were spent on them.
    `buffer` is for a row that is not as it was read, `saved` for a state that may be kept."""

    record: Vector
    posted: Vector
    decision: Vector
    memory: Vector
    bill: Vector
    places: Vector
    kept: Table
    lots: Table
    buffer: Vector
    saved: Vector
    notes: Vector
    addresses: Vector


def fold(
    addresses: Vector, setup: Setup, rows: Rows, horizon: int, phases: Vector, tally: Tally
) -> None:
    """Fold each member's events, then what falls due up to the day `horizon`.

    `addresses`: where the machine code of the plan's `step` and `due` is.
    `phases`: what each member has waiting of the chances to redeem that a policy lets be taken.
    """
    state, log = grown(setup, setup.fresh, 0)
    work, due_at = begun(setup, rows, addresses), int(addresses[DUE])
    for member in range(rows.members.shape[0] - 1):
        begin_member(setup, state)
        work.notes[HELD] = 0
        work.notes[WAITING] = phases[member]
        for row in range(rows.members[member], rows.members[member + 1]):
            of = rows.back[row]
            if of < -1:
                continue
            if of >= 0 and not came_true(of, work.kept[work.places[of_row(of)] - 1]):
                continue
            today = max(rows.numbers[rows.starts[row] + TODAY], state[DAY])
            while state[NEXT_DUE] <= today:
                if not pass_days(due_at, setup, state, log, today, row, member, tally):
                    state, log = grown(setup, state, 0)
            # A redemption may be put in before the event; and lots may come back.
            more = 2 * setup.room * setup.policy[0]
            if of >= 0:
                more += work.notes[HELD]
            if crowded(setup.rings, setup.room, more, state) or short(setup, state, log, more):
                state, log = grown(setup, state, more)
            if cramped(setup, rows, row, state, work):
                work = roomier(setup, rows, row, state, work)
            if of >= 0:
                back(setup, rows, row, member, state, log, work, tally)
            else:
                first(setup, rows, row, member, state, log, work, tally)
            while state[NEXT_DUE] <= today:
                if not pass_days(due_at, setup, state, log, today, row, member, tally):
                    state, log = grown(setup, state, 0)
        while state[NEXT_DUE] <= horizon:
            if not pass_days(due_at, setup, state, log, horizon, -1 - member, member, tally):
                state, log = grown(setup, state, 0)
        keep(setup, state, tally.finals, member)


def decide(setup: Setup, state: Vector, event: Vector, log: Vector, work: Work) -> None:
    """Decide an event and post it."""
    clear(work.decision)
    step(
        work.addresses[STEP],
        state,
        event,
        work.record,
        work.posted,
        work.decision,
        work.memory,
        log,
        setup.params,
    )


def first(
    setup: Setup,
    rows: Rows,
    row: int,
    member: int,
    state: Vector,
    log: Vector,
    work: Work,
    tally: Tally,
) -> None:
    """Decide an event for the first time."""
    event = rows.numbers[rows.starts[row] : rows.starts[row + 1]]
    bought = event[KIND] == setup.purchase
    if state[ENROLLED] == AWAY:  # only an enrolment gets here: it begins anew
        state[ENROLLED] = FAR
    if setup.policy[0] > 0 and bought:
        take = visit(setup, row, member, event, state, log, work, tally)
        claim(setup, state, event, take, work.buffer)
        event = work.buffer[: event.shape[0]]
    elif setup.policy[3] == 1:
        watch(setup, state, event, tally)
    decide(setup, state, event, log, work)
    if bought:
        cash(setup, event, work.decision, work.bill)
        take_money(work.bill, event, tally, member)
    if work.places[row] > 0:
        at = work.places[row] - 1
        if not bought:
            clear(work.bill)
        keep_first(setup, work.kept[at], work.bill, work.record, work.decision)
        if bought:
            work.notes[HELD] = spend(setup, log, work.decision, at, work.lots, work.notes[HELD])
    use(setup, event, work.decision, work.posted, row, tally)
    if setup.policy[3] == 1:
        watched(setup, event, work.decision, tally)
    join(state, event[TODAY], member, tally)
    drain(setup, log, row, event[TODAY], member, tally)


def visit(
    setup: Setup,
    row: int,
    member: int,
    event: Vector,
    state: Vector,
    log: Vector,
    work: Work,
    tally: Tally,
) -> bool:
    """Let a member redeem before a purchase, if the policy has it so; whether they pay with units
    instead."""
    best, policy = choose(setup, state), setup.policy
    if best == 0:
        return False
    tally.counts[CHANCES] += 1
    work.notes[WAITING] += policy[1]
    if work.notes[WAITING] < policy[2]:
        return False
    tally.counts[TAKEN] += 1
    work.notes[WAITING] -= policy[2]
    if best < 0:
        return True
    redeem(setup, state, best - 1, event, work.buffer)
    bought = work.buffer[: setup.redemption.shape[0]]
    decide(setup, state, bought, log, work)
    use(setup, bought, work.decision, work.posted, row, tally)
    drain(setup, log, row, bought[TODAY], member, tally)
    return False


def back(
    setup: Setup,
    rows: Rows,
    row: int,
    member: int,
    state: Vector,
    log: Vector,
    work: Work,
    tally: Tally,
) -> None:
    """Decide an event again on what is left of it, and post the difference."""
    event = rows.numbers[rows.starts[row] : rows.starts[row + 1]]
    at = work.places[of_row(rows.back[row])] - 1
    lots = again(setup, event, work.kept, at, work.lots, work.notes[HELD], work.buffer)
    event = work.buffer[: work.buffer[SPENT_AT] + 1 + 4 * lots]
    copy(work.kept[at], KEPT, work.record, 0, setup.inputs)
    copy(work.kept[at], KEPT + setup.inputs + setup.results, work.posted, 0, setup.results)
    if setup.refuses == 1:
        copy(state, 0, work.saved, 0, state.shape[0])
    decide(setup, state, event, log, work)
    if setup.refuses == 1 and owes(setup, log):
        copy(work.saved, 0, state, 0, state.shape[0])
        state[DAY] = max(state[DAY], event[TODAY])
        log[0] = 0
        tally.counts[RETURNS_REFUSED] += 1
        work.kept[at, REFUSED] |= rows.back[row] >> OWN_BIT
    else:
        if event[KIND] == setup.purchase:
            cash(setup, event, work.decision, work.bill)
            give_back_money(work.kept[at], work.bill, event, tally, member)
            unspend(setup, work.lots, work.notes[HELD], at, work.posted, work.decision)
        use(setup, event, work.decision, work.posted, row, tally)
        keep_posted(setup, work.kept[at], work.decision)
    clear(work.posted)
    join(state, event[TODAY], member, tally)
    drain(setup, log, row, event[TODAY], member, tally)


# ---- room to work in -----------------------------------------------------------------------------


def begun(setup: Setup, rows: Rows, addresses: Vector) -> Work:
    """Room for all that may be kept of a member's events."""
    places = np.zeros(rows.starts.shape[0], np.int64)
    most = returned(rows, places)
    return Work(
        np.zeros(setup.inputs, np.int64),
        np.zeros(setup.results, np.int64),
        np.zeros(setup.results, np.int64),
        np.zeros(MEMORY, np.int64),
        np.zeros(KEPT, np.int64),
        places,
        np.zeros((most, KEPT + setup.inputs + 2 * setup.results), np.int64),
        np.zeros((16, LOT), np.int64),
        np.zeros(256, np.int64),
        np.zeros(1, np.int64),
        np.zeros(NOTES, np.int64),
        addresses,
    )


def cramped(setup: Setup, rows: Rows, row: int, state: Vector, work: Work) -> bool:
    """Whether an event may need more room than there is."""
    if row_size(setup, rows, row, work) > work.buffer.shape[0]:
        return True
    if setup.refuses == 1 and rows.back[row] >= 0 and state.shape[0] > work.saved.shape[0]:
        return True
    return work.places[row] > 0 and lots_size(setup, state, work) > work.lots.shape[0]


def roomier(setup: Setup, rows: Rows, row: int, state: Vector, work: Work) -> Work:
    """The same with twice the room that it needs."""
    lots = np.zeros((2 * lots_size(setup, state, work), LOT), np.int64)
    for i in range(work.notes[HELD]):
        copy(work.lots[i], 0, lots[i], 0, LOT)
    return Work(
        work.record,
        work.posted,
        work.decision,
        work.memory,
        work.bill,
        work.places,
        work.kept,
        lots,
        np.zeros(2 * row_size(setup, rows, row, work), np.int64),
        np.zeros(2 * state.shape[0], np.int64),
        work.notes,
        work.addresses,
    )


def row_size(setup: Setup, rows: Rows, row: int, work: Work) -> int:
    """How many numbers the row of an event may come to."""
    read = int(rows.starts[row + 1] - rows.starts[row])
    own = max(read, setup.redemption.shape[0]) + 2
    offers = 2 * setup.offer_places.shape[0]
    for i in range(setup.offers.shape[0]):
        offers = max(offers, int(setup.offers[i, 1]) + setup.offer_places.shape[0] + 2)
    return own + offers + 4 * int(work.notes[HELD])


def lots_size(setup: Setup, state: Vector, work: Work) -> int:
    """How many lots may be kept after an event: it spends no more than there are."""
    live = 1 + int(work.notes[HELD])
    for at in setup.rings:
        live += int(state[at + TAIL] - state[at + HEAD])
    return live


def returned(rows: Rows, places: Vector) -> int:
    """Number, from 1, the rows of each member of which something comes back; the most of them."""
    most = 0
    for member in range(rows.members.shape[0] - 1):
        count = 0
        for row in range(rows.members[member], rows.members[member + 1]):
            of = of_row(rows.back[row])
            if rows.back[row] >= 0 and places[of] == 0:
                count += 1
                places[of] = count
        most = max(most, count)
    return most


def pass_days(
    due_at: int,
    setup: Setup,
    state: Vector,
    log: Vector,
    until: int,
    row: int,
    member: int,
    tally: Tally,
) -> bool:
    """Do the due days up to `until`; False if the state has to grow before the next one."""
    while state[NEXT_DUE] <= until:
        if crowded(setup.rings, setup.room, 0, state):
            return False
        due(due_at, state, log, setup.params)
        drain(setup, log, row, state[DAY], member, tally)
    return True
