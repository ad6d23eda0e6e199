"""What a member's metrics have counted, on which days: as far as their state remembers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xenia.amounts import format_decimal
from xenia.engine import operators as op
from xenia.engine.account import machine
from xenia.engine.operators import ENROLLED, add_months
from xenia.engine.plan import Plan
from xenia.engine.terms import start_of_unit
from xenia.engine.type_writer import variable
from xenia.programme.model import Metric
from xenia.programme.periods import CalendarWindow, MembershipYear, RollingWindow

Counted = tuple[str, str, int | None]  # metric, value as written, day; None: for ever
_ENTRY = 3


def history(plan: Plan, state: Sequence[int]) -> Iterator[Counted]:
    """Each value with a day on which it may be said to have been counted: an opening that says so
    comes to the same."""
    scales, metrics = plan.analysis.metric_scales, plan.programme.metrics
    rings = dict(zip(plan.layout.rings, plan.layout.entries(state), strict=True))
    for slot in plan.layout.slots:
        if not slot.name.startswith("metric."):
            continue
        key = slot.name.split(".")[1]
        metric, at = metrics[key], slot.at
        if metric.streak is not None:
            if state[at + op.RUN] > 0:
                yield (
                    key,
                    str(state[at + op.RUN]),
                    start_of_unit(state[at + op.LAST], metric.streak),
                )
        elif isinstance(metric.over, RollingWindow):
            yield from _rolling(key, metric, scales[key], rings[at])
        elif metric.distinct is not None:
            before = len(metric.values)
            for unit, first in ((state[at + op.KEY] - 1, before), (state[at + op.KEY], 0)):
                for place, value in enumerate(metric.values):
                    if state[at + op.COUNTER + first + place] > 0:
                        yield key, value, _day_of(metric, state, unit)
        else:
            yield from _units(plan, key, metric, state, at)


def _rolling(key: str, metric: Metric, scale: int, entries: Sequence[int]) -> Iterator[Counted]:
    for at in range(0, len(entries), _ENTRY):
        _, day, value = entries[at : at + _ENTRY]
        if metric.distinct is not None:
            values = len(metric.values)
            yield key, metric.values[day % values], day // values
        elif value > 0:
            yield key, format_decimal(value, scale), day


def _units(
    plan: Plan, key: str, metric: Metric, state: Sequence[int], at: int
) -> Iterator[Counted]:
    """The last unit of time in which anything was counted, and the one before it."""
    scale, unit = plan.analysis.metric_scales[key], state[at + op.KEY]
    value, before = state[at + op.VALUE], state[at + op.PREVIOUS]
    if metric.rollover:  # what was carried on is carried on again
        value -= machine(plan).steps.names[variable("carried", key)](before)
    if before > 0:
        yield key, format_decimal(before, scale), _day_of(metric, state, unit - 1)
    if value > 0:
        yield key, format_decimal(value, scale), _day_of(metric, state, unit)


def _day_of(metric: Metric, state: Sequence[int], unit: int) -> int | None:
    match metric.over:
        case CalendarWindow(calendar):
            return start_of_unit(unit, calendar)
        case MembershipYear():
            return add_months(state[ENROLLED], 12 * unit)
    return None
