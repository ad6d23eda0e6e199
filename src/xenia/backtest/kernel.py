"""The loop over members' histories, in the subset of Python that Numba compiles.

It is not run as it stands here: `native.machine_code` loads this file once more for every plan,
with the plan's own `step` and `due` among its names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xenia.backtest.tables import Rows, Setup, Table, Tally, Vector
from xenia.engine.operators import (
    BASE,
    CAPACITY,
    DAY,
    EVENT_DAY,
    FAR,
    HEAD,
    MEMORY,
    NEXT_DUE,
    RING,
    TAIL,
    TOTAL,
    month_of,
)

if TYPE_CHECKING:

    def step(
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

    def due(state: Vector, log: Vector, params: Vector) -> None:
        """One due day."""


ENTRY = 3


def fold(setup: Setup, rows: Rows, horizon: int, tally: Tally) -> None:
    """Fold each member's events, then what falls due up to the day `horizon`."""
    params, rings, room = setup.params, setup.rings, setup.room
    numbers, starts, members = rows.numbers, rows.starts, rows.members
    state, log = grown(setup, setup.fresh)
    record, posted = np.zeros(setup.inputs, np.int64), np.zeros(setup.results, np.int64)
    decision, memory = np.zeros(setup.results, np.int64), np.zeros(MEMORY, np.int64)
    for member in range(members.shape[0] - 1):
        begin_member(setup, state)
        for row in range(members[member], members[member + 1]):
            event = numbers[starts[row] : starts[row + 1]]
            today = max(event[EVENT_DAY], state[DAY])
            while state[NEXT_DUE] <= today:
                if not pass_days(setup, state, log, today, row, tally):
                    state, log = grown(setup, state)
            if crowded(rings, room, state):
                state, log = grown(setup, state)
            clear(decision)
            step(state, event, record, posted, decision, memory, log, params)
            if log[0] > 0:
                drain(log, row, event[EVENT_DAY], tally)
            while state[NEXT_DUE] <= today:
                if not pass_days(setup, state, log, today, row, tally):
                    state, log = grown(setup, state)
        while state[NEXT_DUE] <= horizon:
            if not pass_days(setup, state, log, horizon, -1 - member, tally):
                state, log = grown(setup, state)
        keep(setup, state, tally.finals, member)


def pass_days(setup: Setup, state: Vector, log: Vector, until: int, row: int, tally: Tally) -> bool:
    """Do the due days up to `until`; False if the state has to grow before the next one."""
    while state[NEXT_DUE] <= until:
        if crowded(setup.rings, setup.room, state):
            return False
        due(state, log, setup.params)
        drain(log, row, state[DAY], tally)
    return True


def drain(log: Vector, row: int, day: int, tally: Tally) -> None:
    """Empty the log into the totals and, while there are rows, the lines."""
    month = month_of(day) - tally.first_month
    for line in range(log[0]):
        at = 1 + 4 * line
        code = log[at]
        tally.units[code, month] += log[at + 1]
        tally.times[code, month] += 1
        if tally.written[0] < tally.lines.shape[0]:
            tally.lines[tally.written[0], 0] = row
            tally.lines[tally.written[0], 1] = day
            for i in range(4):
                tally.lines[tally.written[0], 2 + i] = log[at + i]
        tally.written[0] += 1
    log[0] = 0


# ---- the state's slots and rings, as in `Layout` -------------------------------------------------


def crowded(rings: Vector, room: int, state: Vector) -> bool:
    """Whether one more event or due day might not fit."""
    needed = 0
    for at in rings:
        needed += state[at + TAIL] - state[at + HEAD]
    free = FAR
    for at in rings:
        free = min(free, state[at + CAPACITY] - state[at + TAIL])
    return free < max(needed, room)


def grown(setup: Setup, state: Vector) -> tuple[Vector, Vector]:
    """The same state, every ring compacted and given room, and a log for it."""
    width, live = setup.fresh.shape[0], 0
    for at in setup.rings:
        live += state[at + TAIL] - state[at + HEAD]
    room = 2 * (live + setup.room)
    larger = np.zeros(width + ENTRY * (live + room * setup.rings.shape[0]), np.int64)
    copy(state, 0, larger, 0, width)
    base = width
    for at in setup.rings:
        held = state[at + TAIL] - state[at + HEAD]
        entries = state[at + BASE] + ENTRY * state[at + HEAD]
        copy(state, entries, larger, base, ENTRY * held)
        larger[at + BASE] = base
        larger[at + CAPACITY] = held + room
        larger[at + HEAD] = 0
        larger[at + TAIL] = held
        base += ENTRY * (held + room)
    return larger, np.zeros(4 * (larger.shape[0] // ENTRY) + setup.log_room, np.int64)


def begin_member(setup: Setup, state: Vector) -> None:
    """The slots of a new member, empty rings with the room that they have."""
    done = 0
    for at in setup.rings:
        copy(setup.fresh, done, state, done, int(at) - done)
        state[at + HEAD] = 0
        state[at + TAIL] = 0
        state[at + TOTAL] = 0
        done = int(at) + RING
    copy(setup.fresh, done, state, done, setup.fresh.shape[0] - done)


def keep(setup: Setup, state: Vector, finals: Table, member: int) -> None:
    """Write down a member's slots; of a ring, how many entries it has, and their total."""
    for i in range(setup.fresh.shape[0]):
        finals[member, i] = state[i]
    for at in setup.rings:
        finals[member, at + TAIL] -= state[at + HEAD]
        finals[member, at + BASE] = 0
        finals[member, at + CAPACITY] = 0
        finals[member, at + HEAD] = 0


# Numba compiles these loops in a tenth of the time that it takes for assignments to slices.


def copy(source: Vector, here: int, target: Vector, there: int, count: int) -> None:
    """Copy so many numbers from `here` to `there`."""
    for i in range(count):
        target[there + i] = source[here + i]


def clear(numbers: Vector) -> None:
    """Make all numbers 0."""
    for i in range(numbers.shape[0]):
        numbers[i] = 0
