"""Which moments of members come before what happens to them, before anything of it is decided."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from xenia.engine.account import Account
from xenia.engine.moments.kinds import next_moment
from xenia.engine.moments.known import known
from xenia.engine.timeline import Timeline
from xenia.events.content import fingerprint
from xenia.events.facts import split
from xenia.events.model import OWN, TYPE_NAMES, Event
from xenia.services.published import Published
from xenia.store.posting import Key


def event_row(published: Published, moment: Event, secret: bytes) -> tuple[Any, ...]:
    """A moment as a fact, in the order of the store's columns."""
    version = published.timeline.at(moment.occurred_at).version
    facts, _ = split(moment, published.versions[version].conventions)
    known = (TYPE_NAMES[type(moment)], moment.member, moment.occurred_at, facts.decode())
    return (moment.source, moment.id, *known, fingerprint(moment, secret))


class Coming:
    """The moments of members, whose accounts stay locked from when they were read.

    It follows the members through what will be decided, so that all is known that has to be locked
    before the first decision.
    """

    def __init__(self, timeline: Timeline, accounts: Mapping[str, Account]) -> None:
        self._timeline = timeline
        self._members = {name: known(timeline, account) for name, account in accounts.items()}

    def until(self, member: str, instant: int) -> Iterator[Event]:
        """The moments of a member up to and with an instant (microseconds), in their order."""
        while moment := next_moment(self._members[member], self._timeline, instant):
            self.take(moment)
            yield moment

    def before(
        self, events: Iterable[tuple[int, Event]], blocked: Container[Key] = ()
    ) -> list[tuple[int, Event]]:
        """Events, by place, each after the moments of its member that come before it; of those that
        are `blocked`, by source and id, nothing comes."""
        found: list[tuple[int, Event]] = []
        for place, event in events:
            if isinstance(event.member, str):
                found += [(place, moment) for moment in self.until(event.member, event.occurred_at)]
                # Else it changes nothing of what they go by.
                if event.source != OWN and (event.source, event.id) not in blocked:
                    self.take(event)
            found.append((place, event))
        return found

    def take(self, event: Event) -> None:
        """Go on to after an event of a member."""
        assert isinstance(event.member, str), "moments are of members, whose id is known"
        self._members[event.member] = self._members[event.member].after(event, self._timeline)
