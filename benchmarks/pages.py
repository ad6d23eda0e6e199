"""How long pages take, against the statements that they run: over a million members.

    python -m benchmarks.pages [--quick] [--members N]

The pages are those of the console that stand over all members and their entries.  Each is asked
for over HTTP, by somebody who is signed in, of a service in a process of its own; and its
statements, noted from the same worker in this process, are run again as they were, bare, on a
connection of their own.  Both take turns; of each the least time counts, as whatever else the
machine does only ever adds to it.  What any page takes is the frame: who asks, and what stands
around; it is measured as a page on which nothing is read.  What a page takes beyond it may be
`MOST` times its statements.  How the members are made:
`benchmarks.large_club`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import quote, urlencode

from psycopg import Connection, IsolationLevel

from benchmarks.cluster import Cluster, Disk, Missing, cluster
from benchmarks.large_club import REGULAR, card, made, member, visit
from benchmarks.processes import until_stopped
from benchmarks.serving import HOST, serving
from benchmarks.verdicts import reached
from tests.api.client import Exchange, Request
from tests.statements import Statement, noted
from xenia.api.worker import Worker
from xenia.client import Client, shapes
from xenia.console.places import COOKIE
from xenia.console.rooms import ROOM
from xenia.pages.serving import PageServer
from xenia.services.access import Actor
from xenia.services.changing import Changing
from xenia.services.poster import now
from xenia.services.problems import Problem
from xenia.services.spaces import known_space
from xenia.services.staff import Person, invite
from xenia.store.database import Database

MOST: Final = 3  # times its statements, beyond the frame
FRAME: Final = "/console/account"
LARGE: Final = frozenset({"member", "account", "entry", "event", "record", "identifier"})
_PASSWORD: Final = "seven purple lanterns"
_BASE, _QUICK = 1000, 100  # members who are no copies
_TURNS, _FRAMES = 7, 21
_SLOW: Final = 200  # milliseconds; a page that takes less has three times as many turns
# The data are thrown away, so nothing waits for a disk.
_SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """`members` are no copies, each has `copies`; `turns` of each page are measured."""

    members: int = _BASE
    copies: int = _BASE - 1
    turns: int = _TURNS

    @property
    def all(self) -> int:
        """How many members there are."""
        return self.members * (self.copies + 1)


QUICK = Sizes(members=_QUICK, copies=199, turns=3)


@dataclass(frozen=True, slots=True)
class Measured:
    """A page: milliseconds of it, of a page on which nothing is read, and of its statements, and
    the large tables that these read from one end to the other."""

    name: str
    page: float
    frame: float
    bare: float
    statements: tuple[str, ...]
    slowest: float
    whole: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """How many times as long as its statements it takes."""
        return self.page / self.bare

    @property
    def beyond(self) -> float:
        """The same of what it takes beyond the frame."""
        return max(self.page - self.frame, 0.0) / self.bare


def pages(sizes: Sizes) -> Mapping[str, str]:
    """The addresses of what is measured, by what it is."""
    half, last = sizes.members // 2, sizes.members - 1
    copy = sizes.copies // 2
    list_, ledger = "/console/members", "/console/ledger"
    anna = member(half, copy)

    def of(path: str, **said: str) -> str:
        return f"{path}?{urlencode(said)}" if said else path

    event = {"programme": "club", "source": "api", "event": visit(REGULAR, 3)}
    return {
        "home": "/console/",
        "members": list_,
        "members, further on": of(list_, cursor=anna),
        "members, the newest": of(list_, order="newest"),
        "members of the café": of(list_, programme="cafe"),
        "members of the café, newest": of(list_, programme="cafe", order="newest"),
        "members who were erased": of(list_, erased="yes"),
        "search: a card": of(list_, q=card(half, copy)),
        "search: how an id begins": of(list_, q=member(half)),
        "search: how many ids begin": of(list_, q=member(last)[:-2]),
        "search: how many cards begin": of(list_, q=card(last)[:-2]),
        "search: how all cards begin": of(list_, q="4000"),
        "search: a name that many have": of(list_, q="anna"),
        "search: the same, newest": of(list_, q="anna", order="newest"),
        "search: both names": of(list_, q="anna pap"),
        "search: how names begin": of(list_, q="m"),
        "search: nobody": of(list_, q="zzzz"),
        "a member": f"{list_}/{quote(anna)}",
        "a member with 300 entries": f"{list_}/{quote(member(REGULAR))}",
        "why an event came out so": of(f"{list_}/{quote(member(REGULAR))}/event", **event),
        "ledger": of(ledger, programme="club"),
        "ledger: one currency": of(ledger, programme="club", currency="miles"),
        "ledger: one kind": of(ledger, programme="club", kind="redeemed"),
        "ledger: a kind that there is not": of(ledger, programme="club", kind="expired"),
        "ledger: more than there ever was": of(
            ledger, programme="club", currency="points", least="100000"
        ),
        "ledger: of a member": of(ledger, programme="club", member=anna),
        "ledger: a file": of(ledger, programme="club", **{"as": "csv"}),
        "vouchers": "/console/vouchers",
        "finance": of("/console/finance", programme="club"),
        "finance: this month": of(f"/console/finance/{_month()}", programme="club"),
        "finance: a month": of(f"/console/finance/{_month(3)}", programme="club"),
        "audit": "/console/audit",
    }


def _month(ago: int = 0) -> str:
    """A month, such as 2026-03."""
    today = datetime.now(UTC)
    number = today.year * 12 + today.month - 1 - ago
    return f"{number // 12}-{number % 12 + 1:02}"


# ---- who asks ------------------------------------------------------------------------------------


def token(database: Database, address: str) -> str:
    """A session of an owner."""
    with database.connect() as connection, connection.transaction():
        world = known_space(connection, "default")
        changing = Changing(connection, Actor(world.space_id, "command-line"), now())
        done = invite(changing, Person("anna@example.org", "Anna", "owner"))
    assert not isinstance(done, Problem), done
    invitation = str((done.once or {})["invitation"])
    with Client(address) as client:
        client.accepted(shapes.Acceptance(invitation=invitation, password=_PASSWORD))
        signed = shapes.SignIn(email="anna@example.org", password=_PASSWORD, space="default")
        return client.signed_in(signed).token


class Browser:
    """Asks a service for pages, each over a connection of its own."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._head = port, {"cookie": f"{COOKIE}={token}"}

    def timed(self, address: str) -> float:
        """Milliseconds until a page was there.  Raises AssertionError where there is none."""
        connection = HTTPConnection(HOST, self._port, timeout=60)
        try:
            began = perf_counter()
            connection.request("GET", address, headers=self._head)
            answer = connection.getresponse()
            body = answer.read()
            passed = (perf_counter() - began) * 1000
        finally:
            connection.close()
        assert answer.status == 200, (address, answer.status, body[:1000])
        return passed


