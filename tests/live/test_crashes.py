"""Processes are killed in the middle of the load: what was acknowledged is there, once."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from tests.live.conftest import discrepancies, serving
from tests.live.programme import PROGRAMME, buy, redeem
from tests.live.running import Client, Process, Service, at_once, wait_until
from tests.postgres import chosen, scratch
from tests.services.publishing import published
from xenia.services.poster import Poster
from xenia.services.published import load_space
from xenia.services.sweeping import CHUNK
from xenia.services.taking import Taken, take
from xenia.store.database import Database
from xenia.store.embedded import EmbeddedServer
from xenia.store.migrate import upgrade

CLIENTS = 16
EVENTS = 10  # of each client between two kills
BEGUN = "a worker takes requests"


@pytest.fixture
def postgres_server() -> Iterator[EmbeddedServer]:
    """A server of this test's own, that it may kill."""
    with (
        scratch() as folder,
        EmbeddedServer(folder, programs=chosen(None), settings={"shared_buffers": "64MB"}) as one,
    ):
        yield one


@pytest.fixture
def own(postgres_server: EmbeddedServer) -> Database:
    database = Database(postgres_server.url)
    upgrade(database)
    published(database, PROGRAMME)
    return database


class Load:
    """Clients that post without end, each event until it is acknowledged."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._ending = threading.Event()
        self.acknowledged: dict[str, tuple[Any, Any]] = {}

    def client(self, number: int) -> None:
        """One client's events, for members that others buy for, too."""
        client, chance, count = Client(self._service), random.Random(number), 0
        while not self._ending.is_set():
            count += 1
            name, member = f"{number}-{count}", f"m{chance.randrange(12)}"
            event = redeem(name, member) if chance.random() < 0.3 else buy(name, member)
            answer = client.insist(event)
            self.acknowledged[name] = (event, answer)

    def more(self, number: int) -> None:
        """Wait until so many more are acknowledged."""
        enough = len(self.acknowledged) + number
        wait_until(lambda: len(self.acknowledged) >= enough, f"{number} more events")

    def end(self) -> None:
        """Let every client come to the end of its event."""
        self._ending.set()


@contextmanager
def loaded(service: Service) -> Iterator[Load]:
    """A service under load; at the end everything that was acknowledged is looked at again."""
    load = Load(service)
    clients = [lambda number=number: load.client(number) for number in range(CLIENTS)]
    running = threading.Thread(target=at_once, args=(clients,))
    running.start()
    try:
        yield load
    finally:
        load.end()
        running.join()


def check_all(service: Service, load: Load, database: Database) -> None:
    """Every acknowledged event is there once, and gets the same answer again."""
    with database.connect() as connection:
        found = connection.execute("select event_id from event").fetchall()
    assert sorted(name for (name,) in found) == sorted(load.acknowledged)
    client = Client(service)
    for event, answer in load.acknowledged.values():
        assert client.insist(event) == answer
    assert discrepancies(database) == []


def kill_server(service: Service, _: EmbeddedServer) -> None:
    service.kill()
    service.start()


def kill_worker(service: Service, _: EmbeddedServer) -> None:
    """The one that has been there longer: if one ends soon after it has begun, all do."""
    wait_until(lambda: service.log.count(BEGUN) >= 2, "two workers")
    begun = [json.loads(line)["process"] for line in service.log.splitlines() if BEGUN in line]
    os.kill(begun[-2], signal.SIGKILL)
    wait_until(lambda: service.log.count(BEGUN) > len(begun), "another worker")


def kill_postgres(_: Service, server: EmbeddedServer) -> None:
    pid = next(server.home.rglob("postmaster.pid")).read_text().split()[0]
    os.kill(int(pid), signal.SIGKILL)
    with EmbeddedServer(server.home, programs=chosen(None)):
        """Whoever comes finds it dead, and starts it for all."""


@pytest.mark.parametrize(
    ("kill", "times"),
    [
        (kill_server, 1),
        *(
            pytest.param(kill, 10, marks=pytest.mark.prove)
            for kill in (kill_server, kill_worker, kill_postgres)
        ),
    ],
)
def test_what_was_acknowledged_is_there_once(
    own: Database,
    postgres_server: EmbeddedServer,
    tmp_path: Path,
    kill: Callable[[Service, EmbeddedServer], None],
    times: int,
) -> None:
    with serving(own, tmp_path, 2) as (service,):
        with loaded(service) as load:
            for _ in range(times):
                load.more(CLIENTS * EVENTS)
                kill(service, postgres_server)
            load.more(CLIENTS * EVENTS)
        check_all(service, load, own)


# ---- due work ----------------------------------------------------------------------------------

MEMBERS = 2 * CHUNK  # for each kill, and for two more
SOON = 0.002  # seconds between looks at a sweep: it must not come far before it is killed
LATER = "2026-11-20T00:00:00+02:00"  # all that was bought has expired


def swept(connection: Connection[Any]) -> int:
    """How many accounts a sweep has passed."""
    found = connection.execute("select count(*) from sweep").fetchone()
    assert found is not None
    return int(found[0])


def part_done(connection: Connection[Any]) -> None:
    """Wait until a worker that has just begun has done a part of its work."""
    before = swept(connection)
    wait_until(lambda: swept(connection) > before, "a part of a sweep", SOON)


@pytest.mark.prove
@pytest.mark.parametrize("times", [1, 10])
def test_a_sweep_that_is_killed_is_taken_up_again(
    database: Database, process: Callable[..., Process], times: int
) -> None:
    published(database, PROGRAMME)
    with database.connect() as connection:
        space = load_space(connection)
    members = MEMBERS * (times + 2)
    taken = [take(space, json.dumps(buy(f"e{n}", f"m{n}"))) for n in range(members)]
    posted: Future[list[Any]] = Future()
    poster = Poster(database, space)
    poster.submit([item for item in taken if isinstance(item, Taken)], posted.set_result)
    poster.close()
    assert len(posted.result()) == members
    worker = process("work", "--once", "--until", LATER)
    with database.connect(autocommit=True) as connection:
        for _ in range(times):
            worker.start()
            part_done(connection)
            worker.kill()
        assert swept(connection) < members
        worker.start()
        assert worker.ended() == 0, worker.log
        assert swept(connection) == members
    assert discrepancies(database) == []
