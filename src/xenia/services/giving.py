"""What a batch's transfers give: who can receive, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from xenia.effects import Given, Outcome
from xenia.engine.account import Account
from xenia.engine.transfers import given_with, received
from xenia.events.model import Event, Received, Transfer
from xenia.services.coming import event_row
from xenia.services.published import Published
from xenia.store.posting import Key


def recipients(events: Iterable[Event]) -> set[str]:
    """The members to whom events would give, as far as they have an id."""
    return {
        event.to for event in events if isinstance(event, Transfer) and isinstance(event.to, str)
    }


@dataclass(slots=True)
class Giving:
    """Each transfer is followed by what its recipient gets, as an event of its own; of one that was
    refused, nothing comes."""

    published: Published
    secret: bytes
    facts: list[tuple[Any, ...]] = field(default_factory=list)  # of what was received
    _given: dict[Key, Given] = field(default_factory=dict)

    def with_received(
        self, events: Iterable[tuple[int, Event]], there: Container[str]
    ) -> Iterator[tuple[int, Event]]:
        """Events, by place, each behind its transfer; of those that are `there`."""
        for place, event in events:
            yield place, event
            if isinstance(event, Transfer) and isinstance(event.to, str) and event.to in there:
                yield place, received(self.published.name, event, event.to)

    def given(self, event: Event, given: Given, account: Account | None) -> Given | None:
        """What an event is given, `account` being that of whom a transfer names; None: nothing was
        given to be received, so it does not happen."""
        if isinstance(event, Transfer):
            known = account is not None and account.enrolled
            return structs.replace(given, to=account.member if account and known else "")
        if isinstance(event, Received):
            behind = self._given.pop((event.source, event.id), None)
            return behind and structs.replace(given, lots=behind.lots)
        return given

    def keep(self, event: Event, outcome: Outcome) -> None:
        """Note what came of an event."""
        if isinstance(event, Received):
            self.facts.append(event_row(self.published, event, self.secret))
        elif isinstance(event, Transfer) and outcome.handed and isinstance(event.to, str):
            behind = received(self.published.name, event, event.to)
            self._given[behind.source, behind.id] = given_with(outcome)
