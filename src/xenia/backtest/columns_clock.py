"""Local days and hours as SQL: by the same zone data as `engine.zones`, never by DuckDB's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from xenia.engine.zones import SECOND, zone

_HOUR = 3600 * SECOND
_DAY = 24 * _HOUR
_STEP = 6 * _HOUR
_EARLIER = 10**6  # days, by which instants before 1970 come above 0: there division goes down

Piece = tuple[int, int]  # from which instant on so many microseconds are added


def day_sql(name: str, instant: str, first: int, last: int) -> str:
    """Source of the local day of an instant within [first, last]."""
    shift = _chosen(instant, _day_pieces(name, *_range(first, last)))
    return f"(({instant} + {shift} + {_EARLIER * _DAY}) // {_DAY} - {_EARLIER})"


def hour_sql(name: str, instant: str, first: int, last: int) -> str:
    """Source of what the clock on the wall shows then, 0-23."""
    shift = _chosen(instant, _hour_pieces(name, *_range(first, last)))
    return f"(({instant} + {shift} + {_EARLIER * _DAY}) // {_HOUR} % 24)"


def _range(first: int, last: int) -> tuple[int, int]:
    """Whole days in UTC, so that much the same question has the same answer."""
    return first // _DAY - 2, last // _DAY + 3


@lru_cache(maxsize=256)
def _day_pieces(name: str, first: int, last: int) -> Sequence[Piece]:
    """Days of 24 hours in a row are one piece; where a day is longer, its rest is one."""
    start_of, found = zone(name).start_of, list[Piece]()
    for day in range(first, last):
        start, end = start_of(day), start_of(day + 1)
        if start < end:
            _add(found, start, day * _DAY - start)
        if start + _DAY < end:
            _add(found, start + _DAY, day * _DAY - (start + _DAY))
    return tuple(found)


@lru_cache(maxsize=256)
def _hour_pieces(name: str, first: int, last: int) -> Sequence[Piece]:
    """As long as the zone is as far from UTC, it is one piece.  No zone changes and changes back
    within some hours."""
    offset, found = zone(name).offset_of, list[Piece]()
    for instant in range(first * _DAY, last * _DAY, _STEP):
        here = offset(instant)
        if not found or here != found[-1][1]:
            _add(found, _changed(offset, instant - _STEP, instant) if found else instant, here)
    return tuple(found)


def _changed(offset: Callable[[int], int], low: int, high: int) -> int:
    """The first instant, a whole second, at which the offset is that at `high`."""
    while high - low > SECOND:
        middle = (low + high) // 2 // SECOND * SECOND
        if offset(middle) == offset(high):
            high = middle
        else:
            low = middle
    return high


def _add(found: list[Piece], since: int, shift: int) -> None:
    if not found or found[-1][1] != shift:
        found.append((since, shift))


def _chosen(instant: str, pieces: Sequence[Piece]) -> str:
    """The shift of the piece that an instant is in, found by halves."""
    if len(pieces) == 1:
        return f"({pieces[0][1]})::bigint"
    middle = len(pieces) // 2
    earlier, later = _chosen(instant, pieces[:middle]), _chosen(instant, pieces[middle:])
    return f"(case when {instant} < {pieces[middle][0]} then {earlier} else {later} end)"
