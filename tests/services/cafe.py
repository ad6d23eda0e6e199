"""A café's ledger in which there is one of everything, and what posts and sweeps it."""

from __future__ import annotations

import json
from typing import Any

from tests.services.publishing import published
from xenia.events.content import fingerprint
from xenia.events.errors import Unreadable
from xenia.events.facts import split
from xenia.events.model import Event
from xenia.events.moments import parse_time
from xenia.services import projections
from xenia.services.celebrating import Celebrating
from xenia.services.discrepancies import Checked
from xenia.services.posted import Posted
from xenia.services.posting import post
from xenia.services.published import Published, Space, load_space
from xenia.services.sweeping import Sweeper, Swept
from xenia.services.taking import Taken, take
from xenia.services.verifying import verifying
from xenia.store.database import Database
from xenia.store.posting import Scope

MINUTE = 60_000_000
SCOPE = Scope(1, 1)
CAFE = """\
xenia: 1
programme: cafe
title: The café
money: EUR
timezone: Europe/Athens
attributes:
  member: {kind: {type: text, options: [adult, student]}, nickname: {type: text}}
currencies:
  points:
    title: {en: [point, points], el: [πόντος, πόντοι]}
    expires: {after: 20 days}
    value: 0.01
  stars:
    title: {en: [star, stars], el: [αστέρι, αστέρια]}
    pending: 2 days
    expires: {end-of: month}
metrics:
  spent-this-month: {sum: spent, over: calendar month}
tiers:
  status:
    by: spent-this-month
    levels: {basic: 0, gold: 40}
    holds: end of month
rules:
  point-per-euro:
    title: {en: A point per euro, el: Ένας πόντος ανά ευρώ}
    then: {earn: {points: 1 per 1.00}}
  star: {then: {earn: {stars: 2}}}
  welcome: {on: enrolment, then: {earn: {points: 5}}, budget: {times: 2, per: month}}
  zorba: {on: profile, when: member.nickname == "Zorba", then: {earn: {points: 3}}}
  gold: {when: tier.status == "gold", then: {discount: {percent: 10}}}
  winter: {until: 2020-01-01, then: {earn: {points: 100}}}
rewards:
  cookie: {price: {stars: 4}, automatic: true, gives: {item: A cookie}, lasts: 10 days}
  tea: {price: {points: 7}, gives: {item: A tea}, stock: 2}
"""

Line = dict[str, Any]


def time(day: str, clock: str = "12:00") -> int:
    """An instant of the year 2026 in Athens (in winter): microseconds."""
    return parse_time(f"2026-{day}T{clock}:00+02:00")


def event(kind: str, name: str, member: object, day: str, clock: str, **more: Any) -> Line:
    known = {"type": kind, "id": name, "occurred_at": f"2026-{day}T{clock}:00+02:00"}
    return {**known, **({} if member is None else {"member": member}), **more}


def buy(name: str, member: object, day: str, amount: str = "12.00", **more: Any) -> Line:
    lines = [{"sku": "s", "category": "c", "quantity": 1, "amount": amount}]
    return event("purchase", name, member, day, "12:00", lines=lines, **more)


def join(name: str, member: object, day: str, **attributes: Any) -> Line:
    return event("enrolment", name, member, day, "11:00", attributes=attributes)


def redeem(name: str, member: object, day: str, reward: str = "tea") -> Line:
    return event("redemption", name, member, day, "13:00", reward=reward)


def profile(name: str, member: object, day: str, **attributes: Any) -> Line:
    return event("profile", name, member, day, "14:00", attributes=attributes)


