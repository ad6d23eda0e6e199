"""What comes by itself, told in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "on-anniversary": "on each anniversary of the day on which you joined",
    "on-month-end": "at the end of each calendar month",
    "on-inactivity": "when you have bought nothing, used no reward "
    "and done nothing else with us for {duration}",
    "metric-anniversarys": "the number of anniversaries of your joining {window}",
    "metric-month-ends": "the number of months that have ended {window}",
    "metric-inactivitys": "the number of times that you did nothing for long {window}",
    "event-anniversary": "the anniversary of your joining",
    "event-month-end": "the end of the month",
    "event-inactivity": "a time without purchases",
    "notice": "we will tell you {duration} before {currency} expire",
}
