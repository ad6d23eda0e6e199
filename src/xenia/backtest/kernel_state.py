"""A member's state in the loop: its slots and rings, as in `engine.layout`, and the room they have.

In the subset of Python that Numba compiles; see `kernel`.
"""

from __future__ import annotations

import numpy as np

from xenia.backtest.kernel_sums import copy
from xenia.backtest.tables import Setup, Table, Vector
from xenia.engine.operators import BASE, CAPACITY, FAR, HEAD, RING, TAIL, TOTAL

ENTRY = 3


def crowded(rings: Vector, room: int, more: int, state: Vector) -> bool:
    """Whether one more event or due day might not fit, or so many `more` entries."""
    needed = 0
    for at in rings:
        needed += state[at + TAIL] - state[at + HEAD]
    free = FAR
    for at in rings:
        free = min(free, state[at + CAPACITY] - state[at + TAIL])
    return free < max(needed, room) + more


def short(setup: Setup, state: Vector, log: Vector, more: int) -> bool:
    """Whether a log has too little room for so many lots that come back."""
    return more > 0 and log.shape[0] < log_size(setup, state, more)


def log_size(setup: Setup, state: Vector, more: int) -> int:
    """The numbers of a log: a line about each ring entry that there can be, and all else."""
    return 4 * (state.shape[0] // ENTRY) + 8 * more + setup.log_room


def grown(setup: Setup, state: Vector, more: int) -> tuple[Vector, Vector]:
    """The same state, every ring compacted and given room, also for so many `more` entries, and a
    log for it."""
    width, live = setup.fresh.shape[0], 0
    for at in setup.rings:
        live += state[at + TAIL] - state[at + HEAD]
    room = 2 * (live + setup.room + more)
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
    return larger, np.zeros(log_size(setup, larger, more), np.int64)


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
