"""The real year with baskets that come back, and with events that arrive late: the service,
`xenia replay` and the naive reference say the same, and the ledger is sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from random import Random

import msgspec
import pytest

from tests.live.conftest import discrepancies, serving
from tests.real_year.test_service import NAMES, PATH, WORKERS, Json, Naive, present
from tests.services.publishing import NO_KEY, published
from xenia.connectors.complete_journey import CompleteJourney
from xenia.events.model import Event, Purchase, Return, member_name
from xenia.events.parts import EventKey, LineBack
from xenia.events.write import write_event
from xenia.services.conventions import conventions_of
from xenia.services.programmes import sound_programme
from xenia.services.replay import replay_of
from xenia.services.sending import Address, send
from xenia.store.database import Database

SLICE = 16
SEED = 3
SHARE = 0.03  # of the baskets come back
EARLY = 0.1  # of these are recorded before their purchase
LATE = 0.01  # of the purchases arrive late
DAY = 24 * 60 * 60 * 1_000_000
AT_ONCE = 2_000


def happening(year: CompleteJourney) -> list[Event]:
    """The purchases of a year and returns of some, in the order in which they are recorded."""
    random, recorded = Random(SEED), list[tuple[int, Event]]()
    for purchase in year.purchases():
        at = purchase.occurred_at
        late = random.randrange(1, 40) * DAY if random.random() < LATE else 0
        recorded.append((at + late, purchase))
        if random.random() < SHARE:
            early = random.random() < EARLY
            for back in returned(purchase, random):
                recorded.append((at if early else max(at + late, back.occurred_at), back))
                if early:  # directly before it
                    recorded[-2:] = reversed(recorded[-2:])
    recorded.sort(key=itemgetter(0))
    return [event for _, event in recorded]


def returned(purchase: Purchase, random: Random) -> Iterator[Return]:
    """All of it, or some lines, some of these in part; at once or in two parts."""
    at, of = purchase.occurred_at, EventKey(purchase.id, purchase.source)
    lines = random.sample(purchase.lines, random.randint(1, len(purchase.lines)))
    parts = [lines[:1], lines[1:]] if random.random() < 0.3 else [lines]
    for number, part in enumerate(filter(None, parts)):
        at += random.randrange(30) * DAY
        whole = random.random() < 0.3 and number == len(parts) - 1
        back = []
        for line in part:
            units = line.quantity // 1000
            some = random.randint(1, units) * 1000 if units > 1 and random.random() < 0.5 else None
            back.append(LineBack(line=line.id, quantity=some))
        yield Return(
            id=f"{purchase.id}/{number}",
            source=purchase.source,
            member=purchase.member,
            occurred_at=at,
            of=of,
            lines=() if whole else tuple(back),
            all=whole,
        )


def stored(database: Database, events: Sequence[Event]) -> Iterator[Json]:
    """The answers in the ledger."""
    query = """
        select event_id, answer from record
        where space_id = %s and source = any(%s) and event_id = any(%s)
    """
    waiting = iter(events)
    with database.connect(autocommit=True) as connection:
        [(space,)] = connection.execute("select distinct space_id from account").fetchall()
        while batch := list(islice(waiting, AT_ONCE)):
            keys = [list({event.source for event in batch}), [event.id for event in batch]]
            found: dict[str, bytes] = dict(connection.execute(query, [space, *keys]).fetchall())
            for event in batch:
                yield msgspec.json.decode(found[event.id])


def check(database: Database, folder: Path, year: CompleteJourney, households: int) -> Counter[str]:
    """Fail at the first event of which they say something else, the reference of so many
    households; how many events and effects there were of each kind."""
    programme, events = sound_programme(PATH), happening(year)
    conventions = conventions_of(programme)
    published(database, PATH.read_text("utf-8"))
    with serving(database, folder, WORKERS) as (service,):
        for answers in send(Address("127.0.0.1", service.port), events, conventions):
            for _, answer in answers:
                assert answer.get("status") == "recorded", answer
    written = ((None, write_event(one, conventions)) for one in events)
    replayed = (line for line in replay_of(programme, NO_KEY).run(written) if "final" not in line)
    naive, number = Naive(programme), Counter[str]()
    asked = set(sorted({member_name(event.member) or "" for event in events}, key=int)[:households])
    for event, kept, line in zip(events, stored(database, events), replayed, strict=True):
        assert kept == {**line, "trace": []}  # reasons are not stored
        number[type(event).__name__] += 1
        number.update(kept.get("notes", ()))
        number.update(one["effect"] for one in kept["effects"])
        if member_name(event.member) not in asked:
            continue
        effects = [present(**one) for one in kept["effects"]]
        said = [{name: one[name] for name in one if name not in NAMES} for one in effects]
        assert (said, kept["wallet"]) == naive.decide(event)
    assert discrepancies(database) == []
    return number


def test_of_sixteen_households_with_returns_all_three_say_the_same(
    database: Database, tmp_path: Path
) -> None:
    number = check(database, tmp_path, CompleteJourney(SLICE), households=5)
    assert (number["Purchase"], number["Return"], number["waits"]) == (732, 22, 4)
    assert number["take-back"] > 10


@pytest.mark.prove
def test_of_everybody_with_returns_all_three_say_the_same(
    database: Database, tmp_path: Path
) -> None:
    number = check(database, tmp_path, CompleteJourney(), households=50)
    assert number["Purchase"] == 155_848
    assert number["Return"] > 155_848 * SHARE
    assert number["take-back"] > 155_848 * SHARE
