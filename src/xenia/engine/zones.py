"""Local days and clocks: the only place that knows time zones.

The zone data come from the pinned `tzdata` package, never from the machine, so that every machine
decides alike.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

SECOND = 1_000_000  # microseconds
EPOCH = date(1970, 1, 1)
_MINUTE = 60 * SECOND
_DAY_LONG = 24 * 60 * 60 * SECOND


class Zone:
    """One IANA zone; instants are microseconds since 1970-01-01 UTC, days are day numbers."""

    def __init__(self, name: str) -> None:
        self.name = name
        resource = files("tzdata").joinpath("zoneinfo", *name.split("/"))
        with resource.open("rb") as data:
            self.info = ZoneInfo.from_file(data, key=name)
        self._starts: dict[int, int] = {}
        self._start_texts: dict[int, str] = {}
        self._last = (0, 0, 0)  # a day's first instant, the next day's, and its number

    def _local(self, second: int) -> datetime:
        return datetime.fromtimestamp(second, self.info)

    def start_of(self, day: int) -> int:
        """The first instant (microseconds) whose local date is `day` or later."""
        found = self._starts.get(day)
        if found is None:
            found = self._starts[day] = self._first_second(EPOCH + timedelta(day)) * SECOND
        return found

    def start_text(self, day: int) -> str:
        """The first instant of a day as `text` writes it; the same few days are told again and
        again."""
        found = self._start_texts.get(day)
        if found is None:
            found = self._start_texts[day] = self.text(self.start_of(day))
        return found

    def _first_second(self, day: date) -> int:
        second = int(datetime(day.year, day.month, day.day, tzinfo=self.info).timestamp())
        if self._local(second - 1).date() < day <= self._local(second).date():
            return second
        low, high = second - 26 * 3600, second + 26 * 3600
        while low < high:
            middle = (low + high) // 2
            if self._local(middle).date() >= day:
                high = middle
            else:
                low = middle + 1
        return low

    def day_of(self, instant: int) -> int:
        """The local day of an instant.  Never runs backwards, where clocks repeat a midnight."""
        start, end, day = self._last  # much the same day comes again and again
        if not start <= instant < end:
            day = instant // _DAY_LONG  # in UTC, a day off at most
            while self.start_of(day + 1) <= instant:
                day += 1
            while self.start_of(day) > instant:
                day -= 1
            self._last = self.start_of(day), self.start_of(day + 1), day
        return day

    def hour_of(self, instant: int) -> int:
        """What the clock on the wall shows, 0-23."""
        return self._local(instant // SECOND).hour

    def offset_of(self, instant: int) -> int:
        """How many microseconds the clock on the wall is ahead of UTC."""
        offset = self._local(instant // SECOND).utcoffset() or timedelta()
        return offset // timedelta(microseconds=1)

    def text(self, instant: int) -> str:
        """RFC 3339 with the zone's offset at that instant, microseconds where there are any."""
        minute, rest = divmod(instant, _MINUTE)
        clock, offset = _shown(self.info, minute)
        second, fraction = divmod(rest, SECOND)
        if fraction:
            return f"{clock}{second:02d}.{fraction:06d}{offset}"
        return f"{clock}{second:02d}{offset}"


# What happens is told at once or in bulk: either way the same minutes come again.
@lru_cache(maxsize=2**12)
def _shown(info: ZoneInfo, minute: int) -> tuple[str, str]:
    """What is written before and after the seconds.  Offsets are whole minutes since 1972."""
    text = datetime.fromtimestamp(minute * 60, info).isoformat()
    return text[: len("2026-11-21T09:30:")], text[len("2026-11-21T09:30:00") :]


@cache
def zone_names() -> frozenset[str]:
    """The names of all zones that there are, whatever the machine has."""
    return frozenset(files("tzdata").joinpath("zones").read_text("utf-8").split())


@cache
def zone(name: str) -> Zone:
    """The zone of an IANA name that `programme.read` has accepted."""
    return Zone(name)
