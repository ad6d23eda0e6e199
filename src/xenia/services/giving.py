"""What a batch's transfers give: who can receive, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from xenia.effects import Given, Outcome, Voucher
from xenia.engine.account import Account
from xenia.engine.transfers import given_with, received
from xenia.events.model import OWN, Event, Merge, Merging, Received, Transfer
from xenia.events.parts import EventKey
from xenia.services.coming import event_row
from xenia.services.published import Published
from xenia.store.posting import Key

MERGING, MERGE = "merging/", "merge/"  # how the ids of both begin


def _no_vouchers(member: str) -> tuple[Voucher, ...]:
    raise AssertionError(f"nobody has said how to find the vouchers of {member}")


def recipients(events: Iterable[Event]) -> set[str]:
    """The members to whom events would give, as far as they have an id."""
    return {
        event.to for event in events if isinstance(event, Transfer) and isinstance(event.to, str)
    }


def survivors(events: Iterable[Event]) -> set[str]:
    """The members to whom others come with all that they had."""
    return {event.into for event in events if isinstance(event, Merging) and event.step == "done"}


def merge_of(event: Merging) -> Merge:
    """What is recorded of the member into whom another one is merged for good."""
    assert isinstance(event.member, str), "who is merged has an id"
    return Merge(
        id=event.id.replace(MERGING, MERGE, 1),
        source=OWN,
        member=event.into,
        occurred_at=event.occurred_at,
        of=EventKey(event.id, event.source),
        whom=event.member,
    )


@dataclass(slots=True)
class Giving:
    """Each transfer is followed by what its recipient gets, as an event of its own; of one that was
    refused, nothing comes."""

    published: Published
    secret: bytes
    facts: list[tuple[Any, ...]] = field(default_factory=list)  # of what was received
    vouchers: Callable[[str], tuple[Voucher, ...]] = _no_vouchers  # of a member, all
    _given: dict[Key, Given] = field(default_factory=dict)

    def with_received(
        self, events: Iterable[tuple[int, Event]], there: Container[str]
    ) -> Iterator[tuple[int, Event]]:
        """Events, by place, each behind its transfer; of those that are `there`."""
        for place, event in events:
            yield place, event
            if isinstance(event, Transfer) and isinstance(event.to, str) and event.to in there:
                yield place, received(self.published.name, event, event.to)
            if isinstance(event, Merging) and event.step == "done":
                yield place, merge_of(event)

    def given(self, event: Event, given: Given, account: Account | None) -> Given | None:
        """What an event is given, `account` being that of whom a transfer names; None: nothing was
        given to be received, so it does not happen."""
        if isinstance(event, Transfer):
            known = account is not None and account.enrolled
            return structs.replace(given, to=account.member if account and known else "")
        if isinstance(event, Received | Merge):
            behind = self._given.pop((event.source, event.id), None)
            return behind and structs.replace(
                given, lots=behind.lots, carried=behind.carried, vouchers=behind.vouchers
            )
        if isinstance(event, Merging) and event.step == "done":
            assert isinstance(event.member, str), "who is merged has an id"
            return structs.replace(given, vouchers=self.vouchers(event.member))
        return given

    def keep(self, event: Event, outcome: Outcome) -> None:
        """Note what came of an event."""
        if isinstance(event, Received | Merge):
            self.facts.append(event_row(self.published, event, self.secret))
        elif isinstance(event, Transfer) and outcome.handed and isinstance(event.to, str):
            behind = received(self.published.name, event, event.to)
            self._given[behind.source, behind.id] = given_with(outcome)
        elif isinstance(event, Merging) and outcome.carried is not None:
            known = self.published.versions[outcome.version].conventions
            said = {
                name: value
                for name, value in outcome.carried.attributes.items()
                if not known.is_personal(name, of_member=True)
            }
            carried = structs.replace(outcome.carried, attributes=said)
            key = (OWN, merge_of(event).id)
            self._given[key] = Given(carried=carried, vouchers=outcome.shown)
