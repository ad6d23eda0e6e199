"""Cards in random histories: some are blocked as something is bought, and some are told of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any, NamedTuple

from xenia.effects import NOTHING, Given
from xenia.events.model import Card, Event, Profile
from xenia.services.identities import useless

CODES = ("card-taken", "already-yours", "not-yours", "already-blocked")


class Told(NamedTuple):
    """An event, and what comes with it from outside."""

    event: Event
    given: Given


def with_cards(events: Iterable[Event], seed: int) -> Iterator[Told]:
    """The events, some of them by a card that is of no use, among events of cards."""
    random = Random(seed)
    for n, event in enumerate(events):
        known: dict[str, Any] = {"member": event.member, "occurred_at": event.occurred_at}
        if random.random() < 0.2:
            card = Card(id=f"c{n}", action="add", card=str(n), **known)
            refused = ((random.choice(CODES), "card"),) if random.random() < 0.5 else ()
            yield Told(card, Given(refused=refused))
        if random.random() < 0.1:
            named = Profile(id=f"p{n}", identifiers={"phone": str(n)}, **known)
            yield Told(named, Given(refused=(("identifier-taken", "phone"),)))
        blocked = random.random() < 0.2 and event.source == "api" and useless(event)
        yield Told(event, Given(blocked=True) if blocked else NOTHING)
