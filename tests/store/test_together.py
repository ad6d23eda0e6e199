"""Statements that go together: all of them are done, or none; and what fails is told as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection, errors

from tests.postgres import on_both
from xenia.store.database import Database
from xenia.store.together import Call, Statement, Together

_INSERT = Statement(
    "insert", "insert into kept select n from {given}", words="", columns="n bigint"
)
_DIVIDE = Statement("divide", "select 12 / {by}", words="by integer")
_TAKE = Statement("take", "select n from kept where n = {n} for update", words="n bigint")
_BACK = Statement("back", "select {text} from {given}", words="text text", columns="n integer")


def insert(*numbers: int) -> Call:
    return _INSERT.of((), [(number,) for number in numbers])


def kept(database: Database) -> list[int]:
    with database.connect() as connection:
        return [n for (n,) in connection.execute("select n from kept order by n")]


@pytest.fixture
def connection(empty_database: Database) -> Iterator[Connection[Any]]:
    with empty_database.connect(autocommit=True) as connection:
        connection.execute("create table kept (n bigint primary key)")
        yield connection


def test_what_goes_together_is_answered_in_its_order(
    connection: Connection[Any], empty_database: Database
) -> None:
    with Together(connection) as together:
        answers = together.run([_DIVIDE.of((3,)), insert(1, 2), _DIVIDE.of((6,))])
        assert [together.rows(answer) for answer in (answers[0], answers[2])] == [[(4,)], [(2,)]]
        assert kept(empty_database) == []
        assert together.run((insert(3),), last=True)[0].command_tuples == 1
        assert kept(empty_database) == [1, 2, 3]
    with Together(connection) as together:
        together.begin()
        connection.execute("insert into kept values (4)")
        together.run((insert(5),))
    assert kept(empty_database) == [1, 2, 3, 4, 5]
    with Together(connection):
        pass  # nothing was sent, and nothing is begun
    connection.execute("insert into kept values (6)")
    assert kept(empty_database)[-1] == 6


@on_both
def test_after_an_error_nothing_is_left_and_the_connection_goes_on(
    connection: Connection[Any], empty_database: Database
) -> None:
    for again in range(2):  # the second time, all statements are prepared
        with pytest.raises(errors.DivisionByZero), Together(connection) as together:  # noqa: PT012
            together.run((insert(1),))
            together.run([insert(2), _DIVIDE.of((0,)), insert(2)], last=True)
        assert kept(empty_database) == list(range(again))
        with Together(connection) as together:
            together.run((insert(again),), last=True)
    with pytest.raises(errors.UniqueViolation), Together(connection) as together:
        together.run((insert(1),), last=True)
    with pytest.raises(RuntimeError), Together(connection) as together:  # noqa: PT012
        together.run((insert(3),))
        raise RuntimeError
    assert kept(empty_database) == [0, 1]


def test_a_commit_that_was_none_is_an_error(
    connection: Connection[Any], empty_database: Database
) -> None:
    with pytest.raises(errors.InFailedSqlTransaction), Together(connection) as together:  # noqa: PT012
        together.run((insert(1),))
        with pytest.raises(errors.DivisionByZero):
            together.run((_DIVIDE.of((0,)),))
    assert kept(empty_database) == []


def test_a_lock_that_is_not_given_is_told_as_such(
    connection: Connection[Any], empty_database: Database
) -> None:
    connection.execute("insert into kept values (1)")
    connection.execute("set lock_timeout = '1ms'")
    with empty_database.connect() as other:
        other.execute("select n from kept for update")
        with pytest.raises(errors.LockNotAvailable), Together(connection) as together:
            together.run((insert(2), _TAKE.of((1,))))
    with Together(connection) as together:
        assert together.rows(together.run((_TAKE.of((1,)),))[0]) == [(1,)]


def test_a_connection_that_is_lost_is_an_operational_error(
    connection: Connection[Any], empty_database: Database
) -> None:
    with pytest.raises(psycopg.OperationalError), Together(connection) as together:  # noqa: PT012
        together.run((insert(1),))
        with empty_database.connect(autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])
        together.run((insert(2),), last=True)
    assert kept(empty_database) == []
    with pytest.raises(psycopg.OperationalError), Together(connection) as together:
        together.run((insert(3),), last=True)


def test_much_goes_and_comes_at_the_same_time(connection: Connection[Any]) -> None:
    text = "x" * 1_000_000
    with Together(connection) as together:
        answers = together.run([_BACK.of((text,), [(n,) for n in range(5)])] * 5)
        assert [together.rows(answer) for answer in answers] == [[(text,)] * 5] * 5


def test_a_transaction_stands_alone(connection: Connection[Any]) -> None:
    with Together(connection) as together:
        together.run((), last=True)
        with pytest.raises(AssertionError, match="is over"):
            together.run(())
    with (
        connection.transaction(),
        pytest.raises(AssertionError, match="already"),
        Together(connection),
    ):
        pass
