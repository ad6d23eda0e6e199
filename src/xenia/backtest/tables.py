"""The arrays that the compiled loop reads and fills: events as rows, and what came of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Vector = np.ndarray[tuple[int], np.dtype[np.int64]]
Table = np.ndarray[tuple[int, int], np.dtype[np.int64]]


class Rows(NamedTuple):
    """Members' events, each member's in the order in which they are decided.

    Row i, as `RowReader` reads an event, is `numbers[starts[i] : starts[i + 1]]`; member m has the
    rows from `members[m]` up to `members[m + 1]`.
    """

    numbers: Vector
    starts: Vector
    members: Vector


class Setup(NamedTuple):
    """What the loop must know of a plan; `rings` are the places of rings among a state's slots."""

    params: Vector
    fresh: Vector  # the slots of a member to whom nothing has happened, without entries
    rings: Vector
    room: int  # entries that one event may add to a ring
    log_room: int  # numbers of a log beside those for ring entries
    inputs: int  # the longest record of any type of event
    results: int  # the longest decision


class Tally(NamedTuple):
    """What the loop has found.

    `units` and `times` are by code of the log and month, counted from `first_month`.  `lines` has
    a row for each line of the log, as far as there are rows: event, day, code, units, key1, key2;
    what falls due after the last event of member m is told under the event -1 - m.  `written[0]`
    counts the lines, also those that had no row.  `finals` are the slots of each member at the end.
    """

    first_month: int
    units: Table
    times: Table
    lines: Table
    written: Vector
    finals: Table
