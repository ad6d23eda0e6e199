"""Stretches of local time: what a programme means by a window, an end, a hold.

Everything is counted in local days of the programme and is half-open: [from, until).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

BudgetPeriod = Literal["day", "week", "month", "year", "ever"]


class Unit(StrEnum):
    """A calendar unit; weeks start on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Duration:
    """`12 months`, `30 days`, `2 years` (24 months), `2 weeks` (14 days): exactly one is not 0."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class CalendarWindow:
    """`calendar month`: from the first local midnight of the unit to that of the next."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class RollingWindow:
    """`rolling 30 days`, `rolling 12 months`: the local days (d - length, d]."""

    length: Duration


@dataclass(frozen=True, slots=True)
class MembershipYear:
    """`membership year`: years counted from the local day of enrolment."""


@dataclass(frozen=True, slots=True)
class Ever:
    """`ever`: since the member joined."""


Window = CalendarWindow | RollingWindow | MembershipYear | Ever


@dataclass(frozen=True, slots=True)
class After:
    """Ends this long after the local day of earning: `{after: 12 months}`."""

    after: Duration


@dataclass(frozen=True, slots=True)
class EndOf:
    """Ends with the unit of the day of earning, or `plus` units later: `{end-of: year}`."""

    end_of: Unit
    plus: int = 0


@dataclass(frozen=True, slots=True)
class Inactive:
    """All lots end when nothing was earned for so long: `{inactive: 24 months}`; and each of them
    at the latest so long `after` the local day of earning."""

    inactive: Duration
    after: Duration | None = None


Expiry = After | EndOf | Inactive


def own_end(expiry: Expiry | None) -> After | EndOf | None:
    """When a lot ends by itself, whatever ends it before; None: never."""
    if not isinstance(expiry, Inactive):
        return expiry
    return None if expiry.after is None else After(expiry.after)


@dataclass(frozen=True, slots=True)
class ReturnWindow:
    """`return-window`: until what was bought can no longer be returned."""


Wait = Duration | ReturnWindow


@dataclass(frozen=True, slots=True)
class HoldFor:
    """`12 months`: from the day of (re)qualification."""

    length: Duration


@dataclass(frozen=True, slots=True)
class HoldToEnd:
    """`end of year`, `end of year + 1`: to the end of the unit in which it was earned, or later."""

    unit: Unit
    plus: int = 0


@dataclass(frozen=True, slots=True)
class HoldForEver:
    """`ever`."""


Hold = HoldFor | HoldToEnd | HoldForEver
