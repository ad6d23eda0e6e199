"""What an operator says of spending in a programme, and whether an event takes too much by it.

Instants are in microseconds.  What counts is when Xenia heard of something: nobody can choose that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from xenia.amounts import format_decimal
from xenia.effects import Guarded

MINUTE = 60_000_000  # microseconds
_SECOND = 1_000_000
MINUTES_MOST = 31 * 24 * 60

Counted = Literal["spends", "units", "locations", "terminals"]
Then = Literal["refuse", "hold"]
LIMIT, HELD = "spending-limit", "held-for-review"
_HELD = "all that the member has is held from now on, until staff has looked and releases it"


class Limit(Struct, frozen=True, omit_defaults=True):
    """At most so much for a member in so many minutes; units are smallest ones of a currency."""

    name: str
    counts: Counted
    most: int
    minutes: int
    currency: str | None = None
    then: Then = "refuse"


class Guard(Struct, frozen=True, omit_defaults=True):
    """All that is said of a programme: limits, from where on a code is needed, and from where on
    staff needs a second person."""

    limits: tuple[Limit, ...] = ()
    codes: Mapping[str, int] = {}  # by currency: more smallest units than these take a code
    second: Mapping[str, int] = {}  # by currency: to adjust by more takes a second person
    second_grants: bool = False  # to grant anything takes one

    @property
    def minutes(self) -> int:
        """How far back it looks."""
        return max((one.minutes for one in self.limits), default=0)

    @property
    def holds(self) -> bool:
        """Whether there is anything by which it holds what a member has."""
        return any(one.then == "hold" for one in self.limits)


class Spent(NamedTuple):
    """What was taken, when, and where."""

    at: int
    units: Mapping[str, int]
    location: str | None
    terminal: str | None


class Trip(NamedTuple):
    """A limit beyond which an event goes; `opens`: when it would not any more, if nothing else is
    taken meanwhile, to the next second; None: never."""

    limit: Limit
    opens: int | None


_decode = msgspec.json.Decoder(Guard).decode
_encode = msgspec.json.Encoder().encode


def guard_of(rules: str) -> Guard:
    """What was stored."""
    return _decode(rules)


def rules_of(guard: Guard) -> str | None:
    """What is stored; None: nothing is said."""
    return None if guard == Guard() else _encode(guard).decode()


def tripped(guard: Guard, before: Sequence[Spent], this: Spent) -> Trip | None:
    """The limit beyond which something goes, after what was taken before (in its order): one that
    holds rather than one that refuses, and of several the first."""
    found = None
    for limit in guard.limits:
        trip = _trip(limit, before, this)
        if trip is not None and (found is None or limit.then == "hold" != found.limit.then):
            found = trip
    return found


def _trip(limit: Limit, before: Sequence[Spent], this: Spent) -> Trip | None:
    if limit.counts == "units" and limit.currency not in this.units:
        return None
    period = limit.minutes * MINUTE
    live = [one for one in before if one.at > this.at - period]
    fits = _FITS[limit.counts]
    if fits(limit, live, this):
        return None
    # The fewer count, the more there is room: the first to go that makes room is found by halves.
    gone = bisect_left(range(len(live) + 1), True, key=lambda many: fits(limit, live[many:], this))
    if not 0 < gone <= len(live):
        return Trip(limit, None)
    return Trip(limit, -(-(live[gone - 1].at + period) // _SECOND) * _SECOND)


def _spends(limit: Limit, before: Sequence[Spent], _: Spent) -> bool:
    return len(before) < limit.most


def _units(limit: Limit, before: Sequence[Spent], this: Spent) -> bool:
    key = limit.currency or ""
    return sum([one.units.get(key, 0) for one in (*before, this)]) <= limit.most


def _locations(limit: Limit, before: Sequence[Spent], this: Spent) -> bool:
    known = {one.location for one in before}
    return this.location in known or len(known) < limit.most


def _terminals(limit: Limit, before: Sequence[Spent], this: Spent) -> bool:
    known = {(one.location, one.terminal) for one in before}
    return (this.location, this.terminal) in known or len(known) < limit.most


_FITS: Mapping[Counted, Callable[[Limit, Sequence[Spent], Spent], bool]] = {
    "spends": _spends,
    "units": _units,
    "locations": _locations,
    "terminals": _terminals,
}


# ---- in words ------------------------------------------------------------------------------------


def why(
    trip: Trip, decimals: Mapping[str, int], text: Callable[[int], str], *, holds: bool
) -> Guarded:
    """Why it is refused; `text` tells instants, and `holds` says whether anything can be held."""
    limit = trip.limit
    said = f'"{limit.name}" lets a member take {_most(limit, decimals)} in {_time(limit.minutes)}'
    if limit.then == "hold" and holds:
        return Guarded(HELD, f"{said}: {_HELD}")
    if trip.opens is None:
        return Guarded(LIMIT, f"{said}, and this alone is more: ask for less")
    return Guarded(LIMIT, f"{said}: the same can be had from {text(trip.opens)} on", trip.opens)


def _most(limit: Limit, decimals: Mapping[str, int]) -> str:
    match limit.counts:
        case "spends":
            return f"something {limit.most} time{_s(limit.most)}"
        case "units":
            key = limit.currency or ""
            return f"{format_decimal(limit.most, decimals.get(key, 0))} {key}"
        case "locations":
            return f"something at {limit.most} location{_s(limit.most)}"
    return f"something at {limit.most} till{_s(limit.most)}"


def _time(minutes: int) -> str:
    for each, name in ((1440, "day"), (60, "hour")):
        if minutes % each == 0:
            return f"{minutes // each} {name}{_s(minutes // each)}"
    return f"{minutes} minute{_s(minutes)}"


def _s(number: int) -> str:
    return "" if number == 1 else "s"
