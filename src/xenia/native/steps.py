"""A plan's steps as machine code, for one event at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from xenia.engine.link import Before, Ints, Names, Sizes, Worked, interpreted
from xenia.engine.operators import MEMORY
from xenia.engine.plan import Plan
from xenia.native.machine_code import Native, compiled


class NativeSteps:
    """Steps over arrays; see `engine.link.Steps`.

    They agree with the interpreted ones to the last unit, and take a state that these have made.
    """

    def __init__(self, plan: Plan, native: Native) -> None:
        self.names: Names = interpreted(plan).names
        self._one_event, self._due = native.one_event, native.due
        self._native, self._step_at = native, native.addresses[0]
        self._params = np.array(plan.params, np.int64)

    def state(self, numbers: Sequence[int]) -> array[int]:
        """See `Steps`."""
        return array("q", numbers)

    def step(
        self, state: Ints, event: Sequence[int], sizes: Sizes, before: Before | None = None
    ) -> Worked:
        """See `Steps`."""
        mine = state if isinstance(state, array) else array("q", state)
        inputs, results, room = sizes
        decided = inputs + results
        log = decided + MEMORY
        frame = array("q", bytes(8 * (log + room + results)))
        if before is not None:
            frame[:inputs] = array("q", before.record)
            frame[log + room :] = array("q", before.posted)
        self._one_event(
            self._step_at,
            np.frombuffer(mine, np.int64),
            np.frombuffer(array("q", event), np.int64),
            np.frombuffer(frame, np.int64),
            self._params,
            inputs,
            results,
        )
        if mine is not state:
            state[:] = mine
        written = log + 1 + 4 * frame[log]
        return Worked(frame[:inputs], frame[inputs:decided], frame[decided:log], frame[log:written])

    def due(self, state: Ints, room: int) -> array[int]:
        """See `Steps`."""
        mine = state if isinstance(state, array) else array("q", state)
        log = array("q", bytes(8 * room))
        self._due(np.frombuffer(mine, np.int64), np.frombuffer(log, np.int64), self._params)
        if mine is not state:
            state[:] = mine
        return log


def native_steps(plan: Plan) -> NativeSteps:
    """A plan's steps as machine code, compiled now where they are not in the cache.

    Raises what `compiled` raises.
    """
    return NativeSteps(plan, compiled(plan))
