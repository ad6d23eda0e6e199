"""Claims of guests' purchases that are not recorded yet: they wait, and come behind these."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from xenia.effects import Outcome
from xenia.engine import claiming
from xenia.engine.returning import WAITS
from xenia.events.model import OWN, Claim, Event, Merging, Purchase
from xenia.services.books import Books
from xenia.services.coming import event_row
from xenia.services.earlier import claim_of
from xenia.services.published import Published
from xenia.store.posting import Key


@dataclass(slots=True)
class Awaiting:
    """What waits for the guests' purchases of a batch, and what is to be written of it."""

    published: Published
    secret: bytes
    facts: list[tuple[Any, ...]] = field(default_factory=list)  # of what came behind purchases
    over: list[Key] = field(default_factory=list)  # what waits no longer, of what did before
    names: set[str] = field(default_factory=set)  # whose claims may be decided
    on: bool = False  # whether the batch has anything to do with such claims
    _waiting: dict[str, Claim] = field(default_factory=dict)
    _new: set[str] = field(default_factory=set)  # of these, what did not wait before

    def read(self, books: Books, events: Collection[Event]) -> set[str]:
        """Who waits for guests' purchases among the events; they are to be locked with these."""
        if not any(item.plan.programme.claims for item in self.published.timeline.versions):
            return set()
        guests = [one for one in events if isinstance(one, Purchase) and one.member is None]
        claims = any(isinstance(one, Claim | Merging) for one in events)
        self.on = bool(guests) or claims
        if self.on:
            for row in books.awaiting(guests, claims=claims):
                one = claim_of(row)
                self._waiting[claiming.claim_name(one)] = one
                self.names.add(row.member)
        return self.names

    def behind(
        self, events: Iterable[tuple[int, Event]], there: Container[str]
    ) -> Iterator[tuple[int, Event]]:
        """Events, by place, each before what may be decided behind it; of those that are
        `there`."""
        name, at = self.published.name, self.published.timeline.at
        waiting = [(at(one.occurred_at).plan, one) for one in self._waiting.values()]
        for place, event in events:
            yield place, event
            if isinstance(event, Claim) and event.source != OWN:
                waiting.append((at(event.occurred_at).plan, event))
            elif isinstance(event, Purchase) and waiting:
                for claim in claiming.all_behind(name, waiting, event):
                    if claim.member in there:
                        yield place, claim

    def happens(self, event: Event) -> bool:
        """Whether an event is none of a claim that does not wait, or no longer."""
        if not isinstance(event, Claim) or event.source != OWN:
            return True
        return claiming.claim_name(event) in self._waiting

    def keep(self, event: Event, outcome: Outcome) -> None:
        """Note what came of an event."""
        if not isinstance(event, Claim):
            return
        name = claiming.claim_name(event)
        if WAITS in outcome.notes:
            self._waiting[name] = event
            self._new.add(name)
        elif event.source == OWN:
            waited = self._waiting.pop(name)
            self.facts.append(event_row(self.published, event, self.secret))
            if name in self._new:
                self._new.remove(name)
            else:
                self.over.append((waited.source, waited.id))

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """What waits from now on."""
        for name, event in self._waiting.items():
            if name in self._new:
                of = (None, None) if event.of is None else (event.of.source, event.of.id)
                yield (event.source, event.id, event.member, *of, event.receipt)
