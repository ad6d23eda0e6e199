"""What is asked of the database: the statements of a stretch of a program, as they were sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import psycopg
from psycopg import Connection, sql
from psycopg.abc import Query

from xenia.store import together

READERS = "reader"  # how the names of the threads begin that read for requests


class Statement(NamedTuple):
    """One statement with what it was given, and how its answer is encoded; `values` None: it was
    prepared by ourselves, and cannot be run again."""

    text: bytes
    values: Any
    more: dict[str, Any]

    @property
    def name(self) -> str:
        """Its beginning, in one line."""
        return " ".join(self.text.decode().split())[:100]

    def run(self, connection: Connection[Any], before: str = "") -> list[tuple[Any, ...]]:
        """Run it again, perhaps with something before it; its rows."""
        with psycopg.Cursor(connection) as cursor:
            cursor.execute(before.encode() + self.text, self.values, **self.more)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def noted(threads: str = READERS) -> Iterator[list[Statement]]:
    """All statements from here on, of the threads whose names begin so."""
    found: list[Statement] = []

    def counts() -> bool:
        return threading.current_thread().name.startswith(threads)

    def noting(execute: Callable[..., Any]) -> Callable[..., Any]:
        def executed(
            self: psycopg.Cursor[Any], query: Query, params: Any = None, **more: Any
        ) -> Any:
            if counts():
                found.append(Statement(_text(query, self.connection), params, more))
            return execute(self, query, params, **more)

        return executed

    run = together._run

    def ran(connection: Connection[Any], calls: Sequence[together.Call]) -> Any:
        if counts():
            found.extend(Statement(call.text, None, {}) for call in calls)
        return run(connection, calls)

    with ExitStack() as stack:
        for kind in (psycopg.Cursor, psycopg.ServerCursor):
            stack.enter_context(patch.object(kind, "execute", noting(kind.execute)))
        stack.enter_context(patch.object(together, "_run", ran))
        yield found


def _text(query: Query, connection: Connection[Any]) -> bytes:
    if isinstance(query, bytes):
        return query
    if isinstance(query, sql.Composable):
        return query.as_bytes(connection)
    return str(query).encode()
