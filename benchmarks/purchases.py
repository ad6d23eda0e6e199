"""Purchases for the measures of the service: as events, and as requests for the load generator."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from psycopg import Connection

from xenia.engine.compile import compile_programme
from xenia.events.errors import Unreadable
from xenia.native.machine_code import compiled
from xenia.services.posting import post
from xenia.services.published import Published, Space, load_space
from xenia.services.publishing import draft_of, publish
from xenia.services.quickening import quicken
from xenia.services.taking import Taken, take
from xenia.store.database import Database
from xenia.store.migrate import upgrade

CATEGORIES = (
    *("dairy", "bakery", "wine", "fish", "meat", "vegetables", "toys", "books", "fuel", "cafe"),
)
CHANNELS = ("store", "store", "web", "app")
LINES = 3
POOL = 4096  # different baskets; each request gets an id and a member of its own
BATCH = 500
ID, MEMBER = "#" * 12, "?" * 6  # where the load generator writes


def basket(draw: random.Random, event: str, member: str, moment: datetime) -> dict[str, Any]:
    """A purchase of three lines."""
    return {
        "type": "purchase",
        "id": event,
        "source": "till",
        "member": member,
        "occurred_at": moment.isoformat(),
        "channel": draw.choice(CHANNELS),
        "lines": [
            {
                "sku": f"sku-{draw.randrange(10_000):05}",
                "category": draw.choice(CATEGORIES),
                "quantity": str(draw.randrange(1, 4)),
                "amount": f"{draw.randrange(1, 40)}.{draw.randrange(100):02}",
            }
            for _ in range(LINES)
        ],
        "payment": {"method": draw.choice(("cash", "bank-card"))},
    }


def member_name(number: int) -> str:
    """The id of a member; the load generator writes the same six digits."""
    return f"m-{number:06}"


def shopping_day() -> datetime:
    """When what is measured occurred: yesterday at noon, so that no day ends in between."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - timedelta(days=1)


def templates(run: str) -> list[bytes]:
    """Purchases without ids and members; `run` keeps their ids apart from those of others."""
    draw, day = random.Random(run), shopping_day()
    return [
        msgspec.json.encode(
            basket(draw, f"{run}-{ID}", f"m-{MEMBER}", day + timedelta(seconds=number))
        )
        for number in range(POOL)
    ]


def baskets(run: str, members: int) -> Iterator[bytes]:
    """Purchases without end, of members who are drawn."""
    draw, cut = random.Random(run), []
    for body in templates(run):
        before, _, rest = body.partition(ID.encode())
        between, _, after = rest.partition(MEMBER.encode())
        cut.append((before, between, after))
    for number in count():
        before, between, after = cut[number % POOL]
        member = draw.randrange(members)
        yield b"%b%012d%b%06d%b" % (before, number, between, member, after)


def write_requests(target: Path, run: str, port: int) -> None:
    """The pool of requests in the form that `load.c` reads."""
    with target.open("wb") as file:
        file.write(struct.pack("=I", POOL))
        for body in templates(run):
            request = posted(body, port)
            places = (request.index(ID.encode()), request.index(MEMBER.encode()))
            file.write(struct.pack("=III", len(request), *places) + request)


def posted(body: bytes, port: int) -> bytes:
    """A request that brings an event."""
    head = (
        "POST /v1/events HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


# ---- a database that is in use -------------------------------------------------------------------


def now() -> int:
    """Microseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1000


def published(database: Database, programme: Path, *, native: bool = True) -> None:
    """A database with all tables and one programme, for which there is machine code if wanted."""
    upgrade(database)
    draft = draft_of(programme)
    if native:
        compiled(compile_programme(draft.programme))
    with database.connect() as connection:
        publish(connection, draft, clock=now)


def loaded(connection: Connection[Any]) -> tuple[Space, Published]:
    """The space and its only programme, as a service runs it."""
    space = load_space(connection)
    quicken(space)
    return space, next(iter(space.programmes.values()))


def fill(database: Database, members: int, each: int) -> float:
    """Let each member have made some purchases in the ten months before; events per second."""
    draw, day = random.Random(2017), shopping_day()
    start = time.perf_counter()
    with database.connect(autocommit=True) as connection:
        space, programme = loaded(connection)
        for turn in range(each):
            # One purchase in each of as many stretches, in the order of time.
            until = day - timedelta(days=2 + 300 * (each - 1 - turn) // each)

            def events(turn: int = turn, until: datetime = until) -> Iterator[dict[str, Any]]:
                for number in range(members):
                    moment = until - timedelta(hours=draw.randrange(24 * 300 // each))
                    yield basket(draw, f"before-{turn}-{number}", member_name(number), moment)

            for number, batch in enumerate(_batches(space, events), start=1):
                post(connection, space, programme, batch, now())
                if number & (number - 1) == 0:  # tables grow quicker than the server looks at them
                    connection.execute("analyze")
    return members * each / (time.perf_counter() - start)


def _batches(space: Space, events: Callable[[], Iterator[dict[str, Any]]]) -> Iterator[list[Taken]]:
    batch: list[Taken] = []
    for event in events():
        batch.append(taken(space, msgspec.json.encode(event)))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def taken(space: Space, data: bytes) -> Taken:
    """An event as it is read at the edge."""
    found = take(space, data)
    assert not isinstance(found, Unreadable), found.errors[0].text
    return found


def number_of_rows(database: Database, tables: Sequence[str]) -> dict[str, int]:
    """How many rows tables have."""
    with database.connect() as connection:
        rows = [connection.execute(f"select count(*) from {name}".encode()) for name in tables]
        return {name: int(*row) for name, row in zip(tables, map(next, rows), strict=True)}
