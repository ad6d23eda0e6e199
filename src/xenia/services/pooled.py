"""Whose events are that name somebody of a household, and who of one may take nothing by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import structs
from psycopg import Connection

from xenia.effects import Given, Guarded
from xenia.engine.guarded import TAKES, refusals
from xenia.events.facts import split
from xenia.events.model import Activity, Event, Purchase, Redemption, TakingBack, Use
from xenia.events.parts import Identifier
from xenia.services.household_problems import may_not_spend
from xenia.services.merged import leads
from xenia.services.posted import OutdatedError
from xenia.services.published import Published
from xenia.services.taking import Taken
from xenia.store import households, members, taken_back
from xenia.store.posting import Key, Scope

_POOLED = Purchase | Activity | Redemption | Use  # what is the household's, whoever of it does it


class Pooled:
    """The events of a batch as they are recorded, in a space that has households.

    `taken` has their facts; `persons`, by key, are those who did what is a household's.
    """

    def __init__(
        self,
        connection: Connection[Any],
        space: int,
        published: Published,
        events: Sequence[Event],
        taken: Sequence[Taken],
    ) -> None:
        self._connection, self._space, self._published = connection, space, published
        self.persons: dict[Key, str] = {}
        self._denied: dict[Key, Guarded] = {}
        self._persons: Mapping[str, str] = {}
        named = [by for one in events if isinstance(by := one.by, Identifier)]
        self._shoppers = members.known(connection, space, {(who.kind, who.value) for who in named})
        self._leads = self._led({by for one in events if isinstance(by := one.by, str)})
        both = {who for one in events for who in (one.member, self._shopper(one))}
        self._asked = {who for who in both if isinstance(who, str)}
        self._belongs = households.belongs(connection, space, self._asked) if self._asked else {}
        self._waited_for = self._of_what_waits(events)
        backs = [one for one in events if isinstance(one, TakingBack)]
        self._owners, self._ever = self._of_earlier(backs)
        self._has = self._led({*self._owners.values()}, done=True)
        self.events = [self._of(event) for event in events]
        self.taken = [
            self._with_facts(item, event) for item, event in zip(taken, self.events, strict=True)
        ]

    def check(self) -> None:
        """Raise OutdatedError where somebody has joined a household, or left it, or what they may
        has changed, since it was looked up: by now the accounts are locked."""
        if not self._asked:
            return
        if households.belongs(self._connection, self._space, self._asked) != self._belongs:
            raise OutdatedError

    def given(self, event: Event, given: Given) -> Given:
        """What an event is given; `guarded` where whoever is behind it may not spend."""
        why = self._denied.get((event.source, event.id))
        return given if why is None else structs.replace(given, guarded=why)

    # ---- whose it is -------------------------------------------------------------------------

    def _of_earlier(
        self, backs: Sequence[TakingBack]
    ) -> tuple[Mapping[Key, str], set[tuple[str, str]]]:
        """Whose what is taken back is, and who ever belonged to which household, also by an id
        that leads to them by now."""
        if not backs:
            return {}, set()
        keys = {(one.of.source, one.of.id) for one in backs}
        owners = taken_back.owners(self._connection, self._space, keys)
        who = {one.member for one in backs if isinstance(one.member, str)} | {*owners.values()}
        ever = households.related(self._connection, self._space, who)
        led = self._led({*who, *(person for _, person in ever)})
        self._persons = {name: led.get(name, name) for name in who}
        return owners, {(household, led.get(person, person)) for household, person in ever}

    def _of_what_waits(self, events: Sequence[Event]) -> Mapping[Key, str]:
        """Of whom something waits that comes back of an event: by the time that it was told, who
        did it may have belonged to another household, or to none."""
        asked = [
            (one.member, *_about(one))
            for one in events
            if isinstance(one, _POOLED | TakingBack) and isinstance(one.member, str)
        ]
        scope = Scope(self._space, self._published.programme_id)
        return households.waited_for(self._connection, scope, asked) if asked else {}

    def _led(self, names: Collection[str], *, done: bool = False) -> Mapping[str, str]:
        return leads(self._connection, self._space, names, done=done) if names else {}

    def _of(self, event: Event) -> Event:
        if not isinstance(event.member, str):
            return event
        found = self._moved(event, event.member)
        if isinstance(found, TAKES) and (who := self._who_may_not(event, found)) is not None:
            why = may_not_spend(who)
            if next(refusals(found, why), None) is not None:
                self._denied[event.source, event.id] = why
        return found

    def _moved(self, event: Event, member: str) -> Event:
        lead = self._belongs.get(member)
        if isinstance(event, TakingBack):
            owner = self._owners.get((event.of.source, event.of.id))
            if owner is not None and (owner, self._persons[member]) in self._ever:
                return self._as_of(event, owner, member)
            if owner is not None and (member, self._persons[owner]) in self._ever:
                # Theirs from before, or after, or of whom it has come to.
                return structs.replace(event, member=self._has.get(owner, owner))
            if owner is not None:
                return event
        elif not isinstance(event, _POOLED):
            return event
        if (waits := self._waited_for.get(_about(event))) is not None:
            return event if waits == member else self._as_of(event, waits, member)
        return event if lead is None else self._as_of(event, lead.household, member)

    def _as_of(self, event: Event, household: str, person: str) -> Event:
        self.persons[event.source, event.id] = person
        by = person if event.by is None else event.by
        return structs.replace(event, member=household, by=by)

    def _who_may_not(self, sent: Event, event: Event) -> str | None:
        """Who of the household to whom an event is may not spend, and is behind it."""
        lead = self._belongs.get(str(sent.member))
        if event.member != sent.member and (lead is None or lead.household != event.member):
            return str(sent.member)  # they belong to it no more
        for who in (sent.member, self._shopper(sent)):
            lead = self._belongs.get(who) if isinstance(who, str) else None
            if lead is not None and lead.household == event.member and not lead.may_spend:
                return lead.member
        return None

    def _shopper(self, event: Event) -> str | None:
        by = event.by
        if isinstance(by, Identifier):
            return self._shoppers.get((by.kind, by.value))
        return None if by is None else self._leads.get(by, by)

    def _with_facts(self, item: Taken, event: Event) -> Taken:
        """What is stored of it, with who did it."""
        if event.by == item.event.by:
            return item
        version = self._published.timeline.at(event.occurred_at).version
        conventions = self._published.versions[version].conventions
        facts, _ = split(structs.replace(item.event, by=event.by), conventions)
        return structs.replace(item, facts=facts.decode())


def _about(event: Event) -> Key:
    """What an event is known by; of what takes something back, what it takes it of."""
    of = event.of if isinstance(event, TakingBack) else event
    return of.source, of.id