class Inside:
    """A worker in this process, of which the statements can be noted."""

    def __init__(self, database: Database, token: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._worker = Worker(database, PageServer([ROOM]))
        self._worker.__rsgi_init__(self._loop)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._head = {"cookie": f"{COOKIE}={token}", "host": HOST}

    def statements(self, address: str) -> list[Statement]:
        """What a page asks of the database."""
        self._ask(address)  # who asks is known from then on
        with noted() as found:
            self._ask(address)
        return found

    def _ask(self, address: str) -> None:
        request = Request("GET", address, fields=self._head)
        exchange = Exchange(request)

        async def asked() -> None:
            await self._worker.__rsgi__(request, exchange)

        asyncio.run_coroutine_threadsafe(asked(), self._loop).result(120)
        answer = exchange.response
        assert answer is not None, address
        assert answer.status == 200, (address, answer.body[:1000])

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._worker.__rsgi_del__(self._loop)
        self._loop.close()


@contextmanager
def _reading(database: Database) -> Iterator[Connection[Any]]:
    """A connection such as workers read over."""
    with database.connect() as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


# ---- measures ------------------------------------------------------------------------------------


def measured(found: Cluster, sizes: Sizes, shown: Callable[[Measured], None]) -> list[Measured]:
    """All pages, each shown as soon as it is measured."""
    rows = []
    with (
        tempfile.TemporaryDirectory(prefix="xenia-pages-") as folder,
        serving(found, 1, Path(folder)) as service,
        _reading(found.database()) as connection,
    ):
        session = token(found.database(), f"http://{HOST}:{service.port}")
        browser, inside = Browser(service.port, session), Inside(found.database(), session)
        try:
            frames = [browser.timed(FRAME) for _ in range(_FRAMES + 1)]
            frame = min(frames[1:])
            print(f"{'what stands around each':36} {frame:8.1f}")
            for name, address in pages(sizes).items():
                asked = inside.statements(address)
                first = browser.timed(address)
                _bare(connection, asked)
                turns = sizes.turns if first > _SLOW else 3 * sizes.turns
                times = [(browser.timed(address), _bare(connection, asked)) for _ in range(turns)]
                rows.append(_measured(name, frame, asked, times, connection))
                shown(rows[-1])
        finally:
            inside.close()
    return rows


def _measured(
    name: str,
    frame: float,
    asked: Sequence[Statement],
    times: Sequence[tuple[float, Sequence[float]]],
    connection: Connection[Any],
) -> Measured:
    """Of a page and its statements, each time that both were run."""
    each = [min(one) for one in zip(*(bare for _, bare in times), strict=True)]
    return Measured(
        name,
        min(page for page, _ in times),
        frame,
        min(sum(bare) for _, bare in times),
        tuple(one.name for one in asked),
        max(each),
        tuple(sorted({table for one in asked for table in _whole(connection, one)})),
    )


def _bare(connection: Connection[Any], asked: Sequence[Statement]) -> list[float]:
    """Milliseconds of each statement."""
    found = []
    with connection.transaction():
        for one in asked:
            began = perf_counter()
            one.run(connection)
            found.append((perf_counter() - began) * 1000)
    return found


def _whole(connection: Connection[Any], one: Statement) -> Iterator[str]:
    """The large tables that a statement reads as a whole."""
    with connection.transaction():
        ((plan,),) = one.run(connection, "explain (format json) ")
    open_ = [plan[0]["Plan"]]
    while open_:
        node = open_.pop()
        open_ += node.get("Plans", ())
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
            yield node["Relation Name"]


# ---- what is printed -----------------------------------------------------------------------------

HEAD = (
    f"{'page':36} {'ms':>8} {'its SQL':>8} {'ratio':>6} {'beyond':>6} {'statements':>10}"
    f" {'slowest':>8}"
)


def show(row: Measured) -> None:
    """One line."""
    whole = f"  reads all of {', '.join(row.whole)}" if row.whole else ""
    print(
        f"{row.name:36} {row.page:8.1f} {row.bare:8.1f} {row.ratio:6.1f} {row.beyond:6.1f}"
        f" {len(row.statements):10} {row.slowest:8.1f}{whole}"
    )


def run(sizes: Sizes, *, quick: bool = False) -> list[Measured]:
    """Make the members and measure.  Raises Missing."""
    # Machine code of the programme is of no use here, and would be made meanwhile.
    with (
        patch.dict(os.environ, XENIA_COMPILE="no"),
        cluster(Disk.DISK, quick=quick, settings=_SETTINGS) as found,
    ):
        began = perf_counter()
        made(found.database(), sizes.members, sizes.copies)
        ((entries,),) = found.run("select count(*) from entry")
        print(f"{sizes.all:,} members with {entries:,} entries, in {perf_counter() - began:,.0f} s")
        print(HEAD)
        return measured(found, sizes, show)


def main(words: Sequence[str] | None = None) -> int:
    """Print the measures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    parser.add_argument("--members", type=int, help="in thousands", default=_BASE)
    parser.add_argument("--turns", type=int, help="of each page", default=_TURNS)
    chosen = parser.parse_args(words)
    sizes = QUICK if chosen.quick else Sizes(copies=chosen.members - 1, turns=chosen.turns)
    print(f"Pages of the console; {sizes.turns} turns each or more, the least times")
    try:
        rows = run(sizes, quick=chosen.quick)
    except Missing as missing:
        print(f"left out, for want of {missing}")
        return 0
    slow = [row.name for row in rows if row.beyond > MOST]
    print(
        f"{reached(not slow)}: to be at most {MOST} x the time of their SQL, beyond what stands"
        f" around{_listed(slow)}"
    )
    return 0


def _listed(names: Sequence[str]) -> str:
    return f"; not so: {', '.join(names)}" if names else ""


if __name__ == "__main__":
    sys.exit(until_stopped(main))
