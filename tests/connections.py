"""Connections to a database of tests that are kept when they are closed: opening one costs more
than most of what a test asks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, NamedTuple

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn
from psycopg.rows import TupleRow

from xenia.store.database import STATEMENT_SECONDS, Database

# A test that opens many at once is an exception, and its server has room for a hundred.
MOST: Final = 8


class Opened(NamedTuple):
    """How a connection was opened: with which statement timeout, and whether only to read."""

    seconds: int
    reads: bool


class Lent(psycopg.Connection[TupleRow]):
    """A connection that is given back when it is closed; it is of no more use then."""

    giving: tuple[Idle, Opened] | None = None  # to where

    def close(self) -> None:
        """Give back what it is made of, or close that where it is not as it was."""
        if self.closed or self.giving is None:
            super().close()
            return
        idle, opened = self.giving
        pgconn = self.pgconn
        self.pgconn = idle.dead
        idle.take(opened, pgconn)


class Idle:
    """What is left of closed connections to one database, by how they were opened."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(url) as dead:
            self.dead: PGconn = dead.pgconn  # what a closed connection is made of
        self._lock = Lock()
        self._kept: defaultdict[Opened, list[PGconn]] = defaultdict(list)

    def take(self, opened: Opened, pgconn: PGconn) -> None:
        """Keep one, as if it were new."""
        if pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            pgconn.exec_(b"rollback")
        is_new = (
            pgconn.transaction_status == TransactionStatus.IDLE
            and pgconn.exec_(b"discard all").status == ExecStatus.COMMAND_OK
        )
        with self._lock:
            kept = self._kept[opened]
            if is_new and len(kept) < MOST:
                kept.append(pgconn)
                return
        pgconn.finish()

    def give(self, opened: Opened) -> PGconn | None:
        """One that is alive, or none."""
        while True:
            with self._lock:
                kept = self._kept[opened]
                if not kept:
                    return None
                pgconn = kept.pop()
            if pgconn.exec_(b"select 1").status == ExecStatus.TUPLES_OK:
                return pgconn
            pgconn.finish()

    def servers(self) -> list[int]:
        """The processes that serve them."""
        with self._lock:
            return [
                one.backend_pid
                for kept in self._kept.values()
                for one in kept
                if one.status == ConnStatus.OK
            ]

    def close(self) -> None:
        """Close all."""
        with self._lock:
            for kept in self._kept.values():
                while kept:
                    kept.pop().finish()


@dataclass(frozen=True)
class Kept(Database):
    """A database of tests; who connects gets a connection that was closed before, if there is one.

    It is to be told from a new one by the server's process alone.
    """

    idle: Idle = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[type[Database], tuple[str]]:
        """Another process has connections of its own."""
        return Database, (self.url,)

    def connect(
        self,
        *,
        autocommit: bool = False,
        reads: bool = False,
        statement_seconds: int = STATEMENT_SECONDS,
    ) -> psycopg.Connection[TupleRow]:
        """A connection as `Database.connect` opens it."""
        opened = Opened(statement_seconds, reads)
        pgconn = self.idle.give(opened)
        if pgconn is None:
            made = super().connect(
                autocommit=True, reads=reads, statement_seconds=statement_seconds
            )
            pgconn, made.pgconn = made.pgconn, self.idle.dead
        lent = Lent(pgconn)
        lent.giving = (self.idle, opened)
        lent.autocommit = autocommit
        return lent
