"""Members' past events folded by a compiled plan: the same decisions, at the speed of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from msgspec import structs

from xenia.backtest.tables import Rows, Setup, Table, Tally, Vector
from xenia.effects import NOTHING, Given
from xenia.engine.account import NO_KEY
from xenia.engine.chance import drawn
from xenia.engine.claims import asked
from xenia.engine.entering import enters
from xenia.engine.operators import EVENT_DAY, month_of
from xenia.engine.plan import LINES, OFFER_MEANINGS, Plan
from xenia.engine.rows import RowReader
from xenia.events.model import TYPE_NAMES, AttributeValue, Enrolment, Event, Profile
from xenia.native.machine_code import loop

_LINE = 6
_KERNEL = Path(__file__).with_name("kernel.py")


@dataclass(frozen=True, slots=True)
class Folded:
    """`units` and `times` by code of the plan and by month, from `first_month` (since year 0).

    `lines` has, if asked for, a row for each line of the log, in order: event, day, code, units,
    key1, key2; what falls due after the last event of member m stands under the event -1 - m.
    `finals` has the slots of each member's state at the end.
    """

    first_month: int
    units: Table
    times: Table
    lines: Table
    finals: Table


def read_rows(
    plan: Plan,
    histories: Iterable[Iterable[Event]],
    given: Callable[[Event], Given] = lambda _event: NOTHING,
    *,
    key: bytes = NO_KEY,
) -> Rows:
    """Rows of members' events, each member's in the order in which they are decided.

    What budgets have left for an event comes with its row: what it is `given`, else all of them;
    and what chance falls on, by `key`.
    """
    readers = {name: RowReader(plan, part) for name, part in plan.types.items()}
    numbers: list[int] = []
    starts, members = [0], [0]
    for history in histories:
        for row in _rows(plan, readers, history, given, key=key):
            numbers += row
            starts.append(len(numbers))
        members.append(len(starts) - 1)
    return Rows(_vector(numbers), _vector(starts), _vector(members))


def _rows(
    plan: Plan,
    readers: dict[str, RowReader],
    history: Iterable[Event],
    given: Callable[[Event], Given],
    *,
    key: bytes,
) -> Iterator[Sequence[int]]:
    """The rows of one member, who has attributes, and may have to enrol first."""
    inside = False
    attributes: dict[str, AttributeValue] = {}
    for event in history:
        inside = inside or isinstance(event, Enrolment) or enters(plan.programme, event)
        if inside:
            if isinstance(event, Enrolment | Profile):
                attributes.update(event.attributes)
            reader = readers[TYPE_NAMES[type(event)]]
            part, known = plan.types[TYPE_NAMES[type(event)]], given(event)
            if part.chances and known.drawn is None:
                known = structs.replace(known, drawn=drawn(plan, part, event, key))
            yield reader.read(event, attributes, asked(plan, event), known).numbers


def fold(plan: Plan, rows: Rows, horizon: int, *, lines: bool = False) -> Folded:
    """Fold all members, then what falls due up to the local day `horizon`."""
    run, setup = loop(plan, _KERNEL, "fold", ("fold", "grown")), _setup(plan)
    days = rows.numbers[rows.starts[:-1] + EVENT_DAY]
    first = month_of(int(days.min(initial=horizon)))
    months = month_of(int(days.max(initial=horizon))) + 1 - first
    members, codes = len(rows.members) - 1, len(plan.codes)

    def tally(room: int) -> Tally:
        shapes = ((codes, months), (codes, months), (room, _LINE), (members, plan.layout.width))
        units, times, told, finals = (np.zeros(shape, np.int64) for shape in shapes)
        found = Tally(first, units, times, told, np.zeros(1, np.int64), finals)
        run(setup, rows, horizon, found)
        return found

    found = tally(0)
    if lines:
        found = tally(int(found.written[0]))
    return Folded(first, found.units, found.times, found.lines, found.finals)


def _setup(plan: Plan) -> Setup:
    layout, parts = plan.layout, plan.types.values()
    offers = max(len(part.offers.rows) if part.offers else 0 for part in parts)
    return Setup(
        params=_vector(plan.params),
        fresh=_vector(layout.fresh()[: layout.width]),
        rings=_vector(layout.rings),
        room=layout.room + offers,
        log_room=plan.log_room + LINES * OFFER_MEANINGS * offers,
        inputs=max(2 + len(part.inputs) for part in parts),
        results=max(part.results for part in parts),
    )


def _vector(numbers: Sequence[int]) -> Vector:
    return np.array(numbers, np.int64)
