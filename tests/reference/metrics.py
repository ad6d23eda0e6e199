"""Metrics of the reference: sums over everything that happened, each time anew."""

from __future__ import annotations

from datetime import date
from typing import Literal

from tests.reference.days import inside, inside_before, unit_start
from tests.reference.holdings import Happened, Member
from tests.reference.rulebook import Rulebook
from xenia.programme.model import Metric
from xenia.programme.periods import RollingWindow

Read = Literal["now", "previous"]


def value(
    book: Rulebook,
    member: Member,
    key: str,
    seen: date,
    *,
    read: Read = "now",
    extra: int | None = None,
) -> int:
    """A metric as seen on a day, in 10**-scale; `extra` is what an event of that day would add."""
    metric = book.programme.metrics[key]
    happened = member.happened[key]
    if metric.streak:
        return run(metric, happened, seen)
    # A calendar window remembers the last unit it counted in, and the one before that.
    counted = [day for day, each in happened.by_day.items() if any(each)]
    rolling = isinstance(metric.over, RollingWindow)
    today = max(seen, member.today) if rolling else max(counted, default=seen)
    enrolled = member.enrolled or seen
    window = inside if read == "now" else inside_before
    counts = window(metric.over, seen, today, enrolled)
    found = [one for day, each in happened.by_day.items() if counts(day) for one in each]
    if extra is not None:
        found.append(extra)
    return collected(metric, found)


def collected(metric: Metric, found: list[int | str]) -> int:
    if metric.distinct:
        return len(set(found))
    numbers = [one for one in found if isinstance(one, int)]
    return max([0, *numbers]) if metric.max else sum(numbers)


def run(metric: Metric, happened: Happened, seen: date) -> int:
    """How many marked units in a row end in the unit of `seen`, or in the one before it."""
    if metric.streak is None or not happened.marks:
        return 0
    last = happened.marks[-1]
    if unit_start(metric.streak, seen, -1) > last:
        return 0
    marks = set(happened.marks)
    length = 0
    while unit_start(metric.streak, last, -length) in marks:
        length += 1
    return length


def mark(metric: Metric, happened: Happened, day: date) -> None:
    """Mark the unit of the day, unless a later one is marked already."""
    if metric.streak is None:
        raise ValueError("only a streak has marks")
    unit = unit_start(metric.streak, day)
    if not happened.marks or unit > happened.marks[-1]:
        happened.marks.append(unit)