class Cafe:
    """Records in a database what happens in a programme; None: in the one that it has."""

    def __init__(self, database: Database, document: str | None = CAFE) -> None:
        self.database = database
        if document is not None:
            published(database, document)
        self.reload()

    def reload(self) -> None:
        with self.database.connect() as connection:
            self.space: Space = load_space(connection)

    def publish(self, document: str, start: int) -> None:
        published(self.database, document, start=start)
        self.reload()

    @property
    def published(self) -> Published:
        (only,) = self.space.programmes.values()
        return only

    def post(self, *events: Line, now: int | None = None) -> list[Posted]:
        """One batch, recorded a minute after the last of them occurred."""
        items = []
        for written in events:
            item = take(self.space, json.dumps(written))
            assert not isinstance(item, Unreadable), item
            items.append(item)
        return self._post(items, now)

    def record(self, *events: Event, now: int | None = None, trace: bool = False) -> list[Posted]:
        """The same of events that have been read."""
        published, items = self.published, []
        for event in events:
            version = published.timeline.at(event.occurred_at).version
            facts, said = split(event, published.versions[version].conventions)
            items.append(
                Taken(
                    event=event,
                    programme=published.name,
                    facts=facts.decode(),
                    personal=None if said is None else said.decode(),
                    fingerprint=fingerprint(event, self.space.secret),
                    trace=trace,
                )
            )
        return self._post(items, now)

    def _post(self, items: list[Taken], now: int | None) -> list[Posted]:
        if now is None:
            now = max(item.event.occurred_at for item in items) + MINUTE
        with self.database.connect(autocommit=True) as connection:
            return post(connection, self.space, self.published, items, now)

    def sweep(self, until: int, now: int | None = None) -> list[Swept]:
        """All that is due by an instant, done then."""
        with self.database.connect(autocommit=True) as connection:
            clock = lambda: until if now is None else now  # noqa: E731
            return [*Sweeper(connection, SCOPE, self.published, clock).run(until)]

    def celebrate(self, until: int) -> int:
        """The birthdays up to an instant, recorded then; how many."""
        known = self.space, self.published
        with self.database.connect(autocommit=True) as connection:
            return sum(Celebrating(connection, *known, lambda: until).run(until))

    def work(self, until: int) -> None:
        """All that comes of itself, as the work in the background does it."""
        self.celebrate(until)
        self.sweep(until)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.database.connect() as connection:
            return connection.execute(query).fetchall()

    def change(self, statement: str) -> int:
        """Tamper with a row; how many rows were hit."""
        with self.database.connect() as connection:
            return connection.execute(statement).rowcount


def checked(database: Database, **only: str) -> Checked:
    """All that `verify` finds."""
    whole = Checked()
    with verifying(database, **only) as verification:
        for one in verification.run():
            whole.add(one)
        assert whole.accounts == verification.accounts
    return whole


def said(database: Database, **only: str) -> str:
    """What `verify` says, empty where there is nothing to say."""
    return "\n".join(str(item) for item in checked(database, **only).discrepancies)


def filled(cafe: Cafe) -> Cafe:
    """Everything that can be recorded has been: sweeps, late events, guests, refusals, budgets,
    personal values, identifiers, levels, vouchers."""
    cafe.post(join("j1", "m1", "01-02", kind="adult", nickname="Zorba"))
    cafe.post(join("j2", "m2", "01-02"), join("j3", {"card": "4"}, "01-02"))
    cafe.post(buy("a1", "m1", "01-02"), buy("a2", "m2", "01-03"), buy("g1", None, "01-03"))
    cafe.post(buy("a3", "m1", "01-04", "40.00"), buy("a4", {"card": "4"}, "01-05"))
    cafe.sweep(time("01-07"))
    cafe.post(redeem("r1", "m1", "01-07"), redeem("r2", "m2", "01-07"), redeem("r3", "m1", "01-07"))
    cafe.post(
        buy("a5", "m1", "01-08", spend={"points": "10"}),
        profile("p1", "m1", "01-08", kind="student"),
    )
    cafe.post(buy("late", "m2", "01-01", "30.00"), now=time("01-09"))
    cafe.post(buy("g2", None, "01-10", spend={"points": "10"}))
    cafe.sweep(time("01-25"))
    cafe.post(buy("a6", "m1", "02-03"), buy("a7", "m2", "02-03"))
    cafe.sweep(time("02-06"))
    return cafe


def summed(cafe: Cafe) -> Cafe:
    """Its days up to the 20th of January are summed up."""
    with cafe.database.connect(autocommit=True) as connection:
        through = cafe.published.timeline.zone.day_of(time("01-20"))
        assert projections.follow(connection, SCOPE, through) > 0
    return cafe
