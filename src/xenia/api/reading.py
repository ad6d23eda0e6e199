"""Reads from the database beside the event loop: a few threads, each with a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum, auto
from typing import Any, TypeVar

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.rows import TupleRow

from xenia.services.problems import BUSY, Problem
from xenia.store.database import Database, DatabaseUnavailable

T = TypeVar("T")
Work = Callable[[Connection[TupleRow]], T]
Give = Callable[[T], None]

THREADS = 2
WAITING = 200  # requests


class Sees(Enum):
    """What statements see that are run one after the other."""

    ONE_MOMENT = auto()  # all of them the database as it stands at one moment
    EACH_ITS_OWN = auto()  # each what is there as it runs: takes a third of the time of a small one
    AND_KEEPS = auto()  # one moment; and what is written stays


class Reader:
    """Reads from the database, and changes nothing, unless it is said to keep something."""

    def __init__(
        self, database: Database, *, threads: int = THREADS, waiting: int = WAITING
    ) -> None:
        self._database, self._most = database, waiting
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._idle: list[Connection[TupleRow]] = []
        self._waiting = 0

    async def read(self, work: Work[T], sees: Sees = Sees.ONE_MOMENT) -> T | Problem:
        """What `work` finds; a problem where too much waits.

        Raises DatabaseUnavailable and what `work` raises.
        """
        return await self._given(lambda give: self._read(work, give, sees))

    async def run(self, work: Callable[[], T]) -> T | Problem:
        """The same for work that needs no connection, or makes its own."""
        return await self._given(lambda give: give(work()))

    def close(self) -> None:
        """Let what is being read come to its end."""
        self._pool.shutdown()
        while self._idle:
            self._idle.pop().close()

    async def _given(self, work: Callable[[Give[T]], None]) -> T | Problem:
        """What `work` gives, in a thread; it may go on after that."""
        if self._waiting >= self._most:
            return BUSY
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def give(found: T) -> None:
            loop.call_soon_threadsafe(_set, answer, found)

        def done() -> None:
            try:
                work(give)
            except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
                loop.call_soon_threadsafe(_fail, answer, error)

        self._waiting += 1
        begun = self._pool.submit(done)
        try:
            return await answer
        finally:
            begun.cancel()  # where nobody waits any more, before it has begun
            self._waiting -= 1

    def _read(self, work: Work[T], give: Give[T], sees: Sees) -> None:
        try:
            kept = self._idle.pop()
        except IndexError:
            kept = None
        if kept is not None:
            try:
                return self._with(kept, work, give, sees)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                if not kept.closed:
                    raise
        # There was none, or it broke since the last time: nothing was changed, so once more.
        fresh = self._connected()
        try:
            self._with(fresh, work, give, sees)
        except (psycopg.OperationalError, psycopg.InterfaceError) as lost:
            if not fresh.closed:
                raise
            raise DatabaseUnavailable("the connection to the database was lost") from lost

    def _with(
        self, connection: Connection[TupleRow], work: Work[T], give: Give[T], sees: Sees
    ) -> None:
        """Give what is found over a connection, which is kept for others as long as it can be used.

        Where nothing is kept, nobody waits for the end of the transaction.
        """
        try:
            if sees is Sees.EACH_ITS_OWN:
                give(work(connection))
                return
            connection.read_only = sees is Sees.ONE_MOMENT
            with connection.transaction():
                found = work(connection)
                if connection.read_only:
                    give(found)
            if not connection.read_only:
                give(found)
        finally:
            if connection.broken:
                connection.close()
            else:
                self._idle.append(connection)

    def _connected(self) -> Connection[TupleRow]:
        connection = self._database.connect(autocommit=True, reads=True)
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        return connection


def _set(answer: asyncio.Future[T], found: T) -> None:
    if not answer.done():  # somebody still waits for it
        answer.set_result(found)


def _fail(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
