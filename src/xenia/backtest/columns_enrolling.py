"""Rows of enrolments: of those that a history has, and of those that are assumed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import structs

from xenia.backtest.columns_bucket import Frame
from xenia.backtest.columns_rows import AsRead
from xenia.backtest.tables import Rows, Vector
from xenia.effects import NOTHING
from xenia.engine.account import told
from xenia.engine.chance import drawn
from xenia.engine.claims import asked
from xenia.engine.operators import COLUMNS, EVENT_DAY, FIRST, KIND, TODAY
from xenia.engine.plan import Plan, TypePlan
from xenia.engine.rows import RowReader
from xenia.events.model import Enrolment


def asks_of_them(part: TypePlan) -> bool:
    """Whether a programme asks more of an enrolment than its day."""
    return bool(part.columns or part.predicates or part.offers or part.chances)


def first_bought(frame: Frame) -> Vector:
    """The place of the first purchase of each member who does not enrol, and buys something."""
    far = len(frame.back)
    places = np.where(frame.bought, np.arange(far), far)
    if not far:
        return places
    first = np.minimum.reduceat(places, frame.first[:-1])
    enrols = np.logical_or.reduceat(frame.joins, frame.first[:-1])
    found: Vector = first[(first < far) & ~enrols]
    return found


def rows_of(plan: Plan, days: Vector, events: Iterable[Enrolment], key: bytes) -> AsRead:
    """The rows of enrolments on these days.  The events are looked at only where the programme asks
    more of an enrolment than its day."""
    part = plan.types["enrolment"]
    if not asks_of_them(part):
        plain = np.zeros((len(days), COLUMNS), np.int64)
        plain[:, KIND] = part.number
        plain[:, EVENT_DAY] = plain[:, TODAY] = days
        assert FIRST == 0
        return AsRead(plain.ravel(), np.arange(len(days) + 1) * COLUMNS)
    reader, numbers, starts = RowReader(plan, part), list[int](), [0]
    for event in events:
        given = NOTHING
        if part.chances:
            given = structs.replace(given, drawn=drawn(plan, part, event, key))
        row = reader.read(event, told({}, event), asked(plan, event), given)
        numbers += row.numbers
        starts.append(len(numbers))
    return AsRead(np.array(numbers, np.int64), np.array(starts, np.int64))


def put_before(rows: Rows, at: Vector, more: AsRead) -> Rows:
    """Rows with one more before each of those at some places, which go upwards, of its member."""
    lengths = np.insert(np.diff(rows.starts), at, more.lengths)
    back = rows.back + np.where(rows.back >= 0, np.searchsorted(at, rows.back, side="right"), 0)
    return Rows(
        numbers=np.insert(rows.numbers, np.repeat(rows.starts[at], more.lengths), more.numbers),
        starts=np.concatenate(([0], np.cumsum(lengths))),
        members=rows.members + np.searchsorted(at, rows.members, side="left"),
        back=np.insert(back, at, -1),
    )
