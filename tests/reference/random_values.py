"""Random numbers, stretches of time and moments, as programmes write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from tests.reference.random_expressions import Words
from xenia.programme.model import Currency
from xenia.programme.periods import (
    After,
    CalendarWindow,
    Duration,
    EndOf,
    Ever,
    Expiry,
    Hold,
    HoldFor,
    HoldForEver,
    HoldToEnd,
    Inactive,
    MembershipYear,
    RollingWindow,
    Unit,
    Window,
)

# Days from which histories start: clocks that repeat a midnight, a day that does not exist,
# 29 February, ends of years.
STARTS = (
    date(2010, 10, 20), date(2011, 12, 10), date(2016, 2, 20), date(2019, 11, 25),
    date(2023, 12, 28),
)  # fmt: skip


class Values:
    """What is drawn for one programme."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.words = Words()
        self.currencies: dict[str, Currency] = {}
        self.unit = Decimal(1)
        self.start = STARTS[0]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def money(self, most: int) -> Decimal:
        """More than nothing, in whole smallest units of the money."""
        return self.random.randrange(1, int(most / self.unit)) * self.unit

    def duration(self, months: int = 12) -> Duration:
        if self.chance(0.5):
            return Duration(days=self.random.choice((1, 7, 30, self.random.randrange(2, 120))))
        return Duration(
            months=self.random.choice((1, self.random.randrange(1, months + 1), months))
        )

    def calendar(self) -> Unit:
        return self.random.choice(list(Unit))

    def window(self) -> Window:
        windows: list[Window] = [
            CalendarWindow(self.calendar()),
            RollingWindow(self.duration()),
            MembershipYear(),
            Ever(),
        ]
        return self.random.choice(windows)

    def expiry(self, *, inactive: bool = True) -> Expiry:
        found: list[Expiry] = [
            After(self.duration()),
            EndOf(self.calendar(), self.random.randrange(0, 3)),
        ]
        return self.random.choice(found + ([Inactive(self.duration())] if inactive else []))

    def hold(self) -> Hold | None:
        holds: list[Hold | None] = [
            HoldFor(self.duration()),
            HoldToEnd(self.calendar(), self.random.randrange(0, 3)),
            HoldToEnd(Unit.YEAR, 1),
            HoldForEver(),
            None,
        ]
        return self.random.choice(holds)

    def moment(self, later: int = 0) -> date | datetime:
        """A day, or an instant, near the start."""
        day = self.start + timedelta(days=later + self.random.randrange(200))
        if self.chance(0.5):
            return day
        return datetime(day.year, day.month, day.day, self.random.randrange(24), 30, tzinfo=UTC)
