"""The short texts of the document: `12 months`, `calendar year`, `end of year`, `2 per 1.00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from xenia.language.types import RATE_MAX
from xenia.programme.chances import Chance
from xenia.programme.model import Expression, Per, Percent
from xenia.programme.nodes import Node, Scalar
from xenia.programme.numbers import NUMBER, digits, exact_rate
from xenia.programme.periods import (
    CalendarWindow,
    Duration,
    Ever,
    Hold,
    HoldFor,
    HoldForEver,
    HoldToEnd,
    MembershipYear,
    ReturnWindow,
    RollingWindow,
    Unit,
    Wait,
    Window,
)
from xenia.programme.scalars import Formula, Notation, scalar
from xenia.programme.shapes import FAULT, At, Bare, Book, Fault, Schema, Tree

YEARS_MAX: Final = 100
_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "year": 12}

_LENGTH = "[0-9]{1,6} (?:day|week|month|year)s?"
_UNIT = "(?:day|week|month|year)"


def duration(text: str) -> Duration | None:
    """`12 months`, `30 days`, `2 weeks`, `1 year`.  Raises ValueError where it is 0 or vast."""
    if re.fullmatch(_LENGTH, text, re.ASCII) is None:
        return None
    count, _, unit = text.partition(" ")
    unit = unit.removesuffix("s")
    days, months = int(count) * _DAYS.get(unit, 0), int(count) * _MONTHS.get(unit, 0)
    if not days and not months:
        raise ValueError("a stretch of time must be longer than that")
    if days > YEARS_MAX * 366 or months > YEARS_MAX * 12:
        raise ValueError(f"{YEARS_MAX} years are the most")
    return Duration(months=months, days=days)


def duration_text(value: Duration) -> str:
    """In months or days, as a duration is counted."""
    count, unit = (value.months, "month") if value.months else (value.days, "day")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def window(text: str) -> Window | None:
    """`calendar month`, `rolling 30 days`, `membership year`, `ever`."""
    if text == "ever":
        return Ever()
    if text == "membership year":
        return MembershipYear()
    kind, _, rest = text.partition(" ")
    if kind == "calendar" and re.fullmatch(_UNIT, rest):
        return CalendarWindow(Unit(rest))
    length = duration(rest) if kind == "rolling" else None
    return None if length is None else RollingWindow(length)


def window_text(value: Window) -> str:
    """As `window` reads it."""
    match value:
        case CalendarWindow(unit):
            return f"calendar {unit.value}"
        case RollingWindow(length):
            return f"rolling {duration_text(length)}"
        case MembershipYear():
            return "membership year"
        case Ever():
            return "ever"


def hold(text: str) -> Hold | None:
    """`12 months`, `end of year`, `end of year + 1`, `ever`."""
    if text == "ever":
        return HoldForEver()
    to_end = re.fullmatch(rf"end of ({_UNIT})(?: ?\+ ?([0-9]{{1,2}}))?", text, re.ASCII)
    if to_end is not None:
        return HoldToEnd(Unit(to_end[1]), int(to_end[2] or 0))
    length = duration(text)
    return None if length is None else HoldFor(length)


def hold_text(value: Hold) -> str:
    """As `hold` reads it."""
    match value:
        case HoldFor(length):
            return duration_text(length)
        case HoldToEnd(unit, plus):
            return f"end of {unit.value}" + (f" + {plus}" if plus else "")
        case HoldForEver():
            return "ever"


def wait(text: str) -> Wait | None:
    """A duration, or `return-window`."""
    return ReturnWindow() if text == "return-window" else duration(text)


def wait_text(value: Wait) -> str:
    """As `wait` reads it."""
    return "return-window" if isinstance(value, ReturnWindow) else duration_text(value)


DURATION: Final = Notation(
    "a stretch of time", "bad-duration", "12 months", _LENGTH, duration, duration_text
)
WINDOW: Final = Notation(
    "a window of time",
    "bad-window",
    "calendar year, rolling 30 days, membership year or ever",
    f"calendar {_UNIT}|rolling {_LENGTH}|membership year|ever",
    window,
    window_text,
)
HOLD: Final = Notation(
    "how long a level holds",
    "bad-hold",
    "12 months, end of year, end of year + 1 or ever",
    rf"{_LENGTH}|end of {_UNIT}(?: ?\+ ?[0-9]{{1,2}})?|ever",
    hold,
    hold_text,
)


WAIT: Final = Notation(
    "a stretch of time, or `return-window`",
    "bad-duration",
    "14 days",
    f"{_LENGTH}|return-window",
    wait,
    wait_text,
)


# ---- chance --------------------------------------------------------------------------------------

_TIMES: Final = r"([0-9]{1,9}) +in +([0-9]{1,9})"
_SHARE: Final = rf"({NUMBER}) *%"


def chance(text: str) -> Chance | None:
    """`1 in 20`, `5 %`.  Raises ValueError where it is 0 or certain, or too fine."""
    if (times := re.fullmatch(_TIMES, text, re.ASCII)) is not None:
        wins, of = int(times[1]), int(times[2])
        share = Fraction(wins, of) if of else Fraction(0)
    elif (percent := re.fullmatch(_SHARE, text, re.ASCII)) is not None:
        share = Fraction(Decimal(percent[1])) * Fraction(1, 100)
    else:
        return None
    if not 0 < share < 1:
        raise ValueError("it must be more than 0 and less than 1 in 1")
    if share.denominator > RATE_MAX:
        raise ValueError(f"1 in {RATE_MAX:,} is the finest")
    return Chance(share.numerator, share.denominator)


def chance_text(value: Chance) -> str:
    """As `chance` reads it."""
    return f"{value.wins} in {value.of}"


CHANCE: Final = Notation(
    "a chance", "bad-chance", "1 in 20 or 5 %", f"{_TIMES}|{_SHARE}", chance, chance_text
)


# ---- how many units an accrual is ----------------------------------------------------------------

_PER: Final = rf"({NUMBER}) +per +({NUMBER})"
_PERCENT: Final = rf"({NUMBER}) *%"


@dataclass(frozen=True, slots=True)
class UnitsNotation:
    """`2 per 1.00`, `20 %`, or a formula."""

    what: str = "a number of units: `2 per 1.00`, `20 %` or a formula"

    def read(self, node: Node, at: At) -> object:
        found = scalar(node, at, self.what, "e.g. 1 per 1.00")
        if isinstance(found, Fault):
            return found
        if (per := re.fullmatch(_PER, found.text, re.ASCII)) is not None:
            units, amount = self._rate(per[1], found, at), self._rate(per[2], found, at)
            if isinstance(units, Decimal) and isinstance(amount, Decimal):
                return Per(units, amount)
            return FAULT
        if (percent := re.fullmatch(_PERCENT, found.text, re.ASCII)) is not None:
            share = self._rate(percent[1], found, at)
            return share if isinstance(share, Fault) else Percent(share)
        text = Formula().checked(found, at)
        return text if isinstance(text, Fault) else Expression(text)

    @staticmethod
    def _rate(text: str, node: Scalar, at: At) -> Decimal | Fault:
        value = Decimal(text)
        if value == 0:
            sentence = f"{at.name} is `{node.text}`, but a rate has no 0 in it"
            return at.refuse(node.place, "out-of-range", sentence, "write e.g. 1 per 1.00")
        return exact_rate(value, node, at)

    def write(self, value: Any) -> Tree:
        match value:
            case Per(units, amount):
                return Bare(f"{digits(units)} per {digits(amount)}")
            case Percent(percent):
                return Bare(f"{digits(percent)} %")
            case _:
                return str(value.text)

    def schema(self, book: Book) -> Schema:
        return Formula().schema(book) | {"description": f"This is {self.what}."}


UNITS: Final = UnitsNotation()
