"""Local days, calendar units and stretches of time, by search and `datetime` only."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from xenia.programme.periods import (
    After,
    CalendarWindow,
    Duration,
    EndOf,
    Ever,
    Expiry,
    Inactive,
    MembershipYear,
    RollingWindow,
    Unit,
    Window,
)

ONE_DAY = timedelta(days=1)
EPOCH = date(1970, 1, 1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE  # no clock is changed twice in one
WIDEST_OFFSET = 15 * 60  # minutes; no clock is further from UTC


def number(day: date) -> int:
    """The day as effects carry it: 0 is 1970-01-01."""
    return (day - EPOCH).days


def maybe_number(day: date | None) -> int | None:
    return None if day is None else number(day)


def clock(zone: str, instant: int) -> datetime:
    """What a clock in the zone shows at an instant in microseconds."""
    return datetime.fromtimestamp(instant // SECOND, ZoneInfo(zone))


@cache
def day_start(zone: str, day: date) -> int:
    """The first instant whose local date is `day` or later, looked for minute by minute; hours in
    which no clock is changed, and that end before it, are passed over."""
    instant = (number(day) * 24 * 60 - WIDEST_OFFSET) * MINUTE
    while (now := clock(zone, instant)).date() < day:
        later = clock(zone, instant + HOUR)
        steady = later.utcoffset() == now.utcoffset() and later.date() < day
        instant += HOUR if steady else MINUTE
    return instant


def local_day(zone: str, instant: int) -> date:
    """The last day that has begun."""
    day = clock(zone, instant).date()
    while day_start(zone, day + ONE_DAY) <= instant:
        day += ONE_DAY
    return day


def after(day: date, length: Duration, times: int = 1) -> date:
    """So long after a day; months keep the day of the month or take the month's last one."""
    if length.days:
        return day + timedelta(days=length.days * times)
    year, month = divmod(day.year * 12 + day.month - 1 + length.months * times, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def unit_start(unit: Unit, day: date, later: int = 0) -> date:
    """The first day of the unit that holds `day`, or of the one so many units later."""
    match unit:
        case Unit.DAY:
            return day + later * ONE_DAY
        case Unit.WEEK:
            return day + (7 * later - day.weekday()) * ONE_DAY
        case Unit.MONTH:
            return after(day.replace(day=1), Duration(months=1), later)
        case Unit.YEAR:
            return date(day.year + later, 1, 1)


def end_of_lot(expiry: Expiry | None, earned: date) -> date | None:
    """The day on which what was earned then ends by itself; None: never."""
    match expiry:
        case After(length):
            return after(earned, length)
        case EndOf(unit, plus):
            return unit_start(unit, earned, plus + 1)
        case Inactive(after=Duration() as latest):
            return after(earned, latest)
        case _:
            return None


def membership_year(enrolled: date, day: date) -> int:
    """Which year of the membership holds the day; 0 is the first, -1 the one before it."""
    year = 0
    while after(enrolled, Duration(months=12), year + 1) <= day:
        year += 1
    while after(enrolled, Duration(months=12), year) > day:
        year -= 1
    return year


def remembered(unit: Unit, day: date, last: date) -> bool:
    """Whether the unit of `day` is that of the last day counted, the one before it, or later."""
    return unit_start(unit, day) >= unit_start(unit, last, -1)


def nowhere(_happened: date) -> bool:
    return False


def inside(window: Window, seen: date, today: date, enrolled: date) -> Callable[[date], bool]:
    """Which days count in a window as seen on `seen`.

    `today` is later than `seen` for a late event: then calendar windows
    have forgotten what is old, and rolling ones are read as they stand now.
    """
    match window:
        case CalendarWindow(unit):
            if not remembered(unit, seen, today):
                return nowhere
            first, end = unit_start(unit, seen), unit_start(unit, seen, 1)
            return lambda happened: first <= happened < end
        case RollingWindow(length):
            return lambda happened: today < after(happened, length)
        case MembershipYear():
            return inside_year(membership_year(enrolled, seen), today, enrolled)
        case Ever():
            return lambda _happened: True


def inside_before(
    window: Window, seen: date, today: date, enrolled: date
) -> Callable[[date], bool]:
    """The same for the unit before, which calendar windows and membership years remember."""
    match window:
        case CalendarWindow(unit):
            return inside(window, unit_start(unit, seen, -1), today, enrolled)
        case MembershipYear():
            return inside_year(membership_year(enrolled, seen) - 1, today, enrolled)
        case _:
            raise ValueError(f"{window} has no unit before")


def inside_year(year: int, today: date, enrolled: date) -> Callable[[date], bool]:
    """The days of one year of the membership, unless it is forgotten."""
    if year < membership_year(enrolled, today) - 1:
        return nowhere
    first, end = (after(enrolled, Duration(months=12), n) for n in (year, year + 1))
    return lambda happened: first <= happened < end
