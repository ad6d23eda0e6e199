"""Reads from the database beside the event loop: a few threads, each with a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.rows import TupleRow

from xenia.services.problems import BUSY, Problem
from xenia.store.database import Database, DatabaseUnavailable

T = TypeVar("T")

THREADS = 2
WAITING = 200  # requests


class Reader:
    """Reads as the database stands at one moment, and changes nothing, unless it `keeps` something
    of what it has found."""

    def __init__(
        self,
        database: Database,
        *,
        threads: int = THREADS,
        waiting: int = WAITING,
        keeps: bool = False,
    ) -> None:
        self._database, self._most, self._keeps = database, waiting, keeps
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._idle: list[Connection[TupleRow]] = []
        self._waiting = 0

    async def read(self, work: Callable[[Connection[TupleRow]], T]) -> T | Problem:
        """What `work` finds; a problem where too much waits.

        Raises DatabaseUnavailable and what `work` raises.
        """
        return await self.run(lambda: self._read(work))

    async def run(self, work: Callable[[], T]) -> T | Problem:
        """The same for work that needs no connection, or makes its own."""
        if self._waiting >= self._most:
            return BUSY
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let what is being read come to its end."""
        self._pool.shutdown()
        while self._idle:
            self._idle.pop().close()

    def _read(self, work: Callable[[Connection[TupleRow]], T]) -> T:
        try:
            kept = self._idle.pop()
        except IndexError:
            kept = None
        if kept is not None:
            try:
                return self._with(kept, work)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                if not kept.closed:
                    raise
        # There was none, or it broke since the last time: nothing was changed, so once more.
        fresh = self._connected()
        try:
            return self._with(fresh, work)
        except (psycopg.OperationalError, psycopg.InterfaceError) as lost:
            if not fresh.closed:
                raise
            raise DatabaseUnavailable("the connection to the database was lost") from lost

    def _with(
        self, connection: Connection[TupleRow], work: Callable[[Connection[TupleRow]], T]
    ) -> T:
        """What is found over a connection, which is kept for others as long as it can be used."""
        try:
            with connection.transaction():
                return work(connection)
        finally:
            if connection.broken:
                connection.close()
            else:
                self._idle.append(connection)

    def _connected(self) -> Connection[TupleRow]:
        connection = self._database.connect()
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = not self._keeps
        return connection
