"""Lets connections work at the same time, and tells when one waits for another."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.store.database import Database

Work = Callable[[Connection[TupleRow]], None]


def at_once(database: Database, *works: Work) -> None:
    """Do each thing over a connection of its own, in one transaction, all begun together."""
    together = threading.Barrier(len(works))
    failures: list[Exception] = []

    def run(work: Work) -> None:
        try:
            with database.connect() as connection:
                together.wait()
                work(connection)
        except Exception as failure:  # noqa: BLE001 - shown in the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@contextmanager
def waiting(database: Database, work: Work) -> Iterator[None]:
    """Something that waits for what this thread holds; it must be let go within."""
    failures: list[Exception] = []

    def run() -> None:
        try:
            with database.connect() as connection:
                work(connection)
        except Exception as failure:  # noqa: BLE001 - shown in the test's own thread
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        _wait_for_a_lock(database, thread)
        yield
    finally:
        thread.join()
    assert failures == []


def _wait_for_a_lock(database: Database, thread: threading.Thread) -> None:
    with database.connect(autocommit=True) as connection:
        while not connection.execute(
            "select 1 from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        ).fetchone():
            assert thread.is_alive(), "it was to wait, and did not"
