"""A year of a club and a café as the service records it, and copies of its members by the million.

A thousand members join, buy and redeem over the year until yesterday; every event is decided and
posted, and what falls due is swept day by day.  Then the rows of all of them are copied in SQL
(`tests.copies`): the copies' ids are their own, what stands within their events' texts is not.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg import Connection

from benchmarks.cluster import HERE
from benchmarks.purchases import BATCH, now, taken
from tests.api.client import CAFE
from tests.copies import multiply
from tests.services.publishing import published
from xenia.services import projections
from xenia.services.posting import post
from xenia.services.published import Published, Space, load_space
from xenia.services.sweeping import Sweeper
from xenia.store.database import Database
from xenia.store.migrate import upgrade
from xenia.store.posting import Scope

CLUB: Final = (HERE / "large-club.yaml").read_text("utf-8")
DAYS: Final = 365
REGULAR: Final = 0  # the number of somebody who comes every week
_VISITS: Final = (0, 0, 1, 1, 1, 2, 2, 2, 3, 4)  # to the club, in a year
_FIRST: Final = (
    *("Anna", "Ben", "Chara", "Dimitris", "Eleni", "Fotis", "Giorgos", "Hanna", "Ioanna", "Jan"),
    *("Katerina", "Lena", "Maria", "Nikos", "Olga", "Petros", "Renos", "Sofia", "Takis", "Vera"),
)
_LAST: Final = (
    *("Aslanidis", "Bauer", "Christou", "Demir", "Economou", "Fischer", "Georgiou", "Hoffmann"),
    *("Ivanova", "Jensen", "Karapetyan", "Lambrou", "Müller", "Nikolaidou", "Orfanos", "Papadakis"),
    *("Rossi", "Schmidt", "Theodorou", "Vasiliou", "Weber", "Xenaki", "Yilmaz", "Zervas"),
)
Event = tuple[datetime, str, dict[str, Any]]  # when, the programme, and what is sent


def member(number: int, copy: int = 0) -> str:
    """The id of a member, or of a copy of theirs."""
    return f"m-{number:04}" + (f"{copy:04}" if copy else "")


def card(number: int, copy: int = 0) -> str:
    """The number of their card."""
    return f"4000{number:06}" + (f"{copy:04}" if copy else "")


def visit(number: int, turn: int) -> str:
    """The id of a purchase in the club, counted from 0."""
    return f"club-{number}-{turn}"


def year(members: int, end: datetime) -> list[Event]:
    """All that happens in the year before an instant, in the order of time."""
    draw = random.Random(7)
    found: list[Event] = []
    for number in range(members):
        found += _of_member(draw, number, end - timedelta(days=DAYS))
    return sorted(found, key=lambda one: one[0])


def _of_member(draw: random.Random, number: int, begin: datetime) -> Iterator[Event]:
    def at(day: float) -> datetime:
        whole = begin + timedelta(days=int(day))
        return whole.replace(hour=draw.randrange(8, 18), minute=draw.randrange(60))

    joined = 0 if number == REGULAR else draw.randrange(250)
    first, last = draw.choice(_FIRST), draw.choice(_LAST)
    known = {
        "identifiers": {"card": card(number), "email": f"{first}.{number}@example.org".lower()},
        "attributes": {"name": f"{first} {last}"},
    }
    yield _event(at(joined), "club", number, f"join-{number}", "enrolment", **known)
    visits = 52 if number == REGULAR else draw.choice(_VISITS)
    days = sorted(draw.randrange(joined + 1, DAYS - 1) for _ in range(visits))
    for turn, day in enumerate(days):
        yield _bought(draw, at(day), "club", number, visit(number, turn))
    if days and days[0] < DAYS - 6 and draw.random() < 0.3:
        redeemed = at(draw.randrange(days[0] + 4, DAYS - 1))
        yield _event(redeemed, "club", number, f"tea-{number}", "redemption", reward="tea")
    if draw.random() < 0.3:
        for turn in range(draw.randrange(1, 4)):
            day = draw.randrange(joined + 1, DAYS - 1)
            yield _bought(draw, at(day), "cafe", number, f"cafe-{number}-{turn}")


def _bought(draw: random.Random, at: datetime, programme: str, number: int, name: str) -> Event:
    amount = f"{draw.randrange(1, 90)}.{draw.randrange(100):02}"
    line = {"sku": "latte", "category": "drink", "quantity": 1, "amount": amount}
    return _event(at, programme, number, name, "purchase", lines=[line])


def _event(
    at: datetime, programme: str, number: int, name: str, kind: str, **more: object
) -> Event:
    known = {"type": kind, "id": name, "programme": programme, "member": member(number)}
    return at, programme, {**known, "occurred_at": at.isoformat(), **more}


# ---- recorded, and copied ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recorder:
    """Posts events on a connection, each at the end of its day, and sweeps then."""

    connection: Connection[Any]
    space: Space

    def year(self, events: list[Event]) -> None:
        """One day after another."""
        by_day: dict[datetime, dict[str, list[dict[str, Any]]]] = {}
        for at, programme, event in events:
            end = at.replace(hour=20, minute=0, second=0, microsecond=0)
            by_day.setdefault(end, defaultdict(list))[programme].append(event)
        for end in sorted(by_day):
            moment = int(end.timestamp()) * 1_000_000
            for programme, published_ in self.space.programmes.items():
                sent = by_day[end][programme]
                for start in range(0, len(sent), BATCH):
                    items = [
                        taken(self.space, msgspec.json.encode(event))
                        for event in sent[start : start + BATCH]
                    ]
                    post(self.connection, self.space, published_, items, moment)
                self._sweep(published_, moment)

    def end(self, moment: int) -> None:
        """All that is due by an instant (microseconds)."""
        for published_ in self.space.programmes.values():
            self._sweep(published_, moment)

    def sums(self, moment: int) -> None:
        """Sum up all days that are over."""
        for published_ in self.space.programmes.values():
            through = projections.last_settled_day(published_, moment)
            projections.follow(self.connection, self._scope(published_), through)

    def _sweep(self, published_: Published, moment: int) -> None:
        scope = self._scope(published_)
        for _ in Sweeper(self.connection, scope, published_, lambda: moment).run(moment):
            pass

    def _scope(self, published_: Published) -> Scope:
        return Scope(self.space.space_id, published_.programme_id)


def made(database: Database, members: int, copies: int) -> None:
    """A database with all tables and a year of so many members, each `copies` times more."""
    upgrade(database)
    for document in (CAFE, CLUB):
        published(database, document)
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    with database.connect(autocommit=True, statement_seconds=0) as connection:
        recorder = Recorder(connection, load_space(connection))
        recorder.year(year(members, noon))
        recorder.end(now())
        connection.execute("analyze")
    multiply(database, copies)
    with database.connect(autocommit=True, statement_seconds=0) as connection:
        replace(recorder, connection=connection).sums(now())
        # As of a database that has been there for a year: or else PostgreSQL did it by itself, some
        # time while pages are measured.
        connection.execute("vacuum (analyze)")
