"""Metrics of the reference: sums over everything that happened, each time anew."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Literal

from tests.reference.days import inside, inside_before, membership_year, unit_start
from tests.reference.holdings import Happened, Member
from tests.reference.rulebook import Rulebook
from xenia.programme.model import Metric
from xenia.programme.periods import CalendarWindow, RollingWindow, Unit

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
    if metric.rollover:
        return rolled_over(book, member, key, seen, -1 if read == "previous" else 0) + (extra or 0)
    # A calendar window remembers the last unit it counted in, and the one before that.
    counted = happened.counted
    rolling = isinstance(metric.over, RollingWindow)
    today = max(seen, member.today) if rolling else max(counted, default=seen)
    enrolled = member.enrolled or seen
    window = inside if read == "now" else inside_before
    counts = window(metric.over, seen, today, enrolled)
    found = [one for day, each in happened.by_day.items() if counts(day) for one in each]
    if extra is not None:
        found.append(extra)
    return collected(metric, found)


def unit_of(book: Rulebook, member: Member, key: str, day: date) -> int:
    """The number of the unit of a metric that is counted by calendar or membership units."""
    window = book.programme.metrics[key].over
    if isinstance(window, CalendarWindow):
        first = unit_start(window.unit, day)
        days = {Unit.DAY: first.toordinal(), Unit.WEEK: first.toordinal() // 7}
        months = {Unit.MONTH: 12 * first.year + first.month, Unit.YEAR: first.year}
        return {**days, **months}[window.unit]
    return membership_year(member.enrolled or day, day)


def too_late(book: Rulebook, member: Member, key: str, day: date) -> bool:
    """Whether what happens on a day is neither of the last unit counted nor of the one before."""
    units = {unit_of(book, member, key, one) for one in member.happened[key].counted}
    return bool(units) and unit_of(book, member, key, day) < max(units) - 1


def rolled_over(
    book: Rulebook, member: Member, key: str, seen: date, later: int, *, for_ever: bool = False
) -> int:
    """What was counted in a unit and what is carried into it, from the first one on; forgotten two
    units later, if not known `for_ever`."""
    own: dict[int, int] = defaultdict(int)
    for day in member.happened[key].counted:
        each = member.happened[key].by_day[day]
        own[unit_of(book, member, key, day)] += sum(one for one in each if isinstance(one, int))
    unit = unit_of(book, member, key, seen) + later
    if not own or (unit < max(own) - 1 and not for_ever):
        return 0
    value, levels = 0, [book.least(key, each) for each in book.programme.thresholds(key)]
    for number in range(min(own), unit + 1):
        beyond = [value - least for least in levels if 0 < least <= value]
        value = own[number] + min(beyond, default=0)
    return value


def value_then(book: Rulebook, member: Member, key: str, then: date) -> int:
    """A metric of the unit of an earlier day, or of the window as of that day, by all that is known
    today: nothing is forgotten."""
    metric = book.programme.metrics[key]
    if metric.rollover:
        return rolled_over(book, member, key, then, 0, for_ever=True)
    counts = inside(metric.over, then, then, member.enrolled or then)
    rolling = isinstance(metric.over, RollingWindow)
    return collected(
        metric,
        [
            one
            for day, each in member.happened[key].by_day.items()
            if counts(day) and (day <= then or not rolling)
            for one in each
        ],
    )


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
