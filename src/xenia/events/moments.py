"""Written times and dates, and the years in which an event can have happened."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what a clock shows is read apart from its offset
_DAY = 86_400  # seconds
_FIRST = (datetime(1990, 1, 1) - _EPOCH).days * _DAY  # noqa: DTZ001
_END = (datetime(2060, 1, 1) - _EPOCH).days * _DAY  # noqa: DTZ001
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_CLOCK = len("2026-11-21T09:30:00")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class NotATime(ValueError):  # noqa: N818 - it is named after what it says
    """A text that is no time, or no date.  `code` is `not-a-time` or `out-of-range`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


# Tills write whole seconds, so that what arrives at the same time says the same.
@lru_cache(maxsize=2**13)
def parse_time(written: str) -> int:
    """An RFC 3339 time with its offset, as microseconds since 1970-01-01 UTC.

    Digits beyond microseconds are cut off.  Raises NotATime.
    """
    match = _RFC_3339.fullmatch(written)
    if match is None:
        remedy = 'write it with its offset from UTC, such as "2026-11-21T09:30:00+02:00"'
        raise NotATime("not-a-time", f'"{written[:40]}" is not a time: {remedy}')
    fraction, offset = match.groups()
    try:
        since = datetime.fromisoformat(written[:_CLOCK]) - _EPOCH
        second = since.days * _DAY + since.seconds - _seconds(offset)
    except ValueError:
        raise NotATime("not-a-time", f'"{written}" is not on the calendar or clock') from None
    if not _FIRST <= second < _END:
        raise NotATime("out-of-range", f'"{written}" is outside the years 1990 to 2059')
    return second * 1_000_000 + (int(fraction[:6].ljust(6, "0")) if fraction else 0)


@lru_cache(maxsize=256)
def _seconds(offset: str) -> int:
    """Seconds that an offset is ahead of UTC.  Raises ValueError."""
    ahead = datetime.fromisoformat(f"2000-01-01T00:00:00{offset.upper()}").utcoffset()
    assert ahead is not None, "it is written"
    return ahead // timedelta(seconds=1)


def parse_date(written: str) -> int:
    """A date YYYY-MM-DD as its day number (0 is 1970-01-01).  Raises NotATime."""
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written).toordinal() - _EPOCH.toordinal()
    except ValueError:
        pass
    raise NotATime("not-a-time", f'"{written[:40]}" is not a date: write it as "2026-11-21"')
