"""What Python calls for one event, in the subset of Python that Numba compiles.

Handing an array to machine code takes longer than many a step: so all that a call fills is one.
This file is loaded once more, with a `step` among its names that calls a plan's by its address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xenia.engine.operators import MEMORY

Vector = np.ndarray[tuple[int], np.dtype[np.int64]]

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
        """One event, as the plan has it whose `step` is there."""


def one_event(
    address: int,
    state: Vector,
    event: Vector,
    frame: Vector,
    params: Vector,
    inputs: int,
    results: int,
) -> None:
    """Decide one event; `frame` holds its record, decision, working memory, log, and at the end
    what was posted before: nothing."""
    decided = inputs + results
    log, end = decided + MEMORY, frame.shape[0] - results
    step(
        address,
        state,
        event,
        frame[:inputs],
        frame[end:],
        frame[inputs:decided],
        frame[decided:log],
        frame[log:end],
        params,
    )
