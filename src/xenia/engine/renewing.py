"""New ends for the lots that members have, where a new version's terms are for all of them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from msgspec import structs

from xenia.effects import Kind, Movement, SpentLot
from xenia.engine.account import machine
from xenia.engine.compile import compile_programme
from xenia.engine.layout import Layout
from xenia.engine.lots import swapped
from xenia.engine.machine import Machine
from xenia.engine.moves import end_of, later
from xenia.engine.operators import FAR, earned_and_end, pending_key
from xenia.engine.plan import Plan
from xenia.engine.returning import Prior
from xenia.engine.zones import EPOCH
from xenia.programme.model import Programme
from xenia.programme.periods import After, EndOf, own_end
from xenia.programme.settings import NewTerms

_IN_BOOKS = (
    "lots",
    "held",
    "pending",
)  # begin the names of the rings of lots that are in the books
_GONE = "gone"  # and of those that inactivity has ended, and that may come back


class Ends(NamedTuple):
    """Units of a lot that get another end."""

    ring: str
    currency: str
    earned: int
    was: int
    now: int
    units: int


def for_all(programme: Programme) -> bool:
    """Whether the terms of a version are for what members have, too."""
    return programme.settings.new_terms is NewTerms.ALL


def end_under(programme: Programme, currency: str, day: int) -> int:
    """The end that a currency gives to what is earned on a day; FAR: none of its own."""
    match own_end(programme.currencies[currency].expires):
        case After(after):
            end = later(day, after)
        case EndOf(unit, plus):
            end = end_of(day, unit, plus)
        case _:
            end = FAR
    closes = programme.spend_until
    return end if closes is None else min(end, (closes - EPOCH).days)


@dataclass(frozen=True)
class Renewal:
    """A version whose terms are for all lots that have the end which one of those before it gives
    them; what has another end, by the terms of a rule or of a return, keeps it."""

    befores: tuple[Programme, ...]
    plan: Plan

    def end(self, currency: str, earned: int, ends: int) -> int:
        """Until when a lot lasts that was to end on a day."""
        known = [before for before in self.befores if currency in before.currencies]
        if all(ends != end_under(before, currency, earned) for before in known):
            return ends
        return end_under(self.plan.programme, currency, earned)

    def lots(self, spent: Iterable[SpentLot]) -> tuple[SpentLot, ...]:
        """Lots that were spent, with the ends that they would have."""
        found = []
        for currency, earned, ends, units in spent:
            now = self.end(currency, earned, FAR if ends is None else ends)
            found.append((currency, earned, None if now >= FAR else now, units))
        return tuple(found)

    def state(self, state: Sequence[int]) -> tuple[Sequence[int], list[Ends]]:
        """A state of this version with the ends that its lots have now, and which have another."""
        layout, changed = self.plan.layout, list[Ends]()
        rings = dict(zip(layout.rings, layout.entries(state), strict=True))
        for slot in layout.slots:
            ring, _, currency = slot.name.partition(".")
            if slot.ring and (ring in _IN_BOOKS or ring == _GONE):
                entries = self._entries(ring, currency, rings[slot.at], changed)
                rings[slot.at] = entries
        if not changed:
            return state, []
        return _filled(layout, state, rings), [each for each in changed if each.ring != _GONE]

    def _entries(
        self, ring: str, currency: str, entries: Sequence[int], changed: list[Ends]
    ) -> Sequence[int]:
        found = Counter[tuple[int, int]]()
        numbers, part = iter(entries), self.plan.programme.currencies[currency]
        for key1, key2, units in zip(numbers, numbers, numbers, strict=True):
            earned, was, again = _read(ring, key1, key2, turned=swapped(part))
            now = self.end(currency, earned, was)
            found[again(now)] += units
            if now != was:
                changed.append(Ends(ring, currency, earned, was, now, units))
        return [number for keys in sorted(found) for number in (*keys, found[keys])]


def _read(
    ring: str, key1: int, key2: int, *, turned: bool
) -> tuple[int, int, Callable[[int], tuple[int, int]]]:
    """The day earned and the end of an entry, and its keys by another end."""
    if ring == "pending":
        earned, ends = earned_and_end(key2)
        return earned, ends, lambda now: (key1, pending_key(earned, now))
    if ring == _GONE:
        return key2 // 2, key1, lambda now: (now, key2)
    if turned:
        return key1, key2, lambda now: (key1, now)
    return key2, key1, lambda now: (now, key2)


def _filled(layout: Layout, state: Sequence[int], rings: dict[int, Sequence[int]]) -> Sequence[int]:
    """The same state with these entries."""
    return layout.filled(array("q", state[: layout.width]), list(rings.values()))


def movements(changed: Iterable[Ends], effect: str, day: int) -> list[Movement]:
    """Out of each lot, and into the one with the new end, on the day of the version."""
    found = []
    for each in changed:
        for ends, units in ((each.was, -each.units), (each.now, each.units)):
            moved = Movement(
                kind=Kind.RENEW,
                currency=each.currency,
                units=units,
                earned=each.earned,
                ends=None if ends >= FAR else ends,
                effect=effect,
                day=day,
                due=True,
                pending=each.ring == "pending",
                held=each.ring == "held",
            )
            found.append(moved)
    return found


def with_ends_of(plan: Plan, later_on: Programme) -> Plan:
    """The plan of a version for what it decides once the ends are those of a later one: it reads
    the records of its own and writes such."""
    currencies = dict(plan.programme.currencies)
    for key in currencies.keys() & later_on.currencies.keys():
        currencies[key] = replace(currencies[key], expires=later_on.currencies[key].expires)
    own = compile_programme(replace(plan.programme, currencies=currencies), plan.version)
    return replace(own, reads=plan.key)


class Renewals:
    """What becomes of lots, under each of the plans of a programme's versions whose terms are for
    all; some were never `in_force`."""

    def __init__(self, plans: Sequence[Plan], in_force: Sequence[bool]) -> None:
        self._plans, programmes = plans, [plan.programme for plan in plans]
        self._posters: dict[tuple[int, int], Machine] = {}
        self._all = [
            Renewal(tuple(programmes[:place]), plan)
            if place and for_all(plan.programme) and in_force[place]
            else None
            for place, plan in enumerate(plans)
        ]

    def at(self, place: int) -> Renewal | None:
        """What becomes of lots as an account moves on to a version; None: nothing."""
        return self._all[place]

    def posting(self, earlier: int, later: int) -> Machine:
        """The machine of a version for what it posts into the state of a later one."""
        if (earlier, later) not in self._posters:
            plan = self._plans[earlier]
            if since := self._between(earlier, later):
                plan = with_ends_of(plan, since[-1].plan.programme)
            self._posters[earlier, later] = machine(plan)
        return self._posters[earlier, later]

    def renewed(self, prior: Prior, earlier: int, later: int) -> Prior:
        """An event of a version, with the ends that what it spent would have under a later one."""
        for renewal in self._between(earlier, later):
            remains = prior.remains
            if remains is not None:
                remains = structs.replace(remains, spent=renewal.lots(remains.spent))
            prior = structs.replace(prior, spent=renewal.lots(prior.spent), remains=remains)
        return prior

    def _between(self, earlier: int, later: int) -> list[Renewal]:
        return [each for each in self._all[earlier + 1 : later + 1] if each is not None]
