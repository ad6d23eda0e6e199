"""An engine beside the reference: the same events, what each of the two says of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Protocol

from msgspec import structs

from tests.reference.engine import Reference, Result
from tests.reference.holdings import Member
from tests.reference.moments import with_moments
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.reference.random_returns import key_of, with_returns, with_terms_of_returns
from xenia.events.model import Event, TakingBack, member_name
from xenia.programme.model import Programme


class Engine(Protocol):
    """What decides events of members and keeps all that it has to remember of them."""

    def decide(self, member: str, event: Event) -> Result:
        """What the event does, together with the returns that have waited for it."""

    def numbered(self, member: str, event: Event) -> Event:
        """The event as the reference takes it: with vouchers that the member has, by number."""


def beside(
    programme: Programme, events: list[Event], engine: Engine
) -> Iterator[tuple[Event, Result, Result]]:
    """Each event with what the reference says and what the engine says."""
    reference = Reference(programme)
    members: dict[str, Member] = defaultdict(Member)
    for event in events:
        name = member_name(event.member) or ""
        expected = reference.decide(members[name], engine.numbered(name, event))
        expected = replace(expected, refusals=tuple(sorted(expected.refusals)))
        yield event, expected, engine.decide(name, event)


def with_returns_of(
    seed: int, count: int, members: int = 1, *, only: tuple[type[Event], ...] = ()
) -> tuple[Programme, list[Event]]:
    """A random programme, and a history of so many events beside the returns and the birthdays, of
    so many members; `only`: nothing is taken back of events of other types."""
    programme = with_terms_of_returns(random_programme(seed), seed)
    random = Random(seed)
    events = [
        structs.replace(each, member=f"m{random.randrange(members)}")
        for each in random_history(programme, seed, count)
    ]
    told = with_returns(programme, events, seed)
    if only:
        kept = {key_of(each) for each in events if isinstance(each, only)}
        told = [each for each in told if not isinstance(each, TakingBack) or each.of in kept]
    return programme, with_moments(programme, told)
