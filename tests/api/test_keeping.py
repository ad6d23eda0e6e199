"""A worker goes on while its database comes and goes, and hears of what is published."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.api.client import CAFE, NOWHERE, Desk
from tests.services.publishing import published
from xenia.api import logs
from xenia.api.desks import Desks
from xenia.api.gate import Gate
from xenia.api.keeping import Keeper
from xenia.api.reading import Reader, Sees
from xenia.services.problems import BUSY
from xenia.services.spaces import make_space
from xenia.store.database import Database, DatabaseUnavailable

# ---- reading -------------------------------------------------------------------------------------


def process(connection: Connection[TupleRow]) -> int:
    """The number of the server's process behind a connection."""
    return connection.info.backend_pid


@pytest.fixture
def reader(database: Database) -> Iterator[Reader]:
    reader = Reader(database, threads=1, waiting=2)
    yield reader
    reader.close()


def test_a_connection_is_kept_and_made_again(database: Database, reader: Reader) -> None:
    first = asyncio.run(reader.read(process))
    assert asyncio.run(reader.read(process)) == first
    with database.connect(autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [first])
    assert asyncio.run(reader.read(process)) != first


@pytest.mark.parametrize("sees", [Sees.ONE_MOMENT, Sees.EACH_ITS_OWN])
def test_nothing_is_changed(reader: Reader, sees: Sees) -> None:
    with pytest.raises(Exception, match="read-only"):
        asyncio.run(reader.read(lambda connection: connection.execute("delete from entry"), sees))
    assert isinstance(asyncio.run(reader.read(process)), int)


def test_what_is_kept_is_there_when_it_is_answered(database: Database, reader: Reader) -> None:
    def kept(connection: Connection[TupleRow]) -> None:
        connection.execute("create table kept_by_a_reader ()")

    asyncio.run(reader.read(kept, Sees.AND_KEEPS))
    with database.connect() as other:
        assert other.execute("select count(*) from kept_by_a_reader").fetchall() == [(0,)]
    test_nothing_is_changed(reader, Sees.ONE_MOMENT)


@pytest.mark.parametrize(
    ("sees", "second"), [(Sees.ONE_MOMENT, "none"), (Sees.EACH_ITS_OWN, "made meanwhile")]
)
def test_what_statements_see(database: Database, reader: Reader, sees: Sees, second: str) -> None:
    def spaces(connection: Connection[TupleRow]) -> int:
        return len(connection.execute("select from space").fetchall())

    def twice(connection: Connection[TupleRow]) -> str:
        before = spaces(connection)
        with database.connect() as other:
            make_space(other, "bakery", "test")
        return "none" if spaces(connection) == before else "made meanwhile"

    assert asyncio.run(reader.read(twice, sees)) == second


def test_what_is_raised_reaches_whoever_asks(reader: Reader) -> None:
    def failing(_: Connection[TupleRow]) -> None:
        raise KeyError("a reason")

    for sees in Sees:
        with pytest.raises(KeyError, match="a reason"):
            asyncio.run(reader.read(failing, sees))


def test_what_nobody_waits_for_any_more_is_not_begun(reader: Reader) -> None:
    go, done = threading.Event(), []

    async def left() -> None:
        first = asyncio.ensure_future(reader.run(lambda: go.wait(60)))
        second = asyncio.ensure_future(reader.run(lambda: done.append("begun")))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait([second])
        go.set()
        assert await first
        assert await reader.run(lambda: True)

    asyncio.run(left())
    assert done == []


def test_a_connection_that_breaks_meanwhile(reader: Reader) -> None:
    def breaking(connection: Connection[TupleRow]) -> None:
        connection.execute("select pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseUnavailable):
        asyncio.run(reader.read(breaking))
    assert isinstance(asyncio.run(reader.read(process)), int)


def test_so_many_wait_and_no_more(reader: Reader) -> None:
    go = threading.Event()

    async def three() -> list[object]:
        waiting = [asyncio.ensure_future(reader.run(lambda: go.wait(60))) for _ in range(2)]
        await asyncio.sleep(0)
        third = await reader.run(lambda: True)
        go.set()
        return [third, *await asyncio.gather(*waiting)]

    assert asyncio.run(three()) == [BUSY, True, True]


# ---- keeping -------------------------------------------------------------------------------------


@pytest.fixture
def desks() -> Desks:
    return Desks(Desk)


def names(desks: Desks) -> list[str]:
    return sorted(desks.spaces[1].programmes)


def test_what_is_published_is_heard_of(database: Database, desks: Desks) -> None:
    keeper = Keeper(database, Gate(1), desks)
    keeper._look()
    assert names(desks) == []
    desk = desks.desk(1)
    assert desk is not None
    published(database, CAFE)
    keeper._look()
    assert names(desks) == ["cafe"]
    assert desks.desk(1) is desk
    before = desk.space
    keeper._look()
    assert desk.space is before, "nothing is read anew where nothing was published"
    keeper._disconnect()


def test_a_space_that_is_new_is_served_by_a_desk_of_its_own(
    database: Database, desks: Desks
) -> None:
    keeper = Keeper(database, Gate(1), desks)
    keeper._look()
    with database.connect() as connection:
        made = make_space(connection, "bakery", "test")
    assert desks.desk(made.space_id) is None
    keeper._look()
    found = desks.desk(made.space_id)
    assert found is not None
    assert found.space.mode == "test"
    assert found is not desks.desk(1)
    assert names(desks) == []
    keeper._disconnect()


def test_a_database_that_is_not_there_is_waited_for(
    database: Database, desks: Desks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    keeper = Keeper(NOWHERE, Gate(1), desks)
    keeper._look()
    keeper._look()
    assert desks.spaces == {}
    assert len(caplog.records) == 1, "it is said once"
    keeper._database = database
    keeper._look()
    assert names(desks) == []
    assert "reached again" in caplog.messages[-1]
    keeper._disconnect()


def test_tables_that_are_not_there_are_waited_for(
    empty_database: Database, desks: Desks, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Keeper(empty_database, Gate(1), desks)
    keeper._look()
    assert desks.spaces == {}
    assert [record.__dict__["error"] for record in caplog.records] == ["UndefinedTable"]


# ---- logs ----------------------------------------------------------------------------------------


def entry() -> logging.LogRecord:
    """An entry about an exception that quotes somebody."""
    try:
        try:
            raise KeyError("anna")
        except KeyError as cause:
            raise ValueError("anna@example.org is no number") from cause
    except ValueError as error:
        found = (type(error), error, error.__traceback__)
    record = logging.LogRecord("xenia.api", logging.ERROR, "f.py", 1, "failed %d", (7,), found)
    record.request_id = "r1"
    return record


def test_a_log_is_json_without_names() -> None:
    line = logs.Json().format(entry())
    assert "anna" not in line
    found = json.loads(line)
    assert found["message"] == "failed 7"
    assert found["request_id"] == "r1"
    assert found["error"] == "ValueError from KeyError"
    assert found["at"][0].startswith("test_keeping.py:")


def test_people_read_the_same() -> None:
    text = logs.Plain().format(entry())
    assert "anna" not in text
    assert text.splitlines()[0].endswith(
        "error failed 7 request_id=r1 error=ValueError from KeyError"
    )
    assert "test_keeping.py:" in text
