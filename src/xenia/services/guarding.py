"""Whether the events of a batch take more than an operator lets a member take within a time."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import structs

from xenia.effects import Given, Guarded, Outcome
from xenia.engine.guarded import TAKES, taken
from xenia.events.model import OWN, Event, Hold
from xenia.services.books import Books
from xenia.services.coming import event_row
from xenia.services.guards import HELD, MINUTE, Guard, Spent, tripped, why
from xenia.services.naming import members_of
from xenia.services.one_time_codes import Code, Typed, refused
from xenia.services.opened import Decided
from xenia.services.published import Published
from xenia.store.guards import SpendingRow
from xenia.store.one_time_codes import Used
from xenia.store.posting import Key
from xenia.store.reservations import Reservation

_units = msgspec.json.Decoder(dict[str, int]).decode
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(slots=True)
class Guarding:
    """What members have taken by now, those of a batch whose accounts are locked; `facts` are of
    the holds that come of it, and `rows` what is counted."""

    books: Books
    published: Published
    guard: Guard
    secret: bytes
    facts: list[tuple[Any, ...]] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    needing: set[Key] = field(default_factory=set)  # a code, where nobody looks at codes
    _typed: Mapping[Key, str] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)  # by member
    _persons: Mapping[Key, str] = field(default_factory=dict)
    _spent: dict[str, list[Spent]] = field(default_factory=dict)
    _reserved: dict[str, list[Spent]] = field(default_factory=dict)
    _held: set[Key] = field(default_factory=set)

    def read(
        self,
        events: Collection[Event],
        reserved: Collection[Reservation],
        typed: Mapping[Key, str],
        persons: Mapping[Key, str],
    ) -> None:
        """Read what the members of events have taken, and what is reserved for them; and the codes
        of those of whom something was `typed`.  `persons`: who of a household it is."""
        self._typed, self._persons = typed, persons
        if typed and self.guard.codes and self.books.sees_codes:
            named = members_of([event for event in events if (event.source, event.id) in typed])
            named |= {persons[key] for key in typed if key in persons}
            self._codes = {row.member: Code(row, row.tries) for row in self.books.codes(named)}
        members = members_of([event for event in events if isinstance(event, TAKES)])
        if not members or not self.guard.limits:
            return
        since = self.books.now - self.guard.minutes * MINUTE
        for row in self.books.spending(members, since):
            self._spent.setdefault(row.member, []).append(_spent(row))
        for one in reserved:
            if not (one.units or one.vouchers):  # its event takes nothing of the member's
                continue
            # Whenever it was reserved, it is about to be taken.
            at = Spent(self.books.now, one.units, one.location, one.terminal)
            self._reserved.setdefault(one.member, []).append(at)

    def with_holds(
        self, events: Iterable[tuple[int, Event]], there: Container[str]
    ) -> Iterator[tuple[int, Event]]:
        """Events, by place, each before the hold that may come of it."""
        for place, event in events:
            yield place, event
            if isinstance(event, TAKES) and event.member in there and self._holds:
                yield place, self._hold(event)

    def is_idle(self, event: Event) -> bool:
        """Whether it is a hold for which there is no reason."""
        if not isinstance(event, Hold) or event.source != OWN:
            return False
        return (event.source, event.id) not in self._held

    def given(self, event: Event, given: Given, outcome: Outcome) -> Given:
        """What an event is given, that would come to this; `guarded` where it may take nothing."""
        units = taken(event, outcome)
        if units is None or not isinstance(event.member, str):
            return given
        counted = structs.replace(given, counted=True) if self.guard.limits else given
        if self._is_promised(units, outcome):
            return counted
        this = Spent(self.books.now, units, event.location, event.terminal)
        before = self._spent.get(event.member, [])
        trip = tripped(self.guard, [*before, *self._reserved.get(event.member, [])], this)
        if trip is None:
            needed = self._needed(event, units)
            return counted if needed is None else structs.replace(given, guarded=needed)
        version = self.published.versions[outcome.version]
        said = why(trip, version.writer.currencies, version.plan.zone.text, holds=self._holds)
        if said.code == HELD:
            self._held.add((OWN, self._hold(event).id))
        return structs.replace(given, guarded=said)

    def _needed(self, event: Event, units: Mapping[str, int]) -> Guarded | None:
        """Why so many units are not taken without a code, or with the one that was typed."""
        most, key = self.guard.codes, (event.source, event.id)
        much = {name: number for name, number in units.items() if number > most.get(name, number)}
        if not much:
            return None
        if not self.books.sees_codes:
            self.needing.add(key)
            return None
        typed = Typed(self._typed.get(key), key, self.books.now, self.books.counts_before)
        return refused(self.secret, self._code(event), typed, much)

    def _code(self, event: Event) -> Code | None:
        """What was sent last to whom the event is, or to who of that household is behind it."""
        names = (event.member, self._persons.get((event.source, event.id)))
        codes = [self._codes[name] for name in names if name in self._codes]
        return max(codes, key=lambda one: (one.row.until, one.row.code), default=None)

    def used(self) -> list[Used]:
        """What became of the codes that were looked at."""
        return [
            Used(one.row.code, one.tries, one.event)
            for one in self._codes.values()
            if one.event is not None or one.tries != one.row.tries
        ]

    def keep(self, one: Decided) -> None:
        """Note what came of an event."""
        event, member = one.event, one.event.member
        if isinstance(event, Hold) and event.source == OWN:
            self.facts.append(event_row(self.published, event, self.secret))
        if one.given.counted and isinstance(member, str):
            row = spending_row(one, self.books.now)
            self._spent.setdefault(member, []).append(_spent(row))
            self.rows.append((member, row.seq, row.units, row.location, row.terminal))

    @property
    def _holds(self) -> bool:
        return self.guard.holds and self.books.holds

    def _is_promised(self, units: Mapping[str, int], outcome: Outcome) -> bool:
        """Whether it takes no more than was reserved for it, which was looked at then."""
        own = self.books.committed
        if own is None:
            return False
        enough = all(own.units.get(key, 0) >= number for key, number in units.items())
        return enough and {one.code for one in outcome.changed} <= set(own.vouchers)

    def _hold(self, event: Event) -> Hold:
        """All that the member has is kept from use, from when the event happened on."""
        name = f"hold/{self.published.name}/{event.source}/{event.id}"
        return Hold(id=name, source=OWN, member=event.member, occurred_at=event.occurred_at)


def guarding(books: Books, published: Published, secret: bytes) -> Guarding | None:
    """What guards a batch; None where nothing is said of its programme."""
    if published.guard is None or not books.guards:
        return None
    return Guarding(books, published, published.guard, secret)


def spending_row(one: Decided, now: int) -> SpendingRow:
    """What is counted of an event that was."""
    event = one.event
    units = _encode(taken(event, one.outcome) or {}).decode()
    assert isinstance(event.member, str), "it is somebody's"
    assert one.seq is not None, "a member's events are numbered"
    return SpendingRow(event.member, one.seq, now, units, event.location, event.terminal)


def otherwise(
    rows: Sequence[SpendingRow], expected: Mapping[int, SpendingRow]
) -> Iterator[tuple[str, str, str, str]]:
    """Place, part, stored and folded of what is counted otherwise than events took."""
    left = dict(expected)
    for row in rows:
        again = left.pop(row.seq, None)
        if row != again:
            yield f"step {row.seq}", "what is counted as spent", _told(row), _told(again)
    for row in left.values():
        yield f"step {row.seq}", "what is counted as spent", _told(None), _told(row)


def _told(row: SpendingRow | None) -> str:
    if row is None:
        return "nothing"
    at = " ".join(one for one in (row.location, row.terminal) if one)
    return f"{row.units} at {at or 'no place'}, {row.recorded_at}"


def _spent(row: SpendingRow) -> Spent:
    return Spent(row.recorded_at, _units(row.units), row.location, row.terminal)
