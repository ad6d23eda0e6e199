"""Programme values as the numbers and source that the step works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from xenia.amounts import money_decimals
from xenia.engine.lower import Source
from xenia.engine.operators import (
    DOWN,
    NEAREST,
    UP,
    add_months,
    month_of,
    month_start,
    week_of,
    week_start,
    year_of,
)
from xenia.engine.zones import EPOCH, zone
from xenia.language.ir import Compare, Constant, Node, Ref
from xenia.language.types import OVERFLOW, Bool, Instant, Origin
from xenia.programme.formulas import Analysis
from xenia.programme.model import Programme, Rule
from xenia.programme.periods import (
    After,
    CalendarWindow,
    Duration,
    EndOf,
    Ever,
    Hold,
    HoldFor,
    HoldToEnd,
    MembershipYear,
    RollingWindow,
    Unit,
    Window,
)
from xenia.programme.settings import Rounding

ROUNDING: Mapping[Rounding, int] = {
    Rounding.DOWN: DOWN,
    Rounding.NEAREST: NEAREST,
    Rounding.UP: UP,
}
_ALWAYS = 2**63 - 1  # microseconds: beyond every instant
_UNIT_OF: Mapping[Unit, str] = {
    Unit.DAY: "({0})",
    Unit.WEEK: "week_of({0})",
    Unit.MONTH: "month_of({0})",
    Unit.YEAR: "year_of({0})",
}
_START_OF: Mapping[Unit, str] = {
    Unit.DAY: "({0})",
    Unit.WEEK: "week_start({0})",
    Unit.MONTH: "month_start({0})",
    Unit.YEAR: "month_start(({0}) * 12)",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """One programme with its typed expressions and the source that is being written."""

    programme: Programme
    analysis: Analysis
    source: Source

    @property
    def money_decimals(self) -> int:
        """Decimals of the programme's money."""
        return money_decimals(self.programme.money)

    def money(self, amount: Decimal) -> int:
        """Smallest units; what is finer than those is rounded up, as a threshold must be."""
        return ceiling(amount, self.money_decimals)

    def units(self, currency: str, units: Decimal) -> int:
        """Smallest units of a currency, rounded up."""
        return ceiling(units, self.programme.currencies[currency].decimals)

    def ratio(self, value: Fraction) -> tuple[str, str]:
        """A non-negative rate as two parameters."""
        return self.source.param(value.numerator), self.source.param(value.denominator)

    def instant(self, moment: date | datetime) -> int:
        """Microseconds; a date is its local midnight."""
        if isinstance(moment, datetime):
            return microseconds(moment)
        return zone(self.programme.timezone).start_of((moment - EPOCH).days)

    def window(self, rule: Rule) -> tuple[int, int]:
        """The instants from which, and until which, a rule and the programme both run."""
        since = [self.instant(day) for day in (rule.since, self.programme.since) if day is not None]
        until = [self.instant(day) for day in (rule.until, *self.closes(rule)) if day is not None]
        return max(since, default=-_ALWAYS), min(until, default=_ALWAYS)

    def closes(self, rule: Rule) -> tuple[date | None, ...]:
        """The days before which the programme lets a rule run."""
        programme, then = self.programme, rule.then
        earns = then.earn or then.multiply or then.issue is not None
        return programme.until, programme.spend_until, programme.earn_until if earns else None

    @property
    def closing(self) -> int | None:
        """The day on which everything ends."""
        day = self.programme.spend_until
        return None if day is None else (day - EPOCH).days

    def later(self, day: str, after: Duration, times: str = "1") -> str:
        """Source of the day that is `times` durations after `day`."""
        if after.months:
            return f"add_months({day}, {self.source.param(after.months)} * {times})"
        return f"({day} + {self.source.param(after.days)} * {times})"

    def end_of(self, day: str, unit: Unit, plus: int) -> str:
        """Source of the first day after the unit of `day`, or after that `plus` units later."""
        return start_of(f"{unit_of(day, unit)} + 1 + {self.source.param(plus)}", unit)

    def held_until(self, day: str, hold: Hold | None) -> str:
        """Source of the day until which a level that is qualified for on `day` is held."""
        match hold:
            case HoldFor(length):
                return self.later(day, length)
            case HoldToEnd(unit, plus):
                return self.end_of(day, unit, plus)
            case _:
                return "FAR"

    def ends(self, day: str, expiry: After | EndOf | None) -> str:
        """Source of the day on which a lot earned on `day` ends."""
        end = "FAR"
        match expiry:
            case After(after):
                end = self.later(day, after)
            case EndOf(unit, plus):
                end = self.end_of(day, unit, plus)
        return end if self.closing is None else f"min({end}, {self.source.param(self.closing)})"


def day_after(day: int, length: Duration) -> int:
    """The day that is so long after a day."""
    return add_months(day, length.months) + length.days


def number_of_unit(day: int, unit: Unit) -> int:
    """The number of the calendar unit that holds a day."""
    match unit:
        case Unit.DAY:
            return day
        case Unit.WEEK:
            return week_of(day)
        case Unit.MONTH:
            return month_of(day)
        case Unit.YEAR:
            return year_of(day)


def start_of_unit(number: int, unit: Unit) -> int:
    """The first day of a numbered calendar unit."""
    match unit:
        case Unit.DAY:
            return number
        case Unit.WEEK:
            return week_start(number)
        case Unit.MONTH:
            return month_start(number)
        case Unit.YEAR:
            return month_start(number * 12)


def end_after(day: int, unit: Unit, plus: int) -> int:
    """The first day after the unit of a day, or after that `plus` units later."""
    return start_of_unit(number_of_unit(day, unit) + 1 + plus, unit)


def ceiling(value: Decimal, decimals: int) -> int:
    """`value` in units of 10**-decimals, rounded up."""
    number, by = (Fraction(value) * int(10**decimals)).as_integer_ratio()
    return -(-number // by)


def floor(value: Decimal, decimals: int) -> int:
    """`value` in units of 10**-decimals, rounded down."""
    number, by = (Fraction(value) * int(10**decimals)).as_integer_ratio()
    return number // by


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC of a time with an offset."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def unit_of(day: str, unit: Unit) -> str:
    """Source of the number of the calendar unit that holds `day`."""
    return _UNIT_OF[unit].format(day)


def start_of(number: str, unit: Unit) -> str:
    """Source of the first day of a numbered calendar unit."""
    return _START_OF[unit].format(number)


def window_key(day: str, window: Window) -> str:
    """Source of the number under which a counter of this window counts `day`."""
    match window:
        case CalendarWindow(unit):
            return unit_of(day, unit)
        case MembershipYear():
            return f"membership_year({day}, state[ENROLLED])"
        case Ever():
            return "1"
        case RollingWindow():
            raise AssertionError("a rolling window has no key")


def within(since: int | None, until: int | None) -> tuple[Node, ...]:
    """The conditions that the event's instant is in [since, until)."""
    moment = Ref(type=Instant(), name="occurred_at", origin=Origin.EVENT, bound=OVERFLOW - 1)
    bounds: tuple[tuple[int | None, str], ...] = ((since, ">="), (until, "<"))
    return tuple(
        Compare(
            type=Bool(),
            op=">=" if op == ">=" else "<",
            left=moment,
            right=Constant(type=Instant(), value=bound, bound=OVERFLOW - 1),
        )
        for bound, op in bounds
        if bound is not None
    )
