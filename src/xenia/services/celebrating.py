"""Records the moments that have come, for everybody, in chunks that stand alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psycopg import Connection

from xenia.engine.moments.birthday import KIND, home_of
from xenia.engine.zones import EPOCH, SECOND
from xenia.events.conventions import TIMEZONE
from xenia.services.posting import record_moments
from xenia.services.published import Published, Space
from xenia.store import moments, sweeping
from xenia.store.moments import Born
from xenia.store.posting import Scope

CHUNK = 200  # accounts in one transaction
AGAIN = 3  # days that are looked at again: for other zones, and for what is told a little late
_LISTED = 20_000  # members that are looked up at a time
_DAY = 24 * 60 * 60 * SECOND
_AHEAD = 14 * 60 * 60 * SECOND  # how far a clock can be before UTC
_YEAR = 366  # days after which every day of the year has been


@dataclass(frozen=True, slots=True)
class Celebrating:
    """Records one programme's moments on a connection that is in no transaction; `clock` says the
    time in microseconds."""

    connection: Connection[Any]
    space: Space
    published: Published
    clock: Callable[[], int]

    def run(self, until: int) -> Iterator[int]:
        """Record the moments up to an instant (microseconds), chunk by chunk: how many.

        What is done stays done wherever this stops, and what others do at the same time is done
        once.  Raises OutdatedError where another version has been published meanwhile.
        """
        scope = Scope(self.space.space_id, self.published.programme_id)
        kinds = self.published.timeline.moments
        if KIND in kinds:
            yield from self._birthdays(scope, until)
        if kinds - {KIND}:
            yield from self._others(scope, until)

    def _others(self, scope: Scope, until: int) -> Iterator[int]:
        """The accounts say when to look at them for these, as for what is due."""
        day, after = self.published.timeline.zone.day_of(until), ""
        while listed := self._due(scope, day, after):
            yield from self._record(listed, until)
            after = listed[-1]

    def _due(self, scope: Scope, day: int, after: str) -> list[str]:
        with self.connection.transaction():
            return sweeping.due_members(self.connection, scope, day, after, _LISTED)

    def _birthdays(self, scope: Scope, until: int) -> Iterator[int]:
        first, last = (until + _AHEAD) // _DAY - _YEAR, (until + _AHEAD) // _DAY
        known = moments.through(self.connection, scope, KIND)
        if known is not None:
            first = max(first, known - AGAIN)
        for day in range(first, last + 1):
            for month, number in _born(EPOCH + timedelta(day)):
                yield from self._day(scope, day, month, number, until)
        moments.keep_through(self.connection, scope, KIND, until // _DAY)

    def _day(self, scope: Scope, day: int, month: int, number: int, until: int) -> Iterator[int]:
        """Who was born on a day of the year, and may have their birthday on a day."""
        event = f"birthday/{self.published.name}/", f"/{(EPOCH + timedelta(day)).year}"
        after = ""
        while True:
            listed = moments.born_on(
                self.connection, scope, month, number, event=event, after=after, limit=_LISTED
            )
            names = [one.member for one in listed if self._begun(one, day, until)]
            yield from self._record(names, until)
            if len(listed) < _LISTED:
                return
            after = listed[-1].member

    def _record(self, names: Sequence[str], until: int) -> Iterator[int]:
        for start in range(0, len(names), CHUNK):
            chunk = names[start : start + CHUNK]
            known = (self.connection, self.space, self.published)
            yield record_moments(*known, chunk, until=until, now=self.clock())

    def _begun(self, who: Born, day: int, until: int) -> bool:
        """Whether the day has begun where a member lives."""
        attributes = {} if who.timezone is None else {TIMEZONE: who.timezone}
        return home_of(attributes, self.published.timeline.zone).start_of(day) <= until


def _born(day: date) -> Iterator[tuple[int, int]]:
    """The days of the year, month and day, of which a birthday may be on a day."""
    yield day.month, day.day
    around = (day + timedelta(1), day - timedelta(1))
    if (day.month, day.day) in ((2, 28), (3, 1)) and not any(one.day == 29 for one in around):
        yield 2, 29
